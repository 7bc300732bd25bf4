//! A form that is sent twice, as a double click does without a script, ends where the first one did (ALL-23): in the session, on the page that followed, or
//! with the password that was set. It brings nothing that the first one did not bring, and no session but one that is alive.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_local_credential::StoreFault;
use homeward_model::{AccountHint, UserId};
use homeward_sealing::sha256;

use crate::{
    context::Context,
    stage::{AwaitChange, Errand, Proven, ProvenUser, Started},
    step::Step,
    usecase::{
        attempt::{self, Tried},
        authorize, change,
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
/// one at the password page, counted, and on record where it is wrong: whoever still holds such a form learns no more by it than there.
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
        Tried::Right(proofs) if proofs.iter().any(|proof| proof.version() == version) => Outcome::SetBefore(version),
        Tried::Step(Step::Busy { seconds, case, .. }) => Outcome::Wait(Box::new(Step::Busy { seconds, case, again: None })),
        Tried::Step(Step::Pause { typed, until, seconds, code, case, .. }) => {
            let (stage, asking) = (finish::anew(ctx, started), realm::asking(ctx, started).await?);
            Outcome::Wait(Box::new(Step::Pause { stage, typed, asking, until, seconds, code, case }))
        }
        Tried::Right(_) | Tried::Wrong { .. } | Tried::Empty | Tried::Step(_) => Outcome::Conflict,
    })
}

/// The page that a change at `/changepassword` has ended on, where this form has made it. `users`: whose password it may have been.
pub(super) async fn change(ctx: &Context, stage: &AwaitChange, users: &[UserId], form: &NewForm, visitor: &Visitor) -> Result<Option<Step>, StoreFault> {
    // A stranger who guesses at a name gets no further, and learns nothing by how long it takes.
    let users = if stage.username.is_some() { known(ctx, users, visitor).await? } else { users.to_vec() };
    for (user, version) in recent(ctx, &users).await? {
        let Some((user, account)) = ctx.directory.user(user).await? else { continue };
        let owner = Owner { user, account, proved: 0, by_mail: false, first: false };
        let Some(told) = awaited(async || changed(ctx, stage, (&owner, version), visitor).await).await? else { continue };
        match set(ctx, &owner, form, &stage.started, visitor).await? {
            Outcome::SetBefore(_) => return Ok(Some(told)),
            Outcome::Wait(step) => return Ok(Some(*step)),
            Outcome::Stored(_) | Outcome::Again(_) | Outcome::Conflict => {}
        }
    }
    Ok(None)
}

/// Those whom this browser knows.
async fn known(ctx: &Context, users: &[UserId], visitor: &Visitor) -> Result<Vec<UserId>, StoreFault> {
    ctx.known.knows(&sha256(visitor.browser.as_bytes()), users).await
}

/// The page that says that this version was set, where that was done in this browser: it knows the person, whose other browsers are strangers' by now, or
/// has the secret of before of the session that goes on.
pub(super) async fn changed(ctx: &Context, stage: &AwaitChange, (owner, version): (&Owner, i64), visitor: &Visitor) -> Result<Option<Step>, StoreFault> {
    let asking = realm::asking(ctx, &stage.started).await?;
    let user = owner.user.id;
    if stage.username.is_some() {
        let is_known = !known(ctx, &[user], visitor).await?.is_empty();
        return Ok(is_known.then(|| change::told(asking, &stage.started, owner, None)));
    }
    for secret in &visitor.sessions {
        let started = Started { id: start_after(ctx, &sha256(secret.as_bytes()), version), ..stage.started.clone() };
        let token = finish::token_of(ctx, &started, user, visitor);
        if counts(ctx, &token).await? {
            return Ok(Some(change::told(asking, &stage.started, owner, Some(token))));
        }
    }
    Ok(None)
}

/// The start of the session that goes on after a change. It follows from the secret of before and the version that was set: each change has another one,
/// and a form that is sent twice the same. Without a key of ours nobody knows it.
pub(super) fn start_after(ctx: &Context, before: &[u8; 32], version: i64) -> String {
    URL_SAFE_NO_PAD.encode(ctx.session_mac.sign(&[b"session after a change", before, &version.to_be_bytes()]))
}
