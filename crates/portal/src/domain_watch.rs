//! Domains that were proved are looked at again (LH-08): who gave a domain away must not go on receiving its people.
//!
//! Only a proper answer without the record is a loss. It is told, and the domain counts a while longer, so that a mistake in the domain's own
//! zone interrupts nobody; then it counts for nothing, until the record is found again. No answer at all changes nothing.

use std::time::Duration;

use homeward_model::{AccountId, DomainName, Timestamp};

use crate::{
    domains::{self, Found},
    ports::{Fault, Settling},
    session::Portal,
};

const DAY: Duration = Duration::from_secs(86_400);
/// A record that is there is looked for again after so long.
pub const AGAIN: Duration = Duration::from_secs(7 * 86_400);
/// So long a domain counts without its record.
pub const GRACE: Duration = Duration::from_secs(7 * 86_400);
/// Where nobody answered, it is asked again after so long.
const NO_ANSWER: Duration = Duration::from_secs(6 * 3_600);
/// Domains of one round.
const MOST: u32 = 50;

/// A domain that is to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub domain: DomainName,
    /// What its record holds.
    pub token: String,
    /// Since when the record is missing.
    pub lost_at: Option<Timestamp>,
    /// Whether the domain counts for nothing because of that.
    pub is_off: bool,
}

/// What a look changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing.
    Same,
    /// The record is missing; the domain counts until then.
    Lost {
        /// The end of its grace.
        until: Timestamp,
    },
    /// It was missing for too long: the domain counts for nothing.
    Off,
    /// It is there again, and the domain counts.
    Back,
}

impl Turn {
    /// What the audit says of it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Same => "",
            Self::Lost { .. } => "record missing",
            Self::Off => "switched off, because the record is missing",
            Self::Back => "record found again",
        }
    }
}

/// What was seen of a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it changes.
    pub turn: Turn,
    /// What was found instead of the record; `None`: it is there.
    pub found: Option<Found>,
    /// Since when it is missing.
    pub lost_at: Option<Timestamp>,
    /// When to look next.
    pub due_at: Timestamp,
    /// When it was seen.
    pub at: Timestamp,
}

/// What follows from a look.
fn judge(due: &Due, found: Option<Found>, at: Timestamp) -> Seen {
    let (turn, lost_at, next) = match (&found, due.lost_at) {
        (None, None) => (Turn::Same, None, AGAIN),
        (None, Some(_)) => (Turn::Back, None, AGAIN),
        (Some(Found::NoAnswer), lost_at) => (Turn::Same, lost_at, NO_ANSWER),
        (Some(_), None) => (Turn::Lost { until: at.plus(GRACE) }, Some(at), DAY),
        (Some(_), Some(lost_at)) if !due.is_off && at.since(lost_at) >= GRACE => (Turn::Off, Some(lost_at), DAY),
        (Some(_), Some(lost_at)) => (Turn::Same, Some(lost_at), DAY),
    };
    Seen { turn, found, lost_at, due_at: at.plus(next), at }
}

/// The domains whose time has come, the longest waiting first.
///
/// # Errors
/// `Fault`.
pub async fn due(portal: &Portal) -> Result<Vec<Due>, Fault> {
    portal.domains.due(portal.now(), MOST).await
}

/// Looks at one. Nothing is written yet.
pub async fn look(portal: &Portal, due: &Due) -> Seen {
    let found = domains::look(portal, &due.domain, &domains::record_value(&due.token)).await;
    judge(due, found, portal.now())
}

/// Keeps what was seen; a domain that another account has proved meanwhile does not come back.
///
/// # Errors
/// `Fault`.
pub async fn settle(portal: &Portal, due: &Due, seen: &Seen) -> Result<Settling, Fault> {
    portal.domains.settle(due, seen).await
}

#[cfg(test)]
mod tests {
    use homeward_model::SystemRandom;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn due(lost: Option<u64>, is_off: bool) -> Due {
        let lost_at = lost.map(|days| NOW.minus(DAY * u32::try_from(days).unwrap()));
        Due { account: AccountId::generate(&SystemRandom), domain: DomainName::parse("a.example").unwrap(), token: "t".into(), lost_at, is_off }
    }

    /// LH-08: only an answer without the record is a loss; the grace ends with such an answer, too, and never by itself.
    #[test]
    fn lh_08_no_answer_is_no_loss() {
        let turn = |due: &Due, found: Option<Found>| judge(due, found, NOW).turn;
        for missing in [Found::Nothing, Found::Others(vec!["x".into()]), Found::Elsewhere("b.example".into())] {
            assert_eq!(turn(&due(None, false), Some(missing.clone())), Turn::Lost { until: NOW.plus(GRACE) });
            assert_eq!(turn(&due(Some(6), false), Some(missing.clone())), Turn::Same, "still in its grace");
            assert_eq!(turn(&due(Some(7), false), Some(missing.clone())), Turn::Off);
            assert_eq!(turn(&due(Some(9), true), Some(missing)), Turn::Same, "off already");
        }
        for days in [None, Some(6), Some(7), Some(700)] {
            let seen = judge(&due(days, false), Some(Found::NoAnswer), NOW);
            assert_eq!((seen.turn, seen.lost_at), (Turn::Same, due(days, false).lost_at), "{days:?}");
            assert!(seen.due_at < NOW.plus(DAY), "and it is asked again soon");
        }
        assert_eq!(turn(&due(None, false), None), Turn::Same);
        for (days, is_off) in [(1, false), (7, false), (9, true)] {
            let seen = judge(&due(Some(days), is_off), None, NOW);
            assert_eq!((seen.turn, seen.lost_at, seen.due_at), (Turn::Back, None, NOW.plus(AGAIN)));
        }
    }
}
