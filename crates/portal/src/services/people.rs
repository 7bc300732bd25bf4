//! Those who have allowed something: what one of them has allowed is ended, and whether their token is alive is tried. The token itself is
//! shown to nobody.

use std::collections::BTreeSet;

use homeward_federation::delegated::{DelegationError, GrantKey, PERMISSIONS, Resource, TokenAnswer, Want, WhyConsent};
use homeward_model::{ConnectionId, Timestamp, UserId};

use crate::{authority::Action, entry::Granted, ports::Fault, session::Portal};

/// What came of ending what somebody has allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It is forgotten: no application gets a token of it any more.
    Done,
    /// There was nothing.
    Already,
    /// This account has no such connection, or no such user.
    Nobody,
}

/// Ends what one person has allowed.
///
/// # Errors
/// `Fault`.
pub async fn end(portal: &Portal, granted: &Granted, id: ConnectionId, user: UserId) -> Result<Ended, Fault> {
    granted.is_for(Action::ChangeServices)?;
    let account = granted.account().id;
    let Some(stored) = portal.sign_on.one(account, id).await? else { return Ok(Ended::Nobody) };
    if portal.people.one(account, user).await?.is_none() {
        return Ok(Ended::Nobody);
    }
    let deed = granted.deed(portal, "portal.consent_ended", Some(user), stored.connection.name);
    Ok(if portal.services.end(account, (id, user), &deed).await? { Ended::Done } else { Ended::Already })
}

/// What a person's token of one interface is worth now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The interface.
    pub resource: Resource,
    /// What came of it.
    pub answer: Answer,
}

/// What came of asking for a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is alive until then, and allows this.
    Live(Timestamp, BTreeSet<String>),
    /// The person must consent first.
    ConsentNeeded(WhyConsent),
    /// Microsoft gave none; the code says why.
    Refused(String),
    /// Somebody else refreshes it just now.
    Busy,
    /// The registration cannot be used as it is entered.
    Unusable,
}

/// A test for the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tests {
    /// Whose tokens.
    pub username: String,
    /// Interface by interface.
    pub tried: Vec<Tried>,
}

/// Asks for a live token of one person, as an application would. `None`: this account has no such connection with delegated access, or
/// no such user.
///
/// # Errors
/// `Fault`.
pub async fn test(portal: &Portal, granted: &Granted, id: ConnectionId, user: UserId) -> Result<Option<Tests>, Fault> {
    granted.is_for(Action::PrepareServices)?;
    let account = granted.account().id;
    let (Some(stored), Some(listed)) = (portal.sign_on.one(account, id).await?, portal.people.one(account, user).await?) else { return Ok(None) };
    let settings = stored.settings();
    let Some(own) = settings.delegated.as_deref() else { return Ok(None) };
    portal.activity.note(&granted.deed(portal, "portal.token_tested", Some(user), stored.connection.name)).await?;
    let mut tried = Vec::new();
    for resource in Resource::ALL.into_iter().filter(|resource| !own.of(*resource).is_empty()) {
        // Any token of the interface will do: it is shown to nobody.
        let most = PERMISSIONS.iter().map(|permission| permission.name.to_owned()).collect();
        let want = Want { resource, needed: own.of(resource), most, client: None };
        let asked = portal.delegation.token(own, GrantKey { connection: id, user }, &want, portal.clock.as_ref(), portal.random.as_ref()).await;
        let answer = match asked {
            Ok(TokenAnswer::Live { permissions, until, .. }) => Answer::Live(until, permissions),
            Ok(TokenAnswer::ConsentNeeded(why)) => Answer::ConsentNeeded(why),
            Err(DelegationError::Store(fault)) => return Err(Fault(fault.to_string())),
            Err(DelegationError::Busy) => Answer::Busy,
            Err(DelegationError::Provider(failure)) => Answer::Refused(failure.code),
            Err(DelegationError::TooMuch(_) | DelegationError::NoPermission | DelegationError::Consent(_) | DelegationError::Identity(_) | DelegationError::Settings(_) | DelegationError::Secret) => Answer::Unusable,
        };
        tried.push(Tried { resource, answer });
    }
    Ok(Some(Tests { username: listed.user.username.typed().to_owned(), tried }))
}
