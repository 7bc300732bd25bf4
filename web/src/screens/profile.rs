//! A person's own name and e-mail address, and the page behind the link that takes a change back (B-038, LR-15).

use homeward_signin::step::{EmailBarred, EmailPage, EmailProblem, NameProblem, NamesPage, UndoPage};
use maud::{Markup, html};

use super::{
    field::{self, TextField},
    icons,
    layout::{Chrome, Page, breakable, breakable_in},
    password::line,
};

pub(super) fn names(chrome: &Chrome, page: &NamesPage) -> Markup {
    let t = chrome.text;
    let error = page.problem.map(|problem| {
        t.s(match problem {
            NameProblem::Empty => "own-name-empty",
            NameProblem::TooLong => "own-name-long",
            NameProblem::Characters => "own-name-characters",
        })
    });
    let part = |(id, label, autocomplete): (&str, &str, &str), value: &str, kept: Option<&String>, error: Option<&str>| match kept {
        Some(provider) => read_only(chrome, (label, value), provider),
        None => field::text(t, &TextField { id, label, hint: None, value, error, autocomplete, numeric: false, required: false, focus: error.is_some() }),
    };
    let (kept_given, kept_family) = (page.kept.0.as_ref(), page.kept.1.as_ref());
    // What is wrong stands at the first field that can be changed.
    let (given_error, family_error) = if kept_given.is_none() { (error, None) } else { (None, error) };
    let parts = html! {
        div class="stack" { h1 { (t.s("own-name-title")) } p class="muted" { (t.s("own-name-lead")) } }
        (part(("given", t.s("own-given"), "given-name"), &page.given, kept_given, given_error))
        (part(("family", t.s("own-family"), "family-name"), &page.family, kept_family, family_error))
    };
    let back = html! { p class="sm" { a href="/account" { (t.s("own-back")) } } };
    let card = html! {
        @if kept_given.is_none() || kept_family.is_none() {
            form class="card" method="post" action="/account/name" novalidate data-once {
                (chrome.stage())
                (parts)
                button class="btn wide" type="submit" { (t.s("own-save")) }
                (back)
            }
        } @else {
            div class="card" { (parts) (back) }
        }
    };
    let shown = line(chrome, &page.account);
    chrome.page(&Page { title: t.s("own-name-title"), error: page.problem.is_some(), from: chrome.person(&page.username, Some(&shown)), card, next: None, refresh: None })
}

/// A value that the organisation's provider says, with the reason why it cannot be changed here.
fn read_only(chrome: &Chrome, (label, value): (&str, &str), provider: &str) -> Markup {
    let t = chrome.text;
    html! {
        div class="stack" {
            p { strong { (label) } br; (breakable(value)) }
            div class="note" { (icons::alert(18)) p { (t.f("own-kept", &[("provider", provider.into())])) } }
        }
    }
}

pub(super) fn email(chrome: &Chrome, page: &EmailPage) -> Markup {
    let t = chrome.text;
    let card = match (&page.kept, &page.waiting) {
        (Some(provider), _) => html! {
            div class="card" {
                h1 { (t.s("own-email-title")) }
                (read_only(chrome, (t.s("own-email"), page.address.as_deref().unwrap_or(t.s("own-email-none"))), provider))
                p class="sm" { a href="/account" { (t.s("own-back")) } }
            }
        },
        (None, _) if page.barred.is_some() => barred(chrome, page),
        (None, Some(waiting)) => code(chrome, page, waiting),
        (None, None) => address(chrome, page),
    };
    let shown = line(chrome, &page.account);
    chrome.page(&Page { title: t.s("own-email-title"), error: page.problem.is_some(), from: chrome.person(&page.username, Some(&shown)), card, next: None, refresh: None })
}

/// Why this session cannot change it, and the way on.
fn barred(chrome: &Chrome, page: &EmailPage) -> Markup {
    let t = chrome.text;
    let (why, way) = match page.barred {
        Some(EmailBarred::ResetFirst) => ("own-email-reset-first", Some(("/forgot", "undo-done-password"))),
        Some(EmailBarred::Provider { portal: true }) => ("own-email-by-provider", Some(("/portal", "own-email-portal"))),
        Some(EmailBarred::Provider { portal: false }) => ("own-email-by-provider-alone", None),
        Some(EmailBarred::Outage) | None => ("own-email-outage", None),
    };
    html! {
        div class="card" {
            div class="stack" {
                h1 { (t.s("own-email-title")) }
                p { (t.s("own-email-now")) " " strong { (breakable(page.address.as_deref().unwrap_or(t.s("own-email-none")))) } }
            }
            div class="note warn" { (icons::alert(18)) p { (t.s(why)) } }
            @if let Some((to, word)) = way { a class="btn wide" href=(to) { (t.s(word)) } }
            p class="sm" { a href="/account" { (t.s("own-back")) } }
        }
    }
}

fn error(chrome: &Chrome, problem: Option<EmailProblem>) -> Option<&'static str> {
    let key = match problem? {
        EmailProblem::Empty => "own-email-empty",
        EmailProblem::Malformed => "own-email-malformed",
        EmailProblem::Same => "own-email-same",
        EmailProblem::TooMany => "own-email-many",
        EmailProblem::WrongCode => "own-email-wrong",
        EmailProblem::CodeOver => "own-email-over",
    };
    Some(chrome.text.s(key))
}

/// Which address it shall be.
fn address(chrome: &Chrome, page: &EmailPage) -> Markup {
    let t = chrome.text;
    let error = error(chrome, page.problem);
    html! {
        form class="card" method="post" action="/account/email" novalidate data-once {
            (chrome.stage())
            div class="stack" {
                h1 { (t.s("own-email-title")) }
                p { (t.s("own-email-now")) " " strong { (breakable(page.address.as_deref().unwrap_or(t.s("own-email-none")))) } }
                p class="muted" { (t.s("own-email-lead")) }
            }
            (field::text(t, &TextField {
                id: "email", label: t.s("own-email-new"), hint: None, value: &page.typed, error, autocomplete: "email", numeric: false, required: true, focus: true,
            }))
            button class="btn wide" type="submit" { (t.s("own-email-send")) }
            p class="sm" { a href="/account" { (t.s("own-back")) } }
        }
    }
}

/// The code that went there.
fn code(chrome: &Chrome, page: &EmailPage, waiting: &str) -> Markup {
    let t = chrome.text;
    html! {
        div class="card" {
            form class="stack" method="post" action="/account/email/code" novalidate data-once {
                (chrome.stage())
                h1 { (t.s("own-email-title")) }
                p { (t.s("own-email-sent")) " " strong { (breakable(waiting)) } }
                p class="muted" { (t.s("own-email-until")) }
                (field::text(t, &TextField {
                    id: "code", label: t.s("check-code"), hint: Some(t.s("check-code-hint")), value: "", error: error(chrome, page.problem),
                    autocomplete: "one-time-code", numeric: true, required: true, focus: true,
                }))
                button class="btn wide" type="submit" { (t.s("own-email-confirm")) }
            }
            form method="post" action="/account/email/cancel" data-once {
                (chrome.stage())
                button class="btn quiet wide" type="submit" { (t.s("own-email-cancel")) }
            }
        }
    }
}

pub(super) fn undo(chrome: &Chrome, page: &UndoPage) -> Markup {
    let t = chrome.text;
    let (title, card) = match page {
        UndoPage::Confirm { address, username } => (
            "undo-title",
            html! {
                form class="card" method="post" action="/account/email/undo" data-once {
                    div class="stack" {
                        h1 { (t.s("undo-title")) }
                        p { (breakable_in(&t.f("undo-lead", &[("username", username.into())]), username)) " " strong { (breakable(address)) } }
                        p class="muted" { (t.s("undo-also")) }
                    }
                    button class="btn wide" type="submit" autofocus { (t.s("undo-yes")) }
                }
            },
        ),
        UndoPage::Done => (
            "undo-done-title",
            html! {
                div class="card" {
                    div class="stack" { h1 { (t.s("undo-done-title")) } p { (t.s("undo-done-text")) } }
                    a class="btn wide" href="/forgot" { (t.s("undo-done-password")) }
                }
            },
        ),
        UndoPage::Over => (
            "over-title",
            html! {
                div class="card" {
                    div class="stack" { h1 { (t.s("over-title")) } p { (t.s("undo-over-text")) } }
                    a class="btn quiet wide" href="/forgot" { (t.s("undo-done-password")) }
                }
            },
        ),
    };
    chrome.page(&Page { title: t.s(title), error: *page == UndoPage::Over, from: chrome.asked(None), card, next: None, refresh: None })
}

#[cfg(test)]
mod tests {
    use homeward_language::{Language, Text};

    use super::*;

    /// ALL-11: on a narrow screen a long username breaks after its signs, and no word of it is torn, in every language.
    #[test]
    fn all_11_a_long_username_in_a_sentence_may_break_after_its_signs() {
        let (username, broken) = ("maximiliane.von-hohenlohe@verwaltung.northwind.example", "maximiliane.<wbr>von-<wbr>hohenlohe@<wbr>verwaltung.<wbr>northwind.<wbr>example");
        for language in [Language::English, Language::German, Language::French, Language::Spanish] {
            let chrome = Chrome::new(Text::of(language), "Homeward".to_owned(), String::new());
            let page = undo(&chrome, &UndoPage::Confirm { address: "max@northwind.example".to_owned(), username: username.to_owned() }).into_string();
            assert!(page.contains(broken) && !page.contains(username), "{page}");
        }
    }
}
