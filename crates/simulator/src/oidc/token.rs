//! JSON Web Signatures (RFC 7515), made by hand: good ones and the forgeries that verifiers have accepted before.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::key::{Algorithm, Hash, KeyKind, SigningKey, pem};

/// How a token is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignAs {
    /// The key's own algorithm.
    Right,
    /// `alg` is `none` and the signature empty.
    None,
    /// The key's algorithm is named, the signature cut off.
    Cut,
    /// HS256 with the public key as PEM.
    PublicKeyAsSecret,
    /// HS256 with these bytes.
    Secret(Vec<u8>),
    /// Any header; signed by the key's own algorithm.
    Header(Value),
}

/// The key's id: the hash of its public part.
pub fn key_id(key: &SigningKey) -> String {
    URL_SAFE_NO_PAD.encode(Hash::Sha256.of(&key.public_key())).chars().take(20).collect()
}

/// The `alg` of a key.
pub fn algorithm_name(key: &SigningKey) -> &'static str {
    match key.kind() {
        KeyKind::Rsa => "RS256",
        KeyKind::P256 => "ES256",
        KeyKind::P384 => "ES384",
    }
}

/// A token with these claims; `kind` is its `typ`.
pub fn sign(key: &SigningKey, kind: &str, claims: &Value, how: &SignAs) -> String {
    let named = |algorithm: &str| json!({ "alg": algorithm, "kid": key_id(key), "typ": kind });
    let header = match how {
        SignAs::Right | SignAs::Cut => named(algorithm_name(key)),
        SignAs::None => json!({ "alg": "none", "typ": kind }),
        SignAs::PublicKeyAsSecret | SignAs::Secret(_) => named("HS256"),
        SignAs::Header(header) => header.clone(),
    };
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(claims));
    let signature = match how {
        SignAs::Right | SignAs::Header(_) => key.sign(&key.usual(), signed.as_bytes()),
        SignAs::None | SignAs::Cut => Vec::new(),
        SignAs::PublicKeyAsSecret => key.sign(&Algorithm::Hmac(Hash::Sha256, pem("PUBLIC KEY", &key.public_key()).into_bytes()), signed.as_bytes()),
        SignAs::Secret(secret) => key.sign(&Algorithm::Hmac(Hash::Sha256, secret.clone()), signed.as_bytes()),
    };
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A text claim of a token of our own, without a look at its signature: nothing here guards anything.
pub fn unverified_claim(token: &str, name: &str) -> Option<String> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<Value>(&payload).ok()?.get(name)?.as_str().map(str::to_owned)
}
