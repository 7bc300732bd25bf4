//! The page that a run writes.

use std::process::Command;

use super::{Bench, ROUNDS, causes};

pub(super) fn report(bench: &Bench) -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|l| l.strip_prefix("model name")?.split(':').nth(1)).unwrap_or("unknown processor").trim().to_owned();
    let date = Command::new("date").args(["-u", "+%Y-%m-%d"]).output().map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut page = format!(
        "# Performance\n\nWritten by `tests/bench/run{}` on {date}: {model}, {cores} cores. The figure that decides is CPU time of the server process for one\n\
         operation (user and system), median of {ROUNDS} interleaved rounds, against a floor server that is built in the same workspace with the same profile. Requests\n\
         come from many source addresses, so the limits are on.\n\n| what | measured | bar | | beside it |\n|---|---|---|---|---|\n",
        if bench.full { " --full" } else { "" }
    );
    for line in &bench.lines {
        let mark = match line.met { Some(true) => "met", Some(false) => "**missed**", None => "not measured" };
        page.push_str(&format!("| {} | {} | {} | {mark} | {} |\n", line.what, line.measured, line.bar, line.beside));
    }
    let missed: Vec<_> = bench.lines.iter().filter(|line| line.met == Some(false)).collect();
    if !missed.is_empty() {
        page.push_str("\n## What is missed, and why\n\n");
    }
    for line in missed {
        page.push_str(&format!("- {}: {}\n", line.what, causes::of(&line.what)));
    }
    page
}
