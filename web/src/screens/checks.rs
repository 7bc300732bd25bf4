//! The six checks of an answer as a list: which passed, and the first that failed, opened, with both values side by side. The page of
//! a refused answer and that of a test sign-in share it.

use homeward_language::Text;
use homeward_signin::step::{Finding, Line, Outcome, Report, title};
use maud::{Markup, html};

use super::{layout::{Chrome, breakable}, message::moment};

/// By how many minutes two times differ, one at least.
pub(super) fn apart_by(t: Text, seconds: i64) -> String {
    let minutes = (seconds.saturating_abs().saturating_add(30) / 60).max(1);
    t.f("test-apart", &[("minutes", minutes.into())])
}

/// The six lines.
pub(super) fn checks(chrome: &Chrome, report: &Report) -> Markup {
    html! { ol class="checks" { @for one in &report.lines { (line(chrome, one, report.failed.as_ref())) } } }
}

fn line(chrome: &Chrome, line: &Line, failed: Option<&Finding>) -> Markup {
    let t = chrome.text;
    let (met, word) = match line.outcome {
        Outcome::Passed => (Some("yes"), t.s("test-line-passed")),
        Outcome::Failed => (Some("no"), t.s("test-line-failed")),
        Outcome::NotReached => (None, t.s("test-line-waiting")),
    };
    html! {
        li data-met=[met] {
            div {
                p class={ @if met.is_none() { "muted" } } { span class="vh" { (word) } " " (t.s(title(line.check))) }
                @if let (Outcome::Failed, Some(found)) = (line.outcome, failed) { (finding(chrome, found)) }
            }
        }
    }
}

/// What happened, both values side by side, the field at the provider, and what to do.
fn finding(chrome: &Chrome, found: &Finding) -> Markup {
    let t = chrome.text;
    html! {
        p { strong { (t.s(found.says)) } }
        @if found.seen.is_some() || found.expected.is_some() {
            dl class="pair" {
                @if let Some(seen) = found.seen.as_ref().filter(|text| !text.is_empty()) { div { dt { (t.s("test-seen")) } dd translate="no" { (breakable(seen)) } } }
                @if let Some(expected) = found.expected.as_ref().filter(|text| !text.is_empty()) { div { dt { (t.s("test-expected")) } dd translate="no" { (breakable(expected)) } } }
            }
        }
        @if let Some(apart) = found.apart { p { (apart_by(t, apart)) } }
        @if let Some(at) = found.keys_read_at { p { (t.s("test-keys-read")) " " (moment(at)) " UTC" } }
        @if let Some(meaning) = found.meaning { p { (t.s(meaning)) } }
        p { (t.s(found.fix)) }
        @if let Some(field) = &found.field { p class="sm muted" { (t.s("test-field")) " " span translate="no" { (field) } } }
        p class="sm muted code" translate="no" { (found.code) }
    }
}
