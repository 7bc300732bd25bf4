//! The password page (A3), and Single Sign On or password (A4).

use homeward_signin::step::{AccountShown, Asking, FieldProblem, Step};
use maud::{Markup, html};

use super::{
    field::{self, PasswordField, TextField},
    icons,
    layout::{Chrome, Page},
    then_back,
};

/// "Northwind Dental · account 40817"
pub(super) fn line(chrome: &Chrome, account: &AccountShown) -> String {
    chrome.text.f("account-line", &[("name", (&account.name).into()), ("number", (&account.number).into())])
}

pub(super) fn password(chrome: &Chrome, step: &Step) -> Markup {
    let Step::Password { stage, asking, account, named, problem, sso, uniform, outage } = step else { return html! {} };
    let t = chrome.text;
    let username = stage.username.typed();
    let error = problem.map(|p| match p {
        FieldProblem::WrongPassword { tries_left: Some(left) } if left.count > 0 => {
            format!("{} {}", t.s("password-wrong"), t.f("password-tries", &[("count", left.count.into()), ("minutes", left.minutes.into())]))
        }
        FieldProblem::Empty => t.s("password-empty").to_owned(),
        _ => t.s("password-wrong").to_owned(),
    });
    let next = then_back(t, asking.name.as_deref());
    let forgot = html! { button class="linkbtn sm" type="submit" form="again" formaction="/forgot" { (t.s("password-forgot")) } };
    // Where the page asks for the account, the button sends that, too: it is one of that form's, and the second one, so that Enter presses "Next".
    let of = if *uniform { "enter" } else { "again" };
    let away = html! {
        p class="or" { (t.s("or")) }
        button class="btn quiet wide two" type="submit" form=(of) formaction="/signin/single-sign-on" {
            (t.s("sso-button"))
            small { @match sso { Some(provider) => (t.f("sso-with", &[("provider", provider.into())])), None => (t.s("sso-organisation")) } }
        }
    };
    let card = html! {
        div class="card" {
            form class="stack" id="enter" method="post" action="/signin/password" novalidate data-once {
                (chrome.stage())
                h1 { (t.s("password-title")) }
                @if *outage {
                    div class="note warn" { (icons::alert(18)) p { strong { (t.s("outage-note")) } " " (t.s("outage-note-more")) } }
                }
                (field::hidden_username(username))
                (field::password(t, &PasswordField {
                    id: "password", label: t.s("password-label"), autocomplete: "current-password", enter: "go", error: error.as_deref(),
                    described_by: "caps", rules: None, focus: true, aside: Some(forgot),
                }))
                p class="hint" id="caps" role="status" data-said=(t.s("password-caps")) {}
                @if *uniform {
                    (field::text(t, &TextField {
                        id: "account", label: t.s("password-account"), hint: Some(t.s("password-account-hint")), value: named, error: None,
                        autocomplete: "off", numeric: false, required: false, focus: false,
                    }))
                }
                @if !asking.private { label class="check" { input type="checkbox" name="remember" value="yes"; (t.s("remember")) } }
                button class="btn wide" type="submit" { (t.s("next")) }
            }
            @if *outage {
                div class="stack" {
                    p class="or" { (t.s("or")) }
                    button class="btn quiet wide" type="submit" form="again" formaction="/signin/code" { (t.s("outage-code")) }
                }
            }
            @if *uniform || sso.is_some() {
                div class="stack" { (away) }
            }
        }
    };
    let account = account.as_ref().map(|a| line(chrome, a));
    let from = chrome.person(username, account.as_deref());
    chrome.page(&Page { title: t.s("password-title"), error: problem.is_some(), from, card, next: Some(&next), refresh: None })
}

pub(super) fn offer(chrome: &Chrome, _asking: &Asking, username: &str, account: Option<&AccountShown>, (provider, beside): (&str, bool)) -> Markup {
    let t = chrome.text;
    let next = match account {
        Some(account) => t.f("offer-next", &[("account", (&account.name).into())]),
        None => t.s("offer-next-bare").to_owned(),
    };
    let card = html! {
        div class="card" {
            h1 { (t.s("offer-title")) }
            form method="post" action="/signin/single-sign-on" data-once {
                (chrome.stage())
                input type="hidden" name="username" value=(username);
                button class="btn wide" type="submit" autofocus { (t.s("sso-button")) }
            }
            p class="muted sm" { @if account.is_some() { (t.f("sso-with", &[("provider", provider.into())])) } @else { (t.s("sso-organisation")) } }
            @if beside {
                form method="post" action="/signin/enter-password" {
                    (chrome.stage())
                    button class="linkbtn" type="submit" { (t.s("offer-password")) }
                }
            }
        }
    };
    let shown = account.map(|a| line(chrome, a));
    let from = chrome.person(username, shown.as_deref());
    chrome.page(&Page { title: t.s("offer-title"), error: false, from, card, next: Some(&next), refresh: None })
}
