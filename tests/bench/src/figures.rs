//! Figures: medians over rounds, ratios, and the lines of the report.

use std::time::Duration;

/// Cost of one operation in each round.
#[derive(Clone, Default)]
pub struct Cost(pub Vec<Duration>);

impl Cost {
    /// Notes a round.
    pub fn add(&mut self, cpu: Duration, operations: u64) {
        self.0.push(Duration::from_secs_f64(cpu.as_secs_f64() / operations as f64));
    }
    /// The median of the rounds.
    pub fn median(&self) -> Duration {
        let mut all = self.0.clone();
        all.sort_unstable();
        all.get(all.len() / 2).copied().unwrap_or_default()
    }
    /// Lowest and highest round.
    pub fn range(&self) -> (Duration, Duration) {
        (self.0.iter().min().copied().unwrap_or_default(), self.0.iter().max().copied().unwrap_or_default())
    }
}

impl std::ops::Add for &Cost {
    type Output = Cost;
    /// Round by round, the cost of both one after the other.
    fn add(self, other: &Cost) -> Cost {
        Cost(self.0.iter().zip(&other.0).map(|(one, two)| *one + *two).collect())
    }
}

/// How often the second fits into the first.
pub fn ratio(ours: &Cost, floor: &Cost) -> f64 {
    ours.median().as_secs_f64() / floor.median().as_secs_f64()
}

/// One bar and what was measured.
pub struct Line {
    /// Number and name.
    pub what: String,
    /// The figure, in words.
    pub measured: String,
    /// The bar, in words.
    pub bar: String,
    /// Whether it is met; `None` when it was not measured.
    pub met: Option<bool>,
    /// Figures beside it.
    pub beside: String,
}

/// A duration in microseconds or milliseconds.
pub fn short(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    if micros < 1000.0 { format!("{micros:.1} µs") } else { format!("{:.2} ms", micros / 1000.0) }
}
