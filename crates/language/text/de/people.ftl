people-add = Person hinzufügen
people-by-mail = Die Person bekommt eine Mail, mit der sie ein Passwort setzt. Der Link darin gilt einige Tage und nur einmal.
people-at-provider = Single Sign-On ist eingeschaltet: Die Person meldet sich beim Anbieter Ihrer Organisation an und bekommt von hier keine Mail.
people-username-hint = So, wie die Person ihn bei der Anmeldung eingibt, meist die geschäftliche E-Mail-Adresse.
people-email-hint = Wohin Mails gehen. Leer lassen, wenn es der Benutzername ist.
people-given = Vorname
people-family = Nachname
people-submit = Hinzufügen
people-submit-invite = Hinzufügen und einladen
people-mixed = In diesem Benutzernamen stehen Buchstaben mehrerer Alphabete. Man könnte ihn mit einem anderen verwechseln.
people-email-foreign = Ein anderes Konto hat die Domain dieser E-Mail-Adresse nachgewiesen.
people-email-malformed = Geben Sie eine E-Mail-Adresse ein, zum Beispiel name@example.com
people-no-mailbox = Geben Sie eine E-Mail-Adresse ein: Dorthin geht die Einladung
people-name-unfit = Höchstens 100 Zeichen, und keine unsichtbaren
people-too-many = Höchstens { $most } Personen werden in einer Stunde hinzugefügt. Versuchen Sie es später noch einmal.
people-said-added = Hinzugefügt. Die Person meldet sich beim Anbieter an.
people-said-invited = Hinzugefügt, und die Einladung ist unterwegs.
people-said-not-sent = Hinzugefügt, aber es konnte keine Einladung hinausgehen. Senden Sie sie von hier erneut.
people-invite = { $name } einladen
people-mail-password = Mail zum Passwort senden
people-said-mailed = Die Mail, mit der das Passwort gesetzt wird, ist unterwegs.
portal-said-not-mailed = Es ging keine Mail hinaus: Es fehlt ein Postfach, ein Passwort würde nicht gelten, oder drei gingen in der letzten Stunde hinaus.
people-event-added = Person hinzugefügt
people-event-mailed = Mail zum Passwort gesendet

applications = Anwendungen
applications-text = Wobei sich Personen dieses Kontos anmelden können. Wer die Installation betreibt, trägt Anwendungen ein.
applications-none = Für dieses Konto gibt es noch keine Anwendung.
applications-name = Anwendung
applications-kind = Art
applications-kind-web = Webanwendung
applications-kind-desktop = Auf dem Computer
applications-kind-mobile = Auf Telefon oder Tablet
applications-kind-extension = Browsererweiterung
applications-regions = Verfügbar in
applications-everywhere = Überall
applications-as-account = Wie es das Konto anbietet
applications-button = Mit einer Schaltfläche für Single Sign-On
applications-redirect = Sofort beim Anbieter
applications-second-factor = Beim Anbieter, mit einem zweiten Faktor
applications-password = Nur mit dem Passwort des Kontos
applications-administrators = Mit dem Passwort des Kontos, bis Verwalter per Single Sign-On hereingelassen werden.
applications-is-default = Standard
applications-default = Standardanwendung
applications-default-text = Eine Kachel bei Ihrem Identitätsanbieter und ein Test aus dessen Konsole öffnen sie.
applications-no-default = Keine: Die Person wählt
applications-opens = Eine Kachel öffnet
applications-save = Speichern
applications-no-start = { $name } hat keine Startadresse, also kann eine Kachel sie nicht öffnen. Wählen Sie eine andere.
applications-gone = Die Standardanwendung steht diesem Konto nicht mehr zur Verfügung. Wählen Sie eine andere.
applications-see = Anwendungen
applications-said-chosen = Die Standardanwendung wurde geändert.
applications-said-unknown = Nichts wurde geändert: Dieses Konto hat keine solche Anwendung, oder sie hat keine Startadresse.
applications-event = Standardanwendung geändert

portal-cert-weak = Mit SHA-1 signiert
portal-cert-weak-text = Es ist mit einem veralteten Verfahren signiert (SHA-1 oder MD5). Das sagt nichts über den Schlüssel, und es kann benutzt werden; lassen Sie bei Gelegenheit ein neues erstellen.

mail-moved-subject = Sie melden sich jetzt mit { $account } an
mail-moved-text = Ab dem { $date } fragen Ihre Anwendungen nach Ihrem Konto bei { $provider } statt nach einem eigenen Passwort.
mail-moved-how = Beginnen Sie wie bisher mit { $username } und wählen Sie dann „Einmalanmeldung“.
mail-moved-kept = Ihr Passwort hier gilt daneben weiter.
mail-moved-gone = Ihr altes Passwort wird nicht mehr benutzt.
mail-moved-portal = Ihr Passwort hier öffnet nur noch das Kontoportal.
mail-moved-button = Anmelden
setup-tell = Diesen Personen mitteilen, dass sie sich jetzt beim Anbieter anmelden
setup-tell-hint = Niemand bekommt die Mail zweimal an einem Tag.
people-event-told = Personen über Single Sign-On informiert

# Emergency access
emergency = Notzugang
emergency-give = Notzugang geben
emergency-take = Entziehen
emergency-has = Diese Person meldet sich mit dem Passwort des Kontos an, was auch immer der Identitätsanbieter tut. Jede Verwendung wird den Administratoren per E-Mail gemeldet.
emergency-none = Damit meldet sich diese Person mit dem Passwort des Kontos an, was auch immer der Identitätsanbieter tut. Geben Sie ihn ein oder zwei Personen, die das Konto reparieren können, und drucken Sie Codes für den Tresor.
emergency-left = { $left ->
    [0] Kein gedruckter Code ist vom Blatt vom { $date } übrig.
    [one] 1 gedruckter Code ist vom Blatt vom { $date } übrig.
   *[other] { $left } gedruckte Codes sind vom Blatt vom { $date } übrig.
}
emergency-no-codes = Es sind keine Codes gedruckt. Jeder gilt einmal anstelle des Passworts, wenn es niemand mehr weiß und keine E-Mail ankommt.
emergency-print = Codes zum Drucken erstellen
emergency-print-new = Neue Codes zum Drucken erstellen
emergency-sheet = Notfallcodes
emergency-once = Nur jetzt zu sehen. Drucken Sie diese Seite oder schreiben Sie die Codes auf, und legen Sie sie dorthin, wo Sie sie finden, wenn sonst nichts mehr geht.
emergency-how = Wenn der übliche Weg ausfällt: Geben Sie den Benutzernamen ein und einen dieser Codes anstelle des Passworts. Jeder gilt einmal. Anmelden unter
emergency-before = Codes, die vor diesem Blatt gedruckt wurden, gelten nicht mehr.
emergency-to-printer = Drucken
emergency-kept = Ich habe sie verwahrt
emergency-said-given = Diese Person hat jetzt einen Notzugang.
emergency-said-taken = Diese Person hat keinen Notzugang mehr. Gedruckte Codes gelten nicht mehr.
emergency-federated = Für den Notzugang und seine Codes muss man sich hier mit dem Passwort anmelden. Sie sind über Single Sign-On hier: Melden Sie sich ab, und mit dem Passwort wieder an.
emergency-event = Notzugang geändert
emergency-event-codes = Notfallcodes gedruckt
emergency-event-ended = Notfallcodes beendet
emergency-event-used = Notfallcode verwendet

# Whom people ask
contact = Wen man zur Anmeldung fragt
contact-hint = Zum Beispiel „IT-Hilfe, +49 30 123456“. Es steht am Fuß der Anmeldeseiten, sobald das Konto einer Person bekannt ist, und in der Mail für alle, die ein Passwort vergessen, das Ihre Organisation verwaltet. Leer: niemand wird genannt.
contact-save = Ansprechpartner speichern
contact-line = Fragen zur Anmeldung? { $contact }
contact-saved = Gespeichert: man liest es ab jetzt.
contact-characters = Schreiben Sie eine Zeile aus sichtbaren Zeichen
contact-too-long = Höchstens 120 Zeichen
contact-address = Lassen Sie Webadressen weg: auf diesen Seiten werden Passwörter eingegeben. Nennen Sie einen Namen, eine Telefonnummer oder eine E-Mail-Adresse

# Guessing
portal-guessing = Wenn jemand rät
portal-guessing-network = { $hours ->
    [one] Nach { $limit } falschen Passwörtern für einen Benutzernamen aus einem Netz innerhalb einer Stunde ist { $pause } Minuten Pause; jedes Mal doppelt so lange, höchstens { $longest }.
   *[other] Nach { $limit } falschen Passwörtern für einen Benutzernamen aus einem Netz innerhalb von { $hours } Stunden ist { $pause } Minuten Pause; jedes Mal doppelt so lange, höchstens { $longest }.
}
portal-guessing-anywhere = Nach { $limit } von überall innerhalb von { $hours } Stunden ist für Fremde { $pause } Minuten Pause; höchstens { $longest }.
portal-guessing-ends = Jede Pause endet von selbst. Ein Browser, in dem sich die Person schon angemeldet hat, wird getrennt gezählt: Fremde sperren niemanden aus.

# Domains on the first page
portal-home-domain-lost = Der Eintrag, der { $domain } nachweist, fehlt. Ist er bis { $until } nicht wieder da, führen ihre Benutzernamen nicht mehr hierher.
portal-home-domain-off = { $domain } führt niemanden mehr hierher: Der Eintrag, der sie nachweist, hat zu lange gefehlt.
portal-home-domain-to-prove = { $domain } ist noch nicht nachgewiesen und führt niemanden hierher.
