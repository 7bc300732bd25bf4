//! Delegated access: what an application wants to do for the person, and what an administrator begins by a one-time link.

use homeward_signin::usecase::delegated::{AskPage, DonePage, Permission, StartPage};
use maud::{Markup, html};

use super::{
    layout::{Chrome, Page},
    password::line,
};

/// `Calendars.Read.Shared` → `permission-calendars-read-shared`.
fn text_of(name: &str) -> String {
    format!("permission-{}", name.to_ascii_lowercase().replace('.', "-"))
}

/// What is allowed, one line each; with the mark "Admin consent required" where Microsoft has it (B-144).
fn list(chrome: &Chrome, permissions: &[&Permission]) -> Markup {
    let t = chrome.text;
    html! {
        ul class="places" {
            @for permission in permissions {
                li { p { (t.named(&text_of(permission.name))) @if permission.admin_consent { " " span class="tag" { (t.s("consent-mark")) } } } }
            }
        }
    }
}

/// "Let Wiki act for you?"
pub fn ask(chrome: &Chrome, page: &AskPage) -> Markup {
    let t = chrome.text;
    let app = page.asking.name.as_deref().unwrap_or(&chrome.product);
    let title = t.f("consent-title", &[("app", app.into())]);
    let card = html! {
        form class="card" method="post" action="/delegated/consent" data-once {
            (chrome.stage())
            div class="stack" {
                h1 { (title) }
                p { (t.f("consent-lead", &[("app", app.into())])) }
            }
            (list(chrome, &page.permissions))
            @if page.permissions.iter().any(|permission| permission.admin_consent) { p class="sm muted" { (t.s("consent-administrator")) } }
            p class="sm muted" { (t.s("consent-next")) }
            div class="stack" {
                button class="btn wide" type="submit" { (t.s("consent-yes")) }
                a class="btn quiet wide" href="/signin" { (t.s("consent-no")) }
            }
        }
    };
    let from = html! { div class="leg from" { p { strong { (page.username) } br; span class="muted sm" { (line(chrome, &page.account)) } } } };
    chrome.page(&Page { title: &title, error: false, from, card, next: None, refresh: None })
}

/// "Wiki may act for you."
pub fn granted(chrome: &Chrome, app: Option<&str>, back: Option<&str>) -> Markup {
    let t = chrome.text;
    let name = app.unwrap_or(&chrome.product);
    let title = t.f("consent-done-title", &[("app", name.into())]);
    let card = html! {
        div class="card" {
            h1 { (title) }
            @match back {
                Some(back) => a class="btn wide" href=(back) rel="noreferrer" { (t.f("consent-back", &[("app", name.into())])) },
                None => p { (t.s("consent-done-text")) },
            }
        }
    };
    chrome.page(&Page { title: &title, error: false, from: chrome.asked(app), card, next: None, refresh: None })
}

/// What an administrator is about to do.
pub fn start(chrome: &Chrome, page: &StartPage) -> Markup {
    let t = chrome.text;
    let account = [("account", (&page.account.name).into())];
    let (title, lead) = match &page.permissions {
        None => (t.f("start-azure-title", &account), t.s("start-azure-lead")),
        Some(_) => (t.f("start-consent-title", &account), t.s("start-consent-lead")),
    };
    let card = html! {
        form class="card" method="post" action="/azure/start" data-once {
            (chrome.stage())
            div class="stack" { h1 { (title) } p { (lead) } }
            @if let Some(permissions) = &page.permissions { (list(chrome, permissions)) }
            button class="btn wide" type="submit" { (t.s("consent-yes")) }
        }
    };
    let from = html! { div class="leg from" { p { strong { (page.account.name) } br; span class="muted sm" { (line(chrome, &page.account)) } } } };
    chrome.page(&Page { title: &title, error: false, from, card, next: None, refresh: None })
}

/// What an administrator has done.
pub fn done(chrome: &Chrome, page: &DonePage) -> Markup {
    let t = chrome.text;
    let account = &page.account.name;
    let (title, text) = match &page.made {
        Some(name) => (t.s("start-azure-done"), t.f("start-azure-text", &[("name", name.into()), ("account", account.into())])),
        None => (t.s("start-consent-done"), t.f("start-consent-text", &[("account", account.into())])),
    };
    let card = html! {
        div class="card" {
            h1 { (title) }
            div class="note good" role="status" { p { (text) } }
        }
    };
    let from = html! { div class="leg from" { p { strong { (account) } br; span class="muted sm" { (line(chrome, &page.account)) } } } };
    chrome.page(&Page { title, error: false, from, card, next: None, refresh: None })
}
