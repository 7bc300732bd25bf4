//! The HTTP-Redirect binding: deflate, base64, query, and a signature over the query's own octets (Bindings 3.4.4.1).

use std::io::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::DeflateEncoder};

use super::{Idp, signature::algorithm_uri};
use crate::key::Algorithm;

/// A message for the query of a URL.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// `SAMLRequest` or `SAMLResponse`.
    pub parameter: &'static str,
    /// The message, without an enveloped signature.
    pub xml: String,
    /// `RelayState`
    pub relay_state: Option<String>,
    /// Whether the query is signed.
    pub signed: bool,
    /// The algorithm; `None`: the key's usual one.
    pub algorithm: Option<Algorithm>,
    /// Percent escapes in lower case, as AD FS writes them.
    pub lower_case: bool,
}

impl Redirect {
    /// A signed message.
    pub fn new(parameter: &'static str, xml: String) -> Self {
        Self { parameter, xml, relay_state: None, signed: true, algorithm: None, lower_case: false }
    }

    fn escaped(&self, text: &str) -> String {
        let escape = |byte: &u8| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(*byte).to_string(),
            other if self.lower_case => format!("%{other:02x}"),
            other => format!("%{other:02X}"),
        };
        text.as_bytes().iter().map(escape).collect()
    }
}

/// The message as base64 of raw deflate.
pub fn deflate(xml: &str) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail.
    let _ = encoder.write_all(xml.as_bytes());
    STANDARD.encode(encoder.finish().unwrap_or_default())
}

impl Idp {
    /// The query, without the question mark.
    pub fn redirect_query(&self, message: &Redirect) -> String {
        let mut query = format!("{}={}", message.parameter, message.escaped(&deflate(&message.xml)));
        if let Some(state) = &message.relay_state {
            query = format!("{query}&RelayState={}", message.escaped(state));
        }
        if message.signed {
            let algorithm = message.algorithm.clone().unwrap_or_else(|| self.key.usual());
            query = format!("{query}&SigAlg={}", message.escaped(algorithm_uri(&algorithm, self.key.kind())));
            let signature = STANDARD.encode(self.key.sign(&algorithm, query.as_bytes()));
            query = format!("{query}&Signature={}", message.escaped(&signature));
        }
        query
    }
}
