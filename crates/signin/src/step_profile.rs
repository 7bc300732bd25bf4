//! What the pages of a person's own name and e-mail address show.

use homeward_model::UserId;

use crate::step::AccountShown;

/// What is wrong with a name that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameProblem {
    /// Neither a given nor a family name.
    Empty,
    /// Longer than a name may be.
    TooLong,
    /// Characters that nobody sees.
    Characters,
}

/// The page of a person's own name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamesPage {
    /// Whose.
    pub user: UserId,
    /// The username.
    pub username: String,
    /// The account.
    pub account: AccountShown,
    /// Given name: as typed, after a mistake.
    pub given: String,
    /// Family name.
    pub family: String,
    /// The provider whose word each of the two is, given and family; it cannot be changed here then.
    pub kept: (Option<String>, Option<String>),
    /// What is wrong.
    pub problem: Option<NameProblem>,
}

/// What is wrong with an address, or with a code, that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailProblem {
    /// Nothing was typed.
    Empty,
    /// It can be no address.
    Malformed,
    /// It is the address that counts now.
    Same,
    /// Enough was sent in the last hour.
    TooMany,
    /// The code is wrong.
    WrongCode,
    /// The code is used, too old, or was tried too often.
    CodeOver,
}

/// Why a session cannot change the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailBarred {
    /// A change was taken back: a password alone does not do until a new one came by mail (LR-15).
    ResetFirst,
    /// An outage alone let the person in: that proves too little.
    Outage,
    /// A provider alone vouches for somebody who has a role: whoever holds the provider would have the new password mailed to themselves, and administer
    /// with it what the provider opens to nobody (B-164). `portal`: whether their own password opens the portal, where they may sign in by it.
    Provider {
        /// It does: the account lets its administrators in by no provider.
        portal: bool,
    },
}

impl EmailBarred {
    /// The outcome in the audit.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ResetFirst => "email.reset_first",
            Self::Outage => "email.outage",
            Self::Provider { .. } => "email.by_provider",
        }
    }
}

/// The page of a person's own e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailPage {
    /// Whose.
    pub user: UserId,
    /// The username.
    pub username: String,
    /// The account.
    pub account: AccountShown,
    /// The address that counts.
    pub address: Option<String>,
    /// A new address that waits for its code.
    pub waiting: Option<String>,
    /// The provider that says which address it is; it cannot be changed here then.
    pub kept: Option<String>,
    /// Why this session cannot change it.
    pub barred: Option<EmailBarred>,
    /// What was typed.
    pub typed: String,
    /// What is wrong with it.
    pub problem: Option<EmailProblem>,
}

/// The pages behind the link that went to the old address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UndoPage {
    /// Opened; nothing is used up yet. The address that it leads back to, and the username, both masked.
    Confirm {
        /// The address.
        address: String,
        /// The username.
        username: String,
    },
    /// It is as before, and everybody is signed out.
    Done,
    /// Used, old or wrong.
    Over,
}
