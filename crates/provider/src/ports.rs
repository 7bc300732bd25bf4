//! What the OpenID Provider needs from outside.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use homeward_model::{AccountId, ClientId, Clock, ConnectionId, GrantId, Random, SessionId, Timestamp, UserId};
use homeward_sealing::Mac;
use homeward_trace::TraceId;
use serde::{Deserialize, Serialize};

use crate::{
    backchannel::LogoutNotices,
    claims_request::ClaimsRequest,
    client::{Algorithm, Client},
    issuer::Issuer,
    keys::Keys,
    token_error::Concerned,
};

/// The store did not answer. Never a reason to issue anything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store failed: {0}")]
pub struct StoreFault(pub String);

/// Registered applications that are switched on.
#[async_trait]
pub trait Clients: Send + Sync {
    /// One application.
    async fn client(&self, id: &ClientId) -> Result<Option<Arc<Client>>, StoreFault>;
    /// Whether an application has registered this origin for calls from its pages (OT-23).
    async fn knows_origin(&self, origin: &str) -> Result<bool, StoreFault>;
}

/// Wrong credentials of clients, counted by client and network (LG-07).
#[async_trait]
pub trait ClientGuesses: Send + Sync {
    /// How long this network has to wait before it may try again for this client.
    async fn paused(&self, client: &ClientId, network: &str) -> Result<Option<Duration>, StoreFault>;
    /// A credential was wrong.
    async fn failed(&self, client: &ClientId, network: &str) -> Result<(), StoreFault>;
    /// A client without credentials pushes a request; how long to wait, when this network has pushed too many for it (DS-11).
    async fn pushes(&self, client: &ClientId, network: &str) -> Result<Option<Duration>, StoreFault>;
}

/// Assertions of clients, each to be used once (RFC 7523 3, point 7).
#[async_trait]
pub trait UsedAssertions: Send + Sync {
    /// Notes the SHA-256 of a `jti` until the assertion ends; `true` for exactly one caller.
    async fn first_use(&self, client: &ClientId, jti: &[u8; 32], until: Timestamp) -> Result<bool, StoreFault>;
}

/// Pushed authorization requests, by the SHA-256 of what names them (RFC 9126).
#[async_trait]
pub trait PushedRequests: Send + Sync {
    /// Keeps the parameters of one.
    async fn keep(&self, hash: &[u8; 32], client: &ClientId, params: &[(String, String)], until: Timestamp) -> Result<(), StoreFault>;
    /// Hands one out to its own client and forgets it: the second call gets `None`.
    async fn take(&self, hash: &[u8; 32], client: &ClientId, now: Timestamp) -> Result<Option<Vec<(String, String)>>, StoreFault>;
}

/// Who a code is for: a session, and how it came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// The user, the `sub`.
    pub user: UserId,
    /// The user's account.
    pub account: AccountId,
    /// The session, the `sid`.
    pub session: SessionId,
    /// When the person proved themselves.
    pub auth_time: Timestamp,
    /// How (RFC 8176).
    pub amr: Vec<String>,
    /// The version of the credential that was proved.
    pub credential_version: i64,
    /// Whether the organisation's identity provider proved it, and not we: the table of sessions tells the two apart.
    #[serde(default)]
    pub federated: bool,
    /// The connection of that provider. What was granted before it was written down has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionId>,
    /// Which proof of the session it was, counted from 0: a session that is renewed goes on with another one.
    #[serde(default)]
    pub proof: u32,
    /// The outage that alone lets the person in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopgap: Option<Stopgap>,
}

/// An outage of a connection that alone lets somebody in by a proof of ours: what it opens ends with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopgap {
    /// The connection that is out.
    pub connection: ConnectionId,
    /// When the outage ends by itself.
    pub until: Timestamp,
}

/// A password over a protected connection (SAML 2.0 Authentication Context 3.4.4; OpenID Connect Core 2 takes any agreed URI).
pub(crate) const ACR_PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";

impl SignedIn {
    /// The authentication context that was met; `None` when it is none with a name. Never what was wished for (OA-27).
    pub fn acr(&self) -> Option<&'static str> {
        (!self.federated && self.amr.iter().any(|method| method == "pwd")).then_some(ACR_PASSWORD)
    }
}

/// What a code stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCode {
    /// For which client.
    pub client: ClientId,
    /// The redirect URI as requested.
    pub redirect_uri: String,
    /// PKCE.
    pub code_challenge: Option<String>,
    /// For the ID token.
    pub nonce: Option<String>,
    /// The scopes granted.
    pub scopes: BTreeSet<String>,
    /// For whom.
    pub who: SignedIn,
    /// The application's version, when it said so.
    pub app_version: Option<String>,
    /// Claims asked for one by one.
    #[serde(default, skip_serializing_if = "ClaimsRequest::is_empty")]
    pub claims: ClaimsRequest,
    /// The trace of the sign-in, where traces are on: the application redeems the code in the same one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceId>,
}

impl NewCode {
    /// The request that is under way is a hop of the sign-in that this code came from.
    pub(crate) fn has_a_hop(&self) {
        if let Some(trace) = self.trace {
            homeward_trace::belongs_to(|| trace);
        }
    }
    /// When the grant that it becomes ends whatever happens: not later than the outage that alone lets its person in.
    pub fn ends(&self, grant: &NewGrant) -> Timestamp {
        self.who.stopgap.map_or(grant.expires_at, |stopgap| grant.expires_at.min(stopgap.until))
    }
}

/// The grant that the first use of a code makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGrant {
    /// Its id, drawn by the caller.
    pub id: GrantId,
    /// The client that redeems the code, authenticated as its registration asks. Another one's old code says nothing of a theft: it revokes nothing.
    pub client: ClientId,
    /// When it ends whatever happens, if nothing of its code ends it earlier ([`NewCode::ends`]).
    pub expires_at: Timestamp,
    /// From which network (prefix) the code came: for the record of what a code ends that was used before.
    pub network: String,
}

impl NewGrant {
    pub(crate) fn drawn(ports: &Ports, client: &Client, network: &str, now: Timestamp) -> Self {
        let expires_at = now.plus(client.longest_grant());
        Self { id: GrantId::generate(ports.random.as_ref()), client: client.client_id.clone(), expires_at, network: network.to_owned() }
    }
}

/// What a code turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// Its first use; the grant was stored in the same step.
    First(Box<NewCode>),
    /// Its client used it before; the grant of its first use is revoked (OT-01).
    Again {
        /// That grant.
        grant: GrantId,
        /// How this use ended it, as the audit's record of the same step says (AU-03); `None` when it was over.
        ended: Option<Box<GrantEnded>>,
    },
    /// Unknown or over, or used before by another client.
    Unknown,
}

/// Authorization codes, by the SHA-256 of the code.
#[async_trait]
pub trait Codes: Send + Sync {
    /// Keeps one.
    async fn put(&self, hash: &[u8; 32], code: &NewCode, expires: Timestamp) -> Result<(), StoreFault>;
    /// Uses one: exactly one caller gets `First`.
    async fn redeem(&self, hash: &[u8; 32], grant: &NewGrant, now: Timestamp) -> Result<Redeemed, StoreFault>;
}

/// A grant as stored. Its tokens are not: they carry its id and a MAC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRow {
    /// Its id.
    pub id: GrantId,
    /// To which client.
    pub client: ClientId,
    /// By whom, and how they proved themselves.
    pub who: SignedIn,
    /// Its scopes.
    pub scopes: BTreeSet<String>,
    /// The generation of the refresh token that is right now; from 0.
    pub generation: u32,
    /// When the refresh token was last rotated; at first, when the grant was made.
    pub rotated_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// Whether it was revoked.
    pub revoked: bool,
    /// The application's version.
    pub app_version: Option<String>,
    /// Claims asked for one by one.
    pub claims: ClaimsRequest,
}

/// How a grant ends by what its own application does, for the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantEnded {
    /// Which.
    pub id: GrantId,
    /// Whose, and to which client.
    pub concerned: Concerned,
    /// Why.
    pub why: &'static str,
    /// From which network the application called.
    pub network: String,
    /// When.
    pub at: Timestamp,
}

impl GrantEnded {
    pub(crate) fn of(grant: &GrantRow, why: &'static str, network: &str, at: Timestamp) -> Self {
        let concerned = Concerned { user: grant.who.user, account: grant.who.account, client: grant.client.clone() };
        Self { id: grant.id, concerned, why, network: network.to_owned(), at }
    }
}

/// Grants.
#[async_trait]
pub trait Grants: Send + Sync {
    /// One grant, revoked or not.
    async fn find(&self, id: GrantId) -> Result<Option<GrantRow>, StoreFault>;
    /// How long a caller of `rotate` may wait at most for a change that is made before hearing that nobody knows whether it was.
    fn longest_wait(&self) -> Duration;
    /// Raises the generation from `from` by one; `true` for exactly one caller, and never for a revoked grant.
    async fn rotate(&self, id: GrantId, from: u32, now: Timestamp) -> Result<bool, StoreFault>;
    /// Revokes one that gave nobody anything, so that nothing ends that anybody had; `true` for exactly one caller.
    async fn revoke(&self, id: GrantId, why: &str, now: Timestamp) -> Result<bool, StoreFault>;
    /// Revokes it with the audit's record of that in the same step (AU-03); `true` for exactly one caller. What was revoked before has no other record.
    async fn end_recorded(&self, ended: &GrantEnded) -> Result<bool, StoreFault>;
    /// Revokes it because somebody used a copy of its token, and keeps the mail about that and the audit's record, in one step (AU-03); `true` for exactly
    /// one caller. A person to whom `MOST_TOLD` such mails went in the last hour gets no other one (LR-12).
    async fn revoke_copied(&self, ended: &GrantEnded, telling: Option<&Telling>) -> Result<bool, StoreFault>;
}

/// How many mails about copied tokens a person gets in an hour at most (LR-12).
pub const MOST_TOLD: u32 = 3;

/// A mail to somebody as it will wait, unreadable here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// To whom.
    pub recipient: String,
    /// What, sealed.
    pub doc: String,
}

/// Makes the mails to people about what happened to their grants.
#[async_trait]
pub trait Tellings: Send + Sync {
    /// That somebody used a copy of a refresh token; `None` for whoever has no mailbox, and when it cannot be made.
    async fn copied(&self, concerned: &Concerned) -> Option<Telling>;
    /// One waits.
    fn waits(&self);
}

/// What applications learn about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The username.
    pub username: String,
    /// The mailbox, and whether we have proof of it.
    pub email: Option<(String, bool)>,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// The account's number.
    pub account_number: String,
    /// The account's name.
    pub account_name: String,
    /// Groups.
    pub groups: BTreeSet<String>,
    /// Roles.
    pub roles: BTreeSet<String>,
    /// The version of the credential now; 0: none.
    pub credential_version: i64,
}

/// People.
#[async_trait]
pub trait Subjects: Send + Sync {
    /// A user as they are now; `None` when user or account is not active.
    async fn subject(&self, user: UserId) -> Result<Option<Subject>, StoreFault>;
}

/// How people may sign in, as the rules are now.
#[async_trait]
pub trait WaysIn: Send + Sync {
    /// Whether a proof of ours (`who.federated` is not set) still lets this person into the client's application, from wherever.
    async fn still_opens(&self, client: &ClientId, who: &SignedIn, subject: &Subject) -> Result<bool, StoreFault>;
}

/// A signing key as stored: sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// Its `kid`.
    pub kid: String,
    /// Its algorithm.
    pub algorithm: Algorithm,
    /// PKCS #8, sealed for the place `key/<kid>`.
    pub sealed: Vec<u8>,
    /// When it was made, and published from.
    pub created_at: Timestamp,
    /// From when on it signs.
    pub signs_from: Timestamp,
}

impl StoredKey {
    /// What keys of one algorithm are ordered by: the last one that has begun is the present one.
    pub fn order(&self) -> (Timestamp, Timestamp, &str) {
        (self.signs_from, self.created_at, &self.kid)
    }
}

/// Signing keys.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// All keys, newest first.
    async fn load(&self) -> Result<Vec<StoredKey>, StoreFault>;
    /// Keeps one.
    async fn add(&self, key: &StoredKey) -> Result<(), StoreFault>;
    /// Keeps the same key with what may change of it: its seal, and from when on it signs.
    async fn put(&self, key: &StoredKey) -> Result<(), StoreFault>;
    /// Forgets one.
    async fn remove(&self, kid: &str) -> Result<(), StoreFault>;
}

/// Everything the provider may reach.
#[derive(Clone)]
pub struct Ports {
    /// Applications.
    pub clients: Arc<dyn Clients>,
    /// Codes.
    pub codes: Arc<dyn Codes>,
    /// Grants.
    pub grants: Arc<dyn Grants>,
    /// Mails about them.
    pub tellings: Arc<dyn Tellings>,
    /// People.
    pub subjects: Arc<dyn Subjects>,
    /// How people may sign in.
    pub ways_in: Arc<dyn WaysIn>,
    /// Signing keys.
    pub keys: Arc<Keys>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub random: Arc<dyn Random>,
    /// Our issuer.
    pub issuer: Issuer,
    /// Wrong credentials of clients.
    pub guesses: Arc<dyn ClientGuesses>,
    /// Assertions that were used.
    pub assertions: Arc<dyn UsedAssertions>,
    /// Pushed authorization requests.
    pub pushed: Arc<dyn PushedRequests>,
    /// Sessions that have ended, to be told to applications.
    pub notices: Arc<dyn LogoutNotices>,
    /// Authenticates the tokens that carry no row of their own.
    pub token_mac: Mac,
    /// Called for every grant that an application has ended, for the metrics.
    pub count_ended: Arc<dyn Fn(&GrantEnded) + Send + Sync>,
}

impl Ports {
    /// Ends a grant by what its application does: with its record, or not at all.
    pub(crate) async fn end_by_application(&self, grant: &GrantRow, why: &'static str, network: &str) -> Result<(), StoreFault> {
        self.end(&GrantEnded::of(grant, why, network, self.clock.now())).await
    }
    /// The same of a grant whose row is not at hand.
    pub(crate) async fn end(&self, ended: &GrantEnded) -> Result<(), StoreFault> {
        if self.grants.end_recorded(ended).await? {
            (self.count_ended)(ended);
        }
        Ok(())
    }
}
