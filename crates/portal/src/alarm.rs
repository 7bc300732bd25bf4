//! Steps of which an account's administrators are told by mail, and whoever took them: who took over one administrator's session does not
//! stay alone with it. What is told stands on record in the step's own transaction; a worker writes the mails.

use homeward_model::{AccountId, Timestamp, UserId};

/// Kinds of steps that are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// A role was given or taken.
    Roles,
    /// How administrators sign in was changed.
    AdminSignIn,
    /// Single Sign-On was turned on or off, or offered in another way; an outage.
    SignOn,
    /// Values of a connection that people sign in through were taken over.
    Values,
    /// A domain that was proved was given up.
    Domain,
    /// The record that proves a domain was found without a button.
    DomainProved,
    /// Passwords may be weaker.
    Passwords,
    /// A setup link was made.
    SetupLink,
    /// A token for the API was made.
    Token,
    /// An administrator was suspended or let in again, is on or off the exclusion list, has another username, or is linked to nobody at a
    /// provider any more.
    Administrators,
    /// Emergency access was given or taken, or its codes were printed.
    Emergency,
    /// Whom people ask about signing in was changed.
    Contact,
}

impl Alarm {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Roles, Self::AdminSignIn, Self::SignOn, Self::Values, Self::Domain, Self::Passwords, Self::SetupLink, Self::Token, Self::Administrators, Self::Emergency,
        Self::Contact, Self::DomainProved,
    ];
    /// The word in the store.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Roles => "roles",
            Self::AdminSignIn => "admin_sign_in",
            Self::SignOn => "sign_on",
            Self::Values => "values",
            Self::Domain => "domain",
            Self::DomainProved => "domain_proved",
            Self::Passwords => "passwords",
            Self::SetupLink => "setup_link",
            Self::Token => "token",
            Self::Administrators => "administrators",
            Self::Emergency => "emergency",
            Self::Contact => "contact",
        }
    }
    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alarm| alarm.word() == word)
    }
}

/// One step that waits to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// Who took it.
    pub by: UserId,
    /// Whom it concerns.
    pub about: Option<UserId>,
    /// Before and after.
    pub detail: String,
    /// From which network.
    pub network: String,
}

/// Steps of one kind in one account that wait to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// In which account.
    pub account: AccountId,
    /// What.
    pub alarm: Alarm,
    /// How many.
    pub count: u32,
    /// When the first was.
    pub since: Timestamp,
    /// The last one.
    pub last: Step,
    /// Those before it, the newest first. A mail lists the first of them only; who lost something by any of them is told.
    pub before: Vec<Step>,
    /// The place of the newest one in the store: what comes after it waits for the next mail.
    pub up_to: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_alarms_read_back() {
        for alarm in Alarm::ALL {
            assert_eq!(Alarm::from_word(alarm.word()), Some(alarm));
        }
        assert_eq!(Alarm::from_word(""), None);
    }
}
