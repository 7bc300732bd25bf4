//! Where guesses and limits are counted: in this process, or in the Redis in which every broker of the installation counts.

use std::{sync::Arc, time::Duration};

use homeward_local_credential::{GuessCounters, Guesses, InProcessCounters, LimitRules};
use homeward_model::Timestamp;
use homeward_sealing::{Mac, Sealer};
use homeward_shared_state::{Address, Link, Mark, Named, RedisCounters};
use homeward_store::{Lead, Store};
use tokio::{sync::watch, time::timeout};

/// A connection that broke while nobody asked is made anew by this, so that no person's request is the one that finds out.
const LOOK: Duration = Duration::from_secs(5);

/// A broker that finds no mark for so long counts somewhere else. One that takes the lead renews it sooner, and so does one whose server has lost it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The counters, and the way to them with the mark there, where they are elsewhere.
pub(crate) type Counters = (Arc<dyn GuessCounters>, Option<(Arc<Link>, Mark)>);

/// What names counters. The oldest of the root keys: while they change, brokers that have the new one already and brokers that have not count together.
pub(crate) fn names(sealer: &Sealer) -> Result<Mac, String> {
    let roots = sealer.numbers().count();
    let oldest = sealer.macs("counters").into_iter().nth(roots.saturating_sub(1));
    oldest.map(|(_, names)| names).ok_or_else(|| "there is no root key".to_owned())
}

/// The counters that the configuration chooses. Nothing is asked of Redis yet.
pub(crate) async fn open(redis: Option<Address>, store: &Store, sealer: &Sealer, now: Timestamp) -> Result<Counters, String> {
    let rules = LimitRules::default();
    let Some(address) = redis else {
        let counters = InProcessCounters::open(Arc::new(store.clone()), now).await.map_err(|e| e.to_string())?;
        return Ok((Arc::new(Guesses::new(rules, counters)), None));
    };
    let link = Arc::new(Link::new(address));
    let names = names(sealer)?;
    let mark = Mark::new(link.clone(), &names);
    Ok((Arc::new(Guesses::new(rules, RedisCounters::new(link.clone(), names))), Some((link, mark))))
}

/// Refuses a start without the counters, and one with counters that would fail later.
pub(crate) async fn check(link: &Link) -> Result<(), String> {
    let key = match link.named() {
        Named::ByAddress => "url",
        Named::BySentinels => "sentinels",
        Named::ByNodes => "cluster",
    };
    let state = link.server_state().await.map_err(|_| format!("[redis] {key}: {}: it does not answer, or does not take username and password; the log says which", link.address()))?;
    if let Some(why) = state.unfit(link.named()) {
        return Err(format!("[redis] {key}: {}: {why}", link.address()));
    }
    if link.named() != Named::ByAddress && !state.needs_followers {
        tracing::warn!(server = %link.address(), "a server that is cut off would count on beside the one that takes its place: set min-replicas-to-write 1 and min-replicas-max-lag 2");
    }
    Ok(())
}

/// Keeps the way open until `stop` says so.
pub(crate) async fn look_after(link: Arc<Link>, mut stop: watch::Receiver<bool>) {
    while timeout(LOOK, stop.changed()).await.is_err() {
        // What fails is in the log.
        let _ = link.look().await;
    }
}

/// Whether this broker counts where the others do.
pub(crate) struct Together {
    mark: Mark,
    seen: Seen,
}

impl Together {
    pub fn new(mark: Mark) -> Self {
        Self { mark, seen: Seen::default() }
    }
    /// The broker that leads renews the mark, and the others look for it. What does not answer is in the log.
    pub async fn look(&mut self, (store, lead): (&Store, &Lead), leads: bool, now: Timestamp) {
        let is_there = match leads {
            true => {
                let is_renewed = self.mark.renew(now).await.is_ok();
                lead.says_that_it_marks(is_renewed).await;
                is_renewed.then_some(true)
            }
            // Without anybody who would renew it there is nothing to be found.
            false if store.somebody_leads().await.unwrap_or(false) => self.mark.is_fresh(now).await.ok(),
            false => None,
        };
        match is_there.map(|is_there| self.seen.after(is_there, now)) {
            Some(Word::Apart) => tracing::error!("this broker counts guesses and limits in another Redis than the one that leads: everybody has more of them. Give every broker the same [redis]"),
            Some(Word::Together) => tracing::info!("this broker counts in the Redis in which the others do"),
            Some(Word::Nothing) | None => {}
        }
    }
}

/// What was found so far.
#[derive(Default)]
struct Seen {
    missing_since: Option<Timestamp>,
    is_told: bool,
}

/// What is to be said.
#[derive(Debug, PartialEq, Eq)]
enum Word {
    Nothing,
    Apart,
    Together,
}

impl Seen {
    fn after(&mut self, is_there: bool, now: Timestamp) -> Word {
        if is_there {
            let was_told = std::mem::take(self).is_told;
            return if was_told { Word::Together } else { Word::Nothing };
        }
        let since = *self.missing_since.get_or_insert(now);
        if self.is_told || now.since(since) < PATIENCE {
            return Word::Nothing;
        }
        self.is_told = true;
        Word::Apart
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A mark that is lost for a moment is nobody's fault; one that is not there for a minute is told once, and so is its return.
    #[test]
    fn a_mark_that_is_missing_is_told_once() {
        let at = |seconds: i64| Timestamp::from_seconds(1_800_000_000 + seconds);
        let mut seen = Seen::default();
        let all = [(0, true), (15, false), (60, false), (70, true), (80, false), (139, false), (140, false), (155, false), (170, true), (185, true), (200, false), (260, false)];
        let words = all.map(|(seconds, is_there)| seen.after(is_there, at(seconds)));
        let mut wanted = [const { Word::Nothing }; 12];
        (wanted[6], wanted[8], wanted[11]) = (Word::Apart, Word::Together, Word::Apart);
        assert_eq!(words, wanted);
    }
    /// LG-09: with a real Redis and a real database: a broker that counts where the one that leads does is told nothing, one that counts in another Redis is
    /// found out after a minute, and nobody is accused while the one that leads has lost its own.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn lg_09_whoever_counts_in_another_redis_is_found_out() {
        use homeward_testkit::{postgres, redis::Redis};

        let database = postgres::database(None);
        let (ours, another) = (Redis::start(), Redis::start());
        let together = |redis: &Redis| {
            let address = homeward_shared_state::Address::parse(&redis.url(), (None, Some(redis.password())), None).unwrap();
            Together::new(Mark::new(Arc::new(Link::new(address)), &Mac::new(&[7; 32])))
        };
        let at = |seconds: i64| Timestamp::from_seconds(1_800_000_000 + seconds);
        let address = homeward_store::Address::parse(&database, None).unwrap();
        let (first, second) = (Store::connect(&address).await.unwrap(), Store::connect(&address).await.unwrap());
        let (leads, follows) = (first.lead(), second.lead());
        assert!(leads.is_ours().await && !follows.is_ours().await);
        let (mut leading, mut with_it, mut apart) = (together(&ours), together(&ours), together(&another));
        for seconds in [0, 30, 61] {
            leading.look((&first, &leads), true, at(seconds)).await;
            with_it.look((&second, &follows), false, at(seconds)).await;
            apart.look((&second, &follows), false, at(seconds)).await;
        }
        assert_eq!((leading.seen.is_told, with_it.seen.is_told, apart.seen.is_told), (false, false, true));
        // It is given the same one, and is told so.
        apart.mark = together(&ours).mark;
        apart.look((&second, &follows), false, at(75)).await;
        assert!(!apart.seen.is_told && apart.seen.missing_since.is_none());

        ours.kill();
        let mut other = together(&another);
        for seconds in [90, 120, 151] {
            leading.look((&first, &leads), true, at(seconds)).await;
            other.look((&second, &follows), false, at(seconds)).await;
        }
        assert!(!second.somebody_leads().await.unwrap(), "whoever leads says that it cannot mark");
        assert!(!other.seen.is_told && other.seen.missing_since.is_none(), "nobody is accused meanwhile");
        ours.resume();
        for seconds in [165, 195, 226] {
            // Its connection broke with the server, and is made anew.
            let renewed = tokio::time::timeout(Duration::from_secs(30), async {
                loop {
                    leading.look((&first, &leads), true, at(seconds)).await;
                    if second.somebody_leads().await.unwrap_or(false) {
                        break;
                    }
                }
            });
            renewed.await.expect("whoever leads marks again");
            other.look((&second, &follows), false, at(seconds)).await;
            with_it.look((&second, &follows), false, at(seconds)).await;
        }
        assert_eq!((with_it.seen.is_told, other.seen.is_told), (false, true));
        leads.leave().await;
        for store in [first, second] {
            store.close().await;
        }
        postgres::drop_database(&database);
    }
}
