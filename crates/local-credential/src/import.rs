//! Hashes of other systems: read, bounded, verified (LP-08, B-004).
//!
//! A hash carries its own cost. An import that asked for 4 GiB of memory would stop the house at the first sign-in, so every
//! cost has a ceiling at about a second of work, and a hash above it is refused at the import. So is one that could never be
//! verified: its owner would be locked out without a word.

use argon2::{Argon2, PasswordVerifier, password_hash::phc::PasswordHash};
use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_model::Password;
use pbkdf2::Pbkdf2;
use scrypt::Scrypt;
use sha2::{Digest, Sha512};
use subtle::ConstantTimeEq;

use crate::stored::Scheme;

/// Why a hash is not imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// No format that is known here, or parameters that it cannot have.
    #[error("the hash is in no known format: use a PHC string of argon2, scrypt or pbkdf2-sha256/sha512, a bcrypt hash or {{SSHA512}}")]
    Format,
    /// It would cost too much to evaluate.
    #[error("the hash asks for too much work ({0}); have its owner set a new password instead")]
    Cost(String),
    /// Salt or hash is missing or too short.
    #[error("the hash has no salt of at least 8 bytes, or no hash of at least 16")]
    Incomplete,
}

/// argon2: 256 MiB, and 1 GiB written over all passes.
const ARGON2_KIB: u32 = 256 * 1024;
const ARGON2_KIB_WRITTEN: u64 = 1024 * 1024;
const ARGON2_LANES: u32 = 16;
/// bcrypt: 2^14 rounds.
const BCRYPT_COST: u32 = 14;
/// scrypt: 256 MiB (128 · N · r bytes), and 512 MiB over all p.
const SCRYPT_BYTES: u64 = 256 * 1024 * 1024;
const SCRYPT_BYTES_WRITTEN: u64 = 512 * 1024 * 1024;
/// PBKDF2: two million rounds.
const PBKDF2_ROUNDS: u32 = 2_000_000;

/// Checks a hash from another system and keeps it as it is.
///
/// # Errors
/// `ImportError` when it is unknown, incomplete or too costly.
pub fn import_foreign(text: &str) -> Result<Scheme, ImportError> {
    let text = text.trim();
    if text.len() > 512 {
        return Err(ImportError::Format);
    }
    match Kind::of(text).ok_or(ImportError::Format)? {
        Kind::Bcrypt => bcrypt_bounds(text)?,
        Kind::Ssha512 => ssha512_parts(text).map(|_| ()).ok_or(ImportError::Incomplete)?,
        Kind::Argon2 => argon2_bounds(&phc(text)?)?,
        Kind::Scrypt => scrypt_bounds(&phc(text)?)?,
        Kind::Pbkdf2 => pbkdf2_bounds(&phc(text)?)?,
    }
    Ok(Scheme::Foreign { phc: text.to_owned() })
}

#[derive(Clone, Copy)]
enum Kind {
    Argon2,
    Scrypt,
    Pbkdf2,
    Bcrypt,
    Ssha512,
}

impl Kind {
    /// By the beginning. `$2x$` is left out: it marks hashes of a faulty bcrypt that nothing here computes.
    fn of(text: &str) -> Option<Self> {
        let kinds = [
            ("$argon2id$", Self::Argon2),
            ("$argon2i$", Self::Argon2),
            ("$argon2d$", Self::Argon2),
            ("$scrypt$", Self::Scrypt),
            ("$pbkdf2-sha256$", Self::Pbkdf2),
            ("$pbkdf2-sha512$", Self::Pbkdf2),
            ("$2a$", Self::Bcrypt),
            ("$2b$", Self::Bcrypt),
            ("$2y$", Self::Bcrypt),
            ("{SSHA512}", Self::Ssha512),
        ];
        kinds.into_iter().find_map(|(start, kind)| text.starts_with(start).then_some(kind))
    }
}

/// A PHC string with salt and hash. argon2 without a version is 1.0, as in the reference implementation; this crate's own
/// default is 1.3, and the right password would not fit.
fn phc(text: &str) -> Result<PasswordHash, ImportError> {
    let mut hash = PasswordHash::new(text).map_err(|_| ImportError::Format)?;
    if hash.algorithm.as_str().starts_with("argon2") && hash.version.is_none() {
        hash.version = Some(0x10);
    }
    let salt = hash.salt.as_ref().map_or(0, |salt| salt.len());
    let sum = hash.hash.as_ref().map_or(0, |sum| sum.len());
    if salt >= 8 && sum >= 16 { Ok(hash) } else { Err(ImportError::Incomplete) }
}

/// The parameters that these names have, all of them and no others, each once: a missing one would fall to a default nobody saw, and of one that
/// stands twice the first would be held against the bounds and the last be computed.
fn numbers<const N: usize>(hash: &PasswordHash, names: [&str; N]) -> Result<[u32; N], ImportError> {
    let known = hash.params.iter().all(|(name, _)| names.contains(&name.as_str())) && hash.params.iter().count() == N;
    let mut values = [0; N];
    for (value, name) in values.iter_mut().zip(names) {
        *value = hash.params.get_decimal(name).ok_or(ImportError::Format)?;
    }
    if known { Ok(values) } else { Err(ImportError::Format) }
}

fn within(bound: bool, asked: impl FnOnce() -> String) -> Result<(), ImportError> {
    if bound { Ok(()) } else { Err(ImportError::Cost(asked())) }
}

/// RFC 9106 3.1.
fn argon2_bounds(hash: &PasswordHash) -> Result<(), ImportError> {
    if !matches!(hash.version, Some(0x10 | 0x13)) {
        return Err(ImportError::Format);
    }
    let [m, t, p] = numbers(hash, ["m", "t", "p"])?;
    let written = u64::from(m).saturating_mul(u64::from(t));
    within(m <= ARGON2_KIB && written <= ARGON2_KIB_WRITTEN && p <= ARGON2_LANES, || format!("m={m}, t={t}, p={p}"))?;
    argon2::Params::try_from(hash).map(|_| ()).map_err(|_| ImportError::Format)
}

/// RFC 7914 2.
fn scrypt_bounds(hash: &PasswordHash) -> Result<(), ImportError> {
    let [ln, r, p] = numbers(hash, ["ln", "r", "p"])?;
    let bytes = 1u64.checked_shl(ln).and_then(|n| n.checked_mul(128)).and_then(|n| n.checked_mul(u64::from(r)));
    let fits = bytes.is_some_and(|bytes| bytes <= SCRYPT_BYTES && bytes.saturating_mul(u64::from(p)) <= SCRYPT_BYTES_WRITTEN);
    within(fits, || format!("ln={ln}, r={r}, p={p}"))?;
    scrypt::Params::try_from(hash).map(|_| ()).map_err(|_| ImportError::Format)
}

/// RFC 8018 5.2. The length of the output may be left out where it is 32 bytes.
fn pbkdf2_bounds(hash: &PasswordHash) -> Result<(), ImportError> {
    let [rounds] = match hash.params.get_decimal("l") {
        Some(_) => numbers(hash, ["i", "l"]).map(|[rounds, _]| [rounds])?,
        None => numbers(hash, ["i"])?,
    };
    within(rounds <= PBKDF2_ROUNDS, || format!("i={rounds}"))?;
    pbkdf2::Params::try_from(hash).map(|_| ()).map_err(|_| ImportError::Format)
}

fn bcrypt_bounds(text: &str) -> Result<(), ImportError> {
    let mut parts = text.split('$').skip(2);
    let cost: u32 = parts.next().filter(|cost| cost.len() == 2).and_then(|cost| cost.parse().ok()).ok_or(ImportError::Format)?;
    let rest = parts.next().unwrap_or_default();
    let alphabet = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'/';
    if rest.len() != 53 || !rest.bytes().all(alphabet) || parts.next().is_some() {
        return Err(ImportError::Incomplete);
    }
    within((4..=BCRYPT_COST).contains(&cost), || format!("bcrypt cost {cost}"))
}

/// What an evaluation of argon2 costs, in thousandths of the most that an import may cost.
pub(crate) fn argon2_work(memory_kib: u32, passes: u32) -> u64 {
    u64::from(memory_kib) * u64::from(passes) * 1_000 / ARGON2_KIB_WRITTEN
}

/// What it costs to try a password against an imported hash, in thousandths of the most that one may cost. What cannot be read costs nothing,
/// because it is not tried.
pub(crate) fn foreign_work(text: &str) -> u64 {
    let number = |hash: &PasswordHash, name| hash.params.get_decimal(name).unwrap_or_default();
    match (Kind::of(text), phc(text)) {
        (Some(Kind::Bcrypt), _) => {
            let cost = text.split('$').nth(2).and_then(|cost| cost.parse().ok()).unwrap_or(0).min(BCRYPT_COST);
            1_000 >> (BCRYPT_COST - cost)
        }
        (Some(Kind::Argon2), Ok(hash)) => argon2_work(number(&hash, "m"), number(&hash, "t")),
        (Some(Kind::Scrypt), Ok(hash)) => {
            let [r, p] = ["r", "p"].map(|name| u64::from(number(&hash, name)));
            let blocks = 1u64.checked_shl(number(&hash, "ln")).unwrap_or_default();
            blocks.saturating_mul(128).saturating_mul(r).saturating_mul(p).saturating_mul(1_000) / SCRYPT_BYTES_WRITTEN
        }
        (Some(Kind::Pbkdf2), Ok(hash)) => u64::from(number(&hash, "i")) * 1_000 / u64::from(PBKDF2_ROUNDS),
        _ => 0,
    }
}

/// Base64 of SHA-512(password ‖ salt) ‖ salt, as OpenLDAP's pw-sha2 writes it.
fn ssha512_parts(text: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut raw = STANDARD.decode(text.strip_prefix("{SSHA512}")?).ok()?;
    if raw.len() < 64 + 4 || raw.len() > 64 + 64 {
        return None;
    }
    let salt = raw.split_off(64);
    Some((raw, salt))
}

/// Whether the password fits an imported hash. Bounded again: what stands in the store may come from elsewhere.
pub(crate) fn verify_foreign(password: &Password, text: &str) -> bool {
    if import_foreign(text).is_err() {
        return false;
    }
    let bytes = password.reveal().as_bytes();
    match Kind::of(text) {
        // bcrypt reads 72 bytes at most; a longer password could not have been set there in full, and is refused (LP-03).
        Some(Kind::Bcrypt) => bytes.len() <= 72 && bcrypt::verify(bytes, text).unwrap_or(false),
        Some(Kind::Ssha512) => ssha512_parts(text).is_some_and(|(sum, salt)| {
            let mut hasher = Sha512::new();
            hasher.update(bytes);
            hasher.update(&salt);
            bool::from(hasher.finalize().as_slice().ct_eq(&sum))
        }),
        Some(Kind::Argon2) => phc(text).is_ok_and(|hash| Argon2::default().verify_password(bytes, &hash).is_ok()),
        Some(Kind::Scrypt) => phc(text).is_ok_and(|hash| Scrypt::default().verify_password(bytes, &hash).is_ok()),
        Some(Kind::Pbkdf2) => phc(text).is_ok_and(|hash| Pbkdf2::default().verify_password(bytes, &hash).is_ok()),
        None => false,
    }
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
