//! Domains: the page, and adding, proving and giving up.

use homeward_portal::{
    domain_undo::{self, TakenBack},
    domains::{self, DomainDone},
};

use super::door::{Step, Visit};
use crate::{
    respond::{self, Answer},
    screens::portal as screens,
};

async fn render(visit: &Visit, said: Option<screens::Said>, (typed, problem): (&str, Option<&DomainDone>)) -> Answer {
    let list = domains::list(visit.portal(), &visit.granted).await?;
    let given_up = domain_undo::list(visit.portal(), &visit.granted).await?;
    let view = screens::DomainsView { list: &list, given_up: &given_up, said, typed, problem };
    Ok(respond::page(&visit.asked, screens::domains(&visit.frame(), &view)))
}

pub(crate) async fn page(visit: Visit) -> Answer {
    render(&visit, screens::said(visit.query.get("said")), ("", None)).await
}

/// The page with a word of what came of a step; where that is no word of ours, nothing is there.
fn back(visit: &Visit, done: &DomainDone) -> Answer {
    let said = match done {
        DomainDone::Added(_) => "domain-added",
        DomainDone::Proved(_) => "domain-proved",
        DomainDone::NotYet(..) => "domain-not-yet",
        DomainDone::GivenUp(_) => "domain-given-up",
        DomainDone::Everybodys => "domain-everybodys",
        DomainDone::Suffix => "domain-suffix",
        DomainDone::Expired(_) => "domain-expired",
        DomainDone::Already | DomainDone::TooMany | DomainDone::NoDomain => "changed",
        DomainDone::Unknown => return Ok(Visit::nothing()),
    };
    Ok(respond::see(&visit.asked, &visit.at(&format!("/domains?said={said}"))))
}

pub(crate) async fn add(step: Step) -> Answer {
    let visit = &step.visit;
    let typed: String = step.form.get("domain").trim().chars().take(254).collect();
    match domains::add(visit.portal(), &visit.granted, &typed).await? {
        done @ (DomainDone::NoDomain | DomainDone::Everybodys | DomainDone::Suffix | DomainDone::TooMany | DomainDone::Already) => render(visit, None, (&typed, Some(&done))).await,
        done => back(visit, &done),
    }
}

pub(crate) async fn check(step: Step) -> Answer {
    let done = domains::check(step.visit.portal(), &step.visit.granted, step.form.get("domain")).await?;
    back(&step.visit, &done)
}

pub(crate) async fn take_back(step: Step) -> Answer {
    let said = match domain_undo::take_back(step.visit.portal(), &step.visit.granted, step.form.get("domain")).await? {
        TakenBack::Done(_) => "domain-back",
        TakenBack::Already => "changed",
        TakenBack::Gone => "domain-not-back",
        TakenBack::TooMany => "domain-too-many",
    };
    Ok(respond::see(&step.visit.asked, &step.visit.at(&format!("/domains?said={said}"))))
}

pub(crate) async fn give_up(step: Step) -> Answer {
    let done = domains::give_up(step.visit.portal(), &step.visit.granted, step.form.get("domain")).await?;
    back(&step.visit, &done)
}
