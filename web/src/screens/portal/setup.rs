//! The pages of a setup link before and after its session: who asks for what, and that nobody is affected by it.

use homeward_portal::{Actor, setup_link::Offered};
use maud::{Markup, html};

use super::parts::date;
use crate::screens::{
    icons,
    layout::{Chrome, Page},
    message::moment,
};

/// Who asks, for what, and a button. Nothing has begun yet.
pub(crate) fn offer(chrome: &Chrome, offered: &Offered, here: Option<&Actor>) -> Markup {
    let t = chrome.text;
    let (account, number) = &offered.account;
    let (name, until) = (&offered.maker, moment(offered.until));
    let asks = match &offered.provider {
        Some(provider) => t.f("setup-asks", &[("name", name.into()), ("provider", provider.into())]),
        None => t.f("setup-asks-any", &[("name", name.into())]),
    };
    let when = t.f("setup-until", &[("date", date(t, offered.until).as_str().into()), ("time", until.get(11..16).unwrap_or_default().into())]);
    let card = html! {
        form class="card" method="post" action="/setup" data-once {
            input type="hidden" name="link" value=(offered.reference.as_str());
            div class="stack" {
                h1 { (t.s("setup-offer")) }
                p { (asks) }
                p class="muted" { (t.f("setup-nobody-yet", &[("name", name.into())])) " " (when) }
            }
            @if let Some(actor) = here { div class="note warn" { (icons::alert(18)) p { (t.f("setup-ends-portal", &[("name", (&actor.name()).into())])) } } }
            button class="btn wide" type="submit" autofocus { (t.s("setup-open")) }
        }
    };
    let from = html! { p class="leg from" { strong { (account) } " " span class="muted" { (t.f("setup-account-number", &[("number", number.as_str().into())])) } } };
    chrome.page(&Page { title: t.s("setup-offer"), error: false, from, card, next: Some(t.s("setup-offer-next")), refresh: None })
}

/// After leaving.
pub(crate) fn left(chrome: &Chrome) -> Markup {
    let t = chrome.text;
    let card = html! { div class="card" { h1 { (t.s("setup-left")) } div class="note good" { (icons::check(18)) p { (t.s("setup-left-text")) } } } };
    chrome.page(&Page { title: t.s("setup-left"), error: false, from: chrome.asked(Some(t.s("portal-name"))), card, next: None, refresh: None })
}
