# The API: refusals
reason-portal-token = The token is unknown, ended or over, or whoever made it may do nothing any more.
reason-portal-scope = The token was not made for this. Make one that has the scope.

# API tokens in the portal
portal-tokens = API tokens
portal-tokens-text = A program with a token does what its scopes say, as far as the person who made it may do so. When that person loses the role or is suspended, the token does nothing any more.
portal-tokens-none = This account has no token.
portal-token = Token
portal-token-make = Make a token
portal-token-name = What it is for
portal-token-name-hint = So that others know whether it can be ended, for example: user export to the data warehouse.
portal-token-days = Days until it ends
portal-token-days-hint = From 1 to { $most }
portal-token-scopes = What it may be used for
portal-token-dangerous = Dangerous: nobody is asked for a proof
portal-token-submit = Make the token
portal-token-made = Copy the token now. It is shown this once.
portal-token-ends = Ends
portal-token-used = Last used
portal-token-never = never
portal-token-end = End
portal-token-by = by { $name }
portal-token-no-name = Say what it is for, in at most { $most } characters
portal-token-no-days = Enter a number from 1 to { $most }
portal-token-no-scopes = Choose at least one
portal-token-too-many = This account has { $most } tokens, as many as it can have. End one first.
portal-said-token-ended = The token is ended. It does nothing any more.
portal-event-token = API token made or ended
portal-event-token-used = API token used, first time that day

# Scopes
scope-accounts-read = See the state of the account, and list the accounts one may enter
scope-accounts-enter = Use every other scope in other accounts, too
scope-users-read = List, search and see users, and ask why somebody cannot sign in
scope-users-invite = Send invitations again
scope-users-sessions = Sign users out everywhere
scope-users-write = Suspend users, and let them sign in again
scope-exclusions-read = See the exclusion list
scope-exclusions-write = Change the exclusion list: who keeps a password beside Single Sign-On
scope-activity-read = See sign-ins and changes
scope-sign-on-read = See the connections to identity providers
scope-sign-on-prepare = Begin a connection, and enter a provider’s values to be looked at
scope-sign-on-accept = Take over a provider’s values: whose word counts as proof of who somebody is
scope-sign-on-switch = Turn Single Sign-On on and off, for some and for everybody
scope-domains-read = See the domains and their proofs
scope-domains-write = Add, prove and give up domains
scope-passwords-read = See what a password must be
scope-passwords-write = Change what a password must be
scope-administrators-read = See who has a role
scope-administrators-write = Give and take roles, and let administrators in by Single Sign-On
scope-tokens-read = See the API tokens, without their secrets
scope-tokens-end = End API tokens
