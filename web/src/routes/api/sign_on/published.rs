//! Endpoints that an OpenID Provider publishes now and did not before: they wait for somebody's word, and are taken over or refused by the
//! ETag of what was looked at (OR-04, OR-19).

use homeward_portal::sign_on::published::{self, Given, Moves};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::{
    call::Call,
    problem::Problem,
    reply::{Reply, Time},
    shown::changed,
};
use super::{found, named};

/// What a provider publishes, beside what counts.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Published", deny_unknown_fields)]
pub(in super::super) struct PublishedShown {
    /// Since when it waits.
    since: Time,
    /// Endpoint by endpoint.
    rows: Vec<EndpointRow>,
}

/// One endpoint now and new.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct EndpointRow {
    /// Its name in the provider's document.
    endpoint: String,
    /// What counts now.
    now: Option<String>,
    /// What is published.
    new: Option<String>,
}

impl PublishedShown {
    fn of(moves: Moves) -> Self {
        let rows = moves.rows.into_iter().map(|row| EndpointRow { endpoint: row.field, now: row.now, new: row.new });
        Self { since: Time(moves.since), rows: rows.collect() }
    }
}

pub(in super::super) async fn one(call: &Call) -> Result<Reply, Problem> {
    let moves = found(call, &call.granted, named(call)?).await?.moves.ok_or_else(Problem::nothing)?;
    let digest = moves.digest.clone();
    Ok(Reply::shows(&PublishedShown::of(moves)).tagged(&digest))
}

fn told(given: Given) -> Result<Reply, Problem> {
    match given {
        Given::Done => Ok(Reply::done()),
        Given::Elsewhere => Err(Problem::other()),
        Given::IsOn => Err(changed()),
        Given::Nobody => Err(Problem::nothing()),
    }
}

pub(in super::super) async fn accept(call: &Call) -> Result<Reply, Problem> {
    told(published::accept(call.portal(), &call.granted, named(call)?, call.seen()).await?)
}

pub(in super::super) async fn refuse(call: &Call) -> Result<Reply, Problem> {
    told(published::refuse(call.portal(), &call.granted, named(call)?, call.seen()).await?)
}
