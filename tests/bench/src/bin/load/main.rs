//! Load: whole operations against one broker or several, at saturation and at a fixed rate (`tests/bench/load --help`).

mod nodes;
mod operations;
mod options;
mod report;
mod rounds;

use std::time::Duration;

use nodes::Nodes;
use operations::{Kind, World};
use options::Options;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(wrong) => {
            eprintln!("{wrong}; tests/bench/load --help says what there is");
            return std::process::ExitCode::from(64);
        }
    };
    match run(&options).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(wrong) => {
            eprintln!("{wrong}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), String> {
    let (nodes, world) = Nodes::start(options).await?;
    report::head(options, &nodes);
    let each = options.time / u32::try_from(2 * options.kinds.len()).unwrap_or(u32::MAX);
    for kind in &options.kinds {
        rounds::warm(&world, &nodes, *kind, options.people).await?;
        let full = rounds::round(&world, &nodes, *kind, (options.people, each, None)).await?;
        report::line(*kind, "saturation", &full);
        let rate = options.rate.unwrap_or(full.rate() / 2.0).max(0.1);
        let steady = rounds::round(&world, &nodes, *kind, (options.people, each, Some(rate))).await?;
        report::line(*kind, &format!("{rate:.1}/s"), &steady);
    }
    report::foot();
    Ok(())
}

/// The default time of a run.
const MINUTE: Duration = Duration::from_secs(60);
