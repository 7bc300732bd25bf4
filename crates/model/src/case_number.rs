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
