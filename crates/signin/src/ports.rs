//! What the sign-in needs from outside: the directory, sessions, stages after a proof, known browsers, audit.

use std::time::Duration;

use async_trait::async_trait;
use homeward_discovery::{Account, Application, Candidates, Hints, User};
use homeward_local_credential::{PasswordPolicy, StoreFault};
use homeward_model::{AccountHint, AccountId, CaseNumber, ClientId, GrantId, SessionId, Timestamp, UserId, Username};
use homeward_provider::{GrantEnded, NewCode, Stopgap};
use serde::{Deserialize, Serialize};

use crate::{
    federated::Upstream,
    stage::{Method, Proven},
    there::There,
};

/// Accounts, users, applications.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Everything discovery needs, with a number of queries that does not depend on what is found: the accounts in which
    /// the username lives, those that claim its domain (or the hinted one), and the one that a hint names.
    async fn candidates(&self, username: &Username, hints: &Hints) -> Result<Candidates, StoreFault>;
    /// A registered application that is switched on.
    async fn application(&self, client: &ClientId) -> Result<Option<Application>, StoreFault>;
    /// The applications of a region that have a start address, for the page "Where to?": name and address.
    async fn start_pages(&self, region: &str) -> Result<Vec<(String, String)>, StoreFault>;
    /// The registered start address of the account's default application (B-095).
    async fn default_start(&self, account: AccountId) -> Result<Option<String>, StoreFault>;
    /// That application; `None` where it has no start address.
    async fn default_application(&self, account: AccountId) -> Result<Option<Application>, StoreFault>;
    /// One user with the account.
    async fn user(&self, user: UserId) -> Result<Option<(User, Account)>, StoreFault>;
    /// The password policy of an account.
    async fn password_policy(&self, account: AccountId) -> Result<PasswordPolicy, StoreFault>;
    /// An invited user has set the first password: `invited` becomes `active`; `false` in every other state.
    async fn activate(&self, user: UserId, now: Timestamp) -> Result<bool, StoreFault>;
}

/// A browser's session as stored. The cookie's secret is stored as its SHA-256 only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id, the `sid` of tokens.
    pub id: SessionId,
    /// SHA-256 of the cookie's secret.
    pub token_hash: [u8; 32],
    /// Who.
    pub user: UserId,
    /// In which account.
    pub account: AccountId,
    /// The version of the credential that was proved; a session with another version is over.
    pub credential_version: i64,
    /// How it was proved.
    pub method: Method,
    /// When it was proved.
    pub authenticated_at: Timestamp,
    /// When it was last used; written at most once a minute.
    pub last_seen: Timestamp,
    /// When it ended, and why.
    pub ended: Option<(Timestamp, String)>,
    /// Browser and system, in words, for the person's own list.
    pub device: String,
    /// The identity provider's side; `None` for a proof of our own.
    pub upstream: Option<Upstream>,
    /// Which proof it goes by, counted from 0. The store counts; a new session begins at 0.
    pub proof: u32,
    /// The outage that alone lets the person in; the session ends with it.
    pub stopgap: Option<Stopgap>,
}

impl Session {
    /// When the person proved themselves: at the identity provider, when it says so (`auth_time`).
    pub fn proved_at(&self) -> Timestamp {
        let there = self.upstream.as_ref().and_then(|upstream| upstream.authenticated_at);
        there.map_or(self.authenticated_at, |there| there.min(self.authenticated_at))
    }
    /// How the person proved themselves (RFC 8176), as far as it is known.
    pub fn amr(&self) -> Vec<String> {
        self.upstream.as_ref().map_or_else(|| vec![self.method.amr().to_owned()], |upstream| upstream.amr.clone())
    }
    /// Whether a second factor was verified (architecture section 4): by the identity provider, until there are factors of our own.
    pub fn has_second_factor(&self) -> bool {
        self.upstream.as_ref().is_some_and(Upstream::has_second_factor)
    }
}

/// How a proof of an identity provider came, and what the session keeps of that provider.
#[derive(Clone, Copy, Debug)]
pub struct CameBy<'a> {
    /// SHA-256 of the handle by which the browser fetched the answer (`SsoTransactions::take_result`).
    pub answer: &'a [u8; 32],
    /// What is kept.
    pub there: &'a There,
    /// SHA-256 of the browser's cookie: from now on it knows the person.
    pub browser: &'a [u8; 32],
    /// The language of its pages.
    pub language: &'a str,
}

/// Sessions.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Keeps a new one; with it is told whether anything changed. When there is one with this `token_hash` already, nothing changes and that one is returned: two
    /// identical submissions end in one session. So is one that had this `token_hash` before it was renewed, with the one it has now,
    /// for a day at least and unless it is the one that is renewed here. When `renews` names a session of the same user that has not ended, that
    /// one lives on under its id with the new secret, method, version and times: the session changes at every sign-in, its
    /// `sid` and the grants under it do not; it counts one proof more. The audit's line, and what is kept of the provider, are written in the same step, and
    /// only when something changed. The provider's answer that a proof came by is used up with it; `None`, and nothing is written, when
    /// that counts no more: what ended it meanwhile and this step come one after the other, whichever is first.
    async fn start(&self, session: &Session, by: Option<CameBy<'_>>, renews: Option<SessionId>, line: &AuditEvent) -> Result<Option<(Session, bool)>, StoreFault>;
    /// The session with this secret, ended or not, with the user and account as they are now and the credential's
    /// present version (0: none): one query.
    async fn find(&self, token_hash: &[u8; 32]) -> Result<Option<FoundSession>, StoreFault>;
    /// Notes its use.
    async fn touch(&self, session: SessionId, now: Timestamp) -> Result<(), StoreFault>;
    /// The versions of the application that grants of this session were given to, at most a hundred; `None` where it stated none.
    async fn versions(&self, session: SessionId, client: &ClientId) -> Result<Vec<Option<String>>, StoreFault>;
    /// The user's sessions that were not ended, the last used first.
    async fn of_user(&self, user: UserId) -> Result<Vec<Session>, StoreFault>;
    /// Whether this is one of the user's sessions and was not ended, however many there are.
    async fn is_of(&self, session: SessionId, user: UserId) -> Result<bool, StoreFault>;
    /// The user's grants that were not revoked and whose time is not over, the last used first: of each application and session the one that was used last,
    /// and that of those with `offline_access` besides. Every code that is redeemed makes another, so that they would hide what is used seldom.
    async fn grants_of(&self, user: UserId, now: Timestamp) -> Result<Vec<GrantFound>, StoreFault>;
    /// One of the user's grants under this session that were not revoked and whose time is not over, of this application or of any.
    async fn grant_under(&self, session: SessionId, user: UserId, client: Option<&ClientId>, now: Timestamp) -> Result<Option<GrantFound>, StoreFault>;
    /// Ends what one application was granted under one session, at the time of the audit's line, which is written in the same step (AU-03). Whether
    /// there was anything: what changes nothing has no line.
    async fn end_application(&self, session: SessionId, client: &ClientId, why: &str, line: &AuditEvent) -> Result<bool, StoreFault>;
    /// Ends every session, grant and code of a user, and what they made; gives the number of sessions and grants. With its line, in the same way.
    async fn end_all(&self, user: UserId, why: &str, line: &AuditEvent) -> Result<u64, StoreFault>;
    /// Ends it, its grants and codes; whether there was anything. With its line, in the same way.
    async fn end(&self, session: SessionId, why: &str, line: &AuditEvent) -> Result<bool, StoreFault>;
}

/// A grant as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantFound {
    /// Its id.
    pub id: GrantId,
    /// Under which session.
    pub session: SessionId,
    /// What the code stood for that it came from.
    pub code: NewCode,
    /// When it was last used.
    pub last_used: Timestamp,
    /// The device of its session, as long as that is known.
    pub device: Option<String>,
}

/// A session with what decides whether it still counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundSession {
    /// The session.
    pub session: Session,
    /// The user now.
    pub user: User,
    /// The account now.
    pub account: Account,
    /// The credential's version now; 0 when there is none.
    pub credential_version: i64,
}

/// Somebody asked for a mail. One row for every username, known or not: the page costs the same (FOR-1, LR-01).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRequest {
    /// The selector under which what is sent will be found, if something will be.
    pub selector: String,
    /// The name, as typed.
    pub username: Username,
    /// The language's code.
    pub language: String,
    /// From which network (prefix).
    pub network: String,
    /// When.
    pub at: Timestamp,
    /// What the mail is to be good for.
    pub kind: MailKind,
    /// What the browser that asks has of earlier sign-ins.
    pub own: OwnBrowser,
}

/// Whose browser it is, as far as the store says so whoever the name belongs to; the worker compares it with the user. A name that the browser
/// remembers makes nobody its own: a reset cannot take it back (LR-11).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnBrowser {
    /// Who has signed in in it, or whose sessions it has that nobody has ended, be it that they rest.
    pub users: Vec<UserId>,
    /// The account that was chosen in it on the way to the request, or that its application asked for.
    pub account: Option<AccountHint>,
}

impl OwnBrowser {
    /// Whether this user was signed in here.
    pub fn is_of(&self, user: UserId) -> bool {
        self.users.contains(&user)
    }
}

/// What a mail that somebody asked for is to be good for. Which mail is sent follows from the user, not from the wish alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailKind {
    /// To set another password.
    Reset,
    /// To sign in while the organisation's provider is away.
    SignIn,
}

impl MailKind {
    /// The word in the store.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::SignIn => "sign_in",
        }
    }
    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Reset, Self::SignIn].into_iter().find(|kind| kind.word() == word)
    }
}

/// Whom a reminder concerns: by the policy, and by when the password was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// After how many days passwords expire by the account's policy.
    pub lifetime: u32,
    /// Which reminder: by how many days before that it goes out.
    pub days: u32,
    /// The password was last changed after this.
    pub after: Timestamp,
    /// And then at the latest.
    pub until: Timestamp,
}

/// Requests for mail that a worker resolves.
#[async_trait]
pub trait MailRequests: Send + Sync {
    /// Keeps one.
    async fn put(&self, request: &MailRequest) -> Result<(), StoreFault>;
    /// The oldest ones that no worker has, at most `limit`; the caller has them for a minute. They stay until `done`: a worker
    /// that dies loses none, and two workers never resolve one request.
    async fn claim(&self, limit: u32, now: Timestamp) -> Result<Vec<MailRequest>, StoreFault>;
    /// Forgets one.
    async fn done(&self, selector: &str) -> Result<(), StoreFault>;
    /// After how many days passwords expire, by the policies of all accounts; each once.
    async fn lifetimes(&self) -> Result<Vec<u32>, StoreFault>;
    /// Active users whom this reminder concerns and who have not had it, with the account; at most `limit`, after this user id.
    async fn to_remind(&self, due: &Due, after: Option<UserId>, limit: u32) -> Result<Vec<(User, Account)>, StoreFault>;
    /// Notes that the reminder for `days` was sent for this version of the credential; `false` when it had been.
    async fn note_reminder(&self, user: UserId, version: i64, days: u32) -> Result<bool, StoreFault>;
}

/// How long before the moment of its use a stage after a proof is over once it is used up.
pub const USED_UP: Duration = Duration::from_secs(3600);

/// Stages after a proof: single use, ten minutes.
#[async_trait]
pub trait ProvenStages: Send + Sync {
    /// Keeps one under the SHA-256 of its handle.
    async fn put(&self, handle_hash: &[u8; 32], stage: &Proven, until: Timestamp) -> Result<(), StoreFault>;
    /// Reads one without using it up: to show its page again after a mistake.
    async fn peek(&self, handle_hash: &[u8; 32], now: Timestamp) -> Result<Option<Proven>, StoreFault>;
    /// Hands it out and ends it: the second call gets `None`. It was over `USED_UP` before `now` then: for whoever asks by an earlier time it is there for
    /// some hours, so that a page that is sent once more says whose it was.
    async fn take(&self, handle_hash: &[u8; 32], now: Timestamp) -> Result<Option<Proven>, StoreFault>;
}

/// Browsers in which a person has signed in before (LG-02).
#[async_trait]
pub trait KnownBrowsers: Send + Sync {
    /// From now on this browser (SHA-256 of its cookie) knows these people, who read its pages in this language; the oldest of more than twenty for one
    /// person is forgotten. By person and not by username: who has the same name in another account takes nobody's place. Each with the version of the
    /// credential beside which they proved themselves, 0 without one: where that is another one by now nothing is noted, because what replaced it made
    /// strangers of the browsers of whoever had it (LR-11).
    async fn remember(&self, browser: (&[u8; 32], &str), users: &[(UserId, i64)], now: Timestamp) -> Result<(), StoreFault>;
    /// The language in which somebody read the pages of their last sign-in.
    async fn language(&self, user: UserId) -> Result<Option<String>, StoreFault>;
    /// Which of these people have signed in with this browser. One look-up, however many there are.
    async fn knows(&self, browser_hash: &[u8; 32], users: &[UserId]) -> Result<Vec<UserId>, StoreFault>;
    /// When "Not now" was last said to the warning of an expiring password (EXP-2: once a day).
    async fn put_off(&self, user: UserId) -> Result<Option<Timestamp>, StoreFault>;
    /// "Not now" was said.
    async fn note_put_off(&self, user: UserId, now: Timestamp) -> Result<(), StoreFault>;
}

/// One line of the audit. Full usernames, secrets and tokens have no place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// What happened, for example `signin.password`.
    pub event: &'static str,
    /// `ok`, or the code of a `Reason`.
    pub outcome: String,
    /// Whom it concerns.
    pub user: Option<UserId>,
    /// In which account.
    pub account: Option<AccountId>,
    /// For which application.
    pub application: Option<ClientId>,
    /// From which network (prefix).
    pub network: String,
    /// The case number, when a person was shown one.
    pub case: Option<CaseNumber>,
    /// When.
    pub at: Timestamp,
    /// Further facts, for example the rules of discovery that decided.
    pub detail: String,
}

impl From<&GrantEnded> for AuditEvent {
    fn from(ended: &GrantEnded) -> Self {
        let about = &ended.concerned;
        Self {
            event: "grant.ended",
            outcome: "ok".to_owned(),
            user: Some(about.user),
            account: Some(about.account),
            application: Some(about.client.clone()),
            network: ended.network.clone(),
            case: None,
            at: ended.at,
            detail: ended.why.to_owned(),
        }
    }
}

/// The audit log.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Writes one line. A failure fails the action (AU-03).
    async fn write(&self, event: &AuditEvent) -> Result<(), StoreFault>;
}
