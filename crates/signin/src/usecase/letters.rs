//! Mails that the sign-in sends. Written into the outbox; nobody waits for SMTP.

use homeward_discovery::{Account, User};
use homeward_language::Language;
use homeward_local_credential::StoreFault;
use homeward_mail::{Letter, Message, Resting, render};
use homeward_model::{CaseNumber, EmailAddress, Timestamp};

use crate::{context::Context, ports::KnownBrowsers, visitor::Visitor};

/// In which language somebody is written to who asked for nothing on a page: that of the pages of their last sign-in, their account's, English.
pub(super) async fn language(ctx: &Context, user: &User, account: &Account) -> Result<Language, StoreFault> {
    language_of(ctx.known.as_ref(), user, account).await
}

/// The same for whoever has no more than the port.
pub(crate) async fn language_of(known: &dyn KnownBrowsers, user: &User, account: &Account) -> Result<Language, StoreFault> {
    let own = known.language(user.id).await?;
    let spoken = [own.as_deref(), account.language.as_deref()].into_iter().flatten().find_map(Language::from_tag);
    Ok(spoken.unwrap_or(Language::English))
}

/// Puts one letter that nobody asked for into the outbox, in the language of whoever gets it. A user without a mailbox gets none.
pub(super) async fn unasked(ctx: &Context, user: &User, account: &Account, message: Message) -> Result<bool, StoreFault> {
    post(ctx, user, account, language(ctx, user, account).await?, message).await
}

/// Puts one letter to a user into the outbox. A user without a mailbox gets none.
pub(super) async fn post(
    ctx: &Context,
    user: &User,
    account: &Account,
    language: Language,
    message: Message,
) -> Result<bool, StoreFault> {
    let Some(to) = &user.email else { return Ok(false) };
    send(ctx, to, account, language, message).await?;
    Ok(true)
}

fn letter(ctx: &Context, to: &EmailAddress, account: &Account, language: Language, message: Message) -> Letter {
    Letter {
        to: to.clone(),
        language,
        account_name: account.name.clone(),
        account_number: account.number.as_str().to_owned(),
        case: CaseNumber::generate(ctx.random.as_ref()),
        message,
    }
}

/// The same to a mailbox that is not, or no longer, the stored one of a person.
pub(super) async fn send(ctx: &Context, to: &EmailAddress, account: &Account, language: Language, message: Message) -> Result<(), StoreFault> {
    let letter = letter(ctx, to, account, language, message);
    let rendered = render(&letter, &ctx.settings.product);
    ctx.outbox.put(&letter, &rendered, ctx.now()).await.map_err(|e| StoreFault(e.to_string()))?;
    (ctx.wake_mailroom)();
    Ok(())
}

/// "Your password was changed" (B-081, LP-13), to be kept in one step with the change: nobody ends between the two. A user without a mailbox
/// gets none.
pub(super) fn password_changed(ctx: &Context, user: &User, account: &Account, at: Timestamp, visitor: &Visitor) -> Result<Option<Resting>, StoreFault> {
    let Some(to) = &user.email else { return Ok(None) };
    let message = Message::PasswordChanged {
        username: user.username.typed().to_owned(),
        at,
        device: visitor.device_text.clone(),
        forgot_url: format!("{}/forgot", ctx.settings.issuer),
    };
    let letter = letter(ctx, to, account, visitor.language, message);
    let rendered = render(&letter, &ctx.settings.product);
    ctx.outbox.resting(&letter, &rendered).map(Some).map_err(|e| StoreFault(e.to_string()))
}
