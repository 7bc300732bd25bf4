//! Whom the people of an account ask about signing in: one line that their administrators write, for pages and mails.
//!
//! It stands where people type passwords, so it is text and never a link, and nothing in it can be unseen.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A line such as `IT desk, +1 555 0100`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Contact(String);

/// Why a text cannot be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// Nothing is there.
    #[error("there is no text")]
    Empty,
    /// It is longer than [`Contact::LONGEST`].
    #[error("the text is too long")]
    TooLong,
    /// It has line breaks, or characters that nobody sees.
    #[error("the text has characters that cannot be shown on one line")]
    Characters,
    /// A web address is in it.
    #[error("a web address is in the text")]
    Address,
}

impl Contact {
    /// Characters that one may have.
    pub const LONGEST: usize = 120;

    /// Reads what an administrator typed.
    ///
    /// # Errors
    /// `ContactError`.
    pub fn parse(typed: &str) -> Result<Self, ContactError> {
        let text = typed.trim();
        let unseen = |c: char| c.is_control() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        let lower = text.to_lowercase();
        if text.is_empty() {
            Err(ContactError::Empty)
        } else if text.chars().count() > Self::LONGEST {
            Err(ContactError::TooLong)
        } else if text.chars().any(unseen) {
            Err(ContactError::Characters)
        } else if lower.contains("://") || lower.contains("www.") {
            Err(ContactError::Address)
        } else {
            Ok(Self(text.to_owned()))
        }
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Contact {
    type Error = ContactError;
    fn try_from(text: String) -> Result<Self, ContactError> {
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
        for good in ["IT desk, +1 555 0100", "help@northwind.example", "Frag Zoë (Zimmer 4/12)", &"x".repeat(Contact::LONGEST)] {
            assert_eq!(Contact::parse(&format!(" {good} ")).unwrap().as_str(), good);
        }
        let long = "x".repeat(Contact::LONGEST + 1);
        for (bad, why) in [
            ("", ContactError::Empty), (" \t", ContactError::Empty), (long.as_str(), ContactError::TooLong), ("a\nb", ContactError::Characters),
            ("a\u{202e}b", ContactError::Characters), ("a\u{200b}b", ContactError::Characters), ("HTTPS://evil.example", ContactError::Address), ("Www.evil.example", ContactError::Address),
        ] {
            assert_eq!(Contact::parse(bad), Err(why), "{bad}");
        }
        assert!(Contact::try_from("a\nb".to_owned()).is_err());
    }
}
