//! What we send a person away with, and what we remember until they are back.

use homeward_model::{ConnectionId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Failure;

/// What a request shall say. The protocols put it into their own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// The username as typed, for the connection's hint.
    pub username: Option<String>,
    /// The person must prove themselves now: `ForceAuthn`, `prompt=login`.
    pub fresh: bool,
    /// Nothing may be shown: `IsPassive`, `prompt=none`.
    pub silent: bool,
    /// The person must have proved themselves at most this many seconds ago (`max_age`; SAML has no word for it, and `ForceAuthn` where none is young enough).
    pub max_age: Option<u64>,
    /// They were asked already, and what the provider had of them was older than that: `ForceAuthn`.
    pub once_more: bool,
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
    /// The provider was told to ask the person, whatever session it has (`ForceAuthn`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forced: bool,
    /// A second factor was required.
    pub second_factor: bool,
    /// What the protocol remembers.
    pub protocol: PendingProtocol,
}

impl Pending {
    /// Whether the answer came from a session of the provider's that is too old, without the person being asked: by a request that says so
    /// they can prove themselves anew.
    pub fn can_be_forced(&self, failure: &Failure) -> bool {
        !self.forced && failure.code == TOO_OLD
    }
}

/// The code of an assertion whose proof is older than `max_age`, in the protocol that has no word for that.
pub(crate) const TOO_OLD: &str = "authn.too_old";

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
