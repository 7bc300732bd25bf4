# The account portal: frame
portal-name = Kontoportal
portal-nav = Konto
portal-home = Übersicht
portal-users = Benutzer
portal-exclusions = Ausnahmeliste
portal-activity = Aktivität
portal-accounts = Konten
portal-visiting = Nicht Ihr eigenes Konto
portal-date = { $day }. { $month } { $year }
portal-today = heute { $time }
portal-yesterday = gestern { $time }
portal-more = Weitere
portal-first = Zurück zum Anfang
portal-more-label = Seiten dieser Liste
portal-search = Suchen
portal-utc = Zeiten in UTC

# At the door
portal-no-role = Das Kontoportal steht Ihnen nicht offen
reason-portal-no-role = Sie sind angemeldet, aber niemand hat Ihnen eine Rolle im Kontoportal gegeben. Fragen Sie die Verwaltung Ihrer Organisation oder den Betreiber dieser Anmeldung.
portal-not-allowed = Ihre Rolle umfasst das nicht
reason-portal-not-allowed = Es wurde nichts geändert. Die Kontoverwaltung kann es tun oder dafür sorgen, dass Sie es können.
portal-to-start = Zur ersten Seite Ihres Kontos
portal-not-signed-in = Sie wurden nicht angemeldet
reason-portal-not-signed-in = Die Anmeldung endete, ohne zu sagen, wer Sie sind. Versuchen Sie es noch einmal.

# Home
portal-sso = Single Sign-On
portal-sso-not-entitled = Nicht in Ihrem Vertrag
portal-sso-off = Aus
portal-sso-testing = Wird eingerichtet
portal-sso-pilot = Für einige an
portal-sso-domains = Für nachgewiesene Domains an
portal-sso-on = An
portal-sso-outage = Anbieter gestört
portal-connection-draft = Entwurf
portal-connection-tested = Getestet
portal-connection-retired = Abgeschaltet
portal-affected = { $there ->
    [one] 1 Person meldet sich beim Anbieter an, { $here } mit Passwort
   *[other] { $there } Personen melden sich beim Anbieter an, { $here } mit Passwort
}
portal-affected-none = Alle melden sich mit Passwort an
portal-no-connection = Mit diesem Konto ist kein Identitätsanbieter verbunden.
portal-no-settings = Dafür wurde noch nichts eingetragen.
portal-certificates = Signaturzertifikate
portal-cert-good = Gültig bis { $date }
portal-cert-ends = { $days ->
    [0] Läuft heute ab
    [one] Läuft in 1 Tag ab
   *[other] Läuft in { $days } Tagen ab
}
portal-cert-over = Abgelaufen am { $date }
portal-provider-away = Die Anmeldeseite des Anbieters antwortet nicht ({ $why }).
portal-provider-address = An der eingetragenen Adresse steht kein Dokument des Anbieters ({ $why }). Vergleichen Sie die Adresse mit der Konsole des Anbieters.
portal-provider-metadata = Die Metadaten des Anbieters sind nicht lesbar ({ $why }). Die Anmeldung läuft mit den vorhandenen Werten weiter.
portal-provider-keys = Die Schlüssel des Anbieters sind nicht lesbar ({ $why }).
portal-provider-good-at = Zuletzt ging es am { $date }.
portal-provider-never = Es ging noch nie.
portal-provider-returns = { $failed } der letzten { $all } Antworten des Anbieters wurden abgelehnt.
portal-provider-waiting = Der Anbieter veröffentlicht seit { $date } andere Werte. Sie warten darauf, dass jemand sie ansieht.
portal-provider-outage = Für einige Stunden Passwörter erlauben
portal-provider-look = Ansehen
portal-cert-not-yet = Noch nicht gültig
portal-failures = Fehlgeschlagene Anmeldungen der letzten 24 Stunden
portal-failures-none = Keine
portal-failures-none-text = Niemand wurde abgewiesen.
portal-failures-count = { $count } fehlgeschlagen
portal-failures-people = { $people ->
    [0] Sie lassen sich keiner Person zuordnen: Der Name war unbekannt oder fehlte.
    [one] Sie betreffen 1 Person.
   *[other] Sie betreffen { $people } Personen.
}
portal-last-failure = Die letzte war
portal-failures-see = In der Aktivität ansehen

# Users
portal-user = Benutzer
portal-state = Zustand
portal-state-active = Aktiv
portal-state-invited = Eingeladen
portal-state-suspended = Gesperrt
portal-state-gone = Ausgeschieden
portal-signs-in = Anmeldung mit
portal-way-sso = Single Sign-On
portal-way-password = Passwort
portal-way-excluded = Passwort (Ausnahmeliste)
portal-way-emergency = Passwort (Notzugang)
portal-last = Letzte Anmeldung
portal-never = Noch nie
portal-search-users = Der Benutzername beginnt mit
portal-filter = Zeigen
portal-filter-all = Alle
portal-filter-unmatched = Benutzername passt nicht
portal-users-none = In dieser Liste steht niemand.
portal-users-unknown = Kein Benutzername beginnt so. Verglichen wird nur der Anfang, nicht die Mitte.

# One user
portal-facts = Über diese Person
portal-email = E-Mail
portal-no-email = Keine: Post ist nicht möglich
portal-password = Passwort hier
portal-password-set = Gesetzt
portal-password-none = Keines
portal-groups = Gruppen
portal-places = Angemeldet
portal-places-none = Nirgends angemeldet.
portal-since = Angemeldet
portal-used = zuletzt benutzt
portal-end-sessions = Überall abmelden
portal-invite = Einladung erneut senden
portal-why = Warum klappt die Anmeldung nicht?
portal-exclude = Auf die Ausnahmeliste setzen
portal-include = Von der Ausnahmeliste nehmen
portal-is-excluded = Meldet sich mit Passwort an, auch wo andere Single Sign-On benutzen.
portal-not-excluded = Nicht auf der Liste: meldet sich so an, wie das Konto es vorsieht.
portal-added = Hinzugefügt
portal-added-by = Hinzugefügt von { $by } am { $date }
portal-added-above = Hinzugefügt am { $date } von jemandem, der Ihr Konto betreut
portal-added-file = Mit der Einrichtung des Kontos hinzugefügt
portal-access = Zugang
portal-suspend = Sperren
portal-suspend-text = Wer gesperrt ist, kann sich nicht anmelden und wird überall sofort abgemeldet. Sonst geht nichts verloren.
portal-resume = Wieder zulassen
portal-resume-text = Diese Person kann sich jetzt nicht anmelden. Wieder zugelassen, ist alles wie zuvor.
portal-user-activity = Diese Person in der Aktivität ansehen
reason-portal-form = Diese Seite war zu lange offen, deshalb wurde nichts getan. Wählen Sie noch einmal.
portal-said-changed = Das ist schon so, oder jemand hat es inzwischen geändert. So ist es jetzt.
portal-meanwhile = Inzwischen:
portal-said-oneself = Den eigenen Zugang kann man hier nicht nehmen. Jemand anderes kann es, und Ihre eigenen Sitzungen stehen auf Ihrer Kontoseite.
portal-said-wider = Diese Person hat im Portal eine weiter reichende Rolle als Sie. Wer diese Rolle hat, kann es tun.
portal-said-last = Es wurde nichts geändert: Danach könnte niemand mehr andere zulassen. Geben Sie zuerst jemandem die Rolle.
portal-said-no-passwords = Es wurde nichts geändert: Dieses Konto erlaubt keine Passwörter, die Ausnahmeliste ließe also niemanden ein.
portal-said-not-sent = Es ging keine Einladung hinaus: Es fehlt ein Postfach, oder drei gingen in der letzten Stunde hinaus.
portal-said-invited = Die Einladung ist unterwegs.
portal-said-suspended = Die Person ist gesperrt und überall abgemeldet.
portal-said-resumed = Die Person kann sich wieder anmelden.
portal-said-signed-out = Die Person ist überall abgemeldet.
portal-said-excluded = Die Person steht jetzt auf der Ausnahmeliste und bekommt bei der nächsten Anmeldung die Passwortseite.
portal-said-included = Die Person steht nicht mehr auf der Ausnahmeliste und meldet sich an wie alle anderen.

# Why
portal-why-app = Anwendung
portal-why-ask = Fragen
portal-why-nothing = Soweit wir sehen, steht nichts im Weg.
portal-why-invited = Die Einladung wurde noch nicht angenommen. Senden Sie sie erneut, und bitten Sie darum, nach der Mail zu sehen.
portal-why-suspended = Die Person ist gesperrt. Wieder zugelassen, kann sie sich anmelden.
portal-why-gone = Die Person ist aus dem Konto ausgeschieden.
portal-why-account = Das ganze Konto ist gesperrt.
portal-why-refused = Die Einstellungen des Kontos lassen so niemanden ein: Sehen Sie nach dem Zustand von Single Sign-On.
portal-why-no-password = Verlangt wird ein Passwort, und diese Person hat keines. Sie kann es über „Passwort vergessen?“ setzen.
portal-why-second-factor = Die Anwendung verlangt einen zweiten Faktor, und ein Passwort bringt keinen. Diese Person muss mit Single Sign-On kommen.
portal-why-not-in-pilot = Single Sign-On ist nur für einige Personen eingeschaltet, und diese Person gehört nicht dazu. Ein Passwort, das stattdessen zählte, hat sie nicht.
portal-why-certificates = Jedes Zertifikat des Anbieters ist abgelaufen oder noch nicht gültig. Tragen Sie unter Single Sign-On das jetzige ein.
portal-why-domain = Der Anbieter nennt diese Person mit einer Adresse, deren Domain das Konto nicht nachgewiesen hat; sein Wort zählt dann nicht. Weisen Sie die Domain nach, oder ändern Sie den Namen.
portal-why-no-email = Der Anbieter nennt Personen mit ihrer E-Mail-Adresse, und bei dieser Person steht hier keine.
portal-why-no-external-id = Der Anbieter nennt Personen mit einer externen ID, und bei dieser Person steht hier keine.
portal-why-several = Noch jemand im Konto hat dieselbe E-Mail-Adresse oder externe ID; der Anbieter nennt damit keinen von beiden.
portal-why-would = Was die Anmeldeseite tut
portal-would-redirect = Für { $app } wird diese Person sofort zu { $provider } gebracht.
portal-would-button = Für { $app } wird dieser Person Single Sign-On mit { $provider } angeboten.
portal-would-both = Für { $app } kann diese Person { $provider } oder das Passwort des Kontos benutzen.
portal-would-password = Für { $app } wird diese Person nach dem Passwort des Kontos gefragt.
portal-would-refuse = Für { $app } wird aus diesem Konto niemand eingelassen.
portal-why-rules = Die Regeln der Reihe nach, für den Support
portal-why-attempts = Letzte Versuche
portal-why-no-attempts = Keine verzeichnet.

# Exclusion list
portal-excluded-count = { $count ->
    [one] 1 Person
   *[other] { $count } Personen
}
portal-excluded-text = Diese Personen benutzen weiter ihr Passwort.
portal-excluded-none = Auf der Ausnahmeliste steht niemand.
portal-exclude-add = Personen hinzufügen
portal-exclude-names = Benutzernamen
portal-exclude-hint = Einer je Zeile oder durch Kommas getrennt; höchstens { $most } auf einmal.
portal-exclude-unknown = Diese Benutzernamen hat in diesem Konto niemand
portal-names-rest = Höchstens { $most } Namen werden auf einmal genommen. Die übrigen stehen noch im Feld.
portal-exclude-submit = Auf die Liste setzen
portal-remove = Entfernen
portal-pasted-refused = Sie können nicht auf die Liste setzen: { $names }. Niemand ändert den eigenen Eintrag oder den von Menschen mit einer weiter reichenden Rolle.
portal-pasted = { $added ->
    [one] 1 Person wurde hinzugefügt; { $there } standen schon auf der Liste.
   *[other] { $added } Personen wurden hinzugefügt; { $there } standen schon auf der Liste.
}

# Activity
portal-when = Wann
portal-what = Was
portal-result = Ergebnis
portal-result-all = Alle
portal-result-failed = Nur fehlgeschlagene
portal-kind = Art
portal-kind-all = Alles
portal-kind-signins = Anmeldungen
portal-kind-changes = Änderungen
portal-by = durch
portal-by-above = durch jemanden, der Ihr Konto betreut
portal-done = Erledigt
portal-failed = Fehlgeschlagen
portal-export-csv = Als CSV ausgeben
portal-export-jsonl = Als JSON-Zeilen ausgeben
portal-activity-none = Dazu ist nichts verzeichnet.
portal-activity-nonsense = Diesen Benutzernamen hat in diesem Konto niemand, oder das Aktenzeichen ist keines von uns. Es hat acht Zeichen in zwei Gruppen.
portal-event-signin = Angemeldet
portal-event-password = Passwort eingegeben
portal-event-federated = Single Sign-On hat geantwortet
portal-event-not-sent = Niemand konnte zum Single Sign-On geleitet werden
portal-event-refused = Anmeldung abgewiesen
portal-event-session-ended = Abgemeldet
portal-event-grant-ended = Von einer Anwendung abgemeldet
portal-event-password-changed = Passwort geändert
portal-event-password-reset = Passwort zurückgesetzt
portal-event-accepted = Einladung angenommen
portal-event-entered = Konto geöffnet
portal-event-user = Benutzer geändert
portal-event-exclusion = Ausnahmeliste geändert
portal-event-sessions-ended = Überall abgemeldet
portal-event-invited = Einladung gesendet
portal-event-exported = Aktivität ausgegeben
portal-event-role = Rolle geändert
portal-event-operator-user = Benutzer durch den Betreiber geändert
portal-event-operator-account = Konto durch den Betreiber geändert
portal-event-operator-connection = Identitätsanbieter durch den Betreiber geändert
portal-event-metadata-taken = Metadaten des Anbieters selbsttätig übernommen
portal-event-metadata-staged = Metadaten des Anbieters geändert, wartet

# Accounts
portal-account = Konto
portal-account-number = Konto { $number }
portal-accounts-text = Wer ein anderes Konto öffnet, steht in dessen Aktivität.
portal-accounts-none = Kein Konto beginnt so.
portal-search-accounts = Nummer oder Name beginnt mit
portal-enter = Öffnen

# Single Sign-On
portal-sso-see = Ansehen, was der Anbieter braucht
portal-sso-text = Was in die Konsole des Anbieters gehört, und was von dort kam.
portal-give = Das braucht { $provider } von uns
portal-have = Werte von { $provider }
portal-copy = Kopieren
portal-copied = { $what } kopiert
portal-value-metadata-url = Metadaten-URL
portal-value-sign-in-url = Anmelde-URL des Anbieters
portal-value-idp-identifier = Bezeichner des Anbieters (Entity ID)
portal-value-issuer = Aussteller
portal-value-client-id = Client-ID
