//! A printed code in place of a password, for break-glass people (LH-16). It is typed into the same field: the page says to nobody who has
//! emergency access. What is no code is tried as a password, and counts as one.

use homeward_local_credential::{EmergencyCode, StoreFault};
use homeward_model::UserId;
use homeward_sealing::sha256;

use crate::{
    context::Context,
    emergency::{Spending, SpentIn},
    stage::{AwaitPassword, Method, ProvenUser},
    step::Step,
    usecase::{
        alerts,
        finish::{self, Proof, barred},
        limit::{CODES, limited},
        realm::{Realm, asking_of},
        refuse::{About, event, refuse},
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
        return refuse(ctx, reason, asking_of(&realm.application), Some(finish::anew(ctx, &stage.started)), about, visitor).await.map(Some);
    }
    codes.retain(|(of, _)| *of == user.id);
    let session = sha256(finish::token_of(ctx, &stage.started, user.id, visitor).as_bytes());
    let line = event(ctx, "signin.emergency_code", "ok", about, visitor, None);
    let spending = ctx.emergency.spend(&codes, SpentIn { sign_in: &sign_in, session: &session }, &line).await?;
    let proof = |version| Proof {
        started: stage.started.clone(),
        username: stage.username.clone(),
        user: ProvenUser { user: user.id, account: account.id, version },
        method: Method::Code,
        at: now,
        provided: None,
    };
    let spent = match spending {
        Spending::Spent(spent) => spent,
        // The page before a session that is there already, or has ended: the code is good for the next one.
        Spending::Over => return finish::over(ctx, proof(0)).await.map(Some),
        Spending::Unknown => return Ok(None),
    };
    if spent.first {
        (ctx.count)(&line);
        // Now, whatever becomes of the sign-in: a sheet that others have is noticed by its first code.
        alerts::emergency(ctx, (user, account), Some(spent.left), visitor).await;
    }
    finish::complete(ctx, proof(spent.version), visitor).await.map(Some)
}
