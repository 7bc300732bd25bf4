//! The link that went to the old address, for three days: the address is that one again, and whoever changed it is signed out (LR-15).

use homeward_discovery::{Account, User, UserState};
use homeward_local_credential::{StoreFault, reset};
use homeward_mail::Message;

use crate::{
    context::Context,
    profile::EmailChange,
    step::{Step, UndoPage},
    usecase::{
        letters,
        refuse::{About, event},
    },
    visitor::Visitor,
};

/// The link was opened. Nothing is used up: programs open links too (LR-07).
///
/// # Errors
/// `StoreFault`.
pub async fn open(ctx: &Context, token: &str) -> Result<Step, StoreFault> {
    Ok(Step::Undo(match linked(ctx, token).await? {
        Some((change, user, _)) => UndoPage::Confirm { address: change.address.masked(), username: user.username.masked() },
        None => UndoPage::Over,
    }))
}

/// What a link stands for. Used, old and wrong ones are not told apart (LR-17).
async fn linked(ctx: &Context, token: &str) -> Result<Option<(EmailChange, User, Account)>, StoreFault> {
    let Some((selector, secret)) = reset::parse_link(token) else { return Ok(None) };
    let Some(change) = ctx.profiles.made(&selector, ctx.now()).await?.filter(|change| reset::matches_secret(&change.stored, &secret)) else { return Ok(None) };
    let found = ctx.directory.user(change.stored.user).await?.filter(|(user, _)| user.state != UserState::Deprovisioned);
    Ok(found.map(|(user, account)| (change, user, account)))
}

/// "Take it back": once, of any number of times that it is sent (LR-03).
///
/// # Errors
/// `StoreFault`.
pub async fn confirm(ctx: &Context, token: &str, visitor: &Visitor) -> Result<Step, StoreFault> {
    let Some((change, user, account)) = linked(ctx, token).await? else { return Ok(Step::Undo(UndoPage::Over)) };
    let now = user.email.as_ref().map_or_else(|| "none".to_owned(), homeward_model::EmailAddress::masked);
    let detail = format!("{now} → {}", change.address.masked());
    let about = About { user: Some(user.id), account: Some(account.id), detail: &detail, ..About::default() };
    let line = event(ctx, "profile.email_undone", "ok", about, visitor, None);
    let Some(taken) = ctx.profiles.take_back(&change, &line).await? else { return Ok(Step::Undo(UndoPage::Over)) };
    (ctx.count)(&line);
    if let Some(displaced) = taken.before {
        // Whoever has that mailbox may be the one who should not have had it.
        let message = Message::EmailTakenBack { username: user.username.masked(), account: account.name.clone() };
        letters::send(ctx, &displaced, &account, visitor.language, message).await?;
    }
    (ctx.wake_mailroom)();
    Ok(Step::Undo(UndoPage::Done))
}
