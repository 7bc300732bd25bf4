//! OpenID Connect: the relying party's side of the authorization code flow (OpenID Connect Core 1.0, 3.1).
//!
//! [`RelyingParty::begin`] sends a person away, [`RelyingParty::finish`] reads what comes back and makes a
//! [`crate::VerifiedAssertion`] of it, or says which check failed. `oauth2` builds and sends the token request, `openidconnect`
//! reads the discovery document; what they do not check stands in decision 0009 and is checked here.

pub mod azure;
pub mod callback;
pub mod client_key;
mod begin;
pub(crate) mod bridge;
/// Hosts of Microsoft's clouds, for what speaks to them without a discovery document.
pub(crate) mod clouds {
    pub(crate) use super::entra::{exchange_host, graph_host, is_sign_in_host, origin};
}
mod cache;
mod claims;
mod discovery;
mod entra;
mod finish;
mod endpoints;
mod id_token;
mod json;
mod jws;
mod keys;
mod logout;
mod people;
mod relying_party;
pub mod secret;
pub mod settings;
pub(crate) mod token_request;
mod userinfo;
pub(crate) mod witness;
#[cfg(test)]
mod vectors_tests;

pub use callback::{CallbackError, CallbackParams};
pub use endpoints::{Endpoints, Move};
pub(crate) use entra::has_many_tenants;
pub use entra::{CLOUDS, Cloud, is_tenant_id};
pub use logout::{EndSession, LogoutToken, LogoutTokenError};
pub use relying_party::{BeginError, ProviderHealth, RelyingParty};
pub use secret::SealedSecret;
pub use settings::{Algorithm, ClientAuthentication, OWN_CALLBACK, OWN_SIGNED_OUT, OidcSettings, SecondFactor, SettingsError, SubjectClaim};

/// For fuzzing and property tests: everything that reads bytes from outside, without anything around it.
pub mod parsers {
    pub use super::callback::CallbackParams;
    use super::{discovery, json, jws, keys};

    /// Reads a compact JWS; whether it has the right shape.
    pub fn reads_jws(text: &str) -> bool {
        jws::Unverified::read(text).is_ok()
    }
    /// Verifies a compact JWS with a JWK Set, as an ID token is before its claims are looked at; whether it is good.
    pub fn verifies(text: &str, keys: &[u8]) -> bool {
        let (Ok(unverified), Ok(keys)) = (jws::Unverified::read(text), keys::KeySet::read(keys)) else { return false };
        let Ok(algorithm) = unverified.algorithm(&super::Algorithm::ALL) else { return false };
        let Ok(id) = unverified.key_id() else { return false };
        keys.choose(id, algorithm).is_ok_and(|key| unverified.verified_by(key, algorithm).is_ok())
    }
    /// Reads a JWK Set; how many of its keys can verify.
    pub fn reads_keys(bytes: &[u8]) -> Option<usize> {
        keys::KeySet::read(bytes).ok().map(|set| set.len())
    }
    /// Reads a discovery document for this issuer; whether it is one.
    pub fn reads_discovery(bytes: &[u8], issuer: &str) -> bool {
        discovery::Document::read(bytes, issuer, false, &homeward_egress::Rules::default()).is_ok()
    }
    /// Reads JSON without duplicate names; whether it is such.
    pub fn reads_json(bytes: &[u8]) -> bool {
        json::read(bytes).is_ok()
    }
}
