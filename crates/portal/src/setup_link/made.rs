//! Setup links as the account's own people see them: made, listed, ended.

use std::time::Duration;

use homeward_discovery::ConnectionState;
use homeward_model::{CaseNumber, ConnectionId, EmailAddress, random_token};

use super::{DAY, HOURS, MOST_A_DAY, SetupLink, ports::{FoundLink, SetupLetter}, standing};
use crate::{
    alarm::Alarm,
    authority::{Action, BY_LINK},
    entry::Granted,
    ports::Fault,
    session::Portal,
    tokens::Scope,
};

/// Links that the page shows.
const SHOWN: u32 = 50;
/// Domains that a mail names.
const NAMED: usize = 3;

/// How a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It works.
    Works,
    /// It was ended.
    Ended,
    /// Its time is over.
    Over,
    /// Whoever made it may not make one any more.
    Dead,
}

/// A link in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkShown {
    /// The link.
    pub link: SetupLink,
    /// What its connection is called, when it has one.
    pub provider: Option<String>,
    /// The username of whoever made it, when it is somebody of this account.
    pub maker: Option<String>,
    /// How it stands.
    pub standing: Standing,
}

/// The page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The newest first.
    pub links: Vec<LinkShown>,
    /// Connections that a new link can be for.
    pub connections: Vec<(ConnectionId, String)>,
}

/// The setup links of the account.
///
/// # Errors
/// `Fault`.
pub async fn list(portal: &Portal, granted: &Granted) -> Result<Links, Fault> {
    // Whoever has just made one sees them.
    granted.is_for(Action::ReadSetupLinks).or_else(|_| granted.is_for(Action::MakeSetupLink))?;
    let account = granted.account().id;
    let mut links = Vec::new();
    for found in portal.setup_links.of(account, SHOWN).await? {
        let standing = stands(portal, &found).await?;
        let maker = (found.maker.account == account).then(|| found.maker.username.typed().to_owned());
        links.push(LinkShown { link: found.link, provider: found.provider, maker, standing });
    }
    let all = portal.accounts.connections(account).await?;
    let live = all.into_iter().filter(|(connection, _)| connection.state != ConnectionState::Retired);
    Ok(Links { links, connections: live.map(|(connection, _)| (connection.id, connection.name)).collect() })
}

async fn stands(portal: &Portal, found: &FoundLink) -> Result<Standing, Fault> {
    Ok(match (found.link.ended_at, portal.now() >= found.link.until) {
        (Some(_), _) => Standing::Ended,
        (None, true) => Standing::Over,
        (None, false) if standing(portal, found).await?.is_some() => Standing::Works,
        (None, false) => Standing::Dead,
    })
}

/// What somebody wants.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// The connection, or nothing: the one that is added by the link.
    pub connection: &'a str,
    /// For how many hours.
    pub hours: &'a str,
    /// The address that it is mailed to, or nothing.
    pub email: &'a str,
    /// The language of the mail, by its code.
    pub language: &'a str,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// The link, which is shown this once.
    Done {
        /// Its address.
        address: String,
        /// The link.
        link: SetupLink,
        /// Where it was mailed to.
        mailed: Option<EmailAddress>,
    },
    /// This account has no such connection, or it is off for good.
    Connection,
    /// The hours are no number within [`HOURS`].
    Hours,
    /// The address cannot be one.
    Email,
    /// The account has made [`MOST_A_DAY`] within a day.
    TooMany,
}

/// The first scope that a link opens and the token of the caller does not have. A link works for somebody else, also once the token was
/// ended: a token gives no more by one than it may itself (AD-02). `None`: nothing is missing, or somebody calls without a token.
pub fn lacking(granted: &Granted) -> Option<Scope> {
    let token = granted.token()?;
    BY_LINK.iter().filter_map(|action| Scope::of(*action)).find(|scope| !token.scopes.contains(scope))
}

/// Makes a link. The administrators are told.
///
/// # Errors
/// `Fault`, also for a token that is [`lacking`] something.
pub async fn make(portal: &Portal, granted: &Granted, wanted: &Wanted<'_>) -> Result<Made, Fault> {
    granted.is_for(Action::MakeSetupLink)?;
    if let Some(scope) = lacking(granted) {
        return Err(Fault(format!("a token without {} makes no link", scope.word())));
    }
    let (actor, account, now) = (granted.actor()?, granted.account(), portal.now());
    let Some(hours) = wanted.hours.trim().parse::<u32>().ok().filter(|hours| HOURS.contains(hours)) else { return Ok(Made::Hours) };
    let to = match wanted.email.trim() {
        "" => None,
        typed => match EmailAddress::parse(typed) {
            Ok(to) => Some(to),
            Err(_) => return Ok(Made::Email),
        },
    };
    let connection = match wanted.connection {
        "" => None,
        typed => match usable(portal, granted, typed).await? {
            Some(found) => Some(found),
            None => return Ok(Made::Connection),
        },
    };
    let token = random_token(portal.random.as_ref());
    // The time of a token's link ends with that of the token.
    let until = now.plus(Duration::from_secs(u64::from(hours) * 3_600));
    let until = granted.token().map_or(until, |token| until.min(token.expires_at));
    let (id, provider) = connection.unzip();
    let link = SetupLink {
        reference: CaseNumber::generate(portal.random.as_ref()),
        account: account.id,
        connection: id,
        maker: actor.user.id,
        roles: actor.roles.clone(),
        made_at: now,
        until,
        ended_at: None,
        opened_at: None,
    };
    let detail = format!("{}: {}, {hours} h{}", link.reference, provider.as_deref().unwrap_or("a new connection"), if to.is_some() { ", by mail" } else { "" });
    let deed = granted.deed(portal, "portal.setup_link", None, detail).telling(Alarm::SetupLink);
    if !portal.setup_links.make(&homeward_sealing::sha256(token.as_bytes()), &link, (MOST_A_DAY, now.minus(DAY)), &deed).await? {
        return Ok(Made::TooMany);
    }
    let address = format!("{}/setup?token={token}", portal.base);
    if let Some(to) = &to {
        let letter = SetupLetter {
            account: account.clone(),
            name: actor.name(),
            provider,
            link: address.clone(),
            until: link.until,
            domains: unproved(portal, granted).await?,
            language: wanted.language.to_owned(),
        };
        portal.setup_mail.send(to, &letter).await?;
    }
    Ok(Made::Done { address, link, mailed: to })
}

/// A connection of the account that somebody can still set up, with its name.
async fn usable(portal: &Portal, granted: &Granted, typed: &str) -> Result<Option<(ConnectionId, String)>, Fault> {
    let Some(id) = ConnectionId::parse(typed) else { return Ok(None) };
    let found = portal.sign_on.one(granted.account().id, id).await?;
    Ok(found.filter(|stored| stored.connection.state != ConnectionState::Retired).map(|stored| (id, stored.connection.name)))
}

async fn unproved(portal: &Portal, granted: &Granted) -> Result<Vec<String>, Fault> {
    let domains = portal.domains.of(granted.account().id).await?;
    Ok(domains.into_iter().filter(|(claim, _)| claim.verified_at.is_none()).take(NAMED).map(|(claim, _)| claim.domain.to_unicode()).collect())
}

/// What came of ending a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It works no more.
    Done,
    /// It had ended before.
    Already,
    /// The account has no such link.
    Nothing,
}

/// Ends a link, and every session that began by it.
///
/// # Errors
/// `Fault`.
pub async fn end(portal: &Portal, granted: &Granted, typed: &str) -> Result<Ended, Fault> {
    granted.is_for(Action::EndSetupLink)?;
    let Some(reference) = CaseNumber::parse(typed) else { return Ok(Ended::Nothing) };
    let account = granted.account().id;
    let deed = granted.deed(portal, "portal.setup_link", None, format!("{reference}: ended"));
    if portal.setup_links.end(account, &reference, &deed).await? {
        return Ok(Ended::Done);
    }
    let there = portal.setup_links.of(account, SHOWN).await?;
    Ok(if there.iter().any(|found| found.link.reference == reference) { Ended::Already } else { Ended::Nothing })
}
