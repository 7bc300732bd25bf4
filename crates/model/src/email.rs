//! A mailbox that mail may be sent to: always the stored one, never one that was just typed (LH-11).

use serde::{Deserialize, Serialize};

use crate::domain_name::DomainName;

/// An e-mail address with one recipient and nothing that a mail header could read as another.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// Why a text is no e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an e-mail address is one local part, one @ and a domain, without blanks, quotes or lists")]
pub struct EmailError;

impl EmailAddress {
    /// Reads an address: unquoted local part of at most 64 bytes as it stands, domain as A-label.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let (local, domain) = text.trim().split_once('@').ok_or(EmailError)?;
        let atom = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
        let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
        if local.is_empty() || local.len() > 64 || dots || !local.chars().all(atom) {
            return Err(EmailError);
        }
        let domain = DomainName::parse(domain).map_err(|_| EmailError)?;
        let whole = format!("{local}@{domain}");
        if whole.len() > 254 { Err(EmailError) } else { Ok(Self(whole)) }
    }
    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// First character, dots, domain: what a record or a mail to another mailbox may say of it.
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.split_once('@').unwrap_or((&self.0, ""));
        format!("{}•••••@{domain}", local.chars().next().unwrap_or('•'))
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}
