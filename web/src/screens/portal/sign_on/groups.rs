//! Groups of the pilot, each with its numbers before it is added (B5).

use homeward_discovery::ConnectionState;
use homeward_language::Text;
use homeward_portal::sign_on::{Detail, groups::Group};
use maud::{Markup, html};

use super::turn::number;
use crate::screens::portal::{frame::Frame, parts::breakable};

/// `at`: the connection's address. An account whose people are in no group sees nothing of it.
pub(super) fn groups(frame: &Frame<'_>, detail: &Detail, at: &str) -> Markup {
    let t = frame.chrome.text;
    let (is_in, others): (Vec<&Group>, Vec<&Group>) = detail.switches.groups.iter().partition(|group| group.is_in);
    html! {
        @if !is_in.is_empty() {
            form method="post" action={ (at) "/unpilot-group" } data-once {
                (frame.field())
                ul class="chips" {
                    @for group in is_in {
                        li class="chip" {
                            span { (breakable(&counted(t, group))) }
                            button class="linkbtn" type="submit" name="group" value=(group.name) { "×" span class="vh" { " " (t.s("portal-remove")) " " (group.name) } }
                        }
                    }
                }
            }
        }
        @if !others.is_empty() {
            form class="stack" method="post" action={ (at) "/pilot-group" } data-once {
                (frame.field())
                div class="field" {
                    label for="pilot-group" { (t.s("setup-group-add")) }
                    select class="input" id="pilot-group" name="group" aria-describedby="pilot-group-hint" {
                        @for group in others { option value=(group.name) { (counted(t, group)) } }
                    }
                    p class="hint" id="pilot-group-hint" { (t.s("setup-group-hint")) }
                }
                @if matches!(detail.connection.state, ConnectionState::Pilot | ConnectionState::Domains) {
                    label class="check" for="tell-group" { input type="checkbox" id="tell-group" name="tell" value="yes"; (t.s("setup-tell")) }
                }
                div class="actions" { button class="btn quiet small" type="submit" { (t.s("setup-group-submit")) } }
            }
        }
    }
}

/// A group with its numbers: a name alone says nothing of whom it moves.
fn counted(t: Text, group: &Group) -> String {
    t.f("setup-group", &[("name", (&group.name).into()), ("people", number(group.people).into()), ("moves", number(group.moves).into())])
}
