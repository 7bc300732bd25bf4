//! `/account`: the person's own page.

use actix_web::HttpRequest;
use homeward_model::{ClientId, ConnectionId, SessionId, UserId};
use homeward_signin::usecase::own::{self as use_case, Ending, Own};

use crate::{
    asked::Asked,
    form::{Form, OwnForm},
    respond::{self, Answer},
    stage,
};

pub(crate) async fn open(asked: Asked, request: HttpRequest) -> Answer {
    let person = stage::person(&asked, Form::parse(request.query_string()).get("stage"));
    shown(&asked, person).await
}

async fn shown(asked: &Asked, person: Option<UserId>) -> Answer {
    let step = use_case::open(asked.ctx(), person, &asked.visitor).await?;
    respond::step(asked, step).await
}

pub(crate) async fn end(asked: Asked, form: OwnForm) -> Answer {
    // A page that was left open for too long, or is another browser's, is only shown again.
    let (Some(user), Some(what)) = (stage::person(&asked, form.get("stage")), ending(form.get("end"))) else { return shown(&asked, None).await };
    match use_case::end(asked.ctx(), user, what, &asked.visitor).await? {
        Own::Step(step) => respond::step(&asked, step).await,
        Own::SignedOut(out) => respond::sign_out(&asked, out).await,
    }
}

/// `everything`, `SESSION`, `SESSION/CLIENT`, or `delegated/CONNECTION`.
fn ending(text: &str) -> Option<Ending> {
    match text.split_once('/') {
        None if text == "everything" => Some(Ending::Everything),
        None => SessionId::parse(text).map(Ending::Session),
        Some(("delegated", connection)) => ConnectionId::parse(connection).map(Ending::Delegated),
        Some((session, client)) => Some(Ending::Application(SessionId::parse(session)?, ClientId::parse(client)?)),
    }
}
