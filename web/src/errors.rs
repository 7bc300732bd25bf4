//! Errors in the same layout as everything else, with a reference and without a word about the inside (ERR-1).

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{CONTENT_TYPE, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use homeward_language::Text;
use homeward_signin::{Reason, usecase::strangers};

use crate::{
    app::App,
    asked::{language, network},
    routes::api,
    screens,
};

/// Answers of these kinds say by themselves what is wrong.
const TOLD: [&str; 3] = ["text/html", "application/json", "application/problem+json"];

/// Why a response without a body says no.
#[derive(Clone, Copy)]
struct Refused(Reason);

/// Says no to a request before anybody is meant. `pages` gives it its page, and its case number to page, log and audit.
pub fn refused(reason: Reason) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::from_u16(reason.status()).unwrap_or(StatusCode::BAD_REQUEST)).finish();
    response.extensions_mut().insert(Refused(reason));
    response
}

/// Whether somebody was at work in the account portal, and goes on there.
fn is_portal(path: &str) -> bool {
    path == "/portal" || path.starts_with("/portal/")
}

/// Gives an error without a body the page of its status.
///
/// # Errors
/// Those of the service behind it that are no responses.
pub async fn pages(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return Ok(response);
    }
    let told = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|kind| TOLD.iter().any(|known| kind.starts_with(known)));
    let app = response.request().app_data::<Data<App>>().cloned();
    let Some(app) = app.filter(|_| !told) else { return Ok(response) };
    let wished = language(response.request(), app.pseudo_language);
    let reason = response.response().extensions().get::<Refused>().map(|refused| refused.0);
    let case = match reason {
        Some(reason) => strangers::refused(&app.signin, reason, network(response.request(), &app)).await,
        None => strangers::error_page(&app.signin, status.as_u16()),
    };
    if response.request().path().starts_with("/api/") {
        return Ok(response.into_response(api::problem(status, reason, &case)).map_into_boxed_body());
    }
    let chrome = screens::Chrome::new(Text::of(wished), app.signin.settings.product.clone(), String::new());
    let page = screens::plain_error(&chrome, (status.as_u16(), reason), &case, is_portal(response.request().path())).into_string();
    let (http, inner) = response.into_parts();
    let mut inner = inner.set_body(BoxBody::new(page));
    inner.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    Ok(ServiceResponse::new(http, inner))
}
