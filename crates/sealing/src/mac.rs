//! Keyed hashes: for tokens that need no row of their own, and for the pepper on passwords.

use aws_lc_rs::{constant_time, hmac};

/// HMAC-SHA256 (RFC 2104) under a key for one purpose. What older keys signed still verifies (KS-03).
#[derive(Clone)]
pub struct Mac(hmac::Key, Vec<hmac::Key>);

impl Mac {
    /// A keyed hash under a key of at least 32 bytes.
    pub fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key), Vec::new())
    }
    /// The same, with keys that sign no more.
    #[must_use]
    pub fn with_older<'a>(mut self, older: impl Iterator<Item = &'a [u8]>) -> Self {
        self.1.extend(older.map(|key| hmac::Key::new(hmac::HMAC_SHA256, key)));
        self
    }
    /// The hash of the parts. Each part's length is hashed before it, so that no two lists of parts collide (LP-04).
    pub fn sign(&self, parts: &[&[u8]]) -> [u8; 32] {
        sign(&self.0, parts)
    }
    /// Whether `tag` is the hash of the parts, under this key or an older one, compared in constant time (KS-07).
    pub fn verify(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        std::iter::once(&self.0).chain(&self.1).any(|key| constant_time::verify_slices_are_equal(&sign(key, parts), tag).is_ok())
    }
}

fn sign(key: &hmac::Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(part);
    }
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(context.sign().as_ref()) {
        *to = *from;
    }
    out
}

impl std::fmt::Debug for Mac {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mac(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LP-04: no two lists of parts share a key.
    #[test]
    fn parts_do_not_run_into_each_other() {
        let mac = Mac::new(&[7; 32]);
        assert_ne!(mac.sign(&[b"ab", b"c"]), mac.sign(&[b"a", b"bc"]));
        assert!(mac.verify(&[b"ab", b"c"], &mac.sign(&[b"ab", b"c"])));
        assert!(!mac.verify(&[b"ab", b"c"], &mac.sign(&[b"abc"])));
        assert!(!mac.verify(&[b"ab"], &[]));
    }
}
