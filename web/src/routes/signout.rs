//! Signing out at providers: where they tell us that somebody signed out there, and where they send people back.

use actix_web::{FromRequest, HttpRequest, HttpResponse, http::Method, web::{Path, Payload}};
use homeward_model::ConnectionId;
use homeward_signin::{
    step::Departure,
    usecase::{
        federated::{
            hear::{self, Heard},
            leave::{self, Back, Came, Coming},
        },
        signout,
        strangers::TooMany,
    },
    UnverifiedNotice, UnverifiedReturn,
};

use crate::{
    asked::Asked,
    form::{Form, OwnForm, Trouble},
    respond::{self, Answer},
    routes::federated::elsewhere,
    screens,
};

/// Whose address a message came to.
#[derive(Clone, Copy)]
enum Whose<'a> {
    /// That of one connection.
    One(ConnectionId),
    /// One that connections brought along from another product; the message says which connection it is.
    Path(&'a str),
}

impl<'a> Whose<'a> {
    const fn came(self) -> Came<'a> {
        match self {
            Self::One(id) => Came::At(id),
            Self::Path(path) => Came::AtPath(path),
        }
    }
}

/// Single logout of one connection, HTTP-Redirect binding: a request or an answer, signed over the octets of the query.
pub(crate) async fn by_redirect(asked: Asked, path: Path<String>, request: HttpRequest) -> Answer {
    let Some(connection) = ConnectionId::parse(&path) else { return Ok(HttpResponse::NotFound().finish()) };
    redirected(&asked, Whose::One(connection), request.query_string()).await
}

async fn redirected(asked: &Asked, whose: Whose<'_>, raw: &str) -> Answer {
    let query = Form::parse(raw);
    match kind(&query)? {
        Kind::Request => heard(asked, whose, UnverifiedNotice::Query(raw.to_owned()), true).await,
        Kind::Response => back(asked, whose.came(), query.get("RelayState"), UnverifiedReturn::Query(raw.to_owned())).await,
    }
}

/// The same by HTTP-POST, with the signature in the message. The form comes from another site, without cookies.
pub(crate) async fn by_post(asked: Asked, path: Path<String>, form: Form) -> Answer {
    let Some(connection) = ConnectionId::parse(&path) else { return Ok(HttpResponse::NotFound().finish()) };
    posted(asked, Whose::One(connection), &form).await
}

async fn posted(mut asked: Asked, whose: Whose<'_>, form: &Form) -> Answer {
    if form.repeats() {
        return Err(Trouble::Malformed);
    }
    asked.without_cookies();
    let value = |name: &str| form.get(name).to_owned();
    match kind(form)? {
        Kind::Request => {
            let relay_state = form.optional("RelayState").map(str::to_owned);
            heard(&asked, whose, UnverifiedNotice::Form { message: value("SAMLRequest"), relay_state }, false).await
        }
        Kind::Response => back(&asked, whose.came(), form.get("RelayState"), UnverifiedReturn::Form(value("SAMLResponse"))).await,
    }
}

/// Whether a connection that was taken over hears at this address that somebody has signed out. An address of sign-ins stays one.
pub(super) async fn is_at(asked: &Asked, request: &HttpRequest) -> Result<bool, Trouble> {
    let (connections, path) = (&asked.ctx().federation.connections, request.path());
    let may_be = match *request.method() {
        Method::GET => kind(&Form::parse(request.query_string())).is_ok(),
        Method::POST => true,
        _ => false,
    };
    Ok(may_be && connections.signs_out_at(path).await? && !connections.answers_at(path).await?)
}

/// Single logout under an address that was taken over from another product (B-181), by both bindings. What comes to that product's host goes on to our own,
/// the signed query to the letter.
pub(super) async fn at_path(asked: Asked, request: HttpRequest, payload: Payload) -> Answer {
    let path = request.path().to_owned();
    let own = elsewhere(&asked, &request).await?;
    if request.method() == Method::GET {
        return match own {
            Some(own) => Ok(HttpResponse::TemporaryRedirect().insert_header(("Location", format!("{own}?{}", request.query_string()))).finish()),
            None => redirected(&asked, Whose::Path(&path), request.query_string()).await,
        };
    }
    let form = Form::from_request(&request, &mut payload.into_inner()).await?;
    match own {
        Some(own) => Ok(HttpResponse::TemporaryRedirect().insert_header(("Location", own)).finish()),
        None => posted(asked, Whose::Path(&path), &form).await,
    }
}

enum Kind {
    Request,
    Response,
}

/// One message, and no artifact.
fn kind(form: &Form) -> Result<Kind, Trouble> {
    let has = |name: &str| form.0.iter().any(|(n, _)| n == name);
    match (has("SAMLRequest"), has("SAMLResponse"), has("SAMLart")) {
        (true, false, false) => Ok(Kind::Request),
        (false, true, false) => Ok(Kind::Response),
        _ => Err(Trouble::Malformed),
    }
}

/// A GET may answer by a redirect; after a POST, and by a form, a page of ours leads back.
async fn heard(asked: &Asked, whose: Whose<'_>, unverified: UnverifiedNotice, by_get: bool) -> Answer {
    let heard = match whose {
        Whose::One(connection) => hear::hear(asked.ctx(), connection, unverified, &asked.visitor).await?,
        Whose::Path(path) => hear::hear_at(asked.ctx(), path, unverified, &asked.visitor).await?,
    };
    Ok(match heard {
        Heard::Nowhere => HttpResponse::NotFound().finish(),
        Heard::TooMany(too_many) => respond::too_many(asked, &too_many, true),
        Heard::Refused(not) => respond::not_signed_out(asked, &not),
        Heard::Done(Some(Departure::Redirect { url })) if by_get => respond::see(asked, &url),
        Heard::Done(Some(departure)) => respond::leaving(asked, &departure, screens::back_to_provider(&asked.chrome(String::new()), &departure)),
        Heard::Done(None) => {
            let others = signout::here(asked.ctx(), &asked.visitor).await?;
            respond::page(asked, screens::signed_out(&asked.chrome(String::new()), &screens::Ended { others: &others, ..screens::Ended::default() }))
        }
    })
}

async fn back(asked: &Asked, came: Came<'_>, handle: &str, unverified: UnverifiedReturn) -> Answer {
    Ok(match leave::back(asked.ctx(), came, (handle, unverified), &asked.visitor).await? {
        Back::Fetch(handle) => respond::see(asked, &format!("/signout/end?handle={handle}")),
        Back::Refused(not) => respond::not_signed_out(asked, &not),
    })
}

/// `post_logout_redirect_uri` at the OpenID Provider of one connection.
pub(crate) async fn signed_out_there(asked: Asked, path: Path<String>, request: HttpRequest) -> Answer {
    let Some(connection) = ConnectionId::parse(&path) else { return Ok(HttpResponse::NotFound().finish()) };
    let query = Form::parse(request.query_string());
    back(&asked, Came::At(connection), query.get("state"), UnverifiedReturn::Bare).await
}

/// The same of the installation's own registration at Microsoft. Several connections share it; the state says which one it is.
pub(crate) async fn signed_out_at_own(asked: Asked, request: HttpRequest) -> Answer {
    let query = Form::parse(request.query_string());
    back(&asked, Came::OfOwnRegistration, query.get("state"), UnverifiedReturn::Bare).await
}

/// Back-Channel Logout 1.0, 2.5 and 2.8: a provider posts a logout token itself, without a browser and without cookies.
pub(crate) async fn back_channel(mut asked: Asked, path: Path<String>, form: Form) -> Answer {
    let Some(connection) = ConnectionId::parse(&path) else { return Ok(HttpResponse::NotFound().finish()) };
    asked.without_cookies();
    let token = UnverifiedNotice::Token(form.get("logout_token").to_owned());
    Ok(match hear::hear(asked.ctx(), connection, token, &asked.visitor).await? {
        Heard::Nowhere => HttpResponse::NotFound().finish(),
        Heard::TooMany(TooMany { seconds, case, .. }) => {
            let error = format!("{{\"error\":\"temporarily_unavailable\",\"error_description\":\"too many logout tokens that do not hold, reference {case}\"}}");
            HttpResponse::TooManyRequests().insert_header(("Cache-Control", "no-store")).insert_header(("Retry-After", seconds.to_string())).content_type("application/json").body(error)
        }
        Heard::Done(_) => HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).finish(),
        Heard::Refused(not) => {
            // Which check failed stands in the audit under the number; the sender is not helped to a better forgery.
            let error = format!("{{\"error\":\"invalid_request\",\"error_description\":\"the logout token is refused, reference {}\"}}", not.case);
            HttpResponse::BadRequest().insert_header(("Cache-Control", "no-store")).content_type("application/json").body(error)
        }
    })
}

/// The browser that signed out comes back from a provider, or does not go there.
pub(crate) async fn end(asked: Asked, request: HttpRequest) -> Answer {
    let query = Form::parse(request.query_string());
    let coming = if query.get("stay") == "yes" { Coming::Staying } else { Coming::Back };
    let out = leave::end(asked.ctx(), query.get("handle"), coming, &asked.visitor).await?;
    respond::sign_out(&asked, out).await
}

/// "Sign out there, too".
pub(crate) async fn there_too(asked: Asked, form: OwnForm) -> Answer {
    let out = leave::there_too(asked.ctx(), form.get("handle"), &asked.visitor).await?;
    respond::sign_out(&asked, out).await
}
