//! What is printed: a line for each round, as it ends, and at the end the targets of docs/sizing.md with what the rounds showed.

use std::time::Duration;

use homeward_bench::figures::short;

use crate::{
    Kind, Nodes,
    options::{Kept, Options},
    rounds::Round,
};

/// Several brokers may take this many times the processor time of one for an operation.
const COST: f64 = 1.2;
/// A page in a storm of passwords may take this many times what it takes at rest.
const STORM: f64 = 3.0;
/// Memory at the end may be this many times what it was after a sixth of the time.
const MEMORY: f64 = 1.2;

/// What the targets are measured by.
#[derive(Default)]
pub(crate) struct Targets {
    costs: Vec<(Kind, usize, f64)>,
    lines: Vec<String>,
}

fn line_of(what: &str, measured: f64, most: f64, beside: &str) -> String {
    let met = if measured <= most { "met" } else { "**missed**" };
    format!("| {what} | {measured:.2} × | ≤ {most} × | {met} | {beside} |")
}

impl Targets {
    /// Notes what an operation cost at saturation; with another number of brokers than the first it is compared.
    pub fn cost(&mut self, kind: Kind, nodes: usize, round: &Round) {
        let cost = round.cost();
        if let Some((_, one, first)) = self.costs.iter().find(|(of, count, _)| *of == kind && *count < nodes) {
            let beside = format!("{:.2} ms with {nodes}, {:.2} ms with {one}", 1_000.0 * cost, 1_000.0 * first);
            self.lines.push(line_of(&format!("{nodes} brokers, processor for one operation: {}", kind.word()), cost / first, COST, &beside));
        }
        self.costs.push((kind, nodes, cost));
    }
    /// Pages at rest and in a storm.
    pub fn storm(&mut self, nodes: usize, (rest, storm): (&Round, &Round)) {
        let (still, busy) = (rest.percentile(0.99), storm.percentile(0.99));
        let beside = format!("{} at rest, {} in the storm; p50 {} and {}", short(still), short(busy), short(rest.percentile(0.5)), short(storm.percentile(0.5)));
        self.lines.push(line_of(&format!("{nodes} broker(s), p99 of a page while passwords are hashed"), busy.as_secs_f64() / still.as_secs_f64(), STORM, &beside));
    }
    /// Memory in a long round.
    pub fn memory(&mut self, nodes: usize, time: Duration, round: &Round) {
        let (early, late) = round.memory;
        for (what, early, late) in [("memory", early.all, late.all), ("of it their own", early.own, late.own)] {
            let beside = format!("{early:.1} MiB after {} s, {late:.1} MiB after {} s; {} operations", (time / 6).as_secs(), time.as_secs(), round.done());
            self.lines.push(line_of(&format!("{nodes} broker(s), {what} at the end"), late / early, MEMORY, &beside));
        }
    }
}

pub(crate) fn head(options: &Options, nodes: &Nodes, rest: f64) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let store = if options.kept == Kept::Sqlite { "SQLite" } else { "PostgreSQL and Redis" };
    let build = if cfg!(debug_assertions) { "; **a debug build: its figures say nothing**" } else { "" };
    println!("{} broker(s) on {store}, {} people at once, {cores} cores for everything{build}\n", nodes.count(), options.people);
    println!("At rest they use {:.1} % of one core and {:.1} MiB. In the figures below that is a part of what operations cost.\n", 100.0 * rest, nodes.memory().all);
    println!("| operation | load | a second | p50 | p99 | processor each | argon2 | signatures | database waited each | memory | busy |");
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
}

pub(crate) fn line(what: &str, load: &str, round: &Round) {
    let (count, used) = (round.done().max(1) as f64, &round.used);
    let cpu = used.cpu.as_secs_f64();
    let share = |part: f64| if cpu > 0.0 && part.is_finite() { format!("{:.0} %", 100.0 * part / cpu) } else { "–".into() };
    let waited = if used.database.is_finite() { format!("{:.2} ms", 1_000.0 * used.database / count) } else { "–".into() };
    println!(
        "| {what} | {load} | {:.1} | {} | {} | {:.2} ms | {} | {} | {waited} | {:.1} → {:.1} MiB | {} |",
        round.rate(),
        short(round.percentile(0.5)),
        short(round.percentile(0.99)),
        1_000.0 * round.cost(),
        share(used.argon2),
        share(used.signature),
        round.memory.0.all,
        round.memory.1.all,
        round.busy,
    );
}

pub(crate) fn foot(targets: &Targets) {
    println!(
        "processor: user and system time of the brokers' processes, from the kernel (of a page beside sign-ins: of both); argon2, signatures: the part of it that their\n\
         threads used for these; database waited: for statements and changes, other callers' turns and the disk included (homeward_work_seconds_total);\n\
         memory: RSS of all brokers, after a sixth of the round and at its end, pages of the program and of the database file among it, and without them (RssAnon); at a fixed rate the time of an operation counts from when it was due."
    );
    if !targets.lines.is_empty() {
        println!("\n| target | measured | bar | | beside it |\n|---|---|---|---|---|");
        targets.lines.iter().for_each(|line| println!("{line}"));
    }
}
