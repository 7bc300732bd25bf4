//! Applications of the account, and the one that a tile at its identity provider opens.

use homeward_discovery::ApplicationKind;
use homeward_model::ClientId;
use homeward_portal::applications::{self, ApplicationShown as Known, Chosen, SignsIn};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    call::Call,
    problem::Problem,
    reply::Reply,
    shown::{changed, english},
    values::Text,
};

/// What people of the account can sign in to.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct ApplicationList {
    /// By name.
    items: Vec<ApplicationShown>,
    /// What a tile at the identity provider opens, by `client_id`; it may be available no more.
    default_application: Option<String>,
}

/// An application.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Application", deny_unknown_fields)]
struct ApplicationShown {
    /// Its `client_id`.
    client_id: String,
    /// Its registered name.
    name: String,
    /// What it is.
    #[schemars(extend("enum" = ["web", "desktop", "mobile", "extension"]))]
    kind: &'static str,
    /// Regions where it is available; empty: everywhere.
    regions: Vec<String>,
    /// How people of the account sign in to it: as the account offers it, by a button, at the provider at once, there with a second factor, by
    /// password, or by password until the account lets administrators in by Single Sign-On.
    #[schemars(extend("enum" = ["as_account", "button", "redirect", "second_factor", "password", "until_administrators"]))]
    signs_in: &'static str,
    /// Whether a tile can open it: it has an address to begin at.
    can_be_default: bool,
}

impl ApplicationShown {
    fn of(known: &Known) -> Self {
        let application = &known.application;
        Self {
            client_id: application.client_id.as_str().to_owned(),
            name: application.name.clone(),
            kind: match application.kind {
                ApplicationKind::Web => "web",
                ApplicationKind::Desktop => "desktop",
                ApplicationKind::Mobile => "mobile",
                ApplicationKind::Extension => "extension",
            },
            regions: application.regions.iter().cloned().collect(),
            signs_in: match known.signs_in {
                SignsIn::AsAccount => "as_account",
                SignsIn::Button => "button",
                SignsIn::Redirect => "redirect",
                SignsIn::SecondFactor => "second_factor",
                SignsIn::Password => "password",
                SignsIn::UntilAdministrators => "until_administrators",
            },
            can_be_default: known.starts,
        }
    }
}

pub(super) async fn list(call: &Call) -> Result<Reply, Problem> {
    let list = applications::list(call.portal(), &call.granted).await?;
    let default_application = list.default.map(|client| client.as_str().to_owned());
    Ok(Reply::shows(&ApplicationList { items: list.applications.iter().map(ApplicationShown::of).collect(), default_application }))
}

/// Another default application.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "seen": null, "client_id": "wiki" }]))]
pub(super) struct DefaultApplication {
    /// The one that is set now, as `default_application` of the list says; `null` or absent: none.
    seen: Option<Text<200>>,
    /// Its `client_id`; `null` or absent: none, so that people choose.
    client_id: Option<Text<200>>,
}

pub(super) async fn choose(call: &Call) -> Result<Reply, Problem> {
    let asked: DefaultApplication = call.body()?;
    let unknown = || Problem::unfit("application.unknown", "People of this account have no such application.");
    let wanted = asked.client_id.map(|text| ClientId::parse(&text.0).ok_or_else(unknown)).transpose()?;
    let seen = asked.seen.map(|text| ClientId::parse(&text.0).ok_or_else(changed)).transpose()?;
    match applications::choose(call.portal(), &call.granted, (seen.as_ref(), wanted.as_ref())).await? {
        Chosen::Done => Ok(Reply::done()),
        Chosen::Changed => Err(changed()),
        Chosen::Unknown => Err(unknown()),
        Chosen::NoStart => Err(Problem::unfit("application.no_start", english().s("applications-said-unknown"))),
    }
}
