//! Single logout: SAML both ways (Profiles 4.4), RP-initiated and back-channel logout of OpenID Connect.

use std::{collections::BTreeMap, time::Duration};

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use tokio::{io::{AsyncReadExt, AsyncWriteExt}, net::TcpStream};
use url::Url;

use super::{
    go, page, pages, refuse, request,
    saml::provider,
    state::{Play, Session, secret},
};
use crate::{
    Brand,
    oidc::{self, SignAs},
    saml::Redirect,
};

type Fields = BTreeMap<String, String>;

pub(super) async fn by_redirect(play: web::Data<Play>, brand: web::Path<String>, query: web::Query<Fields>) -> HttpResponse {
    take(&play, &brand, &query, true).await
}

pub(super) async fn by_post(play: web::Data<Play>, brand: web::Path<String>, form: web::Form<Fields>) -> HttpResponse {
    take(&play, &brand, &form, false).await
}

/// A LogoutRequest of a service provider ends the sessions of that name and is answered; a LogoutResponse ends the tale.
async fn take(play: &Play, brand: &str, fields: &Fields, deflated: bool) -> HttpResponse {
    let Some(brand) = Brand::parse(brand) else { return refuse("There is no provider of this name.") };
    if fields.contains_key("SAMLResponse") {
        return page(pages::layout("Signed out", "<h1>Signed out everywhere</h1><p>The applications have answered.</p>"));
    }
    let message = fields.get("SAMLRequest").and_then(|text| request::decode(text, deflated)).and_then(|xml| request::read(&xml));
    let Some(message) = message.filter(|m| m.kind == "LogoutRequest") else { return refuse("SAMLRequest holds no LogoutRequest that could be read.") };
    let Some(to) = play.service_provider(&message.issuer).and_then(|sp| sp.logout) else {
        return refuse("The service provider of this LogoutRequest has no registered address to answer to.");
    };
    let ended = play.end(|_, session| session.brand == brand && session.saml.iter().any(|(_, name)| name.value == message.name_id));
    tell_clients(play, &ended).await;
    let Ok(idp) = provider(play, brand, &play.keys.current) else { return refuse("The answer could not be made.") };
    let mut answer = idp.logout_answer(&to, &message.id, play.settings.clock.now());
    answer.signature = None;
    let mut redirect = Redirect::new("SAMLResponse", idp.logout_response(&answer));
    redirect.relay_state = fields.get("RelayState").cloned();
    go(&with_query(&to, &idp.redirect_query(&redirect)))
}

fn with_query(to: &str, query: &str) -> String {
    format!("{to}{}{query}", if to.contains('?') { '&' } else { '?' })
}

/// The person signs out at the provider: clients are told behind the scenes, the first SAML service provider by the browser.
pub(super) async fn from_tiles(play: web::Data<Play>, brand: web::Path<String>, request: HttpRequest) -> HttpResponse {
    let Some(brand) = Brand::parse(&brand) else { return refuse("There is no provider of this name.") };
    let cookie = request.cookie(pages::COOKIE).map(|c| c.value().to_owned()).unwrap_or_default();
    let ended = play.end(|key, session| key == cookie && session.brand == brand);
    tell_clients(&play, &ended).await;
    let told = ended.iter().flat_map(|session| session.saml.iter().map(move |(entity, name)| (entity, name, &session.sid)));
    for (entity, name, sid) in told {
        let sp = play.service_provider(entity);
        if let (Some(to), Ok(idp)) = (sp.and_then(|sp| sp.logout), provider(&play, brand, &play.keys.current)) {
            let mut ask = idp.logout_ask(&to, name.clone(), sid, play.settings.clock.now());
            ask.signature = None;
            let query = idp.redirect_query(&Redirect::new("SAMLRequest", idp.logout_request(&ask)));
            return go(&with_query(&to, &query));
        }
    }
    go("/tiles")
}

/// RP-Initiated Logout 1.0, by GET.
pub(super) async fn rp_initiated(play: web::Data<Play>, brand: web::Path<String>, query: web::Query<Fields>, request: HttpRequest) -> HttpResponse {
    end_session(&play, &brand, &query, &request).await
}

/// The same by POST: a form of another site brings no cookie, so the hint says whose session ends.
pub(super) async fn rp_initiated_by_post(play: web::Data<Play>, brand: web::Path<String>, form: web::Form<Fields>, request: HttpRequest) -> HttpResponse {
    end_session(&play, &brand, &form, &request).await
}

async fn end_session(play: &Play, brand: &str, query: &Fields, request: &HttpRequest) -> HttpResponse {
    let Some(brand) = Brand::parse(brand) else { return refuse("There is no provider of this name.") };
    let hinted = query.get("id_token_hint").and_then(|token| oidc::unverified_claim(token, "sid")).or_else(|| query.get("logout_hint").cloned()).unwrap_or_default();
    let cookie = request.cookie(pages::COOKIE).map(|c| c.value().to_owned()).unwrap_or_default();
    let ended = play.end(|key, session| (key == cookie || session.sid == hinted) && session.brand == brand);
    tell_clients(play, &ended).await;
    // What is registered for a client holds here, too (RP-Initiated Logout 1.0, 3): the session is over, and nobody is sent anywhere else.
    let known = query.get("client_id").and_then(|id| play.client(id).ok().flatten());
    if let (Some(client), Some(uri)) = (known, query.get("post_logout_redirect_uri"))
        && !client.redirect_uris.contains(uri)
    {
        return refuse("You are signed out. This post_logout_redirect_uri is not registered for the client.");
    }
    let to = query.get("post_logout_redirect_uri").and_then(|uri| Url::parse(uri).ok()).filter(|uri| matches!(uri.scheme(), "http" | "https"));
    match to {
        Some(mut to) => {
            if let Some(state) = query.get("state") {
                to.query_pairs_mut().append_pair("state", state);
            }
            go(to.as_str())
        }
        None => page(pages::layout("Signed out", "<h1>Signed out</h1><p>You are signed out of the simulated provider.</p>")),
    }
}

impl Play {
    /// A logout token for a client (Back-Channel Logout 1.0, 2.4).
    pub fn logout_token(&self, session: &Session, client_id: &str) -> String {
        let now = self.settings.clock.now().seconds();
        let claims = json!({
            "iss": session.brand.issuer(&self.settings.base), "sub": oidc::subject(session.brand, &session.person, client_id), "aud": client_id,
            "iat": now, "exp": now + 120, "jti": secret(), "sid": session.sid, "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        oidc::sign(&self.keys.current, "logout+jwt", &claims, &SignAs::Right)
    }
}

/// Tells every client of the ended sessions; one that does not answer is not waited for.
async fn tell_clients(play: &Play, ended: &[Session]) {
    for session in ended {
        let clients = play.clients().into_iter().filter(|client| session.clients.contains(&client.id));
        for (client, to) in clients.filter_map(|client| client.backchannel_logout.clone().map(|to| (client, to))) {
            let token = play.logout_token(session, &client.id);
            let _ = tokio::time::timeout(Duration::from_secs(3), post(&to, &format!("logout_token={token}"))).await;
        }
    }
}

/// A form, posted without TLS: for addresses of this machine.
async fn post(to: &str, form: &str) -> Option<()> {
    let to = Url::parse(to).ok().filter(|to| to.scheme() == "http")?;
    let (host, port) = (to.host_str()?, to.port_or_known_default()?);
    // Names under localhost are this machine (RFC 6761), whatever the resolver knows.
    let address = if host.ends_with("localhost") { "127.0.0.1" } else { host };
    let mut stream = TcpStream::connect((address, port)).await.ok()?;
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        to.path(),
        form.len()
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(form.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    stream.take(64 * 1024).read_to_end(&mut answer).await.ok()?;
    Some(())
}
