//! Domains of an account, and the domain name system that proves them.

use async_trait::async_trait;
use homeward_discovery::DomainClaim;
use homeward_model::{AccountId, DomainName, Timestamp};

use super::{Deed, Fault, Moved};
use crate::{
    domain_search::SoughtDomains,
    domain_undo::GivenUpDomains,
    domain_watch::{Due, Seen},
    domains::{Found, Proof},
};

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
