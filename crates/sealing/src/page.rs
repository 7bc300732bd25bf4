//! Values that travel sealed in a page: an anonymous visitor costs the server nothing (architecture, idea 4).

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_model::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

const NONCE: usize = 12;
const EXPIRY: usize = 8;

/// The longest sealed text that is looked at.
pub const MAX_TEXT: usize = 12 * 1024;

/// Why a sealed value did not open. Both cases are answered alike: the page again, with what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Not ours, changed, for another purpose, page, application or browser, or sealed under a key that is gone.
    #[error("the sealed value is not one of ours for this place")]
    Foreign,
    /// It was ours, and its time is over.
    #[error("the sealed value has expired")]
    Expired,
}

/// Seals values for pages.
pub struct PageSealer {
    keys: Vec<(u8, RandomizedNonceKey)>,
}

impl PageSealer {
    pub(crate) fn new(keys: impl Iterator<Item = (u8, Zeroizing<[u8; 32]>)>) -> Self {
        let keys = keys
            .filter_map(|(number, key)| Some((number, RandomizedNonceKey::new(&AES_256_GCM, key.as_slice()).ok()?)))
            .collect();
        Self { keys }
    }
    /// Seals `value` until `expires`. `bound_to` is what it may be used with: kind of stage, route, browser.
    /// Empty when the value cannot be written or the library fails; an empty text never opens.
    pub fn seal<T: Serialize>(&self, bound_to: &[&str], value: &T, expires: Timestamp) -> String {
        let Some((number, key)) = self.keys.first() else { return String::new() };
        let mut body = expires.seconds().to_be_bytes().to_vec();
        if serde_json::to_writer(&mut body, value).is_err() {
            return String::new();
        }
        match key.seal_in_place_append_tag(Aad::from(associated(bound_to)), &mut body) {
            Ok(nonce) => URL_SAFE_NO_PAD.encode([&[*number][..], nonce.as_ref(), &body].concat()),
            Err(_) => String::new(),
        }
    }
    /// Opens what `seal` made with the same `bound_to`, before it expired.
    ///
    /// # Errors
    /// `OpenError` says whether it was ever ours.
    pub fn open<T: DeserializeOwned>(&self, bound_to: &[&str], text: &str, now: Timestamp) -> Result<T, OpenError> {
        match self.open_any_time(bound_to, text)? {
            (value, expiry) if expiry > now => Ok(value),
            _ => Err(OpenError::Expired),
        }
    }
    /// Opens what `seal` made with the same `bound_to`, with the time when it expires or did: to start again where the person
    /// was, and for nothing else.
    ///
    /// # Errors
    /// `OpenError::Foreign`.
    pub fn open_any_time<T: DeserializeOwned>(&self, bound_to: &[&str], text: &str) -> Result<(T, Timestamp), OpenError> {
        if text.len() > MAX_TEXT {
            return Err(OpenError::Foreign);
        }
        let raw = URL_SAFE_NO_PAD.decode(text).map_err(|_| OpenError::Foreign)?;
        let (number, rest) = raw.split_first().ok_or(OpenError::Foreign)?;
        let (_, key) = self.keys.iter().find(|(n, _)| n == number).ok_or(OpenError::Foreign)?;
        let (nonce, body) = rest.split_at_checked(NONCE).ok_or(OpenError::Foreign)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| OpenError::Foreign)?;
        let mut body = Zeroizing::new(body.to_vec());
        let plain = key
            .open_in_place(nonce, Aad::from(associated(bound_to)), &mut body)
            .map_err(|_| OpenError::Foreign)?;
        let (expiry, json) = plain.split_at_checked(EXPIRY).ok_or(OpenError::Foreign)?;
        let expiry = i64::from_be_bytes(expiry.try_into().map_err(|_| OpenError::Foreign)?);
        let value = serde_json::from_slice(json).map_err(|_| OpenError::Foreign)?;
        Ok((value, Timestamp::from_seconds(expiry)))
    }
}

fn associated(bound_to: &[&str]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in bound_to {
        out.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(part.as_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RootKey, Sealer};
    use homeward_model::SystemRandom;

    #[test]
    fn a_page_value_opens_only_where_it_belongs_and_in_its_time() {
        let pages = Sealer::new(RootKey::generate(1, &SystemRandom), vec![]).pages();
        let at = Timestamp::from_seconds;
        let text = pages.seal(&["password", "browser-1"], &("ann", 7), at(100));
        assert_eq!(pages.open::<(String, u8)>(&["password", "browser-1"], &text, at(99)).unwrap().0, "ann");
        assert_eq!(pages.open::<(String, u8)>(&["password", "browser-1"], &text, at(100)), Err(OpenError::Expired));
        for other in [&["password", "browser-2"][..], &["change", "browser-1"], &["passwordbrowser-1"], &[]] {
            assert_eq!(pages.open::<(String, u8)>(other, &text, at(99)), Err(OpenError::Foreign));
        }
        for cut in 0..text.len() {
            assert!(pages.open::<(String, u8)>(&["password", "browser-1"], &text[..cut], at(99)).is_err());
        }
        assert!(!text.contains("ann"));
    }

    #[test]
    fn a_page_value_is_no_secret_at_rest() {
        let root = RootKey::generate(1, &SystemRandom);
        let sealer = Sealer::new(root, vec![]);
        let at_rest = sealer.seal("", b"\0\0\0\0\0\0\0\x64\"x\"").unwrap();
        let text = URL_SAFE_NO_PAD.encode(at_rest);
        assert_eq!(sealer.pages().open::<String>(&[], &text, Timestamp::from_seconds(1)), Err(OpenError::Foreign));
    }
}
