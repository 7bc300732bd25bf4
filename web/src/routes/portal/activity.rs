//! Activity: the page, and the same lines as a file.

use std::rc::Rc;

use actix_web::{HttpResponse, web::Bytes};
use futures_util::{TryStreamExt, future, stream};
use homeward_portal::{
    activity::{self, Page, Wanted},
    ports::Kind,
};
use serde_json::json;

use super::door::{Step, Visit};
use crate::{
    form::Trouble,
    respond::{self, Answer},
    screens::portal::{self as screens, iso},
};

const ROWS: u32 = 50;

fn wanted(visit: &Visit) -> Wanted {
    Wanted {
        who: visit.sought("activity"),
        user: visit.query.optional("user").and_then(homeward_model::UserId::parse),
        reference: visit.query.get("ref").trim().chars().take(20).collect(),
        failed: visit.query.get("result") == "failed",
        kind: match visit.query.get("kind") {
            "signins" => Some(Kind::SignIns),
            "changes" => Some(Kind::Changes),
            _ => None,
        },
        before: visit.opened("activity"),
    }
}

/// The lines that were looked for.
pub(crate) async fn find(step: Step) -> Answer {
    let (visit, form) = (&step.visit, &step.form);
    let reference: String = form.get("ref").trim().chars().take(20).collect();
    let known = |name: &str, words: &[&'static str]| words.iter().copied().find(|word| *word == form.get(name)).unwrap_or_default();
    let query = [
        ("s", visit.seek("activity", form.get("who"))),
        ("ref", reference),
        ("kind", known("kind", &["signins", "changes"]).to_owned()),
        ("result", known("result", &["failed"]).to_owned()),
    ];
    let query = screens::query(&query.each_ref().map(|(name, value)| (*name, value.as_str())));
    Ok(respond::see(&visit.asked, &visit.at(&format!("/activity{query}"))))
}

pub(crate) async fn page(visit: Visit) -> Answer {
    let wanted = wanted(&visit);
    let found = activity::page(visit.portal(), &visit.granted, &wanted, ROWS).await?;
    let next = found.next.as_ref().map(|number| visit.cursor("activity", number));
    let asked = screens::ActivityAsked { wanted: &wanted, sealed: visit.query.get("s"), next: next.as_deref() };
    Ok(respond::page(&visit.asked, screens::activity(&visit.frame(), &found, &asked)))
}

/// The lines of a file, in the order of its columns.
fn columns(page: &Page) -> impl Iterator<Item = [(&'static str, String); 9]> {
    page.lines.iter().map(|line| {
        let name = |user: Option<homeward_model::UserId>| user.and_then(|user| page.names.get(&user)).cloned().unwrap_or_default();
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

/// A cell that no spreadsheet takes for a formula (AD-10).
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '|', '%']);
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

/// How a file is written.
struct Shape {
    end: &'static str,
    kind: &'static str,
    head: &'static str,
    write: fn(&Page) -> String,
}

const CSV: Shape = Shape { end: "csv", kind: "text/csv; charset=utf-8", head: "time,event,result,user,by,application,reference,network,detail\r\n", write: csv_of };
const JSONL: Shape = Shape { end: "jsonl", kind: "application/jsonl; charset=utf-8", head: "", write: jsonl_of };

/// All lines, a piece at a time: a file is as long as it is. One that cannot be finished breaks off, which a browser tells.
async fn file(step: Step, shape: Shape) -> Answer {
    let Step { visit, .. } = step;
    let wanted = Wanted { before: None, ..wanted(&visit) };
    let first = activity::export(visit.portal(), &visit.granted, &wanted).await?;
    let name = format!("attachment; filename=\"activity-{}.{}\"", visit.granted.account().number, shape.end);
    let all = Rc::new((visit, wanted));
    let pieces = stream::try_unfold(Some((first, shape.head)), move |piece| {
        let all = all.clone();
        async move {
            let Some((page, head)) = piece else { return Ok::<_, Trouble>(None) };
            let (visit, wanted) = &*all;
            let text = format!("{head}{}", (shape.write)(&page));
            let next = match page.next {
                Some(after) => Some((activity::export_on(visit.portal(), &visit.granted, wanted, after).await?, "")),
                None => None,
            };
            Ok(Some((Bytes::from(text), next)))
        }
    });
    let mut answer = HttpResponse::Ok();
    answer.content_type(shape.kind).insert_header(("Content-Disposition", name));
    Ok(answer.streaming(pieces.try_filter(|piece| future::ready(!piece.is_empty()))))
}

pub(crate) async fn csv(step: Step) -> Answer {
    file(step, CSV).await
}

pub(crate) async fn jsonl(step: Step) -> Answer {
    file(step, JSONL).await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AD-10: what a spreadsheet would compute, and what would end a cell, stays text.
    #[test]
    fn ad_10_cells_are_no_formulas() {
        assert_eq!(cell("ann@north.example"), "\"ann@north.example\"");
        for start in ["=", "+", "-", "@", "\t", "\r", "|", "%"] {
            assert_eq!(cell(&format!("{start}cmd")), format!("\"'{start}cmd\""));
        }
        assert_eq!(cell("a\",=b"), "\"a\"\",=b\"");
    }
}
