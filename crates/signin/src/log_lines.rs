//! What strangers bring about stands in the log once a second for each reason, whatever they send: the next line says how many were left out (DS-13).
//! The audit knows every case number of a refusal all the same (decision 0010).

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use homeward_model::Timestamp;

/// Reasons that are told apart. They are words of ours, so there are fewer; those beyond count together.
const MOST: usize = 256;
const MORE: &str = "more reasons";

/// The second in which a reason was written last, and what was left out since.
struct Second {
    at: i64,
    left_out: u64,
}

/// The lines of the reasons that strangers bring about.
#[derive(Default)]
pub(crate) struct LogLines(Mutex<BTreeMap<String, Second>>);

impl LogLines {
    fn seconds(&self) -> MutexGuard<'_, BTreeMap<String, Second>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this one is written: `Some` with how many of its reason were left out before it.
    pub fn next(&self, reason: &str, now: Timestamp) -> Option<u64> {
        let mut seconds = self.seconds();
        let reason = if seconds.len() >= MOST && !seconds.contains_key(reason) { MORE } else { reason };
        match seconds.get_mut(reason) {
            Some(second) if second.at == now.seconds() => {
                second.left_out = second.left_out.saturating_add(1);
                None
            }
            Some(second) => {
                second.at = now.seconds();
                Some(std::mem::take(&mut second.left_out))
            }
            None => {
                seconds.insert(reason.to_owned(), Second { at: now.seconds(), left_out: 0 });
                Some(0)
            }
        }
    }

    /// What was left out in seconds that are over and has no line yet, by reason; each is given once.
    pub fn over(&self, now: Timestamp) -> Vec<(String, u64)> {
        let left = self.seconds().extract_if(.., |_, second| second.at != now.seconds()).collect::<Vec<_>>();
        left.into_iter().filter(|(_, second)| second.left_out > 0).map(|(reason, second)| (reason, second.left_out)).collect()
    }

    /// The same of every second, over or not: for the end of the process.
    pub fn all(&self) -> Vec<(String, u64)> {
        let left = std::mem::take(&mut *self.seconds());
        left.into_iter().filter(|(_, second)| second.left_out > 0).map(|(reason, second)| (reason, second.left_out)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    /// DS-13: a line a second for each reason, however many came; what was left out is told, by the next line or by the care of every second.
    #[test]
    fn ds_13_a_reason_has_one_line_a_second() {
        let lines = LogLines::default();
        assert_eq!(lines.next("request.malformed", at(100)), Some(0));
        for _ in 0..100_000 {
            assert_eq!(lines.next("request.malformed", at(100)), None);
        }
        assert_eq!(lines.next("request.too_slow", at(100)), Some(0), "another reason has its own");
        assert_eq!(lines.next("request.malformed", at(101)), Some(100_000));
        assert_eq!(lines.next("request.malformed", at(101)), None);
        assert!(lines.over(at(101)).is_empty(), "this second is not over");
        assert_eq!(lines.over(at(102)), [("request.malformed".to_owned(), 1)]);
        assert!(lines.over(at(103)).is_empty());
        assert_eq!(lines.next("request.malformed", at(99)), Some(0), "a clock that was put back stops nothing");
        assert_eq!(lines.next("request.malformed", at(99)), None);
        assert_eq!(lines.all(), [("request.malformed".to_owned(), 1)]);
        assert!(lines.all().is_empty());
    }

    /// Reasons that nobody thought of take no memory without end.
    #[test]
    fn ds_13_reasons_are_few() {
        let lines = LogLines::default();
        let written = (0..100_000).filter(|n| lines.next(&format!("client.{n}"), at(100)).is_some()).count();
        assert_eq!((written, lines.seconds().len()), (MOST + 1, MOST + 1));
    }
}
