//! What mails to administrators need from outside: whom, and what they were told before.

use async_trait::async_trait;
use homeward_discovery::{Account, ConnectionState, User};
use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, ConnectionId, Timestamp};

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertKind {
    /// A certificate ends.
    CertificateEnds,
    /// Answers name a certificate that nobody has added.
    UnknownCertificate,
    /// The provider publishes other values, which wait for a word.
    ValuesWait,
}

impl AlertKind {
    /// The word in the store.
    pub const fn word(self) -> &'static str {
        match self {
            Self::CertificateEnds => "certificate_ends",
            Self::UnknownCertificate => "unknown_certificate",
            Self::ValuesWait => "values_wait",
        }
    }
}

/// One thing that is told about a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertKey {
    /// What.
    pub kind: AlertKind,
    /// Of which connection.
    pub connection: ConnectionId,
    /// What makes it another one than the next: a thumbprint, perhaps with the number of days.
    pub about: String,
}

/// Administrators of accounts, and what they were told.
#[async_trait]
pub trait Administrators: Send + Sync {
    /// The active administrators of an account, each with the code of the language that they last used in the portal, if they did.
    async fn administrators(&self, account: AccountId) -> Result<Vec<(User, Option<String>)>, StoreFault>;
    /// Who reads what nobody would otherwise, where an account has no administrator: its security managers, or the partners of the next account above
    /// that has any.
    async fn stand_ins(&self, account: AccountId) -> Result<Vec<(User, Option<String>)>, StoreFault>;
    /// How many of the account's people sign in at its provider while the connection is in this state: the exclusion list and whoever is in no pilot do not.
    async fn people(&self, account: &Account, state: ConnectionState) -> Result<u32, StoreFault>;
    /// Whether this was told after that time, or ever when that is `None`.
    async fn was_told(&self, key: &AlertKey, since: Option<Timestamp>) -> Result<bool, StoreFault>;
    /// Notes that this was told.
    async fn note_alert(&self, key: &AlertKey, now: Timestamp) -> Result<(), StoreFault>;
    /// How many things of this kind were told about a connection after this time.
    async fn alerts_since(&self, kind: AlertKind, connection: ConnectionId, since: Timestamp) -> Result<u32, StoreFault>;
}
