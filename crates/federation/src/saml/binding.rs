//! How our messages travel: HTTP-Redirect (SAML Bindings 3.4) and HTTP-POST (3.5).

use std::io::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::DeflateEncoder};

use super::{
    provider::SigningKey,
    settings::EndpointUrl,
    signing,
    xml::Element,
};
use crate::Departure;

/// Which of the two kinds of message, by the name of its parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `SAMLRequest`.
    Request,
    /// `SAMLResponse`.
    Response,
}

impl Kind {
    /// The parameter's name.
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}

/// A message ready to go.
pub struct Outgoing<'a> {
    /// Its kind.
    pub kind: Kind,
    /// The message, with `ID` = `id` and `Issuer` as its first child.
    pub message: Element,
    /// Its `ID`.
    pub id: &'a str,
    /// RelayState, at most 80 bytes; none when empty.
    pub relay_state: &'a str,
    /// The key that signs; `None` leaves it unsigned.
    pub key: Option<&'a SigningKey>,
    /// Further parameters of the address; not signed, as no provider expects them to be.
    pub extra: Vec<(&'static str, String)>,
}

impl Outgoing<'_> {
    /// HTTP-Redirect: deflated, the signature over the exact octets of the query (Bindings 3.4.4.1). `None` when the key refuses.
    pub fn redirect(self, to: &EndpointUrl) -> Option<Departure> {
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
        deflate.write_all(self.message.canonical().as_bytes()).ok()?;
        let deflated = deflate.finish().ok()?;
        let mut query = format!("{}={}", self.kind.parameter(), encode(&STANDARD.encode(deflated)));
        if !self.relay_state.is_empty() {
            query.push_str(&format!("&RelayState={}", encode(self.relay_state)));
        }
        if let Some(key) = self.key {
            query.push_str(&format!("&SigAlg={}", encode(key.method())));
            let signature = key.sign(query.as_bytes())?;
            query.push_str(&format!("&Signature={}", encode(&STANDARD.encode(signature))));
        }
        Some(Departure::Redirect { url: with_query(&with_query(to.as_str(), &query), &parameters(&self.extra)) })
    }

    /// HTTP-POST: an enveloped signature, base64. `None` when the key refuses.
    pub fn post(self, to: &EndpointUrl) -> Option<Departure> {
        let message = match self.key {
            Some(key) => signing::envelop(self.message, self.id, 1, key)?,
            None => self.message,
        };
        let mut fields = vec![(self.kind.parameter().to_owned(), STANDARD.encode(message.canonical()))];
        if !self.relay_state.is_empty() {
            fields.push(("RelayState".to_owned(), self.relay_state.to_owned()));
        }
        Some(Departure::Post { action: with_query(to.as_str(), &parameters(&self.extra)), fields })
    }
}

fn parameters(extra: &[(&'static str, String)]) -> String {
    let pairs: Vec<String> = extra.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    pairs.join("&")
}

/// Adds to the query of an address that may have one.
fn with_query(url: &str, query: &str) -> String {
    if query.is_empty() {
        return url.to_owned();
    }
    let join = if url.contains('?') { "&" } else { "?" };
    format!("{url}{join}{query}")
}

/// Percent-encoding (RFC 3986 2.1) of everything that is not unreserved.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
