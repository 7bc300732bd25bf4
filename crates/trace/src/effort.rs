//! What the time of this process goes to: the three things that a sign-in is made of. Counted since the start, for `/metrics` and for the
//! load benchmark.
//!
//! A password and a signature take a processor, so what counts is the time of the thread's processor; a database is waited for, so what
//! counts is the wait: for its turn, for the disk, or for another machine.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use rustix::time::{ClockId, clock_gettime};
use tokio::time::Instant;

/// What time goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Passwords: argon2id, and the hashes of other systems.
    Argon2,
    /// Signatures: of providers' answers (the whole look at a SAML answer), of tokens that come, of those that we make.
    Signature,
    /// Statements and changes.
    Database,
}

struct Spent {
    nanoseconds: AtomicU64,
    times: AtomicU64,
}

impl Spent {
    const fn none() -> Self {
        Self { nanoseconds: AtomicU64::new(0), times: AtomicU64::new(0) }
    }
    fn add(&self, took: Duration) {
        self.nanoseconds.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.times.fetch_add(1, Ordering::Relaxed);
    }
}

static ARGON2: Spent = Spent::none();
static SIGNATURE: Spent = Spent::none();
static DATABASE: Spent = Spent::none();

impl Effort {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Argon2, Self::Signature, Self::Database];

    /// The word in figures.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Argon2 => "argon2",
            Self::Signature => "signature",
            Self::Database => "database",
        }
    }
    /// Does work on this thread; the time of its processor counts.
    pub fn done<T>(self, work: impl FnOnce() -> T) -> T {
        let before = processor();
        let done = work();
        self.counted().add(processor().saturating_sub(before));
        done
    }
    /// Does work that is waited for; the wait counts.
    pub async fn waited<F: Future>(self, work: F) -> F::Output {
        let before = Instant::now();
        let done = work.await;
        self.counted().add(before.elapsed());
        done
    }
    /// How long it took since the start of the process, and how often it was done.
    pub fn spent(self) -> (Duration, u64) {
        let counted = self.counted();
        (Duration::from_nanos(counted.nanoseconds.load(Ordering::Relaxed)), counted.times.load(Ordering::Relaxed))
    }
    const fn counted(self) -> &'static Spent {
        match self {
            Self::Argon2 => &ARGON2,
            Self::Signature => &SIGNATURE,
            Self::Database => &DATABASE,
        }
    }
}

/// What this thread has had of a processor.
fn processor() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The counts are the process's; each kind has one test.
    #[tokio::test]
    async fn what_is_waited_for_counts_by_the_clock() {
        let (before, times) = Effort::Database.spent();
        let within = async {
            let began = Instant::now();
            std::thread::park_timeout(Duration::from_millis(30));
            began.elapsed()
        };
        let took = Effort::Database.waited(within).await;
        let (after, again) = Effort::Database.spent();
        assert!(after - before >= took && again == times + 1, "{took:?}");
    }

    #[test]
    fn what_a_thread_does_counts_by_its_processor() {
        let (before, times) = Effort::Argon2.spent();
        let sum = Effort::Argon2.done(|| (0..3_000_000u64).fold(1u64, |sum, number| sum.wrapping_mul(31) ^ number));
        let (after, again) = Effort::Argon2.spent();
        assert!(after > before && again == times + 1 && sum != 0);
        let (rest, _) = Effort::Signature.spent();
        Effort::Signature.done(|| std::thread::park_timeout(Duration::from_millis(200)));
        assert!(Effort::Signature.spent().0 - rest < Duration::from_millis(150), "who waits has no processor");
    }
}
