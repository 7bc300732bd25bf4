//! Stages after a proof: server records that a random handle in the page stands for.

use std::time::Duration;

use homeward_local_credential::StoreFault;
use homeward_model::random_token;
use homeward_sealing::sha256;

use crate::{context::Context, stage::Proven, visitor::Visitor};

/// How long a proof may wait for what remains (architecture, idea 4).
const LIFETIME: Duration = Duration::from_secs(600);

/// Keeps a record and gives its handle.
pub(super) async fn keep(ctx: &Context, record: Proven) -> Result<(String, Proven), StoreFault> {
    let handle = random_token(ctx.random.as_ref());
    ctx.proven.put(&sha256(handle.as_bytes()), &record, record.proved_at.plus(LIFETIME)).await?;
    Ok((handle, record))
}

/// Reads a record of this browser; `None` when it is used, over, another browser's, or its credential has changed since.
pub(super) async fn peek(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<Option<Proven>, StoreFault> {
    match ctx.proven.peek(&sha256(handle.as_bytes()), ctx.now()).await? {
        Some(record) if record.browser == visitor.browser => {
            record.started.has_a_hop();
            current(ctx, record).await
        }
        _ => Ok(None),
    }
}

/// Uses a record up: one caller gets it.
pub(super) async fn take(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<Option<Proven>, StoreFault> {
    // Looked at first, so that another browser cannot use it up.
    if peek(ctx, handle, visitor).await?.is_none() {
        return Ok(None);
    }
    match ctx.proven.take(&sha256(handle.as_bytes()), ctx.now()).await? {
        Some(record) => current(ctx, record).await,
        None => Ok(None),
    }
}

/// Drops the users whose credential is not the one that was proved; nothing is left of a record without users.
async fn current(ctx: &Context, mut record: Proven) -> Result<Option<Proven>, StoreFault> {
    let users: Vec<_> = record.users.iter().map(|u| u.user).collect();
    let now = ctx.credentials.of_users(&users).await?;
    record.users.retain(|proved| now.iter().find(|c| c.user == proved.user).map_or(0, |c| c.version) == proved.version);
    Ok((!record.users.is_empty()).then_some(record))
}
