//! Who changed what in the meantime (ADM-7): where two administrators are at one page, the second one is told what the first one did, and nothing
//! is written over unseen.

use homeward_model::UserId;

use crate::{
    activity::actor,
    authority::Action,
    entry::Granted,
    ports::{Fault, Kind, Line, LineQuery},
    session::Portal,
};

/// Changes that are looked through.
const LATELY: u32 = 50;

/// The last change of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meanwhile {
    /// What, as it stands on record.
    pub line: Line,
    /// Who, as far as they are of this account.
    pub by: Option<String>,
}

/// The last change of these kinds in the account, of this user where one is named; `None` where there was none lately, or the one who asks does
/// not see Activity.
///
/// # Errors
/// `Fault`.
pub async fn last(portal: &Portal, granted: &Granted, events: &[&str], user: Option<UserId>) -> Result<Option<Meanwhile>, Fault> {
    if !granted.may(Action::ReadActivity) {
        return Ok(None);
    }
    let account = granted.account().id;
    let query = LineQuery { user, kind: Some(Kind::Changes), limit: LATELY, ..LineQuery::default() };
    let lines = portal.activity.lines(account, &query).await?;
    let Some(line) = lines.into_iter().find(|line| line.outcome == "ok" && events.contains(&line.event.as_str())) else { return Ok(None) };
    let by = match actor(&line) {
        Some(by) => portal.people.names(account, &[by].into()).await?.pop().map(|(_, name)| name),
        None => None,
    };
    Ok(Some(Meanwhile { line, by }))
}
