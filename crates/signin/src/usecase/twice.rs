//! A form that is sent twice, as a double click does without a script, ends where the first one did (ALL-23): in the session, on the page that followed, or
//! with the password that was set. It brings nothing that the first one did not bring, and no session but one that is alive.

use std::time::Duration;

use homeward_local_credential::StoreFault;
use homeward_model::{AccountHint, UserId};
use homeward_sealing::sha256;

use crate::{
    context::Context,
    stage::{Errand, Proven, ProvenUser, Started},
    step::Step,
    usecase::{
        attempt::{self, Tried},
        authorize,
        finish::{self, Proof},
        new_password::{NewForm, Outcome, Owner},
        pending, proven,
        realm::{self, Wish},
        session::{self, Times},
    },
    visitor::Visitor,
};

/// How often it is looked for what the first form brings, and how long between: where both run at the same time it may not be there yet.
const LOOKS: (u32, Duration) = (10, Duration::from_millis(100));

/// Looks until something is there, about a second at most.
pub(super) async fn awaited<T>(look: impl AsyncFn() -> Result<Option<T>, StoreFault>) -> Result<Option<T>, StoreFault> {
    for _ in 1..LOOKS.0 {
        let found = look().await?;
        if found.is_some() {
            return Ok(found);
        }
        tokio::time::sleep(LOOKS.1).await;
    }
    look().await
}

/// The session that a page after a proof has ended in, as long as that counts.
pub(super) async fn session(ctx: &Context, record: &Proven, user: &ProvenUser, visitor: &Visitor) -> Result<Option<Step>, StoreFault> {
    let token = finish::token_of(ctx, &record.started, user.user, visitor);
    if !counts(ctx, &token).await? {
        return Ok(None);
    }
    finish::complete_again(ctx, Proof::of(record.clone(), user.clone()), visitor).await.map(Some)
}

/// Whether this is the secret of a session that counts.
async fn counts(ctx: &Context, token: &str) -> Result<bool, StoreFault> {
    Ok(ctx.sessions.find(&sha256(token.as_bytes())).await?.is_some_and(|found| session::alive(Times::of(ctx), &found)))
}

/// The page that one after a proof has led to, for this person.
pub(super) async fn page(ctx: &Context, before: &str, user: UserId, visitor: &Visitor) -> Result<Option<Step>, StoreFault> {
    let handle = proven::next(ctx, before);
    let followed = proven::peek(ctx, &handle, visitor).await?.is_some_and(|record| record.users.iter().all(|found| found.user == user));
    if followed { pending::again(ctx, &handle, visitor).await.map(Some) } else { Ok(None) }
}

/// Those whose password was set a moment ago, with its version. One that was only lent is no choice of theirs.
async fn recent(ctx: &Context, users: &[UserId]) -> Result<Vec<(UserId, i64)>, StoreFault> {
    let mut found = ctx.credentials.of_users(users).await?;
    found.retain(|credential| !credential.must_change && ctx.now().since(credential.changed_at) < proven::AGAIN);
    Ok(found.into_iter().map(|credential| (credential.user, credential.version)).collect())
}

/// The password is another one than was proved. Where it was set a moment ago, and is what this form asks for, that was this form. To look is a guess like
/// one at the password page, counted and on record: whoever still holds such a form learns no more by it than there.
pub(super) async fn set(ctx: &Context, owner: &Owner, form: &NewForm, started: &Started, visitor: &Visitor) -> Result<Outcome, StoreFault> {
    let user = owner.user.id;
    let Some((_, version)) = recent(ctx, &[user]).await?.pop().filter(|(_, version)| *version != owner.proved && form.new == form.repeat) else {
        return Ok(Outcome::Conflict);
    };
    let mut own = authorize::own(ctx, Errand::Home);
    own.hints.account = Some(AccountHint::Number(owner.account.number.clone()));
    let username = &owner.user.username;
    let realm = realm::resolve(ctx, &own, username, Wish::Password, visitor).await?;
    let Some(realm) = realm.filter(|realm| realm::keepers(ctx, realm, (&own, username), visitor).contains(&user)) else {
        return Ok(Outcome::Conflict);
    };
    Ok(match attempt::for_users(ctx, (&own, &realm), username, &[user], (&form.new, visitor)).await? {
        Tried::Right(proofs) if proofs.iter().any(|proof| proof.version() == version) => Outcome::SetBefore,
        Tried::Step(Step::Busy { seconds, case, .. }) => Outcome::Wait(Box::new(Step::Busy { seconds, case, again: None })),
        Tried::Step(Step::Pause { typed, until, seconds, code, case, .. }) => {
            let (stage, asking) = (finish::anew(ctx, started), realm::asking(ctx, started).await?);
            Outcome::Wait(Box::new(Step::Pause { stage, typed, asking, until, seconds, code, case }))
        }
        Tried::Right(_) | Tried::Wrong { .. } | Tried::Empty | Tried::Step(_) => Outcome::Conflict,
    })
}
