//! A registration at Microsoft that waits: entered, looked at beside what is there, and taken over or discarded by the ETag of what was
//! looked at (SM-06).

use homeward_portal::services::{
    DelegatedSettingsError, PERMISSIONS, Proposed,
    enter::{self, Entering, Problem as Unfit, Typed},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{found, named};
use super::super::{
    call::Call,
    problem::Problem,
    reply::{Reply, Time},
    shown::english,
    sign_on::proposal::{Row, settled},
    values::Text,
};
use crate::screens::portal as screens;

/// A registration, or none any more.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "how", deny_unknown_fields)]
#[schemars(extend("examples" = [{ "how": "registration", "tenant": "9613561e-06f7-495c-8315-e6a2670c04cc", "application": "d65b4815-f19a-4f13-bc21-1bba8f75df61", "permissions": ["Calendars.Read"] }]))]
pub(in super::super) enum NewServiceProposal {
    /// A registration at Microsoft.
    Registration {
        /// The cloud's sign-in host; the global one when it is absent.
        cloud: Option<Text<200>>,
        /// Directory (tenant) ID.
        tenant: Text<500>,
        /// Application (client) ID.
        application: Text<500>,
        /// Where Microsoft sends people back to, at this broker; the usual address when it is absent.
        redirect_uri: Option<Text<2000>>,
        /// A client secret. It is kept sealed and shown to nobody. Absent: the one that is kept, or none.
        client_secret: Option<Text<4096>>,
        /// What may be allowed, by Microsoft's names.
        permissions: Vec<PermissionName>,
    },
    /// No delegated access any more.
    Off {},
}

/// One of the permissions that can be delegated.
#[derive(Clone)]
pub(in super::super) struct PermissionName(String);

impl<'de> Deserialize<'de> for PermissionName {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        let is_known = PERMISSIONS.iter().any(|permission| permission.name == name);
        if is_known { Ok(Self(name)) } else { Err(serde::de::Error::custom("a permission that cannot be delegated")) }
    }
}

impl JsonSchema for PermissionName {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Permission".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "enum": PERMISSIONS.map(|permission| permission.name) })
    }
}

/// What is forgotten with a registration.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ForgetsShown {
    /// What so many people have allowed.
    people: u64,
    /// The organisation's consent.
    consent: bool,
}

/// A registration that waits, beside what is there.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ServiceProposal", deny_unknown_fields)]
pub(in super::super) struct ServiceProposal {
    /// When it was entered.
    at: Time,
    /// Whether something else was entered since, so that it can only be discarded.
    is_stale: bool,
    /// Every value that is there before or after.
    rows: Vec<Row>,
    /// What is forgotten once it is taken over: another registration begins without any consent.
    forgets: Option<ForgetsShown>,
}

impl ServiceProposal {
    fn of(waiting: &Proposed) -> Self {
        let forgets = waiting.forgets.map(|forgets| ForgetsShown { people: forgets.people, consent: forgets.consent });
        Self { at: Time(waiting.at), is_stale: waiting.is_stale, rows: waiting.rows.iter().map(Row::of).collect(), forgets }
    }
}

async fn waiting(call: &Call) -> Result<Proposed, Problem> {
    found(call, None).await?.proposal.ok_or_else(Problem::nothing)
}

pub(in super::super) async fn one(call: &Call) -> Result<Reply, Problem> {
    let waiting = waiting(call).await?;
    Ok(Reply::shows(&ServiceProposal::of(&waiting)).tagged(&waiting.handle))
}

const fn code(problem: &Unfit) -> &'static str {
    match problem {
        Unfit::Application(_) | Unfit::Settings(DelegatedSettingsError::Application | DelegatedSettingsError::ApplicationUri | DelegatedSettingsError::SameId) => "service.application",
        Unfit::Tenant(_) | Unfit::Settings(DelegatedSettingsError::Tenant) => "service.tenant",
        Unfit::Settings(DelegatedSettingsError::Cloud) => "service.cloud",
        Unfit::Settings(DelegatedSettingsError::RedirectUri) | Unfit::Elsewhere => "service.redirect_uri",
        Unfit::Settings(DelegatedSettingsError::Permissions) => "service.permissions",
        Unfit::Secret => "service.client_secret",
        Unfit::Same => "service.same",
    }
}

async fn propose(call: &Call, asked: NewServiceProposal) -> Result<Entering, Problem> {
    let id = named(call)?;
    let NewServiceProposal::Registration { cloud, tenant, application, redirect_uri, client_secret, permissions } = asked else {
        return Ok(enter::turn_off(call.portal(), &call.granted, id).await?);
    };
    // What is absent is what the page of the portal has in its field.
    let present = found(call, None).await?.entered;
    let (cloud, redirect_uri) = (cloud.map_or(present.cloud, |text| text.0), redirect_uri.map_or(present.redirect_uri, |text| text.0));
    let permissions: Vec<String> = permissions.into_iter().map(|name| name.0).collect();
    let typed = Typed {
        cloud: &cloud,
        tenant: &tenant.0,
        application: &application.0,
        overview: "",
        redirect_uri: &redirect_uri,
        secret: client_secret.as_ref().map(|secret| secret.0.as_str()).unwrap_or_default(),
        permissions: &permissions,
    };
    Ok(enter::enter(call.portal(), &call.granted, id, &typed).await?)
}

pub(in super::super) async fn put(call: &Call) -> Result<Reply, Problem> {
    match propose(call, call.body()?).await? {
        Entering::Waits => {
            let waiting = waiting(call).await?;
            Ok(Reply::made(&ServiceProposal::of(&waiting), call.at(&format!("/services/{}/proposal", named(call)?))).tagged(&waiting.handle))
        }
        Entering::Refused(problem) => Err(Problem::unfit(code(&problem), screens::service_unfit(english(), &problem))),
        Entering::Nobody => Err(Problem::nothing()),
    }
}

pub(in super::super) async fn accept(call: &Call) -> Result<Reply, Problem> {
    settled(enter::accept(call.portal(), &call.granted, named(call)?, call.seen()).await?)
}

pub(in super::super) async fn discard(call: &Call) -> Result<Reply, Problem> {
    settled(enter::discard(call.portal(), &call.granted, named(call)?, call.seen()).await?)
}
