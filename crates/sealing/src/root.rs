//! The root keys and the sealing of secrets at rest.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey},
    hkdf::{HKDF_SHA256, Salt},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_model::Random;
use zeroize::Zeroizing;

use crate::{Mac, PageSealer};

const NONCE: usize = 12;
const TAG: usize = 16;

/// 256 bits from which every other key is derived, with a number of its own.
#[derive(Clone)]
pub struct RootKey {
    number: u8,
    bytes: Zeroizing<[u8; 32]>,
}

/// Why a text is no root key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a root key is a number from 1 to 255, a colon, and 32 bytes in base64")]
pub struct RootKeyError;

impl RootKey {
    /// Draws a new key with this number.
    pub fn generate(number: u8, random: &dyn Random) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(bytes.as_mut());
        Self { number, bytes }
    }
    /// Reads `NUMBER:BASE64`, the form of a key file.
    pub fn parse(text: &str) -> Result<Self, RootKeyError> {
        let (number, key) = text.trim().split_once(':').ok_or(RootKeyError)?;
        let number = number.parse().ok().filter(|n| *n > 0).ok_or(RootKeyError)?;
        let raw = Zeroizing::new(STANDARD.decode(key).map_err(|_| RootKeyError)?);
        let bytes = <[u8; 32]>::try_from(raw.as_slice()).map_err(|_| RootKeyError)?;
        Ok(Self { number, bytes: Zeroizing::new(bytes) })
    }
    /// Its number: what is sealed under it begins with it.
    pub const fn number(&self) -> u8 {
        self.number
    }
    /// The key of one purpose, to be kept after the root key itself was given up.
    pub fn kept(&self, purpose: &str) -> KeptKey {
        KeptKey { number: self.number, purpose: purpose.to_owned(), bytes: self.derive(purpose) }
    }
    /// The form of a key file: `NUMBER:BASE64`. A secret.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}:{}", self.number, STANDARD.encode(self.bytes.as_slice())))
    }
    fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut out = Zeroizing::new([0; 32]);
        let salt = Salt::new(HKDF_SHA256, b"homeward/1");
        let filled = salt
            .extract(self.bytes.as_slice())
            .expand(&[purpose.as_bytes()], HKDF_SHA256)
            .and_then(|okm| okm.fill(out.as_mut()));
        // 32 bytes is one block of HKDF-SHA256; a failure here would mean a broken library.
        if filled.is_err() {
            std::process::abort();
        }
        out
    }
}

impl std::fmt::Debug for RootKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RootKey({}:…)", self.number)
    }
}

/// The key of one purpose of a root key that was given up: it opens nothing, and what it signed still verifies.
#[derive(Clone)]
pub struct KeptKey {
    number: u8,
    purpose: String,
    bytes: Zeroizing<[u8; 32]>,
}

impl KeptKey {
    /// Reads `NUMBER:PURPOSE:BASE64`, the form of a key file.
    ///
    /// # Errors
    /// `RootKeyError` when it is none.
    pub fn parse(text: &str) -> Result<Self, RootKeyError> {
        let (number, rest) = text.trim().split_once(':').ok_or(RootKeyError)?;
        let (purpose, key) = rest.split_once(':').ok_or(RootKeyError)?;
        let RootKey { number, bytes } = RootKey::parse(&format!("{number}:{key}"))?;
        let is_word = !purpose.is_empty() && purpose.bytes().all(|b| b.is_ascii_lowercase());
        if is_word { Ok(Self { number, purpose: purpose.to_owned(), bytes }) } else { Err(RootKeyError) }
    }
    /// The number of its root key.
    pub const fn number(&self) -> u8 {
        self.number
    }
    /// The form of a key file: `NUMBER:PURPOSE:BASE64`. A secret.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{}:{}:{}", self.number, self.purpose, STANDARD.encode(self.bytes.as_slice())))
    }
}

impl std::fmt::Debug for KeptKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeptKey({}:{}:…)", self.number, self.purpose)
    }
}

/// What became of something sealed that is to be sealed again.
#[derive(Debug, PartialEq, Eq)]
pub enum Again {
    /// It is sealed under the present root key.
    Present,
    /// It was sealed under an older one; this takes its place.
    Sealed(Vec<u8>),
    /// No root key opens it.
    Closed,
}

struct Ring {
    number: u8,
    key: RandomizedNonceKey,
}

/// Seals secrets for the store. The first root key seals; every one of them opens.
pub struct Sealer {
    roots: Vec<RootKey>,
    rings: Vec<Ring>,
    kept: Vec<KeptKey>,
}

impl Sealer {
    /// A sealer over the present root key and the older ones that may still have sealed something.
    pub fn new(present: RootKey, older: Vec<RootKey>) -> Self {
        let roots: Vec<RootKey> = std::iter::once(present).chain(older).collect();
        let rings = roots
            .iter()
            .filter_map(|root| {
                let key = RandomizedNonceKey::new(&AES_256_GCM, root.derive("at rest").as_slice()).ok()?;
                Some(Ring { number: root.number, key })
            })
            .collect();
        Self { roots, rings, kept: Vec::new() }
    }
    /// The same with keys of root keys that were given up.
    #[must_use]
    pub fn with_kept(mut self, kept: Vec<KeptKey>) -> Self {
        self.kept = kept;
        self
    }
    /// The numbers of the root keys, the present one first; of those that were given up none.
    pub fn numbers(&self) -> impl Iterator<Item = u8> {
        self.roots.iter().map(|root| root.number)
    }
    /// Seals again under the present root key what an older one has sealed for this place.
    pub fn again(&self, place: &str, sealed: &[u8]) -> Again {
        let Some(secret) = self.open(place, sealed) else { return Again::Closed };
        if sealed.first() == self.rings.first().map(|ring| &ring.number) {
            return Again::Present;
        }
        self.seal(place, &secret).map_or(Again::Closed, Again::Sealed)
    }
    /// Seals a secret. `place` says where it will rest (table, row, column), so that two rows cannot be swapped (KS-01).
    /// `None` only when the cryptographic library fails.
    pub fn seal(&self, place: &str, secret: &[u8]) -> Option<Vec<u8>> {
        let ring = self.rings.first()?;
        let mut body = secret.to_vec();
        let nonce = ring.key.seal_in_place_append_tag(Aad::from(place.as_bytes()), &mut body).ok()?;
        Some([&[ring.number][..], nonce.as_ref(), &body].concat())
    }
    /// Opens what `seal` made for the same place; `None` for anything else.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (number, rest) = sealed.split_first()?;
        if rest.len() < NONCE + TAG {
            return None;
        }
        let ring = self.rings.iter().find(|r| r.number == *number)?;
        let (nonce, body) = rest.split_at_checked(NONCE)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut body = Zeroizing::new(body.to_vec());
        let length = ring.key.open_in_place(nonce, Aad::from(place.as_bytes()), &mut body).ok()?.len();
        body.truncate(length);
        Some(body)
    }
    /// A sealer for what travels in pages.
    pub fn pages(&self) -> PageSealer {
        PageSealer::new(self.roots.iter().map(|r| (r.number, r.derive("page"))))
    }
    /// A keyed hash for one purpose: signs under the present root key, verifies under every one.
    pub fn mac(&self, purpose: &str) -> Mac {
        let keys: Vec<Zeroizing<[u8; 32]>> = self.roots.iter().map(|r| r.derive(purpose)).collect();
        let mut keys = keys.iter().map(|key| key.as_slice());
        Mac::new(keys.next().unwrap_or_default()).with_older(keys)
    }
    /// The keyed hashes for one purpose under every root key, with their numbers, the present one first (LP-09); then those of root
    /// keys that were given up.
    pub fn macs(&self, purpose: &str) -> Vec<(u8, Mac)> {
        let kept = self.kept.iter().filter(|key| key.purpose == purpose).map(|key| (key.number, Mac::new(key.bytes.as_slice())));
        self.roots.iter().map(|r| (r.number, Mac::new(r.derive(purpose).as_slice()))).chain(kept).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use homeward_model::SystemRandom;

    fn sealer(numbers: &[u8], roots: &[RootKey]) -> Sealer {
        let pick = |n: &u8| roots.iter().find(|r| r.number == *n).unwrap().clone();
        Sealer::new(pick(&numbers[0]), numbers[1..].iter().map(pick).collect())
    }

    #[test]
    fn a_secret_opens_only_in_its_place_and_with_its_key() {
        let roots = [RootKey::generate(1, &SystemRandom), RootKey::generate(2, &SystemRandom)];
        let old = sealer(&[1], &roots);
        let sealed = old.seal("key/7/private", b"secret").unwrap();
        assert_eq!(old.open("key/7/private", &sealed).unwrap().as_slice(), b"secret");
        assert!(old.open("key/8/private", &sealed).is_none());
        // After a rotation the old key still opens, and the new one seals.
        let new = sealer(&[2, 1], &roots);
        assert_eq!(new.open("key/7/private", &sealed).unwrap().as_slice(), b"secret");
        assert!(old.open("key/7/private", &new.seal("key/7/private", b"secret").unwrap()).is_none());
        for cut in 0..sealed.len() {
            assert!(old.open("key/7/private", &sealed[..cut]).is_none());
        }
        for place in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[place] ^= 1;
            assert!(old.open("key/7/private", &bent).is_none(), "byte {place}");
        }
    }

    /// KS-03: what is sealed again opens without the old key; what a root key leaves behind verifies, opens nothing, and survives its file.
    #[test]
    fn ks_03_an_old_root_key_can_be_given_up() {
        let roots = [RootKey::generate(1, &SystemRandom), RootKey::generate(2, &SystemRandom)];
        let (old, both, new) = (sealer(&[1], &roots), sealer(&[2, 1], &roots), sealer(&[2], &roots));
        let sealed = old.seal("row", b"secret").unwrap();
        let Again::Sealed(again) = both.again("row", &sealed) else { panic!() };
        assert_eq!(new.open("row", &again).unwrap().as_slice(), b"secret");
        assert_eq!(both.again("row", &again), Again::Present);
        assert_eq!(both.again("another row", &sealed), Again::Closed);
        assert_eq!(new.again("row", &sealed), Again::Closed);
        let kept = KeptKey::parse(&roots[0].kept("pepper").to_text()).unwrap();
        assert_eq!((kept.number(), format!("{kept:?}").as_str()), (1, "KeptKey(1:pepper:…)"));
        let new = new.with_kept(vec![kept]);
        let tag = old.mac("pepper").sign(&[b"x"]);
        let verifies = |sealer: &Sealer, purpose: &str| sealer.macs(purpose).iter().any(|(number, mac)| *number == 1 && mac.verify(&[b"x"], &tag));
        assert!(verifies(&new, "pepper") && !verifies(&new, "audit"));
        assert!(new.open("row", &sealed).is_none());
        assert_eq!(new.numbers().collect::<Vec<_>>(), [2]);
        for bad in ["1:pepper", "1::AAAA", "0:pepper:AAAA", "1:Pepper:AAAA", "1:pepper:AAAA"] {
            assert!(KeptKey::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_root_key_survives_its_file() {
        let root = RootKey::generate(3, &SystemRandom);
        let again = RootKey::parse(&root.to_text()).unwrap();
        assert_eq!(root.bytes, again.bytes);
        assert_eq!(format!("{root:?}"), "RootKey(3:…)");
        for bad in ["", "1", "0:AAAA", "256:AAAA", "1:AAAA", "x:y"] {
            assert!(RootKey::parse(bad).is_err(), "{bad}");
        }
    }
}
