//! Activity: sign-ins and changes of the account, newest first.

use homeward_model::UserId;
use homeward_portal::{
    activity::{self, Wanted},
    ports::Kind,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    call::{Call, MOST, Paging},
    problem::Problem,
    reply::{Page, Reply},
    shown::LineShown,
    values::{Number, Text},
};
use crate::routes::activity_file::{self, Format};

/// The words of the kinds of lines.
pub(super) const KINDS: &[&str] = &["sign_ins", "changes"];
/// The words of results.
pub(super) const RESULTS: &[&str] = &["failed"];

/// Which lines are looked for. Names of people stand in no address, so this is a POST.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "username": "mia@northwind.example", "failed": true }]))]
pub(super) struct ActivitySearch {
    /// About this user, by username.
    username: Option<Text<254>>,
    /// With this reference.
    reference: Option<Text<20>>,
    /// Only one kind.
    kind: Option<LineKind>,
    /// Only what failed.
    failed: Option<bool>,
    /// Entries of a page; 50 when it is absent.
    limit: Option<Number<1, MOST>>,
    /// `next_cursor` of the page before, with the rest of the search unchanged.
    cursor: Option<Text<4000>>,
}

/// A kind of lines.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum LineKind {
    SignIns,
    Changes,
}

impl LineKind {
    const fn kind(self) -> Kind {
        match self {
            Self::SignIns => Kind::SignIns,
            Self::Changes => Kind::Changes,
        }
    }
}

/// A file of Activity.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{ "format": "csv", "kind": "sign_ins" }]))]
pub(super) struct ActivityExport {
    /// How it is written.
    format: FormatWord,
    /// About this user, by username.
    username: Option<Text<254>>,
    /// With this reference.
    reference: Option<Text<20>>,
    /// Only one kind.
    kind: Option<LineKind>,
    /// Only what failed.
    failed: Option<bool>,
}

/// How a file is written.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum FormatWord {
    /// A table for spreadsheets.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

impl FormatWord {
    const fn format(self) -> Format {
        match self {
            Self::Csv => Format::Csv,
            Self::Jsonl => Format::Jsonl,
        }
    }
}

/// What a cursor of Activity belongs to.
#[derive(Serialize)]
struct Filter<'a> {
    who: &'a str,
    user: Option<UserId>,
    reference: &'a str,
    failed: bool,
    kind: &'a str,
}

async fn page(call: &Call, asked: &Paging, wanted: Wanted) -> Result<Reply, Problem> {
    let kind = match wanted.kind {
        Some(Kind::SignIns | Kind::Attempts) => "sign_ins",
        Some(Kind::Changes) => "changes",
        None => "",
    };
    let filter = Filter { who: &wanted.who, user: wanted.user, reference: &wanted.reference, failed: wanted.failed, kind };
    let (limit, before) = call.paging::<i64>(asked, &filter)?;
    let found = activity::page(call.portal(), &call.granted, &Wanted { before, ..wanted.clone() }, limit).await?;
    let next_cursor = found.next.as_ref().map(|number| call.cursor(&filter, number));
    Ok(Reply::shows(&Page { items: found.lines.iter().map(|line| LineShown::of(line, &found.names)).collect(), next_cursor }))
}

pub(super) async fn list(call: &Call) -> Result<Reply, Problem> {
    let unknown = || Problem::bad("query.malformed", "A parameter of the query has a value that it cannot have.");
    let kind = match call.query("kind") {
        "" => None,
        "sign_ins" => Some(Kind::SignIns),
        "changes" => Some(Kind::Changes),
        _ => return Err(unknown()),
    };
    let failed = match call.query("result") {
        "" => false,
        "failed" => true,
        _ => return Err(unknown()),
    };
    let user = match call.query("user") {
        "" => None,
        text => Some(UserId::parse(text).ok_or_else(unknown)?),
    };
    page(call, &call.asked_page()?, Wanted { kind, failed, user, ..Wanted::default() }).await
}

pub(super) async fn search(call: &Call) -> Result<Reply, Problem> {
    let asked: ActivitySearch = call.body()?;
    let paging = Paging { limit: asked.limit.map(|limit| limit.0), cursor: asked.cursor.map(|cursor| cursor.0) };
    page(call, &paging, wanted((asked.username, asked.reference), asked.kind, asked.failed)).await
}

fn wanted((username, reference): (Option<Text<254>>, Option<Text<20>>), kind: Option<LineKind>, failed: Option<bool>) -> Wanted {
    let text = |text: Option<String>| text.map(|text| text.trim().to_owned()).unwrap_or_default();
    Wanted {
        who: text(username.map(|name| name.0)),
        reference: text(reference.map(|reference| reference.0)),
        failed: failed.unwrap_or(false),
        kind: kind.map(LineKind::kind),
        ..Wanted::default()
    }
}

pub(super) async fn export(call: &Call) -> Result<Reply, Problem> {
    let asked: ActivityExport = call.body()?;
    let wanted = wanted((asked.username, asked.reference), asked.kind, asked.failed);
    Ok(Reply::file(activity_file::give(call.app.clone(), call.granted.clone(), wanted, asked.format.format()).await?))
}
