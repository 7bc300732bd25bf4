//! A JSON Web Signature in compact form (RFC 7515), read strictly and verified with one given key.
//!
//! Nothing in the header chooses a key or an algorithm: the connection pins the algorithms, the provider's key set holds the keys,
//! and `kid` only picks among them (RFC 8725).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_trace::Effort;
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
        if !Effort::Signature.done(|| key.verifies(algorithm, self.signed.as_bytes(), &self.signature)) {
            return Err(Failure::of(Check::Signature, "jws.signature"));
        }
        json::read_object(&self.payload).map_err(|_| Failure::of(Check::Signature, "jws.payload"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::keys::KeySet;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use proptest::prelude::*;

    /// A token by Ed25519, whose signatures have one form only, and the set with its key.
    fn signed() -> (String, KeySet) {
        let key = Ed25519KeyPair::generate().unwrap();
        let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(r#"{"alg":"EdDSA"}"#), URL_SAFE_NO_PAD.encode(r#"{"sub":"alice-1"}"#));
        let text = format!("{input}.{}", URL_SAFE_NO_PAD.encode(key.sign(input.as_bytes())));
        let set = format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","x":"{}"}}]}}"#, URL_SAFE_NO_PAD.encode(key.public_key()));
        (text, KeySet::read(set.as_bytes()).unwrap())
    }

    fn subject(text: &str, set: &KeySet) -> Option<String> {
        let unverified = Unverified::read(text).ok()?;
        let algorithm = unverified.algorithm(&Algorithm::ALL).ok()?;
        let claims = unverified.verified_by(set.choose(None, algorithm).ok()?, algorithm).ok()?;
        claims.get("sub")?.as_str().map(str::to_owned)
    }

    /// OR-09: no other text than the signed one is taken, whichever single byte is changed, dropped or added.
    #[test]
    fn or_09_every_single_change_breaks_a_token() {
        let (text, set) = signed();
        assert_eq!(subject(&text, &set).as_deref(), Some("alice-1"));
        for place in 0..text.len() {
            for other in ['A', 'B', '-', '.', '=', ' ', '\u{e9}'] {
                let changed = format!("{}{other}{}", &text[..place], &text[place + 1..]);
                let added = format!("{}{other}{}", &text[..place], &text[place..]);
                assert!(changed == text || subject(&changed, &set).is_none(), "{place} {other}");
                assert!(subject(&added, &set).is_none(), "{place} {other}");
            }
            assert!(subject(&format!("{}{}", &text[..place], &text[place + 1..]), &set).is_none(), "{place}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_token_or_not(text in "[A-Za-z0-9_.=-]{0,120}|.{0,80}") {
            if Unverified::read(&text).is_ok() {
                prop_assert_eq!(text.matches('.').count(), 2);
            }
        }
    }
}
