//! Limits on guessing: pure counters and the rules over them (LG-01…LG-10, SP 800-63B-4 3.2.2).
//!
//! An attempt is counted before the password or the code is looked at, so that parallel attempts cannot pass a limit together. A browser
//! that has signed in with the name before is counted apart: strangers can pause strangers, never the owner.

use std::time::Duration;

use homeward_model::Timestamp;
use serde::{Deserialize, Serialize};

const DAY: Duration = Duration::from_secs(86_400);

/// One limit: so many within that time, then a pause that doubles from time to time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Attempts that are let through.
    pub limit: u32,
    /// The time within which they count together.
    pub window: Duration,
    /// The first pause.
    pub pause: Duration,
    /// The longest pause; every pause ends.
    pub longest: Duration,
}

/// The rules for attempts with a password, and with the code of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitRules {
    /// One username from one network, strangers.
    pub username_in_network: Rule,
    /// One username from everywhere, strangers.
    pub username: Rule,
    /// One username from one browser that knows it.
    pub known_browser: Rule,
    /// One network, all usernames.
    pub network: Rule,
    /// The whole installation; strangers only.
    pub installation: Rule,
    /// Codes of mails to one username: strangers from everywhere, or one browser that knows it. One network has a limit beside it.
    pub code: Rule,
    /// The same of a code to sign in with, beside which no link stands.
    pub sign_in_code: Rule,
    /// Codes of mails in the whole installation; strangers only.
    pub codes: Rule,
}

/// Tries that are left are told from this many failures on.
const TELL_FROM: u32 = 3;

impl Rule {
    /// The tries that are left after so many, as far as they are told.
    pub const fn tries_left(&self, count: u32) -> Option<u32> {
        if count >= TELL_FROM { Some(self.limit.saturating_sub(count)) } else { None }
    }
}

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

impl Default for LimitRules {
    fn default() -> Self {
        let five = Rule { limit: 5, window: minutes(60), pause: minutes(5), longest: minutes(60) };
        Self {
            username_in_network: five,
            username: Rule { limit: 50, window: DAY, pause: minutes(15), longest: minutes(60) },
            known_browser: Rule { limit: 10, ..five },
            network: Rule { limit: 100, window: minutes(10), pause: minutes(10), longest: minutes(60) },
            installation: Rule { limit: 3_000, window: minutes(10), pause: minutes(1), longest: minutes(1) },
            // The pauses of a code may grow longer than those of a password: the link beside it always works.
            code: Rule { limit: 20, window: DAY, pause: minutes(15), longest: DAY },
            sign_in_code: Rule { limit: 20, window: DAY, pause: minutes(15), longest: minutes(60) },
            codes: Rule { limit: 300, window: minutes(60), pause: minutes(1), longest: minutes(60) },
        }
    }
}

/// What one counter remembers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterState {
    /// Attempts in the present window.
    pub count: u32,
    /// When the window began.
    pub since: Timestamp,
    /// Until when there is a pause.
    pub paused_until: Timestamp,
    /// How many pauses there were; each doubles the next.
    pub pauses: u32,
    /// The last attempt.
    pub last: Timestamp,
}

impl CounterState {
    /// Until when there is a pause now. One that would last longer than the rule's longest was written under a clock that
    /// ran ahead and has been set right since: it is void, or it would hold for years (LG-09).
    pub fn pause(&self, rule: &Rule, now: Timestamp) -> Option<Timestamp> {
        (self.paused_until > now && self.paused_until.since(now) <= rule.longest).then_some(self.paused_until)
    }
    /// How long the pause will be that comes next.
    pub fn pause_to_come(&self, rule: &Rule, now: Timestamp) -> Duration {
        let pauses = if now.since(self.last) > DAY { 0 } else { self.pauses };
        rule.pause.saturating_mul(2u32.saturating_pow(pauses.min(10))).min(rule.longest)
    }
    /// Counts one attempt. The attempt that reaches the limit is let through and starts the pause.
    pub fn count(&mut self, rule: &Rule, now: Timestamp) {
        if now.since(self.last) > DAY {
            self.pauses = 0;
        }
        if now.since(self.since) >= rule.window || self.count == 0 {
            self.count = 0;
            self.since = now;
        }
        self.last = now;
        self.count = self.count.saturating_add(1);
        if self.count >= rule.limit {
            self.paused_until = now.plus(self.pause_to_come(rule, now));
            self.pauses = self.pauses.saturating_add(1);
            self.count = 0;
        }
    }
    /// Takes one attempt back, and the pause that it started.
    pub fn take_back(&mut self, rule: &Rule, now: Timestamp) {
        if self.count == 0 && self.paused_until > now && self.pauses > 0 {
            self.paused_until = now;
            self.pauses -= 1;
            self.count = rule.limit;
            self.since = now;
        }
        self.count = self.count.saturating_sub(1);
    }
    /// Whether forgetting it would change nothing any more.
    pub fn is_idle(&self, now: Timestamp) -> bool {
        self.paused_until <= now && now.since(self.last) > DAY
    }
    /// When it means nothing any more, whatever comes: then it can be forgotten.
    pub fn ends(&self, rule: &Rule) -> Timestamp {
        let counts_until = if self.count > 0 { self.since.plus(rule.window) } else { self.since };
        let doubles_until = if self.pauses > 0 { self.last.plus(DAY) } else { self.last };
        self.paused_until.max(counts_until).max(doubles_until)
    }
    /// Whether it is worth keeping over a restart: a pause, and from half of the limit on what leads to one.
    pub fn matters(&self, rule: &Rule, now: Timestamp) -> bool {
        self.paused_until > now || (self.count > 0 && self.count.saturating_mul(2) >= rule.limit)
    }
}

/// Whether an attempt may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// It was counted and may go on.
    Go {
        /// Tries left before a pause; told from the third on, the same for unknown names.
        tries_left: Option<u32>,
    },
    /// There is a pause; nothing was counted.
    Pause {
        /// Until when.
        until: Timestamp,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RULE: Rule = Rule { limit: 5, window: minutes(60), pause: minutes(5), longest: minutes(60) };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_000_000 + seconds)
    }

    #[test]
    fn pauses_double_and_have_a_longest() {
        let mut state = CounterState::default();
        let mut now = at(0);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            for _ in 0..5 {
                assert_eq!(state.pause(&RULE, now), None);
                state.count(&RULE, now);
            }
            let until = state.pause(&RULE, now).unwrap();
            pauses.push(until.since(now).as_secs() / 60);
            now = until;
        }
        assert_eq!(pauses, [5, 10, 20, 40, 60, 60, 60, 60]);
    }

    /// LG-09: a clock that jumps locks nobody out. A small step back leaves the pause its end; a pause from a clock that ran
    /// a year ahead is void when the clock is set right; a jump ahead ends it.
    #[test]
    fn lg_09_a_clock_that_jumps_locks_nobody_out() {
        let mut state = CounterState::default();
        (0..5).for_each(|_| state.count(&RULE, at(0)));
        assert_eq!(state.pause(&RULE, at(0)), Some(at(300)));
        assert_eq!(state.pause(&RULE, at(-2)), Some(at(300)));
        assert_eq!(state.pause(&RULE, at(-365 * 86_400)), None);
        assert_eq!(state.pause(&RULE, at(7200)), None);
        // And the counter goes on under the right clock.
        let right = at(-365 * 86_400);
        (0..5).for_each(|_| state.count(&RULE, right));
        assert!(state.pause(&RULE, right).is_some());
    }

    proptest! {
        /// A counter that is forgotten when it has ended answers as one that is kept for ever.
        #[test]
        fn what_has_ended_can_be_forgotten(steps in prop::collection::vec((0i64..100_000, any::<bool>()), 1..300)) {
            let (mut kept, mut forgotten, mut now) = (CounterState::default(), CounterState::default(), at(0));
            for (step, takes_back) in steps {
                now = Timestamp::from_seconds(now.seconds() + if step % 3 == 0 { step } else { step % 60 });
                if forgotten.ends(&RULE) < now {
                    forgotten = CounterState::default();
                }
                prop_assert_eq!(kept.pause(&RULE, now), forgotten.pause(&RULE, now));
                if kept.pause(&RULE, now).is_none() {
                    kept.count(&RULE, now);
                    forgotten.count(&RULE, now);
                }
                if takes_back {
                    kept.take_back(&RULE, now);
                    forgotten.take_back(&RULE, now);
                }
            }
        }

        /// LG-02, LG-09: whatever was tried and however the clock jumped, whoever waits for the rule's longest pause may try.
        #[test]
        fn lg_09_every_pause_ends(steps in prop::collection::vec(-100_000i64..100_000, 1..200), looks in 0u32..10) {
            let (mut state, mut now) = (CounterState::default(), at(0));
            for step in steps {
                now = Timestamp::from_seconds(now.seconds() + step);
                match state.pause(&RULE, now) {
                    Some(until) => prop_assert!(until.since(now) <= RULE.longest),
                    None => state.count(&RULE, now),
                }
            }
            let mut waited = Duration::ZERO;
            while let Some(until) = state.pause(&RULE, now.plus(waited)) {
                prop_assert!(until > now.plus(waited));
                waited += Duration::from_secs(60 * u64::from(looks + 1));
                prop_assert!(waited < RULE.longest + Duration::from_secs(600), "looking again lengthens no pause");
            }
        }
        /// LG-01: in any stretch of time no more attempts go through than the limit for each window and pause in it.
        #[test]
        fn lg_01_no_rhythm_of_attempts_passes_more_than_the_rule(steps in prop::collection::vec(0i64..400, 1..400)) {
            let (mut state, mut now, mut through) = (CounterState::default(), at(0), 0u32);
            for step in &steps {
                now = Timestamp::from_seconds(now.seconds() + step);
                if state.pause(&RULE, now).is_none() {
                    state.count(&RULE, now);
                    through += 1;
                }
            }
            // Each run of five ends in a pause of at least five minutes, or spans a window of an hour.
            let spans = u32::try_from(now.since(at(0)).as_secs() / 300).unwrap() + 1;
            prop_assert!(through <= 5 * spans, "{through} in {spans} spans");
        }
        #[test]
        fn taking_back_undoes_counting(before in 0u32..5) {
            let mut state = CounterState::default();
            (0..before).for_each(|_| state.count(&RULE, at(0)));
            let (count, pauses) = (state.count, state.pauses);
            state.count(&RULE, at(1));
            state.take_back(&RULE, at(1));
            prop_assert_eq!((state.count, state.pauses, state.pause(&RULE, at(1))), (count, pauses, None));
        }
    }
}
