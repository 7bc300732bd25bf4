//! What delegated access and "Start Azure integration" need from outside, and what they keep between their hops.
//!
//! A request for consent begins in a browser of ours and is answered there: its record is found by `state` and that browser together,
//! once. A one-time link stands before those that an administrator begins; it is used up by what comes of it, not by looking at it.

use std::{collections::BTreeSet, pin::Pin};

use async_trait::async_trait;
use homeward_discovery::Account;
use homeward_federation::{
    ConnectionSettings, Pending,
    delegated::{GrantKey, PendingConsent},
};
use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, AccountNumber, ConnectionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::{federated::Connected, ports::AuditEvent, stage::ConsentErrand};

/// What an administrator was sent a link for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartLink {
    /// "Start Azure integration" for this account.
    Azure(AccountId),
    /// "Grant admin consent" for the delegated access of this connection (B-145).
    Administrator(ConnectionId),
}

/// Somebody began it in the account portal, and comes back there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FromPortal {
    /// Who.
    pub by: UserId,
    /// The draft of a connection that is filled; `None`: a new one is made.
    pub into: Option<ConnectionId>,
}

/// What the account portal knows of the browser that comes back. Whoever began there may have lost the role, the session or the account
/// while they were at Microsoft.
pub trait AtPortal {
    /// Whether this browser has the portal's session of whoever began it, who may still do it in that account.
    fn still_may<'a>(&'a self, by: UserId, account: &'a AccountNumber, what: InPortal) -> StillMay<'a>;
}

/// The answer; it may need the request of the browser, which stays in its thread.
pub type StillMay<'a> = Pin<Box<dyn Future<Output = Result<bool, StoreFault>> + 'a>>;

/// What an administrator of the portal does at Microsoft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InPortal {
    /// A connection is made, or filled.
    Connected,
    /// The organisation's consent is given.
    Consented,
}

/// A request that is at Microsoft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentRequest {
    /// A person consents.
    Grant {
        /// What was sent.
        pending: Box<PendingConsent>,
        /// Who needs it.
        errand: ConsentErrand,
    },
    /// An administrator consents for the tenant of a connection.
    Administrator {
        /// The connection.
        connection: ConnectionId,
        /// What is consented to.
        permissions: BTreeSet<String>,
        /// The link.
        link: [u8; 32],
        /// Who began it in the portal; `None`: whoever has the link.
        #[serde(default)]
        portal: Option<FromPortal>,
    },
    /// An administrator accepts this installation's registration.
    Azure {
        /// For this account.
        account: AccountId,
        /// The link.
        link: [u8; 32],
        /// Who began it in the portal; `None`: whoever has the link.
        #[serde(default)]
        portal: Option<FromPortal>,
    },
    /// The same administrator proves the tenant by an ID token.
    AzureProof {
        /// What will be kept.
        draft: Box<Draft>,
        /// What was sent.
        pending: Box<Pending>,
        /// Who began it in the portal; `None`: whoever has the link.
        #[serde(default)]
        portal: Option<FromPortal>,
    },
}

/// A connection that waits for the proof of its tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its id, known before, because its secret is sealed for it.
    pub id: ConnectionId,
    /// Whose.
    pub account: AccountId,
    /// Its settings.
    pub settings: ConnectionSettings,
    /// The link.
    pub link: [u8; 32],
}

/// What came of keeping a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drafted {
    /// It is there, under this name.
    Made(String),
    /// The account has a connection to this tenant, under this name; nothing was changed.
    Connected(String),
    /// The link was used meanwhile.
    LinkOver,
    /// Once it is on, nobody could administer the account without it (B-164); nothing was changed, and the link stays.
    SoleWay,
}

/// An administrator's consent for the tenant of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdministratorConsent {
    /// When.
    pub at: Timestamp,
    /// To what.
    pub permissions: BTreeSet<String>,
}

/// Requests for consent that are under way, and what comes of them. Links and states are stored as SHA-256 only.
#[async_trait]
pub trait Consents: Send + Sync {
    /// Keeps a link until then.
    async fn keep_link(&self, hash: &[u8; 32], link: StartLink, until: Timestamp) -> Result<(), StoreFault>;
    /// A link that is neither used nor over. Looking at it uses nothing up.
    async fn link(&self, hash: &[u8; 32], now: Timestamp) -> Result<Option<StartLink>, StoreFault>;
    /// Keeps a request of a browser until then. One person, or one link, has eight under way at most: the oldest of more is forgotten.
    async fn keep_request(&self, state: &[u8; 32], browser: &str, request: &ConsentRequest, until: Timestamp) -> Result<(), StoreFault>;
    /// Hands a request to the browser that began it, once; another browser gets `None` and uses nothing up.
    async fn take_request(&self, state: &[u8; 32], browser: &str, now: Timestamp) -> Result<Option<ConsentRequest>, StoreFault>;
    /// An account.
    async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreFault>;
    /// The connections of an account that have delegated access.
    async fn delegated_of(&self, account: AccountId) -> Result<Vec<Connected>, StoreFault>;
    /// Whether answers to requests of some connection arrive at this path.
    async fn returns_at(&self, path: &str) -> Result<bool, StoreFault>;
    /// Uses the link up and keeps the draft, all or nothing. Where the account has a draft of this id already, it is filled, if nothing
    /// was entered for it.
    async fn keep_draft(&self, draft: &Draft, now: Timestamp) -> Result<Drafted, StoreFault>;
    /// Uses the link up and keeps the consent, all or nothing; whether it did.
    async fn keep_administrator(&self, link: &[u8; 32], connection: ConnectionId, consent: &AdministratorConsent) -> Result<bool, StoreFault>;
    /// The last consent of an administrator.
    async fn administrator(&self, connection: ConnectionId) -> Result<Option<AdministratorConsent>, StoreFault>;
    /// Forgets what a person has granted, with the audit's line in the same step (AU-03); whether there was anything.
    async fn forget_granted(&self, key: GrantKey, line: &AuditEvent) -> Result<bool, StoreFault>;
}
