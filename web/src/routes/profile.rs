//! `/account/name` and `/account/email`: what people change of themselves, and the link that takes it back.

use actix_web::{
    HttpRequest,
    web::{self, ServiceConfig},
};
use homeward_model::UserId;
use homeward_signin::usecase::profile::{email as address, names, undo};

use crate::{
    asked::Asked,
    cookies,
    form::{Form, OwnForm},
    respond::{self, Answer},
    routes::recover,
    stage,
};

/// Whose page was sent; `None` when it was left open for too long, or is another browser's: it is only shown again.
fn whose(asked: &Asked, form: &OwnForm) -> Option<UserId> {
    stage::person(asked, form.get("stage"))
}

/// Registers the routes.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource("/account/name").get(name).post(save_name))
        .service(web::resource("/account/email").get(email).post(ask_email))
        .service(web::resource("/account/email/code").post(email_code))
        .service(web::resource("/account/email/cancel").post(cancel_email))
        .service(web::resource("/account/email/undo").get(undo_link).post(take_back));
}

async fn name(asked: Asked, request: HttpRequest) -> Answer {
    let person = stage::person(&asked, Form::parse(request.query_string()).get("stage"));
    name_of(&asked, person).await
}

async fn name_of(asked: &Asked, person: Option<UserId>) -> Answer {
    let step = names::open(asked.ctx(), person, &asked.visitor).await?;
    respond::step(asked, step).await
}

async fn save_name(asked: Asked, form: OwnForm) -> Answer {
    let Some(user) = whose(&asked, &form) else { return name_of(&asked, None).await };
    let step = names::save(asked.ctx(), user, (form.get("given"), form.get("family")), &asked.visitor).await?;
    respond::step(&asked, step).await
}

async fn email(asked: Asked, request: HttpRequest) -> Answer {
    let person = stage::person(&asked, Form::parse(request.query_string()).get("stage"));
    email_of(&asked, person).await
}

async fn email_of(asked: &Asked, person: Option<UserId>) -> Answer {
    let step = address::open(asked.ctx(), person, &asked.visitor).await?;
    respond::step(asked, step).await
}

async fn ask_email(asked: Asked, form: OwnForm) -> Answer {
    let Some(user) = whose(&asked, &form) else { return email_of(&asked, None).await };
    let step = address::ask(asked.ctx(), user, form.get("email"), &asked.visitor).await?;
    respond::step(&asked, step).await
}

async fn email_code(asked: Asked, form: OwnForm) -> Answer {
    let Some(user) = whose(&asked, &form) else { return email_of(&asked, None).await };
    let step = address::code(asked.ctx(), user, form.get("code"), &asked.visitor).await?;
    respond::step(&asked, step).await
}

async fn cancel_email(asked: Asked, form: OwnForm) -> Answer {
    let Some(user) = whose(&asked, &form) else { return email_of(&asked, None).await };
    let step = address::cancel(asked.ctx(), user, &asked.visitor).await?;
    respond::step(&asked, step).await
}

/// The link of the mail to the old address. Its token leaves the address at once (LR-08).
async fn undo_link(asked: Asked, request: HttpRequest) -> Answer {
    if let Some(clean) = recover::carried(&asked, &request) {
        return Ok(clean);
    }
    let token = cookies::read(&request, cookies::RESET).unwrap_or_default();
    let step = undo::open(asked.ctx(), &token).await?;
    respond::step(&asked, step).await
}

async fn take_back(asked: Asked, request: HttpRequest) -> Answer {
    let token = cookies::read(&request, cookies::RESET).unwrap_or_default();
    let step = undo::confirm(asked.ctx(), &token, &asked.visitor).await?;
    let mut response = respond::step(&asked, step).await?;
    let _ = response.add_cookie(&cookies::gone(cookies::RESET));
    Ok(response)
}
