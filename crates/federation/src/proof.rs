//! How old a proof was when we asked, by the provider's own clock. The tolerance between two clocks does not blur it, so that a session which the provider
//! kept does not pass for a proof of now (OA-22, SF-34).

/// Instants are cut to whole seconds, and the two of one answer may be of two machines.
const ROUNDED: i64 = 5;

/// Whether a proof is older than was asked for. `(fresh, max_age)`: what was; `age`: seconds from the proof to the answer, both as the answer says;
/// `under_way`: seconds from our request until now, as our clock says. Whoever proves themselves after the request is never older than it.
pub(crate) fn is_older((fresh, max_age): (bool, Option<u64>), age: i64, under_way: i64) -> bool {
    let most = if fresh { Some(0) } else { max_age.map(|most| i64::try_from(most).unwrap_or(i64::MAX)) };
    most.is_some_and(|most| age > most.saturating_add(under_way).saturating_add(ROUNDED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_time_may_lie_between_proof_and_answer_than_was_asked_for() {
        let (now, aged, either) = ((true, None), (false, Some(300)), (false, None));
        for (asked, age, under_way, older) in [
            (now, 0, 0, false), (now, 5, 0, false), (now, 6, 0, true), (now, 125, 120, false), (now, 126, 120, true), (now, -300, 0, false),
            ((true, Some(300)), 6, 0, true), ((false, Some(0)), 6, 0, true), ((false, Some(0)), 5, 0, false),
            (aged, 305, 0, false), (aged, 306, 0, true), (aged, 325, 20, false), (either, i64::MAX, 0, false), ((false, Some(u64::MAX)), i64::MAX, 0, false),
        ] {
            assert_eq!(is_older(asked, age, under_way), older, "{asked:?} {age} {under_way}");
        }
    }
}
