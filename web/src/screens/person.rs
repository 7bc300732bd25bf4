//! The person's own page: where they are signed in.

use homeward_signin::step::{OwnApplication, OwnDelegated, OwnPage, OwnSaid, OwnSession};
use maud::{Markup, html};

use super::{
    icons,
    layout::{Chrome, Page, breakable, breakable_in},
    message::moment,
    password::line,
};

pub(super) fn own(chrome: &Chrome, page: &OwnPage) -> Markup {
    let t = chrome.text;
    let who = if page.person.is_empty() { &page.username } else { &page.person };
    let card = html! {
        form class="card" method="post" action="/account" data-once {
            (chrome.stage())
            div class="stack" {
                h1 { (t.s("own-title")) }
                p class="muted" { (breakable_in(&t.f("own-lead", &[("who", who.into())]), who)) }
            }
            @if let Some(said) = page.said { div class="note good" role="status" { (icons::check(18)) p { (t.s(said_key(said))) } } }
            (profile(chrome, page))
            section class="stack" aria-labelledby="own-sessions" {
                h2 id="own-sessions" { (t.s("own-sessions")) }
                ul class="places" { @for session in &page.sessions { (one_session(chrome, session)) } }
            }
            section class="stack" aria-labelledby="own-applications" {
                h2 id="own-applications" { (t.s("own-applications")) }
                @if page.applications.is_empty() { p class="muted" { (t.s("own-none")) } }
                @else { ul class="places" { @for application in &page.applications { (one_application(chrome, application)) } } }
            }
            @if !page.delegated.is_empty() {
                section class="stack" aria-labelledby="own-delegated" {
                    h2 id="own-delegated" { (t.s("own-delegated")) }
                    ul class="places" { @for grant in &page.delegated { (one_grant(chrome, grant)) } }
                }
            }
            div class="stack" {
                p class="sm muted" { (t.s("own-all-text")) }
                button class="btn quiet wide" type="submit" name="end" value="everything" { (t.s("own-all")) }
            }
            div class="row" { a href=(chrome.for_person("/changepassword", page.several)) { (t.s("change-title")) } a href="/signin" { (t.s("own-start")) } }
        }
    };
    let shown = line(chrome, &page.account);
    chrome.page(&Page { title: t.s("own-title"), error: false, from: chrome.person(&page.username, Some(&shown)), card, next: None, refresh: None })
}

/// What was done just now.
const fn said_key(said: OwnSaid) -> &'static str {
    match said {
        OwnSaid::Ended => "own-done",
        OwnSaid::Named => "own-name-saved",
        OwnSaid::Mailed => "own-email-saved",
    }
}

/// Name and e-mail address, each with the way to its own page.
fn profile(chrome: &Chrome, page: &OwnPage) -> Markup {
    let t = chrome.text;
    let line = |label: &str, value: &str, none: &str, to: &str| {
        html! {
            li {
                p { strong { (label) } small { (breakable(if value.is_empty() { none } else { value })) } }
                a class="linkbtn sm" href=(chrome.for_person(to, page.several)) { (t.s("own-change")) span class="vh" { " " (label) } }
            }
        }
    };
    html! {
        section class="stack" aria-labelledby="own-profile" {
            h2 id="own-profile" { (t.s("own-profile")) }
            ul class="places" {
                (line(t.s("own-name"), &page.person, t.s("own-name-none"), "/account/name"))
                (line(t.s("own-email"), page.email.as_deref().unwrap_or_default(), t.s("own-email-none"), "/account/email"))
            }
        }
    }
}

fn one_session(chrome: &Chrome, session: &OwnSession) -> Markup {
    let t = chrome.text;
    let device = device(chrome, Some(&session.device));
    html! {
        li {
            p {
                strong { (device) } @if session.here { " " span class="tag" { (t.s("own-here")) } }
                small { (t.f("own-used", &[("time", moment(session.last_used).as_str().into())])) }
            }
            button class="linkbtn sm" type="submit" name="end" value=(session.id) { (t.s("sign-out")) span class="vh" { " " (device) } }
        }
    }
}

fn one_application(chrome: &Chrome, application: &OwnApplication) -> Markup {
    let t = chrome.text;
    html! {
        li {
            p {
                strong { (application.name) }
                small { (device(chrome, application.device.as_deref())) " · " (t.f("own-used", &[("time", moment(application.last_used).as_str().into())])) }
            }
            button class="linkbtn sm" type="submit" name="end" value={ (application.session) "/" (application.client.as_str()) } {
                (t.s("sign-out")) span class="vh" { " " (application.name) }
            }
        }
    }
}

fn one_grant(chrome: &Chrome, grant: &OwnDelegated) -> Markup {
    let t = chrome.text;
    html! {
        li {
            p {
                strong { (grant.name) }
                small { (t.f("own-since", &[("time", moment(grant.since).as_str().into())])) }
            }
            button class="linkbtn sm" type="submit" name="end" value={ "delegated/" (grant.connection) } { (t.s("own-take-back")) span class="vh" { " " (grant.name) } }
        }
    }
}

/// Browser and system; a device that said nothing of itself has a word of ours.
fn device(chrome: &Chrome, text: Option<&str>) -> String {
    text.filter(|text| !text.is_empty() && *text != "?").unwrap_or(chrome.text.s("own-device")).to_owned()
}
