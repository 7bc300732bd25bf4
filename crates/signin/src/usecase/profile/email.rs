//! Another e-mail address: after a fresh proof of who asks, and not before a code that went there was typed (LR-15).
//!
//! The code is typed by whoever asked, in a session of theirs. So an address that was mistyped gives a stranger nothing, and a program that
//! opens links confirms nothing.

use std::time::Duration;

use homeward_discovery::Hints;
use homeward_local_credential::{Asker, StoreFault, reset};
use homeward_mail::Message;
use homeward_model::{AccountHint, EmailAddress, UserId};

use super::kept::kept;
use crate::{
    context::Context,
    ports::FoundSession,
    profile::EmailChange,
    stage::{Errand, Method},
    step::{EmailBarred, EmailPage, EmailProblem, OwnSaid, Step},
    usecase::{
        authorize, chooser, identify, letters,
        limit::{Limit, limited},
        own, realm,
        refuse::{About, audit, event},
        session,
    },
    visitor::Visitor,
};

/// How old the proof of who asks may be.
const FRESH: Duration = Duration::from_secs(5 * 60);
const HOUR: Duration = Duration::from_secs(3600);
/// Mails for one person, and to one address, in an hour (LR-12).
const PER_HOUR: u32 = 3;
/// How often one network may ask, or try codes.
const REQUESTS: Limit = Limit { what: "limit.email_change", most: 20, window: HOUR };
const CODES: Limit = Limit { what: "limit.email_code", most: 30, window: HOUR };

/// The page, for whoever was chosen; where several people are signed in and nobody was, the question whose (CHO-2). For whoever proved
/// themselves a while ago, the way to do so again.
///
/// # Errors
/// `StoreFault`.
pub async fn open(ctx: &Context, person: Option<UserId>, visitor: &Visitor) -> Result<Step, StoreFault> {
    let live = session::live(ctx, visitor).await?;
    let chosen = live.iter().find(|found| person == Some(found.user.id));
    match (chosen, live.as_slice()) {
        (Some(found), _) | (None, [found]) => page(ctx, found, (String::new(), None), visitor).await,
        (None, []) => identify::again(ctx, authorize::own(ctx, Errand::Email), String::new(), None).await,
        (None, _) => chooser::among(ctx, authorize::own(ctx, Errand::Email), &live, visitor).await,
    }
}

async fn page(ctx: &Context, found: &FoundSession, (typed, problem): (String, Option<EmailProblem>), visitor: &Visitor) -> Result<Step, StoreFault> {
    let kept = kept(ctx, found).await?.email;
    let waiting = match kept {
        Some(_) => None,
        None => ctx.profiles.waiting(found.user.id, ctx.now()).await?.map(|change| change.address.as_str().to_owned()),
    };
    let barred = if kept.is_none() { barred(ctx, found).await? } else { None };
    if kept.is_none() && barred.is_none() && waiting.is_none() && !is_fresh(ctx, found) {
        return prove_again(ctx, found, visitor).await;
    }
    Ok(Step::Email(Box::new(EmailPage {
        user: found.user.id,
        username: found.user.username.typed().to_owned(),
        account: realm::shown(&found.account),
        address: found.user.email.as_ref().map(|email| email.as_str().to_owned()),
        waiting,
        kept,
        barred,
        typed,
        problem,
    })))
}

/// Why this session cannot change the address. What an outage lets in lets nobody take the mailbox, by which everything else is reset; nor does a
/// provider take that of somebody with a role, whose password opens more than it does; and after a change was taken back, whoever knows the
/// password alone may be the one who made it.
async fn barred(ctx: &Context, found: &FoundSession) -> Result<Option<EmailBarred>, StoreFault> {
    if found.session.stopgap.is_some() || found.session.method == Method::Mail {
        return Ok(Some(EmailBarred::Outage));
    }
    if found.session.upstream.is_some() && realm::has_role(ctx, (&found.user, &found.account), &Hints::default()).await? {
        return Ok(Some(EmailBarred::Provider { portal: !found.account.admin_sso }));
    }
    let by_password = matches!(found.session.method, Method::Password | Method::Code);
    Ok((by_password && ctx.profiles.awaits_reset(found.user.id).await?).then_some(EmailBarred::ResetFirst))
}

/// The page that says why not, on record when something was sent.
async fn refused(ctx: &Context, found: &FoundSession, why: EmailBarred, visitor: &Visitor) -> Result<Step, StoreFault> {
    audit(ctx, "profile.email_asked", why.code(), about(found, ""), visitor, None).await?;
    page(ctx, found, (String::new(), None), visitor).await
}

fn is_fresh(ctx: &Context, found: &FoundSession) -> bool {
    ctx.now().since(found.session.proved_at()) <= FRESH
}

/// To the sign-in and back here, whatever session there is.
async fn prove_again(ctx: &Context, found: &FoundSession, visitor: &Visitor) -> Result<Step, StoreFault> {
    let mut started = authorize::own(ctx, Errand::Email);
    started.fresh = true;
    started.hints.account = Some(AccountHint::Number(found.account.number.clone()));
    identify::resolved(ctx, started, found.user.username.clone(), None, visitor).await
}

fn about<'a>(found: &FoundSession, detail: &'a str) -> About<'a> {
    About { user: Some(found.user.id), account: Some(found.account.id), detail, ..About::default() }
}

/// Before and after, as far as a record may say it.
fn masked(before: Option<&EmailAddress>, after: &EmailAddress) -> String {
    format!("{} → {}", before.map_or_else(|| "none".to_owned(), EmailAddress::masked), after.masked())
}

/// A new address was sent: a code goes there, and nothing else changes. `user` is whose page it was.
///
/// # Errors
/// `StoreFault`.
pub async fn ask(ctx: &Context, user: UserId, typed: &str, visitor: &Visitor) -> Result<Step, StoreFault> {
    let Some(found) = own::own(ctx, user, visitor).await? else { return open(ctx, None, visitor).await };
    let again = |problem| page(ctx, &found, (typed.to_owned(), Some(problem)), visitor);
    if kept(ctx, &found).await?.email.is_some() {
        return page(ctx, &found, (String::new(), None), visitor).await;
    }
    if let Some(why) = barred(ctx, &found).await? {
        return refused(ctx, &found, why, visitor).await;
    }
    if !is_fresh(ctx, &found) {
        return prove_again(ctx, &found, visitor).await;
    }
    let Ok(address) = EmailAddress::parse(typed) else {
        return again(if typed.trim().is_empty() { EmailProblem::Empty } else { EmailProblem::Malformed }).await;
    };
    if found.user.email.as_ref().is_some_and(|email| email.as_str().eq_ignore_ascii_case(address.as_str())) {
        return again(EmailProblem::Same).await;
    }
    if let Some(step) = limited(ctx, &REQUESTS, &authorize::own(ctx, Errand::Email), visitor).await? {
        return Ok(step);
    }
    let now = ctx.now();
    let purpose = reset::Purpose { word: reset::EMAIL, user, credential_version: found.credential_version, asker: Asker::Own };
    let made = reset::make(purpose, None, reset::RESET_LIFETIME, now, ctx.random.as_ref());
    let detail = masked(found.user.email.as_ref(), &address);
    let line = event(ctx, "profile.email_asked", "ok", about(&found, &detail), visitor, None);
    let change = EmailChange { stored: made.stored, address: address.clone() };
    if !ctx.profiles.ask(&change, (PER_HOUR, now.minus(HOUR)), &line).await? {
        return again(EmailProblem::TooMany).await;
    }
    (ctx.count)(&line);
    let message = Message::EmailCode {
        // Whoever has this mailbox has proved nothing yet.
        username: found.user.username.masked(),
        account: found.account.name.clone(),
        code: made.code,
        until: change.stored.expires_at,
    };
    letters::send(ctx, &address, &found.account, visitor.language, message).await?;
    page(ctx, &found, (String::new(), None), visitor).await
}

/// The code was typed. The try is counted before the code is looked at.
///
/// # Errors
/// `StoreFault`.
pub async fn code(ctx: &Context, user: UserId, typed: &str, visitor: &Visitor) -> Result<Step, StoreFault> {
    let Some(found) = own::own(ctx, user, visitor).await? else { return open(ctx, None, visitor).await };
    if kept(ctx, &found).await?.email.is_some() {
        return page(ctx, &found, (String::new(), None), visitor).await;
    }
    if let Some(why) = barred(ctx, &found).await? {
        return refused(ctx, &found, why, visitor).await;
    }
    if let Some(step) = limited(ctx, &CODES, &authorize::own(ctx, Errand::Email), visitor).await? {
        return Ok(step);
    }
    let claimed = ctx.profiles.claim_try(user, ctx.now()).await?;
    let right = claimed.filter(|change| change.stored.credential_version == found.credential_version && reset::matches_code(&change.stored, typed));
    if let Some(change) = right
        && let Some(step) = prove(ctx, &found, &change, visitor).await?
    {
        return Ok(step);
    }
    audit(ctx, "profile.email", "reset.wrong_code", about(&found, ""), visitor, None).await?;
    let waits = ctx.profiles.waiting(user, ctx.now()).await?.is_some();
    page(ctx, &found, (String::new(), Some(if waits { EmailProblem::WrongCode } else { EmailProblem::CodeOver })), visitor).await
}

/// The new address counts from now on, and the one before is told how to take it back.
async fn prove(ctx: &Context, found: &FoundSession, change: &EmailChange, visitor: &Visitor) -> Result<Option<Step>, StoreFault> {
    let (now, user) = (ctx.now(), found.user.id);
    let purpose = reset::Purpose { word: reset::EMAIL_UNDO, user, credential_version: 0, asker: Asker::Own };
    let undo = reset::make(purpose, None, reset::UNDO_LIFETIME, now, ctx.random.as_ref());
    let detail = masked(found.user.email.as_ref(), &change.address);
    let line = event(ctx, "profile.email", "ok", about(found, &detail), visitor, None);
    let Some(proved) = ctx.profiles.prove(change, &undo.stored, &line).await? else { return Ok(None) };
    (ctx.count)(&line);
    if let Some(before) = proved.before {
        let message = Message::EmailChanged {
            username: found.user.username.typed().to_owned(),
            address: change.address.masked(),
            at: now,
            device: visitor.device_text.clone(),
            link: format!("{}/account/email/undo?token={}", ctx.settings.issuer, undo.link_token),
            until: undo.stored.expires_at,
        };
        letters::send(ctx, &before, &found.account, visitor.language, message).await?;
    }
    Ok(Some(match own::own(ctx, user, visitor).await? {
        Some(found) => own::page(ctx, &found, Some(OwnSaid::Mailed), visitor).await?,
        None => own::open(ctx, None, visitor).await?,
    }))
}

/// "Use another address" or "leave it as it is": what waits is over.
///
/// # Errors
/// `StoreFault`.
pub async fn cancel(ctx: &Context, user: UserId, visitor: &Visitor) -> Result<Step, StoreFault> {
    let Some(found) = own::own(ctx, user, visitor).await? else { return open(ctx, None, visitor).await };
    let line = event(ctx, "profile.email_asked", "ok", about(&found, "cancelled"), visitor, None);
    if ctx.profiles.cancel(user, &line).await? {
        (ctx.count)(&line);
    }
    own::page(ctx, &found, None, visitor).await
}
