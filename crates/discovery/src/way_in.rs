//! Whose word counts for whom. A wish (a hint, a tile, an address of ours) may say where somebody is sent; what comes back is taken only from
//! the connection that the account has set for that very user. Otherwise any of an account's connections could speak for all of its users (ST-05).

use homeward_model::{ConnectionId, Timestamp};

use crate::{
    decide::decide,
    decision::Home,
    facts::{Candidates, Hints, User},
    home_of::Known,
    rules::{Case, single_sign_on},
};

/// What a connection is to one person of its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayIn {
    /// The person signs in by it.
    Open,
    /// The person would, and it is out for the time being: what it has proved goes on, and nothing new is taken from it.
    Outage,
    /// The person does not.
    No,
}

/// Who is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// A user of the account.
    Stored,
    /// Somebody whom this very answer would make a user: their groups are the provider's own word, and do not say that it may speak for them.
    New,
}

/// Whether this connection is one by which the rules, as they are now, let this very user in. The connection of `known` plays no part.
pub fn way_in(known: &Known<'_>, by: ConnectionId, person: Person, candidates: &Candidates, now: Timestamp) -> WayIn {
    let hints = Hints { connection: Some(by), ..known.hints() };
    if !is_set(known, by, person, candidates, now) {
        return WayIn::No;
    }
    match decide(&known.question(&hints), candidates, now).home {
        Home::SingleSignOn { connection, .. } if connection == by => WayIn::Open,
        Home::Password { outage: Some(connection), .. } if connection == by => WayIn::Outage,
        Home::SingleSignOn { .. } | Home::Password { .. } | Home::ChooseAccount { .. } | Home::Refused { .. } => WayIn::No,
    }
}

/// Whether the account has set this connection for this user, whatever else stands against Single Sign-On now: the connection of the
/// first group rule that fits the user; the one that the verified claim on the username's domain names; where that names none, the account's.
pub fn is_set(known: &Known<'_>, by: ConnectionId, person: Person, candidates: &Candidates, now: Timestamp) -> bool {
    let Some(candidate) = candidates.accounts.iter().find(|candidate| candidate.account.number == *known.account) else { return false };
    let user: Option<&User> = candidate.user.as_ref().filter(|_| person == Person::Stored);
    let hints = Hints { connection: None, ..known.hints() };
    let question = known.question(&hints);
    single_sign_on::speaks_for(&Case::new(&question, candidate, user, now), by)
}
