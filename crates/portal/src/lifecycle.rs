//! The life of a connection: draft → tested → pilot → domains → enforced → outage → retired (architecture, idea 5). Every move says in
//! numbers whom it concerns before it happens, and every move can be taken back.

use std::collections::{BTreeSet, HashSet};

use homeward_discovery::{Account, AllowLocal, ConnectionState, DomainClaim, SsoMode, User, UserRule, UserState};
use homeward_model::{DomainName, UserId, Username};
use serde::Serialize;

use crate::standing;

/// How long a test sign-in that passed says something.
pub const TESTED_DAYS: u64 = 30;

/// A step in the life of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// A test sign-in has passed all six checks.
    Tested,
    /// On for those who are in the pilot.
    Pilot,
    /// On for everybody whose username is of a domain that the account has proved, and for the pilot.
    Domains,
    /// On.
    Enforce,
    /// The provider is away: passwords for the time being.
    Outage,
    /// Off, for good or until it is opened again.
    Retire,
    /// Back to the beginning, with what was entered.
    Reopen,
}

/// Why a step cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoveRefused {
    /// The connection is in that state already.
    #[error("it is so already")]
    Already,
    /// Nothing was entered for the protocol.
    #[error("nothing was entered for it yet: give it the provider's metadata first")]
    NoSettings,
    /// No test sign-in has passed lately with the settings that are there now, so nobody knows whether it works (ADM-8).
    #[error("no test sign-in has passed in the last {} days with the settings that are there now; begin one with: homeward connection test", TESTED_DAYS)]
    NotTested,
    /// An outage has an end.
    #[error("an outage lasts from 1 to {} hours; it ends by itself", standing::MOST_HOURS)]
    Hours,
    /// This state does not lead there.
    #[error("a connection that is {} does not become {}; see its life: draft, tested, pilot, domains, enforced, outage, retired", .from.word(), .to.word())]
    NotFrom {
        /// The state now.
        from: ConnectionState,
        /// The state that was wished.
        to: ConnectionState,
    },
}

impl Move {
    /// Where it leads.
    pub const fn target(self) -> ConnectionState {
        match self {
            Self::Tested => ConnectionState::Tested,
            Self::Pilot => ConnectionState::Pilot,
            Self::Domains => ConnectionState::Domains,
            Self::Enforce => ConnectionState::Enforced,
            Self::Outage => ConnectionState::Outage,
            Self::Retire => ConnectionState::Retired,
            Self::Reopen => ConnectionState::Draft,
        }
    }
    /// The move that leads to a state.
    pub const fn to(state: ConnectionState) -> Self {
        match state {
            ConnectionState::Draft => Self::Reopen,
            ConnectionState::Tested => Self::Tested,
            ConnectionState::Pilot => Self::Pilot,
            ConnectionState::Domains => Self::Domains,
            ConnectionState::Enforced => Self::Enforce,
            ConnectionState::Outage => Self::Outage,
            ConnectionState::Retired => Self::Retire,
        }
    }
}

/// The state after a step. Nothing that people sign in through is switched on without settings.
///
/// # Errors
/// Why it cannot be taken.
pub fn step(from: ConnectionState, has_settings: bool, wish: Move) -> Result<ConnectionState, MoveRefused> {
    use ConnectionState::{Domains, Draft, Enforced, Outage, Pilot, Retired, Tested};
    let to = wish.target();
    if from == to {
        return Err(MoveRefused::Already);
    }
    let leads = match wish {
        Move::Tested => matches!(from, Draft),
        Move::Pilot => matches!(from, Tested | Domains | Enforced | Outage),
        Move::Domains => matches!(from, Tested | Pilot | Enforced | Outage),
        Move::Enforce => matches!(from, Tested | Pilot | Domains | Outage),
        Move::Outage => from.is_on(),
        Move::Retire => true,
        Move::Reopen => matches!(from, Tested | Retired),
    };
    match (leads, has_settings || matches!(to, Draft | Retired | Outage)) {
        (false, _) => Err(MoveRefused::NotFrom { from, to }),
        (true, false) => Err(MoveRefused::NoSettings),
        (true, true) => Ok(to),
    }
}

/// Whether a step needs a test sign-in that has passed with the settings as they are now: each that brings people to a provider where
/// nobody was sure yet. Whoever goes back to a pilot is where they were. `from`: where it stands apart from an outage.
pub const fn needs_test(from: ConnectionState, to: ConnectionState) -> bool {
    use ConnectionState::{Domains, Enforced, Pilot, Tested};
    matches!((from, to), (_, Tested) | (Tested, Pilot | Domains | Enforced) | (Pilot, Domains | Enforced) | (Domains, Enforced))
}

/// Whom a connection in this state concerns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// Users who may sign in at all.
    pub users: usize,
    /// Of those, who sign in at the provider.
    pub at_provider: usize,
    /// Who keep their password beside it: the exclusion list, break-glass users, and everybody where the account says so.
    pub keep_password: usize,
    /// Who come back to a password and have none that they could use: they need an invitation (B-168…B-170), or a code by mail
    /// while an outage lasts.
    pub without_password: usize,
    /// Of those who keep a password, the break-glass users: their way in depends on no provider (LH-16).
    pub break_glass: usize,
}

/// What of somebody decides where they sign in, beside the account.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// Their own rule.
    pub rule: Option<UserRule>,
    /// Their way in depends on no provider.
    pub break_glass: bool,
    /// Their username is of a domain that the account has proved.
    pub on_domain: bool,
    /// Their groups.
    pub groups: &'a BTreeSet<String>,
}

impl<'a> Whose<'a> {
    /// Of a user.
    pub fn of(user: &'a User, on_domain: bool) -> Self {
        Self { rule: user.rule, break_glass: user.break_glass, on_domain, groups: &user.groups }
    }
}

/// Active users of one account who are alike in everything that decides where they sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// Their own rule.
    pub rule: Option<UserRule>,
    /// Their way in depends on no provider.
    pub break_glass: bool,
    /// Whether they have a password.
    pub has_password: bool,
    /// Whether their username is of a domain that the account has proved.
    pub on_domain: bool,
    /// Their groups.
    pub groups: BTreeSet<String>,
    /// How many.
    pub count: usize,
}

/// Counts the users of the connection's account, as they will sign in once it is in this state. `with_password`: who has one; `claims`: on domains.
pub fn effect(account: &Account, users: &[User], with_password: &HashSet<UserId>, state: ConnectionState, claims: &[DomainClaim]) -> Effect {
    let proved = proved(claims.iter().filter(|claim| claim.account == account.id));
    effect_by(account, active(account, users), with_password, |user| (state, is_of(&proved, &user.username)))
}

/// The domains of these claims that are proved.
pub fn proved<'a>(claims: impl Iterator<Item = &'a DomainClaim>) -> HashSet<DomainName> {
    claims.filter(|claim| claim.verified_at.is_some()).map(|claim| claim.domain.clone()).collect()
}

/// Whether a username is of one of these domains.
pub fn is_of(domains: &HashSet<DomainName>, username: &Username) -> bool {
    username.domain().is_some_and(|domain| domains.contains(domain))
}

/// The same where not everybody is led to one connection. `users`: the active ones of the account; `stands`: the state of the connection
/// of each, and whether the account has proved the domain of the name.
pub fn effect_by<'a>(account: &Account, users: impl Iterator<Item = &'a User>, with_password: &HashSet<UserId>, stands: impl Fn(&User) -> (ConnectionState, bool)) -> Effect {
    let mut effect = Effect::default();
    for user in users {
        let (state, on_domain) = stands(user);
        effect.counts((account, state), Whose::of(user, on_domain), with_password.contains(&user.id), 1);
    }
    effect
}

/// The same for users that were counted already.
pub fn effect_of(account: &Account, alike: &[Alike], state: ConnectionState) -> Effect {
    let mut effect = Effect::default();
    for Alike { rule, break_glass, has_password, on_domain, groups, count } in alike {
        effect.counts((account, state), Whose { rule: *rule, break_glass: *break_glass, on_domain: *on_domain, groups }, *has_password, *count);
    }
    effect
}

impl Effect {
    fn counts(&mut self, (account, state): (&Account, ConnectionState), whose: Whose<'_>, has_password: bool, count: usize) {
        self.users += count;
        let on = goes_there(account, whose, state);
        if on {
            self.at_provider += count;
        }
        if whose.break_glass && has_password {
            self.break_glass += count;
        }
        if !on || account.allow_local == AllowLocal::Yes {
            match has_password {
                true => self.keep_password += count,
                false if !on => self.without_password += count,
                false => {}
            }
        }
    }
}

fn active<'a>(account: &Account, users: &'a [User]) -> impl Iterator<Item = &'a User> {
    let id = account.id;
    users.iter().filter(move |user| user.account == id && user.state == UserState::Active)
}

/// Whether somebody signs in at the provider while the connection is in this state: by the rule of their group, or the account's own.
pub fn goes_there(account: &Account, whose: Whose<'_>, state: ConnectionState) -> bool {
    let mode = account.rule_of(whose.groups).map_or(account.sso_mode, |rule| rule.sso_mode);
    // A contract without Single Sign-On sends nobody anywhere (B-177), as discovery has it.
    let on = account.sso_entitled && mode != SsoMode::Off;
    let excluded = whose.break_glass || whose.rule == Some(UserRule::Excluded);
    match state {
        ConnectionState::Enforced => on && !excluded,
        ConnectionState::Domains => on && !excluded && (whose.on_domain || account.is_piloted(whose.rule, whose.groups)),
        ConnectionState::Pilot => on && !excluded && account.is_piloted(whose.rule, whose.groups),
        ConnectionState::Draft | ConnectionState::Tested | ConnectionState::Outage | ConnectionState::Retired => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair of states: what is not in the table is refused, and nothing goes live without settings or without a test.
    #[test]
    fn every_step_from_every_state_is_decided() {
        use ConnectionState::{Domains, Draft, Enforced, Outage, Pilot, Retired, Tested};
        let allowed = [
            (Tested, Domains), (Pilot, Domains), (Enforced, Domains), (Outage, Domains), (Domains, Pilot), (Domains, Enforced), (Domains, Outage), (Domains, Retired),
            (Draft, Tested), (Draft, Retired), (Tested, Pilot), (Tested, Enforced), (Tested, Retired), (Tested, Draft), (Pilot, Enforced),
            (Pilot, Outage), (Pilot, Retired), (Enforced, Pilot), (Enforced, Outage), (Enforced, Retired), (Outage, Enforced), (Outage, Pilot),
            (Outage, Retired), (Retired, Draft),
        ];
        for from in ConnectionState::ALL {
            for to in ConnectionState::ALL {
                let found = step(*from, true, Move::to(*to));
                match (from == to, allowed.contains(&(*from, *to))) {
                    (true, _) => assert_eq!(found, Err(MoveRefused::Already)),
                    (false, true) => assert_eq!(found, Ok(*to)),
                    (false, false) => assert_eq!(found, Err(MoveRefused::NotFrom { from: *from, to: *to })),
                }
                if matches!(to, Tested | Pilot | Domains | Enforced) {
                    assert!(step(*from, false, Move::to(*to)).is_err());
                }
            }
        }
        assert_eq!(step(Tested, false, Move::Enforce), Err(MoveRefused::NoSettings));
    }

    /// ADM-8: nothing brings people to a provider for the first time without a test of the settings as they are; coming back needs none.
    #[test]
    fn steps_towards_people_need_a_test() {
        use ConnectionState::{Domains, Draft, Enforced, Outage, Pilot, Retired, Tested};
        for (from, to) in [(Draft, Tested), (Tested, Pilot), (Tested, Domains), (Tested, Enforced), (Pilot, Domains), (Pilot, Enforced), (Domains, Enforced)] {
            assert!(needs_test(from, to), "{from:?} {to:?}");
        }
        for (from, to) in [(Enforced, Enforced), (Pilot, Pilot), (Domains, Domains), (Enforced, Domains), (Domains, Pilot), (Enforced, Pilot), (Enforced, Outage), (Pilot, Retired), (Retired, Draft)] {
            assert!(!needs_test(from, to), "{from:?} {to:?}");
        }
    }
}
