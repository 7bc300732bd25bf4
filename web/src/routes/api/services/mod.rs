//! Connected services: what applications may do for people at Microsoft 365 (delegated access), who has allowed it, and how the
//! organisation's consent stands. No token is ever shown.

pub(super) mod people;
pub(super) mod proposal;

use homeward_model::ConnectionId;
use homeward_portal::services::{self as connected, Entered, Service, Shown, State, consent, ports::{Mark, Registered}};
use homeward_signin::usecase::delegated::link_path;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    call::Call,
    problem::Problem,
    reply::{Id, Page, Reply, Time},
    shown::english,
};

/// A connection in the list of connected services.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ConnectedService", deny_unknown_fields)]
pub(super) struct ServiceListed {
    /// The connection.
    connection: Id,
    /// What people call the provider.
    name: String,
    /// Whether a registration at Microsoft was entered.
    is_set_up: bool,
    /// How many people have allowed something.
    people: u64,
}

impl ServiceListed {
    fn of(shown: &Shown) -> Self {
        Self { connection: Id::of(shown.connection.id), name: shown.connection.name.clone(), is_set_up: shown.is_set_up, people: shown.people }
    }
}

pub(super) async fn list(call: &Call) -> Result<Reply, Problem> {
    let all = connected::list(call.portal(), &call.granted).await?;
    Ok(Reply::shows(&Page { items: all.iter().map(ServiceListed::of).collect(), next_cursor: None }))
}

/// The registration at Microsoft; before one is entered, what can be known.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Registration {
    /// The cloud's sign-in host.
    cloud: String,
    /// Directory (tenant) ID.
    tenant: String,
    /// Application (client) ID.
    application: String,
    /// Where Microsoft sends people back to.
    redirect_uri: String,
    /// What may be allowed.
    permissions: Vec<String>,
    /// Whether a client secret is kept. It is shown to nobody.
    has_secret: bool,
}

impl Registration {
    fn of(entered: Entered) -> Self {
        Self {
            cloud: entered.cloud,
            tenant: entered.tenant,
            application: entered.application,
            redirect_uri: entered.redirect_uri,
            permissions: entered.permissions.into_iter().collect(),
            has_secret: entered.has_secret,
        }
    }
}

/// How an administrator's consent for the organisation stands.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ConsentShown {
    /// `not_needed`, `needed`, `given`, or given to less than what is chosen now.
    #[schemars(extend("enum" = ["not_needed", "needed", "given", "partly"]))]
    state: &'static str,
    /// When it was given.
    given_at: Option<Time>,
    /// What it was not given to.
    missing: Vec<String>,
}

impl ConsentShown {
    fn of(state: State) -> Self {
        let (state, given_at, missing) = match state {
            State::NotNeeded => ("not_needed", None, Vec::new()),
            State::Needed => ("needed", None, Vec::new()),
            State::Given(at) => ("given", Some(Time(at)), Vec::new()),
            State::Partly(at, missing) => ("partly", Some(Time(at)), missing),
        };
        Self { state, given_at, missing }
    }
}

/// An application that may have tokens of people who allowed it.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ApplicationShown {
    /// Its `client_id`.
    client_id: String,
    /// Its name.
    name: String,
    /// For what.
    permissions: Vec<String>,
}

impl ApplicationShown {
    fn of(registered: Registered) -> Self {
        Self { client_id: registered.client, name: registered.name, permissions: registered.permissions.into_iter().collect() }
    }
}

/// One connected service.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct ServiceDetail {
    /// The connection.
    service: ServiceListed,
    /// The registration.
    registration: Registration,
    /// Clouds that a registration can be in, by their sign-in hosts.
    clouds: Vec<String>,
    /// Whether only a claim of its own tells that a person's address there is theirs: people do not sign in at the same tenant here.
    needs_claim: bool,
    /// Whether values wait to be looked at and taken over.
    has_proposal: bool,
    /// How the organisation's consent stands.
    consent: ConsentShown,
    /// Applications that may have tokens.
    applications: Vec<ApplicationShown>,
}

impl ServiceDetail {
    fn of(service: Service) -> Self {
        Self {
            service: ServiceListed { connection: Id::of(service.connection.id), name: service.connection.name, is_set_up: service.is_set_up, people: service.people },
            registration: Registration::of(service.entered),
            clouds: service.clouds.into_iter().map(|(host, _)| host).collect(),
            needs_claim: service.needs_claim,
            has_proposal: service.proposal.is_some(),
            consent: ConsentShown::of(service.consent),
            applications: service.applications.into_iter().map(ApplicationShown::of).collect(),
        }
    }
}

fn named(call: &Call) -> Result<ConnectionId, Problem> {
    call.id("connection", ConnectionId::parse)
}

async fn found(call: &Call, after: Option<Mark>) -> Result<Service, Problem> {
    connected::page(call.portal(), &call.granted, named(call)?, after).await?.ok_or_else(Problem::nothing)
}

/// Nothing was entered there yet.
fn not_set_up() -> Problem {
    Problem::conflict("service.not_set_up", english().s("service-said-not-set-up"))
}

pub(super) async fn one(call: &Call) -> Result<Reply, Problem> {
    Ok(Reply::shows(&ServiceDetail::of(found(call, None).await?)))
}

/// A link for an administrator of the organisation's directory.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct ConsentLink {
    /// The address to pass on. It is shown this once.
    address: String,
    /// Until when it works.
    expires_at: Time,
}

pub(super) async fn link(call: &Call) -> Result<Reply, Problem> {
    found(call, None).await?;
    let link = consent::link(call.portal(), &call.granted, named(call)?).await?.ok_or_else(not_set_up)?;
    Ok(Reply::shows(&ConsentLink { address: format!("{}{}", call.portal().base, link_path(&link.secret)), expires_at: Time(link.until) }))
}
