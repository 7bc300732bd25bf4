//! What a provider tells by itself: endpoints that are new and wait for a word (OR-19), and "Start Azure integration" (B-157).

use homeward_portal::{
    Action,
    sign_on::{Detail, published::Moves},
};
use maud::{Markup, html};

use crate::screens::{icons, portal::frame::Frame};

/// Endpoints now and new, with the two words that can be given.
pub(super) fn moves(frame: &Frame<'_>, detail: &Detail, waiting: &Moves) -> Markup {
    let t = frame.chrome.text;
    let at = format!("/sign-on/{}", detail.connection.id);
    html! {
        section class="proposal" id="moves" aria-labelledby="s2-moves" {
            div class="row" { h3 id="s2-moves" { (t.s("setup-moves")) } span class="muted sm" { (frame.when(waiting.since)) } }
            p { (t.s("setup-moves-text")) }
            dl class="compare" {
                @for row in &waiting.rows {
                    div class="changes" {
                        dt { code translate="no" { (row.field) } }
                        @for (name, value) in [(t.s("setup-now"), &row.now), (t.s("setup-new"), &row.new)] {
                            dd {
                                span class="muted sm" { (name) } " "
                                @match value { Some(value) => code translate="no" { (value) }, None => span class="muted" { (t.s("setup-value-none")) } }
                            }
                        }
                    }
                }
            }
            @if detail.connection.state.is_in_use() { div class="note warn" { (icons::alert(18)) p { (t.s("setup-proposal-live")) } } }
            div class="actions" {
                (frame.button_on(Action::ChangeSignOn, &format!("{at}/take"), ("digest", &waiting.digest), (t.s("setup-accept"), "")))
                (frame.button_on(Action::ChangeSignOn, &format!("{at}/refuse"), ("digest", &waiting.digest), (t.s("setup-moves-refuse"), "quiet")))
            }
        }
    }
}

/// The way to Microsoft; `address` in this account.
pub(super) fn azure(frame: &Frame<'_>, address: &str) -> Markup {
    let t = frame.chrome.text;
    html! {
        form class="note" method="post" action=(frame.at(address)) data-once {
            (icons::check(18))
            div class="row" {
                (frame.field())
                p { (t.s("setup-azure-text")) }
                button class="btn small" type="submit" { (t.s("setup-azure")) }
            }
        }
    }
}
