//! The keys of our side of each connection: one that signs, one that decrypts, and their successors.
//!
//! A key is `next` first: metadata shows it, and the other one still signs. Once the provider has it, it is made `present`; the one
//! before is `old` then, and still opens what the provider encrypts to it, until it is retired. Nothing of this happens by itself: only
//! people know when a provider has taken new metadata over.

use async_trait::async_trait;
use homeward_federation::{Connection, KeyUse, OurSide, saml::NewKey};
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

/// Makes the next keys of a connection, one that signs and one that decrypts; one that was brought along and waits is left as it is.
///
/// # Errors
/// `StoreFault`.
pub async fn next(keys: &dyn OwnKeys, sealer: &Sealer, connection: &Connection, at: (&str, Timestamp)) -> Result<Next, StoreFault> {
    let kept = keys.own_keys(connection.id).await?;
    if kept.is_empty() {
        return Ok(Next::NoneYet);
    }
    let mut made = Vec::new();
    for purpose in [KeyUse::Signing, KeyUse::Decryption] {
        if !waits(&kept, purpose) {
            made.push(make(sealer, connection, (purpose, KeyStage::Next), at).await?);
        }
    }
    let done = !made.is_empty() && keys.keep_next_keys(connection.id, &made).await?;
    Ok(if done { Next::Made } else { Next::Waiting })
}

/// Whether a next key is there that does what `purpose` does.
fn waits(kept: &[OwnKey], purpose: KeyUse) -> bool {
    kept.iter().any(|key| key.stage == KeyStage::Next && shares(key.purpose, purpose))
}

const fn shares(one: KeyUse, other: KeyUse) -> bool {
    (one.signs() && other.signs()) || (one.decrypts() && other.decrypts())
}

/// Whether the next keys can take the place of the present ones: both uses have one, or after the old ones are retired nothing would sign or open.
pub fn are_whole(kept: &[OwnKey]) -> bool {
    waits(kept, KeyUse::Signing) && waits(kept, KeyUse::Decryption)
}

/// Where a key is that was brought along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// In use: nothing did its work before.
    Present,
    /// It is the next one: another one was in use already.
    Next,
    /// It was there already.
    Known,
    /// Another next key waits for the same use.
    Waiting,
}

/// Keeps a key that the provider knows from another product. Where there is none for its use yet, it is in use at once.
///
/// # Errors
/// `StoreFault`.
pub async fn bring(keys: &dyn OwnKeys, sealer: &Sealer, id: ConnectionId, (purpose, key): (KeyUse, &NewKey), now: Timestamp) -> Result<Brought, StoreFault> {
    let sealed = sealer.seal(&place(id), &key.pkcs8).ok_or_else(|| fault("a key could not be sealed"))?;
    let own = |stage| OwnKey { purpose, stage, sealed: sealed.clone(), certificate: key.certificate.clone(), made_at: now };
    let is_there = |kept: &[OwnKey]| kept.iter().any(|other| other.certificate == key.certificate && shares(other.purpose, purpose));
    let kept = keys.own_keys(id).await?;
    if is_there(&kept) {
        return Ok(Brought::Known);
    }
    if !kept.iter().any(|other| shares(other.purpose, purpose)) && is_there(&keys.keep_first_key(id, &own(KeyStage::Present)).await?) {
        return Ok(Brought::Present);
    }
    Ok(if keys.keep_next_keys(id, &[own(KeyStage::Next)]).await? { Brought::Next } else { Brought::Waiting })
}
