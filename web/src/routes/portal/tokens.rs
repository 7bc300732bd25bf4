//! Tokens for the API: the page, making one and ending one.

use homeward_model::ApiTokenId;
use homeward_portal::tokens::{self, Ended, Scope, Wanted};

use super::door::{Step, Visit};
use crate::{
    respond::{self, Answer},
    screens::portal::{self as screens, TokensView},
};

async fn render(visit: &Visit, view: TokensView<'_>) -> Answer {
    let list = tokens::list(visit.portal(), &visit.granted).await?;
    Ok(respond::page(&visit.asked, screens::tokens(&visit.frame(), &TokensView { list: &list, ..view })))
}

pub(crate) async fn page(visit: Visit) -> Answer {
    render(&visit, TokensView { said: screens::said(visit.query.get("said")), ..TokensView::default() }).await
}

/// The secret stands on this page and on no other.
pub(crate) async fn make(step: Step) -> Answer {
    let visit = &step.visit;
    let scopes = Scope::ALL.iter().filter(|scope| step.form.get(&screens::token_field(**scope)) == "yes");
    let wanted = Wanted {
        name: step.form.get("name").chars().take(200).collect(),
        days: step.form.get("days").chars().take(20).collect(),
        scopes: scopes.map(|scope| scope.word().to_owned()).collect(),
    };
    match tokens::make(visit.portal(), &visit.granted, &wanted).await? {
        Ok((_, secret)) => render(visit, TokensView { secret: Some(&secret), ..TokensView::default() }).await,
        Err(unfit) => render(visit, TokensView { wanted: Some((&wanted, unfit)), ..TokensView::default() }).await,
    }
}

pub(crate) async fn end(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(id) = ApiTokenId::parse(step.form.get("id")) else { return Ok(Visit::nothing()) };
    let said = match tokens::end(visit.portal(), &visit.granted, id).await? {
        Ended::Done => "token-ended",
        Ended::Wider => "wider",
        Ended::Nothing => return Ok(Visit::nothing()),
    };
    Ok(respond::see(&visit.asked, &visit.at(&format!("/api-tokens?said={said}"))))
}
