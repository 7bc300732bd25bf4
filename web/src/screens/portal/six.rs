//! The six checks of one answer for an administrator: which passed, and the first that failed, opened, with both values side by side, the
//! field's name in the provider's own console, and what to do (section 5). A test sign-in and a refused answer in Activity share it.

use homeward_language::Text;
use homeward_portal::sign_on::{Finding, Line, Outcome, Preset, Report, title};
use maud::{Markup, html};

use super::sign_on::there_at;
use crate::screens::{checks::apart_by, icons};

/// The six lines; `opened` is what stands below the words of the one that failed.
pub(super) fn six(t: Text, (report, preset): (&Report, Preset), opened: impl Fn(&Finding) -> Markup) -> Markup {
    let failed = report.failed.as_ref().map(|found| html! { (finding(t, preset, (found, &opened(found)))) });
    html! { ol class="checks six" { @for line in &report.lines { (one(t, line, failed.as_ref())) } } }
}

fn one(t: Text, line: &Line, failed: Option<&Markup>) -> Markup {
    let (class, word) = match line.outcome {
        Outcome::Passed => ("pass", t.s("test-line-passed")),
        Outcome::Failed => ("fail", t.s("test-line-failed")),
        Outcome::NotReached => ("skip-chk", t.s("test-line-waiting")),
    };
    html! {
        li class=(class) {
            span class="dot" { @match line.outcome { Outcome::Passed => (icons::check(14)), Outcome::Failed => (icons::cross(14)), Outcome::NotReached => {} } }
            h3 { span class="vh" { (word) " " } (t.s(title(line.check))) }
            @if let (Outcome::Failed, Some(failed)) = (line.outcome, failed) { (failed) }
        }
    }
}

/// What happened, both values, the field there, and what to do.
fn finding(t: Text, preset: Preset, (found, opened): (&Finding, &Markup)) -> Markup {
    let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (seen, expected) = (some(&found.seen), some(&found.expected));
    html! {
        div class="fix" {
            p { strong { (t.s(found.says)) } }
            @if seen.is_some() || expected.is_some() {
                dl {
                    @if let Some(seen) = seen { dt { (t.s("test-seen")) } dd translate="no" { (seen) } }
                    @if let Some(expected) = expected { dt { (t.s("test-expected")) } dd translate="no" { (expected) } }
                }
            }
            @if let Some(apart) = found.apart { p { (apart_by(t, apart)) } }
            @if let Some(meaning) = found.meaning { p { (t.s(meaning)) } }
            p {
                (t.s(found.fix))
                @if let Some(field) = &found.field { " " strong translate="no" { (there_at(t, preset, field)) } }
            }
            (opened)
            p class="sm muted ref" { (found.code) }
        }
    }
}
