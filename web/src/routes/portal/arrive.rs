//! The portal as an application: it sends people to the sign-in, and takes them in when they come back (OpenID Connect Core 3.1.2).

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_language::Language;
use homeward_model::{AccountId, CaseNumber, ClientId, UserId, random_token};
use homeward_portal::{
    Actor, Fault,
    session::{self, ABSOLUTE, Arrived, FRESH},
};
use homeward_provider::{Client, here};
use homeward_sealing::sha256;
use homeward_signin::{Reason, usecase::strangers};
use serde::{Deserialize, Serialize};

use super::setup;
use crate::{
    asked::Asked,
    cookies,
    form::{Form, OwnForm},
    respond::{self, Answer},
    screens::portal as screens,
};

/// How long a sign-in for the portal may take.
const WAY: std::time::Duration = std::time::Duration::from_secs(1800);
/// Where codes come.
const CALLBACK: &str = "/portal/callback";

/// What the portal must know when the person comes back. It travels sealed as `state`, bound to the browser.
#[derive(Serialize, Deserialize)]
struct Sent {
    nonce: String,
    verifier: String,
    to: String,
}

/// Longest address that is kept on the way; from a longer one the way leads to the first page.
const LONGEST: usize = 800;

/// The request for a sign-in; `to` is where the person lands.
fn request(asked: &Asked, to: &str, oldest: std::time::Duration) -> Vec<(String, String)> {
    let random = asked.app.signin.random.as_ref();
    let (nonce, verifier) = (random_token(random), random_token(random));
    let challenge = URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes()));
    let to = if to.len() > LONGEST { "/portal" } else { to };
    let sent = Sent { nonce: nonce.clone(), verifier, to: to.to_owned() };
    let state = asked.app.pages.seal(&["portal-way", &asked.visitor.browser], &sent, asked.ctx().now().plus(WAY));
    let pairs = [
        ("client_id", homeward_portal::CLIENT_ID.to_owned()),
        ("redirect_uri", asked.ctx().provider.issuer.at(CALLBACK)),
        ("response_type", "code".to_owned()),
        ("scope", "openid".to_owned()),
        ("state", state),
        ("nonce", nonce),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256".to_owned()),
        ("max_age", oldest.as_secs().to_string()),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value)).into()
}

fn go(asked: &Asked, query: &[(String, String)]) -> HttpResponse {
    respond::see(asked, &format!("/oauth2/authorize?{}", serde_urlencoded::to_string(query).unwrap_or_default()))
}

/// Sends somebody to the sign-in.
pub(super) fn send(asked: &Asked, to: &str) -> HttpResponse {
    go(asked, &request(asked, to, ABSOLUTE))
}

/// Sends somebody to prove themselves once more. Their name stands in no address: the request is kept, and a reference goes.
pub(super) async fn send_again(asked: &Asked, to: &str, username: &str) -> Result<HttpResponse, Fault> {
    let Some(client) = client(asked).await? else { return Ok(send(asked, to)) };
    let mut params = request(asked, to, FRESH);
    params.push(("login_hint".to_owned(), username.to_owned()));
    let reference = here::keep_request(&asked.ctx().provider, &client, &params).await.map_err(fault)?;
    Ok(go(asked, &[("client_id".to_owned(), homeward_portal::CLIENT_ID.to_owned()), ("request_uri".to_owned(), reference)]))
}

/// The portal, as an application.
async fn client(asked: &Asked) -> Result<Option<Arc<Client>>, Fault> {
    match ClientId::parse(homeward_portal::CLIENT_ID) {
        Some(id) => asked.ctx().provider.clients.client(&id).await.map_err(fault),
        None => Ok(None),
    }
}

fn fault(fault: homeward_provider::StoreFault) -> Fault {
    Fault(fault.to_string())
}

/// `/portal`: the account that the person belongs to, or that a setup link opens.
pub(crate) async fn start(asked: Asked, request: HttpRequest) -> Answer {
    if let Some(actor) = present(&asked, &request).await? {
        return Ok(respond::see(&asked, &format!("/portal/{}", actor.home.number)));
    }
    Ok(match setup::present(&asked, &request).await? {
        Some(guest) => respond::see(&asked, &format!("/portal/{}/sign-on", guest.account.number)),
        None => send(&asked, "/portal"),
    })
}

/// Who is here now.
pub(super) async fn present(asked: &Asked, request: &HttpRequest) -> Result<Option<Actor>, Fault> {
    match cookies::read(request, cookies::PORTAL).filter(|value| cookies::is_secret(value)) {
        Some(secret) => session::open(&asked.app.portal, &secret).await,
        None => Ok(None),
    }
}

/// The person comes back.
pub(crate) async fn callback(asked: Asked, request: HttpRequest) -> Answer {
    let query = Form::parse(request.query_string());
    let sent = asked.app.pages.open::<Sent>(&["portal-way", &asked.visitor.browser], query.get("state"), asked.ctx().now());
    // Another browser's, or one that took too long: the sign-in is asked once more, and who is signed in comes straight back.
    let (Ok(sent), false) = (sent, query.repeats()) else { return Ok(respond::see(&asked, "/portal")) };
    let provider = &asked.ctx().provider;
    let (Some(client), true, Some(code)) = (client(&asked).await?, query.get("iss") == provider.issuer.as_str(), query.optional("code")) else {
        return Ok(stopped(&asked, Reason::PortalNotSignedIn, None).await);
    };
    let network = asked.visitor.network.to_string();
    let Ok(arrival) = here::redeem(provider, &client, code, (&provider.issuer.at(CALLBACK), &sent.verifier), &network).await else {
        return Ok(stopped(&asked, Reason::PortalNotSignedIn, None).await);
    };
    let who = Arrived {
        user: arrival.who.user,
        account: arrival.who.account,
        session: arrival.who.session,
        grant: arrival.grant,
        proved_at: arrival.who.auth_time,
        federated: arrival.who.federated,
        language: asked.visitor.language.code().to_owned(),
        network,
    };
    // The answer to another request tells nothing about this one (Core 3.1.3.7, 11).
    let begun = match arrival.nonce.as_deref() == Some(sent.nonce.as_str()) {
        true => session::begin(&asked.app.portal, &who, present(&asked, &request).await?.as_ref()).await?.ok_or((Reason::PortalNoRole, Some((who.user, who.account)))),
        false => Err((Reason::PortalNotSignedIn, None)),
    };
    let secret = match begun {
        Ok(secret) => secret,
        Err((reason, whom)) => {
            here::turn_away(provider, &client, &arrival, "nothing in the portal", &who.network).await.map_err(fault)?;
            return Ok(stopped(&asked, reason, whom).await);
        }
    };
    let mut response = respond::see(&asked, &sent.to);
    // A cookie of ours always writes; one that did not would leave the person signed out, not in.
    let _ = response.add_cookie(&cookies::cookie(cookies::PORTAL, secret, None));
    let _ = response.add_cookie(&cookies::gone(cookies::SETUP));
    Ok(response)
}

/// Nobody comes in: on record, with its reference on the page.
async fn stopped(asked: &Asked, reason: Reason, who: Option<(UserId, AccountId)>) -> HttpResponse {
    let case = strangers::portal_refused(asked.ctx(), (reason, String::new()), who.unzip(), asked.visitor.network).await;
    refusal(asked, reason, &case)
}

/// The page of a refusal.
pub(super) fn refusal(asked: &Asked, reason: Reason, case: &CaseNumber) -> HttpResponse {
    let mut response = respond::page(asked, screens::refused(&asked.chrome(String::new()), reason, case));
    *response.status_mut() = StatusCode::from_u16(reason.status()).unwrap_or(StatusCode::FORBIDDEN);
    response
}

/// Ends the portal's session, and asks about the browser's.
pub(crate) async fn leave(asked: Asked, request: HttpRequest) -> Answer {
    if let Some(actor) = present(&asked, &request).await? {
        session::end(&asked.app.portal, &actor, &asked.visitor.network.to_string()).await?;
    }
    let mut response = respond::see(&asked, "/signout");
    let _ = response.add_cookie(&cookies::gone(cookies::PORTAL));
    Ok(response)
}

/// Another language for these pages.
pub(crate) async fn language(asked: Asked, form: OwnForm) -> HttpResponse {
    let mut response = respond::see(&asked, "/portal");
    if let Some(language) = Language::from_tag(form.get("language")).filter(|language| *language != Language::Pseudo) {
        let _ = response.add_cookie(&cookies::cookie(cookies::LANGUAGE, language.code().to_owned(), Some(400)));
    }
    response
}
