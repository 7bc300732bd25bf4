//! Load: whole operations against one broker or several, at saturation and at a fixed rate (`tests/bench/load --help`).

mod nodes;
mod operations;
mod options;
mod report;
mod rounds;

use std::{sync::Arc, time::Duration};

use nodes::Nodes;
use operations::{Kind, World};
use options::{Options, Part};
use report::Targets;
use rounds::Load;

/// The default time of a run.
const MINUTE: Duration = Duration::from_secs(60);
/// Pages a second in the storm, when no rate is given: little beside what one core answers.
const PAGES: f64 = 200.0;

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
    let mut targets = Targets::default();
    for count in &options.nodes {
        let (nodes, world) = Nodes::start(options, *count).await?;
        report::head(options, &nodes, nodes.at_rest().await?);
        let time = options.time / u32::try_from(options.parts.len()).unwrap_or(u32::MAX);
        for part in &options.parts {
            match part {
                Part::Each(kind) => each(options, (&nodes, &world), (*kind, time), &mut targets).await?,
                Part::Storm => storm(options, (&nodes, &world), time, &mut targets).await?,
                Part::Memory => memory(options, (&nodes, &world), time, &mut targets).await?,
            }
        }
        println!();
    }
    report::foot(&targets);
    Ok(())
}

async fn each(options: &Options, (nodes, world): (&Nodes, &Arc<World>), (kind, time): (Kind, Duration), targets: &mut Targets) -> Result<(), String> {
    let kinds = [kind];
    rounds::warm(world, nodes, kind, options.people).await?;
    let full = rounds::round(world, nodes, &Load { kinds: &kinds, people: options.people, time: time / 2, rate: None }).await?;
    report::line(kind.word(), "saturation", &full);
    targets.cost(kind, nodes.count(), &full);
    let rate = options.rate.unwrap_or(full.rate() / 2.0).max(0.1);
    let steady = rounds::round(world, nodes, &Load { kinds: &kinds, people: options.people, time: time / 2, rate: Some(rate) }).await?;
    report::line(kind.word(), &format!("{rate:.1}/s"), &steady);
    Ok(())
}

/// The pages are asked for at the same rate in both rounds; what was asked for too late counts as late.
async fn storm(options: &Options, (nodes, world): (&Nodes, &Arc<World>), time: Duration, targets: &mut Targets) -> Result<(), String> {
    for kind in [Kind::Page, Kind::Password] {
        rounds::warm(world, nodes, kind, options.people).await?;
    }
    let rate = options.rate.unwrap_or(PAGES);
    let pages = Load { kinds: &[Kind::Page], people: options.people, time: time / 2, rate: Some(rate) };
    let rest = rounds::round(world, nodes, &pages).await?;
    report::line("page", &format!("{rate:.1}/s, at rest"), &rest);
    let passwords = Load { kinds: &[Kind::Password], people: options.people, time: time / 2, rate: None };
    let (storm, signed_in) = rounds::beside(world, nodes, (&pages, &passwords)).await?;
    report::line("page", &format!("{rate:.1}/s, beside {} sign-ins", signed_in.done()), &storm);
    targets.storm(nodes.count(), (&rest, &storm));
    Ok(())
}

async fn memory(options: &Options, (nodes, world): (&Nodes, &Arc<World>), time: Duration, targets: &mut Targets) -> Result<(), String> {
    rounds::warm(world, nodes, Kind::Password, options.people).await?;
    let round = rounds::round(world, nodes, &Load { kinds: &Kind::ALL, people: options.people, time, rate: options.rate }).await?;
    report::line("all in turn", &options.rate.map_or_else(|| "saturation".to_owned(), |rate| format!("{rate:.1}/s")), &round);
    targets.memory(nodes.count(), time, &round);
    Ok(())
}
