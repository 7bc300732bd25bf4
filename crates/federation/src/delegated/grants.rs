//! What people have granted, as it rests in a store.

use std::collections::BTreeSet;

use async_trait::async_trait;
use homeward_model::{ConnectionId, Timestamp, UserId};
use homeward_sealing::Sealer;
use serde::{Deserialize, Serialize};

use super::Resource;
use crate::{Subject, oidc::{SealedSecret, secret::Purpose}};

/// Whose grant, and through which connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GrantKey {
    /// The connection.
    pub connection: ConnectionId,
    /// The person.
    pub user: UserId,
}

/// A grant. Every token in it is sealed for this connection and person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Begins at random and is raised at each change: a change is stored only over the version it was made from, and never over that of
    /// another grant.
    pub version: u64,
    /// The refresh token.
    pub refresh: SealedSecret,
    /// Access tokens that are still alive.
    pub tokens: Vec<KeptToken>,
    /// Who granted, at the provider (`tid` and `oid`).
    pub holder: Subject,
    /// The permissions that were granted.
    pub permissions: BTreeSet<String>,
    /// The applications that the person has allowed it to; nobody else gets a token of it.
    #[serde(default)]
    pub clients: BTreeSet<String>,
    /// When the person granted.
    pub granted_at: Timestamp,
}

impl Grant {
    /// How many of its tokens do not open for this connection and person: their root key is gone, or it is another installation's.
    pub fn closed_tokens(&self, sealer: &Sealer, key: GrantKey) -> usize {
        let access = self.tokens.iter().map(|kept| (&kept.token, Purpose::AccessToken(key.user)));
        let all = std::iter::once((&self.refresh, Purpose::RefreshToken(key.user))).chain(access);
        all.filter(|(token, purpose)| token.open(sealer, key.connection, *purpose).is_none()).count()
    }
    /// Whether this application may have tokens of it; `None` is the operator's own test, which gives them to nobody.
    pub fn is_for(&self, client: Option<&str>) -> bool {
        client.is_none_or(|client| self.clients.contains(client))
    }
}

/// An access token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptToken {
    /// What it is for.
    pub resource: Resource,
    /// The permissions that it carries, by the provider's own word.
    pub permissions: BTreeSet<String>,
    /// The token.
    pub token: SealedSecret,
    /// When it ends.
    pub until: Timestamp,
}

/// The store does not work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store of grants does not answer: {0}")]
pub struct GrantsError(pub String);

/// Where grants rest. Implemented by a store; each method is one atomic step there.
#[async_trait]
pub trait Grants: Send + Sync {
    /// The grant as it is now.
    async fn find(&self, key: GrantKey) -> Result<Option<Grant>, GrantsError>;
    /// Stores a grant that a person has just given, over whatever was there, with a version above it.
    async fn grant(&self, key: GrantKey, grant: Grant) -> Result<(), GrantsError>;
    /// Stores `next` if the grant still has version `seen`; whether it did.
    async fn replace(&self, key: GrantKey, seen: u64, next: Grant) -> Result<bool, GrantsError>;
    /// Forgets the grant if it still has version `seen`.
    async fn remove(&self, key: GrantKey, seen: u64) -> Result<(), GrantsError>;
    /// Forgets the grant, whatever its version; whether there was one.
    async fn forget(&self, key: GrantKey) -> Result<bool, GrantsError>;
    /// Who has granted through a connection, and when; the oldest first.
    async fn holders(&self, connection: ConnectionId) -> Result<Vec<(UserId, Timestamp)>, GrantsError>;
    /// Through which connections a person has granted, and when.
    async fn of_person(&self, user: UserId) -> Result<Vec<(ConnectionId, Timestamp)>, GrantsError>;
    /// Takes the right to refresh until then, unless another holder has it at `now`; whether it was got. Holds across nodes.
    async fn lease(&self, key: GrantKey, holder: &str, now: Timestamp, until: Timestamp) -> Result<bool, GrantsError>;
    /// Gives that right back; nothing happens when another holder has it by now.
    async fn release(&self, key: GrantKey, holder: &str) -> Result<(), GrantsError>;
}
