//! The exclusion list: who is on it, since when and by whom; many names at once (ADM-10).

use homeward_portal::{
    Action,
    people::{ExclusionList, MOST_PASTED, Pasted},
    ports::Excluded,
};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    parts::{Said, breakable, full_name, more, note, pill, query},
    user::since,
};
use crate::screens::icons;

/// What the page shows.
pub(crate) struct ExclusionsView<'a> {
    /// The list.
    pub list: &'a ExclusionList,
    /// The start of a username that was looked for, as typed.
    pub sought: &'a str,
    /// The same, sealed, for addresses.
    pub sealed: &'a str,
    /// The mark of the next page.
    pub next: Option<&'a str>,
    /// What came of a step.
    pub said: Option<Said>,
    /// What came of pasted names.
    pub pasted: Option<&'a Pasted>,
    /// What stands in the field.
    pub typed: &'a str,
}

/// The exclusion list.
pub(crate) fn exclusions(frame: &Frame<'_>, view: &ExclusionsView<'_>) -> Markup {
    let t = frame.chrome.text;
    let unknown = view.pasted.is_some_and(|pasted| !pasted.unknown.is_empty());
    let meta = html! { p class="meta" { (pill("", &t.f("portal-excluded-count", &[("count", view.list.count.into())]))) span { (t.s("portal-excluded-text")) } } };
    let next = view.next.map(|mark| format!("{}{}", frame.at("/exclusions"), query(&[("s", view.sealed), ("after", mark)])));
    let body = html! {
        (note(t, view.said))
        @if let Some(pasted) = view.pasted { (outcome(frame, pasted)) }
        @if frame.granted.may(Action::ChangeExclusions) { (add(frame, view.typed, unknown)) }
        @if view.list.count > 0 && frame.granted.may(Action::ReadExclusions) { (search(frame, view.sought)) }
        @if view.list.entries.is_empty() { div class="panel flat" { p { (t.s(if view.sought.is_empty() { "portal-excluded-none" } else { "portal-users-unknown" })) } } }
        @else {
            div class="panel list" {
                table {
                    caption class="vh" { (t.s("portal-exclusions")) }
                    thead { tr { th scope="col" { (t.s("portal-user")) } th scope="col" { (t.s("portal-added")) } th scope="col" { span class="vh" { (t.s("portal-include")) } } } }
                    tbody { @for (entry, may) in &view.list.entries { (row(frame, entry, *may)) } }
                }
            }
        }
        @let whole = frame.at("/exclusions");
        (more(t, ((!view.sought.is_empty()).then_some(whole.as_str()), next.as_deref())))
    };
    frame.page(&Page { title: t.s("portal-exclusions"), error: unknown, here: Here::Exclusions, actions: html! {}, meta, body })
}

fn outcome(frame: &Frame<'_>, pasted: &Pasted) -> Markup {
    let t = frame.chrome.text;
    html! {
        @if pasted.no_passwords { div class="note warn" role="status" { (icons::alert(18)) p { (t.s("portal-said-no-passwords")) } } }
        @else if pasted.added > 0 || pasted.there > 0 {
            div class="note good" role="status" {
                (icons::check(18))
                p { (t.f("portal-pasted", &[("added", pasted.added.into()), ("there", pasted.there.into())])) }
            }
        }
        @if !pasted.rest.is_empty() { div class="note warn" role="status" { (icons::alert(18)) p { (t.f("portal-names-rest", &[("most", MOST_PASTED.into())])) } } }
        @if !pasted.refused.is_empty() {
            @let names = pasted.refused.join(", ");
            div class="note warn" role="status" { (icons::alert(18)) p { (t.f("portal-pasted-refused", &[("names", names.as_str().into())])) } }
        }
    }
}

/// The search comes as a POST, so that no name stands in an address.
fn search(frame: &Frame<'_>, sought: &str) -> Markup {
    let t = frame.chrome.text;
    html! {
        form class="search" method="post" action=(frame.at("/exclusions/find")) role="search" {
            (frame.field())
            div class="field" {
                label for="q" { (t.s("portal-search-users")) }
                input class="input" id="q" name="q" type="search" value=(sought) autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="search";
            }
            button class="btn" type="submit" { (t.s("portal-search")) }
        }
    }
}

fn add(frame: &Frame<'_>, typed: &str, unknown: bool) -> Markup {
    let t = frame.chrome.text;
    html! {
        details class="panel" open[!typed.is_empty()] {
            summary { (t.s("portal-exclude-add")) }
            form class="stack" method="post" action=(frame.at("/exclusions/add")) data-once {
                (frame.field())
                div class="field" {
                    label for="names" { (t.s("portal-exclude-names")) }
                    @if unknown { (crate::screens::field::error(t, "names-error", t.s("portal-exclude-unknown"))) }
                    p class="hint" id="names-hint" { (t.f("portal-exclude-hint", &[("most", MOST_PASTED.into())])) }
                    textarea class="input mono" id="names" name="names" rows="5" spellcheck="false" autocapitalize="none" autocomplete="off"
                        aria-invalid=[unknown.then_some("true")] aria-describedby={ "names-hint" @if unknown { " names-error" } } { (typed) }
                }
                div class="actions" { button class="btn" type="submit" { (t.s("portal-exclude-submit")) } }
            }
        }
    }
}

fn row(frame: &Frame<'_>, entry: &Excluded, may: bool) -> Markup {
    let t = frame.chrome.text;
    let name = full_name(&entry.user);
    let username = entry.user.username.typed();
    html! {
        tr {
            th scope="row" { a href={ (frame.at("/users/")) (entry.user.id) } { (breakable(username)) } @if !name.is_empty() { small { (name) } } }
            td data-label=(t.s("portal-added")) { (since(frame, entry.since.as_ref())) }
            td class="end" {
                @if may && frame.granted.may(Action::ChangeExclusions) {
                    form method="post" action=(frame.at("/exclusions/remove")) data-once {
                        (frame.field())
                        input type="hidden" name="user" value=(entry.user.id);
                        button class="btn small quiet" type="submit" { (t.s("portal-remove")) span class="vh" { " " (username) } }
                    }
                }
            }
        }
    }
}
