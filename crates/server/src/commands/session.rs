//! `homeward session`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use homeward_discovery::User;
use homeward_model::{SessionId, Username};
use homeward_signin::ports::{Session, Sessions};
use homeward_store::{Store, register::Register};
use serde_json::json;

use super::{
    Failure, Output,
    account::find as find_account,
    output::{moment, table},
};
use crate::record::{self, Deed};

#[derive(Subcommand)]
pub(super) enum SessionCommand {
    /// List a user's sessions and the applications that remember them
    #[command(after_help = "Examples:\n  homeward session list ann@example.org --account 40817\n  homeward session list ann@example.org --account 40817 --json")]
    List(Which),
    /// End one session or all of a user; tokens end with it, at once
    #[command(after_help = "Examples:\n  homeward session end ann@example.org --account 40817 --id 0b5c…\n  homeward session end ann@example.org --account 40817 --all")]
    End {
        #[command(flatten)]
        which: Which,
        /// The session's id, as `session list` prints it
        #[arg(long, conflicts_with = "all", required_unless_present = "all")]
        id: Option<String>,
        /// Every session and every application
        #[arg(long)]
        all: bool,
    },
}

#[derive(Args)]
pub(super) struct Which {
    /// The username
    username: String,
    /// The account's number
    #[arg(long)]
    account: String,
}

pub(super) async fn run(store: &Store, what: SessionCommand, out: Output) -> Result<ExitCode, Failure> {
    let all = store.register().await.map_err(|e| e.to_string())?;
    match what {
        SessionCommand::List(which) => list(store, &find(&all, &which)?, out).await,
        SessionCommand::End { which, id, all: every } => end(store, &find(&all, &which)?, if every { None } else { id }, out).await,
    }
}

fn find(all: &Register, which: &Which) -> Result<User, String> {
    let account = find_account(all, &which.account)?;
    let username = Username::parse(&which.username).map_err(|e| e.to_string())?;
    let found = all.users.iter().find(|u| u.account == account.account.id && u.username.key() == username.key());
    let number = &account.account.number;
    found.cloned().ok_or_else(|| format!("account {number} has no user of that name; see: homeward user list --account {number}"))
}

async fn list(store: &Store, user: &User, out: Output) -> Result<ExitCode, Failure> {
    let now = store.now();
    let sessions = store.of_user(user.id).await.map_err(|e| e.to_string())?;
    let grants = store.grants_of(user.id, now).await.map_err(|e| e.to_string())?;
    let session = |s: &Session| {
        json!({ "kind": "session", "id": s.id, "device": s.device, "method": s.method.word(), "since": s.authenticated_at.seconds(), "last_used": s.last_seen.seconds() })
    };
    let mut values: Vec<serde_json::Value> = sessions.iter().map(session).collect();
    values.extend(grants.iter().map(|g| {
        json!({ "kind": "application", "id": g.session, "client_id": g.code.client, "device": g.device, "since": g.code.who.auth_time.seconds(), "last_used": g.last_used.seconds() })
    }));
    let mut rows: Vec<Vec<String>> =
        sessions.iter().map(|s| vec!["browser".to_owned(), s.device.clone(), moment(s.authenticated_at), moment(s.last_seen), s.id.to_string()]).collect();
    rows.extend(grants.iter().map(|g| {
        vec![g.code.client.as_str().to_owned(), g.device.clone().unwrap_or_default(), moment(g.code.who.auth_time), moment(g.last_used), g.session.to_string()]
    }));
    out.print(&values, &table(&["where", "device", "since (utc)", "last used (utc)", "session"], &rows))
}

async fn end(store: &Store, user: &User, id: Option<String>, out: Output) -> Result<ExitCode, Failure> {
    let now = store.now();
    let deed = |detail: &str| Deed { event: "operator.session", user: Some(user.id), account: Some(user.account), detail: detail.to_owned(), ..Deed::default() };
    let Some(typed) = id else {
        let count = record::around(store, deed("end all"), async { store.end_all(user.id, "by an operator", now).await.map_err(|e| e.to_string()) }).await?;
        return out.print(&json!({ "ended": count }), &format!("{count} sessions and grants are over"));
    };
    let session = SessionId::parse(&typed).ok_or("--id: that is no session's id; see: homeward session list")?;
    let sessions = store.of_user(user.id).await.map_err(|e| e.to_string())?;
    let grants = store.grants_of(user.id, now).await.map_err(|e| e.to_string())?;
    if !sessions.iter().any(|s| s.id == session) && !grants.iter().any(|g| g.session == session) {
        return Err("the user has no such session; see: homeward session list".into());
    }
    record::around(store, deed("end one"), async { Sessions::end(store, session, "by an operator", now).await.map_err(|e| e.to_string()) }).await?;
    out.print(&json!({ "ended": session }), "the session and its tokens are over")
}
