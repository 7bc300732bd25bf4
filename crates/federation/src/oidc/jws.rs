//! A JSON Web Signature in compact form (RFC 7515), read strictly and verified with one given key.
//!
//! Nothing in the header chooses a key or an algorithm: the connection pins the algorithms, the provider's key set holds the keys,
//! and `kid` only picks among them (RFC 8725).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{Algorithm, json::{self, Object}, keys::Key};
use crate::{Check, Failure};

/// Longest token, in bytes: one of Entra with 200 groups has about 12,000.
const LONGEST: usize = 65_536;

/// Header members that bring a key, an address or another way of reading. A token with one of them is refused (OR-07).
const FORBIDDEN: [&str; 11] = ["jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "cty", "enc", "epk", "p2c"];

/// A token of the right shape. Nobody has vouched for it yet.
#[derive(Debug)]
pub(crate) struct Unverified<'a> {
    signed: &'a str,
    header: Object,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a> Unverified<'a> {
    /// Reads three parts of strict base64url, the first an object without forbidden members (OR-07, OR-08, OR-09).
    pub fn read(text: &'a str) -> Result<Self, Failure> {
        let malformed = || Failure::of(Check::Signature, "jws.malformed");
        if text.len() > LONGEST {
            return Err(Failure::of(Check::Signature, "jws.too_long"));
        }
        let (signed, signature) = text.rsplit_once('.').ok_or_else(malformed)?;
        let (header, payload) = signed.split_once('.').ok_or_else(malformed)?;
        if payload.contains('.') || header.is_empty() || payload.is_empty() {
            return Err(malformed());
        }
        // Without padding, white space or loose bits: one token has one spelling.
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Failure::of(Check::Signature, "jws.encoding"));
        let header = json::read_object(&decode(header)?).map_err(|_| malformed())?;
        if let Some(name) = FORBIDDEN.iter().find(|name| header.contains_key(**name)) {
            return Err(Failure::differs(Check::Signature, "jws.header_forbidden", name, ""));
        }
        Ok(Self { signed, header, payload: decode(payload)?, signature: decode(signature)? })
    }
    /// The pinned algorithm that the header names, exactly (OR-06).
    pub fn algorithm(&self, pinned: &[Algorithm]) -> Result<Algorithm, Failure> {
        let named = match self.header.get("alg") {
            Some(Value::String(name)) => name.as_str(),
            _ => return Err(Failure::of(Check::Signature, "jws.algorithm_missing")),
        };
        let expected = || pinned.iter().map(|a| a.name()).collect::<Vec<_>>().join(" ");
        pinned.iter().copied().find(|a| a.name() == named).ok_or_else(|| Failure::differs(Check::Signature, "jws.algorithm", named, &expected()))
    }
    /// `kid`, when it is text of a sane length.
    pub fn key_id(&self) -> Result<Option<&str>, Failure> {
        match self.header.get("kid") {
            None => Ok(None),
            Some(Value::String(kid)) if (1..=512).contains(&kid.len()) => Ok(Some(kid)),
            Some(_) => Err(Failure::of(Check::Signature, "jws.key_id")),
        }
    }
    /// Whether `typ` is absent or one of these, without regard to case and to `application/` (RFC 7515 4.1.9).
    pub fn has_type(&self, allowed: &[&str]) -> Result<(), Failure> {
        let named = match self.header.get("typ") {
            None => return Ok(()),
            Some(Value::String(name)) => name.to_ascii_lowercase(),
            Some(_) => return Err(Failure::of(Check::Signature, "jws.type")),
        };
        let short = named.strip_prefix("application/").unwrap_or(&named);
        if allowed.contains(&short) { Ok(()) } else { Err(Failure::differs(Check::Signature, "jws.type", short, &allowed.join(" "))) }
    }
    /// The claims, once the key has vouched for the bytes they are read from.
    pub fn verified_by(&self, key: &Key, algorithm: Algorithm) -> Result<Object, Failure> {
        if !key.verifies(algorithm, self.signed.as_bytes(), &self.signature) {
            return Err(Failure::of(Check::Signature, "jws.signature"));
        }
        json::read_object(&self.payload).map_err(|_| Failure::of(Check::Signature, "jws.payload"))
    }
}
