//! What printed emergency codes need from outside.

use async_trait::async_trait;
use homeward_local_credential::StoreFault;
use homeward_model::UserId;

use crate::ports::AuditEvent;

/// A code that was spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// Whose it was.
    pub user: UserId,
    /// How many of the same sheet are left.
    pub left: u32,
    /// The version of the password beside it, 0 without one: the session ends with the next one.
    pub version: i64,
    /// Whether this has spent it; otherwise the same sign-in had it before.
    pub first: bool,
}

/// What came of spending a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spending {
    /// It is spent, by this very sign-in.
    Spent(Spent),
    /// It is good, and was not spent: the sign-in has ended in a session before, so that its page is over.
    Over,
    /// No such code.
    Unknown,
}

/// The sign-in that a code is spent for.
#[derive(Clone, Copy, Debug)]
pub struct SpentIn<'a> {
    /// Its own hash.
    pub sign_in: &'a [u8; 32],
    /// SHA-256 of the secret of the session that it ends in.
    pub session: &'a [u8; 32],
}

/// Printed codes, kept as hashes.
#[async_trait]
pub trait EmergencyCodes: Send + Sync {
    /// Whose code this is, of those that `spend` would spend. Nothing is written.
    async fn owner(&self, codes: &[(UserId, [u8; 32])], sign_in: &[u8; 32]) -> Result<Option<UserId>, StoreFault>;
    /// Spends the code with one of these hashes, each of its own user: who is active and has emergency access still. One atomic step: of
    /// two sign-ins with the same code one gets it, and none is spent by a sign-in that has ended in a session before. The sign-in that spent it gets it
    /// again: a form that was sent twice. The audit's line is written in the same step by the one that spends it, with how many are left (AU-03).
    async fn spend(&self, codes: &[(UserId, [u8; 32])], by: SpentIn<'_>, line: &AuditEvent) -> Result<Spending, StoreFault>;
}
