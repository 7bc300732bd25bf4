//! Setup links: for somebody outside who prepares one connection and proves domains (ADM-13). A link stands in the answer that makes it,
//! and nowhere after that.

use homeward_language::Language;
use homeward_model::CaseNumber;
use homeward_portal::setup_link::{self, Ended, HOURS, LinkShown, MOST_A_DAY, Made, Standing, Wanted};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    call::Call,
    problem::Problem,
    reply::{Id, Page, Reply, Time},
    shown::{changed, english},
    values::{Number, Text},
};

/// The longest time of a link, in hours.
const MOST_HOURS: u32 = *HOURS.end();

/// A setup link, without what is secret in it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SetupLink", deny_unknown_fields)]
pub(super) struct SetupLinkShown {
    /// What it is called in Activity. It opens nothing.
    reference: String,
    /// The connection that it opens; absent: the one that is added by it.
    connection: Option<Id>,
    /// What people call its provider.
    provider: Option<String>,
    /// Who made it, when it is somebody of this account.
    maker: Option<String>,
    /// Whether it works, was ended, is over, or its maker may make none any more.
    #[schemars(extend("enum" = ["works", "ended", "over", "dead"]))]
    state: &'static str,
    /// When it was made.
    made_at: Time,
    /// Until when it works.
    expires_at: Time,
    /// When it was last opened.
    opened_at: Option<Time>,
}

impl SetupLinkShown {
    fn of(shown: &LinkShown) -> Self {
        let link = &shown.link;
        let state = match shown.standing {
            Standing::Works => "works",
            Standing::Ended => "ended",
            Standing::Over => "over",
            Standing::Dead => "dead",
        };
        Self {
            reference: link.reference.as_str().to_owned(),
            connection: link.connection.map(Id::of),
            provider: shown.provider.clone(),
            maker: shown.maker.clone(),
            state,
            made_at: Time(link.made_at),
            expires_at: Time(link.until),
            opened_at: link.opened_at.map(Time),
        }
    }
}

pub(super) async fn list(call: &Call) -> Result<Reply, Problem> {
    let found = setup_link::list(call.portal(), &call.granted).await?;
    Ok(Reply::shows(&Page { items: found.links.iter().map(SetupLinkShown::of).collect(), next_cursor: None }))
}

async fn found(call: &Call, reference: &str) -> Result<SetupLinkShown, Problem> {
    let all = setup_link::list(call.portal(), &call.granted).await?;
    all.links.iter().find(|shown| shown.link.reference.as_str() == reference).map(SetupLinkShown::of).ok_or_else(Problem::nothing)
}

pub(super) async fn one(call: &Call) -> Result<Reply, Problem> {
    Ok(Reply::shows(&found(call, call.part("link")).await?))
}

/// A language of our mails.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum MailLanguage {
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
    /// Spanish.
    Es,
}

impl MailLanguage {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::En => Language::English.code(),
            Self::De => Language::German.code(),
            Self::Fr => Language::French.code(),
            Self::Es => Language::Spanish.code(),
        }
    }
}

/// A setup link to make.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "hours": 72, "email": "kim@outside.example", "language": "en" }]))]
pub(super) struct NewSetupLink {
    /// The connection, by id; absent: one that is added by the link.
    #[schemars(extend("format" = "uuid"))]
    connection: Option<Text<36>>,
    /// For how many hours it works. It ends with the token that made it.
    hours: Number<1, MOST_HOURS>,
    /// Where it is mailed to; absent: nowhere.
    email: Option<Text<254>>,
    /// The language of the mail; English when it is absent.
    language: Option<MailLanguage>,
}

/// A setup link that was made.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct MadeSetupLink {
    /// The address to pass on. It is shown this once.
    address: String,
    /// The link.
    link: SetupLinkShown,
    /// Where it was mailed to.
    mailed_to: Option<String>,
}

pub(super) async fn make(call: &Call) -> Result<Reply, Problem> {
    let asked: NewSetupLink = call.body()?;
    if let Some(scope) = setup_link::lacking(&call.granted) {
        return Err(call.out_of_scope(Some(scope)).await);
    }
    let (connection, email) = (asked.connection.map(|id| id.0).unwrap_or_default(), asked.email.map(|email| email.0).unwrap_or_default());
    let language = asked.language.map_or(Language::English.code(), MailLanguage::code);
    let wanted = Wanted { connection: &connection, hours: &asked.hours.0.to_string(), email: &email, language };
    let t = english();
    match setup_link::make(call.portal(), &call.granted, &wanted).await? {
        Made::Done { address, link, mailed } => {
            let link = found(call, link.reference.as_str()).await?;
            let location = call.at(&format!("/setup-links/{}", link.reference));
            Ok(Reply::made(&MadeSetupLink { address, link, mailed_to: mailed.map(|to| to.as_str().to_owned()) }, location))
        }
        Made::Connection => Err(Problem::unfit("setup_link.connection", t.s("setup-link-connection-wrong"))),
        Made::Email => Err(Problem::unfit("setup_link.email", t.s("setup-link-email-wrong"))),
        Made::Hours => Err(Problem::unfit("setup_link.hours", t.f("setup-link-hours-wrong", &[("days", i64::from(MOST_HOURS / 24).into())]))),
        Made::TooMany => Err(Problem::conflict("setup_link.too_many", t.f("setup-link-too-many", &[("most", i64::from(MOST_A_DAY).into())]))),
    }
}

pub(super) async fn end(call: &Call) -> Result<Reply, Problem> {
    // To the letter: the address names one thing in one way.
    let reference = CaseNumber::parse(call.part("link")).filter(|reference| reference.as_str() == call.part("link")).ok_or_else(Problem::nothing)?;
    match setup_link::end(call.portal(), &call.granted, reference.as_str()).await? {
        Ended::Done => Ok(Reply::done()),
        Ended::Already => Err(changed()),
        Ended::Nothing => Err(Problem::nothing()),
    }
}
