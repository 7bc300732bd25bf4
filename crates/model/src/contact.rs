//! Whom the people of an account ask about signing in: one line that their administrators write, for pages and mails.
//!
//! It stands where people type passwords, so it is text and never a link, and nothing in it can be unseen.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::line::{self, LineError};

/// A line such as `IT desk, +1 555 0100`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Contact(String);

impl Contact {
    /// Characters that one may have.
    pub const LONGEST: usize = 120;

    /// Reads what an administrator typed.
    ///
    /// # Errors
    /// `LineError`.
    pub fn parse(typed: &str) -> Result<Self, LineError> {
        line::leading_nowhere(typed, Self::LONGEST).map(|text| Self(text.to_owned()))
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Contact {
    type Error = LineError;
    fn try_from(text: String) -> Result<Self, LineError> {
        Self::parse(&text)
    }
}

impl From<Contact> for String {
    fn from(contact: Contact) -> Self {
        contact.0
    }
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_one_line_that_everybody_sees() {
        for good in ["IT desk, +1 555 0100", "help@northwind.example", "<help@northwind.example>, 030.123.45", "Frag Zoë (Zimmer 4.12/3), tgl. 8-16", "Mr. Finch", "Zoe\u{308}", &"x".repeat(Contact::LONGEST)] {
            assert_eq!(Contact::parse(&format!(" {good} ")).unwrap().as_str(), good);
        }
        let long = "x".repeat(Contact::LONGEST + 1);
        for (bad, why) in [
            ("", LineError::Empty), (" \t", LineError::Empty), (long.as_str(), LineError::TooLong), ("a\nb", LineError::Characters),
            ("a\u{202e}b", LineError::Characters), ("a\u{61c}b", LineError::Characters), ("\u{3164}", LineError::Characters), ("a\u{2800}b", LineError::Characters),
            ("a\u{300}\u{300}\u{300}", LineError::Characters), ("evil.example/login", LineError::Address), ("Ask (evil.example)", LineError::Address), ("http:\\\\evil", LineError::Address),
            ("ann@x.example/login", LineError::Address), ("evil\u{3002}example", LineError::Address), ("a\u{200b}b", LineError::Characters), ("HTTPS://evil.example", LineError::Address), ("Www.evil.example", LineError::Address),
        ] {
            assert_eq!(Contact::parse(bad), Err(why), "{bad}");
        }
        assert!(Contact::try_from("a\nb".to_owned()).is_err());
    }
}
