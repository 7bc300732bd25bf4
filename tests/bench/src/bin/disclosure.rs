//! Times the password page for the states of a name under closed disclosure, interleaved, and compares the medians (LH-01: under 5 ms apart). A pause is made of
//! no hash, so its answers are compared with each other: for a name that somebody has and for one that nobody has.
//!
//! `cargo run --release -p homeward-bench --bin disclosure [ROUNDS]`. Hashing is at its shipped cost, so the figures are those of a real sign-in.

use std::time::Duration;

use homeward_discovery::Disclosure;
use homeward_testkit::{Browser, Page, TestBroker};

const NAMES: [(&str, &str); 8] = [
    ("unknown", "nobody@north.example"),
    ("known local", "ann@north.example"),
    ("suspended", "gone@north.example"),
    ("invited", "new@north.example"),
    ("expired password", "old@north.example"),
    ("several accounts", "sam@many.example"),
    ("excluded", "ops@contoso.example"),
    ("unknown beside it", "nobody@contoso.example"),
];
const PAUSED: [(&str, &str); 2] = [("paused", "ann@north.example"), ("paused, unknown", "nobody@north.example")];

#[tokio::main]
async fn main() {
    let rounds: u32 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(200);
    let broker = TestBroker::start_at_full_cost(Disclosure::Closed).await;
    println!("{:<20} {:>6} {:>12}", "state", "tries", "median");
    let tried = tried(&broker, rounds).await;
    let paused = paused(&broker, rounds).await;
    let apart = spread(&NAMES, tried).max(spread(&PAUSED, paused));
    println!("medians apart: {:.3} ms (bar: 5 ms)", millis(apart));
    std::process::exit(i32::from(apart >= Duration::from_millis(5)));
}

/// The password page of a name.
async fn page_of(browser: &mut Browser, name: &str) -> Page {
    let page = browser.open("wiki", "").await;
    let page = browser.identify(&page, name).await;
    if name.contains("contoso") { browser.post("/signin/enter-password", &[("stage", &page.hidden("stage"))]).await } else { page }
}

/// A wrong password, round after round.
async fn tried(broker: &TestBroker, rounds: u32) -> Vec<Vec<Duration>> {
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); NAMES.len()];
    for round in 0..rounds {
        for (place, (_, name)) in NAMES.iter().enumerate() {
            let mut browser = broker.browser();
            browser.from = format!("10.{place}.{}.{}", round / 250, round % 250);
            let page = page_of(&mut browser, name).await;
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
    times
}

/// The answers of a pause: no time passes, so that it goes on.
async fn paused(broker: &TestBroker, rounds: u32) -> Vec<Vec<Duration>> {
    let mut places = Vec::new();
    for (place, (_, name)) in PAUSED.iter().enumerate() {
        let mut browser = broker.browser();
        browser.from = format!("192.0.2.{}", 100 + place);
        let page = page_of(&mut browser, name).await;
        for _ in 0..5 {
            browser.password(&page, "Falsch-12").await;
        }
        places.push((browser, page));
    }
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); PAUSED.len()];
    for _ in 0..rounds {
        for ((browser, page), times) in places.iter_mut().zip(&mut times) {
            let start = homeward_bench::now();
            let answer = browser.password(page, "Falsch-12").await;
            let took = start.elapsed();
            assert_eq!(answer.status, 429);
            times.push(took);
        }
    }
    times
}

/// Prints the medians, and gives how far they are apart.
fn spread(names: &[(&str, &str)], times: Vec<Vec<Duration>>) -> Duration {
    let mut medians = Vec::new();
    for ((state, _), mut taken) in names.iter().zip(times) {
        taken.sort_unstable();
        let median = taken[taken.len() / 2];
        println!("{state:<20} {:>6} {:>9.3} ms", taken.len(), millis(median));
        medians.push(median);
    }
    *medians.iter().max().unwrap() - *medians.iter().min().unwrap()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
