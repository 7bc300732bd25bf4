//! What connected services need from outside. Every question names the account beside the connection: another account's answers as if it
//! were not there (AD-03).

use std::collections::BTreeSet;

use async_trait::async_trait;
use homeward_model::{AccountId, ConnectionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::ports::{Deed, Fault};

/// What a person has allowed. No token is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Who.
    pub user: UserId,
    /// Their username.
    pub username: String,
    /// What, by the provider's own word.
    pub permissions: BTreeSet<String>,
    /// The applications, by `client_id`, that they have allowed it to.
    pub clients: BTreeSet<String>,
    /// When.
    pub at: Timestamp,
}

/// A place in the list of those who have allowed it, the newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When the last one allowed it.
    pub at: Timestamp,
    /// Who that was.
    pub user: UserId,
}

/// An administrator's consent for the organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// When it arrived.
    pub at: Timestamp,
    /// To what.
    pub permissions: BTreeSet<String>,
}

/// An application that may have delegated tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Its `client_id`.
    pub client: String,
    /// Its name.
    pub name: String,
    /// For what.
    pub permissions: BTreeSet<String>,
}

/// What a one-time link to Microsoft is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkFor {
    /// A connection is made.
    Azure,
    /// An administrator consents for the delegated access of this connection.
    Administrator(ConnectionId),
}

/// What people and administrators have allowed, and the links by which they are asked.
#[async_trait]
pub trait Services: Send + Sync {
    /// How many people have allowed something through a connection.
    async fn people(&self, account: AccountId, id: ConnectionId) -> Result<u64, Fault>;
    /// Who has, the newest first, after a mark, at most `limit`.
    async fn allowed(&self, account: AccountId, id: ConnectionId, (after, limit): (Option<Mark>, u32)) -> Result<Vec<Allowed>, Fault>;
    /// Forgets what one person has allowed; `false` when there was nothing.
    async fn end(&self, account: AccountId, (id, user): (ConnectionId, UserId), deed: &Deed) -> Result<bool, Fault>;
    /// The last consent of an administrator.
    async fn consent(&self, account: AccountId, id: ConnectionId) -> Result<Option<Consent>, Fault>;
    /// Keeps a link by its SHA-256, until then.
    async fn keep_link(&self, account: AccountId, link: (&[u8; 32], LinkFor), until: Timestamp, deed: &Deed) -> Result<(), Fault>;
    /// Applications of this region that may have delegated tokens, by name.
    async fn registered(&self, region: &str) -> Result<Vec<Registered>, Fault>;
}
