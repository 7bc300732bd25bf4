//! The worker's side of mail: resolves requests for a reset, sends invitations and setup links, and reminds before passwords expire.

use std::time::Duration;

use homeward_discovery::{Account, AllowLocal, Hints, Home, User, UserState};
use homeward_language::Language;
use homeward_local_credential::{Asker, StoreFault, reset};
use homeward_mail::{Message, SetUp};
use homeward_model::{AccountHint, EmailAddress, NetworkPrefix, Timestamp, UserId};

use crate::{
    context::Context,
    ports::{AuditEvent, Due, MailKind, MailRequest},
    stage::{Errand, Method},
    usecase::{
        authorize, code_by_mail, letters,
        realm::{self, LetIn, Wish},
        reset::{keeps_password, reached, selectors},
    },
    visitor::Visitor,
};

/// At most this many resets and codes for one user in an hour to strangers, and as many to the person's own browsers and by an operator's
/// word; more are dropped without a word (LR-12).
const PER_HOUR: usize = 3;
/// One network gets so many of those that strangers get: nobody uses them up from one place.
const PER_NETWORK: usize = 2;
const HOUR: Duration = Duration::from_secs(3600);
const DAY: u64 = 86_400;
/// Reminders go out this many days before a password expires (LP-12).
const REMIND_AT: [u32; 3] = [14, 7, 1];

/// Resolves waiting requests; gives how many were taken, also of those that failed: fewer than `limit` were all there are.
pub async fn work(ctx: &Context, limit: u32) -> Result<u32, StoreFault> {
    let claimed = ctx.mail_requests.claim(limit, ctx.now()).await?;
    Ok(each(&claimed, |request| one(ctx, request)).await)
}

async fn one(ctx: &Context, request: &MailRequest) -> Result<(), StoreFault> {
    resolve(ctx, request).await?;
    ctx.mail_requests.done(&request.selector).await
}

/// How many of these were tried: all. One that fails keeps back none of those that were claimed with it, and none of those behind them: it waits for its
/// next turn.
async fn each<'a, R, F: Future<Output = Result<(), StoreFault>>>(claimed: &'a [R], one: impl Fn(&'a R) -> F) -> u32 {
    let mut tried = 0;
    for request in claimed {
        if let Err(error) = one(request).await {
            tracing::error!(%error, "a request for mail");
        }
        tried += 1;
    }
    tried
}

async fn resolve(ctx: &Context, request: &MailRequest) -> Result<(), StoreFault> {
    let candidates = ctx.directory.candidates(&request.username, &Hints::default()).await?;
    let language = Language::from_tag(&request.language).unwrap_or(Language::English);
    let found = reached(candidates, request.own.account.as_ref());
    let mut has_reset = false;
    for ((user, account), selector) in found.into_iter().zip(selectors(&request.selector)) {
        let asker = if request.own.is_of(user.id) { Asker::Own } else { Asker::Anybody(request.network.clone()) };
        match user.state {
            UserState::Active => {
                let code = match request.kind {
                    MailKind::SignIn => sign_in_code(ctx, (&user, &account), (&selector, &asker), language).await?,
                    MailKind::Reset => None,
                };
                has_reset |= match code {
                    Some(sent) => sent,
                    None => for_active(ctx, (&user, &account), (selector, asker), language).await?,
                };
            }
            UserState::Invited => {
                invite_in(ctx, (&user, &account), (asker, None), language).await?;
            }
            UserState::Suspended | UserState::Deprovisioned => {}
        }
    }
    if has_reset { Ok(()) } else { decoy(ctx, request.selector.clone()).await }
}

/// A reset for nobody, whose link and code are forgotten here: trying codes costs the same and ends the same way for names
/// that get no mail (FOR-1, LR-17).
async fn decoy(ctx: &Context, selector: String) -> Result<(), StoreFault> {
    let now = ctx.now();
    let purpose = reset::Purpose { word: reset::RESET, user: UserId::generate(ctx.random.as_ref()), credential_version: 0, asker: Asker::Own };
    let made = reset::make(purpose, Some(selector), reset::RESET_LIFETIME, now, ctx.random.as_ref());
    ctx.resets.put(&made.stored, now).await
}

/// Whether enough was made for this user in the last hour (LR-12).
async fn is_enough(ctx: &Context, user: &User, asker: &Asker) -> Result<bool, StoreFault> {
    let made = ctx.resets.made_since(user.id, ctx.now().minus(HOUR)).await?;
    let of = |fits: &dyn Fn(&Asker) -> bool| made.iter().filter(|made| fits(made)).count();
    Ok(match asker {
        Asker::Own => of(&|made| *made == Asker::Own) >= PER_HOUR,
        Asker::Anybody(_) => of(&|made| *made != Asker::Own) >= PER_HOUR || of(&|made| made == asker) >= PER_NETWORK,
    })
}

/// A code that signs in, for somebody without a password whose organisation's provider is away; `None` for everybody else: they
/// get what a request for a reset gets them. Whether one was made: no more than a few in an hour.
async fn sign_in_code(ctx: &Context, (user, account): (&User, &Account), (selector, asker): (&str, &Asker), language: Language) -> Result<Option<bool>, StoreFault> {
    let Some(application) = realm::application(ctx, &authorize::own(ctx, Errand::Home)).await? else { return Ok(None) };
    let has_password = !ctx.credentials.of_users(&[user.id]).await?.is_empty();
    if has_password || !code_by_mail::stands(ctx, &application, (user, account), None).await? {
        return Ok(None);
    }
    let now = ctx.now();
    if is_enough(ctx, user, asker).await? {
        return Ok(Some(false));
    }
    let purpose = reset::Purpose { word: reset::SIGN_IN, user: user.id, credential_version: 0, asker: asker.clone() };
    let made = reset::make(purpose, Some(selector.to_owned()), reset::RESET_LIFETIME, now, ctx.random.as_ref());
    ctx.resets.put(&made.stored, now).await?;
    let message = Message::SignInCode { username: user.username.typed().to_owned(), account: account.name.clone(), code: made.code, until: made.stored.expires_at };
    letters::post(ctx, user, account, language, message).await?;
    Ok(Some(true))
}

/// The word under which mails are counted that say where the password is kept, and how many a person gets in an hour.
const ELSEWHERE: &str = "limit.elsewhere_mail";
const MOST_ELSEWHERE: u32 = 3;

/// Whether a reset was made for this user.
async fn for_active(ctx: &Context, (user, account): (&User, &Account), (selector, asker): (String, Asker), language: Language) -> Result<bool, StoreFault> {
    if is_enough(ctx, user, &asker).await? {
        return Ok(false);
    }
    if let Some(elsewhere) = kept_elsewhere(ctx, user, account).await? {
        // There is no reset to count: these mails are counted by themselves, and strangers use up nothing of the person's own browser (LR-12).
        let who = format!("{} {}", user.id, if asker == Asker::Own { "own" } else { "anybody" });
        if ctx.guesses.allow(ELSEWHERE, &who, MOST_ELSEWHERE, HOUR, ctx.now()).await?.is_some() {
            return Ok(false);
        }
        letters::post(ctx, user, account, language, elsewhere).await?;
        return Ok(false);
    }
    send_reset(ctx, (user, account), (Some(selector), asker), language).await?;
    Ok(true)
}

/// Makes a reset and sends it; `false` when there is no mailbox.
async fn send_reset(ctx: &Context, (user, account): (&User, &Account), (selector, asker): (Option<String>, Asker), language: Language) -> Result<bool, StoreFault> {
    let now = ctx.now();
    let version = ctx.credentials.of_users(&[user.id]).await?.first().map_or(0, |c| c.version);
    let purpose = reset::Purpose { word: reset::RESET, user: user.id, credential_version: version, asker };
    let made = reset::make(purpose, selector, reset::RESET_LIFETIME, now, ctx.random.as_ref());
    ctx.resets.put(&made.stored, now).await?;
    let message = Message::Reset {
        username: user.username.typed().to_owned(),
        code: made.code,
        link: format!("{}/reset?token={}", ctx.settings.issuer, made.link_token),
        until: made.stored.expires_at,
    };
    letters::post(ctx, user, account, language, message).await
}

/// The mail for a user whose organisation keeps the password; it carries no token (B-062).
async fn kept_elsewhere(ctx: &Context, user: &User, account: &Account) -> Result<Option<Message>, StoreFault> {
    if keeps_password(ctx, &authorize::own(ctx, Errand::Home), user, account, &nobody()).await? {
        return Ok(None);
    }
    Ok(Some(Message::ResetElsewhere {
        username: user.username.typed().to_owned(),
        account: account.name.clone(),
        contact: account.contact.as_ref().map(ToString::to_string),
        sign_in_url: format!("{}/signin", ctx.settings.issuer),
    }))
}

/// The worker has no browser; network and device conditions do not hold for it.
fn nobody() -> Visitor {
    Visitor {
        network: NetworkPrefix::of(std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED)),
        zone: None,
        browser: String::new(),
        sessions: Vec::new(),
        device: homeward_discovery::DeviceKind::Unknown,
        device_text: String::new(),
        language: Language::English,
        remembered: Vec::new(),
    }
}

/// Sends the mail in which the first password is set, to a user who was invited, or to an active one who has none and whose
/// password would count (B-169); `false` when there is nobody to invite, no mailbox, or enough were sent in the last hour.
///
/// # Errors
/// `StoreFault`.
pub async fn invite(ctx: &Context, user: UserId) -> Result<bool, StoreFault> {
    send_invitation(ctx, user, None).await
}

/// The same with a record, which is written once the mail can go, and before it goes: none tells of a mail that nobody sent.
///
/// # Errors
/// `StoreFault`; without the record no mail goes.
pub async fn invite_on_record(ctx: &Context, user: UserId, line: &AuditEvent) -> Result<bool, StoreFault> {
    send_invitation(ctx, user, Some(line)).await
}

async fn send_invitation(ctx: &Context, user: UserId, line: Option<&AuditEvent>) -> Result<bool, StoreFault> {
    match ctx.directory.user(user).await? {
        Some((user, account)) if user.state == UserState::Invited => invite_in(ctx, (&user, &account), (Asker::Own, line), letters::language(ctx, &user, &account).await?).await,
        Some((user, account)) if user.state == UserState::Active => first_password(ctx, (&user, &account), letters::language(ctx, &user, &account).await?, line).await,
        _ => Ok(false),
    }
}

/// Sends an active user the mail in which the password is set, or set anew where there is one; with a record, which is written once the mail
/// can go, and before it goes. `false` when no password would count, there is no mailbox, or enough were sent in the last hour.
///
/// # Errors
/// `StoreFault`; without the record no mail goes.
pub async fn password_on_record(ctx: &Context, user: UserId, line: &AuditEvent) -> Result<bool, StoreFault> {
    let Some((user, account)) = ctx.directory.user(user).await?.filter(|(user, _)| user.state == UserState::Active) else { return Ok(false) };
    if ctx.credentials.of_users(&[user.id]).await?.is_empty() {
        return first_password(ctx, (&user, &account), letters::language(ctx, &user, &account).await?, Some(line)).await;
    }
    if user.email.is_none() || is_enough(ctx, &user, &Asker::Own).await? || kept_elsewhere(ctx, &user, &account).await?.is_some() {
        return Ok(false);
    }
    note(ctx, Some(line)).await?;
    send_reset(ctx, (&user, &account), (None, Asker::Own), letters::language(ctx, &user, &account).await?).await
}

/// Writes the record of an invitation that goes now.
async fn note(ctx: &Context, line: Option<&AuditEvent>) -> Result<(), StoreFault> {
    let Some(line) = line else { return Ok(()) };
    ctx.audit.write(line).await?;
    (ctx.count)(line);
    Ok(())
}

async fn first_password(ctx: &Context, (user, account): (&User, &Account), language: Language, line: Option<&AuditEvent>) -> Result<bool, StoreFault> {
    let now = ctx.now();
    let has_password = !ctx.credentials.of_users(&[user.id]).await?.is_empty();
    if has_password || user.email.is_none() || is_enough(ctx, user, &Asker::Own).await? || kept_elsewhere(ctx, user, account).await?.is_some() {
        return Ok(false);
    }
    note(ctx, line).await?;
    let purpose = reset::Purpose { word: reset::FIRST, user: user.id, credential_version: 0, asker: Asker::Own };
    let made = reset::make(purpose, None, reset::INVITATION_LIFETIME, now, ctx.random.as_ref());
    ctx.resets.put(&made.stored, now).await?;
    let message = Message::FirstPassword {
        username: user.username.typed().to_owned(),
        account: account.name.clone(),
        link: format!("{}/invitation?token={}", ctx.settings.issuer, made.link_token),
        until: made.stored.expires_at,
    };
    letters::post(ctx, user, account, language, message).await
}

async fn invite_in(ctx: &Context, (user, account): (&User, &Account), (asker, line): (Asker, Option<&AuditEvent>), language: Language) -> Result<bool, StoreFault> {
    let now = ctx.now();
    if user.email.is_none() || is_enough(ctx, user, &asker).await? {
        return Ok(false);
    }
    note(ctx, line).await?;
    let version = ctx.credentials.of_users(&[user.id]).await?.first().map_or(0, |c| c.version);
    let purpose = reset::Purpose { word: reset::INVITATION, user: user.id, credential_version: version, asker };
    let made = reset::make(purpose, None, reset::INVITATION_LIFETIME, now, ctx.random.as_ref());
    ctx.resets.put(&made.stored, now).await?;
    let message = Message::Invitation {
        username: user.username.typed().to_owned(),
        given_name: user.given_name.clone(),
        link: format!("{}/invitation?token={}", ctx.settings.issuer, made.link_token),
        until: made.stored.expires_at,
    };
    letters::post(ctx, user, account, language, message).await
}

/// Reminds those whose password expires in 14, 7 or 1 days; each once. Gives how many mails were written.
pub async fn remind(ctx: &Context) -> Result<u32, StoreFault> {
    let mut sent = 0;
    for lifetime in ctx.mail_requests.lifetimes().await? {
        for reminder in due(lifetime, ctx.now()) {
            let mut after = None;
            loop {
                let page = ctx.mail_requests.to_remind(&reminder, after, 200).await?;
                let Some((last, _)) = page.last() else { break };
                after = Some(last.id);
                for (user, account) in &page {
                    if remind_one(ctx, user, account).await? {
                        sent += 1;
                    }
                }
            }
        }
    }
    Ok(sent)
}

/// When those passwords were changed that expire after so many days and have a reminder coming: of two reminders the nearer one.
fn due(lifetime: u32, now: Timestamp) -> impl Iterator<Item = Due> {
    let days = |days: u32| Duration::from_secs(DAY * u64::from(days));
    let begun = now.minus(days(lifetime));
    REMIND_AT.into_iter().zip(REMIND_AT.into_iter().skip(1).chain([0])).map(move |(step, nearer)| Due { lifetime, days: step, after: begun.plus(days(nearer)), until: begun.plus(days(step)) })
}

async fn remind_one(ctx: &Context, user: &User, account: &Account) -> Result<bool, StoreFault> {
    let policy = ctx.directory.password_policy(account.id).await?;
    let Some(credential) = ctx.credentials.of_users(&[user.id]).await?.into_iter().next() else { return Ok(false) };
    // Whatever the pages warn of: the reminders have days of their own.
    let Some(days) = policy.days_left(credential.changed_at, ctx.now()) else { return Ok(false) };
    let Some(step) = REMIND_AT.iter().rev().find(|step| days <= **step) else { return Ok(false) };
    if kept_elsewhere(ctx, user, account).await?.is_some() || !ctx.mail_requests.note_reminder(user.id, credential.version, *step).await? {
        return Ok(false);
    }
    let message = Message::PasswordExpires {
        username: user.username.typed().to_owned(),
        days,
        change_url: format!("{}{}", ctx.settings.issuer, change_page(ctx, user, account).await?),
    };
    letters::unasked(ctx, user, account, message).await
}

/// Where somebody who is not signed in gets another password. Where pages say which accounts let a password work, `/changepassword` sends everybody of the
/// others to their provider, and does not say who keeps one for the administrators' pages: those get it by mail.
async fn change_page(ctx: &Context, user: &User, account: &Account) -> Result<&'static str, StoreFault> {
    let mut started = authorize::own(ctx, Errand::ChangePassword { client: None, return_to: None, absent: None });
    started.hints.account = Some(AccountHint::Number(account.number.clone()));
    let realm = realm::resolve(ctx, &started, &user.username, Wish::Any, &nobody()).await?;
    let works = realm.is_some_and(|realm| match &realm.decision.home {
        Home::Password { users, .. } => users.contains(&user.id),
        Home::SingleSignOn { password_beside, .. } => *password_beside,
        Home::ChooseAccount { .. } | Home::Refused { .. } => false,
    });
    Ok(if works || !authorize::open(ctx) { "/changepassword" } else { "/forgot" })
}

/// Tells somebody that they sign in at their organisation's provider from now on.
///
/// # Errors
/// `StoreFault`.
pub async fn tell_moved(ctx: &Context, user: UserId, provider: &str) -> Result<(), StoreFault> {
    let Some((user, account)) = ctx.directory.user(user).await? else { return Ok(()) };
    let keeps_password = account.allow_local == AllowLocal::Yes;
    let for_portal = !keeps_password && realm::lets_administer(ctx, (&user, &account), (&Hints::default(), Method::Password), &nobody()).await? != LetIn::No;
    let message = Message::NowAtProvider {
        username: user.username.typed().to_owned(),
        provider: provider.to_owned(),
        at: ctx.now(),
        keeps_password,
        for_portal,
        sign_in_url: format!("{}/signin", ctx.settings.issuer),
    };
    letters::unasked(ctx, &user, &account, message).await.map(|_| ())
}

/// Mails a setup link to somebody outside. Whoever sends it chooses the language by the pages that they read.
///
/// # Errors
/// `StoreFault`.
pub async fn set_up(ctx: &Context, to: &EmailAddress, account: &Account, (asked, language): (SetUp, &str)) -> Result<(), StoreFault> {
    let language = Language::from_tag(language).unwrap_or(Language::English);
    letters::send(ctx, to, account, language, Message::SetUp(asked)).await
}

/// The word under which mails with steps are counted, for each account.
const STEPS: &str = "limit.steps_mail";
/// And for each address.
const STEPS_TO: &str = "limit.steps_mail_to";

/// Mails the steps at a provider or in the DNS to somebody outside, and puts that on record; `false` when the account has sent so many within
/// a day, or the address got so many.
///
/// # Errors
/// `StoreFault`.
pub async fn steps(ctx: &Context, to: &EmailAddress, account: &Account, (message, language): (Message, &str), ((most, most_to_one), line): ((u32, u32), &AuditEvent)) -> Result<bool, StoreFault> {
    let window = Duration::from_secs(DAY);
    let address = to.as_str().to_lowercase();
    for (what, who, most) in [(STEPS_TO, address.as_str(), most_to_one), (STEPS, account.number.as_str(), most)] {
        if ctx.guesses.allow(what, who, most, window, ctx.now()).await?.is_some() {
            return Ok(false);
        }
    }
    note(ctx, Some(line)).await?;
    let language = Language::from_tag(language).unwrap_or(Language::English);
    letters::send(ctx, to, account, language, message).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// LR-18: a request that always fails keeps back none of the others.
    #[tokio::test]
    async fn lr_18_one_request_that_fails_keeps_back_no_other() {
        let tried = Mutex::new(Vec::new());
        let one = |request: &u32| {
            tried.lock().unwrap().push(*request);
            std::future::ready(if *request == 2 { Err(StoreFault("always".into())) } else { Ok(()) })
        };
        assert_eq!(each(&[2, 1, 2, 3], one).await, 4, "a batch that was full is full, whatever became of it: the next one follows at once");
        assert_eq!(*tried.lock().unwrap(), [2, 1, 2, 3]);
    }
}
