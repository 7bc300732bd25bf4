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
    nodes::{Memory, Used},
    operations::Went,
};

/// Everybody who has a password signs in once before it is measured, and everybody at a provider is bound to their name there.
const PEOPLE: u64 = 64;

/// What a round is made of.
#[derive(Clone, Copy)]
pub(crate) struct Load<'a> {
    /// What each driver does, in turn.
    pub kinds: &'a [Kind],
    pub people: usize,
    pub time: Duration,
    /// Operations a second; without it as fast as it goes.
    pub rate: Option<f64>,
}

/// What a round showed.
#[derive(Default)]
pub(crate) struct Round {
    pub took: Duration,
    /// How long each took, sorted. At a fixed rate from the moment at which it was to begin.
    pub each: Vec<Duration>,
    pub busy: u64,
    pub used: Used,
    /// Memory after a sixth of the round, and at its end.
    pub memory: (Memory, Memory),
}

impl Round {
    pub fn done(&self) -> usize {
        self.each.len()
    }
    pub fn rate(&self) -> f64 {
        self.each.len() as f64 / self.took.as_secs_f64()
    }
    /// Processor time of the brokers for one operation, in seconds.
    pub fn cost(&self) -> f64 {
        self.used.cpu.as_secs_f64() / self.each.len().max(1) as f64
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
    fn of(load: &Load<'_>) -> Self {
        let begin = homeward_bench::now();
        Self { begin, end: begin + load.time, rate: load.rate, next: Arc::default(), most: u64::MAX }
    }
    /// Waits for the next turn; gives its number, and the moment from which its time counts.
    async fn turn(&self) -> Option<(u64, Instant)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let now = homeward_bench::now();
        if number >= self.most || now >= self.end {
            return None;
        }
        let Some(rate) = self.rate else { return Some((number, now)) };
        let at = self.begin + Duration::from_secs_f64(number as f64 / rate);
        if at >= self.end {
            return None;
        }
        tokio::time::sleep_until(at.into()).await;
        Some((number, at))
    }
}

/// A driver that can begin.
struct Driver {
    connection: Connection,
    token: String,
}

/// Does everything once for everybody, unmeasured.
pub(crate) async fn warm(world: &Arc<World>, nodes: &Nodes, kind: Kind, people: usize) -> Result<(), String> {
    let kinds = [kind];
    let load = Load { kinds: &kinds, people, time: Duration::from_secs(120), rate: None };
    let ready = ready(world, nodes, &load).await?;
    all(world, &kinds, ready, Plan { most: PEOPLE, ..Plan::of(&load) }).await.map(|_| ())
}

/// A measured round.
pub(crate) async fn round(world: &Arc<World>, nodes: &Nodes, load: &Load<'_>) -> Result<Round, String> {
    let ready = ready(world, nodes, load).await?;
    let before = nodes.used().await?;
    let plan = Plan::of(load);
    let begin = plan.begin;
    let (done, early) = tokio::join!(all(world, load.kinds, ready, plan), async {
        tokio::time::sleep(load.time / 6).await;
        // As at the end: whoever asks for the figures makes a broker look through its database, and pages of that are in memory then.
        nodes.used().await.map(|_| nodes.memory())
    });
    let ((each, busy), early) = (done?, early?);
    let (took, used, late) = (begin.elapsed(), nodes.used().await? - before, nodes.memory());
    Ok(Round { took, each: sorted(each), busy, used, memory: (early, late) })
}

/// Two loads at once. What the brokers used is told of both together.
pub(crate) async fn beside(world: &Arc<World>, nodes: &Nodes, (one, other): (&Load<'_>, &Load<'_>)) -> Result<(Round, Round), String> {
    let (first, second) = (ready(world, nodes, one).await?, ready(world, nodes, other).await?);
    let before = nodes.used().await?;
    let (plan, memory) = (Plan::of(one), nodes.memory());
    let begin = plan.begin;
    let (done, beside) = tokio::join!(all(world, one.kinds, first, plan), all(world, other.kinds, second, Plan::of(other)));
    let ((each, busy), (others, turned_away)) = (done?, beside?);
    let (took, used, memory) = (begin.elapsed(), nodes.used().await? - before, (memory, nodes.memory()));
    Ok((Round { took, each: sorted(each), busy, used, memory }, Round { took, each: sorted(others), busy: turned_away, ..Round::default() }))
}

fn sorted(mut each: Vec<Duration>) -> Vec<Duration> {
    each.sort_unstable();
    each
}

async fn ready(world: &Arc<World>, nodes: &Nodes, load: &Load<'_>) -> Result<Vec<Driver>, String> {
    let mut ready = Vec::new();
    for place in 0..load.people {
        let mut connection = nodes.connection(place).await?;
        let token = if load.kinds.contains(&Kind::Refresh) { world.token(&mut connection).await? } else { String::new() };
        ready.push(Driver { connection, token });
    }
    Ok(ready)
}

async fn all(world: &Arc<World>, kinds: &[Kind], ready: Vec<Driver>, plan: Plan) -> Result<(Vec<Duration>, u64), String> {
    let together = Arc::new(Barrier::new(ready.len()));
    let drivers: Vec<_> = ready
        .into_iter()
        .map(|Driver { mut connection, mut token }| {
            let (world, plan, together, kinds) = (world.clone(), plan.clone(), together.clone(), kinds.to_vec());
            tokio::spawn(async move {
                together.wait().await;
                let (mut each, mut busy) = (Vec::new(), 0);
                while let Some((number, from)) = plan.turn().await {
                    let kind = kinds[usize::try_from(number).unwrap_or(0) % kinds.len()];
                    match world.once(kind, &mut connection, &mut token).await.map_err(|wrong| format!("{}: {wrong}", kind.word()))? {
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
