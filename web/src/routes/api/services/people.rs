//! Those who have allowed a connected service something, whether somebody's token is alive, and its end.

use homeward_model::UserId;
use homeward_portal::services::{
    WhyConsent,
    people::{self, Answer, Ended, Tests, Tried},
    ports::{Allowed, Mark},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{found, named, not_set_up};
use super::super::{
    call::Call,
    problem::Problem,
    reply::{Id, Page, Reply, Time},
    shown::{Person, changed},
};

/// What somebody has allowed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Consent", deny_unknown_fields)]
pub(in super::super) struct AllowedShown {
    /// Who.
    user: Person,
    /// What, by Microsoft's names.
    permissions: Vec<String>,
    /// The applications that they have allowed it to, by `client_id`.
    applications: Vec<String>,
    /// When.
    at: Time,
}

impl AllowedShown {
    fn of(allowed: Allowed) -> Self {
        Self {
            user: Person { id: Id::of(allowed.user), username: allowed.username },
            permissions: allowed.permissions.into_iter().collect(),
            applications: allowed.clients.into_iter().collect(),
            at: Time(allowed.at),
        }
    }
}

pub(in super::super) async fn list(call: &Call) -> Result<Reply, Problem> {
    let id = named(call)?.to_string();
    let (_, after) = call.paging::<Mark>(&call.asked_page()?, &id)?;
    let service = found(call, after).await?;
    let next_cursor = service.next.as_ref().map(|mark| call.cursor(&id, mark));
    Ok(Reply::shows(&Page { items: service.allowed.into_iter().map(AllowedShown::of).collect(), next_cursor }))
}

/// What a person's tokens are worth now. No token is among it.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in super::super) struct TokenTests {
    /// Whose tokens.
    username: String,
    /// Interface by interface.
    items: Vec<TokenTest>,
}

/// What a person's token of one interface is worth now.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct TokenTest {
    /// `graph` or `exchange`.
    #[schemars(extend("enum" = ["graph", "exchange"]))]
    interface: &'static str,
    /// It is alive; the person must consent first; Microsoft gave none; somebody else refreshes it just now; the registration cannot be used.
    #[schemars(extend("enum" = ["live", "consent_needed", "refused", "busy", "unusable"]))]
    state: &'static str,
    /// Until when it is alive.
    until: Option<Time>,
    /// What it allows.
    permissions: Vec<String>,
    /// Why the person must consent (`never_given`, `taken_back`, `more_is_needed`), or Microsoft's code.
    reason: Option<String>,
}

impl TokenTest {
    fn of(tried: Tried) -> Self {
        let (state, until, permissions, reason) = match tried.answer {
            Answer::Live(until, permissions) => ("live", Some(Time(until)), permissions.into_iter().collect(), None),
            Answer::ConsentNeeded(why) => ("consent_needed", None, Vec::new(), Some(word(why).to_owned())),
            Answer::Refused(code) => ("refused", None, Vec::new(), Some(code)),
            Answer::Busy => ("busy", None, Vec::new(), None),
            Answer::Unusable => ("unusable", None, Vec::new(), None),
        };
        Self { interface: tried.resource.word(), state, until, permissions, reason }
    }
}

const fn word(why: WhyConsent) -> &'static str {
    match why {
        WhyConsent::NeverGiven => "never_given",
        WhyConsent::TakenBack => "taken_back",
        WhyConsent::MoreIsNeeded => "more_is_needed",
    }
}

impl TokenTests {
    fn of(tests: Tests) -> Self {
        Self { username: tests.username, items: tests.tried.into_iter().map(TokenTest::of).collect() }
    }
}

pub(in super::super) async fn test(call: &Call) -> Result<Reply, Problem> {
    let user = call.id("user", UserId::parse)?;
    let is_set_up = found(call, None).await?.is_set_up;
    match people::test(call.portal(), &call.granted, named(call)?, user).await? {
        Some(tests) => Ok(Reply::shows(&TokenTests::of(tests))),
        None if is_set_up => Err(Problem::nothing()),
        None => Err(not_set_up()),
    }
}

pub(in super::super) async fn end(call: &Call) -> Result<Reply, Problem> {
    let user = call.id("user", UserId::parse)?;
    match people::end(call.portal(), &call.granted, named(call)?, user).await? {
        Ended::Done => Ok(Reply::done()),
        Ended::Already => Err(changed()),
        Ended::Nobody => Err(Problem::nothing()),
    }
}
