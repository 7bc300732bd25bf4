//! `homeward application`.

use std::process::ExitCode;

use clap::Subcommand;
use homeward_model::{ClientId, SystemRandom, random_token};
use homeward_provider::{Client, ClientAuthentication, RedirectUri, SecretHash, SessionRule};
use homeward_store::{
    Store,
    register::{ApplicationEntry, Register},
};
use serde_json::json;

use super::{
    Failure, Output,
    output::{facts, table},
};
use crate::{
    meant_session,
    record::{self, Deed},
};

#[derive(Subcommand)]
pub(super) enum ApplicationCommand {
    /// List all applications
    #[command(after_help = "Examples:\n  homeward application list\n  homeward application list --json")]
    List,
    /// Show one application with its addresses and rules
    #[command(after_help = "Example:\n  homeward application show wiki")]
    Show(Which),
    /// Make a new secret and print it, this once; the one before stays valid until the next, unless --alone is said
    #[command(after_help = "Examples:\n  homeward application secret wiki\n  homeward application secret wiki > /etc/wiki/client.secret\n  \
                            homeward application secret wiki --alone    somebody else has the one before: it is refused from now on")]
    Secret {
        #[command(flatten)]
        which: Which,
        /// The only one from now on: every secret before it is refused at once
        #[arg(long)]
        alone: bool,
    },
}

#[derive(clap::Args)]
pub(super) struct Which {
    /// The application's client_id
    client_id: String,
}

pub(super) async fn run(store: &Store, what: ApplicationCommand, out: Output) -> Result<ExitCode, Failure> {
    let all = store.register().await.map_err(|e| e.to_string())?;
    match what {
        ApplicationCommand::List => {
            let row = |e: &ApplicationEntry| {
                let on = if e.enabled { "on" } else { "off" };
                [e.client.client_id.as_str(), e.application.kind.word(), on, e.application.sso.word(), &e.client.name].map(str::to_owned).to_vec()
            };
            let rows: Vec<Vec<String>> = all.applications.iter().map(row).collect();
            let values: Vec<serde_json::Value> = all.applications.iter().map(value).collect::<Result<_, _>>()?;
            out.print(&values, &table(&["client_id", "kind", "state", "sso", "name"], &rows))
        }
        ApplicationCommand::Show(which) => {
            let found = find(&all, &which.client_id)?;
            out.print(&value(found)?, &show(found))
        }
        ApplicationCommand::Secret { which, alone } => secret(store, find(&all, &which.client_id)?.clone(), alone, out).await,
    }
}

fn find<'a>(all: &'a Register, typed: &str) -> Result<&'a ApplicationEntry, String> {
    let id = ClientId::parse(typed).ok_or_else(|| format!("\"{typed}\" is no client_id: use 1 to 100 of A-Z a-z 0-9 . _ ~ -"))?;
    let found = all.applications.iter().find(|e| e.client.client_id == id);
    found.ok_or_else(|| format!("application {id} is not registered; see: homeward application list"))
}

/// An application without the hashes of its secrets: how many there are is all that anybody needs.
fn value(entry: &ApplicationEntry) -> Result<serde_json::Value, String> {
    let mut shown = entry.clone();
    shown.client.secrets.clear();
    let mut value = serde_json::to_value(&shown).map_err(|e| e.to_string())?;
    if let Some(client) = value.get_mut("client").and_then(|c| c.as_object_mut()) {
        client.insert("secrets".into(), json!(entry.client.secrets.len()));
    }
    Ok(value)
}

fn show(entry: &ApplicationEntry) -> String {
    let (client, application) = (&entry.client, &entry.application);
    let authentication = match client.authentication {
        ClientAuthentication::None => "none (public)".to_owned(),
        ClientAuthentication::ClientSecretBasic => format!("client_secret_basic, {} secret(s)", client.secrets.len()),
        ClientAuthentication::ClientSecretPost => format!("client_secret_post, {} secret(s)", client.secrets.len()),
        ClientAuthentication::PrivateKeyJwt => "private_key_jwt".to_owned(),
    };
    let required = [(client.require_pkce, "PKCE"), (client.require_nonce, "nonce"), (client.require_par, "pushed requests")];
    let days = |span: std::time::Duration| span.as_secs() / 86_400;
    let refresh = format!("{} days at rest, {} days in all", days(client.refresh_idle), days(client.refresh_absolute));
    let pairs = [
        ("kind", application.kind.word().to_owned()),
        ("state", if entry.enabled { "on" } else { "off" }.to_owned()),
        ("redirect URIs", client.redirect_uris.iter().map(RedirectUri::as_str).collect::<Vec<_>>().join(", ")),
        ("after sign-out", client.post_logout_redirect_uris.join(", ")),
        ("after a change", client.return_to.join(", ")),
        ("start", client.start_url.clone().unwrap_or_default()),
        ("authentication", authentication),
        ("required", required.into_iter().filter_map(|(is, what)| is.then_some(what)).collect::<Vec<_>>().join(", ")),
        ("ID tokens", format!("{}, scopes {}", client.id_token_alg.name(), client.scopes.iter().cloned().collect::<Vec<_>>().join(" "))),
        ("access tokens", access_tokens(client)),
        ("acts for people", client.delegated.iter().cloned().collect::<Vec<_>>().join(", ")),
        ("told of sign-outs", client.backchannel_logout_uri.clone().unwrap_or_default()),
        ("refresh tokens", if client.refresh { refresh } else { "none".to_owned() }),
        ("signed in", signed_in("after a password of ours", &client.sessions.local)),
        ("", signed_in("after Single Sign-On", &client.sessions.federated)),
        ("least version", client.sessions.minimum_version.as_ref().map(|v| v.as_str().to_owned()).unwrap_or_default()),
        ("single sign-on", application.sso.word().to_owned()),
        ("regions", application.regions.iter().cloned().collect::<Vec<_>>().join(", ")),
        ("choice of account", application.account_selection.word().to_owned()),
        ("remembered on devices", if application.private { "never" } else { "when the person ticks it" }.to_owned()),
    ];
    facts(&format!("application {}  {}", client.client_id, client.name), &pairs)
}

/// One row of the application's table of sessions.
fn signed_in(after: &str, rule: &SessionRule) -> String {
    let words = |span: Option<std::time::Duration>| span.map(meant_session::words);
    let until = match (words(rule.idle), words(rule.absolute)) {
        (None, None) => "as long as the browser's session".to_owned(),
        (idle, absolute) => format!("{} at rest, {} in all", idle.as_deref().unwrap_or("as the browser"), absolute.as_deref().unwrap_or("as the browser")),
    };
    let version = if rule.bind_version { ", until another version" } else { "" };
    if rule.remember { format!("{after}: {until}{version}") } else { format!("{after}: asks each time; tokens {until}") }
}

fn access_tokens(client: &Client) -> String {
    let minutes = client.access_lifetime.as_secs() / 60;
    match &client.resource {
        Some(resource) => format!("{} minutes, JWT for {resource}", minutes.min(5)),
        None => format!("{minutes} minutes"),
    }
}

async fn secret(store: &Store, mut entry: ApplicationEntry, alone: bool, out: Output) -> Result<ExitCode, Failure> {
    let id = entry.client.client_id.clone();
    if entry.client.authentication == ClientAuthentication::None {
        return Err(format!("application {id} is public and has no secret; set authentication = \"client_secret_basic\" in its file and apply it").into());
    }
    let seen = Register { applications: vec![entry.clone()], ..Register::default() };
    let secret = random_token(&SystemRandom);
    entry.client.secrets.insert(0, SecretHash::of(&secret));
    entry.client.secrets.truncate(if alone { 1 } else { 2 });
    let detail = if alone { "new secret alone" } else { "new secret" };
    let deed = Deed { event: "operator.application", application: Some(id.clone()), detail: detail.into(), ..Deed::default() };
    let changes = Register { applications: vec![entry], ..Register::default() };
    record::around(store, deed, async { store.put_as_seen(&changes, &seen, &[], store.now()).await.map_err(|e| e.to_string()) }).await?;
    if alone {
        // Whoever reads the new one may rely on it that no broker takes the old one any more.
        tokio::time::sleep(Store::SEEN_AFTER).await;
    }
    out.print(&json!({ "client_id": id, "client_secret": secret }), &secret)
}
