//! Counters of guesses in the process, bounded in memory, written through where a restart must not lose them.

use std::{collections::HashMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use homeward_model::Timestamp;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

use crate::{
    limits::{CounterState, LimitRules, Reservation, Rule},
    ports::{Guess, GuessCounters, StoreFault},
};

/// Counters that are kept at most; the ones that mean least are forgotten first.
const MOST: usize = 100_000;
/// Tries that are left are told from this many failures on.
const TELL_FROM: u32 = 3;

type Key = [u8; 32];

/// Where counters survive a restart (LG-09).
#[async_trait]
pub trait CounterJournal: Send + Sync {
    /// Keeps these states.
    async fn save(&self, states: &[(Key, CounterState)]) -> Result<(), StoreFault>;
    /// Those that still mean something.
    async fn load(&self, now: Timestamp) -> Result<Vec<(Key, CounterState)>, StoreFault>;
}

/// The counters of one process.
pub struct InProcessGuesses {
    rules: LimitRules,
    counters: Mutex<HashMap<Key, CounterState>>,
    journal: Arc<dyn CounterJournal>,
    /// Held while states are written, so that an older state never lands on a newer one.
    writing: Mutex<()>,
}

impl InProcessGuesses {
    /// Counters under these rules, with what the journal remembers.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn open(rules: LimitRules, journal: Arc<dyn CounterJournal>, now: Timestamp) -> Result<Self, StoreFault> {
        let counters = journal.load(now).await?.into_iter().take(MOST).collect();
        Ok(Self { rules, counters: Mutex::new(counters), journal, writing: Mutex::default() })
    }

    /// The counters that one attempt concerns, the one whose rest is told first.
    fn concerned(&self, guess: &Guess<'_>) -> Vec<(Key, Rule)> {
        let network = guess.network.to_string();
        let rules = &self.rules;
        match guess.known_browser {
            Some(browser) => vec![(key(&["known", guess.username_key, browser]), rules.known_browser)],
            None => vec![
                (key(&["username in network", guess.username_key, &network]), rules.username_in_network),
                (key(&["username", guess.username_key]), rules.username),
                (key(&["network", &network]), rules.network),
                (key(&["installation"]), rules.installation),
            ],
        }
    }

    async fn attempt(&self, concerned: &[(Key, Rule)], now: Timestamp) -> Result<Reservation, StoreFault> {
        let mut counters = self.counters.lock().await;
        make_room(&mut counters, now);
        let paused = concerned.iter().filter_map(|(key, rule)| counters.get(key).and_then(|state| state.pause(rule, now))).max();
        if let Some(until) = paused {
            return Ok(Reservation::Pause { until });
        }
        let mut changed = Vec::new();
        let mut tries_left = None;
        for (place, (key, rule)) in concerned.iter().enumerate() {
            let state = counters.entry(*key).or_default();
            state.count(rule, now);
            if place == 0 && state.count >= TELL_FROM {
                tries_left = Some(rule.limit.saturating_sub(state.count));
            }
            if state.matters(rule, now) {
                changed.push(*key);
            }
        }
        drop(counters);
        self.keep(&changed).await?;
        Ok(Reservation::Go { tries_left })
    }

    /// Writes the present states of these counters. They are read under the lock of writing: whoever writes last writes the
    /// newest, and a pause cannot be lost to a slower task.
    async fn keep(&self, changed: &[Key]) -> Result<(), StoreFault> {
        if changed.is_empty() {
            return Ok(());
        }
        let _one_at_a_time = self.writing.lock().await;
        let counters = self.counters.lock().await;
        let states: Vec<_> = changed.iter().filter_map(|key| counters.get(key).map(|state| (*key, *state))).collect();
        drop(counters);
        self.journal.save(&states).await
    }

    /// Takes one attempt back from every counter; `clear` says how many of the first are cleared altogether.
    async fn undo(&self, concerned: &[(Key, Rule)], clear: usize, now: Timestamp) -> Result<(), StoreFault> {
        let mut counters = self.counters.lock().await;
        let mut changed = Vec::new();
        for (place, (key, rule)) in concerned.iter().enumerate() {
            let Some(state) = counters.get_mut(key) else { continue };
            let mattered = state.matters(rule, now);
            if place < clear {
                *state = CounterState { last: now, ..CounterState::default() };
            } else {
                state.take_back(rule, now);
            }
            if mattered {
                changed.push(*key);
            }
        }
        drop(counters);
        self.keep(&changed).await
    }
}

#[async_trait]
impl GuessCounters for InProcessGuesses {
    async fn reserve(&self, guess: &Guess<'_>, now: Timestamp) -> Result<Reservation, StoreFault> {
        self.attempt(&self.concerned(guess), now).await
    }
    async fn succeeded(&self, guess: &Guess<'_>, now: Timestamp) -> Result<(), StoreFault> {
        // Only the counter of this very place is cleared: one's own success buys no guesses at others (LG-08).
        self.undo(&self.concerned(guess), 1, now).await
    }
    async fn cancelled(&self, guess: &Guess<'_>, now: Timestamp) -> Result<(), StoreFault> {
        self.undo(&self.concerned(guess), 0, now).await
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
        match self.attempt(&[(key(&["allow", what, who]), rule)], now).await? {
            Reservation::Go { .. } => Ok(None),
            Reservation::Pause { until } => Ok(Some(until.since(now))),
        }
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
        let counters = self.counters.lock().await;
        Ok(counters.get(&key(&["allow", what, who])).and_then(|state| state.pause(&rule, now)).map(|until| until.since(now)))
    }
}

/// Parts are hashed with their lengths: no two lists share a key (LP-04), and no name stands in memory or journal.
fn key(parts: &[&str]) -> Key {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().into()
}

/// Forgets idle counters when there are many; if that is not enough, a tenth: quiet ones first, those that counted least and
/// longest ago before others, and pauses only when there is nothing else, those that end soonest first.
fn make_room(counters: &mut HashMap<Key, CounterState>, now: Timestamp) {
    if counters.len() < MOST {
        return;
    }
    counters.retain(|_, state| !state.is_idle(now));
    if counters.len() < MOST {
        return;
    }
    let mut least: Vec<_> = counters.iter().map(|(key, s)| (s.paused_until.max(now), s.count, s.last, *key)).collect();
    least.sort_unstable();
    for (.., key) in least.iter().take(MOST / 10) {
        counters.remove(key);
    }
}

#[cfg(test)]
#[path = "guesses_tests.rs"]
mod tests;
