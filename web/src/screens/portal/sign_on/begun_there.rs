//! What comes of sign-ins that begin at the provider (C1): refused, led to one of ours, or let in. The last one says what it costs.

use homeward_discovery::ConnectionState;
use homeward_portal::sign_on::{BegunThere, Detail, difference::What};
use maud::{Markup, html};

use super::Typed;
use crate::screens::{icons, portal::frame::Frame};

pub(super) fn begun_there(frame: &Frame<'_>, detail: &Detail, typed: Option<&Typed<'_>>) -> Markup {
    let t = frame.chrome.text;
    let Some(present) = detail.begun_there else { return html! {} };
    let typed = typed.filter(|typed| typed.form.get("how") == "begun-there");
    let error = typed.map(|typed| super::problem::says(t, typed.problem));
    let choice = |rule: BegunThere, word: &'static str, label: &'static str| {
        let is_chosen = typed.map_or(rule == present, |typed| typed.form.get("begun") == word);
        html! { label { input type="radio" name="begun" value=(word) checked[is_chosen]; span { (label) } } }
    };
    html! {
        details id="begun-there" open[typed.is_some()] {
            summary { (t.s("mend-begun-there")) }
            form class="stack" method="post" action={ (frame.at("/sign-on/")) (detail.connection.id) "/propose" } data-once {
                (frame.field())
                input type="hidden" name="how" value="begun-there";
                fieldset class="choice" {
                    legend class="label" { (t.s("begun-legend")) }
                    @if let Some(text) = error { (crate::screens::field::error(t, "begun-error", &text)) }
                    (choice(BegunThere::Refuse, "refuse", t.s("begun-refuse")))
                    (choice(BegunThere::Convert, "convert", t.s("begun-convert")))
                    @if frame.granted.guest().is_none() { (choice(BegunThere::Accept, "accept", t.s("begun-accept"))) }
                }
                div class="actions" { button class="btn quiet" type="submit" { (t.s("setup-look")) } }
            }
        }
    }
}

/// What a preset has let in, said before anybody signs in through the connection; a change of it that waits says it itself.
pub(super) fn of_preset(frame: &Frame<'_>, detail: &Detail) -> Markup {
    let begins = matches!(detail.connection.state, ConnectionState::Draft | ConnectionState::Tested);
    let changes = detail.proposal.as_ref().is_some_and(|waiting| waiting.rows.iter().any(|row| row.what == What::BegunThere));
    html! { @if begins && !changes && detail.begun_there == Some(BegunThere::Accept) { (warning(frame)) } }
}

/// What letting them in costs, before it is taken over.
pub(super) fn warning(frame: &Frame<'_>) -> Markup {
    html! { div class="note warn" { (icons::alert(18)) p { (frame.chrome.text.s("begun-accept-warning")) } } }
}

/// Whether what was sent was this form.
pub(super) fn is_it(typed: Option<&Typed<'_>>) -> bool {
    typed.is_some_and(|typed| typed.form.get("how") == "begun-there")
}
