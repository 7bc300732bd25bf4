//! What was entered beside what is there: now and new, before anything is taken over (B3, ADM-4).

use homeward_language::Text;
use homeward_portal::{
    Action,
    sign_on::{
        Detail,
        difference::{Row, What},
        enter::ProposalShown,
    },
};
use maud::{Markup, html};

use super::{begun_there, turn::number};
use crate::screens::{icons, portal::{frame::Frame, home::certificate, parts::pill}};

pub(super) fn proposal(frame: &Frame<'_>, detail: &Detail, waiting: &ProposalShown) -> Markup {
    let t = frame.chrome.text;
    let at = format!("/sign-on/{}", detail.connection.id);
    // Nobody from outside changes what people depend on.
    let is_theirs = frame.granted.guest().is_some() && detail.connection.state.is_in_use();
    let (certificates, values): (Vec<&Row>, Vec<&Row>) = waiting.rows.iter().partition(|row| row.certificate.is_some());
    html! {
        section class="proposal" id="proposal" aria-labelledby="s2-new" {
            div class="row" { h3 id="s2-new" { (t.s("setup-proposal")) } span class="muted sm" { (frame.when(waiting.at)) } }
            p class="muted" { (t.s("setup-proposal-text")) }
            @if detail.test.as_ref().is_some_and(|test| test.is_of_waiting && test.report.failed.is_none()) { div class="note good" { (icons::check(18)) p { (t.s("setup-proposal-tested")) } } }
            @if let Some(link) = &waiting.link { div class="note warn" { (icons::alert(18)) p { (t.f("setup-proposal-by-link", &[("link", link.as_str().into())])) } } }
            @if waiting.is_stale { div class="note warn" { (icons::alert(18)) p { (t.s("setup-said-other-values")) } } }
            @if values.iter().any(|row| row.what == What::BegunThere && row.new.as_deref() == Some("accept")) { (begun_there::warning(frame)) }
            @if waiting.brings_back { div class="note warn" { (icons::alert(18)) p { (t.s("setup-brings-back")) } } }
            @if waiting.anew > 0 { div class="note warn" { (icons::alert(18)) p { (t.f("setup-proposal-anew", &[("count", number(waiting.anew).into())])) } } }
            dl class="compare" { @for row in values { (compared(t, row)) } }
            @if !certificates.is_empty() {
                p class="label sm" { (t.s("portal-certificates")) }
                ul class="certs" { @for row in certificates { (compared_certificate(t, row)) } }
                p class="hint" { (t.s("setup-compare-thumbprint")) }
            }
            @if detail.connection.state.is_in_use() { div class="note warn" { (icons::alert(18)) p { (t.s(if is_theirs { "setup-said-is-on" } else { "setup-proposal-live" })) } } }
            div class="actions" {
                @if frame.granted.may(Action::ChangeSignOn) && !waiting.is_stale && !is_theirs {
                    form method="post" action={ (frame.at(&at)) "/accept" } data-once {
                        (frame.field())
                        input type="hidden" name="handle" value=(waiting.handle);
                        button class="btn" type="submit" { (t.s("setup-accept")) }
                    }
                }
                @if !waiting.is_stale { (frame.button_on(Action::PrepareSignOn, &format!("{at}/test"), ("handle", &waiting.handle), (t.s("setup-test-waiting"), "quiet"))) }
                (frame.button_on(Action::PrepareSignOn, &format!("{at}/discard"), ("handle", &waiting.handle), (t.s("setup-discard"), "quiet")))
            }
        }
    }
}

/// One value, now and new.
pub(in crate::screens::portal) fn compared(t: Text, row: &Row) -> Markup {
    let none = html! { span class="muted" { (t.s("setup-value-none")) } };
    html! {
        div class=(if row.changes { "changes" } else { "stays" }) {
            dt { (name(t, row.what)) }
            @if row.changes {
                @if let Some(now) = &row.now { dd { span class="muted sm" { (t.s("setup-now")) } " " code translate="no" { (now) } } }
                dd { span class="muted sm" { (t.s("setup-new")) } " " @match &row.new { Some(new) => code translate="no" { (new) }, None => (none) } }
            } @else {
                dd { code translate="no" { (row.new.as_deref().unwrap_or_default()) } " " span class="muted sm" { (t.s("setup-same")) } }
            }
        }
    }
}

fn compared_certificate(t: Text, row: &Row) -> Markup {
    let Some(shown) = &row.certificate else { return html! {} };
    let word = match (row.now.is_some(), row.new.is_some()) {
        (false, _) => pill("good", t.s("setup-certificate-comes")),
        (true, false) => pill("bad", t.s("setup-certificate-goes")),
        (true, true) => pill("", t.s("setup-certificate-stays")),
    };
    html! {
        li { (certificate(t, shown)) (word) 
            @if row.changes {
                code class="thumb" translate="no" { "SHA-256 " (shown.thumbprint) }
                code class="thumb" translate="no" { "SHA-1 " (shown.sha1) }
            }
            @if shown.is_weakly_signed { p class="hint" { (t.s("portal-cert-weak-text")) } }
        }
    }
}

fn name(t: Text, what: What) -> &'static str {
    match what {
        What::SignInUrl => t.s("portal-value-sign-in-url"),
        What::IdpIdentifier => t.s("portal-value-idp-identifier"),
        What::LogoutUrl => t.s("setup-logout-url"),
        What::MetadataUrl => t.s("portal-value-metadata-url"),
        What::Certificate => t.s("portal-certificates"),
        What::Issuer => t.s("portal-value-issuer"),
        What::ClientId => t.s("portal-value-client-id"),
        What::ClientSecret => t.s("setup-secret"),
        What::Domains => t.s("setup-domains"),
        What::Local => t.s("setup-map-local"),
        What::Person => t.s("setup-map-person"),
        What::Email => t.s("setup-map-email"),
        What::GivenName => t.s("setup-map-given"),
        What::FamilyName => t.s("setup-map-family"),
        What::Groups => t.s("setup-map-groups"),
        What::Roles => t.s("setup-map-roles"),
        What::BegunThere => t.s("mend-begun-there"),
        What::Cloud => t.s("service-cloud"),
        What::Tenant => "Directory (tenant) ID",
        What::Application => "Application (client) ID",
        What::RedirectUri => "Redirect URI",
        What::Permissions => t.s("service-permissions"),
        What::ServiceSecret => t.s("setup-secret"),
    }
}
