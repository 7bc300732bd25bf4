//! Forgot password, the code, the link, and the new password behind them (A9); invitations use the same pages.

use homeward_signin::{
    stage::{AwaitCode, CodeFor},
    step::{AccountShown, Asking, FieldProblem, NewPassword, Over},
};
use maud::{Markup, html};

use super::{
    change,
    field::{self, TextField},
    layout::{Chrome, Page, breakable_in},
    password::line,
    then_back,
};

pub(super) fn forgot(chrome: &Chrome, asking: &Asking, typed: &str, problem: Option<FieldProblem>) -> Markup {
    let t = chrome.text;
    let error = problem.map(|p| t.s(if p == FieldProblem::Empty { "username-empty" } else { "username-malformed" }));
    let card = html! {
        form class="card" method="post" action="/forgot/send" novalidate data-once {
            (chrome.stage())
            div class="stack" { h1 { (t.s("forgot-title")) } p class="muted" { (t.s("forgot-lead")) } }
            (field::text(t, &TextField {
                id: "username", label: t.s("username-label"), hint: Some(t.s("username-hint")), value: typed, error, autocomplete: "username",
                numeric: false, required: true, focus: true,
            }))
            button class="btn wide" type="submit" { (t.s("forgot-send")) }
        }
    };
    chrome.page(&Page { title: t.s("forgot-title"), error: problem.is_some(), from: chrome.asked(asking.name.as_deref()), card, next: None, refresh: None })
}

pub(super) fn check_mail(chrome: &Chrome, asking: &Asking, stage: &AwaitCode, problem: Option<FieldProblem>) -> Markup {
    let t = chrome.text;
    let username = stage.username.typed();
    let (lead, again) = match stage.purpose {
        CodeFor::Reset => (t.s("check-lead"), "/forgot/send"),
        CodeFor::SignIn => (t.s("code-lead"), "/signin/code"),
    };
    let card = html! {
        div class="card" {
            form class="stack" method="post" action="/forgot/code" novalidate data-once {
                (chrome.stage())
                h1 { (t.s("check-title")) }
                p class="muted" { (lead) }
                (field::text(t, &TextField {
                    id: "code", label: t.s("check-code"), hint: Some(t.s("check-code-hint")), value: "", error: problem.map(|_| t.s("check-wrong")),
                    autocomplete: "one-time-code", numeric: true, required: true, focus: true,
                }))
                button class="btn wide" type="submit" { (t.s("next")) }
            }
            form method="post" action=(again) {
                (chrome.stage())
                input type="hidden" name="username" value=(username);
                p class="sm" { (t.s("check-nothing")) " " button class="linkbtn" type="submit" { (t.s("check-again")) } }
            }
        }
    };
    let next = then_back(t, asking.name.as_deref());
    chrome.page(&Page { title: t.s("check-title"), error: problem.is_some(), from: chrome.person(username, None), card, next: Some(&next), refresh: None })
}

/// Opened by the link. The token stands in a cookie, not in the page or its address (LR-08).
/// `link` says which one the page is about.
pub(super) fn confirm(chrome: &Chrome, link: &str, (masked, account): (&str, Option<&AccountShown>), invitation: bool) -> Markup {
    let t = chrome.text;
    let (title, lead, action) = if invitation {
        (t.f("invite-title", &[("who", masked.into())]), t.s("invite-lead"), "/invitation")
    } else {
        (t.f("confirm-title", &[("who", masked.into())]), t.s("confirm-lead"), "/reset")
    };
    let card = html! {
        form class="card" method="post" action=(action) data-once {
            input type="hidden" name="link" value=(link);
            div class="stack" {
                h1 { (title) }
                @if let Some(account) = account { p { (line(chrome, account)) } }
                p class="muted" { (lead) }
            }
            button class="btn wide" type="submit" autofocus { (t.s("confirm-yes")) }
        }
    };
    chrome.page(&Page { title: &title, error: false, from: chrome.asked(None), card, next: None, refresh: None })
}

pub(super) fn set(
    chrome: &Chrome,
    (asking, handle): (&Asking, &str),
    (username, account): (&str, Option<&AccountShown>),
    first: bool,
    new: &NewPassword,
) -> Markup {
    let t = chrome.text;
    let title = t.s(if first { "set-first-title" } else { "set-title" });
    let card = html! {
        form class="card" method="post" action="/reset/password" novalidate data-once {
            input type="hidden" name="handle" value=(handle);
            div class="stack" {
                h1 { (title) }
                p class="muted" { (breakable_in(&t.f("set-lead", &[("username", username.into())]), username)) }
                @if let Some(account) = account { p { (line(chrome, account)) } }
            }
            (field::hidden_username(username))
            (change::fields(t, new, None))
            button class="btn wide" type="submit" { (t.s("next")) }
        }
    };
    let wrong = new.repeat_differs || !new.violations.is_empty();
    chrome.page(&Page { title, error: wrong, from: chrome.asked(asking.name.as_deref()), card, next: None, refresh: None })
}

pub(super) fn over(chrome: &Chrome, asking: &Asking, typed: &str, over: Over) -> Markup {
    let t = chrome.text;
    let (title, text) = match over {
        Over::Link => ("over-title", "over-text"),
        Over::Invitation => ("over-title", "over-invite"),
        Over::Reopen => ("reopen-title", "reopen-text"),
        Over::Waited => ("waited-title", "waited-text"),
    };
    let card = html! {
        form class="card" method="post" action="/forgot" {
            (chrome.stage())
            input type="hidden" name="username" value=(typed);
            div class="stack" {
                h1 { (t.s(title)) }
                p { (t.s(text)) }
            }
            button class="btn wide" type="submit" { (t.s("over-again")) }
        }
    };
    chrome.page(&Page { title: t.s(title), error: true, from: chrome.asked(asking.name.as_deref()), card, next: None, refresh: None })
}
