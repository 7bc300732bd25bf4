mail-sender = { $product } for { $account }
mail-footer = We never ask for your password by email. Reference { $case }
mail-changed-subject = Your password was changed
mail-changed-text = The password for { $username } was changed on { $date } at { $time } (UTC), from { $device }.
mail-changed-ok = If this was you, there is nothing to do.
mail-changed-not = If it was not you: that page lets you set a new password and signs everyone out.
mail-changed-button = This was not me
mail-copied-subject = You were signed out of { $application }
mail-copied-text = The sign-in of { $username } in { $application } was ended on { $date } at { $time } (UTC): something that works only once was used a second time. Somebody may have a copy of it.
mail-copied-again = The application asks you to sign in again. If its data was restored from a backup or copied to another device, there is nothing else to do.
mail-copied-button = See where you are signed in
mail-copied-not = If not: end every sign-in there that you do not know, and tell whoever looks after your account.
mail-reset-subject = Reset your password: { $code }
mail-reset-title = Reset your password
mail-reset-text = Someone, hopefully you, asked to reset the password for { $username }.
mail-reset-code = Code: { $code }
mail-reset-button = Reset the password
mail-reset-until = Code and link both work once, until { $time } (UTC).
mail-reset-ignore = If it was not you, ignore this; your password stays as it is.
mail-elsewhere-subject = Your organisation keeps your password
mail-elsewhere-text = Someone, hopefully you, asked to reset the password for { $username }. Your organisation, { $account }, keeps your password. Reset it there, or ask an administrator in your organisation.
mail-elsewhere-button = Sign in
mail-expires-subject = { $days ->
    [one] Your password expires in 1 day
   *[other] Your password expires in { $days } days
}
mail-expires-text = The password for { $username } expires soon. Change it when it suits you.
mail-expires-button = Change password
mail-invite-subject = Set up your sign-in for { $account }
mail-invite-title = Welcome, { $name }
mail-invite-text = { $account } has made you a user. Your username is { $username }. Choose your password to begin.
mail-invite-button = Choose your password
mail-invite-until = The link works once, until { $date } at { $time } (UTC).
mail-ends-subject = A signing certificate expires on { $date }
mail-ends-text = { $people ->
    [one] Sign-in for 1 person at { $account } uses this certificate of { $provider }: { $thumbprint }
   *[other] Sign-in for { $people } people at { $account } uses this certificate of { $provider }: { $thumbprint }
}
mail-ends-days = { $days ->
    [0] It ends today.
    [one] It ends in 1 day.
   *[other] It ends in { $days } days.
}
mail-ends-place = Make the new one there: { $place }.
mail-ends-button = Add the new certificate
mail-ends-after = Add the new one first; both work side by side, so that nobody is interrupted.
mail-unknown-subject = { $provider } signs with an unknown certificate
mail-unknown-text = { $count ->
    [one] 1 sign-in at { $account } has failed since { $date }, { $time } (UTC): the answer of { $provider } names a signing certificate that nobody has added.
   *[other] { $count } sign-ins at { $account } have failed since { $date }, { $time } (UTC): the answers of { $provider } name a signing certificate that nobody has added.
}
mail-unknown-check = They stopped at check 3 of 6: { $check }.
mail-unknown-print = Its SHA-256 thumbprint: { $thumbprint }
mail-unknown-trusted = Added here: { $thumbprints }
mail-unknown-place = Compare it with the one there: { $place }.
mail-unknown-button = Compare and add
mail-unknown-after = Add it only if it is the same there. If it is not, somebody else may have sent these answers: add nothing.
mail-values-subject = { $provider } publishes other values
mail-values-text = Since { $date }, { $time }, what { $provider } publishes differs from what account { $account } uses. Nothing has changed here: people sign in with the values that were accepted.
mail-values-button = Look at what is new
mail-values-after = Take it over only if your identity provider’s administrators know about it: a new certificate or address decides who gets in.
mail-emergency-subject = Emergency access was used
mail-emergency-text = { $username } signed in to { $account } by emergency access on { $date } at { $time } (UTC), with { $device }, from the network { $network }.
mail-emergency-code = { $left ->
    [0] A printed code was used; none is left. Print new ones.
    [one] A printed code was used; 1 is left. Print new ones.
   *[other] A printed code was used; { $left } are left.
}
mail-emergency-ok = If you know about it, there is nothing to do.
mail-emergency-button = Look at the activity
mail-emergency-button-own = Look at your account
mail-emergency-not = If you do not: sign that person out everywhere and change the password of the emergency access at once.
mail-emergency-not-code = If you do not: sign that person out everywhere and print new codes at once: that ends those of the lost sheet.
mail-emergency-not-own = If it was not you: sign out everywhere on your account page, change your password, and tell your administrators at once. They can print new codes, which ends the old ones.
mail-setup-subject = Set up sign-in for { $account }
mail-setup-text = { $name } at { $account } asks you to connect { $provider }. It takes about 15 minutes.
mail-setup-text-any = { $name } at { $account } asks you to connect your organisation’s identity provider. It takes about 15 minutes.
mail-setup-nobody = Nobody is affected until { $name } turns it on.
mail-setup-button = Set it up
mail-setup-until = The link works until { $date } at { $time } (UTC).
mail-setup-needs = You will need administrator rights in { $provider }.
mail-setup-needs-any = You will need administrator rights at the identity provider.
mail-setup-dns = And access to the DNS of { $domains }.
mail-setup-stranger = You do not know who this is from? Ask them in another way before you open the link.
mail-steps-subject = Single Sign-On for { $account }: values to enter
mail-steps-text = { $name } at { $account } asks you to enter these values in { $provider }.
mail-steps-choose = And to choose this there:
mail-steps-back = Then tell { $name } what { $provider } shows there:
mail-steps-secret = Pass a client secret on in another way than by email.
mail-steps-dns-subject = DNS record for { $domain }
mail-steps-dns-text = { $name } at { $account } asks you to add this TXT record to the DNS of { $domain }. From then on, whoever types a username of { $domain } is led to the sign-in of { $account }. If { $domain } does not belong to { $account }, do not add it.
mail-steps-dns-stays = Leave it there: it is looked for again from time to time.
mail-steps-dns-until = It has to be found by { $date }.
mail-steps-stranger = You do not know who this is from? Ask them in another way before you do it.
mail-step-roles = A role was given or taken
mail-step-admin-sign-in = How administrators sign in was changed
mail-step-sign-on = Single Sign-On was switched
mail-step-values = The identity provider’s values were changed
mail-step-domain = A proved domain was given up or taken back
mail-step-passwords = Passwords may be weaker now
mail-step-setup-link = A setup link was made
mail-step-token = A token for the API was made
mail-step-administrators = An administrator’s access was changed
mail-step-emergency = Emergency access was changed
mail-step-contact = Whom people ask about signing in was changed
mail-step-text = By { $by }, at { $account }, on { $date } at { $time } (UTC), from the network { $network }.
mail-step-by-above = somebody who looks after your account from above
mail-step-about = It concerns { $username }.
mail-step-detail = On record: { $detail }
mail-step-more = { $count } such steps were taken since { $date }, { $time } (UTC); this is the last.
mail-step-before = Before that: { $date } at { $time } (UTC), by { $by }, from the network { $network }
mail-step-ok = If you know about it, there is nothing to do.
mail-step-ok-own = If this was you, there is nothing to do.
mail-step-not = If you do not: ask that person at once. If it was not them, sign them out everywhere and undo the step.
mail-step-not-own = If it was not, somebody has your session or your password. Change your password at once: that ends your other sessions. Then undo the step.
mail-step-not-roles = If you do not: ask that person at once. If it was not them, sign them out everywhere and take the role back.
mail-step-not-setup-link = If you do not: ask that person at once. If it was not them, end the link and sign them out everywhere.
mail-step-not-emergency = If you do not: ask that person at once. If it was not them, sign them out everywhere, take the emergency access away, and print new codes.
mail-device = { $browser } on { $system }
mail-device-unknown = an unknown browser
mail-date = { $day } { $month } { $year }
mail-month-1 = January
mail-month-2 = February
mail-month-3 = March
mail-month-4 = April
mail-month-5 = May
mail-month-6 = June
mail-month-7 = July
mail-month-8 = August
mail-month-9 = September
mail-month-10 = October
mail-month-11 = November
mail-month-12 = December
