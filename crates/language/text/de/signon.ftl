# Single Sign-On in vier Schritten
setup-title = Single Sign-On hinzufügen
setup-lead = Lassen Sie Menschen sich mit den Konten Ihrer Organisation anmelden. Es dauert etwa 15 Minuten, und niemand merkt etwas, bis Sie es einschalten.
setup-none = Hier meldet man sich mit einem Passwort an. Stattdessen könnten die Konten Ihrer Organisation dienen.
setup-begin = Single Sign-On einrichten
setup-add = + Hinzufügen
setup-other-product = Ein anderer Anbieter
setup-name = Wie man es nennt (freiwillig)
setup-name-hint = Steht auf der Anmeldeseite: „Anmelden mit …“. Bleibt es leer, ist es der Name des Produkts oder Ihrer Organisation.
setup-name-address = Lassen Sie Webadressen weg: der Name steht in Mails und würde dort zu einem Link. Geben Sie ein, wie man es nennt
setup-name-characters = Geben Sie einen Namen in einer Zeile aus sichtbaren Zeichen ein

# 1 Geben
setup-download = Metadaten herunterladen
setup-there-at = Dort:
setup-choose = Was dort zu wählen ist
setup-registered = Dort ist nichts zu registrieren: diese Verbindung nutzt die Registrierung dieser Installation bei Microsoft.
setup-signing-out = Um sich auch dort abzumelden

# 2 Werte
setup-enter = Neue Werte eintragen
setup-metadata = Metadaten
setup-file = Oder die Datei wählen
setup-or = oder
setup-address = Adresse der Metadaten
setup-address-hint = Wir lesen sie jetzt und später von Zeit zu Zeit. Was sich dort ändert, wartet auf Ihr Wort.
setup-entity = Welcher davon ist Ihrer?
setup-by-hand = Oder die Werte einzeln eintragen
setup-certificates = Signaturzertifikate, die dazukommen
setup-certificates-hint = Haben Sie mehrere Zertifikate, fügen Sie sie nacheinander ein.
setup-stay = Diese Zertifikate bleiben
setup-look = Vorschau
setup-secret = Clientgeheimnis
setup-secret-kept = Aufbewahrt; es wird nie wieder gezeigt
setup-secret-none = Keines: wir weisen uns ohne aus (PKCE)
setup-certificate-ended-kept = Ein abgelaufenes oder noch nicht gültiges Zertifikat gilt, solange es hier steht: Sie haben es hinzugefügt. Entfernen Sie es, sobald der Anbieter mit einem anderen signiert.
setup-certificate-ended-refused = Was mit einem abgelaufenen oder noch nicht gültigen Zertifikat signiert ist, wird hier abgelehnt.
setup-request-signing = Unsere Anfragen
setup-signing-our-key = Mit unserem Schlüssel signiert
setup-signing-none = Nicht signiert: Jeder kann Personen in unserem Namen dorthin schicken
setup-lax-sha1 = Signaturen mit SHA-1, die sich für Geld fälschen lassen, werden durchgelassen.
setup-lax-cbc = Verschlüsselung mit AES-CBC in einer nicht signierten Antwort, die andere ändern können, wird durchgelassen.
setup-lax-until = Das hat der Betreiber dieser Installation eingestellt, bis
setup-secret-stays = Leer lassen, um das vorhandene zu behalten.
setup-secret-optional = Leer lassen, wenn der Anbieter keines gab.
setup-proof = Wie wir uns dort ausweisen
setup-proof-same = Wie bisher; ein erstes Geheimnis in einem Header
setup-proof-none = Ohne Geheimnis (öffentlicher Client, PKCE)
setup-proof-basic = Mit dem Geheimnis in einem Header (client_secret_basic)
setup-proof-post = Mit dem Geheimnis im Formular (client_secret_post)
setup-proof-hint = So, wie es beim Client des Anbieters steht. Einen Schlüssel statt eines Geheimnisses (private_key_jwt) richtet ein, wer diesen Dienst betreibt.
setup-domains = Domains Ihrer Organisation
setup-domains-hint = Ohne sie könnte jedes Google-Konto herein.
setup-logout-url = Abmeldeadresse

# Jetzt und neu
setup-proposal = Noch ist nichts geändert
setup-proposal-text = Vergleichen Sie das Eingetragene mit dem, was da ist.
setup-proposal-by-link = Von außen eingegeben, über den Einrichtungslink { $link }. Vergleichen Sie jeden Wert mit der Konsole des Anbieters.
setup-proposal-live = Single Sign-On ist eingeschaltet: diese Werte gelten schon bei der nächsten Anmeldung.
setup-proposal-anew = { $count ->
    [one] 1 verknüpfte Person wird bei der nächsten Anmeldung neu verknüpft: der Name, unter dem der Anbieter sie bisher kannte, zählt nicht mehr.
   *[other] { $count } verknüpfte Personen werden bei ihrer nächsten Anmeldung neu verknüpft: die Namen, unter denen der Anbieter sie bisher kannte, zählen nicht mehr.
}
setup-compare-thumbprint = Vergleichen Sie den Fingerabdruck mit der Konsole des Anbieters, bevor Sie ihm vertrauen.
setup-now = Jetzt
setup-new = Neu
setup-same = wie bisher
setup-value-none = nichts
setup-certificate-comes = Neu
setup-certificate-goes = Entfällt
setup-certificate-stays = Bleibt
setup-accept = Diese Werte verwenden
setup-test-waiting = Diese Werte zuerst testen
setup-proposal-tested = Der letzte Test wurde mit diesen Werten bestanden.
setup-discard = Verwerfen

# Was nicht geht
setup-cannot = Diese Werte sind nicht verwendbar, und nichts wurde geändert
setup-problem-empty = Fügen Sie den Text ein, wählen Sie die Datei, oder geben Sie die Adresse an.
setup-problem-address = Die Anmeldeadresse des Anbieters fehlt oder beginnt nicht mit https://.
setup-problem-unreachable = Das Dokument des Anbieters war nicht lesbar ({ $why }). Prüfen Sie die Adresse.
setup-problem-entity = Die Entity ID des Anbieters fehlt.
setup-problem-no-certificate = Es gibt kein Signaturzertifikat: jede Antwort würde abgelehnt. Fügen Sie mindestens eines hinzu.
setup-problem-same = Die Verbindung hat genau diese Werte schon.
setup-problem-others-wait = Es warten schon Werte, die jemand anderes eingegeben hat. Wer Ihnen den Link geschickt hat, muss sie zuerst übernehmen oder verwerfen.
setup-problem-secret = So lang ist kein Clientgeheimnis.
setup-problem-proof = Das passt nicht zusammen: ohne Geheimnis wird keines gesendet, und die beiden anderen Wege brauchen eines.
setup-metadata-unreadable = Das sind keine lesbaren Metadaten ({ $code }). Kopieren Sie den ganzen Text, vom ersten < bis zum letzten >.
setup-metadata-none = Das ist XML, aber keine SAML-Metadaten.
setup-metadata-several = Diese Metadaten beschreiben mehrere Anbieter. Wählen Sie einen.
setup-metadata-no-provider = Diese Metadaten beschreiben keinen Identitätsanbieter für SAML 2.0. Vielleicht sind es die einer Anwendung.
setup-metadata-expired = Diese Metadaten galten bis { $until }. Holen Sie sie neu.
setup-paste-one = Zertifikat { $number }: { $why }
setup-paste-xml = Das ist XML. Sind es die Metadaten des Anbieters, gehören sie in das Feld darüber.
setup-paste-cut-off = Ein Zertifikat beginnt und endet nicht: kopieren Sie den ganzen Text, bis zur Zeile -----END CERTIFICATE-----.
setup-paste-private-key = Das ist ein privater Schlüssel. Er wurde nicht aufbewahrt. Ersetzen Sie ihn beim Anbieter, und fügen Sie das Zertifikat ein.
setup-paste-unreadable = das ist kein X.509-Zertifikat.
setup-paste-small-key = sein RSA-Schlüssel hat weniger als 2048 Bit.
setup-paste-other-key = sein Schlüssel ist von einer Art, die wir nicht annehmen.
setup-id-object = Das ist die Object ID. Tragen Sie die Application (client) ID ein, die auf der Seite Overview darüber steht.
setup-id-uri = Das ist die Application ID URI. Tragen Sie die Application (client) ID von der Seite Overview ein.
setup-id-tenant-here = Das ist die Directory (tenant) ID. Sie gehört in das andere Feld.
setup-id-application-here = Das ist die Application (client) ID. Sie gehört in das andere Feld.
setup-id-no-organisation = Das ist die ID keiner Organisation. Tragen Sie die Directory (tenant) ID von der Seite Overview ein.
setup-id-none = Eine ID hat 36 Zeichen, wie sie auf der Seite Overview steht.
setup-openid-issuer = Der Issuer ist die https-Adresse des Anbieters, ohne Abfrage und Fragment.
setup-openid-version-one = Das ist der Issuer von Entras Version 1.0. Tragen Sie stattdessen die Directory (tenant) ID ein.
setup-openid-tenants = Dieser Issuer dient jeder Organisation. Tragen Sie die Directory (tenant) ID der Ihren ein.
setup-openid-client = Die Client-ID fehlt.
setup-openid-domains = Tragen Sie die Domains Ihrer Organisation ein: ohne sie könnte jedes Google-Konto herein.

# Zuordnung von Attributen
setup-map = Zuordnung der Attribute
setup-map-text = Welches Attribut die Person nennt, und welche die Felder eines Benutzers füllen. Namen des letzten Tests werden vorgeschlagen.
setup-map-local = Gefunden wird man hier nach
setup-map-person = Benutzername
setup-map-username = Benutzername
setup-map-external = Externe ID
setup-map-email = E-Mail
setup-map-given = Vorname
setup-map-family = Nachname
setup-map-groups = Gruppen
setup-map-roles = Rollen im Konto
setup-map-last = Im letzten Test:
setup-map-missing = Der letzte Test brachte nichts dieses Namens.
setup-map-no-test = Ein Test zeigt, was ankommt.
setup-map-not-taken = Wird nicht übernommen.
setup-problem-mapping = So heißt kein Attribut.
setup-waits = Die Metadaten des Anbieters haben sich unter ihrer Adresse geändert:
setup-brings-back = Das bringt einen Schlüssel zurück, der hier entfernt wurde. Fragen Sie vor dem Übernehmen beim Anbieter nach, ob nur er diesen Schlüssel hat.
setup-quirks = Gut zu wissen

# 3 Test
setup-test = Testanmeldung
setup-test-lead = Sie gehen zu { $provider } und kommen hierher zurück. Sechs Prüfungen sagen, was geht und was nicht. Niemand wird angemeldet, und nichts wird geändert.
setup-test-first = Tragen Sie zuerst die Werte aus Schritt 2 ein.
setup-test-begin = Test beginnen
setup-test-again = Noch einmal testen
setup-test-old = Dieser Test ist zu alt, oder es wurden seither andere Werte eingetragen. Testen Sie noch einmal.
setup-test-of-waiting = Das war ein Test der Werte, die in Schritt 2 warten. Sie werden noch nicht verwendet.
setup-field-there = In { $provider }:
setup-report = Bericht für den Support von { $provider }
setup-mend-give = Zu unseren Werten
setup-mend-values = Zu den Werten des Anbieters
setup-mend-users = Zu den Benutzern
setup-mend-exclusions = Zur Ausnahmeliste

# 4 Einschalten
setup-turn = Einschalten
setup-turn-first = Bestehen Sie zuerst eine Testanmeldung. Beginnen Sie dann mit wenigen, und weiten Sie aus, wenn es geht.
setup-other = Man wird jetzt zu „{ $name }“ geführt. Schalten Sie das zuerst aus.
setup-there = { $count ->
    [one] 1 Person meldet sich dort an
   *[other] { $count } Personen melden sich dort an
}
setup-effect = { $there } von { $all } Personen melden sich beim Anbieter an, { $password } haben ein Passwort, das gilt.
setup-effect-none = { $count ->
    [one] 1 hat keines und braucht eine Einladung.
   *[other] { $count } haben keines und brauchen eine Einladung.
}
setup-mode = Auf der Anmeldeseite
setup-mode-button = Eine Schaltfläche zum Anklicken
setup-mode-redirect = Man wird sofort dorthin geführt
setup-local = Anmeldung mit SSO oder mit dem Passwort des Kontos erlauben
setup-local-hint = Freiwillig. Wir empfehlen, das auszulassen.
setup-exclusions = Diese Personen benutzen weiter das Passwort ihres Kontos.
setup-no-emergency = Niemand hat einen Notzugang. Ist der Anbieter ausgefallen, käme man nur durch einen Ausfall herein, den Sie hier einschalten.
setup-no-emergency-where = Geben Sie ihn jemandem auf dessen Seite unter „Benutzer“.
setup-unmatched = { $count } von { $all } Personen haben einen Benutzernamen aus keiner Domain, die dieses Konto nachgewiesen hat. Was der Anbieter über sie sagt, wird abgelehnt.
setup-unmatched-who = Wer das ist
setup-stage-pilot = Nur für die Personen im Pilotbetrieb
setup-stage-domains = Für alle mit einem Benutzernamen aus einer nachgewiesenen Domain
setup-stage-everybody = Für alle
setup-to-pilot = Für den Pilotbetrieb einschalten
setup-to-domains = Für nachgewiesene Domains einschalten
setup-to-everybody = Für alle einschalten
setup-save-offer = Speichern
setup-pilot = Personen im Pilotbetrieb ({ $count })
setup-pilot-add = Benutzernamen, die dazukommen
setup-pilot-submit = In den Pilotbetrieb aufnehmen
setup-pilot-me = Nur mich in den Pilot aufnehmen
setup-pilot-left = Diese gehören nicht zu diesem Konto, stehen auf der Ausnahmeliste oder haben eine weitere Rolle als Sie.
setup-pilot-groups = Gruppen: { $count }
setup-group-add = Eine Gruppe, die dazukommt
setup-group-hint = Wer in ihr ist, ist im Pilotbetrieb, auch wer später dazukommt. Wer auf der Ausnahmeliste steht oder einen Notzugang hat, behält das Passwort.
setup-group-submit = Gruppe aufnehmen
setup-group = { $people ->
    [one] { $name }: 1 Person, von denen der Pilotbetrieb { $moves } umstellt
   *[other] { $name }: { $people } Personen, von denen der Pilotbetrieb { $moves } umstellt
}
setup-outage = { $provider } antwortet nicht?
setup-outage-text = Lassen Sie für einige Stunden das Passwort des Kontos zu. Es endet von selbst; Sitzungen bleiben.
setup-outage-until = Bis
setup-hours = Stunden (1–{ $most })
setup-outage-submit = Passwörter zulassen
setup-off = Ausschalten
setup-off-text = Alle melden sich wieder mit einem Passwort an. Sitzungen, die vom Anbieter kamen, enden sofort. Was Sie eingetragen haben, bleibt.
setup-off-invite = Wer kein Passwort hat, bekommt einen Link per Mail, um eines zu setzen
setup-off-submit = Ausschalten
setup-again-text = Was eingetragen wurde, ist noch da. Öffnen Sie es wieder, um es zu testen und einzuschalten; bis dahin ist niemand betroffen.
setup-again = Wieder öffnen
setup-undo = Zurücknehmen
setup-undo-until = Der letzte Schritt lässt sich zurücknehmen bis
setup-undo-to = zurück zu
setup-undo-offer = und so angeboten wie zuvor
setup-undo-offer-stays = wie es angeboten wird, wurde seitdem geändert und bleibt

# Was daraus wurde
setup-said-added = Hinzugefügt. Geben Sie diese Werte dem Anbieter, und tragen Sie darunter die seinen ein.
setup-said-accepted = Diese Werte gelten jetzt. Testen Sie sie.
setup-said-discarded = Verworfen. Es wurde nichts geändert.
setup-said-switched = Erledigt. 24 Stunden lang lässt es sich zurücknehmen.
setup-said-reopened = Es ist wieder offen. Testen Sie es und schalten Sie es ein; bis dahin ist niemand betroffen.
setup-said-undone = Zurückgenommen.
setup-said-undone-offer-stays = Zurückgenommen. Wie es angeboten wird, wurde seitdem geändert und bleibt, wie es ist.
setup-said-offered = Wie es angeboten wird, wurde geändert.
setup-said-uninvited = { $count ->
    [one] Es ist aus und lässt sich 24 Stunden lang zurücknehmen. 1 Person ohne Passwort bekam keine E-Mail: Es gibt keine Adresse, oder es waren zu viele auf einmal.
   *[other] Es ist aus und lässt sich 24 Stunden lang zurücknehmen. { $count } Personen ohne Passwort bekamen keine E-Mail: Es gibt keine Adresse, oder es waren zu viele auf einmal.
}
setup-said-pilot = Der Pilotbetrieb wurde geändert.
setup-said-other-values = Inzwischen wurden andere Werte eingetragen. Sehen Sie, was jetzt da ist.
setup-said-too-many = Dieses Konto hat 50 Verbindungen, mehr kann es nicht haben. Ändern Sie eine vorhandene.
setup-said-sole-way = Nichts wurde hinzugefügt: Administratoren dürfen hier mit Single Sign-On herein, und niemand käme ohne es aus. Geben Sie zuerst jemandem den Notzugang, oder lassen Sie Administratoren mit ihrem Passwort herein.
setup-said-incomplete = Werte des Anbieters fehlen.
setup-said-not-tested = In den letzten 30 Tagen ist mit diesen Werten keine Testanmeldung gelungen. Testen Sie zuerst.
setup-said-other-on = Eine andere Verbindung dieses Kontos ist eingeschaltet. Schalten Sie sie zuerst aus.
setup-said-group-unknown = In dieser Gruppe ist niemand, der aktiv ist.
setup-said-group-many = 50 Gruppen sind im Pilotbetrieb, mehr können es nicht sein.
setup-said-hours = Ein Ausfall dauert 1 bis 72 Stunden.
setup-said-no-step = Dieser Schritt ist von hier aus nicht möglich.
setup-said-no-undo = Der letzte Schritt lässt sich nicht mehr zurücknehmen.
setup-event-connection = Single Sign-On geändert
setup-event-pilot = Pilotbetrieb geändert
setup-event-tested = Testanmeldung

# "Diese Schritte mailen"
steps-title = Diese Schritte mailen
steps-lead = Für alle, die sich um den Anbieter oder das DNS kümmern: welche Werte wohin gehören. Nichts in der Mail ist geheim, und sie öffnet hier nichts.
steps-of = Was
steps-of-connection = Single Sign-On: { $name }
steps-of-domain = Domain: { $name }
steps-none = Es gibt nichts zu mailen: keine Verbindung und keine Domain, die nachzuweisen ist.
steps-email = E-Mail-Adresse
steps-email-hint = Die Mail ist in der Sprache dieser Seite.
steps-send = Senden
steps-said-sent = Die Schritte sind unterwegs.
steps-unknown = Wählen Sie etwas davon.
steps-too-many = { $most } solche Mails sind innerhalb eines Tages hinausgegangen, oder { $one } an diese Adresse: so viele wie möglich.
steps-setup-link = Soll jemand anderes auch die Werte des Anbieters hier eintragen? Senden Sie stattdessen einen Einrichtungslink.
steps-email-wrong = Geben Sie eine E-Mail-Adresse ein, zum Beispiel kim@example.com
setup-last-failed = Der letzte Test blieb bei Prüfung { $number } von 6 stehen, obwohl einer davor bestanden ist. Klären Sie das, bevor es alle betrifft.
setup-last-failed-where = Zum Test
