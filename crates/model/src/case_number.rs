//! The case number of a refusal: eight characters in two groups that a person can read out on the telephone.

use serde::{Deserialize, Serialize};

use crate::random::Random;

/// Without 0, O, 1 and I, so that nothing can be misread.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// For example `7F3K-Q2VD` (UX rule ALL-24). It stands on the page, in the log and in the audit record.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseNumber(String);

impl CaseNumber {
    /// Draws a case number: 40 bits.
    pub fn generate(random: &dyn Random) -> Self {
        let mut bytes = [0u8; 8];
        random.fill(&mut bytes);
        let mut text = String::with_capacity(9);
        for (place, byte) in bytes.iter().enumerate() {
            if place == 4 {
                text.push('-');
            }
            text.push(char::from(ALPHABET.get(usize::from(byte & 31)).copied().unwrap_or(b'2')));
        }
        Self(text)
    }
    /// Reads a number as somebody typed or read it out: in any case, with or without the hyphen. `None` when it cannot be one.
    pub fn parse(typed: &str) -> Option<Self> {
        let plain: Vec<u8> = typed.trim().bytes().filter(|b| !matches!(b, b'-' | b' ')).take(9).map(|b| b.to_ascii_uppercase()).collect();
        let (first, second) = plain.split_at_checked(4)?;
        let fits = plain.len() == 8 && plain.iter().all(|b| ALPHABET.contains(b));
        let text = |part: &[u8]| std::str::from_utf8(part).ok().map(str::to_owned);
        fits.then_some(())?;
        Some(Self(format!("{}-{}", text(first)?, text(second)?)))
    }
    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_back_however_it_was_typed() {
        let made = CaseNumber::generate(&crate::SystemRandom);
        assert_eq!(CaseNumber::parse(made.as_str()), Some(made.clone()));
        assert_eq!(CaseNumber::parse(&format!(" {} ", made.as_str().to_lowercase().replace('-', ""))), Some(made));
        for bad in ["", "7F3K", "7F3K-Q2VD-A", "7F3K-Q2V0", "7F3K-Q2VÜ", "O0I1-OOII"] {
            assert_eq!(CaseNumber::parse(bad), None, "{bad}");
        }
    }
}
