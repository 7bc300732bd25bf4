mail-sender = { $product } für { $account }
mail-footer = Wir fragen nie per E-Mail nach Ihrem Passwort. Vorgang { $case }
mail-changed-subject = Ihr Passwort wurde geändert
mail-changed-text = Das Passwort für { $username } wurde am { $date } um { $time } Uhr (UTC) geändert, von { $device }.
mail-changed-ok = Wenn Sie das waren, ist nichts zu tun.
mail-changed-not = Wenn nicht: Auf jener Seite setzen Sie ein neues Passwort, und alle werden abgemeldet.
mail-changed-button = Das war ich nicht
mail-copied-subject = Sie wurden bei { $application } abgemeldet
mail-copied-text = Die Anmeldung von { $username } bei { $application } wurde am { $date } um { $time } Uhr (UTC) beendet: Etwas, das nur einmal gilt, wurde ein zweites Mal benutzt. Vielleicht hat jemand eine Kopie davon.
mail-copied-again = Die Anwendung bittet Sie um eine neue Anmeldung. Wurden ihre Daten aus einer Sicherung wiederhergestellt oder auf ein anderes Gerät kopiert, ist sonst nichts zu tun.
mail-copied-button = Ansehen, wo Sie angemeldet sind
mail-copied-not = Wenn nicht: Beenden Sie dort jede Anmeldung, die Sie nicht kennen, und sagen Sie es dem, der Ihr Konto betreut.
mail-reset-subject = Passwort zurücksetzen: { $code }
mail-reset-title = Passwort zurücksetzen
mail-reset-text = Jemand, hoffentlich Sie, möchte das Passwort für { $username } zurücksetzen.
mail-reset-code = Der Code: { $code }
mail-reset-button = Passwort zurücksetzen
mail-reset-until = Code und Link gelten je einmal, bis { $time } Uhr (UTC).
mail-reset-ignore = Wenn Sie das nicht waren, tun Sie nichts; Ihr Passwort bleibt, wie es ist.
mail-elsewhere-subject = Ihre Organisation verwaltet Ihr Passwort
mail-elsewhere-text = Jemand, hoffentlich Sie, möchte das Passwort für { $username } zurücksetzen. Ihre Organisation, { $account }, verwaltet Ihr Passwort. Setzen Sie es dort zurück oder fragen Sie deren Verwaltung.
mail-elsewhere-button = Anmelden
mail-expires-subject = { $days ->
    [one] Ihr Passwort läuft in 1 Tag ab
   *[other] Ihr Passwort läuft in { $days } Tagen ab
}
mail-expires-text = Das Passwort für { $username } läuft bald ab. Ändern Sie es, wann es Ihnen passt.
mail-expires-button = Passwort ändern
mail-invite-subject = Ihre Anmeldung bei { $account }
mail-invite-title = Willkommen, { $name }
mail-invite-text = { $account } hat Sie als Benutzer aufgenommen. Ihr Benutzername ist { $username }. Wählen Sie Ihr Passwort, um zu beginnen.
mail-invite-button = Passwort wählen
mail-invite-until = Der Link gilt einmal, bis { $date } um { $time } Uhr (UTC).
mail-ends-subject = Ein Signaturzertifikat läuft am { $date } ab
mail-ends-text = { $people ->
    [one] Die Anmeldung einer Person bei { $account } verwendet dieses Zertifikat von { $provider }: { $thumbprint }
   *[other] Die Anmeldung von { $people } Personen bei { $account } verwendet dieses Zertifikat von { $provider }: { $thumbprint }
}
mail-ends-days = { $days ->
    [0] Es läuft heute ab.
    [one] Es läuft in einem Tag ab.
   *[other] Es läuft in { $days } Tagen ab.
}
mail-ends-place = Das neue erstellen Sie dort: { $place }.
mail-ends-button = Neues Zertifikat eintragen
mail-ends-after = Tragen Sie zuerst das neue ein; beide gelten nebeneinander, und niemand wird unterbrochen.
mail-unknown-subject = { $provider }: ein unbekanntes Zertifikat
mail-unknown-text = { $count ->
    [one] Seit { $date }, { $time } Uhr (UTC) ist eine Anmeldung bei { $account } gescheitert: Die Antwort von { $provider } nennt ein Signaturzertifikat, das niemand eingetragen hat.
   *[other] Seit { $date }, { $time } Uhr (UTC) sind { $count } Anmeldungen bei { $account } gescheitert: Die Antworten von { $provider } nennen ein Signaturzertifikat, das niemand eingetragen hat.
}
mail-unknown-check = Sie endeten bei Prüfung 3 von 6: { $check }.
mail-unknown-print = Sein SHA-256-Fingerabdruck: { $thumbprint }
mail-unknown-trusted = Hier eingetragen: { $thumbprints }
mail-unknown-place = Vergleichen Sie ihn mit dem dort: { $place }.
mail-unknown-button = Vergleichen und eintragen
mail-unknown-after = Tragen Sie es nur ein, wenn dort dasselbe steht. Wenn nicht, kann jemand anderes diese Antworten geschickt haben: Tragen Sie nichts ein.
mail-values-subject = { $provider } veröffentlicht andere Werte
mail-values-text = Seit { $date }, { $time } weicht ab, was { $provider } veröffentlicht, von dem, was das Konto { $account } verwendet. Hier hat sich nichts geändert: Die Anmeldung läuft mit den angenommenen Werten.
mail-values-button = Neues ansehen
mail-values-after = Übernehmen Sie es nur, wenn die Administratoren Ihres Identitätsanbieters davon wissen: Ein neues Zertifikat oder eine neue Adresse entscheidet, wer hineinkommt.
mail-emergency-subject = Der Notzugang wurde verwendet
mail-emergency-text = { $username } hat sich am { $date } um { $time } Uhr (UTC) über den Notzugang bei { $account } angemeldet, mit { $device }, aus dem Netz { $network }.
mail-emergency-code = { $left ->
    [0] Ein gedruckter Code wurde verwendet; keiner ist übrig. Drucken Sie neue.
    [one] Ein gedruckter Code wurde verwendet; 1 ist übrig. Drucken Sie neue.
   *[other] Ein gedruckter Code wurde verwendet; { $left } sind übrig.
}
mail-emergency-ok = Wenn Sie davon wissen, ist nichts zu tun.
mail-emergency-button = Aktivität ansehen
mail-emergency-button-own = Ihr Konto ansehen
mail-emergency-not = Wenn nicht: Melden Sie diese Person überall ab und ändern Sie sofort das Passwort des Notzugangs.
mail-emergency-not-code = Wenn nicht: Melden Sie diese Person überall ab und drucken Sie sofort neue Codes: Damit gelten die des verlorenen Blattes nicht mehr.
mail-emergency-not-own = Wenn Sie das nicht waren: Melden Sie sich auf Ihrer Kontoseite überall ab, ändern Sie Ihr Passwort und sagen Sie es sofort Ihren Administratoren. Sie können neue Codes drucken: Damit gelten die alten nicht mehr.
mail-setup-subject = Anmeldung für { $account } einrichten
mail-setup-text = { $name } bei { $account } bittet Sie, { $provider } zu verbinden. Es dauert etwa 15 Minuten.
mail-setup-text-any = { $name } bei { $account } bittet Sie, den Identitätsanbieter Ihrer Organisation zu verbinden. Es dauert etwa 15 Minuten.
mail-setup-nobody = Niemand ist betroffen, bevor { $name } es einschaltet.
mail-setup-button = Einrichten
mail-setup-until = Der Link gilt bis { $date } um { $time } (UTC).
mail-setup-needs = Sie brauchen Administratorrechte in { $provider }.
mail-setup-needs-any = Sie brauchen Administratorrechte beim Identitätsanbieter.
mail-setup-dns = Und Zugang zum DNS von { $domains }.
mail-setup-stranger = Sie kennen den Absender nicht? Fragen Sie auf anderem Weg nach, bevor Sie den Link öffnen.
mail-steps-subject = Single Sign-On für { $account }: Werte zum Eintragen
mail-steps-text = { $name } ({ $account }) bittet Sie, diese Werte in { $provider } einzutragen.
mail-steps-choose = Und dort dies zu wählen:
mail-steps-back = Sagen Sie { $name } dann, was { $provider } dort zeigt:
mail-steps-secret = Geben Sie ein Client Secret anders als per E-Mail weiter.
mail-steps-dns-subject = DNS-Eintrag für { $domain }
mail-steps-dns-text = { $name } ({ $account }) bittet Sie, diesen TXT-Eintrag im DNS von { $domain } anzulegen. Von da an wird jeder, der einen Benutzernamen von { $domain } eingibt, zur Anmeldung von { $account } geführt. Gehört { $domain } nicht zu { $account }, legen Sie ihn nicht an.
mail-steps-dns-stays = Lassen Sie ihn stehen: Er wird von Zeit zu Zeit wieder gesucht.
mail-steps-dns-until = Er muss bis zum { $date } gefunden werden.
mail-steps-stranger = Sie kennen den Absender nicht? Fragen Sie auf anderem Weg nach, bevor Sie es tun.
mail-step-roles = Eine Rolle wurde vergeben oder entzogen
mail-step-admin-sign-in = Die Anmeldung der Administratoren wurde geändert
mail-step-sign-on = Single Sign-On wurde umgeschaltet
mail-step-values = Werte des Identitätsanbieters wurden geändert
mail-step-domain = Nachgewiesene Domain aufgegeben oder zurückgenommen
mail-step-passwords = Passwörter dürfen jetzt schwächer sein
mail-step-setup-link = Ein Einrichtungslink wurde erstellt
mail-step-token = Ein Token für die API wurde erstellt
mail-step-administrators = Der Zugang eines Administrators wurde geändert
mail-step-emergency = Der Notzugang wurde geändert
mail-step-contact = Ansprechpartner für die Anmeldung geändert
mail-step-text = Von { $by }, bei { $account }, am { $date } um { $time } (UTC), aus dem Netz { $network }.
mail-step-by-above = jemandem, der Ihr Konto von oben betreut
mail-step-about = Es betrifft { $username }.
mail-step-detail = Verzeichnet: { $detail }
mail-step-more = { $count } solche Schritte gab es seit { $date }, { $time } (UTC); dies ist der letzte.
mail-step-before = Davor: { $date } um { $time } (UTC), von { $by }, aus dem Netz { $network }
mail-step-ok = Wenn Sie davon wissen, ist nichts zu tun.
mail-step-ok-own = Wenn Sie das waren, ist nichts zu tun.
mail-step-not = Wenn nicht: Fragen Sie diese Person sofort. War sie es nicht, melden Sie sie überall ab und machen Sie den Schritt rückgängig.
mail-step-not-own = Wenn nicht, hat jemand Ihre Sitzung oder Ihr Passwort. Ändern Sie sofort Ihr Passwort: Das beendet Ihre anderen Sitzungen. Machen Sie danach den Schritt rückgängig.
mail-step-not-roles = Wenn nicht: Fragen Sie diese Person sofort. War sie es nicht, melden Sie sie überall ab und machen Sie die Rolle rückgängig.
mail-step-not-setup-link = Wenn nicht: Fragen Sie diese Person sofort. War sie es nicht, beenden Sie den Link und melden Sie sie überall ab.
mail-step-not-emergency = Wenn nicht: Fragen Sie diese Person sofort. War sie es nicht, melden Sie sie überall ab, entziehen Sie den Notzugang und drucken Sie neue Codes.
mail-device = { $browser } auf { $system }
mail-device-unknown = einem unbekannten Browser
mail-date = { $day }. { $month } { $year }
mail-month-1 = Januar
mail-month-2 = Februar
mail-month-3 = März
mail-month-4 = April
mail-month-5 = Mai
mail-month-6 = Juni
mail-month-7 = Juli
mail-month-8 = August
mail-month-9 = September
mail-month-10 = Oktober
mail-month-11 = November
mail-month-12 = Dezember
