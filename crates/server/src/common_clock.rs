//! The time of an installation. Several brokers decide by the same records when something is over, so they have to mean the same moment by the same
//! number: where there is a database of PostgreSQL, that is what its clock says (decision 0032). In between the time goes on by the clock that nobody
//! sets, so that a jump of this machine's own moves nothing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use homeward_model::{Clock, SystemClock, Timestamp};
use homeward_store::Store;
use tokio::{
    sync::watch,
    time::{Instant, timeout},
};

/// The clocks are compared this often.
const ROUND: Duration = Duration::from_secs(5);
/// An answer that took longer says too little of the moment, as long as there are others.
const PROMPT: Duration = Duration::from_millis(500);
/// A busy server is asked so often at the start; then the quickest answer counts.
const TRIES: u32 = 5;
/// Less is what an answer takes, and no difference.
const SLIGHT: i64 = 250;
/// A clock that is ahead of the database's loses so much in a round: it goes slower, and never back.
const SLOWER: i64 = 500;
/// From here on somebody should know of it.
const NOTABLE: i64 = 2_000;
/// Clocks that are this far apart are not corrected: one of them is wrong by more than an accident, and nobody knows which.
const FAR: i64 = 15 * 60 * 1_000;

/// The database's clock, as it was when it was asked last.
#[derive(Debug)]
pub(crate) struct CommonClock {
    began: Instant,
    /// What the installation's clock said when this one began, in milliseconds since 1970.
    at: AtomicI64,
    /// The latest that anybody was told.
    latest: AtomicI64,
    /// Whether it is known to be far from the database's.
    wrong: AtomicBool,
}

impl Clock for CommonClock {
    fn now(&self) -> Timestamp {
        let now = self.milliseconds();
        let latest = self.latest.fetch_max(now, Ordering::Relaxed).max(now);
        Timestamp::from_seconds(latest.div_euclid(1_000))
    }
}

/// What was asked of both clocks: ours in the middle of the question, the database's, and how long it took.
#[derive(Clone, Copy, Debug)]
struct Asked {
    here: i64,
    there: i64,
    took: Duration,
}

/// What a comparison means for a clock that runs.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// As before.
    Same,
    /// It moves by so much.
    Moves(i64),
    /// It is so far off that it does not count any more.
    Far(i64),
}

/// `own` is what this clock said, `machine` what the clock of the machine says. Where ours is far off and the machine agrees with the database, this
/// machine has slept: the clock that nobody sets stands still meanwhile.
fn compared(own: i64, machine: i64, there: i64) -> Found {
    let ahead = there.saturating_sub(own);
    if ahead.saturating_abs() > FAR {
        return if there.saturating_sub(machine).saturating_abs() <= FAR { Found::Moves(ahead) } else { Found::Far(ahead) };
    }
    if ahead.saturating_abs() <= SLIGHT { Found::Same } else { Found::Moves(ahead.max(-SLOWER)) }
}

/// Seconds by which the database's clock is ahead of this machine's; `None` where there is no other clock.
///
/// # Errors
/// A sentence, when the database fails.
pub(crate) async fn difference(store: &Store) -> Result<Option<i64>, String> {
    Ok(asked(store, || SystemClock.milliseconds()).await?.map(|asked| asked.there.saturating_sub(asked.here) / 1_000))
}

/// Both clocks at one moment.
async fn asked(store: &Store, now: impl Fn() -> i64) -> Result<Option<Asked>, String> {
    let (began, here) = (Instant::now(), now());
    let Some(there) = store.time_there().await.map_err(|e| e.to_string())? else { return Ok(None) };
    let took = began.elapsed();
    let half = i64::try_from(took.as_millis() / 2).unwrap_or(0);
    Ok(Some(Asked { here: here.saturating_add(half), there, took }))
}

/// The time to go by: a test's, the installation's, or this machine's where it is alone.
///
/// # Errors
/// A sentence that says what to do.
pub(crate) async fn time(chosen: Option<&Arc<dyn Clock>>, store: &Store) -> Result<(Arc<dyn Clock>, Option<Arc<CommonClock>>), String> {
    if let Some(clock) = chosen {
        return Ok((clock.clone(), None));
    }
    Ok(match CommonClock::of(store).await? {
        Some(common) => (common.clone(), Some(common)),
        None => (Arc::new(SystemClock), None),
    })
}

fn far(ahead: i64) -> String {
    let minutes = ahead.saturating_abs() / 60_000;
    format!("the clocks of this machine and of the database are {minutes} minutes apart: one of them is wrong. Set it, and keep both with NTP")
}

impl CommonClock {
    fn at(milliseconds: i64) -> Self {
        Self { began: Instant::now(), at: AtomicI64::new(milliseconds), latest: AtomicI64::new(i64::MIN), wrong: AtomicBool::new(false) }
    }
    fn milliseconds(&self) -> i64 {
        let since = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.at.load(Ordering::Relaxed).saturating_add(since)
    }
    /// Whether it can be gone by.
    pub fn is_right(&self) -> bool {
        !self.wrong.load(Ordering::Relaxed)
    }

    /// The clock of an installation; `None` where this machine's is the only one. Refused where they are too far apart.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub async fn of(store: &Store) -> Result<Option<Arc<Self>>, String> {
        let clock = Self::at(SystemClock.milliseconds());
        let mut quickest: Option<Asked> = None;
        for _ in 0..TRIES {
            let Some(asked) = asked(store, || clock.milliseconds()).await? else { return Ok(None) };
            if quickest.is_none_or(|other| asked.took < other.took) {
                quickest = Some(asked);
            }
            if asked.took <= PROMPT {
                break;
            }
        }
        let ahead = quickest.map_or(0, |asked| asked.there.saturating_sub(asked.here));
        if ahead.saturating_abs() > FAR {
            return Err(far(ahead));
        }
        if ahead.saturating_abs() >= NOTABLE {
            tracing::warn!(seconds = ahead / 1_000, "the database's clock is ahead of this machine's by so many seconds; the database's counts. Keep both with NTP");
        }
        clock.at.fetch_add(ahead, Ordering::Relaxed);
        Ok(Some(Arc::new(clock)))
    }

    /// Compares again; a clock that is found to be far off says so until it is not any more.
    async fn compare(&self, store: &Store) -> Result<(), String> {
        let Some(asked) = asked(store, || self.milliseconds()).await?.filter(|asked| asked.took <= PROMPT) else { return Ok(()) };
        let found = compared(asked.here, SystemClock.milliseconds(), asked.there);
        let is_wrong = matches!(found, Found::Far(_));
        if is_wrong != self.wrong.swap(is_wrong, Ordering::Relaxed) {
            match &found {
                Found::Far(ahead) => tracing::error!(error = far(*ahead), "clock: this broker is not ready"),
                Found::Same | Found::Moves(_) => tracing::info!("clock: near the database's again"),
            }
        }
        if let Found::Moves(by) = found {
            self.at.fetch_add(by, Ordering::Relaxed);
            if by >= NOTABLE {
                tracing::warn!(seconds = by / 1_000, "clock: moved to the database's");
            }
        }
        Ok(())
    }

    /// Compares again and again until `stop` says so.
    pub async fn follow(self: Arc<Self>, store: Store, mut stop: watch::Receiver<bool>) {
        while timeout(ROUND, stop.changed()).await.is_err() {
            // A database that does not answer is in the log of everything else that asks it.
            let _ = self.compare(&store).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000;

    #[test]
    fn a_difference_is_followed_forwards_at_once_and_backwards_slowly() {
        assert_eq!(compared(NOW, NOW, NOW + 200), Found::Same);
        assert_eq!(compared(NOW, NOW, NOW + 240_000), Found::Moves(240_000));
        assert_eq!(compared(NOW, NOW, NOW - 400), Found::Moves(-400));
        assert_eq!(compared(NOW, NOW, NOW - 240_000), Found::Moves(-SLOWER));
        assert_eq!(compared(NOW, NOW, NOW + FAR), Found::Moves(FAR));
    }

    /// SF-36: who was asleep wakes up in the present; where nobody agrees, nothing counts.
    #[test]
    fn sf_36_what_is_far_off_counts_only_where_the_machine_agrees() {
        let slept = 3 * 3_600_000;
        assert_eq!(compared(NOW - slept, NOW + 1_000, NOW), Found::Moves(slept));
        assert_eq!(compared(NOW - slept, NOW - slept, NOW), Found::Far(slept));
        assert_eq!(compared(NOW, NOW, NOW + FAR + 1), Found::Far(FAR + 1));
        assert_eq!(compared(NOW, NOW, i64::MIN), Found::Far(i64::MIN));
    }

    #[test]
    fn the_time_goes_on_and_never_back() {
        let clock = CommonClock::at(SystemClock.milliseconds() - 240_000);
        let apart = SystemClock.now().seconds() - clock.now().seconds();
        assert!((239..=241).contains(&apart), "{apart}");
        let before = clock.milliseconds();
        std::thread::park_timeout(Duration::from_millis(20));
        assert!(clock.milliseconds() > before);
        let told = clock.now();
        clock.at.fetch_add(-5_000, Ordering::Relaxed);
        assert_eq!(clock.now(), told, "it stands still until it is true again");
    }
}
