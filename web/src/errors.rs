//! Errors in the same layout as everything else, with a reference and without a word about the inside (ERR-1).

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{CONTENT_TYPE, HeaderValue},
    middleware::Next,
    web::Data,
};
use homeward_language::Text;
use homeward_model::CaseNumber;

use crate::{app::App, asked::language, screens};

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
    let told = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|kind| kind.starts_with("text/html") || kind.starts_with("application/json"));
    let app = response.request().app_data::<Data<App>>().cloned();
    let Some(app) = app.filter(|_| !told) else { return Ok(response) };
    let wished = language(response.request(), app.pseudo_language);
    let case = CaseNumber::generate(app.signin.random.as_ref());
    tracing::info!(status = status.as_u16(), case = case.as_str(), "error page");
    let text = Text::of(wished);
    let chrome = screens::Chrome::new(text, app.signin.settings.product.clone(), String::new());
    let page = screens::plain_error(&chrome, status.as_u16(), &case).into_string();
    let (http, inner) = response.into_parts();
    let mut inner = inner.set_body(BoxBody::new(page));
    inner.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    Ok(ServiceResponse::new(http, inner))
}
