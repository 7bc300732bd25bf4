//! The audit of what operators do by command. The line stands before the deed: what cannot be recorded is not done (AU-03).

use homeward_model::{AccountId, ClientId, Clock, SystemClock, UserId};
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
    line(store, &deed, "ok").await?;
    let done = work.await;
    if done.is_err() {
        line(store, &deed, "failed").await?;
    }
    done
}

async fn line(store: &Store, deed: &Deed, outcome: &str) -> Result<(), String> {
    let event = AuditEvent {
        event: deed.event,
        outcome: outcome.to_owned(),
        user: deed.user,
        account: deed.account,
        application: deed.application.clone(),
        network: "command line".into(),
        case: None,
        at: SystemClock.now(),
        detail: deed.detail.clone(),
    };
    Audit::write(store, &event).await.map_err(|e| format!("the audit cannot be written, so nothing was done: {e}"))
}
