//! The second opinion on a SAML signature: libxmlsec1 through samael, hardened. The only crate of ours with `unsafe`, because xmlsec is C.
//!
//! It sees a document only after the first verifier (memory-safe) has found it signed by a trusted key, so that bytes of strangers never
//! reach C code. It must come to the same bytes; otherwise the answer is refused (`docs/decisions/0008`).
//!
//! samael by itself would fetch any address and open any file that a reference names, run XPath and XSLT of strangers, accept SHA-1, and verify
//! nothing when it has no certificate. None of this is possible here: see `harden`, and the refusal of an empty list of certificates.

mod harden;

use samael::crypto::{AllowedSignatureAlgorithm, CertificateDer, Crypto, CryptoProvider, ReduceMode};

/// Why the second opinion is not "yes".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The library could not be hardened; nothing is verified then.
    #[error("xmlsec could not be hardened")]
    NotHardened,
    /// No certificate was given.
    #[error("no certificate")]
    NoCertificate,
    /// The document holds NUL, which C would take for its end.
    #[error("the document holds a NUL")]
    Nul,
    /// A signature does not verify with any of the certificates, or an algorithm is not allowed.
    #[error("the signature does not verify")]
    Signature,
}

/// Whether SHA-1 is let through: only by a connection's exception that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sha1 {
    /// Refused.
    Refuse,
    /// Let through.
    Allow,
}

/// SHA-2 with RSA or ECDSA.
const ALLOWED: [AllowedSignatureAlgorithm; 6] = [
    AllowedSignatureAlgorithm::RsaSha256,
    AllowedSignatureAlgorithm::RsaSha384,
    AllowedSignatureAlgorithm::RsaSha512,
    AllowedSignatureAlgorithm::EcdsaSha256,
    AllowedSignatureAlgorithm::EcdsaSha384,
    AllowedSignatureAlgorithm::EcdsaSha512,
];

/// Verifies every signature of the document with these certificates (DER) and returns the bytes that were digested: of the only signature, or of the
/// one over a `samlp:Response` when there are two.
///
/// # Errors
/// When anything is not as it should be.
pub fn signed_bytes(xml: &str, certificates: &[&[u8]], sha1: Sha1) -> Result<String, Refusal> {
    if !harden::done() {
        return Err(Refusal::NotHardened);
    }
    if certificates.is_empty() {
        return Err(Refusal::NoCertificate);
    }
    if xml.contains('\0') {
        return Err(Refusal::Nul);
    }
    let certificates: Vec<CertificateDer> = certificates.iter().map(|der| CertificateDer::from(der.to_vec())).collect();
    let allowed = match sha1 {
        Sha1::Refuse => Some(ALLOWED.as_slice()),
        Sha1::Allow => None,
    };
    Crypto::reduce_xml_to_signed_with_allowed_algorithms(xml, &certificates, ReduceMode::PreDigest, allowed).map_err(|_| Refusal::Signature)
}
