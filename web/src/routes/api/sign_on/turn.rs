//! Turning it on and off: for some, for everybody, for an outage, and back.

use homeward_discovery::{AllowLocal, SsoMode};
use homeward_model::UserId;
use homeward_portal::{
    lifecycle::{Move, MoveRefused},
    sign_on::{
        self as connections,
        groups::{self, Grouped},
        pilot as piloting,
        turn::{self, Refused, Seen, Turned, Wish},
    },
    standing::MOST_HOURS,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::{
    call::Call,
    problem::Problem,
    reply::{Reply, names},
    shown::{changed, english, last_way_in},
    values::{Names, Number, Text},
};
use super::{ConnectionDetail, found, named};

/// How many names go into the pilot at once.
const MOST_NAMES: usize = piloting::MOST as usize;

/// What is to be switched; at least one of the first three.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "to": "pilot" }, { "mode": "button", "passwords_beside": true }]))]
pub(in super::super) struct TurnRequest {
    /// The step of the connection; absent: it stays where it is.
    to: Option<Target>,
    /// How the account offers it; absent: as it is.
    mode: Option<Mode>,
    /// Whether passwords work beside it; absent: as it is.
    passwords_beside: Option<bool>,
    /// Whether those who come back to a password and have none get a mail, when it is turned off.
    invite: Option<bool>,
    /// Whether those whom the step moves to the provider get a mail; nobody gets it twice within a day.
    tell: Option<bool>,
}

/// A step of a connection.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Target {
    /// On for those who are in the pilot.
    Pilot,
    /// On for everybody whose username is of a domain that the account has proved, and for the pilot.
    Domains,
    /// On for everybody.
    Enforced,
    /// Off.
    Retired,
    /// From off: to be tested and turned on again. Nobody is concerned until then.
    Draft,
}

/// How the account offers Single Sign-On.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// A button.
    Button,
    /// At once.
    Redirect,
}

/// What came of switching.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Turned", deny_unknown_fields)]
pub(in super::super) struct TurnedShown {
    /// So many of those who have no password got no mail: there is no address, or they are too many.
    uninvited: usize,
}

fn told(turned: Turned) -> Result<usize, Problem> {
    let t = english();
    match turned {
        Turned::Done | Turned::OfferStays => Ok(0),
        Turned::Uninvited(count) => Ok(count),
        Turned::Nobody => Err(Problem::nothing()),
        Turned::Refused(why) => Err(match why {
            Refused::NotEntitled => Problem::conflict("turn.not_entitled", t.s("portal-sso-not-entitled")),
            Refused::Incomplete => Problem::conflict("turn.incomplete", t.s("setup-said-incomplete")),
            Refused::NotTested => Problem::conflict("turn.not_tested", t.s("setup-said-not-tested")),
            Refused::OtherIsOn => Problem::conflict("turn.other_is_on", t.s("setup-said-other-on")),
            Refused::Move(MoveRefused::Hours) => Problem::unfit("turn.hours", t.s("setup-said-hours")),
            Refused::Move(MoveRefused::Already) | Refused::Elsewhere => changed(),
            Refused::Move(_) => Problem::conflict("turn.no_step", t.s("setup-said-no-step")),
            Refused::Undo(_) => Problem::conflict("turn.no_undo", t.s("setup-said-no-undo")),
            Refused::LastWayIn => last_way_in(),
        }),
    }
}

pub(in super::super) async fn switch(call: &Call) -> Result<Reply, Problem> {
    let asked: TurnRequest = call.body()?;
    let step = asked.to.map(|to| match to {
        Target::Pilot => Move::Pilot,
        Target::Domains => Move::Domains,
        Target::Enforced => Move::Enforce,
        Target::Retired => Move::Retire,
        Target::Draft => Move::Reopen,
    });
    let mode = asked.mode.map(|mode| match mode {
        Mode::Button => SsoMode::Button,
        Mode::Redirect => SsoMode::Redirect,
    });
    let local = match (asked.passwords_beside, call.granted.account().allow_local) {
        (Some(true), _) => Some(AllowLocal::Yes),
        (Some(false), AllowLocal::Yes) => Some(AllowLocal::ExceptionsOnly),
        (Some(false) | None, _) => None,
    };
    let wish = Wish { mode, local, step, invite: asked.invite.unwrap_or(false), tell: asked.tell.unwrap_or(false) };
    // What was seen is compared with the very values that are turned on (SM-06).
    let present = found(call, &call.granted, named(call)?).await?;
    let values = present.values.clone();
    let shown = Reply::shows(&ConnectionDetail::of(present));
    if !shown.etag().zip(call.if_match()).is_some_and(|(tag, seen)| names(seen, tag)) {
        return Err(Problem::other());
    }
    let uninvited = told(turn::turn(call.portal(), &call.granted, named(call)?, (&wish, Seen { values: &values, offer: None })).await?)?;
    Ok(Reply::shows(&TurnedShown { uninvited }))
}

/// The provider is away.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "hours": 4 }]))]
pub(in super::super) struct OutageRequest {
    /// After so many hours it ends by itself.
    hours: Number<1, MOST_HOURS>,
}

pub(in super::super) async fn outage(call: &Call) -> Result<Reply, Problem> {
    let asked: OutageRequest = call.body()?;
    told(turn::outage(call.portal(), &call.granted, named(call)?, asked.hours.0).await?)?;
    Ok(Reply::done())
}

/// The step to take back.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct UndoRequest {
    /// What names it, as the connection shows it.
    step: Text<100>,
}

/// What came of taking it back.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Undone", deny_unknown_fields)]
pub(in super::super) struct UndoneShown {
    /// Somebody has changed since how the account offers it, and that stays.
    offer_stays: bool,
}

pub(in super::super) async fn undo(call: &Call) -> Result<Reply, Problem> {
    let asked: UndoRequest = call.body()?;
    let turned = turn::undo(call.portal(), &call.granted, named(call)?, &asked.step.0).await?;
    let offer_stays = turned == Turned::OfferStays;
    told(turned)?;
    Ok(Reply::shows(&UndoneShown { offer_stays }))
}

/// People for the pilot.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "usernames": ["mia@northwind.example"] }]))]
pub(in super::super) struct PilotRequest {
    /// Who goes into it.
    usernames: Names<MOST_NAMES>,
}

/// What came of names for the pilot.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Piloted", deny_unknown_fields)]
pub(in super::super) struct PilotedShown {
    /// How many were put into it.
    added: u32,
    /// Names that could not be: nobody's, on the exclusion list, or of somebody with a wider role.
    refused: Vec<String>,
}

/// Whether the account has the connection that the address names.
async fn is_here(call: &Call) -> Result<(), Problem> {
    if connections::is_here(call.portal(), &call.granted, named(call)?).await? { Ok(()) } else { Err(Problem::nothing()) }
}

pub(in super::super) async fn pilot(call: &Call) -> Result<Reply, Problem> {
    is_here(call).await?;
    let asked: PilotRequest = call.body()?;
    let piloted = piloting::add(call.portal(), &call.granted, &asked.usernames.lines()).await?;
    Ok(Reply::shows(&PilotedShown { added: piloted.added, refused: piloted.refused }))
}

pub(in super::super) async fn unpilot(call: &Call) -> Result<Reply, Problem> {
    is_here(call).await?;
    let user = call.id("user", UserId::parse)?;
    if piloting::leave(call.portal(), &call.granted, user).await? { Ok(Reply::done()) } else { Err(Problem::nothing()) }
}

/// A group for the pilot.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "group": "sales", "tell": true }]))]
pub(in super::super) struct PilotGroupRequest {
    /// Its name, as the connection lists it.
    group: Text<200>,
    /// Whether those whom it moves to the provider now get a mail; nobody gets it twice within a day.
    tell: Option<bool>,
}

/// A group that leaves the pilot.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "group": "sales" }]))]
pub(in super::super) struct LeavingGroup {
    /// Its name.
    group: Text<200>,
}

async fn set_group(call: &Call, (group, into, tell): (&str, bool, bool)) -> Result<Reply, Problem> {
    match groups::set(call.portal(), &call.granted, named(call)?, (group, into, tell)).await? {
        Grouped::Done => Ok(Reply::done()),
        Grouped::Unknown => Err(Problem::unfit("pilot.unknown_group", english().s("setup-said-group-unknown"))),
        Grouped::TooMany => Err(Problem::conflict("pilot.too_many_groups", english().s("setup-said-group-many"))),
        Grouped::Changed => Err(changed()),
        Grouped::LastWayIn => Err(last_way_in()),
        Grouped::Nobody => Err(Problem::nothing()),
    }
}

pub(in super::super) async fn pilot_group(call: &Call) -> Result<Reply, Problem> {
    is_here(call).await?;
    let asked: PilotGroupRequest = call.body()?;
    set_group(call, (&asked.group.0, true, asked.tell.unwrap_or(false))).await
}

pub(in super::super) async fn unpilot_group(call: &Call) -> Result<Reply, Problem> {
    is_here(call).await?;
    let asked: LeavingGroup = call.body()?;
    set_group(call, (&asked.group.0, false, false)).await
}
