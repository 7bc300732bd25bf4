//! What the rules for group, account and domain have in common: whether Single Sign-On is offered here and now, by which
//! connection, and what happens where it is not.

use homeward_model::ConnectionId;

use super::{Case, Verdict, Way};
use crate::{
    decision::Refusal,
    facts::{AllowLocal, Condition, Connection, ConnectionState, Question, SsoMode},
};

/// Offers Single Sign-On if nothing stands against it. `whose` says whose setting is followed.
pub(super) fn offer(case: &Case<'_>, whose: &str) -> Verdict {
    let account = &case.candidate.account;
    let own = case.mode();
    if own == SsoMode::Off {
        return Verdict::decides(Way::Password, format!("Single Sign-On is off for {whose}: the account's password"));
    }
    if !account.sso_entitled {
        return without(case, Refusal::NotEntitled, "the account's contract does not include Single Sign-On");
    }
    if !conditions_hold(case.question, &account.conditions) {
        return without(
            case,
            Refusal::NoConnection,
            "the network zone or the device is outside the conditions of Single Sign-On",
        );
    }
    let Some(found) = connection(case) else {
        return without(case, Refusal::NoConnection, "no connection is set for Single Sign-On");
    };
    if is_on(case, found) {
        let mode = case.question.application.sso_mode.unwrap_or(own);
        let because = format!("{whose} has Single Sign-On by the connection \"{}\" ({})", found.name, mode.word());
        return Verdict::decides(Way::Sso { connection: found.id, mode }, because);
    }
    if found.state_at(case.now) == ConnectionState::Outage {
        let because = format!("the connection \"{}\" is out: the account's password or a code by mail for the time being", found.name);
        return Verdict::decides(Way::Outage { connection: found.id }, because);
    }
    let because = match found.state_at(case.now) {
        ConnectionState::Pilot => {
            format!("the connection \"{}\" is in its pilot, and nothing puts this name into it", found.name)
        }
        ConnectionState::Domains => {
            format!("the connection \"{}\" is on for the account's verified domains, and this name is of none of them", found.name)
        }
        state => format!("the connection \"{}\" is not on ({})", found.name, state.word()),
    };
    without(case, Refusal::NoConnection, &because)
}

/// Single Sign-On cannot be used: the password, unless the account lets no password work beside it.
pub(super) fn without(case: &Case<'_>, refusal: Refusal, because: &str) -> Verdict {
    match case.candidate.account.allow_local {
        AllowLocal::No if case.mode() != SsoMode::Off => {
            Verdict::decides(Way::Refused(refusal), format!("{because}, and passwords are off"))
        }
        _ => Verdict::decides(Way::Password, format!("{because}: the account's password")),
    }
}

/// The connection that serves somebody of this account, when the uniform page is shown because it does not serve everybody
/// (a pilot, a group): it is offered beside the password to whoever comes.
pub(crate) fn beside(case: &Case<'_>) -> Option<ConnectionId> {
    let (account, application) = (&case.candidate.account, case.question.application);
    let taken_away = application.is_local_only(account) || application.sso_mode == Some(SsoMode::Off);
    if taken_away || !account.sso_entitled || !conditions_hold(case.question, &account.conditions) {
        return None;
    }
    let groups = account.group_rules.iter().filter(|rule| rule.sso_mode != SsoMode::Off);
    let everybody = (account.sso_mode != SsoMode::Off).then(|| connection(case)).flatten();
    let some = groups.filter_map(|rule| rule.connection.or(account.connection)).filter_map(|id| own(case, id));
    let serves = |found: &&Connection| found.state_at(case.now).is_on();
    everybody.into_iter().chain(some).find(serves).map(|found| found.id)
}

/// The connection: the wished one, or the one that is set. A wish counts only while it is on; otherwise naming a connection that
/// is off would bring the password back (LH-15). It says where somebody is sent, and nothing of whose word counts: see `speaks_for`.
fn connection<'a>(case: &Case<'a>) -> Option<&'a Connection> {
    let by_hint = case.claim.filter(|_| case.question.username.domain().is_none()).and_then(|claim| claim.connection);
    let wishes = [case.question.hints.connection, by_hint].into_iter().flatten();
    let wished = wishes.filter_map(|id| own(case, id)).find(|found| is_on(case, found));
    wished.or_else(|| configured(case))
}

/// The connection that is set: the group's, the verified domain's, the account's.
fn configured<'a>(case: &Case<'a>) -> Option<&'a Connection> {
    let by_name = case.claim.filter(|_| case.question.username.domain().is_some()).and_then(|claim| claim.connection);
    let settings = [case.group().and_then(|rule| rule.connection), by_name, case.candidate.account.connection];
    settings.into_iter().flatten().find_map(|id| own(case, id))
}

/// Whether the account has set this connection for the name: the one of the user's group, or the one to which everybody of the domain is
/// sent before a proof, because users are not looked at then. `user` is nobody where groups are the word of the very provider that is judged.
pub(crate) fn speaks_for(case: &Case<'_>, connection: ConnectionId) -> bool {
    let everybody = Case { user: None, ..*case };
    [configured(case), configured(&everybody)].into_iter().flatten().any(|found| found.id == connection)
}

/// A connection of this very account; another account's is none (LH-17).
fn own<'a>(case: &Case<'a>, id: ConnectionId) -> Option<&'a Connection> {
    case.candidate.connections.iter().find(|c| c.id == id && c.account == case.candidate.account.id)
}

fn is_on(case: &Case<'_>, connection: &Connection) -> bool {
    let is_piloted = || case.user.is_some_and(|user| case.candidate.account.is_piloted(user.rule, &user.groups));
    match connection.state_at(case.now) {
        ConnectionState::Enforced => true,
        // A hint says nothing of whose name it is.
        ConnectionState::Domains => (case.claim.is_some() && case.question.username.domain().is_some()) || is_piloted(),
        ConnectionState::Pilot => is_piloted(),
        ConnectionState::Draft | ConnectionState::Tested | ConnectionState::Outage | ConnectionState::Retired => false,
    }
}

/// Several conditions of one kind are alternatives; both kinds must be met.
fn conditions_hold(question: &Question<'_>, conditions: &[Condition]) -> bool {
    let zone =
        |c: &Condition| if let Condition::Zone(zone) = c { Some(question.zone == Some(zone.as_str())) } else { None };
    let device = |c: &Condition| if let Condition::Device(kind) = c { Some(question.device == *kind) } else { None };
    any_or_none(conditions.iter().filter_map(zone)) && any_or_none(conditions.iter().filter_map(device))
}

/// Whether one of them is met; met as well when there is none.
fn any_or_none(mut met: impl Iterator<Item = bool>) -> bool {
    met.next().is_none_or(|first| first || met.any(|next| next))
}
