//! Error answers of the endpoints that a client calls itself (RFC 6749 5.2): one form for all of them.

use std::time::Duration;

use homeward_model::CaseNumber;

use crate::ports::StoreFault;

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
}

impl TokenError {
    pub(crate) const fn new(status: u16, error: &'static str, description: &'static str) -> Self {
        Self { status, error, description, retry_after: None }
    }
    pub(crate) const fn grant(description: &'static str) -> Self {
        Self::new(400, "invalid_grant", description)
    }
    pub(crate) const fn request(description: &'static str) -> Self {
        Self::new(400, "invalid_request", description)
    }
    pub(crate) const fn client() -> Self {
        Self::new(401, "invalid_client", "The client is unknown, or did not authenticate the way it is registered.")
    }
    pub(crate) const fn paused(wait: Duration) -> Self {
        let description = "Too many wrong credentials for this client from your network. Try again later.";
        Self { status: 429, error: "temporarily_unavailable", description, retry_after: Some(wait) }
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
    fn from(_: StoreFault) -> Self {
        Self::new(503, "server_error", "The store did not answer. Try again in a moment.")
    }
}
