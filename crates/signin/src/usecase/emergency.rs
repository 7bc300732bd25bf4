//! A printed code in place of a password, for break-glass people (LH-16). It is typed into the same field: the page says to nobody who has
//! emergency access. What is no code is tried as a password, and counts as one.

use homeward_local_credential::{EmergencyCode, StoreFault};
use homeward_model::UserId;
use homeward_sealing::sha256;

use crate::{
    context::Context,
    stage::{AwaitPassword, Method, ProvenUser},
    step::Step,
    usecase::{
        alerts,
        finish::{self, Proof, barred},
        limit::{CODES, limited},
        realm::{Realm, asking_of},
        refuse::{About, audit, refuse},
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
    if let Some(step) = limited(ctx, &CODES, &stage.started, visitor).await? {
        return Ok(Some(step));
    }
    let now = ctx.now();
    let mut codes: Vec<(UserId, [u8; 32])> = users.iter().map(|user| (*user, code.digest(*user))).collect();
    if codes.is_empty() {
        // The store is asked about a name that is nobody's, too.
        let nobody = UserId::generate(ctx.random.as_ref());
        codes.push((nobody, code.digest(nobody)));
    }
    let sign_in = sha256(stage.started.id.as_bytes());
    let owner = ctx.emergency.owner(&codes, &sign_in).await?;
    let Some((user, candidate)) = owner.and_then(|owner| realm.user(owner)) else { return Ok(None) };
    let account = &candidate.account;
    let about = About { user: Some(user.id), account: Some(account.id), ..About::of(&stage.started) };
    // A code is worth much: none is spent on what it does not open.
    if let Some(reason) = barred(&realm.application, account, false) {
        return refuse(ctx, reason, asking_of(&realm.application), None, about, visitor).await.map(Some);
    }
    codes.retain(|(of, _)| *of == user.id);
    let Some(spent) = ctx.emergency.spend(&codes, &sign_in, now).await? else { return Ok(None) };
    let left = format!("{} left", spent.left);
    audit(ctx, "signin.emergency_code", "ok", About { detail: &left, ..about }, visitor, None).await?;
    if spent.first {
        // Now, whatever becomes of the sign-in: a sheet that others have is noticed by its first code.
        alerts::emergency(ctx, (user, account), Some(spent.left), visitor).await;
    }
    let proof = Proof {
        started: stage.started.clone(),
        username: stage.username.clone(),
        user: ProvenUser { user: user.id, account: account.id, version: spent.version },
        method: Method::Code,
        at: now,
        provided: None,
    };
    finish::complete(ctx, proof, visitor).await.map(Some)
}
