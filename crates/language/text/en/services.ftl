# Connected services
portal-services = Connected services
service-lead = Applications act at Microsoft 365 as the person who allows it. They read calendars, contacts or a mailbox in that person’s name.
service-none = A connected service needs a connection to your organisation at Microsoft, and there is none yet. Add it, test it and turn it on; then come back here.
service-set-up = Set up
service-not-set-up = Not set up
service-people-count = { $count ->
    [0] Nobody has allowed anything yet.
    [one] 1 person has allowed something.
   *[other] { $count } people have allowed something.
}
service-first = Enter the values of step 2 first.

# 1 Register
service-register = Register at Microsoft
service-register-text = One registration in the Entra admin center serves everybody in your organisation:
service-redirect-hint = The same on both sides, to the letter: https only, and case and the last slash count.

# 2 Values
service-overview = Or paste the whole Overview page
service-overview-hint = We find both IDs in it, and leave out the Object ID, which is neither.
service-permissions = Permissions
service-permissions-lead = Tick what is delegated there. Application permissions are something else and cannot be used.
service-permission = Permission
service-interface = Interface
service-admin-consent = Admin consent required
service-yes = Yes
service-no = No
service-rarely = Another cloud, or a client secret
service-cloud = Cloud
service-secret-hint = Leave it empty: a public client has none.
service-off = Turn it off
service-off-text = No application gets a token any more, and what people have allowed is forgotten. You see it before it is done.
service-forgets = { $count ->
    [0] This is another registration.
    [one] This is another registration: what 1 person has allowed is forgotten. The person is asked again.
   *[other] This is another registration: what { $count } people have allowed is forgotten. Each of them is asked again.
}
service-forgets-consent = The organisation’s consent is forgotten, too.
service-problem-cloud = Choose one of Microsoft’s clouds.
service-problem-same-id = Application (client) ID and Directory (tenant) ID are two different values. The Object ID is neither.
service-problem-redirect = The redirect URI begins with https:// and has neither * nor #.
service-problem-elsewhere = The redirect URI leads to another place. Answers come back only to the host of this portal.
service-problem-permissions = Tick at least one permission.

# 3 Consent
service-consent = Consent of the organisation
service-consent-given = Given on { $date }
service-consent-needed = Needed
service-consent-not-needed = Not needed
service-consent-partly = Not complete
service-consent-given-text = Microsoft asks nobody any more. Each person still says here which application may act for them.
service-consent-needed-text = A permission above needs an administrator at Microsoft. Before that, nobody can allow it.
service-consent-not-needed-text = Each person can allow these permissions at Microsoft alone. With the organisation’s consent, Microsoft does not ask them.
service-consent-partly-text = Given on { $date }. These were chosen since then:
service-consent-hint = You go on to Microsoft, accept there as an administrator of your organisation, and come back.
service-consent-grant = Grant admin consent
service-consent-link = Make a link for somebody else
service-link = Link for an administrator at Microsoft
service-link-text = This link shows only now and works once. Send it to whoever administers your organisation at Microsoft.

# 4 People
service-people = Who has allowed it
service-people-none = Nobody yet. An application asks each person when it first needs something.
service-applications = Applications that may ask
service-applications-none = None. Whoever runs this sign-in decides which applications may act for people.
service-tokens-off = No application gets a token: whoever runs this sign-in has to switch that on first.
service-connection-off = Applications get tokens once the connection is on, for a pilot or for everybody.
service-steps = Steps
service-test = Test token
service-end = End
service-end-hint = Ended here, no application gets a new token. At Microsoft the consent stays until it is removed there, and a token that an application holds lives on for about an hour.
service-tested = Tokens of { $who }
service-tested-hidden = The tokens themselves are shown to nobody.
service-live = Alive
service-ask-again = Consent needed
service-no-token = No token
service-why-never = This person has not allowed it yet.
service-why-taken-back = The consent was taken back or has run out. The application asks anew.
service-why-more = More is needed than this person has allowed. The application asks anew.
service-refused = Microsoft gave none ({ $code }). What was allowed stays; try again later.
service-busy = Somebody else refreshes it just now. Try again in a moment.
service-unusable = The registration cannot be used as it is entered. Look at the values above.

# What came of it
service-said-accepted = These values are in use now.
service-said-consented = The organisation’s consent has arrived.
service-said-ended = It is ended. No application gets a token of this person any more.
service-said-not-set-up = Enter the registration first.
service-event-changed = Connected service changed
service-event-ended = Consent of a person ended
service-event-tested = Token tested
service-event-granted = Application allowed to act
service-event-consented = Consent of the organisation
service-event-exchanged = Token given to an application
service-event-azure = Connected by Azure integration

# Single Sign-On: what comes from the provider by itself
setup-azure = Start Azure integration
setup-azure-text = Sign in at Microsoft and accept: the connection is there without a value to copy.
setup-said-connected = Microsoft has told us the values of your organisation. Test the sign-in next.
setup-said-refused = Refused. The very same is not shown again.
setup-moves = The provider’s addresses have changed
setup-moves-text = People and codes would go there. Ask the provider whether it has moved before you use them.
setup-moves-refuse = Refuse
