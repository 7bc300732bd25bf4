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

/// As long as it is away: until when nobody else tries.
type Rest = Arc<Mutex<Option<Instant>>>;

/// What is known of a server by one of two ways to it. That one hangs says nothing of the other; that one is back, after both were away, does.
pub(crate) struct Reach {
    server: String,
    own: Rest,
    beside: Rest,
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Reach {
    /// Two ways to a server that is not asked yet; `server` is what the log calls it.
    pub fn two(server: &str) -> [Arc<Self>; 2] {
        let (one, other) = (Rest::default(), Rest::default());
        let way = |own: &Rest, beside: &Rest| Arc::new(Self { server: server.to_owned(), own: own.clone(), beside: beside.clone() });
        [way(&one, &other), way(&other, &one)]
    }
    /// Whether it is away, and nobody tries now.
    pub fn rests(&self) -> bool {
        locked(&self.own).is_some_and(|until| Instant::now() < until)
    }
    /// Whether this caller may try.
    pub fn may_try(&self) -> bool {
        let (now, mut until) = (Instant::now(), locked(&self.own));
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
        if locked(&self.own).replace(Instant::now() + REST).is_none() {
            tracing::error!(server = %self.server, why = %why, "the database is away: nobody signs in until it is back");
        }
    }
    /// It did.
    pub fn answers(&self) {
        if locked(&self.own).take().is_some() {
            tracing::info!(server = %self.server, "the database is back");
            // Whoever is told that it is back may use it, whichever way.
            locked(&self.beside).take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A commit that hangs holds up nobody who reads; a server that is back is back for both.
    #[test]
    fn two_ways_to_a_server_are_away_by_themselves_and_back_together() {
        let [writes, reads] = Reach::two("a server");
        let is_away = |way: &Reach| locked(&way.own).is_some();
        writes.away(&"no answer in time");
        assert!(is_away(&writes) && !is_away(&reads) && reads.may_try() && !reads.rests());
        reads.answers();
        assert!(is_away(&writes), "it was never away for those who read");
        reads.away(&"no connection in time");
        assert!(is_away(&writes) && is_away(&reads));
        reads.answers();
        assert!(!is_away(&writes) && writes.may_try() && !is_away(&reads));
    }
}
