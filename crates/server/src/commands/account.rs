//! `homeward account`.

use std::process::ExitCode;

use clap::Subcommand;
use homeward_discovery::{Account, AccountState, UserState};
use homeward_model::AccountNumber;
use homeward_store::{
    Store,
    register::{AccountEntry, Register},
};

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
            let found = find(&all, &which.number)?;
            out.print(found, &show(found, &all))
        }
        AccountCommand::Preset(asked) => super::account_preset::run(store, &asked, out).await,
        AccountCommand::Set(asked) => {
            let language = if asked.language == "none" { None } else { Some(meant::language(&asked.language)?) };
            let what = language.as_ref().map_or_else(|| "language none".to_owned(), |tag| format!("language {tag}"));
            change(store, find(&all, &asked.number)?, (&what, |account| account.language = language), out).await
        }
        AccountCommand::Suspend(which) => set(store, find(&all, &which.number)?, AccountState::Suspended, out).await,
        AccountCommand::Resume(which) => set(store, find(&all, &which.number)?, AccountState::Active, out).await,
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

fn show(entry: &AccountEntry, all: &Register) -> String {
    let account = &entry.account;
    let connections = all.connections.iter().map(|c| &c.connection).filter(|c| c.account == account.id);
    let domains = all.domains.iter().filter(|d| d.account == account.id);
    let users = all.users.iter().filter(|u| u.account == account.id);
    let count = |state: UserState| users.clone().filter(|u| u.state == state).count();
    let states = UserState::ALL.iter().map(|s| (count(*s), s.word())).filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}"));
    let policy = &entry.policy;
    let days = policy.expires_after_days.map_or("no expiry".into(), |days| format!("{days} days"));
    let most = policy.max.map_or(" or more".into(), |max| format!(" to {max}"));
    let parent = account.parent.and_then(|id| all.accounts.iter().find(|e| e.account.id == id));
    let pairs = [
        ("state", account.state.word().to_owned()),
        ("label", account.label.as_ref().map(|l| l.as_str().to_owned()).unwrap_or_default()),
        ("region", account.region.clone()),
        ("language of mails", account.language.clone().unwrap_or_default()),
        ("parent", parent.map(|e| format!("{} ({})", e.account.number, e.account.name)).unwrap_or_default()),
        ("single sign-on", format!("{}{}", account.sso_mode.word(), if account.sso_entitled { "" } else { ", but not in the contract" })),
        ("passwords beside it", account.allow_local.word().to_owned()),
        ("password policy", format!("{}: {}{most} characters, {days}, history {}", policy.name, policy.min, policy.history)),
        ("connections", connections.map(|c| format!("{} ({}) {}", c.name, c.state.word(), c.id)).collect::<Vec<_>>().join(", ")),
        ("domains", domains.map(|d| format!("{}{}", d.domain, if d.verified_at.is_some() { "" } else { " (not verified)" })).collect::<Vec<_>>().join(", ")),
        ("users", states.collect::<Vec<_>>().join(", ")),
        ("default application", entry.default_application.clone().unwrap_or_default()),
    ];
    facts(&format!("account {}  {}", account.number, account.name), &pairs)
}

async fn set(store: &Store, found: &AccountEntry, state: AccountState, out: Output) -> Result<ExitCode, Failure> {
    change(store, found, (state.word(), |account| account.state = state), out).await
}

/// Changes an account as it was seen; `what` is what it is afterwards, for people and for the audit.
async fn change(store: &Store, found: &AccountEntry, (what, how): (&str, impl FnOnce(&mut Account)), out: Output) -> Result<ExitCode, Failure> {
    let mut entry = found.clone();
    how(&mut entry.account);
    if entry == *found {
        return out.print(&entry, &format!("account {} is {what} already", entry.account.number));
    }
    let deed = Deed { event: "operator.account", account: Some(entry.account.id), detail: what.to_owned(), ..Deed::default() };
    let changes = Register { accounts: vec![entry.clone()], ..Register::default() };
    let seen = Register { accounts: vec![found.clone()], ..Register::default() };
    record::around(store, deed, async { store.put_as_seen(&changes, &seen, &[], store.now()).await.map_err(|e| e.to_string()) }).await?;
    out.print(&entry, &format!("account {} is {what} now", entry.account.number))
}
