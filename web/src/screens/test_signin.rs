//! The test sign-in: the page of its link, and the six checks with what arrived.

use homeward_signin::step::{AccountShown, TestPage, TestShown};
use maud::{Markup, html};

use super::{
    checks::checks,
    icons,
    layout::{Chrome, Page},
    message::moment,
};

pub(super) fn page(chrome: &Chrome, page: &TestPage) -> Markup {
    match page {
        TestPage::Begin { account, provider } => begin(chrome, account, provider),
        TestPage::Result(shown) => result(chrome, shown),
        TestPage::Over => over(chrome),
    }
}

/// "Northwind Dental · test sign-in"
fn of(chrome: &Chrome, account: &AccountShown, provider: &str) -> Markup {
    html! { p class="leg from" { strong { (account.name) } " " span class="muted" { (provider) " · " (chrome.text.s("test-of")) } } }
}

fn begin(chrome: &Chrome, account: &AccountShown, provider: &str) -> Markup {
    let t = chrome.text;
    let card = html! {
        form class="card" method="post" action="/signin/test" data-once {
            div class="stack" { h1 { (t.s("test-title")) } p class="muted" { (t.f("test-lead", &[("provider", provider.into())])) } }
            button class="btn wide" type="submit" autofocus { (t.s("test-begin")) }
        }
    };
    chrome.page(&Page { title: t.s("test-title"), error: false, from: of(chrome, account, provider), card, next: None, refresh: None })
}

fn over(chrome: &Chrome) -> Markup {
    let t = chrome.text;
    let card = html! { div class="card" { h1 { (t.s("test-over-title")) } p { (t.s("test-over-text")) } } };
    chrome.page(&Page { title: t.s("test-over-title"), error: true, from: chrome.asked(None), card, next: None, refresh: None })
}

fn result(chrome: &Chrome, shown: &TestShown) -> Markup {
    let t = chrome.text;
    let stopped = shown.report.stopped_at();
    let heading = match stopped {
        Some(number) => t.f("test-stopped", &[("number", i64::from(number).into())]),
        None => t.s("test-passed").to_owned(),
    };
    let card = html! {
        div class="card" {
            h1 { (heading) }
            div class={ "note" @if stopped.is_none() { " good" } } {
                @if stopped.is_none() { (icons::check(18)) } @else { (icons::alert(18)) }
                p { @if let Some(who) = &shown.person { (t.f("test-means", &[("who", who.into())])) " " } (t.s("test-nobody")) }
            }
            (checks(chrome, &shown.report))
            @if !shown.arrived.is_empty() { (arrived(chrome, &shown.arrived)) }
            p class="sm muted" { (moment(shown.at)) " UTC" }
        }
    };
    chrome.page(&Page { title: &heading, error: stopped.is_some(), from: of(chrome, &shown.account, &shown.provider), card, next: None, refresh: None })
}

fn arrived(chrome: &Chrome, arrived: &[(String, Vec<String>)]) -> Markup {
    let t = chrome.text;
    html! {
        details class="sm" open {
            summary { (t.s("test-arrived")) }
            p class="muted" { (t.s("test-hidden")) }
            dl class="arrived" {
                @for (name, values) in arrived {
                    div {
                        dt translate="no" { (name) }
                        @for value in values { dd translate="no" { (value) } }
                        @if values.is_empty() { dd class="muted" { (t.s("test-none")) } }
                    }
                }
            }
        }
    }
}
