//! Who administers the account: the page, and giving and taking roles.

use homeward_model::UserId;
use homeward_portal::{
    Role,
    administrators::{self, Change},
    people::Done,
    ports::Moved,
};

use super::door::{Step, Visit};
use crate::{
    respond::{self, Answer},
    screens::portal as screens,
};

async fn render(visit: &Visit, said: Option<screens::Said>, typed: (&str, Option<screens::GiveProblem>)) -> Answer {
    let list = administrators::list(visit.portal(), &visit.granted).await?;
    let view = screens::AdministratorsView { list: &list, said, typed: typed.0, problem: typed.1 };
    Ok(respond::page(&visit.asked, screens::administrators(&visit.frame(), &view)))
}

pub(crate) async fn page(visit: Visit) -> Answer {
    render(&visit, screens::said(visit.query.get("said")), ("", None)).await
}

fn back(visit: &Visit, said: &str) -> Answer {
    Ok(respond::see(&visit.asked, &visit.at(&format!("/administrators?said={said}"))))
}

/// The word for the page of what came of a step.
const fn word(change: Change, done: &'static str) -> Option<&'static str> {
    Some(match change {
        Change::Step(Done::Done) => done,
        Change::Step(Done::Oneself) => "oneself",
        Change::Step(Done::Wider) => "wider",
        Change::Step(Done::LastWayIn) => "last-way-in",
        Change::Step(Done::Nobody) => return None,
        Change::Step(Done::Changed | Done::NoPasswords | Done::NotSent | Done::NotMailed | Done::Federated) | Change::Unknown | Change::NotActive => "changed",
        Change::TooMuch => "too-much",
    })
}

pub(crate) async fn give(step: Step) -> Answer {
    let visit = &step.visit;
    let typed: String = step.form.get("name").trim().chars().take(254).collect();
    let Some(role) = Role::from_word(step.form.get("role")) else { return back(visit, "too-much") };
    let change = administrators::give(visit.portal(), &visit.granted, &typed, role).await?;
    match change {
        Change::Unknown => render(visit, None, (&typed, Some(screens::GiveProblem::Unknown))).await,
        Change::NotActive => render(visit, None, (&typed, Some(screens::GiveProblem::NotActive))).await,
        change => back(visit, word(change, "role-given").unwrap_or("changed")),
    }
}

pub(crate) async fn take(step: Step) -> Answer {
    let visit = &step.visit;
    let (Some(user), Some(role)) = (UserId::parse(step.form.get("user")), Role::from_word(step.form.get("role"))) else { return Ok(Visit::nothing()) };
    let change = administrators::take(visit.portal(), &visit.granted, user, role).await?;
    match word(change, "role-taken") {
        Some(said) => back(visit, said),
        None => Ok(Visit::nothing()),
    }
}

/// How administrators sign in (B-164).
pub(crate) async fn sign_in(step: Step) -> Answer {
    let visit = &step.visit;
    let on = step.form.get("single-sign-on") == "on";
    let said = match administrators::set_single_sign_on(visit.portal(), &visit.granted, on).await? {
        Moved::Done if on => "admin-sso-on",
        Moved::Done => "admin-sso-off",
        Moved::Otherwise => "changed",
        Moved::LastWayIn => "last-way-in",
    };
    back(visit, said)
}
