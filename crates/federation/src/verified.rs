//! What an answer proved, whichever protocol carried it. Made only by the verifiers of `saml` and `oidc`.

use std::collections::BTreeMap;

use homeward_model::{ConnectionId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::signout::{Called, Farewell};

/// Who the provider says it is, in the form that never changes: the key of a binding together with the connection
/// (SAML Core 2.2.2, OpenID Connect Core 2, `tid` and `oid` at Entra). Compared byte by byte; no case is folded (ST-08).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// The entity ID or issuer that the connection names.
    pub issuer: String,
    /// NameID format and qualifiers, or the claim that was used; so that equal values of two kinds stay different (ST-06).
    pub kind: String,
    /// The value.
    pub value: String,
}

/// A value that only `saml` and `oidc` can make, from verified bytes. Not `Deserialize`: nothing from outside can be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedAssertion {
    pub(crate) connection: ConnectionId,
    pub(crate) subject: Subject,
    pub(crate) binds: bool,
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, Vec<String>>,
    pub(crate) email_proved: bool,
    pub(crate) authenticated_at: Option<Timestamp>,
    pub(crate) session_index: Option<String>,
    pub(crate) session_until: Option<Timestamp>,
    pub(crate) acr: Option<String>,
    pub(crate) amr: Vec<String>,
    pub(crate) acrs: Vec<String>,
    pub(crate) replay: ReplayMark,
    pub(crate) called: Called,
    pub(crate) farewell: Farewell,
}

/// What must not be accepted twice, and until when it could be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayMark {
    /// Unique within the connection: issuer and assertion id, or issuer and `jti`/code.
    pub key: String,
    /// Kept until then.
    pub until: Timestamp,
}

impl VerifiedAssertion {
    /// The connection whose keys verified it.
    pub fn connection(&self) -> ConnectionId {
        self.connection
    }
    /// The unchanging name.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }
    /// Whether the subject may be kept as a binding; not when it changes every time (transient NameID, ST-07).
    pub fn binds(&self) -> bool {
        self.binds
    }
    /// NameID or `sub` as it came, for matching.
    pub fn name(&self) -> &str {
        &self.name
    }
    /// All values of an attribute or claim.
    pub fn values(&self, name: &str) -> &[String] {
        self.attributes.get(name).map_or(&[], Vec::as_slice)
    }
    /// The only value of an attribute or claim; `None` when there is none or several (SC-18).
    pub fn value(&self, name: &str) -> Option<&str> {
        match self.values(name) {
            [only] => Some(only),
            _ => None,
        }
    }
    /// Names of everything that came, for the administrator.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes.keys().map(String::as_str)
    }
    /// Whether the provider vouches for the e-mail address that this connection takes and looks for (`email_verified`, `xms_edov`; a
    /// SAML provider does for its account's own domains, which the caller checks).
    pub fn email_proved(&self) -> bool {
        self.email_proved
    }
    /// When the person proved themselves there.
    pub fn authenticated_at(&self) -> Option<Timestamp> {
        self.authenticated_at
    }
    /// The provider's own session (`SessionIndex`, `sid`), for single logout.
    pub fn session_index(&self) -> Option<&str> {
        self.session_index.as_deref()
    }
    /// Until when the provider lets a session last (`SessionNotOnOrAfter`).
    pub fn session_until(&self) -> Option<Timestamp> {
        self.session_until
    }
    /// `AuthnContextClassRef` or `acr`.
    pub fn acr(&self) -> Option<&str> {
        self.acr.as_deref()
    }
    /// How they proved themselves (RFC 8176), as far as the provider says.
    pub fn amr(&self) -> &[String] {
        &self.amr
    }
    /// Which authentication contexts Entra says were satisfied.
    pub fn acrs(&self) -> &[String] {
        &self.acrs
    }
    /// What must not be accepted twice.
    pub fn replay(&self) -> &ReplayMark {
        &self.replay
    }
    /// What the provider will call the person and the session when it ends them.
    pub fn called(&self) -> &Called {
        &self.called
    }
    /// What signing out there takes.
    pub fn farewell(&self) -> &Farewell {
        &self.farewell
    }
}
