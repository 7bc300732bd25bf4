//! `homeward connection refresh`, `accept`, `reject`: metadata that a provider publishes under an address. What is new waits until
//! somebody has compared it.

use std::process::ExitCode;

use clap::Subcommand;
use homeward_federation::{
    ConnectionSettings, Protocol,
    refresh::{Staged, preview},
    saml::{EndpointUrl, SamlSettings, metadata::Change},
};
use homeward_model::{Clock, SystemClock};
use homeward_store::{
    Store,
    register::{AccountEntry, ConnectionEntry, Register},
};
use serde_json::json;

use super::{
    Failure, Output,
    connection::{Which, find},
    output::moment,
};
use crate::{
    care,
    record::{self, Deed},
    settings::Settings,
    staged, wiring,
};

#[derive(Subcommand)]
pub(super) enum RefreshCommand {
    /// Read a SAML provider's metadata from its address now; what is new waits for `accept` or `reject`
    ///
    /// The broker does so by itself, several times a day. With --url the connection has this address from now on.
    #[command(after_help = "Examples:\n  homeward connection refresh 50210 Okta\n  homeward connection refresh 50210 Okta --url https://idp.example.com/metadata")]
    Refresh {
        #[command(flatten)]
        which: Which,
        /// Where the provider publishes its metadata
        #[arg(long, value_parser = address)]
        url: Option<EndpointUrl>,
    },
    /// Show what waits, as now and new, with its digest; take over what has that digest
    #[command(after_help = "Examples:\n  homeward connection accept 50210 Okta\n  homeward connection accept 50210 Okta --digest 5f3c…")]
    Accept {
        #[command(flatten)]
        which: Which,
        /// Take over what was shown with this digest, and nothing that came since
        #[arg(long)]
        digest: Option<String>,
    },
    /// Refuse what waits; the very same is not shown again
    #[command(after_help = "Example:\n  homeward connection reject 50210 Okta")]
    Reject(Which),
}

fn address(text: &str) -> Result<EndpointUrl, String> {
    EndpointUrl::parse(text).ok_or_else(|| "use the provider's address, beginning with https://".to_owned())
}

/// A SAML connection with what belongs to it.
struct Subject<'a> {
    store: &'a Store,
    account: &'a AccountEntry,
    entry: &'a ConnectionEntry,
    saml: &'a SamlSettings,
}

pub(super) async fn run(settings: &Settings, (store, all): (&Store, &Register), what: RefreshCommand, out: Output) -> Result<ExitCode, Failure> {
    let which = match &what {
        RefreshCommand::Refresh { which, .. } | RefreshCommand::Accept { which, .. } | RefreshCommand::Reject(which) => which,
    };
    let (account, entry) = find(all, which)?;
    let Some(ConnectionSettings { protocol: Protocol::Saml(saml), .. }) = &entry.settings else {
        return Err(format!("connection \"{}\" has no SAML settings: an OpenID Provider's documents are read by themselves; for a new SAML provider: homeward connection metadata", entry.connection.name).into());
    };
    let subject = Subject { store, account, entry, saml };
    match what {
        RefreshCommand::Refresh { url, .. } => subject.refresh(settings, url, out).await,
        RefreshCommand::Accept { digest, .. } => subject.accept(digest.as_deref(), out).await,
        RefreshCommand::Reject(_) => subject.reject(out).await,
    }
}

impl Subject<'_> {
    async fn recorded(&self, detail: &str, work: impl Future<Output = Result<(), String>>) -> Result<(), String> {
        let deed = Deed { event: "operator.connection", account: Some(self.account.account.id), detail: detail.to_owned(), ..Deed::default() };
        record::around(self.store, deed, work).await
    }

    async fn staged(&self) -> Result<Option<Staged>, String> {
        Ok(self.store.refreshed(self.entry.connection.id).await.map_err(|e| e.to_string())?.staged)
    }

    async fn refresh(&self, settings: &Settings, url: Option<EndpointUrl>, out: Output) -> Result<ExitCode, Failure> {
        let mut entry = self.entry.clone();
        if let Some(url) = url {
            let changed = SamlSettings { metadata_url: Some(url), ..self.saml.clone() };
            self.recorded("metadata address", care::take(self.store, self.entry, changed.clone())).await?;
            entry.settings = entry.settings.map(|old| ConnectionSettings { protocol: Protocol::Saml(Box::new(changed)), ..old });
        } else if self.saml.metadata_url.is_none() {
            return Err("the connection has no address of metadata; give it one with --url".to_owned().into());
        }
        let (context, ..) = wiring::context(settings, &wiring::Overrides::default()).await?;
        care::one(&context, self.store, &entry, true).await?;
        let kept = self.store.refreshed(entry.connection.id).await.map_err(|e| e.to_string())?;
        match (&kept.failed, &kept.staged) {
            (Some(why), _) => Err(format!("the metadata cannot be used: {why}").into()),
            (None, Some(staged)) => self.show(staged, out),
            (None, None) => out.print(&json!({ "changes": [], "done": false }), "Nothing waits: the connection has all of it, or takes over by itself what it may."),
        }
    }

    /// Now and new, side by side.
    fn show(&self, staged: &Staged, out: Output) -> Result<ExitCode, Failure> {
        let (changes, _) = preview(self.saml, staged, SystemClock.now())?;
        let (lines, values) = told(&changes);
        let signed = if staged.signed { "A key that is trusted already has signed it." } else { "No key that is trusted has signed it: compare the thumbprints with the provider's console." };
        let text = format!("{lines}\nIt came at {} UTC. {signed}\nNothing is changed yet. To take it over: homeward connection accept {} \"{}\" --digest {}", moment(staged.at), self.account.account.number, self.entry.connection.name, staged.digest);
        out.print(&json!({ "changes": values, "signed": staged.signed, "digest": staged.digest, "done": false }), &text)
    }

    /// What an administrator has compared is what is taken over: the document at the address may be another one by now (SM-06).
    async fn accept(&self, digest: Option<&str>, out: Output) -> Result<ExitCode, Failure> {
        let Some(waiting) = self.staged().await? else { return Err("nothing waits; see: homeward connection refresh".to_owned().into()) };
        let Some(digest) = digest else { return self.show(&waiting, out) };
        let changes = staged::accept(self.store, self.entry, digest, SystemClock.now()).await?;
        let (lines, values) = told(&changes);
        out.print(&json!({ "changes": values, "done": true }), &format!("{lines}\nDone."))
    }

    async fn reject(&self, out: Output) -> Result<ExitCode, Failure> {
        let Some(waiting) = self.staged().await? else { return Err("nothing waits; see: homeward connection refresh".to_owned().into()) };
        let settled = staged::settle(self.store, self.entry.connection.id, &waiting.digest, Some(waiting.digest.clone()));
        self.recorded("metadata rejected", settled).await?;
        out.print(&json!({ "done": true }), "Done. The very same is not shown again.")
    }
}

/// Changes as lines and as values.
fn told(changes: &[Change]) -> (String, Vec<serde_json::Value>) {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    let lines: Vec<String> = changes.iter().map(|change| format!("  {:?}\n      now  {}\n      new  {}", change.field, text(&change.now), text(&change.new))).collect();
    let values = changes.iter().map(|change| json!({ "field": format!("{:?}", change.field), "now": change.now, "new": change.new })).collect();
    (lines.join("\n"), values)
}
