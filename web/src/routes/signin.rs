//! Username, password, Single Sign On.

use actix_web::{HttpRequest, HttpResponse};
use homeward_signin::{
    stage::{Departing, Leaving},
    usecase::{
        authorize::{self, Begun},
        chooser,
        delegated as consent,
        code_by_mail,
        identify::{self, IdentifyForm},
        own, pending,
        password::{self as by_password, PasswordForm},
        reset, signout, sso,
    },
};

use crate::{
    asked::Asked,
    form::{Form, OwnForm},
    respond::{self, Answer},
    routes::delegated,
    stage::{self, Sent, Stage},
};

pub(crate) async fn home(asked: Asked) -> Answer {
    let step = authorize::home(asked.ctx(), &asked.visitor).await?;
    respond::step(&asked, step).await
}

pub(crate) async fn go_on(asked: Asked, request: HttpRequest) -> Answer {
    let query = Form::parse(request.query_string());
    let resume = asked.app.pages.open(&["resume", &asked.visitor.browser], query.get("resume"), asked.ctx().now());
    match resume {
        Ok(resume) => {
            let begun = authorize::resume(asked.ctx(), resume, &asked.visitor).await?;
            respond::begun(&asked, begun).await
        }
        // Old, or another browser's: the person is signed in, or is asked who they are.
        Err(_) => home(asked).await,
    }
}

/// Where the browser's back button and reload lead, instead of sending a form once more (SES-3). Whoever has signed in since
/// goes on; everybody else gets the page they had.
pub(crate) async fn back(asked: Asked, request: HttpRequest) -> Answer {
    let query = Form::parse(request.query_string());
    match stage::open(&asked, query.get("stage")) {
        Sent::Good(stage) => reopen(&asked, stage).await,
        other => respond::step(&asked, stage::restart(&asked, &other, "").await?).await,
    }
}

/// Where a page of a sign-in goes that is looked at again after somebody signed in in another tab (SES-2). With `ask` its script only wants to know
/// whether there is somewhere to go: 200, or 204.
pub(crate) async fn other_tab(asked: Asked, request: HttpRequest) -> Answer {
    let query = Form::parse(request.query_string());
    let sent = stage::open(&asked, query.get("stage"));
    let on = match &sent {
        Sent::Good(stage @ (Stage::Started(_) | Stage::Forgot(..) | Stage::Chooser(_) | Stage::ChooseAccount(_) | Stage::AwaitPassword(_) | Stage::OfferSso(_))) => match stage.started() {
            Some(started) => identify::meanwhile(asked.ctx(), started, stage.username(), &asked.visitor).await?,
            None => None,
        },
        Sent::Good(_) | Sent::Over(_) | Sent::Foreign => None,
    };
    if query.optional("ask").is_some() {
        return Ok(if on.is_some() { HttpResponse::Ok().finish() } else { HttpResponse::NoContent().finish() });
    }
    match (on, sent) {
        (Some(step), _) => respond::step(&asked, step).await,
        (None, Sent::Good(stage)) => reopen(&asked, stage).await,
        (None, other) => respond::step(&asked, stage::restart(&asked, &other, "").await?).await,
    }
}

/// The name that was given, as typed.
fn typed_of(stage: &Stage) -> String {
    stage.username().map(|username| username.typed().to_owned()).unwrap_or_default()
}

/// Somebody's own page, by its address.
fn own_page(asked: &Asked, path: &str, stage: &Stage) -> HttpResponse {
    respond::see(asked, &format!("{path}?stage={}", stage::seal(asked, stage)))
}

/// The page of a stage once more.
pub(crate) async fn reopen(asked: &Asked, stage: Stage) -> Answer {
    match &stage {
        Stage::AwaitChange(stage) => return Ok(respond::see(asked, &respond::change_address(&stage.started))),
        Stage::AwaitCode(stage) => return respond::step(asked, reset::waiting(asked.ctx(), stage.clone()).await?).await,
        Stage::Forgot(started, _) => return respond::step(asked, reset::ask(asked.ctx(), Some(started.clone()), typed_of(&stage)).await?).await,
        Stage::Chooser(started) => return respond::step(asked, chooser::again(asked.ctx(), started.clone(), &asked.visitor).await?).await,
        Stage::AwaitSignOut(stage) => return respond::sign_out(asked, signout::again(asked.ctx(), stage.clone(), &asked.visitor).await?).await,
        Stage::Own(_) => return Ok(own_page(asked, "/account", &stage)),
        Stage::Names(_) => return Ok(own_page(asked, "/account/name", &stage)),
        Stage::Email(_) => return Ok(own_page(asked, "/account/email", &stage)),
        Stage::Mailed(page) => return Ok(respond::see(asked, page.path())),
        Stage::AwaitConsent(errand) => return Ok(respond::see(asked, &consent::path_of(errand))),
        Stage::AwaitLink(stage) => return delegated::respond(asked, consent::again(asked.ctx(), *stage, &asked.visitor).await?).await,
        // Back from the identity provider: the username page, not the way there once more (SSO-4).
        Stage::Leaving(Leaving { started, username }) | Stage::Departing(Departing { started, username, .. }) => {
            let typed = username.as_ref().map(|u| u.typed().to_owned()).unwrap_or_default();
            return respond::step(asked, identify::again(asked.ctx(), started.clone(), typed, None).await?).await;
        }
        Stage::Started(_) | Stage::ChooseAccount(_) | Stage::AwaitPassword(_) | Stage::OfferSso(_) => {}
    }
    let username = typed_of(&stage);
    let begun = match stage.started() {
        Some(started) => identify::back(asked.ctx(), started.clone(), username, &asked.visitor).await?,
        None => Begun::Step(stage::restart(asked, &Sent::Foreign, "").await?),
    };
    respond::begun(asked, begun).await
}

pub(crate) async fn username(asked: Asked, form: OwnForm) -> Answer {
    let typed = form.get("username");
    let step = match stage::open(&asked, form.get("stage")) {
        Sent::Good(Stage::Started(started) | Stage::Forgot(started, _) | Stage::Chooser(started)) => {
            let sent = IdentifyForm { username: typed.to_owned(), prefill: form.optional("prefill").map(str::to_owned) };
            identify::submit(asked.ctx(), started, sent, &asked.visitor).await?
        }
        other => stage::restart(&asked, &other, typed).await?,
    };
    respond::step(&asked, step).await
}

/// "Not you?", "Try again", "Sign in" after a reset: the username page with the errand kept.
pub(crate) async fn again(asked: Asked, form: OwnForm) -> Answer {
    let typed = form.get("username").to_owned();
    if let Some(handle) = form.optional("handle") {
        return respond::step(&asked, pending::not_you(asked.ctx(), handle, typed, &asked.visitor).await?).await;
    }
    let sent = stage::open(&asked, form.get("stage"));
    // Where others are signed in, too, they come first.
    let others = match &sent {
        Sent::Good(stage) if stage.own().is_some() => Some(own::not_you(asked.ctx(), typed.clone(), &asked.visitor).await?),
        Sent::Good(Stage::AwaitChange(stage)) if stage.username.is_none() => chooser::whose(asked.ctx(), stage.started.clone(), &asked.visitor).await?,
        Sent::Good(_) | Sent::Over(_) | Sent::Foreign => None,
    };
    if let Some(step) = others {
        return respond::step(&asked, step).await;
    }
    let step = match &sent {
        Sent::Good(stage) => match stage.started() {
            Some(started) => identify::again(asked.ctx(), started.clone(), typed, None).await?,
            None => stage::restart(&asked, &sent, &typed).await?,
        },
        _ => stage::restart(&asked, &sent, &typed).await?,
    };
    respond::step(&asked, step).await
}

pub(crate) async fn password(asked: Asked, form: OwnForm) -> Answer {
    let step = match stage::open(&asked, form.get("stage")) {
        Sent::Good(Stage::AwaitPassword(stage)) => {
            let sent = PasswordForm { password: form.get("password").to_owned(), account: form.sent("account").map(str::to_owned) };
            by_password::submit(asked.ctx(), stage, sent, &asked.visitor).await?
        }
        other => stage::restart(&asked, &other, form.get("username")).await?,
    };
    respond::with(&asked, step, form.get("remember") == "yes").await
}

/// "Send me a code": from the password page, or once more from the page that waits for the code.
pub(crate) async fn code(asked: Asked, form: OwnForm) -> Answer {
    let sent = stage::open(&asked, form.get("stage"));
    let step = match &sent {
        Sent::Good(Stage::AwaitPassword(stage)) => code_by_mail::request(asked.ctx(), stage.started.clone(), stage.username.clone(), &asked.visitor).await?,
        Sent::Good(Stage::AwaitCode(stage)) => code_by_mail::request(asked.ctx(), stage.started.clone(), stage.username.clone(), &asked.visitor).await?,
        other => stage::restart(&asked, other, form.get("username")).await?,
    };
    respond::step(&asked, step).await
}

pub(crate) async fn single_sign_on(asked: Asked, form: OwnForm) -> Answer {
    let sent = stage::open(&asked, form.get("stage"));
    let step = match &sent {
        Sent::Good(Stage::AwaitPassword(stage)) => {
            sso::go(asked.ctx(), stage.started.clone(), stage.username.typed(), form.sent("account"), &asked.visitor).await?
        }
        Sent::Good(Stage::OfferSso(stage)) => sso::go(asked.ctx(), stage.started.clone(), stage.username.typed(), None, &asked.visitor).await?,
        other => stage::restart(&asked, other, form.get("username")).await?,
    };
    respond::step(&asked, step).await
}

pub(crate) async fn enter_password(asked: Asked, form: OwnForm) -> Answer {
    let step = match stage::open(&asked, form.get("stage")) {
        Sent::Good(Stage::OfferSso(stage)) => sso::enter_password(asked.ctx(), stage, &asked.visitor).await?,
        other => stage::restart(&asked, &other, "").await?,
    };
    respond::step(&asked, step).await
}
