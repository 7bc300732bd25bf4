//! Our metadata (OpenID Connect Discovery 3, RFC 8414): only what is there.

use crate::{client::Algorithm, issuer::Issuer, ports::ACR_PASSWORD};

const BASIC: &str = "client_secret_basic";
const POST: &str = "client_secret_post";
const JWT: &str = "private_key_jwt";
/// Algorithms of client assertions, as `ClientKeys` takes them.
const ASSERTIONS: [&str; 4] = ["ES256", "EdDSA", "RS256", "PS256"];

/// The document at `/.well-known/openid-configuration`. `exchange`: whether tokens are exchanged here (RFC 8693).
pub fn metadata(issuer: &Issuer, languages: &[&str], exchange: bool) -> String {
    let grants = ["authorization_code", "refresh_token"].into_iter().chain(exchange.then_some(crate::exchange::GRANT_TYPE));
    let algorithms: Vec<&str> = Algorithm::ALL.iter().map(|a| a.name()).collect();
    serde_json::json!({
        "issuer": issuer.as_str(),
        "authorization_endpoint": issuer.at("/oauth2/authorize"),
        "token_endpoint": issuer.at("/oauth2/token"),
        "userinfo_endpoint": issuer.at("/oauth2/userinfo"),
        "jwks_uri": issuer.at("/oauth2/jwks"),
        "end_session_endpoint": issuer.at("/oauth2/logout"),
        "revocation_endpoint": issuer.at("/oauth2/revoke"),
        "introspection_endpoint": issuer.at("/oauth2/introspect"),
        "pushed_authorization_request_endpoint": issuer.at("/oauth2/par"),
        "require_pushed_authorization_requests": false,
        "scopes_supported": ["openid", "profile", "email", "groups", "offline_access"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": grants.collect::<Vec<_>>(),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": algorithms,
        "token_endpoint_auth_methods_supported": [BASIC, POST, JWT, "none"],
        "token_endpoint_auth_signing_alg_values_supported": ASSERTIONS,
        "revocation_endpoint_auth_methods_supported": [BASIC, POST, JWT, "none"],
        "revocation_endpoint_auth_signing_alg_values_supported": ASSERTIONS,
        "introspection_endpoint_auth_methods_supported": [BASIC, POST, JWT],
        "introspection_endpoint_auth_signing_alg_values_supported": ASSERTIONS,
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "display_values_supported": ["page"],
        "acr_values_supported": [ACR_PASSWORD],
        "ui_locales_supported": languages,
        "claim_types_supported": ["normal"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "nonce", "at_hash", "sid", "account", "account_name",
            "name", "given_name", "family_name", "preferred_username", "email", "email_verified", "groups", "roles"],
        "claims_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
    })
    .to_string()
}

#[cfg(test)]
#[path = "metadata_tests.rs"]
mod tests;
