//! Signatures: the first opinion by bergshamra, the second by xmlsec, and the bytes that both digested.
//!
//! What bergshamra 0.11 checks by itself with `DsigContext::new`: only keys that we give it, ids that occur once, references to the document, to an ancestor or to a
//! sibling of the signature, every digest. What it does not: that the reference names the signature's *parent*, how many there are, where the
//! signature stands, which algorithms and transforms are meant (it knows XSLT, XPath, SHA-1 and HMAC, and reads relative files), comments inside base64. All of that is the
//! guard's, before. Its text of an element is the first text node only: the guard allows one.

use std::sync::Arc;

use aws_lc_rs::digest;
use bergshamra::{
    DsigContext, KeysManager, VerifyResult,
    c14n::{C14nMode, canonicalize_doc},
    xml::{NodeSet, uppsala},
};
use homeward_model::Timestamp;
use homeward_saml_xmlsec::{Sha1, signed_bytes};

use super::{
    algorithm::{DS, EXC_C14N},
    certificate::Certificate,
    guard::Guarded,
    guard_signature::SignatureShape,
    known::{Known, known},
    settings::SamlSettings,
};
use crate::{Check, Failure};

/// The certificates of one connection. Nothing else is trusted: no name, no chain, no key of the message.
pub struct TrustedKeys {
    known: Vec<Arc<Known>>,
    sha1: bool,
}

impl TrustedKeys {
    /// Reads the connection's certificates. A connection without one trusts nobody (SK-19).
    pub fn of(settings: &SamlSettings, now: Timestamp) -> Result<Self, Failure> {
        let mut all = Vec::with_capacity(settings.certificates.len());
        for pem in &settings.certificates {
            all.push(known(pem).map_err(|_| Failure::of(Check::Signature, "sig.certificate_unreadable"))?);
        }
        if all.is_empty() {
            return Err(Failure::of(Check::Signature, "sig.no_certificate"));
        }
        if settings.require_valid_certificate {
            all.retain(|known| known.certificate.is_valid_at(now));
            if all.is_empty() {
                return Err(Failure::of(Check::Signature, "sig.certificate_expired"));
            }
        }
        Ok(Self { known: all, sha1: settings.relaxations.sha1(now) })
    }

    /// Whether SHA-1 is let through.
    pub fn sha1(&self) -> bool {
        self.sha1
    }

    /// The certificates.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.known.iter().map(|known| &known.certificate)
    }

    fn names(&self) -> String {
        let names: Vec<String> = self.certificates().map(Certificate::sha256_thumbprint).collect();
        names.join(" ")
    }
}

/// Verifies every signature of a message, and returns the canonical bytes of the outermost signed element. Those bytes are what was signed;
/// everything that follows reads only them.
///
/// # Errors
/// When there is no signature, or any signature is not good with both verifiers.
pub fn verified_bytes(message: &Guarded<'_>, keys: &TrustedKeys) -> Result<String, Failure> {
    let shapes: Vec<&SignatureShape> = message.over_root.iter().chain(&message.over_assertion).collect();
    let outermost = shapes.first().ok_or(Failure::of(Check::Signature, "sig.missing"))?;
    let document = uppsala::parse(message.text).map_err(|_| Failure::of(Check::Signature, "sig.parsers_disagree"))?;
    let mut bytes = None;
    for shape in &shapes {
        let own = digested(&document, shape)?;
        if outermost.id == shape.id {
            bytes = Some(own);
        }
    }
    let bytes = bytes.ok_or(Failure::of(Check::Signature, "sig.missing"))?;
    first_opinion(&document, message.text, &shapes, keys)?;
    second_opinion(message.text, &bytes, keys)?;
    Ok(bytes)
}

/// The canonical bytes of the element that the signature covers, in bergshamra's tree: enveloped signature taken out, exclusive canonicalisation.
/// Their digest must be the one that the guard read in its own tree.
fn digested(document: &uppsala::Document<'_>, shape: &SignatureShape) -> Result<String, Failure> {
    let disagree = || Failure::of(Check::Signature, "sig.parsers_disagree");
    let (signature, parent) = signature_over(document, &shape.id).ok_or_else(disagree)?;
    let mut nodes = NodeSet::tree_without_comments(parent, document);
    nodes.remove_id(signature);
    for below in document.descendants(signature) {
        nodes.remove_id(below);
    }
    let mode = C14nMode::from_uri(EXC_C14N).ok_or_else(disagree)?;
    let bytes = canonicalize_doc(document, mode, Some(&nodes), &shape.prefixes).map_err(|_| Failure::of(Check::Signature, "c14n.failed"))?;
    if bytes.is_empty() {
        return Err(Failure::of(Check::Signature, "c14n.failed"));
    }
    if digest::digest(shape.digest, &bytes).as_ref() != shape.digest_value.as_slice() {
        return Err(Failure::of(Check::Signature, "sig.digest_mismatch"));
    }
    String::from_utf8(bytes).map_err(|_| disagree())
}

/// The signature that is a child of the element with this `ID`.
fn signature_over(document: &uppsala::Document<'_>, id: &str) -> Option<(uppsala::NodeId, uppsala::NodeId)> {
    let mut all = document.get_elements_by_tag_name_ns(DS, "Signature").into_iter().filter_map(|signature| {
        let parent = document.parent(signature)?;
        (document.get_attribute(parent, "ID") == Some(id)).then_some((signature, parent))
    });
    let only = all.next()?;
    all.next().is_none().then_some(only)
}

/// bergshamra: every signature of the document must be valid, and cover its parent.
fn first_opinion(document: &uppsala::Document<'_>, text: &str, shapes: &[&SignatureShape], keys: &TrustedKeys) -> Result<(), Failure> {
    let mut manager = KeysManager::new();
    for known in &keys.known {
        manager.add_key(known.key.clone().ok_or(Failure::of(Check::Signature, "sig.certificate_unreadable"))?);
    }
    let context = DsigContext::new(manager);
    let results = bergshamra::dsig::verify::verify_all_document_with_source(&context, document, Some(text)).map_err(|_| Failure::of(Check::Signature, "sig.parsers_disagree"))?;
    if results.len() != shapes.len() {
        return Err(Failure::of(Check::Signature, "sig.parsers_disagree"));
    }
    let mut covered = Vec::new();
    for result in &results {
        let VerifyResult::Valid { signature_node, references, .. } = result else { return Err(untrusted(shapes, keys)) };
        let [only] = references.as_slice() else { return Err(Failure::of(Check::Signature, "sig.reference_count")) };
        let parent = document.parent(*signature_node);
        if !only.digest_verified || parent.is_none() || only.resolved_node != parent {
            return Err(Failure::of(Check::Signature, "sig.reference_not_parent"));
        }
        covered.extend(parent.and_then(|parent| document.get_attribute(parent, "ID")));
    }
    if shapes.iter().all(|shape| covered.contains(&shape.id.as_str())) { Ok(()) } else { Err(Failure::of(Check::Signature, "sig.parsers_disagree")) }
}

/// A signature value that no key of ours made. When the message names one of our certificates, its value is wrong; otherwise it was made with
/// another key, whose thumbprint helps the administrator after a rollover.
fn untrusted(shapes: &[&SignatureShape], keys: &TrustedKeys) -> Failure {
    let named: Vec<&Vec<u8>> = shapes.iter().filter_map(|shape| shape.named_certificate.as_ref()).collect();
    match named.iter().find(|der| !keys.certificates().any(|ours| ours.der() == der.as_slice())) {
        Some(other) => {
            let certificate = Certificate::from_der(other).ok().map(|certificate| certificate.pem().into_boxed_str());
            Failure { certificate, ..Failure::differs(Check::Signature, "sig.untrusted_key", &thumbprint(other), &keys.names()) }
        }
        None if named.is_empty() => Failure::of(Check::Signature, "sig.untrusted_key"),
        None => Failure::of(Check::Signature, "sig.value_mismatch"),
    }
}

fn thumbprint(der: &[u8]) -> String {
    let bytes: Vec<String> = digest::digest(&digest::SHA256, der).as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(":")
}

/// xmlsec: must accept the same document with the same certificates, and have digested the same bytes. It does not happen; if it does, somebody
/// found a gap in one of the two.
fn second_opinion(text: &str, bytes: &str, keys: &TrustedKeys) -> Result<(), Failure> {
    let certificates: Vec<&[u8]> = keys.certificates().map(Certificate::der).collect();
    let sha1 = if keys.sha1 { Sha1::Allow } else { Sha1::Refuse };
    let why = match signed_bytes(text, &certificates, sha1) {
        Ok(same) if same == bytes => return Ok(()),
        Ok(_) => "other bytes",
        Err(refusal) => {
            tracing::debug!(%refusal, "second opinion");
            "refused"
        }
    };
    tracing::error!(alarm = "saml_verifiers_disagree", second = why, bytes = text.len(), "two verifiers disagree about the signature of a SAML message");
    Err(Failure::of(Check::Signature, "sig.disagreement"))
}
