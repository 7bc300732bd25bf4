//! Cutting and joining messages as text. Knows only what the templates write.

use std::ops::Range;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::Scene;
use crate::{
    key::Hash,
    saml::{Assertion, DS, Idp, Signed},
};

/// Where the first element of this name stands in `xml`, from `<` to the `>` of its end.
pub fn find(xml: &str, name: &str) -> Option<Range<usize>> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let start = xml.find(&open)?;
    let (mut depth, mut at) = (0usize, start);
    loop {
        let rest = xml.get(at..)?;
        let next_open = rest.find(&open).filter(|i| rest.as_bytes().get(i + open.len()).is_some_and(|b| matches!(b, b' ' | b'>')));
        let next_close = rest.find(&close)?;
        if let Some(opened) = next_open.filter(|opened| *opened < next_close) {
            depth += 1;
            at += opened + open.len();
        } else {
            depth = depth.saturating_sub(1);
            at += next_close + close.len();
            if depth == 0 {
                return Some(start..at);
            }
        }
    }
}

/// The text of the first element of this name; empty when there is none.
pub fn element(xml: &str, name: &str) -> String {
    find(xml, name).and_then(|range| xml.get(range)).unwrap_or_default().to_owned()
}

/// `xml` with the first element of this name replaced.
pub fn replace(xml: &str, name: &str, with: &str) -> String {
    let Some(range) = find(xml, name) else { return xml.to_owned() };
    [xml.get(..range.start).unwrap_or_default(), with, xml.get(range.end..).unwrap_or_default()].concat()
}

/// `xml` with `text` right before the first element of this name.
pub fn before(xml: &str, name: &str, text: &str) -> String {
    replace(xml, name, &(text.to_owned() + &element(xml, name)))
}

/// `xml` with `text` right after the first element of this name.
pub fn after(xml: &str, name: &str, text: &str) -> String {
    replace(xml, name, &(element(xml, name) + text))
}

/// `xml`, an element, with `text` as its last child.
pub fn append(xml: &str, text: &str) -> String {
    let end = xml.rfind("</").unwrap_or(xml.len());
    let (head, tail) = xml.split_at(end);
    [head, text, tail].concat()
}

/// `xml`, an element, with `text` as its first child.
pub fn prepend(xml: &str, text: &str) -> String {
    let start = xml.find('>').map_or(0, |i| i + 1);
    let (head, tail) = xml.split_at(start);
    [head, text, tail].concat()
}

/// The first value of the attribute `ID`.
pub fn id_of(xml: &str) -> String {
    xml.split_once(" ID=\"").and_then(|(_, rest)| rest.split_once('"')).map(|(id, _)| id.to_owned()).unwrap_or_default()
}

/// What the attacker writes: `xml` about the victim, without a signature, with another ID.
pub fn forged(scene: &Scene, xml: &str) -> String {
    let bare = replace(xml, "ds:Signature", "");
    bare.replace(&id_of(xml), "_evil").replace(&scene.mallory, &scene.victim)
}

/// Puts `signature` where the one of an element stands: after its issuer.
pub fn with_signature(xml: &str, signature: &str) -> String {
    after(xml, "saml:Issuer", signature)
}

/// An assertion in its parts.
pub struct Parts {
    /// The whole message.
    pub xml: String,
    /// The signed assertion.
    pub assertion: String,
    /// Its signature.
    pub signature: String,
    /// The assertion without its signature.
    pub bare: String,
    /// The attacker's assertion, unsigned.
    pub evil: String,
}

/// The genuine message with a signed assertion, in its parts.
pub fn parts(scene: &Scene) -> Parts {
    let xml = scene.genuine(Signed::Assertion);
    let assertion = element(&xml, "saml:Assertion");
    let signature = element(&assertion, "ds:Signature");
    let bare = replace(&assertion, "ds:Signature", "");
    let evil = forged(scene, &assertion);
    Parts { xml, assertion, signature, bare, evil }
}

/// A Signature by `idp` around a SignedInfo of any content.
pub fn sign_info(idp: &Idp, info: &str) -> String {
    let canonical = format!("<ds:SignedInfo xmlns:ds=\"{DS}\">{info}</ds:SignedInfo>");
    let value = STANDARD.encode(idp.key.sign(&idp.key.usual(), canonical.as_bytes()));
    format!("<ds:Signature xmlns:ds=\"{DS}\"><ds:SignedInfo>{info}</ds:SignedInfo><ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>")
}

/// CanonicalizationMethod and SignatureMethod as usual with RSA.
pub const METHODS: &str = "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:CanonicalizationMethod>\
    <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></ds:SignatureMethod>";

/// A Reference to `id` with the hash of `text`.
pub fn reference(id: &str, text: &str) -> String {
    format!(
        "<ds:Reference URI=\"#{id}\"><ds:Transforms><ds:Transform Algorithm=\"{DS}enveloped-signature\"></ds:Transform>\
         <ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform></ds:Transforms>\
         <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod><ds:DigestValue>{}</ds:DigestValue></ds:Reference>",
        hash(text)
    )
}

/// SHA-256 in base64.
pub fn hash(text: &str) -> String {
    STANDARD.encode(Hash::Sha256.of(text.as_bytes()))
}

/// The provider's message in which the assertion's canonical text was changed *before* it was signed: for content that a real
/// provider might be brought to sign.
pub fn signed_so(scene: &Scene, change: impl Fn(&str) -> String) -> String {
    let answer = scene.answer(Signed::Nothing);
    let assertion: Option<&Assertion> = answer.assertion.as_ref();
    let bare = change(&assertion.map(|a| scene.idp.assertion(&answer, a)).unwrap_or_default());
    let id = assertion.and_then(|a| a.id.clone()).unwrap_or_default();
    let signature = sign_info(&scene.idp, &(METHODS.to_owned() + &reference(&id, &bare)));
    replace(&scene.idp.response(&answer), "saml:Assertion", &with_signature(&bare, &signature))
}
