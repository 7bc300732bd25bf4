//! What the portal needs from outside. Every question about people and activity names the account: there is no way to ask past it (MT-01).

mod activity;
mod domains;
mod people;
mod sessions;

use std::collections::BTreeSet;

use async_trait::async_trait;
use homeward_discovery::{Account, Application, Candidates, Connection, Hints, User};
use homeward_federation::ConnectionSettings;
use homeward_local_credential::PasswordPolicy;
use homeward_model::{AccountId, AccountNumber, CaseNumber, Colour, Contact, Timestamp, UserId, Username};

use crate::{alarm::Alarm, authority::Role};

pub use activity::{Activity, Kind, Line, LineQuery, Trouble};
pub use domains::{Domains, Looked, Proved, Settling, TxtRecords};
pub use people::{Excluded, Invitations, Listed, People, PeopleTold, Place, Renaming, Since, UserQuery, Which};
pub use sessions::{FoundPortalSession, PortalSession, PortalSessions};

/// The store did not answer. Never a reason to allow anything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store failed: {0}")]
pub struct Fault(pub String);

/// Something that somebody did in the portal, for the audit: written in the transaction of the deed itself (AU-03).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// What, for example `portal.user`.
    pub event: &'static str,
    /// Who did it, or answers for the link by which it was done.
    pub by: UserId,
    /// The setup link by which it was done.
    pub link: Option<CaseNumber>,
    /// In which account.
    pub account: AccountId,
    /// Whom it concerns.
    pub user: Option<UserId>,
    /// Before and after, in a few words without names.
    pub detail: String,
    /// From which network (prefix).
    pub network: String,
    /// When.
    pub at: Timestamp,
    /// What the account's administrators are told of it.
    pub alarm: Option<Alarm>,
}

impl Deed {
    /// The same, and the account's administrators are told.
    #[must_use]
    pub fn telling(self, alarm: Alarm) -> Self {
        Self { alarm: Some(alarm), ..self }
    }
    /// The same about somebody with these roles: what is done to an administrator, the others are told.
    #[must_use]
    pub fn about(self, theirs: &BTreeSet<Role>) -> Self {
        if theirs.contains(&Role::Administrator) { self.telling(Alarm::Administrators) } else { self }
    }
}

/// Accounts as the portal sees them.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// One by its number.
    async fn numbered(&self, number: &AccountNumber) -> Result<Option<Account>, Fault>;
    /// One by its id.
    async fn account(&self, id: AccountId) -> Result<Option<Account>, Fault>;
    /// Those whose number or name begins with this text, by number, after a number, at most `limit`; only the ones below
    /// `under`, when that is given.
    async fn find(&self, under: Option<AccountId>, text: &str, after: &str, limit: u32) -> Result<Vec<Account>, Fault>;
    /// How many people there are, by state and rule.
    async fn head_count(&self, account: AccountId) -> Result<HeadCount, Fault>;
    /// Its connections with what was entered for them.
    async fn connections(&self, account: AccountId) -> Result<Vec<(Connection, Option<ConnectionSettings>)>, Fault>;
    /// Applications that people of this region may use, by name.
    async fn applications(&self, region: &str) -> Result<Vec<Application>, Fault>;
    /// The password policy.
    async fn policy(&self, account: AccountId) -> Result<PasswordPolicy, Fault>;
    /// Changes the password policy, when it is still the first of the two.
    async fn set_policy(&self, account: AccountId, change: (&PasswordPolicy, &PasswordPolicy), deed: &Deed) -> Result<Moved, Fault>;
    /// How many people who may sign in have a password, and how many of those passwords were last changed before that time.
    async fn passwords(&self, account: AccountId, before: Option<Timestamp>) -> Result<(u64, u64), Fault>;
    /// Lets administrators in by Single Sign-On, or not; then whoever came in so has no session of the portal any more.
    async fn set_admin_sso(&self, account: AccountId, on: bool, deed: &Deed) -> Result<Moved, Fault>;
    /// Changes the colour of the sign-in pages, when it is still the first of the two.
    async fn set_colour(&self, account: AccountId, change: (Option<Colour>, Option<Colour>), deed: &Deed) -> Result<Moved, Fault>;
    /// Changes whom people ask, when it is still the first of the two.
    async fn set_contact(&self, account: AccountId, change: (Option<&Contact>, Option<&Contact>), deed: &Deed) -> Result<Moved, Fault>;
    /// Everything discovery needs for a name.
    async fn candidates(&self, username: &Username, hints: &Hints) -> Result<Candidates, Fault>;
}

/// People of an account, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeadCount {
    /// May sign in.
    pub active: u64,
    /// Have not accepted the invitation.
    pub invited: u64,
    /// May not sign in for now.
    pub suspended: u64,
    /// Active, and on the exclusion list.
    pub excluded: u64,
    /// Active, and in the pilot.
    pub pilot: u64,
    /// Active, and break-glass, in whatever list.
    pub emergency: u64,
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It was made, and is on record.
    Done,
    /// It was not as the change expected it: somebody else was faster.
    Otherwise,
    /// It would have taken the last way in; nothing was changed.
    LastWayIn,
}

/// Somebody with a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub user: User,
    /// What they are. Never empty.
    pub roles: BTreeSet<Role>,
    /// Whether they have a password here, which the portal asks for.
    pub has_password: bool,
}

/// Who has which role.
#[async_trait]
pub trait Roles: Send + Sync {
    /// The roles of a user.
    async fn of(&self, user: UserId) -> Result<BTreeSet<Role>, Fault>;
    /// Everybody of an account with a role, by username.
    async fn holders(&self, account: AccountId) -> Result<Vec<Holder>, Fault>;
    /// Gives somebody of the account, active or invited, a role that they do not have.
    async fn give(&self, account: AccountId, (user, role): (UserId, Role), deed: &Deed) -> Result<Moved, Fault>;
    /// Takes a role, and with it every session of the portal.
    async fn take(&self, account: AccountId, (user, role): (UserId, Role), deed: &Deed) -> Result<Moved, Fault>;
}
