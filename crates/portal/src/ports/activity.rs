//! The account's own part of the audit.

use async_trait::async_trait;
use homeward_model::{AccountId, CaseNumber, ClientId, Timestamp, UserId};

use super::{Deed, Fault};

/// One line of Activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place in the audit.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub event: String,
    /// `ok`, or the code of a reason.
    pub outcome: String,
    /// Whom it concerns.
    pub user: Option<UserId>,
    /// For which application.
    pub application: Option<ClientId>,
    /// The reference that a person was shown.
    pub case: Option<String>,
    /// Further facts.
    pub detail: String,
    /// From which network.
    pub network: Option<String>,
}

/// Which lines are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineQuery {
    /// About this user.
    pub user: Option<UserId>,
    /// With this reference.
    pub case: Option<CaseNumber>,
    /// Only what failed.
    pub failed: bool,
    /// Only changes, or only sign-ins.
    pub kind: Option<Kind>,
    /// Older than this number.
    pub before: Option<i64>,
    /// How many at most.
    pub limit: u32,
}

/// Kinds of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Attempts to sign in alone.
    Attempts,
    /// Attempts to sign in, here and to the portal, and who signed out.
    SignIns,
    /// What administrators, operators and people themselves changed.
    Changes,
}

/// What went wrong lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// Sign-ins that failed.
    pub failures: u64,
    /// How many people they were.
    pub people: u64,
    /// The last one with a reference.
    pub last: Option<Line>,
}

/// The account's own part of the audit (AU-06).
#[async_trait]
pub trait Activity: Send + Sync {
    /// Lines, newest first.
    async fn lines(&self, account: AccountId, query: &LineQuery) -> Result<Vec<Line>, Fault>;
    /// Sign-ins that failed since then.
    async fn trouble(&self, account: AccountId, since: Timestamp) -> Result<Trouble, Fault>;
    /// Writes what was read or sent, where nothing else is written.
    async fn note(&self, deed: &Deed) -> Result<(), Fault>;
}
