//! Signing out (SES-4): the question, the way to the provider, and what has ended and what may be open still.

use homeward_signin::{
    Reason,
    stage::NotBack,
    step::{Check, Departure},
    there::{Open, Place},
    usecase::{federated::hear::NotHeard, signout::Here},
};
use maud::{Markup, html};

use super::{
    icons,
    layout::{Chrome, Page, breakable},
    message::{moment, sentence},
};

/// What the last page tells.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ended<'a> {
    /// The application that asked.
    pub app: Option<&'a str>,
    /// A registered address to go on to.
    pub onward: Option<&'a str>,
    /// The application wants the person back where nobody goes.
    pub not_back: Option<&'a NotBack>,
    /// Providers whose sessions may be open.
    pub open: &'a [(Place, Open)],
    /// Providers that confirmed it.
    pub closed: &'a [Place],
    /// What "Sign out there, too" sends.
    pub again: Option<&'a str>,
    /// Who else is signed in in this browser.
    pub others: &'a [Here],
}

/// Name, username and account of somebody who is signed in.
fn whom(here: &Here) -> Markup {
    html! {
        @if here.person.is_empty() { (breakable(&here.username)) } @else { (here.person) }
        small { @if !here.person.is_empty() { (breakable(&here.username)) " · " } (here.account) }
    }
}

/// "Teamwork asked you to sign out".
fn asked(chrome: &Chrome, app: Option<&str>) -> Markup {
    match app {
        Some(app) => html! { p class="leg from" { strong { (app) } " " span class="muted" { (chrome.text.s("signout-asked")) } } },
        None => chrome.asked(None),
    }
}

/// Afterwards the person stays here, and why: the application named an address that is not its own.
fn stays(chrome: &Chrome, not_back: Option<&NotBack>) -> Markup {
    let t = chrome.text;
    html! {
        @if let Some(not) = not_back {
            div class="note warn" role="alert" { (icons::alert(18)) p { (sentence(chrome, Reason::SignOutReturn)) } }
            p class="sm muted" { (t.s("refused-reference")) " " span class="ref" { (not.case) } " · " (moment(not.at)) " UTC · " (Reason::SignOutReturn.code()) }
        }
    }
}

/// "Sign out?" Where several people are signed in: who of them. `other`: the application means somebody who is not signed in here.
pub fn confirm_sign_out(chrome: &Chrome, app: Option<&str>, (whom_here, other): (&[Here], bool), not_back: Option<&NotBack>) -> Markup {
    let t = chrome.text;
    let several = if whom_here.len() > 1 { whom_here } else { &[] };
    let card = html! {
        form class="card" method="post" action="/signout" data-once {
            (chrome.stage())
            div class="stack" {
                h1 { (t.s("signout-title")) }
                @if other { div class="note warn" { (icons::alert(18)) p { (t.s("meant-other")) } } }
                @if let [only] = whom_here { p { (t.s("signout-here")) } ul class="places" { li { p { (whom(only)) } } } }
                p { (t.s(if several.is_empty() { "signout-lead" } else { "signout-whose" })) }
            }
            (stays(chrome, not_back))
            div class="stack" {
                @if several.is_empty() {
                    button class="btn wide" type="submit" { (t.s("signout-yes")) }
                } @else {
                    @for here in several { button class="btn quiet wide two" type="submit" name="who" value=(here.user) { (whom(here)) } }
                    button class="btn wide" type="submit" name="who" value="everybody" { (t.s("signout-everybody")) }
                }
                a class="btn quiet wide" href="/" { (t.s("signout-stay")) }
            }
        }
    };
    chrome.page(&Page { title: t.s("signout-title"), error: not_back.is_some(), from: asked(chrome, app), card, next: None, refresh: None })
}

/// "Signing you out at Northwind Dental, too": everything here is over already. Whoever does not want to go there goes to the end.
pub fn leaving_too(chrome: &Chrome, app: Option<&str>, place: &Place, departure: &Departure, handle: &str) -> Markup {
    let t = chrome.text;
    let title = t.f("signout-leaving-title", &[("account", (&place.account).into())]);
    let card = html! {
        div class="card" {
            h1 { (title) }
            p { (t.f("signout-leaving-text", &[("account", (&place.account).into())])) }
            (way(chrome, departure))
            p class="sm" { a href={ "/signout/end?stay=yes&handle=" (handle) } { (t.f("signout-leaving-skip", &[("account", (&place.account).into())])) } }
        }
    };
    let from = html! { p class="leg from" { strong { (t.s("signout-back-title")) } } };
    let next = super::then_back(t, app);
    chrome.page(&Page { title: &title, error: false, from, card, next: app.map(|_| next.as_str()), refresh: refresh(departure) })
}

/// The provider asked us to sign somebody out, and gets its answer by their browser.
pub fn back_to_provider(chrome: &Chrome, departure: &Departure) -> Markup {
    let t = chrome.text;
    let card = html! {
        div class="card" {
            h1 { (t.s("signout-back-title")) }
            (way(chrome, departure))
        }
    };
    chrome.page(&Page { title: t.s("signout-back-title"), error: false, from: chrome.asked(None), card, next: None, refresh: refresh(departure) })
}

/// By an address the page leaves by itself; a form is sent by its button, or by the script. The host stands there to be recognised.
fn way(chrome: &Chrome, departure: &Departure) -> Markup {
    let t = chrome.text;
    let host = url::Url::parse(departure.address()).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    html! {
        p class="muted" translate="no" { (host) }
        @match departure {
            Departure::Redirect { url } => p { a href=(url) rel="noreferrer" { (t.s("leave-continue")) } " " (t.s("leave-text")) },
            Departure::Post { action, fields } => form class="stack" method="post" action=(action) data-leave {
                @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
                button class="btn wide" type="submit" { (t.s("leave-continue")) }
            },
        }
    }
}

fn refresh(departure: &Departure) -> Option<&str> {
    match departure {
        Departure::Redirect { url } => Some(url),
        Departure::Post { .. } => None,
    }
}

/// "You are signed out": of what, where else, and what may be open still. It goes on by itself only when there is nothing left that the
/// person could end.
pub fn signed_out(chrome: &Chrome, ended: &Ended<'_>) -> Markup {
    let t = chrome.text;
    let named = |key: &'static str, place: &Place| t.f(key, &[("account", (&place.account).into()), ("provider", (&place.provider).into())]);
    let card = html! {
        div class="card" {
            div class="stack" {
                h1 { (t.s("signedout-title")) }
                p { @if let Some(app) = ended.app { (t.f("signedout-of", &[("app", app.into())])) " " } (t.s("signedout-text")) }
            }
            (stays(chrome, ended.not_back))
            @for place in ended.closed { p { (named("signedout-also", place)) } }
            @for (place, why) in ended.open {
                @match why {
                    Open::Elsewhere => p class="muted" { (named("signedout-elsewhere", place)) },
                    Open::Offered => div class="note warn" { (icons::alert(18)) p { (named("signedout-offered", place)) } },
                    Open::NotConfirmed => div class="note warn" role="alert" { (icons::alert(18)) p { (named("signedout-unconfirmed", place)) } },
                }
            }
            @if let Some(handle) = ended.again {
                form class="stack" method="post" action="/signout/there" data-once {
                    input type="hidden" name="handle" value=(handle);
                    button class="btn wide" type="submit" { (t.s("signedout-there")) }
                }
            }
            @if !ended.others.is_empty() {
                div class="stack" {
                    p { (t.s("signedout-others")) }
                    ul class="places" { @for other in ended.others { li { p { (whom(other)) } } } }
                    a class="btn quiet wide" href="/signout" { (t.s("sign-out")) }
                }
            }
            @if let Some(to) = ended.onward { a class=(if ended.again.is_some() { "btn quiet wide" } else { "btn wide" }) href=(to) { (t.s("changed-continue")) } }
        }
    };
    let error = ended.not_back.is_some() || ended.open.iter().any(|(_, why)| *why == Open::NotConfirmed);
    let refresh = ended.onward.filter(|_| ended.again.is_none());
    chrome.page(&Page { title: t.s("signedout-title"), error, from: asked(chrome, ended.app), card, next: None, refresh })
}

/// A provider's message of signing out counts for nothing: whoever is signed in here still is, and can sign out here.
pub fn not_signed_out(chrome: &Chrome, not: &NotHeard) -> Markup {
    let t = chrome.text;
    let unasked = not.check == Check::MeantForUs && not.code == "request.unsolicited";
    let card = html! {
        div class="card" {
            h1 { (t.s("signout-refused-title")) }
            div class="note bad" { (icons::alert(18)) p { (if unasked { t.s("signout-over-text") } else { t.s("signout-refused-text") }) } }
            a class="btn wide" href="/signout" { (t.s("sign-out")) }
            details class="sm" open {
                summary { (t.s("refused-send")) }
                p { (t.s("refused-reference")) " " span class="ref" { (not.case) } " · " (moment(not.at)) " UTC" }
                p class="muted" { (t.f("answer-check", &[("number", i64::from(not.check.number()).into())])) " · " (not.code) }
            }
        }
    };
    chrome.page(&Page { title: t.s("signout-refused-title"), error: true, from: chrome.asked(None), card, next: None, refresh: None })
}

/// This sign-out is over, or another browser's.
pub fn sign_out_over(chrome: &Chrome) -> Markup {
    let t = chrome.text;
    let card = html! {
        div class="card" {
            h1 { (t.s("signout-over-title")) }
            p { (t.s("signout-over-text")) }
            a class="btn wide" href="/signout" { (t.s("sign-out")) }
        }
    };
    chrome.page(&Page { title: t.s("signout-over-title"), error: false, from: chrome.asked(None), card, next: None, refresh: None })
}
