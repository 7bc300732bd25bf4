//! Keys of the simulated providers, and every way they sign: right ones, weak ones and confused ones.

use aws_lc_rs::{
    digest, hmac,
    rand::SystemRandom,
    rsa,
    signature::{self, EcdsaKeyPair, KeyPair as _},
};
use homeward_model::Timestamp;
use num_bigint::BigUint;
use rcgen::{CertificateParams, DistinguishedName, DnType, SerialNumber};

use crate::{der, error::SimulatorError};

/// Which kind of key a provider has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA with 2048 bits.
    Rsa,
    /// ECDSA on P-256.
    P256,
    /// ECDSA on P-384.
    P384,
}

/// When a certificate is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first second.
    pub from: Timestamp,
    /// The last second.
    pub until: Timestamp,
}

impl Default for Validity {
    /// 2020 to 2050: longer than any test's clock.
    fn default() -> Self {
        Self { from: Timestamp::from_seconds(1_577_836_800), until: Timestamp::from_seconds(2_524_608_000) }
    }
}

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-1, which nobody should accept.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// The hash of `bytes`.
    pub fn of(self, bytes: &[u8]) -> Vec<u8> {
        digest::digest(self.algorithm(), bytes).as_ref().to_vec()
    }
    fn algorithm(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }
    fn encoding(self, pss: bool) -> &'static dyn signature::RsaEncoding {
        match (self, pss) {
            (Self::Sha1 | Self::Sha256, true) => &signature::RSA_PSS_SHA256,
            (Self::Sha384, true) => &signature::RSA_PSS_SHA384,
            (Self::Sha512, true) => &signature::RSA_PSS_SHA512,
            (Self::Sha1 | Self::Sha256, false) => &signature::RSA_PKCS1_SHA256,
            (Self::Sha384, false) => &signature::RSA_PKCS1_SHA384,
            (Self::Sha512, false) => &signature::RSA_PKCS1_SHA512,
        }
    }
}

/// The DER of DigestInfo up to a SHA-1 hash (RFC 8017 section 9.2, note 1).
const SHA1_DIGEST_INFO: &[u8] = b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14";

/// How something is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5.
    Rsa(Hash),
    /// RSASSA-PSS with a salt as long as the hash; SHA-1 is taken as SHA-256.
    RsaPss(Hash),
    /// ECDSA, r and s side by side, with the curve's own hash.
    Ecdsa,
    /// ECDSA in DER, which XML Signature does not allow.
    EcdsaDer,
    /// HMAC with these bytes as the key: what a verifier does who takes a public key for a secret.
    Hmac(Hash, Vec<u8>),
}

enum Secret {
    Rsa(rsa::KeyPair),
    Ec(EcdsaKeyPair, EcdsaKeyPair),
}

/// A key with its certificate.
pub struct SigningKey {
    kind: KeyKind,
    secret: Secret,
    pkcs8: Vec<u8>,
    certificate: Vec<u8>,
}

impl SigningKey {
    /// A new key and a self-signed certificate for `name`.
    pub fn new(name: &str, kind: KeyKind, validity: Validity) -> Result<Self, SimulatorError> {
        Self::with_serial(name, kind, validity, &[1])
    }

    /// The same with a chosen serial number, so that a forged certificate can look like another (SK-02).
    pub fn with_serial(name: &str, kind: KeyKind, validity: Validity, serial: &[u8]) -> Result<Self, SimulatorError> {
        let algorithm = match kind {
            KeyKind::Rsa => &rcgen::PKCS_RSA_SHA256,
            KeyKind::P256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            KeyKind::P384 => &rcgen::PKCS_ECDSA_P384_SHA384,
        };
        let pair = rcgen::KeyPair::generate_for(algorithm).map_err(|e| SimulatorError::Key(e.to_string()))?;
        let certificate = certificate(name, &pair, validity, serial)?;
        Ok(Self { kind, secret: secret(kind, pair.serialized_der())?, pkcs8: pair.serialize_der(), certificate })
    }

    /// The same key with another certificate, as when only the certificate is renewed.
    pub fn certified_again(&self, name: &str, validity: Validity) -> Result<Self, SimulatorError> {
        let failed = |e: rcgen::Error| SimulatorError::Key(e.to_string());
        let pair = rcgen::KeyPair::try_from(self.pkcs8.as_slice()).map_err(failed)?;
        let certificate = certificate(name, &pair, validity, &[2])?;
        Ok(Self { kind: self.kind, secret: secret(self.kind, &self.pkcs8)?, pkcs8: self.pkcs8.clone(), certificate })
    }

    /// The same key and certificate once more.
    pub fn again(&self) -> Result<Self, SimulatorError> {
        Ok(Self { kind: self.kind, secret: secret(self.kind, &self.pkcs8)?, pkcs8: self.pkcs8.clone(), certificate: self.certificate.clone() })
    }

    /// The kind of key.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The private key in PKCS #8.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The certificate in DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The public key as SubjectPublicKeyInfo in DER.
    pub fn public_key(&self) -> Vec<u8> {
        der::public_key_of(&self.certificate).unwrap_or_default()
    }

    /// Modulus and exponent, big-endian without leading zeroes; `None` for other keys than RSA.
    pub fn rsa_public(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let [n, e, _] = der::rsa_numbers(&self.pkcs8).filter(|_| self.kind == KeyKind::Rsa)?;
        Some((BigUint::from_bytes_be(&n).to_bytes_be(), BigUint::from_bytes_be(&e).to_bytes_be()))
    }

    /// The public point of an elliptic curve key: x and y; `None` for RSA.
    pub fn point(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let Secret::Ec(fixed, _) = &self.secret else { return None };
        let point = fixed.public_key().as_ref().get(1..)?;
        let (x, y) = point.split_at(point.len() / 2);
        Some((x.to_vec(), y.to_vec()))
    }

    /// What this key signs with unless asked otherwise.
    pub fn usual(&self) -> Algorithm {
        match self.kind {
            KeyKind::Rsa => Algorithm::Rsa(Hash::Sha256),
            KeyKind::P256 | KeyKind::P384 => Algorithm::Ecdsa,
        }
    }

    /// The signature over `message`; empty when this key cannot sign in that way.
    pub fn sign(&self, algorithm: &Algorithm, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match (algorithm, &self.secret) {
            (Algorithm::Rsa(Hash::Sha1), Secret::Rsa(_)) => self.rsa_pkcs1(SHA1_DIGEST_INFO, &Hash::Sha1.of(message)),
            (Algorithm::Rsa(hash) | Algorithm::RsaPss(hash), Secret::Rsa(pair)) => {
                let mut made = vec![0; pair.public_modulus_len()];
                let pss = matches!(algorithm, Algorithm::RsaPss(_));
                pair.sign(hash.encoding(pss), &random, message, &mut made).map(|()| made).unwrap_or_default()
            }
            (Algorithm::Ecdsa, Secret::Ec(fixed, _)) => fixed.sign(&random, message).map(|s| s.as_ref().to_vec()).unwrap_or_default(),
            (Algorithm::EcdsaDer, Secret::Ec(_, der)) => der.sign(&random, message).map(|s| s.as_ref().to_vec()).unwrap_or_default(),
            (Algorithm::Hmac(hash, key), _) => {
                let with = match hash {
                    Hash::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
                    Hash::Sha256 => hmac::HMAC_SHA256,
                    Hash::Sha384 => hmac::HMAC_SHA384,
                    Hash::Sha512 => hmac::HMAC_SHA512,
                };
                hmac::sign(&hmac::Key::new(with, key), message).as_ref().to_vec()
            }
            _ => Vec::new(),
        }
    }

    /// RSASSA-PKCS1-v1_5 by its formula (RFC 8017 section 8.2.1): the library makes no SHA-1 signatures, and tests need them.
    /// `digest_info` is the DER before the hash. No protection against timing: the keys here guard nothing.
    pub fn rsa_pkcs1(&self, digest_info: &[u8], hash: &[u8]) -> Vec<u8> {
        let Some([n, _, d]) = der::rsa_numbers(&self.pkcs8).filter(|_| self.kind == KeyKind::Rsa) else { return Vec::new() };
        let (n, d) = (BigUint::from_bytes_be(&n), BigUint::from_bytes_be(&d));
        let length = n.to_bytes_be().len();
        let padding = length.saturating_sub(3 + digest_info.len() + hash.len());
        let mut block = vec![0, 1];
        block.resize(2 + padding, 0xff);
        block.push(0);
        block.extend_from_slice(digest_info);
        block.extend_from_slice(hash);
        let made = BigUint::from_bytes_be(&block).modpow(&d, &n).to_bytes_be();
        let mut padded = vec![0; length.saturating_sub(made.len())];
        padded.extend(made);
        padded
    }
}

fn secret(kind: KeyKind, pkcs8: &[u8]) -> Result<Secret, SimulatorError> {
    let failed = |e: aws_lc_rs::error::KeyRejected| SimulatorError::Key(e.to_string());
    let ec = |fixed, der| -> Result<Secret, SimulatorError> {
        Ok(Secret::Ec(EcdsaKeyPair::from_pkcs8(fixed, pkcs8).map_err(failed)?, EcdsaKeyPair::from_pkcs8(der, pkcs8).map_err(failed)?))
    };
    match kind {
        KeyKind::Rsa => rsa::KeyPair::from_pkcs8(pkcs8).map(Secret::Rsa).map_err(failed),
        KeyKind::P256 => ec(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, &signature::ECDSA_P256_SHA256_ASN1_SIGNING),
        KeyKind::P384 => ec(&signature::ECDSA_P384_SHA384_FIXED_SIGNING, &signature::ECDSA_P384_SHA384_ASN1_SIGNING),
    }
}

fn certificate(name: &str, pair: &rcgen::KeyPair, validity: Validity, serial: &[u8]) -> Result<Vec<u8>, SimulatorError> {
    let failed = |e: rcgen::Error| SimulatorError::Key(e.to_string());
    let moment = |at: Timestamp| time::OffsetDateTime::from_unix_timestamp(at.seconds()).map_err(|e| SimulatorError::Key(e.to_string()));
    let mut params = CertificateParams::new(Vec::new()).map_err(failed)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.serial_number = Some(SerialNumber::from_slice(serial));
    params.not_before = moment(validity.from)?;
    params.not_after = moment(validity.until)?;
    Ok(params.self_signed(pair).map_err(failed)?.der().to_vec())
}

/// Bytes as PEM under a label (RFC 7468).
pub fn pem(label: &str, der: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
