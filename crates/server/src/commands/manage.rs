//! `homeward account`, `user` and `application`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use homeward_discovery::{AccountState, User, UserRule, UserState};
use homeward_model::{AccountNumber, ClientId, Clock, SystemClock, SystemRandom, Username, random_token};
use homeward_provider::SecretHash;
use homeward_signin::usecase::mailroom;
use homeward_store::{Store, register::Register};

use super::run::open;
use crate::{settings::Settings, wiring};

#[derive(Subcommand)]
pub(super) enum AccountCommand {
    /// List all
    List,
    /// Show one
    Show { number: String },
    /// Nobody of the account signs in; sessions end at once
    Suspend { number: String },
    /// The account is in use again
    Resume { number: String },
}

#[derive(Args)]
pub(super) struct Which {
    /// The username
    username: String,
    /// The account's number
    #[arg(long)]
    account: String,
}

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// List the users of an account
    List {
        /// The account's number
        #[arg(long)]
        account: String,
    },
    /// Show one
    Show(Which),
    /// Send an invited user the mail in which the first password is set
    Invite(Which),
    /// The user cannot sign in; sessions end at once
    Suspend(Which),
    /// The user may sign in again
    Resume(Which),
    /// Put the user on the exclusion list: password instead of Single Sign-On
    Exclude(Which),
    /// Take the user off the exclusion list
    Include(Which),
    /// The user is gone; the record stays, so that the id is never used again
    Deprovision(Which),
}

#[derive(Subcommand)]
pub(super) enum ApplicationCommand {
    /// List all
    List,
    /// Show one
    Show { client_id: String },
    /// Make a new secret and print it, this once; the one before stays valid until the next
    Secret { client_id: String },
}

fn print(json: bool, value: &impl serde::Serialize, text: String) -> Result<ExitCode, String> {
    println!("{}", if json { serde_json::to_string_pretty(value).map_err(|e| e.to_string())? } else { text });
    Ok(ExitCode::SUCCESS)
}

async fn register(store: &Store) -> Result<Register, String> {
    store.register().await.map_err(|e| e.to_string())
}

pub(super) async fn account(store: &Store, what: AccountCommand, json: bool) -> Result<ExitCode, String> {
    let all = register(store).await?;
    let find = |number: &str| {
        let found = all.accounts.iter().find(|e| e.account.number.as_str() == number);
        found.cloned().ok_or_else(|| format!("account {number} is not registered; see: homeward account list"))
    };
    let (number, state) = match what {
        AccountCommand::List => {
            let line = |e: &homeward_store::register::AccountEntry| format!("{:<12} {:<10} sso {:<9} {}", e.account.number.as_str(), e.account.state.word(), e.account.sso_mode.word(), e.account.name);
            let text: Vec<String> = all.accounts.iter().map(line).collect();
            return print(json, &all.accounts, text.join("\n"));
        }
        AccountCommand::Show { number } => {
            let found = find(&number)?;
            let text = serde_json::to_string_pretty(&found).map_err(|e| e.to_string())?;
            return print(json, &found, text);
        }
        AccountCommand::Suspend { number } => (number, AccountState::Suspended),
        AccountCommand::Resume { number } => (number, AccountState::Active),
    };
    let mut entry = find(&number)?;
    entry.account.state = state;
    let changes = Register { accounts: vec![entry], ..Register::default() };
    store.put(&changes, &[], SystemClock.now()).await.map_err(|e| e.to_string())?;
    print(json, &state, format!("account {number}: {}", state.word()))
}

fn find_user(all: &Register, which: &Which) -> Result<User, String> {
    let number = AccountNumber::parse(&which.account).map_err(|e| format!("--account: {e}"))?;
    let username = Username::parse(&which.username).map_err(|e| e.to_string())?;
    let account = all.accounts.iter().find(|e| e.account.number == number).ok_or_else(|| format!("account {number} is not registered"))?;
    let found = all.users.iter().find(|u| u.account == account.account.id && u.username.key() == username.key());
    found.cloned().ok_or_else(|| format!("account {number} has no user of that name; see: homeward user list --account {number}"))
}

pub(super) async fn user(settings: &Settings, what: UserCommand, json: bool) -> Result<ExitCode, String> {
    let store = open(settings).await?;
    let all = register(&store).await?;
    let change = match &what {
        UserCommand::List { account } => {
            let id = all.accounts.iter().find(|e| e.account.number.as_str() == account).map(|e| e.account.id).ok_or_else(|| format!("account {account} is not registered"))?;
            let users: Vec<&User> = all.users.iter().filter(|u| u.account == id).collect();
            let line = |u: &&User| format!("{:<14} {:<9} {} {} {}", u.state.word(), u.rule.map_or("", UserRule::word), u.username.typed(), u.given_name, u.family_name);
            let text: Vec<String> = users.iter().map(line).collect();
            return print(json, &users, text.join("\n"));
        }
        UserCommand::Show(which) => {
            let found = find_user(&all, which)?;
            let text = serde_json::to_string_pretty(&found).map_err(|e| e.to_string())?;
            return print(json, &found, text);
        }
        UserCommand::Invite(which) => {
            let found = find_user(&all, which)?;
            let (ctx, ..) = wiring::context(settings, &wiring::Overrides::default()).await?;
            let sent = mailroom::invite(&ctx, found.id).await.map_err(|e| e.to_string())?;
            return if sent {
                print(json, &true, "The invitation is in the outbox; the running broker sends it within a quarter of a minute.".into())
            } else {
                Err("no invitation: the user is not in the state \"invited\", has no mailbox, or was sent three within the hour".into())
            };
        }
        UserCommand::Suspend(which) => User { state: UserState::Suspended, ..find_user(&all, which)? },
        UserCommand::Resume(which) => User { state: UserState::Active, ..find_user(&all, which)? },
        UserCommand::Exclude(which) => User { rule: Some(UserRule::Excluded), ..find_user(&all, which)? },
        UserCommand::Include(which) => User { rule: None, ..find_user(&all, which)? },
        UserCommand::Deprovision(which) => User { state: UserState::Deprovisioned, ..find_user(&all, which)? },
    };
    let text = format!("{}: {} {}", change.username.masked(), change.state.word(), change.rule.map_or("", UserRule::word));
    let changes = Register { users: vec![change.clone()], ..Register::default() };
    store.put(&changes, &[], SystemClock.now()).await.map_err(|e| e.to_string())?;
    print(json, &change, text)
}

pub(super) async fn application(store: &Store, what: ApplicationCommand, json: bool) -> Result<ExitCode, String> {
    let all = register(store).await?;
    let find = |id: &str| {
        let id = ClientId::parse(id).ok_or("that is no client_id")?;
        all.applications.iter().find(|e| e.client.client_id == id).cloned().ok_or_else(|| format!("application {id} is not registered; see: homeward application list"))
    };
    match what {
        ApplicationCommand::List => {
            let line = |e: &homeward_store::register::ApplicationEntry| {
                format!("{:<20} {:<9} {:<8} {}", e.client.client_id.as_str(), e.application.kind.word(), if e.enabled { "on" } else { "off" }, e.client.name)
            };
            let text: Vec<String> = all.applications.iter().map(line).collect();
            let names: Vec<&str> = all.applications.iter().map(|e| e.client.client_id.as_str()).collect();
            print(json, &names, text.join("\n"))
        }
        ApplicationCommand::Show { client_id } => {
            let mut found = find(&client_id)?;
            found.client.secrets.clear();
            let text = serde_json::to_string_pretty(&found).map_err(|e| e.to_string())?;
            print(json, &found, text)
        }
        ApplicationCommand::Secret { client_id } => {
            let mut found = find(&client_id)?;
            let secret = random_token(&SystemRandom);
            found.client.secrets.insert(0, SecretHash::of(&secret));
            found.client.secrets.truncate(2);
            let changes = Register { applications: vec![found], ..Register::default() };
            store.put(&changes, &[], SystemClock.now()).await.map_err(|e| e.to_string())?;
            print(json, &serde_json::json!({ "client_id": client_id, "client_secret": secret }), secret.clone())
        }
    }
}
