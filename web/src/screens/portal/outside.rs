//! Pages at the portal's door: no role, not for this role, and a sign-in that came to nothing. They tell of no account.

use homeward_model::CaseNumber;
use homeward_signin::Reason;
use maud::{Markup, html};

use crate::screens::{
    icons,
    layout::{Chrome, Page},
    message::sentence,
};

/// Why somebody does not come in, with the reference under which it is on record.
pub(crate) fn refused(chrome: &Chrome, reason: Reason, case: &CaseNumber) -> Markup {
    let t = chrome.text;
    let (title, ways) = match reason {
        Reason::PortalNoRole => (t.s("portal-no-role"), html! { div class="row" { a href="/signin" { (t.s("own-start")) } a href="/signout" { (t.s("sign-out")) } } }),
        Reason::PortalSetupOver => (t.s("setup-over"), html! {}),
        Reason::PortalNotAllowed => (t.s("portal-not-allowed"), html! { a href="/portal" { (t.s("portal-to-start")) } }),
        _ => (t.s("portal-not-signed-in"), html! { a class="btn wide" href="/portal" { (t.s("refused-try")) } }),
    };
    let card = html! {
        div class="card" {
            h1 { (title) }
            div class="note warn" { (icons::alert(18)) p { (sentence(chrome, reason)) } }
            (ways)
            p class="sm muted" { (t.s("refused-reference")) " " span class="ref" { (case) } " · " (reason.code()) }
        }
    };
    chrome.page(&Page { title, error: true, from: chrome.asked(Some(t.s("portal-name"))), card, next: None, refresh: None })
}
