//! Times the password page for the states of a name under closed disclosure, interleaved, and compares the medians (LH-01: under 5 ms apart).
//!
//! `cargo run --release -p homeward-bench --bin disclosure [ROUNDS]`. Hashing is at its shipped cost, so the figures are those of a real sign-in.

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

#[tokio::main]
async fn main() {
    let rounds: u32 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(200);
    let broker = TestBroker::start_at_full_cost(Disclosure::Closed).await;
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); NAMES.len()];
    for round in 0..rounds {
        for (place, (_, name)) in NAMES.iter().enumerate() {
            let mut browser = broker.browser();
            browser.from = format!("10.{place}.{}.{}", round / 250, round % 250);
            let page = browser.open("wiki", "").await;
            let page = browser.identify(&page, name).await;
            let start = homeward_bench::now();
            let answer = browser.password(&page, "Falsch-12").await;
            let took = start.elapsed();
            // From the fiftieth wrong try on a name is paused for strangers; those answers are another state.
            if answer.status == 200 {
                times[place].push(took);
            }
            broker.clock.wait(Duration::from_secs(3600));
        }
    }
    let mut medians = Vec::new();
    println!("{:<20} {:>6} {:>12}", "state", "tries", "median");
    for ((state, _), taken) in NAMES.iter().zip(&mut times) {
        taken.sort_unstable();
        let median = taken[taken.len() / 2];
        println!("{state:<20} {:>6} {:>9.3} ms", taken.len(), median.as_secs_f64() * 1000.0);
        medians.push(median);
    }
    let apart = *medians.iter().max().unwrap() - *medians.iter().min().unwrap();
    println!("medians apart: {:.3} ms (bar: 5 ms)", apart.as_secs_f64() * 1000.0);
    std::process::exit(i32::from(apart >= Duration::from_millis(5)));
}
