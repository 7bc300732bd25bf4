//! A provider's public keys (JWK Set, RFC 7517), reduced to those that can verify a signature we accept.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{Algorithm, json::{self, Object}};

/// Most keys of a set.
const MOST: usize = 100;

/// Members that only a private or a shared key has. A key that was published with one of them is worthless (OR-17).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// The keys of one provider.
#[derive(Debug, Default)]
pub(crate) struct KeySet(Vec<Key>);

/// One public key.
#[derive(Debug)]
pub(crate) struct Key {
    id: Option<String>,
    algorithm: Option<String>,
    /// Entra says for which issuer a key signs; absent elsewhere (OE-01).
    pub issuer: Option<String>,
    material: Material,
}

#[derive(Debug)]
enum Material {
    Rsa(RsaPublicKeyComponents<Vec<u8>>),
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// The document is no key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotKeys;

/// Why no key was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoKey {
    /// None fits: the set may be old.
    Unknown,
    /// No `kid`, and several keys fit (Core 10.1 asks for one).
    IdMissing,
    /// Two keys of one kind share the `kid`.
    Ambiguous,
}

impl KeySet {
    /// Reads a JWK Set. Keys that cannot verify are left out: other kinds, other uses, private ones, malformed ones.
    pub fn read(bytes: &[u8]) -> Result<Self, NotKeys> {
        let document = json::read_object(bytes).map_err(|_| NotKeys)?;
        let Some(Value::Array(keys)) = document.get("keys") else { return Err(NotKeys) };
        if keys.len() > MOST {
            return Err(NotKeys);
        }
        Ok(Self(keys.iter().filter_map(|key| Key::read(key.as_object()?)).collect()))
    }
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// The key for a token: of the algorithm's kind, with the `kid` when there is one, and the only such (OR-16).
    pub fn choose(&self, id: Option<&str>, algorithm: Algorithm) -> Result<&Key, NoKey> {
        let mut fitting = self.0.iter().filter(|key| key.fits(algorithm) && (id.is_none() || key.id.as_deref() == id));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Ok(only),
            (None, _) => Err(NoKey::Unknown),
            (Some(_), Some(_)) if id.is_none() => Err(NoKey::IdMissing),
            (Some(_), Some(_)) => Err(NoKey::Ambiguous),
        }
    }
}

impl Key {
    fn read(jwk: &Object) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        if PRIVATE.iter().any(|name| jwk.contains_key(*name)) || jwk.get("use").is_some_and(|value| value != "sig") {
            return None;
        }
        if let Some(operations) = jwk.get("key_ops")
            && !operations.as_array()?.iter().any(|operation| operation == "verify")
        {
            return None;
        }
        let material = match (text("kty")?, text("crv")) {
            ("RSA", _) => rsa(bytes("n")?, bytes("e")?)?,
            ("EC", Some("P-256")) => {
                let (x, y) = (bytes("x")?, bytes("y")?);
                (x.len() == 32 && y.len() == 32).then(|| Material::P256([&[4][..], &x, &y].concat()))?
            }
            ("OKP", Some("Ed25519")) => Material::Ed25519(bytes("x").filter(|x| x.len() == 32)?),
            _ => return None,
        };
        let optional = |name: &str| match jwk.get(name) {
            None => Some(None),
            Some(Value::String(value)) => Some(Some(value.clone())),
            Some(_) => None,
        };
        Some(Self { id: optional("kid")?, algorithm: optional("alg")?, issuer: optional("issuer")?, material })
    }
    fn fits(&self, algorithm: Algorithm) -> bool {
        let kind = match algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => matches!(self.material, Material::Rsa(_)),
            Algorithm::Es256 => matches!(self.material, Material::P256(_)),
            Algorithm::EdDsa => matches!(self.material, Material::Ed25519(_)),
        };
        kind && self.algorithm.as_deref().is_none_or(|named| named == algorithm.name() || (algorithm == Algorithm::EdDsa && named == "Ed25519"))
    }
    /// Whether the signature is this key's over the message. The key's kind and the algorithm must belong together.
    pub fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        match (&self.material, algorithm) {
            (Material::Rsa(key), Algorithm::Rs256) => key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
            (Material::Rsa(key), Algorithm::Ps256) => key.verify(&RSA_PSS_2048_8192_SHA256, message, signature),
            (Material::P256(key), Algorithm::Es256) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key).verify(message, signature),
            (Material::Ed25519(key), Algorithm::EdDsa) => UnparsedPublicKey::new(&ED25519, key).verify(message, signature),
            _ => return false,
        }
        .is_ok()
    }
}

/// 2048 to 8192 bits with an odd exponent of at least 3.
fn rsa(modulus: Vec<u8>, exponent: Vec<u8>) -> Option<Material> {
    let modulus: Vec<u8> = modulus.into_iter().skip_while(|byte| *byte == 0).collect();
    let odd = |bytes: &[u8]| bytes.last().is_some_and(|last| last % 2 == 1);
    let sane = (256..=1_024).contains(&modulus.len()) && odd(&modulus) && odd(&exponent) && exponent.len() <= 4 && exponent != [1];
    sane.then_some(Material::Rsa(RsaPublicKeyComponents { n: modulus, e: exponent }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ec(kid: &str) -> String {
        let part = URL_SAFE_NO_PAD.encode([7; 32]);
        format!(r#"{{"kty":"EC","crv":"P-256","kid":"{kid}","x":"{part}","y":"{part}"}}"#)
    }

    fn set(keys: &[String]) -> KeySet {
        KeySet::read(format!(r#"{{"keys":[{}]}}"#, keys.join(",")).as_bytes()).unwrap()
    }

    /// OR-16, OR-17: which key is chosen, and which are never there.
    #[test]
    fn or_16_or_17_keys_are_chosen_by_kind_and_kid() {
        let two = set(&[ec("a"), ec("b")]);
        assert!(two.choose(Some("a"), Algorithm::Es256).is_ok());
        assert_eq!(two.choose(None, Algorithm::Es256).unwrap_err(), NoKey::IdMissing);
        assert_eq!(two.choose(Some("c"), Algorithm::Es256).unwrap_err(), NoKey::Unknown);
        assert_eq!(two.choose(Some("a"), Algorithm::Rs256).unwrap_err(), NoKey::Unknown);
        assert_eq!(set(&[ec("a"), ec("a")]).choose(Some("a"), Algorithm::Es256).unwrap_err(), NoKey::Ambiguous);
        assert!(set(&[ec("a")]).choose(None, Algorithm::Es256).is_ok());
        let bent = |change: &str| set(&[ec("a").replacen('{', &format!("{{{change},"), 1)]).len();
        for change in [r#""use":"enc""#, r#""d":"AQ""#, r#""k":"AQ""#, r#""key_ops":["encrypt"]"#, r#""use":7"#, r#""alg":7"#] {
            assert_eq!(bent(change), 0, "{change}");
        }
        assert_eq!(bent(r#""use":"sig""#), 1);
        let other = set(&[ec("a").replacen('{', r#"{"alg":"ES384","#, 1)]);
        assert_eq!(other.choose(Some("a"), Algorithm::Es256).unwrap_err(), NoKey::Unknown);
        let short = URL_SAFE_NO_PAD.encode([255; 128]);
        assert_eq!(set(&[format!(r#"{{"kty":"RSA","n":"{short}","e":"AQAB"}}"#)]).len(), 0);
        for none in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[],"keys":[]}"#] {
            assert!(KeySet::read(none.as_bytes()).is_err(), "{none}");
        }
        assert_eq!(KeySet::read(br#"{"keys":[]}"#).unwrap().len(), 0);
    }

    proptest! {
        #[test]
        fn any_bytes_are_keys_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = KeySet::read(&bytes);
        }
    }
}
