//! Many requests at once, and how long each took.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::http::Connection;

/// What a round of requests showed.
pub struct Round {
    /// How long the whole took.
    pub took: Duration,
    /// How long each took, sorted.
    pub each: Vec<Duration>,
    /// Answers by status.
    pub statuses: std::collections::BTreeMap<u16, u64>,
}

impl Round {
    /// Of times that somebody else measured.
    pub fn of(took: Duration, mut each: Vec<Duration>) -> Self {
        each.sort_unstable();
        Self { took, each, statuses: Default::default() }
    }
    /// The time under which this share of the requests stayed.
    pub fn percentile(&self, share: f64) -> Duration {
        let place = ((self.each.len() as f64 * share) as usize).min(self.each.len().saturating_sub(1));
        self.each.get(place).copied().unwrap_or_default()
    }
    /// Requests a second.
    pub fn rate(&self) -> f64 {
        self.each.len() as f64 / self.took.as_secs_f64()
    }
    /// Panics when an answer had another status.
    pub fn expect(self, status: u16, what: &str) -> Self {
        assert!(self.statuses.keys().all(|s| *s == status), "{what}: {:?}", self.statuses);
        self
    }
}

/// Sends `total` requests over `connections` connections; `make` gives the bytes of each.
pub async fn requests(address: SocketAddr, connections: usize, total: u64, make: impl Fn(u64) -> Vec<u8> + Send + Sync + 'static) -> Round {
    let (make, next, start) = (Arc::new(make), Arc::new(AtomicU64::new(0)), crate::now());
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            let (make, next) = (make.clone(), next.clone());
            tokio::spawn(async move {
                let (mut connection, mut each) = (Connection::open(address).await.expect("a connection"), Vec::new());
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= total {
                        return each;
                    }
                    let request = make(number);
                    let start = crate::now();
                    let answer = connection.ask(&request).await.expect("an answer");
                    each.push((start.elapsed(), answer.status));
                }
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.expect("a task"));
    }
    let took = start.elapsed();
    let mut statuses = std::collections::BTreeMap::new();
    all.iter().for_each(|(_, status)| *statuses.entry(*status).or_default() += 1);
    let mut each: Vec<Duration> = all.into_iter().map(|(took, _)| took).collect();
    each.sort_unstable();
    Round { took, each, statuses }
}
