//! `disclosure [ROUNDS]` prints the table behind the line of closed disclosure in `docs/performance.md`.

use homeward_bench::disclosure::{BAR, apart, measure};

#[tokio::main]
async fn main() {
    let rounds: u32 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(200);
    let states = measure(rounds).await;
    println!("{:<20} {:>6} {:>12}", "state", "tries", "median");
    for state in &states {
        println!("{:<20} {:>6} {:>9.3} ms", state.name, state.tries, state.median.as_secs_f64() * 1000.0);
    }
    let apart = apart(&states);
    println!("medians apart: {:.3} ms (bar: {} ms)", apart.as_secs_f64() * 1000.0, BAR.as_millis());
    std::process::exit(i32::from(apart >= BAR));
}
