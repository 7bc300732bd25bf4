//! Endpoints that an application calls itself, without a browser: tokens, pushed requests, revocation, introspection, userinfo.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Data},
};
use homeward_provider::{self as provider, Caller, TokenError, pushed};

use crate::{app::App, asked::network, form::Form, routes::delegated};

/// Runs one endpoint with the caller of the request.
macro_rules! called {
    ($app:ident, $request:ident, |$ports:ident, $caller:ident| $call:expr) => {{
        let network = network(&$request, &$app).to_string();
        let $caller = Caller { authorization: authorization(&$request), network: &network };
        let $ports = &$app.signin.provider;
        $call.await
    }};
}

pub(crate) async fn token(app: Data<App>, request: HttpRequest, form: Form) -> HttpResponse {
    // Only where the operator has switched it on; otherwise it is a grant type like any other that is not there (OT-09).
    if app.signin.settings.token_exchange && form.get("grant_type") == provider::exchange::GRANT_TYPE {
        let network = network(&request, &app).to_string();
        return delegated::exchange(&app, &Caller { authorization: authorization(&request), network: &network }, &form).await;
    }
    let answer = called!(app, request, |ports, caller| provider::token(ports, &caller, &form.0));
    answer.map_or_else(|error| refused(&error), |json| answered(StatusCode::OK, json))
}

pub(crate) async fn push(app: Data<App>, request: HttpRequest, form: Form) -> HttpResponse {
    let answer = called!(app, request, |ports, caller| pushed::push(ports, &caller, &form.0));
    answer.map_or_else(|error| refused(&error), |json| answered(StatusCode::CREATED, json))
}

pub(crate) async fn revoke(app: Data<App>, request: HttpRequest, form: Form) -> HttpResponse {
    let answer = called!(app, request, |ports, caller| provider::revoke(ports, &caller, &form.0));
    answer.map_or_else(|error| refused(&error), |()| HttpResponse::Ok().finish())
}

pub(crate) async fn introspect(app: Data<App>, request: HttpRequest, form: Form) -> HttpResponse {
    let answer = called!(app, request, |ports, caller| provider::introspect(ports, &caller, &form.0));
    answer.map_or_else(|error| refused(&error), |json| answered(StatusCode::OK, json))
}

pub(crate) fn answered(status: StatusCode, json: String) -> HttpResponse {
    HttpResponse::build(status).insert_header(("Pragma", "no-cache")).content_type("application/json").body(json)
}

pub(crate) fn refused(error: &TokenError) -> HttpResponse {
    tracing::info!(error = error.error, why = error.description, "client refused");
    let mut builder = HttpResponse::build(StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST));
    builder.insert_header(("Pragma", "no-cache"));
    if error.status == 401 {
        builder.insert_header(("WWW-Authenticate", "Basic realm=\"token\", charset=\"UTF-8\""));
    }
    if let Some(wait) = error.retry_after {
        builder.insert_header(("Retry-After", wait.as_secs().max(1).to_string()));
    }
    builder.content_type("application/json").body(error.to_json())
}

/// By GET or POST, with the token in the header, or in the body of a POST (RFC 6750 2.1, 2.2); never in the address.
pub(crate) async fn userinfo(app: Data<App>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let kind = request.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let is_form = kind.split(';').next().is_some_and(|kind| kind.trim() == "application/x-www-form-urlencoded");
    let form = if is_form { std::str::from_utf8(&body).map(Form::parse).unwrap_or_default() } else { Form::default() };
    let in_body = form.optional("access_token").map(|token| format!("Bearer {token}"));
    let token = match (authorization(&request), in_body.as_deref()) {
        // Two ways at once are none (RFC 6750 2).
        (Some(_), Some(_)) => Some(""),
        (header, body) => header.or(body),
    };
    match provider::userinfo(&app.signin.provider, token).await {
        Ok(json) => answered(StatusCode::OK, json),
        Err(error) => HttpResponse::build(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::UNAUTHORIZED))
            .insert_header(("WWW-Authenticate", error.challenge()))
            .content_type("application/json")
            .body("{}"),
    }
}

fn authorization(request: &HttpRequest) -> Option<&str> {
    let mut found = request.headers().get_all("authorization").filter_map(|value| value.to_str().ok());
    match (found.next(), found.next()) {
        (only, None) => only,
        // Two credentials: neither counts.
        (_, Some(_)) => Some(""),
    }
}
