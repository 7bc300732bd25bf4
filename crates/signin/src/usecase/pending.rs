//! A page after a proof once more, in another language: nothing is used up, and the errand is kept (ALL-21). And the way out of it for whoever it is not
//! meant for.

use homeward_local_credential::{Expiry, PasswordPolicy, StoreFault};
use homeward_model::UserId;

use crate::{
    context::Context,
    stage::Pending,
    step::Step,
    usecase::{choose, finish, identify, new_password, proven, realm, reset},
    visitor::Visitor,
};

/// The page of a handle; from the start when it is used, over, or another browser's.
///
/// # Errors
/// `StoreFault`.
pub async fn again(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<Step, StoreFault> {
    let Some(record) = proven::peek(ctx, handle, visitor).await? else { return reset::stage_over(ctx, handle, visitor).await };
    if record.pending == Pending::ChooseAccount {
        return choose::among(ctx, handle, &record, None, visitor).await;
    }
    let Some(user) = record.users.first() else { return reset::stage_over(ctx, handle, visitor).await };
    let Some((found, account)) = ctx.directory.user(user.user).await? else { return reset::stage_over(ctx, handle, visitor).await };
    let new = new_password::blank(ctx, &account).await?;
    let since = since(ctx, user.user, &new.policy).await?;
    let asking = realm::asking(ctx, &record.started).await?;
    let shown = reset::one_of_several(ctx, &found, &account).await?;
    let (handle, username) = (handle.to_owned(), record.username.typed().to_owned());
    Ok(match (record.pending, since) {
        (Pending::SetNew, _) => Step::SetPassword { handle, asking, username, account: shown, first: false, new },
        (Pending::SetFirst, _) => Step::SetPassword { handle, asking, username, account: shown, first: true, new },
        (Pending::ExpiresSoon, Expiry::Soon { days }) => Step::ExpiresSoon { handle, asking, username, days },
        // It ran out while the page was open.
        (Pending::ExpiresSoon, _) => Step::ExpiresSoon { handle, asking, username, days: 1 },
        (Pending::MustChange | Pending::ChooseAccount, since) => Step::MustChange { handle, asking, username, since, new },
    })
}

/// "Not you?": what was proved is given up, so that nobody goes on with it in this browser, and whoever is there says who they are. Where they were
/// going is kept; `typed` stands in the field.
///
/// # Errors
/// `StoreFault`.
pub async fn not_you(ctx: &Context, handle: &str, typed: String, visitor: &Visitor) -> Result<Step, StoreFault> {
    let Some(record) = proven::about(ctx, handle, visitor).await? else { return identify::restart(ctx, None, typed).await };
    // Not forgotten: sent twice, it ends on the same page.
    proven::give_up(ctx, handle, visitor).await?;
    identify::again(ctx, finish::anew(ctx, &record.started), typed, None).await
}

/// Why a password must be replaced: an administrator said so, or its age.
pub(super) async fn since(ctx: &Context, user: UserId, policy: &PasswordPolicy) -> Result<Expiry, StoreFault> {
    let credential = ctx.credentials.of_users(&[user]).await?.into_iter().next();
    Ok(match credential {
        Some(credential) if !credential.must_change => policy.expiry(credential.changed_at, ctx.now()),
        Some(_) | None => Expiry::MustChange,
    })
}
