//! Accounts that an operator or partner may enter.

use homeward_discovery::{Account, AccountState};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    parts::{more, pill, query},
};

/// What was asked for.
pub(crate) struct AccountsAsked<'a> {
    /// The start of a number or name, as typed.
    pub typed: &'a str,
    /// The mark of the next page.
    pub next: Option<&'a str>,
    /// Where the person was going, sealed.
    pub to: &'a str,
}

/// The list.
pub(crate) fn accounts(frame: &Frame<'_>, list: &[Account], asked: &AccountsAsked<'_>) -> Markup {
    let t = frame.chrome.text;
    let typed = asked.typed;
    let next = asked.next.map(|mark| format!("{}{}", frame.at("/accounts"), query(&[("q", typed), ("after", mark), ("to", asked.to)])));
    let body = html! {
        form class="search" method="get" action=(frame.at("/accounts")) role="search" {
            div class="field" {
                label for="q" { (t.s("portal-search-accounts")) }
                input class="input" id="q" name="q" type="search" value=(typed) autocomplete="off" spellcheck="false" enterkeyhint="search";
            }
            button class="btn" type="submit" { (t.s("portal-search")) }
        }
        @if list.is_empty() { div class="panel flat" { p { (t.s("portal-accounts-none")) } } }
        @else {
            div class="panel list" {
                table {
                    caption class="vh" { (t.s("portal-accounts")) }
                    thead { tr { th scope="col" { (t.s("portal-account")) } th scope="col" { (t.s("portal-state")) } th scope="col" { span class="vh" { (t.s("portal-enter")) } } } }
                    tbody { @for account in list { (row(frame, account, asked.to)) } }
                }
            }
        }
        (more(t, (None, next.as_deref())))
    };
    let meta = html! { p class="meta" { (t.s("portal-accounts-text")) } };
    frame.page(&Page { title: t.s("portal-accounts"), error: false, here: Here::Accounts, actions: html! {}, meta, body })
}

fn row(frame: &Frame<'_>, account: &Account, to: &str) -> Markup {
    let t = frame.chrome.text;
    html! {
        tr {
            th scope="row" { (account.name) small { (t.f("portal-account-number", &[("number", account.number.as_str().into())])) } }
            td data-label=(t.s("portal-state")) {
                @match account.state {
                    AccountState::Active => (pill("good", t.s("portal-state-active"))),
                    AccountState::Suspended => (pill("bad", t.s("portal-state-suspended"))),
                }
            }
            td class="end" {
                form method="post" action={ "/portal/" (account.number.as_str()) "/enter" } data-once {
                    (frame.field())
                    @if !to.is_empty() { input type="hidden" name="to" value=(to); }
                    button class="btn small quiet" type="submit" { (t.s("portal-enter")) span class="vh" { " " (account.name) } }
                }
            }
        }
    }
}
