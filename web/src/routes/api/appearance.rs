//! How the sign-in pages of the account look.

use homeward_portal::appearance::{self, Chosen};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    call::Call,
    problem::Problem,
    reply::Reply,
    shown::{changed, english},
    values::Text,
};

/// How the sign-in pages look.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Appearance {
    /// The colour of buttons, for example `#0b5a58`; `null`: the product's own.
    colour: Option<String>,
}

pub(super) async fn show(call: &Call) -> Result<Reply, Problem> {
    let colour = appearance::show(&call.granted)?;
    Ok(Reply::shows(&Appearance { colour: colour.map(|colour| colour.to_string()) }))
}

/// Another look.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "colour": "#0b5a58" }]))]
pub(super) struct AppearanceRequest {
    /// Six hexadecimal digits with or without `#`, on which text can be read; `null` or absent: the product's own.
    colour: Option<Text<20>>,
}

pub(super) async fn save(call: &Call) -> Result<Reply, Problem> {
    let asked: AppearanceRequest = call.body()?;
    let typed = asked.colour.map(|colour| colour.0).unwrap_or_default();
    match appearance::save(call.portal(), &call.granted, &typed).await? {
        Chosen::Saved | Chosen::Already | Chosen::Fits(_) => Ok(Reply::done()),
        Chosen::Changed => Err(changed()),
        Chosen::NoColour => Err(Problem::unfit("colour.malformed", english().s("appearance-no-colour"))),
        Chosen::Unreadable { nearest, .. } => Err(Problem::unfit("colour.unreadable", format!("Text on it could not be read. The nearest shade on which it can is {nearest}."))),
    }
}
