# Single Sign-On in four steps
setup-title = Add Single Sign-On
setup-lead = Let people sign in with your organisation’s own accounts. It takes about 15 minutes, and nobody is affected until you turn it on.
setup-none = People sign in with a password here. They could use your organisation’s own accounts instead.
setup-begin = Set up Single Sign-On
setup-add = + Add
setup-other-product = Another provider
setup-name = What people call it (optional)
setup-name-hint = Shown on the sign-in page: “Sign in with …”. Left empty, it is the product’s or your organisation’s name.
setup-name-address = Leave web addresses out: the name stands in mails, where they would become links. Enter what people call it
setup-name-characters = Enter a name on one line, with characters that can be seen

# 1 Give
setup-download = Download metadata
setup-there-at = There:
setup-choose = What to choose there
setup-registered = Nothing is to be registered there: this connection uses the registration of this installation at Microsoft.
setup-signing-out = For signing out there, too

# 2 Values
setup-enter = Enter new values
setup-metadata = Metadata
setup-file = Or choose the file
setup-or = or
setup-address = Metadata URL
setup-address-hint = We read it now, and later from time to time. What changes there waits for your word.
setup-entity = Which of them is yours?
setup-by-hand = Or enter the values one by one
setup-certificates = Signing certificates to add
setup-certificates-hint = If you have more than one certificate, paste them one after the other.
setup-stay = These certificates stay
setup-look = Preview
setup-secret = Client secret
setup-secret-kept = Kept, and never shown again
setup-secret-none = None: we prove ourselves without one (PKCE)
setup-certificate-ended-kept = An expired certificate, or one that is not valid yet, counts as long as it stands here: you have added it. Remove it when the provider signs with another.
setup-certificate-ended-refused = What is signed with an expired certificate, or with one that is not valid yet, is refused here.
setup-request-signing = Our requests
setup-signing-our-key = Signed with our key
setup-signing-none = Not signed: anybody can send people there in our name
setup-lax-sha1 = Signatures with SHA-1, which can be forged for money, are let through.
setup-lax-cbc = Encryption by AES-CBC in an answer that is not signed, which others can change, is let through.
setup-lax-until = Whoever operates this installation has set this, until
setup-secret-stays = Leave it empty to keep the one that is there.
setup-secret-optional = Leave it empty if the provider gave none.
setup-proof = How we prove ourselves there
setup-proof-same = As it was; a first secret goes in a header
setup-proof-none = Without a secret (public client, PKCE)
setup-proof-basic = By the secret, in a header (client_secret_basic)
setup-proof-post = By the secret, in the form (client_secret_post)
setup-proof-hint = As it stands at the provider’s client. A key in place of a secret (private_key_jwt) is set up by whoever runs this service.
setup-domains = Your organisation’s domains
setup-domains-hint = Without them, every Google account could come in.
setup-logout-url = Logout URL

# Now and new
setup-proposal = Nothing is changed yet
setup-proposal-text = Compare what was entered with what is there.
setup-proposal-by-link = Entered by somebody outside, through the setup link { $link }. Compare every value with the provider’s own console.
setup-proposal-live = Single Sign-On is on: these values count at the very next sign-in.
setup-proposal-anew = { $count ->
    [one] 1 linked person links anew at the next sign-in: the name by which the provider knew them until now counts no longer.
   *[other] { $count } linked people link anew at their next sign-in: the names by which the provider knew them until now count no longer.
}
setup-compare-thumbprint = Compare the thumbprint with the provider’s console before you trust it.
setup-now = Now
setup-new = New
setup-same = as before
setup-value-none = nothing
setup-certificate-comes = New
setup-certificate-goes = Goes
setup-certificate-stays = Stays
setup-accept = Use these values
setup-test-waiting = Test these values first
setup-proposal-tested = The last test passed with these values.
setup-discard = Discard

# What cannot be used
setup-cannot = These values cannot be used, and nothing was changed
setup-problem-empty = Paste the text, choose the file, or enter the address.
setup-problem-address = The sign-in address of the provider is missing, or does not begin with https://.
setup-problem-unreachable = We could not read the provider’s document ({ $why }). Check the address.
setup-problem-entity = The provider’s entity ID is missing.
setup-problem-no-certificate = There is no signing certificate: every answer would be refused. Add at least one.
setup-problem-same = The connection has exactly these values already.
setup-problem-others-wait = Values that somebody else entered wait already. Whoever sent you the link has to take them over or discard them first.
setup-problem-secret = That is longer than any client secret.
setup-problem-proof = These do not go together: without a secret none is sent, and the other two ways need one.
setup-metadata-unreadable = This is no metadata that can be read ({ $code }). Copy the whole text, from the first < to the last >.
setup-metadata-none = This is XML, but not SAML metadata.
setup-metadata-several = This metadata describes several providers. Choose one of them.
setup-metadata-no-provider = This metadata describes no SAML 2.0 identity provider. Perhaps it is that of an application.
setup-metadata-expired = This metadata was valid until { $until }. Get it anew.
setup-paste-one = Certificate { $number }: { $why }
setup-paste-xml = This is XML. If it is the provider’s metadata, enter it in the field above.
setup-paste-cut-off = A certificate begins and does not end: copy the whole text, to the line -----END CERTIFICATE-----.
setup-paste-private-key = This is a private key. It was not kept. Replace it at the provider, and paste the certificate instead.
setup-paste-unreadable = this is not an X.509 certificate.
setup-paste-small-key = its RSA key has fewer than 2048 bits.
setup-paste-other-key = its key is of a kind that we do not accept.
setup-id-object = This is the Object ID. Enter the Application (client) ID, which stands above it on the Overview page.
setup-id-uri = This is the Application ID URI. Enter the Application (client) ID from the Overview page.
setup-id-tenant-here = This is the Directory (tenant) ID. It belongs in the other field.
setup-id-application-here = This is the Application (client) ID. It belongs in the other field.
setup-id-no-organisation = This is no organisation’s ID. Enter the Directory (tenant) ID from the Overview page.
setup-id-none = An ID has 36 characters, as the Overview page prints it.
setup-openid-issuer = The issuer is the provider’s https address, without query and fragment.
setup-openid-version-one = This is the issuer of Entra’s version 1.0. Enter the Directory (tenant) ID instead.
setup-openid-tenants = This issuer serves every organisation. Enter the Directory (tenant) ID of yours.
setup-openid-client = The client ID is missing.
setup-openid-domains = Enter your organisation’s domains: without them, every Google account could come in.

# Attribute mapping
setup-map = Attribute mapping
setup-map-text = Which attribute names the person, and which ones fill the fields of a user. Names of the last test are suggested.
setup-map-local = People here are found by
setup-map-person = Username
setup-map-username = Username
setup-map-external = External ID
setup-map-email = Email
setup-map-given = First name
setup-map-family = Last name
setup-map-groups = Groups
setup-map-roles = Roles in the account
setup-map-last = In the last test:
setup-map-missing = The last test brought nothing of this name.
setup-map-no-test = A test shows what arrives.
setup-map-not-taken = Not taken.
setup-problem-mapping = That is no name of an attribute.
setup-waits = The provider’s metadata has changed at its address:
setup-brings-back = This brings back a key that was taken out here. Before you take it over, ask the provider whether that key is in its hands alone.
setup-quirks = Good to know

# 3 Test
setup-test = Test sign-in
setup-test-lead = You go to { $provider } and come back here. Six checks say what works and what does not. Nobody is signed in, and nothing is changed.
setup-test-first = Enter the values of step 2 first.
setup-test-begin = Begin the test
setup-test-again = Test again
setup-test-old = This test is too old, or other values were entered since. Test again.
setup-test-of-waiting = This was a test of the values that wait in step 2. They are not in use.
setup-field-there = In { $provider }:
setup-report = Report for { $provider } support
setup-mend-give = To our values
setup-mend-values = To the provider’s values
setup-mend-users = To the users
setup-mend-exclusions = To the exclusion list

# 4 Turn on
setup-turn = Turn it on
setup-turn-first = Pass a test sign-in first. Then start with a few people, and widen when it works.
setup-other = People are led to “{ $name }” now. Turn that off first.
setup-there = { $count ->
    [one] 1 person signs in there
   *[other] { $count } people sign in there
}
setup-effect = { $there } of { $all } people sign in at the provider, { $password } have a password that works.
setup-effect-none = { $count ->
    [one] 1 has none and needs an invitation.
   *[other] { $count } have none and need an invitation.
}
setup-mode = On the sign-in page
setup-mode-button = A button: people click it
setup-mode-redirect = People are taken there at once
setup-local = Allow users to log in with SSO or account credentials
setup-local-hint = Optional. We recommend leaving this off.
setup-exclusions = These people keep using their account password.
setup-no-emergency = Nobody has emergency access. While the provider is away, people could come in only by an outage that you turn on here.
setup-no-emergency-where = Give it to somebody on their page under Users.
setup-unmatched = { $count } of { $all } people have a username of no domain that this account has proved. The provider’s word about them is refused.
setup-unmatched-who = See who
setup-stage-pilot = Only for the people of the pilot
setup-stage-domains = For everybody on verified domains
setup-stage-everybody = For everybody
setup-to-pilot = Turn on for the pilot
setup-to-domains = Turn on for verified domains
setup-to-everybody = Turn on for everybody
setup-save-offer = Save
setup-pilot = People of the pilot ({ $count })
setup-pilot-add = Usernames to add
setup-pilot-submit = Add to the pilot
setup-pilot-me = Put only me into the pilot
setup-pilot-left = These are not in this account, are on the exclusion list, or have a wider role than you.
setup-pilot-groups = groups: { $count }
setup-group-add = A group to add
setup-group-hint = Whoever is in it is in the pilot, later members, too. Who is on the exclusion list or has emergency access keeps the password.
setup-group-submit = Add the group
setup-group = { $people ->
    [one] { $name }: 1 person, of whom the pilot moves { $moves }
   *[other] { $name }: { $people } people, of whom the pilot moves { $moves }
}
setup-outage = { $provider } does not answer?
setup-outage-text = Let people use their account password for some hours. It ends by itself; sessions stay.
setup-outage-until = Until
setup-hours = Hours (1–{ $most })
setup-outage-submit = Let people use their password
setup-off = Turn it off
setup-off-text = Everyone signs in with a password again. Sessions that came from the provider end at once. What you entered stays.
setup-off-invite = Mail those who have no password a link to set one
setup-off-submit = Turn off
setup-again-text = Everything that was entered is still here. Open it again to test it and to turn it on; until then nobody is affected.
setup-again = Open it again
setup-undo = Undo
setup-undo-until = You can take the last step back until
setup-undo-to = back to
setup-undo-offer = and to how it was offered before
setup-undo-offer-stays = how it is offered was changed since, and stays

# What came of it
setup-said-added = Added. Give these values to the provider, then enter its own below.
setup-said-accepted = These values are in use now. Test them.
setup-said-discarded = Discarded. Nothing was changed.
setup-said-switched = Done. You can take it back for 24 hours.
setup-said-reopened = It is open again. Test it and turn it on; until then nobody is affected.
setup-said-undone = Taken back.
setup-said-undone-offer-stays = Taken back. How it is offered was changed since, and stays as it is.
setup-said-offered = How it is offered was changed.
setup-said-uninvited = { $count ->
    [one] It is off, and can be taken back for 24 hours. 1 person without a password got no mail: there is no address, or too many mails at once.
   *[other] It is off, and can be taken back for 24 hours. { $count } people without a password got no mail: there is no address, or too many mails at once.
}
setup-said-pilot = The pilot was changed.
setup-said-other-values = Other values were entered meanwhile. Look at what is there now.
setup-said-too-many = This account has 50 connections, as many as it can have. Change one that is there.
setup-said-sole-way = Nothing was added: administrators may come in by Single Sign-On here, and nobody could do without it. Give somebody emergency access first, or let administrators sign in with their password.
setup-said-incomplete = Values of the provider are missing.
setup-said-not-tested = No test sign-in has passed in the last 30 days with these values. Test first.
setup-said-other-on = Another connection of this account is on. Turn that off first.
setup-said-group-unknown = Nobody who is active is in that group.
setup-said-group-many = 50 groups are in the pilot, as many as can be.
setup-said-hours = An outage lasts from 1 to 72 hours.
setup-said-no-step = That step is not possible from here.
setup-said-no-undo = The last step cannot be taken back any more.
setup-event-connection = Single Sign-On changed
setup-event-pilot = Pilot changed
setup-event-tested = Test sign-in

# "Email these steps"
steps-title = Email these steps
steps-lead = For whoever looks after the provider or the DNS: the values to enter, and where. Nothing in the mail is secret, and it opens nothing here.
steps-of = What
steps-of-connection = Single Sign-On: { $name }
steps-of-domain = Domain: { $name }
steps-none = There is nothing to email: no connection, and no domain that is to be proved.
steps-email = Email address
steps-email-hint = The mail is in the language of this page.
steps-send = Send
steps-said-sent = The steps are on their way.
steps-unknown = Choose one of these.
steps-too-many = { $most } such mails went out within a day, or { $one } to this address: as many as can be.
steps-setup-link = Somebody else is to enter the provider’s values here, too? Send a setup link instead.
steps-email-wrong = Enter an email address, for example kim@example.com
setup-last-failed = The last test stopped at check { $number } of 6, though one has passed before. Find out why before it concerns everybody.
setup-last-failed-where = To the test
