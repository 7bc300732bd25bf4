//! Reads a message of the HTTP-Redirect binding out of the raw query (SAML Bindings 3.4): the signature is over the octets as they came, in the order of
//! the specification, whatever their order in the address (SB-18).

use std::io::Read;

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::read::DeflateDecoder;

use super::{binding::Kind, detached, lexer::MOST_BYTES, signature::TrustedKeys};

/// A message whose signature over the query is good.
pub struct FromQuery {
    /// The inflated message.
    pub bytes: Vec<u8>,
    /// RelayState, decoded.
    pub relay_state: Option<String>,
}

#[derive(Default)]
struct Parts<'a> {
    request: Option<&'a str>,
    response: Option<&'a str>,
    relay_state: Option<&'a str>,
    algorithm: Option<&'a str>,
    signature: Option<&'a str>,
}

/// Longest query, in bytes.
const MOST_QUERY: usize = 64 * 1024;

/// The inflated message of a query whose signature nobody has looked at.
pub fn unverified(query: &str, kind: Kind) -> Option<Vec<u8>> {
    if query.len() > MOST_QUERY {
        return None;
    }
    let parts = parts(query).ok()?;
    let message = match kind {
        Kind::Request => parts.request?,
        Kind::Response => parts.response?,
    };
    inflate(&from_base64(message)?).ok()
}

/// Reads and verifies. `query`: what follows the `?`, undecoded.
///
/// # Errors
/// The code of what is wrong; an unsigned message is refused.
pub fn read(query: &str, kind: Kind, keys: &TrustedKeys) -> Result<FromQuery, &'static str> {
    if query.len() > MOST_QUERY {
        return Err("redirect.too_long");
    }
    let parts = parts(query)?;
    let message = match (kind, parts.request, parts.response) {
        (Kind::Request, Some(message), None) | (Kind::Response, None, Some(message)) => message,
        _ => return Err("redirect.parameters"),
    };
    let (algorithm, signature) = match (parts.algorithm, parts.signature) {
        (Some(algorithm), Some(signature)) if !algorithm.is_empty() && !signature.is_empty() => (algorithm, signature),
        _ => return Err("sig.missing"),
    };
    let mut signed = format!("{}={message}", kind.parameter());
    if let Some(state) = parts.relay_state {
        signed.push_str(&format!("&RelayState={state}"));
    }
    signed.push_str(&format!("&SigAlg={algorithm}"));
    let signature = from_base64(signature).ok_or("sig.value_not_plain")?;
    detached::verify(&decode(algorithm).ok_or("redirect.encoding")?, signed.as_bytes(), &signature, keys)?;
    let relay_state = parts.relay_state.map(|state| decode(state).ok_or("redirect.encoding")).transpose()?;
    Ok(FromQuery { bytes: inflate(&from_base64(message).ok_or("saml.base64")?)?, relay_state })
}

/// Each parameter of the binding at most once, under exactly its own name.
fn parts(query: &str) -> Result<Parts<'_>, &'static str> {
    let mut parts = Parts::default();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded = decode(name).ok_or("redirect.encoding")?;
        let place = match decoded.as_str() {
            "SAMLRequest" => &mut parts.request,
            "SAMLResponse" => &mut parts.response,
            "RelayState" => &mut parts.relay_state,
            "SigAlg" => &mut parts.algorithm,
            "Signature" => &mut parts.signature,
            "SAMLEncoding" if value != "urn%3Aoasis%3Anames%3Atc%3ASAML%3A2.0%3Abindings%3AURL-Encoding%3ADEFLATE" => return Err("redirect.parameters"),
            "SAMLart" => return Err("redirect.parameters"),
            _ => continue,
        };
        if decoded != name || place.replace(value).is_some() {
            return Err("redirect.parameters");
        }
    }
    Ok(parts)
}

/// Percent-decoding, `+` as a space; `None` when it is not well-formed or not UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let (high, low) = (char::from(rest.next()?).to_digit(16)?, char::from(rest.next()?).to_digit(16)?);
                bytes.push(u8::try_from(high << 4 | low).ok()?);
            }
            b'+' => bytes.push(b' '),
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).ok()
}

fn from_base64(value: &str) -> Option<Vec<u8>> {
    let clean: String = decode(value)?.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    STANDARD.decode(clean).ok()
}

/// Inflates up to the size of a message, not a byte further (SP-10).
fn inflate(deflated: &[u8]) -> Result<Vec<u8>, &'static str> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX) + 1;
    DeflateDecoder::new(deflated).take(most).read_to_end(&mut bytes).map_err(|_| "redirect.deflate")?;
    if bytes.len() > MOST_BYTES { Err("xml.too_large") } else { Ok(bytes) }
}
