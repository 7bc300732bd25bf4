//! Password policy as data (B-065…B-080, LP-01…LP-18). Two profiles are built in; an account may mix them.

use std::time::Duration;

use homeward_model::{Password, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{leaked::Leaked, person::Person};

const DAY: u64 = 86_400;

/// The special characters of the classic profile: exactly these ten (B-078).
pub const CLASSIC_SPECIALS: &str = "@!#$%&_-=+";

/// What a new password must be, and how long it lasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordPolicy {
    /// The profile it started from: `classic` or `modern`.
    pub name: String,
    /// Least number of code points, at least 8.
    pub min: u32,
    /// Most code points; `None`: the technical maximum.
    pub max: Option<u32>,
    /// At least one English letter (B-077).
    pub need_letter: bool,
    /// At least one of the digits 0 to 9 (B-076).
    pub need_number: bool,
    /// At least one of these characters (B-078).
    pub need_special: Option<String>,
    /// Whether blanks are allowed (B-079).
    pub allow_spaces: bool,
    /// Refuse what is neither English letter nor digit nor one of `need_special`. The source document lists those and says of
    /// others neither yes nor no (B-080); both profiles accept them.
    #[serde(default)]
    pub only_listed: bool,
    /// Days until it expires (B-065); `None`: never.
    pub expires_after_days: Option<u32>,
    /// Days before expiry from which a change is offered (B-048).
    pub warn_days: u32,
    /// How many earlier passwords are refused besides the current one, at most 10 (LP-10).
    pub history: u32,
    /// Refuse passwords known from leaks (LP-11).
    pub refuse_leaked: bool,
    /// Refuse passwords made of the person's, the account's or the product's name (LP-11).
    pub refuse_context: bool,
}

/// What is wrong with a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Violation {
    /// Fewer code points than the policy's least.
    TooShort,
    /// More code points than the policy's most.
    TooLong,
    /// No digit.
    NeedsNumber,
    /// No English letter.
    NeedsLetter,
    /// None of the special characters.
    NeedsSpecial,
    /// A blank.
    HasSpace,
    /// A character that the policy does not list, or one that no password can have: a tab, the end of a line.
    OtherCharacter,
    /// Known from a leak.
    Leaked,
    /// A name that anybody could guess.
    Context,
    /// The current password.
    SameAsCurrent,
    /// One of the last few passwords.
    UsedBefore,
}

impl Violation {
    /// The line of the policy's list that it belongs to.
    pub const fn line(self) -> LineKind {
        match self {
            Self::TooShort | Self::TooLong => LineKind::Length,
            Self::NeedsNumber | Self::NeedsLetter => LineKind::NumberAndLetter,
            Self::NeedsSpecial => LineKind::Special,
            Self::HasSpace => LineKind::NoSpaces,
            Self::OtherCharacter => LineKind::OnlyListed,
            Self::SameAsCurrent | Self::UsedBefore => LineKind::Different,
            Self::Leaked => LineKind::NotLeaked,
            Self::Context => LineKind::NoContext,
        }
    }
}

/// The kinds of line in the policy's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is explained at the line of the same name")]
pub enum LineKind {
    Length,
    NumberAndLetter,
    Special,
    NoSpaces,
    OnlyListed,
    Different,
    NotLeaked,
    NoContext,
    SpacesFine,
}

/// One line of the list "Your new password needs" (A8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyLine {
    /// "8 to 16 characters", or "at least 15 characters".
    Length {
        /// Least.
        min: u32,
        /// Most.
        max: Option<u32>,
    },
    /// "at least one number and one English letter".
    NumberAndLetter,
    /// "at least one number".
    Number,
    /// "at least one English letter".
    Letter,
    /// "at least one of …".
    Special {
        /// The characters.
        which: String,
    },
    /// "no spaces".
    NoSpaces,
    /// "only English letters, numbers and …".
    OnlyListed {
        /// The characters.
        which: String,
    },
    /// "to be different from the current one", and from the last `history`.
    Different {
        /// How many earlier ones count besides.
        history: u32,
    },
    /// "not a password that is known from leaks".
    NotLeaked,
    /// "not your name, your account's name or number".
    NoContext,
    /// "spaces and any language are fine".
    SpacesFine,
}

impl PolicyLine {
    /// Which kind of line it is.
    pub const fn kind(&self) -> LineKind {
        match self {
            Self::Length { .. } => LineKind::Length,
            Self::NumberAndLetter | Self::Number | Self::Letter => LineKind::NumberAndLetter,
            Self::Special { .. } => LineKind::Special,
            Self::NoSpaces => LineKind::NoSpaces,
            Self::OnlyListed { .. } => LineKind::OnlyListed,
            Self::Different { .. } => LineKind::Different,
            Self::NotLeaked => LineKind::NotLeaked,
            Self::NoContext => LineKind::NoContext,
            Self::SpacesFine => LineKind::SpacesFine,
        }
    }
}

/// A recommendation of NIST SP 800-63B-4 3.1.1.2 for passwords that are the only factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recommendation {
    /// At least 15 characters.
    Length,
    /// Passwords of at least 64 characters are accepted.
    LongAccepted,
    /// No mixture of kinds of characters is asked for.
    NoComposition,
    /// Every printable character is accepted, blanks, too.
    EveryCharacter,
    /// No change without a reason.
    NoExpiry,
    /// Passwords known from leaks, and those that anybody could guess, are refused.
    Blocklist,
}

/// Where a password stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// The policy knows no expiry.
    Never,
    /// Far from it.
    Fine,
    /// Inside the warning window; the days that are left, at least 1.
    Soon {
        /// Days left.
        days: u32,
    },
    /// Over.
    Expired {
        /// Days since the last change.
        days_since_change: u32,
    },
    /// To be replaced whatever its age.
    MustChange,
}

impl PasswordPolicy {
    /// The profile of the product's owner: 8 to 16 characters, letter, number and special, 90 days (B-065…B-079).
    pub fn classic() -> Self {
        Self {
            name: "classic".into(),
            min: 8,
            max: Some(16),
            need_letter: true,
            need_number: true,
            need_special: Some(CLASSIC_SPECIALS.into()),
            allow_spaces: false,
            only_listed: false,
            expires_after_days: Some(90),
            warn_days: 14,
            history: 0,
            refuse_leaked: true,
            refuse_context: true,
        }
    }
    /// The profile of NIST SP 800-63B-4 3.1.1.2: at least 15, no composition, no expiry.
    pub fn modern() -> Self {
        Self {
            name: "modern".into(),
            min: 15,
            max: None,
            need_letter: false,
            need_number: false,
            need_special: None,
            allow_spaces: true,
            expires_after_days: None,
            ..Self::classic()
        }
    }
    /// A built-in profile by name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "classic" => Some(Self::classic()),
            "modern" => Some(Self::modern()),
            _ => None,
        }
    }
    /// The recommendations that this policy does not follow, in the order of the document's section.
    pub fn departs_from(&self) -> Vec<Recommendation> {
        let departs = [
            (self.min < 15, Recommendation::Length),
            (self.max.is_some_and(|max| max < 64), Recommendation::LongAccepted),
            (self.need_letter || self.need_number || self.need_special.is_some(), Recommendation::NoComposition),
            (!self.allow_spaces || self.only_listed, Recommendation::EveryCharacter),
            (self.expires_after_days.is_some(), Recommendation::NoExpiry),
            (!self.refuse_leaked || !self.refuse_context, Recommendation::Blocklist),
        ];
        departs.into_iter().filter_map(|(departs, which)| departs.then_some(which)).collect()
    }
    /// What is wrong with a policy itself, in words for the operator; `None` when it is sound.
    pub fn fault(&self) -> Option<String> {
        if self.min < 8 {
            return Some("the least length is below 8".into());
        }
        if self.max.is_some_and(|max| max < self.min || max > 128) {
            return Some("the greatest length is below the least, or over 128".into());
        }
        if self.history > 10 {
            return Some("the history is longer than 10".into());
        }
        if self.need_special.as_ref().is_some_and(|set| set.is_empty() || set.chars().any(|c| c.is_alphanumeric() || c.is_whitespace())) {
            return Some("the special characters are empty, or contain a letter, digit or blank".into());
        }
        if self.only_listed && (self.need_special.is_none() || self.allow_spaces) {
            return Some("only_listed goes with need_special and without allow_spaces".into());
        }
        (self.expires_after_days == Some(0)).then(|| "passwords would expire at once".into())
    }
    /// Everything that is wrong with a new password by itself; the current one and the history are compared elsewhere.
    pub fn violations(&self, password: &Password, who: &Person<'_>, leaked: &Leaked) -> Vec<Violation> {
        let text = password.reveal();
        let length = password.characters();
        let at_most = self.max.map_or(usize::MAX, |max| usize::try_from(max).unwrap_or(usize::MAX));
        let checks = [
            (length < usize::try_from(self.min).unwrap_or(usize::MAX), Violation::TooShort),
            (length > at_most, Violation::TooLong),
            (self.need_number && !text.bytes().any(|b| b.is_ascii_digit()), Violation::NeedsNumber),
            (self.need_letter && !text.bytes().any(|b| b.is_ascii_alphabetic()), Violation::NeedsLetter),
            (self.need_special.as_ref().is_some_and(|set| !text.chars().any(|c| set.contains(c))), Violation::NeedsSpecial),
            (!self.allow_spaces && text.contains(char::is_whitespace), Violation::HasSpace),
            (self.only_listed && text.chars().any(|c| !self.lists(c)), Violation::OtherCharacter),
            (self.refuse_leaked && leaked.contains(password), Violation::Leaked),
            (self.refuse_context && who.is_in(password), Violation::Context),
        ];
        checks.into_iter().filter_map(|(wrong, violation)| wrong.then_some(violation)).collect()
    }
    /// Whether the policy names this character. Blanks have a rule of their own.
    fn lists(&self, c: char) -> bool {
        c.is_ascii_alphanumeric() || c.is_whitespace() || self.need_special.as_ref().is_some_and(|set| set.contains(c))
    }
    /// The lines of the list, in the order of the page.
    pub fn lines(&self) -> Vec<PolicyLine> {
        let mut lines = vec![PolicyLine::Length { min: self.min, max: self.max }];
        match (self.need_number, self.need_letter) {
            (true, true) => lines.push(PolicyLine::NumberAndLetter),
            (true, false) => lines.push(PolicyLine::Number),
            (false, true) => lines.push(PolicyLine::Letter),
            (false, false) => {}
        }
        if let Some(which) = &self.need_special {
            lines.push(PolicyLine::Special { which: which.clone() });
        }
        lines.push(if self.allow_spaces { PolicyLine::SpacesFine } else { PolicyLine::NoSpaces });
        if let Some(which) = self.need_special.as_ref().filter(|_| self.only_listed) {
            lines.push(PolicyLine::OnlyListed { which: which.clone() });
        }
        lines.push(PolicyLine::Different { history: self.history });
        if self.refuse_leaked {
            lines.push(PolicyLine::NotLeaked);
        }
        if self.refuse_context {
            lines.push(PolicyLine::NoContext);
        }
        lines
    }
    /// The attribute `passwordrules`, so that a generated password fits. Its language knows ASCII only; of special characters
    /// outside it nothing is said.
    pub fn passwordrules(&self) -> String {
        let mut rules = vec![format!("minlength: {}", self.min)];
        rules.extend(self.max.map(|max| format!("maxlength: {max}")));
        if self.need_letter {
            rules.push("required: lower, upper".into());
        }
        if self.need_number {
            rules.push("required: digit".into());
        }
        if let Some(class) = self.need_special.as_deref().and_then(character_class) {
            rules.push(format!("required: {class}"));
            if self.only_listed {
                rules.push(format!("allowed: lower, upper, digit, {class}"));
            }
        }
        rules.join("; ") + ";"
    }
    /// Where a password that was last changed then stands now. It expires when its days are over, to the second.
    pub fn expiry(&self, changed_at: Timestamp, now: Timestamp) -> Expiry {
        let Some(days) = self.expires_after_days else { return Expiry::Never };
        let end = changed_at.plus(Duration::from_secs(u64::from(days) * DAY));
        let count = |span: Duration| u32::try_from(span.as_secs() / DAY).unwrap_or(u32::MAX);
        if end <= now {
            return Expiry::Expired { days_since_change: count(now.since(changed_at)) };
        }
        match self.days_left(changed_at, now) {
            Some(days) if days <= self.warn_days => Expiry::Soon { days },
            _ => Expiry::Fine,
        }
    }
    /// In how many days a password that was last changed then expires, a begun one counted; `None` when it does not, or has.
    pub fn days_left(&self, changed_at: Timestamp, now: Timestamp) -> Option<u32> {
        let end = changed_at.plus(Duration::from_secs(u64::from(self.expires_after_days?) * DAY));
        let left = end.since(now).as_secs();
        (end > now).then(|| u32::try_from(left.div_ceil(DAY)).unwrap_or(u32::MAX))
    }
}

/// A class of the language of `passwordrules`: inside the brackets a hyphen comes first and a closing bracket last.
fn character_class(set: &str) -> Option<String> {
    let rest: String = set.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '-' | ']')).collect();
    let if_there = |c: char| if set.contains(c) { c.to_string() } else { String::new() };
    let inner = [if_there('-'), rest, if_there(']')].concat();
    (!inner.is_empty()).then(|| format!("[{inner}]"))
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
