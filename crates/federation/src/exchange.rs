//! What we send a person away with, and what we remember until they are back.

use homeward_model::{ConnectionId, Timestamp};
use serde::{Deserialize, Serialize};

/// What a request shall say. The protocols put it into their own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// The username as typed, for the connection's hint.
    pub username: Option<String>,
    /// The person must prove themselves now: `ForceAuthn`, `prompt=login`.
    pub fresh: bool,
    /// Nothing may be shown: `IsPassive`, `prompt=none`.
    pub silent: bool,
    /// The person must have proved themselves at most this many seconds ago (`max_age`; `ForceAuthn` where there is no word for an age).
    pub max_age: Option<u64>,
    /// A second factor is required: `RequestedAuthnContext`, `acr_values`.
    pub second_factor: bool,
    /// The random handle of the transaction: RelayState, `state`. It says nothing by itself.
    pub handle: String,
}

/// How the person goes there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Departure {
    /// By an address (HTTP-Redirect binding, OpenID Connect).
    Redirect {
        /// Where to, with everything in the query.
        url: String,
    },
    /// By a form that sends itself (HTTP-POST binding).
    Post {
        /// Where to.
        action: String,
        /// Names and values of the hidden fields.
        fields: Vec<(String, String)>,
    },
}

impl Departure {
    /// The address the person goes to.
    pub fn address(&self) -> &str {
        match self {
            Self::Redirect { url } => url,
            Self::Post { action, .. } => action,
        }
    }
}

/// What must be remembered of a request, on the server, until the answer is there. Secrets in it (verifier, nonce) live as long
/// as the transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The connection that was asked. The answer is checked against its keys and no others.
    pub connection: ConnectionId,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// The proof must be newer than the request.
    pub fresh: bool,
    /// The proof must not be older than this many seconds.
    pub max_age: Option<u64>,
    /// A second factor was required.
    pub second_factor: bool,
    /// What the protocol remembers.
    pub protocol: PendingProtocol,
}

/// What each protocol remembers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingProtocol {
    /// SAML 2.0.
    Saml {
        /// `ID` of the AuthnRequest.
        request_id: String,
    },
    /// OpenID Connect.
    Oidc {
        /// `nonce` of the request.
        nonce: String,
        /// PKCE `code_verifier` (RFC 7636).
        verifier: String,
    },
}
