//! Printed codes for break-glass people (LH-16): each works once in place of the password, when nobody knows that any more or no mail comes.
//!
//! A code has 100 bits, so that a plain hash keeps it: nothing has to be guessed slowly, and a sheet in a safe outlives every root key. The hash
//! is bound to the user, so that no code of one row opens another's.

use homeward_model::{Random, UserId};
use homeward_sealing::sha256;
use zeroize::Zeroizing;

/// Without 0, O, 1 and I, so that nothing can be misread.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Symbols of a code.
const LENGTH: usize = 20;
/// Symbols between two hyphens.
const GROUP: usize = 5;

/// So many are made at once.
pub const CODES: usize = 8;

/// A code in the clear. A secret: it is shown once, and what is kept is its hash.
pub struct EmergencyCode(Zeroizing<String>);

impl EmergencyCode {
    /// Draws one.
    pub fn generate(random: &dyn Random) -> Self {
        let mut bytes = Zeroizing::new([0u8; LENGTH]);
        random.fill(bytes.as_mut_slice());
        Self(Zeroizing::new(bytes.iter().map(|byte| char::from(ALPHABET.get(usize::from(byte & 31)).copied().unwrap_or(b'2'))).collect()))
    }
    /// Reads one as somebody typed it from paper: in any case, with or without hyphens and spaces. `None`: it cannot be one.
    pub fn parse(typed: &str) -> Option<Self> {
        let plain: Zeroizing<String> =
            Zeroizing::new(typed.chars().filter(|c| !matches!(c, '-' | ' ')).take(LENGTH + 1).map(|c| c.to_ascii_uppercase()).collect());
        let fits = plain.len() == LENGTH && plain.bytes().all(|byte| ALPHABET.contains(&byte));
        fits.then_some(Self(plain))
    }
    /// As it is printed: in groups.
    pub fn printed(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH + LENGTH / GROUP));
        for (place, symbol) in self.0.chars().enumerate() {
            if place > 0 && place % GROUP == 0 {
                text.push('-');
            }
            text.push(symbol);
        }
        text
    }
    /// What is kept of it, as a code of this user.
    pub fn digest(&self, user: UserId) -> [u8; 32] {
        let text = Zeroizing::new(format!("homeward emergency code\n{user}\n{}", self.0.as_str()));
        sha256(text.as_bytes())
    }
}

impl std::fmt::Debug for EmergencyCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmergencyCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use homeward_model::SystemRandom;

    use super::*;

    #[test]
    fn a_code_reads_back_however_it_was_typed_and_is_one_users() {
        let (made, user) = (EmergencyCode::generate(&SystemRandom), UserId::generate(&SystemRandom));
        let printed = made.printed();
        assert_eq!((printed.len(), printed.matches('-').count()), (23, 3));
        for typed in [printed.to_string(), printed.to_lowercase().replace('-', ""), format!(" {} ", printed.replace('-', " "))] {
            assert_eq!(EmergencyCode::parse(&typed).unwrap().digest(user), made.digest(user), "{typed}");
        }
        assert_ne!(made.digest(user), made.digest(UserId::generate(&SystemRandom)));
        assert_ne!(made.digest(user), EmergencyCode::generate(&SystemRandom).digest(user));
        assert!(!format!("{made:?}").contains(&printed[..5]));
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        for bad in ["", "Kranich7!", "ABCDE-ABCDE-ABCDE-ABCD", "ABCDE-ABCDE-ABCDE-ABCDEF", "ABCDE-ABCDE-ABCDE-ABCD0", "ABCDE-ABCDE-ABCDE-ABCDÉ"] {
            assert!(EmergencyCode::parse(bad).is_none(), "{bad}");
        }
    }
}
