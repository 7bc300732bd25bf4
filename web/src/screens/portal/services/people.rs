//! Stop 4: the applications that may have tokens, and the people who have allowed it: since when and what, a test of their token, and its end.

use homeward_portal::{
    Action,
    services::{
        Resource, Service, WhyConsent,
        people::{Answer, Tests, Tried},
        ports::Allowed,
    },
};
use maud::{Markup, html};

use super::{ServiceView, is_on};
use crate::screens::{icons, portal::{frame::Frame, parts::{breakable, more, pill, query}}};

pub(super) fn people(frame: &Frame<'_>, service: &Service, view: &ServiceView<'_>) -> Markup {
    let t = frame.chrome.text;
    html! {
        section class=(if service.is_set_up { "panel" } else { "panel flat" }) id="people" aria-labelledby="v4" {
            h2 id="v4" { (t.s("service-people")) }
            @if !service.is_set_up { p class="muted" { (t.s("service-first")) } }
            @else {
                @if !view.tokens { div class="note warn" { (icons::alert(18)) p { (t.s("service-tokens-off")) " " code translate="no" { "[delegated] token_exchange" } } } }
                @if !is_on(service.connection.state) {
                    div class="note warn" { (icons::alert(18)) p { (t.s("service-connection-off")) " " a href={ (frame.at("/sign-on/")) (service.connection.id) } { (t.s("portal-sso")) } } }
                }
                (applications(frame, service))
                @if let Some(tests) = view.tests { (tested(frame, tests)) }
                @if service.people == 0 { p class="muted" { (t.s("service-people-none")) } }
                @else { (allowed(frame, service)) p class="hint" { (t.s("service-end-hint")) } }
                (pages(frame, service, view))
            }
        }
    }
}

/// The way to more of them.
fn pages(frame: &Frame<'_>, service: &Service, view: &ServiceView<'_>) -> Markup {
    let at = frame.at(&format!("/services/{}", service.connection.id));
    let first = format!("{at}#people");
    let next = view.next.map(|mark| format!("{at}{}#people", query(&[("after", mark)])));
    more(frame.chrome.text, ((!view.is_first).then_some(first.as_str()), next.as_deref()))
}

fn applications(frame: &Frame<'_>, service: &Service) -> Markup {
    let t = frame.chrome.text;
    html! {
        h3 { (t.s("service-applications")) }
        @if service.applications.is_empty() { p class="muted" { (t.s("service-applications-none")) } }
        @else {
            dl class="choices" {
                @for application in &service.applications {
                    div {
                        dt { (application.name) }
                        dd translate="no" { (breakable(&application.permissions.iter().map(String::as_str).collect::<Vec<_>>().join(", "))) }
                    }
                }
            }
        }
    }
}

fn allowed(frame: &Frame<'_>, service: &Service) -> Markup {
    let t = frame.chrome.text;
    html! {
        p { (t.f("service-people-count", &[("count", service.people.into())])) }
        div class="list framed" {
            table {
                caption class="vh" { (t.s("service-people")) }
                thead { tr { th scope="col" { (t.s("portal-user")) } th scope="col" { (t.s("service-permissions")) } th scope="col" { (t.s("portal-since")) } th scope="col" { span class="vh" { (t.s("service-steps")) } } } }
                tbody { @for one in &service.allowed { (person(frame, service, one)) } }
            }
        }
    }
}

fn person(frame: &Frame<'_>, service: &Service, one: &Allowed) -> Markup {
    let t = frame.chrome.text;
    let name = |client: &String| service.applications.iter().find(|known| known.client == *client).map_or_else(|| client.clone(), |known| known.name.clone());
    let clients = one.clients.iter().map(name).collect::<Vec<_>>().join(", ");
    html! {
        tr {
            th scope="row" { a href={ (frame.at("/users/")) (one.user) } { (breakable(&one.username)) } @if !clients.is_empty() { small { (clients) } } }
            td data-label=(t.s("service-permissions")) { ul class="plain" { @for name in &one.permissions { li { code translate="no" { (breakable(name)) } } } } }
            td data-label=(t.s("portal-since")) { (frame.when(one.at)) }
            td class="end" {
                (button(frame, service, (Action::PrepareServices, "test"), one, (t.s("service-test"), "quiet")))
                " "
                (button(frame, service, (Action::ChangeServices, "end"), one, (t.s("service-end"), "danger")))
            }
        }
    }
}

fn button(frame: &Frame<'_>, service: &Service, (action, step): (Action, &str), one: &Allowed, (label, class): (&str, &str)) -> Markup {
    html! {
        @if frame.granted.may(action) {
            form method="post" action={ (frame.at("/services/")) (service.connection.id) "/" (step) "#people" } data-once {
                (frame.field())
                button class={ "btn small " (class) } type="submit" name="user" value=(one.user) { (label) span class="vh" { " " (one.username) } }
            }
        }
    }
}

/// What a test has shown.
fn tested(frame: &Frame<'_>, tests: &Tests) -> Markup {
    let t = frame.chrome.text;
    html! {
        div class="note" role="status" {
            (icons::check(18))
            div {
                p { strong { (t.f("service-tested", &[("who", (&tests.username).into())])) } " " (t.s("service-tested-hidden")) }
                @for tried in &tests.tried { (one(frame, tried)) }
            }
        }
    }
}

fn one(frame: &Frame<'_>, tried: &Tried) -> Markup {
    let t = frame.chrome.text;
    let name = match tried.resource {
        Resource::Graph => "Microsoft Graph",
        Resource::Exchange => "Exchange Web Services",
    };
    html! {
        p {
            span translate="no" { (name) } " "
            @match &tried.answer {
                Answer::Live(until, permissions) => {
                    (pill("good", t.s("service-live"))) " " (t.s("setup-outage-until")) " " (frame.when(*until)) " · "
                    code translate="no" { (breakable(&permissions.iter().map(String::as_str).collect::<Vec<_>>().join(", "))) }
                }
                Answer::ConsentNeeded(why) => { (pill("warn", t.s("service-ask-again"))) " " (t.s(reason(*why))) }
                Answer::Refused(code) => { (pill("bad", t.s("service-no-token"))) " " (t.f("service-refused", &[("code", code.into())])) }
                Answer::Busy => { (pill("warn", t.s("service-no-token"))) " " (t.s("service-busy")) }
                Answer::Unusable => { (pill("bad", t.s("service-no-token"))) " " (t.s("service-unusable")) }
            }
        }
    }
}

const fn reason(why: WhyConsent) -> &'static str {
    match why {
        WhyConsent::NeverGiven => "service-why-never",
        WhyConsent::TakenBack => "service-why-taken-back",
        WhyConsent::MoreIsNeeded => "service-why-more",
    }
}
