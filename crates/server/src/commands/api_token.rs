//! `homeward api-token`: tokens for the API, made and ended on the machine. One made here does no more than its maker's role, too.

use std::process::ExitCode;

use clap::{
    Args, Subcommand,
    builder::{PossibleValue, PossibleValuesParser},
};
use homeward_discovery::{User, UserState};
use homeward_model::{ApiTokenId, SystemRandom, Timestamp, Username};
use homeward_portal::{
    ports::Roles,
    tokens::{self, Maker, Scope, USUAL_DAYS, Wanted, ports::FoundToken},
};
use homeward_store::Store;
use serde_json::json;

use super::{
    Failure, Output,
    account::find as find_account,
    output::{moment, table},
};
use crate::record::Deed;

#[derive(Subcommand)]
pub(super) enum ApiTokenCommand {
    /// List the tokens that count
    #[command(after_help = "Examples:\n  homeward api-token list\n  homeward api-token list --account 40817 --json")]
    List {
        /// Only those of this account
        #[arg(long)]
        account: Option<String>,
    },
    /// Make a token for somebody with a role; it is printed once
    #[command(after_help = "Example:\n  homeward api-token create ann@example.org --account 40817 --name \"user export\" --scope users:read --scope activity:read --days 30")]
    Create(Create),
    /// End a token, from the next request on
    #[command(after_help = "Example:\n  homeward api-token end 0b5c2f0e-2f3a-4c55-9a4e-1f0f5f6b7a11")]
    End {
        /// The token's id, as `api-token list` prints it
        id: String,
    },
}

/// Reads a scope; the help lists them with what they allow.
fn scope() -> PossibleValuesParser {
    PossibleValuesParser::new(Scope::ALL.iter().map(|scope| PossibleValue::new(scope.word()).help(scope.title())))
}

#[derive(Args)]
pub(super) struct Create {
    /// The username of its maker, who has a role in the portal
    username: String,
    /// The account's number
    #[arg(long)]
    account: String,
    /// What it is for
    #[arg(long)]
    name: String,
    /// What it may be used for; may stand several times
    #[arg(long = "scope", required = true, value_parser = scope())]
    scopes: Vec<String>,
    /// Days until it ends, at most 365
    #[arg(long, default_value_t = USUAL_DAYS)]
    days: u32,
}

pub(super) async fn run(store: &Store, what: ApiTokenCommand, out: Output) -> Result<ExitCode, Failure> {
    match what {
        ApiTokenCommand::List { account } => list(store, account.as_deref(), out).await,
        ApiTokenCommand::Create(asked) => create(store, &asked, out).await,
        ApiTokenCommand::End { id } => end(store, &id, out).await,
    }
}

/// A time that may not have been yet.
fn when(at: Option<Timestamp>) -> String {
    at.map(moment).unwrap_or_default()
}

async fn list(store: &Store, account: Option<&str>, out: Output) -> Result<ExitCode, Failure> {
    let account = match account {
        Some(number) => Some(find_account(&store.register().await.map_err(|e| e.to_string())?, number)?.account.id),
        None => None,
    };
    let all = store.api_tokens(account, store.now()).await.map_err(|e| e.to_string())?;
    let value = |found: &FoundToken| {
        let token = &found.token;
        json!({
            "id": token.id, "account": found.account.number, "maker": found.user.username.typed(), "name": token.name, "scopes": token.words(),
            "made_at": token.made_at.seconds(), "expires_at": token.expires_at.seconds(), "last_used": token.last_used.map(Timestamp::seconds),
        })
    };
    let row = |found: &FoundToken| {
        let token = &found.token;
        vec![
            token.id.to_string(),
            found.account.number.as_str().to_owned(),
            found.user.username.typed().to_owned(),
            token.name.clone(),
            token.words().join(" "),
            moment(token.expires_at),
            when(token.last_used),
        ]
    };
    let heads = ["token", "account", "maker", "name", "scopes", "ends (utc)", "last used (utc)"];
    out.print(&all.iter().map(value).collect::<Vec<_>>(), &table(&heads, &all.iter().map(row).collect::<Vec<_>>()))
}

async fn find(store: &Store, asked: &Create) -> Result<User, Failure> {
    let all = store.register().await.map_err(|e| e.to_string())?;
    let account = find_account(&all, &asked.account)?.account.id;
    let username = Username::parse(&asked.username).map_err(|e| e.to_string())?;
    let found = all.users.into_iter().find(|user| user.account == account && user.username.key() == username.key());
    Ok(found.filter(|user| user.state == UserState::Active).ok_or("the account has no active user of that name; see: homeward user list")?)
}

async fn create(store: &Store, asked: &Create, out: Output) -> Result<ExitCode, Failure> {
    let user = find(store, asked).await?;
    let roles = Roles::of(store, user.id).await.map_err(|e| e.to_string())?;
    if roles.is_empty() {
        return Err("that user has no role in the portal, so a token of theirs could do nothing; see: homeward admin create".into());
    }
    let wanted = Wanted { name: asked.name.clone(), days: asked.days.to_string(), scopes: asked.scopes.clone() };
    let maker = Maker { user: user.id, account: user.account, roles: &roles, federated: false };
    let token = tokens::asked(&wanted, maker, &SystemRandom, store.now()).map_err(|unfit| unfit.to_string())?;
    let (secret, hash) = tokens::draw(&SystemRandom);
    let deed = Deed { event: "portal.token", user: Some(user.id), account: Some(user.account), detail: tokens::made(&token), ..Deed::default() };
    if !store.keep_api_token(&hash, &token, tokens::MOST, &deed.line("ok", token.made_at)).await.map_err(|e| e.to_string())? {
        return Err(tokens::Unfit::TooMany.to_string().into());
    }
    let value = json!({ "id": token.id, "token": secret, "scopes": token.words(), "expires_at": token.expires_at.seconds() });
    let says = format!("{secret}\n\nThis is the token; nobody can see it again. It ends on {} (UTC). To end it before: homeward api-token end {}", moment(token.expires_at), token.id);
    out.print(&value, &says)
}

async fn end(store: &Store, typed: &str, out: Output) -> Result<ExitCode, Failure> {
    let id = ApiTokenId::parse(typed).ok_or("that is no token's id; see: homeward api-token list")?;
    let now = store.now();
    let all = store.api_tokens(None, now).await.map_err(|e| e.to_string())?;
    let found = all.into_iter().find(|found| found.token.id == id).ok_or("there is no such token that counts; see: homeward api-token list")?;
    let deed = Deed { event: "portal.token", user: Some(found.token.maker), account: Some(found.token.account), detail: tokens::ended(id), ..Deed::default() };
    if !store.end_api_token(None, id, &deed.line("ok", now)).await.map_err(|e| e.to_string())? {
        return Err("there is no such token that counts; see: homeward api-token list".into());
    }
    out.print(&json!({ "id": id }), "the token is ended, from the next request on")
}
