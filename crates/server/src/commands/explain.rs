//! `homeward explain`: the same decision that the sign-in page makes, in words.

use std::process::ExitCode;

use clap::Args;
use homeward_discovery::{Decision, DeviceKind, Disclosure, Hints, Question, decide};
use homeward_model::{AccountHint, ClientId, ConnectionId, DomainName, Username};
use homeward_signin::ports::Directory;
use serde::Serialize;

use super::{Failure, Output};
use crate::{settings::Settings, wiring};

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
    /// A hint of the request: account=…, domain=… or connection=…; may be given several times
    #[arg(long)]
    hint: Vec<String>,
    /// The network zone, by its name in the configuration
    #[arg(long)]
    zone: Option<String>,
    /// The kind of device: computer, mobile or unknown
    #[arg(long, default_value = "computer")]
    device: String,
    /// "Enter your password" was chosen
    #[arg(long)]
    password: bool,
    /// Explain as under this disclosure instead of the configured one
    #[arg(long)]
    disclosure: Option<String>,
}

pub(super) async fn run(settings: &Settings, asked: &Explain, out: Output) -> Result<ExitCode, Failure> {
    let username = Username::parse(&asked.username).map_err(|e| format!("\"{}\": {e}", asked.username))?;
    let client = ClientId::parse(&asked.app).ok_or("--app: that is no client_id")?;
    let hints = hints(asked)?;
    if let Some(zone) = asked.zone.as_ref().filter(|zone| !settings.signin.zones.contains_key(*zone)) {
        let known: Vec<&str> = settings.signin.zones.keys().map(String::as_str).collect();
        return Err(format!("--zone {zone}: [signin.zones] knows: {}", known.join(", ")).into());
    }
    let disclosure = match &asked.disclosure {
        Some(word) => Disclosure::from_word(word).ok_or("--disclosure: use open or closed")?,
        None => settings.signin.disclosure,
    };
    let device = DeviceKind::from_word(&asked.device).ok_or("--device: use computer, mobile or unknown")?;
    let store = wiring::open_store(settings).await?;
    let application = store.application(&client).await.map_err(|e| e.to_string())?;
    let application = application.ok_or_else(|| format!("--app {client}: no such application is switched on; see: homeward application list"))?;
    let candidates = store.candidates(&username, &hints).await.map_err(|e| e.to_string())?;
    let question = Question {
        username: &username,
        application: &application,
        hints: &hints,
        zone: asked.zone.as_deref(),
        device,
        disclosure,
        wants_password: asked.password,
    };
    let decision = decide(&question, &candidates, store.now());
    let explained = Explained {
        username: username.typed(),
        client_id: client.as_str(),
        application: &application.name,
        disclosure,
        accounts_looked_at: candidates.accounts.len(),
        outcome: decision.outcome(&candidates),
        decision: &decision,
    };
    out.print(&explained, &format!("{}\n{}", explained.head(), decision.to_text(&candidates).trim_end()))
}

/// A decision, and what was asked.
#[derive(Serialize)]
struct Explained<'a> {
    username: &'a str,
    client_id: &'a str,
    application: &'a str,
    disclosure: Disclosure,
    accounts_looked_at: usize,
    #[serde(flatten)]
    decision: &'a Decision,
    outcome: String,
}

impl Explained<'_> {
    fn head(&self) -> String {
        format!("{} at {} (disclosure {}), accounts looked at: {}", self.username, self.application, self.disclosure.word(), self.accounts_looked_at)
    }
}

fn hints(asked: &Explain) -> Result<Hints, String> {
    let mut hints = Hints::default();
    let account = |typed: &str| AccountHint::parse(typed).ok_or_else(|| format!("\"{typed}\" is neither an account number nor a label"));
    if let Some(typed) = &asked.account {
        hints.account = Some(account(typed).map_err(|e| format!("--account: {e}"))?);
    }
    for hint in &asked.hint {
        match hint.split_once('=') {
            Some(("account", typed)) => hints.account = Some(account(typed).map_err(|e| format!("--hint: {e}"))?),
            Some(("domain", domain)) => hints.domain = Some(DomainName::parse(domain).map_err(|e| format!("--hint {hint}: {e}"))?),
            Some(("connection", id)) => {
                let id = ConnectionId::parse(id).ok_or_else(|| format!("--hint {hint}: no connection's id; see: homeward account show"))?;
                hints.connection = Some(id);
            }
            _ => return Err(format!("--hint {hint}: use account=…, domain=… or connection=…")),
        }
    }
    Ok(hints)
}
