# The API: refusals
reason-portal-token = Das Token ist unbekannt, beendet oder abgelaufen, oder wer es erstellt hat, darf nichts mehr.
reason-portal-scope = Das Token wurde dafür nicht erstellt. Erstellen Sie eines mit diesem Bereich.

# API tokens in the portal
portal-tokens = API-Token
portal-tokens-text = Ein Programm mit einem Token tut, was dessen Bereiche sagen, soweit es die Person darf, die es erstellt hat. Verliert sie die Rolle oder wird sie gesperrt, tut das Token nichts mehr.
portal-tokens-none = Dieses Konto hat kein Token.
portal-token = Token
portal-token-make = Ein Token erstellen
portal-token-name = Wofür es ist
portal-token-name-hint = Damit andere wissen, ob man es beenden kann, zum Beispiel: Benutzerexport ins Data Warehouse.
portal-token-days = Tage, bis es endet
portal-token-days-hint = Von 1 bis { $most }
portal-token-scopes = Wofür es benutzt werden darf
portal-token-dangerous = Gefährlich: niemand wird nach einem Nachweis gefragt
portal-token-submit = Token erstellen
portal-token-made = Kopieren Sie das Token jetzt. Es wird nur dieses eine Mal gezeigt.
portal-token-ends = Endet
portal-token-used = Zuletzt benutzt
portal-token-never = nie
portal-token-end = Beenden
portal-token-by = von { $name }
portal-token-no-name = Sagen Sie, wofür es ist, in höchstens { $most } Zeichen
portal-token-no-days = Geben Sie eine Zahl von 1 bis { $most } ein
portal-token-no-scopes = Wählen Sie mindestens eines
portal-token-too-many = Dieses Konto hat { $most } Token, mehr gehen nicht. Beenden Sie zuerst eines.
portal-said-token-ended = Das Token ist beendet. Es tut nichts mehr.
portal-event-token = API-Token erstellt oder beendet
portal-event-token-used = API-Token benutzt, das erste Mal an diesem Tag

# Scopes
scope-accounts-read = Den Zustand des Kontos sehen und die Konten auflisten, die man betreten darf
scope-accounts-enter = Jeden anderen Bereich auch in anderen Konten nutzen
scope-users-read = Benutzer auflisten, suchen und ansehen und fragen, warum sich jemand nicht anmelden kann
scope-users-invite = Einladungen erneut senden
scope-users-sessions = Benutzer überall abmelden
scope-users-write = Benutzer sperren und wieder zulassen
scope-exclusions-read = Die Ausnahmeliste sehen
scope-exclusions-write = Die Ausnahmeliste ändern: wer neben Single Sign-On ein Passwort behält
scope-activity-read = Anmeldungen und Änderungen sehen
scope-sign-on-read = Die Verbindungen zu Identitätsanbietern sehen
scope-sign-on-prepare = Eine Verbindung beginnen und Werte eines Anbieters zum Ansehen eingeben
scope-sign-on-accept = Werte eines Anbieters übernehmen: wessen Wort als Nachweis gilt, wer jemand ist
scope-sign-on-switch = Single Sign-On ein- und ausschalten, für einige und für alle
scope-domains-read = Die Domains und ihre Nachweise sehen
scope-domains-write = Domains hinzufügen, nachweisen und aufgeben
scope-passwords-read = Sehen, wie ein Passwort sein muss
scope-passwords-write = Ändern, wie ein Passwort sein muss
scope-administrators-read = Sehen, wer eine Rolle hat
scope-administrators-write = Rollen geben und nehmen und Administratoren per Single Sign-On zulassen
scope-tokens-read = Die API-Token sehen, ohne ihre Geheimnisse
scope-tokens-end = API-Token beenden
