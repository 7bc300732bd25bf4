//! A person's own name and e-mail address (B-038). What an organisation's provider says of somebody is not theirs to change here: it would
//! be another one at the next sign-in, and who somebody is at the provider may hang on it (ST-18).

pub mod email;
pub mod names;
pub mod undo;

mod kept;

use homeward_local_credential::StoreFault;
use homeward_mail::Message;
use homeward_model::{UserId, Username};

use crate::{context::Context, usecase::letters};

/// Tells somebody that an administrator has given them another username (B-038); `false` when they have no mailbox.
///
/// # Errors
/// `StoreFault`.
pub async fn tell_username(ctx: &Context, user: UserId, before: &Username) -> Result<bool, StoreFault> {
    let Some((user, account)) = ctx.directory.user(user).await? else { return Ok(false) };
    let message = Message::UsernameChanged {
        before: before.typed().to_owned(),
        username: user.username.typed().to_owned(),
        account: account.name.clone(),
        sign_in_url: format!("{}/signin", ctx.settings.issuer),
    };
    letters::unasked(ctx, &user, &account, message).await
}
