//! The time of an installation. Several brokers decide by the same records when something is over, so they have to mean the same moment by the same
//! number: where there is a database of PostgreSQL, that is what its clock says (decision 0032). In between the time goes on by the clock that nobody
//! sets, so that a jump of this machine's own moves nothing.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
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
/// An answer that took longer says too little of the moment.
const PROMPT: Duration = Duration::from_millis(500);
/// A busy server is asked so often at the start.
const TRIES: u32 = 5;
/// Less is what an answer takes, and no difference.
const SLIGHT: i64 = 250;
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
}

impl Clock for CommonClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.milliseconds().div_euclid(1_000))
    }
}

/// What a comparison means.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// As before.
    Same,
    /// The installation's clock is ahead by this from now on.
    Ahead(i64),
    /// By so much that it does not count.
    Far(i64),
}

/// `here` is what this clock said in the middle of the question.
fn compared(here: i64, there: i64) -> Found {
    let ahead = there.saturating_sub(here);
    if ahead.saturating_abs() > FAR {
        Found::Far(ahead)
    } else if ahead.saturating_abs() <= SLIGHT {
        Found::Same
    } else {
        Found::Ahead(ahead)
    }
}

/// Seconds by which the database's clock is ahead of this machine's; `None` where there is no other clock, or where the answer took too long to say.
///
/// # Errors
/// A sentence, when the database fails.
pub(crate) async fn difference(store: &Store) -> Result<Option<i64>, String> {
    Ok(asked(store, || SystemClock.milliseconds()).await?.map(|(here, there)| there.saturating_sub(here) / 1_000))
}

/// Both clocks at one moment.
async fn asked(store: &Store, now: impl Fn() -> i64) -> Result<Option<(i64, i64)>, String> {
    let (began, here) = (Instant::now(), now());
    let Some(there) = store.time_there().await.map_err(|e| e.to_string())? else { return Ok(None) };
    let took = began.elapsed();
    let half = i64::try_from(took.as_millis() / 2).unwrap_or(0);
    Ok((took <= PROMPT).then(|| (here.saturating_add(half), there)))
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

impl CommonClock {
    /// This machine's clock, as it is now.
    fn own() -> Self {
        Self { began: Instant::now(), at: AtomicI64::new(SystemClock.milliseconds()) }
    }
    fn milliseconds(&self) -> i64 {
        let since = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.at.load(Ordering::Relaxed).saturating_add(since)
    }

    /// Compares once; whether there was an answer in time. Fails where the clocks are too far apart, or the database does.
    async fn compare(&self, store: &Store) -> Result<bool, String> {
        let Some((here, there)) = asked(store, || self.milliseconds()).await? else { return Ok(false) };
        match compared(here, there) {
            Found::Same => {}
            Found::Ahead(ahead) => {
                self.at.fetch_add(ahead, Ordering::Relaxed);
                if ahead.saturating_abs() >= NOTABLE {
                    tracing::warn!(seconds = ahead / 1_000, "the database's clock is ahead of this machine's by so many seconds; the database's counts. Keep both with NTP");
                }
            }
            Found::Far(ahead) => {
                let minutes = ahead.saturating_abs() / 60_000;
                return Err(format!("the clocks of this machine and of the database are {minutes} minutes apart: one of them is wrong. Set it, and keep both with NTP"));
            }
        }
        Ok(true)
    }

    /// The clock of an installation; `None` where this machine's is the only one. Refused where they are too far apart.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub async fn of(store: &Store) -> Result<Option<Arc<Self>>, String> {
        if store.time_there().await.map_err(|e| e.to_string())?.is_none() {
            return Ok(None);
        }
        let clock = Arc::new(Self::own());
        for _ in 0..TRIES {
            if clock.compare(store).await? {
                break;
            }
        }
        Ok(Some(clock))
    }

    /// Compares again and again until `stop` says so. A clock that is suddenly far off changes nothing.
    pub async fn follow(self: Arc<Self>, store: Store, mut stop: watch::Receiver<bool>) {
        let mut wrong = false;
        while timeout(ROUND, stop.changed()).await.is_err() {
            let compared = self.compare(&store).await;
            if let Err(error) = &compared
                && !wrong
            {
                tracing::error!(error, "clock");
            }
            wrong = compared.is_err();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_a_little_counts_and_what_differs_by_far_does_not() {
        assert_eq!(compared(1_000_000, 1_000_200), Found::Same);
        assert_eq!(compared(1_000_000, 1_240_000), Found::Ahead(240_000));
        assert_eq!(compared(1_240_000, 1_000_000), Found::Ahead(-240_000));
        assert_eq!(compared(0, FAR), Found::Ahead(FAR));
        assert_eq!(compared(0, FAR + 1), Found::Far(FAR + 1));
        assert_eq!(compared(0, i64::MIN), Found::Far(i64::MIN));
    }

    #[test]
    fn the_time_is_the_one_that_was_found_and_goes_on() {
        let clock = CommonClock::own();
        clock.at.fetch_add(-240_000, Ordering::Relaxed);
        let apart = SystemClock.now().seconds() - clock.now().seconds();
        assert!((239..=241).contains(&apart), "{apart}");
        let before = clock.milliseconds();
        std::thread::park_timeout(Duration::from_millis(20));
        assert!(clock.milliseconds() > before);
    }
}
