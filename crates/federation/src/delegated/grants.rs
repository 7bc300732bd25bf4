//! What people have granted, as it rests in a store.

use async_trait::async_trait;
use homeward_model::{ConnectionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::Resource;
use crate::oidc::SealedSecret;

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
    /// Raised at each change: a change is stored only over the version it was made from.
    pub version: u64,
    /// The refresh token.
    pub refresh: SealedSecret,
    /// Access tokens that are still alive, one per resource.
    pub tokens: Vec<KeptToken>,
    /// When the person granted.
    pub granted_at: Timestamp,
}

/// An access token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptToken {
    /// What it is for.
    pub resource: Resource,
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
    /// Takes the right to refresh until then, unless somebody holds it at `now`; whether it was got. Holds across nodes.
    async fn lease(&self, key: GrantKey, now: Timestamp, until: Timestamp) -> Result<bool, GrantsError>;
    /// Gives that right back.
    async fn release(&self, key: GrantKey) -> Result<(), GrantsError>;
}
