# The account portal: frame
portal-name = Account Portal
portal-nav = Account
portal-home = Home
portal-users = Users
portal-exclusions = Exclusion list
portal-activity = Activity
portal-accounts = Accounts
portal-visiting = Not your own account
portal-date = { $day } { $month } { $year }
portal-today = today { $time }
portal-yesterday = yesterday { $time }
portal-more = More
portal-first = Back to the start
portal-more-label = Pages of this list
portal-search = Search
portal-utc = Times are UTC

# At the door
portal-no-role = The account portal is not open to you
reason-portal-no-role = You are signed in, but nobody has given you a role in the account portal. Ask an administrator of your organisation, or whoever runs this sign-in.
portal-not-allowed = Your role does not include this
reason-portal-not-allowed = Nothing was changed. An account administrator can do it, or see to it that you can.
portal-to-start = To the first page of your account
portal-not-signed-in = You were not signed in
reason-portal-not-signed-in = The sign-in came to an end without telling who you are. Try again.

# Home
portal-sso = Single Sign-On
portal-sso-not-entitled = Not in your contract
portal-sso-off = Off
portal-sso-testing = Being set up
portal-sso-pilot = On for some
portal-sso-domains = On for verified domains
portal-sso-on = On
portal-sso-outage = Provider away
portal-connection-draft = Draft
portal-connection-tested = Tested
portal-connection-retired = Retired
portal-affected = { $there ->
    [one] 1 person signs in at the provider, { $here } with a password
   *[other] { $there } people sign in at the provider, { $here } with a password
}
portal-affected-none = Everyone signs in with a password
portal-no-connection = No identity provider is connected to this account.
portal-no-settings = Nothing was entered for it yet.
portal-certificates = Signing certificates
portal-cert-good = Good until { $date }
portal-cert-ends = { $days ->
    [0] Expires today
    [one] Expires in 1 day
   *[other] Expires in { $days } days
}
portal-cert-over = Expired on { $date }
portal-provider-away = The provider’s sign-in page does not answer ({ $why }).
portal-provider-address = At the address that was entered for the provider there is no document of it ({ $why }). Compare the address with the provider’s console.
portal-provider-metadata = The provider’s metadata cannot be read ({ $why }). People still sign in with the values that are there.
portal-provider-keys = The provider’s keys cannot be read ({ $why }).
portal-provider-good-at = It did on { $date }.
portal-provider-never = It never did yet.
portal-provider-returns = { $failed } of the last { $all } answers from the provider were refused.
portal-provider-waiting = The provider publishes other values since { $date }. They wait for somebody to look at them.
portal-provider-outage = Let people use their password for some hours
portal-provider-look = Look at them
portal-cert-not-yet = Not valid yet
portal-failures = Failed sign-ins in the last 24 hours
portal-failures-none = None
portal-failures-none-text = Nobody was refused.
portal-failures-count = { $count } failed
portal-failures-people = { $people ->
    [0] They cannot be told apart by person: the name was unknown, or none was given.
    [one] They concern 1 person.
   *[other] They concern { $people } people.
}
portal-last-failure = The last one was
portal-failures-see = See them in Activity

# Users
portal-user = User
portal-state = State
portal-state-active = Active
portal-state-invited = Invited
portal-state-suspended = Suspended
portal-state-gone = Gone
portal-signs-in = Signs in with
portal-way-sso = Single Sign-On
portal-way-password = Password
portal-way-excluded = Password (exclusion list)
portal-way-emergency = Password (emergency access)
portal-last = Last sign-in
portal-never = Not yet
portal-search-users = The username begins with
portal-filter = Show
portal-filter-all = Everybody
portal-filter-unmatched = Username does not match
portal-users-none = There is nobody in this list.
portal-users-unknown = No username begins like that. Only the start is compared, not the middle.

# One user
portal-facts = About this user
portal-email = Email
portal-no-email = None: no mail can be sent
portal-password = Password here
portal-password-set = Set
portal-password-none = None
portal-groups = Groups
portal-places = Signed in
portal-places-none = Not signed in anywhere.
portal-since = Signed in
portal-used = last used
portal-end-sessions = Sign out everywhere
portal-invite = Send invitation again
portal-why = Why can’t they sign in?
portal-exclude = Put on the exclusion list
portal-include = Take off the exclusion list
portal-is-excluded = Signs in with a password, also where others use Single Sign-On.
portal-not-excluded = Not on the list: signs in as the account’s settings say.
portal-added = Added
portal-added-by = Added by { $by } on { $date }
portal-added-above = Added on { $date } by somebody who looks after your account
portal-added-file = Added with the account’s set-up
portal-access = Access
portal-suspend = Suspend
portal-suspend-text = A suspended user cannot sign in, and is signed out everywhere at once. Nothing else of the user is lost.
portal-resume = Let in again
portal-resume-text = The user cannot sign in now. Let in again, everything is as it was before.
portal-user-activity = See this user in Activity
reason-portal-form = This page was open for too long, so nothing was done. Choose again.
portal-said-changed = That is so already, or somebody else has changed it in the meantime. This is how it is now.
portal-meanwhile = Meanwhile:
portal-said-oneself = Your own access cannot be taken here. Another administrator can, and your own sessions are on your account page.
portal-said-wider = This person has a wider role in the portal than you have. Somebody with that role can do it.
portal-said-last = Nothing was changed: nobody else could let people in afterwards. Give somebody else the role first.
portal-said-no-passwords = Nothing was changed: this account allows no passwords, so the exclusion list would let nobody in.
portal-said-not-sent = No invitation was sent: there is no mailbox, or three were sent within the hour.
portal-said-invited = The invitation is on its way.
portal-said-suspended = The user is suspended and signed out everywhere.
portal-said-resumed = The user can sign in again.
portal-said-signed-out = The user is signed out everywhere.
portal-said-excluded = The user is on the exclusion list now, and gets the password page at the next sign-in.
portal-said-included = The user is off the exclusion list, and signs in like everybody else.

# Why
portal-why-app = Application
portal-why-ask = Ask
portal-why-nothing = Nothing that we can see stands in the way.
portal-why-invited = The invitation was not accepted yet. Send it again, and ask them to look for the mail.
portal-why-suspended = The user is suspended. Let in again, they can sign in.
portal-why-gone = The user was taken out of the account.
portal-why-account = The whole account is suspended.
portal-why-refused = The account’s settings let nobody in this way: look at the state of Single Sign-On.
portal-why-no-password = A password is asked for, and this user has none. They can set one by “Forgot password?”.
portal-why-second-factor = The application asks for a second factor, and a password brings none. This user has to come by Single Sign-On.
portal-why-not-in-pilot = Single Sign-On is on for some people only, and this user is not among them. They have no password that would count instead.
portal-why-certificates = Every certificate of the provider has ended or is not valid yet. Enter the present one under Single Sign-On.
portal-why-domain = The provider names this user by an address of a domain that the account has not proved, so its word does not count. Prove the domain, or change the name.
portal-why-no-email = The provider names people by their email address, and this user has none here.
portal-why-no-external-id = The provider names people by an external ID, and this user has none here.
portal-why-several = Somebody else of the account has the same email address or external ID, so the provider names neither.
portal-why-would = What the sign-in page does
portal-would-redirect = For { $app }, this user is taken to { $provider } at once.
portal-would-button = For { $app }, this user is offered Single Sign-On with { $provider }.
portal-would-both = For { $app }, this user may use { $provider } or the account’s own password.
portal-would-password = For { $app }, this user is asked for the account’s own password.
portal-would-refuse = For { $app }, nobody of this account is let in.
portal-why-rules = The rules in their order, for support
portal-why-attempts = Last attempts
portal-why-no-attempts = None on record.

# Exclusion list
portal-excluded-count = { $count ->
    [one] 1 person
   *[other] { $count } people
}
portal-excluded-text = These people keep using their account password.
portal-excluded-none = Nobody is on the exclusion list.
portal-exclude-add = Add people
portal-exclude-names = Usernames
portal-exclude-hint = One a line, or separated by commas; at most { $most } at once.
portal-exclude-unknown = Nobody in this account has these usernames
portal-names-rest = At most { $most } names are taken at once. The others still stand in the field.
portal-exclude-submit = Add to the list
portal-remove = Remove
portal-pasted-refused = You cannot put on the list: { $names }. Nobody changes their own entry, nor that of people with a wider role.
portal-pasted = { $added ->
    [one] 1 person was added; { $there } were on the list already.
   *[other] { $added } people were added; { $there } were on the list already.
}

# Activity
portal-when = When
portal-what = What
portal-result = Result
portal-result-all = All
portal-result-failed = Failed only
portal-kind = Kind
portal-kind-all = Everything
portal-kind-signins = Sign-ins
portal-kind-changes = Changes
portal-by = by
portal-by-above = by somebody who looks after your account
portal-done = Done
portal-failed = Failed
portal-export-csv = Export as CSV
portal-export-jsonl = Export as JSON lines
portal-activity-none = Nothing on record fits.
portal-activity-nonsense = Nobody in this account has that username, or the reference is not one of ours. It has eight characters in two groups.
portal-event-signin = Signed in
portal-event-password = Password entered
portal-event-federated = Single Sign-On answered
portal-event-not-sent = Nobody could be sent to Single Sign-On
portal-event-refused = Sign-in refused
portal-event-session-ended = Signed out
portal-event-grant-ended = Signed out of an application
portal-event-password-changed = Password changed
portal-event-password-reset = Password reset
portal-event-accepted = Invitation accepted
portal-event-entered = Account entered
portal-event-user = User changed
portal-event-exclusion = Exclusion list changed
portal-event-sessions-ended = Signed out everywhere
portal-event-invited = Invitation sent
portal-event-exported = Activity exported
portal-event-role = Role changed
portal-event-operator-user = User changed by the operator
portal-event-operator-account = Account changed by the operator
portal-event-operator-connection = Identity provider changed by the operator
portal-event-metadata-taken = Provider’s metadata taken over by itself
portal-event-metadata-staged = Provider’s metadata changed and waits

# Accounts
portal-account = Account
portal-account-number = account { $number }
portal-accounts-text = Opening another account is noted in its Activity.
portal-accounts-none = No account begins like that.
portal-search-accounts = Number or name begins with
portal-enter = Open

# Single Sign-On
portal-sso-see = See what to give to the provider
portal-sso-text = What to enter in the provider’s console, and what came from it.
portal-give = Give these to { $provider }
portal-have = Values from { $provider }
portal-copy = Copy
portal-copied = { $what } copied
portal-value-metadata-url = Metadata URL
portal-value-sign-in-url = Sign-in URL
portal-value-idp-identifier = IDP Identifier (Entity ID)
portal-value-issuer = Issuer
portal-value-client-id = Client ID
