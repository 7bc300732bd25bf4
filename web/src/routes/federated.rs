//! Where identity providers answer, and where the browser fetches what came of it.
//!
//! A form from another site brings no cookie of ours, so the page of such an answer sets none: it would take the browser's
//! own away. What the browser is stands in the transaction.

use std::time::Duration;

use actix_web::{FromRequest, HttpRequest, HttpResponse, http::Method, web::{Path, Payload}};
use homeward_model::ConnectionId;
use homeward_signin::{
    UnverifiedAnswer,
    usecase::{
        federated::{
            answer::{self, Answered, Arrival, At},
            arrive, begin_at, metadata, set_out,
        },
        identify,
    },
};

use crate::{
    asked::Asked,
    form::{Form, OwnForm, Trouble},
    respond::{self, Answer},
    routes::{delegated, signin::reopen, signout},
    stage::{self, Sent, Stage},
};

/// Largest `SAMLResponse` as a form, in bytes: 256 KiB of XML in base64, percent-encoded in part (SP-09).
pub(crate) const MOST_ANSWER: usize = 512 * 1024;

/// The assertion consumer service of one connection (SAML Bindings 3.5; SB-01: by POST only).
pub(crate) async fn consume(asked: Asked, path: Path<String>, request: HttpRequest, form: Form) -> Answer {
    let Some(connection) = ConnectionId::parse(&path) else { return Ok(HttpResponse::NotFound().finish()) };
    consumed(asked, At::Connection(connection), (form, origin_of(&request))).await
}

/// The same address, asked for by GET: no answer comes that way, and a test sign-in is told so.
pub(crate) async fn not_by_redirect(asked: Asked, path: Path<String>, request: HttpRequest) -> Answer {
    let query = Form::parse(request.query_string());
    let answered = match (ConnectionId::parse(&path), query.optional("SAMLResponse"), query.optional("RelayState")) {
        (Some(connection), Some(_), Some(handle)) => answer::by_redirect(asked.ctx(), At::Connection(connection), handle, &asked.visitor).await?,
        _ => None,
    };
    match answered {
        Some(answered) => lead(asked, answered).await,
        None => Ok(HttpResponse::MethodNotAllowed().insert_header(("Allow", "POST")).finish()),
    }
}

/// An assertion consumer service, or a single logout service, under an address that was taken over from another product (B-181). Several connections may
/// share it; the transaction says which one it is.
pub(crate) async fn consume_at(asked: Asked, request: HttpRequest, payload: Payload) -> Answer {
    if request.method() == Method::GET && delegated::is_return(&asked, &request).await? {
        return delegated::returned(asked, &request).await;
    }
    if signout::is_at(&asked, &request).await? {
        return signout::at_path(asked, request, payload).await;
    }
    if request.method() != Method::POST || !asked.ctx().federation.connections.answers_at(request.path()).await? {
        return Ok(HttpResponse::NotFound().finish());
    }
    let form = Form::from_request(&request, &mut payload.into_inner()).await?;
    if let Some(own) = elsewhere(&asked, &request).await? {
        return Ok(HttpResponse::TemporaryRedirect().insert_header(("Location", with_origin(&asked, own, &request))).finish());
    }
    let origin = origin_at(&asked, &request);
    consumed(asked, At::Path(request.path().to_owned()), (form, origin)).await
}

/// Our own address for what was sent to another product's host: every page and cookie of ours is on one host. The
/// browser brings a form there (RFC 9110 15.4.8); where it goes comes from our settings alone.
pub(super) async fn elsewhere(asked: &Asked, request: &HttpRequest) -> Result<Option<String>, Trouble> {
    let issuer = asked.ctx().settings.issuer.as_str();
    let host = request.connection_info().host().to_ascii_lowercase();
    if authority(issuer) == host {
        return Ok(None);
    }
    let origins = asked.ctx().federation.connections.origins_at(request.path()).await?;
    Ok(origins.iter().any(|origin| authority(origin) == host).then(|| format!("{issuer}{}", request.path())))
}

/// Host and port of an address, as a `Host` header has them.
fn authority(address: &str) -> String {
    url::Url::parse(address).map(|url| url.authority().to_ascii_lowercase()).unwrap_or_default()
}

/// The origin of the page that sent a form, as the browser says.
fn origin_of(request: &HttpRequest) -> Option<String> {
    request.headers().get("origin").and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// How long a browser may take from another product's host to ours.
const ON_THE_WAY: Duration = Duration::from_secs(60);
/// Longest origin that is taken along: a host name has 253 characters.
const MOST_ORIGIN: usize = 270;

/// The address, with the origin of the page that sent the form: behind a redirect to another host the browser says `null` in its place (Fetch 4.4). It is
/// sealed for this path and network, so that no page elsewhere can claim one.
fn with_origin(asked: &Asked, own: String, request: &HttpRequest) -> String {
    let Some(origin) = origin_of(request).filter(|origin| origin != "null" && origin.len() <= MOST_ORIGIN) else { return own };
    let (network, until) = (asked.visitor.network.to_string(), asked.ctx().now().plus(ON_THE_WAY));
    format!("{own}?from={}", asked.app.pages.seal(&["origin", request.path(), &network], &origin, until))
}

/// The origin of the page that sent a form: as the browser says, and where it says none, as it said at the host before.
fn origin_at(asked: &Asked, request: &HttpRequest) -> Option<String> {
    let said = origin_of(request);
    if said.as_deref() != Some("null") {
        return said;
    }
    let (network, query) = (asked.visitor.network.to_string(), Form::parse(request.query_string()));
    asked.app.pages.open(&["origin", request.path(), &network], query.get("from"), asked.ctx().now()).ok().or(said)
}

async fn consumed(mut asked: Asked, at: At, (form, origin): (Form, Option<String>)) -> Answer {
    // Two readings are none (SB-03); a request or an artifact has no business here.
    if form.repeats() || form.optional("SAMLRequest").is_some() || form.optional("SAMLart").is_some() {
        return Err(Trouble::Malformed);
    }
    let Some(response) = form.sent("SAMLResponse") else { return Err(Trouble::Malformed) };
    let arrival = Arrival {
        at,
        handle: form.get("RelayState").to_owned(),
        unverified: UnverifiedAnswer::Saml(response.to_owned()),
        browser: None,
        origin,
    };
    asked.without_cookies();
    let answered = answer::receive(asked.ctx(), arrival, &asked.visitor).await?;
    lead(asked, answered).await
}

/// The redirection endpoint of the installation's own registration at Microsoft, for connections that "Start Azure integration" made.
/// Several share it; the transaction says which one it is.
pub(crate) async fn own_callback(asked: Asked, request: HttpRequest) -> Answer {
    called_back(asked, At::Path(request.path().to_owned()), request).await
}

/// The redirection endpoint of one connection (OpenID Connect Core 3.1.2.5).
pub(crate) async fn callback(asked: Asked, path: Path<String>, request: HttpRequest) -> Answer {
    let Some(connection) = ConnectionId::parse(&path) else { return Ok(HttpResponse::NotFound().finish()) };
    called_back(asked, At::Connection(connection), request).await
}

async fn called_back(asked: Asked, at: At, request: HttpRequest) -> Answer {
    let query = Form::parse(request.query_string());
    let arrival = Arrival {
        at,
        handle: query.get("state").to_owned(),
        unverified: UnverifiedAnswer::Oidc(request.query_string().to_owned()),
        browser: Some(asked.visitor.browser.clone()),
        origin: None,
    };
    let answered = answer::receive(asked.ctx(), arrival, &asked.visitor).await?;
    lead(asked, answered).await
}

async fn lead(asked: Asked, answered: Answered) -> Answer {
    match answered {
        Answered::Fetch(handle) => Ok(respond::see(&asked, &format!("/signin/return?result={handle}"))),
        Answered::Begin(connection) => Ok(respond::see(&asked, &format!("/signin/provider/{connection}"))),
        Answered::Test(handle) => Ok(respond::see(&asked, &format!("/signin/test/result?handle={handle}"))),
        Answered::TestOf(number, connection) => Ok(respond::see(&asked, &format!("/portal/{number}/sign-on/{connection}#test"))),
        Answered::Page { step, browser } => respond::step(&asked.with_browser(browser), step).await,
    }
}

/// The sign-on address of one connection, for the provider's tile.
pub(crate) async fn begin(asked: Asked, path: Path<String>) -> Answer {
    let Some(connection) = ConnectionId::parse(&path) else { return Ok(HttpResponse::NotFound().finish()) };
    let step = begin_at(asked.ctx(), connection, &asked.visitor).await?;
    respond::step(&asked, step).await
}

/// The page that leaves for the provider (SSO-1): for the browser that was sent here, once. Everybody else is back at the username page.
pub(crate) async fn leave(asked: Asked, request: HttpRequest) -> Answer {
    let query = Form::parse(request.query_string());
    match stage::open(&asked, query.get("stage")) {
        Sent::Good(Stage::Departing(stage)) => respond::step(&asked, set_out(asked.ctx(), stage, &asked.visitor).await?).await,
        Sent::Good(stage) => reopen(&asked, stage).await,
        other => respond::step(&asked, stage::restart(&asked, &other, "").await?).await,
    }
}

/// The browser fetches the result: by GET, on our own origin, with its cookies.
pub(crate) async fn fetch(asked: Asked, request: HttpRequest) -> Answer {
    let query = Form::parse(request.query_string());
    let step = arrive::fetch(asked.ctx(), query.get("result"), &asked.visitor).await?;
    respond::step(&asked, step).await
}

/// "Try again": the same errand and name once more. After an answer that nobody asked for it begins where the connection's tile does: the page
/// names that connection, as the tile's address does, because an answer comes without the cookies that a stage is bound to (SSO-7).
pub(crate) async fn retry(asked: Asked, form: OwnForm) -> Answer {
    if let Some(connection) = ConnectionId::parse(form.get("connection")) {
        let step = begin_at(asked.ctx(), connection, &asked.visitor).await?;
        return respond::step(&asked, step).await;
    }
    let sent = stage::open(&asked, form.get("stage"));
    let step = match &sent {
        Sent::Good(stage) => match (stage.started(), stage.username()) {
            (Some(started), Some(username)) => {
                let again = identify::IdentifyForm { username: username.typed().to_owned(), prefill: None };
                identify::submit(asked.ctx(), started.clone(), again, &asked.visitor).await?
            }
            (Some(started), None) => identify::again(asked.ctx(), started.clone(), String::new(), None).await?,
            (None, _) => stage::restart(&asked, &sent, "").await?,
        },
        _ => stage::restart(&asked, &sent, "").await?,
    };
    respond::step(&asked, step).await
}

/// Our metadata for one connection (SAML Metadata; B-179, B-187).
pub(crate) async fn saml_metadata(asked: Asked, path: Path<String>) -> Answer {
    let Some(connection) = ConnectionId::parse(&path) else { return Ok(HttpResponse::NotFound().finish()) };
    match metadata::asked_for(asked.ctx(), connection, &asked.visitor).await? {
        Err(too_many) => Ok(respond::too_many(&asked, &too_many, false)),
        Ok(Some(xml)) => Ok(HttpResponse::Ok()
            .content_type("application/samlmetadata+xml")
            .insert_header(("Content-Disposition", "attachment; filename=\"homeward-metadata.xml\""))
            .body(xml)),
        Ok(None) => Ok(HttpResponse::NotFound().finish()),
    }
}
