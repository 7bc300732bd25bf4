//! Activity: sign-ins and changes of one account, found by person, result and reference, and taken away as a file.

use std::collections::{BTreeMap, BTreeSet};

use homeward_model::{CaseNumber, UserId, Username};

use crate::{
    authority::Action,
    entry::Granted,
    ports::{Fault, Kind, Line, LineQuery},
    session::Portal,
};

/// Lines of a file that are looked up at a time; the file itself has them all.
const PIECE: u32 = 1_000;

/// What somebody looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A username, as typed.
    pub who: String,
    /// Somebody by id, where no name was typed.
    pub user: Option<UserId>,
    /// A reference, as typed.
    pub reference: String,
    /// Only what failed.
    pub failed: bool,
    /// Only one kind.
    pub kind: Option<Kind>,
    /// Older than this number.
    pub before: Option<i64>,
}

/// A page of Activity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Lines, newest first.
    pub lines: Vec<Line>,
    /// The number after which there are more.
    pub next: Option<i64>,
    /// Names of the people in it, as far as they are in this account.
    pub names: BTreeMap<UserId, String>,
    /// The name that was looked for, as the account has it.
    pub who: String,
    /// Nobody has the name, or the reference cannot be one.
    pub nonsense: bool,
}

/// A page of Activity.
///
/// # Errors
/// `Fault`.
pub async fn page(portal: &Portal, granted: &Granted, wanted: &Wanted, limit: u32) -> Result<Page, Fault> {
    granted.is_for(Action::ReadActivity)?;
    look_up(portal, granted, wanted, limit).await
}

/// The first lines of a file; `next` says where the rest begins. Who takes it away is noted first.
///
/// # Errors
/// `Fault`.
pub async fn export(portal: &Portal, granted: &Granted, wanted: &Wanted) -> Result<Page, Fault> {
    granted.is_for(Action::ExportActivity)?;
    portal.activity.note(&granted.deed(portal, "portal.exported", None, String::new())).await?;
    look_up(portal, granted, wanted, PIECE).await
}

/// The lines of the same file after that number. New ones that are written meanwhile stand above, and belong to the next file.
///
/// # Errors
/// `Fault`.
pub async fn export_on(portal: &Portal, granted: &Granted, wanted: &Wanted, after: i64) -> Result<Page, Fault> {
    granted.is_for(Action::ExportActivity)?;
    look_up(portal, granted, &Wanted { before: Some(after), ..wanted.clone() }, PIECE).await
}

async fn look_up(portal: &Portal, granted: &Granted, wanted: &Wanted, limit: u32) -> Result<Page, Fault> {
    let account = granted.account().id;
    let nonsense = Page { nonsense: true, who: wanted.who.clone(), ..Page::default() };
    let found = match (wanted.who.trim(), wanted.user) {
        ("", None) => None,
        ("", Some(user)) => Some(portal.people.one(account, user).await?.map(|listed| listed.user)),
        (typed, _) => match Username::parse(typed) {
            Ok(username) => Some(portal.people.named(account, &username).await?),
            Err(_) => Some(None),
        },
    };
    let person = match found {
        Some(None) => return Ok(nonsense),
        Some(Some(person)) => Some(person),
        None => None,
    };
    let case = match wanted.reference.trim() {
        "" => None,
        typed => match CaseNumber::parse(typed) {
            Some(case) => Some(case),
            None => return Ok(nonsense),
        },
    };
    let query = LineQuery { user: person.as_ref().map(|person| person.id), case, failed: wanted.failed, kind: wanted.kind, before: wanted.before, limit: limit.saturating_add(1) };
    let mut lines = portal.activity.lines(account, &query).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = lines.len() > size;
    lines.truncate(size);
    let next = lines.last().filter(|_| has_more).map(|line| line.number);
    let people: BTreeSet<UserId> = lines.iter().flat_map(|line| line.user.into_iter().chain(actor(line))).collect();
    let names = portal.people.names(account, &people).await?.into_iter().collect();
    let who = person.map(|person| person.username.typed().to_owned()).unwrap_or_default();
    Ok(Page { lines, next, names, who, nonsense: false })
}

/// Who did it, when somebody in the portal did: the last word of the detail.
pub fn actor(line: &Line) -> Option<UserId> {
    let is_ours = line.event.starts_with("portal.") || ["azure.connected", "delegated.administrator_consented"].contains(&line.event.as_str());
    if !is_ours {
        return None;
    }
    UserId::parse(line.detail.rsplit_once("by ")?.1)
}

/// The detail without who did it.
pub fn what(line: &Line) -> &str {
    match (actor(line), line.detail.rsplit_once("by ")) {
        (Some(_), Some((what, _))) => what.trim_end(),
        _ => &line.detail,
    }
}
