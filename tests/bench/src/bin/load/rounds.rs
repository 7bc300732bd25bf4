//! A round: so many drivers, for so long, as fast as it goes or at a fixed rate.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use homeward_bench::http::Connection;
use tokio::sync::Barrier;

use crate::{
    Kind, Nodes, World,
    nodes::Used,
    operations::Went,
};

/// Everybody who has a password signs in once before it is measured, and everybody at a provider is bound to their name there.
const PEOPLE: u64 = 64;

/// What a round showed.
pub(crate) struct Round {
    pub took: Duration,
    /// How long each took, sorted. At a fixed rate from the moment at which it was to begin.
    pub each: Vec<Duration>,
    pub busy: u64,
    pub used: Used,
    /// Memory after a sixth of the round, and at its end.
    pub memory: (f64, f64),
}

impl Round {
    pub fn rate(&self) -> f64 {
        self.each.len() as f64 / self.took.as_secs_f64()
    }
    pub fn percentile(&self, share: f64) -> Duration {
        let place = ((self.each.len() as f64 * share) as usize).min(self.each.len().saturating_sub(1));
        self.each.get(place).copied().unwrap_or_default()
    }
}

/// When drivers begin an operation.
#[derive(Clone)]
struct Plan {
    begin: Instant,
    end: Instant,
    rate: Option<f64>,
    next: Arc<AtomicU64>,
    most: u64,
}

impl Plan {
    /// Waits for the next turn; gives the moment from which its time counts.
    async fn turn(&self) -> Option<Instant> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let now = homeward_bench::now();
        if number >= self.most || now >= self.end {
            return None;
        }
        let Some(rate) = self.rate else { return Some(now) };
        let at = self.begin + Duration::from_secs_f64(number as f64 / rate);
        if at >= self.end {
            return None;
        }
        tokio::time::sleep_until(at.into()).await;
        Some(at)
    }
}

/// Does everything once for everybody, unmeasured.
pub(crate) async fn warm(world: &Arc<World>, nodes: &Nodes, kind: Kind, people: usize) -> Result<(), String> {
    let now = homeward_bench::now();
    let plan = Plan { begin: now, end: now + Duration::from_secs(120), rate: None, next: Arc::default(), most: PEOPLE };
    drive(world, nodes, kind, (people, plan)).await.map(|_| ())
}

/// A measured round.
pub(crate) async fn round(world: &Arc<World>, nodes: &Nodes, kind: Kind, (people, time, rate): (usize, Duration, Option<f64>)) -> Result<Round, String> {
    let mut ready = Vec::new();
    for place in 0..people {
        let mut connection = nodes.connection(place).await?;
        let token = world.ready(kind, &mut connection).await?;
        ready.push((connection, token));
    }
    let before = nodes.used().await?;
    let begin = homeward_bench::now();
    let plan = Plan { begin, end: begin + time, rate, next: Arc::default(), most: u64::MAX };
    let (done, early) = tokio::join!(all(world, kind, ready, plan), async {
        tokio::time::sleep(time / 6).await;
        nodes.memory()
    });
    let (mut each, busy) = done?;
    let (took, after, late) = (begin.elapsed(), nodes.used().await?, nodes.memory());
    each.sort_unstable();
    let used = Used { cpu: after.cpu - before.cpu, argon2: after.argon2 - before.argon2, signature: after.signature - before.signature, database: after.database - before.database };
    Ok(Round { took, each, busy, used, memory: (early, late) })
}

async fn drive(world: &Arc<World>, nodes: &Nodes, kind: Kind, (people, plan): (usize, Plan)) -> Result<(Vec<Duration>, u64), String> {
    let mut ready = Vec::new();
    for place in 0..people {
        let mut connection = nodes.connection(place).await?;
        let token = world.ready(kind, &mut connection).await?;
        ready.push((connection, token));
    }
    all(world, kind, ready, plan).await
}

async fn all(world: &Arc<World>, kind: Kind, ready: Vec<(Connection, String)>, plan: Plan) -> Result<(Vec<Duration>, u64), String> {
    let together = Arc::new(Barrier::new(ready.len()));
    let drivers: Vec<_> = ready
        .into_iter()
        .map(|(mut connection, mut token)| {
            let (world, plan, together) = (world.clone(), plan.clone(), together.clone());
            tokio::spawn(async move {
                together.wait().await;
                let (mut each, mut busy) = (Vec::new(), 0);
                while let Some(from) = plan.turn().await {
                    match world.once(kind, &mut connection, &mut token).await? {
                        Went::Well => each.push(from.elapsed()),
                        Went::Busy => busy += 1,
                    }
                }
                Ok::<_, String>((each, busy))
            })
        })
        .collect();
    let (mut each, mut busy) = (Vec::new(), 0);
    for driver in drivers {
        let (some, turned_away) = driver.await.map_err(|e| e.to_string())??;
        each.extend(some);
        busy += turned_away;
    }
    Ok((each, busy))
}
