//! `homeward connection`: an account's identity provider, from its metadata to the day it is switched on.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use homeward_federation::{
    ConnectionSettings, OurAddresses, Preset, Protocol,
    product::{Field, Product, Side, Speaks},
    saml::{SamlSettings, certificate::Certificate, metadata},
};
use homeward_model::Timestamp;
use homeward_store::{
    Store,
    register::{AccountEntry, ConnectionEntry, Register},
};
use serde_json::json;

use super::{
    Failure, Output,
    account::find as find_account,
    connection_client::{self, ClientCommand},
    connection_health,
    connection_key::{self, KeyCommand},
    delegated::{self, DelegatedCommand},
    connection_life::{self, LifeCommand},
    connection_refresh::{self, RefreshCommand},
    connection_trace::{self, TraceCommand},
    output::{facts, moment, table},
};
use crate::{
    care,
    record::{self, Deed},
    settings::Settings,
    wiring,
};

#[derive(Subcommand)]
pub(super) enum ConnectionCommand {
    /// List all connections with their states
    #[command(after_help = "Examples:\n  homeward connection list\n  homeward connection list --json")]
    List,
    /// Show one connection: what the provider needs from here, and what was entered
    #[command(after_help = "Example:\n  homeward connection show 50210 \"Microsoft Entra ID\"")]
    Show(Which),
    /// Take over a SAML provider's metadata from a file; shows what would change and changes it with --yes
    #[command(after_help = "Examples:\n  homeward connection metadata 50210 Okta okta.xml\n  homeward connection metadata 50210 Okta okta.xml --preset okta --yes")]
    Metadata {
        #[command(flatten)]
        which: Which,
        /// The provider's metadata
        file: PathBuf,
        /// Whose product it is, the first time: entra, okta, google, adfs, ping_one or generic
        #[arg(long, value_parser = product)]
        preset: Option<Preset>,
        /// Change it
        #[arg(long)]
        yes: bool,
    },
    #[command(flatten)]
    Client(ClientCommand),
    /// Keys of our side of a SAML connection: list, next, switch, retire
    #[command(subcommand, after_help = "Examples:\n  homeward connection key list 50210 Okta\n  homeward connection key next 50210 Okta")]
    Key(KeyCommand),
    /// Delegated access: applications act for people at Microsoft 365
    #[command(subcommand, after_help = "Examples:\n  homeward connection delegated show 50210 \"Microsoft Entra ID\"\n  homeward connection delegated who 50210 \"Microsoft Entra ID\"")]
    Delegated(DelegatedCommand),
    /// "Start Azure integration": make a link by which an account's administrator connects their tenant; it works once, for a day
    #[command(after_help = "Example:\n  homeward connection azure --account 50210")]
    Azure {
        /// The account's number
        #[arg(long)]
        account: String,
    },
    #[command(flatten)]
    Life(LifeCommand),
    #[command(flatten)]
    Trace(TraceCommand),
    #[command(flatten)]
    Refresh(RefreshCommand),
    /// Say how every provider is: metadata, keys, sign-in page, certificates, refused answers
    #[command(after_help = "Examples:\n  homeward connection health\n  homeward connection health 50210 Okta --look\n  homeward connection health --json")]
    Health(connection_health::Asked),
}

#[derive(Args)]
pub(super) struct Which {
    /// The account's number
    pub account: String,
    /// The connection's name
    pub name: String,
}

fn product(word: &str) -> Result<Preset, String> {
    serde_json::from_value(json!(word)).map_err(|_| "use entra, okta, google, adfs, ping_one or generic".to_owned())
}

pub(super) async fn run(settings: &Settings, what: ConnectionCommand, out: Output) -> Result<ExitCode, Failure> {
    let store = wiring::open_store(settings).await?;
    let all = store.register().await.map_err(|e| e.to_string())?;
    match what {
        ConnectionCommand::List => list(&all, store.now(), out),
        ConnectionCommand::Show(which) => {
            let (_, entry) = find(&all, &which)?;
            show(settings, &store, entry, out).await
        }
        ConnectionCommand::Metadata { which, file, preset, yes } => {
            let (account, entry) = find(&all, &which)?;
            take(&store, account, entry.clone(), (&file, preset, yes), out).await
        }
        ConnectionCommand::Client(what) => {
            let found = find(&all, what.which())?;
            connection_client::run(settings, &store, found, what, out).await
        }
        ConnectionCommand::Key(what) => {
            let found = find(&all, what.which())?;
            connection_key::run(settings, &store, found, what, out).await
        }
        ConnectionCommand::Delegated(what) => delegated::run(settings, &store, &all, what, out).await,
        ConnectionCommand::Azure { account } => delegated::azure(settings, &store, &all, &account, out).await,
        ConnectionCommand::Refresh(what) => connection_refresh::run(settings, (&store, &all), what, out).await,
        ConnectionCommand::Health(asked) => connection_health::run(settings, (&store, &all), &asked, out).await,
        ConnectionCommand::Trace(what) => connection_trace::run(settings, (&store, &all), what, out).await,
        ConnectionCommand::Life(what) => connection_life::run(settings, (&store, &all), what, out).await,
    }
}

pub(super) fn find<'a>(all: &'a Register, which: &Which) -> Result<(&'a AccountEntry, &'a ConnectionEntry), String> {
    let account = find_account(all, &which.account)?;
    let mut own = all.connections.iter().filter(|e| e.connection.account == account.account.id);
    let found = own.find(|e| e.connection.name == which.name);
    let found = found.ok_or_else(|| format!("account {} has no connection \"{}\"; see: homeward connection list", account.account.number, which.name))?;
    Ok((account, found))
}

fn protocol(entry: &ConnectionEntry) -> &'static str {
    match entry.settings.as_ref().map(|settings| &settings.protocol) {
        Some(Protocol::Saml(_)) => "SAML 2.0",
        Some(Protocol::Oidc(_)) => "OpenID Connect",
        None => "–",
    }
}

fn list(all: &Register, now: Timestamp, out: Output) -> Result<ExitCode, Failure> {
    let number = |entry: &ConnectionEntry| all.accounts.iter().find(|a| a.account.id == entry.connection.account).map(|a| a.account.number.to_string()).unwrap_or_default();
    let row = |entry: &ConnectionEntry| vec![number(entry), connection_life::stands(&entry.connection, now), protocol(entry).to_owned(), entry.connection.name.clone()];
    let rows: Vec<Vec<String>> = all.connections.iter().map(row).collect();
    let values: Vec<_> = rows.iter().map(|row| json!({ "account": row.first(), "state": row.get(1), "protocol": row.get(2), "name": row.get(3) })).collect();
    out.print(&values, &table(&["account", "state", "protocol", "name"], &rows))
}

/// Addresses that the provider's administrator enters, and what was entered here; no secret is among them.
async fn show(settings: &Settings, store: &Store, entry: &ConnectionEntry, out: Output) -> Result<ExitCode, Failure> {
    let spoken = entry.settings.as_ref().map(|s| &s.protocol);
    let ours = OurAddresses::new(&settings.server.public_url, entry.connection.id, spoken);
    let mut pairs: Vec<(&str, String)> = vec![("state", connection_life::stands(&entry.connection, store.now())), ("protocol", protocol(entry).to_owned())];
    pairs.extend(ours.to_give().map(|(field, value)| (field.ours(), value.to_owned())));
    if let Some(Protocol::Oidc(oidc)) = spoken {
        pairs.push(("issuer", oidc.issuer.clone()));
        pairs.push(("client id", oidc.client_id.clone()));
    }
    if let Some(Protocol::Saml(saml)) = spoken {
        pairs.push(("IDP Identifier", saml.idp_entity_id.clone()));
        for pem in &saml.certificates {
            let said = Certificate::from_pem(pem).map_or_else(|e| e.to_string(), |c| format!("{}  SHA-256 {}  until {} UTC", c.subject(), c.sha256_thumbprint(), moment(c.not_after())));
            pairs.push(("signing certificate", said));
        }
    }
    let now = store.now();
    let found = care::judged(store, entry, now).await?;
    pairs.extend(connection_health::sentences(&found, now).into_iter().filter(|_| entry.settings.is_some()).map(|sentence| ("health", sentence)));
    let value: serde_json::Map<String, serde_json::Value> = pairs.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let text = facts(&format!("connection \"{}\"", entry.connection.name), &pairs);
    out.print(&value, &format!("{text}{}", entry.settings.as_ref().map(where_there).unwrap_or_default()))
}

/// Where the values to give stand in the provider's console.
fn where_there(settings: &ConnectionSettings) -> String {
    let product = Product::of_connection(settings);
    let line = |field: Field| Some(format!("\n  {}  →  {}", field.ours(), product.label(field)?.path()));
    let lines: String = Field::ALL.into_iter().filter(|field| field.side() == Side::Give).filter_map(line).collect();
    format!("\nIn {}{lines}", product.name)
}

/// Writes a connection, as long as it is still as it was `seen`.
pub(super) async fn put(store: &Store, entry: ConnectionEntry, seen: ConnectionEntry, detail: String) -> Result<(), String> {
    let deed = Deed { event: "operator.connection", account: Some(entry.connection.account), detail, ..Deed::default() };
    let [register, seen] = [entry, seen].map(|one| Register { connections: vec![one], ..Register::default() });
    let work = async { store.put_as_seen(&register, &seen, &[], store.now()).await.map_err(|e| e.to_string()) };
    record::around(store, deed, work).await
}

async fn take(store: &Store, account: &AccountEntry, mut entry: ConnectionEntry, (file, preset, yes): (&PathBuf, Option<Preset>, bool), out: Output) -> Result<ExitCode, Failure> {
    let bytes = std::fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let found = metadata::read(&bytes, None, store.now()).map_err(|e| format!("{}: {e}", file.display()))?;
    let old = match entry.settings.as_ref().map(|s| &s.protocol) {
        Some(Protocol::Saml(saml)) => Some((**saml).clone()),
        Some(Protocol::Oidc(_)) => return Err("this connection speaks OpenID Connect; SAML metadata is not for it".to_owned().into()),
        None => None,
    };
    let fresh = old.is_none();
    let before = old.unwrap_or_else(|| SamlSettings::of(&found));
    let changes = metadata::changes(&before, &found).map_err(|e| e.to_string())?;
    let mut lines: Vec<String> = changes.iter().map(|c| format!("  {:?}: {} → {}", c.field, c.now.as_deref().unwrap_or("none"), c.new.as_deref().unwrap_or("none"))).collect();
    if fresh {
        lines.insert(0, format!("  + {} with {} signing certificate(s)", found.entity_id, found.certificates.len()));
        lines.extend(found.certificates.iter().map(|c| format!("      {}  SHA-256 {}", c.subject(), c.sha256_thumbprint())));
    }
    let number = &account.account.number;
    if lines.is_empty() {
        return out.print(&json!({ "changes": [], "done": false }), "The connection has all of this already.");
    }
    if !yes {
        let text = format!("{}\nNothing is changed yet. Compare the thumbprints with the provider's console, then add --yes.", lines.join("\n"));
        return out.print(&json!({ "changes": lines, "done": false }), &text);
    }
    let after = metadata::settings_with(&before, &found).map_err(|e| e.to_string())?;
    let seen = entry.clone();
    entry.settings = Some(match entry.settings.take() {
        Some(settings) => ConnectionSettings { protocol: Protocol::Saml(Box::new(after)), ..settings },
        None => Product::of(preset.unwrap_or(Preset::Generic), Speaks::Saml).settings(Protocol::Saml(Box::new(after))).of_account(account.account.preset),
    });
    put(store, entry, seen, "metadata".into()).await?;
    let text = format!("{}\nDone. Nobody is affected before the connection of account {number} is on; see: homeward connection state --help", lines.join("\n"));
    out.print(&json!({ "changes": lines, "done": true }), &text)
}
