//! Users: list, search, one of them, why they cannot sign in, and what is done for them.

use homeward_discovery::Home;
use homeward_model::{ClientId, UserId};
use homeward_portal::{
    emergency,
    people::{self, OneUser},
    ports::{UserQuery, Which},
    rename::{self, Renamed},
    unlink::{self as links, Unlinked},
    why::{self, Obstacle},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    call::{Call, MOST, Paging},
    problem::Problem,
    reply::{Id, Page, Reply, Time},
    shown::{LineShown, UserShown, done, english},
    values::{Number, Text},
};

/// The words of the lists of users.
pub(super) const LISTS: &[&str] = &["active", "invited", "suspended", "excluded", "unmatched"];

/// Which users are looked for. Names of people stand in no address, so this is a POST.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "username_prefix": "mia", "limit": 10 }]))]
pub(super) struct UserSearch {
    /// What the username begins with.
    username_prefix: Option<Text<254>>,
    /// Only these.
    list: Option<List>,
    /// Entries of a page; 50 when it is absent.
    limit: Option<Number<1, MOST>>,
    /// `next_cursor` of the page before, with the rest of the search unchanged.
    cursor: Option<Text<4000>>,
}

/// A list of users.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum List {
    Active,
    Invited,
    Suspended,
    Excluded,
}

impl List {
    const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Suspended => "suspended",
            Self::Excluded => "excluded",
        }
    }
}

async fn page(call: &Call, asked: &Paging, (prefix, list): (&str, &str)) -> Result<Reply, Problem> {
    let filter = (prefix, list);
    let (limit, after) = call.paging::<String>(asked, &filter)?;
    let query = UserQuery { which: Which::of(list), prefix: prefix.to_lowercase(), after: after.unwrap_or_default(), limit };
    let found = people::list(call.portal(), &call.granted, &query).await?;
    let next_cursor = found.next.as_ref().map(|key| call.cursor(&filter, key));
    Ok(Reply::shows(&Page { items: found.users.iter().map(|(listed, way)| UserShown::of(listed, *way)).collect(), next_cursor }))
}

pub(super) async fn list(call: &Call) -> Result<Reply, Problem> {
    let list = call.query("list");
    if !list.is_empty() && !LISTS.contains(&list) {
        return Err(Problem::bad("query.malformed", "There is no such list of users."));
    }
    page(call, &call.asked_page()?, ("", list)).await
}

pub(super) async fn search(call: &Call) -> Result<Reply, Problem> {
    let asked: UserSearch = call.body()?;
    let paging = Paging { limit: asked.limit.map(|limit| limit.0), cursor: asked.cursor.map(|cursor| cursor.0) };
    let prefix = asked.username_prefix.map(|text| text.0).unwrap_or_default();
    page(call, &paging, (prefix.trim(), asked.list.map(List::word).unwrap_or_default())).await
}

/// One user, with what the list does not show.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct UserDetail {
    /// The user.
    user: UserShown,
    /// Whether they have a password here.
    has_password: bool,
    /// Groups inside the account.
    groups: Vec<String>,
    /// Since when they are on the exclusion list, when that is known.
    excluded_since: Option<Time>,
    /// By whom, when it was somebody of this account.
    excluded_by: Option<String>,
    /// Providers that mean this user when they name somebody.
    linked: Vec<Linked>,
    /// Whether the token's maker may change what this user may do; not oneself, and nobody with a wider role.
    may_be_changed: bool,
}

/// A provider that means a user.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Linked {
    /// Its connection's name.
    provider: String,
    /// Since when.
    since: Time,
}

async fn found(call: &Call) -> Result<OneUser, Problem> {
    let user = call.id("user", UserId::parse)?;
    people::one(call.portal(), &call.granted, user).await?.ok_or_else(Problem::nothing)
}

pub(super) async fn one(call: &Call) -> Result<Reply, Problem> {
    let found = found(call).await?;
    Ok(Reply::shows(&UserDetail {
        user: UserShown::of(&found.listed, found.way),
        has_password: found.has_password,
        groups: found.listed.user.groups.iter().cloned().collect(),
        excluded_since: found.excluded.as_ref().map(|since| Time(since.at)),
        excluded_by: found.excluded.and_then(|since| since.by),
        linked: found.links.into_iter().map(|(provider, at)| Linked { provider, since: Time(at) }).collect(),
        may_be_changed: found.hands_off.is_none(),
    }))
}

/// Where somebody is signed in.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct SessionShown {
    /// The session; the `sid` that applications see.
    id: Id,
    /// Browser and system, in words; empty when it is not known.
    device: String,
    /// How the person signed in.
    method: String,
    /// When.
    since: Time,
    /// When it was last used.
    last_used: Time,
    /// Applications that were given something under it.
    applications: Vec<ApplicationThere>,
}

/// An application in a session.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ApplicationThere {
    /// Its name.
    name: String,
    /// Whether it remembers the sign-in by itself.
    remembers: bool,
}

pub(super) async fn sessions(call: &Call) -> Result<Reply, Problem> {
    let found = found(call).await?;
    let items = found.places.into_iter().map(|place| SessionShown {
        id: Id::of(place.session),
        device: place.device,
        method: place.method,
        since: Time(place.since),
        last_used: Time(place.last_used),
        applications: place.applications.into_iter().map(|(name, remembers)| ApplicationThere { name, remembers }).collect(),
    });
    Ok(Reply::shows(&Page { items: items.collect(), next_cursor: None }))
}

/// What the sign-in page would do for somebody, and what stands in the way.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Why {
    /// The application that was asked about, by its `client_id`.
    application: String,
    /// Its name.
    application_name: String,
    /// What stands in the way, the first thing that does.
    #[schemars(extend("enum" = ["none", "invited", "suspended", "gone", "account_suspended", "refused", "no_password", "not_in_pilot", "certificates_over", "domain_not_owned", "no_email", "no_external_id", "several"]))]
    obstacle: &'static str,
    /// Where the person would be led.
    #[schemars(extend("enum" = ["password", "single_sign_on", "choose_account", "refused"]))]
    leads_to: &'static str,
    /// The identity provider, when the way leads to one.
    provider: Option<String>,
    /// The seven rules in their order; exactly one of them applied.
    rules: Vec<Rule>,
    /// The last attempts, newest first.
    attempts: Vec<LineShown>,
}

/// A rule of home-realm discovery.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Rule {
    /// Its name.
    rule: &'static str,
    /// Whether it decided.
    applied: bool,
    /// Why, or why not.
    because: String,
}

const fn obstacle(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::None => "none",
        Obstacle::Invited => "invited",
        Obstacle::Suspended => "suspended",
        Obstacle::Gone => "gone",
        Obstacle::AccountSuspended => "account_suspended",
        Obstacle::Refused => "refused",
        Obstacle::NoPassword => "no_password",
        Obstacle::SecondFactor => "second_factor",
        Obstacle::NotInPilot => "not_in_pilot",
        Obstacle::CertificatesOver => "certificates_over",
        Obstacle::DomainNotOwned => "domain_not_owned",
        Obstacle::NoEmail => "no_email",
        Obstacle::NoExternalId => "no_external_id",
        Obstacle::Several => "several",
    }
}

fn no_application() -> Problem {
    Problem::unfit("application.unknown", "People of this account have no such application.")
}

pub(super) async fn why(call: &Call) -> Result<Reply, Problem> {
    let user = call.id("user", UserId::parse)?;
    let application = match call.query("application") {
        "" => None,
        text => Some(ClientId::parse(text).ok_or_else(no_application)?),
    };
    let found = why::ask(call.portal(), &call.granted, user, application.as_ref()).await?.ok_or_else(Problem::nothing)?;
    if application.is_some_and(|asked| asked != found.application.client_id) {
        return Err(no_application());
    }
    let leads_to = match &found.decision.home {
        Home::Password { .. } => "password",
        Home::SingleSignOn { .. } => "single_sign_on",
        Home::ChooseAccount { .. } => "choose_account",
        Home::Refused { .. } => "refused",
    };
    let names = std::collections::BTreeMap::from([(user, found.listed.user.username.typed().to_owned())]);
    Ok(Reply::shows(&Why {
        application: found.application.client_id.as_str().to_owned(),
        application_name: found.application.name,
        obstacle: obstacle(found.obstacle),
        leads_to,
        provider: found.provider,
        rules: found.decision.rules.into_iter().map(|trace| Rule { rule: trace.rule, applied: trace.applied, because: trace.because }).collect(),
        attempts: found.attempts.iter().map(|line| LineShown::of(line, &names)).collect(),
    }))
}

pub(super) async fn invite(call: &Call) -> Result<Reply, Problem> {
    let user = call.id("user", UserId::parse)?;
    done(people::invite(call.portal(), &call.granted, user).await?)
}

pub(super) async fn mail_password(call: &Call) -> Result<Reply, Problem> {
    let user = call.id("user", UserId::parse)?;
    done(people::mail_password(call.portal(), &call.granted, user).await?)
}

pub(super) async fn suspend(call: &Call) -> Result<Reply, Problem> {
    let user = call.id("user", UserId::parse)?;
    done(people::set_suspended(call.portal(), &call.granted, user, true).await?)
}

pub(super) async fn resume(call: &Call) -> Result<Reply, Problem> {
    let user = call.id("user", UserId::parse)?;
    done(people::set_suspended(call.portal(), &call.granted, user, false).await?)
}

/// Another username.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "username": "mia.lee@northwind.example" }]))]
pub(super) struct NewUsername {
    /// What they sign in with from now on.
    username: Text<254>,
}

pub(super) async fn rename(call: &Call) -> Result<Reply, Problem> {
    let user = call.id("user", UserId::parse)?;
    let asked: NewUsername = call.body()?;
    let t = english();
    match rename::rename(call.portal(), &call.granted, user, asked.username.0.trim()).await? {
        Renamed::Step(step) => done(step),
        Renamed::Malformed => Err(Problem::unfit("username.malformed", t.s("portal-username-malformed"))),
        Renamed::Mixed => Err(Problem::unfit("username.mixed_scripts", t.s("people-mixed"))),
        Renamed::Taken => Err(Problem::conflict("username.taken", t.s("portal-username-taken"))),
        Renamed::Foreign => Err(Problem::conflict("username.foreign", t.s("portal-username-foreign"))),
    }
}

pub(super) async fn unlink(call: &Call) -> Result<Reply, Problem> {
    let user = call.id("user", UserId::parse)?;
    // Who has seen what is there, and says so by its tag, is sure.
    let came = match links::unlink(call.portal(), &call.granted, user, call.if_match().is_some()).await? {
        Unlinked::Step(step) => done(step),
        Unlinked::Unsure => Err(Problem::other()),
    };
    // Applications are told by a worker.
    (call.app.signin.wake_mailroom)();
    came
}

pub(super) async fn give_emergency(call: &Call) -> Result<Reply, Problem> {
    let user = call.id("user", UserId::parse)?;
    done(emergency::set(call.portal(), &call.granted, user, true).await?)
}

pub(super) async fn take_emergency(call: &Call) -> Result<Reply, Problem> {
    let user = call.id("user", UserId::parse)?;
    done(emergency::set(call.portal(), &call.granted, user, false).await?)
}

pub(super) async fn end_sessions(call: &Call) -> Result<Reply, Problem> {
    let user = call.id("user", UserId::parse)?;
    let ended = people::sign_out(call.portal(), &call.granted, user).await?;
    // Applications are told by a worker.
    (call.app.signin.wake_mailroom)();
    done(ended)
}
