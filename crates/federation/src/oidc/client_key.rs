//! The key by which we prove to a token endpoint who we are (`private_key_jwt`, RFC 7523): made here, or read from PEM that an operator has.
//! The provider gets its public half, as a certificate or as a JWK; the private half is sealed and leaves in no form.

use aws_lc_rs::digest;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use homeward_model::{ConnectionId, Timestamp};
use homeward_sealing::Sealer;
use jsonwebtoken::{
    DecodingKey, EncodingKey,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use zeroize::Zeroizing;

use super::{Algorithm, ClientAuthentication, SealedSecret, secret::Purpose};
use crate::saml::{KeyKind, NewKey, certificate::Certificate};

/// Longest `kid` that is taken from outside.
const LONGEST_KEY_ID: usize = 200;

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientKeyProblem {
    /// The cryptographic library refused, or the algorithm has no key that is made here.
    #[error("a key for this algorithm is not made here")]
    Generation,
    /// No PKCS#8 in PEM, or a key for another algorithm.
    #[error("this is no private key in PKCS#8 (-----BEGIN PRIVATE KEY-----) for this algorithm")]
    Unreadable,
    /// RSA of less than 2048 bits.
    #[error("its RSA key has fewer than 2048 bits")]
    Small,
    /// The certificate cannot be read, or is another key's.
    #[error("the certificate cannot be read, or does not belong to this key")]
    Certificate,
    /// A `kid` that nobody could enter at a provider.
    #[error("a key id has 1 to 200 characters, and none of them is a blank")]
    KeyId,
}

/// A key with everything that a provider needs of it.
pub struct ClientKey {
    pem: Zeroizing<String>,
    algorithm: Algorithm,
    /// `kid` of what it signs.
    pub key_id: String,
    /// Its public half (RFC 7517).
    pub jwk: serde_json::Value,
    /// Its certificate in PEM, where there is one.
    pub certificate: Option<String>,
    thumbprint: Option<String>,
}

impl ClientKey {
    /// Makes a key and a certificate for it. `name`: the certificate's common name.
    ///
    /// # Errors
    /// [`ClientKeyProblem::Generation`].
    pub fn make(algorithm: Algorithm, name: &str, now: Timestamp) -> Result<Self, ClientKeyProblem> {
        let kind = match algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => KeyKind::Rsa,
            Algorithm::Es256 => KeyKind::EcdsaP256,
            Algorithm::EdDsa => return Err(ClientKeyProblem::Generation),
        };
        let made = NewKey::generate(kind, name, now).map_err(|_| ClientKeyProblem::Generation)?;
        let certificate = Certificate::from_der(&made.certificate).map_err(|_| ClientKeyProblem::Generation)?;
        Self::of(pem(&made.pkcs8), algorithm, (Some(&certificate), None))
    }

    /// Reads a key that an operator has made. `beside`: its certificate in PEM, and the id by which the provider knows it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(pem: Zeroizing<String>, algorithm: Algorithm, (certificate, key_id): (Option<&str>, Option<&str>)) -> Result<Self, ClientKeyProblem> {
        let certificate = certificate.map(Certificate::from_pem).transpose().map_err(|_| ClientKeyProblem::Certificate)?;
        Self::of(pem, algorithm, (certificate.as_ref(), key_id))
    }

    fn of(pem: Zeroizing<String>, algorithm: Algorithm, (certificate, key_id): (Option<&Certificate>, Option<&str>)) -> Result<Self, ClientKeyProblem> {
        let (own, key) = encoding(&pem, algorithm)?;
        let mut jwk = Jwk::from_encoding_key(&key, own).map_err(|_| ClientKeyProblem::Unreadable)?;
        let name = jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| ClientKeyProblem::Unreadable)?;
        if let Some(certificate) = certificate
            && named(certificate, own).is_none_or(|other| other != name)
        {
            return Err(ClientKeyProblem::Certificate);
        }
        let key_id = key_id.map_or(name, str::to_owned);
        if key_id.is_empty() || key_id.len() > LONGEST_KEY_ID || key_id.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(ClientKeyProblem::KeyId);
        }
        (jwk.common.key_id, jwk.common.public_key_use) = (Some(key_id.clone()), Some(PublicKeyUse::Signature));
        let jwk = serde_json::to_value(&jwk).map_err(|_| ClientKeyProblem::Unreadable)?;
        let modulus = jwk.get("n").and_then(serde_json::Value::as_str).and_then(|n| URL_SAFE_NO_PAD.decode(n).ok());
        if modulus.is_some_and(|modulus| modulus.len() < 256) {
            return Err(ClientKeyProblem::Small);
        }
        let thumbprint = certificate.map(|one| URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, one.der())));
        Ok(Self { pem, algorithm, key_id, jwk, certificate: certificate.map(Certificate::pem), thumbprint })
    }

    /// What a connection proves itself with, sealed for it. `None` only when the cryptographic library fails.
    pub fn sealed(&self, sealer: &Sealer, connection: ConnectionId) -> Option<ClientAuthentication> {
        let key = SealedSecret::seal(sealer, connection, Purpose::ClientKey, self.pem.as_bytes())?;
        Some(ClientAuthentication::PrivateKeyJwt { key, algorithm: self.algorithm, key_id: self.key_id.clone(), thumbprint: self.thumbprint.clone() })
    }
}

fn encoding(pem: &str, algorithm: Algorithm) -> Result<(jsonwebtoken::Algorithm, EncodingKey), ClientKeyProblem> {
    let (own, key) = match algorithm {
        Algorithm::Rs256 => (jsonwebtoken::Algorithm::RS256, EncodingKey::from_rsa_pem(pem.as_bytes())),
        Algorithm::Ps256 => (jsonwebtoken::Algorithm::PS256, EncodingKey::from_rsa_pem(pem.as_bytes())),
        Algorithm::Es256 => (jsonwebtoken::Algorithm::ES256, EncodingKey::from_ec_pem(pem.as_bytes())),
        Algorithm::EdDsa => (jsonwebtoken::Algorithm::EdDSA, EncodingKey::from_ed_pem(pem.as_bytes())),
    };
    key.map(|key| (own, key)).map_err(|_| ClientKeyProblem::Unreadable)
}

/// The thumbprint (RFC 7638) of a certificate's key.
fn named(certificate: &Certificate, algorithm: jsonwebtoken::Algorithm) -> Option<String> {
    let key = match algorithm {
        jsonwebtoken::Algorithm::ES256 => DecodingKey::from_ec_der(certificate.public_key()),
        jsonwebtoken::Algorithm::EdDSA => DecodingKey::from_ed_der(certificate.public_key()),
        _ => DecodingKey::from_rsa_der(certificate.public_key()),
    };
    Jwk::from_decoding_key(&key, Some(algorithm)).ok()?.thumbprint(ThumbprintHash::SHA256).ok()
}

fn pem(pkcs8: &[u8]) -> Zeroizing<String> {
    let text = Zeroizing::new(STANDARD.encode(pkcs8));
    let mut pem = Zeroizing::new(String::with_capacity(text.len() + text.len() / 64 + 80));
    pem.push_str("-----BEGIN PRIVATE KEY-----");
    for (at, sign) in text.chars().enumerate() {
        if at % 64 == 0 {
            pem.push('\n');
        }
        pem.push(sign);
    }
    pem.push_str("\n-----END PRIVATE KEY-----\n");
    pem
}

#[cfg(test)]
mod tests {
    use homeward_model::SystemRandom;
    use homeward_sealing::RootKey;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    /// What is handed out is the public half and nothing of the private one; what signs is the other half of it.
    #[test]
    fn a_key_that_was_made_hands_out_its_public_half_only() {
        let sealer = Sealer::new(RootKey::generate(1, &SystemRandom), vec![]);
        let connection = ConnectionId::generate(&SystemRandom);
        for (algorithm, parts) in [(Algorithm::Rs256, &["n", "e"]), (Algorithm::Ps256, &["n", "e"]), (Algorithm::Es256, &["x", "y"])] {
            let made = ClientKey::make(algorithm, "signin.example", NOW).unwrap();
            assert!(parts.iter().all(|part| made.jwk[part].is_string()), "{}", made.jwk);
            for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
                assert!(made.jwk.get(private).is_none(), "{private}");
            }
            assert_eq!((made.jwk["kid"].as_str(), made.jwk["use"].as_str()), (Some(made.key_id.as_str()), Some("sig")));
            let Some(ClientAuthentication::PrivateKeyJwt { key, thumbprint, .. }) = made.sealed(&sealer, connection) else { panic!() };
            let certificate = Certificate::from_pem(made.certificate.as_deref().unwrap().trim()).unwrap();
            assert_eq!(thumbprint.unwrap(), URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, certificate.der())));
            let opened = key.open(&sealer, connection, Purpose::ClientKey).unwrap();
            // Read back, it is the same key; with another key's certificate it is refused.
            let again = ClientKey::read(opened.clone(), algorithm, (made.certificate.as_deref().map(str::trim), Some("k1"))).unwrap();
            assert_eq!((again.key_id.as_str(), &again.jwk["kid"]), ("k1", &"k1".into()));
            let other = ClientKey::make(algorithm, "signin.example", NOW).unwrap().certificate.unwrap();
            assert_eq!(ClientKey::read(opened, algorithm, (Some(other.trim()), None)).err(), Some(ClientKeyProblem::Certificate));
        }
    }

    #[test]
    fn what_is_no_key_for_the_algorithm_is_refused() {
        let read = |pem: &str, algorithm, key_id| ClientKey::read(Zeroizing::new(pem.to_owned()), algorithm, (None, key_id)).err();
        let elliptic = rcgen::KeyPair::generate().unwrap();
        let (pem, public) = (elliptic.serialize_pem(), elliptic.public_key_pem());
        assert_eq!(read(&pem, Algorithm::Es256, None), None);
        let small = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap().serialize_pem();
        for (text, algorithm) in [("", Algorithm::Es256), (&*pem, Algorithm::Rs256), (&*public, Algorithm::Es256), (&*pem, Algorithm::EdDsa), (&*small, Algorithm::Es256), ("-----BEGIN CERTIFICATE-----", Algorithm::Ps256)] {
            assert_eq!(read(text, algorithm, None), Some(ClientKeyProblem::Unreadable), "{algorithm:?}");
        }
        for wrong in ["", "a b", &"x".repeat(201)] {
            assert_eq!(read(&pem, Algorithm::Es256, Some(wrong)), Some(ClientKeyProblem::KeyId), "{wrong}");
        }
        assert_eq!(ClientKey::make(Algorithm::EdDsa, "x", NOW).err(), Some(ClientKeyProblem::Generation));
    }
}
