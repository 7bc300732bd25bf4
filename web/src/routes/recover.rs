//! Forgot password, reset links, invitations.

use actix_web::{HttpRequest, HttpResponse};
use homeward_signin::{Step, usecase::reset};

use crate::{
    asked::Asked,
    cookies,
    form::{Form, OwnForm},
    respond::{self, Answer},
    routes::change::new_form,
    stage::{self, Sent, Stage},
};

/// `other` of the address: for another username than that of whoever is signed in.
pub(crate) async fn open(asked: Asked, request: HttpRequest) -> Answer {
    let step = match Form::parse(request.query_string()).optional("other") {
        Some(_) => reset::ask(asked.ctx(), None, String::new()).await?,
        None => reset::arrive(asked.ctx(), &asked.visitor).await?,
    };
    respond::step(&asked, step).await
}

/// "Forgot password?" on the password page: the errand and the name are kept.
pub(crate) async fn ask(asked: Asked, form: OwnForm) -> Answer {
    let started = match stage::open(&asked, form.get("stage")) {
        Sent::Good(stage) => stage.started().cloned(),
        Sent::Over(_) | Sent::Foreign => None,
    };
    let step = reset::ask(asked.ctx(), started, form.get("username").to_owned()).await?;
    respond::step(&asked, step).await
}

pub(crate) async fn send(asked: Asked, form: OwnForm) -> Answer {
    let sent = stage::open(&asked, form.get("stage"));
    let step = match &sent {
        Sent::Good(stage) => match stage.started() {
            Some(started) => reset::request(asked.ctx(), started.clone(), form.get("username").to_owned(), &asked.visitor).await?,
            None => stage::restart(&asked, &sent, form.get("username")).await?,
        },
        _ => reset::ask(asked.ctx(), None, form.get("username").to_owned()).await?,
    };
    respond::step(&asked, step).await
}

pub(crate) async fn code(asked: Asked, form: OwnForm) -> Answer {
    let step = match stage::open(&asked, form.get("stage")) {
        Sent::Good(Stage::AwaitCode(stage)) => reset::code(asked.ctx(), stage, form.get("code").to_owned(), &asked.visitor).await?,
        Sent::Over(Stage::AwaitCode(stage)) => reset::ask(asked.ctx(), None, stage.username.typed().to_owned()).await?,
        other => stage::restart(&asked, &other, "").await?,
    };
    respond::step(&asked, step).await
}

/// The link of a mail. The token leaves the address at once: into a short-lived cookie, then a clean address (LR-08).
pub(crate) async fn link(asked: Asked, request: HttpRequest) -> Answer {
    if let Some(clean) = carried(&asked, &request) {
        return Ok(clean);
    }
    let token = cookies::read(&request, cookies::RESET).unwrap_or_default();
    let step = reset::open(asked.ctx(), &token).await?;
    respond::step(&asked, step).await
}

/// For an address with a token: the same address without it, and a cookie with it.
pub(crate) fn carried(asked: &Asked, request: &HttpRequest) -> Option<HttpResponse> {
    let query = Form::parse(request.query_string());
    let token = query.optional("token")?;
    let clean: String = token.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).take(200).collect();
    let mut response = respond::see(asked, request.path());
    let mut cookie = cookies::cookie(cookies::RESET, clean, None);
    cookie.set_max_age(cookies::CARRIED);
    let _ = response.add_cookie(&cookie);
    Some(response)
}

/// The cookie stays: a token that is used up opens nothing, and whoever sends the page twice is told whose link it was (FOR-4).
pub(crate) async fn confirm(asked: Asked, request: HttpRequest, form: OwnForm) -> Answer {
    let token = cookies::read(&request, cookies::RESET).unwrap_or_default();
    let step = reset::confirm(asked.ctx(), &token, form.optional("link"), &asked.visitor).await?;
    respond::step(&asked, step).await
}

pub(crate) async fn set(asked: Asked, form: OwnForm) -> Answer {
    let step = reset::set(asked.ctx(), form.get("handle"), new_form(&form), &asked.visitor).await?;
    let is_done = matches!(step, Step::PasswordChanged { .. });
    let mut response = respond::step(&asked, step).await?;
    if is_done {
        // No link, and a word that one was here: the page before says that it is used, not that nothing was changed.
        let mut used = cookies::cookie(cookies::RESET, "used".to_owned(), None);
        used.set_max_age(cookies::CARRIED);
        let _ = response.add_cookie(&used);
    }
    Ok(response)
}
