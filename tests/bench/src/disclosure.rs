//! Times the password page for the states of a name under closed disclosure, interleaved, and compares the medians (LH-01: under 5 ms apart).
//! Hashing is at its shipped cost, so the figures are those of a real sign-in.

use std::time::Duration;

use homeward_discovery::Disclosure;
use homeward_testkit::TestBroker;

const NAMES: [(&str, &str); 6] = [
    ("unknown", "nobody@north.example"),
    ("known local", "ann@north.example"),
    ("suspended", "gone@north.example"),
    ("invited", "new@north.example"),
    ("expired password", "old@north.example"),
    ("several accounts", "sam@many.example"),
];

/// How far the medians may lie apart.
pub const BAR: Duration = Duration::from_millis(5);

/// The median of one state.
pub struct State {
    /// What the name is.
    pub name: &'static str,
    /// Answers counted.
    pub tries: usize,
    /// Their median.
    pub median: Duration,
}

/// Types a wrong password `rounds` times for a name of every state; gives each state's median.
pub async fn measure(rounds: u32) -> Vec<State> {
    let broker = TestBroker::start_at_full_cost(Disclosure::Closed).await;
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); NAMES.len()];
    for round in 0..rounds {
        for (place, (_, name)) in NAMES.iter().enumerate() {
            let mut browser = broker.browser();
            browser.from = format!("10.{place}.{}.{}", round / 250, round % 250);
            let page = browser.open("wiki", "").await;
            let page = browser.identify(&page, name).await;
            let start = crate::now();
            let answer = browser.password(&page, "Falsch-12").await;
            let took = start.elapsed();
            // From the fiftieth wrong try on a name is paused for strangers; those answers are another state.
            if answer.status == 200 {
                times[place].push(took);
            }
            broker.clock.wait(Duration::from_secs(3600));
        }
    }
    let state = |((name, _), mut taken): (&(&'static str, &str), Vec<Duration>)| {
        taken.sort_unstable();
        State { name, tries: taken.len(), median: taken[taken.len() / 2] }
    };
    NAMES.iter().zip(times).map(state).collect()
}

/// The distance between the slowest and the fastest median.
pub fn apart(states: &[State]) -> Duration {
    let medians = || states.iter().map(|s| s.median);
    medians().max().unwrap_or_default() - medians().min().unwrap_or_default()
}
