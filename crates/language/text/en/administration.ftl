# Administration of an account: at the door
reason-portal-no-account = There is nothing at this address.
reason-portal-setup-over = The link is over or was ended, or this page rested for half an hour. Open the link again; if it does not work, ask whoever sent it for a new one.

# What happened, in Activity
portal-event-signed-in = Signed in to the account portal
portal-event-signed-out = Signed out of the account portal
portal-event-portal-refused = Refused by the account portal
portal-event-admin-sso = Sign-in of administrators changed
portal-event-domain = Domain changed
portal-event-passwords = Password policy changed

# Administrators
portal-administrators = Administrators
portal-administrators-text = Who may do what in this portal. Nobody gives or takes more than they may do themselves.
portal-administrators-none = Nobody in this account has a role.
portal-role = Role
portal-role-operator = Installation operator
portal-role-operator-text = Runs the installation, and sees every account.
portal-role-partner = Partner
portal-role-partner-text = Looks after this account and the accounts below it.
portal-role-administrator = Account administrator
portal-role-administrator-text = Everything in this account, roles too.
portal-role-security = Security manager
portal-role-security-text = Users, exclusion list, Single Sign-On, domains and passwords; no roles.
portal-role-helpdesk = Helpdesk
portal-role-helpdesk-text = Sees everything, and sends invitations again.
portal-role-auditor = Auditor
portal-role-auditor-text = Sees everything, and takes Activity away as a file.
portal-username = Username
portal-give-role = Give a role
portal-give-hint = Somebody who is a user of this account already, also while invited.
portal-give-submit = Give the role
portal-give-unknown = Nobody in this account has this username
portal-give-not-active = This user cannot sign in: let them in again first
portal-no-password-here = Has no password here, and the portal asks for one
portal-said-role-given = The role is given. It counts from the next sign-in to the portal on.
portal-said-role-taken = The role is taken, and the person is signed out of the portal.
portal-said-too-much = Nothing was changed: that role may do more here than you may.
portal-admin-sso = How administrators sign in
portal-admin-sso-off = With their password here
portal-admin-sso-on = Single Sign-On, too
portal-admin-sso-off-text = Administrators sign in to this portal with a password of their own, also where Single Sign-On is on. So nobody is locked out when the identity provider fails, and whoever takes it over administers nothing.
portal-admin-sso-on-text = Administrators sign in to this portal as they do everywhere else. Whoever is on the exclusion list, or has emergency access, keeps their password; at least one of them stays an administrator.
portal-admin-sso-turn-on = Let administrators use Single Sign-On
portal-admin-sso-turn-off = Ask administrators for their password again
portal-said-admin-sso-on = Administrators may use Single Sign-On from now on.
portal-said-admin-sso-off = Administrators sign in with their password again. Whoever came in by Single Sign-On is signed out of the portal.

# Domains
portal-domains = Domains
portal-domains-text = Whoever types a username of a proved domain is led to this account’s sign-in.
portal-domains-none = This account has no domain yet.
portal-domain = Domain
portal-domain-hint = What stands after the @ in your usernames, for example northwind.example. A part of it is a domain of its own.
portal-domain-add = Add the domain
portal-domain-none = Enter a domain name, for example northwind.example
portal-domain-already = This domain is in the list already
portal-domain-everybodys = Everybody can get a mailbox there, so this domain is nobody’s own. Use a domain of your organisation.
portal-domain-too-many = An account has at most { $most } domains; give one up first
portal-domain-proved = Proved on { $date }
portal-domain-not-proved = Not proved yet
portal-domain-proved-text = Usernames that end in @{ $domain } lead to this account.
portal-domain-no-proof = Nobody has begun to prove it yet.
portal-domain-begin = Begin to prove it
portal-domain-check = Check now
portal-domain-give-up = Give the domain up
portal-domain-give-up-people = { $people ->
    [0] Nobody has a username of this domain.
    [one] 1 person has a username of this domain.
   *[other] { $people } people have a username of this domain.
}
portal-domain-give-up-text = Whoever types such a name is no longer led to your sign-in before it is known who they are, and what the provider says of these people is refused. You can take it back here for 24 hours; after that, add the domain again and prove it with a new record.
portal-domain-steps = Prove that { $domain } is yours: add this TXT record where its DNS is looked after, then check.
portal-domain-record-name = Name
portal-domain-record-value = Value
portal-domain-hint-name = Some DNS pages add the domain by themselves; then enter only _signin-check as the name.
portal-domain-looked = We looked for the record:
portal-found-nothing = There is no TXT record of this name. A new one can take some minutes.
portal-found-others = These TXT records are there, and none of them is the right one:
portal-found-bare = The value stands at the domain itself. It has to stand under the name above.
portal-found-elsewhere = The right record stands under another name:
portal-found-no-answer = The name servers of this domain did not answer. Try again in some minutes.
portal-found-taken = The record is right, but another account has proved this domain before. Ask whoever runs this sign-in.
portal-said-domain-added = The domain is in the list. It counts for nothing before it is proved.
portal-said-domain-proved = The domain is proved, and counts from now on.
portal-said-domain-not-yet = Not proved yet. The domain’s panel says what we found instead.
portal-said-domain-given-up = The domain is given up: it leads nobody here any more.

# Passwords
portal-passwords = Passwords
portal-passwords-people = { $people ->
    [one] { $people } person has a password here
   *[other] { $people } people have a password here
}
portal-profile = Profile
portal-profile-classic = Classic
portal-profile-classic-text = 8 to 16 characters with letter, number and special character, changed every 90 days.
portal-profile-modern = Modern
portal-profile-modern-text = At least 15 characters of any kind, and no change without a reason.
portal-expires = Passwords last { $days } days.
portal-expires-never = Passwords do not expire.
portal-expired-now = { $people ->
    [0] Nobody’s is over.
    [one] { $people } person has to choose a new one at the next sign-in.
   *[other] { $people } people have to choose a new one at the next sign-in.
}
portal-policy-needs = What a password must be
portal-against = What is against the recommendations
portal-against-none = Nothing
portal-against-count = { $count ->
    [one] { $count } point
   *[other] { $count } points
}
portal-against-source = Recommendations of NIST SP 800-63B-4 for passwords that are the only proof.
portal-against-length = Fewer than 15 characters are accepted: short passwords are guessed.
portal-against-long = Passwords of 64 characters are refused: sentences do not fit.
portal-against-composition = Kinds of characters are asked for: people then choose what is easy to guess.
portal-against-characters = Not every character is accepted, for example no blank.
portal-against-expiry = Passwords have to be changed without a reason: people then count on from the old one.
portal-against-blocklist = Passwords that are known or easy to guess are accepted.
portal-policy-lasts = Profile and expiry
portal-policy-days = Days until a password expires
portal-policy-days-hint = 0–{ $most } (0: never).
portal-policy-history = Earlier passwords that are refused
portal-policy-history-hint = 0–{ $most }, beside the present one.
portal-policy-number = Enter a number within these bounds
portal-policy-concerns = { $people ->
    [one] { $people } person more will have to choose a new password at the next sign-in. Nothing is saved yet.
   *[other] { $people } people more will have to choose a new password at the next sign-in. Nothing is saved yet.
}
portal-policy-save = Save
portal-policy-save-all-the-same = Save all the same
portal-said-policy-saved = The policy is saved. It counts for every password that is set from now on.

# Setup links, for somebody outside
portal-event-setup-link = Setup link
portal-event-setup-opened = Setup link opened
portal-event-setup-left = Setup link left
portal-said-link-ended = The link is ended. Whoever is here by it is out at once.
setup-links = Setup links
setup-links-text = Somebody else looks after your provider or your DNS? A link lets them enter its values, test the sign-in and prove domains. They see no users and turn nothing on.
setup-links-none = No setup link was made yet.
setup-link = Link
setup-link-for = For
setup-link-made = Made
setup-link-new = A new connection, which they add
setup-link-hours = Works for
setup-link-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
setup-link-so-many-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
setup-link-email = Email address, if we should send it
setup-link-email-hint = Without one, you pass the link on yourself.
setup-link-make = Make the link
setup-link-connection-wrong = Choose one of these connections
setup-link-hours-wrong = Choose a time from 1 hour to { $days } days
setup-link-email-wrong = Enter an email address, for example kim@example.com, or leave the field empty
setup-link-too-many = This account has made { $most } links within a day; make more tomorrow
setup-link-here = Here is the link
setup-link-once = Shown only now
setup-link-care = Whoever has it can open it until it ends. It is kept as a fingerprint, so nobody can show it again; each use stands in Activity under its reference.
setup-link-mailed = We are sending it to
setup-link-works = Works
setup-link-ended = Ended
setup-link-over = Over
setup-link-dead = Works no more: whoever made it may not
setup-link-opened = Last opened:
setup-link-end = End the link
setup-link-of = Setup link { $reference }
setup-leave = I am done here
setup-errand = { $name } asks you to prepare this. Nobody is affected until { $name } turns it on.
setup-works-until = The link works until
setup-turn-theirs = This step is for { $name }, once a test has passed. Nobody is affected before.
setup-turn-theirs-now = A test has passed: your part is done. { $name } looks at it and turns it on.
setup-said-is-on = People sign in through this connection. What you enter waits until an administrator of the account takes it over.
setup-tested-by-link = through the setup link { $reference }
setup-offer = Set up a sign-in
setup-offer-next = The account’s sign-in
setup-asks = { $name } asks you to connect { $provider }.
setup-asks-any = { $name } asks you to connect your organisation’s identity provider.
setup-nobody-yet = It takes about 15 minutes, and nobody is affected until { $name } turns it on.
setup-until = The link works until { $date }, { $time } (UTC).
setup-ends-portal = You are in the account portal as { $name }. In this browser, that ends when you open the link.
setup-open = Begin
setup-account-number = account { $number }
setup-left = You are done here
setup-left-text = What you entered is kept. The link opens it again for as long as it works.
setup-over = This setup link does not work now

# The sign-in page
appearance = Sign-in page
appearance-text = Your organisation’s colour on the sign-in pages, once a person’s account is known. The first page keeps the product’s own, so that nobody can make it look like somebody else’s.
appearance-event = Look of the sign-in pages changed
appearance-colour = Colour
appearance-colour-hint = Six digits as in your style guide, for example #0b5a58. Empty: the product’s own.
appearance-no-colour = Enter a colour like #0b5a58
appearance-unreadable = Text on this colour has a contrast of { $ratio } : 1, and { $least } : 1 is the least. The sample shows the nearest shade that can be read.
appearance-nearest = Use { $colour }
appearance-save = Save
appearance-preview = Preview
appearance-sample = Sample
appearance-now = As it is now
appearance-not-saved = Not saved yet
appearance-contrast = contrast { $ratio } : 1
appearance-light = Light
appearance-dark = Dark, for people whose device asks for it
appearance-saved = The colour is saved, and people see it from now on.
logo = Logo
logo-file = Picture
logo-hint = PNG, JPEG or WebP, at most 50 KB and 2,000 × 2,000 pixels. It is made as small as it is shown, and stands above the sign-in on a white plate, once a person’s account is known.
logo-keep = Without a file the present one stays.
logo-alt = Text for people who do not see it
logo-alt-hint = A screen reader says it, and it stands there when the picture does not. Mostly your organisation’s name, at most 120 characters.
logo-alt-empty = Enter what a screen reader says instead of the logo, for example your organisation’s name
logo-send = Show it in the sample
logo-waiting = The picture is in the sample below. Nobody else sees it yet.
logo-use = Use this logo
logo-remove = Remove the logo
logo-empty = Choose a picture
logo-too-long = The file is longer than 50 KB. Choose a smaller one
logo-kind = The file is neither PNG nor JPEG nor WebP
logo-svg = This is an SVG. Export it as PNG, at least 480 pixels wide, and choose that file
logo-too-large = The picture is larger than 2,000 × 2,000 pixels. Make it smaller
logo-damaged = The picture cannot be read. Save it again in your program and choose it anew
logo-too-detailed = The picture has too many details for a logo. Choose one with fewer colours, and no photograph
portal-said-logo-saved = The logo is saved, and people see it from now on.
portal-said-logo-removed = The logo is removed.
