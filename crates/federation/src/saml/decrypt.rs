//! Opens an `EncryptedAssertion` (SAML Core 2.3.4, XML Encryption 1.1): RSA-OAEP for the key, AES-GCM for the content; AES-CBC only where the
//! ciphertext is itself signed, or by a connection's exception that ends.
//!
//! One answer for everything that can go wrong with a key or a ciphertext, so that nobody learns which (SE-01, SE-02).

use aws_lc_rs::{
    aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm, LessSafeKey, Nonce, UnboundKey},
    cipher::{AES_128, AES_256, DecryptingKey, DecryptionContext, UnboundCipherKey},
    iv::FixedLength,
    rsa::{OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512, OaepAlgorithm},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use roxmltree::Node;
use zeroize::Zeroizing;

use super::{
    algorithm::{AES128_CBC, AES128_GCM, AES256_CBC, AES256_GCM, DS, OAEP, OAEP_MGF1P, SHA1, SHA256, SHA384, SHA512, XENC, XENC11},
    provider::DecryptionKey,
};

/// What came out.
pub struct Opened {
    /// The plain text.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Whether the cipher itself proves that nobody changed it (GCM).
    pub authenticated: bool,
}

/// The one code of everything that has to do with keys or ciphertext.
pub const FAILED: &str = "enc.failed";

#[derive(Clone, Copy)]
enum Content {
    Gcm(&'static Algorithm),
    Cbc(usize),
}

/// Opens with the first of our keys that fits. `cbc`: whether AES-CBC is let through here.
///
/// # Errors
/// `enc.cbc_refused`, `enc.algorithm`, `enc.structure` for what anybody can see in the message; otherwise `FAILED`.
pub fn open(encrypted: Node<'_, '_>, keys: &[DecryptionKey], cbc: bool) -> Result<Opened, &'static str> {
    let data = one(encrypted, XENC, "EncryptedData")?;
    let content = content_method(data, cbc)?;
    let key = encrypted_key(encrypted, data)?;
    let transport = transport_method(key)?;
    let (wrapped, ciphertext) = (cipher_value(key)?, cipher_value(data)?);
    let length = match content {
        Content::Gcm(algorithm) => algorithm.key_len(),
        Content::Cbc(length) => length,
    };
    // A key that does not unwrap is replaced by another, so that the work is the same; its result is thrown away.
    let unwrapped = keys.iter().find_map(|key| unwrap(key, transport, &wrapped)).filter(|key| key.len() == length);
    let good = unwrapped.is_some();
    let session_key = unwrapped.unwrap_or_else(|| Zeroizing::new(vec![0x5a; length]));
    let opened = match content {
        Content::Gcm(algorithm) => gcm(algorithm, &session_key, &ciphertext),
        Content::Cbc(_) => unpadded(&session_key, &ciphertext),
    };
    let bytes = opened.filter(|_| good).ok_or(FAILED)?;
    Ok(Opened { bytes, authenticated: matches!(content, Content::Gcm(_)) })
}

fn one<'a, 'i>(parent: Node<'a, 'i>, namespace: &str, name: &str) -> Result<Node<'a, 'i>, &'static str> {
    super::read::only_child(parent, namespace, name).ok().flatten().ok_or("enc.structure")
}

fn content_method(data: Node<'_, '_>, cbc: bool) -> Result<Content, &'static str> {
    let content = match one(data, XENC, "EncryptionMethod")?.attribute("Algorithm") {
        Some(AES128_GCM) => Content::Gcm(&AES_128_GCM),
        Some(AES256_GCM) => Content::Gcm(&AES_256_GCM),
        Some(AES128_CBC) => Content::Cbc(16),
        Some(AES256_CBC) => Content::Cbc(32),
        _ => return Err("enc.algorithm"),
    };
    // SAML V2.0 Errata E93: without a signature around it, a stranger can change it and learn from what we answer.
    if matches!(content, Content::Cbc(_)) && !cbc { Err("enc.cbc_refused") } else { Ok(content) }
}

/// The `EncryptedKey`: inside the data's `KeyInfo`, or beside the data. Exactly one.
fn encrypted_key<'a, 'i>(encrypted: Node<'a, 'i>, data: Node<'a, 'i>) -> Result<Node<'a, 'i>, &'static str> {
    let mut all = encrypted.descendants().filter(|n| n.has_tag_name((XENC, "EncryptedKey")));
    let (Some(key), None) = (all.next(), all.next()) else { return Err("enc.structure") };
    let parent = key.parent().ok_or("enc.structure")?;
    let inside = parent.has_tag_name((DS, "KeyInfo")) && parent.parent() == Some(data);
    if inside || parent == encrypted { Ok(key) } else { Err("enc.structure") }
}

/// RSA-OAEP with one hash for both of its parts (SE-03). PKCS#1 v1.5 is not here, on purpose.
fn transport_method(key: Node<'_, '_>) -> Result<&'static OaepAlgorithm, &'static str> {
    let method = one(key, XENC, "EncryptionMethod")?;
    let digest = super::read::only_child(method, DS, "DigestMethod")?.and_then(|n| n.attribute("Algorithm")).unwrap_or(SHA1);
    if method.children().any(|n| n.has_tag_name((XENC, "OAEPparams"))) {
        return Err("enc.algorithm");
    }
    let mask = super::read::only_child(method, XENC11, "MGF")?.and_then(|n| n.attribute("Algorithm")).and_then(|mask| mask.strip_prefix("http://www.w3.org/2009/xmlenc11#mgf1"));
    match (method.attribute("Algorithm"), digest, mask) {
        (Some(OAEP_MGF1P | OAEP), SHA1, None | Some("sha1")) => Ok(&OAEP_SHA1_MGF1SHA1),
        (Some(OAEP), SHA256, Some("sha256")) => Ok(&OAEP_SHA256_MGF1SHA256),
        (Some(OAEP), SHA384, Some("sha384")) => Ok(&OAEP_SHA384_MGF1SHA384),
        (Some(OAEP), SHA512, Some("sha512")) => Ok(&OAEP_SHA512_MGF1SHA512),
        _ => Err("enc.algorithm"),
    }
}

/// `CipherValue`; a `CipherReference` would be an address (SE-07).
fn cipher_value(node: Node<'_, '_>) -> Result<Vec<u8>, &'static str> {
    let value = one(one(node, XENC, "CipherData")?, XENC, "CipherValue")?;
    let text = super::read::text(value).map_err(|_| "enc.structure")?;
    let clean: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(clean).map_err(|_| "enc.structure")
}

pub(super) fn unwrap(key: &DecryptionKey, algorithm: &'static OaepAlgorithm, wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut buffer = Zeroizing::new(vec![0; key.key().min_output_size()]);
    let plain = key.key().decrypt(algorithm, wrapped, &mut buffer, None).ok()?;
    Some(Zeroizing::new(plain.to_vec()))
}

/// 12 bytes of nonce, ciphertext, 16 bytes of tag (XML Encryption 1.1, 5.2.4).
pub(super) fn gcm(algorithm: &'static Algorithm, key: &[u8], ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = ciphertext.split_at_checked(12)?;
    let key = LessSafeKey::new(UnboundKey::new(algorithm, key).ok()?);
    let mut buffer = Zeroizing::new(sealed.to_vec());
    let length = key.open_in_place(Nonce::try_assume_unique_for_key(nonce).ok()?, Aad::empty(), &mut buffer).ok()?.len();
    buffer.truncate(length);
    Some(buffer)
}

/// 16 bytes of initialisation vector, then whole blocks; only the last byte of the padding counts (XML Encryption 5.2).
pub(super) fn unpadded(key: &[u8], ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (iv, blocks) = ciphertext.split_at_checked(16)?;
    if blocks.is_empty() || blocks.len() % 16 != 0 {
        return None;
    }
    let algorithm = if key.len() == 16 { &AES_128 } else { &AES_256 };
    let key = DecryptingKey::cbc(UnboundCipherKey::new(algorithm, key).ok()?).ok()?;
    let mut buffer = Zeroizing::new(blocks.to_vec());
    let context = DecryptionContext::Iv128(FixedLength::<16>::try_from(iv).ok()?);
    key.decrypt(&mut buffer, context).ok()?;
    let padding = usize::from(*buffer.last()?);
    let length = buffer.len().checked_sub(padding)?;
    if !(1..=16).contains(&padding) {
        return None;
    }
    buffer.truncate(length);
    Some(buffer)
}
