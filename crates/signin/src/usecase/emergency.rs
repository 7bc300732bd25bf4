//! A printed code in place of a password, for break-glass people (LH-16). It is typed into the same field: the page says to nobody who has
//! emergency access, and a wrong code costs and counts as a wrong password does.

use homeward_local_credential::{EmergencyCode, Reservation, StoreFault};
use homeward_model::UserId;
use homeward_sealing::sha256;

use crate::{
    context::Context,
    stage::{AwaitPassword, Method, ProvenUser},
    step::Step,
    usecase::{
        attempt::reserve,
        finish::{self, Proof},
        limit::pause,
        realm::Realm,
        refuse::{About, audit},
    },
    visitor::Visitor,
};

/// Tries a code for the users whose password would count. `None`: it is none of theirs, and may still be a password.
pub(super) async fn enter(
    ctx: &Context,
    stage: &AwaitPassword,
    (realm, users): (&Realm, &[UserId]),
    code: &EmergencyCode,
    visitor: &Visitor,
) -> Result<Option<Step>, StoreFault> {
    let now = ctx.now();
    let reserved = reserve(ctx, &stage.username, users, visitor).await?;
    if let Reservation::Pause { until } = reserved.reservation {
        return pause(ctx, until, "password.paused", &stage.started, visitor).await.map(Some);
    }
    let codes: Vec<(UserId, [u8; 32])> = reserved.users.iter().map(|user| (*user, code.digest(*user))).collect();
    let spent = ctx.emergency.spend(&codes, &sha256(stage.started.id.as_bytes()), now).await?;
    let Some((spent, (user, candidate))) = spent.and_then(|spent| Some((spent, realm.user(spent.user)?))) else {
        // What is typed is tried as a password next, and counted there.
        ctx.guesses.cancelled(&reserved.guess, now).await?;
        return Ok(None);
    };
    ctx.guesses.succeeded(&reserved.guess, now).await?;
    let left = format!("{} left", spent.left);
    let about = About { user: Some(user.id), account: Some(candidate.account.id), detail: &left, ..About::of(&stage.started) };
    audit(ctx, "signin.emergency_code", "ok", about, visitor, None).await?;
    let proof = Proof {
        started: stage.started.clone(),
        username: stage.username.clone(),
        user: ProvenUser { user: user.id, account: candidate.account.id, version: spent.version },
        method: Method::Code,
        at: now,
        provided: None,
        codes_left: Some(spent.left),
    };
    finish::complete(ctx, proof, visitor).await.map(Some)
}
