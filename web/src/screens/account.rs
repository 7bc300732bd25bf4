//! Several accounts (A2), the chooser (A6), and "Where to?" (A11).

use homeward_signin::{
    stage::Errand,
    step::{AccountShown, Asking, ChooserEntry, FieldProblem},
};
use maud::{Markup, html};

use super::{
    field::{self, TextField},
    icons,
    layout::{Chrome, Page, breakable_in},
    password::line,
    then_back,
};

/// At most this many accounts are cards; more are a drop-down without a choice made (MUL-3).
const CARDS: usize = 7;

pub(super) fn choose(chrome: &Chrome, asking: &Asking, username: &str, remembered: &[AccountShown], problem: Option<FieldProblem>) -> Markup {
    let t = chrome.text;
    let error = problem.map(|p| t.s(if p == FieldProblem::Empty { "choose-named-empty" } else { "choose-unknown" }));
    let card = html! {
        div class="card" {
            div class="stack" { h1 { (t.s("choose-title")) } p class="muted" { (t.s("choose-lead")) } }
            // A form of its own: Enter in the field sends what was typed, and none of these (ALL-22).
            @if !remembered.is_empty() {
                form class="choice" method="post" action="/signin/account" data-once {
                    (chrome.stage())
                    @for account in remembered {
                        button class="btn quiet wide two" type="submit" name="known" value=(account.number) { (account.name) small { (line(chrome, account)) } }
                    }
                }
                p class="or" { (t.s("or")) }
            }
            form class="stack" method="post" action="/signin/account" novalidate data-once {
                (chrome.stage())
                (field::text(t, &TextField {
                    id: "account", label: t.s("choose-label"), hint: Some(t.s("choose-hint")), value: "", error, autocomplete: "off", numeric: false,
                    required: true, focus: true,
                }))
                button class="btn wide" type="submit" { (t.s("next")) }
            }
        }
    };
    let next = then_back(t, asking.name.as_deref());
    chrome.page(&Page { title: t.s("choose-title"), error: problem.is_some(), from: chrome.person(username, None), card, next: Some(&next), refresh: None })
}

pub(super) fn choose_proven(
    chrome: &Chrome,
    (asking, handle): (&Asking, &str),
    username: &str,
    accounts: &[AccountShown],
    problem: Option<FieldProblem>,
) -> Markup {
    let t = chrome.text;
    let error = problem.map(|_| t.s("choose-empty"));
    let invalid = error.map(|_| "true");
    let card = html! {
        form class="card" method="post" action="/signin/proven" novalidate data-once {
            input type="hidden" name="handle" value=(handle);
            div class="stack" { h1 { (t.s("choose-title")) } p class="muted" { (t.s("choose-lead")) } }
            @if accounts.len() > CARDS {
                div class="field" {
                    label for="account" { (t.s("choose-account")) }
                    @if let Some(text) = error { (field::error(t, "account-error", text)) }
                    select class="input" id="account" name="account" required aria-invalid=[invalid] aria-describedby=[error.map(|_| "account-error")] autofocus {
                        option value="" { (t.s("choose-prompt")) }
                        @for account in accounts { option value=(account.number) { (line(chrome, account)) } }
                    }
                }
            } @else {
                fieldset {
                    legend class="label" { (t.s("choose-account")) }
                    @if let Some(text) = error { (field::error(t, "account-error", text)) }
                    div class="choice" {
                        @for account in accounts {
                            label { input type="radio" name="account" value=(account.number) required; span { (account.name) small { (line(chrome, account)) } } }
                        }
                    }
                }
            }
            @if !asking.private { label class="check" { input type="checkbox" name="remember" value="yes" checked[chrome.remembers]; (t.s("remember")) } }
            button class="btn wide" type="submit" { (t.s("next")) }
        }
    };
    let next = then_back(t, asking.name.as_deref());
    chrome.page(&Page { title: t.s("choose-title"), error: problem.is_some(), from: chrome.person(username, None), card, next: Some(&next), refresh: None })
}

pub(super) fn chooser(chrome: &Chrome, (asking, errand): (&Asking, &Errand), entries: &[ChooserEntry]) -> Markup {
    let t = chrome.text;
    let app = asking.name.as_deref();
    // Nobody is asked to sign in for a page of ours of somebody who is signed in.
    let (title, to) = match errand {
        Errand::ChangePassword { .. } => ("chooser-change", None),
        Errand::Email => ("chooser-email", None),
        Errand::Own => ("chooser-own", None),
        Errand::Application(_) | Errand::Home | Errand::Tile | Errand::Consent(_) => ("chooser-title", app),
    };
    let card = html! {
        form class="card" method="post" action="/signin/chooser" data-once {
            (chrome.stage())
            div class="stack" {
                h1 { (t.s(title)) }
                @if let Some(app) = to { p class="muted" { (t.f("chooser-to", &[("app", app.into())])) } }
                @if let Errand::ChangePassword { absent: Some(_), .. } = errand { div class="note warn" { (icons::alert(18)) p { (t.s("meant-other")) } } }
            }
            div class="choice" {
                @for entry in entries {
                    button class="btn quiet wide two" type="submit" name="entry" value=(entry.key) {
                        @if entry.person.is_empty() { (entry.username) } @else { (entry.person) }
                        small { @if !entry.person.is_empty() { (entry.username) " · " } (entry.account) }
                    }
                    @if entry.remembered {
                        button class="linkbtn sm" type="submit" name="remove" value=(entry.key) { (t.s("chooser-remove")) span class="vh" { " " (entry.username) } }
                    }
                }
                button class="btn quiet wide" type="submit" name="entry" value="" { (t.s("chooser-other")) }
            }
        }
    };
    let next = then_back(t, app);
    chrome.page(&Page { title: t.s(title), error: false, from: chrome.asked(to), card, next: Some(&next), refresh: None })
}

pub(super) fn where_to(chrome: &Chrome, person: &str, username: &str, account: &AccountShown, applications: &[(String, String)]) -> Markup {
    let t = chrome.text;
    let who = if person.is_empty() { username } else { person };
    let card = html! {
        div class="card" {
            h1 { (t.s("where-title")) }
            p class="muted" { (breakable_in(&t.f("where-as", &[("who", who.into())]), who)) }
            @if applications.is_empty() { p { (t.s("where-none")) } }
            div class="choice" { @for (name, url) in applications { a class="btn quiet wide" href=(url) { (name) } } }
            div class="row" { a href="/account" { (t.s("own-title")) } a href="/changepassword" { (t.s("change-title")) } a href="/signout" { (t.s("sign-out")) } }
        }
    };
    let shown = line(chrome, account);
    chrome.page(&Page { title: t.s("where-title"), error: false, from: chrome.person(username, Some(&shown)), card, next: None, refresh: None })
}
