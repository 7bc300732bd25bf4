//! Certificates of providers: what they say, and what an administrator's paste contains.
//!
//! A certificate here is only a carrier of a key (SAML V2.0 Metadata Interoperability Profile 2.6.1): no chain is followed and
//! no name in it is compared. What people need to know of it (expiry, thumbprints, weak parts) is told.

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_model::Timestamp;
use x509_parser::{oid_registry, prelude::FromDer, public_key::PublicKey};

pub use super::paste::{PasteProblem, read_paste};

/// A certificate that can be used: its key is one that we verify with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    spki: Vec<u8>,
    public_key: Vec<u8>,
    key: PublicKeyKind,
    subject: String,
    issuer: String,
    serial: String,
    not_before: Timestamp,
    not_after: Timestamp,
    weak_signature: bool,
}

/// Kinds of keys that we verify with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicKeyKind {
    /// RSA, with its size in bits.
    Rsa(usize),
    /// P-256.
    P256,
    /// P-384.
    P384,
    /// P-521.
    P521,
}

impl std::fmt::Display for PublicKeyKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rsa(bits) => write!(f, "RSA {bits}"),
            Self::P256 => f.write_str("P-256"),
            Self::P384 => f.write_str("P-384"),
            Self::P521 => f.write_str("P-521"),
        }
    }
}

/// Why a certificate cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum CertificateProblem {
    /// It cannot be read as X.509.
    #[error("this is not an X.509 certificate")]
    Unreadable,
    /// A private key. It was shown to us and should be replaced.
    #[error("this is a private key: keep it secret, replace it, and paste the certificate instead")]
    PrivateKey,
    /// Something else in PEM: a request, a bare public key.
    #[error("this is not a certificate but another kind of PEM block")]
    OtherKind,
    /// RSA of less than 2048 bits (SK-10).
    #[error("its RSA key has fewer than 2048 bits")]
    SmallKey,
    /// RSA of more than 8192 bits, or an exponent that is out of the ordinary (SK-10, SP-13).
    #[error("its RSA key has an unusual exponent or more than 8192 bits")]
    OddKey,
    /// Neither RSA nor P-256, P-384, P-521.
    #[error("its key is neither RSA nor of the curves P-256, P-384, P-521")]
    OtherKey,
}

/// What an administrator should know of a certificate that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CertificateWarning {
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It ends within thirty days.
    EndsSoon,
    /// It is signed with SHA-1 or MD5. That says nothing of the key.
    WeakSignature,
}

impl Certificate {
    /// Reads DER.
    ///
    /// # Errors
    /// When it is no certificate, or its key is not one that we verify with.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateProblem> {
        Self::first(der).map(|(certificate, _)| certificate)
    }

    /// Reads one PEM block.
    ///
    /// # Errors
    /// When it holds anything but one certificate.
    pub fn from_pem(pem: &str) -> Result<Self, CertificateProblem> {
        let inside = pem.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(END)).ok_or(CertificateProblem::Unreadable)?;
        Self::from_der(&decode(inside).ok_or(CertificateProblem::Unreadable)?)
    }

    /// The first certificate of `der`, and what follows it.
    pub(super) fn first(der: &[u8]) -> Result<(Self, &[u8]), CertificateProblem> {
        let (rest, read) = x509_parser::certificate::X509Certificate::from_der(der).map_err(|_| CertificateProblem::Unreadable)?;
        let own = der.get(..der.len() - rest.len()).ok_or(CertificateProblem::Unreadable)?;
        let spki = read.public_key();
        let weak = [oid_registry::OID_PKCS1_SHA1WITHRSA, oid_registry::OID_PKCS1_MD5WITHRSAENC, ECDSA_WITH_SHA1];
        let at = |time: x509_parser::time::ASN1Time| Timestamp::from_seconds(time.timestamp());
        let certificate = Self {
            der: own.to_vec(),
            spki: spki.raw.to_vec(),
            public_key: spki.subject_public_key.data.to_vec(),
            key: kind_of(spki)?,
            subject: bounded(&read.subject().to_string()),
            issuer: bounded(&read.issuer().to_string()),
            serial: read.raw_serial_as_string(),
            not_before: at(read.validity().not_before),
            not_after: at(read.validity().not_after),
            weak_signature: weak.contains(&read.signature_algorithm.algorithm),
        };
        Ok((certificate, rest))
    }

    /// DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }
    /// PEM, the form that settings keep.
    pub fn pem(&self) -> String {
        let text = STANDARD.encode(&self.der);
        let mut pem = String::with_capacity(text.len() + 80);
        pem.push_str(BEGIN);
        for (at, sign) in text.chars().enumerate() {
            if at % 64 == 0 {
                pem.push('\n');
            }
            pem.push(sign);
        }
        pem.push('\n');
        pem.push_str(END);
        pem.push('\n');
        pem
    }
    /// SubjectPublicKeyInfo, DER: what is compared.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }
    /// The key inside, without its algorithm.
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }
    /// Kind of the key.
    pub fn key(&self) -> PublicKeyKind {
        self.key
    }
    /// Subject, as text for people.
    pub fn subject(&self) -> &str {
        &self.subject
    }
    /// Issuer, as text for people.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }
    /// Serial number in hexadecimal.
    pub fn serial(&self) -> &str {
        &self.serial
    }
    /// Begin of its validity.
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }
    /// End of its validity.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }
    /// SHA-256 over the DER, `AB:CD:…`.
    pub fn sha256_thumbprint(&self) -> String {
        thumbprint(&digest::SHA256, &self.der)
    }
    /// SHA-1 over the DER, as Entra and AD FS show it. An identifier for people, no proof.
    pub fn sha1_thumbprint(&self) -> String {
        thumbprint(&digest::SHA1_FOR_LEGACY_USE_ONLY, &self.der)
    }
    /// Whether `now` lies in its validity.
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.not_before <= now && now <= self.not_after
    }
    /// What an administrator should know.
    pub fn warnings(&self, now: Timestamp) -> Vec<CertificateWarning> {
        let month = std::time::Duration::from_secs(30 * 86_400);
        let mut found = Vec::new();
        if now > self.not_after {
            found.push(CertificateWarning::Expired);
        } else if now.plus(month) > self.not_after {
            found.push(CertificateWarning::EndsSoon);
        }
        if now < self.not_before {
            found.push(CertificateWarning::NotYetValid);
        }
        if self.weak_signature {
            found.push(CertificateWarning::WeakSignature);
        }
        found
    }
}

/// RFC 3279 2.2.3.
const ECDSA_WITH_SHA1: oid_registry::Oid<'static> = oid_registry::asn1_rs::oid!(1.2.840.10045.4.1);

pub(super) const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
pub(super) const END: &str = "-----END CERTIFICATE-----";

/// Base64 with any white space between.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let clean: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    STANDARD.decode(clean).ok().filter(|bytes| !bytes.is_empty())
}

/// What kind of key it is; none that we would not verify with.
fn kind_of(spki: &x509_parser::x509::SubjectPublicKeyInfo<'_>) -> Result<PublicKeyKind, CertificateProblem> {
    match spki.parsed().map_err(|_| CertificateProblem::OtherKey)? {
        PublicKey::RSA(rsa) if spki.algorithm.algorithm == oid_registry::OID_PKCS1_RSAENCRYPTION => {
            let bits = bits_of(rsa.modulus);
            let exponent = rsa.exponent.iter().try_fold(0u64, |value, byte| (value < 1 << 48).then_some(value << 8 | u64::from(*byte)));
            match exponent {
                _ if bits < 2048 => Err(CertificateProblem::SmallKey),
                Some(exponent) if exponent >= 65_537 && exponent % 2 == 1 && exponent < 1 << 33 && bits <= 8192 => Ok(PublicKeyKind::Rsa(bits)),
                _ => Err(CertificateProblem::OddKey),
            }
        }
        PublicKey::EC(_) => {
            let curve = spki.algorithm.parameters.as_ref().and_then(|p| p.as_oid().ok()).ok_or(CertificateProblem::OtherKey)?;
            if curve == oid_registry::OID_EC_P256 {
                Ok(PublicKeyKind::P256)
            } else if curve == oid_registry::OID_NIST_EC_P384 {
                Ok(PublicKeyKind::P384)
            } else if curve == oid_registry::OID_NIST_EC_P521 {
                Ok(PublicKeyKind::P521)
            } else {
                Err(CertificateProblem::OtherKey)
            }
        }
        _ => Err(CertificateProblem::OtherKey),
    }
}

/// Bits of an unsigned number, leading zeros not counted.
fn bits_of(number: &[u8]) -> usize {
    let mut bytes = number.iter().copied().skip_while(|byte| *byte == 0);
    let first = bytes.next().map_or(0, |byte| 8 - byte.leading_zeros() as usize);
    first + 8 * bytes.count()
}

fn thumbprint(algorithm: &'static digest::Algorithm, der: &[u8]) -> String {
    let bytes: Vec<String> = digest::digest(algorithm, der).as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(":")
}

/// At most 300 characters, none of them invisible.
fn bounded(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}
