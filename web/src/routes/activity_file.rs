//! Activity as a file: every line that was looked for, as a table for spreadsheets or as JSON, one a line. The portal and the API give the
//! same file.

use std::rc::Rc;

use actix_web::{
    HttpResponse,
    web::{Bytes, Data},
};
use futures_util::{TryStreamExt, future, stream};
use homeward_model::UserId;
use homeward_portal::{
    Fault, Granted,
    activity::{self, Page, Wanted},
};
use serde_json::json;

use crate::{app::App, form::Trouble, screens::portal::iso};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// For spreadsheets (RFC 4180).
    Csv,
    /// One JSON object a line.
    Jsonl,
}

impl Format {
    /// Its media type.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Jsonl => "application/jsonl; charset=utf-8",
        }
    }
    const fn end(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }
    const fn head(self) -> &'static str {
        match self {
            Self::Csv => "time,event,result,user,by,application,reference,network,detail\r\n",
            Self::Jsonl => "",
        }
    }
    fn write(self, page: &Page) -> String {
        match self {
            Self::Csv => csv_of(page),
            Self::Jsonl => jsonl_of(page),
        }
    }
}

/// The lines of a file, in the order of its columns.
fn columns(page: &Page) -> impl Iterator<Item = [(&'static str, String); 9]> {
    page.lines.iter().map(|line| {
        let name = |user: Option<UserId>| user.and_then(|user| page.names.get(&user)).cloned().unwrap_or_default();
        [
            ("time", iso(line.at)),
            ("event", line.event.clone()),
            ("result", line.outcome.clone()),
            ("user", name(line.user)),
            ("by", name(activity::actor(line))),
            ("application", line.application.as_ref().map(|client| client.as_str().to_owned()).unwrap_or_default()),
            ("reference", line.case.clone().unwrap_or_default()),
            ("network", line.network.clone().unwrap_or_default()),
            ("detail", activity::what(line).to_owned()),
        ]
    })
}

/// What a formula begins with, or what is taken away before one; full-width signs count as their narrow twins, as they do where people type Chinese or Japanese.
const FORMULA: [char; 14] = ['=', '+', '-', '@', '\t', '\r', '\n', '|', '%', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '\u{ff05}'];

/// A cell that no spreadsheet takes for a formula (AD-10).
fn cell(text: &str) -> String {
    let formula = text.starts_with(FORMULA);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn csv_of(page: &Page) -> String {
    columns(page).map(|columns| format!("{}\r\n", columns.iter().map(|(_, text)| cell(text)).collect::<Vec<_>>().join(","))).collect()
}

fn jsonl_of(page: &Page) -> String {
    let line = |columns: [(&'static str, String); 9]| {
        let object: serde_json::Map<String, serde_json::Value> = columns.into_iter().map(|(name, text)| (name.to_owned(), json!(text))).collect();
        format!("{}\n", serde_json::Value::Object(object))
    };
    columns(page).map(line).collect()
}

/// All lines, a piece at a time: a file is as long as it is. One that cannot be finished breaks off, which whoever reads it is told.
///
/// # Errors
/// `Fault`, before the first line.
pub(super) async fn give(app: Data<App>, granted: Granted, wanted: Wanted, format: Format) -> Result<HttpResponse, Fault> {
    let wanted = Wanted { before: None, ..wanted };
    let first = activity::export(&app.portal, &granted, &wanted).await?;
    let name = format!("attachment; filename=\"activity-{}.{}\"", granted.account().number, format.end());
    let all = Rc::new((app, granted, wanted));
    let pieces = stream::try_unfold(Some((first, format.head())), move |piece| {
        let all = all.clone();
        async move {
            let Some((page, head)) = piece else { return Ok::<_, Trouble>(None) };
            let (app, granted, wanted) = &*all;
            let text = format!("{head}{}", format.write(&page));
            let next = match page.next {
                Some(after) => Some((activity::export_on(&app.portal, granted, wanted, after).await?, "")),
                None => None,
            };
            Ok(Some((Bytes::from(text), next)))
        }
    });
    let mut answer = HttpResponse::Ok();
    answer.content_type(format.kind()).insert_header(("Content-Disposition", name));
    Ok(answer.streaming(pieces.try_filter(|piece| future::ready(!piece.is_empty()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AD-10: what a spreadsheet would compute, and what would end a cell, stays text.
    #[test]
    fn ad_10_cells_are_no_formulas() {
        assert_eq!(cell("ann@north.example"), "\"ann@north.example\"");
        for start in ["=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}", "\u{ff05}"] {
            assert_eq!(cell(&format!("{start}cmd")), format!("\"'{start}cmd\""));
        }
        for plain in ["ann\u{ff20}north.example", "田中", "\u{ff21}nn", ""] {
            assert_eq!(cell(plain), format!("\"{plain}\""), "what begins otherwise stays");
        }
        assert_eq!(cell("a\",=b"), "\"a\"\",=b\"");
    }
}
