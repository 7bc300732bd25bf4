//! Hashes of other systems: read, bounded, verified (LP-08, B-004).
//!
//! A hash carries its own cost. An import that asked for 4 GiB of memory would stop the house at the first sign-in, so every
//! cost has a ceiling, and a hash above it is refused at the import.

use argon2::{Argon2, PasswordVerifier, password_hash::phc::PasswordHash};
use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_model::Password;
use sha2::{Digest, Sha512};
use subtle::ConstantTimeEq;

use crate::stored::Scheme;

/// Why a hash is not imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// No format that is known here.
    #[error("the hash is in no known format: use a PHC string of argon2, scrypt or pbkdf2-sha256/sha512, a bcrypt hash or {{SSHA512}}")]
    Format,
    /// It would cost too much to evaluate.
    #[error("the hash asks for too much work ({0}); have its owner set a new password instead")]
    Cost(String),
    /// Salt or hash is missing or too short.
    #[error("the hash has no salt or no hash of at least 16 bytes")]
    Incomplete,
}

const MEMORY_KIB: u32 = 256 * 1024;
const PASSES: u32 = 16;
const LANES: u32 = 16;
const BCRYPT_COST: u32 = 15;
const SCRYPT_LOG_N: u32 = 17;
const SCRYPT_R: u32 = 32;
const SCRYPT_P: u32 = 4;
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
        Kind::Bcrypt => bcrypt_cost(text)?,
        Kind::Ssha512 => ssha512_parts(text).map(|_| ()).ok_or(ImportError::Incomplete)?,
        Kind::Phc => phc_bounds(text)?,
    }
    Ok(Scheme::Foreign { phc: text.to_owned() })
}

enum Kind {
    Phc,
    Bcrypt,
    Ssha512,
}

impl Kind {
    fn of(text: &str) -> Option<Self> {
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| text.starts_with(prefix));
        if starts(&["$2a$", "$2b$", "$2y$", "$2x$"]) {
            return Some(Self::Bcrypt);
        }
        if starts(&["{SSHA512}"]) {
            return Some(Self::Ssha512);
        }
        starts(&["$argon2", "$scrypt$", "$pbkdf2-sha256$", "$pbkdf2-sha512$"]).then_some(Self::Phc)
    }
}

fn bcrypt_cost(text: &str) -> Result<(), ImportError> {
    let mut parts = text.split('$').skip(2);
    let cost: u32 = parts.next().and_then(|c| c.parse().ok()).ok_or(ImportError::Format)?;
    let rest = parts.next().unwrap_or_default();
    let alphabet = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'/';
    if rest.len() != 53 || !rest.bytes().all(alphabet) || parts.next().is_some() {
        return Err(ImportError::Incomplete);
    }
    if !(4..=BCRYPT_COST).contains(&cost) { Err(ImportError::Cost(format!("bcrypt cost {cost}"))) } else { Ok(()) }
}

fn ssha512_parts(text: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut raw = STANDARD.decode(text.strip_prefix("{SSHA512}")?).ok()?;
    if raw.len() < 64 + 4 || raw.len() > 64 + 64 {
        return None;
    }
    let salt = raw.split_off(64);
    Some((raw, salt))
}

fn phc_bounds(text: &str) -> Result<(), ImportError> {
    let hash = PasswordHash::new(text).map_err(|_| ImportError::Format)?;
    let number = |name: &str| hash.params.get_decimal(name);
    let over = |name: &str, most: u32| number(name).filter(|n| *n > most).map(|n| ImportError::Cost(format!("{name}={n}")));
    let id = hash.algorithm.as_str();
    let limits: &[(&str, u32)] = match id {
        "argon2id" | "argon2i" | "argon2d" => {
            if hash.version.is_some_and(|v| v != 0x13 && v != 0x10) {
                return Err(ImportError::Format);
            }
            &[("m", MEMORY_KIB), ("t", PASSES), ("p", LANES)]
        }
        "scrypt" => &[("ln", SCRYPT_LOG_N), ("r", SCRYPT_R), ("p", SCRYPT_P)],
        "pbkdf2-sha256" | "pbkdf2-sha512" => &[("i", PBKDF2_ROUNDS)],
        _ => return Err(ImportError::Format),
    };
    // A parameter that is missing would fall to a default nobody saw.
    if limits.iter().any(|(name, _)| number(name).is_none()) {
        return Err(ImportError::Format);
    }
    if let Some(error) = limits.iter().find_map(|(name, most)| over(name, *most)) {
        return Err(error);
    }
    let long_enough = |bytes: Option<usize>, least: usize| bytes.is_some_and(|n| n >= least);
    let salt = hash.salt.as_ref().map(|s| s.as_ref().len());
    let sum = hash.hash.as_ref().map(|h| h.as_bytes().len());
    if long_enough(salt, 8) && long_enough(sum, 16) { Ok(()) } else { Err(ImportError::Incomplete) }
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
        Some(Kind::Phc) => PasswordHash::new(text).is_ok_and(|hash| match hash.algorithm.as_str() {
            "scrypt" => scrypt::Scrypt::default().verify_password(bytes, &hash).is_ok(),
            "pbkdf2-sha256" | "pbkdf2-sha512" => pbkdf2::Pbkdf2::default().verify_password(bytes, &hash).is_ok(),
            _ => Argon2::default().verify_password(bytes, &hash).is_ok(),
        }),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LP-08: a hash that asks for too much work, or is none, is refused at the door; its neighbour within bounds is taken.
    #[test]
    fn lp_08_hostile_hash_strings_are_refused() {
        let salt_hash = "c2FsdHNhbHRzYWx0$yAjqYSMyL2pO2QCTj42kzCPSGPg6RKXzV8G6WkNuJqI";
        let argon2 = |head: &str| import_foreign(&format!("{head}${salt_hash}"));
        assert!(argon2("$argon2id$v=19$m=65536,t=3,p=4").is_ok());
        assert!(argon2("$argon2i$v=19$m=65536,t=3,p=4").is_ok());
        for bad in ["$argon2id$v=19$m=4194304,t=3,p=4", "$argon2id$v=19$m=65536,t=1000000000,p=4", "$argon2id$v=19$m=65536,t=3,p=255"] {
            assert!(matches!(argon2(bad), Err(ImportError::Cost(_))), "{bad}");
        }
        for bad in ["$argon2id$v=99$m=65536,t=3,p=4", "$argon2id$v=19", "$argon2xx$v=19$m=65536,t=3,p=4", "$md5$x=1"] {
            assert_eq!(argon2(bad), Err(ImportError::Format), "{bad}");
        }
        assert_eq!(import_foreign("$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHRzYWx0"), Err(ImportError::Incomplete));
        assert!(import_foreign("$scrypt$ln=16,r=8,p=1$c2FsdHNhbHRzYWx0$yAjqYSMyL2pO2QCTj42kzCPSGPg6RKXzV8G6WkNuJqI").is_ok());
        assert!(matches!(import_foreign(&format!("$scrypt$ln=30,r=8,p=1${salt_hash}")), Err(ImportError::Cost(_))));
        assert!(matches!(import_foreign(&format!("$pbkdf2-sha256$i=99999999,l=32${salt_hash}")), Err(ImportError::Cost(_))));
        let bcrypt = "$2b$04$abcdefghijklmnopqrstuu5Lw8YtzZbBzrlq2jXJjZ0mVYxP0y1Vq";
        assert!(import_foreign(bcrypt).is_ok());
        assert!(matches!(import_foreign(&bcrypt.replace("$04$", "$31$")), Err(ImportError::Cost(_))));
        for bad in ["", "{SSHA512}AAAA", "$2b$04$short", &"x".repeat(600), "plain text"] {
            assert!(import_foreign(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_known_format_verifies_the_right_password_and_no_other() {
        use sha2::Digest;
        let p = |text: &str| Password::parse(text).unwrap();
        let mut sum = Sha512::new();
        sum.update("Kranich7!".as_bytes());
        sum.update(b"saltsalt");
        let ssha = format!("{{SSHA512}}{}", STANDARD.encode([sum.finalize().as_slice(), b"saltsalt"].concat()));
        let phc = |alg: &str| {
            use argon2::password_hash::PasswordHasher;
            match alg {
                "argon2" => Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, argon2::Params::new(64, 1, 1, None).unwrap())
                    .hash_password(b"Kranich7!").unwrap().to_string(),
                _ => bcrypt::hash("Kranich7!", 4).unwrap(),
            }
        };
        for hash in [ssha, phc("argon2"), phc("bcrypt")] {
            assert!(import_foreign(&hash).is_ok(), "{hash}");
            assert!(verify_foreign(&p("Kranich7!"), &hash), "{hash}");
            assert!(!verify_foreign(&p("Kranich8!"), &hash), "{hash}");
        }
        assert!(!verify_foreign(&p(&"x".repeat(73)), &bcrypt::hash("x".repeat(72), 4).unwrap()), "bcrypt would cut it");
    }
}
