//! Signing keys: made on the first start, sealed at rest, used through aws-lc-rs only.

use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom as AwsRandom,
    rsa::KeySize,
    signature::{self as sig, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_model::{Clock, Random, Timestamp};
use homeward_sealing::Sealer;
use homeward_trace::Effort;
use openidconnect::{
    JsonWebKeyId, PrivateSigningKey, SigningError,
    core::{CoreJsonCurveType, CoreJsonWebKey, CoreJwsSigningAlgorithm},
};
use zeroize::Zeroizing;

use crate::{
    client::Algorithm,
    ports::{KeyStore, StoreFault, StoredKey},
    rotation,
};

/// One signing key. The `rsa` crate never sees a private key (RUSTSEC-2023-0071).
pub(crate) struct Signer {
    pub kid: String,
    pub algorithm: Algorithm,
    signs_from: Timestamp,
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

/// The signing keys of this installation, as they were when they were last read.
pub struct Keys(RwLock<Arc<Ring>>);

struct Ring {
    /// All that are published, newest first.
    signers: Vec<Arc<Signer>>,
    /// The names of those that sign now, one for each algorithm.
    present: Vec<String>,
    /// The key set as it is published.
    published: Arc<str>,
}

/// Public parameters, `alg` and `use` (RFC 7517 5).
fn published(signers: &[Arc<Signer>]) -> Arc<str> {
    let shown = |signer: &Arc<Signer>| {
        let mut key = serde_json::to_value(signer.as_verification_key()).ok()?;
        key.as_object_mut()?.insert("alg".into(), signer.algorithm.name().into());
        Some(key)
    };
    let keys: Vec<serde_json::Value> = signers.iter().filter_map(shown).collect();
    serde_json::json!({ "keys": keys }).to_string().into()
}

impl Ring {
    fn of(signers: Vec<Arc<Signer>>, now: Timestamp) -> Self {
        let present = |algorithm: Algorithm| {
            let mut own = signers.iter().filter(|s| s.algorithm == algorithm);
            // Newest first. One that is announced does not sign yet, unless there is no other.
            own.clone().find(|s| s.signs_from <= now).or_else(|| own.next_back()).map(|s| s.kid.clone())
        };
        let present = Algorithm::ALL.into_iter().filter_map(present).collect();
        Self { published: published(&signers), signers, present }
    }
}

impl Keys {
    /// Loads the keys, and makes those that are missing: one for each algorithm.
    ///
    /// # Errors
    /// `KeysError` when the store fails or a key does not open.
    pub async fn load_or_create(store: &dyn KeyStore, sealer: &Sealer, random: &dyn Random, clock: &dyn Clock) -> Result<Self, KeysError> {
        let (now, stored) = (clock.now(), store.load().await?);
        for algorithm in Algorithm::ALL {
            if !stored.iter().any(|s| s.algorithm == algorithm) {
                rotation::make(store, sealer, random, (algorithm, now, now)).await?;
            }
        }
        let signers = read_all(store, sealer, &[]).await?.into_iter().collect::<Result<_, _>>()?;
        Ok(Self(RwLock::new(Arc::new(Ring::of(signers, now)))))
    }
    /// Reads the keys again: what another process made, and what time has made the present one. What is there no more is out of use in any case, also where
    /// another key does not open, as one that was sealed under a root key which this process does not have yet (KS-04).
    ///
    /// # Errors
    /// `KeysError`: the keys could not be looked up, and stay as they are, or one of them does not open.
    pub async fn reload(&self, store: &dyn KeyStore, sealer: &Sealer, now: Timestamp) -> Result<(), KeysError> {
        let (signers, unread): (Vec<_>, Vec<_>) = read_all(store, sealer, &self.ring().signers).await?.into_iter().partition(Result::is_ok);
        let signers = signers.into_iter().flatten().collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Ring::of(signers, now));
        unread.into_iter().find_map(Result::err).map_or(Ok(()), Err)
    }
    fn ring(&self) -> Arc<Ring> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// The key of an algorithm that signs now.
    pub(crate) fn signer(&self, algorithm: Algorithm) -> Option<Arc<Signer>> {
        let ring = self.ring();
        ring.signers.iter().find(|s| s.algorithm == algorithm && ring.present.contains(&s.kid)).cloned()
    }
    /// A key that is published, by its name.
    pub(crate) fn by_kid(&self, kid: &str) -> Option<Arc<Signer>> {
        self.ring().signers.iter().find(|s| s.kid == kid).cloned()
    }
    /// The JSON Web Key Set (RFC 7517 5).
    pub fn jwks(&self) -> Arc<str> {
        self.ring().published.clone()
    }
}

/// A key that is known is not opened again: what a name stands for never changes.
async fn read_all(store: &dyn KeyStore, sealer: &Sealer, known: &[Arc<Signer>]) -> Result<Vec<Result<Arc<Signer>, KeysError>>, StoreFault> {
    let mut stored = store.load().await?;
    stored.sort_by(|a, b| b.order().cmp(&a.order()));
    let same = |key: &StoredKey| known.iter().find(|signer| signer.kid == key.kid && signer.signs_from == key.signs_from).cloned();
    Ok(stored.into_iter().map(|key| same(&key).map_or_else(|| read(key, sealer).map(Arc::new), Ok)).collect())
}

fn read(stored: StoredKey, sealer: &Sealer) -> Result<Signer, KeysError> {
    let pkcs8 = sealer.open(&place(&stored.kid), &stored.sealed).ok_or_else(|| KeysError::Sealed(stored.kid.clone()))?;
    Ok(Signer { pair: Pair::read(stored.algorithm, &pkcs8)?, kid: stored.kid, algorithm: stored.algorithm, signs_from: stored.signs_from })
}

/// Where a signing key rests: what it is sealed for.
pub fn place(kid: &str) -> String {
    format!("key/{kid}")
}

pub(crate) fn generate(algorithm: Algorithm) -> Result<Zeroizing<Vec<u8>>, KeysError> {
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
        Effort::Signature.done(|| match &self.pair {
            Pair::Es256(k) => k.sign(&random, message).map(|s| s.as_ref().to_vec()).map_err(|_| SigningError::CryptoError),
            Pair::EdDsa(k) => Ok(k.sign(message).as_ref().to_vec()),
            Pair::Rs256(k) => {
                let mut out = vec![0; k.public_modulus_len()];
                k.sign(&sig::RSA_PKCS1_SHA256, &random, message, &mut out).map_err(|_| SigningError::CryptoError)?;
                Ok(out)
            }
        })
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
