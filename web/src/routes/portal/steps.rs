//! Steps in an account. Each takes one grant to one use case, and leads back to the page with a word of what came of it.

use homeward_model::UserId;
use homeward_portal::{emergency, entry, people, people::Done, rename::{self, Renamed}, unlink::{self as links, Unlinked}};

use super::{door::{Step, Visit}, pages::ROWS};
use crate::{
    respond::{self, Answer},
    screens::portal as screens,
};

pub(crate) async fn enter(step: Step) -> Answer {
    let visit = &step.visit;
    entry::go_in(visit.portal(), &visit.granted).await?;
    Ok(respond::see(&visit.asked, &visit.way_on(step.form.get("to"))))
}

/// The list with what was looked for.
pub(crate) async fn find_user(step: Step) -> Answer {
    let visit = &step.visit;
    let filter = step.form.get("f");
    let query = screens::query(&[("s", &visit.seek("users", step.form.get("q"))), ("f", if screens::is_filter(filter) { filter } else { "" })]);
    Ok(respond::see(&visit.asked, &visit.at(&format!("/users{query}"))))
}

/// The search of the exclusion list.
pub(crate) async fn find_excluded(step: Step) -> Answer {
    let visit = &step.visit;
    let query = screens::query(&[("s", &visit.seek("exclusions", step.form.get("q")))]);
    Ok(respond::see(&visit.asked, &visit.at(&format!("/exclusions{query}"))))
}

/// Back to the user's page.
fn back(visit: &Visit, user: UserId, done: Done, word: &'static str) -> Answer {
    let said = match done {
        Done::Nobody => return Ok(Visit::nothing()),
        Done::Done => word,
        Done::Changed => "changed",
        Done::Oneself => "oneself",
        Done::Wider => "wider",
        Done::Federated => "federated",
        Done::LastWayIn => "last-way-in",
        Done::NoPasswords => "no-passwords",
        Done::NotSent => "not-sent",
        Done::NotMailed => "not-mailed",
    };
    Ok(respond::see(&visit.asked, &visit.at(&format!("/users/{user}?said={said}"))))
}

pub(crate) async fn invite(step: Step) -> Answer {
    let Some(user) = step.visit.user() else { return Ok(Visit::nothing()) };
    let done = people::invite(step.visit.portal(), &step.visit.granted, user).await?;
    back(&step.visit, user, done, "invited")
}

/// "Send password email"
pub(crate) async fn password_mail(step: Step) -> Answer {
    let Some(user) = step.visit.user() else { return Ok(Visit::nothing()) };
    let done = people::mail_password(step.visit.portal(), &step.visit.granted, user).await?;
    back(&step.visit, user, done, "mailed")
}

async fn set_suspended(step: &Step, suspended: bool) -> Answer {
    let Some(user) = step.visit.user() else { return Ok(Visit::nothing()) };
    let done = people::set_suspended(step.visit.portal(), &step.visit.granted, user, suspended).await?;
    back(&step.visit, user, done, if suspended { "suspended" } else { "resumed" })
}

pub(crate) async fn suspend(step: Step) -> Answer {
    set_suspended(&step, true).await
}

pub(crate) async fn resume(step: Step) -> Answer {
    set_suspended(&step, false).await
}

pub(crate) async fn end_sessions(step: Step) -> Answer {
    let Some(user) = step.visit.user() else { return Ok(Visit::nothing()) };
    let done = people::sign_out(step.visit.portal(), &step.visit.granted, user).await?;
    // Applications are told by a worker.
    (step.visit.asked.ctx().wake_mailroom)();
    back(&step.visit, user, done, "signed-out")
}

/// Another username. What was typed stays in the field when it cannot be one: names stand in no address.
pub(crate) async fn rename(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(user) = visit.user() else { return Ok(Visit::nothing()) };
    let typed: String = step.form.get("username").trim().chars().take(254).collect();
    let problem = match rename::rename(visit.portal(), &visit.granted, user, &typed).await? {
        Renamed::Step(done) => return back(visit, user, done, "renamed"),
        problem @ (Renamed::Malformed | Renamed::Mixed | Renamed::Taken | Renamed::Foreign) => problem,
    };
    let Some(found) = people::after_step(visit.portal(), &visit.granted, user).await? else { return Ok(Visit::nothing()) };
    Ok(respond::page(&visit.asked, screens::user(&visit.frame(), &found, &screens::UserAsked { said: None, typed: &typed, problem: Some(problem) })))
}

/// Takes away who somebody is at providers, once it is sure.
pub(crate) async fn unlink(step: Step) -> Answer {
    let Some(user) = step.visit.user() else { return Ok(Visit::nothing()) };
    match links::unlink(step.visit.portal(), &step.visit.granted, user, step.form.get("sure") == "yes").await? {
        Unlinked::Unsure => Ok(respond::see(&step.visit.asked, &step.visit.at(&format!("/users/{user}?said=unlink-sure")))),
        Unlinked::Step(done) => {
            // Applications are told by a worker.
            (step.visit.asked.ctx().wake_mailroom)();
            back(&step.visit, user, done, "unlinked")
        }
    }
}

pub(crate) async fn exclude(step: Step) -> Answer {
    let Some(user) = step.visit.user() else { return Ok(Visit::nothing()) };
    let done = people::set_excluded(step.visit.portal(), &step.visit.granted, user, true).await?;
    back(&step.visit, user, done, "excluded")
}

pub(crate) async fn include(step: Step) -> Answer {
    let Some(user) = step.visit.user() else { return Ok(Visit::nothing()) };
    let done = people::set_excluded(step.visit.portal(), &step.visit.granted, user, false).await?;
    back(&step.visit, user, done, "included")
}

pub(crate) async fn give_emergency(step: Step) -> Answer {
    set_emergency(&step, true).await
}

pub(crate) async fn take_emergency(step: Step) -> Answer {
    set_emergency(&step, false).await
}

async fn set_emergency(step: &Step, given: bool) -> Answer {
    let Some(user) = step.visit.user() else { return Ok(Visit::nothing()) };
    let done = emergency::set(step.visit.portal(), &step.visit.granted, user, given).await?;
    (step.visit.asked.ctx().wake_mailroom)();
    back(&step.visit, user, done, if given { "emergency-given" } else { "emergency-taken" })
}

/// Codes on a page to be printed, this once.
pub(crate) async fn print_codes(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(user) = visit.user() else { return Ok(Visit::nothing()) };
    match emergency::print(visit.portal(), &visit.granted, user).await? {
        Ok(printed) => {
            (visit.asked.ctx().wake_mailroom)();
            let base = &visit.asked.ctx().settings.issuer;
            Ok(respond::page(&visit.asked, screens::emergency_sheet(&visit.frame(), (user, &printed), base)))
        }
        Err(why) => back(visit, user, why, ""),
    }
}

/// "Remove" in the list.
pub(crate) async fn remove(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(user) = UserId::parse(step.form.get("user")) else { return Ok(Visit::nothing()) };
    let said = match people::set_excluded(visit.portal(), &visit.granted, user, false).await? {
        Done::Nobody => return Ok(Visit::nothing()),
        Done::Done => "included",
        Done::Oneself => "oneself",
        Done::Wider => "wider",
        _ => "changed",
    };
    Ok(respond::see(&visit.asked, &visit.at(&format!("/exclusions?said={said}"))))
}

/// Many names at once; those that nobody has, and those that are too many, stay in the field.
pub(crate) async fn paste(step: Step) -> Answer {
    let visit = &step.visit;
    let pasted = people::exclude_pasted(visit.portal(), &visit.granted, step.form.get("names")).await?;
    let typed = pasted.unknown.iter().chain(&pasted.rest).map(String::as_str).collect::<Vec<_>>().join("\n");
    let list = people::exclusions(visit.portal(), &visit.granted, "", ("", ROWS)).await?;
    let next = list.next.as_ref().map(|key| visit.cursor("exclusions", key));
    let view = screens::ExclusionsView { list: &list, sought: "", sealed: "", next: next.as_deref(), said: None, pasted: Some(&pasted), typed: &typed };
    Ok(respond::page(&visit.asked, screens::exclusions(&visit.frame(), &view)))
}
