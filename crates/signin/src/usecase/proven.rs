//! Stages after a proof: server records that a random handle in the page stands for.

use std::time::Duration;

use homeward_local_credential::StoreFault;
use homeward_model::{Timestamp, random_token};
use homeward_sealing::sha256;

use crate::{
    context::Context,
    stage::{Pending, Proven},
    visitor::Visitor,
};

/// How long a proof may wait for what remains (architecture, idea 4).
const LIFETIME: Duration = Duration::from_secs(600);
/// How long the proof of a mailbox may: its link is used up by then, and who thinks of a new password may need a while.
const BY_MAIL: Duration = Duration::from_secs(1800);
/// How long it is known afterwards whom the page was for and what they came for (SES-1, FOR-4). It proves nothing any more.
const REMEMBERED: Duration = Duration::from_secs(86_400);

/// When a proof is over.
fn end(record: &Proven) -> Timestamp {
    let lasts = match record.pending {
        Pending::SetNew | Pending::SetFirst => BY_MAIL,
        Pending::ChooseAccount | Pending::MustChange | Pending::ExpiresSoon => LIFETIME,
    };
    record.proved_at.plus(lasts)
}

/// Keeps a record and gives its handle. It rests until the end of the proof: whoever asks the store for what counts finds nothing else, a version that
/// knows only that among them.
pub(super) async fn keep(ctx: &Context, record: Proven) -> Result<(String, Proven), StoreFault> {
    let handle = random_token(ctx.random.as_ref());
    ctx.proven.put(&sha256(handle.as_bytes()), &record, end(&record)).await?;
    Ok((handle, record))
}

/// Reads a record of this browser; `None` when it is used, over, another browser's, or its credential has changed since.
pub(super) async fn peek(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<Option<Proven>, StoreFault> {
    // What counts is what the store says: a record that was used up is over before its time.
    let found = ctx.proven.peek(&sha256(handle.as_bytes()), ctx.now()).await?;
    match found.filter(|record| record.browser == visitor.browser) {
        Some(record) if end(&record) > ctx.now() => {
            record.started.has_a_hop();
            current(ctx, record).await
        }
        _ => Ok(None),
    }
}

/// What a page of this browser was about, whether its proof counts or is over. Nothing follows from it but whose name is shown and where they go on.
pub(super) async fn about(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<Option<Proven>, StoreFault> {
    let found = ctx.proven.peek(&sha256(handle.as_bytes()), ctx.now().minus(REMEMBERED)).await?;
    Ok(found.filter(|record| record.browser == visitor.browser))
}

/// Ends a record of this browser, with all that was to come.
pub(super) async fn give_up(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<(), StoreFault> {
    if about(ctx, handle, visitor).await?.is_some() {
        ctx.proven.take(&sha256(handle.as_bytes()), ctx.now().minus(REMEMBERED)).await?;
    }
    Ok(())
}

/// Uses a record up: one caller gets it.
pub(super) async fn take(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<Option<Proven>, StoreFault> {
    // Looked at first, so that another browser cannot use it up.
    if peek(ctx, handle, visitor).await?.is_none() {
        return Ok(None);
    }
    match ctx.proven.take(&sha256(handle.as_bytes()), ctx.now()).await? {
        Some(record) if end(&record) > ctx.now() => current(ctx, record).await,
        Some(_) | None => Ok(None),
    }
}

/// Whether a new password was set, or the old one ended, since this was proved.
pub(super) async fn is_outdated(ctx: &Context, record: &Proven) -> Result<bool, StoreFault> {
    Ok(current(ctx, record.clone()).await?.is_none())
}

/// Drops the users whose credential is not the one that was proved; nothing is left of a record without users.
async fn current(ctx: &Context, mut record: Proven) -> Result<Option<Proven>, StoreFault> {
    let users: Vec<_> = record.users.iter().map(|u| u.user).collect();
    let now = ctx.credentials.of_users(&users).await?;
    record.users.retain(|proved| now.iter().find(|c| c.user == proved.user).map_or(0, |c| c.version) == proved.version);
    Ok((!record.users.is_empty()).then_some(record))
}
