//! What setup links need from outside. Tokens and secrets are known to the store as SHA-256 only.

use async_trait::async_trait;
use homeward_discovery::{Account, User};
use homeward_model::{AccountId, CaseNumber, EmailAddress, Timestamp};

use super::SetupLink;
use crate::ports::{Deed, Fault};

/// A link with what decides whether it still works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundLink {
    /// The link.
    pub link: SetupLink,
    /// What its connection is called, when it has one.
    pub provider: Option<String>,
    /// Its account now.
    pub account: Account,
    /// Who made it, as they are now.
    pub maker: User,
    /// The account that they belong to.
    pub home: Account,
}

/// When a session of a link began, and when it was last used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// When it began.
    pub since: Timestamp,
    /// When it was last used.
    pub last_used: Timestamp,
}

/// Setup links and the sessions that begin by them.
#[async_trait]
pub trait SetupLinks: Send + Sync {
    /// Keeps a new one under the SHA-256 of its token; `false` when the account has made `most` since that time, ended ones among them.
    async fn make(&self, hash: &[u8; 32], link: &SetupLink, (most, since): (u32, Timestamp), deed: &Deed) -> Result<bool, Fault>;
    /// Those of an account, the newest first, at most `limit`.
    async fn of(&self, account: AccountId, limit: u32) -> Result<Vec<FoundLink>, Fault>;
    /// Ends one of this account, and with it its sessions; `false` when there is none, or it has ended.
    async fn end(&self, account: AccountId, reference: &CaseNumber, deed: &Deed) -> Result<bool, Fault>;
    /// The one with this token, whether it works or not.
    async fn by_token(&self, hash: &[u8; 32]) -> Result<Option<FoundLink>, Fault>;
    /// Begins a session under the SHA-256 of its secret; `false` when `most` have begun by this link since that time.
    async fn begin(&self, hash: &[u8; 32], link: &CaseNumber, (most, since): (u32, Timestamp), deed: &Deed) -> Result<bool, Fault>;
    /// The session with this secret, and its link, whether it works or not.
    async fn session(&self, hash: &[u8; 32]) -> Result<Option<(FoundLink, Stay)>, Fault>;
    /// Notes its use.
    async fn touch(&self, hash: &[u8; 32], now: Timestamp) -> Result<(), Fault>;
    /// Forgets a session.
    async fn leave(&self, hash: &[u8; 32], deed: &Deed) -> Result<(), Fault>;
}

/// What the mail with a link says (mail 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupLetter {
    /// The account.
    pub account: Account,
    /// Who asks.
    pub name: String,
    /// The provider, when it is known.
    pub provider: Option<String>,
    /// The link.
    pub link: String,
    /// Until when it works.
    pub until: Timestamp,
    /// Domains that are not proved yet.
    pub domains: Vec<String>,
    /// The language of whoever sends it, by its code; nobody knows the reader's.
    pub language: String,
}

/// Mails with a setup link.
#[async_trait]
pub trait SetupMail: Send + Sync {
    /// Hands one to the mailroom; nobody waits for it.
    async fn send(&self, to: &EmailAddress, letter: &SetupLetter) -> Result<(), Fault>;
}
