//! How a person names an account: by its number, or by the partner label (B-041).

use serde::{Deserialize, Serialize};

/// The number of an account: 1 to 12 digits without a leading zero. Unique per installation, never reused, no secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountNumber(String);

/// The partner label of an account: a short name, compared without regard to case. Not unique.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartnerLabel {
    typed: String,
    key: String,
}

/// Why a text names no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountNameError {
    /// Not 1 to 12 digits, or a leading zero.
    #[error("an account number has 1 to 12 digits and does not start with 0")]
    Number,
    /// Not 1 to 64 letters, digits, blanks or `. _ - &`.
    #[error("a partner label has 1 to 64 letters, digits, blanks or . _ - &, and is not a number")]
    Label,
}

impl AccountNumber {
    /// Reads a number; blanks and hyphens between the digits are ignored.
    pub fn parse(typed: &str) -> Result<Self, AccountNameError> {
        if typed.len() > 64 {
            return Err(AccountNameError::Number);
        }
        let digits: String = typed.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let fits = (1..=12).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if !fits || digits.starts_with('0') { Err(AccountNameError::Number) } else { Ok(Self(digits)) }
    }
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartnerLabel {
    /// Reads a label.
    pub fn parse(typed: &str) -> Result<Self, AccountNameError> {
        let typed = typed.trim();
        let fits = !typed.is_empty()
            && typed.chars().count() <= 64
            && typed.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '.' | '_' | '-' | '&'))
            && AccountNumber::parse(typed).is_err();
        let key = typed.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        if fits { Ok(Self { typed: typed.to_owned(), key }) } else { Err(AccountNameError::Label) }
    }
    /// The label as it was given.
    pub fn as_str(&self) -> &str {
        &self.typed
    }
    /// The form that is compared: lower case, single blanks.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// What a person typed to say which account: a number, or a partner label.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AccountHint {
    /// An account number.
    Number(AccountNumber),
    /// A partner label.
    Label(PartnerLabel),
}

impl AccountHint {
    /// Reads either; `None` when it can be neither, which is answered like one that nobody has (LH-14).
    pub fn parse(typed: &str) -> Option<Self> {
        AccountNumber::parse(typed).map(Self::Number).ok().or_else(|| PartnerLabel::parse(typed).map(Self::Label).ok())
    }
}

impl std::fmt::Display for AccountNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for AccountNumber {
    type Error = AccountNameError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<AccountNumber> for String {
    fn from(number: AccountNumber) -> Self {
        number.0
    }
}

impl TryFrom<String> for PartnerLabel {
    type Error = AccountNameError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<PartnerLabel> for String {
    fn from(label: PartnerLabel) -> Self {
        label.typed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_ignores_blanks_and_hyphens_and_nothing_else() {
        assert_eq!(AccountNumber::parse(" 408-17 ").map(String::from), Ok("40817".into()));
        for bad in ["", "0", "04", "4a", "1234567890123", "４０８１７", "-"] {
            assert_eq!(AccountNumber::parse(bad), Err(AccountNameError::Number), "{bad}");
        }
    }

    #[test]
    fn a_hint_is_a_number_before_it_is_a_label() {
        assert!(matches!(AccountHint::parse("40817"), Some(AccountHint::Number(_))));
        let Some(AccountHint::Label(label)) = AccountHint::parse("North  Wind") else { panic!("a label") };
        assert_eq!(label.key(), "north wind");
        assert_eq!(AccountHint::parse("<script>"), None);
    }
}
