//! The list of users: found by the start of the username, a page at a time.

use homeward_discovery::UserState;
use homeward_language::Text;
use homeward_portal::{
    people::Way,
    ports::{Listed, Which},
};
use maud::{Markup, html};

use super::{
    adding::{self, AddView},
    frame::{Frame, Here, Page},
    parts::{breakable, full_name, more, query, state, way},
};

/// What was asked for.
pub(crate) struct UsersAsked<'a> {
    /// The start of a username, as typed.
    pub typed: &'a str,
    /// The same, sealed, for addresses.
    pub sealed: &'a str,
    /// Which users.
    pub which: Which,
    /// The mark of the next page.
    pub next: Option<&'a str>,
    /// Whether this is the first page.
    pub is_first: bool,
    /// The form for somebody new, for whoever may add one.
    pub add: Option<&'a AddView>,
}

fn filters(t: Text) -> [(&'static str, Which, &'static str); 6] {
    [
        ("", Which::All, t.s("portal-filter-all")),
        ("active", Which::In(UserState::Active), t.s("portal-state-active")),
        ("invited", Which::In(UserState::Invited), t.s("portal-state-invited")),
        ("suspended", Which::In(UserState::Suspended), t.s("portal-state-suspended")),
        ("excluded", Which::Excluded, t.s("portal-exclusions")),
        ("unmatched", Which::Unmatched, t.s("portal-filter-unmatched")),
    ]
}

/// Whether a word names one of the filters.
pub(crate) fn is_filter(word: &str) -> bool {
    ["active", "invited", "suspended", "excluded", "unmatched"].contains(&word)
}

/// The list.
pub(crate) fn users(frame: &Frame<'_>, list: &[(Listed, Way)], asked: &UsersAsked<'_>) -> Markup {
    let t = frame.chrome.text;
    let filters = filters(t);
    let word = filters.iter().find(|(_, which, _)| *which == asked.which).map_or("", |(word, ..)| word);
    let address = |after: &str| format!("{}{}", frame.at("/users"), query(&[("s", asked.sealed), ("f", word), ("after", after)]));
    let first = address("");
    let next = asked.next.map(address);
    let body = html! {
        form class="search" method="post" action=(frame.at("/users/find")) role="search" {
            (frame.field())
            div class="field" {
                label for="q" { (t.s("portal-search-users")) }
                input class="input" id="q" name="q" type="search" value=(asked.typed) autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="search";
            }
            div class="field" {
                label for="f" { (t.s("portal-filter")) }
                select class="input" id="f" name="f" { @for (value, which, label) in &filters { option value=(value) selected[*which == asked.which] { (label) } } }
            }
            button class="btn" type="submit" { (t.s("portal-search")) }
        }
        @if list.is_empty() {
            div class="panel flat" { p { (t.s(if asked.typed.is_empty() { "portal-users-none" } else { "portal-users-unknown" })) } }
        } @else {
            div class="panel list" {
                table {
                    caption class="vh" { (t.s("portal-users")) }
                    thead { tr { th scope="col" { (t.s("portal-user")) } th scope="col" { (t.s("portal-signs-in")) } th scope="col" { (t.s("portal-last")) } th scope="col" { (t.s("portal-state")) } } }
                    tbody { @for (listed, way) in list { (row(frame, listed, *way)) } }
                }
            }
        }
        (more(t, ((!asked.is_first).then_some(first.as_str()), next.as_deref())))
        @if let Some(view) = asked.add { (adding::form(frame, view)) }
    };
    let actions = html! { @if asked.add.is_some() { a class="btn small" href="#new-username" { (t.s("people-add")) } } };
    let error = asked.add.is_some_and(|view| view.problem.is_some());
    frame.page(&Page { title: t.s("portal-users"), error, here: Here::Users, actions, meta: html! {}, body })
}

fn row(frame: &Frame<'_>, listed: &Listed, how: Way) -> Markup {
    let t = frame.chrome.text;
    let user = &listed.user;
    let name = full_name(user);
    html! {
        tr {
            th scope="row" {
                a href={ (frame.at("/users/")) (user.id) } { (breakable(user.username.typed())) }
                @if !name.is_empty() { small { (name) } }
            }
            td data-label=(t.s("portal-signs-in")) { (way(t, how)) }
            td data-label=(t.s("portal-last")) { @match listed.last_sign_in { Some(at) => (frame.when(at)), None => span class="muted" { (t.s("portal-never")) } } }
            td data-label=(t.s("portal-state")) { (state(t, user)) }
        }
    }
}
