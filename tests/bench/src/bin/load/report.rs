//! What is printed: a line for each round, as it ends.

use homeward_bench::figures::short;

use crate::{
    Kind, Nodes,
    options::{Kept, Options},
    rounds::Round,
};

pub(crate) fn head(options: &Options, nodes: &Nodes) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let store = if options.kept == Kept::Sqlite { "SQLite" } else { "PostgreSQL" };
    println!("{} broker(s) on {store}, {} people at once, {cores} cores for everything\n", nodes.count(), options.people);
    println!("| operation | load | a second | p50 | p99 | processor each | argon2 | signatures | database waited each | memory | busy |");
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
}

pub(crate) fn line(kind: Kind, load: &str, round: &Round) {
    let (count, used) = (round.each.len().max(1) as f64, &round.used);
    let cpu = used.cpu.as_secs_f64();
    let share = |part: f64| if cpu > 0.0 && part.is_finite() { format!("{:.0} %", 100.0 * part / cpu) } else { "–".into() };
    let waited = if used.database.is_finite() { format!("{:.2} ms", 1_000.0 * used.database / count) } else { "–".into() };
    println!(
        "| {} | {load} | {:.1} | {} | {} | {:.2} ms | {} | {} | {waited} | {:.1} → {:.1} MiB | {} |",
        kind.word(),
        round.rate(),
        short(round.percentile(0.5)),
        short(round.percentile(0.99)),
        1_000.0 * cpu / count,
        share(used.argon2),
        share(used.signature),
        round.memory.0,
        round.memory.1,
        round.busy,
    );
}

pub(crate) fn foot() {
    println!(
        "\nprocessor: user and system time of the brokers' processes, from the kernel; argon2, signatures: the part of it that their threads used for these;\n\
         database waited: for statements and changes, other callers' turns and the disk included (homeward_work_seconds_total);\n\
         memory: RSS of all brokers, after a sixth of the round and at its end; at a fixed rate the time of an operation counts from when it was due."
    );
}
