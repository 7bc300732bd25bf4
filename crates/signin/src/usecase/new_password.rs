//! A new password: checked against policy and history, hashed, stored with its record, told by mail. One way for change, reset and
//! invitation.

use homeward_discovery::{Account, User};
use homeward_local_credential::{CredentialUpdate, Overloaded, Person, StoreFault, StoredCredential, Violation, strength};
use homeward_model::{Password, SessionId, password::PasswordError};
use homeward_sealing::sha256;

use crate::{
    context::Context,
    ports::AuditEvent,
    reason::Reason,
    stage::Started,
    step::{Asking, NewPassword, Step},
    usecase::{
        finish, letters,
        refuse::{About, refuse},
        strangers, twice,
    },
    visitor::Visitor,
};

/// What the pages with a new password send. Secrets.
#[derive(Clone, Default)]
pub struct NewForm {
    /// The new password.
    pub new: String,
    /// The same again.
    pub repeat: String,
}

/// Whose password it will be.
pub(super) struct Owner {
    pub user: User,
    pub account: Account,
    /// The version of the credential that was proved to be theirs (0: they have none). Another one is not replaced: a reset, or what an
    /// administrator set, that came while this change waited.
    pub proved: i64,
    /// Whether their mailbox proved who they are.
    pub by_mail: bool,
    /// Whether it is the first one of somebody who is invited.
    pub first: bool,
}

/// What came of it.
pub(super) enum Outcome {
    /// Stored; the version it has now.
    Stored(i64),
    /// It had been set a moment ago, as by the very same form; the version it has.
    SetBefore(i64),
    /// Not good enough; the page says why.
    Again(NewPassword),
    /// It is not the password any more that was proved.
    Conflict,
    /// The hashing queue is full, or whoever guesses has to pause: the page that says so.
    Wait(Box<Step>),
}

/// An empty form for this account's policy.
pub(super) async fn blank(ctx: &Context, account: &Account) -> Result<NewPassword, StoreFault> {
    let policy = ctx.directory.password_policy(account.id).await?;
    Ok(NewPassword { policy, violations: Vec::new(), strength: None, repeat_differs: false, current_wrong: false, neutral: false })
}

/// What is wrong with the form by itself, without the history.
pub(super) async fn examine(ctx: &Context, owner: &Owner, form: &NewForm) -> Result<(NewPassword, Option<Password>), StoreFault> {
    let mut page = blank(ctx, &owner.account).await?;
    page.repeat_differs = form.new != form.repeat;
    let password = match Password::parse(&form.new) {
        Ok(password) => password,
        // None at all, whatever the policy says.
        Err(error) => {
            page.violations = vec![match error {
                PasswordError::Empty => Violation::TooShort,
                PasswordError::TooLong => Violation::TooLong,
                PasswordError::Characters => Violation::OtherCharacter,
            }];
            return Ok((page, None));
        }
    };
    let names = [owner.user.given_name.as_str(), owner.user.family_name.as_str()];
    let who = Person {
        username: owner.user.username.key(),
        names: &names,
        account_name: &owner.account.name,
        account_number: owner.account.number.as_str(),
        product: &ctx.settings.product,
    };
    page.violations = page.policy.violations(&password, &who, &ctx.leaked);
    page.strength = Some(strength(&password, &who));
    Ok((page, Some(password)))
}

/// Checks the form and stores the new password, together with the record `line`. `keep` is the session that stays; all others end (B-026). `started`: where
/// it began, for whoever has to wait.
pub(super) async fn store(
    ctx: &Context,
    owner: &Owner,
    form: &NewForm,
    (keep, line, started): (Option<SessionId>, AuditEvent, &Started),
    visitor: &Visitor,
) -> Result<Outcome, StoreFault> {
    let (mut page, password) = examine(ctx, owner, form).await?;
    let current = ctx.credentials.of_users(&[owner.user.id]).await?.into_iter().next();
    let version = current.as_ref().map_or(0, |c| c.version);
    // Before anything is compared with it uncounted: whoever knows an earlier password learns nothing about this one.
    if version != owner.proved {
        return twice::set(ctx, owner, form, started, visitor).await;
    }
    let Some(password) = password else { return Ok(Outcome::Again(page)) };
    if page.violations.is_empty() && !page.repeat_differs {
        match used_before(ctx, owner, &password, current.as_ref(), page.policy.history).await? {
            Ok(None) => {}
            Ok(Some(violation)) => page.violations.push(violation),
            Err(overloaded) => return Ok(busy(ctx, &overloaded)),
        }
    }
    if !page.violations.is_empty() || page.repeat_differs {
        return Ok(Outcome::Again(page));
    }
    let now = ctx.now();
    let siblings = siblings(ctx, owner).await?;
    let hashed = ctx.passwords.hash_new(owner.user.id, &password, version.saturating_add(1), &siblings, now).await;
    let credential = match hashed {
        Ok(credential) => credential,
        Err(overloaded) => return Ok(busy(ctx, &overloaded)),
    };
    let update = CredentialUpdate { user: owner.user.id, replaces: current.map(|c| c.version), credential, keep_history: page.policy.history, proved_by: owner.user.email.clone().filter(|_| owner.by_mail), activates: owner.first };
    let line = AuditEvent { at: now, ..line };
    let letter = letters::password_changed(ctx, &owner.user, &owner.account, now, visitor)?;
    if !ctx.profiles.set_password(&update, keep, &line, letter.as_ref()).await? {
        return twice::set(ctx, owner, form, started, visitor).await;
    }
    (ctx.count)(&line);
    // Another password makes every browser a stranger's (LR-11), but for the one in which it was set. Should that fail, it is known after a sign-in.
    if let Err(error) = ctx.known.remember((&sha256(visitor.browser.as_bytes()), visitor.language.code()), &[(owner.user.id, version.saturating_add(1))], now).await {
        tracing::error!(%error, "after a password was set");
    }
    (ctx.wake_mailroom)();
    Ok(Outcome::Stored(version.saturating_add(1)))
}

fn busy(ctx: &Context, overloaded: &Overloaded) -> Outcome {
    Outcome::Wait(Box::new(Step::Busy { seconds: overloaded.retry_after.as_secs().max(1), case: strangers::error_page(ctx, 503), again: None }))
}

/// The page for a password that was set somewhere else after this one was proved. What was set there stays.
pub(super) async fn conflict(ctx: &Context, (started, asking): (&Started, Asking), owner: &Owner, visitor: &Visitor) -> Result<Step, StoreFault> {
    let about = About { user: Some(owner.user.id), account: Some(owner.account.id), ..About::of(started) };
    refuse(ctx, Reason::PasswordChangedMeanwhile, asking, Some(finish::anew(ctx, started)), about, visitor).await
}

/// The same username in other accounts: their salt serves this password too (architecture section 4).
async fn siblings(ctx: &Context, owner: &Owner) -> Result<Vec<StoredCredential>, StoreFault> {
    let candidates = ctx.directory.candidates(&owner.user.username, &homeward_discovery::Hints::default()).await?;
    let users: Vec<_> = candidates.accounts.iter().filter_map(|c| c.user.as_ref().map(|u| u.id)).collect();
    ctx.credentials.of_users(&users).await
}

/// Whether it is the current password, or one of the last few.
async fn used_before(
    ctx: &Context,
    owner: &Owner,
    password: &Password,
    current: Option<&StoredCredential>,
    history: u32,
) -> Result<Result<Option<Violation>, Overloaded>, StoreFault> {
    if let Some(current) = current {
        match ctx.passwords.was_used(password, std::slice::from_ref(current)).await {
            Ok(true) => return Ok(Ok(Some(Violation::SameAsCurrent))),
            Ok(false) => {}
            Err(overloaded) => return Ok(Err(overloaded)),
        }
    }
    if history == 0 {
        return Ok(Ok(None));
    }
    let mut earlier = ctx.credentials.history(owner.user.id).await?;
    earlier.truncate(usize::try_from(history).unwrap_or(10).min(10));
    Ok(ctx.passwords.was_used(password, &earlier).await.map(|used| used.then_some(Violation::UsedBefore)))
}

