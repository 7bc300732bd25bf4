//! Domains of an account, and their proof: a TXT record that only the domain's owner can set (B7, ADM-14, LH-07).

use std::time::Duration;

use homeward_discovery::DomainClaim;
use homeward_model::{DomainName, Timestamp, random_token};
use serde::{Deserialize, Serialize};

use crate::{
    alarm::Alarm,
    authority::Action,
    domain_search::SOON,
    domain_undo::is_above,
    entry::Granted,
    mail_domains::is_everybodys,
    public_suffix::is_public_suffix,
    ports::{Fault, Looked, Moved, Proved},
    session::Portal,
};

/// Domains that an account may have.
pub const MOST: usize = 100;
/// So long a value proves a domain; a new one is drawn after that.
pub const CHALLENGE: Duration = Duration::from_secs(14 * 86_400);
/// Records that are shown, and characters of each.
const SHOWN: (usize, usize) = (5, 120);

/// What the record says behind a domain that somebody has proved by a button or the API.
pub(crate) const PROVED: &str = ": proved";

/// A proof, under way or made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What the record holds, drawn for this account and domain.
    pub token: String,
    /// When it was last looked for, and what was there instead.
    pub looked: Option<(Timestamp, Found)>,
    /// When the value was drawn.
    pub made_at: Option<Timestamp>,
    /// When it was found for the first time.
    pub proved_at: Option<Timestamp>,
    /// Since when the record is missing again.
    pub lost_at: Option<Timestamp>,
    /// Since when the domain counts for nothing because of that.
    pub off_at: Option<Timestamp>,
    /// While it is under way: when it is looked for next without a button; `None`: it is not.
    pub sought_at: Option<Timestamp>,
}

impl Proof {
    /// Until when the value can prove the domain; `None` for one that has proved it, whose record is looked for again.
    pub fn until(&self) -> Option<Timestamp> {
        self.made_at.filter(|_| self.proved_at.is_none()).map(|at| at.plus(CHALLENGE))
    }
    /// Whether its time is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.proved_at.is_none() && self.until().is_none_or(|until| until <= now)
    }
}

/// What was found instead of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// No TXT record of that name.
    Nothing,
    /// Other TXT records.
    Others(Vec<String>),
    /// The right record under another name: many DNS pages add the domain to a name by themselves.
    Elsewhere(String),
    /// No answer: the domain's name servers, or ours, are away.
    NoAnswer,
    /// The record is right, and another account has proved the domain before.
    Taken,
}

/// A domain as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainShown {
    /// The claim; discovery counts it once it is verified.
    pub claim: DomainClaim,
    /// The proof, while it is under way.
    pub proof: Option<Proof>,
    /// Active users whose username ends in it; `None` where the one who asks sees nobody.
    pub people: Option<u64>,
}

/// Name of the record for a domain.
pub fn record_name(domain: &DomainName) -> String {
    format!("_signin-check.{domain}")
}

/// Text of the record.
pub fn record_value(token: &str) -> String {
    format!("signin-verify={token}")
}

/// The domains of an account, by name.
///
/// # Errors
/// `Fault`.
pub async fn list(portal: &Portal, granted: &Granted) -> Result<Vec<DomainShown>, Fault> {
    // Whoever has just changed them sees them.
    granted.is_for(Action::ReadDomains).or_else(|_| granted.is_for(Action::ProveDomains))?;
    let account = granted.account().id;
    let all = portal.domains.of(account).await?;
    // A setup link shows nobody, not even in numbers.
    let people = if granted.may(Action::ReadUsers) { Some(portal.domains.people(account).await?) } else { None };
    let count = |domain: &DomainName| people.as_ref().map(|people| people.iter().find(|(other, _)| other == domain).map_or(0, |(_, count)| *count));
    Ok(all.into_iter().map(|(claim, proof)| DomainShown { people: count(&claim.domain), claim, proof }).collect())
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainDone {
    /// It is there, and is to be proved.
    Added(DomainName),
    /// It is proved, and counts from now on.
    Proved(DomainName),
    /// Not proved: this was found instead.
    NotYet(DomainName, Found),
    /// It is given up.
    GivenUp(DomainName),
    /// It was so already.
    Already,
    /// Not a domain name.
    NoDomain,
    /// Everybody's mail is there, so that it is nobody's.
    Everybodys,
    /// Anybody registers names there, so that it is nobody's.
    Suffix,
    /// Nobody proved it in time; a new value is needed.
    Expired(DomainName),
    /// The account has as many as it may have.
    TooMany,
    /// The account has no such domain.
    Unknown,
}

/// Adds a domain, which counts for nothing before it is proved.
///
/// # Errors
/// `Fault`.
pub async fn add(portal: &Portal, granted: &Granted, typed: &str) -> Result<DomainDone, Fault> {
    granted.is_for(Action::ProveDomains)?;
    let account = granted.account().id;
    // What people paste: an address, or a URL's host with "@" or blanks around it.
    let typed = typed.trim();
    let Ok(domain) = DomainName::parse(typed.rsplit_once('@').map_or(typed, |(_, domain)| domain)) else { return Ok(DomainDone::NoDomain) };
    if let Some(why) = nobodys(&domain) {
        return Ok(why);
    }
    let known = portal.domains.of(account).await?;
    match known.iter().find(|(claim, _)| claim.domain == domain) {
        Some((claim, proof)) if claim.verified_at.is_some() || proof.as_ref().is_some_and(|proof| !proof.is_over(portal.now())) => return Ok(DomainDone::Already),
        None if known.len() >= MOST => return Ok(DomainDone::TooMany),
        Some(_) | None => {}
    }
    let deed = granted.deed(portal, "portal.domain", None, format!("{domain}: added"));
    // A token may end before the proof does.
    let sought_at = granted.token().is_none().then(|| deed.at.plus(SOON));
    Ok(match portal.domains.add(account, (&domain, &random_token(portal.random.as_ref()), sought_at), &deed).await? {
        Moved::Done => DomainDone::Added(domain),
        Moved::Otherwise | Moved::LastWayIn => DomainDone::Already,
    })
}

/// Why a domain can be no account's own.
pub(crate) fn nobodys(domain: &DomainName) -> Option<DomainDone> {
    if is_everybodys(domain) {
        return Some(DomainDone::Everybodys);
    }
    is_public_suffix(domain).then_some(DomainDone::Suffix)
}

/// Looks for the record now.
///
/// # Errors
/// `Fault`.
pub async fn check(portal: &Portal, granted: &Granted, typed: &str) -> Result<DomainDone, Fault> {
    granted.is_for(Action::ProveDomains)?;
    let account = granted.account().id;
    let Ok(domain) = DomainName::parse(typed) else { return Ok(DomainDone::Unknown) };
    let known = portal.domains.of(account).await?.into_iter().find(|(claim, _)| claim.domain == domain);
    let proof = match known {
        None => return Ok(DomainDone::Unknown),
        Some((claim, proof)) if claim.verified_at.is_some() && proof.as_ref().is_none_or(|proof| proof.lost_at.is_none()) => return Ok(DomainDone::Already),
        Some((_, None)) => return Ok(DomainDone::Unknown),
        Some((_, Some(proof))) if proof.is_over(portal.now()) => return Ok(DomainDone::Expired(domain)),
        Some((_, Some(proof))) => proof,
    };
    let found = match look(portal, &domain, &record_value(&proof.token)).await {
        Some(found) => found,
        None => {
            // Lists of everybody's domains grow; what was added before is looked at again.
            if let Some(why) = nobodys(&domain) {
                return Ok(why);
            }
            let deed = granted.deed(portal, "portal.domain", None, format!("{domain}{PROVED}")).telling(Alarm::DomainProved);
            match portal.domains.prove(account, (&domain, &proof.token), &deed).await? {
                Proved::Done => return Ok(DomainDone::Proved(domain)),
                Proved::Otherwise => return Ok(DomainDone::Already),
                Proved::Taken => Found::Taken,
            }
        }
    };
    portal.domains.looked(account, &domain, (&found, portal.now())).await?;
    Ok(DomainDone::NotYet(domain, found))
}

/// `None`: the record is there.
pub(crate) async fn look(portal: &Portal, domain: &DomainName, value: &str) -> Option<Found> {
    let name = record_name(domain);
    let records = match portal.records.txt(&name).await {
        Looked::NoAnswer => return Some(Found::NoAnswer),
        Looked::Records(records) => records,
    };
    if holds(&records, value) {
        return None;
    }
    if !records.is_empty() {
        return Some(Found::Others(records.iter().take(SHOWN.0).map(|record| shown(record)).collect()));
    }
    for elsewhere in [format!("{name}.{domain}"), domain.to_string()] {
        if let Looked::Records(records) = portal.records.txt(&elsewhere).await
            && holds(&records, value)
        {
            return Some(Found::Elsewhere(elsewhere));
        }
    }
    Some(Found::Nothing)
}

/// To the letter; blanks and quotation marks around it are a matter of the page on which it was entered.
fn holds(records: &[String], value: &str) -> bool {
    records.iter().any(|record| record.trim().trim_matches('"') == value)
}

/// What somebody else wrote into a record, fit to be shown.
fn shown(record: &str) -> String {
    record.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).take(SHOWN.1).collect()
}

/// Gives a domain up: nobody is led to this account by it any more.
///
/// # Errors
/// `Fault`.
pub async fn give_up(portal: &Portal, granted: &Granted, typed: &str) -> Result<DomainDone, Fault> {
    granted.is_for(Action::GiveUpDomains)?;
    let Ok(domain) = DomainName::parse(typed) else { return Ok(DomainDone::Unknown) };
    let deed = granted.deed(portal, "portal.domain", None, format!("{domain}: given up"));
    let is_proved = portal.domains.of(granted.account().id).await?.iter().any(|(claim, _)| claim.domain == domain && claim.verified_at.is_some());
    let deed = if is_proved { deed.telling(Alarm::Domain) } else { deed };
    Ok(match portal.domains.give_up(granted.account().id, (&domain, is_above(granted)), &deed).await? {
        Moved::Done => DomainDone::GivenUp(domain),
        Moved::Otherwise | Moved::LastWayIn => DomainDone::Unknown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_holds_the_value_to_the_letter() {
        let value = record_value("aB3");
        for good in ["signin-verify=aB3", " signin-verify=aB3 ", "\"signin-verify=aB3\""] {
            assert!(holds(&["v=spf1 -all".into(), good.into()], &value), "{good}");
        }
        for bad in ["signin-verify=ab3", "signin-verify=aB3x", "x signin-verify=aB3", "signin-verify=", ""] {
            assert!(!holds(&[bad.into()], &value), "{bad}");
        }
        assert_eq!(shown(&format!("a\u{1b}[31m{}", "x".repeat(500))).chars().count(), SHOWN.1);
        assert!(!shown("a\u{1b}\n").contains(char::is_control));
    }
}
