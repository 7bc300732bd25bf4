//! Endpoints that an OpenID Provider publishes now and did not before: codes and people would go there, so they wait for somebody's word
//! (OR-04, OR-19). What has the digest that was seen is taken over or refused, and nothing that came since.

use homeward_federation::{
    ConnectionSettings, Protocol,
    waiting::{Difference, Waiting},
};
use homeward_model::{AccountId, ConnectionId, Timestamp};

use super::{Stored, changed, ports::Word, reached};
use crate::{alarm::Alarm, authority::Action, entry::Granted, ports::Fault, session::Portal};

/// What waits, for the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moves {
    /// What names it.
    pub digest: String,
    /// Endpoint by endpoint.
    pub rows: Vec<Difference>,
    /// Since when.
    pub since: Timestamp,
}

/// What came of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// It counts.
    Done,
    /// Something else waits by now, or something else was entered.
    Elsewhere,
    /// People sign in through the connection: nobody outside decides where they are sent (ADM-13).
    IsOn,
    /// This account has no such connection.
    Nobody,
}

/// What waits of a connection; `None` when nothing does that could be taken over.
pub(super) async fn moves(portal: &Portal, account: AccountId, stored: &Stored) -> Result<Option<Moves>, Fault> {
    Ok(waiting(portal, account, stored).await?.map(|found| Moves { digest: found.waiting.digest(), since: found.waiting.at(), rows: found.rows }))
}

struct Found {
    waiting: Waiting,
    rows: Vec<Difference>,
    from: ConnectionSettings,
    to: ConnectionSettings,
}

async fn waiting(portal: &Portal, account: AccountId, stored: &Stored) -> Result<Option<Found>, Fault> {
    let Some(from) = stored.settings.clone().filter(|settings| matches!(settings.protocol, Protocol::Oidc(_))) else { return Ok(None) };
    let kept = portal.sign_on.refreshed(account, stored.connection.id).await?;
    let Some(waiting) = Waiting::of(kept, &from.protocol) else { return Ok(None) };
    let read = waiting.preview(&from.protocol, portal.now()).ok().filter(|(rows, _)| !rows.is_empty());
    Ok(read.map(|(rows, protocol)| Found { waiting, rows, to: ConnectionSettings { protocol, ..from.clone() }, from }))
}

/// Takes over what was seen.
///
/// # Errors
/// `Fault`.
pub async fn accept(portal: &Portal, granted: &Granted, id: ConnectionId, digest: &str) -> Result<Given, Fault> {
    give(portal, granted, (id, digest), true).await
}

/// Refuses what was seen: the very same is not shown again.
///
/// # Errors
/// `Fault`.
pub async fn refuse(portal: &Portal, granted: &Granted, id: ConnectionId, digest: &str) -> Result<Given, Fault> {
    give(portal, granted, (id, digest), false).await
}

async fn give(portal: &Portal, granted: &Granted, (id, digest): (ConnectionId, &str), takes: bool) -> Result<Given, Fault> {
    granted.is_for(Action::ChangeSignOn)?;
    let account = granted.account().id;
    let Some(stored) = reached(portal, granted, id).await? else { return Ok(Given::Nobody) };
    let on = stored.connection.state_at(portal.now()).is_in_use();
    if on && granted.guest().is_some() {
        return Ok(Given::IsOn);
    }
    let Some(found) = waiting(portal, account, &stored).await?.filter(|found| found.waiting.digest() == digest) else { return Ok(Given::Elsewhere) };
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    let rows: Vec<String> = found.rows.iter().map(|row| format!("{}: {} → {}", row.field, text(&row.now), text(&row.new))).collect();
    let deed = changed(portal, granted, format!("{}{}", if takes { "" } else { "refused: " }, rows.join("; ")));
    let deed = if on && takes { deed.telling(Alarm::Values) } else { deed };
    let word = Word { connection: id, digest: digest.to_owned(), from: found.from, to: takes.then_some(found.to) };
    Ok(if portal.sign_on.settle(account, &word, &deed).await? { Given::Done } else { Given::Elsewhere })
}
