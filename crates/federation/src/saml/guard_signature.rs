//! The shape of one `ds:Signature` (XML Signature 1.1, SAML Core 5.4): an enveloped signature over its own parent, with algorithms of our list and
//! nothing else in it.

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::STANDARD};
use roxmltree::Node;

use super::algorithm::{
    DS, ECDSA_SHA256, ECDSA_SHA384, ECDSA_SHA512, ENVELOPED, EXC_C14N, MD, RSA_SHA1, RSA_SHA256, RSA_SHA384, RSA_SHA512, SAML, SHA1, SHA256, SHA384, SHA512,
};

/// What the next steps need of a signature whose shape is good.
#[derive(Clone, Debug)]
pub struct SignatureShape {
    /// `ID` of its parent, which its only reference names.
    pub id: String,
    /// How the parent was digested.
    pub digest: &'static digest::Algorithm,
    /// The value that the digest must have.
    pub digest_value: Vec<u8>,
    /// Prefixes of `InclusiveNamespaces` of the reference.
    pub prefixes: Vec<String>,
    /// The first certificate in `KeyInfo`, DER. For the words of a refusal only; no key is ever taken from it.
    pub named_certificate: Option<Vec<u8>>,
}

/// Checks one signature and its place in `parent`.
pub fn check(signature: Node<'_, '_>, parent: Node<'_, '_>, sha1: bool) -> Result<SignatureShape, &'static str> {
    let id = parent.attribute("ID").filter(|id| is_id(id)).ok_or("xml.id_missing")?;
    let infos = signature.children().filter(|n| n.has_tag_name((DS, "SignedInfo"))).count();
    if infos != 1 {
        return Err("sig.signedinfo_count");
    }
    let (info, value, key_info) = match elements(signature)?.as_slice() {
        [info, value] => (*info, *value, None),
        [info, value, key_info] => (*info, *value, Some(*key_info)),
        _ => return Err("sig.structure"),
    };
    named(info, "SignedInfo")?;
    named(value, "SignatureValue")?;
    let references = info.children().filter(|n| n.has_tag_name((DS, "Reference"))).count();
    if references != 1 {
        return Err("sig.reference_count");
    }
    let [c14n, method, reference] = elements(info)?.try_into().map_err(|_| "sig.structure")?;
    named(c14n, "CanonicalizationMethod")?;
    named(method, "SignatureMethod")?;
    named(reference, "Reference")?;
    points_at(reference, id)?;
    if c14n.attribute("Algorithm") != Some(EXC_C14N) {
        return Err("sig.canonicalization");
    }
    inclusive_prefixes(c14n)?;
    signature_method(method, sha1)?;
    let shape = reference_shape(reference, id, sha1)?;
    plain_base64(value).filter(|v| fits(method, v.len())).ok_or("sig.value_not_plain")?;
    if !is_in_place(signature, parent) {
        return Err("sig.misplaced");
    }
    Ok(SignatureShape { named_certificate: key_info.map(certificate_of).transpose()?.flatten(), ..shape })
}

/// The schemas put it directly after Issuer (SAML Core 3.2.1), and first in metadata, which has none (SAML Metadata 2.3.2).
fn is_in_place(signature: Node<'_, '_>, parent: Node<'_, '_>) -> bool {
    let before = signature.prev_sibling_element();
    match parent.has_tag_name((MD, "EntityDescriptor")) {
        true => before.is_none(),
        false => before.is_some_and(|before| before.has_tag_name((SAML, "Issuer"))),
    }
}

/// `xs:ID`, of the characters that providers use.
pub fn is_id(id: &str) -> bool {
    id.len() <= 256
        && id.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

/// The child elements; there may be white space between them, and nothing else.
fn elements<'a, 'i>(parent: Node<'a, 'i>) -> Result<Vec<Node<'a, 'i>>, &'static str> {
    let blank = parent.children().filter(Node::is_text).all(|t| t.text().unwrap_or_default().chars().all(|c| c.is_ascii_whitespace()));
    if blank { Ok(parent.children().filter(Node::is_element).collect()) } else { Err("sig.structure") }
}

fn named(node: Node<'_, '_>, name: &str) -> Result<(), &'static str> {
    if node.has_tag_name((DS, name)) { Ok(()) } else { Err("sig.structure") }
}

/// The reference must name its own parent by `#ID`: nothing outside, not everything, no XPointer.
fn points_at(reference: Node<'_, '_>, id: &str) -> Result<(), &'static str> {
    let target = reference.attribute("URI").and_then(|uri| uri.strip_prefix('#')).ok_or("sig.reference_uri")?;
    if !is_id(target) {
        return Err("sig.reference_uri");
    }
    if target == id { Ok(()) } else { Err("sig.reference_not_parent") }
}

fn signature_method(method: Node<'_, '_>, sha1: bool) -> Result<(), &'static str> {
    if !elements(method)?.is_empty() {
        return Err("sig.algorithm");
    }
    match method.attribute("Algorithm") {
        Some(RSA_SHA256 | RSA_SHA384 | RSA_SHA512 | ECDSA_SHA256 | ECDSA_SHA384 | ECDSA_SHA512) => Ok(()),
        Some(RSA_SHA1) if sha1 => Ok(()),
        _ => Err("sig.algorithm"),
    }
}

/// Whether a signature value has a length that its method can have: r‖s of one of the curves (RFC 9231 2.3.6; DER is not allowed), or an RSA modulus.
fn fits(method: Node<'_, '_>, length: usize) -> bool {
    match method.attribute("Algorithm") {
        Some(ECDSA_SHA256 | ECDSA_SHA384 | ECDSA_SHA512) => matches!(length, 64 | 96 | 132),
        _ => (256..=1024).contains(&length),
    }
}

fn reference_shape(reference: Node<'_, '_>, id: &str, sha1: bool) -> Result<SignatureShape, &'static str> {
    let [transforms, method, value] = elements(reference)?.try_into().map_err(|_| "sig.structure")?;
    named(transforms, "Transforms")?;
    named(method, "DigestMethod")?;
    named(value, "DigestValue")?;
    let [enveloped, c14n] = elements(transforms)?.try_into().map_err(|_| "sig.transforms")?;
    let is = |node: Node<'_, '_>, algorithm: &str| node.has_tag_name((DS, "Transform")) && node.attribute("Algorithm") == Some(algorithm);
    if !is(enveloped, ENVELOPED) || !is(c14n, EXC_C14N) || !elements(enveloped)?.is_empty() {
        return Err("sig.transforms");
    }
    let prefixes = inclusive_prefixes(c14n)?;
    let digest = match method.attribute("Algorithm") {
        Some(SHA256) => &digest::SHA256,
        Some(SHA384) => &digest::SHA384,
        Some(SHA512) => &digest::SHA512,
        Some(SHA1) if sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        _ => return Err("sig.digest_algorithm"),
    };
    if !elements(method)?.is_empty() {
        return Err("sig.digest_algorithm");
    }
    let digest_value = plain_base64(value).filter(|v| v.len() == digest.output_len()).ok_or("sig.digest_not_plain")?;
    // What a canonicalisation that failed would have been digested to (SC-08).
    if digest_value == digest::digest(digest, b"").as_ref() {
        return Err("sig.empty_digest");
    }
    Ok(SignatureShape { id: id.to_owned(), digest, digest_value, prefixes, named_certificate: None })
}

/// `InclusiveNamespaces` of an exclusive canonicalisation, the only thing that may be inside (SC-26).
fn inclusive_prefixes(method: Node<'_, '_>) -> Result<Vec<String>, &'static str> {
    let list = match elements(method)?.as_slice() {
        [] => return Ok(Vec::new()),
        [only] if only.has_tag_name((EXC_C14N, "InclusiveNamespaces")) && elements(*only)?.is_empty() => only.attribute("PrefixList").unwrap_or_default(),
        _ => return Err("sig.transforms"),
    };
    let prefixes: Vec<String> = list.split_ascii_whitespace().map(str::to_owned).collect();
    if prefixes.len() > 32 || list.len() > 1000 { Err("sig.transforms") } else { Ok(prefixes) }
}

/// Base64 as the only text of an element: no elements in it (SW-11).
fn plain_base64(node: Node<'_, '_>) -> Option<Vec<u8>> {
    let mut children = node.children();
    let text = children.next().filter(Node::is_text)?.text()?;
    if children.next().is_some() {
        return None;
    }
    if let Ok(bytes) = STANDARD.decode(text) {
        return Some(bytes);
    }
    let clean: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(clean).ok()
}

/// Elements that may be in `KeyInfo`. None of them names an address or another element (SK-05).
const KEY_INFO: [&str; 16] = [
    "KeyInfo", "KeyName", "KeyValue", "RSAKeyValue", "Modulus", "Exponent", "ECKeyValue", "NamedCurve", "PublicKey", "X509Data", "X509Certificate",
    "X509IssuerSerial", "X509IssuerName", "X509SerialNumber", "X509SubjectName", "X509SKI",
];

fn certificate_of(key_info: Node<'_, '_>) -> Result<Option<Vec<u8>>, &'static str> {
    named(key_info, "KeyInfo")?;
    let spaces = [DS, "http://www.w3.org/2009/xmldsig11#"];
    let known = |n: &Node<'_, '_>| KEY_INFO.contains(&n.tag_name().name()) && n.tag_name().namespace().is_some_and(|ns| spaces.contains(&ns));
    if !key_info.descendants().filter(Node::is_element).all(|n| known(&n)) {
        return Err("sig.key_info");
    }
    let certificate = key_info.descendants().find(|n| n.has_tag_name((DS, "X509Certificate")));
    Ok(certificate.and_then(plain_base64).filter(|der| der.len() <= 8192))
}
