//! How the sign-in pages of the account look.

use actix_web::web;
use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_model::{Logo, LogoText};
use homeward_portal::{
    Fault,
    appearance::{self, Chosen},
    contact::{self, Asked},
    logo::{self, Used, picture::{MOST_SENT, Picture, PictureError}},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    call::Call,
    problem::Problem,
    reply::Reply,
    shown::{changed, english},
    values::Text,
};
use crate::{assets, screens::portal as screens};

/// How the sign-in pages look.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Appearance {
    /// The colour of buttons, for example `#0b5a58`; `null`: the product's own.
    colour: Option<String>,
    /// The logo; `null`: none.
    logo: Option<LogoShown>,
    /// Whom people ask about signing in; `null`: nobody is named.
    contact: Option<String>,
}

/// A logo: a PNG that was written here, whatever was sent.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Logo", deny_unknown_fields)]
struct LogoShown {
    /// Its address on our origin, for everybody. Another picture has another address.
    path: String,
    /// In pixels.
    width: u32,
    /// In pixels.
    height: u32,
    /// What stands for it where it is not seen. The account's name, for a logo from before there were such texts.
    alt: String,
}

impl LogoShown {
    fn of(logo: &Logo, account: &str) -> Self {
        Self { path: assets::logo_path(logo.id), width: logo.width, height: logo.height, alt: logo.alt(account).to_owned() }
    }
}

pub(super) async fn show(call: &Call) -> Result<Reply, Problem> {
    let (colour, account) = (appearance::show(&call.granted)?, call.granted.account());
    Ok(Reply::shows(&Appearance { colour: colour.map(|colour| colour.to_string()), logo: account.logo.as_ref().map(|logo| LogoShown::of(logo, &account.name)), contact: account.contact.as_ref().map(ToString::to_string) }))
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
    match appearance::save(call.portal(), &call.granted, (&typed, None)).await? {
        Chosen::Saved | Chosen::Already | Chosen::Fits(_) => Ok(Reply::done()),
        Chosen::Changed => Err(changed()),
        Chosen::NoColour => Err(Problem::unfit("colour.malformed", english().s("appearance-no-colour"))),
        Chosen::Unreadable { nearest, .. } => Err(Problem::unfit("colour.unreadable", format!("Text on it could not be read. The nearest shade on which it can is {nearest}."))),
    }
}

/// Whom people ask.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "contact": "IT desk, +1 555 0100" }]))]
pub(super) struct ContactRequest {
    /// One line of at most 120 characters without a web address; `null`, empty or absent: nobody is named.
    contact: Option<Text<240>>,
}

pub(super) async fn save_contact(call: &Call) -> Result<Reply, Problem> {
    let asked: ContactRequest = call.body()?;
    let typed = asked.contact.map(|contact| contact.0).unwrap_or_default();
    match contact::save(call.portal(), &call.granted, (&typed, None)).await? {
        Asked::Saved | Asked::Already => Ok(Reply::done()),
        Asked::Changed => Err(changed()),
        Asked::Unfit(problem) => Err(Problem::unfit("contact.unfit", english().s(screens::contact_unfit(problem)))),
    }
}

/// Longest picture in base64.
const MOST_TEXT: usize = MOST_SENT.div_ceil(3) * 4;

/// Another logo.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "picture": "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAD0lEQVR42mPkjopgYGAAAANyAL+0TgQGAAAAAElFTkSuQmCC", "alt": "Northwind Dental" }]))]
pub(super) struct LogoRequest {
    /// A PNG, JPEG or WebP of at most 50 KiB and 2,000 × 2,000 pixels, in base64 (RFC 4648, 4).
    #[schemars(extend("contentEncoding" = "base64"))]
    picture: Text<MOST_TEXT>,
    /// What stands for it where it is not seen, for example in a screen reader: one line of at most 120 characters that can be seen.
    alt: Text<240>,
}

const fn code(problem: PictureError) -> &'static str {
    match problem {
        PictureError::Empty => "logo.empty",
        PictureError::TooLong => "logo.too_long",
        PictureError::Kind => "logo.kind",
        PictureError::Svg => "logo.svg",
        PictureError::TooLarge => "logo.too_large",
        PictureError::Damaged => "logo.damaged",
        PictureError::TooDetailed => "logo.too_detailed",
    }
}

pub(super) async fn save_logo(call: &Call) -> Result<Reply, Problem> {
    let asked: LogoRequest = call.body()?;
    let bytes = STANDARD.decode(asked.picture.0).map_err(|_| Problem::unfit("logo.not_base64", "The picture is not in base64."))?;
    let read = web::block(move || Picture::read(&bytes)).await.map_err(|error| Fault(error.to_string()))?;
    let picture = read.map_err(|problem| Problem::unfit(code(problem), english().s(screens::picture_unfit(problem))))?;
    let alt = LogoText::parse(&asked.alt.0).map_err(|problem| Problem::unfit("logo.alt_unfit", english().s(screens::alt_unfit(problem))))?;
    let account = call.granted.account();
    if account.logo == Some(picture.logo(account.id, &alt)) {
        return Ok(Reply::done());
    }
    logo::offer(call.portal(), &call.granted, (&picture, &alt)).await?;
    used(logo::choose(call.portal(), &call.granted, Some((&picture.id(account.id).to_string(), alt.as_str()))).await?)
}

pub(super) async fn remove_logo(call: &Call) -> Result<Reply, Problem> {
    used(logo::choose(call.portal(), &call.granted, None).await?)
}

fn used(used: Used) -> Result<Reply, Problem> {
    match used {
        Used::Done => Ok(Reply::done()),
        Used::Otherwise | Used::Nothing => Err(changed()),
    }
}
