//! What the portal needs from outside. Every question about people and activity names the account: there is no way to ask past it (MT-01).

use std::collections::BTreeSet;

use async_trait::async_trait;
use homeward_discovery::{Account, Application, Candidates, Connection, DomainClaim, Hints, User, UserRule, UserState};
use homeward_federation::ConnectionSettings;
use homeward_local_credential::PasswordPolicy;
use homeward_model::{AccountId, AccountNumber, CaseNumber, ClientId, Colour, Contact, DomainName, GrantId, SessionId, Timestamp, UserId, Username};

use crate::{
    alarm::Alarm,
    authority::Role,
    domain_search::SoughtDomains,
    domain_undo::GivenUpDomains,
    domain_watch::{Due, Seen},
    domains::{Found, Proof},
};

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
    /// The exclusion list by username, after a key, at most `limit`.
    async fn exclusions(&self, account: AccountId, after: &str, limit: u32) -> Result<Vec<Excluded>, Fault>;
    /// Since when somebody is on the exclusion list.
    async fn excluded_since(&self, account: AccountId, user: UserId) -> Result<Option<Since>, Fault>;
    /// Whether the user has a password.
    async fn has_password(&self, user: UserId) -> Result<bool, Fault>;
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

/// What became of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proved {
    /// It counts.
    Done,
    /// The domain is not there any more, or was proved meanwhile.
    Otherwise,
    /// Another account has proved it.
    Taken,
}

/// What became of what was seen of a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settling {
    /// It is kept, and on record when it changes something.
    Done,
    /// Somebody has done something with the domain meanwhile; nothing was changed.
    Otherwise,
    /// Another account has proved the domain; it does not come back.
    Taken,
}

/// Domains of an account.
#[async_trait]
pub trait Domains: SoughtDomains + GivenUpDomains {
    /// All of them, by name, with the proofs that are under way.
    async fn of(&self, account: AccountId) -> Result<Vec<(DomainClaim, Option<Proof>)>, Fault>;
    /// How many active users have a username of a domain; domains of nobody are not among them.
    async fn people(&self, account: AccountId) -> Result<Vec<(DomainName, u64)>, Fault>;
    /// Adds one, not verified, with the token of its proof and when that is looked for first, if ever; one that is there without a proof, or
    /// with one whose time is over, gets it.
    async fn add(&self, account: AccountId, domain: (&DomainName, &str, Option<Timestamp>), deed: &Deed) -> Result<Moved, Fault>;
    /// Notes what was found instead of the record.
    async fn looked(&self, account: AccountId, domain: &DomainName, found: (&Found, Timestamp)) -> Result<(), Fault>;
    /// The record of this token was there: from now on the domain is this account's, unless another one has proved it. It is looked at again.
    async fn prove(&self, account: AccountId, domain: (&DomainName, &str), deed: &Deed) -> Result<Proved, Fault>;
    /// Domains that were proved and are to be looked at by now.
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Due>, Fault>;
    /// Keeps what was seen of one: a domain that is off counts for nothing, one that is back counts again.
    async fn settle(&self, due: &Due, seen: &Seen) -> Result<Settling, Fault>;
    /// Forgets it; one that counts is kept for a day, with whether somebody from above gave it up.
    async fn give_up(&self, account: AccountId, domain: (&DomainName, bool), deed: &Deed) -> Result<Moved, Fault>;
}

/// What the domain name system says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// The texts of that name; none when there is no such name or no such record.
    Records(Vec<String>),
    /// Nobody answered, or with a failure.
    NoAnswer,
}

/// The domain name system.
#[async_trait]
pub trait TxtRecords: Send + Sync {
    /// The TXT records of a name, each with its parts joined (RFC 7208 3.3), as they are now.
    async fn txt(&self, name: &str) -> Looked;
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

/// A session of the portal as stored, under the SHA-256 of its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalSession {
    /// Who.
    pub user: UserId,
    /// The account of that user.
    pub home: AccountId,
    /// The browser's session at the sign-in.
    pub session: SessionId,
    /// What the sign-in was granted; the portal's session lives no longer.
    pub grant: GrantId,
    /// When the person proved themselves.
    pub proved_at: Timestamp,
    /// When it began.
    pub since: Timestamp,
    /// When it was last used.
    pub last_used: Timestamp,
    /// The account that was entered; one's own needs no entering.
    pub entered: Option<AccountId>,
}

/// A portal session with what decides whether it still counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPortalSession {
    /// The session.
    pub session: PortalSession,
    /// The user now.
    pub user: User,
    /// The user's account now.
    pub account: Account,
    /// Whether what the sign-in was granted stands: it ends with the browser's session, with the password, and by hand.
    pub stands: bool,
    /// When the browser's session began, which lasts only so long.
    pub signed_in_at: Timestamp,
    /// Whether the account's identity provider proved who it is.
    pub federated: bool,
}

/// Sessions of the portal.
#[async_trait]
pub trait PortalSessions: Send + Sync {
    /// Keeps a new one under the SHA-256 of its secret; the one that it replaces ends in the same step, as by `end`.
    /// The language, by its code, is the one that the person is written to in from now on.
    async fn start(&self, hash: &[u8; 32], session: (&PortalSession, &str), replaces: Option<([u8; 32], GrantId)>, deeds: &[Deed]) -> Result<(), Fault>;
    /// The one with this secret.
    async fn find(&self, hash: &[u8; 32], now: Timestamp) -> Result<Option<FoundPortalSession>, Fault>;
    /// Notes its use.
    async fn touch(&self, hash: &[u8; 32], now: Timestamp) -> Result<(), Fault>;
    /// It looks at this account from now on.
    async fn enter(&self, hash: &[u8; 32], account: AccountId, deed: &Deed) -> Result<(), Fault>;
    /// Forgets it, and revokes what its sign-in was granted.
    async fn end(&self, hash: &[u8; 32], grant: GrantId, deed: &Deed) -> Result<(), Fault>;
}

/// One line of Activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place in the audit.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub event: String,
    /// `ok`, or the code of a reason.
    pub outcome: String,
    /// Whom it concerns.
    pub user: Option<UserId>,
    /// For which application.
    pub application: Option<ClientId>,
    /// The reference that a person was shown.
    pub case: Option<String>,
    /// Further facts.
    pub detail: String,
    /// From which network.
    pub network: Option<String>,
}

/// Which lines are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineQuery {
    /// About this user.
    pub user: Option<UserId>,
    /// With this reference.
    pub case: Option<CaseNumber>,
    /// Only what failed.
    pub failed: bool,
    /// Only changes, or only sign-ins.
    pub kind: Option<Kind>,
    /// Older than this number.
    pub before: Option<i64>,
    /// How many at most.
    pub limit: u32,
}

/// Kinds of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Sign-ins and what belongs to them.
    SignIns,
    /// What administrators and operators did.
    Changes,
}

/// What went wrong lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trouble {
    /// Sign-ins that failed.
    pub failures: u64,
    /// How many people they were.
    pub people: u64,
    /// The last one with a reference.
    pub last: Option<Line>,
}

/// The account's own part of the audit (AU-06).
#[async_trait]
pub trait Activity: Send + Sync {
    /// Lines, newest first.
    async fn lines(&self, account: AccountId, query: &LineQuery) -> Result<Vec<Line>, Fault>;
    /// Sign-ins that failed since then.
    async fn trouble(&self, account: AccountId, since: Timestamp) -> Result<Trouble, Fault>;
    /// Writes what was read or sent, where nothing else is written.
    async fn note(&self, deed: &Deed) -> Result<(), Fault>;
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
