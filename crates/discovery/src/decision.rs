//! What discovery answers: where the person signs in, and which rule said so.

use homeward_model::{AccountId, ConnectionId, UserId};
use serde::{Deserialize, Serialize};

use crate::words::words;

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Where the person signs in.
    pub home: Home,
    /// The seven rules in their order; exactly one of them applied.
    pub rules: Vec<RuleTrace>,
}

/// Where the person signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "home")]
pub enum Home {
    /// The account's own password. `users` are those whose password may be tried: several when the choice of account
    /// comes after the password, none when nobody has the name. The page is the same in every case.
    Password {
        /// The users whose password counts.
        users: Vec<UserId>,
        /// The account to show above the field; only under open disclosure, or when a hint named it.
        account: Option<AccountId>,
        /// A connection that is offered beside the password.
        sso: Option<ConnectionId>,
        /// The connection in whose place people sign in here for the time being; whoever has no password gets a code by mail.
        /// Under closed disclosure it depends on the account alone.
        outage: Option<ConnectionId>,
    },
    /// The organisation's identity provider.
    SingleSignOn {
        /// The account whose connection it is.
        account: AccountId,
        /// The connection.
        connection: ConnectionId,
        /// Taken there at once, instead of by a button; where `password_beside` is set, a page stands in between all the same.
        redirect: bool,
        /// "Enter your password" is offered beside it.
        password_beside: bool,
    },
    /// Several accounts, and the person must say which (only under open disclosure).
    ChooseAccount {
        /// The accounts among which the choice is. Not to be listed before a proof (MUL-2).
        accounts: Vec<AccountId>,
        /// An account was named and is not among them (MUL-5).
        named_unknown: bool,
    },
    /// Nobody signs in this way.
    Refused {
        /// Why.
        refusal: Refusal,
    },
}

words! {
    /// Why discovery refuses. Each depends on the application or account only, never on whether a user exists.
    Refusal {
        /// The account's region is not among the application's (B-011).
        ApplicationNotInRegion = "application_not_in_region",
        /// The account is suspended.
        AccountSuspended = "account_suspended",
        /// Single Sign-On is the only way, and no connection of the account is on.
        NoConnection = "no_connection",
        /// The account's contract does not include Single Sign-On, and passwords are off.
        NotEntitled = "not_entitled",
    }
}

/// One rule: whether it decided, and why or why not, in words for an administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleTrace {
    /// The rule's name: `break_glass`, `application`, `user`, `group`, `account`, `domain`, `default`.
    pub rule: &'static str,
    /// Whether it decided.
    pub applied: bool,
    /// Why, or why not.
    pub because: String,
}
