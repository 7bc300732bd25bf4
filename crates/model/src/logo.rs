//! An account's logo, as pages and the account name it: by a hash, with its size. The picture itself is in the store.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

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

/// A logo of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Logo {
    /// Its name.
    pub id: LogoId,
    /// Its width, in pixels.
    pub width: u32,
    /// Its height, in pixels.
    pub height: u32,
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
}
