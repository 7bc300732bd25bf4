//! What an administrator pastes as "signing certificate" (B-097, B-116): several one after another, with or without headers, with any
//! line ends, a byte order mark, text of tools in between; or the file itself in DER.

use super::certificate::{BEGIN, Certificate, CertificateProblem, END, decode};

/// A paste of more than this is no list of certificates.
const MOST: usize = 256 * 1024;

/// Why a paste was not taken. Nothing of it is kept then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PasteProblem {
    /// Nothing but white space.
    #[error("paste the text of the certificate")]
    Empty,
    /// More than 256 KiB.
    #[error("this is longer than any list of certificates")]
    TooLong,
    /// XML: probably the metadata.
    #[error("this is XML: if it is the provider's metadata, use \"Read metadata\"")]
    Xml,
    /// A block begins and does not end.
    #[error("a certificate begins and does not end: copy the whole text, to the line -----END CERTIFICATE-----")]
    CutOff,
    /// One of the certificates.
    #[error("certificate {number}: {problem}")]
    Certificate {
        /// Counted from 1.
        number: usize,
        /// What is wrong with it.
        problem: CertificateProblem,
    },
}

/// Reads all certificates of a paste or of a file, each once, in their order.
///
/// # Errors
/// The first thing that is wrong; a private key anywhere refuses the whole paste.
pub fn read_paste(pasted: &[u8]) -> Result<Vec<Certificate>, PasteProblem> {
    if pasted.len() > MOST {
        return Err(PasteProblem::TooLong);
    }
    let blocks = match std::str::from_utf8(pasted) {
        Ok(text) => text_blocks(text.trim_start_matches('\u{feff}').trim())?,
        Err(_) => vec![pasted.to_vec()],
    };
    let mut found: Vec<Certificate> = Vec::new();
    let mut number = 0;
    for block in blocks {
        let mut rest = block.as_slice();
        while !rest.is_empty() {
            number += 1;
            let (certificate, after) = Certificate::first(rest).map_err(|problem| PasteProblem::Certificate { number, problem: sharper(problem, rest) })?;
            if !found.iter().any(|known| known.der() == certificate.der()) {
                found.push(certificate);
            }
            rest = after;
        }
    }
    Ok(found)
}

/// The DER of every block of a text.
fn text_blocks(text: &str) -> Result<Vec<Vec<u8>>, PasteProblem> {
    if text.is_empty() {
        return Err(PasteProblem::Empty);
    }
    if text.contains("PRIVATE KEY-----") {
        return Err(PasteProblem::Certificate { number: 1, problem: CertificateProblem::PrivateKey });
    }
    if text.starts_with('<') {
        return Err(PasteProblem::Xml);
    }
    if text.contains("-----BEGIN") { with_headers(text) } else { without_headers(text) }
}

/// Blocks between header and footer. Text outside of them, as tools print it, is passed over.
fn with_headers(text: &str) -> Result<Vec<Vec<u8>>, PasteProblem> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("-----BEGIN") {
        let number = blocks.len() + 1;
        let inside = rest.get(at..).and_then(|r| r.strip_prefix(BEGIN)).ok_or(PasteProblem::Certificate { number, problem: CertificateProblem::OtherKind })?;
        let (body, after) = inside.split_once(END).ok_or(PasteProblem::CutOff)?;
        if body.contains("-----BEGIN") {
            return Err(PasteProblem::CutOff);
        }
        blocks.push(decode(body).ok_or(PasteProblem::Certificate { number, problem: CertificateProblem::Unreadable })?);
        rest = after;
    }
    Ok(blocks)
}

/// Bare base64: one certificate, or several with blank lines between, or one directly after another.
fn without_headers(text: &str) -> Result<Vec<Vec<u8>>, PasteProblem> {
    if let Some(all) = decode(text) {
        return Ok(vec![all]);
    }
    // Padding in the middle ends one certificate.
    let text = text.replace("\r\n", "\n");
    let mut blocks = Vec::new();
    for (index, part) in text.split("\n\n").flat_map(after_padding).filter(|part| !part.trim().is_empty()).enumerate() {
        let unreadable = PasteProblem::Certificate { number: index + 1, problem: CertificateProblem::Unreadable };
        blocks.push(decode(&part).ok_or(unreadable)?);
    }
    Ok(blocks)
}

/// Splits after every run of `=`.
fn after_padding(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut padded = false;
    for sign in text.chars() {
        if padded && sign != '=' && !sign.is_whitespace() {
            parts.push(String::new());
            padded = false;
        }
        padded |= sign == '=';
        if let Some(last) = parts.last_mut() {
            last.push(sign);
        }
    }
    parts
}

/// A private key without its header is still one.
fn sharper(problem: CertificateProblem, der: &[u8]) -> CertificateProblem {
    use aws_lc_rs::{rsa, signature};
    let rsa = rsa::KeyPair::from_pkcs8(der).is_ok() || rsa::KeyPair::from_der(der).is_ok();
    let curves = [&signature::ECDSA_P256_SHA256_FIXED_SIGNING, &signature::ECDSA_P384_SHA384_FIXED_SIGNING];
    let elliptic = curves.into_iter().any(|curve| signature::EcdsaKeyPair::from_pkcs8(curve, der).is_ok());
    if problem == CertificateProblem::Unreadable && (rsa || elliptic) { CertificateProblem::PrivateKey } else { problem }
}
