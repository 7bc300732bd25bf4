//! Requests from other sites change nothing (OB-11). The sealed stage is the first lock; this is the second.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web::Data,
};

use homeward_signin::Reason;

use crate::{app::App, errors::refused};

/// Paths that other sites may post to: each authenticates in a way of its own, or asks the person.
const OPEN: [&str; 7] = [
    "/oauth2/authorize", "/oauth2/token", "/oauth2/userinfo", "/oauth2/logout", "/oauth2/par", "/oauth2/revoke", "/oauth2/introspect",
];

/// Refuses a POST that a browser says comes from elsewhere. Under `Referrer-Policy: no-referrer` our own forms send
/// `Origin: null`, so `Sec-Fetch-Site` decides where the browser sends it.
///
/// # Errors
/// Those of the service behind it.
pub async fn same_origin(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if request.method() == Method::POST && !OPEN.contains(&request.path()) && is_foreign(&request) && !is_consumer(&request).await {
        return Ok(request.into_response(refused(Reason::ForeignOrigin)).map_into_right_body());
    }
    next.call(request).await.map(ServiceResponse::map_into_left_body)
}

/// Where identity providers post their answers and that somebody has signed out: what authenticates there is the message's signature, and an answer signs
/// nobody in before the browser that began has fetched it.
async fn is_consumer(request: &ServiceRequest) -> bool {
    let path = request.path();
    if path.starts_with("/saml/") && (path.ends_with("/acs") || path.ends_with("/slo")) {
        return true;
    }
    let Some(app) = request.app_data::<Data<App>>().cloned() else { return false };
    // A path of a connection never hides one of ours: those have their routes, and this is asked only of posts from elsewhere.
    let connections = &app.signin.federation.connections;
    request.match_pattern().is_none() && (connections.answers_at(path).await.unwrap_or(false) || connections.signs_out_at(path).await.unwrap_or(false))
}

fn is_foreign(request: &ServiceRequest) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => !matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let own = request.app_data::<Data<App>>().map(|app| app.signin.settings.issuer.clone()).unwrap_or_default();
            origin != "null" && origin != own
        }
        (None, None) => false,
    }
}
