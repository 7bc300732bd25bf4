//! Sessions of the portal.

use async_trait::async_trait;
use homeward_discovery::{Account, User};
use homeward_model::{AccountId, GrantId, SessionId, Timestamp, UserId};

use super::{Deed, Fault};

/// A session of the portal as stored, under the SHA-256 of its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalSession {
    /// Who.
    pub user: UserId,
    /// The account of that user.
    pub home: AccountId,
    /// The browser's session at the sign-in.
    pub session: SessionId,
    /// What the sign-in was granted; the portal's session lives no longer.
    pub grant: GrantId,
    /// When the person proved themselves.
    pub proved_at: Timestamp,
    /// When it began.
    pub since: Timestamp,
    /// When it was last used.
    pub last_used: Timestamp,
    /// The account that was entered; one's own needs no entering.
    pub entered: Option<AccountId>,
}

/// A portal session with what decides whether it still counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPortalSession {
    /// The session.
    pub session: PortalSession,
    /// The user now.
    pub user: User,
    /// The user's account now.
    pub account: Account,
    /// Whether what the sign-in was granted stands: it ends with the browser's session, with the password, and by hand.
    pub stands: bool,
    /// When the browser's session began, which lasts only so long.
    pub signed_in_at: Timestamp,
    /// Whether the account's identity provider proved who it is.
    pub federated: bool,
}

/// Sessions of the portal.
#[async_trait]
pub trait PortalSessions: Send + Sync {
    /// Keeps a new one under the SHA-256 of its secret; the one that it replaces ends in the same step, as by `end`.
    /// The language, by its code, is the one that the person is written to in from now on.
    async fn start(&self, hash: &[u8; 32], session: (&PortalSession, &str), replaces: Option<([u8; 32], GrantId)>, deeds: &[Deed]) -> Result<(), Fault>;
    /// The one with this secret.
    async fn find(&self, hash: &[u8; 32], now: Timestamp) -> Result<Option<FoundPortalSession>, Fault>;
    /// Notes its use.
    async fn touch(&self, hash: &[u8; 32], now: Timestamp) -> Result<(), Fault>;
    /// It looks at this account from now on.
    async fn enter(&self, hash: &[u8; 32], account: AccountId, deed: &Deed) -> Result<(), Fault>;
    /// Forgets it, and revokes what its sign-in was granted.
    async fn end(&self, hash: &[u8; 32], grant: GrantId, deed: &Deed) -> Result<(), Fault>;
}
