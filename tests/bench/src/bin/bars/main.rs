//! Measures the bars of `docs/performance.md` and writes that page. `tests/bench/run` builds and starts it.
//!
//! The figure that decides is CPU time of the server process for one operation, user and system, median of interleaved rounds,
//! against the floor server's in the same run. Throughput and percentiles stand beside it.

mod list;
mod mixed;
mod proofs;
mod requests;
mod size;
mod start;
mod storm;

use std::path::PathBuf;

use homeward_bench::{
    figures::{Cost, Line, ratio, short},
    record::{Measured, Record, Row},
};

const ROUNDS: usize = 5;
const PEOPLE: u64 = 100_000;
/// Parts that share one running server.
const REQUESTS: [&str; 7] = ["page", "username", "sign-in", "refresh", "documents", "openid", "storm"];

struct Bench {
    binary: PathBuf,
    floor_binary: PathBuf,
    full: bool,
    only: Option<String>,
    /// The part that is being measured.
    part: &'static str,
    /// Each with its part.
    lines: Vec<(&'static str, Line)>,
}

impl Bench {
    fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
    /// Whether a part is to be measured; its lines follow.
    fn begins(&mut self, part: &'static str) -> bool {
        self.part = part;
        self.wants(part)
    }
    fn line(&mut self, what: &str, measured: String, bar: &str, met: Option<bool>, beside: String) {
        let mark = match met { Some(true) => "met", Some(false) => "MISSED", None => "not measured" };
        println!("{what}: {measured} (bar: {bar}) {mark}\n    {beside}");
        self.lines.push((self.part, Line { what: what.into(), measured, bar: bar.into(), met, beside }));
    }
    fn ratio(&mut self, what: &str, (ours, floor): (&Cost, &Cost), (bar, aim): (f64, &str), beside: String) {
        let found = ratio(ours, floor);
        let (low, high) = ours.range();
        let beside = format!("{} against {} each ({} to {} over {} rounds); {beside}", short(ours.median()), short(floor.median()), short(low), short(high), ours.0.len());
        self.line(what, format!("{found:.2} ×"), &format!("≤ {bar} × {aim}"), Some(found <= bar), beside);
    }
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = std::env::current_exe().expect("a path").parent().expect("a folder").to_owned();
    let only = arguments.iter().position(|a| a == "--only").and_then(|at| arguments.get(at + 1)).cloned();
    let mut bench = Bench { binary: folder.join("homeward"), floor_binary: folder.join("floor"), full: arguments.iter().any(|a| a == "--full"), only, part: "", lines: Vec::new() };
    if REQUESTS.iter().any(|part| bench.wants(part)) {
        requests::requests(&mut bench).await.expect("requests");
    }
    if bench.begins("saml") {
        proofs::answers(&mut bench);
    }
    if bench.begins("start") {
        start::start(&mut bench).await.expect("start");
    }
    if bench.begins("disclosure") {
        proofs::closed(&mut bench).expect("disclosure");
    }
    if bench.begins("list") {
        list::list(&mut bench).await.expect("list");
    }
    if bench.full && bench.begins("size") {
        size::size(&mut bench).await.expect("size");
    }
    if bench.full && bench.begins("mixed") {
        mixed::mixed(&mut bench).await.expect("mixed");
    }
    if let Some(page) = arguments.iter().position(|a| a == "--page").and_then(|at| arguments.get(at + 1)) {
        let rows = bench.lines.iter().map(|(part, line)| Row::new(part, line, &Measured::here())).collect();
        let record = Record::beside(page).expect("the figures of earlier runs").with(rows);
        record.write(page, ROUNDS).expect("the page is written");
        for what in record.without_cause() {
            println!("no cause of a missed bar is known (src/causes.rs): {what}");
        }
    }
    let missed = bench.lines.iter().filter(|(_, l)| l.met == Some(false)).count();
    println!("{} bars met, {missed} missed", bench.lines.iter().filter(|(_, l)| l.met == Some(true)).count());
}
