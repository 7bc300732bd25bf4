//! SAML 2.0: the service provider's side of the Web Browser SSO Profile (SAML Profiles 4.1) and of single logout (4.4).

use serde::{Deserialize, Serialize};

/// What the administrator enters for a SAML provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SamlSettings {
    /// The provider's entity ID, exact.
    pub idp_entity_id: String,
}
