# Administration of an account: at the door
reason-portal-no-account = There is nothing at this address.

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
portal-policy-days-hint = 0: never; at most { $most }.
portal-policy-history = Earlier passwords that are refused
portal-policy-history-hint = Beside the present one; at most { $most }.
portal-policy-number = Enter a number within these bounds
portal-policy-concerns = { $people ->
    [one] { $people } person more will have to choose a new password at the next sign-in. Nothing is saved yet.
   *[other] { $people } people more will have to choose a new password at the next sign-in. Nothing is saved yet.
}
portal-policy-save = Save
portal-policy-save-all-the-same = Save all the same
portal-said-policy-saved = The policy is saved. It counts for every password that is set from now on.
