//! One line of text that somebody writes for others: on pages where people type passwords, in lists, in mails.
//!
//! Nothing in it can be unseen or stand on other lines. Where people might follow it, nothing in it looks like a web address either: a browser or a mail
//! program makes a link of one.

use crate::{EmailAddress, unseen::is_unseen};

/// Why a text cannot be such a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Nothing is there.
    #[error("there is no text")]
    Empty,
    /// It is longer than it may be.
    #[error("the text is too long")]
    TooLong,
    /// It has line breaks, or characters that nobody sees.
    #[error("the text has characters that cannot be shown on one line")]
    Characters,
    /// A web address is in it.
    #[error("a web address is in the text")]
    Address,
}

/// Reads what somebody typed: one line of at most so many characters, all of which are seen.
///
/// # Errors
/// `LineError`, but `Address`.
pub fn visible(typed: &str, longest: usize) -> Result<&str, LineError> {
    let text = typed.trim();
    if text.is_empty() {
        Err(LineError::Empty)
    } else if text.chars().count() > longest {
        Err(LineError::TooLong)
    } else if text.chars().any(is_unseen) || has_heap(text) {
        Err(LineError::Characters)
    } else {
        Ok(text)
    }
}

/// The same, without a web address.
///
/// # Errors
/// `LineError`.
pub fn leading_nowhere(typed: &str, longest: usize) -> Result<&str, LineError> {
    let text = visible(typed, longest)?;
    if text.contains("//") || text.contains('\\') || text.split_whitespace().any(is_address) { Err(LineError::Address) } else { Ok(text) }
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

/// Whether a word leads somewhere in a browser or a mail program: two letters or more stand behind a dot, as in every top-level domain, and it is no e-mail
/// address. Initials are none.
fn is_address(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let is_dot = |c: char| matches!(c, '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}');
    let mut labels = word.split(is_dot);
    let first = labels.next().unwrap_or_default();
    let is_named = !first.is_empty() && labels.any(|label| label.chars().take(2).filter(|c| c.is_alphabetic()).count() == 2);
    is_named && EmailAddress::parse(word).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_seen_as_it_is_and_leads_nowhere() {
        for good in ["Northwind Dental", "Fußweg & Söhne (Zürich)", "Zoe\u{308}", "李", "v2.0, No. 5", "U.S. Health (J.R.R.)", "help@northwind.example", &"x".repeat(20)] {
            assert_eq!((visible(&format!("\t{good} "), 40), leading_nowhere(good, 40)), (Ok(good), Ok(good)));
        }
        for address in ["Booking.example", "t.co", "see www.evil.example", "(evil.example/login)", "a.b.example", "https://evil.example", "evil\u{3002}example", "a\\b", "//evil"] {
            assert_eq!((visible(address, 40), leading_nowhere(address, 40)), (Ok(address), Err(LineError::Address)), "{address}");
        }
        let long = "x".repeat(41);
        for (bad, why) in [("", LineError::Empty), (" \u{a0}\t", LineError::Empty), (long.as_str(), LineError::TooLong), ("a\nb", LineError::Characters), ("a\u{202e}b", LineError::Characters), ("\u{200b}", LineError::Characters), ("a\u{300}\u{300}\u{300}", LineError::Characters)] {
            assert_eq!((visible(bad, 40), leading_nowhere(bad, 40)), (Err(why), Err(why)), "{bad:?}");
        }
    }
}
