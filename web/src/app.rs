//! What the handlers share, and which handler answers where.

use std::sync::{Arc, OnceLock};

use actix_web::{
    dev::ServiceRequest,
    middleware::from_fn,
    web::{self, Bytes},
};
use homeward_language::Language;
use homeward_sealing::{Mac, PageSealer};
use homeward_signin::Context;

use crate::{
    cors::registered_origins,
    network::Networks,
    routes::{account, api, change, client_calls, delegated, federated, own, person, portal, profile, provider, recover, signin, signout, test_signin},
};

/// What the handlers share.
pub struct App {
    /// The sign-in.
    pub signin: Arc<Context>,
    /// The account portal.
    pub portal: Arc<homeward_portal::Portal>,
    /// Seals stages for pages.
    pub pages: PageSealer,
    /// Names requests of the API that may come twice, without keeping what is in them.
    pub requests: Mac,
    /// Whether the pseudo-language may be asked for.
    pub pseudo_language: bool,
    /// Which proxies are believed, and what the operator's networks are called.
    pub networks: Arc<Networks>,
    /// Whom to tell of a weakness; nobody is named when there is none.
    pub security_contacts: Vec<String>,
    /// Our metadata, once it was asked for.
    pub metadata: OnceLock<Bytes>,
    /// The document of the API, once it was asked for.
    pub api_document: OnceLock<serde_json::Value>,
    /// Asks for it.
    pub ready: Arc<dyn Fn() -> futures_util::future::BoxFuture<'static, Readiness> + Send + Sync>,
}

/// What a broker that is asked can do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// Whether requests can be sent to it: its store answers, its clock is right, and it is not about to stop.
    pub serves: bool,
    /// Whether guesses and limits can be counted. Until they can, whatever has a limit is refused, and the rest goes on.
    pub counts: bool,
}

impl App {
    /// Our metadata (OpenID Connect Discovery 3): the same for the life of the process.
    pub(crate) fn metadata(&self) -> Bytes {
        let exchange = self.signin.settings.token_exchange;
        let make = || homeward_provider::metadata(&self.signin.provider.issuer, &Language::OFFERED.map(Language::code), exchange).into();
        self.metadata.get_or_init(make).clone()
    }
}

/// Largest body of a form, in bytes (DS-02).
const MOST_BODY: usize = 64 * 1024;

/// Largest body of a request to this address, in bytes: only an identity provider's answer, its metadata and a picture are longer than a form.
/// Some answer at addresses that none of our routes has.
pub fn most_body(request: &ServiceRequest) -> usize {
    let path = request.path();
    let may_be_answer = path.starts_with("/saml/") || request.match_pattern().is_none();
    let may_be_metadata = (path.starts_with("/portal/") && path.ends_with("/propose")) || (path.starts_with("/api/") && path.ends_with("/proposal"));
    let may_be_picture = (path.starts_with("/portal/") || path.starts_with("/api/")) && path.ends_with("/logo");
    if may_be_answer || may_be_metadata || may_be_picture { federated::MOST_ANSWER } else { MOST_BODY }
}

/// Registers every route.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        // `most_body` says which of the two it is for an address.
        .app_data(web::PayloadConfig::new(federated::MOST_ANSWER))
        .service(web::resource("/oauth2/authorize").get(provider::authorize).post(provider::authorize_by_post))
        .service(web::resource("/oauth2/token").wrap(from_fn(registered_origins)).post(client_calls::token))
        .service(web::resource("/oauth2/par").post(client_calls::push))
        .service(web::resource("/oauth2/revoke").wrap(from_fn(registered_origins)).post(client_calls::revoke))
        .service(web::resource("/oauth2/introspect").post(client_calls::introspect))
        .service(web::resource("/oauth2/userinfo").wrap(from_fn(registered_origins)).get(client_calls::userinfo).post(client_calls::userinfo))
        .service(web::resource("/oauth2/jwks").wrap(from_fn(registered_origins)).get(provider::jwks))
        .service(web::resource("/oauth2/logout").get(provider::logout).post(provider::logout_by_post))
        .service(web::resource("/.well-known/openid-configuration").wrap(from_fn(registered_origins)).get(provider::metadata))
        .service(web::resource("/.well-known/change-password").get(own::well_known_change))
        .service(web::resource("/.well-known/security.txt").get(own::security_txt))
        .service(web::resource("/").get(signin::home))
        .service(web::resource("/signin").get(signin::home))
        .service(web::resource("/signin/continue").get(signin::go_on))
        .service(web::resource("/signin/back").get(signin::back))
        .service(web::resource("/signin/tab").get(signin::other_tab))
        .service(web::resource("/signin/username").post(signin::username))
        .service(web::resource("/signin/again").post(signin::again))
        .service(web::resource("/signin/password").post(signin::password))
        .service(web::resource("/signin/code").post(signin::code))
        .service(web::resource("/signin/single-sign-on").post(signin::single_sign_on))
        .service(web::resource("/signin/leave").get(federated::leave))
        .service(web::resource("/signin/return").get(federated::fetch))
        .service(web::resource("/signin/test").get(test_signin::link).post(test_signin::begin))
        .service(web::resource("/signin/test/result").get(test_signin::result))
        .service(web::resource("/signin/provider/{connection}").get(federated::begin))
        .service(web::resource("/signin/retry").post(federated::retry))
        .service(web::resource("/saml/{connection}/acs").get(federated::not_by_redirect).post(federated::consume))
        .service(web::resource("/saml/{connection}/metadata").get(federated::saml_metadata))
        .service(web::resource("/saml/{connection}/slo").get(signout::by_redirect).post(signout::by_post))
        .service(web::resource("/oidc/azure/callback").get(federated::own_callback))
        .service(web::resource("/oidc/azure/signedout").get(signout::signed_out_at_own))
        .service(web::resource("/delegated/consent").post(delegated::consent))
        .service(web::resource("/delegated/{connection}").get(delegated::open))
        .service(web::resource("/azure/start").get(delegated::start).post(delegated::begin))
        .service(web::resource("/azure/return").get(delegated::azure))
        .service(web::resource("/oidc/{connection}/callback").get(federated::callback))
        .service(web::resource("/oidc/{connection}/signedout").get(signout::signed_out_there))
        .service(web::resource("/oidc/{connection}/backchannel-logout").post(signout::back_channel))
        .service(web::resource("/signin/enter-password").post(signin::enter_password))
        .service(web::resource("/signin/account").post(account::name))
        .service(web::resource("/signin/proven").post(account::proven))
        .service(web::resource("/signin/chooser").post(account::chooser))
        .service(web::resource("/signin/expired").post(change::expired))
        .service(web::resource("/signin/expiring").post(change::expiring))
        .service(web::resource("/account").get(person::open).post(person::end))
        .configure(profile::configure)
        .service(web::resource("/changepassword").get(change::open).post(change::submit))
        .service(web::resource("/forgot").get(recover::open).post(recover::ask))
        .service(web::resource("/forgot/send").post(recover::send))
        .service(web::resource("/forgot/code").post(recover::code))
        .service(web::resource("/reset").get(recover::link).post(recover::confirm))
        .service(web::resource("/invitation").get(recover::link).post(recover::confirm))
        .service(web::resource("/reset/password").post(recover::set))
        .service(web::resource("/signout").get(own::sign_out).post(own::confirm_sign_out))
        .service(web::resource("/signout/end").get(signout::end))
        .service(web::resource("/signout/there").post(signout::there_too))
        .service(web::resource("/language").get(own::language).post(own::language_by_post))
        .service(web::resource("/language/set").post(own::set_language))
        .service(web::resource("/help").get(own::help))
        .service(web::resource("/privacy").get(own::privacy))
        .service(web::resource("/assets/colour/{file}").get(own::colour))
        .service(web::resource("/assets/logo/{file}").get(own::logo))
        .service(web::resource("/assets/{hash}/{name}").get(own::asset))
        .configure(portal::configure)
        .configure(api::configure)
        .service(web::resource("/healthz").get(own::health))
        .service(web::resource("/readyz").get(own::ready))
        .service(web::resource("/readyz/counters").get(own::ready_and_counting))
        .default_service(web::to(federated::consume_at));
}
