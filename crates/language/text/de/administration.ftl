# Administration of an account: at the door
reason-portal-no-account = Unter dieser Adresse ist nichts.
reason-portal-setup-over = Der Link ist abgelaufen oder wurde beendet, oder diese Seite hat eine halbe Stunde geruht. Öffnen Sie den Link erneut; wenn er nicht funktioniert, bitten Sie den Absender um einen neuen.

# What happened, in Activity
portal-event-signed-in = Im Kontoportal angemeldet
portal-event-signed-out = Vom Kontoportal abgemeldet
portal-event-portal-refused = Vom Kontoportal abgewiesen
portal-event-admin-sso = Anmeldung der Verwaltung geändert
portal-event-domain = Domain geändert
portal-event-passwords = Passwortregeln geändert

# Administrators
portal-administrators = Verwaltung
portal-administrators-text = Wer in diesem Portal was darf. Niemand gibt oder nimmt mehr, als er selbst darf.
portal-administrators-none = Niemand in diesem Konto hat eine Rolle.
portal-role = Rolle
portal-role-operator = Betreiber der Installation
portal-role-operator-text = Betreibt die Installation und sieht jedes Konto.
portal-role-partner = Partner
portal-role-partner-text = Betreut dieses Konto und die Konten darunter.
portal-role-administrator = Kontoverwaltung
portal-role-administrator-text = Alles in diesem Konto, auch Rollen.
portal-role-security = Sicherheitsbeauftragte
portal-role-security-text = Benutzer, Ausnahmeliste, Single Sign-On, Domains und Passwörter; keine Rollen.
portal-role-helpdesk = Helpdesk
portal-role-helpdesk-text = Sieht alles und schickt Einladungen noch einmal.
portal-role-auditor = Prüfung
portal-role-auditor-text = Sieht alles und nimmt die Aktivität als Datei mit.
portal-username = Benutzername
portal-give-role = Rolle geben
portal-give-hint = Jemand, der schon Benutzer dieses Kontos ist, auch eingeladen.
portal-give-submit = Rolle geben
portal-give-unknown = Niemand in diesem Konto hat diesen Benutzernamen
portal-give-not-active = Dieser Benutzer kann sich nicht anmelden: lassen Sie ihn erst wieder zu
portal-no-password-here = Hat hier kein Passwort, und das Portal fragt danach
portal-said-role-given = Die Rolle ist gegeben. Sie gilt ab der nächsten Anmeldung am Portal.
portal-said-role-taken = Die Rolle ist genommen, und die Person ist vom Portal abgemeldet.
portal-said-too-much = Es wurde nichts geändert: diese Rolle darf hier mehr als Sie.
portal-admin-sso = Wie sich die Verwaltung anmeldet
portal-admin-sso-off = Mit dem Passwort hier
portal-admin-sso-on = Auch Single Sign-On
portal-admin-sso-off-text = Die Verwaltung meldet sich an diesem Portal mit einem eigenen Passwort an, auch wo Single Sign-On eingeschaltet ist. So bleibt niemand ausgesperrt, wenn der Identitätsanbieter ausfällt, und wer ihn übernimmt, verwaltet nichts.
portal-admin-sso-on-text = Die Verwaltung meldet sich an diesem Portal an wie überall sonst. Wer auf der Ausnahmeliste steht oder den Notzugang hat, behält das Passwort; mindestens einer von ihnen bleibt in der Verwaltung.
portal-admin-sso-turn-on = Der Verwaltung Single Sign-On erlauben
portal-admin-sso-turn-off = Die Verwaltung wieder nach dem Passwort fragen
portal-said-admin-sso-on = Die Verwaltung darf ab jetzt Single Sign-On benutzen.
portal-said-admin-sso-off = Die Verwaltung meldet sich wieder mit dem Passwort an. Wer über Single Sign-On kam, ist vom Portal abgemeldet.

# Domains
portal-domains = Domains
portal-domains-text = Wer einen Benutzernamen einer nachgewiesenen Domain eingibt, kommt zur Anmeldung dieses Kontos.
portal-domains-none = Dieses Konto hat noch keine Domain.
portal-domain = Domain
portal-domain-hint = Was in Ihren Benutzernamen nach dem @ steht, zum Beispiel northwind.example. Ein Teil davon ist eine eigene Domain.
portal-domain-add = Domain hinzufügen
portal-domain-none = Geben Sie einen Domainnamen ein, zum Beispiel northwind.example
portal-domain-already = Diese Domain steht schon in der Liste
portal-domain-everybodys = Dort bekommt jeder ein Postfach, also gehört diese Domain niemandem allein. Nehmen Sie eine Domain Ihrer Organisation.
portal-domain-too-many = Ein Konto hat höchstens { $most } Domains; geben Sie erst eine auf
portal-domain-proved = Nachgewiesen am { $date }
portal-domain-not-proved = Noch nicht nachgewiesen
portal-domain-proved-text = Benutzernamen, die auf @{ $domain } enden, führen zu diesem Konto.
portal-domain-no-proof = Der Nachweis ist noch nicht begonnen.
portal-domain-begin = Nachweis beginnen
portal-domain-check = Jetzt prüfen
portal-domain-give-up = Domain aufgeben
portal-domain-give-up-people = { $people ->
    [0] Niemand hat einen Benutzernamen dieser Domain.
    [one] 1 Person hat einen Benutzernamen dieser Domain.
   *[other] { $people } Personen haben einen Benutzernamen dieser Domain.
}
portal-domain-give-up-text = Wer so einen Namen eingibt, wird nicht mehr zu Ihrer Anmeldung geführt, bevor bekannt ist, wer es ist, und was der Anbieter über diese Personen sagt, wird abgelehnt. 24 Stunden lang können Sie sie hier zurücknehmen; danach fügen Sie die Domain neu hinzu und weisen sie mit einem neuen Eintrag nach.
portal-domain-steps = Weisen Sie nach, dass { $domain } Ihnen gehört: legen Sie diesen TXT-Eintrag dort an, wo das DNS betreut wird, und prüfen Sie dann.
portal-domain-record-name = Name
portal-domain-record-value = Wert
portal-domain-hint-name = Manche DNS-Seiten hängen die Domain selbst an; geben Sie dann nur _signin-check als Namen ein.
portal-domain-looked = Wir haben nach dem Eintrag gesehen:
portal-found-nothing = Unter diesem Namen gibt es keinen TXT-Eintrag. Ein neuer kann einige Minuten brauchen.
portal-found-others = Diese TXT-Einträge sind da, und keiner davon ist der richtige:
portal-found-bare = Der Wert steht bei der Domain selbst. Er muss unter dem Namen oben stehen.
portal-found-elsewhere = Der richtige Eintrag steht unter einem anderen Namen:
portal-found-no-answer = Die Namensserver dieser Domain haben nicht geantwortet. Versuchen Sie es in einigen Minuten noch einmal.
portal-found-taken = Der Eintrag stimmt, aber ein anderes Konto hat diese Domain schon nachgewiesen. Fragen Sie den Betreiber dieser Anmeldung.
portal-said-domain-added = Die Domain steht in der Liste. Sie zählt nichts, bevor sie nachgewiesen ist.
portal-said-domain-proved = Die Domain ist nachgewiesen und gilt ab jetzt.
portal-said-domain-not-yet = Noch nicht nachgewiesen. Bei der Domain steht, was wir stattdessen gefunden haben.
portal-said-domain-given-up = Die Domain ist aufgegeben: sie führt niemanden mehr hierher.

# Passwords
portal-passwords = Passwörter
portal-passwords-people = { $people ->
    [one] { $people } Person hat hier ein Passwort
   *[other] { $people } Personen haben hier ein Passwort
}
portal-profile = Profil
portal-profile-classic = Klassisch
portal-profile-classic-text = 8 bis 16 Zeichen mit Buchstabe, Ziffer und Sonderzeichen, alle 90 Tage neu.
portal-profile-modern = Modern
portal-profile-modern-text = Mindestens 15 Zeichen jeder Art, und kein Wechsel ohne Grund.
portal-expires = Passwörter gelten { $days } Tage.
portal-expires-never = Passwörter laufen nicht ab.
portal-expired-now = { $people ->
    [0] Keines ist abgelaufen.
    [one] { $people } Person muss bei der nächsten Anmeldung ein neues wählen.
   *[other] { $people } Personen müssen bei der nächsten Anmeldung ein neues wählen.
}
portal-policy-needs = Wie ein Passwort sein muss
portal-against = Was gegen die Empfehlungen ist
portal-against-none = Nichts
portal-against-count = { $count ->
    [one] { $count } Punkt
   *[other] { $count } Punkte
}
portal-against-source = Empfehlungen von NIST SP 800-63B-4 für Passwörter, die der einzige Nachweis sind.
portal-against-length = Weniger als 15 Zeichen werden angenommen: kurze Passwörter werden erraten.
portal-against-long = Passwörter mit 64 Zeichen werden abgelehnt: ganze Sätze passen nicht.
portal-against-composition = Es werden Arten von Zeichen verlangt: dann wählen Leute, was leicht zu erraten ist.
portal-against-characters = Nicht jedes Zeichen wird angenommen, zum Beispiel kein Leerzeichen.
portal-against-expiry = Passwörter müssen ohne Grund gewechselt werden: dann zählen Leute vom alten weiter.
portal-against-blocklist = Bekannte oder leicht zu erratende Passwörter werden angenommen.
portal-policy-lasts = Profil und Ablauf
portal-policy-days = Tage, bis ein Passwort abläuft
portal-policy-days-hint = 0–{ $most } (0: nie).
portal-policy-history = Frühere Passwörter, die abgelehnt werden
portal-policy-history-hint = 0–{ $most }, neben dem jetzigen.
portal-policy-number = Geben Sie eine Zahl in diesen Grenzen ein
portal-policy-concerns = { $people ->
    [one] { $people } weitere Person wird bei der nächsten Anmeldung ein neues Passwort wählen müssen. Es ist noch nichts gespeichert.
   *[other] { $people } weitere Personen werden bei der nächsten Anmeldung ein neues Passwort wählen müssen. Es ist noch nichts gespeichert.
}
portal-policy-save = Speichern
portal-policy-save-all-the-same = Trotzdem speichern
portal-said-policy-saved = Die Regeln sind gespeichert. Sie gelten für jedes Passwort, das ab jetzt gesetzt wird.

# Einrichtungslinks, für jemanden von außen
portal-event-setup-link = Einrichtungslink
portal-event-setup-opened = Einrichtungslink geöffnet
portal-event-setup-left = Einrichtungslink verlassen
portal-said-link-ended = Der Link ist beendet. Wer dadurch hier ist, ist sofort draußen.
setup-links = Einrichtungslinks
setup-links-text = Jemand anderes betreut Ihren Anbieter oder Ihr DNS? Ein Link lässt ihn dessen Werte eintragen, die Anmeldung testen und Domains nachweisen. Er sieht keine Benutzer und schaltet nichts ein.
setup-links-none = Es wurde noch kein Einrichtungslink erstellt.
setup-link = Link
setup-link-for = Für
setup-link-made = Erstellt
setup-link-new = Eine neue Verbindung, die damit angelegt wird
setup-link-hours = Gilt für
setup-link-days = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
}
setup-link-so-many-hours = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
}
setup-link-email = E-Mail-Adresse, falls wir ihn senden sollen
setup-link-email-hint = Ohne Adresse geben Sie den Link selbst weiter.
setup-link-make = Link erstellen
setup-link-connection-wrong = Wählen Sie eine dieser Verbindungen
setup-link-hours-wrong = Wählen Sie eine Zeit von 1 Stunde bis { $days } Tage
setup-link-email-wrong = Geben Sie eine E-Mail-Adresse ein, zum Beispiel kim@example.com, oder lassen Sie das Feld leer
setup-link-too-many = Dieses Konto hat innerhalb eines Tages { $most } Links erstellt; morgen gehen weitere
setup-link-here = Hier ist der Link
setup-link-once = Wird nur jetzt gezeigt
setup-link-care = Wer ihn hat, kann ihn öffnen, bis er endet. Er ist nur als Fingerabdruck gespeichert, niemand kann ihn noch einmal zeigen; jede Nutzung steht unter seiner Referenz unter „Aktivität“.
setup-link-mailed = Wir senden ihn an
setup-link-works = Gilt
setup-link-ended = Beendet
setup-link-over = Abgelaufen
setup-link-dead = Gilt nicht mehr: wer ihn erstellt hat, darf es nicht mehr
setup-link-opened = Zuletzt geöffnet:
setup-link-end = Link beenden
setup-link-of = Einrichtungslink { $reference }
setup-leave = Ich bin hier fertig
setup-errand = { $name } bittet Sie, das vorzubereiten. Niemand ist betroffen, bevor { $name } es einschaltet.
setup-works-until = Der Link gilt bis
setup-turn-theirs = Dieser Schritt ist für { $name }, sobald ein Test bestanden ist. Vorher ist niemand betroffen.
setup-turn-theirs-now = Ein Test ist bestanden: Ihr Teil ist erledigt. { $name } sieht es an und schaltet es ein.
setup-said-is-on = Über diese Verbindung melden sich Menschen an. Was Sie eintragen, wartet, bis jemand, der das Konto verwaltet, es übernimmt.
setup-tested-by-link = über den Einrichtungslink { $reference }
setup-offer = Anmeldung einrichten
setup-offer-next = Die Anmeldung des Kontos
setup-asks = { $name } bittet Sie, { $provider } zu verbinden.
setup-asks-any = { $name } bittet Sie, den Identitätsanbieter Ihrer Organisation zu verbinden.
setup-nobody-yet = Es dauert etwa 15 Minuten, und niemand ist betroffen, bevor { $name } es einschaltet.
setup-until = Der Link gilt bis { $date }, { $time } (UTC).
setup-ends-portal = Sie sind als { $name } im Kontoportal. In diesem Browser endet das, wenn Sie den Link öffnen.
setup-open = Beginnen
setup-account-number = Konto { $number }
setup-left = Sie sind hier fertig
setup-left-text = Was Sie eingetragen haben, bleibt gespeichert. Der Link öffnet es wieder, solange er gilt.
setup-over = Dieser Einrichtungslink funktioniert gerade nicht

# Die Anmeldeseite
appearance = Anmeldeseite
appearance-text = Die Farbe Ihrer Organisation auf den Anmeldeseiten, sobald das Konto einer Person bekannt ist. Die erste Seite behält die des Produkts, damit niemand sie wie die einer anderen aussehen lassen kann.
appearance-event = Aussehen der Anmeldeseiten geändert
appearance-colour = Farbe
appearance-colour-hint = Sechs Stellen wie in Ihrem Gestaltungshandbuch, zum Beispiel #0b5a58. Leer: die des Produkts.
appearance-no-colour = Geben Sie eine Farbe wie #0b5a58 ein
appearance-unreadable = Text auf dieser Farbe hat einen Kontrast von { $ratio } : 1, mindestens { $least } : 1 ist nötig. Das Muster zeigt den nächsten lesbaren Ton.
appearance-nearest = { $colour } nehmen
appearance-save = Speichern
appearance-preview = Vorschau
appearance-sample = Muster
appearance-now = So ist es jetzt
appearance-not-saved = Noch nicht gespeichert
appearance-contrast = Kontrast { $ratio } : 1
appearance-light = Hell
appearance-dark = Dunkel, für Menschen, deren Gerät es so will
appearance-saved = Die Farbe ist gespeichert und ab jetzt zu sehen.
logo = Logo
logo-file = Bild
logo-hint = PNG, JPEG oder WebP, höchstens 50 KB und 2.000 × 2.000 Pixel. Es wird so klein gemacht, wie es zu sehen ist, und steht auf weißem Grund über der Anmeldung, sobald das Konto einer Person bekannt ist.
logo-keep = Ohne Datei bleibt das jetzige.
logo-alt = Text für alle, die es nicht sehen
logo-alt-hint = Ein Vorleseprogramm sagt ihn, und er steht da, wenn das Bild fehlt. Meist der Name Ihrer Organisation, höchstens 120 Zeichen.
logo-alt-empty = Geben Sie ein, was ein Vorleseprogramm statt des Logos sagt, zum Beispiel den Namen Ihrer Organisation
logo-send = Im Muster zeigen
logo-waiting = Das Bild ist unten im Muster. Sonst sieht es noch niemand.
logo-use = Dieses Logo nehmen
logo-remove = Logo entfernen
logo-empty = Wählen Sie ein Bild aus
logo-too-long = Die Datei ist länger als 50 KB. Wählen Sie eine kleinere
logo-kind = Die Datei ist weder PNG noch JPEG noch WebP
logo-svg = Das ist ein SVG. Exportieren Sie es als PNG, mindestens 480 Pixel breit, und wählen Sie diese Datei
logo-too-large = Das Bild ist größer als 2.000 × 2.000 Pixel. Verkleinern Sie es
logo-damaged = Das Bild lässt sich nicht lesen. Speichern Sie es in Ihrem Programm noch einmal und wählen Sie es neu aus
logo-too-detailed = Das Bild hat zu viele Einzelheiten für ein Logo. Nehmen Sie eines mit weniger Farben und kein Foto
portal-said-logo-saved = Das Logo ist gespeichert und ab jetzt zu sehen.
portal-said-logo-removed = Das Logo ist entfernt.
