//! Pages at the portal's door: no role, not for this role, and a sign-in that came to nothing. They tell of no account.

use maud::{Markup, html};

use crate::screens::{
    icons,
    layout::{Chrome, Page},
};

fn plain(chrome: &Chrome, title: &str, text: &str, ways: &Markup) -> Markup {
    let card = html! {
        div class="card" {
            h1 { (title) }
            div class="note warn" { (icons::alert(18)) p { (text) } }
            (ways)
        }
    };
    chrome.page(&Page { title, error: true, from: chrome.asked(Some(chrome.text.s("portal-name"))), card, next: None, refresh: None })
}

/// Nobody has given this person a role.
pub(crate) fn no_role(chrome: &Chrome) -> Markup {
    let t = chrome.text;
    let ways = html! { div class="row" { a href="/signin" { (t.s("own-start")) } a href="/signout" { (t.s("sign-out")) } } };
    plain(chrome, t.s("portal-no-role"), t.s("portal-no-role-text"), &ways)
}

/// The role does not include it.
pub(crate) fn not_allowed(chrome: &Chrome) -> Markup {
    let t = chrome.text;
    plain(chrome, t.s("portal-not-allowed"), t.s("portal-not-allowed-text"), &html! { a href="/portal" { (t.s("portal-to-start")) } })
}

/// The sign-in brought no proof.
pub(crate) fn not_signed_in(chrome: &Chrome) -> Markup {
    let t = chrome.text;
    plain(chrome, t.s("portal-not-signed-in"), t.s("portal-not-signed-in-text"), &html! { a class="btn wide" href="/portal" { (t.s("refused-try")) } })
}
