//! Stages after a proof: server records that a random handle in the page stands for.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_local_credential::StoreFault;
use homeward_model::{Timestamp, random_token};
use homeward_sealing::sha256;

use crate::{
    context::Context,
    ports::USED_UP,
    stage::{Pending, Proven},
    visitor::Visitor,
};

/// How long a proof may wait for what remains (architecture, idea 4).
const LIFETIME: Duration = Duration::from_secs(600);
/// How long the proof of a mailbox may: its link is used up by then, and who thinks of a new password may need a while.
const BY_MAIL: Duration = Duration::from_secs(1800);
/// How long it is known afterwards whom the page was for and what they came for (SES-1, FOR-4). It proves nothing any more.
const REMEMBERED: Duration = Duration::from_secs(86_400);
/// How long a form may be sent once more after it was answered, and end where the first one did (ALL-23). Whoever presses twice does so at once; a page that
/// somebody finds in this browser's history later is over, and leads to no session of whoever left it there.
pub(super) const AGAIN: Duration = Duration::from_secs(60);

/// When a proof is over.
fn end(record: &Proven) -> Timestamp {
    let lasts = match record.pending {
        Pending::SetNew | Pending::SetFirst => BY_MAIL,
        Pending::ChooseAccount | Pending::MustChange | Pending::ExpiresSoon => LIFETIME,
    };
    record.proved_at.plus(lasts)
}

/// Keeps a record and gives its handle. It rests until the end of the proof: whoever asks the store for what counts finds nothing else, a version that
/// knows only that among them. `after`: the handle of the page that led to it, when that is one after a proof, too.
pub(super) async fn keep(ctx: &Context, after: Option<&str>, record: Proven) -> Result<(String, Proven), StoreFault> {
    let handle = after.map_or_else(|| random_token(ctx.random.as_ref()), |before| next(ctx, before));
    ctx.proven.put(&sha256(handle.as_bytes()), &record, end(&record)).await?;
    Ok((handle, record))
}

/// The handle of the page that a page after a proof leads to. It follows from that page's, so that a form which is sent twice ends on one page (ALL-23);
/// without a key of ours nobody knows it.
pub(super) fn next(ctx: &Context, handle: &str) -> String {
    URL_SAFE_NO_PAD.encode(ctx.session_mac.sign(&[b"page after", handle.as_bytes()]))
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

/// A record of this browser whose time is not over, and that was not used up longer than a moment ago: for a form that is sent once more, and shall end where
/// it has led (ALL-23). It proves nothing by itself.
pub(super) async fn before(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<Option<Proven>, StoreFault> {
    let found = ctx.proven.peek(&sha256(handle.as_bytes()), a_moment_ago(ctx)).await?;
    Ok(found.filter(|record| record.browser == visitor.browser && end(record) > ctx.now()))
}

/// By which time whatever was used up within the last moment is there still.
fn a_moment_ago(ctx: &Context) -> Timestamp {
    ctx.now().minus(USED_UP).minus(AGAIN)
}

/// The same where the password has become another one since.
pub(super) async fn outdated(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<Option<Proven>, StoreFault> {
    match before(ctx, handle, visitor).await? {
        Some(record) if is_outdated(ctx, &record).await? => Ok(Some(record)),
        Some(_) | None => Ok(None),
    }
}

/// Ends a record of this browser, with all that was to come. Whom the page was for is known still.
pub(super) async fn give_up(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<(), StoreFault> {
    end_from(ctx, handle, a_moment_ago(ctx), visitor).await
}

/// The same, and it is forgotten whom it was for.
pub(super) async fn forget(ctx: &Context, handle: &str, visitor: &Visitor) -> Result<(), StoreFault> {
    end_from(ctx, handle, ctx.now().minus(REMEMBERED), visitor).await
}

/// Ends a record, and those of the pages that followed from it: which account, whether the password is changed now, and the change. They were over by this
/// time then, so that no form of theirs counts as one that is sent once more either.
async fn end_from(ctx: &Context, handle: &str, by: Timestamp, visitor: &Visitor) -> Result<(), StoreFault> {
    let mut handle = handle.to_owned();
    for _ in 0..3 {
        if about(ctx, &handle, visitor).await?.is_some() {
            ctx.proven.take(&sha256(handle.as_bytes()), by).await?;
        }
        handle = next(ctx, &handle);
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
