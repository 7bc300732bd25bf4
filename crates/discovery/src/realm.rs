//! The rules for one user in one account, in their order, each leaving a trace: break-glass, application, user, group,
//! account, domain, default. Policy decides, never whether a password is stored.

use homeward_model::ConnectionId;

use crate::{
    decision::{Refusal, RuleTrace},
    facts::{AllowLocal, Candidate, Condition, Connection, ConnectionState, GroupRule, Question, SsoMode, SsoRule, User, UserRule, UserState},
};

/// How one user of one account signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// By the account's password.
    Password,
    /// By the identity provider.
    Sso { connection: ConnectionId, mode: SsoMode },
    /// Not at all.
    Refused(Refusal),
}

/// The trace that grows while the rules are tried.
#[derive(Default)]
pub(crate) struct Trace(pub Vec<RuleTrace>);

impl Trace {
    pub fn passed(&mut self, rule: &'static str, because: impl Into<String>) {
        self.0.push(RuleTrace { rule, applied: false, because: because.into() });
    }
    pub fn applied(&mut self, rule: &'static str, because: impl Into<String>) {
        self.0.push(RuleTrace { rule, applied: true, because: because.into() });
    }
}

/// Tries the rules in order. `user` is `None` for a name that the account does not know.
pub(crate) fn way(question: &Question<'_>, candidate: &Candidate, user: Option<&User>, trace: &mut Trace) -> Way {
    let account = &candidate.account;
    if user.is_some_and(|u| u.break_glass) {
        trace.applied("break_glass", "the user is a break-glass user and keeps a password whatever else is set");
        return Way::Password;
    }
    trace.passed("break_glass", "the user is no break-glass user");
    match question.application.sso {
        SsoRule::Never => {
            trace.applied("application", "the application never uses Single Sign-On");
            return Way::Password;
        }
        SsoRule::Allowed => trace.passed("application", "the application allows Single Sign-On"),
        SsoRule::RequiresSecondFactor => trace.passed("application", "the application asks for a second factor; that is checked after the proof"),
    }
    match user.and_then(|u| u.rule) {
        Some(UserRule::Excluded) if account.allow_local == AllowLocal::No => {
            trace.passed("user", "the user is on the exclusion list, but the account allows no passwords at all");
        }
        Some(UserRule::Excluded) => {
            trace.applied("user", "the user is on the exclusion list");
            return Way::Password;
        }
        Some(UserRule::Pilot) => trace.passed("user", "the user is in the pilot of Single Sign-On"),
        None => trace.passed("user", "no rule for this user"),
    }
    let group = user.and_then(|u| account.group_rules.iter().find(|rule| u.groups.contains(&rule.group)));
    let mode = mode(question, candidate, group, trace);
    if mode == SsoMode::Off {
        trace.applied("default", "Single Sign-On is off: the account's password");
        return Way::Password;
    }
    if !account.sso_entitled {
        return without_sso(account.allow_local, Refusal::NotEntitled, "the account's contract does not include Single Sign-On", trace);
    }
    if !conditions_hold(question, &account.conditions) {
        trace.applied("default", "the network zone or device is outside the conditions of Single Sign-On: the account's password");
        return Way::Password;
    }
    let pilot = group.is_some() || user.is_some_and(|u| u.rule == Some(UserRule::Pilot));
    match connection(question, candidate, group, trace) {
        Some(found) if is_on(found.state, pilot) => {
            trace.applied(if group.is_some() { "group" } else { "account" }, format!("Single Sign-On by the connection \"{}\"", found.name));
            Way::Sso { connection: found.id, mode }
        }
        Some(found) if found.state == ConnectionState::Outage => {
            trace.applied("account", format!("the connection \"{}\" is out: the account's password for the time being", found.name));
            Way::Password
        }
        Some(found) => {
            let because = format!("the connection \"{}\" is not on (state {})", found.name, found.state.word());
            without_sso(account.allow_local, Refusal::NoConnection, &because, trace)
        }
        None => without_sso(account.allow_local, Refusal::NoConnection, "the account has no connection", trace),
    }
}

fn without_sso(allow: AllowLocal, refusal: Refusal, because: &str, trace: &mut Trace) -> Way {
    if allow == AllowLocal::No {
        trace.applied("default", format!("{because}, and passwords are off"));
        Way::Refused(refusal)
    } else {
        trace.applied("default", format!("{because}: the account's password"));
        Way::Password
    }
}

/// Group before account; an application may only take away.
fn mode(question: &Question<'_>, candidate: &Candidate, group: Option<&GroupRule>, trace: &mut Trace) -> SsoMode {
    let own = match group {
        Some(rule) => {
            trace.passed("group", format!("the group \"{}\" has the mode {}", rule.group, rule.sso_mode.word()));
            rule.sso_mode
        }
        None => {
            trace.passed("group", "no rule for a group of this user");
            candidate.account.sso_mode
        }
    };
    trace.passed("account", format!("the mode of account {} is {}", candidate.account.number, candidate.account.sso_mode.word()));
    match question.application.sso_mode {
        Some(other) if own != SsoMode::Off => other,
        Some(_) | None => own,
    }
}

fn conditions_hold(question: &Question<'_>, conditions: &[Condition]) -> bool {
    let zones: Vec<&str> = conditions.iter().filter_map(|c| if let Condition::Zone(zone) = c { Some(zone.as_str()) } else { None }).collect();
    let devices: Vec<_> = conditions.iter().filter_map(|c| if let Condition::Device(kind) = c { Some(*kind) } else { None }).collect();
    (zones.is_empty() || question.zone.is_some_and(|zone| zones.contains(&zone))) && (devices.is_empty() || devices.contains(&question.device))
}

const fn is_on(state: ConnectionState, pilot: bool) -> bool {
    match state {
        ConnectionState::Enforced => true,
        ConnectionState::Pilot => pilot,
        ConnectionState::Draft | ConnectionState::Tested | ConnectionState::Outage | ConnectionState::Retired => false,
    }
}

/// The hinted connection when it is the account's own, then the group's, the verified domain's, the account's.
fn connection<'a>(question: &Question<'_>, candidate: &'a Candidate, group: Option<&GroupRule>, trace: &mut Trace) -> Option<&'a Connection> {
    let find = |id: ConnectionId| candidate.connections.iter().find(|c| c.id == id && c.account == candidate.account.id);
    let hinted = question.hints.connection.and_then(find);
    let domain = candidate.domains.iter().filter(|d| d.verified_at.is_some()).find_map(|d| d.connection).and_then(find);
    trace.passed("domain", if domain.is_some() { "the verified domain names a connection" } else { "no verified domain names a connection" });
    hinted.or_else(|| group.and_then(|g| g.connection).and_then(find)).or(domain).or_else(|| candidate.account.connection.and_then(find))
}

/// Whether this user's password may be tried: active, in an active account, and policy lets them keep it (LH-15).
pub(crate) fn password_counts(question: &Question<'_>, candidate: &Candidate, user: &User) -> bool {
    user.state == UserState::Active
        && candidate.account.state == crate::facts::AccountState::Active
        && match way(question, candidate, Some(user), &mut Trace::default()) {
            Way::Password => true,
            Way::Sso { .. } => candidate.account.allow_local == AllowLocal::Yes,
            Way::Refused(_) => false,
        }
}
