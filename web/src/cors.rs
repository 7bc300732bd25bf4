//! Calls from pages of applications (Fetch Standard, CORS): from registered origins only, never with cookies (OT-23).

use actix_web::{
    Error, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};

use crate::app::App;

/// What a page may send, and for how long a browser may remember that.
const PREFLIGHT: [(&str, &str); 3] = [
    ("access-control-allow-methods", "GET, POST"),
    ("access-control-allow-headers", "authorization, content-type"),
    ("access-control-max-age", "600"),
];

/// Lets the pages of registered origins read the answer. Everybody else gets the answer without that permission, which only a
/// browser asks for.
///
/// # Errors
/// Those of the service behind it.
pub(crate) async fn registered_origins(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let origin = request.headers().get("origin").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let app = request.app_data::<Data<App>>().cloned();
    let known = match (&origin, app) {
        (Some(origin), Some(app)) => app.signin.provider.clients.knows_origin(origin).await.unwrap_or(false),
        _ => false,
    };
    let preflight = request.method() == Method::OPTIONS;
    let mut response = if preflight {
        request.into_response(HttpResponse::NoContent().finish()).map_into_right_body()
    } else {
        next.call(request).await?.map_into_left_body()
    };
    let headers = response.headers_mut();
    headers.append(HeaderName::from_static("vary"), HeaderValue::from_static("Origin"));
    if let Some(Ok(origin)) = origin.filter(|_| known).map(|origin| HeaderValue::from_str(&origin)) {
        headers.insert(HeaderName::from_static("access-control-allow-origin"), origin);
        for (name, value) in PREFLIGHT.iter().filter(|_| preflight) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
    }
    Ok(response)
}
