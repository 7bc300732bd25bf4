//! Public keys with which a client signs its assertions: what may be registered, and which algorithm each is for.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A client's JSON Web Key Set (RFC 7517 5): public keys for signatures only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientKeys(Vec<Jwk>);

/// Why a key set cannot be registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientKeysError {
    /// No object with a list of keys.
    #[error("a key set is {{ \"keys\": [ … ] }} with 1 to 10 public keys")]
    Form,
    /// A private or a shared key.
    #[error("the key set holds a private or a shared key; register the public half only")]
    Private,
    /// A key that signs nothing we accept.
    #[error("use P-256 keys (ES256), Ed25519 keys (EdDSA) or RSA keys of 2048 bits and more (RS256, PS256), with use = \"sig\" or none")]
    Kind,
    /// Keys that cannot be told apart.
    #[error("of several keys each has a kid of its own")]
    Kid,
}

/// Members that only a private or a shared key has (RFC 7518 6.2.2, 6.3.2, 6.4.1).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// Keys of a set at most.
const MOST: usize = 10;

impl ClientKeys {
    /// Reads a key set for registration.
    ///
    /// # Errors
    /// `ClientKeysError` says what to change.
    pub fn parse(document: &Value) -> Result<Self, ClientKeysError> {
        let keys = document.get("keys").and_then(Value::as_array).ok_or(ClientKeysError::Form)?;
        if keys.is_empty() || keys.len() > MOST {
            return Err(ClientKeysError::Form);
        }
        if keys.iter().any(|key| PRIVATE.iter().any(|name| key.get(name).is_some())) {
            return Err(ClientKeysError::Private);
        }
        if keys.iter().any(|key| key.get("use").is_some_and(|what| what != "sig")) {
            return Err(ClientKeysError::Kind);
        }
        let read = |key: &Value| serde_json::from_value::<Jwk>(key.clone()).ok().filter(|key| algorithm(key).is_some());
        let keys: Vec<Jwk> = keys.iter().map(read).collect::<Option<_>>().ok_or(ClientKeysError::Kind)?;
        let kids: BTreeSet<&str> = keys.iter().filter_map(|key| key.common.key_id.as_deref()).collect();
        if keys.len() > 1 && kids.len() < keys.len() {
            return Err(ClientKeysError::Kid);
        }
        Ok(Self(keys))
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// The key of an assertion with this `kid`, and the one algorithm that it is for. Without a `kid` there must be one key only.
    pub(crate) fn find(&self, kid: Option<&str>) -> Option<(&Jwk, Algorithm)> {
        let key = match (kid, self.0.as_slice()) {
            (None, [only]) => only,
            (None, _) => return None,
            (Some(kid), keys) => keys.iter().find(|key| key.common.key_id.as_deref() == Some(kid))?,
        };
        Some((key, algorithm(key)?))
    }
}

/// The algorithm follows from the key, never from the assertion (RFC 8725 3.1).
fn algorithm(key: &Jwk) -> Option<Algorithm> {
    match (&key.algorithm, key.common.key_algorithm) {
        (AlgorithmParameters::EllipticCurve(ec), None | Some(KeyAlgorithm::ES256)) if ec.curve == EllipticCurve::P256 => Some(Algorithm::ES256),
        (AlgorithmParameters::OctetKeyPair(okp), None | Some(KeyAlgorithm::EdDSA)) if okp.curve == EllipticCurve::Ed25519 => Some(Algorithm::EdDSA),
        (AlgorithmParameters::RSA(rsa), which @ (None | Some(KeyAlgorithm::RS256 | KeyAlgorithm::PS256))) => {
            let long = URL_SAFE_NO_PAD.decode(&rsa.n).is_ok_and(|n| n.len() >= 256);
            let algorithm = if which == Some(KeyAlgorithm::PS256) { Algorithm::PS256 } else { Algorithm::RS256 };
            long.then_some(algorithm)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    #[test]
    fn only_public_keys_for_signatures_can_be_registered() {
        let ec = json!({ "kty": "EC", "crv": "P-256", "x": X, "y": Y, "kid": "1" });
        let with = |name: &str, value: Value| {
            let mut key = ec.clone();
            key.as_object_mut().unwrap().insert(name.into(), value);
            json!({ "keys": [key] })
        };
        let good = ClientKeys::parse(&with("use", "sig".into())).unwrap();
        assert_eq!(good.find(Some("1")).map(|(_, a)| a), Some(Algorithm::ES256));
        assert_eq!(good.find(None).map(|(_, a)| a), Some(Algorithm::ES256));
        assert_eq!(good.find(Some("2")), None);
        assert_eq!(ClientKeys::parse(&with("d", "AA".into())), Err(ClientKeysError::Private));
        for (name, value) in [("use", "enc"), ("alg", "HS256"), ("alg", "ES384"), ("crv", "P-384"), ("kty", "oct")] {
            assert_eq!(ClientKeys::parse(&with(name, value.into())), Err(ClientKeysError::Kind), "{name} {value}");
        }
        let secret = json!({ "keys": [{ "kty": "oct", "k": "AAAA" }] });
        assert_eq!(ClientKeys::parse(&secret), Err(ClientKeysError::Private));
        let short = json!({ "keys": [{ "kty": "RSA", "n": "A".repeat(170), "e": "AQAB" }] });
        assert_eq!(ClientKeys::parse(&short), Err(ClientKeysError::Kind));
        assert_eq!(ClientKeys::parse(&json!({ "keys": [ec, ec] })), Err(ClientKeysError::Kid));
        for form in [json!({}), json!({ "keys": [] }), json!([]), json!("x"), json!({ "keys": vec![ec; 11] })] {
            assert_eq!(ClientKeys::parse(&form), Err(ClientKeysError::Form), "{form}");
        }
    }
}
