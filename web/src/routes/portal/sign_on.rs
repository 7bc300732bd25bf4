//! Single Sign-On in four steps: pages, and the steps under them. Each step takes one grant to one use case and leads back to its stop
//! on the line; what cannot be used stays in its field.

use homeward_discovery::{AllowLocal, SsoMode};
use homeward_model::{ConnectionId, UserId, line::LineError};
use homeward_portal::{
    lifecycle::{Move, MoveRefused},
    sign_on::{
        self as connections, Added, begun_there, compare,
        enter::{self, Accepted, Proposed},
        groups::{self, Grouped},
        mapping::{self, Mapped},
        mend::{self, Fix, Mend},
        pilot as piloting,
        tested::{self, Begin},
        turn::{self, Refused, Seen, Turned, Wish},
        typed::{ByHand, OpenId, Proof},
    },
};
use homeward_signin::usecase::federated::test;

use super::door::{MayUpload, Step, Upload, Visit};
use crate::{
    form::Form,
    respond::{self, Answer},
    screens::portal::{self as screens, SignOnView, Typed},
};

/// Certificates of one connection that are asked about at most.
const MOST_CERTIFICATES: usize = 50;

/// The connection that the address names.
pub(super) fn named(visit: &Visit) -> Option<ConnectionId> {
    ConnectionId::parse(visit.part("connection"))
}

async fn shown(visit: &Visit, id: ConnectionId, view: SignOnView<'_>) -> Answer {
    match connections::detail(visit.portal(), &visit.granted, id).await? {
        Some(detail) => {
            let test = detail.test.as_ref();
            let closest = test.and_then(|test| test.mends.iter().find_map(|mend| if let Mend::Closest(whom) = mend { Some(whom.id) } else { None }));
            let unknown = test.and_then(|test| test.unknown.as_deref());
            let rename = unknown.zip(closest).map(|(name, user)| visit.rename_to(user, name));
            let view = SignOnView { invite: unknown.map(|name| visit.invite_by(name)), rename, ..view };
            Ok(respond::page(&visit.asked, screens::sign_on(&visit.frame(), &detail, &view)))
        }
        None => Ok(Visit::nothing()),
    }
}

/// Back to a stop of the connection's line, with a word of what came of it.
pub(super) fn back(visit: &Visit, id: ConnectionId, (said, stop): (&str, &str)) -> Answer {
    let query = screens::query(&[("said", said)]);
    Ok(respond::see(&visit.asked, &visit.at(&format!("/sign-on/{id}{query}#{stop}"))))
}

/// The page with what a step left in the address.
fn told_by(query: &Form) -> SignOnView<'static> {
    let said = query.get("said");
    let uninvited = Some(query.get("count")).filter(|_| said == "uninvited").and_then(|count| count.parse().ok());
    SignOnView { said: screens::sign_on_said(said), uninvited, ..SignOnView::default() }
}

/// The page of the only connection, or the list.
pub(crate) async fn list(visit: Visit) -> Answer {
    let list = connections::connections(visit.portal(), &visit.granted).await?;
    match list.as_slice() {
        [only] => shown(&visit, only.connection.id, told_by(&visit.query)).await,
        _ => Ok(respond::page(&visit.asked, screens::sign_on_list(&visit.frame(), &list))),
    }
}

pub(crate) async fn new(visit: Visit) -> Answer {
    products(&visit, None)
}

/// The products, and a name that cannot be used.
fn products(visit: &Visit, typed: Option<(&str, LineError)>) -> Answer {
    let azure = visit.portal().offers.azure && visit.granted.guest().is_none();
    Ok(respond::page(&visit.asked, screens::add_sign_on(&visit.frame(), (screens::sign_on_said(visit.query.get("said")), azure), typed)))
}

pub(crate) async fn add(step: Step) -> Answer {
    let visit = &step.visit;
    let Some((preset, speaks, usual)) = screens::product(step.form.get("product")) else { return Ok(respond::see(&visit.asked, &visit.at("/sign-on/new"))) };
    let typed = step.form.optional("name").map(str::trim).filter(|name| !name.is_empty());
    // People of the account know the provider as their organisation's.
    let name = typed.or(usual).unwrap_or(&visit.granted.account().name);
    match connections::add(visit.portal(), &visit.granted, (preset, speaks), name).await? {
        Added::Done(id) => back(visit, id, ("added", "give")),
        Added::TooMany => Ok(respond::see(&visit.asked, &visit.at("/sign-on/new?said=too-many"))),
        Added::LastWayIn => Ok(respond::see(&visit.asked, &visit.at("/sign-on/new?said=sole-way"))),
        Added::Name(problem) => products(visit, Some((&name.chars().take(200).collect::<String>(), problem))),
    }
}

pub(crate) async fn connection(visit: Visit) -> Answer {
    let Some(id) = named(&visit) else { return Ok(Visit::nothing()) };
    shown(&visit, id, told_by(&visit.query)).await
}

/// The whole answer to the last test.
pub(crate) async fn whole(visit: Visit) -> Answer {
    let Some(id) = named(&visit) else { return Ok(Visit::nothing()) };
    match tested::whole(visit.portal(), &visit.granted, id).await? {
        Some(shown) => Ok(respond::page(&visit.asked, screens::whole_answer(&visit.frame(), &shown))),
        None => Ok(Visit::nothing()),
    }
}

/// Values of the provider, by one of the forms. A file of metadata counts like its text in the field.
pub(crate) async fn propose(MayUpload(Upload { step, file }): MayUpload) -> Answer {
    let visit = &step.visit;
    let form = &with_file(&step.form, &file);
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    let (portal, granted) = (visit.portal(), &visit.granted);
    let proposed = match form.get("how") {
        "address" => enter::by_address(portal, granted, id, (form.get("address"), form.optional("entity"))).await?,
        "hand" => {
            let stay = stay(form);
            let typed = ByHand { sign_in_url: form.get("sign_in_url"), entity_id: form.get("entity_id"), certificates: form.get("certificates"), stay: &stay };
            enter::by_hand(portal, granted, id, &typed).await?
        }
        "mapping" => mapping::by_mapping(portal, granted, id, &mapped(form)).await?,
        "begun-there" => begun_there::by_word(portal, granted, id, form.get("begun")).await?,
        "waiting" => enter::by_waiting(portal, granted, id).await?,
        "openid" => {
            let typed = OpenId { issuer: form.get("issuer"), client_id: form.get("client_id"), secret: form.get("secret"), proof: Proof::from_word(form.get("proof")), domains: form.get("domains") };
            enter::by_openid(portal, granted, id, &typed).await?
        }
        _ => enter::by_metadata(portal, granted, id, (form.get("metadata"), form.optional("entity"))).await?,
    };
    match proposed {
        Proposed::Nobody => Ok(Visit::nothing()),
        Proposed::Waits => back(visit, id, ("", "proposal")),
        Proposed::Refused(problem) => shown(visit, id, SignOnView { typed: Some(Typed { form, problem: &problem }), ..SignOnView::default() }).await,
    }
}

/// The form with the file where it could have been pasted: what cannot be used of it is there to be seen.
fn with_file(form: &Form, file: &[u8]) -> Form {
    let text = String::from_utf8_lossy(file);
    let text = text.trim_start_matches('\u{feff}');
    let fields = form.0.iter().map(|(name, value)| match name.as_str() {
        "metadata" if !text.is_empty() => (name.clone(), text.to_owned()),
        _ => (name.clone(), value.clone()),
    });
    Form(fields.collect())
}

/// A button that mends the check that failed in the last test: what it takes waits like every other value. A code that somebody saw at the
/// provider is explained on the page, and stands in no address.
pub(crate) async fn mend(step: Step) -> Answer {
    let (visit, form) = (&step.visit, &step.form);
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    let fix = match form.get("fix") {
        "answer" => return compare(visit, form, id).await,
        "issuer" => Fix::Issuer,
        "certificate" => Fix::Certificate(form.get("thumbprint")),
        "metadata" => Fix::Metadata,
        "named" => Fix::Named(form.get("named")),
        "convert" => Fix::Convert,
        _ => {
            let code = form.get("code").trim().chars().take(500).collect();
            return shown(visit, id, SignOnView { code: Some(code), ..SignOnView::default() }).await;
        }
    };
    match mend::by_test(visit.portal(), &visit.granted, id, fix).await? {
        Proposed::Nobody => Ok(Visit::nothing()),
        Proposed::Waits => back(visit, id, ("", "proposal")),
        Proposed::Refused(problem) => shown(visit, id, SignOnView { typed: Some(Typed { form, problem: &problem }), ..SignOnView::default() }).await,
    }
}

/// A certificate for a refused answer, from its page in Activity.
async fn compare(visit: &Visit, form: &Form, id: ConnectionId) -> Answer {
    let reference = form.get("reference");
    match compare::by_reference(visit.portal(), &visit.granted, id, (reference, form.get("certificate"))).await? {
        Proposed::Nobody => Ok(Visit::nothing()),
        Proposed::Waits => back(visit, id, ("", "proposal")),
        Proposed::Refused(problem) if visit.granted.guest().is_some() => shown(visit, id, SignOnView { typed: Some(Typed { form, problem: &problem }), ..SignOnView::default() }).await,
        Proposed::Refused(problem) => super::activity::checked_again(visit, reference, Some(Typed { form, problem: &problem })).await,
    }
}

fn mapped(form: &Form) -> Mapped {
    let text = |name: &str| form.get(name).to_owned();
    Mapped {
        local: text("local"),
        person: text("person"),
        email: text("email"),
        given_name: text("given_name"),
        family_name: text("family_name"),
        groups: text("groups"),
        roles: text("roles"),
    }
}

/// Thumbprints of the certificates that stay ticked.
fn stay(form: &Form) -> Vec<String> {
    (0..MOST_CERTIFICATES).filter_map(|place| form.optional(&format!("stay-{place}")).map(str::to_owned)).collect()
}

/// "Use these values"
pub(crate) async fn accept(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    match enter::accept(visit.portal(), &visit.granted, id, step.form.get("handle")).await? {
        Accepted::Nobody => Ok(Visit::nothing()),
        Accepted::Done => back(visit, id, ("accepted", "values")),
        Accepted::Others => back(visit, id, ("other-values", "values")),
        Accepted::IsOn => back(visit, id, ("is-on", "values")),
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

/// To the provider and back, through all six checks: with what was taken over, or with the values that wait.
pub(crate) async fn try_out(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    let waiting = step.form.optional("handle");
    match tested::begin(visit.portal(), &visit.granted, id, waiting).await? {
        Begin::Nobody => return Ok(Visit::nothing()),
        Begin::Incomplete => return back(visit, id, ("incomplete", "values")),
        Begin::Others => return back(visit, id, ("other-values", "values")),
        Begin::Now => {}
    }
    let by = (visit.granted.by(), visit.granted.guest().map(|guest| guest.link.reference.clone()));
    match test::begin_by(visit.asked.ctx(), (id, waiting), by, &visit.asked.visitor).await? {
        Some(leaving) => respond::step(&visit.asked, leaving).await,
        None => back(visit, id, ("", "test")),
    }
}

/// What somebody wants in step 4.
fn wish(form: &Form) -> Wish {
    let step = match form.get("to") {
        "pilot" => Some(Move::Pilot),
        "domains" => Some(Move::Domains),
        "enforced" => Some(Move::Enforce),
        "retired" => Some(Move::Retire),
        "draft" => Some(Move::Reopen),
        _ => None,
    };
    let mode = SsoMode::from_word(form.get("mode")).filter(|mode| *mode != SsoMode::Off);
    Wish { mode, local: None, step, invite: form.get("invite") == "yes", tell: form.get("tell") == "yes" }
}

pub(crate) async fn switch(step: Step) -> Answer {
    let (visit, form) = (&step.visit, &step.form);
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    let wish = wish(form);
    // The box stands beside the way it is offered; without that, nobody was asked.
    let local = match (wish.mode, form.get("local"), visit.granted.account().allow_local) {
        (None, ..) => None,
        (Some(_), "yes", _) => Some(AllowLocal::Yes),
        (Some(_), _, AllowLocal::Yes) => Some(AllowLocal::ExceptionsOnly),
        (Some(_), ..) => None,
    };
    let turned = turn::turn(visit.portal(), &visit.granted, id, (&Wish { local, ..wish }, Seen { values: form.get("values"), offer: form.optional("offer") })).await?;
    // Mails are written and sent by a worker.
    (visit.asked.ctx().wake_mailroom)();
    // Only a step of the connection can be taken back.
    let done = match wish.step {
        Some(Move::Reopen) => "reopened",
        Some(_) => "switched",
        None => "offered",
    };
    told(visit, id, turned, done)
}

pub(crate) async fn outage(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    let hours = step.form.get("hours").trim().parse().unwrap_or(0);
    let turned = turn::outage(visit.portal(), &visit.granted, id, hours).await?;
    told(visit, id, turned, "switched")
}

pub(crate) async fn undo(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    let turned = turn::undo(visit.portal(), &visit.granted, id, step.form.get("seen")).await?;
    told(visit, id, turned, "undone")
}

fn told(visit: &Visit, id: ConnectionId, turned: Turned, done: &'static str) -> Answer {
    let said = match turned {
        Turned::Nobody => return Ok(Visit::nothing()),
        Turned::Uninvited(count) => {
            let query = screens::query(&[("said", "uninvited"), ("count", &count.to_string())]);
            return Ok(respond::see(&visit.asked, &visit.at(&format!("/sign-on/{id}{query}#turn"))));
        }
        Turned::Done => done,
        Turned::OfferStays => "undone-offer-stays",
        Turned::Refused(Refused::NotEntitled) => "not-entitled",
        Turned::Refused(Refused::Incomplete) => "incomplete",
        Turned::Refused(Refused::NotTested) => "not-tested",
        Turned::Refused(Refused::OtherIsOn) => "other-on",
        Turned::Refused(Refused::Move(MoveRefused::Hours)) => "hours",
        Turned::Refused(Refused::Move(MoveRefused::Already) | Refused::Elsewhere) => "changed",
        Turned::Refused(Refused::LastWayIn) => "last-way-in",
        Turned::Refused(Refused::Move(_)) => "no-step",
        Turned::Refused(Refused::Undo(_)) => "no-undo",
    };
    back(visit, id, (said, "turn"))
}

/// Names for the pilot; those that cannot be in it stay in the field.
pub(crate) async fn pilot(step: Step) -> Answer {
    let visit = &step.visit;
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    if !connections::is_here(visit.portal(), &visit.granted, id).await? {
        return Ok(Visit::nothing());
    }
    let piloted = piloting::add(visit.portal(), &visit.granted, step.form.get("people")).await?;
    if piloted.refused.is_empty() && piloted.rest.is_empty() {
        return back(visit, id, (if piloted.added > 0 { "pilot" } else { "changed" }, "pilot"));
    }
    shown(visit, id, SignOnView { piloted: Some(&piloted), ..SignOnView::default() }).await
}

pub(crate) async fn unpilot(step: Step) -> Answer {
    let visit = &step.visit;
    let (Some(id), Some(user)) = (named(visit), UserId::parse(step.form.get("user"))) else { return Ok(Visit::nothing()) };
    if !connections::is_here(visit.portal(), &visit.granted, id).await? {
        return Ok(Visit::nothing());
    }
    let done = piloting::leave(visit.portal(), &visit.granted, user).await?;
    back(visit, id, (if done { "pilot" } else { "changed" }, "pilot"))
}

/// A whole group for the pilot.
pub(crate) async fn pilot_group(step: Step) -> Answer {
    set_group(&step, true).await
}

pub(crate) async fn unpilot_group(step: Step) -> Answer {
    set_group(&step, false).await
}

async fn set_group(step: &Step, into: bool) -> Answer {
    let visit = &step.visit;
    let Some(id) = named(visit) else { return Ok(Visit::nothing()) };
    let done = groups::set(visit.portal(), &visit.granted, id, (step.form.get("group"), into, step.form.get("tell") == "yes")).await?;
    // Mails are written by a worker.
    (visit.asked.ctx().wake_mailroom)();
    let said = match done {
        Grouped::Nobody => return Ok(Visit::nothing()),
        Grouped::Done => "pilot",
        Grouped::Changed => "changed",
        Grouped::Unknown => "group-unknown",
        Grouped::TooMany => "group-many",
        Grouped::LastWayIn => "last-way-in",
    };
    back(visit, id, (said, "pilot"))
}
