//! A test sign-in: what it keeps, and what it needs from outside. It signs nobody in; what it leaves is the evidence that the
//! connection works (ADM-8, ADM-11).

use async_trait::async_trait;
use homeward_federation::{ConnectionSettings, Failure, VerifiedAssertion, check::masked, whole::Whole};
use homeward_local_credential::StoreFault;
use homeward_model::{CaseNumber, ConnectionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

/// Attributes that are shown at most, and values of each.
const MOST: usize = 60;

/// What a test sign-in showed. No value in it is whole but the name of somebody who is to be invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestResult {
    /// Which connection.
    pub connection: ConnectionId,
    /// When the answer was there.
    pub at: Timestamp,
    /// The check that failed, without anybody's name; `None`: all passed.
    pub failure: Option<Failure>,
    /// What arrived, by name; values in part. Empty when the answer was not verified.
    pub arrived: Vec<(String, Vec<String>)>,
    /// The user that it means, in part.
    pub person: Option<String>,
    /// The settings that were tested ([`homeward_federation::ConnectionSettings::digest`]): others need a test of their own.
    #[serde(default)]
    pub settings: Option<[u8; 32]>,
    /// Who began it, when it was somebody in the account portal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// The setup link by which that was done; `by` is then who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<CaseNumber>,
    /// The name that nobody of the account has, when somebody in the account portal tested: they can invite whom it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// The users that it means, where it is about them that it failed; for whoever may see the account's users.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<UserId>,
    /// The certificate, as PEM, with which the answer says that it was signed, when nobody has added that one. Nothing proves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The whole answer, with values in part, when somebody in the account portal tested and there was one to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<Whole>,
}

impl TestResult {
    /// Whether all six checks passed.
    pub fn passed(&self) -> bool {
        self.failure.is_none()
    }
}

/// What arrived, in part: enough to see that it is the right field, too little to be somebody's data.
pub fn arrived(assertion: &VerifiedAssertion) -> Vec<(String, Vec<String>)> {
    let subject = (assertion.subject().kind.clone(), vec![masked(assertion.name())]);
    let shown = |name: &str| (name.chars().take(200).collect(), assertion.values(name).iter().take(MOST).map(|value| masked(value)).collect());
    std::iter::once(subject).chain(assertion.names().take(MOST).map(shown)).collect()
}

/// Links to test sign-ins, and what came of them. Tokens and handles are stored as SHA-256 only.
#[async_trait]
pub trait TestSignIns: Send + Sync {
    /// Keeps a link until then.
    async fn keep_link(&self, token_hash: &[u8; 32], connection: ConnectionId, until: Timestamp) -> Result<(), StoreFault>;
    /// The connection of a link that is not over. Reading uses nothing up.
    async fn link(&self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<ConnectionId>, StoreFault>;
    /// Uses a link up: one caller gets the connection.
    async fn take_link(&self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<ConnectionId>, StoreFault>;
    /// The settings of a connection as they would be with the values that wait by this name; `None` once those are taken over, discarded or
    /// replaced.
    async fn waiting(&self, connection: ConnectionId, handle: &str, now: Timestamp) -> Result<Option<ConnectionSettings>, StoreFault>;
    /// Keeps a result for a browser until then. Whole answers of older ones are forgotten: only the newest is shown.
    async fn keep_test(&self, handle_hash: &[u8; 32], browser: &str, result: &TestResult, until: Timestamp) -> Result<(), StoreFault>;
    /// The result with this handle, for the browser that began.
    async fn test(&self, handle_hash: &[u8; 32], browser: &str, now: Timestamp) -> Result<Option<TestResult>, StoreFault>;
}
