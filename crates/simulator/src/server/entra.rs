//! Entra ID at its own host: addresses that begin with the tenant, and an administrator's consent for a whole organisation.

use actix_web::{HttpRequest, HttpResponse, cookie::{Cookie, SameSite}, web};
use serde_json::json;
use url::Url;

use super::{
    go, oidc, page, pages, refuse,
    saml::Fields,
    state::Play,
};
use crate::{Brand, brand::TENANT, oidc::discovery as document};

pub(super) async fn authorize(play: web::Data<Play>, tenant: web::Path<String>, query: web::Query<Fields>, request: HttpRequest) -> HttpResponse {
    if tenant.as_str() != TENANT {
        return refuse("There is no tenant of this id here (AADSTS90002).");
    }
    let mut fields = query.into_inner();
    fields.insert("own_host".into(), "yes".into());
    oidc::begin(&play, Brand::Entra.path(), &fields, &request)
}

pub(super) async fn token(play: web::Data<Play>, form: web::Form<Fields>, request: HttpRequest) -> HttpResponse {
    oidc::redeem(&play, Brand::Entra, &form, &request)
}

pub(super) async fn discovery(play: web::Data<Play>, tenant: web::Path<String>) -> HttpResponse {
    if tenant.as_str() != TENANT {
        return HttpResponse::NotFound().finish();
    }
    let base = &play.settings.base;
    let mut told = document(Brand::Entra, base, &oidc::own_issuer(base));
    if let Some(told) = told.as_object_mut() {
        for (name, path) in [("authorization_endpoint", "authorize"), ("token_endpoint", "token")] {
            told.insert(name.into(), json!(format!("{base}/{TENANT}/oauth2/v2.0/{path}")));
        }
    }
    HttpResponse::Ok().json(told)
}

/// The page on which an administrator accepts.
pub(super) async fn admin_consent(tenant: web::Path<String>, query: web::Query<Fields>) -> HttpResponse {
    if !matches!(tenant.as_str(), "organizations" | "common") && tenant.as_str() != TENANT {
        return refuse("There is no tenant of this id here (AADSTS90002).");
    }
    let hidden: String = ["client_id", "redirect_uri", "state", "scope"]
        .iter()
        .map(|name| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", pages::escape(query.get(*name).map(String::as_str).unwrap_or_default())))
        .collect();
    let body = format!(
        "<h1>Accept for your organisation?</h1><p>This is not a real provider.</p><form method=\"post\" action=\"/{}/v2.0/adminconsent\">{hidden}\
         <label for=\"username\">Administrator</label><input id=\"username\" name=\"username\" value=\"admin@example.org\">\
         <button name=\"decision\" value=\"accept\">Accept</button><button name=\"decision\" value=\"cancel\">Cancel</button></form>",
        pages::escape(&tenant)
    );
    page(pages::layout("Simulated Entra ID", &body))
}

/// Back with the decision. Whoever accepts is signed in here, as at Microsoft.
pub(super) async fn decide(play: web::Data<Play>, form: web::Form<Fields>) -> HttpResponse {
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let Ok(mut to) = Url::parse(field("redirect_uri")) else { return refuse("redirect_uri is no address.") };
    if field("decision") != "accept" {
        to.query_pairs_mut().append_pair("error", "access_denied").append_pair("error_description", "AADSTS65004: declined").append_pair("state", field("state"));
        return go(to.as_str());
    }
    to.query_pairs_mut().append_pair("admin_consent", "True").append_pair("tenant", TENANT).append_pair("state", field("state"));
    let (key, _) = play.begin(Brand::Entra, play.person(field("username")), false);
    let mut response = go(to.as_str());
    // A cookie of our own making has no character that a header may not have.
    let _ = response.add_cookie(&Cookie::build(pages::COOKIE, key).path("/").http_only(true).same_site(SameSite::Lax).finish());
    response
}
