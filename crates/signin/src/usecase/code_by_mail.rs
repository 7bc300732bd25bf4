//! A code by mail, for people whose organisation's provider is away and who have no password here (B-167).
//!
//! The page offers it to whoever comes, a worker decides who gets one, and the code is good in the browser that asked for it only:
//! its selector stands in the sealed stage and in no mail. It signs in as long as the outage lasts, and sets no password.

use homeward_discovery::{Account, Application, DeviceKind, Home, Known, User, home_of};
use homeward_local_credential::{StoreFault, StoredReset};
use homeward_model::{AccountHint, Username};
use homeward_sealing::sha256;

use crate::{
    context::Context,
    reason::Reason,
    stage::{CodeFor, Method, ProvenUser, Started},
    step::{Asking, Notice, Step},
    usecase::{
        finish::{self, Proof},
        identify,
        limit::limited_for,
        realm::{self, Wish, asking_of},
        refuse::{About, audit, refuse},
        reset,
    },
    visitor::Visitor,
};

/// "Have a code sent": decided again, and one row is written, whoever the name belongs to.
///
/// # Errors
/// `StoreFault`.
pub async fn request(ctx: &Context, started: Started, username: Username, visitor: &Visitor) -> Result<Step, StoreFault> {
    let asking = reset::asking_browser(ctx, &username, visitor).await?;
    if let Some(step) = limited_for(ctx, &reset::REQUESTS, asking.is_own, &started, visitor).await? {
        return Ok(step);
    }
    let Some(realm) = realm::resolve(ctx, &started, &username, Wish::Any, visitor).await? else {
        return refuse(ctx, Reason::UnknownApplication, Asking::default(), None, About::of(&started), visitor).await;
    };
    if !matches!(realm.decision.home, Home::Password { outage: Some(_), .. }) {
        // It has ended since the page was made: the way that is right now.
        return identify::page(ctx, started, username, &realm, visitor).await;
    }
    let stage = reset::wanted(ctx, started, (username, asking.browser), CodeFor::SignIn, visitor).await?;
    Ok(Step::CheckMail { stage, asking: asking_of(&realm.application), problem: None })
}

/// Whether an outage lets this user sign in here now. `visitor`: the one who comes; a worker has none, and leaves the conditions on
/// networks and devices to the moment when the code is used.
pub(super) async fn stands(ctx: &Context, application: &Application, (user, account): (&User, &Account), visitor: Option<&Visitor>) -> Result<bool, StoreFault> {
    let place = visitor.map_or((None, DeviceKind::Unknown), |visitor| (visitor.zone.as_deref(), visitor.device));
    let known = Known { username: &user.username, account: &account.number, connection: None, application, place };
    let mut candidates = ctx.directory.candidates(known.username, &known.hints()).await?;
    if visitor.is_none() {
        candidates.accounts.iter_mut().for_each(|candidate| candidate.account.conditions.clear());
    }
    let home = home_of(&known, &candidates, ctx.now()).home;
    Ok(matches!(home, Home::Password { users, outage: Some(_), .. } if users.contains(&user.id)))
}

/// The right code: signed in, when the outage still lasts for this very user.
pub(super) async fn enter(ctx: &Context, stored: &StoredReset, mut started: Started, visitor: &Visitor) -> Result<Step, StoreFault> {
    let Some((user, account)) = reset::usable(ctx, stored).await? else { return identify::restart(ctx, Some(&started), String::new()).await };
    let Some(application) = realm::application(ctx, &started).await? else {
        return refuse(ctx, Reason::UnknownApplication, Asking::default(), None, About::of(&started), visitor).await;
    };
    if !stands(ctx, &application, (&user, &account), Some(visitor)).await? {
        let fresh = finish::anew(ctx, &started);
        return identify::again(ctx, fresh, user.username.typed().to_owned(), Some(Notice::StartedAgain)).await;
    }
    let about = About { user: Some(user.id), account: Some(account.id), ..About::of(&started) };
    audit(ctx, "signin.code", "ok", about, visitor, None).await?;
    if let Some(address) = &user.email {
        ctx.profiles.proved_mailbox(user.id, address, ctx.now()).await?;
    }
    ctx.known.remember((&sha256(visitor.browser.as_bytes()), visitor.language.code()), &[(user.id, stored.credential_version)], ctx.now()).await?;
    started.hints.account = Some(AccountHint::Number(account.number.clone()));
    let proof = Proof {
        started,
        username: user.username.clone(),
        user: ProvenUser { user: user.id, account: account.id, version: stored.credential_version },
        method: Method::Mail,
        at: ctx.now(),
        provided: None,
    };
    finish::complete(ctx, proof, visitor).await
}
