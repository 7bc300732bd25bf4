//! Forgot password, the link and code of the mail, and the first password of an invitation.

use std::time::Duration;

use homeward_discovery::{Account, Candidates, Hints, User, UserState};
use homeward_local_credential::{Guess, Guessed, Reservation, StoreFault, StoredReset, reset};
use homeward_model::{AccountHint, UserId, Username};
use homeward_sealing::sha256;

use crate::{
    context::Context,
    ports::{MailKind, MailRequest, OwnBrowser},
    stage::{AwaitCode, CodeFor, Errand, Method, Pending, Proven, ProvenUser, Started},
    step::{AccountShown, Asking, FieldProblem, Over, Step},
    usecase::{
        authorize, change, code_by_mail, finish, identify,
        limit::{Limit, limited_for, pause_of},
        new_password::{self, NewForm, Outcome, Owner},
        proven,
        realm::{self, Wish},
        refuse::{About, audit, event},
        session,
    },
    visitor::Visitor,
};

/// How often one place may ask for mail, or try codes.
pub(super) const REQUESTS: Limit = Limit { what: "limit.reset_request", most: 20, window: HOUR };
const CODES: Limit = Limit { what: "limit.reset_code", most: 30, window: HOUR };
const HOUR: Duration = Duration::from_secs(3600);

/// How many accounts one username's request may reach; each gets a mail of its own, so that one request makes no more mails than this. Whoever has the
/// name in more says which account first.
pub(super) const ACCOUNTS: usize = 10;

/// Whom a request under a name may reach: those who may have a password or an invitation, and nobody who is away and would only take their place; of
/// them those of the account that was chosen, if it is one of theirs.
pub(super) fn reached(candidates: Candidates, chosen: Option<&AccountHint>) -> Vec<(User, Account)> {
    let found = candidates.accounts.into_iter().filter_map(|candidate| candidate.user.map(|user| (user, candidate.account)));
    let mut found: Vec<_> = found.filter(|(user, _)| matches!(user.state, UserState::Active | UserState::Invited)).collect();
    if let Some(hint) = chosen.filter(|hint| found.iter().any(|(_, account)| authorize::names(hint, account))) {
        found.retain(|(_, account)| authorize::names(hint, account));
    }
    found.truncate(ACCOUNTS);
    found
}

/// "Forgot password?" was followed; the name that is known is kept.
pub async fn ask(ctx: &Context, started: Option<Started>, typed: String) -> Result<Step, StoreFault> {
    let stage = started.unwrap_or_else(|| authorize::own(ctx, Errand::Home));
    let asking = realm::asking(ctx, &stage).await?;
    Ok(Step::Forgot { stage, asking, typed, problem: None })
}

/// The page was opened by its address. Somebody who is signed in and whose organisation keeps their password is told so; for everybody else the page
/// is one and the same, and only a mail explains (B-063, FOR-1).
///
/// # Errors
/// `StoreFault`.
pub async fn arrive(ctx: &Context, visitor: &Visitor) -> Result<Step, StoreFault> {
    if let Some(found) = session::live(ctx, visitor).await?.into_iter().next() {
        let mut own = authorize::own(ctx, Errand::Home);
        own.hints.account = Some(AccountHint::Number(found.account.number.clone()));
        let realm = realm::resolve(ctx, &own, &found.user.username, Wish::Password, visitor).await?;
        if let Some(step) = realm.and_then(|realm| change::elsewhere(ctx, (&realm, &own), (&found, visitor), true)) {
            return Ok(step);
        }
    }
    ask(ctx, None, String::new()).await
}

/// A mail is asked for. One row is written for every name, known or not; a worker does the rest (FOR-1, LR-01).
pub async fn request(ctx: &Context, started: Started, typed: String, visitor: &Visitor) -> Result<Step, StoreFault> {
    let asking = realm::asking(ctx, &started).await?;
    let Ok(username) = Username::parse(&typed) else {
        let problem = if typed.trim().is_empty() { FieldProblem::Empty } else { FieldProblem::Malformed };
        return Ok(Step::Forgot { stage: started, asking, typed, problem: Some(problem) });
    };
    let own = asking_browser(ctx, &username, visitor).await?;
    if let Some(step) = limited_for(ctx, &REQUESTS, own.is_own, &started, visitor).await? {
        return Ok(step);
    }
    let stage = wanted(ctx, started, (username, own.browser), CodeFor::Reset, visitor).await?;
    Ok(Step::CheckMail { stage, asking, problem: None })
}

/// Writes that somebody wants a mail: one row for every name, known or not.
pub(super) async fn wanted(
    ctx: &Context,
    started: Started,
    (username, own): (Username, OwnBrowser),
    purpose: CodeFor,
    visitor: &Visitor,
) -> Result<AwaitCode, StoreFault> {
    let own = OwnBrowser { account: started.hints.account.clone(), ..own };
    let selector = reset::new_selector(ctx.random.as_ref());
    let request = MailRequest {
        selector: selector.clone(),
        username: username.clone(),
        language: visitor.language.code().to_owned(),
        network: visitor.network.to_string(),
        at: ctx.now(),
        kind: match purpose {
            CodeFor::Reset => MailKind::Reset,
            CodeFor::SignIn => MailKind::SignIn,
        },
        own,
    };
    ctx.mail_requests.put(&request).await?;
    (ctx.wake_mailroom)();
    Ok(AwaitCode { started, username, selector, purpose })
}

/// The browser that asks.
pub(super) struct AskingBrowser {
    /// What it has of earlier sign-ins.
    pub browser: OwnBrowser,
    /// Whether everybody of the name that was typed has been signed in here: one account's person speaks for no other's.
    pub is_own: bool,
    /// Whether the name is that of one person, in one account.
    pub is_ones: bool,
}

/// Whose browser this is, by what is kept of it: it costs the same whoever the name belongs to.
pub(super) async fn asking_browser(ctx: &Context, username: &Username, visitor: &Visitor) -> Result<AskingBrowser, StoreFault> {
    let candidates = ctx.directory.candidates(username, &Hints::default()).await?;
    let people: Vec<UserId> = reached(candidates, None).into_iter().map(|(user, _)| user.id).collect();
    let mut users = ctx.known.knows(&sha256(visitor.browser.as_bytes()), &people).await?;
    for secret in &visitor.sessions {
        let found = ctx.sessions.find(&sha256(secret.as_bytes())).await?;
        users.extend(found.filter(|found| found.session.ended.is_none()).map(|found| found.user.id));
    }
    let browser = OwnBrowser { users, account: None };
    let is_own = !people.is_empty() && people.iter().all(|user| browser.is_of(*user));
    Ok(AskingBrowser { browser, is_own, is_ones: people.len() == 1 })
}

/// "Check your email" once more.
///
/// # Errors
/// `StoreFault`.
pub async fn waiting(ctx: &Context, stage: AwaitCode) -> Result<Step, StoreFault> {
    let asking = realm::asking(ctx, &stage.started).await?;
    Ok(Step::CheckMail { stage, asking, problem: None })
}

/// The selectors under which one request's resets stand: one for each account of the name.
pub(super) fn selectors(selector: &str) -> impl Iterator<Item = String> + '_ {
    (0..ACCOUNTS).map(move |place| if place == 0 { selector.to_owned() } else { format!("{selector}-{place}") })
}

/// The code of the mail was typed. The try is counted before the code is looked at, at the network, the name, the installation and the mail, and in one
/// write whoever the name belongs to: names that get no mail have decoys. The link beside the code waits for none of them.
pub async fn code(ctx: &Context, stage: AwaitCode, typed: String, visitor: &Visitor) -> Result<Step, StoreFault> {
    let asking = realm::asking(ctx, &stage.started).await?;
    let AskingBrowser { is_own, is_ones, .. } = asking_browser(ctx, &stage.username, visitor).await?;
    if let Some(step) = limited_for(ctx, &CODES, is_own, &stage.started, visitor).await? {
        return Ok(step);
    }
    let now = ctx.now();
    let known_browser = is_own.then_some(visitor.browser.as_str());
    let (what, why) = match stage.purpose {
        CodeFor::Reset => (Guessed::Code, "reset.paused"),
        CodeFor::SignIn => (Guessed::SignInCode, "code.paused"),
    };
    let guess = Guess { what, username_key: stage.username.key(), network: visitor.network, known_browser };
    if let Reservation::Pause { until } = ctx.guesses.reserve(&guess, now).await? {
        return pause_of(ctx, until, (why, stage.username.typed()), &stage.started, visitor).await;
    }
    let selectors: Vec<String> = selectors(&stage.selector).collect();
    for stored in ctx.resets.claim_try(&selectors, now).await? {
        if reset::matches_code(&stored, &typed) && ctx.resets.consume(&stored.selector, now).await? {
            // The right code of one account of the name is a guess at those of the others: it stays counted (LG-08).
            if is_ones {
                ctx.guesses.succeeded(&guess, now).await?;
            }
            return match stored.purpose {
                reset::SIGN_IN => code_by_mail::enter(ctx, &stored, stage.started, visitor).await,
                _ => set_page(ctx, &stored, finish::anew(ctx, &stage.started), visitor).await,
            };
        }
    }
    audit(ctx, "password.reset", "reset.wrong_code", About::of(&stage.started), visitor, None).await?;
    Ok(Step::CheckMail { stage, asking, problem: Some(FieldProblem::WrongCode) })
}

/// The link was opened. Nothing is used up: programs open links too (FOR-2, LR-07).
pub async fn open(ctx: &Context, token: &str) -> Result<Step, StoreFault> {
    if token.is_empty() {
        return Ok(nothing(Over::Reopen));
    }
    match linked(ctx, token).await? {
        Some((stored, user, account)) => Ok(Step::ConfirmReset {
            account: one_of_several(ctx, &user, &account).await?,
            masked: user.username.masked(),
            invitation: stored.purpose != reset::RESET,
            link: stored.selector,
        }),
        None => over_page(ctx, token).await,
    }
}

/// "Yes, go on": uses the link up. `link`: which link the page was about, by its selector. The browser has the token of the one that was opened last, and
/// that may be another mail's, for another account: then nothing is used up, and nobody's password is set.
pub async fn confirm(ctx: &Context, token: &str, link: Option<&str>, visitor: &Visitor) -> Result<Step, StoreFault> {
    let is_another = link.is_some_and(|link| reset::parse_link(token).is_none_or(|(selector, _)| selector != link));
    if token.is_empty() || is_another {
        return Ok(nothing(Over::Reopen));
    }
    let Some((stored, ..)) = linked(ctx, token).await? else { return over_page(ctx, token).await };
    if !ctx.resets.consume(&stored.selector, ctx.now()).await? {
        return over_page(ctx, token).await;
    }
    set_page(ctx, &stored, authorize::own(ctx, Errand::Home), visitor).await
}

/// Used, old or wrong. Whoever has the right link to a reset that is over keeps the username, which stood in the same mail
/// (FOR-4); everybody else learns nothing.
async fn over_page(ctx: &Context, token: &str) -> Result<Step, StoreFault> {
    let Some((selector, secret)) = reset::parse_link(token) else { return Ok(nothing(Over::Link)) };
    let Some(stored) = ctx.resets.any(&selector).await?.filter(|stored| reset::matches_secret(stored, &secret)) else { return Ok(nothing(Over::Link)) };
    let Some((user, _)) = ctx.directory.user(stored.user).await? else { return Ok(nothing(Over::Link)) };
    let over = if stored.purpose == reset::INVITATION && user.state == UserState::Invited { Over::Invitation } else { Over::Link };
    Ok(Step::LinkOver { typed: user.username.typed().to_owned(), over, asking: Asking::default(), stage: None })
}

/// Over, and nobody is named.
fn nothing(over: Over) -> Step {
    Step::LinkOver { typed: String::new(), over, asking: Asking::default(), stage: None }
}

/// The account, where the username has several: the name alone does not say whose password it is then. Where nobody learns which accounts know a
/// username, it always stands there.
pub(super) async fn one_of_several(ctx: &Context, user: &User, account: &Account) -> Result<Option<AccountShown>, StoreFault> {
    if realm::uniform(ctx) {
        return Ok(Some(realm::shown(account)));
    }
    let candidates = ctx.directory.candidates(&user.username, &Hints::default()).await?;
    let people = candidates.accounts.iter().filter(|candidate| candidate.user.is_some()).count();
    Ok((people > 1).then(|| realm::shown(account)))
}

/// What a link stands for, when it is right, unused and in time, and its user is one whose password it may set.
async fn linked(ctx: &Context, token: &str) -> Result<Option<(StoredReset, User, Account)>, StoreFault> {
    let Some((selector, secret)) = reset::parse_link(token) else { return Ok(None) };
    let Some(stored) = ctx.resets.find(&selector, ctx.now()).await?.filter(|stored| reset::matches_secret(stored, &secret)) else { return Ok(None) };
    // A code that signs in has no link.
    let found = usable(ctx, &stored).await?.filter(|_| stored.purpose != reset::SIGN_IN);
    Ok(found.map(|(user, account)| (stored, user, account)))
}

/// The user of a reset, as long as it fits: the state its purpose needs, and the credential it was made for.
pub(super) async fn usable(ctx: &Context, stored: &StoredReset) -> Result<Option<(User, Account)>, StoreFault> {
    let Some((user, account)) = ctx.directory.user(stored.user).await? else { return Ok(None) };
    let version = version(ctx, stored.user).await?;
    let state = if stored.purpose == reset::INVITATION { UserState::Invited } else { UserState::Active };
    Ok((user.state == state && version == stored.credential_version).then_some((user, account)))
}

async fn version(ctx: &Context, user: UserId) -> Result<i64, StoreFault> {
    Ok(ctx.credentials.of_users(&[user]).await?.first().map_or(0, |c| c.version))
}

/// The page for the new password, with a record that stands for the proof of the mailbox.
async fn set_page(ctx: &Context, stored: &StoredReset, started: Started, visitor: &Visitor) -> Result<Step, StoreFault> {
    let Some((user, account)) = usable(ctx, stored).await? else {
        return Ok(nothing(Over::Link));
    };
    let first = stored.purpose != reset::RESET;
    let new = new_password::blank(ctx, &account).await?;
    let asking = realm::asking(ctx, &started).await?;
    let record = Proven {
        started,
        username: user.username.clone(),
        users: vec![ProvenUser { user: user.id, account: account.id, version: stored.credential_version }],
        // Only an invitation makes a user active; everybody else must still be one whose password counts.
        pending: if stored.purpose == reset::INVITATION { Pending::SetFirst } else { Pending::SetNew },
        method: Method::Mail,
        proved_at: ctx.now(),
        browser: visitor.browser.clone(),
        mailed_to: user.email.clone(),
    };
    let shown = one_of_several(ctx, &user, &account).await?;
    let (handle, record) = proven::keep(ctx, None, record).await?;
    Ok(Step::SetPassword { handle, asking, username: record.username.typed().to_owned(), account: shown, first, new })
}

/// The new password was sent. It signs nobody in: the person signs in with it (LR-10, LR-16).
pub async fn set(ctx: &Context, handle: &str, form: NewForm, visitor: &Visitor) -> Result<Step, StoreFault> {
    let standing = proven::peek(ctx, handle, visitor).await?;
    // The same form may have set the password already (ALL-23).
    let mut is_over = standing.is_none();
    let found = if is_over { proven::outdated(ctx, handle, visitor).await? } else { standing };
    let Some(record) = found.filter(|r| matches!(r.pending, Pending::SetNew | Pending::SetFirst)) else {
        return stage_over(ctx, handle, visitor).await;
    };
    let first = record.pending == Pending::SetFirst;
    let Some(proven) = record.users.first().cloned() else { return stage_over(ctx, handle, visitor).await };
    let username = record.username.typed().to_owned();
    let Some((user, account)) = ctx.directory.user(proven.user).await? else { return identify::restart(ctx, Some(&record.started), username).await };
    // A mailbox that is no longer this person's proves nothing (LR-15).
    let elsewhere = record.mailed_to != user.email;
    // Or it has by now: whoever has accepted an invitation is invited no more.
    if first && user.state != UserState::Invited {
        is_over = proven::is_outdated(ctx, &record).await?;
    }
    // An invitation is for somebody who is invited still; everybody else is one whose password counts, and whoever has accepted one is by now.
    let may_have_one = if first && !is_over { user.state == UserState::Invited } else { keeps_password(ctx, &record.started, &user, &account, visitor).await? };
    if elsewhere || !may_have_one {
        return identify::restart(ctx, Some(&record.started), username).await;
    }
    let asking = realm::asking(ctx, &record.started).await?;
    let owner = Owner { user, account, proved: proven.version, by_mail: true, first };
    let about = About { user: Some(owner.user.id), account: Some(owner.account.id), ..About::of(&record.started) };
    let line = event(ctx, if first { "invitation.accepted" } else { "password.reset" }, "ok", about, visitor, None);
    match new_password::store(ctx, &owner, &form, (None, line, &record.started), visitor).await? {
        Outcome::Stored(_) | Outcome::SetBefore(_) => {
            // The password counts. What remains may fail: the stage is void, because the password is another one.
            if let Err(error) = proven::take(ctx, handle, visitor).await {
                tracing::error!(%error, "after a password was set");
            }
            let again = Some(Box::new((finish::anew(ctx, &record.started), username)));
            Ok(Step::PasswordChanged { asking, first, return_to: None, mailed: owner.user.email.is_some(), session_token: None, again })
        }
        Outcome::Again(new) => {
            let account = one_of_several(ctx, &owner.user, &owner.account).await?;
            Ok(Step::SetPassword { handle: handle.to_owned(), asking, username, account, first, new })
        }
        Outcome::Conflict if is_over => stage_over(ctx, handle, visitor).await,
        Outcome::Conflict => new_password::conflict(ctx, (&record.started, asking), &owner, visitor).await,
        Outcome::Wait(step) => Ok(*step),
    }
}

/// Whether policy lets this user keep a password with us, for everything or for the administrators' pages alone; asked before a mail goes, and once
/// more at the last step (LH-15).
pub(super) async fn keeps_password(
    ctx: &Context,
    started: &Started,
    user: &User,
    account: &Account,
    visitor: &Visitor,
) -> Result<bool, StoreFault> {
    let mut own = authorize::own(ctx, Errand::Home);
    own.hints.account = Some(AccountHint::Number(account.number.clone()));
    own.id.clone_from(&started.id);
    let realm = realm::resolve(ctx, &own, &user.username, Wish::Password, visitor).await?;
    Ok(realm.is_some_and(|realm| realm::keepers(ctx, &realm, (&own, &user.username), visitor).contains(&user.id)))
}

/// A page after a proof came too late, twice, from another browser, or after the credential had changed. As long as it is known what the page was
/// about, the name and the application are kept (SES-1), and whoever came by a link or code that is used up is offered another one (FOR-4).
pub(super) async fn stage_over(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<Step, StoreFault> {
    let Some(record) = proven::about(ctx, handle, visitor).await? else { return identify::restart(ctx, None, String::new()).await };
    let typed = record.username.typed().to_owned();
    match record.pending {
        // Another mail is no use once a password is set.
        Pending::SetNew | Pending::SetFirst if !proven::is_outdated(ctx, &record).await? => {
            let asking = realm::asking(ctx, &record.started).await?;
            Ok(Step::LinkOver { typed, over: Over::Waited, asking, stage: Some(Box::new(finish::anew(ctx, &record.started))) })
        }
        Pending::SetNew | Pending::SetFirst | Pending::ChooseAccount | Pending::MustChange | Pending::ExpiresSoon => {
            identify::restart(ctx, Some(&record.started), typed).await
        }
    }
}
