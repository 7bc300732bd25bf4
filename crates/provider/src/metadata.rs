//! Our metadata (OpenID Connect Discovery 3, RFC 8414): only what is there.

use crate::{client::Algorithm, issuer::Issuer};

/// The document at `/.well-known/openid-configuration`.
pub fn metadata(issuer: &Issuer, languages: &[&str]) -> String {
    let algorithms: Vec<&str> = Algorithm::ALL.iter().map(|a| a.name()).collect();
    serde_json::json!({
        "issuer": issuer.as_str(),
        "authorization_endpoint": issuer.at("/oauth2/authorize"),
        "token_endpoint": issuer.at("/oauth2/token"),
        "userinfo_endpoint": issuer.at("/oauth2/userinfo"),
        "jwks_uri": issuer.at("/oauth2/jwks"),
        "end_session_endpoint": issuer.at("/oauth2/logout"),
        "scopes_supported": ["openid", "profile", "email", "groups", "offline_access"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": algorithms,
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": languages,
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "amr", "nonce", "at_hash", "sid", "account", "account_name",
            "name", "given_name", "family_name", "preferred_username", "email", "email_verified", "groups", "roles"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
    })
    .to_string()
}

#[cfg(test)]
#[path = "metadata_tests.rs"]
mod tests;
