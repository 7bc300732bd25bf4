//! People of an account: lists, one of them, and what is changed about them.

use std::collections::BTreeSet;

use async_trait::async_trait;
use homeward_discovery::{User, UserRule, UserState};
use homeward_federation::LocalField;
use homeward_model::{AccountId, SessionId, Timestamp, UserId, Username};

use super::{Deed, Fault, Moved};

/// Which users are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// All but those who are gone.
    #[default]
    All,
    /// In this state.
    In(UserState),
    /// On the exclusion list.
    Excluded,
    /// Active, and the username is an address of no domain that the account has proved: what a provider says about them counts for nothing (ADM-9).
    Unmatched,
}

impl Which {
    /// The list that a word of an address or of a request means; every other word means all.
    pub fn of(word: &str) -> Self {
        match word {
            "active" => Self::In(UserState::Active),
            "invited" => Self::In(UserState::Invited),
            "suspended" => Self::In(UserState::Suspended),
            "excluded" => Self::Excluded,
            "unmatched" => Self::Unmatched,
            _ => Self::All,
        }
    }
}

/// A page of users.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserQuery {
    /// Which.
    pub which: Which,
    /// What the username begins with, in the form that is compared.
    pub prefix: String,
    /// After this key.
    pub after: String,
    /// How many at most.
    pub limit: u32,
}

/// A user in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The user.
    pub user: User,
    /// The last sign-in, as far as the audit knows.
    pub last_sign_in: Option<Timestamp>,
}

/// Somebody on the exclusion list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// Who.
    pub user: User,
    /// Since when and by whom, when it was done in the portal.
    pub since: Option<Since>,
}

/// When something was done, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// When.
    pub at: Timestamp,
    /// The name of somebody of this account; `None` for somebody who looks at it from above.
    pub by: Option<String>,
}

/// Where somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its session.
    pub session: SessionId,
    /// Browser and system, in words; empty when it is not known.
    pub device: String,
    /// How the person signed in.
    pub method: String,
    /// When.
    pub since: Timestamp,
    /// When it was last used.
    pub last_used: Timestamp,
    /// The applications that were given something under it, by name, and whether each remembers the sign-in by itself.
    pub applications: Vec<(String, bool)>,
}

/// What became of another username.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renaming {
    /// It counts, and is on record.
    Done,
    /// It was not as the change expected it.
    Otherwise,
    /// Somebody else of the account has it, be they gone: a name is never given twice.
    Taken,
    /// Its domain is one that another account has proved, and this one has not.
    Foreign,
    /// It would have taken the last way in; nothing was changed.
    LastWayIn,
}

/// People of an account. Nobody of another account is ever found or changed, whatever id is named (AD-03).
#[async_trait]
pub trait People: Send + Sync {
    /// A page of users, by username.
    async fn list(&self, account: AccountId, query: &UserQuery) -> Result<Vec<Listed>, Fault>;
    /// One user.
    async fn one(&self, account: AccountId, user: UserId) -> Result<Option<Listed>, Fault>;
    /// One user by name.
    async fn named(&self, account: AccountId, username: &Username) -> Result<Option<User>, Fault>;
    /// Names of users by id, as far as they are in this account.
    async fn names(&self, account: AccountId, users: &BTreeSet<UserId>) -> Result<Vec<(UserId, String)>, Fault>;
    /// Where somebody is signed in, the last used first.
    async fn places(&self, account: AccountId, user: UserId, now: Timestamp) -> Result<Vec<Place>, Fault>;
    /// Those on the exclusion list whose username's key begins so, by username, after a key, at most `limit`.
    async fn exclusions(&self, account: AccountId, prefix: &str, page: (&str, u32)) -> Result<Vec<Excluded>, Fault>;
    /// Since when somebody is on the exclusion list.
    async fn excluded_since(&self, account: AccountId, user: UserId) -> Result<Option<Since>, Fault>;
    /// Whether the user has a password.
    async fn has_password(&self, user: UserId) -> Result<bool, Fault>;
    /// How many users have this value in a field by which a provider may name them; counted to two.
    async fn sharing(&self, account: AccountId, by: (LocalField, &str)) -> Result<usize, Fault>;
    /// Moves a user from one state to another, when it is in that state; whoever is no longer active loses every session at once.
    async fn set_state(&self, account: AccountId, (user, from, to): (UserId, UserState, UserState), deed: &Deed) -> Result<Moved, Fault>;
    /// Puts a user on the exclusion list or takes one off, when the rule is still `from`.
    async fn set_rule(&self, account: AccountId, (user, from, to): (UserId, Option<UserRule>, Option<UserRule>), deed: &Deed) -> Result<Moved, Fault>;
    /// Gives a user another username, when the present one is still `from`. Nothing that hangs on the user changes (OE-07).
    async fn set_username(&self, account: AccountId, (user, from, to): (UserId, &Username, &Username), deed: &Deed) -> Result<Renaming, Fault>;
    /// Ends every session, grant and code of a user.
    async fn end_all(&self, account: AccountId, user: UserId, deed: &Deed) -> Result<(), Fault>;
    /// The connections at whose providers a user is known, by name, and since when.
    async fn links(&self, account: AccountId, user: UserId) -> Result<Vec<(String, Timestamp)>, Fault>;
    /// Forgets by which names a user is known at providers, and ends everything of the user.
    async fn unlink(&self, account: AccountId, user: UserId, deed: &Deed) -> Result<Moved, Fault>;
}

/// Mails to people about what was done for them.
#[async_trait]
pub trait PeopleTold: Send + Sync {
    /// The username is another one. It is done and on record: whoever cannot be told stops nothing.
    async fn username_changed(&self, user: UserId, before: &Username);
    /// They sign in at this provider from now on.
    async fn moved_to_provider(&self, user: UserId, provider: &str);
}

/// Invitations.
#[async_trait]
pub trait Invitations: Send + Sync {
    /// Sends an invited user the mail in which the first password is set; `false` when there is nobody to invite, no mailbox, or
    /// enough were sent in the last hour. The deed is on record when the mail goes, and only then.
    async fn invite(&self, user: UserId, deed: &Deed) -> Result<bool, Fault>;
    /// Sends an active user the mail in which the password is set, or set anew; `false` when none would count, there is no mailbox, or enough
    /// were sent in the last hour. On record as an invitation is.
    async fn password(&self, user: UserId, deed: &Deed) -> Result<bool, Fault>;
}
