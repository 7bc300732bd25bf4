//! What a worker tells the administrators of an account: a certificate that ends, certificates that answers name and nobody has added, other
//! values that their provider publishes, steps in the portal that one of them has taken, and domains that were proved without a button.

use std::{cmp::Reverse, collections::BTreeMap, time::Duration};

use homeward_discovery::{Account, ConnectionState};
use homeward_mail::StepTaken;
use homeward_model::{ConnectionId, Timestamp};
use homeward_portal::{
    alarm::{Alarm, Step, Waiting},
    domain_search,
    ports::Accounts,
};
use homeward_signin::{
    Context,
    usecase::alerts::{OneStep, Steps, Unknown, certificate_ends, domain_proved, steps_taken, unknown_certificate, values_wait},
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
    let found = found.filter(|connected| connected.route.state_at(ctx.now()).is_in_use());
    let state = found.as_ref().map_or(ConnectionState::Enforced, |connected| connected.route.outage.map_or(connected.route.state_at(ctx.now()), |outage| outage.back));
    let Some((account, connection)) = found.and_then(|connected| connected.connection.map(|connection| (connected.account, connection))) else { return Ok(0) };
    let mut written = certificate_ends(ctx, &account, (&connection, state)).await.map_err(|e| e.to_string())?;
    for unknown in unknown(store, id, ctx.now()).await? {
        written += unknown_certificate(ctx, &account, &connection, unknown).await.map_err(|e| e.to_string())?;
    }
    let kept = store.refreshed(id).await.map_err(|e| e.to_string())?;
    if let Some(since) = kept.waiting(&connection.settings.protocol) {
        written += values_wait(ctx, &account, &connection, since).await.map_err(|e| e.to_string())?;
    }
    Ok(written)
}

/// Tells of steps in the portal; how many mails were written. One that cannot be told keeps none of the others back.
///
/// # Errors
/// A sentence, when the store fails.
pub(crate) async fn of_steps(ctx: &Context, store: &Store) -> Result<u32, String> {
    let mut written = 0;
    for waiting in store.alarms_due(ctx.now()).await.map_err(|e| e.to_string())? {
        match of_step(ctx, store, &waiting).await {
            Ok(count) => written += count,
            Err(error) => tracing::error!(account = %waiting.account, error, "a step in the portal could not be told"),
        }
    }
    Ok(written)
}

async fn of_step(ctx: &Context, store: &Store, waiting: &Waiting) -> Result<u32, String> {
    let told = match Accounts::account(store, waiting.account).await.map_err(|e| e.to_string())? {
        Some(account) => match step_taken(waiting.alarm) {
            Some(step) => steps_taken(ctx, &account, &steps(step, waiting)).await.map_err(|e| e.to_string())?,
            None => proofs(ctx, &account, waiting).await?,
        },
        None => 0,
    };
    // A fault in between has it told a second time rather than never.
    store.alarm_told(waiting, ctx.now()).await.map_err(|e| e.to_string())?;
    Ok(told)
}

/// Proofs that were found without a button, one mail for each domain.
async fn proofs(ctx: &Context, account: &Account, waiting: &Waiting) -> Result<u32, String> {
    let mut told = 0;
    for step in waiting.before.iter().rev().chain([&waiting.last]) {
        if let Some(domain) = domain_search::domain_of(step) {
            told += domain_proved(ctx, account, &domain, step.by).await.map_err(|e| e.to_string())?;
        }
    }
    Ok(told)
}

/// What somebody did, in a mail; `None`: nobody did it.
const fn step_taken(alarm: Alarm) -> Option<StepTaken> {
    Some(match alarm {
        Alarm::DomainProved => return None,
        Alarm::Roles => StepTaken::Roles,
        Alarm::AdminSignIn => StepTaken::AdminSignIn,
        Alarm::SignOn => StepTaken::SignOn,
        Alarm::Values => StepTaken::Values,
        Alarm::Domain => StepTaken::Domain,
        Alarm::Passwords => StepTaken::Passwords,
        Alarm::SetupLink => StepTaken::SetupLink,
        Alarm::Token => StepTaken::Token,
        Alarm::Administrators => StepTaken::Administrators,
        Alarm::Emergency => StepTaken::Emergency,
        Alarm::Contact => StepTaken::Contact,
    })
}

fn steps(step: StepTaken, waiting: &Waiting) -> Steps {
    let Waiting { count, since, .. } = *waiting;
    Steps { step, count, since, last: one(&waiting.last), before: waiting.before.iter().map(one).collect() }
}

fn one(step: &Step) -> OneStep {
    OneStep { at: step.at, by: step.by, about: step.about, detail: step.detail.clone(), network: step.network.clone() }
}

/// Certificates that answers of the last day named, those of most answers first. Only answers that somebody here had asked for count.
async fn unknown(store: &Store, id: ConnectionId, now: Timestamp) -> Result<Vec<Unknown>, String> {
    let from = now.minus(LATELY);
    let mut found: BTreeMap<String, Unknown> = BTreeMap::new();
    for trace in store.traces(Some(id), MOST).await.map_err(|e| e.to_string())? {
        let failure = trace.failure();
        let Some(thumbprint) = failure.seen.clone().filter(|_| trace.asked && trace.at > from && failure.code == "sig.untrusted_key") else { continue };
        let last = trace.case.clone();
        let unknown = found.entry(thumbprint.clone()).or_insert(Unknown { thumbprint, failed: 0, since: trace.at, last });
        unknown.failed = unknown.failed.saturating_add(1);
        unknown.since = unknown.since.min(trace.at);
    }
    let mut all: Vec<Unknown> = found.into_values().collect();
    all.sort_by_key(|unknown| Reverse(unknown.failed));
    Ok(all)
}
