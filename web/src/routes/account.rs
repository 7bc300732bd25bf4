//! Which account, and which person.

use homeward_signin::usecase::{choose, chooser as people};

use crate::{
    asked::Asked,
    form::OwnForm,
    respond::{self, Answer},
    stage::{self, Sent, Stage},
};

pub(crate) async fn name(asked: Asked, form: OwnForm) -> Answer {
    let typed = form.optional("known").unwrap_or_else(|| form.get("account"));
    let step = match stage::open(&asked, form.get("stage")) {
        Sent::Good(Stage::ChooseAccount(stage)) => choose::name(asked.ctx(), stage, typed.to_owned(), &asked.visitor).await?,
        other => stage::restart(&asked, &other, "").await?,
    };
    respond::step(&asked, step).await
}

pub(crate) async fn proven(asked: Asked, form: OwnForm) -> Answer {
    let step = choose::proven(asked.ctx(), form.get("handle"), form.get("account"), &asked.visitor).await?;
    respond::with(&asked, step, form.get("remember") == "yes").await
}

pub(crate) async fn chooser(mut asked: Asked, form: OwnForm) -> Answer {
    let started = match stage::open(&asked, form.get("stage")) {
        Sent::Good(Stage::Chooser(started) | Stage::Started(started)) => started,
        other => return respond::step(&asked, stage::restart(&asked, &other, "").await?).await,
    };
    if let Some(key) = form.optional("remove") {
        asked.visitor.remembered.retain(|r| people::key_of(r) != key);
        let cookie = respond::remembered_cookie(&asked, &asked.visitor.remembered);
        let step = people::again(asked.ctx(), started, &asked.visitor).await?;
        let mut response = respond::step(&asked, step).await?;
        let _ = response.add_cookie(&cookie);
        return Ok(response);
    }
    let step = match form.optional("entry") {
        Some(key) => people::pick(asked.ctx(), started, key, &asked.visitor).await?,
        None => people::other(asked.ctx(), started).await?,
    };
    respond::step(&asked, step).await
}
