//! Error answers of the endpoints that a client calls itself (RFC 6749 5.2): one form for all of them.

use std::time::Duration;

use homeward_model::{AccountId, CaseNumber, ClientId, UserId};

use crate::ports::{SignedIn, StoreFault};

/// When a client tries again whose request met a store that does not answer.
pub const AGAIN: Duration = Duration::from_secs(5);

/// Whom a refusal is about, once that is known. For the audit; the client is not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concerned {
    /// The user.
    pub user: UserId,
    /// The user's account.
    pub account: AccountId,
    /// The client that asked.
    pub client: ClientId,
}

/// An error answer (RFC 6749 5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenError {
    /// HTTP status.
    pub status: u16,
    /// The code of the error.
    pub error: &'static str,
    /// A sentence for the application's developer.
    pub description: &'static str,
    /// How long to wait, for the header `Retry-After`.
    pub retry_after: Option<Duration>,
    /// Whom it is about.
    pub concerned: Option<Box<Concerned>>,
    /// What the audit calls it, where that is more than the code of the error says.
    pub word: Option<&'static str>,
    /// What failed. For the log; the client is not told.
    pub fault: Option<Box<StoreFault>>,
}

impl TokenError {
    /// An error that is about a request and nobody in particular.
    pub const fn new(status: u16, error: &'static str, description: &'static str) -> Self {
        Self { status, error, description, retry_after: None, concerned: None, word: None, fault: None }
    }
    pub(crate) const fn grant(description: &'static str) -> Self {
        Self::new(400, "invalid_grant", description)
    }
    /// What somebody should not have had: a copy of a code or of a token. The audit says whose it is and which (OT-02, OT-04, OT-11, OT-14).
    pub(crate) fn copied(word: &'static str, description: &'static str, who: &SignedIn, client: &ClientId) -> Self {
        let concerned = Concerned { user: who.user, account: who.account, client: client.clone() };
        Self { concerned: Some(Box::new(concerned)), word: Some(word), ..Self::grant(description) }
    }
    pub(crate) const fn request(description: &'static str) -> Self {
        Self::new(400, "invalid_request", description)
    }
    pub(crate) const fn client() -> Self {
        Self::new(401, "invalid_client", "The client is unknown, or did not authenticate the way it is registered.")
    }
    pub(crate) const fn paused(wait: Duration) -> Self {
        let description = "Too many wrong credentials for this client from your network. Try again later.";
        Self::new(429, "temporarily_unavailable", description).after(wait)
    }
    pub(crate) const fn too_many(wait: Duration) -> Self {
        Self::new(429, "temporarily_unavailable", "Too many requests were pushed for this client from your network. Try again later.").after(wait)
    }
    /// The same, to be tried again after this time.
    pub const fn after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }
    /// The JSON body.
    pub fn to_json(&self) -> String {
        serde_json::json!({ "error": self.error, "error_description": self.description }).to_string()
    }
    /// The JSON body with the number under which the log and the audit have it.
    pub fn to_json_with(&self, case: &CaseNumber) -> String {
        serde_json::json!({ "error": self.error, "error_description": self.description, "case": case.as_str() }).to_string()
    }
}

impl From<StoreFault> for TokenError {
    fn from(fault: StoreFault) -> Self {
        let error = Self::new(503, "server_error", "The store did not answer. Try again in a moment.").after(AGAIN);
        Self { fault: Some(Box::new(fault)), ..error }
    }
}
