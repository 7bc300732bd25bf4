//! Encrypted assertions (XML Encryption 1.1; SAML Core 2.3.4): good forms, and forms nobody should accept.

use aws_lc_rs::{
    aead::{AES_128_GCM, AES_256_GCM, Aad, RandomizedNonceKey},
    cipher::{self, DecryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey},
    rsa::{OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, Pkcs1PublicEncryptingKey, PublicEncryptingKey},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_model::{Random, SystemRandom};

use super::{DS, SAML, XENC, text::attribute};
use crate::{der, error::SimulatorError};

/// The cipher of the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentCipher {
    /// AES-128-GCM
    Aes128Gcm,
    /// AES-256-GCM
    Aes256Gcm,
    /// AES-128-CBC
    Aes128Cbc,
    /// AES-256-CBC
    Aes256Cbc,
}

/// How the content's key travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyTransport {
    /// `rsa-oaep-mgf1p` with SHA-1.
    OaepSha1,
    /// `rsa-oaep` of XML Encryption 1.1 with SHA-256 and MGF1 with SHA-256.
    OaepSha256,
    /// RSA PKCS #1 v1.5, which nobody should accept.
    Rsa15,
}

/// To whom and how assertions are encrypted.
#[derive(Clone, Debug)]
pub struct Encryption {
    /// The recipient's public key, SubjectPublicKeyInfo in DER.
    pub public_key: Vec<u8>,
    /// The cipher.
    pub cipher: ContentCipher,
    /// The key transport.
    pub transport: KeyTransport,
    /// EncryptedKey beside EncryptedData with a RetrievalMethod in it, as Shibboleth and older products write.
    pub key_beside: bool,
    /// `Recipient` of EncryptedKey.
    pub recipient: Option<String>,
}

impl ContentCipher {
    /// Its identifier.
    pub fn uri(self) -> &'static str {
        match self {
            Self::Aes128Gcm => "http://www.w3.org/2009/xmlenc11#aes128-gcm",
            Self::Aes256Gcm => "http://www.w3.org/2009/xmlenc11#aes256-gcm",
            Self::Aes128Cbc => "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
            Self::Aes256Cbc => "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
        }
    }
    fn key_length(self) -> usize {
        match self {
            Self::Aes128Gcm | Self::Aes128Cbc => 16,
            Self::Aes256Gcm | Self::Aes256Cbc => 32,
        }
    }
    /// Nonce or initialisation vector, ciphertext, tag.
    fn encrypt(self, key: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
        let mut text = plain.to_vec();
        match self {
            Self::Aes128Gcm | Self::Aes256Gcm => {
                let algorithm = if self == Self::Aes128Gcm { &AES_128_GCM } else { &AES_256_GCM };
                let nonce = RandomizedNonceKey::new(algorithm, key).ok()?.seal_in_place_append_tag(Aad::empty(), &mut text).ok()?;
                Some([nonce.as_ref().as_slice(), &text].concat())
            }
            Self::Aes128Cbc | Self::Aes256Cbc => {
                let algorithm = if self == Self::Aes128Cbc { &cipher::AES_128 } else { &cipher::AES_256 };
                let key = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(algorithm, key).ok()?).ok()?;
                let DecryptionContext::Iv128(iv) = key.encrypt(&mut text).ok()? else { return None };
                Some([iv.as_ref().as_slice(), &text].concat())
            }
        }
    }
}

impl Encryption {
    /// To the holder of this certificate (PEM or base64 of DER), with AES-256-GCM and RSA-OAEP.
    pub fn to_certificate(pem: &str) -> Result<Self, SimulatorError> {
        let certificate = der::from_pem(pem).ok_or(SimulatorError::Certificate)?;
        Self::to_public_key(&der::public_key_of(&certificate).ok_or(SimulatorError::Certificate)?)
    }

    /// To the holder of this RSA key (SubjectPublicKeyInfo in DER).
    pub fn to_public_key(public_key: &[u8]) -> Result<Self, SimulatorError> {
        PublicEncryptingKey::from_der(public_key).map_err(|_| SimulatorError::Certificate)?;
        Ok(Self {
            public_key: public_key.to_vec(),
            cipher: ContentCipher::Aes256Gcm,
            transport: KeyTransport::OaepSha1,
            key_beside: false,
            recipient: None,
        })
    }

    /// An EncryptedAssertion around `text`; whatever the text is.
    pub fn assertion(&self, text: &str) -> String {
        format!("<saml:EncryptedAssertion xmlns:saml=\"{SAML}\">{}</saml:EncryptedAssertion>", self.element(text))
    }

    /// EncryptedData, and EncryptedKey if it stands beside.
    pub fn element(&self, text: &str) -> String {
        let mut key = vec![0; self.cipher.key_length()];
        SystemRandom.fill(&mut key);
        let content = STANDARD.encode(self.cipher.encrypt(&key, text.as_bytes()).unwrap_or_default());
        let encrypted_key = self.encrypted_key(&key);
        let (key_info, beside) = if self.key_beside {
            let uri = format!("<ds:RetrievalMethod Type=\"{XENC}EncryptedKey\" URI=\"#{KEY_ID}\"></ds:RetrievalMethod>");
            (uri, encrypted_key)
        } else {
            (encrypted_key, String::new())
        };
        format!(
            "<xenc:EncryptedData xmlns:xenc=\"{XENC}\" Type=\"{XENC}Element\"><xenc:EncryptionMethod Algorithm=\"{}\"></xenc:EncryptionMethod>\
             <ds:KeyInfo xmlns:ds=\"{DS}\">{key_info}</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>{content}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>{beside}",
            self.cipher.uri()
        )
    }

    fn encrypted_key(&self, key: &[u8]) -> String {
        let id = if self.key_beside { format!(" Id=\"{KEY_ID}\"") } else { String::new() };
        // Inside KeyInfo the prefix `ds` is declared; beside EncryptedData neither is.
        let (xenc, ds) = if self.key_beside { (format!(" xmlns:xenc=\"{XENC}\""), format!(" xmlns:ds=\"{DS}\"")) } else { (String::new(), String::new()) };
        let method = match self.transport {
            KeyTransport::OaepSha1 => format!(
                "<xenc:EncryptionMethod Algorithm=\"{XENC}rsa-oaep-mgf1p\"><ds:DigestMethod{ds} Algorithm=\"{DS}sha1\"></ds:DigestMethod></xenc:EncryptionMethod>"
            ),
            KeyTransport::OaepSha256 => format!(
                "<xenc:EncryptionMethod Algorithm=\"{XENC11}rsa-oaep\"><ds:DigestMethod{ds} Algorithm=\"{XENC}sha256\"></ds:DigestMethod>\
                 <xenc11:MGF xmlns:xenc11=\"{XENC11}\" Algorithm=\"{XENC11}mgf1sha256\"></xenc11:MGF></xenc:EncryptionMethod>"
            ),
            KeyTransport::Rsa15 => format!("<xenc:EncryptionMethod Algorithm=\"{XENC}rsa-1_5\"></xenc:EncryptionMethod>"),
        };
        let value = STANDARD.encode(self.wrapped(key).unwrap_or_default());
        format!(
            "<xenc:EncryptedKey{xenc}{id}{}>{method}<xenc:CipherData><xenc:CipherValue>{value}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>",
            attribute("Recipient", self.recipient.as_deref())
        )
    }

    fn wrapped(&self, key: &[u8]) -> Option<Vec<u8>> {
        let public = PublicEncryptingKey::from_der(&self.public_key).ok()?;
        let mut out = vec![0; public.key_size_bytes()];
        match self.transport {
            KeyTransport::OaepSha1 => OaepPublicEncryptingKey::new(public).ok()?.encrypt(&OAEP_SHA1_MGF1SHA1, key, &mut out, None).ok()?.len(),
            KeyTransport::OaepSha256 => OaepPublicEncryptingKey::new(public).ok()?.encrypt(&OAEP_SHA256_MGF1SHA256, key, &mut out, None).ok()?.len(),
            KeyTransport::Rsa15 => Pkcs1PublicEncryptingKey::new(public).ok()?.encrypt(key, &mut out).ok()?.len(),
        };
        Some(out)
    }
}

const KEY_ID: &str = "_encrypted-key";
const XENC11: &str = "http://www.w3.org/2009/xmlenc11#";
