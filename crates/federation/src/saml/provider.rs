//! Ourselves towards one identity provider: names, addresses and keys.

use std::sync::Arc;

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{self, OaepPrivateDecryptingKey, PrivateDecryptingKey},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256},
};

use super::{certificate::Certificate, keys::KeyProblem};

/// Ourselves towards one identity provider. Made for each connection from the installation's settings, the connection's own identity
/// and the keys of the store.
#[derive(Clone, Debug)]
pub struct ServiceProvider {
    /// Our entity ID: what an audience must name.
    pub entity_id: String,
    /// Our assertion consumer service: what destination and recipient must name, exactly. From our own settings, never from a request.
    pub acs_url: String,
    /// Our single logout service.
    pub slo_url: Option<String>,
    /// Keys that sign; the first signs, metadata shows all, so that a new one can be announced.
    pub signing: Vec<SigningKey>,
    /// Keys that decrypt; metadata shows the first, all are tried, so that an old one still opens what is under way.
    pub decryption: Vec<DecryptionKey>,
    /// Development: `http` to this machine is allowed.
    pub loopback_http: bool,
}

/// A key of ours that signs.
#[derive(Clone)]
pub struct SigningKey {
    pair: Arc<Pair>,
    certificate: Vec<u8>,
}

enum Pair {
    Rsa(rsa::KeyPair),
    Ecdsa(EcdsaKeyPair),
}

impl SigningKey {
    /// From PKCS#8 and the certificate of the same key, both DER.
    ///
    /// # Errors
    /// When the key cannot be read, or the certificate is another key's.
    pub fn from_pkcs8(pkcs8: &[u8], certificate: &[u8]) -> Result<Self, KeyProblem> {
        let pair = rsa::KeyPair::from_pkcs8(pkcs8)
            .map(Pair::Rsa)
            .or_else(|_| EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map(Pair::Ecdsa))
            .map_err(|_| KeyProblem::Unreadable)?;
        let public = match &pair {
            Pair::Rsa(pair) => pair.public_key().as_ref(),
            Pair::Ecdsa(pair) => pair.public_key().as_ref(),
        };
        let named = Certificate::from_der(certificate).map_err(|_| KeyProblem::Certificate)?;
        if named.public_key() != public {
            return Err(KeyProblem::Certificate);
        }
        Ok(Self { pair: Arc::new(pair), certificate: certificate.to_vec() })
    }

    /// Its certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// Whether it is an RSA key; otherwise it is P-256.
    pub fn is_rsa(&self) -> bool {
        matches!(*self.pair, Pair::Rsa(_))
    }

    /// The signature method it signs with (RFC 9231 2.3).
    pub(crate) fn method(&self) -> &'static str {
        if self.is_rsa() { super::algorithm::RSA_SHA256 } else { super::algorithm::ECDSA_SHA256 }
    }

    /// Signs: PKCS#1 v1.5 with SHA-256, or ECDSA as r‖s (RFC 9231 2.3.6).
    pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match &*self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).ok()?;
                Some(signature)
            }
            Pair::Ecdsa(pair) => Some(pair.sign(&random, message).ok()?.as_ref().to_vec()),
        }
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_rsa() { "SigningKey(RSA)" } else { "SigningKey(P-256)" })
    }
}

/// A key of ours that opens encrypted assertions: RSA-OAEP only, never PKCS#1 v1.5 (SE-02).
#[derive(Clone)]
pub struct DecryptionKey {
    key: Arc<OaepPrivateDecryptingKey>,
    certificate: Vec<u8>,
}

impl DecryptionKey {
    /// From PKCS#8 and the certificate of the same key, both DER.
    ///
    /// # Errors
    /// When the key cannot be read, or the certificate is another key's.
    pub fn from_pkcs8(pkcs8: &[u8], certificate: &[u8]) -> Result<Self, KeyProblem> {
        let pair = rsa::KeyPair::from_pkcs8(pkcs8).map_err(|_| KeyProblem::Unreadable)?;
        let named = Certificate::from_der(certificate).map_err(|_| KeyProblem::Certificate)?;
        if named.public_key() != pair.public_key().as_ref() {
            return Err(KeyProblem::Certificate);
        }
        let key = PrivateDecryptingKey::from_pkcs8(pkcs8).map_err(|_| KeyProblem::Unreadable)?;
        let key = OaepPrivateDecryptingKey::new(key).map_err(|_| KeyProblem::Unreadable)?;
        Ok(Self { key: Arc::new(key), certificate: certificate.to_vec() })
    }

    /// Its certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The key itself.
    pub(crate) fn key(&self) -> &OaepPrivateDecryptingKey {
        &self.key
    }
}

impl std::fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DecryptionKey(RSA)")
    }
}
