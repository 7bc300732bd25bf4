//! The care of connections: reads anew what providers publish of themselves, looks at them, and keeps what was seen. Sign-ins never
//! wait for it and never ask a provider for its documents themselves.

use std::{sync::Arc, time::Duration};

use homeward_discovery::ConnectionState;
use homeward_federation::{
    Connection, ConnectionSettings, Protocol,
    health::{Health, Known, Watched, health},
    oidc::{Move, OidcSettings},
    refresh::{EndpointsVerdict, Refreshed, Verdict, judge_endpoints},
    saml::{SamlSettings, metadata::Change},
};
use homeward_model::{ConnectionId, Timestamp};
use homeward_signin::{Context, ports::AuditEvent};
use homeward_store::{Lead, Store, register::ConnectionEntry};
use tokio::{sync::watch, time::timeout};

use crate::alerts;

/// It looks this often.
const ROUND: Duration = Duration::from_secs(600);
/// Metadata is read this often; after a failure the next round tries again.
const METADATA: Duration = Duration::from_secs(6 * 3_600);

/// Runs until `stop` says so. Of several brokers one looks.
pub(crate) async fn run(ctx: Arc<Context>, store: Store, lead: Arc<Lead>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = async { if lead.is_ours().await { round(&ctx, &store).await } } => {}
            _ = stop.changed() => return,
        }
        if timeout(ROUND, stop.changed()).await.is_ok() {
            return;
        }
    }
}

/// Looks at every connection that people sign in through, or may soon, one after the other.
pub(crate) async fn round(ctx: &Context, store: &Store) {
    let found = match store.connections_with_settings().await {
        Ok(found) => found,
        Err(error) => {
            tracing::error!(%error, "the care of connections");
            return;
        }
    };
    for entry in found {
        let state = entry.connection.state_at(ctx.now());
        if matches!(state, ConnectionState::Draft | ConnectionState::Retired) {
            continue;
        }
        if let Err(error) = one(ctx, store, &entry, false).await {
            tracing::error!(connection = %entry.connection.id, error, "the care of a connection");
        }
        match alerts::of(ctx, store, entry.connection.id).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(connection = %entry.connection.id, count, "administrators are told"),
            Err(error) => tracing::error!(connection = %entry.connection.id, error, "mails to administrators"),
        }
    }
}

/// Looks at one connection. `at_once`: its metadata, too, whenever it was read last.
///
/// # Errors
/// A sentence, when the store fails.
pub(crate) async fn one(ctx: &Context, store: &Store, entry: &ConnectionEntry, at_once: bool) -> Result<(), String> {
    let Some(settings) = &entry.settings else { return Ok(()) };
    let (id, now) = (entry.connection.id, ctx.now());
    let connection = Connection { id, account: entry.connection.account, name: entry.connection.name.clone(), settings: settings.clone() };
    let mut kept = None;
    match &settings.protocol {
        Protocol::Saml(saml) if saml.metadata_url.is_some() => kept = Some(refresh(ctx, store, (entry, &**saml), at_once).await?),
        Protocol::Saml(_) => {}
        Protocol::Oidc(oidc) => compare(ctx, store, (entry, &**oidc), &connection).await?,
    }
    let before = store.watched(id).await.map_err(|e| e.to_string())?.unwrap_or_default();
    let seen = ctx.federation.door.watch(&connection, &before, kept.as_ref(), now).await;
    store.keep_watched(id, &seen, now).await.map_err(|e| e.to_string())
}

/// Reads a connection's metadata when it is time; what was read stays as it is otherwise.
async fn refresh(ctx: &Context, store: &Store, (entry, saml): (&ConnectionEntry, &SamlSettings), at_once: bool) -> Result<Refreshed, String> {
    let (id, now) = (entry.connection.id, ctx.now());
    let mut before = store.refreshed(id).await.map_err(|e| e.to_string())?;
    let due = before.failed.is_some() || before.asked_at.is_none_or(|at| now.since(at) >= METADATA);
    if !due && !at_once {
        return Ok(before);
    }
    let Some(read) = ctx.federation.door.refresh(saml, before.clone(), now).await else { return Ok(Refreshed::default()) };
    let mut kept = read.kept;
    match read.verdict {
        Some(Verdict::Wait(staged)) => {
            let detail = match (staged.brings_back, staged.signed) {
                (true, _) => "lists a key that was taken out",
                (false, true) => "signed by a key that is trusted",
                (false, false) => "not signed by a key that is trusted",
            };
            record(ctx, &entry.connection, "connection.metadata_staged", detail.to_owned()).await?;
        }
        Some(Verdict::Take(taken, changes)) => {
            // The record stands before the deed (AU-03).
            record(ctx, &entry.connection, "connection.metadata_taken", words(&changes)).await?;
            take(store, entry, Protocol::Saml(taken)).await?;
            // What it has taken out is noted with it, and is no word of anybody.
            let removed = store.refreshed(id).await.map_err(|e| e.to_string())?.removed;
            kept.removed.clone_from(&removed);
            before.removed = removed;
        }
        Some(Verdict::Same | Verdict::Refused) | None => {}
    }
    keep(store, id, (&before, &kept)).await?;
    Ok(kept)
}

/// Keeps what was read. Where somebody gave their word meanwhile on what waited before, that stands, and what was read is read again.
async fn keep(store: &Store, id: ConnectionId, (before, kept): (&Refreshed, &Refreshed)) -> Result<(), String> {
    if !store.change_refreshed(id, before, kept).await.map_err(|e| e.to_string())? {
        tracing::info!(connection = %id, "somebody gave their word while it was read");
    }
    Ok(())
}

/// Compares where an OpenID Provider's document leads with what was accepted. The first one that is read is accepted; after that, what
/// is new waits, and sign-ins go on by what was accepted.
async fn compare(ctx: &Context, store: &Store, (entry, oidc): (&ConnectionEntry, &OidcSettings), connection: &Connection) -> Result<(), String> {
    let (id, now) = (entry.connection.id, ctx.now());
    let before = store.refreshed(id).await.map_err(|e| e.to_string())?;
    let mut kept = Refreshed { asked_at: Some(now), failed: None, ..before.clone() };
    match ctx.federation.door.oidc().published(connection, now).await {
        Err(failure) => kept.failed = Some(failure.code),
        Ok(published) => {
            kept.good_at = Some(now);
            let digest = published.digest();
            kept.endpoints = match judge_endpoints(oidc, published, &before, now) {
                EndpointsVerdict::Same => {
                    kept.entered(&[digest]);
                    None
                }
                EndpointsVerdict::Refused => None,
                EndpointsVerdict::First(first) => {
                    record(ctx, &entry.connection, "connection.endpoints_taken", first.token.clone()).await?;
                    take(store, entry, Protocol::Oidc(Box::new(OidcSettings { endpoints: Some(Box::new(first)), ..oidc.clone() }))).await?;
                    None
                }
                EndpointsVerdict::Wait(staged) => {
                    if before.endpoints.as_ref() != Some(&staged) {
                        let moves = oidc.accepted().map(|accepted| accepted.moves(&staged.endpoints)).unwrap_or_default();
                        record(ctx, &entry.connection, "connection.endpoints_staged", moved(&moves)).await?;
                    }
                    Some(staged)
                }
            };
        }
    }
    keep(store, id, (&before, &kept)).await
}

/// What moves, in a few words: `token_endpoint, jwks_uri`.
fn moved(moves: &[Move]) -> String {
    moves.iter().map(|one| one.field).collect::<Vec<_>>().join(", ")
}

/// Enters what a provider publishes of itself.
///
/// # Errors
/// When the store fails, or somebody has entered something else meanwhile.
pub(crate) async fn take(store: &Store, entry: &ConnectionEntry, protocol: Protocol) -> Result<(), String> {
    let from = entry.settings.as_ref().ok_or("nothing was entered for it yet")?;
    let to = ConnectionSettings { protocol, ..from.clone() };
    match store.change_settings(entry.connection.id, from, &to).await.map_err(|e| e.to_string())? {
        true => Ok(()),
        false => Err("somebody else has changed it just now; look again".to_owned()),
    }
}

/// What changes, in a few words: `Certificate, SsoRedirect`.
fn words(changes: &[Change]) -> String {
    let mut fields: Vec<String> = changes.iter().map(|change| format!("{:?}", change.field)).collect();
    fields.dedup();
    fields.join(", ")
}

async fn record(ctx: &Context, connection: &homeward_discovery::Connection, event: &'static str, detail: String) -> Result<(), String> {
    let line = AuditEvent {
        event,
        outcome: "ok".into(),
        user: None,
        account: Some(connection.account),
        application: None,
        network: "worker".into(),
        case: None,
        at: ctx.now(),
        detail: detail.chars().take(400).collect(),
    };
    ctx.audit.write(&line).await.map_err(|e| e.to_string())?;
    (ctx.count)(&line);
    Ok(())
}

/// The health of one connection, by what was seen at the last look.
///
/// # Errors
/// A sentence, when the store fails.
pub(crate) async fn judged(store: &Store, entry: &ConnectionEntry, now: Timestamp) -> Result<Health, String> {
    match &entry.settings {
        Some(settings) => known_of(store, entry.connection.id, settings, now).await,
        None => Ok(Health::default()),
    }
}

/// The same for settings that are at hand.
///
/// # Errors
/// A sentence, when the store fails.
pub(crate) async fn known_of(store: &Store, id: ConnectionId, settings: &ConnectionSettings, now: Timestamp) -> Result<Health, String> {
    let watched: Option<Watched> = store.watched(id).await.map_err(|e| e.to_string())?;
    let kept = store.refreshed(id).await.map_err(|e| e.to_string())?;
    let returns = store.returns(id, now).await.map_err(|e| e.to_string())?;
    Ok(health(&Known { settings, watched: watched.as_ref(), returns, waiting: kept.waiting(&settings.protocol) }, now))
}

/// The health of every connection that people sign in through, or may soon.
///
/// # Errors
/// A sentence, when the store fails.
pub(crate) async fn all(store: &Store, now: Timestamp) -> Result<Vec<(ConnectionId, String, Health)>, String> {
    let mut found = Vec::new();
    for entry in store.connections_with_settings().await.map_err(|e| e.to_string())? {
        if !matches!(entry.connection.state_at(now), ConnectionState::Draft | ConnectionState::Retired) {
            let health = judged(store, &entry, now).await?;
            found.push((entry.connection.id, entry.connection.name, health));
        }
    }
    Ok(found)
}
