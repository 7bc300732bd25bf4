//! One user: how they sign in, where they are signed in, and what can be done for them.

use homeward_discovery::{AllowLocal, UserRule, UserState};
use homeward_portal::{
    Action,
    people::{Done, OneUser, Way},
    ports::{Place, Since},
    rename::Renamed,
};
use maud::{Markup, html};

use super::{
    emergency,
    frame::{Frame, Here, Page},
    parts::{Said, date, full_name, note, panel, state, way},
};
use crate::screens::{field::{self, TextField}, icons};

/// What the page shows besides the user.
pub(crate) struct UserAsked<'a> {
    /// What came of a step.
    pub said: Option<Said>,
    /// A username that was typed.
    pub typed: &'a str,
    /// What is wrong with it.
    pub problem: Option<Renamed>,
}

/// One user.
pub(crate) fn user(frame: &Frame<'_>, view: &OneUser, asked: &UserAsked<'_>) -> Markup {
    let said = asked.said;
    let t = frame.chrome.text;
    let user = &view.listed.user;
    let of = |rest: &str| format!("/users/{}{rest}", user.id);
    let name = full_name(user);
    let title = user.username.typed();
    let meta = html! { p class="meta" { (state(t, user)) span { (way(t, view.way)) } @if !name.is_empty() { span { (name) } } } };
    let actions = html! {
        @if user.state == UserState::Invited { (frame.button(Action::Invite, &of("/invite"), (t.s("portal-invite"), "quiet"))) }
        @if user.state == UserState::Active && view.hands_off.is_none() && keeps_password(frame, view) { (frame.button(Action::Invite, &of("/password-mail"), (t.s("people-mail-password"), "quiet"))) }
        @if frame.granted.may(Action::Explain) { a class="btn small" href=(frame.at(&of("/why"))) { (t.s("portal-why")) } }
    };
    let body = html! {
        (note(t, said))
        @if let (Some(why), None) = (hands_off(frame, view), said) { div class="note" { (icons::alert(18)) p { (why) } } }
        section class="panel" aria-labelledby="facts" {
            h2 id="facts" { (t.s("portal-facts")) }
            dl class="facts" {
                div { dt { (t.s("portal-email")) } dd { @match &user.email { Some(email) => (email.as_str()), None => (t.s("portal-no-email")) } } }
                div { dt { (t.s("portal-last")) } dd { @match view.listed.last_sign_in { Some(at) => (frame.when(at)), None => (t.s("portal-never")) } } }
                div { dt { (t.s("portal-password")) } dd { (t.s(if view.has_password { "portal-password-set" } else { "portal-password-none" })) } }
                @if !user.groups.is_empty() { div { dt { (t.s("portal-groups")) } dd { (user.groups.iter().cloned().collect::<Vec<_>>().join(", ")) } } }
            }
        }
        (places(frame, view))
        (exclusion(frame, view))
        (emergency::section(frame, view))
        (username(frame, view, asked))
        (links(frame, view))
        (access(frame, view))
        @if frame.granted.may(Action::ReadActivity) {
            p { a href={ (frame.at("/activity")) "?user=" (user.id) } { (t.s("portal-user-activity")) } }
        }
    };
    frame.page(&Page { title, error: asked.problem.is_some(), here: Here::Users, actions, meta, body })
}

/// Whether a password of this person's counts here.
fn keeps_password(frame: &Frame<'_>, view: &OneUser) -> bool {
    view.way != Way::SingleSignOn || frame.granted.account().allow_local == AllowLocal::Yes
}

/// Why the buttons are not there, for a role that has them otherwise.
fn hands_off(frame: &Frame<'_>, view: &OneUser) -> Option<&'static str> {
    let t = frame.chrome.text;
    let has_buttons = frame.granted.may(Action::ChangeState) || frame.granted.may(Action::ChangeUsername) || frame.granted.may(Action::ChangeExclusions);
    match view.hands_off.filter(|_| has_buttons)? {
        Done::Oneself => Some(t.s("portal-said-oneself")),
        _ => Some(t.s("portal-said-wider")),
    }
}

fn places(frame: &Frame<'_>, view: &OneUser) -> Markup {
    let t = frame.chrome.text;
    let beside = html! {
        @if !view.places.is_empty() && view.hands_off.is_none() { (frame.button(Action::EndSessions, &format!("/users/{}/end-sessions", view.listed.user.id), (t.s("portal-end-sessions"), "quiet"))) }
    };
    let body = html! {
        @if view.places.is_empty() { p class="muted" { (t.s("portal-places-none")) } }
        @else { ul class="places" { @for place in &view.places { li { (one_place(frame, place)) } } } }
    };
    panel(("places", t.s("portal-places")), &beside, &body)
}

fn one_place(frame: &Frame<'_>, place: &Place) -> Markup {
    let t = frame.chrome.text;
    let device = if place.device.is_empty() || place.device == "?" { t.s("own-device") } else { &place.device };
    let applications: Vec<&str> = place.applications.iter().map(|(name, _)| name.as_str()).collect();
    html! {
        p {
            strong { (device) }
            small { (t.s("portal-since")) " " (frame.when(place.since)) " · " (t.s("portal-used")) " " (frame.when(place.last_used)) }
            @if !applications.is_empty() { small { (applications.join(", ")) } }
        }
    }
}

fn exclusion(frame: &Frame<'_>, view: &OneUser) -> Markup {
    let t = frame.chrome.text;
    let user = &view.listed.user;
    let is_on = user.rule == Some(UserRule::Excluded);
    let beside = html! {
        @if is_on && view.hands_off.is_none() { (frame.button(Action::ChangeExclusions, &format!("/users/{}/include", user.id), (t.s("portal-include"), "quiet"))) }
        @else if view.hands_off.is_none() { (frame.button(Action::ChangeExclusions, &format!("/users/{}/exclude", user.id), (t.s("portal-exclude"), "quiet"))) }
    };
    let body = html! {
        @if is_on { p { (t.s("portal-is-excluded")) " " (since(frame, view.excluded.as_ref())) } }
        @else { p class="muted" { (t.s("portal-not-excluded")) } }
    };
    panel(("exclusion", t.s("portal-exclusions")), &beside, &body)
}

/// "Added by ann@north.example on 22 November 2026."
pub(super) fn since(frame: &Frame<'_>, since: Option<&Since>) -> Markup {
    let t = frame.chrome.text;
    let day = since.map(|since| date(t, since.at)).unwrap_or_default();
    html! {
        span class="muted" {
            @match since {
                Some(Since { by: Some(by), .. }) => (t.f("portal-added-by", &[("by", by.into()), ("date", (&day).into())])),
                Some(Since { by: None, .. }) => (t.f("portal-added-above", &[("date", (&day).into())])),
                None => (t.s("portal-added-file")),
            }
        }
    }
}

/// Another username (B-038).
fn username(frame: &Frame<'_>, view: &OneUser, asked: &UserAsked<'_>) -> Markup {
    let t = frame.chrome.text;
    let user = &view.listed.user;
    let error = asked.problem.map(|problem| {
        t.s(match problem {
            Renamed::Taken => "portal-username-taken",
            Renamed::Foreign => "portal-username-foreign",
            Renamed::Mixed => "people-mixed",
            Renamed::Malformed | Renamed::Step(_) => "portal-username-malformed",
        })
    });
    html! {
        @if frame.granted.may(Action::ChangeUsername) && view.hands_off.is_none() && user.state != UserState::Deprovisioned {
            form class="panel flat" method="post" action=(frame.at(&format!("/users/{}/rename", user.id))) novalidate data-once {
                (frame.field())
                h2 { (t.s("portal-username")) }
                p class="muted" { (t.s("portal-username-text")) }
                (field::text(t, &TextField {
                    id: "username", label: t.s("portal-username-new"), hint: None, value: asked.typed, error, autocomplete: "off", numeric: false, required: true,
                    focus: error.is_some(),
                }))
                div class="actions" { button class="btn quiet" type="submit" { (t.s("portal-username-change")) } }
            }
        }
    }
}

/// Whom providers mean by this person, and the way to take that away (OP-09, OP-10).
fn links(frame: &Frame<'_>, view: &OneUser) -> Markup {
    let t = frame.chrome.text;
    html! {
        @if !view.links.is_empty() {
            section class="panel flat" aria-labelledby="links" {
                h2 id="links" { (t.s("portal-links")) }
                ul class="places" { @for (provider, at) in &view.links { li { p { strong { (provider) } small { (t.s("portal-since")) " " (frame.when(*at)) } } } } }
                @if frame.granted.may(Action::Unlink) && view.hands_off.is_none() {
                    details {
                        summary { (t.s("portal-unlink")) }
                        form class="stack" method="post" action=(frame.at(&format!("/users/{}/unlink", view.listed.user.id))) data-once {
                            (frame.field())
                            p { (t.s("portal-unlink-text")) }
                            label class="check" for="sure" { input type="checkbox" id="sure" name="sure" value="yes" required; (t.s("portal-unlink-sure")) }
                            div class="actions" { button class="btn danger small" type="submit" { (t.s("portal-unlink-submit")) } }
                        }
                    }
                }
            }
        }
    }
}

fn access(frame: &Frame<'_>, view: &OneUser) -> Markup {
    let t = frame.chrome.text;
    let user = &view.listed.user;
    html! {
        @if frame.granted.may(Action::ChangeState) && view.hands_off.is_none() && matches!(user.state, UserState::Active | UserState::Suspended) {
            section class="panel flat" aria-labelledby="access" {
                div class="row" {
                    h2 id="access" { (t.s("portal-access")) }
                    @if user.state == UserState::Active { (frame.button(Action::ChangeState, &format!("/users/{}/suspend", user.id), (t.s("portal-suspend"), "danger"))) }
                    @else { (frame.button(Action::ChangeState, &format!("/users/{}/resume", user.id), (t.s("portal-resume"), ""))) }
                }
                p class="muted" { (t.s(if user.state == UserState::Active { "portal-suspend-text" } else { "portal-resume-text" })) }
            }
        }
    }
}
