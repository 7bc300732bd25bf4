//! Stop 3: the organisation's consent: how it stands, the way to give it at once, and a link for whoever can (B-145).

use homeward_language::Text;
use homeward_model::Timestamp;
use homeward_portal::{
    Action,
    services::{Service, State},
};
use maud::{Markup, html};

use crate::screens::{icons, portal::{frame::Frame, parts::{copied, date, pill}}};

pub(super) fn consent(frame: &Frame<'_>, service: &Service, link: Option<(&str, Timestamp)>) -> Markup {
    let t = frame.chrome.text;
    let at = format!("/services/{}", service.connection.id);
    html! {
        section class=(if service.is_set_up { "panel" } else { "panel flat" }) id="consent" aria-labelledby="v3" {
            div class="row" {
                h2 id="v3" { (t.s("service-consent")) }
                @if service.is_set_up { (state(t, &service.consent)) }
            }
            @if !service.is_set_up { p class="muted" { (t.s("service-first")) } }
            @else {
                (text(t, &service.consent))
                @if let Some((address, until)) = link { (made(frame, address, until)) }
                @if frame.granted.may(Action::ChangeServices) {
                    p class="hint" { (t.s("service-consent-hint")) }
                    div class="actions" {
                        (frame.button(Action::ChangeServices, &format!("{at}/consent"), (t.s("service-consent-grant"), weight(&service.consent))))
                        (frame.button(Action::ChangeServices, &format!("{at}/link"), (t.s("service-consent-link"), "quiet")))
                    }
                }
            }
        }
    }
}

/// What is done already is not what the page asks for: it can be given again, and no more.
const fn weight(state: &State) -> &'static str {
    match state {
        State::Given(_) | State::NotNeeded => "quiet",
        State::Needed | State::Partly(..) => "",
    }
}

fn state(t: Text, state: &State) -> Markup {
    match state {
        State::NotNeeded => pill("", t.s("service-consent-not-needed")),
        State::Needed => pill("warn", t.s("service-consent-needed")),
        State::Given(at) => pill("good", &t.f("service-consent-given", &[("date", date(t, *at).as_str().into())])),
        State::Partly(..) => pill("warn", t.s("service-consent-partly")),
    }
}

fn text(t: Text, state: &State) -> Markup {
    match state {
        State::NotNeeded => html! { p { (t.s("service-consent-not-needed-text")) } },
        State::Needed => html! { div class="note warn" { (icons::alert(18)) p { (t.s("service-consent-needed-text")) } } },
        State::Given(_) => html! { p { (t.s("service-consent-given-text")) } },
        State::Partly(at, missing) => html! {
            div class="note warn" {
                (icons::alert(18))
                div {
                    p { (t.f("service-consent-partly-text", &[("date", date(t, *at).as_str().into())])) }
                    ul { @for name in missing { li { code translate="no" { (name) } } } }
                }
            }
        },
    }
}

/// A link that shows only now.
fn made(frame: &Frame<'_>, address: &str, until: Timestamp) -> Markup {
    let t = frame.chrome.text;
    html! {
        div class="note" role="status" { (icons::check(18)) p { (t.s("service-link-text")) " " (t.s("setup-outage-until")) " " (frame.when(until)) } }
        (copied(("consent-link", t.s("service-link")), address))
    }
}
