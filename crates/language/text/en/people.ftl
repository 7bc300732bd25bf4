people-add = Add a person
people-by-mail = They get a mail by which they set a password. The link in it works for a few days, and only once.
people-at-provider = Single Sign-On is on: they sign in at your organisation’s provider, and get no mail from here.
people-username-hint = As the person types it to sign in, usually the business email address.
people-email-hint = Where mail goes. Leave it empty when it is the username.
people-given = Given name
people-family = Family name
people-submit = Add
people-submit-invite = Add and send the invitation
people-mixed = Letters of several alphabets stand in this username. It could be taken for somebody else’s.
people-email-foreign = Another account has proved the domain of this email address.
people-email-malformed = Enter an email address, for example name@example.com
people-no-mailbox = Enter an email address: the invitation goes there
people-name-unfit = At most 100 characters, and none that cannot be seen
people-too-many = At most { $most } people are added within an hour. Try again later.
people-said-added = Added. They sign in at the provider.
people-said-invited = Added, and the invitation is on its way.
people-said-not-sent = Added, but no invitation could be sent. Send it again from here.
people-invite = Invite { $name }
people-mail-password = Send password email
people-said-mailed = The mail by which the password is set is on its way.
portal-said-not-mailed = No mail was sent: there is no mailbox, no password would count, or three were sent within the hour.
people-event-added = User added
people-event-mailed = Mail to set a password sent

applications = Applications
applications-text = What people of this account can sign in to. Whoever runs the installation registers applications.
applications-none = There is no application for this account yet.
applications-name = Application
applications-kind = Kind
applications-kind-web = Web application
applications-kind-desktop = On a computer
applications-kind-mobile = On a phone or tablet
applications-kind-extension = Browser extension
applications-regions = Available in
applications-everywhere = Everywhere
applications-as-account = As the account offers it
applications-button = By a button for Single Sign-On
applications-redirect = At the provider at once
applications-second-factor = At the provider, with a second factor
applications-password = With the account’s password only
applications-administrators = With the account’s password, until administrators are let in by Single Sign-On.
applications-is-default = Default
applications-default = Default application
applications-default-text = A tile at your identity provider, and a test from its console, open it.
applications-no-default = None: people choose
applications-opens = A tile opens
applications-save = Save
applications-no-start = { $name } has no address to begin at, so a tile cannot open it. Choose another one.
applications-gone = The default application is not available to this account any more. Choose another one.
applications-see = Applications
applications-said-chosen = The default application was changed.
applications-said-unknown = Nothing was changed: people of this account have no such application, or it has no address to begin at.
applications-event = Default application changed

portal-cert-weak = Signed with SHA-1
portal-cert-weak-text = It is signed with an outdated method (SHA-1 or MD5). That says nothing of its key, and it can be used; have a new one made when you can.

mail-moved-subject = You now sign in with { $account }
mail-moved-text = From { $date } on, your applications ask for your { $provider } account instead of a separate password.
mail-moved-how = Start as before with { $username }, then choose Single Sign On.
mail-moved-kept = Your password here still works beside it.
mail-moved-gone = Your old password is no longer used.
mail-moved-portal = Your password here opens the account portal, and nothing else.
mail-moved-button = Sign in
setup-tell = Mail these people that they sign in at the provider now
setup-tell-hint = Nobody gets it twice within a day.
people-event-told = People told of Single Sign-On

# Emergency access
emergency = Emergency access
emergency-give = Give emergency access
emergency-take = Take it away
emergency-has = This person signs in with the account password whatever the identity provider does. Every use is told to the administrators by email.
emergency-none = With it, this person signs in with the account password whatever the identity provider does. Keep it for one or two people who can repair the account, and print codes for the safe.
emergency-left = { $left ->
    [0] No printed code is left of the sheet of { $date }.
    [one] 1 printed code is left of the sheet of { $date }.
   *[other] { $left } printed codes are left of the sheet of { $date }.
}
emergency-no-codes = No codes are printed. Each works once in place of the password, when nobody knows that any more and no email comes.
emergency-print = Make codes to print
emergency-print-new = Make new codes to print
emergency-sheet = Emergency codes
emergency-once = Shown only now. Print this page, or write the codes down, and put them where you find them when nothing else works.
emergency-how = When the usual way is out: type the username, and one of these codes in place of the password. Each works once. Sign in at
emergency-before = Codes that were printed before this sheet do not work any more.
emergency-to-printer = Print
emergency-kept = I have kept them
emergency-said-given = This person has emergency access now.
emergency-said-taken = This person has no emergency access any more. Printed codes do not work any more.
emergency-federated = Emergency access and its codes take a sign-in with the password here. You came by Single Sign-On: sign out, and sign in with the password.
emergency-event = Emergency access changed
emergency-event-codes = Emergency codes printed
emergency-event-ended = Emergency codes ended
emergency-event-used = Emergency code used

# Whom people ask
contact = Whom people ask about signing in
contact-hint = For example “IT desk, +1 555 0100”. It stands at the foot of the sign-in pages once a person’s account is known, and in the mail for whoever forgets a password that your organisation keeps. Empty: nobody is named.
contact-save = Save whom people ask
contact-line = Questions about signing in? { $contact }
contact-saved = Saved: people read it from now on.
contact-characters = Use one line, with characters that can be seen
contact-too-long = Use at most 120 characters
contact-address = Leave web addresses out: people type passwords on these pages. Use a name, a phone number or an email address

# Guessing
portal-guessing = When somebody guesses
portal-guessing-network = { $hours ->
    [one] After { $limit } wrong passwords for one username from one network within an hour, it rests for { $pause } minutes; twice as long each time, { $longest } at most.
   *[other] After { $limit } wrong passwords for one username from one network within { $hours } hours, it rests for { $pause } minutes; twice as long each time, { $longest } at most.
}
portal-guessing-anywhere = After { $limit } from everywhere within { $hours } hours, it rests for { $pause } minutes for strangers; { $longest } at most.
portal-guessing-ends = Every rest ends by itself. A browser in which the person has signed in before is counted apart, so that strangers lock nobody out.

# Domains on the first page
portal-home-domain-lost = The record that proves { $domain } is missing. Unless it is back by { $until }, its usernames lead here no more.
portal-home-domain-off = { $domain } leads nobody here any more: the record that proves it was missing for too long.
portal-home-domain-to-prove = { $domain } is not proved yet, and leads nobody here.
