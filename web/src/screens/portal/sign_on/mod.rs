//! Single Sign-On in four steps on one line: give, values, test, turn on (B1 to B5). The page of one connection, and the list where
//! there are several.

mod add;
mod begun_there;
mod give;
mod groups;
mod mapping;
mod mend;
mod moves;
pub(super) mod problem;
mod proposal;
mod test;
mod turn;
mod values;
mod whole;

use homeward_language::Text;
use homeward_portal::{
    Action,
    home::ConnectionShown,
    sign_on::{Detail, Preset, enter::Problem, pilot::Piloted},
};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    home::{certificate, connection_state},
    parts::{Said, copying, note},
};
use crate::{form::Form, screens::icons};

pub(crate) use add::{add, product, unfit_name};
pub(crate) use whole::whole;
pub(super) use give::there_at;
pub(super) use proposal::compared;
pub(crate) use problem::says as unfit;

/// What somebody typed that cannot be used: it stays in its fields.
pub(crate) struct Typed<'a> {
    /// The form.
    pub form: &'a Form,
    /// Why not.
    pub problem: &'a Problem,
}

/// What the page of one connection shows besides the connection.
#[derive(Default)]
pub(crate) struct SignOnView<'a> {
    /// What came of a step.
    pub said: Option<Said>,
    /// So many of those who have no password got no mail when it was turned off.
    pub uninvited: Option<u32>,
    /// What cannot be used.
    pub typed: Option<Typed<'a>>,
    /// What came of names for the pilot, while some of them stay in the field.
    pub piloted: Option<&'a Piloted>,
    /// Where the name that nobody had in the last test is invited.
    pub invite: Option<String>,
    /// Where the user whose name comes near it gets that name.
    pub rename: Option<String>,
    /// A code that somebody saw at the provider.
    pub code: Option<String>,
}

/// What people call the product; names, never translated. Any other has none of its own.
pub(super) const fn name_of(preset: Preset) -> Option<&'static str> {
    match preset {
        Preset::Entra => Some("Microsoft Entra ID"),
        Preset::Okta => Some("Okta"),
        Preset::Google => Some("Google Workspace"),
        Preset::Adfs => Some("AD FS"),
        Preset::PingOne => Some("PingOne"),
        Preset::Generic => None,
    }
}

/// What a step left in the address.
pub(crate) fn said(word: &str) -> Option<Said> {
    Some(match word {
        "added" => Said::of("good", "setup-said-added"),
        "accepted" => Said::of("good", "setup-said-accepted"),
        "connected" => Said::of("good", "setup-said-connected"),
        "refused" => Said::of("good", "setup-said-refused"),
        "discarded" => Said::of("good", "setup-said-discarded"),
        "switched" => Said::of("good", "setup-said-switched"),
        "reopened" => Said::of("good", "setup-said-reopened"),
        "offered" => Said::of("good", "setup-said-offered"),
        "undone" => Said::of("good", "setup-said-undone"),
        "undone-offer-stays" => Said::of("warn", "setup-said-undone-offer-stays"),
        "pilot" => Said::of("good", "setup-said-pilot"),
        "is-on" => Said::of("warn", "setup-said-is-on"),
        "other-values" => Said::of("warn", "setup-said-other-values"),
        "incomplete" => Said::of("warn", "setup-said-incomplete"),
        "too-many" => Said::of("warn", "setup-said-too-many"),
        "sole-way" => Said::of("warn", "setup-said-sole-way"),
        "not-tested" => Said::of("warn", "setup-said-not-tested"),
        "not-entitled" => Said::of("warn", "portal-sso-not-entitled"),
        "other-on" => Said::of("warn", "setup-said-other-on"),
        "group-unknown" => Said::of("warn", "setup-said-group-unknown"),
        "group-many" => Said::of("warn", "setup-said-group-many"),
        "hours" => Said::of("warn", "setup-said-hours"),
        "no-step" => Said::of("warn", "setup-said-no-step"),
        "no-undo" => Said::of("warn", "setup-said-no-undo"),
        other => return super::parts::said(other),
    })
}

/// The class of a stop of the line.
#[derive(Clone, Copy)]
enum Stop {
    Done,
    Here,
    Todo,
}

impl Stop {
    const fn class(self) -> &'static str {
        match self {
            Self::Done => "leg done",
            Self::Here => "leg here",
            Self::Todo => "leg todo",
        }
    }
}

/// Where each of the last three steps is; our side can always be given.
const fn stops(detail: &Detail) -> [Stop; 3] {
    let on = detail.connection.state.is_in_use();
    match (detail.is_complete, detail.is_tested || on, on) {
        (false, ..) => [Stop::Here, Stop::Todo, Stop::Todo],
        (true, false, _) => [Stop::Done, Stop::Here, Stop::Todo],
        (true, true, false) => [Stop::Done, Stop::Done, Stop::Here],
        (true, true, true) => [Stop::Done, Stop::Done, Stop::Done],
    }
}

/// The connections of the account, when there is not exactly one.
pub(crate) fn list(frame: &Frame<'_>, list: &[ConnectionShown]) -> Markup {
    let t = frame.chrome.text;
    let may_add = frame.granted.may(Action::AddSignOn);
    let body = html! {
        @if list.is_empty() {
            div class="panel flat" {
                p { (t.s("setup-none")) }
                @if may_add { div class="actions" { a class="btn" href=(frame.at("/sign-on/new")) { (t.s("setup-begin")) } } }
            }
        }
        @for shown in list { (row(frame, shown)) }
    };
    let actions = html! { (links(frame)) @if may_add && !list.is_empty() { (another(frame)) } };
    frame.page(&Page { title: t.s("portal-sso"), error: false, here: Here::SignOn, actions, meta: html! { p class="meta" { (t.s("portal-sso-text")) } }, body })
}

fn row(frame: &Frame<'_>, shown: &ConnectionShown) -> Markup {
    let t = frame.chrome.text;
    let id = shown.connection.id;
    html! {
        section class="panel" aria-labelledby={ "c-" (id) } {
            div class="row" {
                h2 id={ "c-" (id) } { a href={ (frame.at("/sign-on/")) (id) } { (shown.connection.name) } }
                (connection_state(t, shown.connection.state))
            }
            @if let Some(protocol) = shown.protocol { p class="muted sm" { (protocol) } }
            @if !shown.certificates.is_empty() { ul class="certs" { @for each in &shown.certificates { li { (certificate(t, each)) } } } }
        }
    }
}

fn another(frame: &Frame<'_>) -> Markup {
    html! { a class="btn quiet small" href=(frame.at("/sign-on/new")) { (frame.chrome.text.s("setup-add")) } }
}

/// The way to setup links.
fn links(frame: &Frame<'_>) -> Markup {
    html! { @if frame.granted.may(Action::ReadSetupLinks) { a class="btn quiet small" href=(frame.at("/setup-links")) { (frame.chrome.text.s("setup-links")) } } }
}

/// One connection: the line with its four stops.
pub(crate) fn sign_on(frame: &Frame<'_>, detail: &Detail, view: &SignOnView<'_>) -> Markup {
    let t = frame.chrome.text;
    let [values, test, turn] = stops(detail);
    let body = html! {
        (copying(t))
        (note(t, view.said))
        @if let Some(count) = view.uninvited { div class="note warn" role="status" { (icons::alert(18)) p { (t.f("setup-said-uninvited", &[("count", i64::from(count).into())])) } } }
        @if let Some(typed) = &view.typed { (summary(t, typed)) }
        ol class="steps" {
            li class="leg done" { (give::give(frame, detail)) }
            li class=(values.class()) { (values::values(frame, detail, view.typed.as_ref())) }
            li class=(test.class()) { (test::test(frame, detail, view)) }
            li class=(turn.class()) { (turn::turn(frame, detail, view.piloted)) }
        }
    };
    let actions = html! { (links(frame)) @if frame.granted.may(Action::AddSignOn) { (another(frame)) } };
    frame.page(&Page { title: t.s("portal-sso"), error: view.typed.is_some() || view.piloted.is_some(), here: Here::SignOn, actions, meta: meta(frame, detail), body })
}

fn meta(frame: &Frame<'_>, detail: &Detail) -> Markup {
    let t = frame.chrome.text;
    let on = detail.switches.present.at_provider;
    html! {
        p class="meta" {
            (connection_state(t, detail.connection.state))
            span { (detail.connection.name) " · " (protocol(detail)) }
            @if frame.granted.guest().is_none() { span {
                @if on == 0 { (t.s("portal-affected-none")) }
                @else { (t.f("setup-there", &[("count", turn::number(on).into())])) }
            } }
        }
    }
}

const fn protocol(detail: &Detail) -> &'static str {
    match detail.product.speaks {
        homeward_portal::sign_on::Speaks::Saml => "SAML 2.0",
        homeward_portal::sign_on::Speaks::Oidc => "OpenID Connect",
    }
}

/// What cannot be used, with the way to its field (ADM-6).
fn summary(t: Text, typed: &Typed<'_>) -> Markup {
    let place = problem::field(typed.form, typed.problem);
    html! {
        div class="note bad" role="alert" {
            (icons::alert(18))
            div { h2 { (t.s("setup-cannot")) } p { a href={ "#" (place) } { (problem::says(t, typed.problem)) } } }
        }
    }
}
