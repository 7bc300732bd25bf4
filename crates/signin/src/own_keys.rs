//! The keys of our side of each connection: one that signs, one that decrypts, and their successors.
//!
//! A key is `next` first: metadata shows it, and the other one still signs. Once the provider has it, it is made `present`; the one
//! before is `old` then, and still opens what the provider encrypts to it, until it is retired. Nothing of this happens by itself: only
//! people know when a provider has taken new metadata over.

use async_trait::async_trait;
use homeward_federation::{Connection, KeyUse, OurSide};
use homeward_local_credential::StoreFault;
use homeward_model::{ConnectionId, Timestamp};
use homeward_sealing::Sealer;

/// Where a key is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStage {
    /// Published ahead; it signs nothing, and opens already.
    Next,
    /// In use.
    Present,
    /// Replaced; it still opens.
    Old,
}

impl KeyStage {
    /// The word in the store and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Present => "present",
            Self::Old => "old",
        }
    }
    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Next, Self::Present, Self::Old].into_iter().find(|stage| stage.word() == word)
    }
}

/// A key of our side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnKey {
    /// What for.
    pub purpose: KeyUse,
    /// Where in its life.
    pub stage: KeyStage,
    /// PKCS #8, sealed for the place of this connection's keys.
    pub sealed: Vec<u8>,
    /// Its self-signed certificate, DER.
    pub certificate: Vec<u8>,
    /// When it was made.
    pub made_at: Timestamp,
}

/// Keys of connections.
#[async_trait]
pub trait OwnKeys: Send + Sync {
    /// The keys of a connection: next, present, old; of those the newest first.
    async fn own_keys(&self, id: ConnectionId) -> Result<Vec<OwnKey>, StoreFault>;
    /// Keeps a first key; when there is one for its use already, nothing changes. Returns those that are there.
    async fn keep_first_key(&self, id: ConnectionId, key: &OwnKey) -> Result<Vec<OwnKey>, StoreFault>;
    /// Keeps the next keys, all or none; `false` when there are next ones already.
    async fn keep_next_keys(&self, id: ConnectionId, keys: &[OwnKey]) -> Result<bool, StoreFault>;
    /// Next keys become present, present ones old; `false` when there are no next ones.
    async fn switch_keys(&self, id: ConnectionId) -> Result<bool, StoreFault>;
    /// Forgets the old ones; how many there were.
    async fn retire_keys(&self, id: ConnectionId) -> Result<u64, StoreFault>;
}

/// Where the keys of a connection rest (KS-01).
pub fn place(connection: ConnectionId) -> String {
    format!("connection_key/{connection}")
}

pub(crate) fn fault(why: &str) -> StoreFault {
    StoreFault(why.to_owned())
}

/// Makes a key, sealed. `name` is the certificate's common name.
///
/// # Errors
/// `StoreFault` when the cryptographic library refuses.
pub(crate) async fn make(sealer: &Sealer, connection: &Connection, (purpose, stage): (KeyUse, KeyStage), (name, now): (&str, Timestamp)) -> Result<OwnKey, StoreFault> {
    let (of, name) = (connection.clone(), name.to_owned());
    let made = tokio::task::spawn_blocking(move || OurSide::new_key(&of, purpose, &name, now)).await.map_err(|_| fault("a key could not be made"))?;
    let made = made.map_err(|e| StoreFault(e.to_string()))?;
    let sealed = sealer.seal(&place(connection.id), &made.pkcs8).ok_or_else(|| fault("a key could not be sealed"))?;
    Ok(OwnKey { purpose, stage, sealed, certificate: made.certificate, made_at: now })
}

/// What came of making the next keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Metadata shows them from now on.
    Made,
    /// There are next ones already.
    Waiting,
    /// There is nothing to succeed yet: the first key is made when metadata is asked for.
    NoneYet,
}

/// Makes the next keys of a connection, one that signs and one that decrypts.
///
/// # Errors
/// `StoreFault`.
pub async fn next(keys: &dyn OwnKeys, sealer: &Sealer, connection: &Connection, at: (&str, Timestamp)) -> Result<Next, StoreFault> {
    let kept = keys.own_keys(connection.id).await?;
    if kept.is_empty() {
        return Ok(Next::NoneYet);
    }
    if kept.iter().any(|key| key.stage == KeyStage::Next) {
        return Ok(Next::Waiting);
    }
    let signing = make(sealer, connection, (KeyUse::Signing, KeyStage::Next), at).await?;
    let decryption = make(sealer, connection, (KeyUse::Decryption, KeyStage::Next), at).await?;
    let made = keys.keep_next_keys(connection.id, &[signing, decryption]).await?;
    Ok(if made { Next::Made } else { Next::Waiting })
}
