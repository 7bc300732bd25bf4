//! `/changepassword`, the forced change, and the offer before expiry.

use actix_web::HttpRequest;
use homeward_signin::usecase::change::{self as use_case, ChangeForm, Opening};
use homeward_signin::usecase::NewForm;

use crate::{
    asked::Asked,
    form::{Form, OwnForm},
    respond::{self, Answer},
    stage::{self, Sent, Stage},
};

pub(crate) async fn open(asked: Asked, request: HttpRequest) -> Answer {
    let query = Form::parse(request.query_string());
    let opening = Opening {
        client: query.optional("client_id"),
        return_to: query.optional("return_to"),
        login_hint: query.optional("login_hint"),
        id_token_hint: query.optional("id_token_hint"),
        person: stage::person(&asked, query.get("stage")),
    };
    let step = use_case::open(asked.ctx(), opening, &asked.visitor).await?;
    respond::step(&asked, step).await
}

pub(crate) async fn submit(asked: Asked, form: OwnForm) -> Answer {
    let step = match stage::open(&asked, form.get("stage")) {
        Sent::Good(Stage::AwaitChange(stage)) => {
            let own = |name: &str| form.get(name).to_owned();
            let sent = ChangeForm { current: own("current"), new: own("new"), repeat: own("repeat") };
            use_case::submit(asked.ctx(), stage, sent, &asked.visitor).await?
        }
        other => stage::restart(&asked, &other, form.get("username")).await?,
    };
    respond::step(&asked, step).await
}

pub(crate) fn new_form(form: &Form) -> NewForm {
    NewForm { new: form.get("new").to_owned(), repeat: form.get("repeat").to_owned() }
}

pub(crate) async fn expired(asked: Asked, form: OwnForm) -> Answer {
    if form.optional("sign_out").is_some() {
        use_case::give_up(asked.ctx(), form.get("handle"), &asked.visitor).await?;
        return Ok(respond::see(&asked, "/signout"));
    }
    let step = use_case::replace(asked.ctx(), form.get("handle"), new_form(&form), &asked.visitor).await?;
    respond::with(&asked, step, form.get("remember") == "yes").await
}

pub(crate) async fn expiring(asked: Asked, form: OwnForm) -> Answer {
    let step = use_case::soon(asked.ctx(), form.get("handle"), form.get("now") == "yes", &asked.visitor).await?;
    respond::with(&asked, step, form.get("remember") == "yes").await
}
