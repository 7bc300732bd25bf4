//! `homeward connection refresh`, `accept`, `reject`: what a provider publishes of itself, SAML metadata or the discovery document of an
//! OpenID Provider. What is new waits until somebody has compared it.

use std::process::ExitCode;

use clap::Subcommand;
use homeward_federation::{
    ConnectionSettings, Protocol,
    saml::{EndpointUrl, SamlSettings},
    waiting::{Difference, Waiting},
};
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
    staged,
    wiring,
};

#[derive(Subcommand)]
pub(super) enum RefreshCommand {
    /// Read a provider's metadata or discovery document now; what is new waits for `accept` or `reject`
    ///
    /// The broker does so by itself, several times a day. With --url a SAML connection has this address of metadata from now on.
    #[command(after_help = "Examples:\n  homeward connection refresh 50210 Okta\n  homeward connection refresh 50210 Okta --url https://idp.example.com/metadata")]
    Refresh {
        #[command(flatten)]
        which: Which,
        /// Where a SAML provider publishes its metadata
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
    /// Show what waits, as now and new, with its digest; refuse what has that digest: the very same is not shown again
    #[command(after_help = "Examples:\n  homeward connection reject 50210 Okta\n  homeward connection reject 50210 Okta --digest 5f3c…")]
    Reject {
        #[command(flatten)]
        which: Which,
        /// Refuse what was shown with this digest, and nothing that came since
        #[arg(long)]
        digest: Option<String>,
    },
}

fn address(text: &str) -> Result<EndpointUrl, String> {
    EndpointUrl::parse(text).ok_or_else(|| "use the provider's address, beginning with https://".to_owned())
}

/// A connection with what belongs to it.
struct Subject<'a> {
    store: &'a Store,
    account: &'a AccountEntry,
    entry: &'a ConnectionEntry,
    settings: &'a ConnectionSettings,
}

pub(super) async fn run(settings: &Settings, (store, all): (&Store, &Register), what: RefreshCommand, out: Output) -> Result<ExitCode, Failure> {
    let which = match &what {
        RefreshCommand::Refresh { which, .. } | RefreshCommand::Accept { which, .. } | RefreshCommand::Reject { which, .. } => which,
    };
    let (account, entry) = find(all, which)?;
    let Some(own) = &entry.settings else {
        return Err(format!("connection \"{}\" has no settings yet; for a new SAML provider: homeward connection metadata", entry.connection.name).into());
    };
    let subject = Subject { store, account, entry, settings: own };
    match what {
        RefreshCommand::Refresh { url, .. } => subject.refresh(settings, url, out).await,
        RefreshCommand::Accept { digest, .. } => subject.accept(digest.as_deref(), out).await,
        RefreshCommand::Reject { digest, .. } => subject.reject(digest.as_deref(), out).await,
    }
}

impl Subject<'_> {
    async fn recorded(&self, detail: &str, work: impl Future<Output = Result<(), String>>) -> Result<(), String> {
        let deed = Deed { event: "operator.connection", account: Some(self.account.account.id), detail: detail.to_owned(), ..Deed::default() };
        record::around(self.store, deed, work).await
    }

    /// The connection with another address of its metadata, where one was given.
    async fn with_address(&self, url: Option<EndpointUrl>) -> Result<ConnectionEntry, Failure> {
        let mut entry = self.entry.clone();
        match (&self.settings.protocol, url) {
            (Protocol::Saml(saml), Some(url)) => {
                let changed = Protocol::Saml(Box::new(SamlSettings { metadata_url: Some(url), ..(**saml).clone() }));
                self.recorded("metadata address", care::take(self.store, self.entry, changed.clone())).await?;
                entry.settings = entry.settings.map(|old| ConnectionSettings { protocol: changed, ..old });
            }
            (Protocol::Saml(saml), None) if saml.metadata_url.is_none() => return Err("the connection has no address of metadata; give it one with --url".to_owned().into()),
            (Protocol::Oidc(_), Some(_)) => return Err("an OpenID Provider's document lies under its issuer: leave --url out".to_owned().into()),
            (Protocol::Saml(_) | Protocol::Oidc(_), None) => {}
        }
        Ok(entry)
    }

    async fn refresh(&self, settings: &Settings, url: Option<EndpointUrl>, out: Output) -> Result<ExitCode, Failure> {
        let entry = self.with_address(url).await?;
        let (context, ..) = wiring::context(settings, &wiring::Overrides::default()).await?;
        care::one(&context, self.store, &entry, true).await?;
        let kept = self.store.refreshed(entry.connection.id).await.map_err(|e| e.to_string())?;
        if let Some(why) = &kept.failed {
            return Err(format!("what the provider publishes cannot be used: {why}").into());
        }
        match Waiting::of(kept, &self.settings.protocol) {
            Some(waiting) => self.show(&waiting, out),
            None => out.print(&json!({ "changes": [], "done": false }), "Nothing waits: the connection has all of it, or takes over by itself what it may."),
        }
    }

    /// Now and new, side by side.
    fn show(&self, waiting: &Waiting, out: Output) -> Result<ExitCode, Failure> {
        let (changes, _) = waiting.preview(&self.settings.protocol, self.store.now())?;
        let (lines, values) = told(&changes);
        let (number, name, digest) = (&self.account.account.number, &self.entry.connection.name, waiting.digest());
        let text = format!(
            "{lines}\nIt came at {} UTC. {}\nNothing is changed yet. To take it over: homeward connection accept {number} \"{name}\" --digest {digest}\n\
             To refuse it: homeward connection reject {number} \"{name}\" --digest {digest}",
            moment(waiting.at()),
            staged::advice(waiting)
        );
        out.print(&json!({ "changes": values, "signed": waiting.is_signed(), "brings_back": waiting.brings_back(), "digest": digest, "done": false }), &text)
    }

    /// What an administrator has compared is what is taken over: the document at the address may be another one by now (SM-06).
    async fn accept(&self, digest: Option<&str>, out: Output) -> Result<ExitCode, Failure> {
        let waiting = staged::waiting(self.store, self.entry.connection.id, &self.settings.protocol).await?;
        let Some(digest) = digest else { return self.show(&waiting, out) };
        let changes = staged::accept(self.store, self.entry, digest, self.store.now()).await?;
        let (lines, values) = told(&changes);
        out.print(&json!({ "changes": values, "done": true }), &format!("{lines}\nDone."))
    }

    /// What was looked at is what is refused: what came since waits on.
    async fn reject(&self, digest: Option<&str>, out: Output) -> Result<ExitCode, Failure> {
        let waiting = staged::waiting(self.store, self.entry.connection.id, &self.settings.protocol).await?;
        let Some(digest) = digest else { return self.show(&waiting, out) };
        staged::reject(self.store, self.entry, digest).await?;
        out.print(&json!({ "done": true }), "Done. The very same is not shown again.")
    }
}

/// Differences as lines and as values.
fn told(changes: &[Difference]) -> (String, Vec<serde_json::Value>) {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    let lines: Vec<String> = changes.iter().map(|one| format!("  {}\n      now  {}\n      new  {}", one.field, text(&one.now), text(&one.new))).collect();
    let values = changes.iter().map(|one| json!({ "field": one.field, "now": one.now, "new": one.new })).collect();
    (lines.join("\n"), values)
}
