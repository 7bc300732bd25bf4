//! The person's own page: where they are signed in.

use homeward_signin::step::{OwnApplication, OwnDelegated, OwnPage, OwnSession};
use maud::{Markup, html};

use super::{
    layout::{Chrome, Page},
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
                p class="muted" { (t.f("own-lead", &[("who", who.into())])) }
            }
            @if page.done { div class="note good" role="status" { p { (t.s("own-done")) } } }
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
            div class="row" { a href="/changepassword" { (t.s("change-title")) } a href="/signin" { (t.s("own-start")) } }
        }
    };
    let shown = line(chrome, &page.account);
    chrome.page(&Page { title: t.s("own-title"), error: false, from: chrome.person(&page.username, Some(&shown)), card, next: None, refresh: None })
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
