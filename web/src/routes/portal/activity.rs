//! Activity: the page, and the same lines as a file.

use homeward_portal::{
    activity::{self, Wanted},
    checked,
    ports::Kind,
};

use super::door::{Step, Visit};
use crate::{
    respond::{self, Answer},
    routes::activity_file::{self, Format},
    screens::portal::{self as screens, Typed},
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

/// The six checks of a refused answer.
pub(crate) async fn answer(visit: Visit) -> Answer {
    checked_again(&visit, visit.part("reference"), None).await
}

/// The same with what somebody has brought for it and what is wrong with that.
pub(super) async fn checked_again(visit: &Visit, reference: &str, typed: Option<Typed<'_>>) -> Answer {
    match checked::one(visit.portal(), &visit.granted, reference).await? {
        Some(found) => Ok(respond::page(&visit.asked, screens::checked(&visit.frame(), &found, typed.as_ref()))),
        None => Ok(Visit::nothing()),
    }
}

async fn file(step: Step, format: Format) -> Answer {
    let Step { visit, .. } = step;
    let wanted = wanted(&visit);
    Ok(activity_file::give(visit.asked.app.clone(), visit.granted, wanted, format).await?)
}

pub(crate) async fn csv(step: Step) -> Answer {
    file(step, Format::Csv).await
}

pub(crate) async fn jsonl(step: Step) -> Answer {
    file(step, Format::Jsonl).await
}
