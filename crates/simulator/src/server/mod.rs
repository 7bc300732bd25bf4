//! The simulator as a web server: sign-in page, SAML and OpenID Connect endpoints of every brand, tiles, single logout.
//!
//! Under `/{brand}`, where brand is `entra`, `okta`, `google` or `generic`. Every password is right; nothing here guards anything.

mod entra;
mod logout;
mod metadata;
mod oidc;
mod pages;
mod request;
mod saml;
mod state;

use std::{net::SocketAddr, net::TcpListener, sync::Arc};

use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, http::header, web};
use homeward_model::{Clock, SystemClock};

pub use state::{Client, Grant, Keys, Play, ServiceProvider, Session, Settings};

use crate::{brand::Brand, error::SimulatorError};

impl Settings {
    /// With the system's clock, no clients and nobody in particular.
    pub fn at(base: &str) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        Self { base: base.trim_end_matches('/').to_owned(), people: Vec::new(), clients: Vec::new(), service_providers: Vec::new(), clock }
    }
}

/// A simulator that serves.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    handle: ServerHandle,
    play: Arc<Play>,
}

impl Running {
    /// Stops; `gently` lets requests end.
    pub async fn stop(&self, gently: bool) {
        self.handle.stop(gently).await;
    }
    /// The certificate that its SAML answers are signed with, as PEM.
    pub fn certificate_pem(&self) -> String {
        crate::key::pem("CERTIFICATE", self.play.keys.current.certificate())
    }
    /// What it plays with, to register clients and service providers that come later.
    pub fn play(&self) -> &Play {
        &self.play
    }
    /// The metadata of a brand.
    pub fn metadata(&self, brand: Brand) -> String {
        self.play.metadata(brand)
    }
}

/// Starts serving on this listener.
pub fn start(listener: TcpListener, settings: Settings) -> Result<Running, SimulatorError> {
    let address = listener.local_addr()?;
    let play = Arc::new(Play::new(settings)?);
    let shared = web::Data::from(Arc::clone(&play));
    let server = HttpServer::new(move || App::new().app_data(shared.clone()).configure(routes)).listen(listener)?.workers(1).disable_signals().run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(Running { address, handle, play })
}

/// What the routes share; for tests that need no network.
pub fn play(settings: Settings) -> Result<Play, SimulatorError> {
    Play::new(settings)
}

/// Every route; for tests that need no network.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(pages::home))
        .route("/tiles", web::get().to(pages::tiles))
        .route("/health", web::get().to(|| async { HttpResponse::Ok().body("ok") }))
        .route("/{tenant:[0-9a-f-]{36}}/oauth2/v2.0/authorize", web::get().to(entra::authorize))
        .route("/{tenant:[0-9a-f-]{36}}/oauth2/v2.0/token", web::post().to(entra::token))
        .route("/{tenant:[0-9a-f-]{36}}/v2.0/.well-known/openid-configuration", web::get().to(entra::discovery))
        .route("/{tenant}/v2.0/adminconsent", web::get().to(entra::admin_consent))
        .route("/{tenant}/v2.0/adminconsent", web::post().to(entra::decide))
        .route("/{brand}/signin", web::post().to(pages::sign_in))
        .route("/{brand}/saml/sso", web::get().to(saml::by_redirect))
        .route("/{brand}/saml/sso", web::post().to(saml::by_post))
        .route("/{brand}/saml/tile", web::post().to(saml::tile))
        .route("/{brand}/saml/metadata", web::get().to(saml::metadata))
        .route("/{brand}/saml/slo", web::get().to(logout::by_redirect))
        .route("/{brand}/saml/slo", web::post().to(logout::by_post))
        .route("/{brand}/signout", web::post().to(logout::from_tiles))
        .route("/{brand}/oidc/authorize", web::get().to(oidc::authorize))
        .route("/{brand}/oidc/authorize", web::post().to(oidc::authorize_by_post))
        .route("/{brand}/oidc/token", web::post().to(oidc::token))
        .route("/{brand}/oidc/userinfo", web::get().to(oidc::userinfo))
        .route("/{brand}/oidc/userinfo", web::post().to(oidc::userinfo))
        .route("/{brand}/oidc/keys", web::get().to(oidc::keys))
        .route("/{brand}/oidc/logout", web::get().to(logout::rp_initiated))
        .route("/{brand}/oidc/logout", web::post().to(logout::rp_initiated_by_post))
        .route("/{brand}/.well-known/openid-configuration", web::get().to(oidc::discovery_short))
        .route("/{brand}/{rest:.*}/.well-known/openid-configuration", web::get().to(oidc::discovery));
}

/// 303 to another place, by GET.
fn go(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, to)).insert_header((header::CACHE_CONTROL, "no-store")).finish()
}

/// A page.
fn page(html: String) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").insert_header((header::CACHE_CONTROL, "no-store")).body(html)
}

/// What is wrong with the request, in words.
fn refuse(sentence: &str) -> HttpResponse {
    HttpResponse::BadRequest().content_type("text/html; charset=utf-8").body(pages::problem(sentence))
}
