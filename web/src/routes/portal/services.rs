//! Connected services: pages, and the steps under them. What cannot be used stays in its field; a token is shown to nobody.

use homeward_model::{ConnectionId, UserId};
use homeward_portal::{
    services::{
        self as connected,
        consent, enter::{self, Entering, Typed},
        people::{self, Ended},
        ports::Mark,
    },
    sign_on::is_here,
};
use homeward_signin::{
    delegated::FromPortal,
    stage::LinkStage,
    usecase::delegated::{begin_in_portal, link_path},
};

use super::{door::{Step, Visit}, sign_on::named};
use crate::{
    form::Form,
    respond::{self, Answer},
    routes::delegated,
    screens::portal::{self as screens, ServiceView},
};

async fn shown(visit: &Visit, id: ConnectionId, view: ServiceView<'_>) -> Answer {
    let after: Option<Mark> = visit.opened(&list_of(id));
    match connected::page(visit.portal(), &visit.granted, id, after).await? {
        Some(service) => {
            let next = service.next.as_ref().map(|mark| visit.cursor(&list_of(id), mark));
            let view = ServiceView { next: next.as_deref(), is_first: after.is_none(), tokens: visit.portal().offers.token_exchange, ..view };
            Ok(respond::page(&visit.asked, screens::service(&visit.frame(), &service, &view)))
        }
        None => Ok(Visit::nothing()),
    }
}

/// What a mark in the list of people is good for: this connection's list and no other.
fn list_of(id: ConnectionId) -> String {
    format!("services-{id}")
}

/// Back to a stop of the connection's line, with a word of what came of it.
fn back(visit: &Visit, id: ConnectionId, (said, stop): (&str, &str)) -> Answer {
    let query = screens::query(&[("said", said)]);
    Ok(respond::see(&visit.asked, &visit.at(&format!("/services/{id}{query}#{stop}"))))
}

/// The page of the only connection, or the list.
pub(crate) async fn list(visit: Visit) -> Answer {
    let list = connected::list(visit.portal(), &visit.granted).await?;
    match list.as_slice() {
        [only] => shown(&visit, only.connection.id, ServiceView { said: screens::service_said(visit.query.get("said")), ..ServiceView::default() }).await,
        _ => Ok(respond::page(&visit.asked, screens::services(&visit.frame(), &list))),
    }
}

pub(crate) async fn service(visit: Visit) -> Answer {
    let Some(id) = named(&visit) else { return Ok(Visit::nothing()) };
    let said = screens::service_said(visit.query.get("said"));
    shown(&visit, id, ServiceView { said, ..ServiceView::default() }).await
}

/// The permissions that are ticked.
fn ticked(form: &Form) -> Vec<String> {
    connected::PERMISSIONS.iter().filter(|permission| form.optional(permission.name).is_some()).map(|permission| permission.name.to_owned()).collect()
}

/// A registration, or none any more.
pub(crate) async fn propose(step: Step) -> Answer {
    let visit = &step.visit;
    let form: &Form = &step.form;
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    let permissions = ticked(form);
    let entered = match form.get("how") {
        "off" => enter::turn_off(visit.portal(), &visit.granted, id).await?,
        _ => {
            let typed = Typed {
                cloud: form.get("cloud"),
                tenant: form.get("tenant"),
                application: form.get("application"),
                overview: form.get("overview"),
                redirect_uri: form.get("redirect_uri"),
                secret: form.get("secret"),
                permissions: &permissions,
            };
            enter::enter(visit.portal(), &visit.granted, id, &typed).await?
        }
    };
    match entered {
        Entering::Nobody => Ok(Visit::nothing()),
        Entering::Waits => back(visit, id, ("", "proposal")),
        Entering::Refused(problem) => shown(visit, id, ServiceView { typed: Some((form, &problem)), ..ServiceView::default() }).await,
    }
}

/// "Use these values"
pub(crate) async fn accept(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    match enter::accept(visit.portal(), &visit.granted, id, step.form.get("handle")).await? {
        None => Ok(Visit::nothing()),
        Some(true) => back(visit, id, ("accepted", "values")),
        Some(false) => back(visit, id, ("other-values", "values")),
    }
}

pub(crate) async fn discard(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    match enter::discard(visit.portal(), &visit.granted, id, step.form.get("handle")).await? {
        None => Ok(Visit::nothing()),
        Some(true) => back(visit, id, ("discarded", "values")),
        Some(false) => back(visit, id, ("other-values", "values")),
    }
}

/// To Microsoft, to consent for the organisation, and back here.
pub(crate) async fn begin(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    if !is_here(visit.portal(), &visit.granted, id).await? {
        return Ok(Visit::nothing());
    }
    match consent::begin(visit.portal(), &visit.granted, id).await? {
        Some(link) => to_microsoft(visit, link, None).await,
        None => back(visit, id, ("not-set-up", "values")),
    }
}

/// The way to Microsoft for whoever is here; they come back to the portal.
pub(super) async fn to_microsoft(visit: &Visit, link: [u8; 32], into: Option<ConnectionId>) -> Answer {
    let portal = FromPortal { by: visit.granted.by(), into };
    let leaving = begin_in_portal(visit.asked.ctx(), LinkStage { link }, portal, &visit.asked.visitor).await?;
    delegated::respond(&visit.asked, leaving).await
}

/// A link for somebody else who administers the organisation: it shows once, on this page.
pub(crate) async fn link(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    if !is_here(visit.portal(), &visit.granted, id).await? {
        return Ok(Visit::nothing());
    }
    match consent::link(visit.portal(), &visit.granted, id).await? {
        Some(link) => {
            let address = format!("{}{}", visit.portal().base, link_path(&link.secret));
            shown(visit, id, ServiceView { link: Some((address.as_str(), link.until)), ..ServiceView::default() }).await
        }
        None => back(visit, id, ("not-set-up", "values")),
    }
}

/// Whether somebody's token is alive.
pub(crate) async fn test(step: Step) -> Answer {
    let visit = &step.visit;
    let (Some(id), Some(user)) = (named(visit), UserId::parse(step.form.get("user"))) else { return Ok(Visit::nothing()) };
    if !is_here(visit.portal(), &visit.granted, id).await? {
        return Ok(Visit::nothing());
    }
    match people::test(visit.portal(), &visit.granted, id, user).await? {
        Some(tests) => shown(visit, id, ServiceView { tests: Some(&tests), ..ServiceView::default() }).await,
        None => back(visit, id, ("not-set-up", "people")),
    }
}

/// What somebody has allowed ends.
pub(crate) async fn end(step: Step) -> Answer {
    let visit = &step.visit;
    let (Some(id), Some(user)) = (named(visit), UserId::parse(step.form.get("user"))) else { return Ok(Visit::nothing()) };
    match people::end(visit.portal(), &visit.granted, id, user).await? {
        Ended::Nobody => Ok(Visit::nothing()),
        Ended::Done => back(visit, id, ("ended", "people")),
        Ended::Already => back(visit, id, ("changed", "people")),
    }
}
