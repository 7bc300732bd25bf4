//! The door for somebody outside: a setup link is opened, left, and over. Its token leaves the address at once; the session that it begins
//! has a cookie of its own, and one browser is either somebody of the portal or somebody from outside.

use actix_web::{HttpRequest, HttpResponse};
use homeward_portal::{
    Fault,
    session,
    setup_link::{self, Guest},
};
use homeward_signin::{Reason, usecase::strangers};

use super::arrive;
use crate::{
    asked::Asked,
    cookies,
    form::{Form, OwnForm},
    respond::{self, Answer},
    screens::portal as screens,
};

/// `/setup`: the page of a link. A mail program that looks at links opens nothing: a button does.
pub(crate) async fn link(asked: Asked, request: HttpRequest) -> Answer {
    let query = Form::parse(request.query_string());
    if let Some(token) = query.optional("token") {
        let mut response = respond::see(&asked, request.path());
        let _ = response.add_cookie(&cookies::carrier(cookies::SETUP_LINK, token));
        return Ok(response);
    }
    let token = cookies::read(&request, cookies::SETUP_LINK).unwrap_or_default();
    let Some(offered) = setup_link::look(&asked.app.portal, &token).await? else { return Ok(over(&asked).await) };
    let here = arrive::present(&asked, &request).await?;
    Ok(respond::page(&asked, screens::setup_offer(&asked.chrome(String::new()), &offered, here.as_ref())))
}

/// "Begin": a session of the link whose page was seen, in place of whatever was here. Another link that was opened in this browser since
/// then is shown first.
pub(crate) async fn begin(asked: Asked, request: HttpRequest, form: OwnForm) -> Answer {
    let (portal, network) = (&asked.app.portal, asked.visitor.network.to_string());
    let token = cookies::read(&request, cookies::SETUP_LINK).unwrap_or_default();
    let Some(offered) = setup_link::look(portal, &token).await? else { return Ok(over(&asked).await) };
    if offered.reference.as_str() != form.get("link") {
        return Ok(respond::see(&asked, request.path()));
    }
    let Some(begun) = setup_link::begin(portal, &token, &network).await? else { return Ok(over(&asked).await) };
    if let Some(actor) = arrive::present(&asked, &request).await? {
        session::end(portal, &actor, &network).await?;
    }
    if let Some(guest) = present(&asked, &request).await? {
        setup_link::leave(portal, &guest, &network).await?;
    }
    let mut response = respond::see(&asked, &format!("/portal/{}/sign-on", begun.number));
    let _ = response.add_cookie(&cookies::cookie(cookies::SETUP, begun.secret, None));
    for name in [cookies::SETUP_LINK, cookies::PORTAL] {
        let _ = response.add_cookie(&cookies::gone(name));
    }
    Ok(response)
}

/// Whether a session of a link was here, whatever became of it.
pub(super) fn was_here(request: &HttpRequest) -> bool {
    secret(request).is_some()
}

fn secret(request: &HttpRequest) -> Option<String> {
    cookies::read(request, cookies::SETUP).filter(|value| cookies::is_secret(value))
}

/// Who is here by a link now.
pub(super) async fn present(asked: &Asked, request: &HttpRequest) -> Result<Option<Guest>, Fault> {
    match secret(request) {
        Some(secret) => setup_link::present(&asked.app.portal, &secret).await,
        None => Ok(None),
    }
}

/// The link does not work any more, or its session is over: on record, with its reference on the page.
pub(super) async fn over(asked: &Asked) -> HttpResponse {
    let case = strangers::portal_refused(asked.ctx(), (Reason::PortalSetupOver, String::new()), (None, None), asked.visitor.network).await;
    let mut response = arrive::refusal(asked, Reason::PortalSetupOver, &case);
    for name in [cookies::SETUP, cookies::SETUP_LINK] {
        let _ = response.add_cookie(&cookies::gone(name));
    }
    response
}

/// "I am done here"
pub(crate) async fn leave(asked: Asked, request: HttpRequest, _form: OwnForm) -> Answer {
    if let Some(guest) = present(&asked, &request).await? {
        setup_link::leave(&asked.app.portal, &guest, &asked.visitor.network.to_string()).await?;
    }
    let mut response = respond::see(&asked, "/setup/left");
    let _ = response.add_cookie(&cookies::gone(cookies::SETUP));
    Ok(response)
}

/// After that.
pub(crate) async fn left(asked: Asked) -> HttpResponse {
    respond::page(&asked, screens::setup_left(&asked.chrome(String::new())))
}
