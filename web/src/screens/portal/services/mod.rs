//! Connected services: what applications may do for people at Microsoft 365. One line with four stops: the registration there, its
//! values, the organisation's consent, and those who have allowed it (B-126 to B-147).

mod consent;
mod people;
mod permissions;
mod register;
mod values;

use homeward_discovery::ConnectionState;
use homeward_language::Text;
use homeward_model::Timestamp;
use homeward_portal::{
    Action,
    services::{Service, Shown, State, enter::Problem, people::Tests},
};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    home::connection_state,
    parts::{Said, copying, note, pill},
};
use crate::{form::Form, screens::icons};

/// What the page of one connection shows besides the connection.
#[derive(Default)]
pub(crate) struct ServiceView<'a> {
    /// What came of a step.
    pub said: Option<Said>,
    /// What was typed and cannot be used, and why.
    pub typed: Option<(&'a Form, &'a Problem)>,
    /// A link that was made just now, and until when it works.
    pub link: Option<(&'a str, Timestamp)>,
    /// Whether somebody's token is alive.
    pub tests: Option<&'a Tests>,
    /// The mark of the next page of people.
    pub next: Option<&'a str>,
    /// Whether these people are the first ones.
    pub is_first: bool,
    /// Whether the installation gives tokens to applications.
    pub tokens: bool,
}

/// Why a registration cannot be used, and what to do.
pub(crate) fn unfit(t: Text, problem: &Problem) -> &'static str {
    values::says(t, problem)
}

/// What a step left in the address.
pub(crate) fn said(word: &str) -> Option<Said> {
    Some(match word {
        "accepted" => Said::of("good", "service-said-accepted"),
        "discarded" => Said::of("good", "setup-said-discarded"),
        "other-values" => Said::of("warn", "setup-said-other-values"),
        "consented" => Said::of("good", "service-said-consented"),
        "ended" => Said::of("good", "service-said-ended"),
        "not-set-up" => Said::of("warn", "service-said-not-set-up"),
        other => return super::parts::said(other),
    })
}

/// The connections of the account, when there is not exactly one.
pub(crate) fn list(frame: &Frame<'_>, list: &[Shown]) -> Markup {
    let t = frame.chrome.text;
    let body = html! {
        @if list.is_empty() {
            div class="panel flat" {
                p { (t.s("service-none")) }
                @if frame.granted.may(Action::AddSignOn) { div class="actions" { a class="btn" href=(frame.at("/sign-on/new")) { (t.s("setup-begin")) } } }
            }
        }
        @for shown in list { (row(frame, shown)) }
    };
    frame.page(&Page { title: t.s("portal-services"), error: false, here: Here::Services, actions: html! {}, meta: html! { p class="meta" { (t.s("service-lead")) } }, body })
}

fn row(frame: &Frame<'_>, shown: &Shown) -> Markup {
    let t = frame.chrome.text;
    let id = shown.connection.id;
    html! {
        section class="panel" aria-labelledby={ "c-" (id) } {
            div class="row" {
                h2 id={ "c-" (id) } { a href={ (frame.at("/services/")) (id) } { (shown.connection.name) } }
                (set_up(t, shown.is_set_up))
            }
            @if shown.is_set_up { p class="muted sm" { (t.f("service-people-count", &[("count", shown.people.into())])) } }
        }
    }
}

fn set_up(t: Text, is: bool) -> Markup {
    if is { pill("good", t.s("service-set-up")) } else { pill("", t.s("service-not-set-up")) }
}

/// Whether people sign in through it now, so that applications get tokens.
const fn is_on(state: ConnectionState) -> bool {
    state.is_on()
}

/// The classes of the last three stops.
const fn stops(service: &Service) -> [&'static str; 3] {
    let consented = matches!(service.consent, State::NotNeeded | State::Given(_));
    match (service.is_set_up, consented, service.people > 0) {
        (false, ..) => ["leg here", "leg todo", "leg todo"],
        (true, false, _) => ["leg done", "leg here", "leg todo"],
        (true, true, false) => ["leg done", "leg done", "leg here"],
        (true, true, true) => ["leg done", "leg done", "leg done"],
    }
}

/// One connection: the line with its four stops.
pub(crate) fn service(frame: &Frame<'_>, service: &Service, view: &ServiceView<'_>) -> Markup {
    let t = frame.chrome.text;
    let [have, consented, allowed] = stops(service);
    let body = html! {
        (copying(t))
        (note(t, view.said))
        @if let Some((form, problem)) = view.typed { (summary(t, form, problem)) }
        ol class="steps" {
            li class="leg done" { (register::register(frame, service)) }
            li class=(have) { (values::values(frame, service, view.typed)) }
            li class=(consented) { (consent::consent(frame, service, view.link)) }
            li class=(allowed) { (people::people(frame, service, view)) }
        }
    };
    let meta = html! {
        p class="meta" {
            (set_up(t, service.is_set_up))
            span { (service.connection.name) }
            (connection_state(t, service.connection.state))
        }
        p class="muted" { (t.s("service-lead")) }
    };
    frame.page(&Page { title: t.s("portal-services"), error: view.typed.is_some(), here: Here::Services, actions: html! {}, meta, body })
}

/// What cannot be used, with the way to its field (ADM-6).
fn summary(t: Text, form: &Form, problem: &Problem) -> Markup {
    html! {
        div class="note bad" role="alert" {
            (icons::alert(18))
            div { h2 { (t.s("setup-cannot")) } p { a href={ "#" (values::field(form, problem)) } { (values::says(t, problem)) } } }
        }
    }
}
