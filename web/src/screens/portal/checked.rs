//! A refused answer, by its reference: the six checks with both values, as in a test sign-in (section 5, ADM-15).

use homeward_portal::{Action, checked::Checked, sign_on::Kind};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    parts::pill,
    six::six,
};
use crate::screens::icons;

/// The page of one.
pub(crate) fn checked(frame: &Frame<'_>, found: &Checked) -> Markup {
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
            @if !found.asked { div class="note warn" { (icons::alert(18)) p { (t.s("checked-unasked")) } } }
            (six(t, (&found.report, found.preset), |failed| opened(frame, found, failed.kind)))
        }
    };
    let actions = html! { a class="btn quiet small" href={ (frame.at("/activity")) "?ref=" (found.reference) } { (t.s("portal-activity")) } };
    frame.page(&Page { title: &heading, error: false, here: Here::Activity, actions, meta, body })
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
                        button class="btn small" type="submit" { (t.s(if kind == Kind::UnknownKey { "checked-test-compare" } else { "checked-test" })) }
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
