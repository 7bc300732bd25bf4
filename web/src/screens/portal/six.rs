//! The six checks of one answer for an administrator: which passed, and the first that failed, opened, with both values side by side, the
//! field's name in the provider's own console, and what to do (section 5). A test sign-in and a refused answer in Activity share it.

use homeward_language::Text;
use homeward_portal::sign_on::{Check, Finding, Line, Outcome, Preset, Report, title};
use maud::{Markup, html};

use super::{frame::Frame, sign_on::there_at};
use crate::screens::{checks::apart_by, icons};

/// The six lines; `opened` is what stands below the words of the one that failed.
pub(super) fn six(frame: &Frame<'_>, (report, preset): (&Report, Preset), opened: impl Fn(&Finding) -> Markup) -> Markup {
    let t = frame.chrome.text;
    let failed = report.failed.as_ref().map(|found| html! { (finding(frame, preset, (found, &opened(found)))) });
    html! { ol class="checks six" { @for line in &report.lines { (one(t, line, failed.as_ref())) } } }
}

/// The six lines of an answer that was taken, folded. It passed them all, or nobody would be signed in.
pub(super) fn all_passed(t: Text) -> Markup {
    html! {
        details {
            summary { (t.s("test-passed")) }
            ol class="checks six" { @for check in Check::ALL { li class="pass" { span class="dot" { (icons::check(14)) } p { span class="vh" { (t.s("test-line-passed")) " " } (t.s(title(check))) } } } }
        }
    }
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
fn finding(frame: &Frame<'_>, preset: Preset, (found, opened): (&Finding, &Markup)) -> Markup {
    let t = frame.chrome.text;
    let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (seen, expected) = (some(&found.seen), some(&found.expected));
    html! {
        div class="fix" {
            p { strong { (t.s(found.says)) } }
            @if seen.is_some() || expected.is_some() {
                dl {
                    @if let Some(seen) = &seen { dt { (t.s("test-seen")) } dd translate="no" { (beside(seen, expected.as_deref())) } }
                    @if let Some(expected) = &expected { dt { (t.s("test-expected")) } dd translate="no" { (beside(expected, seen.as_deref())) } }
                }
            }
            @if let Some(apart) = found.apart { p { (apart_by(t, apart)) } }
            @if let Some(at) = found.keys_read_at { p { (t.s("test-keys-read")) " " (frame.when(at)) } }
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

/// A value with what the other one has otherwise marked: a slash at the end, an upper-case letter, another tenant. Nothing is marked where they have
/// too little in common for that to say more than both do.
fn beside(value: &str, other: Option<&str>) -> Markup {
    let (before, differs, after) = other.map_or((value, "", ""), |other| apart(value, other));
    html! { (before) @if !differs.is_empty() { mark { (differs) } } (after) }
}

/// What both begin with, what is this one's own, and what both end with.
fn apart<'a>(value: &'a str, other: &str) -> (&'a str, &'a str, &'a str) {
    let begins = value.char_indices().zip(other.chars()).find(|((_, one), two)| one != two).map_or(value.len().min(other.len()), |((at, _), _)| at);
    let (Some(rest), Some(others)) = (value.get(begins..), other.get(begins..)) else { return (value, "", "") };
    let ends: usize = rest.chars().rev().zip(others.chars().rev()).take_while(|(one, two)| one == two).map(|(one, _)| one.len_utf8()).sum();
    if (begins + ends) * 2 < value.len().min(other.len()) {
        return (value, "", "");
    }
    match (value.get(..begins), rest.get(..rest.len() - ends), rest.get(rest.len() - ends..)) {
        (Some(before), Some(differs), Some(after)) => (before, differs, after),
        _ => (value, "", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Section 5: slash, case and tenant are marked in both values, whatever they are written in; values that have nothing in common are not.
    #[test]
    fn what_differs_is_marked() {
        let both = |one: &str, two: &str| (beside(one, Some(two)).into_string(), beside(two, Some(one)).into_string());
        let pair = |one: &str, two: &str| (one.to_owned(), two.to_owned());
        assert_eq!(both("https://idp.example/a/", "https://idp.example/a"), pair("https://idp.example/a<mark>/</mark>", "https://idp.example/a"));
        assert_eq!(both("https://idp.example/App", "https://idp.example/app"), pair("https://idp.example/<mark>A</mark>pp", "https://idp.example/<mark>a</mark>pp"));
        assert_eq!(both("https://sts/aé1/v2", "https://sts/aß1/v2"), pair("https://sts/a<mark>é</mark>1/v2", "https://sts/a<mark>ß</mark>1/v2"));
        assert_eq!(both("aa", "aaa"), pair("aa", "aa<mark>a</mark>"));
        assert_eq!(both("<b>1", "<b>2"), pair("&lt;b&gt;<mark>1</mark>", "&lt;b&gt;<mark>2</mark>"));
        assert_eq!(both("AB:12", "F0:99"), pair("AB:12", "F0:99"));
        assert_eq!(both("same", "same"), pair("same", "same"));
        assert_eq!(beside("alone", None).into_string(), "alone");
    }
}
