//! The username page (A1).

use homeward_signin::{
    stage::{Errand, Started},
    step::{Asking, FieldProblem, Notice},
};
use maud::{Markup, html};

use super::{
    field,
    icons,
    layout::{Chrome, Page},
};

pub(super) fn username(chrome: &Chrome, asking: &Asking, typed: &str, (problem, notice): (Option<FieldProblem>, Option<Notice>), stage: &Started) -> Markup {
    let t = chrome.text;
    let app = asking.name.as_deref();
    let title = match (&stage.errand, app) {
        (Errand::ChangePassword { .. }, _) => t.s("change-title").to_owned(),
        (_, Some(app)) => t.f("username-title", &[("app", app.into())]),
        (_, None) => t.s("username-title-bare").to_owned(),
    };
    let error = problem.map(|p| t.s(if p == FieldProblem::Empty { "username-empty" } else { "username-malformed" }));
    let described = if error.is_some() { "username-error username-hint" } else { "username-hint" };
    let card = html! {
        form class="card" method="post" action="/signin/username" novalidate data-once {
            (chrome.stage())
            div class="stack" {
                h1 { (title) }
                @if notice == Some(Notice::StartedAgain) { (again(chrome, !typed.is_empty())) }
                p class="muted" { (t.s("username-lead")) }
            }
            div class="field" {
                label for="username" { (t.s("username-label")) }
                p class="hint" id="username-hint" { (t.s("username-hint")) }
                @if let Some(text) = error { (field::error(t, "username-error", text)) }
                input class="input" id="username" name="username" type="text" inputmode="email" autocomplete="username webauthn" autocapitalize="none"
                    autocorrect="off" spellcheck="false" enterkeyhint="next" required value=[(!typed.is_empty()).then_some(typed)]
                    aria-invalid=[error.map(|_| "true")] aria-describedby=(described) autofocus;
            }
            div class="vh" aria-hidden="true" {
                input type="password" name="prefill" autocomplete="current-password" tabindex="-1" aria-label=(t.s("username-prefill"));
            }
            button class="btn wide" type="submit" { (t.s("next")) }
            details class="sm" {
                summary { (t.s("username-forgot")) }
                p { (t.s("username-forgot-text")) }
            }
        }
    };
    chrome.page(&Page { title: &title, error: problem.is_some(), from: chrome.asked(app), card, next: Some(t.s("username-next")), refresh: None })
}

/// "That took a while, so we started again." (SES-1)
fn again(chrome: &Chrome, kept: bool) -> Markup {
    let t = chrome.text;
    html! {
        div class="note warn" role="status" {
            (icons::alert(18))
            p { (t.s("notice-again")) @if kept { " " (t.s("notice-again-more")) } }
        }
    }
}
