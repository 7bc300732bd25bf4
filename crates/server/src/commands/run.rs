//! Runs one command.

use std::{io::Write, path::Path, process::ExitCode};

use homeward_model::{Clock, SystemClock, SystemRandom};
use homeward_store::Store;

use super::{Cli, Command, explain, manage};
use crate::{apply, demo, log, settings::Settings, wiring};

pub(super) async fn command(cli: Cli) -> Result<ExitCode, String> {
    if let Command::Demo { port, data } = &cli.command {
        return demo::run(*port, data).await.map(|()| ExitCode::SUCCESS);
    }
    let settings = Settings::read(&cli.config).map_err(|e| e.to_string())?;
    match cli.command {
        Command::CheckConfig => {
            println!("{}", if cli.json { "{\"ok\":true}".to_owned() } else { format!("{}: good", cli.config.display()) });
            Ok(ExitCode::SUCCESS)
        }
        Command::Serve => serve(&settings).await,
        Command::Apply { file, yes, dry_run } => apply_file(&settings, &file, (yes, dry_run), cli.json).await,
        Command::Explain(asked) => explain::run(&settings, &asked, cli.json).await,
        Command::Account(what) => manage::account(&open(&settings).await?, what, cli.json).await,
        Command::User(what) => manage::user(&settings, what, cli.json).await,
        Command::Application(what) => manage::application(&open(&settings).await?, what, cli.json).await,
        Command::Demo { .. } => Ok(ExitCode::SUCCESS),
    }
}

pub(super) async fn open(settings: &Settings) -> Result<Store, String> {
    if let Some(folder) = settings.store.path.parent() {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    Store::open(&settings.store.path).await.map_err(|e| format!("{}: {e}", settings.store.path.display()))
}

async fn serve(settings: &Settings) -> Result<ExitCode, String> {
    log::start(&settings.log);
    let mut running = wiring::start(settings, wiring::Overrides::default()).await?;
    tracing::info!(address = %running.address, issuer = settings.server.public_url, "listening");
    let handle = running.handle();
    tokio::select! {
        () = crate::wiring::interrupted() => tracing::info!("stopping: requests under way are finished"),
        () = running.wait() => {}
    }
    drop(handle);
    running.stop().await;
    Ok(ExitCode::SUCCESS)
}

async fn apply_file(settings: &Settings, file: &Path, (yes, dry_run): (bool, bool), json: bool) -> Result<ExitCode, String> {
    let store = open(settings).await?;
    let now = SystemClock.now();
    let plan = apply::plan(&store, file, now, &SystemRandom).await?;
    if json {
        println!("{}", serde_json::json!({ "changes": plan.lines, "unchanged": plan.unchanged }));
    } else {
        for line in &plan.lines {
            println!("{line}");
        }
        println!("{} to change, {} as they are", plan.lines.len(), plan.unchanged);
    }
    if plan.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    if dry_run {
        return Ok(ExitCode::FAILURE);
    }
    if !yes && !confirmed()? {
        println!("Nothing was changed.");
        return Ok(ExitCode::FAILURE);
    }
    plan.carry_out(&store, now).await?;
    if !json {
        println!("Done.");
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

fn confirmed() -> Result<bool, String> {
    print!("Go on? [y/N] ");
    std::io::stdout().flush().map_err(|e| e.to_string())?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(|e| e.to_string())?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
