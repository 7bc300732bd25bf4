# Layout
product-suffix = { $title } – { $product }
error-prefix = Error: { $title }
skip = Skip to the main part
footer-label = About these pages
language = Language
help = Help
privacy = Privacy
next = Next
or = or
not-you = Not you?
remember = Remember me on this device
error-word = Error:
account-line = { $name } · account { $number }
error-summary-title = There is more than one thing to put right
notice-again = That took a while, so we started again.
notice-again-more = Your username is still here.

# Username
asked-you = asked you to sign in
username-title = Sign in to { $app }
username-title-bare = Sign in
username-lead = Your username tells us where you sign in: here, or with your organisation.
username-label = Username
username-hint = Usually your business email address
username-empty = Enter your username
username-malformed = That cannot be a username. Check it for spaces and special characters.
username-prefill = Password (filled by a password manager)
username-forgot = Forgot your username?
username-forgot-text = It is usually your business email address. If that does not work, contact an Authorized Contact for your account.
username-next = Next: your password, or your organisation’s own sign-in page
then-back = Then back to { $app }
then-on = Then you go on

# Several accounts
choose-title = Multiple accounts located
choose-lead = Your username is associated with more than one account.
choose-label = Account Number or Partner Label
choose-hint = On your invoice, or ask your Authorized Contact
choose-account = Account
choose-prompt = Choose an account
choose-empty = Choose an account
choose-named-empty = Enter the account number or partner label
choose-unknown = We could not find that account for this username

# Password
password-title = Enter your password
password-label = Password
password-forgot = Forgot password?
password-show = Show password
password-caps = Caps Lock is on
password-empty = Enter your password
password-wrong = That username and password do not match. Check both and try again.
password-tries = { $count ->
    [one] You have 1 try left before we pause sign-in for { $minutes } minutes.
   *[other] You have { $count } tries left before we pause sign-in for { $minutes } minutes.
}
password-account = Account Number or Partner Label (optional)
password-account-hint = Only if your username is in several accounts
sso-button = Single Sign On
sso-with = with { $provider }
sso-organisation = with your organisation’s account

# Single Sign On
offer-title = Sign in with your organisation
offer-password = Enter your password
offer-next = Next: { $account }’s own sign-in page
offer-next-bare = Next: your organisation’s own sign-in page

# Expiry and change
expired-title = Your password has expired
expired-lead = { $days ->
    [one] It was last changed 1 day ago. Choose a new one to go on.
   *[other] It was last changed { $days } days ago. Choose a new one to go on.
}
must-change-title = Choose a new password
must-change-lead = Your password must be replaced before you go on.
soon-title = { $days ->
    [one] Your password expires in 1 day
   *[other] Your password expires in { $days } days
}
soon-lead = Change it now, and you will not be interrupted later.
soon-now = Change password
soon-later = Not now
sign-out = Sign out
change-title = Change password
change-current = Current password
change-current-wrong = That is not your current password. Check it and try again.
change-current-empty = Enter your current password
change-new = New password
change-repeat = Repeat new password
change-repeat-differs = The two new passwords differ
strength = Strength
strength-weak = Weak
strength-fair = Fair
strength-good = Good
strength-strong = Strong
policy-title = Your new password needs:
policy-later = Your organisation’s rules for passwords apply. If the new one does not meet them, the next page says what is missing.
policy-length = { $min } to { $max } characters
policy-length-min = at least { $min } characters
policy-number-letter = at least one number and one English letter
policy-number = at least one number
policy-letter = at least one English letter
policy-special = at least one of { $which }
policy-no-spaces = no spaces
policy-only-listed = only English letters, numbers and { $which }
policy-spaces-fine = nothing special: spaces and any language are fine
policy-different = to be different from the current one
policy-different-history = to be different from the current one and the last { $count }
policy-not-leaked = not to be a password that is known from leaks
policy-no-context = not to be your name, or your account’s name or number
policy-met = met
policy-unmet = not met yet
policy-count = { $met } of { $all } met
violation-too-short = The new password is too short
violation-too-long = The new password is too long
violation-number = The new password needs a number
violation-letter = The new password needs an English letter
violation-special = The new password needs one of the special characters
violation-space = The new password must have no spaces
violation-other = The new password has a character that is not allowed
violation-leaked = This password is known from leaks. Choose another one.
violation-context = This password is made of a name that others can guess
violation-same = Choose a password you have not just used
violation-used = Choose a password you have not used lately
changed-title = Your password was changed
changed-first = Your password is set
changed-mail = We sent an email to confirm it.
changed-others = Other devices were signed out.
changed-continue = Continue
changed-sign-in = Sign in
elsewhere-title = Your organisation keeps your password
elsewhere-text = { $account } keeps your password. Change it with your organisation, or contact an administrator there.
elsewhere-other = Reset the password of another username

# Forgot
forgot-title = Reset your password
forgot-lead = We send an email to the address that belongs to your username.
forgot-send = Send email
check-title = Check your email
check-lead = If that username has a password here, we sent a link and a code. They work for 15 minutes.
check-code = Code
check-code-hint = Six digits from the email
check-wrong = That code is wrong, used or too old. Check it, or have a new one sent.
check-nothing = Nothing after 2 minutes? Check junk mail, or
check-again = send again
confirm-title = Reset the password for { $who }?
confirm-lead = If you did not ask for this, close this page. Your password stays as it is.
confirm-yes = Yes, go on
invite-title = Welcome, { $who }
invite-lead = You have been invited. Choose your first password to begin.
set-title = Choose a new password
set-first-title = Choose your password
set-lead = For { $username }
over-title = That link does not work any more
over-text = It was used before, or it is too old. Have a new one sent.
over-invite = Ask your Authorized Contact for a new invitation, or have one sent by resetting your password.
over-again = Send a new email
reopen-title = Open the link in your email once more
reopen-text = This page does not know your link any more: it was open for too long, or another link was opened in this browser. Nothing was changed.
waited-title = The time for this page is over
waited-text = It was open for too long, or the password was set somewhere else meanwhile. Have a new email sent.

# Chooser
chooser-title = Who is signing in?
chooser-change = Whose password do you want to change?
chooser-email = Whose email address do you want to change?
chooser-own = Whose account do you want to see?
chooser-to = to { $app }
meant-other = The application that sent you here means somebody else, who is not signed in in this browser.
chooser-other = Use another account
chooser-remove = Remove

# Pause, busy, refused
pause-title = Too many tries
pause-lead = { $minutes ->
    [one] You can try again in 1 minute.
   *[other] You can try again in { $minutes } minutes.
}
pause-at = That is at { $time } UTC.
pause-link = It is the code that has to wait. Where the email has a link, that works now.
pause-forgot = If you forgot your password,
pause-reset = reset it now
busy-title = Very busy just now
busy-text = So many people are signing in that we could not check your password. Go back and try again in a few seconds.
refused-title = We could not finish signing you in
refused-reference = Reference
refused-send = What to send to your administrator
refused-try = Try again
reason-authorize-unknown-application = The application that sent you here is not known. Open it again, or ask the people who run it.
reason-authorize-redirect-uri = The application wants you back at an address that it has not registered. Ask the people who run it.
reason-authorize-malformed = The application sent a request that we cannot read. Open it again, or ask the people who run it.
reason-authorize-request-uri = This sign-in was opened a while ago or twice. Go back to the application and open it again.
reason-change-return-to = The address to return to is not one that the application has registered.
reason-logout-redirect-uri = You stay here afterwards: the address to go back to is not one that the application has registered, or the application does not say which one it is. Ask the people who run it.
reason-password-changed-meanwhile = Your password was set somewhere else while you were changing it here. That one counts, and nothing of this form was kept.
reason-discovery-application-not-in-region = This application is not available in your account’s region.
reason-discovery-account-suspended = Your organisation’s account is suspended. Contact an Authorized Contact for your account.
reason-discovery-no-connection = We know of no Single Sign On for this. Use your password, or contact an administrator in your organisation.
reason-discovery-not-entitled = Your organisation’s contract does not include Single Sign On. Contact an Authorized Contact for your account.
reason-discovery-second-factor = This application asks for a second factor, and yours could not be verified.
reason-sso-not-ready = Your organisation’s sign-in page cannot be reached from here yet. Contact an administrator in your organisation.
reason-request-foreign-origin = This request came from another site, so we did nothing. If you meant it, do it on our own page.
reason-request-address-too-long = The address of this request is longer than any of ours. Go back to where it came from, and try again.
reason-request-body-too-long = What was sent is larger than anything we ask for. Go back, and send less: a smaller picture or file, or a shorter text.
reason-request-too-slow = The request did not come whole in its time. Check your connection, and try again.
reason-request-not-a-form = This address takes ordinary form data only. Go back, and send the form of our own page.
reason-request-malformed = We cannot read what was sent. Go back, and try again.

# Leaving, sign-out, home
leave-title = Signing you in to { $app }
leave-title-bare = Signing you in
meanwhile = You signed in in another tab. Continuing to { $app }.
leave-text = if nothing happens
leave-continue = Continue
signout-title = Sign out?
signout-lead = This ends your sign-in in this browser for every application.
signout-whose = Several people are signed in in this browser. Who signs out?
signout-everybody = Everybody
signout-here = Signed in in this browser:
signout-yes = Sign out
signout-stay = Stay signed in
signedout-title = You are signed out
signedout-text = You may still be signed in to applications that are open.
signedout-of = You are signed out of { $app } and everything else in this browser.
signedout-others = Still signed in in this browser:
where-title = You are signed in. Where to?
where-none = No application of your account has a start page.
where-as = Signed in as { $who }

# Errors
error-404-title = There is nothing at this address
error-404-text = Check the address, or start again.
error-405-title = That does not work this way
error-405-text = This address does not take that kind of request. Go back to the page before, or start again.
error-413-title = That is too much
error-415-title = We cannot read that
error-429-title = Too many tries
error-500-title = Something went wrong here
error-500-text = It is our fault. Try again, and tell us the reference if it happens again.
error-503-title = Sign-in is not available just now
error-503-text = We know about it. Try again in a moment.
error-start = Sign in

# Static pages
language-title = Choose a language
help-title = Help
help-username = Your username is usually your business email address. If that does not work, contact an Authorized Contact for your account.
help-password = If you forgot your password, have an email sent to you. If your organisation keeps your password, its own help desk can reset it.
help-several = If your username is in several accounts, the account number on your invoice says which one you mean.
help-contact = When you contact somebody about a problem, give the reference from the page. It finds what happened, and says nothing about you.
privacy-title = Privacy
privacy-text = This page keeps what it needs to sign you in: your username, when and from where you signed in, and to which application. It uses cookies for that and for nothing else. It loads nothing from other sites.

# The person's own page
own-title = Your account
own-lead = Signed in as { $who }
own-sessions = Where you are signed in
own-here = This browser
own-used = Last used { $time } UTC
own-applications = Applications
own-none = No application remembers you.
own-all-text = This ends every session and every application, this browser too.
own-all = Sign out everywhere
own-done = It is over.
own-device = Unknown device
own-start = Your applications
