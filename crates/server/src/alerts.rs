//! What a worker tells the administrators of a connection's account: a certificate that ends, and certificates that answers name and
//! nobody has added.

use std::{cmp::Reverse, collections::BTreeMap, time::Duration};

use homeward_discovery::ConnectionState;
use homeward_model::{ConnectionId, Timestamp};
use homeward_signin::{
    Context,
    usecase::alerts::{Unknown, certificate_ends, unknown_certificate},
};
use homeward_store::Store;

/// Answers of this time are looked at.
const LATELY: Duration = Duration::from_secs(86_400);
/// As many of them, at most.
const MOST: u32 = 2_000;

/// Tells what there is to tell of one connection, once somebody signs in through it; how many mails were written.
///
/// # Errors
/// A sentence, when the store fails.
pub(crate) async fn of(ctx: &Context, store: &Store, id: ConnectionId) -> Result<u32, String> {
    let found = ctx.federation.connections.connection(id).await.map_err(|e| e.to_string())?;
    let in_use = |state: ConnectionState| matches!(state, ConnectionState::Pilot | ConnectionState::Enforced | ConnectionState::Outage);
    let found = found.filter(|connected| in_use(connected.route.state_at(ctx.now())));
    let Some((account, connection)) = found.and_then(|connected| connected.connection.map(|connection| (connected.account, connection))) else { return Ok(0) };
    let mut written = certificate_ends(ctx, &account, &connection).await.map_err(|e| e.to_string())?;
    for unknown in unknown(store, id, ctx.now()).await? {
        written += unknown_certificate(ctx, &account, &connection, unknown).await.map_err(|e| e.to_string())?;
    }
    Ok(written)
}

/// Certificates that answers of the last day named, those of most answers first. Only answers that somebody here had asked for count.
async fn unknown(store: &Store, id: ConnectionId, now: Timestamp) -> Result<Vec<Unknown>, String> {
    let from = now.minus(LATELY);
    let mut found: BTreeMap<String, Unknown> = BTreeMap::new();
    for trace in store.traces(Some(id), MOST).await.map_err(|e| e.to_string())? {
        let failure = trace.failure();
        let Some(thumbprint) = failure.seen.clone().filter(|_| trace.asked && trace.at > from && failure.code == "sig.untrusted_key") else { continue };
        let unknown = found.entry(thumbprint.clone()).or_insert(Unknown { thumbprint, failed: 0, since: trace.at });
        unknown.failed = unknown.failed.saturating_add(1);
        unknown.since = unknown.since.min(trace.at);
    }
    let mut all: Vec<Unknown> = found.into_values().collect();
    all.sort_by_key(|unknown| Reverse(unknown.failed));
    Ok(all)
}
