//! What comes from a provider by itself: endpoints that an OpenID Provider publishes and that wait for a word, and "Start Azure
//! integration", where Microsoft tells whose tenant it is.

use homeward_portal::sign_on::{
    Azure, is_here,
    published::{self, Given},
    start_azure,
};

use super::{
    door::{Step, Visit},
    services::to_microsoft,
    sign_on::{back, named},
};
use crate::respond::{self, Answer};

/// A connection that Microsoft fills: a new one.
pub(crate) async fn new_azure(step: Step) -> Answer {
    let visit = &step.visit;
    match start_azure(visit.portal(), &visit.granted, None).await? {
        Azure::Begun(link) => to_microsoft(visit, link, None).await,
        Azure::TooMany => Ok(respond::see(&visit.asked, &visit.at("/sign-on/new?said=too-many"))),
        Azure::Nobody => Ok(respond::see(&visit.asked, &visit.at("/sign-on/new?said=changed"))),
    }
}

/// The same for one that is there, and empty.
pub(crate) async fn azure(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    if !is_here(visit.portal(), &visit.granted, id).await? {
        return Ok(Visit::nothing());
    }
    match start_azure(visit.portal(), &visit.granted, Some(id)).await? {
        Azure::Begun(link) => to_microsoft(visit, link, Some(id)).await,
        Azure::TooMany | Azure::Nobody => back(visit, id, ("changed", "values")),
    }
}

fn told(visit: &Visit, given: Given, done: &'static str) -> Answer {
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    match given {
        Given::Nobody => Ok(Visit::nothing()),
        Given::Done => back(visit, id, (done, "values")),
        Given::IsOn => back(visit, id, ("is-on", "values")),
        Given::Elsewhere => back(visit, id, ("other-values", "values")),
    }
}

pub(crate) async fn take(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    let given = published::accept(visit.portal(), &visit.granted, id, step.form.get("digest")).await?;
    told(visit, given, "accepted")
}

pub(crate) async fn refuse(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    let given = published::refuse(visit.portal(), &visit.granted, id, step.form.get("digest")).await?;
    told(visit, given, "refused")
}
