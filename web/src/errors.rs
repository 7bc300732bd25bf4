//! Errors in the same layout as everything else, with a reference and without a word about the inside (ERR-1).

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        StatusCode,
        header::{CONTENT_TYPE, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use homeward_language::{Language, Text};
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

/// Where somebody was at work, and goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Api,
    Portal,
    Elsewhere,
}

impl Place {
    fn of(path: &str) -> Self {
        match path {
            _ if path.starts_with("/api/") => Self::Api,
            _ if path == "/portal" || path.starts_with("/portal/") => Self::Portal,
            _ => Self::Elsewhere,
        }
    }
}

/// The answer to a request that ended without one: nothing of the inside is told, and the reference stands in the log. The request is gone, and with it in which
/// language it asked.
fn fault(app: Option<&App>, place: Place) -> Error {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    let response = match app {
        None => HttpResponse::new(status),
        Some(app) => {
            let case = strangers::error_page(&app.signin, status.as_u16());
            if place == Place::Api {
                api::problem(status, None, &case)
            } else {
                let chrome = screens::Chrome::new(Text::of(Language::English), app.signin.settings.product.clone(), String::new());
                let page = screens::plain_error(&chrome, (status.as_u16(), None), &case, place == Place::Portal).into_string();
                HttpResponse::build(status).insert_header((CONTENT_TYPE, "text/html; charset=utf-8")).body(page)
            }
        }
    };
    InternalError::from_response("a request ended without an answer", response).into()
}

/// Gives an error without a body the page of its status.
///
/// # Errors
/// Those of the service behind it that are no responses.
pub async fn pages(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let (app, path) = (request.app_data::<Data<App>>().cloned(), Place::of(request.path()));
    let response = match next.call(request).await {
        Ok(response) => response.map_into_boxed_body(),
        Err(_) => return Err(fault(app.as_ref().map(|app| app.get_ref()), path)),
    };
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return Ok(response);
    }
    let told = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|kind| TOLD.iter().any(|known| kind.starts_with(known)));
    let Some(app) = app.filter(|_| !told) else { return Ok(response) };
    let wished = language(response.request(), app.pseudo_language);
    let reason = response.response().extensions().get::<Refused>().map(|refused| refused.0);
    let case = match reason {
        Some(reason) => strangers::refused(&app.signin, reason, network(response.request(), &app)).await,
        None => strangers::error_page(&app.signin, status.as_u16()),
    };
    if path == Place::Api {
        return Ok(response.into_response(api::problem(status, reason, &case)).map_into_boxed_body());
    }
    let chrome = screens::Chrome::new(Text::of(wished), app.signin.settings.product.clone(), String::new());
    let page = screens::plain_error(&chrome, (status.as_u16(), reason), &case, path == Place::Portal).into_string();
    let (http, inner) = response.into_parts();
    let mut inner = inner.set_body(BoxBody::new(page));
    inner.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    Ok(ServiceResponse::new(http, inner))
}
