//! What a provider publishes: its configuration (OpenID Connect Discovery 1.0) and its keys (RFC 7517).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::token::{algorithm_name, key_id};
use crate::{brand::Brand, key::{KeyKind, SigningKey}};

/// The discovery document; `issuer` as it shall stand there.
pub fn discovery(brand: Brand, base: &str, issuer: &str) -> Value {
    let at = |name: &str| format!("{base}/{}/oidc/{name}", brand.path());
    json!({
        "issuer": issuer,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "userinfo_endpoint": at("userinfo"),
        "jwks_uri": at("keys"),
        "end_session_endpoint": at("logout"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": [if brand == Brand::Entra { "pairwise" } else { "public" }],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
    })
}

/// A set of public keys.
pub fn jwks(keys: &[&SigningKey]) -> Value {
    let one = |key: &&SigningKey| {
        let encode = |bytes: Vec<u8>| URL_SAFE_NO_PAD.encode(bytes);
        let common = json!({ "use": "sig", "alg": algorithm_name(key), "kid": key_id(key) });
        let own = match (key.rsa_public(), key.point()) {
            (Some((n, e)), _) => json!({ "kty": "RSA", "n": encode(n), "e": encode(e) }),
            (None, Some((x, y))) => json!({ "kty": "EC", "crv": if key.kind() == KeyKind::P384 { "P-384" } else { "P-256" }, "x": encode(x), "y": encode(y) }),
            (None, None) => json!({}),
        };
        let (Value::Object(mut all), Value::Object(own)) = (common, own) else { return Value::Null };
        all.extend(own);
        Value::Object(all)
    };
    json!({ "keys": keys.iter().map(one).collect::<Vec<_>>() })
}
