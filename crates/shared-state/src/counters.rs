//! Counters in Redis: each attempt is one script, so that of many at once, at whichever broker, each is counted once.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use homeward_local_credential::{CounterKey, CounterState, CounterTable, Reservation, Rule, StoreFault};
use homeward_model::Timestamp;
use homeward_sealing::Mac;
use redis::Script;

use crate::{link::Link, server::Named};

/// What every key of ours begins with.
const PREFIX: &str = "homeward:count:";
/// The same in a cluster. The braces put all of them into one slot: every attempt counts at the installation's own counter, and one script may touch
/// one slot only (decision 0033).
pub(crate) const IN_A_CLUSTER: &str = "homeward:count:{homeward}:";

static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("counters.lua")));

/// What something of ours is called there.
pub(crate) fn name(link: &Link, names: &Mac, what: &[u8]) -> String {
    let prefix = if link.named() == Named::ByNodes { IN_A_CLUSTER } else { PREFIX };
    names.sign(&[what]).iter().fold(prefix.to_owned(), |name, byte| format!("{name}{byte:02x}"))
}

/// The counters of every broker of an installation.
pub struct RedisCounters {
    link: Arc<Link>,
    /// Names counters: of two installations in one Redis neither counts at the other's, and nobody finds out from a copy of it who signs in.
    names: Mac,
}

impl RedisCounters {
    /// Counters under names that follow from this key.
    pub const fn new(link: Arc<Link>, names: Mac) -> Self {
        Self { link, names }
    }

    fn name(&self, key: &CounterKey) -> String {
        name(&self.link, &self.names, key)
    }

    async fn run(&self, what: &'static str, concerned: &[(CounterKey, Rule)], clear: usize, now: Timestamp) -> Result<(i64, i64), StoreFault> {
        let mut call = SCRIPT.prepare_invoke();
        call.arg(what).arg(now.seconds()).arg(clear);
        for (key, rule) in concerned {
            call.key(self.name(key)).arg(rule.limit).arg(rule.window.as_secs()).arg(rule.pause.as_secs()).arg(rule.longest.as_secs());
        }
        self.link.ask(|mut connection| async move { call.invoke_async(&mut connection).await }).await
    }
}

#[async_trait]
impl CounterTable for RedisCounters {
    async fn attempt(&self, concerned: &[(CounterKey, Rule)], now: Timestamp) -> Result<Reservation, StoreFault> {
        let told = concerned.first().map(|(_, rule)| rule);
        Ok(match self.run("attempt", concerned, 0, now).await? {
            (0, count) => Reservation::Go { tries_left: told.and_then(|rule| rule.tries_left(u32::try_from(count).unwrap_or(u32::MAX))) },
            (_, until) => Reservation::Pause { until: Timestamp::from_seconds(until) },
        })
    }

    async fn undo(&self, concerned: &[(CounterKey, Rule)], clear: usize, now: Timestamp) -> Result<(), StoreFault> {
        self.run("undo", concerned, clear, now).await.map(|_| ())
    }

    async fn state(&self, key: &CounterKey) -> Result<CounterState, StoreFault> {
        let name = self.name(key);
        let text: Option<String> = self.link.ask(|mut connection| async move { redis::cmd("GET").arg(name).query_async(&mut connection).await }).await?;
        let Some(text) = text else { return Ok(CounterState::default()) };
        read(&text).ok_or_else(|| StoreFault("a counter that cannot be read".into()))
    }
}

/// A counter as the script writes it.
fn read(text: &str) -> Option<CounterState> {
    let mut parts = text.split(':').map(str::parse::<i64>);
    let mut next = || parts.next()?.ok();
    let (count, since, paused_until, pauses, last) = (next()?, next()?, next()?, next()?, next()?);
    let at = Timestamp::from_seconds;
    Some(CounterState { count: count.try_into().ok()?, since: at(since), paused_until: at(paused_until), pauses: pauses.try_into().ok()?, last: at(last) })
}
