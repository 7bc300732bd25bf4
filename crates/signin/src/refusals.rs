//! Refusals that anybody can bring about without proving anything, counted so that a stranger cannot make the audit grow.
//!
//! Each has its case number on the page, in the log and in the audit. Those of one kind from one network within a minute share a case
//! number: the first writes a record, and a second record says after the minute how many came again (decision 0010). Those of the
//! account portal are somebody's, and are counted by person and account besides.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use homeward_model::{AccountId, CaseNumber, ClientId, Timestamp, UserId};

use crate::{log_lines::LogLines, ports::AuditEvent};

/// Refusals within this time count together.
const MINUTE: Duration = Duration::from_secs(60);
/// Kinds that are told apart within a minute; those beyond lose their network and application.
const MOST: usize = 64;
/// What stands in the audit for a network when there are too many of them.
const MANY: &str = "many networks";

/// What is counted together. Event and outcome are words of ours, so there are few of each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    event: &'static str,
    outcome: String,
    application: Option<ClientId>,
    user: Option<UserId>,
    account: Option<AccountId>,
    network: String,
}

struct Tally {
    first: AuditEvent,
    case: CaseNumber,
    again: u64,
}

/// What became of one refusal.
pub(crate) struct Counted {
    /// The case number for its page.
    pub case: CaseNumber,
    /// Records to write now: this one when it is the first of its kind, and those of minutes that are over.
    pub lines: Vec<AuditEvent>,
}

/// The refusals of this minute, and their lines in the log.
#[derive(Default)]
pub struct Refusals {
    minute: Mutex<BTreeMap<Kind, Tally>>,
    pub(crate) log: LogLines,
}

impl Refusals {
    fn tallies(&self) -> MutexGuard<'_, BTreeMap<Kind, Tally>> {
        self.minute.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one. `fresh` is its case number if it is the first of its kind.
    pub(crate) fn count(&self, line: AuditEvent, fresh: CaseNumber) -> Counted {
        let mut tallies = self.tallies();
        let mut lines = over(&mut tallies, line.at);
        let mut kind = Kind { event: line.event, outcome: line.outcome.clone(), application: line.application.clone(), user: line.user, account: line.account, network: line.network.clone() };
        if tallies.len() >= MOST && !tallies.contains_key(&kind) {
            kind = Kind { application: None, network: MANY.to_owned(), ..kind };
        }
        let case = match tallies.entry(kind) {
            Entry::Occupied(mut place) => {
                let tally = place.get_mut();
                tally.again = tally.again.saturating_add(1);
                tally.case.clone()
            }
            Entry::Vacant(place) => {
                let kind = place.key();
                let first = AuditEvent { application: kind.application.clone(), network: kind.network.clone(), case: Some(fresh.clone()), ..line };
                lines.push(first.clone());
                place.insert(Tally { first, case: fresh.clone(), again: 0 });
                fresh
            }
        };
        Counted { case, lines }
    }

    /// The records of minutes that are over by `now`; each is given once.
    pub(crate) fn over(&self, now: Timestamp) -> Vec<AuditEvent> {
        over(&mut self.tallies(), now)
    }

    /// The records of every minute, over or not: for the end of the process.
    pub(crate) fn all(&self, now: Timestamp) -> Vec<AuditEvent> {
        std::mem::take(&mut *self.tallies()).into_values().filter_map(|tally| closing(tally, now)).collect()
    }
}

fn over(tallies: &mut BTreeMap<Kind, Tally>, now: Timestamp) -> Vec<AuditEvent> {
    // A clock that was put back ends a minute, too: no case number stays for ever.
    let is_over = |_: &Kind, tally: &mut Tally| now < tally.first.at || now.since(tally.first.at) >= MINUTE;
    tallies.extract_if(.., is_over).filter_map(|(_, tally)| closing(tally, now)).collect()
}

fn closing(tally: Tally, now: Timestamp) -> Option<AuditEvent> {
    (tally.again > 0).then(|| AuditEvent { at: now, detail: format!("{} more within the minute", tally.again), ..tally.first })
}

#[cfg(test)]
mod tests {
    use super::*;
    use homeward_model::SystemRandom;

    fn line(network: &str, at: i64) -> AuditEvent {
        AuditEvent {
            event: "request.refused",
            outcome: "request.too_slow".into(),
            user: None,
            account: None,
            application: None,
            network: network.into(),
            case: None,
            at: Timestamp::from_seconds(at),
            detail: String::new(),
        }
    }

    fn count(refusals: &Refusals, network: &str, at: i64) -> Counted {
        refusals.count(line(network, at), CaseNumber::generate(&SystemRandom))
    }

    /// DS-11: one record for the first, one for all that came again; the case number of each page finds both.
    #[test]
    fn ds_11_a_minute_leaves_two_records() {
        let refusals = Refusals::default();
        let first = count(&refusals, "192.0.2.1", 100);
        assert_eq!(first.lines.len(), 1);
        assert_eq!(first.lines[0].case.as_ref(), Some(&first.case));
        for at in 100..159 {
            let again = count(&refusals, "192.0.2.1", at);
            assert_eq!((again.case, again.lines.len()), (first.case.clone(), 0));
        }
        let other = count(&refusals, "192.0.2.2", 159);
        assert!(other.case != first.case && other.lines.len() == 1, "another network is another case");
        let next = count(&refusals, "192.0.2.1", 160);
        assert_ne!(next.case, first.case, "another minute, too");
        let [closing, opening] = &next.lines[..] else { panic!("{:?}", next.lines) };
        assert_eq!((closing.case.as_ref(), closing.detail.as_str()), (Some(&first.case), "59 more within the minute"));
        assert_eq!(opening.case.as_ref(), Some(&next.case));
        assert!(refusals.over(Timestamp::from_seconds(161)).is_empty());
        assert!(refusals.all(Timestamp::from_seconds(161)).is_empty(), "what came once has its record already");
    }

    /// Two people of one network are two cases, and each of them is one within the minute.
    #[test]
    fn people_are_counted_one_by_one() {
        let refusals = Refusals::default();
        let ask = |user: Option<UserId>| refusals.count(AuditEvent { user, ..line("192.0.2.1", 100) }, CaseNumber::generate(&SystemRandom));
        let (ann, ben) = (Some(UserId::generate(&SystemRandom)), Some(UserId::generate(&SystemRandom)));
        let cases = [ann, ben, None].map(|who| ask(who).case);
        assert!(cases[0] != cases[1] && cases[1] != cases[2] && cases[0] != cases[2]);
        let again = ask(ann);
        assert_eq!((&again.case, again.lines.len()), (&cases[0], 0));
        assert_eq!(refusals.over(Timestamp::from_seconds(160)).iter().map(|line| line.user).collect::<Vec<_>>(), [ann]);
    }

    /// DS-11: a hundred thousand networks leave no more records than there are places.
    #[test]
    fn ds_11_many_networks_are_counted_together() {
        let refusals = Refusals::default();
        let mut records = 0;
        let mut last = None;
        for place in 0..100_000 {
            let counted = count(&refusals, &format!("10.{}.{}.{}", place / 65_536, place / 256 % 256, place % 256), 100);
            records += counted.lines.len();
            last = Some(counted.case);
        }
        assert_eq!(records, MOST + 1);
        let closing = refusals.over(Timestamp::from_seconds(160));
        let [closing] = &closing[..] else { panic!("{}", closing.len()) };
        assert_eq!((closing.network.as_str(), &closing.case), (MANY, &last));
        assert_eq!(closing.detail, format!("{} more within the minute", 100_000 - MOST - 1));
    }
}
