//! Whose sign-in an account's is like: one of four that people know. The word stays with the account, so that a connection that is added
//! later begins as that sign-in's would.

use serde::{Deserialize, Serialize};

/// A sign-in that people know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountPreset {
    /// MiCloud: a button beside the password; the username is the address at the provider; the provider's own start is refused.
    MiCloud,
    /// CloudLink: Single Sign-On and no password, found by the e-mail address.
    CloudLink,
    /// Elevate: taken there at once, user by user, with an exclusion list.
    Elevate,
    /// RingCentral: either way, and the provider may start it.
    RingCentral,
}

impl AccountPreset {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::MiCloud, Self::CloudLink, Self::Elevate, Self::RingCentral];

    /// The word in configuration and commands.
    pub const fn word(self) -> &'static str {
        match self {
            Self::MiCloud => "micloud",
            Self::CloudLink => "cloudlink",
            Self::Elevate => "elevate",
            Self::RingCentral => "ringcentral",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_reads_back() {
        for preset in AccountPreset::ALL {
            assert_eq!(AccountPreset::from_word(preset.word()), Some(preset));
        }
        assert_eq!(AccountPreset::from_word("MiCloud"), None);
    }
}
