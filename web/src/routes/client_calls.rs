//! Endpoints that an application calls itself, without a browser: tokens, pushed requests, revocation, introspection, userinfo.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Data},
};
use homeward_model::CaseNumber;
use homeward_provider::{self as provider, Caller, StoreFault, TokenError, UserinfoError, pushed};
use homeward_signin::usecase::strangers;

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
        return delegated::exchange(&app, &request, &Caller { authorization: authorization(&request), network: &network }, &form).await;
    }
    let answer = called!(app, request, |ports, caller| provider::token(ports, &caller, &form.0));
    let grant = match form.get("grant_type") {
        "authorization_code" => "authorization_code",
        "refresh_token" => "refresh_token",
        _ => "other",
    };
    (app.signin.count_tokens)(grant, answer.as_ref().map_or_else(|error| error.error, |_| "ok"));
    match answer {
        Ok(json) => answered(StatusCode::OK, json),
        Err(error) => refused(&app, &request, &error).await,
    }
}

pub(crate) async fn push(app: Data<App>, request: HttpRequest, form: Form) -> HttpResponse {
    match called!(app, request, |ports, caller| pushed::push(ports, &caller, &form.0)) {
        Ok(json) => answered(StatusCode::CREATED, json),
        Err(error) => refused(&app, &request, &error).await,
    }
}

pub(crate) async fn revoke(app: Data<App>, request: HttpRequest, form: Form) -> HttpResponse {
    match called!(app, request, |ports, caller| provider::revoke(ports, &caller, &form.0)) {
        Ok(()) => HttpResponse::Ok().finish(),
        Err(error) => refused(&app, &request, &error).await,
    }
}

pub(crate) async fn introspect(app: Data<App>, request: HttpRequest, form: Form) -> HttpResponse {
    match called!(app, request, |ports, caller| provider::introspect(ports, &caller, &form.0)) {
        Ok(json) => answered(StatusCode::OK, json),
        Err(error) => refused(&app, &request, &error).await,
    }
}

pub(crate) fn answered(status: StatusCode, json: String) -> HttpResponse {
    HttpResponse::build(status).insert_header(("Pragma", "no-cache")).content_type("application/json").body(json)
}

/// That something did not answer is no refusal: the log alone has it, with the number that the answer has (decision 0010).
fn failed(app: &App, (what, fault): (&'static str, Option<&StoreFault>)) -> CaseNumber {
    let case = CaseNumber::generate(app.signin.random.as_ref());
    match fault {
        Some(fault) => tracing::error!(error = %fault.0, case = case.as_str(), "the store failed"),
        None => tracing::info!(error = what, case = case.as_str(), "not answered"),
    }
    case
}

/// The error as JSON. A refusal has a case number in it, in the log and in the audit; what failed has it in the log.
pub(crate) async fn refused(app: &App, request: &HttpRequest, error: &TokenError) -> HttpResponse {
    let body = match error.status {
        500.. => error.to_json_with(&failed(app, (error.error, error.fault.as_deref()))),
        _ => error.to_json_with(&strangers::call_refused(&app.signin, (error.word.unwrap_or(error.error), error.description), error.concerned.as_deref(), network(request, app)).await),
    };
    let mut builder = HttpResponse::build(StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST));
    builder.insert_header(("Pragma", "no-cache"));
    if error.status == 401 {
        builder.insert_header(("WWW-Authenticate", "Basic realm=\"token\", charset=\"UTF-8\""));
    }
    if let Some(wait) = error.retry_after {
        builder.insert_header(("Retry-After", wait.as_secs().max(1).to_string()));
    }
    builder.content_type("application/json").body(body)
}

/// By GET or POST, with the token in the header, or in the body of a POST (RFC 6750 2.1, 2.2); never in the address.
pub(crate) async fn userinfo(app: Data<App>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let kind = request.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let is_form = kind.split(';').next().is_some_and(|kind| kind.trim() == "application/x-www-form-urlencoded");
    let form = if is_form { std::str::from_utf8(&body).map(Form::parse).unwrap_or_default() } else { Form::default() };
    let in_body: Vec<&str> = form.0.iter().filter(|(name, value)| name == "access_token" && !value.is_empty()).map(|(_, value)| value.as_str()).collect();
    let told = match (authorization(&request), in_body.as_slice()) {
        (header, []) => provider::userinfo(&app.signin.provider, header).await,
        (None, [token]) => provider::userinfo(&app.signin.provider, Some(&format!("Bearer {token}"))).await,
        _ => Err(UserinfoError::Several),
    };
    match told {
        Ok(json) => answered(StatusCode::OK, json),
        Err(error) => {
            let case = match (&error, error.code()) {
                (UserinfoError::Unavailable(fault), _) => Some(failed(&app, ("server_error", Some(fault)))),
                (_, Some(code)) => Some(strangers::call_refused(&app.signin, (code, ""), None, network(&request, &app)).await),
                (_, None) => None,
            };
            let mut builder = HttpResponse::build(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::UNAUTHORIZED));
            if matches!(error, UserinfoError::Unavailable(_)) {
                builder.insert_header(("Retry-After", provider::AGAIN.as_secs().to_string()));
            }
            let body = case.map_or_else(|| "{}".to_owned(), |case| format!("{{\"case\":\"{case}\"}}"));
            builder.insert_header(("WWW-Authenticate", error.challenge())).content_type("application/json").body(body)
        }
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
