//! The demo's application: an OpenID relying party that signs people in through the broker, by code and PKCE.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::ServerHandle, web};
use homeward_model::{SystemRandom, random_token};
use maud::{DOCTYPE, Markup, html};
use openidconnect::{
    AuthenticationFlow, AuthorizationCode, ClientId, CsrfToken, HttpRequest as OidcRequest, HttpResponse as OidcResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
    core::{CoreClient, CoreProviderMetadata, CoreResponseType, CoreTokenResponse},
};

use super::mailbox::style;

/// What is needed to talk to the broker.
pub(super) struct Application {
    issuer: IssuerUrl,
    base: String,
    http: reqwest::Client,
    /// By the browser's own cookie: a sign-in that is under way, or somebody who is signed in.
    visitors: Mutex<HashMap<String, Visit>>,
}

#[derive(Default)]
struct Visit {
    /// One for each tab, the newest last.
    under_way: Vec<(CsrfToken, Nonce, PkceCodeVerifier)>,
    signed_in: Option<SignedIn>,
}

#[derive(Clone)]
struct SignedIn {
    claims: serde_json::Value,
    userinfo: serde_json::Value,
    id_token: String,
    refresh_token: Option<String>,
    access_token: String,
}

/// An answer that is too large, or none.
#[derive(Debug, thiserror::Error)]
enum HttpError {
    #[error(transparent)]
    Request(#[from] reqwest::Error),
    #[error("the answer does not read")]
    Answer,
}

impl Application {
    /// The broker's name may not resolve outside browsers: it is reached at its address, under its name.
    pub fn new(issuer: &str, base: &str, broker: SocketAddr) -> Result<Self, String> {
        let url = url::Url::parse(issuer).map_err(|e| e.to_string())?;
        let host = url.host_str().unwrap_or_default();
        let http = reqwest::Client::builder().resolve(host, broker).redirect(reqwest::redirect::Policy::none()).no_proxy().build().map_err(|e| e.to_string())?;
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|e| e.to_string())?;
        Ok(Self { issuer, base: base.to_owned(), http, visitors: Mutex::default() })
    }

    async fn call(&self, request: OidcRequest) -> Result<OidcResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let answer = self.http.request(parts.method, parts.uri.to_string()).headers(parts.headers).body(body).send().await?;
        let mut builder = openidconnect::http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            builder = builder.header(name, value);
        }
        let bytes = answer.bytes().await?;
        if bytes.len() > 1 << 20 {
            return Err(HttpError::Answer);
        }
        builder.body(bytes.to_vec()).map_err(|_| HttpError::Answer)
    }

    async fn metadata(&self) -> Result<CoreProviderMetadata, String> {
        CoreProviderMetadata::discover_async(self.issuer.clone(), &|r| self.call(r)).await.map_err(|e| format!("discovery: {e}"))
    }

    fn redirect(&self) -> Result<RedirectUrl, String> {
        RedirectUrl::new(format!("{}/callback", self.base)).map_err(|e| e.to_string())
    }

    async fn begin(&self, visitor: &str) -> Result<String, String> {
        let client = CoreClient::from_provider_metadata(self.metadata().await?, ClientId::new("teamwork".into()), None).set_redirect_uri(self.redirect()?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let scopes = ["profile", "email", "groups", "offline_access"].map(|s| Scope::new(s.into()));
        let (url, state, nonce) = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random).add_scopes(scopes).set_pkce_challenge(challenge).url();
        let mut visitors = self.visitors.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let under_way = &mut visitors.entry(visitor.to_owned()).or_default().under_way;
        let over = under_way.len().saturating_sub(4);
        under_way.drain(..over);
        under_way.push((state, nonce, verifier));
        Ok(url.to_string())
    }

    async fn finish(&self, visitor: &str, query: &HashMap<String, String>) -> Result<(), String> {
        let under_way = {
            let mut visitors = self.visitors.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            visitors.get_mut(visitor).and_then(|visit| {
                let place = visit.under_way.iter().position(|(state, ..)| query.get("state") == Some(state.secret()))?;
                Some(visit.under_way.remove(place))
            })
        };
        let (_, nonce, verifier) = under_way.ok_or("no sign-in of that state is under way in this browser")?;
        if let Some(error) = query.get("error") {
            return Err(format!("Homeward answered: {error} {}", query.get("error_description").map_or("", String::as_str)));
        }
        if query.get("iss").map(String::as_str) != Some(self.issuer.as_str()) {
            return Err("the answer is not for this sign-in".into());
        }
        let metadata = self.metadata().await?;
        let client = CoreClient::from_provider_metadata(metadata, ClientId::new("teamwork".into()), None).set_redirect_uri(self.redirect()?);
        let code = AuthorizationCode::new(query.get("code").cloned().unwrap_or_default());
        let request = client.exchange_code(code).map_err(|e| e.to_string())?.set_pkce_verifier(verifier);
        let tokens: CoreTokenResponse = request.request_async(&|r| self.call(r)).await.map_err(|e| format!("token: {e}"))?;
        let id_token = tokens.id_token().ok_or("no ID token")?;
        let claims = id_token.claims(&client.id_token_verifier(), &nonce).map_err(|e| format!("ID token: {e}"))?;
        let claims = serde_json::to_value(claims).map_err(|e| e.to_string())?;
        let mut found = SignedIn {
            claims,
            userinfo: serde_json::Value::Null,
            id_token: id_token.to_string(),
            refresh_token: tokens.refresh_token().map(|t| t.secret().clone()),
            access_token: tokens.access_token().secret().clone(),
        };
        found.userinfo = self.userinfo(&found.access_token).await?;
        self.keep(visitor, Some(found));
        Ok(())
    }

    async fn userinfo(&self, access_token: &str) -> Result<serde_json::Value, String> {
        let url = format!("{}/oauth2/userinfo", self.issuer.as_str());
        let answer = self.http.get(url).bearer_auth(access_token).send().await.map_err(|e| e.to_string())?;
        if !answer.status().is_success() {
            return Err(format!("userinfo: {}", answer.status()));
        }
        answer.json().await.map_err(|e| e.to_string())
    }

    async fn refresh(&self, visitor: &str) -> Result<(), String> {
        let found = self.signed_in(visitor).ok_or("nobody is signed in")?;
        let refresh_token = found.refresh_token.clone().ok_or("there is no refresh token")?;
        let form = [("grant_type", "refresh_token"), ("client_id", "teamwork"), ("refresh_token", refresh_token.as_str())];
        let url = format!("{}/oauth2/token", self.issuer.as_str());
        let answer = self.http.post(url).form(&form).send().await.map_err(|e| e.to_string())?;
        let tokens: serde_json::Value = answer.json().await.map_err(|e| e.to_string())?;
        let text = |name: &str| tokens.get(name).and_then(|v| v.as_str()).map(str::to_owned);
        let Some(access_token) = text("access_token") else {
            self.keep(visitor, None);
            return Err(format!("refresh: {tokens}"));
        };
        let userinfo = self.userinfo(&access_token).await?;
        self.keep(visitor, Some(SignedIn { access_token, userinfo, refresh_token: text("refresh_token"), ..found }));
        Ok(())
    }

    fn signed_in(&self, visitor: &str) -> Option<SignedIn> {
        self.visitors.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get(visitor).and_then(|v| v.signed_in.clone())
    }

    fn keep(&self, visitor: &str, found: Option<SignedIn>) {
        let mut visitors = self.visitors.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        visitors.entry(visitor.to_owned()).or_default().signed_in = found;
    }
}

/// Serves the application.
pub(super) fn start(listen: SocketAddr, application: Application) -> Result<ServerHandle, String> {
    let data = web::Data::from(Arc::new(application));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .route("/", web::get().to(home))
            .route("/ui.css", web::get().to(style))
            .route("/sign-in", web::get().to(sign_in))
            .route("/callback", web::get().to(callback))
            .route("/refresh", web::post().to(refresh))
            .route("/sign-out", web::post().to(sign_out))
    });
    let server = server.workers(1).disable_signals().bind(listen).map_err(|e| format!("{listen}: {e}. Choose another --port"))?.run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(handle)
}

const COOKIE: &str = "teamwork";

fn visitor(request: &HttpRequest) -> Option<String> {
    request.cookie(COOKIE).map(|c| c.value().to_owned()).filter(|v| v.len() == 43)
}

fn page(title: &str, body: Markup) -> HttpResponse {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset="utf-8"; meta name="viewport" content="width=device-width, initial-scale=1"; title { (title) } link rel="stylesheet" href="/ui.css"; }
            body class="journey" { main class="line" { div class="card" { h1 { (title) } (body) } } }
        }
    };
    HttpResponse::Ok().content_type("text/html; charset=utf-8").insert_header(("Cache-Control", "no-store")).body(markup.into_string())
}

fn trouble(sentence: &str) -> HttpResponse {
    page("That did not work", html! { p { (sentence) } p { a href="/" { "Back" } } })
}

fn go(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("Location", to)).finish()
}

async fn home(app: web::Data<Application>, request: HttpRequest) -> HttpResponse {
    let Some(found) = visitor(&request).and_then(|v| app.signed_in(&v)) else {
        return page("Teamwork", html! {
            p { "An example application. It knows nobody: Homeward tells it who you are." }
            p { a class="btn wide" href="/sign-in" { "Sign in" } }
        });
    };
    let name = found.userinfo.get("name").and_then(|v| v.as_str()).unwrap_or("you");
    page("Teamwork", html! {
        p { "Signed in as " strong id="who" { (name) } "." }
        details open { summary { "Userinfo" } pre class="sm" id="userinfo" { (serde_json::to_string_pretty(&found.userinfo).unwrap_or_default()) } }
        details { summary { "ID token" } pre class="sm" id="claims" { (serde_json::to_string_pretty(&found.claims).unwrap_or_default()) } }
        form method="post" action="/refresh" { button class="btn quiet wide" type="submit" { "Refresh" } }
        form method="post" action="/sign-out" { button class="btn quiet wide" type="submit" { "Sign out" } }
        p { a href={ (app.issuer.as_str()) "/changepassword?client_id=teamwork&return_to=" (app.base) "/" } { "Change password" } }
    })
}

async fn sign_in(app: web::Data<Application>, request: HttpRequest) -> HttpResponse {
    let visitor = visitor(&request).unwrap_or_else(|| random_token(&SystemRandom));
    match app.begin(&visitor).await {
        Ok(url) => HttpResponse::SeeOther()
            .insert_header(("Location", url))
            .insert_header(("Set-Cookie", format!("{COOKIE}={visitor}; Path=/; HttpOnly; SameSite=Lax")))
            .finish(),
        Err(sentence) => trouble(&sentence),
    }
}

async fn callback(app: web::Data<Application>, request: HttpRequest, query: web::Query<HashMap<String, String>>) -> HttpResponse {
    let Some(visitor) = visitor(&request) else { return trouble("This browser started no sign-in.") };
    match app.finish(&visitor, &query).await {
        Ok(()) => go("/"),
        Err(sentence) => trouble(&sentence),
    }
}

async fn refresh(app: web::Data<Application>, request: HttpRequest) -> HttpResponse {
    let Some(visitor) = visitor(&request) else { return go("/") };
    match app.refresh(&visitor).await {
        Ok(()) => go("/"),
        Err(sentence) => trouble(&sentence),
    }
}

async fn sign_out(app: web::Data<Application>, request: HttpRequest) -> HttpResponse {
    let Some(visitor) = visitor(&request) else { return go("/") };
    let hint = app.signed_in(&visitor).map(|s| s.id_token).unwrap_or_default();
    app.keep(&visitor, None);
    let mut url = match url::Url::parse(&format!("{}/oauth2/logout", app.issuer.as_str())) {
        Ok(url) => url,
        Err(_) => return go("/"),
    };
    url.query_pairs_mut().append_pair("id_token_hint", &hint).append_pair("post_logout_redirect_uri", &format!("{}/", app.base));
    go(url.as_str())
}
