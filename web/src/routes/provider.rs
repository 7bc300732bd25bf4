//! The OpenID Provider's endpoints that a browser comes to, and its public documents.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, body::MessageBody, cookie::Cookie, web::Data};
use homeward_language::Language;
use homeward_signin::usecase::{
    authorize::{self as begin, Begun},
    signout,
};

use crate::{
    app::App,
    asked::Asked,
    cookies,
    form::Form,
    respond::{self, Answer},
};

pub(crate) async fn authorize(mut asked: Asked, request: HttpRequest) -> Answer {
    let begun = begin::begin(asked.ctx(), &asked_for(&asked, &request), &asked.visitor).await?;
    let wish = granted(&mut asked, wished(&begun));
    let mut response = respond::begun(&asked, begun).await?;
    let cookie = match wish {
        Some(language) => Some(wish_cookie(language)),
        None => cookies::read(&request, cookies::WISH).map(|_| cookies::gone(cookies::WISH)),
    };
    if let Some(cookie) = cookie {
        let _ = response.add_cookie(&cookie);
    }
    Ok(response)
}

/// The language that the application wishes for the pages of this sign-in, also where its request was pushed.
fn wished(begun: &Begun) -> Option<Language> {
    let Begun::Step(step) = begun else { return None };
    first_known(step.started()?.ui_locales()?)
}

/// The first language of a list that the pages speak.
fn first_known(tags: &str) -> Option<Language> {
    tags.split_whitespace().find_map(Language::from_tag)
}

/// The language that an application wishes for, where it may; the page speaks it.
fn granted(asked: &mut Asked, wish: Option<Language>) -> Option<Language> {
    let wish = wish.filter(|language| *language != Language::Pseudo || asked.app.pseudo_language);
    asked.visitor.language = wish.unwrap_or(asked.visitor.language);
    wish
}

fn wish_cookie(language: Language) -> Cookie<'static> {
    cookies::cookie(cookies::WISH, language.code().to_owned(), None)
}

/// A POST from another site comes without Lax cookies: it goes on as a GET of ours, which has them (OA-14).
pub(crate) async fn authorize_by_post(asked: Asked, request: HttpRequest, form: Form) -> Answer {
    Ok(onward(&asked, &request, &form))
}

/// How long the address of a request that was posted means something: as long as a page.
const POSTED: Duration = Duration::from_secs(3600);

/// On as a GET of the same address. What was posted travels sealed: no token and no name stands in an address of ours (ALL-25).
fn onward(asked: &Asked, request: &HttpRequest, form: &Form) -> HttpResponse {
    let path = request.path();
    let sealed = asked.app.pages.seal(&["posted", path], &form.0, asked.ctx().now().plus(POSTED));
    respond::see(asked, &format!("{path}?posted={sealed}"))
}

/// What a request asks for: by its address, or by the form that led to this address.
fn asked_for(asked: &Asked, request: &HttpRequest) -> Vec<(String, String)> {
    let query = Form::parse(request.query_string());
    let posted = query.optional("posted").and_then(|sealed| asked.app.pages.open(&["posted", request.path()], sealed, asked.ctx().now()).ok());
    posted.unwrap_or(query.0)
}

pub(crate) async fn metadata(app: Data<App>) -> HttpResponse {
    public(app.metadata())
}

pub(crate) async fn jwks(app: Data<App>) -> HttpResponse {
    public(app.signin.provider.keys.jwks().to_string())
}

/// Documents that anybody may read and keep for a while.
fn public(json: impl MessageBody + 'static) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("Cache-Control", "public, max-age=300"))
        .body(json)
}

/// The application may say in which language its person reads (RP-Initiated Logout 1.0, 2); where it does not, the language of the sign-in stays.
pub(crate) async fn logout(mut asked: Asked, request: HttpRequest) -> Answer {
    let params = asked_for(&asked, &request);
    let wish = params.iter().find(|(name, _)| name == "ui_locales").and_then(|(_, tags)| first_known(tags));
    let wish = granted(&mut asked, wish);
    let out = signout::begin(asked.ctx(), &params, &asked.visitor).await?;
    let mut response = respond::sign_out(&asked, out).await?;
    if let Some(language) = wish {
        let _ = response.add_cookie(&wish_cookie(language));
    }
    Ok(response)
}

/// As with authorization requests: on as a GET of ours, which has the cookies.
pub(crate) async fn logout_by_post(asked: Asked, request: HttpRequest, form: Form) -> Answer {
    Ok(onward(&asked, &request, &form))
}
