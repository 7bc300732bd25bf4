//! `homeward session`.

use std::{process::ExitCode, time::Duration};

use clap::{Args, Subcommand};
use homeward_discovery::{Account, User};
use homeward_local_credential::{CredentialStore, StoreFault};
use homeward_model::{SessionId, Username};
use homeward_signin::{
    ports::{Session, Sessions},
    usecase::own::{self, Living, Times, Whose},
};
use homeward_store::{Store, register::Register};
use serde_json::json;

use super::{
    Failure, Output,
    account::find as find_account,
    output::{moment, table},
};
use crate::{
    record::Deed,
    settings::Settings,
};

#[derive(Subcommand)]
pub(super) enum SessionCommand {
    /// List a user's sessions that count and the applications that remember them, as the user's own page does
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

pub(super) async fn run(settings: &Settings, store: &Store, what: SessionCommand, out: Output) -> Result<ExitCode, Failure> {
    let all = store.register().await.map_err(|e| e.to_string())?;
    match what {
        SessionCommand::List(which) => {
            let (user, account) = find(&all, &which)?;
            list(&counting(store, settings.session_times(), (&user, &account)).await?, out)
        }
        SessionCommand::End { which, id, all: every } => end(store, &find(&all, &which)?.0, if every { None } else { id }, out).await,
    }
}

fn find(all: &Register, which: &Which) -> Result<(User, Account), String> {
    let account = find_account(all, &which.account)?;
    let username = Username::parse(&which.username).map_err(|e| e.to_string())?;
    let found = all.users.iter().find(|u| u.account == account.account.id && u.username.key() == username.key());
    let number = &account.account.number;
    found.map(|user| (user.clone(), account.account.clone())).ok_or_else(|| format!("account {number} has no user of that name; see: homeward user list --account {number}"))
}

/// What still counts, by the rules of the page `/account`: what is over by rest, by age, by the end of an outage or by another password is not told.
async fn counting(store: &Store, (idle, absolute): (Duration, Duration), (user, account): (&User, &Account)) -> Result<Living, String> {
    let credential = store.of_users(&[user.id]).await.map_err(|e| e.to_string())?;
    let whose = Whose { user, account, credential_version: credential.first().map_or(0, |c| c.version) };
    own::living((store, store), whose, Times { now: store.now(), idle, absolute }).await.map_err(|e| e.to_string())
}

fn list(Living { sessions, applications }: &Living, out: Output) -> Result<ExitCode, Failure> {
    let session = |s: &Session| {
        json!({ "kind": "session", "id": s.id, "device": s.device, "method": s.method.word(), "since": s.authenticated_at.seconds(), "last_used": s.last_seen.seconds() })
    };
    let mut values: Vec<serde_json::Value> = sessions.iter().map(session).collect();
    values.extend(applications.iter().map(|(g, _)| {
        json!({ "kind": "application", "id": g.session, "client_id": g.code.client, "device": g.device, "since": g.code.who.auth_time.seconds(), "last_used": g.last_used.seconds() })
    }));
    let mut rows: Vec<Vec<String>> =
        sessions.iter().map(|s| vec!["browser".to_owned(), s.device.clone(), moment(s.authenticated_at), moment(s.last_seen), s.id.to_string()]).collect();
    rows.extend(applications.iter().map(|(g, _)| {
        vec![g.code.client.as_str().to_owned(), g.device.clone().unwrap_or_default(), moment(g.code.who.auth_time), moment(g.last_used), g.session.to_string()]
    }));
    out.print(&values, &table(&["where", "device", "since (utc)", "last used (utc)", "session"], &rows))
}

/// The deed and its record are one step (AU-03).
fn undone(fault: StoreFault) -> String {
    format!("nothing was ended: {fault}")
}

async fn end(store: &Store, user: &User, id: Option<String>, out: Output) -> Result<ExitCode, Failure> {
    let now = store.now();
    let deed = |detail: &str| Deed { event: "operator.session", user: Some(user.id), account: Some(user.account), detail: detail.to_owned(), ..Deed::default() };
    let Some(typed) = id else {
        let count = store.end_all(user.id, "by an operator", &deed("end all").line("ok", now)).await.map_err(undone)?;
        return out.print(&json!({ "ended": count }), &format!("{count} sessions and grants are over"));
    };
    let session = SessionId::parse(&typed).ok_or("--id: that is no session's id; see: homeward session list")?;
    let known = store.is_of(session, user.id).await.map_err(|e| e.to_string())?;
    let grant = store.grant_under(session, user.id, None, now).await.map_err(|e| e.to_string())?;
    if !known && grant.is_none() {
        return Err("the user has no such session; see: homeward session list".into());
    }
    Sessions::end(store, session, "by an operator", &deed("end one").line("ok", now)).await.map_err(undone)?;
    out.print(&json!({ "ended": session }), "the session and its tokens are over")
}

#[cfg(test)]
mod tests {
    use homeward_discovery::Disclosure;
    use homeward_testkit::TestBroker;

    use super::*;

    const ANN: (&str, &str) = ("ann@north.example", "Kranich7!");

    /// What the command tells of Ann: how many sessions, and which applications.
    async fn told(broker: &TestBroker) -> (usize, Vec<String>) {
        let store = broker.running().store.clone().with_clock(broker.clock.clone());
        let all = store.register().await.unwrap();
        let (user, account) = find(&all, &Which { username: ANN.0.into(), account: "40817".into() }).unwrap();
        let living = counting(&store, broker.settings.session_times(), (&user, &account)).await.unwrap();
        (living.sessions.len(), living.applications.iter().map(|(grant, _)| grant.code.client.to_string()).collect())
    }

    /// OB-14: an operator is told of the sessions that the person's own page shows: none that is over by rest, and applications as long as
    /// they remember.
    #[tokio::test]
    async fn ob_14_the_command_tells_what_the_own_page_shows() {
        let broker = TestBroker::start(Disclosure::Open).await;
        let mut ann = broker.browser();
        let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
        assert_eq!(ann.redeem("wiki", &address).await.0, 200);
        assert_eq!(told(&broker).await, (1, vec!["wiki".to_owned()]));
        assert_eq!(ann.get("/account").await.heading(), "Your account");
        broker.clock.wait(Duration::from_secs(2 * 3600));
        assert_eq!(ann.get("/account").await.heading(), "Sign in");
        assert_eq!(told(&broker).await, (0, vec!["wiki".to_owned()]), "the browser's session is over; the refresh token goes on");
        broker.clock.wait(Duration::from_secs(16 * 86_400));
        assert_eq!(told(&broker).await, (0, vec![]), "it rested too long, too");
    }
}
