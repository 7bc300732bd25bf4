//! Runs one command.

use std::{path::Path, process::ExitCode};

use tokio::signal::unix::Signal;

use super::{
    Cli, Command, Failure, Output, account, admin, api_token, application, apply, audit, backup, check, connection, doctor, explain, key, session, simulate, store, user,
};
use crate::{
    demo, log, reload, signals,
    settings::{LogFormat, Settings},
    wiring::{self, Groundwork, Overrides, open_store},
};

pub(super) async fn command(cli: Cli) -> Result<ExitCode, Failure> {
    let out = Output { json: cli.json };
    if let Command::Demo(arguments) = &cli.command {
        demo::run(arguments, cli.json).await?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::SimulateIdp(asked) = &cli.command {
        return simulate::run(asked, out).await;
    }
    // Before anything is read: whoever asks for a reload while the broker starts neither ends it nor is passed over.
    let hangups = if matches!(cli.command, Command::Serve) { signals::hangups() } else { None };
    let mut settings = Settings::read(&cli.config)?;
    if !matches!(cli.command, Command::Serve) {
        settings.store.wait_longest();
    }
    match cli.command {
        Command::CheckConfig => check::run(&settings, &cli.config, out).await,
        Command::Serve => serve(settings, &cli.config, (cli.json, hangups)).await,
        Command::Apply(asked) => apply::run(&settings, &asked, out).await,
        Command::Explain(asked) => explain::run(&settings, &asked, out).await,
        Command::Account(what) => account::run(&open_store(&settings).await?, what, out).await,
        Command::User(what) => user::run(&settings, what, out).await,
        Command::Connection(what) => connection::run(&settings, what, out).await,
        Command::Application(what) => application::run(&open_store(&settings).await?, what, out).await,
        Command::Admin(what) => admin::run(&settings, what, out).await,
        Command::ApiToken(what) => api_token::run(&open_store(&settings).await?, what, out).await,
        Command::Session(what) => session::run(&settings, &open_store(&settings).await?, what, out).await,
        Command::Key(what) => key::run(&settings, &open_store(&settings).await?, what, out).await,
        Command::Audit(what) => audit::run(&open_store(&settings).await?, what, out).await,
        Command::Store(what) => store::run(&settings, what, out).await,
        Command::Doctor => doctor::run(&settings, &cli.config, out).await,
        Command::Backup { file } => backup::backup(&settings, &file, out).await,
        Command::Restore { file, yes } => backup::restore(&settings, &file, yes, out).await,
        Command::Demo(_) | Command::SimulateIdp(_) => Ok(ExitCode::SUCCESS),
    }
}

async fn serve(mut settings: Settings, config: &Path, (json, mut hangups): (bool, Option<Signal>)) -> Result<ExitCode, Failure> {
    if json {
        settings.log.format = LogFormat::Json;
    }
    log::start(settings.log);
    let mut file = reload::File::read(config);
    let laid = Groundwork::lay(&settings, false).map_err(|sentence| Failure { code: 2, sentence })?;
    let mut running = wiring::start_on(&settings, Overrides::default(), laid).await?;
    tracing::info!(address = %running.address, issuer = settings.server.public_url, disclosure = settings.signin.disclosure.word(), "listening");
    // One listener for the whole time: none that comes beside a SIGHUP is missed.
    let mut interrupted = std::pin::pin!(signals::interrupted());
    let asked = loop {
        tokio::select! {
            () = &mut interrupted => break true,
            () = running.ended() => break false,
            () = signals::hangup(&mut hangups) => file.again(&running).await,
        }
    };
    tracing::info!(drain_seconds = settings.server.drain_seconds, "stopping: requests under way are finished; once more to stop at once");
    tokio::select! {
        () = running.stop() => tracing::info!("stopped"),
        () = signals::interrupted() => return Err("stopped at once".into()),
    }
    if asked { Ok(ExitCode::SUCCESS) } else { Err("the server ended by itself; the log says why".into()) }
}
