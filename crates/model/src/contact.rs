//! Whom the people of an account ask about signing in: one line that their administrators write, for pages and mails.
//!
//! It stands where people type passwords, so it is text and never a link, and nothing in it can be unseen.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::EmailAddress;

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
        if text.is_empty() {
            Err(ContactError::Empty)
        } else if text.chars().count() > Self::LONGEST {
            Err(ContactError::TooLong)
        } else if text.chars().any(is_unseen) || has_heap(text) {
            Err(ContactError::Characters)
        } else if text.contains("//") || text.contains('\\') || text.split_whitespace().any(is_address) {
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

/// Characters that nobody sees, or that change where others are seen.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Marks that stand on the character before them.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Whether so many marks stand on one character that they cover other lines.
fn has_heap(text: &str) -> bool {
    let mut heap = 0;
    text.chars().any(|c| {
        heap = if is_mark(c) { heap + 1 } else { 0 };
        heap > 2
    })
}

/// Whether a word leads somewhere in a browser or a mail program: it has a dot between letters, and is no e-mail address.
fn is_address(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let is_dot = |c: char| matches!(c, '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}');
    let mut labels = word.split(is_dot);
    let first = labels.next().unwrap_or_default();
    let is_named = !first.is_empty() && labels.any(|label| label.chars().next().is_some_and(char::is_alphabetic));
    is_named && EmailAddress::parse(word).is_err()
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
        for good in ["IT desk, +1 555 0100", "help@northwind.example", "<help@northwind.example>, 030.123.45", "Frag Zoë (Zimmer 4.12/3), tgl. 8-16", "Mr. Finch", "Zoe\u{308}", &"x".repeat(Contact::LONGEST)] {
            assert_eq!(Contact::parse(&format!(" {good} ")).unwrap().as_str(), good);
        }
        let long = "x".repeat(Contact::LONGEST + 1);
        for (bad, why) in [
            ("", ContactError::Empty), (" \t", ContactError::Empty), (long.as_str(), ContactError::TooLong), ("a\nb", ContactError::Characters),
            ("a\u{202e}b", ContactError::Characters), ("a\u{61c}b", ContactError::Characters), ("\u{3164}", ContactError::Characters), ("a\u{2800}b", ContactError::Characters),
            ("a\u{300}\u{300}\u{300}", ContactError::Characters), ("evil.example/login", ContactError::Address), ("Ask (evil.example)", ContactError::Address), ("http:\\\\evil", ContactError::Address),
            ("ann@x.example/login", ContactError::Address), ("evil\u{3002}example", ContactError::Address), ("a\u{200b}b", ContactError::Characters), ("HTTPS://evil.example", ContactError::Address), ("Www.evil.example", ContactError::Address),
        ] {
            assert_eq!(Contact::parse(bad), Err(why), "{bad}");
        }
        assert!(Contact::try_from("a\nb".to_owned()).is_err());
    }
}
