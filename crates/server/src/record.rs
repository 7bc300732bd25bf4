//! The audit of what operators do by command. The line stands before the deed: what cannot be recorded is not done (AU-03).

use homeward_discovery::User;
use homeward_model::{AccountId, ClientId, Timestamp, UserId};
use homeward_signin::ports::{Audit, AuditEvent};
use homeward_store::Store;

/// What an operator does. Full usernames and secrets have no place in it.
#[derive(Clone, Default)]
pub(crate) struct Deed {
    /// For example `operator.user`.
    pub event: &'static str,
    /// Whom it concerns.
    pub user: Option<UserId>,
    /// In which account.
    pub account: Option<AccountId>,
    /// Which application.
    pub application: Option<ClientId>,
    /// What is done, in a word or two.
    pub detail: String,
}

/// Records the deed, does it, and records when it failed.
pub(crate) async fn around<T>(store: &Store, deed: Deed, work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    around_any(store, deed, work).await
}

/// The same for a deed that fails in several ways. Why it failed is told also where that cannot be recorded any more.
pub(crate) async fn around_any<T, E: From<String>>(store: &Store, deed: Deed, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    line(store, &deed, "ok").await?;
    let done = work.await;
    if done.is_err()
        && let Err(error) = line(store, &deed, "failed").await
    {
        tracing::error!(error, "that it failed could not be recorded");
    }
    done
}

/// The same for what touches many accounts, of which each has its line.
pub(crate) async fn around_all<T>(store: &Store, deeds: &[Deed], work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    lines(store, deeds, "ok").await?;
    let done = work.await;
    if done.is_err()
        && let Err(error) = lines(store, deeds, "failed").await
    {
        tracing::error!(error, "that it failed could not be recorded");
    }
    done
}

/// Some hundred at a time: they share a way to the disk.
async fn lines(store: &Store, deeds: &[Deed], outcome: &str) -> Result<(), String> {
    for some in deeds.chunks(200) {
        futures_util::future::try_join_all(some.iter().map(|deed| line(store, deed, outcome))).await?;
    }
    Ok(())
}

impl Deed {
    /// Its line of the audit.
    pub fn line(&self, outcome: &str, at: Timestamp) -> AuditEvent {
        AuditEvent {
            event: self.event,
            outcome: outcome.to_owned(),
            user: self.user,
            account: self.account,
            application: self.application.clone(),
            network: "command line".into(),
            case: None,
            at,
            detail: self.detail.clone(),
        }
    }
    /// A role of the portal, given (`+auditor`) or taken (`-auditor`).
    pub fn role(user: &User, change: String) -> Self {
        Self { event: "portal.role", user: Some(user.id), account: Some(user.account), detail: change, ..Self::default() }
    }
}

async fn line(store: &Store, deed: &Deed, outcome: &str) -> Result<(), String> {
    let event = deed.line(outcome, store.now());
    Audit::write(store, &event).await.map_err(|e| format!("the audit cannot be written, so nothing was done: {e}"))
}
