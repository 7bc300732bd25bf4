//! What tokens for the API need from outside, and answers that are given again (idempotency).

use std::time::Duration;

use async_trait::async_trait;
use homeward_discovery::{Account, User};
use homeward_model::{AccountId, ApiTokenId, Timestamp};

use super::ApiToken;
use crate::ports::{Deed, Fault, Moved};

/// Answers of one token that are kept at most.
pub const MOST_KEPT: u32 = 20_000;
/// How long an answer is given again for the same key.
pub const KEPT: Duration = Duration::from_secs(24 * 3_600);
/// After this long a request that never came to its end gives its key up.
pub const GIVEN_UP: Duration = Duration::from_secs(120);

/// A token with what decides whether it still counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundToken {
    /// The token.
    pub token: ApiToken,
    /// Its maker now.
    pub user: User,
    /// The maker's account now.
    pub account: Account,
}

/// Tokens for the API, under the SHA-256 of their secrets.
#[async_trait]
pub trait ApiTokens: Send + Sync {
    /// Keeps a new one; `Otherwise` when the account has `most` that count already.
    async fn make(&self, hash: &[u8; 32], token: &ApiToken, most: u32, deed: &Deed) -> Result<Moved, Fault>;
    /// The one with this secret, whatever became of it.
    async fn find(&self, hash: &[u8; 32]) -> Result<Option<FoundToken>, Fault>;
    /// Those of an account that are neither ended nor over, with their makers, the newest first.
    async fn of(&self, account: AccountId, now: Timestamp) -> Result<Vec<(ApiToken, User)>, Fault>;
    /// Ends one of this account.
    async fn end(&self, account: AccountId, id: ApiTokenId, deed: &Deed) -> Result<Moved, Fault>;
    /// Notes its use in an account; the first of a day is on record there.
    async fn used(&self, id: ApiTokenId, account: AccountId, deed: &Deed) -> Result<(), Fault>;
}

/// An answer as it is given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// HTTP status.
    pub status: u16,
    /// `ETag` of what it shows.
    pub etag: Option<String>,
    /// `Location` of what was made.
    pub location: Option<String>,
    /// The body; empty: none.
    pub body: String,
}

/// Whether a request goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It does: nobody has used the key.
    Go,
    /// The same request was answered already.
    Again(Kept),
    /// The key was used for another request.
    Other,
    /// The same request is under way.
    Running,
    /// So many answers of this token are kept that another key has to wait for the oldest to be forgotten.
    Full(Duration),
}

/// Answers by the token and the SHA-256 of the key that its program chose.
#[async_trait]
pub trait Answers: Send + Sync {
    /// Takes a key for a request, which `request` is the keyed hash of.
    async fn claim(&self, of: (ApiTokenId, [u8; 32]), request: &[u8; 32], now: Timestamp) -> Result<Claim, Fault>;
    /// Keeps the answer.
    async fn keep(&self, of: (ApiTokenId, [u8; 32]), answer: &Kept) -> Result<(), Fault>;
    /// Gives the key up: nothing was done.
    async fn give_up(&self, of: (ApiTokenId, [u8; 32])) -> Result<(), Fault>;
}
