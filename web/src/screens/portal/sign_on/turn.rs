//! Step 4: turning it on in stages, each with its effect in numbers, and the way back (B5).

use homeward_discovery::{AllowLocal, ConnectionState, SsoMode};
use homeward_language::Text;
use homeward_portal::{
    Action,
    lifecycle::Effect,
    sign_on::{
        Detail,
        pilot::{MOST, Piloted},
        tested::TestShown,
        turn::{Switches, offer_seen},
    },
    standing::{MOST_HOURS, OfferBack},
};
use maud::{Markup, html};

use super::{give::provider, groups};
use crate::screens::{field as parts, icons, portal::{frame::Frame, parts::{breakable, date_time}}};

pub(super) fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(super) fn turn(frame: &Frame<'_>, detail: &Detail, piloted: Option<&Piloted>) -> Markup {
    let t = frame.chrome.text;
    let (state, switches) = (detail.connection.state, &detail.switches);
    let ready = detail.is_complete && (detail.is_tested || state.is_in_use());
    let may = frame.granted.may(Action::SwitchSignOn);
    if let Some(guest) = frame.granted.guest() {
        return by_somebody_else(t, &guest.maker_name(), ready);
    }
    html! {
        section class=(if ready { "panel" } else { "panel flat" }) id="turn" aria-labelledby="s4" {
            h2 id="s4" { (t.s("setup-turn")) }
            @if !switches.is_entitled { div class="note warn" { (icons::alert(18)) p { (t.s("portal-sso-not-entitled")) } } }
            @else if let Some(other) = &switches.other { div class="note warn" { (icons::alert(18)) p { (t.f("setup-other", &[("name", other.into())])) } } }
            @else {
                (undo(frame, detail))
                @if state == ConnectionState::Retired { (effect(t, &switches.present)) @if may { (again(frame, detail)) } }
                @else if !ready { p class="muted" { (t.s("setup-turn-first")) } }
                @else if may { (stages(frame, detail)) (pilot(frame, detail, piloted)) (away(frame, detail)) }
                @else { (effect(t, &switches.present)) }
            }
        }
    }
}

/// What somebody from outside sees of this step: it is not theirs, and tells of nobody.
fn by_somebody_else(t: Text, name: &str, ready: bool) -> Markup {
    html! {
        section class=(if ready { "panel" } else { "panel flat" }) id="turn" aria-labelledby="s4" {
            h2 id="s4" { (t.s("setup-turn")) }
            p class=[(!ready).then_some("muted")] { (t.f(if ready { "setup-turn-theirs-now" } else { "setup-turn-theirs" }, &[("name", name.into())])) }
        }
    }
}

/// The way back of one that is off, once its last step cannot be taken back any more: to be tested and turned on like any other.
fn again(frame: &Frame<'_>, detail: &Detail) -> Markup {
    let t = frame.chrome.text;
    html! {
        p { (t.s("setup-again-text")) }
        div class="actions" { (frame.button_on(Action::SwitchSignOn, &format!("/sign-on/{}/turn", detail.connection.id), ("to", "draft"), (t.s("setup-again"), ""))) }
    }
}

/// Whom it concerns, in a sentence.
fn effect(t: Text, effect: &Effect) -> Markup {
    html! {
        p class="hint" {
            (t.f("setup-effect", &[("there", number(effect.at_provider).into()), ("all", number(effect.users).into()), ("password", number(effect.keep_password).into())]))
            @if effect.without_password > 0 { " " (t.f("setup-effect-none", &[("count", number(effect.without_password).into())])) }
        }
    }
}

fn undo(frame: &Frame<'_>, detail: &Detail) -> Markup {
    let t = frame.chrome.text;
    let Some(last) = &detail.switches.undo else { return html! {} };
    html! {
        div class="note" {
            (icons::alert(18))
            div class="row" {
                p {
                    (t.s("setup-undo-until")) " " (date_time(t, last.until, frame.now)) " · " (t.s("setup-undo-to")) " " (super::connection_state(t, last.back))
                    @match last.offer {
                        Some(OfferBack::To(_)) => { " · " (t.s("setup-undo-offer")) }
                        Some(OfferBack::Stays) => { " · " (t.s("setup-undo-offer-stays")) }
                        None => {}
                    }
                }
                (frame.button_on(Action::SwitchSignOn, &format!("/sign-on/{}/undo", detail.connection.id), ("seen", &last.seen), (t.s("setup-undo"), "quiet")))
            }
        }
    }
}

/// How it is offered, and for whom it is on.
fn stages(frame: &Frame<'_>, detail: &Detail) -> Markup {
    let t = frame.chrome.text;
    let (state, switches) = (detail.connection.state, &detail.switches);
    // One has passed with these values; what failed since then is to be looked at before it concerns everybody.
    let failed = detail.test.as_ref().filter(|_| state != ConnectionState::Enforced).filter(|test| !is_under_way(test)).and_then(|test| test.report.stopped_at());
    html! {
        form class="stack" method="post" action={ (frame.at("/sign-on/")) (detail.connection.id) "/turn" } data-once {
            (frame.field())
            input type="hidden" name="values" value=(detail.values);
            input type="hidden" name="offer" value=(offer_seen(switches.mode, switches.local));
            (offered(t, switches))
            @if switches.everybody.break_glass == 0 { div class="note warn" { (icons::alert(18)) p { (t.s("setup-no-emergency")) @if frame.granted.may(Action::ReadUsers) { " " a href=(frame.at("/users")) { (t.s("setup-no-emergency-where")) } } } } }
            @if switches.unmatched > 0 {
                div class="note warn" { (icons::alert(18)) p { (t.f("setup-unmatched", &[("count", number(switches.unmatched).into()), ("all", number(switches.everybody.users).into())]))
                    @if frame.granted.may(Action::ReadUsers) { " " a href={ (frame.at("/users")) "?f=unmatched" } { (t.s("setup-unmatched-who")) } } } }
            }
            @if let Some(number) = failed {
                div class="note warn" { (icons::alert(18)) p { (t.f("setup-last-failed", &[("number", i64::from(number).into())])) " " a href="#test" { (t.s("setup-last-failed-where")) } } }
            }
            ol class="stages" {
                li {
                    div { h3 { (t.s("setup-stage-pilot")) } (effect(t, &switches.pilot)) }
                    (stage(t, "pilot", (state, ConnectionState::Pilot), (t.s("setup-to-pilot"), false)))
                }
                li {
                    div { h3 { (t.s("setup-stage-domains")) } (effect(t, &switches.domains)) }
                    (stage(t, "domains", (state, ConnectionState::Domains), (t.s("setup-to-domains"), false)))
                }
                li {
                    div { h3 { (t.s("setup-stage-everybody")) } (effect(t, &switches.everybody)) }
                    (stage(t, "enforced", (state, ConnectionState::Enforced), (t.s("setup-to-everybody"), failed.is_none())))
                }
            }
            @if switches.local != AllowLocal::No && frame.granted.may(Action::ReadExclusions) {
                p class="hint" { a href=(frame.at("/exclusions")) { (t.s("portal-exclusions")) } ": " (t.s("setup-exclusions")) }
            }
            div class="field" {
                label class="check" for="tell" { input type="checkbox" id="tell" name="tell" value="yes" aria-describedby="tell-hint"; (t.s("setup-tell")) }
                p class="hint" id="tell-hint" { (t.s("setup-tell-hint")) }
            }
            @if state.is_in_use() { div class="actions" { button class="btn quiet small" type="submit" name="to" value="offer" { (t.s("setup-save-offer")) } } }
        }
    }
}

/// Nothing has come back yet: that says nothing of the values.
fn is_under_way(test: &TestShown) -> bool {
    test.report.failed.as_ref().is_some_and(|failed| failed.code == "answer.awaited")
}

fn stage(t: Text, to: &str, (present, target): (ConnectionState, ConnectionState), (label, is_main): (&str, bool)) -> Markup {
    html! {
        @if present == target { span class="pill good" { (t.s("portal-sso-on")) } }
        @else { button class={ "btn small" @if !is_main { " quiet" } } type="submit" name="to" value=(to) { (label) } }
    }
}

fn offered(t: Text, switches: &Switches) -> Markup {
    let redirect = switches.mode == SsoMode::Redirect;
    html! {
        fieldset class="choice" {
            legend class="label" { (t.s("setup-mode")) }
            label { input type="radio" name="mode" value="button" checked[!redirect]; span { (t.s("setup-mode-button")) } }
            label { input type="radio" name="mode" value="redirect" checked[redirect]; span { (t.s("setup-mode-redirect")) } }
        }
        div class="field" {
            label class="check" for="local" {
                input type="checkbox" id="local" name="local" value="yes" checked[switches.local == AllowLocal::Yes] aria-describedby="local-hint";
                (t.s("setup-local"))
            }
            p class="hint" id="local-hint" { (t.s("setup-local-hint")) }
        }
    }
}

/// Who is in the pilot.
fn pilot(frame: &Frame<'_>, detail: &Detail, piloted: Option<&Piloted>) -> Markup {
    let t = frame.chrome.text;
    let error = piloted.map(|piloted| {
        let refused = (!piloted.refused.is_empty()).then(|| t.s("setup-pilot-left").to_owned());
        let rest = (!piloted.rest.is_empty()).then(|| t.f("portal-names-rest", &[("most", i64::from(MOST).into())]));
        refused.into_iter().chain(rest).collect::<Vec<_>>().join(" ")
    });
    let left = piloted.map(|piloted| piloted.refused.iter().chain(&piloted.rest).map(String::as_str).collect::<Vec<_>>().join("\n"));
    let at = format!("{}{}", frame.at("/sign-on/"), detail.connection.id);
    let people = &detail.switches.people;
    let groups_in = detail.switches.groups.iter().filter(|group| group.is_in).count();
    html! {
        details id="pilot" open[left.is_some() || detail.connection.state == ConnectionState::Pilot] {
            summary {
                (t.f("setup-pilot", &[("count", number(people.len()).into())]))
                @if groups_in > 0 { " · " (t.f("setup-pilot-groups", &[("count", number(groups_in).into())])) }
            }
            div class="stack" {
                (groups::groups(frame, detail, &at))
                @if !people.is_empty() {
                    form method="post" action={ (at) "/unpilot" } data-once {
                        (frame.field())
                        ul class="chips" {
                            @for (id, name) in people {
                                li class="chip" {
                                    span { (breakable(name)) }
                                    button class="linkbtn" type="submit" name="user" value=(id) { "×" span class="vh" { " " (t.s("portal-remove")) " " (name) } }
                                }
                            }
                        }
                    }
                }
                @if people.is_empty() && groups_in == 0 { (only_me(frame, &at)) }
                form class="stack" method="post" action={ (at) "/pilot" } data-once {
                    (frame.field())
                    div class="field" {
                        label for="pilot-names" { (t.s("setup-pilot-add")) }
                        @if let Some(error) = &error { (parts::error(t, "pilot-names-error", error)) }
                        textarea class="input mono" id="pilot-names" name="people" rows="3" autocomplete="off" autocapitalize="none" spellcheck="false"
                            aria-invalid=[left.as_ref().map(|_| "true")] aria-describedby=[left.as_ref().map(|_| "pilot-names-error")] { (left.as_deref().unwrap_or_default()) }
                    }
                    div class="actions" { button class="btn quiet small" type="submit" { (t.s("setup-pilot-submit")) } }
                }
            }
        }
    }
}

/// Whoever turns it on is the first to try: one button, where nobody else is in the pilot and nothing else says how they sign in.
fn only_me(frame: &Frame<'_>, at: &str) -> Markup {
    let t = frame.chrome.text;
    let me = frame.granted.actor().ok().map(|actor| &actor.user);
    let me = me.filter(|me| me.account == frame.granted.account().id && me.rule.is_none() && !me.break_glass);
    html! {
        @if let Some(me) = me {
            form method="post" action={ (at) "/pilot" } data-once {
                (frame.field())
                button class="btn quiet small" type="submit" name="people" value=(me.username.typed()) { (t.s("setup-pilot-me")) }
            }
        }
    }
}

/// An outage by hours, and off.
fn away(frame: &Frame<'_>, detail: &Detail) -> Markup {
    let t = frame.chrome.text;
    let state = detail.connection.state;
    let at = format!("{}{}", frame.at("/sign-on/"), detail.connection.id);
    let provider = provider(detail);
    html! {
        @if state.is_in_use() {
            details id="outage" open[state == ConnectionState::Outage] {
                summary { (t.f("setup-outage", &[("provider", provider.into())])) }
                form class="stack" method="post" action={ (at) "/outage" } data-once {
                    (frame.field())
                    p { (t.s("setup-outage-text")) }
                    @if let Some(outage) = detail.connection.outage { p { strong { (t.s("setup-outage-until")) " " (date_time(t, outage.until, frame.now)) } } }
                    div class="field narrow" {
                        label for="hours" { (t.f("setup-hours", &[("most", i64::from(MOST_HOURS).into())])) }
                        input class="input" id="hours" name="hours" type="number" inputmode="numeric" min="1" max=(MOST_HOURS) value="4" required;
                    }
                    div class="actions" { button class="btn quiet small" type="submit" { (t.s("setup-outage-submit")) } }
                }
            }
            details id="off" {
                summary { (t.s("setup-off")) }
                form class="stack" method="post" action={ (at) "/turn" } data-once {
                    (frame.field())
                    p { (t.s("setup-off-text")) }
                    (effect(t, &detail.switches.off))
                    @if detail.switches.off.without_password > 0 && frame.granted.may(Action::Invite) {
                        label class="check" for="invite" { input type="checkbox" id="invite" name="invite" value="yes" checked; (t.s("setup-off-invite")) }
                    }
                    div class="actions" { button class="btn danger small" type="submit" name="to" value="retired" { (t.s("setup-off-submit")) } }
                }
            }
        }
    }
}
