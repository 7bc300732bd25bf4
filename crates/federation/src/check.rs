//! The six checks of an answer, and why one can fail: one list for the test sign-in, the error page, Activity, mails,
//! metrics and the API (`design`: the same six lines everywhere).

use homeward_model::{EmailAddress, Timestamp};
use serde::{Deserialize, Serialize};

/// The checks, in the order of the code. The first that fails ends the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The provider answered, and the answer can be read.
    Answered,
    /// It was meant for this account: issuer, audience, address, request.
    MeantForUs,
    /// It was signed with a key that this connection trusts.
    Signature,
    /// It is fresh and has not been used before.
    Fresh,
    /// It names someone.
    Names,
    /// That person may use Single Sign-On.
    Allowed,
}

impl Check {
    /// All, in order.
    pub const ALL: [Self; 6] = [Self::Answered, Self::MeantForUs, Self::Signature, Self::Fresh, Self::Names, Self::Allowed];
    /// 1 to 6.
    pub fn number(self) -> u8 {
        match self {
            Self::Answered => 1,
            Self::MeantForUs => 2,
            Self::Signature => 3,
            Self::Fresh => 4,
            Self::Names => 5,
            Self::Allowed => 6,
        }
    }
    /// The word in logs, metrics and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::MeantForUs => "meant_for_us",
            Self::Signature => "signature",
            Self::Fresh => "fresh",
            Self::Names => "names",
            Self::Allowed => "allowed",
        }
    }
}

/// Why an answer was refused. `code` is what tests, audit and metrics carry; `seen` and `expected` are for the account's
/// administrator, never for the person's page, and are cut to a bounded length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Which check.
    pub check: Check,
    /// The machine's word, for example `sig.reference_not_parent`.
    pub code: String,
    /// What the answer said, when two values differ.
    pub seen: Option<String>,
    /// What we expected.
    pub expected: Option<String>,
    /// The certificate, as PEM, with which an answer says that it was signed, when nobody has added that one. Nothing proves it: it is for an
    /// administrator to compare, and is kept nowhere else than with a test sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Box<str>>,
    /// When the provider's keys were read last, where the one that an answer names is not among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys_read_at: Option<Timestamp>,
}

impl Failure {
    /// A failure without values.
    pub fn of(check: Check, code: &'static str) -> Self {
        Self { check, code: code.to_owned(), seen: None, expected: None, certificate: None, keys_read_at: None }
    }
    /// A failure in which two values differ.
    pub fn differs(check: Check, code: &'static str, seen: &str, expected: &str) -> Self {
        Self { seen: Some(cut(seen)), expected: Some(cut(expected)), ..Self::of(check, code) }
    }
}

impl Failure {
    /// The same without anybody's name, and without what nobody vouches for: for everything that is kept or that somebody else than the person reads.
    pub fn redacted(&self) -> Self {
        let whole = self.code == "names.unknown_user";
        let hide = |text: &String| if whole && !text.contains('@') { masked(text) } else { without_names(text) };
        Self { seen: self.seen.as_ref().map(hide), expected: self.expected.as_ref().map(|text| without_names(text)), certificate: None, ..self.clone() }
    }
}

/// One value of an attribute, as much of it as tells an administrator that it is the right one: the first character, and what follows the @ of an
/// address. Any other text with an @ in it is somebody's words.
pub fn masked(value: &str) -> String {
    match EmailAddress::parse(value) {
        Ok(_) => without_names(value),
        Err(_) => value.chars().next().map_or_else(String::new, |first| format!("{first}•••••")),
    }
}

/// A text in which the part before every @ is hidden.
pub(crate) fn without_names(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (place, part) in text.split('@').enumerate() {
        if place > 0 {
            let kept = out.trim_end_matches(is_of_name).len();
            let first = out.get(kept..).and_then(|name| name.chars().next());
            out.truncate(kept);
            out.extend(first);
            out.push_str("•••••@");
        }
        out.push_str(part);
    }
    out
}

/// Characters of the part before an @ as people write it into sentences, or as it was hidden before.
fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '#' | '!' | '$' | '%' | '&' | '*' | '/' | '=' | '?' | '^' | '`' | '{' | '|' | '}' | '~' | '•')
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "check {}: {}", self.check.number(), self.code)
    }
}

impl std::error::Error for Failure {}

/// The first 300 characters, without control characters.
fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}
