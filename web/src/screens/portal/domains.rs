//! Domains: what to enter in the domain's own DNS, what was found instead, and what is proved (B7, ADM-14).

use homeward_model::Timestamp;
use homeward_portal::{
    Action,
    domain_undo::GivenUp,
    domain_watch::GRACE,
    domains::{DomainDone, DomainShown, Found, MOST, Proof, record_name, record_value},
};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    parts::{Said, breakable, copied, copying, date, note, pill},
};
use crate::screens::{field, icons};

/// What the page shows.
pub(crate) struct DomainsView<'a> {
    /// The domains.
    pub list: &'a [DomainShown],
    /// Those that were given up in the last day.
    pub given_up: &'a [GivenUp],
    /// What came of a step.
    pub said: Option<Said>,
    /// What stands in the field.
    pub typed: &'a str,
    /// What is wrong with it.
    pub problem: Option<&'a DomainDone>,
}

/// The domains of the account.
pub(crate) fn domains(frame: &Frame<'_>, view: &DomainsView<'_>) -> Markup {
    let t = frame.chrome.text;
    let body = html! {
        (copying(t))
        (note(t, view.said))
        (given_up(frame, view.given_up))
        @if frame.granted.may(Action::ProveDomains) { (add(frame, view)) }
        @if view.list.is_empty() { div class="panel flat" { p { (t.s("portal-domains-none")) } } }
        @else {
            ol class="steps" {
                @for (place, shown) in view.list.iter().enumerate() {
                    li class={ "leg " (if matches!(Standing::of(shown, frame.now), Standing::Proved { .. }) { "done" } else { "todo" }) } { (one(frame, shown, place)) }
                }
            }
        }
    };
    let meta = html! { p class="meta" { (t.s("portal-domains-text")) } };
    frame.page(&Page { title: t.s("portal-domains"), error: view.problem.is_some(), here: Here::Domains, actions: html! {}, meta, body })
}

/// What was given up lately, and until when it can be taken back.
fn given_up(frame: &Frame<'_>, list: &[GivenUp]) -> Markup {
    let t = frame.chrome.text;
    html! {
        @for (place, gone) in list.iter().enumerate() {
            section class="panel" aria-labelledby={ "given-up-" (place) } {
                div class="row" {
                    h2 id={ "given-up-" (place) } { (breakable(&gone.domain.to_unicode())) }
                    (pill("warn", t.s("portal-domain-is-given-up")))
                }
                p { (t.s("portal-domain-back-until")) " " (frame.when(gone.until())) }
                div class="actions" { (button(frame, (Action::GiveUpDomains, "/domains/take-back"), gone.domain.as_str(), (t.s("portal-domain-take-back"), "quiet"))) }
            }
        }
    }
}

/// How a domain stands.
#[derive(Clone, Copy)]
enum Standing<'a> {
    /// It counts; `is_watched`: its record is looked for again.
    Proved { at: Timestamp, is_watched: bool },
    /// It counts for now: its record is missing.
    Lost { proof: &'a Proof, since: Timestamp },
    /// It counts for nothing, because its record was missing for too long.
    Off { proof: &'a Proof, since: Timestamp },
    /// To be proved.
    UnderWay(&'a Proof),
    /// To be proved, with another value.
    Expired,
    /// Nobody has begun.
    Unproved,
}

impl<'a> Standing<'a> {
    fn of(shown: &'a DomainShown, now: Timestamp) -> Self {
        match (shown.claim.verified_at, &shown.proof) {
            (Some(_), Some(proof @ Proof { lost_at: Some(since), .. })) => Self::Lost { proof, since: *since },
            (Some(at), proof) => Self::Proved { at, is_watched: proof.as_ref().is_some_and(|proof| proof.proved_at.is_some()) },
            (None, Some(proof @ Proof { off_at: Some(since), .. })) => Self::Off { proof, since: *since },
            (None, Some(proof)) if proof.is_over(now) => Self::Expired,
            (None, Some(proof)) => Self::UnderWay(proof),
            (None, None) => Self::Unproved,
        }
    }
}

fn add(frame: &Frame<'_>, view: &DomainsView<'_>) -> Markup {
    let t = frame.chrome.text;
    let error = view.problem.map(|problem| match problem {
        DomainDone::Everybodys => t.s("portal-domain-everybodys").to_owned(),
        DomainDone::Suffix => t.s("portal-domain-suffix").to_owned(),
        DomainDone::Already => t.s("portal-domain-already").to_owned(),
        DomainDone::TooMany => t.f("portal-domain-too-many", &[("most", i64::try_from(MOST).unwrap_or(0).into())]),
        _ => t.s("portal-domain-none").to_owned(),
    });
    html! {
        form class="panel" method="post" action=(frame.at("/domains/add")) data-once {
            (frame.field())
            div class="field" {
                label for="domain" { (t.s("portal-domain")) }
                @if let Some(text) = &error { (field::error(t, "domain-error", text)) }
                p class="hint" id="domain-hint" { (t.s("portal-domain-hint")) }
                input class="input mono" id="domain" name="domain" type="text" inputmode="url" required value=(view.typed) autocomplete="off" autocapitalize="none" spellcheck="false"
                    aria-invalid=[error.as_ref().map(|_| "true")] aria-describedby={ "domain-hint" @if error.is_some() { " domain-error" } };
            }
            div class="actions" { button class="btn" type="submit" { (t.s("portal-domain-add")) } }
        }
    }
}

fn one(frame: &Frame<'_>, shown: &DomainShown, place: usize) -> Markup {
    let t = frame.chrome.text;
    let domain = &shown.claim.domain;
    let heading = format!("domain-{place}");
    let standing = Standing::of(shown, frame.now);
    html! {
        section class="panel" aria-labelledby=(heading) {
            div class="row" {
                h2 id=(heading) { (breakable(&domain.to_unicode())) }
                @match standing {
                    Standing::Proved { at, .. } => (pill("good", &t.f("portal-domain-proved", &[("date", date(t, at).as_str().into())]))),
                    Standing::Lost { .. } => (pill("warn", t.s("portal-domain-lost"))),
                    Standing::Off { .. } => (pill("bad", t.s("portal-domain-off"))),
                    Standing::Expired => (pill("warn", t.s("portal-domain-expired"))),
                    Standing::UnderWay(_) | Standing::Unproved => (pill("warn", t.s("portal-domain-not-proved"))),
                }
            }
            (what(frame, shown, standing, place))
            div class="actions" {
                @match standing {
                    Standing::Proved { .. } => {}
                    Standing::Lost { .. } | Standing::Off { .. } | Standing::UnderWay(_) => (button(frame, (Action::ProveDomains, "/domains/check"), domain.as_str(), (t.s("portal-domain-check"), ""))),
                    Standing::Expired | Standing::Unproved => (button(frame, (Action::ProveDomains, "/domains/add"), domain.as_str(), (t.s("portal-domain-begin"), ""))),
                }
                @if shown.claim.verified_at.is_none() { (give_up(frame, shown, "quiet")) }
            }
            @if shown.claim.verified_at.is_some() && frame.granted.may(Action::GiveUpDomains) {
                details {
                    summary { (t.s("portal-domain-give-up")) span class="vh" { " " (domain.as_str()) } }
                    div class="stack" {
                        @if let Some(people) = shown.people { p { strong { (t.f("portal-domain-give-up-people", &[("people", i64::try_from(people).unwrap_or(i64::MAX).into())])) } } }
                        p { (t.s("portal-domain-give-up-text")) }
                        div class="actions" { (give_up(frame, shown, "danger")) }
                    }
                }
            }
        }
    }
}

/// What there is to know of it, and to do.
fn what(frame: &Frame<'_>, shown: &DomainShown, standing: Standing<'_>, place: usize) -> Markup {
    let (t, domain) = (frame.chrome.text, &shown.claim.domain);
    html! {
        @match standing {
            Standing::Proved { is_watched, .. } => p class="muted" {
                (t.f("portal-domain-proved-text", &[("domain", domain.to_unicode().as_str().into())]))
                @if is_watched { " " (t.s("portal-domain-watched")) }
            }
            Standing::Lost { proof, since } => {
                p { (t.f("portal-domain-lost-text", &[("date", date(t, since).as_str().into()), ("until", date(t, since.plus(GRACE)).as_str().into())])) }
                (steps(frame, shown, proof, place))
            }
            Standing::Off { proof, since } => {
                p { (t.f("portal-domain-off-text", &[("date", date(t, since).as_str().into())])) }
                (steps(frame, shown, proof, place))
            }
            Standing::UnderWay(proof) => {
                p { (t.f("portal-domain-steps", &[("domain", domain.to_unicode().as_str().into())])) }
                (steps(frame, shown, proof, place))
            }
            Standing::Expired => p { (t.s("portal-domain-expired-text")) }
            Standing::Unproved => p class="muted" { (t.s("portal-domain-no-proof")) }
        }
    }
}

fn give_up(frame: &Frame<'_>, shown: &DomainShown, class: &str) -> Markup {
    button(frame, (Action::GiveUpDomains, "/domains/give-up"), shown.claim.domain.as_str(), (frame.chrome.text.s("portal-domain-give-up"), class))
}

fn button(frame: &Frame<'_>, (action, address): (Action, &str), domain: &str, (label, class): (&str, &str)) -> Markup {
    html! {
        @if frame.granted.may(action) {
            form method="post" action=(frame.at(address)) data-once {
                (frame.field())
                button class={ "btn small " (class) } type="submit" name="domain" value=(domain) { (label) span class="vh" { " " (domain) } }
            }
        }
    }
}

/// What to enter, and what is there.
fn steps(frame: &Frame<'_>, shown: &DomainShown, proof: &Proof, place: usize) -> Markup {
    let t = frame.chrome.text;
    let domain = &shown.claim.domain;
    let (name, value) = (record_name(domain), record_value(&proof.token));
    html! {
        div class="grid2" {
            (copied((&format!("record-name-{place}"), t.s("portal-domain-record-name")), &name))
            (copied((&format!("record-value-{place}"), t.s("portal-domain-record-value")), &value))
        }
        @match &proof.looked {
            Some((at, found)) => div class="note warn" { (icons::alert(18)) div { p { (t.s("portal-domain-looked")) " " (frame.when(*at)) } (instead(frame, found, domain.as_str())) } }
            None => p class="muted sm" { (t.s("portal-domain-hint-name")) }
        }
        @if let Some(at) = proof.sought_at { p class="muted sm" { (t.s("portal-domain-sought")) " " (frame.when(at)) } }
        @if frame.granted.may(Action::MailSteps) { p { a href=(frame.at(&format!("/steps{}", super::query(&[("of", domain.as_str())])))) { (t.s("steps-title")) span class="vh" { " " (domain.as_str()) } } } }
        @if let Some(until) = proof.until() { p class="muted sm" { (t.f("portal-domain-until", &[("date", date(t, until).as_str().into())])) } }
    }
}

/// What was found instead.
fn instead(frame: &Frame<'_>, found: &Found, domain: &str) -> Markup {
    let t = frame.chrome.text;
    match found {
        Found::Nothing => html! { p { (t.s("portal-found-nothing")) " " (t.s("portal-domain-hint-name")) } },
        Found::Others(records) => html! {
            p { (t.s("portal-found-others")) }
            ul { @for record in records { li { code { (breakable(record)) } } } }
        },
        Found::Elsewhere(name) if name == domain => html! { p { (t.s("portal-found-bare")) } },
        Found::Elsewhere(name) => html! { p { (t.s("portal-found-elsewhere")) " " code { (breakable(name)) } } p { (t.s("portal-domain-hint-name")) } },
        Found::NoAnswer => html! { p { (t.s("portal-found-no-answer")) } },
        Found::Taken => html! { p { (t.s("portal-found-taken")) } },
    }
}
