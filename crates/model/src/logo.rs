//! An account's logo, as pages and the account name it: by a hash, with its size and the text for people who do not see it. The picture itself is in the store.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::line::{self, LineError};

/// SHA-256 over the account's id and the bytes of its logo, written as 64 hexadecimal digits in lower case: another picture has another name, and
/// whoever has the same picture from elsewhere does not know the name, so nobody can ask whether an organisation is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LogoId([u8; 32]);

impl LogoId {
    /// The name with this hash.
    pub const fn new(hash: [u8; 32]) -> Self {
        Self(hash)
    }
    /// Reads 64 hexadecimal digits in lower case; nothing else names a logo.
    pub fn parse(text: &str) -> Option<Self> {
        let is_name = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let mut hash = [0; 32];
        for (place, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
        }
        is_name.then_some(Self(hash))
    }
    /// The hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Display for LogoId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for LogoId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LogoId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("a logo is named by 64 hexadecimal digits"))
    }
}

/// What stands for a logo where it is not seen: a screen reader says it, and it is there when the picture is not (WCAG 1.1.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LogoText(String);

impl LogoText {
    /// Characters that one may have.
    pub const LONGEST: usize = 120;

    /// Reads what an administrator typed. The name of an organisation may be the name of its web site.
    ///
    /// # Errors
    /// `LineError`, but `Address`.
    pub fn parse(typed: &str) -> Result<Self, LineError> {
        line::visible(typed, Self::LONGEST).map(|text| Self(text.to_owned()))
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LogoText {
    type Error = LineError;
    fn try_from(text: String) -> Result<Self, LineError> {
        Self::parse(&text)
    }
}

impl From<LogoText> for String {
    fn from(text: LogoText) -> Self {
        text.0
    }
}

/// A logo of an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Logo {
    /// Its name.
    pub id: LogoId,
    /// Its width, in pixels.
    pub width: u32,
    /// Its height, in pixels.
    pub height: u32,
    /// Its text; `None` for one from before there were such texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt: Option<LogoText>,
}

impl Logo {
    /// What stands for it where it is not seen: its text, or the account's name.
    pub fn alt<'a>(&'a self, account: &'a str) -> &'a str {
        self.alt.as_ref().map_or(account, LogoText::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_and_nothing_else_is_one() {
        let name = LogoId::new(std::array::from_fn(|place| u8::try_from(place * 7).unwrap_or(0)));
        assert_eq!(LogoId::parse(&name.to_string()), Some(name));
        let text = name.to_string();
        for bad in ["", &text[1..], &format!("{text}0"), &text.to_uppercase(), &text.replace('0', "g"), &text.replacen("07", "+7", 1), &"é".repeat(32), &format!("{}/..", &text[3..])] {
            assert_eq!(LogoId::parse(bad), None, "{bad}");
        }
    }

    /// BRA-2: a text is one line that is seen, and no longer than it is read out.
    #[test]
    fn bra_2_a_text_is_one_line_that_is_seen() {
        for good in ["Northwind Dental", "Northwind.example", &"x".repeat(LogoText::LONGEST)] {
            assert_eq!(LogoText::parse(&format!(" {good}\t")).unwrap().as_str(), good);
        }
        for (bad, why) in [("", LineError::Empty), (" ", LineError::Empty), ("a\nb", LineError::Characters), ("a\u{202e}b", LineError::Characters), (&"x".repeat(LogoText::LONGEST + 1), LineError::TooLong)] {
            assert_eq!(LogoText::parse(bad), Err(why), "{bad:?}");
        }
    }
}
