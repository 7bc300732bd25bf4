//! A proof that is under way is found by itself (ADM-14): nobody has to come back and press a button once the record is there.
//!
//! A record says whose domain it is, and not that somebody of this account still wants it. So it is looked for only as long as whoever began
//! the proof may, which is asked once more when the record is there; it ends with the time of the value, with a setup link that is ended by
//! hand, and when the account of whoever began it is taken back. What a program began by a token is looked for by that program. After that
//! "Check now" proves the domain as before.

use std::time::Duration;

use async_trait::async_trait;
use homeward_discovery::{AccountState, User, UserState};
use homeward_model::{AccountId, CaseNumber, DomainName, Timestamp};

use crate::{
    alarm::{self, Alarm},
    authority::Action,
    domains::{self, CHALLENGE, Found, record_value},
    entry::{lets, relation},
    ports::{Deed, Fault, Proved},
    session::Portal,
};

/// A new record is looked for this often.
pub const SOON: Duration = Duration::from_secs(30 * 60);
/// How long after it was drawn a value is looked for every [`SOON`].
const EAGER: Duration = Duration::from_secs(2 * 86_400);
/// How often after that.
const LATER: Duration = Duration::from_secs(6 * 3_600);
/// Domains of one round, and how many of them may be one account's: nobody keeps the others waiting.
const MOST: (u32, u32) = (50, 10);
/// What the record says behind the domain.
const FOUND: &str = ": proved, the record was found";

/// A proof that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub domain: DomainName,
    /// What its record holds.
    pub token: String,
    /// When the value was drawn.
    pub made_at: Timestamp,
    /// Who began it, or answers for the link by which it was begun.
    pub by: User,
    /// The setup link by which it was begun.
    pub link: Option<CaseNumber>,
}

/// What was seen at one look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneLook {
    /// When.
    pub at: Timestamp,
    /// What was found instead; `None`: it was not looked for.
    pub found: Option<Found>,
    /// When to look next; `None`: not by itself any more.
    pub next: Option<Timestamp>,
}

/// Proofs that are looked for.
#[async_trait]
pub trait SoughtDomains: Send + Sync {
    /// Those whose time has come and whose value was drawn after that time, the longest waiting first; at most so many, and so many of one account.
    async fn sought(&self, (now, drawn_after): (Timestamp, Timestamp), (most, of_one): (u32, u32)) -> Result<Vec<Sought>, Fault>;
    /// The record was there: from now on the domain is this account's, unless another one has proved it, or somebody has ended the search meanwhile.
    async fn prove_sought(&self, sought: &Sought, deed: &Deed) -> Result<Proved, Fault>;
    /// Notes a look, while the proof is still under way with this value.
    async fn note_sought(&self, sought: &Sought, looked: &OneLook) -> Result<(), Fault>;
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// The record is there, and the domain counts.
    Proved,
    /// It is not there, or another account has proved the domain.
    NotYet,
    /// It is not looked for by itself any more, or somebody has done something with it meanwhile.
    Over,
}

/// When a record that is not there is looked for next.
fn next(made_at: Timestamp, found: &Found, at: Timestamp) -> Timestamp {
    let is_new = at.since(made_at) < EAGER && *found != Found::Taken;
    at.plus(if is_new { SOON } else { LATER })
}

/// The proofs whose time has come.
///
/// # Errors
/// `Fault`.
pub async fn due(portal: &Portal) -> Result<Vec<Sought>, Fault> {
    let now = portal.now();
    portal.domains.sought((now, now.minus(CHALLENGE)), MOST).await
}

/// Looks for one, and keeps what was seen.
///
/// # Errors
/// `Fault`.
pub async fn seek(portal: &Portal, sought: &Sought) -> Result<Sight, Fault> {
    let found = match domains::look(portal, &sought.domain, &record_value(&sought.token)).await {
        Some(found) => found,
        // Lists of everybody's domains grow. What ends the search ends it in the store, where the proof asks for it once more.
        None if domains::nobodys(&sought.domain).is_some() || !may_still(portal, sought).await? => {
            portal.domains.note_sought(sought, &OneLook { at: portal.now(), found: None, next: None }).await?;
            return Ok(Sight::Over);
        }
        None => match portal.domains.prove_sought(sought, &deed(portal, sought)).await? {
            Proved::Done => return Ok(Sight::Proved),
            Proved::Otherwise => return Ok(Sight::Over),
            Proved::Taken => Found::Taken,
        },
    };
    let at = portal.now();
    let next = next(sought.made_at, &found, at);
    portal.domains.note_sought(sought, &OneLook { at, found: Some(found), next: Some(next) }).await?;
    Ok(Sight::NotYet)
}

/// On record under whoever began it: nobody else wanted it. The administrators and that person are told, in the transaction of the proof.
fn deed(portal: &Portal, sought: &Sought) -> Deed {
    Deed {
        event: "portal.domain",
        by: sought.by.id,
        link: sought.link.clone(),
        account: sought.account,
        user: None,
        detail: format!("{}{FOUND}", sought.domain),
        network: "worker".to_owned(),
        at: portal.now(),
        alarm: Some(Alarm::DomainProved),
    }
}

/// The domain of a step that tells of such a proof.
pub fn domain_of(step: &alarm::Step) -> Option<DomainName> {
    let detail = step.detail.split(" [token ").next()?;
    DomainName::parse(detail.strip_suffix(FOUND).or_else(|| detail.strip_suffix(domains::PROVED))?).ok()
}

/// Whether whoever began it may prove domains there today.
async fn may_still(portal: &Portal, sought: &Sought) -> Result<bool, Fault> {
    let Some(account) = portal.accounts.account(sought.account).await? else { return Ok(false) };
    let Some(home) = portal.accounts.account(sought.by.account).await? else { return Ok(false) };
    if sought.by.state != UserState::Active || account.state != AccountState::Active || home.state != AccountState::Active {
        return Ok(false);
    }
    let roles = portal.roles.of(sought.by.id).await?;
    Ok(lets(&roles, &account, Action::ProveDomains, relation(portal, home.id, &account).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ADM-14: often in the first days, and seldom after that or where it can prove nothing.
    #[test]
    fn adm_14_a_record_that_does_not_come_is_looked_for_less_often() {
        let made = Timestamp::from_seconds(1_800_000_000);
        let waits = |after: Duration, found: Found| next(made, &found, made.plus(after)).since(made.plus(after));
        for found in [Found::Nothing, Found::NoAnswer, Found::Others(vec!["x".into()]), Found::Elsewhere("a.example".into())] {
            assert_eq!(waits(Duration::ZERO, found.clone()), SOON);
            assert_eq!(waits(EAGER - Duration::from_secs(1), found.clone()), SOON);
            assert_eq!(waits(EAGER, found), LATER);
        }
        assert_eq!(waits(Duration::ZERO, Found::Taken), LATER, "it is there, and proves nothing as long as the other account has the domain");
    }
}
