//! The first page: how Single Sign-On stands, what ends, what failed, and whom it concerns.

use homeward_discovery::ConnectionState;
use homeward_language::Text;
use homeward_model::Timestamp;
use homeward_portal::{
    Action,
    home::{CertificateShown, CertificateState, ConnectionShown, DomainTrouble, News, Overview, Standing},
};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    parts::{date, panel, pill},
};
use crate::screens::icons;

/// The first page.
pub(crate) fn home(frame: &Frame<'_>, view: &Overview) -> Markup {
    let t = frame.chrome.text;
    let meta = html! { p class="meta" { span { (t.s("portal-sso")) } (standing(t, view.standing)) span { (affected(t, view)) } } };
    let body = html! {
        ol class="steps" {
            (leg(stop(view.standing), &sign_on(frame, view)))
            (leg(if view.trouble.failures > 0 { "here" } else { "done" }, &failures(frame, view)))
            @if !view.domains.is_empty() { (leg("here", &domains(frame, view))) }
            (leg("done", &people(frame, view)))
        }
    };
    frame.page(&Page { title: t.s("portal-home"), error: false, here: Here::Home, actions: html! {}, meta, body })
}

fn leg(class: &str, panel: &Markup) -> Markup {
    html! { li class={ "leg " (class) } { (panel) } }
}

/// A filled stop stands for what is in order, a ring for what wants looking at.
const fn stop(standing: Standing) -> &'static str {
    match standing {
        Standing::On | Standing::NotEntitled => "done",
        Standing::Pilot | Standing::Outage | Standing::Testing => "here",
        Standing::Off => "todo",
    }
}

fn standing(t: Text, standing: Standing) -> Markup {
    match standing {
        Standing::NotEntitled => pill("", t.s("portal-sso-not-entitled")),
        Standing::Off => pill("", t.s("portal-sso-off")),
        Standing::Testing => pill("warn", t.s("portal-sso-testing")),
        Standing::Pilot => pill("warn", t.s("portal-sso-pilot")),
        Standing::On => pill("good", t.s("portal-sso-on")),
        Standing::Outage => pill("bad", t.s("portal-sso-outage")),
    }
}

fn affected(t: Text, view: &Overview) -> String {
    let people = &view.people;
    match view.standing {
        Standing::On | Standing::Pilot => {
            let rest = people.active.saturating_sub(view.at_provider);
            t.f("portal-affected", &[("there", view.at_provider.into()), ("here", rest.into())])
        }
        Standing::NotEntitled | Standing::Off | Standing::Testing | Standing::Outage => t.s("portal-affected-none").to_owned(),
    }
}

fn sign_on(frame: &Frame<'_>, view: &Overview) -> Markup {
    let t = frame.chrome.text;
    let beside = html! { @if frame.granted.may(Action::ReadSignOn) && !view.connections.is_empty() { a href=(frame.at("/sign-on")) { (t.s("portal-sso-see")) } } };
    let body = html! {
        @if view.connections.is_empty() { p class="muted" { (t.s("portal-no-connection")) } }
        @for shown in &view.connections { (connection(frame, view, shown)) }
    };
    panel(("sso", t.s("portal-sso")), &beside, &body)
}

fn connection(frame: &Frame<'_>, view: &Overview, shown: &ConnectionShown) -> Markup {
    let t = frame.chrome.text;
    let news = view.providers.iter().filter(|news| news.connection == shown.connection.id).flat_map(|provider| &provider.news);
    html! {
        div class="stack tight" {
            div class="row" {
                h3 { (shown.connection.name) @if let Some(protocol) = shown.protocol { " " span class="muted sm" { (protocol) } } }
                (connection_state(t, shown.connection.state))
            }
            @if shown.protocol.is_none() { p class="muted sm" { (t.s("portal-no-settings")) } }
            @for one in news { (provider_news(frame, shown, one)) }
            @if !shown.certificates.is_empty() {
                p class="label sm" { (t.s("portal-certificates")) }
                ul class="certs" { @for each in &shown.certificates { li { (certificate(t, each)) } } }
            }
        }
    }
}

/// What is known of the provider, and the way to do something about it.
fn provider_news(frame: &Frame<'_>, shown: &ConnectionShown, news: &News) -> Markup {
    let t = frame.chrome.text;
    let seen = |good_at: &Option<Timestamp>| match good_at {
        Some(at) => t.f("portal-provider-good-at", &[("date", (&date(t, *at)).into())]),
        None => t.s("portal-provider-never").to_owned(),
    };
    let (tone, says) = match news {
        News::Away { why, good_at } => ("bad", format!("{} {}", t.f("portal-provider-away", &[("why", why.as_str().into())]), seen(good_at))),
        News::Address { why, good_at, stops } => (if *stops { "bad" } else { "warn" }, format!("{} {}", t.f("portal-provider-address", &[("why", why.as_str().into())]), seen(good_at))),
        News::Metadata { why, good_at } => ("warn", format!("{} {}", t.f("portal-provider-metadata", &[("why", why.as_str().into())]), seen(good_at))),
        News::Keys { why, good_at } => ("bad", format!("{} {}", t.f("portal-provider-keys", &[("why", why.as_str().into())]), seen(good_at))),
        News::Refused { failed, all } => ("bad", t.f("portal-provider-returns", &[("failed", i64::from(*failed).into()), ("all", i64::from(*all).into())])),
        News::Waiting { since } => ("warn", t.f("portal-provider-waiting", &[("date", (&date(t, *since)).into())])),
    };
    let at = frame.at(&format!("/sign-on/{}", shown.connection.id));
    let away = matches!(news, News::Away { .. } | News::Refused { .. } | News::Keys { .. }) && shown.connection.state != ConnectionState::Outage;
    html! {
        div class={ "note " (tone) } {
            (icons::alert(18))
            div class="stack tight" {
                p { (says) }
                @if away && frame.granted.may(Action::SwitchSignOn) { p { a href={ (at) "#outage" } { (t.s("portal-provider-outage")) } } }
                @else if matches!(news, News::Address { .. }) && frame.granted.may(Action::ReadSignOn) { p { a href={ (at) "#values" } { (t.s("setup-mend-values")) } } }
                @else if matches!(news, News::Waiting { .. }) && frame.granted.may(Action::ReadSignOn) { p { a href={ (at) "#values" } { (t.s("portal-provider-look")) } } }
            }
        }
    }
}

pub(super) fn connection_state(t: Text, state: ConnectionState) -> Markup {
    match state {
        ConnectionState::Draft => pill("", t.s("portal-connection-draft")),
        ConnectionState::Tested => pill("warn", t.s("portal-connection-tested")),
        ConnectionState::Pilot => pill("warn", t.s("portal-sso-pilot")),
        ConnectionState::Domains => pill("warn", t.s("portal-sso-domains")),
        ConnectionState::Enforced => pill("good", t.s("portal-sso-on")),
        ConnectionState::Outage => pill("bad", t.s("portal-sso-outage")),
        ConnectionState::Retired => pill("", t.s("portal-connection-retired")),
    }
}

pub(super) fn certificate(t: Text, shown: &CertificateShown) -> Markup {
    let until = date(t, shown.until);
    let state = match shown.state {
        CertificateState::Good => pill("good", &t.f("portal-cert-good", &[("date", (&until).into())])),
        CertificateState::Ends(days) => pill("warn", &t.f("portal-cert-ends", &[("days", days.into())])),
        CertificateState::Over => pill("bad", &t.f("portal-cert-over", &[("date", (&until).into())])),
        CertificateState::NotYet => pill("warn", t.s("portal-cert-not-yet")),
    };
    html! {
        span { (shown.subject.strip_prefix("CN=").filter(|name| !name.contains('=')).unwrap_or(&shown.subject)) br; code class="muted" title=(shown.thumbprint) { (short(&shown.thumbprint)) }
            br; small class="muted" translate="no" { "SHA-1 " code title=(shown.sha1) { (short(&shown.sha1)) } } }
        (state)
        @if shown.is_weakly_signed { (pill("warn", t.s("portal-cert-weak"))) }
    }
}

/// Both ends of a thumbprint: what people compare.
pub(super) fn short(thumbprint: &str) -> String {
    match (thumbprint.get(..11), thumbprint.len().checked_sub(5).and_then(|from| thumbprint.get(from..))) {
        (Some(first), Some(last)) if thumbprint.len() > 20 => format!("{first} … {last}"),
        _ => thumbprint.to_owned(),
    }
}

fn failures(frame: &Frame<'_>, view: &Overview) -> Markup {
    let t = frame.chrome.text;
    let trouble = &view.trouble;
    let beside = match trouble.failures {
        0 => pill("good", t.s("portal-failures-none")),
        count => pill("bad", &t.f("portal-failures-count", &[("count", count.into())])),
    };
    let body = html! {
        @if trouble.failures > 0 {
            p { (t.f("portal-failures-people", &[("people", trouble.people.into())])) }
        } @else { p class="muted" { (t.s("portal-failures-none-text")) } }
        @if let Some(last) = &trouble.last {
            p class="sm" {
                (t.s("portal-last-failure")) " " (frame.when(last.at)) " · " (t.s("refused-reference")) " "
                @if let Some(case) = &last.case { span class="ref" { (case) } }
            }
        }
        @if trouble.failures > 0 && frame.granted.may(Action::ReadActivity) {
            p { a href=(frame.at("/activity?kind=signins&result=failed")) { (t.s("portal-failures-see")) } }
        }
    };
    panel(("failures", t.s("portal-failures")), &beside, &body)
}

/// Domains that do not lead people here as they should.
fn domains(frame: &Frame<'_>, view: &Overview) -> Markup {
    let t = frame.chrome.text;
    let beside = html! { a href=(frame.at("/domains")) { (t.s("mend-domains")) } };
    let body = html! {
        @for news in &view.domains {
            @let name = news.domain.to_unicode();
            @match news.what {
                DomainTrouble::Lost { until } => div class="note warn" { (icons::alert(18)) p { (t.f("portal-home-domain-lost", &[("domain", name.as_str().into()), ("until", date(t, until).as_str().into())])) } },
                DomainTrouble::Off => div class="note bad" { (icons::alert(18)) p { (t.f("portal-home-domain-off", &[("domain", name.as_str().into())])) } },
                DomainTrouble::ToProve => p class="muted" { (t.f("portal-home-domain-to-prove", &[("domain", name.as_str().into())])) },
            }
        }
    };
    panel(("domains", t.s("portal-domains")), &beside, &body)
}

fn people(frame: &Frame<'_>, view: &Overview) -> Markup {
    let t = frame.chrome.text;
    let people = &view.people;
    let rows = [
        ("active", t.s("portal-state-active"), people.active),
        ("invited", t.s("portal-state-invited"), people.invited),
        ("suspended", t.s("portal-state-suspended"), people.suspended),
        ("excluded", t.s("portal-exclusions"), people.excluded),
    ];
    html! {
        section class="panel" aria-labelledby="people" {
            h2 id="people" { (t.s("portal-users")) }
            dl class="figures" {
                @for (filter, label, count) in rows {
                    div { dt { a href={ (frame.at("/users?f=")) (filter) } { (label) } } dd { (count) } }
                }
            }
        }
    }
}
