//! The test sign-in of a connection: its link, its beginning, its result.

use actix_web::{HttpRequest, HttpResponse};
use homeward_signin::usecase::federated::test;

use crate::{
    asked::Asked,
    cookies,
    form::{Form, OwnForm, Trouble},
    respond::{self, Answer},
};

/// The link. The token leaves the address at once, as that of a reset does (LR-08).
pub(crate) async fn link(asked: Asked, request: HttpRequest) -> Answer {
    let query = Form::parse(request.query_string());
    if let Some(token) = query.optional("token") {
        let mut response = respond::see(&asked, request.path());
        let _ = response.add_cookie(&cookies::carrier(cookies::TEST, token));
        return Ok(response);
    }
    let token = cookies::read(&request, cookies::TEST).unwrap_or_default();
    let step = test::open(asked.ctx(), &token, &asked.visitor).await?;
    respond::step(&asked, step).await
}

/// "Begin the test".
pub(crate) async fn begin(asked: Asked, request: HttpRequest, _form: OwnForm) -> Result<HttpResponse, Trouble> {
    let token = cookies::read(&request, cookies::TEST).unwrap_or_default();
    let step = test::begin(asked.ctx(), &token, &asked.visitor).await?;
    let mut response = respond::step(&asked, step).await?;
    let _ = response.add_cookie(&cookies::gone(cookies::TEST));
    Ok(response)
}

/// What it showed.
pub(crate) async fn result(asked: Asked, request: HttpRequest) -> Answer {
    let query = Form::parse(request.query_string());
    let step = test::read(asked.ctx(), query.get("handle"), &asked.visitor).await?;
    respond::step(&asked, step).await
}
