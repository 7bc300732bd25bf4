//! Applications of the account: what its people can sign in to, how, and the one that a tile at the identity provider opens.

use homeward_discovery::ApplicationKind;
use homeward_language::Text;
use homeward_portal::{
    Action,
    applications::{ApplicationList, ApplicationShown, SignsIn},
};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    parts::{Said, note, pill},
};

const fn kind(kind: ApplicationKind) -> &'static str {
    match kind {
        ApplicationKind::Web => "applications-kind-web",
        ApplicationKind::Desktop => "applications-kind-desktop",
        ApplicationKind::Mobile => "applications-kind-mobile",
        ApplicationKind::Extension => "applications-kind-extension",
    }
}

const fn signs_in(how: SignsIn) -> &'static str {
    match how {
        SignsIn::AsAccount => "applications-as-account",
        SignsIn::Button => "applications-button",
        SignsIn::Redirect => "applications-redirect",
        SignsIn::SecondFactor => "applications-second-factor",
        SignsIn::Password => "applications-password",
        SignsIn::UntilAdministrators => "applications-administrators",
    }
}

/// The page.
pub(crate) fn applications(frame: &Frame<'_>, list: &ApplicationList, said: Option<Said>) -> Markup {
    let t = frame.chrome.text;
    let body = html! {
        (note(t, said))
        (default(frame, list))
        @if list.applications.is_empty() {
            div class="panel flat" { p { (t.s("applications-none")) } }
        } @else {
            div class="panel list" {
                table {
                    caption class="vh" { (t.s("applications")) }
                    thead { tr { th scope="col" { (t.s("applications-name")) } th scope="col" { (t.s("applications-kind")) } th scope="col" { (t.s("applications-regions")) } th scope="col" { (t.s("portal-signs-in")) } } }
                    tbody { @for shown in &list.applications { (row(frame, shown)) } }
                }
            }
        }
    };
    let meta = html! { p class="meta" { (t.s("applications-text")) } };
    frame.page(&Page { title: t.s("applications"), error: false, here: Here::Applications, actions: html! {}, meta, body })
}

fn row(frame: &Frame<'_>, shown: &ApplicationShown) -> Markup {
    let t = frame.chrome.text;
    let application = &shown.application;
    html! {
        tr {
            th scope="row" {
                (application.name)
                @if shown.is_default { " " (pill("good", t.s("applications-is-default"))) }
                small { code translate="no" { (application.client_id.as_str()) } }
            }
            td data-label=(t.s("applications-kind")) { (t.s(kind(application.kind))) }
            td data-label=(t.s("applications-regions")) { (regions(t, shown)) }
            td data-label=(t.s("portal-signs-in")) {
                (t.s(signs_in(shown.signs_in)))
                @if shown.signs_in == SignsIn::UntilAdministrators && frame.granted.may(Action::ReadRoles) {
                    " " a href=(frame.at("/administrators")) { (t.s("portal-administrators")) }
                }
            }
        }
    }
}

fn regions(t: Text, shown: &ApplicationShown) -> Markup {
    html! {
        @if shown.application.regions.is_empty() { (t.s("applications-everywhere")) }
        @else { span translate="no" { (shown.application.regions.iter().cloned().collect::<Vec<_>>().join(", ")) } }
    }
}

/// What a tile opens, and another choice for whoever may.
fn default(frame: &Frame<'_>, list: &ApplicationList) -> Markup {
    let t = frame.chrome.text;
    let present = list.applications.iter().find(|shown| shown.is_default);
    let can: Vec<&ApplicationShown> = list.applications.iter().filter(|shown| shown.starts).collect();
    html! {
        section class="panel" aria-labelledby="default" {
            h2 id="default" { (t.s("applications-default")) }
            p class="muted" { (t.s("applications-default-text")) }
            @match present {
                Some(shown) if !shown.starts => div class="note warn" { p { (t.f("applications-no-start", &[("name", (&shown.application.name).into())])) } },
                None if list.default.is_some() => div class="note warn" { p { (t.s("applications-gone")) } },
                Some(_) | None => {}
            }
            @if frame.granted.may(Action::ChangeApplications) {
                form class="stack" method="post" action=(frame.at("/applications/default")) data-once {
                    (frame.field())
                    input type="hidden" name="seen" value=(list.default.as_ref().map_or("", homeward_model::ClientId::as_str));
                    div class="field" {
                        label for="application" { (t.s("applications-opens")) }
                        select class="input" id="application" name="application" {
                            option value="" selected[present.is_none()] { (t.s("applications-no-default")) }
                            @for shown in can { option value=(shown.application.client_id.as_str()) selected[shown.is_default] { (shown.application.name) } }
                        }
                    }
                    div class="actions" { button class="btn" type="submit" { (t.s("applications-save")) } }
                }
            } @else {
                p { @match present { Some(shown) => (shown.application.name), None => (t.s("applications-no-default")) } }
            }
        }
    }
}
