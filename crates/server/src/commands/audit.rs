//! `homeward audit`.

use std::{io::Write, os::unix::fs::OpenOptionsExt, path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use homeward_model::Username;
use homeward_signin::ports::AuditEvent;
use homeward_store::{
    AuditFilter, Store,
    audit::{AuditRecord, Checkpoint},
    register::Register,
};
use serde_json::json;

use super::{
    Failure, Output,
    account::find as find_account,
    output::{moment, table},
};
use crate::record::{self, Deed};

#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// List the newest records
    #[command(after_help = "Examples:\n  homeward audit list\n  homeward audit list --case 7F3K-Q2VD\n  homeward audit list --user ann@example.org --account 40817\n  \
                            homeward audit list --event signin --limit 200 --json")]
    List(List),
    /// Read the whole chain and name the first record that is changed, missing, in another's place, or about somebody else than when it was written
    ///
    /// Prints the end of the chain as NUMBER:HASH. Keep it elsewhere: with --checkpoint a later run also finds a database that was cut
    /// or put back as it was earlier. The broker writes one into its log every ten minutes.
    #[command(after_help = "Examples:\n  homeward audit verify\n  homeward audit verify --checkpoint 48211:9f2c…")]
    Verify {
        /// A place in the chain that was noted earlier
        #[arg(long, value_name = "NUMBER:HASH")]
        checkpoint: Option<String>,
    },
    /// Write records as JSON, one a line
    #[command(after_help = "Examples:\n  homeward audit export > audit.jsonl\n  homeward audit export --after 48211 --to audit.jsonl")]
    Export {
        /// Only records after this number
        #[arg(long, default_value_t = 0)]
        after: i64,
        /// A file that is not there yet; standard output without it
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Forget who a user was and from where they came; the chain stays whole, and a record says that it was done
    #[command(after_help = "Example:\n  homeward audit forget ann@example.org --account 40817 --yes")]
    Forget {
        #[command(flatten)]
        whom: Whom,
        /// Do not ask back; what is forgotten cannot be found again
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args)]
pub(super) struct Whom {
    /// The username
    username: String,
    /// The account's number
    #[arg(long)]
    account: String,
}

#[derive(Args)]
pub(super) struct List {
    /// About this user; needs --account
    #[arg(long, requires = "account")]
    user: Option<String>,
    /// The account's number
    #[arg(long)]
    account: Option<String>,
    /// With this case number
    #[arg(long)]
    case: Option<String>,
    /// This event, or all of a family, for example signin
    #[arg(long)]
    event: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
}

pub(super) async fn run(store: &Store, what: AuditCommand, out: Output) -> Result<ExitCode, Failure> {
    match what {
        AuditCommand::List(asked) => list(store, &asked, out).await,
        AuditCommand::Verify { checkpoint } => verify(store, checkpoint.as_deref(), out).await,
        AuditCommand::Export { after, to } => export(store, after, to, out).await,
        AuditCommand::Forget { whom, yes } => forget(store, &whom, yes, out).await,
    }
}

fn find(all: &Register, username: &str, account: &str) -> Result<homeward_discovery::User, String> {
    let account = find_account(all, account)?;
    let username = Username::parse(username).map_err(|e| e.to_string())?;
    let found = all.users.iter().find(|u| u.account == account.account.id && u.username.key() == username.key());
    found.cloned().ok_or_else(|| format!("account {} has no user of that name", account.account.number))
}

/// Who reads leaves a record too (AU-06).
async fn note(store: &Store, detail: &str) -> Result<(), String> {
    record::around(store, Deed { event: "operator.audit", detail: detail.to_owned(), ..Deed::default() }, async { Ok(()) }).await
}

async fn list(store: &Store, asked: &List, out: Output) -> Result<ExitCode, Failure> {
    let user = match (&asked.user, &asked.account) {
        (Some(user), Some(account)) => Some(find(&store.register().await.map_err(|e| e.to_string())?, user, account)?.id),
        _ => None,
    };
    note(store, "list").await?;
    let filter = AuditFilter { user, case: asked.case.as_ref().map(|c| c.trim().to_uppercase()), event: asked.event.clone() };
    let found = store.audit_newest(&filter, asked.limit).await.map_err(|e| e.to_string())?;
    let row = |r: &AuditRecord| {
        let user = r.user.map(|u| u.to_string()).unwrap_or_default();
        let rest = [r.application.clone().unwrap_or_default(), r.network.clone().unwrap_or_default(), r.case.clone().unwrap_or_default(), user, r.detail.clone()];
        [vec![r.number.to_string(), moment(r.at), r.event.clone(), r.outcome.clone()], rest.to_vec()].concat()
    };
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    out.print(&found, &table(&["number", "time (utc)", "event", "outcome", "application", "network", "case", "user", "detail"], &rows))
}

async fn verify(store: &Store, checkpoint: Option<&str>, out: Output) -> Result<ExitCode, Failure> {
    let checkpoint = match checkpoint {
        Some(text) => Some(Checkpoint::parse(text).ok_or("--checkpoint: use NUMBER:HASH, as an earlier run or the broker's log printed it")?),
        None => None,
    };
    match store.verify_audit(checkpoint.as_ref()).await.map_err(|e| e.to_string())? {
        Ok(end) => {
            let count = end.as_ref().map_or(0, |c| c.number);
            let words = end.as_ref().map_or_else(|| "the audit is empty".to_owned(), |c| format!("{count} records, each as it was written\ncheckpoint {c}"));
            out.print(&json!({ "whole": true, "records": count, "checkpoint": end.map(|c| c.to_string()) }), &words)
        }
        Err(fault) => Err(format!("{fault}. Keep this database as it is, and compare it with a backup: homeward audit export").into()),
    }
}

async fn export(store: &Store, after: i64, to: Option<PathBuf>, out: Output) -> Result<ExitCode, Failure> {
    note(store, "export").await?;
    let mut sink: Box<dyn Write> = match &to {
        Some(path) => Box::new(std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|e| format!("{}: {e}", path.display()))?),
        None => Box::new(std::io::stdout()),
    };
    let (mut last, mut count) = (after, 0u64);
    loop {
        let records = store.audit_after(last, 1000).await.map_err(|e| e.to_string())?;
        let Some(newest) = records.last() else { break };
        last = newest.number;
        for record in &records {
            let line = serde_json::to_string(record).map_err(|e| e.to_string())?;
            writeln!(sink, "{line}").map_err(|e| format!("the export stopped after {count} records: {e}"))?;
            count += 1;
        }
    }
    sink.flush().map_err(|e| e.to_string())?;
    match to {
        Some(path) => out.print(&json!({ "records": count, "last": last }), &format!("{count} records in {}", path.display())),
        None => Ok(ExitCode::SUCCESS),
    }
}

async fn forget(store: &Store, whom: &Whom, yes: bool, out: Output) -> Result<ExitCode, Failure> {
    let user = find(&store.register().await.map_err(|e| e.to_string())?, &whom.username, &whom.account)?;
    if !yes {
        return Err("what is forgotten cannot be found again; say --yes when that is meant".into());
    }
    let event = AuditEvent {
        event: "audit.forgotten",
        outcome: "ok".into(),
        user: None,
        account: Some(user.account),
        application: None,
        network: "command line".into(),
        case: None,
        at: store.now(),
        detail: String::new(),
    };
    let count = store.forget_in_audit(user.id, &event).await.map_err(|e| e.to_string())?;
    out.print(&json!({ "forgotten": count }), &format!("{count} records no longer say who it was"))
}
