//! Away to the organisation's sign-in page (A5), and its answer when it leads nowhere (A10).

use homeward_signin::step::{AccountShown, AnswerFailed, Asking, Check, Departure, Kind};
use maud::{Markup, html};

use super::{
    checks::checks,
    icons,
    layout::{Chrome, Page, breakable, breakable_in},
    message::{moment, ways_on},
    password::line,
    then_back,
};

/// The host of an address, so that people can recognise it.
fn host(address: &str) -> String {
    url::Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

/// "Taking you to Northwind Dental's sign-in page". By an address the page leaves by itself; a form is sent by its button, or by
/// the script.
pub(super) fn leaving(chrome: &Chrome, asking: &Asking, username: Option<&str>, account: Option<&AccountShown>, departure: &Departure) -> Markup {
    let t = chrome.text;
    let title = match account {
        Some(account) => t.f("leaving-title", &[("account", (&account.name).into())]),
        None => t.s("leaving-title-bare").to_owned(),
    };
    let there = host(departure.address());
    let card = html! {
        div class="card" {
            // For the way back: the script makes it the page that the browser's back button finds (SSO-4).
            (chrome.stage())
            div class="stack" {
                h1 { (title) }
                p class="host" translate="no" { (there) }
            }
            @match departure {
                Departure::Redirect { url } => p { a href=(url) rel="noreferrer" { (t.s("leave-continue")) } " " (t.s("leave-text")) },
                Departure::Post { action, fields } => form class="stack" method="post" action=(action) data-leave {
                    @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
                    button class="btn wide" type="submit" { (t.s("leave-continue")) }
                },
            }
        }
    };
    let shown = account.map(|a| line(chrome, a));
    let from = match username {
        Some(username) => chrome.person(username, shown.as_deref()),
        None => chrome.asked(asking.name.as_deref()),
    };
    let refresh = match departure {
        Departure::Redirect { url } => Some(url.as_str()),
        Departure::Post { .. } => None,
    };
    let next = then_back(t, asking.name.as_deref());
    chrome.page(&Page { title: &title, error: false, from, card, next: Some(&next), refresh })
}

/// What the provider said, without the words that every status of SAML begins with (SAML Core 3.2.2.2).
fn plain(said: &str) -> String {
    said.replace("urn:oasis:names:tc:SAML:2.0:status:", "")
}

/// The sentence for the person: what happened, without a certificate or a claim.
fn sentence(chrome: &Chrome, failed: &AnswerFailed, asking: &Asking) -> String {
    let t = chrome.text;
    let account = failed.account.as_ref().map_or_else(|| t.s("answer-organisation"), |account| account.name.as_str());
    let app = asking.name.as_deref().unwrap_or(&chrome.product);
    let with = |key: &'static str| t.f(key, &[("account", account.into()), ("app", app.into())]);
    match (failed.kind(), failed.check) {
        (Kind::Replayed, _) => t.s("answer-used").to_owned(),
        (Kind::Unsolicited, _) => with("answer-unasked"),
        (Kind::OtherRequest, _) if failed.code == "request.other_browser" => t.s("answer-elsewhere").to_owned(),
        (Kind::Late, _) => t.s("answer-late").to_owned(),
        (Kind::Off, _) => with("answer-off"),
        (Kind::UnknownUser, _) => match &failed.name {
            Some(name) => t.f("answer-nobody", &[("name", name.into())]),
            None => t.s("answer-nobody-bare").to_owned(),
        },
        (Kind::SaidNo, _) => with("answer-said-no"),
        // Nobody was there: what it publishes, or what was entered here, leads to no sign-in page.
        (Kind::OtherIssuer | Kind::WrongAddress | Kind::Settings | Kind::Unreadable, Check::Answered | Check::MeantForUs) if failed.code.starts_with("provider.") || failed.code == "settings.refused" => t.s("reason-sso-not-ready").to_owned(),
        (_, Check::Answered) => with("answer-unreadable"),
        (_, Check::MeantForUs) => with("answer-not-for-us"),
        (_, Check::Signature) => t.s("answer-signature").to_owned(),
        (_, Check::Fresh) => t.s("answer-old").to_owned(),
        (_, Check::Names) => with("answer-unnamed"),
        (_, Check::Allowed) => with("answer-no-access"),
    }
}

/// What the person can do beyond what the sentence says already.
const fn advice(failed: &AnswerFailed, kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Replayed | Kind::Unsolicited | Kind::UnknownUser | Kind::Off => None,
        Kind::OtherRequest if !failed.is_asked => None,
        Kind::Unreadable | Kind::NoAnswer | Kind::Away | Kind::Altered | Kind::OtherIssuer | Kind::OtherAudience | Kind::OtherAddress | Kind::OtherRequest | Kind::Late | Kind::Clock | Kind::NotAnew | Kind::CodeRefused => Some("answer-again"),
        Kind::SaidNo | Kind::WrongAddress | Kind::ClientRefused | Kind::TokenRefused | Kind::Settings | Kind::NotSigned | Kind::UnknownKey | Kind::UnlistedKey | Kind::WeakAlgorithm | Kind::Encrypted | Kind::CertificateOver | Kind::BadSignature
        | Kind::NoName | Kind::Unproved | Kind::Transient | Kind::Ambiguous | Kind::ForeignDomain | Kind::BoundElsewhere | Kind::Unusable | Kind::NotActive | Kind::Excluded | Kind::SecondFactor => Some("answer-ask"),
    }
}

/// "We could not finish signing you in" (SSO-10): what happened, what to do, what to send to the administrator.
pub(super) fn refused(chrome: &Chrome, failed: &AnswerFailed, asking: &Asking, retry: bool) -> Markup {
    let t = chrome.text;
    let card = html! {
        div class="card" {
            h1 { (t.s("refused-title")) }
            div class="note bad" {
                (icons::alert(18))
                div {
                    p { (breakable_in(&sentence(chrome, failed, asking), failed.name.as_deref().unwrap_or_default())) }
                    @if let Some(key) = advice(failed, failed.kind()) { p { (t.named(key)) } }
                }
            }
            @if retry { (ways_on(chrome, failed.begins)) }
            details open {
                summary { (t.s("refused-send")) }
                (for_administrator(chrome, failed))
            }
        }
    };
    let from = match &failed.account {
        Some(account) => html! { p class="leg from" { strong { (account.name) } " " span class="muted" { (t.s("answer-from")) } } },
        None => chrome.asked(asking.name.as_deref()),
    };
    chrome.page(&Page { title: t.s("refused-title"), error: true, from, card, next: None, refresh: None })
}

/// What the person sends on: the number under which the administrator finds everything, and the six checks as far as anybody may see
/// them. It can be selected by hand, and copied with the script.
fn for_administrator(chrome: &Chrome, failed: &AnswerFailed) -> Markup {
    let t = chrome.text;
    html! {
        div class="slip" {
            div class="slip-text" id="slip" {
                div class="dl" {
                    p { (t.s("refused-reference")) " " strong class="ref" { (failed.case) } }
                    p class="muted" { (moment(failed.at)) " UTC" }
                    @if let Some(account) = &failed.account { p class="muted" { (line(chrome, account)) } }
                    @if !failed.issuer.is_empty() { p class="muted" translate="no" { (breakable(&failed.issuer)) } }
                }
                p class="sm" { strong { (t.f("answer-check", &[("number", i64::from(failed.check.number()).into())])) } }
                (checks(chrome, &failed.report))
                @if let Some(said) = &failed.said {
                    div class="sm" { p class="muted" { (t.s("answer-said")) } p { q { (plain(said)) } } }
                }
            }
            div class="row" {
                button class="btn quiet small" type="button" data-copy="slip" data-said=(t.s("answer-copied")) hidden { (t.s("portal-copy")) }
                p id="copied" class="sm muted" role="status" {}
            }
        }
    }
}
