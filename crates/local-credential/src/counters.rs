//! Counters in the process, bounded in memory, written through where a restart must not lose them: for the one broker that serves from a store.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use homeward_model::Timestamp;
use tokio::sync::Mutex;

use crate::{
    guesses::CounterKey,
    limits::{CounterState, Reservation, Rule},
    ports::StoreFault,
};

/// Counters that are kept at most; the ones that mean least are forgotten first.
pub(crate) const MOST: usize = 100_000;

/// Where counters are. Each of these is one step, whoever else counts at the same time.
#[async_trait]
pub trait CounterTable: Send + Sync {
    /// Counts one attempt at each of these counters, or says until when one of them pauses and counts nothing. Of the first, the tries that are
    /// left are told.
    async fn attempt(&self, concerned: &[(CounterKey, Rule)], now: Timestamp) -> Result<Reservation, StoreFault>;
    /// Takes one attempt back from each of these; `clear` says how many of the first are cleared altogether.
    async fn undo(&self, concerned: &[(CounterKey, Rule)], clear: usize, now: Timestamp) -> Result<(), StoreFault>;
    /// What a counter remembers; nothing is counted.
    async fn state(&self, key: &CounterKey) -> Result<CounterState, StoreFault>;
}

/// Where counters survive a restart (LG-09).
#[async_trait]
pub trait CounterJournal: Send + Sync {
    /// Keeps these states.
    async fn save(&self, states: &[(CounterKey, CounterState)]) -> Result<(), StoreFault>;
    /// Those that still mean something.
    async fn load(&self, now: Timestamp) -> Result<Vec<(CounterKey, CounterState)>, StoreFault>;
}

/// The counters of one process.
pub struct InProcessCounters {
    pub(crate) counters: Mutex<HashMap<CounterKey, CounterState>>,
    journal: Arc<dyn CounterJournal>,
    /// Held while states are written, so that an older state never lands on a newer one.
    writing: Mutex<()>,
}

impl InProcessCounters {
    /// Counters with what the journal remembers.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn open(journal: Arc<dyn CounterJournal>, now: Timestamp) -> Result<Self, StoreFault> {
        let counters = journal.load(now).await?.into_iter().take(MOST).collect();
        Ok(Self { counters: Mutex::new(counters), journal, writing: Mutex::default() })
    }

    /// Writes the present states of these counters. They are read under the lock of writing: whoever writes last writes the
    /// newest, and a pause cannot be lost to a slower task.
    async fn keep(&self, changed: &[CounterKey]) -> Result<(), StoreFault> {
        if changed.is_empty() {
            return Ok(());
        }
        let _one_at_a_time = self.writing.lock().await;
        let counters = self.counters.lock().await;
        let states: Vec<_> = changed.iter().filter_map(|key| counters.get(key).map(|state| (*key, *state))).collect();
        drop(counters);
        self.journal.save(&states).await
    }
}

#[async_trait]
impl CounterTable for InProcessCounters {
    async fn attempt(&self, concerned: &[(CounterKey, Rule)], now: Timestamp) -> Result<Reservation, StoreFault> {
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
            if place == 0 {
                tries_left = rule.tries_left(state.count);
            }
            if state.matters(rule, now) {
                changed.push(*key);
            }
        }
        drop(counters);
        self.keep(&changed).await?;
        Ok(Reservation::Go { tries_left })
    }

    async fn undo(&self, concerned: &[(CounterKey, Rule)], clear: usize, now: Timestamp) -> Result<(), StoreFault> {
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

    async fn state(&self, key: &CounterKey) -> Result<CounterState, StoreFault> {
        Ok(self.counters.lock().await.get(key).copied().unwrap_or_default())
    }
}

/// Forgets idle counters when there are many; if that is not enough, a tenth: quiet ones first, those that counted least and
/// longest ago before others, and pauses only when there is nothing else, those that end soonest first.
pub(crate) fn make_room(counters: &mut HashMap<CounterKey, CounterState>, now: Timestamp) {
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
