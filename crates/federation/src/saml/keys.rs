//! Our own keys: made here, kept by the caller as sealed PKCS#8 (RFC 5958) beside their self-signed certificate.

use homeward_model::Timestamp;
use zeroize::Zeroizing;

/// What a key is for, and of which kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA with 3072 bits: signs (`rsa-sha256`) or decrypts (RSA-OAEP).
    Rsa,
    /// P-256: signs (`ecdsa-sha256`).
    EcdsaP256,
}

/// Why a key could not be made or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// The cryptographic library refused.
    #[error("the key could not be made")]
    Generation,
    /// Not PKCS#8, or neither RSA of at least 2048 bits nor P-256.
    #[error("the key is not an RSA key of at least 2048 bits or a P-256 key in PKCS#8")]
    Unreadable,
    /// The certificate is not for this key.
    #[error("the certificate does not belong to the key")]
    Certificate,
}

/// A key that was just made. The caller seals `pkcs8`.
pub struct NewKey {
    /// The private key, PKCS#8 DER.
    pub pkcs8: Zeroizing<Vec<u8>>,
    /// Its self-signed certificate, DER; what metadata shows.
    pub certificate: Vec<u8>,
}

/// How long our own certificates say that they hold. Providers that look at it get a long time; the key is what counts.
const YEARS: i64 = 10;

impl NewKey {
    /// Makes a key and a self-signed certificate that begins a day before `now`. `name` is the certificate's common name, for example the
    /// host of our entity ID.
    ///
    /// # Errors
    /// `KeyProblem::Generation`.
    pub fn generate(kind: KeyKind, name: &str, now: Timestamp) -> Result<Self, KeyProblem> {
        let pair = match kind {
            KeyKind::Rsa => rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_3072),
            KeyKind::EcdsaP256 => rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256),
        }
        .map_err(|_| KeyProblem::Generation)?;
        let day = 86_400;
        let at = |seconds: i64| time::OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| KeyProblem::Generation);
        let mut subject = rcgen::DistinguishedName::new();
        subject.push(rcgen::DnType::CommonName, name);
        let mut parameters = rcgen::CertificateParams::default();
        parameters.distinguished_name = subject;
        parameters.not_before = at(now.seconds() - day)?;
        parameters.not_after = at(now.seconds() + YEARS * 365 * day)?;
        let certificate = parameters.self_signed(&pair).map_err(|_| KeyProblem::Generation)?;
        Ok(Self { pkcs8: Zeroizing::new(pair.serialize_der()), certificate: certificate.der().to_vec() })
    }
}
