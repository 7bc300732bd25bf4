//! The exclusion list: who keeps a password beside Single Sign-On.

use homeward_model::UserId;
use homeward_portal::people::{self, Done, MOST_PASTED};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    call::Call,
    problem::Problem,
    reply::{Page, Reply, Time},
    shown::{Person, done, english},
    values::Names,
};

/// Somebody on the exclusion list.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Exclusion {
    /// Who.
    user: Person,
    /// Since when, when that is known.
    since: Option<Time>,
    /// By whom, when it was somebody of this account.
    by: Option<String>,
    /// Whether the token's maker may take them off: not oneself, and nobody with a wider role.
    may_be_removed: bool,
}

pub(super) async fn list(call: &Call) -> Result<Reply, Problem> {
    let (limit, after) = call.paging::<String>(&call.asked_page()?, &())?;
    let found = people::exclusions(call.portal(), &call.granted, "", (after.as_deref().unwrap_or_default(), limit)).await?;
    let next_cursor = found.next.as_ref().map(|key| call.cursor(&(), key));
    let items = found.entries.into_iter().map(|(entry, may_be_removed)| Exclusion {
        user: Person::of(&entry.user),
        since: entry.since.as_ref().map(|since| Time(since.at)),
        by: entry.since.and_then(|since| since.by),
        may_be_removed,
    });
    Ok(Reply::shows(&Page { items: items.collect(), next_cursor }))
}

/// Usernames of the account.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "usernames": ["mia@northwind.example"] }]))]
pub(super) struct ExclusionRequest {
    /// Who goes on the list.
    usernames: Names<MOST_PASTED>,
}

/// What came of several names.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Excluded {
    /// How many were put on the list.
    added: u32,
    /// How many were on it already.
    there: u32,
    /// Names that nobody of this account has, as they were sent.
    unknown: Vec<String>,
    /// Whom the token's maker may not put there: themselves, and people with a wider role.
    refused: Vec<String>,
}

pub(super) async fn add(call: &Call) -> Result<Reply, Problem> {
    let asked: ExclusionRequest = call.body()?;
    let pasted = people::exclude_pasted(call.portal(), &call.granted, &asked.usernames.lines()).await?;
    if pasted.no_passwords {
        return Err(Problem::conflict("no_passwords", english().s("portal-said-no-passwords")));
    }
    Ok(Reply::shows(&Excluded { added: pasted.added, there: pasted.there, unknown: pasted.unknown, refused: pasted.refused }))
}

/// Puts somebody on the list or takes them off; whoever is where they should be stays there.
async fn set(call: &Call, excluded: bool) -> Result<Reply, Problem> {
    let user = call.id("user", UserId::parse)?;
    match people::set_excluded(call.portal(), &call.granted, user, excluded).await? {
        Done::Changed => Ok(Reply::done()),
        other => done(other),
    }
}

pub(super) async fn put(call: &Call) -> Result<Reply, Problem> {
    set(call, true).await
}

pub(super) async fn remove(call: &Call) -> Result<Reply, Problem> {
    set(call, false).await
}
