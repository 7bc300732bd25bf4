//! Domain names in one canonical form: the A-label in lower case (RFC 5890, UTS 46 non-transitional).
//!
//! Two spellings of one domain must be one key, and two domains that look alike must stay two.

use serde::{Deserialize, Serialize};

/// A host name with at least two labels, as A-labels in lower case, without a trailing dot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DomainName(String);

/// Why a text is no domain name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DomainError {
    /// Empty, a single label, or over 253 characters.
    #[error("a domain has at least two labels and at most 253 characters")]
    Shape,
    /// UTS 46 refuses it, a label is empty or too long, or its punycode does not round-trip.
    #[error("the domain has characters that domain names cannot have")]
    Characters,
    /// An IP address.
    #[error("an IP address is not a domain")]
    Address,
}

impl DomainName {
    /// Reads a domain as typed: U-labels, A-labels, any case, one trailing dot.
    pub fn parse(typed: &str) -> Result<Self, DomainError> {
        if typed.is_empty() || typed.len() > 1000 {
            return Err(DomainError::Shape);
        }
        let ascii = idna::domain_to_ascii_strict(typed.strip_suffix('.').unwrap_or(typed))
            .map_err(|_| DomainError::Characters)?;
        if ascii.len() > 253 || !ascii.contains('.') || ascii.split('.').any(str::is_empty) {
            return Err(DomainError::Shape);
        }
        let last = ascii.rsplit('.').next().unwrap_or_default();
        if last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x") {
            return Err(DomainError::Address);
        }
        Ok(Self(ascii))
    }
    /// The A-label form, the one that is compared and stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The U-label form for people; the A-label form where it cannot be decoded.
    pub fn to_unicode(&self) -> String {
        let (unicode, result) = idna::domain_to_unicode(&self.0);
        if result.is_ok() { unicode } else { self.0.clone() }
    }
}

impl std::fmt::Display for DomainName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for DomainName {
    type Error = DomainError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<DomainName> for String {
    fn from(domain: DomainName) -> Self {
        domain.0
    }
}

#[cfg(test)]
#[path = "domain_name_tests.rs"]
mod tests;
