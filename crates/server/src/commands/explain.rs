//! `homeward explain`: the same decision that the sign-in page makes, in words.

use std::process::ExitCode;

use clap::Args;
use homeward_discovery::{DeviceKind, Disclosure, Hints, Question, decide};
use homeward_model::{AccountHint, ClientId, Clock, ConnectionId, DomainName, SystemClock, Username};
use homeward_signin::ports::Directory;

use super::run::open;
use crate::settings::Settings;

#[derive(Args)]
pub(super) struct Explain {
    /// The username, as a person would type it
    username: String,
    /// The application's `client_id`
    #[arg(long)]
    app: String,
    /// An account number or partner label
    #[arg(long)]
    account: Option<String>,
    /// A hint of the request: domain=…, connection=…
    #[arg(long)]
    hint: Vec<String>,
    /// The network zone
    #[arg(long)]
    zone: Option<String>,
    /// "Enter your password" was chosen
    #[arg(long)]
    password: bool,
    /// Explain as under this disclosure instead of the configured one
    #[arg(long)]
    disclosure: Option<String>,
}

pub(super) async fn run(settings: &Settings, asked: &Explain, json: bool) -> Result<ExitCode, String> {
    let store = open(settings).await?;
    let username = Username::parse(&asked.username).map_err(|e| format!("{}: {e}", asked.username))?;
    let client = ClientId::parse(&asked.app).ok_or("--app: that is no client_id")?;
    let application = store.application(&client).await.map_err(|e| e.to_string())?;
    let application = application.ok_or_else(|| format!("--app {client}: no such application; see: homeward application list"))?;
    let mut hints = Hints::default();
    if let Some(typed) = &asked.account {
        hints.account = Some(AccountHint::parse(typed).ok_or("--account: neither a number nor a label")?);
    }
    for hint in &asked.hint {
        match hint.split_once('=') {
            Some(("domain", domain)) => hints.domain = Some(DomainName::parse(domain).map_err(|e| format!("--hint {hint}: {e}"))?),
            Some(("connection", id)) => hints.connection = Some(ConnectionId::parse(id).ok_or_else(|| format!("--hint {hint}: no connection's id"))?),
            _ => return Err(format!("--hint {hint}: use domain=… or connection=…")),
        }
    }
    let disclosure = match &asked.disclosure {
        Some(word) => Disclosure::from_word(word).ok_or("--disclosure: open or closed")?,
        None => settings.signin.disclosure,
    };
    let candidates = store.candidates(&username, &hints).await.map_err(|e| e.to_string())?;
    let question = Question {
        username: &username,
        application: &application,
        hints: &hints,
        zone: asked.zone.as_deref(),
        device: DeviceKind::Computer,
        disclosure,
        wants_password: asked.password,
    };
    let decision = decide(&question, &candidates, SystemClock.now());
    if json {
        println!("{}", serde_json::to_string_pretty(&decision).map_err(|e| e.to_string())?);
    } else {
        println!("{} at {} (disclosure {}), {} account(s) looked at", username.typed(), application.name, disclosure.word(), candidates.accounts.len());
        print!("{}", decision.to_text(&candidates));
    }
    Ok(ExitCode::SUCCESS)
}
