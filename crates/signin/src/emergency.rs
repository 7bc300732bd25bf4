//! What printed emergency codes need from outside.

use async_trait::async_trait;
use homeward_local_credential::StoreFault;
use homeward_model::{Timestamp, UserId};

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

/// Printed codes, kept as hashes.
#[async_trait]
pub trait EmergencyCodes: Send + Sync {
    /// Whose code this is, of those that `spend` would spend. Nothing is written.
    async fn owner(&self, codes: &[(UserId, [u8; 32])], sign_in: &[u8; 32]) -> Result<Option<UserId>, StoreFault>;
    /// Spends the code with one of these hashes, each of its own user: who is active and has emergency access still. One atomic step: of
    /// two sign-ins with the same code one gets it. The sign-in that spent it, named by its own hash, gets it again: a form that was sent twice.
    async fn spend(&self, codes: &[(UserId, [u8; 32])], sign_in: &[u8; 32], now: Timestamp) -> Result<Option<Spent>, StoreFault>;
}
