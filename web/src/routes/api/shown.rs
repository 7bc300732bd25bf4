//! What several answers of the API have in them: users, lines of Activity, and words of what came of a step.

use homeward_discovery::{User, UserRule};
use homeward_language::{Language, Text};
use homeward_portal::{
    activity,
    people::{Done, Way},
    ports::{Line, Listed},
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

use super::{
    problem::Problem,
    reply::{Id, Reply, Time},
};

/// Sentences of problems: programs read them in English.
pub(super) fn english() -> Text {
    Text::of(Language::English)
}

/// Somebody, by id and name.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Person {
    /// Their id; the `sub` of tokens.
    pub id: Id,
    /// What they sign in with.
    pub username: String,
}

impl Person {
    pub fn of(user: &User) -> Self {
        Self { id: Id::of(user.id), username: user.username.typed().to_owned() }
    }
}

/// How somebody signs in to an ordinary application.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SignsIn {
    /// At the identity provider.
    SingleSignOn,
    /// By the account's password.
    Password,
    /// By password, because of the exclusion list.
    Excluded,
    /// By password whatever happens.
    Emergency,
}

impl From<Way> for SignsIn {
    fn from(way: Way) -> Self {
        match way {
            Way::SingleSignOn => Self::SingleSignOn,
            Way::Password => Self::Password,
            Way::Excluded => Self::Excluded,
            Way::Emergency => Self::Emergency,
        }
    }
}

/// A user of the account.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "User", deny_unknown_fields)]
pub(super) struct UserShown {
    /// Their id; the `sub` of tokens.
    pub id: Id,
    /// What they sign in with.
    pub username: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// Given name; may be empty.
    pub given_name: String,
    /// Family name; may be empty.
    pub family_name: String,
    /// `active`, `invited`, `suspended` or `deprovisioned`.
    #[schemars(extend("enum" = ["active", "invited", "suspended", "deprovisioned"]))]
    pub state: &'static str,
    /// How they sign in to an ordinary application.
    pub signs_in: SignsIn,
    /// Whether they are in the pilot of Single Sign-On.
    pub is_pilot: bool,
    /// The last sign-in that is on record.
    pub last_sign_in: Option<Time>,
}

impl UserShown {
    pub fn of(listed: &Listed, way: Way) -> Self {
        let user = &listed.user;
        Self {
            id: Id::of(user.id),
            username: user.username.typed().to_owned(),
            email: user.email.as_ref().map(|email| email.as_str().to_owned()),
            given_name: user.given_name.clone(),
            family_name: user.family_name.clone(),
            state: user.state.word(),
            signs_in: way.into(),
            is_pilot: user.rule == Some(UserRule::Pilot),
            last_sign_in: listed.last_sign_in.map(Time),
        }
    }
}

/// A line of Activity.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ActivityLine", deny_unknown_fields)]
pub(super) struct LineShown {
    /// When.
    pub time: Time,
    /// What happened, for example `signin.completed`.
    pub event: String,
    /// `ok`, or the code of a reason.
    pub result: String,
    /// Whom it concerns; without a name for somebody of another account.
    pub user_id: Option<Id>,
    /// Their username, while they are in this account.
    pub username: Option<String>,
    /// Whether somebody in the portal or a token of theirs did it.
    pub by_id: Option<Id>,
    /// Their username, when they are in this account.
    pub by: Option<String>,
    /// The application, by its `client_id`.
    pub application: Option<String>,
    /// The reference that a person was shown.
    pub reference: Option<String>,
    /// From which network (prefix).
    pub network: Option<String>,
    /// Further facts.
    pub detail: String,
}

impl LineShown {
    pub fn of(line: &Line, names: &BTreeMap<homeward_model::UserId, String>) -> Self {
        let by = activity::actor(line);
        let name = |id: Option<homeward_model::UserId>| id.and_then(|id| names.get(&id)).cloned();
        Self {
            time: Time(line.at),
            event: line.event.clone(),
            result: line.outcome.clone(),
            user_id: line.user.map(Id::of),
            username: name(line.user),
            by_id: by.filter(|by| names.contains_key(by)).map(Id::of),
            by: name(by),
            application: line.application.as_ref().map(|client| client.as_str().to_owned()),
            reference: line.case.clone(),
            network: line.network.clone(),
            detail: activity::what(line).to_owned(),
        }
    }
}

/// What a step of somebody's came to.
pub(super) fn done(done: Done) -> Result<Reply, Problem> {
    let t = english();
    match done {
        Done::Done => Ok(Reply::done()),
        Done::Changed => Err(changed()),
        Done::Nobody => Err(Problem::nothing()),
        Done::Oneself => Err(Problem::forbidden("oneself", t.s("portal-said-oneself"))),
        Done::Wider => Err(Problem::forbidden("wider_role", t.s("portal-said-wider"))),
        Done::Federated => Err(Problem::forbidden("federated", t.s("emergency-federated"))),
        Done::LastWayIn => Err(last_way_in()),
        Done::NoPasswords => Err(Problem::conflict("no_passwords", t.s("portal-said-no-passwords"))),
        Done::NotMailed => Err(Problem::conflict("not_mailed", t.s("portal-said-not-mailed"))),
        Done::NotSent => Err(Problem::conflict("not_sent", t.s("portal-said-not-sent"))),
    }
}

/// It is so already, or stands otherwise by now.
pub(super) fn changed() -> Problem {
    Problem::conflict("changed", "It is so already, or somebody has changed it meanwhile.")
}

/// Nobody would be left who can let others in.
pub(super) fn last_way_in() -> Problem {
    Problem::conflict("last_way_in", english().s("portal-said-last"))
}
