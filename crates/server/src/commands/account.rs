//! `homeward account`.

use std::{collections::BTreeMap, process::ExitCode};

use clap::Subcommand;
use homeward_discovery::{Account, AccountState, UserState};
use homeward_model::{AccountNumber, ConnectionId, Timestamp};
use homeward_store::{
    Store,
    register::{AccountEntry, Register},
};
use serde::Serialize;

use super::{
    Failure, Output,
    output::{facts, table},
};
use crate::{
    meant,
    record::{self, Deed},
};

#[derive(Subcommand)]
pub(super) enum AccountCommand {
    /// List all accounts
    #[command(after_help = "Examples:\n  homeward account list\n  homeward account list --json")]
    List,
    /// Show one account with its domains, connections and policy
    #[command(after_help = "Example:\n  homeward account show 40817")]
    Show(Which),
    /// What presets of an account set; give one to an account with --account, and --yes after you have seen what changes
    #[command(after_help = "Examples:\n  homeward account preset\n  homeward account preset micloud\n  homeward account preset micloud --account 40817\n  \
                            homeward account preset micloud --account 40817 --yes")]
    Preset(super::account_preset::PresetArguments),
    /// Change what is set of one account
    #[command(after_help = "Examples:\n  homeward account set 40817 --language fr\n  homeward account set 40817 --language none")]
    Set(Settable),
    /// Nobody of the account signs in; sessions and tokens end at once
    #[command(after_help = "Example:\n  homeward account suspend 40817")]
    Suspend(Which),
    /// The account is in use again
    #[command(after_help = "Example:\n  homeward account resume 40817")]
    Resume(Which),
}

#[derive(clap::Args)]
pub(super) struct Which {
    /// The account's number
    number: String,
}

#[derive(clap::Args)]
pub(super) struct Settable {
    /// The account's number
    number: String,
    /// The language of mails to its people who have not signed in yet: en, de, fr or es; "none" is English where nothing else says one
    #[arg(long)]
    language: String,
}

/// An account by the number that was typed.
pub(super) fn find<'a>(all: &'a Register, typed: &str) -> Result<&'a AccountEntry, String> {
    let number = AccountNumber::parse(typed).map_err(|e| format!("\"{typed}\": {e}"))?;
    let found = all.accounts.iter().find(|e| e.account.number == number);
    found.ok_or_else(|| format!("account {number} is not registered; see: homeward account list"))
}

pub(super) async fn run(store: &Store, what: AccountCommand, out: Output) -> Result<ExitCode, Failure> {
    let all = store.register().await.map_err(|e| e.to_string())?;
    match what {
        AccountCommand::List => list(&all, out),
        AccountCommand::Show(which) => {
            let shown = Shown::of(find(&all, &which.number)?, &all, store.now());
            out.print(&shown, &shown.to_text())
        }
        AccountCommand::Preset(asked) => super::account_preset::run(store, &asked, out).await,
        AccountCommand::Set(asked) => {
            let language = if asked.language == "none" { None } else { Some(meant::language(&asked.language)?) };
            let what = language.as_ref().map_or_else(|| "language none".to_owned(), |tag| format!("language {tag}"));
            change(store, (&all, find(&all, &asked.number)?), (&what, |account| account.language = language), out).await
        }
        AccountCommand::Suspend(which) => set(store, (&all, find(&all, &which.number)?), AccountState::Suspended, out).await,
        AccountCommand::Resume(which) => set(store, (&all, find(&all, &which.number)?), AccountState::Active, out).await,
    }
}

fn list(all: &Register, out: Output) -> Result<ExitCode, Failure> {
    let row = |e: &AccountEntry| {
        let users = all.users.iter().filter(|u| u.account == e.account.id && u.state != UserState::Deprovisioned).count();
        let label = e.account.label.as_ref().map(|l| l.as_str()).unwrap_or_default();
        [e.account.number.as_str(), e.account.state.word(), e.account.sso_mode.word(), &users.to_string(), label, &e.account.name].map(str::to_owned).to_vec()
    };
    let rows: Vec<Vec<String>> = all.accounts.iter().map(row).collect();
    out.print(&all.accounts, &table(&["number", "state", "sso", "users", "label", "name"], &rows))
}

/// An account as it is shown: what is set of it, and what belongs to it.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    entry: &'a AccountEntry,
    parent: Option<Parent<'a>>,
    connections: Vec<Provider<'a>>,
    domains: Vec<Domain<'a>>,
    /// How many there are in each state; none is left out.
    users: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct Parent<'a> {
    number: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct Provider<'a> {
    id: ConnectionId,
    name: &'a str,
    /// As it is now, also where an outage is over.
    state: &'static str,
}

#[derive(Serialize)]
struct Domain<'a> {
    domain: &'a str,
    verified: bool,
}

impl<'a> Shown<'a> {
    fn of(entry: &'a AccountEntry, all: &'a Register, now: Timestamp) -> Self {
        let id = entry.account.id;
        let parent = entry.account.parent.and_then(|parent| all.accounts.iter().find(|e| e.account.id == parent));
        let connections = all.connections.iter().map(|c| &c.connection).filter(|c| c.account == id);
        let domains = all.domains.iter().filter(|d| d.account == id);
        let count = |state: UserState| all.users.iter().filter(|u| u.account == id && u.state == state).count();
        Self {
            entry,
            parent: parent.map(|e| Parent { number: e.account.number.as_str(), name: &e.account.name }),
            connections: connections.map(|c| Provider { id: c.id, name: &c.name, state: c.state_at(now).word() }).collect(),
            domains: domains.map(|d| Domain { domain: d.domain.as_str(), verified: d.verified_at.is_some() }).collect(),
            users: UserState::ALL.iter().map(|state| (state.word(), count(*state))).collect(),
        }
    }

    fn to_text(&self) -> String {
        let (account, policy) = (&self.entry.account, &self.entry.policy);
        let states = UserState::ALL.iter().filter_map(|state| self.users.get(state.word()).filter(|count| **count > 0).map(|count| format!("{count} {}", state.word())));
        let days = policy.expires_after_days.map_or("no expiry".into(), |days| format!("{days} days"));
        let most = policy.max.map_or(" or more".into(), |max| format!(" to {max}"));
        let pairs = [
            ("state", account.state.word().to_owned()),
            ("label", account.label.as_ref().map(|l| l.as_str().to_owned()).unwrap_or_default()),
            ("region", account.region.clone()),
            ("language of mails", account.language.clone().unwrap_or_default()),
            ("parent", self.parent.as_ref().map(|parent| format!("{} ({})", parent.number, parent.name)).unwrap_or_default()),
            ("single sign-on", format!("{}{}", account.sso_mode.word(), if account.sso_entitled { "" } else { ", but not in the contract" })),
            ("passwords beside it", account.allow_local.word().to_owned()),
            ("password policy", format!("{}: {}{most} characters, {days}, history {}", policy.name, policy.min, policy.history)),
            ("connections", self.connections.iter().map(|c| format!("{} ({}) {}", c.name, c.state, c.id)).collect::<Vec<_>>().join(", ")),
            ("domains", self.domains.iter().map(|d| format!("{}{}", d.domain, if d.verified { "" } else { " (not verified)" })).collect::<Vec<_>>().join(", ")),
            ("users", states.collect::<Vec<_>>().join(", ")),
            ("default application", self.entry.default_application.clone().unwrap_or_default()),
        ];
        facts(&format!("account {}  {}", account.number, account.name), &pairs)
    }
}

async fn set(store: &Store, found: (&Register, &AccountEntry), state: AccountState, out: Output) -> Result<ExitCode, Failure> {
    change(store, found, (state.word(), |account| account.state = state), out).await
}

/// Changes an account as it was seen; `what` is what it is afterwards, for people and for the audit.
async fn change(store: &Store, (all, found): (&Register, &AccountEntry), (what, how): (&str, impl FnOnce(&mut Account)), out: Output) -> Result<ExitCode, Failure> {
    let mut entry = found.clone();
    how(&mut entry.account);
    if entry == *found {
        return out.print(&Shown::of(&entry, all, store.now()), &format!("account {} is {what} already", entry.account.number));
    }
    let deed = Deed { event: "operator.account", account: Some(entry.account.id), detail: what.to_owned(), ..Deed::default() };
    let changes = Register { accounts: vec![entry.clone()], ..Register::default() };
    let seen = Register { accounts: vec![found.clone()], ..Register::default() };
    record::around(store, deed, async { store.put_as_seen(&changes, &seen, &[], store.now()).await.map_err(|e| e.to_string()) }).await?;
    out.print(&Shown::of(&entry, all, store.now()), &format!("account {} is {what} now", entry.account.number))
}
