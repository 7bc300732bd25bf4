//! Keeps what leaves the process, or rests on a disk, secret and unchanged.
//!
//! One root key, which the operator supplies or the first start makes. Every use has a key of its own, derived by
//! HKDF-SHA256 (RFC 5869) from the root and the name of the purpose, so that what was sealed for one purpose cannot be
//! opened for another. Sealing is AES-256-GCM (SP 800-38D) with a random nonce; what it is for stands in the
//! associated data.

mod mac;
mod page;
mod root;

pub use mac::Mac;
pub use page::{OpenError, PageSealer};
pub use zeroize::Zeroizing;
pub use root::{Again, KeptKey, RootKey, RootKeyError, Sealer};

/// SHA-256 (FIPS 180-4): what is stored in place of a random secret.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref()) {
        *to = *from;
    }
    out
}
