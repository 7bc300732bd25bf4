//! A domain that was given up can be taken back for a day, like the other steps that decide who gets in: as it was, with the record that proved
//! it, which is looked for again at once.
//!
//! Not where another account has proved it meanwhile, and not by the account itself where somebody from above took it from them. Whoever is not
//! told why learns nothing about other accounts: the domain can be proved anew in any case.

use async_trait::async_trait;
use homeward_model::{AccountId, DomainName, Timestamp};

use crate::{
    alarm::Alarm,
    authority::{Action, Relation},
    domains::{MOST, nobodys},
    entry::Granted,
    ports::{Deed, Fault},
    session::Portal,
    standing::UNDO,
};

/// A domain that was given up lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenUp {
    /// Which.
    pub domain: DomainName,
    /// When.
    pub at: Timestamp,
}

impl GivenUp {
    /// Until when it can be taken back.
    pub fn until(&self) -> Timestamp {
        self.at.plus(UNDO)
    }
}

/// What became of it in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// It is there as it was, and is looked at next.
    Done,
    /// The account has proved it again.
    Already,
    /// It was not given up since then, or not by the account itself, or another account has proved it.
    Gone,
}

/// Domains that were given up.
#[async_trait]
pub trait GivenUpDomains: Send + Sync {
    /// Those of an account since that time that it does not speak for, by name; `all`: also those that somebody from above gave up.
    async fn given_up(&self, account: AccountId, since: Timestamp, all: bool) -> Result<Vec<GivenUp>, Fault>;
    /// Puts one back as it was.
    async fn put_back(&self, account: AccountId, domain: (&DomainName, Timestamp, bool), deed: &Deed) -> Result<Return, Fault>;
}

/// What came of taking one back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenBack {
    /// It counts again.
    Done(DomainName),
    /// The account has proved it again.
    Already,
    /// It cannot be taken back any more.
    Gone,
    /// The account has as many as it may have.
    TooMany,
}

/// The domains that were given up in the last day. A setup link shows none.
///
/// # Errors
/// `Fault`.
pub async fn list(portal: &Portal, granted: &Granted) -> Result<Vec<GivenUp>, Fault> {
    granted.is_for(Action::ReadDomains).or_else(|_| granted.is_for(Action::ProveDomains))?;
    if granted.guest().is_some() {
        return Ok(Vec::new());
    }
    portal.domains.given_up(granted.account().id, portal.now().minus(UNDO), is_above(granted)).await
}

/// Whether somebody looks at the account from above.
pub(crate) fn is_above(granted: &Granted) -> bool {
    granted.relation() != Relation::Own
}

/// Takes one back. The administrators are told.
///
/// # Errors
/// `Fault`.
pub async fn take_back(portal: &Portal, granted: &Granted, typed: &str) -> Result<TakenBack, Fault> {
    granted.is_for(Action::GiveUpDomains)?;
    let account = granted.account().id;
    let Some(domain) = DomainName::parse(typed).ok().filter(|domain| nobodys(domain).is_none()) else { return Ok(TakenBack::Gone) };
    let known = portal.domains.of(account).await?;
    if known.len() >= MOST && known.iter().all(|(claim, _)| claim.domain != domain) {
        return Ok(TakenBack::TooMany);
    }
    let deed = granted.deed(portal, "portal.domain", None, format!("{domain}: taken back")).telling(Alarm::Domain);
    let since = deed.at.minus(UNDO);
    Ok(match portal.domains.put_back(account, (&domain, since, is_above(granted)), &deed).await? {
        Return::Done => TakenBack::Done(domain),
        Return::Already => TakenBack::Already,
        Return::Gone => TakenBack::Gone,
    })
}
