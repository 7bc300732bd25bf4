//! HEAD: what a page or a document that anybody may read would answer, without its body. Monitors, scanners and previews of links ask this way.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
};

/// What is only shown, however often it is asked for. Whatever uses something up, begins or ends something when it is fetched does not stand here, and
/// HEAD gets 405 there: the way back to an application, from a provider, and out.
const SHOWN: [&str; 20] = [
    "/", "/signin", "/account", "/account/name", "/account/email", "/account/email/undo", "/changepassword", "/forgot", "/reset", "/invitation", "/signout", "/language", "/help",
    "/privacy", "/portal", "/setup", "/oauth2/jwks", "/healthz", "/readyz", "/readyz/counters",
];

fn is_shown(path: &str) -> bool {
    let is_metadata = path.starts_with("/saml/") && path.ends_with("/metadata");
    SHOWN.contains(&path) || is_metadata || path.starts_with("/assets/") || path.starts_with("/.well-known/")
}

/// Answers HEAD as GET. The server itself sends no body to it. It stands around everything else: nobody else holds the request yet.
///
/// # Errors
/// Those of the service behind it.
pub async fn head_as_get(mut request: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if request.method() == Method::HEAD && is_shown(request.path()) {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await
}
