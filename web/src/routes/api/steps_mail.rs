//! "Email these steps" by the API.

use homeward_language::Language;
use homeward_portal::steps_mail::{self, Mailed, Wanted};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    call::Call,
    problem::Problem,
    reply::Reply,
    setup_links::MailLanguage,
    shown::english,
    values::Text,
};
use crate::screens::portal as screens;

/// Steps to mail.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "of": "northwind.example", "email": "kim@outside.example", "language": "en" }]))]
pub(super) struct StepsRequest {
    /// What they are for: the id of a connection, or a domain that is to be proved.
    of: Text<254>,
    /// Where they are mailed to.
    email: Text<254>,
    /// The language of the mail; English when it is absent.
    language: Option<MailLanguage>,
}

pub(super) async fn mail(call: &Call) -> Result<Reply, Problem> {
    let asked: StepsRequest = call.body()?;
    let language = asked.language.map_or(Language::English.code(), MailLanguage::code);
    let wanted = Wanted { of: &asked.of.0, email: &asked.email.0, language };
    let t = english();
    match steps_mail::mail(call.portal(), &call.granted, &wanted).await? {
        Mailed::Done(_) => {
            (call.app.signin.wake_mailroom)();
            Ok(Reply::done())
        }
        Mailed::Unknown => Err(Problem::unfit("steps.unknown", t.s("steps-unknown"))),
        Mailed::Email => Err(Problem::unfit("steps.email", t.s("steps-email-wrong"))),
        Mailed::TooMany => Err(Problem::conflict("steps.too_many", screens::steps_too_many(t))),
    }
}
