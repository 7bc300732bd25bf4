//! OpenID Connect: the relying party's side of the authorization code flow (OpenID Connect Core 1.0, 3.1).

use serde::{Deserialize, Serialize};

/// What the administrator enters for an OpenID Provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcSettings {
    /// The provider's issuer, exact.
    pub issuer: String,
}
