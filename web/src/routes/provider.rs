//! The OpenID Provider's endpoints.

use actix_web::{HttpRequest, HttpResponse, body::MessageBody, http::StatusCode, web::Data};
use homeward_provider as provider;
use homeward_signin::usecase::{authorize as begin, signout};

use crate::{
    app::App,
    asked::Asked,
    form::Form,
    respond::{self, Answer},
};

pub(crate) async fn authorize(asked: Asked, request: HttpRequest) -> Answer {
    let params = Form::parse(request.query_string());
    let begun = begin::begin(asked.ctx(), &params.0, &asked.visitor).await?;
    respond::begun(&asked, begun).await
}

/// A POST from another site comes without Lax cookies: it goes on as a GET of ours, which has them (OA-14).
pub(crate) async fn authorize_by_post(asked: Asked, form: Form) -> Answer {
    let query = serde_urlencoded::to_string(&form.0).unwrap_or_default();
    Ok(respond::see(&asked, &format!("/oauth2/authorize?{query}")))
}

pub(crate) async fn token(app: Data<App>, request: HttpRequest, form: Form) -> HttpResponse {
    let answer = provider::token(&app.signin.provider, authorization(&request), &form.0).await;
    let mut builder = HttpResponse::Ok();
    builder.insert_header(("Pragma", "no-cache"));
    match answer {
        Ok(json) => builder.content_type("application/json").body(json),
        Err(error) => {
            tracing::info!(error = error.error, why = error.description, "token refused");
            builder.status(StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST));
            if error.status == 401 {
                builder.insert_header(("WWW-Authenticate", "Basic realm=\"token\", charset=\"UTF-8\""));
            }
            builder.content_type("application/json").body(error.to_json())
        }
    }
}

pub(crate) async fn userinfo(app: Data<App>, request: HttpRequest) -> HttpResponse {
    match provider::userinfo(&app.signin.provider, authorization(&request)).await {
        Ok(json) => HttpResponse::Ok().content_type("application/json").body(json),
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

pub(crate) async fn metadata(app: Data<App>) -> HttpResponse {
    public(app.metadata())
}

pub(crate) async fn jwks(app: Data<App>) -> HttpResponse {
    public(app.signin.provider.keys.jwks())
}

/// Documents that anybody may read and keep for a while.
fn public(json: impl MessageBody + 'static) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("Cache-Control", "public, max-age=300"))
        .insert_header(("Access-Control-Allow-Origin", "*"))
        .insert_header(("Cross-Origin-Resource-Policy", "cross-origin"))
        .body(json)
}

pub(crate) async fn logout(asked: Asked, request: HttpRequest) -> Answer {
    let out = signout::begin(asked.ctx(), &Form::parse(request.query_string()).0, &asked.visitor).await?;
    Ok(respond::sign_out(&asked, out))
}

/// As with authorization requests: on as a GET of ours, which has the cookies.
pub(crate) async fn logout_by_post(asked: Asked, form: Form) -> Answer {
    let query = serde_urlencoded::to_string(&form.0).unwrap_or_default();
    Ok(respond::see(&asked, &format!("/oauth2/logout?{query}")))
}
