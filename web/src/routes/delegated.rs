//! Delegated access in the browser: the page behind a "consent needed" address, Microsoft's answers, and one-time links.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use homeward_local_credential::StoreFault;
use homeward_model::{AccountNumber, ClientId, ConnectionId, UserId};
use homeward_portal::Action;
use homeward_provider::{Caller, TokenError};
use homeward_signin::{
    stage::ConsentErrand,
    usecase::delegated::{self as use_case, AZURE_RETURN, AtPortal, Exchanged, InPortal, Shown, StillMay},
};

use crate::{
    app::App,
    asked::Asked,
    form::{Form, OwnForm},
    respond::{self, Answer},
    routes::{client_calls, portal},
    screens,
    stage::{self, Sent, Stage},
};

/// "Consent needed": `/delegated/CONNECTION?client_id=…&user=…&return_to=…`.
pub(crate) async fn open(asked: Asked, path: Path<String>, request: HttpRequest) -> Answer {
    let Some(errand) = errand(&path, &Form::parse(request.query_string())) else { return Ok(HttpResponse::NotFound().finish()) };
    let shown = use_case::open(asked.ctx(), errand, &asked.visitor).await?;
    respond(&asked, shown).await
}

fn errand(connection: &str, query: &Form) -> Option<ConsentErrand> {
    Some(ConsentErrand {
        connection: ConnectionId::parse(connection)?,
        user: UserId::parse(query.get("user"))?,
        client: ClientId::parse(query.get("client_id"))?,
        return_to: query.optional("return_to").map(str::to_owned),
    })
}

/// The person allows it.
pub(crate) async fn consent(asked: Asked, form: OwnForm) -> Answer {
    match stage::open(&asked, form.get("stage")) {
        Sent::Good(Stage::AwaitConsent(errand)) => {
            let shown = use_case::submit(asked.ctx(), errand, &asked.visitor).await?;
            respond(&asked, shown).await
        }
        // A page that was left open for too long is shown again; nothing of another browser's is believed.
        Sent::Over(Stage::AwaitConsent(errand)) => Ok(respond::see(&asked, &use_case::path_of(&errand))),
        other => respond::step(&asked, stage::restart(&asked, &other, "").await?).await,
    }
}

/// The page of a one-time link.
pub(crate) async fn start(asked: Asked, request: HttpRequest) -> Answer {
    let query = Form::parse(request.query_string());
    let shown = use_case::show(asked.ctx(), query.get("link"), &asked.visitor).await?;
    respond(&asked, shown).await
}

/// The administrator goes on to Microsoft.
pub(crate) async fn begin(asked: Asked, form: OwnForm) -> Answer {
    match stage::open(&asked, form.get("stage")) {
        Sent::Good(Stage::AwaitLink(stage)) => {
            let shown = use_case::begin(asked.ctx(), stage, &asked.visitor).await?;
            respond(&asked, shown).await
        }
        Sent::Over(Stage::AwaitLink(stage)) => {
            let shown = use_case::again(asked.ctx(), stage, &asked.visitor).await?;
            respond(&asked, shown).await
        }
        other => respond::step(&asked, stage::restart(&asked, &other, "").await?).await,
    }
}

/// The portal's session, or that of a setup link, in the browser that comes back.
struct InBrowser<'a> {
    asked: &'a Asked,
    request: &'a HttpRequest,
}

impl AtPortal for InBrowser<'_> {
    fn still_may<'a>(&'a self, by: UserId, account: &'a AccountNumber, what: InPortal) -> StillMay<'a> {
        let action = match what {
            InPortal::Connected => Action::ChangeSignOn,
            InPortal::Consented => Action::ChangeServices,
        };
        let asks = portal::still_may(self.asked, self.request, by, (account, action));
        Box::pin(async move { asks.await.map_err(|fault| StoreFault(fault.to_string())) })
    }
}

/// Where answers arrive while a connection is made.
pub(crate) async fn azure(asked: Asked, request: HttpRequest) -> Answer {
    let here = InBrowser { asked: &asked, request: &request };
    let shown = use_case::returned(asked.ctx(), (AZURE_RETURN, request.query_string()), &here, &asked.visitor).await?;
    respond(&asked, shown).await
}

/// Whether an address is one at which answers to requests for consent arrive (B-132, B-147): it was registered at Microsoft before it
/// was entered here, so it may be any.
pub(crate) async fn is_return(asked: &Asked, request: &HttpRequest) -> Result<bool, crate::form::Trouble> {
    let asks = request.query_string().split('&').any(|pair| pair.starts_with("state="));
    Ok(asks && asked.ctx().federation.consents.returns_at(request.path()).await?)
}

/// An answer at such an address.
pub(crate) async fn returned(asked: Asked, request: &HttpRequest) -> Answer {
    let here = InBrowser { asked: &asked, request };
    let shown = use_case::returned(asked.ctx(), (request.path(), request.query_string()), &here, &asked.visitor).await?;
    respond(&asked, shown).await
}

pub(crate) async fn respond(asked: &Asked, shown: Shown) -> Answer {
    let plain = || asked.chrome(String::new());
    Ok(match shown {
        Shown::Step(step) => return respond::step(asked, step).await,
        Shown::Ask(page) => {
            let sealed = stage::seal(asked, &Stage::AwaitConsent(page.errand.clone()));
            respond::page(asked, screens::delegated::ask(&asked.chrome(sealed), &page))
        }
        Shown::Start(page) => {
            let sealed = stage::seal(asked, &Stage::AwaitLink(page.stage));
            respond::page(asked, screens::delegated::start(&asked.chrome(sealed), &page))
        }
        // Leaving after a POST is a page of ours (decision 0003); after a GET it may be a redirect.
        Shown::Away(url) => respond::page(asked, screens::leave(&url, None, &plain())),
        Shown::Redirect(url) => respond::see(asked, &url),
        Shown::Granted { asking, back } => respond::page(asked, screens::delegated::granted(&plain(), asking.name.as_deref(), back.as_deref())),
        Shown::DoneInPortal { account, connection, done: InPortal::Connected } => respond::see(asked, &format!("/portal/{account}/sign-on/{connection}?said=connected#values")),
        Shown::DoneInPortal { account, connection, done: InPortal::Consented } => respond::see(asked, &format!("/portal/{account}/services/{connection}?said=consented#consent")),
        Shown::Done(page) => respond::page(asked, screens::delegated::done(&plain(), &page)),
    })
}

/// Token exchange at the token endpoint (RFC 8693).
pub(crate) async fn exchange(app: &Data<App>, request: &HttpRequest, caller: &Caller<'_>, form: &Form) -> HttpResponse {
    let count = |outcome| (app.signin.count_tokens)("token_exchange", outcome);
    match use_case::exchange(&app.signin, caller, &form.0).await {
        Ok(Exchanged::Given(body)) => {
            count("ok");
            client_calls::answered(StatusCode::OK, body)
        }
        Ok(Exchanged::ConsentNeeded(body)) => {
            count("consent_needed");
            client_calls::answered(StatusCode::BAD_REQUEST, body)
        }
        Ok(Exchanged::Refused(error)) => {
            count(error.error);
            client_calls::refused(app, request, &error).await
        }
        Err(fault) => {
            count("server_error");
            let error = TokenError::from(homeward_provider::StoreFault(fault.0));
            client_calls::refused(app, request, &error.after(Duration::from_secs(1))).await
        }
    }
}
