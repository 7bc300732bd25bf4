//! Keys and tokens by hand.

use std::sync::OnceLock;

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// A private key that the provider, or somebody else, signs with.
pub enum Key {
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair),
    Ed(Ed25519KeyPair),
}

/// How a signature is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum How {
    Es256,
    Rs256,
    Ps256,
    EdDsa,
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Key {
    pub fn ec() -> Self {
        let document = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        Self::Ec(document)
    }
    pub fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }
    pub fn ed() -> Self {
        Self::Ed(Ed25519KeyPair::generate().unwrap())
    }
    pub fn sign(&self, how: How, message: &str) -> Vec<u8> {
        let random = SystemRandom::new();
        match (self, how) {
            (Self::Ec(key), How::Es256) => key.sign(&random, message.as_bytes()).unwrap().as_ref().to_vec(),
            (Self::Ed(key), How::EdDsa) => key.sign(message.as_bytes()).as_ref().to_vec(),
            (Self::Rsa(key), How::Rs256 | How::Ps256) => {
                let mut out = vec![0; key.public_modulus_len()];
                if how == How::Rs256 { key.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut out) } else { key.sign(&RSA_PSS_SHA256, &random, message.as_bytes(), &mut out) }.unwrap();
                out
            }
            _ => panic!("this key cannot sign so"),
        }
    }
    /// The public key as a JWK, with more members behind (`,"use":"sig"`).
    pub fn jwk(&self, kid: &str, more: &str) -> String {
        let parts = match self {
            Self::Ec(key) => {
                let point = key.public_key().as_ref();
                format!(r#""kty":"EC","crv":"P-256","x":"{}","y":"{}""#, encode(&point[1..33]), encode(&point[33..65]))
            }
            Self::Rsa(key) => {
                let modulus = key.public_key().modulus().big_endian_without_leading_zero().to_vec();
                format!(r#""kty":"RSA","n":"{}","e":"AQAB""#, encode(modulus))
            }
            Self::Ed(key) => format!(r#""kty":"OKP","crv":"Ed25519","x":"{}""#, encode(key.public_key())),
        };
        format!(r#"{{"kid":"{kid}",{parts}{more}}}"#)
    }
    /// The public key's raw bytes: what a confused verifier would take for a shared secret.
    pub fn public_bytes(&self) -> Vec<u8> {
        match self {
            Self::Ec(key) => key.public_key().as_ref().to_vec(),
            Self::Rsa(key) => key.public_key().as_ref().to_vec(),
            Self::Ed(key) => key.public_key().as_ref().to_vec(),
        }
    }
}

/// The keys of the honest provider, and one that nobody trusts.
pub struct Keys {
    pub ec: Key,
    pub rsa: Key,
    pub ed: Key,
    pub stranger: Key,
    pub next: Key,
}

pub fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    KEYS.get_or_init(|| Keys { ec: Key::ec(), rsa: Key::rsa(), ed: Key::ed(), stranger: Key::ec(), next: Key::ec() })
}

pub fn jwks(keys: &[String]) -> String {
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}

/// Members of an object as raw JSON text, in order; nothing keeps a name from standing twice.
#[derive(Clone)]
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    pub fn set(&mut self, name: &str, raw: &str) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, value)) => raw.clone_into(value),
            None => self.0.push((name.to_owned(), raw.to_owned())),
        }
    }
    pub fn text(&mut self, name: &str, value: &str) {
        self.set(name, &format!("\"{value}\""));
    }
    pub fn add(&mut self, name: &str, raw: &str) {
        self.0.push((name.to_owned(), raw.to_owned()));
    }
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }
    pub fn json(&self) -> String {
        let members: Vec<String> = self.0.iter().map(|(name, raw)| format!("\"{name}\":{raw}")).collect();
        format!("{{{}}}", members.join(","))
    }
}

/// A token before it is signed, and what happens to its text afterwards.
pub struct Token {
    pub header: Fields,
    pub claims: Fields,
    pub key: &'static Key,
    pub how: How,
    /// Done to the signed text, byte by byte.
    pub after: fn(String) -> String,
}

impl Token {
    pub fn signed(&self) -> String {
        let input = format!("{}.{}", encode(self.header.json()), encode(self.claims.json()));
        let signature = encode(self.key.sign(self.how, &input));
        (self.after)(format!("{input}.{signature}"))
    }
}

/// `at_hash` and `c_hash` (Core 3.1.3.6).
pub fn half_hash(value: &str) -> String {
    encode(&aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, value.as_bytes()).as_ref()[..16])
}
