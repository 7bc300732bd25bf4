//! Pages of an account: the first one, users, one user, why, the exclusion list, and the accounts that one may enter.

use homeward_model::ClientId;
use homeward_portal::{
    Granted, entry, home as overview, people,
    ports::{UserQuery, Which},
    why as explain,
};

use super::{adding, door::Visit};
use crate::{
    respond::{self, Answer},
    screens::portal as screens,
};

/// Rows of a list.
pub(super) const ROWS: u32 = 50;

pub(crate) async fn home(visit: Visit) -> Answer {
    let view = overview::overview(visit.portal(), &visit.granted).await?;
    Ok(respond::page(&visit.asked, screens::home(&visit.frame(), &view)))
}

pub(crate) async fn accounts(visit: Visit) -> Answer {
    let after: String = visit.opened("accounts").unwrap_or_default();
    let text = visit.query.get("q").trim().chars().take(100).collect::<String>();
    let mut found = entry::accounts(visit.portal(), &visit.granted, &text, (&after, ROWS + 1)).await?;
    let more = found.len() > ROWS as usize;
    found.truncate(ROWS as usize);
    let next = found.last().filter(|_| more).map(|last| visit.cursor("accounts", &last.number.as_str()));
    Ok(respond::page(&visit.asked, screens::accounts(&visit.frame(), &found, &screens::AccountsAsked { typed: &text, next: next.as_deref(), to: visit.query.get("to") })))
}

pub(crate) async fn users(visit: Visit) -> Answer {
    let form = adding::form(&visit, visit.newcomer()).await?;
    list(&visit, &visit.granted, form.as_ref()).await
}

/// The list of users, with the form for somebody new.
pub(super) async fn list(visit: &Visit, granted: &Granted, add: Option<&screens::AddView>) -> Answer {
    let typed = visit.sought("users");
    let query = UserQuery { which: Which::of(visit.query.get("f")), prefix: typed.to_lowercase(), after: visit.opened("users").unwrap_or_default(), limit: ROWS };
    let list = people::list(visit.portal(), granted, &query).await?;
    let next = list.next.as_ref().map(|key| visit.cursor("users", key));
    let asked = screens::UsersAsked { typed: &typed, sealed: visit.query.get("s"), which: query.which, next: next.as_deref(), is_first: query.after.is_empty(), add };
    Ok(respond::page(&visit.asked, screens::users(&visit.frame(), &list.users, &asked)))
}

pub(crate) async fn user(visit: Visit) -> Answer {
    let found = match visit.user() {
        Some(user) => people::one(visit.portal(), &visit.granted, user).await?,
        None => None,
    };
    let Some(found) = found else { return Ok(Visit::nothing()) };
    let name = visit.new_name();
    let asked = screens::UserAsked { said: screens::said(visit.query.get("said")), typed: &name, problem: None };
    Ok(respond::page(&visit.asked, screens::user(&visit.frame(), &found, &asked)))
}

pub(crate) async fn why(visit: Visit) -> Answer {
    let application = visit.query.optional("app").and_then(ClientId::parse);
    let found = match visit.user() {
        Some(user) => explain::ask(visit.portal(), &visit.granted, user, application.as_ref()).await?,
        None => None,
    };
    let Some(found) = found else { return Ok(Visit::nothing()) };
    Ok(respond::page(&visit.asked, screens::why(&visit.frame(), &found)))
}

pub(crate) async fn exclusions(visit: Visit) -> Answer {
    let after: String = visit.opened("exclusions").unwrap_or_default();
    let sought = visit.sought("exclusions");
    let list = people::exclusions(visit.portal(), &visit.granted, &sought.to_lowercase(), (&after, ROWS)).await?;
    let next = list.next.as_ref().map(|key| visit.cursor("exclusions", key));
    let view = screens::ExclusionsView { list: &list, sought: &sought, sealed: visit.query.get("s"), next: next.as_deref(), said: screens::said(visit.query.get("said")), pasted: None, typed: "" };
    Ok(respond::page(&visit.asked, screens::exclusions(&visit.frame(), &view)))
}
