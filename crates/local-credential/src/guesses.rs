//! What an attempt counts at. Where the counters are, in this process or beside all brokers, is the table's.

use std::time::Duration;

use async_trait::async_trait;
use homeward_model::Timestamp;
use sha2::{Digest, Sha256};

use crate::{
    counters::CounterTable,
    limits::{LimitRules, Reservation, Rule},
    ports::{Guess, GuessCounters, Guessed, StoreFault},
};

/// Names a counter.
pub type CounterKey = [u8; 32];

/// Counters of guesses under these rules.
pub struct Guesses<T> {
    rules: LimitRules,
    table: T,
}

impl<T: CounterTable> Guesses<T> {
    /// Counts in this table.
    pub const fn new(rules: LimitRules, table: T) -> Self {
        Self { rules, table }
    }

    /// The counters that one attempt concerns, the one whose rest is told first.
    fn concerned(&self, guess: &Guess<'_>) -> Vec<(CounterKey, Rule)> {
        let network = guess.network.to_string();
        let rules = &self.rules;
        match (guess.what, guess.known_browser) {
            (Guessed::Code, Some(browser)) => vec![(key(&["code from known", guess.username_key, browser]), rules.code)],
            (Guessed::Code, None) => vec![(key(&["code", guess.username_key]), rules.code), (key(&["codes"]), rules.codes)],
            (Guessed::SignInCode, Some(browser)) => vec![(key(&["sign-in code from known", guess.username_key, browser]), rules.sign_in_code)],
            (Guessed::SignInCode, None) => vec![(key(&["sign-in code", guess.username_key]), rules.sign_in_code), (key(&["sign-in codes"]), rules.codes)],
            (Guessed::Password, Some(browser)) => vec![(key(&["known", guess.username_key, browser]), rules.known_browser)],
            (Guessed::Password, None) => vec![
                (key(&["username in network", guess.username_key, &network]), rules.username_in_network),
                (key(&["username", guess.username_key]), rules.username),
                (key(&["network", &network]), rules.network),
                (key(&["installation"]), rules.installation),
            ],
        }
    }
}

#[async_trait]
impl<T: CounterTable> GuessCounters for Guesses<T> {
    async fn reserve(&self, guess: &Guess<'_>, now: Timestamp) -> Result<Reservation, StoreFault> {
        self.table.attempt(&self.concerned(guess), now).await
    }
    async fn pause_to_come(&self, guess: &Guess<'_>, now: Timestamp) -> Result<Duration, StoreFault> {
        // The one whose rest is told.
        let Some((key, rule)) = self.concerned(guess).into_iter().next() else { return Ok(self.rules.username_in_network.pause) };
        Ok(self.table.state(&key).await?.pause_to_come(&rule, now))
    }
    async fn succeeded(&self, guess: &Guess<'_>, now: Timestamp) -> Result<(), StoreFault> {
        // Only the counter of this very place is cleared: one's own success buys no guesses at others (LG-08).
        self.table.undo(&self.concerned(guess), 1, now).await
    }
    async fn cancelled(&self, guess: &Guess<'_>, now: Timestamp) -> Result<(), StoreFault> {
        self.table.undo(&self.concerned(guess), 0, now).await
    }
    async fn allow(
        &self,
        what: &'static str,
        who: &str,
        limit: u32,
        window: Duration,
        now: Timestamp,
    ) -> Result<Option<Duration>, StoreFault> {
        let rule = Rule { limit, window, pause: window, longest: window };
        match self.table.attempt(&[(key(&["allow", what, who]), rule)], now).await? {
            Reservation::Go { .. } => Ok(None),
            Reservation::Pause { until } => Ok(Some(until.since(now))),
        }
    }
    async fn give_back(&self, what: &'static str, who: &str, limit: u32, window: Duration, now: Timestamp) -> Result<(), StoreFault> {
        let rule = Rule { limit, window, pause: window, longest: window };
        self.table.undo(&[(key(&["allow", what, who]), rule)], 0, now).await
    }
    async fn waits(
        &self,
        what: &'static str,
        who: &str,
        limit: u32,
        window: Duration,
        now: Timestamp,
    ) -> Result<Option<Duration>, StoreFault> {
        let rule = Rule { limit, window, pause: window, longest: window };
        Ok(self.table.state(&key(&["allow", what, who])).await?.pause(&rule, now).map(|until| until.since(now)))
    }
}

/// Parts are hashed with their lengths: no two lists share a key (LP-04), and no name stands in memory or journal.
fn key(parts: &[&str]) -> CounterKey {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().into()
}

#[cfg(test)]
#[path = "guesses_tests.rs"]
mod tests;
