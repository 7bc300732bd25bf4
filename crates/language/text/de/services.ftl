# Verbundene Dienste
portal-services = Verbundene Dienste
service-lead = Anwendungen handeln bei Microsoft 365 als die Person, die es erlaubt. Sie lesen in deren Namen Kalender, Kontakte oder ein Postfach.
service-none = Ein verbundener Dienst braucht eine Verbindung zu Ihrer Organisation bei Microsoft, und es gibt noch keine. Fügen Sie sie hinzu, prüfen Sie sie und schalten Sie sie ein; dann geht es hier weiter.
service-set-up = Eingerichtet
service-not-set-up = Nicht eingerichtet
service-people-count = { $count ->
    [0] Noch hat niemand etwas erlaubt.
    [one] 1 Person hat etwas erlaubt.
   *[other] { $count } Personen haben etwas erlaubt.
}
service-first = Tragen Sie zuerst die Werte von Schritt 2 ein.

# 1 Registrieren
service-register = Bei Microsoft registrieren
service-register-text = Eine Registrierung im Entra Admin Center dient allen in Ihrer Organisation:
service-redirect-hint = Auf beiden Seiten gleich, Zeichen für Zeichen: nur https; Groß- und Kleinschreibung und der letzte Schrägstrich zählen.

# 2 Werte
service-overview = Oder die ganze Seite „Übersicht“ einfügen
service-overview-hint = Wir finden beide IDs darin und lassen die Objekt-ID weg, die keine davon ist.
service-permissions = Berechtigungen
service-permissions-lead = Wählen Sie, was dort delegiert ist. Anwendungsberechtigungen sind etwas anderes und nicht verwendbar.
service-permission = Berechtigung
service-interface = Schnittstelle
service-admin-consent = Administratorzustimmung nötig
service-yes = Ja
service-no = Nein
service-rarely = Eine andere Cloud oder ein Clientgeheimnis
service-cloud = Microsoft-Cloud
service-secret-hint = Leer lassen: ein öffentlicher Client hat keines.
service-off = Ausschalten
service-off-text = Keine Anwendung bekommt mehr ein Token, und was Menschen erlaubt haben, ist vergessen. Sie sehen es, bevor es geschieht.
service-forgets = { $count ->
    [0] Das ist eine andere Registrierung.
    [one] Das ist eine andere Registrierung: was 1 Person erlaubt hat, ist dann vergessen. Sie wird neu gefragt.
   *[other] Das ist eine andere Registrierung: was { $count } Personen erlaubt haben, ist dann vergessen. Jede wird neu gefragt.
}
service-forgets-consent = Auch die Zustimmung der Organisation ist dann vergessen.
service-problem-cloud = Wählen Sie eine der Clouds von Microsoft.
service-problem-same-id = Application (client) ID und Directory (tenant) ID sind zwei verschiedene Werte. Die Objekt-ID ist keiner davon.
service-problem-redirect = Die Redirect URI beginnt mit https:// und enthält weder * noch #.
service-problem-elsewhere = Die Redirect URI führt woandershin. Antworten kommen nur zum Host dieses Portals zurück.
service-problem-permissions = Wählen Sie mindestens eine Berechtigung.

# 3 Zustimmung
service-consent = Zustimmung der Organisation
service-consent-given = Gegeben am { $date }
service-consent-needed = Nötig
service-consent-not-needed = Nicht nötig
service-consent-partly = Nicht vollständig
service-consent-given-text = Microsoft fragt niemanden mehr. Jede Person sagt weiterhin hier, welche Anwendung für sie handeln darf.
service-consent-needed-text = Eine der Berechtigungen oben braucht jemanden, der bei Microsoft verwaltet. Vorher kann sie niemand erlauben.
service-consent-not-needed-text = Jede Person kann diese Berechtigungen bei Microsoft allein erlauben. Stimmt die Organisation zu, fragt Microsoft nicht mehr.
service-consent-partly-text = Gegeben am { $date }. Seitdem kamen diese dazu:
service-consent-hint = Sie gehen weiter zu Microsoft, stimmen dort als Administrator Ihrer Organisation zu und kommen zurück.
service-consent-grant = Administratorzustimmung erteilen
service-consent-link = Einen Link für jemand anderen erzeugen
service-link = Link für die Verwaltung bei Microsoft
service-link-text = Dieser Link steht nur jetzt hier und gilt einmal. Schicken Sie ihn an die, die Ihre Organisation bei Microsoft verwalten.

# 4 Personen
service-people = Wer es erlaubt hat
service-people-none = Noch niemand. Eine Anwendung fragt jede Person, sobald sie etwas braucht.
service-applications = Anwendungen, die fragen dürfen
service-applications-none = Keine. Wer diese Anmeldung betreibt, bestimmt, welche Anwendungen für Menschen handeln dürfen.
service-tokens-off = Keine Anwendung bekommt ein Token: wer diese Anmeldung betreibt, muss das erst einschalten.
service-connection-off = Anwendungen bekommen Token, sobald die Verbindung eingeschaltet ist, für eine Erprobung oder für alle.
service-steps = Schritte
service-test = Token prüfen
service-end = Beenden
service-end-hint = Ist es hier beendet, bekommt keine Anwendung ein neues Token. Bei Microsoft bleibt die Zustimmung, bis sie dort entfernt wird, und ein Token, das eine Anwendung schon hat, lebt noch etwa eine Stunde.
service-tested = Token von { $who }
service-tested-hidden = Die Token selbst bekommt niemand zu sehen.
service-live = Gültig
service-ask-again = Zustimmung nötig
service-no-token = Kein Token
service-why-never = Diese Person hat es noch nicht erlaubt.
service-why-taken-back = Die Zustimmung wurde zurückgenommen oder ist abgelaufen. Die Anwendung fragt neu.
service-why-more = Es wird mehr gebraucht, als diese Person erlaubt hat. Die Anwendung fragt neu.
service-refused = Microsoft gab keines ({ $code }). Das Erlaubte bleibt; versuchen Sie es später noch einmal.
service-busy = Es wird gerade erneuert. Versuchen Sie es gleich noch einmal.
service-unusable = Die Registrierung ist so, wie sie eingetragen ist, nicht verwendbar. Sehen Sie sich die Werte oben an.

# Was daraus wurde
service-said-accepted = Diese Werte gelten jetzt.
service-said-consented = Die Zustimmung der Organisation ist da.
service-said-ended = Es ist beendet. Keine Anwendung bekommt mehr ein Token dieser Person.
service-said-not-set-up = Tragen Sie zuerst die Registrierung ein.
service-event-changed = Verbundener Dienst geändert
service-event-ended = Zustimmung einer Person beendet
service-event-tested = Token geprüft
service-event-granted = Anwendung darf handeln
service-event-consented = Zustimmung der Organisation gegeben
service-event-exchanged = Token an eine Anwendung gegeben
service-event-azure = Durch die Azure-Integration verbunden

# Single Sign-On: was vom Anbieter selbst kommt
setup-azure = Azure-Integration starten
setup-azure-text = Bei Microsoft anmelden und zustimmen: die Verbindung ist da, ohne einen Wert zu kopieren.
setup-said-connected = Microsoft hat uns die Werte Ihrer Organisation gesagt. Prüfen Sie als Nächstes die Anmeldung.
setup-said-refused = Abgelehnt. Genau dasselbe wird nicht noch einmal gezeigt.
setup-moves = Die Adressen des Anbieters haben sich geändert
setup-moves-text = Menschen und Codes gingen dann dorthin. Fragen Sie den Anbieter, ob er umgezogen ist, bevor Sie sie verwenden.
setup-moves-refuse = Ablehnen
