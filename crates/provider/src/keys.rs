//! Signing keys: made on the first start, sealed at rest, used through aws-lc-rs only.

use std::sync::Arc;

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom as AwsRandom,
    rsa::KeySize,
    signature::{self as sig, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_model::{Clock, Random};
use homeward_sealing::Sealer;
use openidconnect::{
    JsonWebKeyId, PrivateSigningKey, SigningError,
    core::{CoreJsonCurveType, CoreJsonWebKey, CoreJwsSigningAlgorithm},
};
use zeroize::Zeroizing;

use crate::{
    client::Algorithm,
    ports::{KeyStore, StoreFault, StoredKey},
};

/// One signing key. The `rsa` crate never sees a private key (RUSTSEC-2023-0071).
pub(crate) struct Signer {
    pub kid: String,
    pub algorithm: Algorithm,
    pair: Pair,
}

enum Pair {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(RsaKeyPair),
}

/// Why the keys are not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// A key does not open: the root key is another one than when it was sealed.
    #[error("the signing key {0} does not open: is the root key file the one of this installation?")]
    Sealed(String),
    /// The cryptographic library refused.
    #[error("a signing key could not be made or read")]
    Library,
}

/// The signing keys of this installation.
pub struct Keys(Vec<Arc<Signer>>);

impl Keys {
    /// Loads the keys, and makes those that are missing: one for each algorithm.
    ///
    /// # Errors
    /// `KeysError` when the store fails or a key does not open.
    pub async fn load_or_create(store: &dyn KeyStore, sealer: &Sealer, random: &dyn Random, clock: &dyn Clock) -> Result<Self, KeysError> {
        let mut signers = Vec::new();
        for stored in store.load().await? {
            let pkcs8 = sealer.open(&place(&stored.kid), &stored.sealed).ok_or_else(|| KeysError::Sealed(stored.kid.clone()))?;
            signers.push(Arc::new(Signer { pair: Pair::read(stored.algorithm, &pkcs8)?, kid: stored.kid, algorithm: stored.algorithm }));
        }
        for algorithm in Algorithm::ALL {
            if signers.iter().any(|s: &Arc<Signer>| s.algorithm == algorithm) {
                continue;
            }
            let pkcs8 = generate(algorithm)?;
            let mut id = [0; 9];
            random.fill(&mut id);
            let kid = URL_SAFE_NO_PAD.encode(id);
            let sealed = sealer.seal(&place(&kid), &pkcs8).ok_or(KeysError::Library)?;
            store.add(&StoredKey { kid: kid.clone(), algorithm, sealed, created_at: clock.now() }).await?;
            signers.push(Arc::new(Signer { pair: Pair::read(algorithm, &pkcs8)?, kid, algorithm }));
        }
        Ok(Self(signers))
    }
    /// The newest key of an algorithm.
    pub(crate) fn signer(&self, algorithm: Algorithm) -> Option<&Signer> {
        self.0.iter().find(|s| s.algorithm == algorithm).map(AsRef::as_ref)
    }
    pub(crate) fn by_kid(&self, kid: &str) -> Option<&Signer> {
        self.0.iter().find(|s| s.kid == kid).map(AsRef::as_ref)
    }
    /// The JSON Web Key Set (RFC 7517 5): public parameters, `alg` and `use`.
    pub fn jwks(&self) -> String {
        let keys: Vec<serde_json::Value> = self
            .0
            .iter()
            .filter_map(|signer| {
                let mut key = serde_json::to_value(signer.as_verification_key()).ok()?;
                key.as_object_mut()?.insert("alg".into(), signer.algorithm.name().into());
                Some(key)
            })
            .collect();
        serde_json::json!({ "keys": keys }).to_string()
    }
}

fn place(kid: &str) -> String {
    format!("key/{kid}")
}

fn generate(algorithm: Algorithm) -> Result<Zeroizing<Vec<u8>>, KeysError> {
    let random = AwsRandom::new();
    let made = match algorithm {
        Algorithm::Es256 => EcdsaKeyPair::generate_pkcs8(&sig::ECDSA_P256_SHA256_FIXED_SIGNING, &random).map(|d| d.as_ref().to_vec()),
        Algorithm::EdDsa => Ed25519KeyPair::generate_pkcs8(&random).map(|d| d.as_ref().to_vec()),
        Algorithm::Rs256 => RsaKeyPair::generate(KeySize::Rsa2048).and_then(|k| k.as_der().map(|d: aws_lc_rs::encoding::Pkcs8V1Der<'_>| d.as_ref().to_vec())),
    };
    made.map(Zeroizing::new).map_err(|_| KeysError::Library)
}

impl Pair {
    fn read(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, KeysError> {
        let read = match algorithm {
            Algorithm::Es256 => EcdsaKeyPair::from_pkcs8(&sig::ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map(Self::Es256),
            Algorithm::EdDsa => Ed25519KeyPair::from_pkcs8(pkcs8).map(Self::EdDsa),
            Algorithm::Rs256 => RsaKeyPair::from_pkcs8(pkcs8).map(Self::Rs256),
        };
        read.map_err(|_| KeysError::Library)
    }
}

impl Signer {
    /// Whether the signature is this key's (for our own ID tokens that come back as hints).
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let algorithm: &dyn sig::VerificationAlgorithm = match &self.pair {
            Pair::Es256(_) => &sig::ECDSA_P256_SHA256_FIXED,
            Pair::EdDsa(_) => &sig::ED25519,
            Pair::Rs256(_) => &sig::RSA_PKCS1_2048_8192_SHA256,
        };
        sig::UnparsedPublicKey::new(algorithm, self.public()).verify(message, signature).is_ok()
    }
    fn public(&self) -> &[u8] {
        match &self.pair {
            Pair::Es256(k) => k.public_key().as_ref(),
            Pair::EdDsa(k) => k.public_key().as_ref(),
            Pair::Rs256(k) => k.public_key().as_ref(),
        }
    }
    /// The claims as a signed JWT in compact form (RFC 7515 7.1); `None` when the library refuses. `typ` tells one kind of token
    /// from another (RFC 8725 3.11); an ID token has none.
    pub fn jwt(&self, typ: Option<&str>, claims: &serde_json::Value) -> Option<String> {
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let mut header = serde_json::json!({ "alg": self.algorithm.name(), "kid": self.kid });
        if let (Some(typ), Some(header)) = (typ, header.as_object_mut()) {
            header.insert("typ".into(), typ.into());
        }
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = self.sign(&self.jws(), signed.as_bytes()).ok()?;
        Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
    /// The algorithm, in the library's words.
    pub fn jws(&self) -> CoreJwsSigningAlgorithm {
        match self.algorithm {
            Algorithm::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            Algorithm::EdDsa => CoreJwsSigningAlgorithm::EdDsa,
            Algorithm::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        }
    }
}

impl PrivateSigningKey for Signer {
    type VerificationKey = CoreJsonWebKey;

    fn sign(&self, algorithm: &CoreJwsSigningAlgorithm, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        // The key decides the algorithm: nothing is ever signed with another one.
        if *algorithm != self.jws() {
            return Err(SigningError::UnsupportedAlg(format!("{algorithm:?}")));
        }
        let random = AwsRandom::new();
        match &self.pair {
            Pair::Es256(k) => k.sign(&random, message).map(|s| s.as_ref().to_vec()).map_err(|_| SigningError::CryptoError),
            Pair::EdDsa(k) => Ok(k.sign(message).as_ref().to_vec()),
            Pair::Rs256(k) => {
                let mut out = vec![0; k.public_modulus_len()];
                k.sign(&sig::RSA_PKCS1_SHA256, &random, message, &mut out).map_err(|_| SigningError::CryptoError)?;
                Ok(out)
            }
        }
    }
    fn as_verification_key(&self) -> CoreJsonWebKey {
        let kid = Some(JsonWebKeyId::new(self.kid.clone()));
        match &self.pair {
            Pair::Es256(k) => {
                let point = k.public_key().as_ref();
                let half = |range: std::ops::Range<usize>| point.get(range).unwrap_or_default().to_vec();
                CoreJsonWebKey::new_ec(half(1..33), half(33..65), CoreJsonCurveType::P256, kid)
            }
            Pair::EdDsa(k) => CoreJsonWebKey::new_okp(k.public_key().as_ref().to_vec(), CoreJsonCurveType::Ed25519, kid),
            Pair::Rs256(k) => {
                let modulus = k.public_key().modulus().big_endian_without_leading_zero().to_vec();
                let exponent = k.public_key().exponent().big_endian_without_leading_zero().to_vec();
                CoreJsonWebKey::new_rsa(modulus, exponent, kid)
            }
        }
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
