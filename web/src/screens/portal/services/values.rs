//! Stop 2: what came from Microsoft, and the form by which it is entered. Ids that look alike are told apart (B-126, B-196).

use homeward_language::Text;
use homeward_portal::{
    Action,
    services::{DelegatedSettingsError, Proposed, Service, enter::Problem},
};
use maud::{Markup, html};

use super::permissions;
use crate::{
    form::Form,
    screens::{
        field as parts, icons,
        portal::{
            frame::Frame,
            sign_on::{compared, problem::pasted_key},
        },
    },
};

/// The field that a problem is about.
pub(super) fn field(form: &Form, problem: &Problem) -> &'static str {
    let pasted = form.get("tenant").trim().is_empty() && form.get("application").trim().is_empty() && !form.get("overview").trim().is_empty();
    match problem {
        Problem::Application(_) | Problem::Tenant(_) if pasted => "overview",
        Problem::Application(_) | Problem::Settings(DelegatedSettingsError::Application | DelegatedSettingsError::ApplicationUri | DelegatedSettingsError::SameId) => "application",
        Problem::Tenant(_) | Problem::Settings(DelegatedSettingsError::Tenant) | Problem::Same => "tenant",
        Problem::Settings(DelegatedSettingsError::Cloud) => "cloud",
        Problem::Settings(DelegatedSettingsError::RedirectUri) | Problem::Elsewhere => "redirect_uri",
        Problem::Settings(DelegatedSettingsError::Permissions) => "permissions",
        Problem::Secret => "secret",
    }
}

/// What is wrong, and what to do.
pub(super) const fn says_key(problem: &Problem) -> &'static str {
    match problem {
        Problem::Application(pasted) | Problem::Tenant(pasted) => pasted_key(pasted),
        Problem::Settings(problem) => match problem {
            DelegatedSettingsError::Cloud => "service-problem-cloud",
            DelegatedSettingsError::Tenant | DelegatedSettingsError::Application => "setup-id-none",
            DelegatedSettingsError::ApplicationUri => "setup-id-uri",
            DelegatedSettingsError::SameId => "service-problem-same-id",
            DelegatedSettingsError::RedirectUri => "service-problem-redirect",
            DelegatedSettingsError::Permissions => "service-problem-permissions",
        },
        Problem::Elsewhere => "service-problem-elsewhere",
        Problem::Secret => "setup-problem-secret",
        Problem::Same => "setup-problem-same",
    }
}

pub(super) fn says(t: Text, problem: &Problem) -> &'static str {
    t.s(says_key(problem))
}

pub(super) fn values(frame: &Frame<'_>, service: &Service, typed: Option<(&Form, &Problem)>) -> Markup {
    let t = frame.chrome.text;
    let may = frame.granted.may(Action::PrepareServices);
    html! {
        section class="panel" id="values" aria-labelledby="v2" {
            h2 id="v2" { (t.f("portal-have", &[("provider", "Microsoft".into())])) }
            @if let Some(waiting) = &service.proposal { (proposal(frame, service, waiting)) }
            @if service.is_set_up { (have(t, service)) }
            @else if !may { p class="muted" { (t.s("portal-no-settings")) } }
            @if may {
                @let form = Entry { frame, service, typed };
                @if !service.is_set_up && service.proposal.is_none() { (form.form()) }
                @else { details open[typed.is_some()] { summary { (t.s("setup-enter")) } (form.form()) } }
                @if service.is_set_up { (off(frame, service)) }
            }
        }
    }
}

/// What is there, to be read. No secret is among it.
fn have(t: Text, service: &Service) -> Markup {
    let entered = &service.entered;
    let secret = t.s(if entered.has_secret { "setup-secret-kept" } else { "setup-secret-none" });
    let rows = [("Directory (tenant) ID", &entered.tenant), ("Application (client) ID", &entered.application), ("Redirect URI", &entered.redirect_uri)];
    html! {
        dl class="facts" {
            @for (name, value) in rows { div { dt translate="no" { (name) } dd { code translate="no" { (value) } } } }
            div { dt { (t.s("setup-secret")) } dd { (secret) } }
        }
        (permissions::chosen(t, &|name| entered.permissions.contains(name)))
    }
}

/// What waits: now and new, and what is forgotten with it.
fn proposal(frame: &Frame<'_>, service: &Service, waiting: &Proposed) -> Markup {
    let t = frame.chrome.text;
    let at = format!("/services/{}", service.connection.id);
    html! {
        section class="proposal" id="proposal" aria-labelledby="v2-new" {
            div class="row" { h3 id="v2-new" { (t.s("setup-proposal")) } span class="muted sm" { (frame.when(waiting.at)) } }
            p class="muted" { (t.s("setup-proposal-text")) }
            @if waiting.is_stale { div class="note warn" { (icons::alert(18)) p { (t.s("setup-said-other-values")) } } }
            dl class="compare" { @for row in &waiting.rows { (compared(t, row)) } }
            @if let Some(forgets) = waiting.forgets {
                div class="note warn" {
                    (icons::alert(18))
                    p {
                        (t.f("service-forgets", &[("count", forgets.people.into())]))
                        @if forgets.consent { " " (t.s("service-forgets-consent")) }
                    }
                }
            }
            div class="actions" {
                @if !waiting.is_stale { (frame.button_on(Action::ChangeServices, &format!("{at}/accept"), ("handle", &waiting.handle), (t.s("setup-accept"), ""))) }
                (frame.button_on(Action::PrepareServices, &format!("{at}/discard"), ("handle", &waiting.handle), (t.s("setup-discard"), "quiet")))
            }
        }
    }
}

/// No delegated access any more: that is seen before it is done, too.
fn off(frame: &Frame<'_>, service: &Service) -> Markup {
    let t = frame.chrome.text;
    html! {
        details {
            summary { (t.s("service-off")) }
            div class="stack" {
                p { (t.s("service-off-text")) }
                (frame.button_on(Action::PrepareServices, &format!("/services/{}/propose", service.connection.id), ("how", "off"), (t.s("setup-look"), "quiet")))
            }
        }
    }
}

/// The form of one connection.
struct Entry<'a> {
    frame: &'a Frame<'a>,
    service: &'a Service,
    typed: Option<(&'a Form, &'a Problem)>,
}

impl Entry<'_> {
    fn t(&self) -> Text {
        self.frame.chrome.text
    }
    /// What was typed; otherwise what is there.
    fn value<'b>(&'b self, name: &str, present: &'b str) -> &'b str {
        self.typed.map_or(present, |(form, _)| form.get(name))
    }
    fn error(&self, id: &str) -> Option<&'static str> {
        self.typed.filter(|(form, problem)| field(form, problem) == id).map(|(_, problem)| says(self.t(), problem))
    }
    fn input(&self, (id, label): (&'static str, &str), hint: &str, value: &str) -> Markup {
        let error = self.error(id);
        let (kind, autocomplete) = if id == "secret" { ("password", "new-password") } else { ("text", "off") };
        html! {
            div class="field" {
                label for=(id) { (label) }
                @if let Some(text) = error { (parts::error(self.t(), &format!("{id}-error"), text)) }
                @if !hint.is_empty() { p class="hint" id={ (id) "-hint" } { (hint) } }
                input class="input mono" id=(id) name=(id) type=(kind) value=(value) autocomplete=(autocomplete) autocapitalize="none" spellcheck="false"
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[described(id, !hint.is_empty(), error.is_some())];
            }
        }
    }
    fn cloud(&self) -> Markup {
        let (t, error) = (self.t(), self.error("cloud"));
        let present = self.value("cloud", &self.service.entered.cloud);
        html! {
            div class="field" {
                label for="cloud" { (t.s("service-cloud")) }
                @if let Some(text) = error { (parts::error(t, "cloud-error", text)) }
                select class="input" id="cloud" name="cloud" aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| "cloud-error")] {
                    @for (host, name) in &self.service.clouds { option value=(host) selected[host == present] { (name) } }
                }
            }
        }
    }
    fn overview(&self) -> Markup {
        let (t, error) = (self.t(), self.error("overview"));
        html! {
            div class="field" {
                label for="overview" { (t.s("service-overview")) }
                @if let Some(text) = error { (parts::error(t, "overview-error", text)) }
                p class="hint" id="overview-hint" { (t.s("service-overview-hint")) }
                textarea class="input mono" id="overview" name="overview" rows="5" autocomplete="off" autocapitalize="none" spellcheck="false"
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[described("overview", true, error.is_some())] { (self.value("overview", "")) }
            }
        }
    }
    fn permissions(&self) -> Markup {
        let (t, error) = (self.t(), self.error("permissions"));
        let entered = &self.service.entered.permissions;
        let is_chosen = |name: &str| self.typed.map_or_else(|| entered.contains(name), |(form, _)| form.optional(name).is_some());
        html! {
            fieldset class="stack tight" id="permissions" {
                legend class="label" { (t.s("service-permissions")) }
                @if let Some(text) = error { (parts::error(t, "permissions-error", text)) }
                p class="hint" { (t.s("service-permissions-lead")) }
                (permissions::choose(t, &is_chosen, error.map(|_| "permissions-error")))
            }
        }
    }
    fn form(&self) -> Markup {
        let (t, entered) = (self.t(), &self.service.entered);
        let there = |place: &str| format!("{} {place}", t.f("setup-field-there", &[("provider", "Microsoft Entra ID".into())]));
        let overview = there("Overview");
        let secret = if entered.has_secret { t.s("setup-secret-stays") } else { t.s("service-secret-hint") };
        html! {
            form class="stack" method="post" action={ (self.frame.at("/services/")) (self.service.connection.id) "/propose" } data-once {
                (self.frame.field())
                div class="grid2" {
                    (self.input(("tenant", "Directory (tenant) ID"), &overview, self.value("tenant", &entered.tenant)))
                    (self.input(("application", "Application (client) ID"), &overview, self.value("application", &entered.application)))
                }
                (self.overview())
                (self.permissions())
                (self.input(("redirect_uri", "Redirect URI"), t.s("service-redirect-hint"), self.value("redirect_uri", &entered.redirect_uri)))
                details open[matches!(self.typed, Some((form, problem)) if matches!(field(form, problem), "cloud" | "secret"))] {
                    summary { (t.s("service-rarely")) }
                    div class="stack" {
                        (self.cloud())
                        (self.input(("secret", t.s("setup-secret")), secret, ""))
                    }
                }
                div class="actions" { button class="btn" type="submit" { (t.s("setup-look")) } }
            }
        }
    }
}

/// Ids of the texts that explain a field.
fn described(id: &str, hint: bool, error: bool) -> Option<String> {
    let all = [hint.then(|| format!("{id}-hint")), error.then(|| format!("{id}-error"))];
    let text = all.into_iter().flatten().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}
