//! A refused answer, by its reference: the six checks with both values, as in a test sign-in (section 5, ADM-15).

use homeward_portal::{Action, checked::Checked, sign_on::{Finding, Kind}};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    parts::pill,
    sign_on::{Typed, there_at, unfit},
    six::six,
};
use crate::screens::{field, icons};

/// The page of one.
pub(crate) fn checked(frame: &Frame<'_>, found: &Checked, typed: Option<&Typed<'_>>) -> Markup {
    let t = frame.chrome.text;
    let stopped = found.report.stopped_at().map(i64::from).unwrap_or_default();
    let heading = t.f("checked-title", &[("reference", found.reference.as_str().into())]);
    let meta = html! {
        p class="meta" {
            (pill("bad", &t.f("test-stopped", &[("number", stopped.into())])))
            @if let Some(application) = &found.application { span { (application) } }
            span { (frame.when(found.at)) }
        }
    };
    let body = html! {
        section class="panel" aria-labelledby="checks" {
            h2 id="checks" { (found.connection.name) }
            @if let Some(typed) = typed { div class="note bad" role="alert" { (icons::alert(18)) div { h2 { (t.s("setup-cannot")) } p { @if found.unknown.is_some() { a href="#certificate" { (unfit(t, typed.problem)) } } @else { (unfit(t, typed.problem)) } } } } }
            @if !found.asked { div class="note warn" { (icons::alert(18)) p { (t.s("checked-unasked")) } } }
            (six(frame, (&found.report, found.preset), |failed| html! {
                @if found.unknown.is_some() { (compare(frame, found, failed, typed)) }
                (opened(frame, found, failed.kind))
            }))
        }
    };
    let actions = html! { a class="btn quiet small" href={ (frame.at("/activity")) "?ref=" (found.reference) } { (t.s("portal-activity")) } };
    frame.page(&Page { title: &heading, error: typed.is_some(), here: Here::Activity, actions, meta, body })
}

/// "Compare and add": the certificate is brought from the provider's console, and is added when it is the very one. Its thumbprint stands above, as what the answer
/// says.
fn compare(frame: &Frame<'_>, found: &Checked, failed: &Finding, typed: Option<&Typed<'_>>) -> Markup {
    let t = frame.chrome.text;
    let error = typed.map(|typed| unfit(t, typed.problem));
    let place = failed.field.as_ref().map(|field| there_at(t, found.preset, field));
    let described = match (place.is_some(), error.is_some()) {
        (true, true) => Some("certificate-hint certificate-error"),
        (true, false) => Some("certificate-hint"),
        (false, true) => Some("certificate-error"),
        (false, false) => None,
    };
    // A private key goes back to nobody (AD-05).
    let pasted = typed.map(|typed| typed.form.get("certificate")).filter(|text| !text.contains("PRIVATE KEY")).unwrap_or_default();
    html! {
        form class="stack mend" method="post" action=(frame.at(&format!("/sign-on/{}/mend", found.connection.id))) data-once {
            (frame.field())
            input type="hidden" name="fix" value="answer";
            input type="hidden" name="reference" value=(found.reference);
            p { (t.s("compare-text")) }
            div class="field" {
                label for="certificate" { (t.s("compare-label")) }
                @if let Some(text) = &error { (field::error(t, "certificate-error", text)) }
                @if let Some(place) = &place { p class="hint" id="certificate-hint" { (place) } }
                textarea class="input mono" id="certificate" name="certificate" rows="4" required autocomplete="off" autocapitalize="none" spellcheck="false" aria-invalid=[error.as_ref().map(|_| "true")]
                    aria-describedby=[described] { (pasted) }
            }
            div class="actions" { button class="btn small" type="submit" { (t.s("mend-compare")) } }
        }
    }
}

/// The way to where it is mended: the connection's own test, which shows everything anew and has the buttons for it.
fn opened(frame: &Frame<'_>, found: &Checked, kind: Kind) -> Markup {
    let t = frame.chrome.text;
    let of = |stop: &str| frame.at(&format!("/sign-on/{}#{stop}", found.connection.id));
    let is_settings = !matches!(kind, Kind::UnknownUser | Kind::NotActive | Kind::BoundElsewhere | Kind::Excluded);
    html! {
        div class="actions" {
            @if frame.granted.may(Action::ReadSignOn) {
                @if frame.granted.may(Action::PrepareSignOn) && is_settings {
                    form method="post" action=(frame.at(&format!("/sign-on/{}/test", found.connection.id))) data-once {
                        (frame.field())
                        button class={ "btn small" @if found.unknown.is_some() { " quiet" } } type="submit" { (t.s(if kind == Kind::UnknownKey { "checked-test-compare" } else { "checked-test" })) }
                    }
                }
                a class="btn quiet small" href=(of("test")) { (found.connection.name) }
            }
            @match kind {
                Kind::UnknownUser | Kind::NotActive | Kind::BoundElsewhere if frame.granted.may(Action::ReadUsers) => a class="btn small" href=(frame.at("/users")) { (t.s("setup-mend-users")) },
                Kind::Excluded if frame.granted.may(Action::ReadExclusions) => a class="btn small" href=(frame.at("/exclusions")) { (t.s("setup-mend-exclusions")) },
                Kind::ForeignDomain if frame.granted.may(Action::ReadDomains) => a class="btn small" href=(frame.at("/domains")) { (t.s("mend-domains")) },
                _ => {}
            }
        }
    }
}
