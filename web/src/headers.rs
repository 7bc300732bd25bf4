//! Headers that stand on every answer, errors and redirects included (4.H).

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};

use crate::app::App;

/// `form-action` stands last: the pages whose form goes elsewhere add to it. No script of ours makes a document or a script out of text, and none may.
const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
                   require-trusted-types-for 'script'; trusted-types 'none'; form-action 'self'";
/// The policy of a page whose form, to sign in or to sign out, goes to a provider that may lead on from there: browsers ask this policy about every
/// redirect after the form, and block the one that it does not name, without a word (decision 0003). So it names the origin, and every one with TLS.
pub(crate) fn with_form_onward(origin: &str) -> String {
    let plain = if origin.starts_with("http:") { " http:" } else { "" };
    format!("{CSP} {origin} https:{plain}")
}

const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), \
                           midi=(), payment=(), publickey-credentials-get=(self), usb=()";

const ALWAYS: [(HeaderName, HeaderValue); 11] = [
    fixed("content-security-policy", CSP),
    fixed("x-content-type-options", "nosniff"),
    fixed("referrer-policy", "no-referrer"),
    fixed("permissions-policy", PERMISSIONS),
    fixed("cross-origin-opener-policy", "same-origin"),
    // Together with the policy above: a page of ours shares its process with nobody's, and has nothing of another origin in it.
    fixed("cross-origin-embedder-policy", "require-corp"),
    fixed("cross-origin-resource-policy", "same-origin"),
    fixed("x-frame-options", "DENY"),
    fixed("x-permitted-cross-domain-policies", "none"),
    fixed("cache-control", "no-store"),
    fixed("x-robots-tag", "noindex"),
];

/// What says what a document may do. A stylesheet and a script are none: a browser reads these headers on them for nothing, and every page pays
/// for them.
const OF_DOCUMENTS: [&str; 6] = ["x-robots-tag", "permissions-policy", "cross-origin-opener-policy", "cross-origin-embedder-policy", "x-frame-options", "x-permitted-cross-domain-policies"];

/// The policy of a stylesheet or a script that is opened by itself: nothing.
const OF_A_FILE: (HeaderName, HeaderValue) = fixed("content-security-policy", "default-src 'none'; frame-ancestors 'none'");

/// Whether it is a part of a page and no page.
fn is_part(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.starts_with("text/css") || kind.starts_with("text/javascript")
}

/// The policy of a page that posts itself to one other origin, and to nowhere else.
pub(crate) fn posting_to(origin: &str) -> String {
    CSP.replace("form-action 'self'", &format!("form-action {origin}"))
}

const fn fixed(name: &'static str, value: &'static str) -> (HeaderName, HeaderValue) {
    (HeaderName::from_static(name), HeaderValue::from_static(value))
}

/// Sets what is not set yet.
///
/// # Errors
/// Those of the service behind it, whose answer has them, too.
pub async fn security_headers(request: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let https = request.app_data::<Data<App>>().is_some_and(|app| app.signin.settings.issuer.starts_with("https://"));
    match next.call(request).await {
        Ok(mut response) => {
            put(response.headers_mut(), https);
            Ok(response)
        }
        Err(error) => {
            let mut response = error.error_response();
            put(response.headers_mut(), https);
            Err(InternalError::from_response(error, response).into())
        }
    }
}

fn put(headers: &mut HeaderMap, https: bool) {
    let is_part = is_part(headers);
    for (name, value) in is_part.then_some(OF_A_FILE).into_iter().chain(ALWAYS) {
        let is_left_out = is_part && OF_DOCUMENTS.contains(&name.as_str());
        if !is_left_out && !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    }
    if https {
        let value = HeaderValue::from_static("max-age=63072000; includeSubDomains; preload");
        headers.insert(HeaderName::from_static("strict-transport-security"), value);
    }
}
