//! The username: what a person types to say who they are. `parse` is the only door.
//!
//! The typed form is what is shown; the key is what is compared. The key of `Ann@B.Example.` is the local part
//! under PRECIS UsernameCaseMapped (RFC 8265 3.3) and the domain as A-label; a username without `@` is a key of
//! its own. Nothing else is folded: plus tags and dots in a local part stay different people.

use precis_profiles::{UsernameCaseMapped, precis_core::profile::Profile};
use serde::{Deserialize, Serialize};

use crate::domain_name::DomainName;

/// The longest username in characters (RFC 5321 4.5.3.1.3 leaves 254 for an address).
pub const MAX_CHARACTERS: usize = 254;

/// Separators of lists and the quoting of RFC 5322 have two readings; there is one canonical parse or none.
const TWO_READINGS: [char; 11] = ['"', '(', ')', ',', ';', '<', '>', '[', ']', ':', '\\'];

/// A username that a person typed, with the key under which it is looked up.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Username {
    typed: String,
    key: String,
    domain: Option<DomainName>,
}

/// Why a text is no username.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsernameError {
    /// Nothing but blanks.
    #[error("the username is empty")]
    Empty,
    /// Over 254 characters.
    #[error("the username is longer than 254 characters")]
    TooLong,
    /// A blank, a control character, a quote, a comment, a list, or another character that PRECIS refuses.
    #[error("the username has a character that usernames cannot have")]
    Characters,
    /// More than one `@`, an empty local part, or no domain behind the `@`.
    #[error("the part behind the @ is not a domain")]
    Domain,
}

impl Username {
    /// Reads what was typed: outer blanks are dropped, everything else counts.
    pub fn parse(typed: &str) -> Result<Self, UsernameError> {
        if typed.len() > MAX_CHARACTERS * 8 {
            return Err(UsernameError::TooLong);
        }
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(UsernameError::Empty);
        }
        if typed.chars().count() > MAX_CHARACTERS {
            return Err(UsernameError::TooLong);
        }
        if typed.contains(TWO_READINGS) {
            return Err(UsernameError::Characters);
        }
        // The compatibility forms of @ are folded by PRECIS: they must not appear only after the split.
        let mut parts = typed.split(['@', '\u{ff20}', '\u{fe6b}']);
        let (local, domain, more) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        if more.is_some() {
            return Err(UsernameError::Domain);
        }
        let mapped = stable(local).ok_or(match local.is_empty() {
            true => UsernameError::Domain,
            false => UsernameError::Characters,
        })?;
        // Wide forms become plain ones only by the mapping.
        if mapped.contains('@') || mapped.contains(TWO_READINGS) || mapped.chars().any(char::is_whitespace) {
            return Err(UsernameError::Characters);
        }
        let domain = domain.map(DomainName::parse).transpose().map_err(|_| UsernameError::Domain)?;
        let key = match &domain {
            Some(domain) => format!("{mapped}@{domain}"),
            None => mapped,
        };
        // The key can be longer than what was typed: a domain grows when it becomes an A-label.
        if key.chars().count() > MAX_CHARACTERS {
            return Err(UsernameError::TooLong);
        }
        Ok(Self { typed: typed.to_owned(), key, domain })
    }
    /// The form to show and to send to an identity provider: as typed, outer blanks dropped.
    pub fn typed(&self) -> &str {
        &self.typed
    }
    /// The form to compare and to look up. It stands in no page, log or address.
    pub fn key(&self) -> &str {
        &self.key
    }
    /// The domain behind the `@`, when there is one.
    pub fn domain(&self) -> Option<&DomainName> {
        self.domain.as_ref()
    }
    /// First character, dots, domain: what a page or mail may show to somebody who has not proved anything.
    pub fn masked(&self) -> String {
        let first = self.key.chars().next().unwrap_or('•');
        match &self.domain {
            Some(domain) => format!("{first}•••••@{}", domain.to_unicode()),
            None => format!("{first}•••••"),
        }
    }
}

/// The mapped form, when mapping it again changes nothing (RFC 8264 7: a profile is applied until the output is stable). A
/// text whose mapping has characters of its own that are refused is refused itself.
fn stable(local: &str) -> Option<String> {
    // Visible ASCII is what nearly everybody types. The profile allows all of it (RFC 8264 9.11) and does nothing but lower its
    // letters; a test holds this against the profile.
    if !local.is_empty() && local.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some(local.to_ascii_lowercase());
    }
    let enforce = |text: &str| UsernameCaseMapped::new().enforce(text).ok().map(std::borrow::Cow::into_owned);
    let mut mapped = enforce(local)?;
    for _ in 0..3 {
        let again = enforce(&mapped)?;
        if again == mapped {
            return Some(mapped);
        }
        mapped = again;
    }
    None
}

impl TryFrom<String> for Username {
    type Error = UsernameError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Username> for String {
    fn from(username: Username) -> Self {
        username.typed
    }
}

#[cfg(test)]
#[path = "username_tests.rs"]
mod tests;
