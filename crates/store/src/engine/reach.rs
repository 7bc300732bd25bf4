//! Whether a server answers, as all who go the same way to it know together: while it does not, one after the other tries, and everybody else is told
//! at once.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::link::PATIENCE;

/// After a failure nobody tries for this long.
const REST: Duration = Duration::from_millis(250);

/// What is known of a server by one way to it.
pub(crate) struct Reach {
    server: String,
    /// As long as it is away: until when nobody else tries.
    rests_until: Mutex<Option<Instant>>,
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Reach {
    /// Of a server that is not asked yet; `server` is what the log calls it.
    pub fn new(server: String) -> Arc<Self> {
        Arc::new(Self { server, rests_until: Mutex::default() })
    }
    /// Whether it is away, and nobody tries now.
    pub fn rests(&self) -> bool {
        locked(&self.rests_until).is_some_and(|until| Instant::now() < until)
    }
    /// Whether this caller may try.
    pub fn may_try(&self) -> bool {
        let (now, mut until) = (Instant::now(), locked(&self.rests_until));
        match *until {
            Some(rests) if now < rests => return false,
            // This one tries; the others are told meanwhile.
            Some(_) => *until = Some(now + PATIENCE + REST),
            None => {}
        }
        true
    }
    /// It did not answer.
    pub fn away(&self, why: &dyn std::fmt::Display) {
        if locked(&self.rests_until).replace(Instant::now() + REST).is_none() {
            tracing::error!(server = %self.server, why = %why, "the database is away: nobody signs in until it is back");
        }
    }
    /// It did.
    pub fn answers(&self) {
        if locked(&self.rests_until).take().is_some() {
            tracing::info!(server = %self.server, "the database is back");
        }
    }
}
