# Rahmen
product-suffix = { $title } – { $product }
error-prefix = Fehler: { $title }
skip = Zum Hauptteil springen
footer-label = Über diese Seiten
language = Sprache
help = Hilfe
privacy = Datenschutz
next = Weiter
or = oder
not-you = Nicht Sie?
remember = Auf diesem Gerät merken
error-word = Fehler:
account-line = { $name } · Konto { $number }
error-summary-title = Mehr als eine Angabe muss berichtigt werden.
notice-again = Das hat eine Weile gedauert, darum beginnen wir von vorn.
notice-again-more = Ihr Benutzername ist noch da.

asked-you = bittet Sie, sich anzumelden
username-title = Bei { $app } anmelden
username-title-bare = Anmelden
username-lead = Ihr Benutzername sagt uns, wo Sie sich anmelden: hier oder bei Ihrer Organisation.
username-label = Benutzername
username-hint = Meist Ihre geschäftliche E-Mail-Adresse
username-empty = Geben Sie Ihren Benutzernamen ein
username-malformed = Das kann kein Benutzername sein. Prüfen Sie ihn auf Leerzeichen und Sonderzeichen.
username-prefill = Passwort (vom Passwortmanager ausgefüllt)
username-forgot = Benutzernamen vergessen?
username-forgot-text = Meist ist es Ihre geschäftliche E-Mail-Adresse. Wenn das nicht hilft, wenden Sie sich an eine berechtigte Kontaktperson Ihres Kontos.
username-next = Danach: Ihr Passwort oder die Anmeldeseite Ihrer Organisation
then-back = Danach zurück zu { $app }
then-on = Danach geht es weiter

choose-title = Mehrere Konten gefunden
choose-lead = Ihr Benutzername gehört zu mehr als einem Konto.
choose-label = Kontonummer oder Partnerkennung
choose-hint = Steht auf Ihrer Rechnung; sonst fragen Sie Ihre berechtigte Kontaktperson
choose-account = Konto
choose-prompt = Konto wählen
choose-empty = Wählen Sie ein Konto
choose-named-empty = Geben Sie die Kontonummer oder Partnerkennung ein
choose-unknown = Dieses Konto haben wir zu diesem Benutzernamen nicht gefunden

password-title = Passwort eingeben
password-label = Passwort
password-forgot = Passwort vergessen?
password-show = Passwort anzeigen
password-caps = Die Feststelltaste ist an
password-empty = Geben Sie Ihr Passwort ein
password-wrong = Benutzername und Passwort passen nicht zusammen. Prüfen Sie beides und versuchen Sie es noch einmal.
password-tries = { $count ->
    [one] Sie haben noch 1 Versuch, dann ruht die Anmeldung { $minutes } Minuten.
   *[other] Sie haben noch { $count } Versuche, dann ruht die Anmeldung { $minutes } Minuten.
}
password-account = Kontonummer oder Partnerkennung (freiwillig)
password-account-hint = Nur wenn Ihr Benutzername in mehreren Konten vorkommt
sso-button = Einmalanmeldung
sso-with = mit { $provider }
sso-organisation = mit dem Konto Ihrer Organisation

offer-title = Bei Ihrer Organisation anmelden
offer-password = Passwort eingeben
offer-next = Danach: die Anmeldeseite von { $account }
offer-next-bare = Danach: die Anmeldeseite Ihrer Organisation

expired-title = Ihr Passwort ist abgelaufen
expired-lead = { $days ->
    [one] Es wurde vor 1 Tag zuletzt geändert. Wählen Sie ein neues, um fortzufahren.
   *[other] Es wurde vor { $days } Tagen zuletzt geändert. Wählen Sie ein neues, um fortzufahren.
}
must-change-title = Wählen Sie ein neues Passwort
must-change-lead = Ihr Passwort muss ersetzt werden, bevor es weitergeht.
soon-title = { $days ->
    [one] Ihr Passwort läuft in 1 Tag ab
   *[other] Ihr Passwort läuft in { $days } Tagen ab
}
soon-lead = Ändern Sie es jetzt, dann werden Sie später nicht unterbrochen.
soon-now = Passwort ändern
soon-later = Nicht jetzt
sign-out = Abmelden
change-title = Passwort ändern
change-current = Bisheriges Passwort
change-current-wrong = Das ist nicht Ihr bisheriges Passwort. Prüfen Sie es und versuchen Sie es noch einmal.
change-current-empty = Geben Sie Ihr bisheriges Passwort ein
change-new = Neues Passwort
change-repeat = Neues Passwort wiederholen
change-repeat-differs = Die beiden neuen Passwörter sind verschieden
strength = Stärke
strength-weak = Schwach
strength-fair = Mäßig
strength-good = Gut
strength-strong = Stark
policy-title = Für Ihr neues Passwort gilt:
policy-later = Es gelten die Regeln Ihrer Organisation für Passwörter. Erfüllt das neue sie nicht, sagt die nächste Seite, was fehlt.
policy-length = { $min } bis { $max } Zeichen
policy-length-min = mindestens { $min } Zeichen
policy-number-letter = mindestens eine Ziffer und ein englischer Buchstabe
policy-number = mindestens eine Ziffer
policy-letter = mindestens ein englischer Buchstabe
policy-special = mindestens eines von { $which }
policy-no-spaces = keine Leerzeichen
policy-only-listed = nur englische Buchstaben, Ziffern und { $which }
policy-spaces-fine = nichts weiter: Leerzeichen und jede Sprache sind recht
policy-different = ein anderes als das bisherige
policy-different-history = ein anderes als das bisherige und die letzten { $count }
policy-not-leaked = nicht aus Datenlecks bekannt
policy-no-context = nicht Ihr Name und nicht Name oder Nummer Ihres Kontos
policy-met = erfüllt
policy-unmet = noch nicht erfüllt
policy-count = { $met } von { $all } erfüllt
violation-too-short = Das neue Passwort ist zu kurz
violation-too-long = Das neue Passwort ist zu lang
violation-number = Dem neuen Passwort fehlt eine Ziffer
violation-letter = Dem neuen Passwort fehlt ein englischer Buchstabe
violation-special = Dem neuen Passwort fehlt eines der Sonderzeichen
violation-space = Das neue Passwort darf keine Leerzeichen haben
violation-other = Das neue Passwort enthält ein Zeichen, das nicht erlaubt ist
violation-leaked = Dieses Passwort ist aus Datenlecks bekannt. Wählen Sie ein anderes.
violation-context = Dieses Passwort besteht aus einem Namen, den andere erraten
violation-same = Wählen Sie ein Passwort, das Sie nicht gerade benutzt haben
violation-used = Wählen Sie ein Passwort, das Sie nicht kürzlich benutzt haben
changed-title = Ihr Passwort wurde geändert
changed-first = Ihr Passwort ist festgelegt
changed-mail = Zur Bestätigung haben wir eine E-Mail geschickt.
changed-others = Andere Geräte wurden abgemeldet.
changed-continue = Weiter
changed-sign-in = Anmelden
elsewhere-title = Ihre Organisation verwaltet Ihr Passwort
elsewhere-text = { $account } verwaltet Ihr Passwort. Ändern Sie es dort oder wenden Sie sich an die Verwaltung Ihrer Organisation.
elsewhere-other = Das Passwort eines anderen Benutzernamens zurücksetzen

forgot-title = Passwort zurücksetzen
forgot-lead = Wir schicken eine E-Mail an die Adresse, die zu Ihrem Benutzernamen gehört.
forgot-send = E-Mail senden
check-title = Sehen Sie in Ihre E-Mails
check-lead = Wenn dieser Benutzername hier ein Passwort hat, haben wir einen Link und einen Code geschickt. Sie gelten 15 Minuten.
check-code = Code
check-code-hint = Sechs Ziffern aus der E-Mail
check-wrong = Dieser Code ist falsch, benutzt oder zu alt. Prüfen Sie ihn oder lassen Sie sich einen neuen schicken.
check-nothing = Nach 2 Minuten nichts da? Sehen Sie im Spam nach, oder
check-again = noch einmal senden
confirm-title = Passwort für { $who } zurücksetzen?
confirm-lead = Wenn Sie das nicht wollten, schließen Sie diese Seite. Ihr Passwort bleibt, wie es ist.
confirm-yes = Ja, weiter
invite-title = Willkommen, { $who }
invite-lead = Sie sind eingeladen. Wählen Sie Ihr erstes Passwort, um zu beginnen.
set-title = Wählen Sie ein neues Passwort
set-first-title = Wählen Sie Ihr Passwort
set-lead = Für { $username }
over-title = Dieser Link gilt nicht mehr
over-text = Er wurde schon benutzt oder ist zu alt. Lassen Sie sich einen neuen schicken.
over-invite = Bitten Sie Ihre berechtigte Kontaktperson um eine neue Einladung, oder setzen Sie Ihr Passwort zurück.
over-again = Neue E-Mail senden
reopen-title = Öffnen Sie den Link in Ihrer E-Mail noch einmal
reopen-text = Diese Seite kennt Ihren Link nicht mehr: Sie war zu lange offen, oder in diesem Browser wurde ein anderer Link geöffnet. Es wurde nichts geändert.
waited-title = Die Zeit für diese Seite ist um
waited-text = Sie war zu lange offen, oder das Passwort wurde inzwischen anderswo gesetzt. Lassen Sie sich eine neue E-Mail schicken.

chooser-title = Wer meldet sich an?
chooser-change = Wessen Passwort möchten Sie ändern?
chooser-email = Wessen E-Mail-Adresse möchten Sie ändern?
chooser-own = Wessen Konto möchten Sie sehen?
chooser-to = bei { $app }
meant-other = Die Anwendung, von der Sie kommen, meint jemand anderen, der in diesem Browser nicht angemeldet ist.
chooser-other = Ein anderes Konto benutzen
chooser-remove = Entfernen

pause-title = Zu viele Versuche
pause-lead = { $minutes ->
    [one] In 1 Minute können Sie es wieder versuchen.
   *[other] In { $minutes } Minuten können Sie es wieder versuchen.
}
pause-at = Das ist um { $time } UTC.
pause-link = Nur der Code muss warten. Hat die E-Mail einen Link, funktioniert er jetzt schon.
pause-forgot = Wenn Sie Ihr Passwort vergessen haben,
pause-reset = setzen Sie es jetzt zurück
busy-title = Gerade sehr viel los
busy-text = So viele melden sich gerade an, dass wir Ihr Passwort nicht prüfen konnten. Gehen Sie zurück und versuchen Sie es in ein paar Sekunden noch einmal.
refused-title = Wir konnten Ihre Anmeldung nicht abschließen
refused-reference = Vorgang
refused-send = Was Sie Ihrer Verwaltung schicken
refused-try = Noch einmal versuchen
reason-authorize-unknown-application = Die Anwendung, die Sie geschickt hat, ist nicht bekannt. Öffnen Sie sie noch einmal oder fragen Sie ihre Betreiber.
reason-authorize-redirect-uri = Die Anwendung will Sie an eine Adresse zurückholen, die sie nicht angemeldet hat. Fragen Sie ihre Betreiber.
reason-authorize-malformed = Die Anfrage der Anwendung ist nicht lesbar. Öffnen Sie sie noch einmal oder fragen Sie ihre Betreiber.
reason-authorize-request-uri = Diese Anmeldung ist zu alt oder wurde schon einmal geöffnet. Gehen Sie zur Anwendung zurück und öffnen Sie sie neu.
reason-change-return-to = Die Adresse für den Rückweg hat die Anwendung nicht angemeldet.
reason-logout-redirect-uri = Sie bleiben danach hier: Die Adresse für den Rückweg hat die Anwendung nicht angemeldet, oder sie sagt nicht, welche Anwendung sie ist. Fragen Sie ihre Betreiber.
reason-password-changed-meanwhile = Während Sie Ihr Passwort hier änderten, wurde es an anderer Stelle gesetzt. Jenes gilt, und von diesem Formular wurde nichts übernommen.
reason-discovery-application-not-in-region = Diese Anwendung gibt es in der Region Ihres Kontos nicht.
reason-discovery-account-suspended = Das Konto Ihrer Organisation ist gesperrt. Wenden Sie sich an eine berechtigte Kontaktperson Ihres Kontos.
reason-discovery-no-connection = Dafür kennen wir keine Einmalanmeldung. Benutzen Sie Ihr Passwort oder fragen Sie die Verwaltung Ihrer Organisation.
reason-discovery-not-entitled = Der Vertrag Ihrer Organisation enthält keine Einmalanmeldung. Wenden Sie sich an eine berechtigte Kontaktperson.
reason-discovery-second-factor = Diese Anwendung verlangt einen zweiten Faktor, und Ihrer konnte nicht geprüft werden.
reason-sso-not-ready = Die Anmeldeseite Ihrer Organisation ist von hier noch nicht erreichbar. Wenden Sie sich an die Verwaltung Ihrer Organisation.
reason-request-foreign-origin = Diese Anfrage kam von einer fremden Seite, darum haben wir nichts getan. Wenn Sie es so wollten, tun Sie es auf unserer eigenen Seite.
reason-request-address-too-long = Die Adresse dieser Anfrage ist länger als jede von unseren. Gehen Sie dorthin zurück, woher sie kam, und versuchen Sie es noch einmal.
reason-request-body-too-long = Was geschickt wurde, ist größer als alles, wonach wir fragen. Gehen Sie zurück und schicken Sie weniger: ein kleineres Bild oder eine kleinere Datei, oder einen kürzeren Text.
reason-request-too-slow = Die Anfrage kam nicht rechtzeitig ganz an. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.
reason-request-not-a-form = Diese Adresse nimmt nur gewöhnliche Formulardaten an. Gehen Sie zurück und schicken Sie das Formular unserer eigenen Seite.
reason-request-malformed = Wir können nicht lesen, was geschickt wurde. Gehen Sie zurück und versuchen Sie es noch einmal.

leave-title = Sie werden bei { $app } angemeldet
leave-title-bare = Sie werden angemeldet
meanwhile = Sie haben sich in einem anderen Tab angemeldet. Es geht weiter zu { $app }.
leave-text = falls nichts geschieht
leave-continue = Weiter
signout-title = Abmelden?
signout-lead = Das beendet Ihre Anmeldung in diesem Browser für alle Anwendungen.
signout-whose = In diesem Browser sind mehrere Personen angemeldet. Wer meldet sich ab?
signout-everybody = Alle
signout-here = In diesem Browser angemeldet:
signout-yes = Abmelden
signout-stay = Angemeldet bleiben
signedout-title = Sie sind abgemeldet
signedout-text = Bei offenen Anwendungen können Sie noch angemeldet sein.
signedout-of = Sie sind bei { $app } und allem anderen in diesem Browser abgemeldet.
signedout-others = In diesem Browser noch angemeldet:
where-title = Sie sind angemeldet. Wohin?
where-none = Keine Anwendung Ihres Kontos hat eine Startseite.
where-as = Angemeldet als { $who }

error-404-title = Unter dieser Adresse ist nichts
error-404-text = Prüfen Sie die Adresse oder beginnen Sie von vorn.
error-405-title = So geht das nicht
error-405-text = Diese Adresse nimmt solche Anfragen nicht an. Gehen Sie zur Seite davor zurück oder beginnen Sie von vorn.
error-413-title = Das ist zu viel
error-415-title = Das können wir nicht lesen
error-429-title = Zu viele Versuche
error-500-title = Hier ist etwas schiefgegangen
error-500-text = Das liegt an uns. Versuchen Sie es noch einmal, und nennen Sie uns den Vorgang, wenn es wieder geschieht.
error-503-title = Die Anmeldung ist gerade nicht verfügbar
error-503-text = Wir wissen davon. Versuchen Sie es gleich noch einmal.
error-start = Anmelden

language-title = Sprache wählen
help-title = Hilfe
help-username = Ihr Benutzername ist meist Ihre geschäftliche E-Mail-Adresse. Wenn das nicht hilft, wenden Sie sich an eine berechtigte Kontaktperson Ihres Kontos.
help-password = Wenn Sie Ihr Passwort vergessen haben, lassen Sie sich eine E-Mail schicken. Verwaltet Ihre Organisation das Passwort, kann es deren Helpdesk zurücksetzen.
help-several = Wenn Ihr Benutzername in mehreren Konten vorkommt, sagt die Kontonummer auf Ihrer Rechnung, welches Sie meinen.
help-contact = Nennen Sie bei Fragen den Vorgang von der Seite. Damit findet sich, was geschehen ist, und er sagt nichts über Sie.
privacy-title = Datenschutz
privacy-text = Diese Seite bewahrt, was sie zum Anmelden braucht: Ihren Benutzernamen, wann und von wo Sie sich angemeldet haben, und bei welcher Anwendung. Dafür und für nichts sonst benutzt sie Cookies. Von fremden Seiten lädt sie nichts.

# The person's own page
own-title = Ihr Konto
own-lead = Angemeldet als { $who }
own-sessions = Wo Sie angemeldet sind
own-here = Dieser Browser
own-used = Zuletzt genutzt { $time } UTC
own-applications = Anwendungen
own-none = Keine Anwendung merkt sich Ihre Anmeldung.
own-all-text = Das beendet jede Sitzung und jede Anwendung, auch in diesem Browser.
own-all = Überall abmelden
own-done = Die Anmeldung ist beendet.
own-device = Unbekanntes Gerät
own-start = Ihre Anwendungen
