//! The life of a connection: draft → tested → pilot → enforced → outage → retired (architecture, idea 5). Every move says in
//! numbers whom it concerns before it happens, and every move can be taken back.

use std::collections::{BTreeSet, HashSet};

use homeward_discovery::{Account, AllowLocal, ConnectionState, SsoMode, User, UserRule, UserState};
use homeward_model::UserId;
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
    #[error("a connection that is {} does not become {}; see its life: draft, tested, pilot, enforced, outage, retired", .from.word(), .to.word())]
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
    use ConnectionState::{Draft, Enforced, Outage, Pilot, Retired, Tested};
    let to = wish.target();
    if from == to {
        return Err(MoveRefused::Already);
    }
    let leads = match wish {
        Move::Tested => matches!(from, Draft),
        Move::Pilot => matches!(from, Tested | Enforced | Outage),
        Move::Enforce => matches!(from, Tested | Pilot | Outage),
        Move::Outage => matches!(from, Pilot | Enforced),
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
    use ConnectionState::{Enforced, Pilot, Tested};
    matches!((from, to), (_, Tested) | (Tested, Pilot | Enforced) | (Pilot, Enforced))
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
    /// Their groups.
    pub groups: &'a BTreeSet<String>,
}

impl<'a> Whose<'a> {
    /// Of a user.
    pub fn of(user: &'a User) -> Self {
        Self { rule: user.rule, break_glass: user.break_glass, groups: &user.groups }
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
    /// Their groups.
    pub groups: BTreeSet<String>,
    /// How many.
    pub count: usize,
}

/// Counts the users of the connection's account, as they will sign in once it is in this state. `with_password`: who has one.
pub fn effect(account: &Account, users: &[User], with_password: &HashSet<UserId>, state: ConnectionState) -> Effect {
    effect_by(account, active(account, users), with_password, |_| state)
}

/// The same where not everybody is led to one connection. `users`: the active ones of the account; `state`: that of the connection of each.
pub fn effect_by<'a>(account: &Account, users: impl Iterator<Item = &'a User>, with_password: &HashSet<UserId>, state: impl Fn(&User) -> ConnectionState) -> Effect {
    let mut effect = Effect::default();
    for user in users {
        effect.counts((account, state(user)), Whose::of(user), with_password.contains(&user.id), 1);
    }
    effect
}

/// The same for users that were counted already.
pub fn effect_of(account: &Account, alike: &[Alike], state: ConnectionState) -> Effect {
    let mut effect = Effect::default();
    for Alike { rule, break_glass, has_password, groups, count } in alike {
        effect.counts((account, state), Whose { rule: *rule, break_glass: *break_glass, groups }, *has_password, *count);
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
        use ConnectionState::{Draft, Enforced, Outage, Pilot, Retired, Tested};
        let allowed = [
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
                if matches!(to, Tested | Pilot | Enforced) {
                    assert!(step(*from, false, Move::to(*to)).is_err());
                }
            }
        }
        assert_eq!(step(Tested, false, Move::Enforce), Err(MoveRefused::NoSettings));
    }

    /// ADM-8: nothing brings people to a provider for the first time without a test of the settings as they are; coming back needs none.
    #[test]
    fn steps_towards_people_need_a_test() {
        use ConnectionState::{Draft, Enforced, Outage, Pilot, Retired, Tested};
        for (from, to) in [(Draft, Tested), (Tested, Pilot), (Tested, Enforced), (Pilot, Enforced)] {
            assert!(needs_test(from, to), "{from:?} {to:?}");
        }
        for (from, to) in [(Enforced, Enforced), (Pilot, Pilot), (Enforced, Pilot), (Enforced, Outage), (Pilot, Retired), (Retired, Draft)] {
            assert!(!needs_test(from, to), "{from:?} {to:?}");
        }
    }
}
