//! A password that a person typed. It exists only on its way to the hash and is wiped when dropped.
//!
//! Prepared by the mapping rules of PRECIS OpaqueString (RFC 8265 4.2.2): every kind of blank becomes U+0020, then
//! NFC. The profile's table of allowed code points is not applied: it refuses the joiner inside an emoji and whatever
//! is newer than the table, and a password that worked yesterday must work after an update (SP 800-63B-4 3.1.1.2).

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The technical maximum in bytes. It bounds the work of the hash and is never a policy's maximum.
pub const MAX_BYTES: usize = 1024;

/// A prepared password: NFC, every kind of blank is U+0020, nothing else changes.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

/// Why a text cannot be a password at all, whatever the policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Nothing was typed.
    #[error("the password is empty")]
    Empty,
    /// Over 1,024 bytes, as typed or as NFC writes it.
    #[error("the password is longer than 1,024 bytes")]
    TooLong,
    /// A control character, among them NUL, tab and the ends of lines.
    #[error("the password has a control character")]
    Characters,
}

impl Password {
    /// Reads a password exactly as typed: nothing is trimmed, truncated or folded.
    pub fn parse(typed: &str) -> Result<Self, PasswordError> {
        if typed.is_empty() {
            return Err(PasswordError::Empty);
        }
        if typed.len() > MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        if typed.chars().any(char::is_control) {
            return Err(PasswordError::Characters);
        }
        let blank = |c: char| if c.is_whitespace() { ' ' } else { c };
        // NFC can grow a text to three times its bytes: reserve once, so that no unwiped copy is left behind.
        let mut prepared = Zeroizing::new(String::with_capacity(typed.len().saturating_mul(3)));
        prepared.extend(typed.chars().map(blank).nfc());
        // What was prepared is a password that can be typed itself.
        if prepared.len() > MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        Ok(Self(prepared))
    }
    /// The prepared text, for the hash and the policy only.
    pub fn reveal(&self) -> &str {
        &self.0
    }
    /// Its length in code points (SP 800-63B-4 3.1.1.2).
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LP-05: one password typed on two systems is one password; LP-03: nothing is trimmed.
    #[test]
    fn lp_05_composed_and_decomposed_are_one_password_and_full_width_is_another() {
        let p = |t: &str| Password::parse(t).unwrap();
        assert_eq!(p("Caf\u{e9}-2026!"), p("Cafe\u{301}-2026!"));
        assert_ne!(p("ａbcdefg1!"), p("abcdefg1!"));
        assert_ne!(p(" abcdefg1!"), p("abcdefg1!"));
        assert_ne!(p("abcdefg1! "), p("abcdefg1!"));
        assert_eq!(p("a\u{a0}b"), p("a b"));
        assert_eq!(p("👩‍👩‍👧1a!").characters(), 8);
    }

    #[test]
    fn control_characters_and_megabytes_are_no_passwords() {
        for bad in ["abc\0defg1!", "abc\ndefg1!", "abc\rdefg1!", "abc\tdefg1!"] {
            assert_eq!(Password::parse(bad), Err(PasswordError::Characters));
        }
        assert_eq!(Password::parse(&"x".repeat(1025)), Err(PasswordError::TooLong));
        // U+FB2D is written as three letters of two bytes each by NFC, since it is excluded from composition: 340 of them are 1,020 bytes typed, and 2,040 prepared.
        assert_eq!(Password::parse(&"\u{fb2d}".repeat(340)), Err(PasswordError::TooLong));
        let fits = Password::parse(&"\u{fb2d}".repeat(170)).unwrap();
        assert_eq!((fits.reveal().len(), Password::parse(fits.reveal())), (1_020, Ok(fits.clone())));
        assert_eq!(Password::parse(""), Err(PasswordError::Empty));
        assert_eq!(format!("{:?}", Password::parse("abcdefg1!").unwrap()), "Password(…)");
    }
}
