//! Pages that tell something: pauses, refusals, errors, leaving, help (A5, A10, A11).

use homeward_model::{CaseNumber, ConnectionId, Timestamp};
use homeward_signin::{Reason, step::Asking, usecase::strangers::TooMany};
use maud::{Markup, html};

use super::{
    icons,
    layout::{Chrome, Page},
};

/// `14:06`, UTC.
fn clock(at: Timestamp) -> String {
    let seconds = at.seconds().rem_euclid(86_400);
    format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60)
}

/// `2026-11-22 14:02:11`, UTC, by the civil calendar (days to date after Howard Hinnant's algorithm).
pub(crate) fn moment(at: Timestamp) -> String {
    let days = at.seconds().div_euclid(86_400) + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let part = (5 * of_year + 2) / 153;
    let month = if part < 10 { part + 3 } else { part - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year}-{month:02}-{:02} {}:{:02}", of_year - (153 * part + 2) / 5 + 1, clock(at), at.seconds().rem_euclid(60))
}

pub(super) fn pause(chrome: &Chrome, (asking, typed): (&Asking, &str), (until, seconds): (Timestamp, u64), (code, case): (&str, &CaseNumber)) -> Markup {
    let t = chrome.text;
    let minutes = i64::try_from(seconds.div_ceil(60)).unwrap_or(60);
    let card = html! {
        div class="card" {
            h1 { (t.s("pause-title")) }
            div class="note warn" {
                (icons::alert(18))
                p { strong { (t.f("pause-lead", &[("minutes", minutes.into())])) } " " (t.f("pause-at", &[("time", clock(until).as_str().into())])) }
            }
            @if code == "reset.paused" { p { (t.s("pause-link")) } }
            form method="post" action="/forgot" {
                (chrome.stage())
                input type="hidden" name="username" value=(typed);
                p { (t.s("pause-forgot")) " " button class="linkbtn" type="submit" { (t.s("pause-reset")) } "." }
            }
            (try_again(chrome, typed))
            p class="sm muted" { (t.s("refused-reference")) " " span class="ref" { (case) } " · " (code) }
        }
    };
    chrome.page(&Page { title: t.s("pause-title"), error: true, from: chrome.asked(asking.name.as_deref()), card, next: None, refresh: None })
}

/// What one network asked for too often, and nobody's sign-in. `signing_out`: a provider wanted to sign somebody out, who can do so here.
pub fn too_many(chrome: &Chrome, too_many: &TooMany, signing_out: bool) -> Markup {
    let t = chrome.text;
    let minutes = i64::try_from(too_many.seconds.div_ceil(60)).unwrap_or(60);
    let title = if signing_out { t.s("signout-refused-title") } else { t.s("pause-title") };
    let card = html! {
        div class="card" {
            h1 { (title) }
            div class="note warn" { (icons::alert(18)) p { (t.f("pause-lead", &[("minutes", minutes.into())])) } }
            @if signing_out { a class="btn wide" href="/signout" { (t.s("sign-out")) } }
            p class="sm muted" { (t.s("refused-reference")) " " span class="ref" { (too_many.case) } " · " (too_many.code) }
        }
    };
    chrome.page(&Page { title, error: true, from: chrome.asked(None), card, next: None, refresh: None })
}

/// `typed`: the name with which the sign-in that was under way goes on.
pub(super) fn busy(chrome: &Chrome, typed: Option<&str>, case: &CaseNumber) -> Markup {
    let t = chrome.text;
    let card = html! {
        div class="card" {
            h1 { (t.s("busy-title")) }
            p { (t.s("busy-text")) }
            @if let Some(typed) = typed { (try_again(chrome, typed)) }
            p class="sm muted" { (t.s("refused-reference")) " " span class="ref" { (case) } }
        }
    };
    chrome.page(&Page { title: t.s("busy-title"), error: true, from: chrome.asked(None), card, next: None, refresh: None })
}

/// From the username on, with the errand of the sign-in that was under way.
fn try_again(chrome: &Chrome, typed: &str) -> Markup {
    html! {
        form class="stack" method="post" action="/signin/again" {
            (chrome.stage())
            input type="hidden" name="username" value=(typed);
            button class="btn quiet wide" type="submit" { (chrome.text.s("refused-try")) }
        }
    }
}

/// The sentence of a reason.
pub(super) fn sentence(chrome: &Chrome, reason: Reason) -> &'static str {
    chrome.text.named(&format!("reason-{}", reason.code().replace(['.', '_'], "-")))
}

/// "Try again" with the same errand and name, and "Use another account" (SSO-10). `begins`: where a connection's tile begins instead.
pub(super) fn ways_on(chrome: &Chrome, begins: Option<ConnectionId>) -> Markup {
    html! {
        div class="ways" {
            form class="stack" method="post" action="/signin/retry" {
                (chrome.stage())
                @if let Some(connection) = begins { input type="hidden" name="connection" value=(connection); }
                button class="btn wide" type="submit" { (chrome.text.s("refused-try")) }
            }
            form class="stack" method="post" action="/signin/again" {
                (chrome.stage())
                button class="linkbtn" type="submit" { (chrome.text.s("chooser-other")) }
            }
        }
    }
}

pub(super) fn refused(chrome: &Chrome, reason: Reason, (case, at): (&CaseNumber, Timestamp), asking: &Asking, retry: bool) -> Markup {
    let t = chrome.text;
    let card = html! {
        div class="card" {
            h1 { (t.s("refused-title")) }
            div class="note bad" { (icons::alert(18)) p { (sentence(chrome, reason)) } }
            @if retry { (ways_on(chrome, None)) }
            details class="sm" open {
                summary { (t.s("refused-send")) }
                p { (t.s("refused-reference")) " " span class="ref" { (case) } " · " (moment(at)) " UTC" }
                p class="muted" { (reason.code()) }
            }
        }
    };
    chrome.page(&Page { title: t.s("refused-title"), error: true, from: chrome.asked(asking.name.as_deref()), card, next: None, refresh: None })
}

/// The small page that leaves after a POST: a redirect would be blocked under `form-action 'self'`.
pub fn leave(to: &str, app: Option<&str>, chrome: &Chrome) -> Markup {
    leaving(to, app, chrome, None)
}

/// The same for somebody who signed in in another tab meanwhile (SES-2).
pub fn leave_meanwhile(to: &str, app: Option<&str>, chrome: &Chrome) -> Markup {
    let said = app.map(|app| chrome.text.f("meanwhile", &[("app", app.into())]));
    leaving(to, app, chrome, said.as_deref())
}

fn leaving(to: &str, app: Option<&str>, chrome: &Chrome, said: Option<&str>) -> Markup {
    let t = chrome.text;
    let title = match app {
        Some(app) => t.f("leave-title", &[("app", app.into())]),
        None => t.s("leave-title-bare").to_owned(),
    };
    let card = html! {
        div class="card" {
            h1 { (title) }
            @if let Some(said) = said { p { (said) } }
            p { a href=(to) { (t.s("leave-continue")) } " " (t.s("leave-text")) }
        }
    };
    chrome.page(&Page { title: &title, error: false, from: chrome.asked(app), card, next: None, refresh: Some(to) })
}

/// The small page that posts an answer to the application (OAuth 2.0 Form Post Response Mode 1.0). It goes by itself; without
/// scripts the button does.
pub fn post_back(to: &str, fields: &[(String, String)], chrome: &Chrome) -> Markup {
    let t = chrome.text;
    let card = html! {
        form class="card" method="post" action=(to) data-leave {
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            h1 { (t.s("leave-title-bare")) }
            button class="btn wide" type="submit" { (t.s("leave-continue")) }
        }
    };
    chrome.page(&Page { title: t.s("leave-title-bare"), error: false, from: chrome.asked(None), card, next: None, refresh: None })
}

/// An error by its status (ERR-1). `portal`: whether it happened in the account portal, which is the way on then.
pub fn plain_error(chrome: &Chrome, (status, reason): (u16, Option<Reason>), case: &CaseNumber, portal: bool) -> Markup {
    let t = chrome.text;
    let (title, text) = match (status, reason) {
        (413 | 414, Some(reason)) => (t.s("error-413-title"), sentence(chrome, reason)),
        (415, Some(reason)) => (t.s("error-415-title"), sentence(chrome, reason)),
        (_, Some(reason)) => (t.s("error-405-title"), sentence(chrome, reason)),
        (404, None) => (t.s("error-404-title"), t.s("error-404-text")),
        (405, None) => (t.s("error-405-title"), t.s("error-405-text")),
        (429, None) => (t.s("error-429-title"), t.s("error-503-text")),
        (503, None) => (t.s("error-503-title"), t.s("error-503-text")),
        (_, None) => (t.s("error-500-title"), t.s("error-500-text")),
    };
    let card = html! {
        div class="card" {
            h1 { (title) }
            p { (text) }
            @if portal { a class="btn wide" href="/portal" { (t.s("portal-name")) } } @else { a class="btn wide" href="/signin" { (t.s("error-start")) } }
            p class="sm muted" { (t.s("refused-reference")) " " span class="ref" { (case) } }
            @if let Some(reason) = reason { p class="sm muted" { (reason.code()) } }
        }
    };
    chrome.page(&Page { title, error: true, from: chrome.asked(None), card, next: None, refresh: None })
}

/// Help, privacy, and the choice of a language.
pub fn static_page(chrome: &Chrome, which: &str) -> Markup {
    let t = chrome.text;
    let (title, card) = match which {
        "help" => (t.s("help-title"), html! {
            div class="card" { h1 { (t.s("help-title")) } @for key in ["help-username", "help-password", "help-several", "help-contact"] { p { (t.named(key)) } } }
        }),
        "privacy" => (t.s("privacy-title"), html! { div class="card" { h1 { (t.s("privacy-title")) } p { (t.s("privacy-text")) } } }),
        _ => (t.s("language-title"), html! {
            form class="card" method="post" action="/language/set" {
                (chrome.errand())
                h1 { (t.s("language-title")) }
                div class="choice" {
                    @for language in homeward_language::Language::OFFERED {
                        button class="btn quiet wide" type="submit" name="language" value=(language.code()) lang=(language.code()) { (language.own_name()) }
                    }
                }
            }
        }),
    };
    chrome.page(&Page { title, error: false, from: chrome.asked(None), card, next: None, refresh: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_by_the_civil_calendar() {
        let at = |seconds| moment(Timestamp::from_seconds(seconds));
        assert_eq!(at(0), "1970-01-01 00:00:00");
        assert_eq!(at(951_782_399), "2000-02-28 23:59:59");
        assert_eq!(at(951_782_400), "2000-02-29 00:00:00");
        assert_eq!(at(1_795_356_131), "2026-11-22 14:02:11");
    }
}
