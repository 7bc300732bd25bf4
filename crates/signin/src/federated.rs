//! What the sign-in through an identity provider needs from outside, and what it keeps between its hops.
//!
//! A transaction begins when the person is sent away. The answer is verified where it arrives, without cookies; what it proved
//! is kept under a fresh handle, once, and only the browser that began may take it (architecture section 4, "Return").

use async_trait::async_trait;
use homeward_discovery::{Account, Connection as Route, DomainClaim, User, is_reserved_role};
use homeward_federation::{Connection, ConnectionSettings, Failure, Pending, ReplayMark, Subject, VerifiedAssertion};
use homeward_language::Language;
use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, CaseNumber, ConnectionId, Timestamp, UserId, Username};
use homeward_sealing::Sealer;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use crate::{stage::Started, there::There};

/// The person is at the identity provider. A server record: it holds what only we may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsoSent {
    /// Where it began.
    pub started: Started,
    /// The name that was typed, when one was.
    pub username: Option<Username>,
    /// The account whose provider was asked.
    pub account: AccountId,
    /// What the request said.
    pub pending: Pending,
    /// The browser it belongs to (`__Host-browser`).
    pub browser: String,
    /// The language of the page it began on; an answer that comes by a form brings no cookie that says so.
    pub language: Language,
    /// What for.
    pub purpose: Purpose,
    /// Who began a test in the account portal: its result is shown there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_by: Option<UserId>,
    /// The setup link by which that was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_link: Option<CaseNumber>,
    /// A test of values that wait to be taken over: the word that names them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<String>,
}

impl SsoSent {
    /// How long a person may take at the identity provider (SF-28).
    pub const LIFETIME: Duration = Duration::from_secs(600);
}

/// How far a clock may be set back in the middle of a sign-in. What was kept by one that ran further ahead is over: otherwise it would last
/// as much longer (SF-36).
pub const SET_BACK: Duration = Duration::from_secs(60);

/// What a round trip is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A sign-in.
    SignIn,
    /// A test of the connection: it signs nobody in and changes nothing (ADM-11).
    Test,
    /// The provider began, and the connection's switch accepts that: no browser of ours is waiting, any may fetch it once.
    Unsolicited,
}

/// What a verified answer said, as kept for a minute between two hops. Made from a `VerifiedAssertion` only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The connection whose keys verified it.
    pub connection: ConnectionId,
    /// The unchanging name.
    pub subject: Subject,
    /// Whether that name may be kept.
    pub binds: bool,
    /// NameID or `sub`.
    pub name: String,
    /// Attributes or claims that the connection's settings name, and no others.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Whether the provider vouches for the e-mail address.
    pub email_proved: bool,
    /// When the person proved themselves there.
    pub authenticated_at: Option<Timestamp>,
    /// What stays with the session, so that it can end when the provider's ends, and the other way round.
    pub there: There,
    /// Until when the provider lets a session last.
    pub session_until: Option<Timestamp>,
    /// `AuthnContextClassRef` or `acr`.
    pub acr: Option<String>,
    /// How they proved themselves.
    pub amr: Vec<String>,
    /// Whether a second factor was used, by the connection's own rule.
    pub second_factor: bool,
}

impl Answer {
    /// What is kept of an assertion: only the attributes that the settings use. `None` when nothing can be sealed.
    pub fn of(assertion: &VerifiedAssertion, settings: &ConnectionSettings, sealer: &Sealer) -> Option<Self> {
        let used = settings.names_used();
        Some(Self {
            connection: assertion.connection(),
            subject: assertion.subject().clone(),
            binds: assertion.binds(),
            name: assertion.name().to_owned(),
            attributes: used.map(|name| (name.to_owned(), assertion.values(name).to_vec())).collect(),
            email_proved: assertion.email_proved(),
            authenticated_at: assertion.authenticated_at(),
            there: There::of(assertion, sealer)?,
            session_until: assertion.session_until(),
            acr: assertion.acr().map(str::to_owned),
            amr: assertion.amr().to_vec(),
            second_factor: settings.is_second_factor(assertion),
        })
    }
    /// The only value of an attribute; `None` when there is none or several (SC-18).
    pub fn value(&self, name: &str) -> Option<&str> {
        match self.attributes.get(name).map(Vec::as_slice) {
            Some([only]) => Some(only),
            _ => None,
        }
    }
    /// All values of an attribute.
    pub fn values(&self, name: &str) -> &[String] {
        self.attributes.get(name).map_or(&[], Vec::as_slice)
    }
}

/// The answer is verified; the browser that began must fetch it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsoReturned {
    /// What was sent.
    pub sent: SsoSent,
    /// What came back.
    pub answer: Answer,
}

impl SsoReturned {
    /// How long the browser that began has to fetch it.
    pub const LIFETIME: Duration = Duration::from_secs(60);
}

/// How a session came to be at an identity provider; kept with the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upstream {
    /// The connection.
    pub connection: ConnectionId,
    /// Until when the provider lets it last.
    pub until: Option<Timestamp>,
    /// When they proved themselves there, as far as the provider says.
    pub authenticated_at: Option<Timestamp>,
    /// `AuthnContextClassRef` or `acr`.
    pub acr: Option<String>,
    /// How they proved themselves there.
    pub amr: Vec<String>,
    /// Whether a second factor was used.
    pub second_factor: bool,
}

impl Upstream {
    /// What is kept of an answer with the session.
    pub fn of(answer: &Answer) -> Self {
        Self {
            connection: answer.connection,
            until: answer.session_until,
            authenticated_at: answer.authenticated_at,
            acr: answer.acr.clone(),
            amr: answer.amr.clone(),
            second_factor: answer.second_factor,
        }
    }
    /// Whether a second factor was used, by the connection's own rule at that time.
    pub fn has_second_factor(&self) -> bool {
        self.second_factor
    }
}

/// A connection, as every hop of a sign-in reads it anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connected {
    /// Its state and name.
    pub route: Route,
    /// Whose it is.
    pub account: Account,
    /// What the protocols need; `None` as long as nothing was entered.
    pub connection: Option<Connection>,
}

/// So many connections that share an address and a provider are looked at.
pub const MOST_AT_PATH: u32 = 20;

/// Connections.
#[async_trait]
pub trait Connections: Send + Sync {
    /// One, as it is now.
    async fn connection(&self, id: ConnectionId) -> Result<Option<Connected>, StoreFault>;
    /// Whether some connection answers at this path (B-181).
    async fn answers_at(&self, path: &str) -> Result<bool, StoreFault>;
    /// The connections that answer at this path, ask this issuer, are in use, and do not refuse what nobody asked for; [`MOST_AT_PATH`] of
    /// them at most. One that is prepared, was turned off or refuses anyway does not stand in the way of another.
    async fn at_path(&self, path: &str, issuer: &str) -> Result<Vec<ConnectionId>, StoreFault>;
    /// Whether some connection hears at this path that somebody has signed out (B-181).
    async fn signs_out_at(&self, path: &str) -> Result<bool, StoreFault>;
    /// The connections that hear it there, ask this issuer and are in use, also in an outage; [`MOST_AT_PATH`] of them at most.
    async fn sign_outs_at(&self, path: &str, issuer: &str) -> Result<Vec<ConnectionId>, StoreFault>;
    /// The origins, other than our own, under which providers know this path.
    async fn origins_at(&self, path: &str) -> Result<Vec<String>, StoreFault>;
    /// The account's claim on this domain, where it is proved.
    async fn proved(&self, account: AccountId, domain: &str) -> Result<Option<DomainClaim>, StoreFault>;
    /// Enters other settings, if those that are there are still the ones that were read.
    async fn replace_settings(&self, id: ConnectionId, from: &ConnectionSettings, to: &ConnectionSettings) -> Result<bool, StoreFault>;
}

/// What came of putting a verified answer down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is kept; the transaction is used up.
    Once,
    /// The transaction was used, or the assertion was: nothing is kept (SF-25, SF-26).
    Used,
}

/// How much of what voids answers was heard at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeardUpTo(pub i64);

/// Sign-ins that are at an identity provider. Handles are stored as SHA-256 only.
#[async_trait]
pub trait SsoTransactions: Send + Sync {
    /// Keeps one until then; `false` when there is one under this handle already, which stays as it is.
    async fn keep(&self, handle_hash: &[u8; 32], sent: &SsoSent, until: Timestamp) -> Result<bool, StoreFault>;
    /// What was sent, of one that is not over. Nothing is counted: no answer is verified for it.
    async fn sent(&self, handle_hash: &[u8; 32], now: Timestamp) -> Result<Option<SsoSent>, StoreFault>;
    /// Reads one that is not over, and counts the reading: an answer is about to be verified. `used` when a good answer was
    /// seen already. `None` when there is none, it is over, it was tried too often, or the clock was set back since it began ([`SET_BACK`]).
    async fn try_answer(&self, handle_hash: &[u8; 32], now: Timestamp) -> Result<Option<Tried>, StoreFault>;
    /// One that takes no answer any more, because of its time or its tries; without counting, and only to say so.
    async fn past(&self, handle_hash: &[u8; 32]) -> Result<Option<Tried>, StoreFault>;
    /// What has been heard up to now. Asked before an answer is verified, which may take as long as the provider's own endpoints do.
    async fn heard_up_to(&self) -> Result<HeardUpTo, StoreFault>;
    /// Marks the transaction and the assertion used and keeps the result, all or nothing: of any number of callers with one
    /// handle or one mark, one gets `Once`. A result that was voided since the verification began is one that nobody can fetch.
    async fn keep_result(&self, handle_hash: &[u8; 32], verified: (&ReplayMark, HeardUpTo), result: (&[u8; 32], &SsoReturned), until: Timestamp) -> Result<Kept, StoreFault>;
    /// What was sent, of a result that is kept, fetched or not; only to lead its own browser back to what it came for.
    async fn sent_of_result(&self, result_hash: &[u8; 32]) -> Result<Option<SsoSent>, StoreFault>;
    /// Hands a result to the browser that began, once; another browser gets `None` and uses nothing up. Until a session has come of it
    /// (`Sessions::start`), whatever voids a result that waits voids this one, too.
    async fn take_result(&self, result_hash: &[u8; 32], browser: &str, now: Timestamp) -> Result<Option<SsoReturned>, StoreFault>;
}

/// A transaction that is about to be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// What was sent.
    pub sent: SsoSent,
    /// A good answer was seen already.
    pub used: bool,
}

/// What a provider says of a user, as far as the connection's mapping asks it. What it does not say stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The given name.
    pub given_name: Option<String>,
    /// The family name.
    pub family_name: Option<String>,
    /// The groups.
    pub groups: Option<BTreeSet<String>>,
    /// The roles; reserved ones do not come from outside, and none is taken away by it.
    pub roles: Option<BTreeSet<String>>,
}

impl Told {
    /// The user with what was said.
    #[must_use]
    pub fn of(&self, user: &User) -> User {
        let mut new = user.clone();
        if let Some(name) = &self.given_name {
            new.given_name.clone_from(name);
        }
        if let Some(name) = &self.family_name {
            new.family_name.clone_from(name);
        }
        if let Some(groups) = &self.groups {
            new.groups.clone_from(groups);
        }
        if let Some(roles) = &self.roles {
            let said = roles.iter().filter(|role| !is_reserved_role(role));
            new.roles = said.chain(user.roles.iter().filter(|role| is_reserved_role(role))).cloned().collect();
        }
        new
    }
}

/// Who a subject of a connection is, here: made at the first sign-in, and then the only thing that counts.
#[async_trait]
pub trait Bindings: Send + Sync {
    /// The user that is bound to this subject.
    async fn bound(&self, connection: ConnectionId, subject: &Subject) -> Result<Option<UserId>, StoreFault>;
    /// Whether the user is bound to another subject of this connection already (ST-09).
    async fn has_other(&self, connection: ConnectionId, subject: &Subject, user: UserId) -> Result<bool, StoreFault>;
    /// By which subject of this connection the user is known by now, if by any.
    async fn linked_as(&self, connection: ConnectionId, user: UserId) -> Result<Option<Subject>, StoreFault>;
    /// Binds; `false` when the subject is bound to somebody else, or the user to another subject.
    async fn bind(&self, connection: ConnectionId, subject: &Subject, user: UserId, now: Timestamp) -> Result<bool, StoreFault>;
    /// Binds the user to `to` in place of `from`, in one step; `false` when `to` is bound to somebody else, the user is not known by `from` any more, or
    /// with the connection's settings as they are by then `from` is not past.
    async fn relink(&self, connection: ConnectionId, link: (&Subject, &Subject), user: UserId, now: Timestamp) -> Result<bool, StoreFault>;
    /// The users of an account whose e-mail address or external id is this one; at most two.
    async fn by_field(&self, account: AccountId, field: LookUp<'_>) -> Result<Vec<User>, StoreFault>;
    /// Writes what a provider says into a user as they are by now, and gives the user; `None` when they are gone.
    async fn refresh(&self, user: UserId, told: &Told) -> Result<Option<User>, StoreFault>;
    /// Makes a user and binds them, in one step. `false` when the username or subject is taken by now.
    async fn create(&self, user: &User, binding: (ConnectionId, &Subject), now: Timestamp) -> Result<bool, StoreFault>;
}

/// By what a user is looked up inside one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookUp<'a> {
    /// The key of a username.
    Username(&'a Username),
    /// An e-mail address, compared without case.
    Email(&'a str),
    /// The external id, to the letter.
    ExternalId(&'a str),
}

/// What is kept of an answer that failed, for the account's administrator: for thirty days, without secrets and without the
/// answer itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The number the person was shown.
    pub case: CaseNumber,
    /// The connection.
    pub connection: ConnectionId,
    /// When.
    pub at: Timestamp,
    /// What failed, without anybody's name.
    failure: Failure,
    /// For which application.
    pub application: Option<String>,
    /// Whether somebody here had asked for the answer. Everything else is a stranger's to send, and says nothing of the provider.
    #[serde(default)]
    pub asked: bool,
    /// Nobody was sent to the provider: it is no answer of it that failed.
    #[serde(default)]
    pub not_sent: bool,
}

impl Trace {
    /// How long the administrator can look it up.
    pub const LIFETIME: Duration = Duration::from_secs(30 * 86_400);
    /// A trace of a message that nobody here had asked for.
    pub fn of(case: CaseNumber, connection: ConnectionId, at: Timestamp, failure: &Failure) -> Self {
        Self { case, connection, at, failure: failure.redacted(), application: None, asked: false, not_sent: false }
    }
    /// The same for an answer to a sign-in that began here, for this application.
    #[must_use]
    pub fn asked_for(self, application: Option<String>) -> Self {
        Self { application, asked: true, ..self }
    }
    /// The same for a sign-in that nobody could be sent to the provider with.
    #[must_use]
    pub fn on_the_way(self) -> Self {
        Self { not_sent: true, ..self }
    }
    /// What failed. No value in it names a person in full.
    pub const fn failure(&self) -> &Failure {
        &self.failure
    }
}

/// Traces.
#[async_trait]
pub trait Traces: Send + Sync {
    /// Keeps one until then.
    async fn keep_trace(&self, trace: &Trace, until: Timestamp) -> Result<(), StoreFault>;
    /// The one with this number.
    async fn trace(&self, case: &str) -> Result<Option<Trace>, StoreFault>;
}
