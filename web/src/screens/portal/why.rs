//! "Why can't they sign in?": the answer in one sentence, then what the sign-in page would do, then the last attempts.

use homeward_discovery::Home;
use homeward_language::Text;
use homeward_portal::{
    Action,
    why::{Answer, Obstacle},
};
use maud::{Markup, html};

use super::{
    activity::{event, passed, reference, result},
    frame::{Frame, Here, Page},
    parts::sign,
};

/// The answer for one person.
pub(crate) fn why(frame: &Frame<'_>, view: &Answer) -> Markup {
    let t = frame.chrome.text;
    let user = &view.listed.user;
    let username = user.username.typed();
    let page = frame.at(&format!("/users/{}", user.id));
    let (class, sentence) = obstacle(t, view.obstacle);
    let meta = html! { p class="meta" { a href=(page) { (username) } } };
    let body = html! {
        form class="search" method="get" action={ (page) "/why" } {
            div class="field" {
                label for="app" { (t.s("portal-why-app")) }
                select class="input" id="app" name="app" {
                    @for each in &view.applications { option value=(each.client_id.as_str()) selected[each.client_id == view.application.client_id] { (each.name) } }
                }
            }
            button class="btn quiet" type="submit" { (t.s("portal-why-ask")) }
        }
        div class={ "note " (class) } { (sign(class)) p { strong { (sentence) } } }
        section class="panel" aria-labelledby="would" {
            h2 id="would" { (t.s("portal-why-would")) }
            p { (would(t, view)) }
            details {
                summary { (t.s("portal-why-rules")) }
                ol class="checks" lang="en" {
                    @for rule in &view.decision.rules {
                        li class=(if rule.applied { "applied" } else { "skip-chk" }) {
                            span class="dot" aria-hidden="true" { @if rule.applied { "✓" } }
                            h3 { (rule.rule.replace('_', " ")) }
                            p class="muted sm" { (rule.because) }
                        }
                    }
                }
            }
        }
        section class="panel" aria-labelledby="attempts" {
            h2 id="attempts" { (t.s("portal-why-attempts")) }
            @if view.attempts.is_empty() { p class="muted" { (t.s("portal-why-no-attempts")) } }
            @else {
                ul class="places" {
                    @for line in &view.attempts {
                        li {
                            div {
                                p {
                                    strong { (event(t, line)) }
                                    small { (frame.when(line.at)) @if line.case.is_some() { " · " (t.s("refused-reference")) " " (reference(frame, line)) } }
                                }
                                (passed(t, line))
                            }
                            (result(t, line))
                        }
                    }
                }
            }
            @if frame.granted.may(Action::ReadActivity) { p { a href={ (frame.at("/activity")) "?user=" (user.id) } { (t.s("portal-user-activity")) } } }
        }
    };
    frame.page(&Page { title: t.s("portal-why"), error: false, here: Here::Users, actions: html! {}, meta, body })
}

fn obstacle(t: Text, obstacle: Obstacle) -> (&'static str, &'static str) {
    match obstacle {
        Obstacle::None => ("good", t.s("portal-why-nothing")),
        Obstacle::Invited => ("warn", t.s("portal-why-invited")),
        Obstacle::Suspended => ("bad", t.s("portal-why-suspended")),
        Obstacle::Gone => ("bad", t.s("portal-why-gone")),
        Obstacle::AccountSuspended => ("bad", t.s("portal-why-account")),
        Obstacle::Refused => ("bad", t.s("portal-why-refused")),
        Obstacle::NoPassword => ("bad", t.s("portal-why-no-password")),
        Obstacle::SecondFactor => ("bad", t.s("portal-why-second-factor")),
        Obstacle::NotInPilot => ("bad", t.s("portal-why-not-in-pilot")),
        Obstacle::CertificatesOver => ("bad", t.s("portal-why-certificates")),
        Obstacle::DomainNotOwned => ("bad", t.s("portal-why-domain")),
        Obstacle::NoEmail => ("bad", t.s("portal-why-no-email")),
        Obstacle::NoExternalId => ("bad", t.s("portal-why-no-external-id")),
        Obstacle::Several => ("bad", t.s("portal-why-several")),
    }
}

/// What the sign-in page would do, in a sentence.
fn would(t: Text, view: &Answer) -> String {
    let app = view.application.name.as_str();
    let provider = view.provider.as_deref().unwrap_or_default();
    match &view.decision.home {
        Home::SingleSignOn { redirect: true, password_beside: false, .. } => t.f("portal-would-redirect", &[("app", app.into()), ("provider", provider.into())]),
        Home::SingleSignOn { password_beside: true, .. } => t.f("portal-would-both", &[("app", app.into()), ("provider", provider.into())]),
        Home::SingleSignOn { .. } => t.f("portal-would-button", &[("app", app.into()), ("provider", provider.into())]),
        Home::Password { sso: Some(_), .. } => t.f("portal-would-both", &[("app", app.into()), ("provider", provider.into())]),
        Home::Password { sso: None, .. } | Home::ChooseAccount { .. } => t.f("portal-would-password", &[("app", app.into())]),
        Home::Refused { .. } => t.f("portal-would-refuse", &[("app", app.into())]),
    }
}
