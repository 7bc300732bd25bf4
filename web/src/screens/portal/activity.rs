//! Activity: who did what, with what result, and the reference that a person was shown.

use homeward_language::Text;
use homeward_portal::{
    Action,
    activity::{self, Page as Lines, Wanted},
    ports::{Kind, Line},
};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    parts::{breakable, more, pill, query},
    six::all_passed,
};

/// How long a refused answer is kept.
const KEPT_DAYS: u64 = 30;

const fn kind_word(kind: Option<Kind>) -> &'static str {
    match kind {
        Some(Kind::SignIns | Kind::Attempts) => "signins",
        Some(Kind::Changes) => "changes",
        None => "",
    }
}

/// What was asked for.
pub(crate) struct ActivityAsked<'a> {
    /// As it was read.
    pub wanted: &'a Wanted,
    /// The name, sealed, for addresses.
    pub sealed: &'a str,
    /// The mark of the next page.
    pub next: Option<&'a str>,
}

/// Sign-ins and changes.
pub(crate) fn activity(frame: &Frame<'_>, found: &Lines, asked: &ActivityAsked<'_>) -> Markup {
    let t = frame.chrome.text;
    let wanted = asked.wanted;
    let user = wanted.user.map(|user| user.to_string()).unwrap_or_default();
    let result = if wanted.failed { "failed" } else { "" };
    let with = |path: &str, after: &str| {
        let parts = [("s", asked.sealed), ("user", user.as_str()), ("ref", wanted.reference.as_str()), ("kind", kind_word(wanted.kind)), ("result", result), ("after", after)];
        format!("{}{}", frame.at(path), query(&parts))
    };
    let (first, next) = (with("/activity", ""), asked.next.map(|mark| with("/activity", mark)));
    let actions = html! {
        (frame.button_at(Action::ExportActivity, &with("/activity/csv", ""), (t.s("portal-export-csv"), "quiet")))
        (frame.button_at(Action::ExportActivity, &with("/activity/jsonl", ""), (t.s("portal-export-jsonl"), "quiet")))
    };
    let body = html! {
        (search(frame, wanted, &found.who))
        @if found.lines.is_empty() {
            div class="panel flat" { p { (t.s(if found.nonsense { "portal-activity-nonsense" } else { "portal-activity-none" })) } }
        } @else {
            div class="panel list" {
                table {
                    caption class="vh" { (t.s("portal-activity")) }
                    thead { tr { th scope="col" { (t.s("portal-when")) } th scope="col" { (t.s("portal-what")) } th scope="col" { (t.s("portal-user")) } th scope="col" { (t.s("portal-result")) } } }
                    tbody { @for line in &found.lines { (row(frame, found, line)) } }
                }
            }
        }
        (more(t, (wanted.before.is_some().then_some(first.as_str()), next.as_deref())))
    };
    frame.page(&Page { title: t.s("portal-activity"), error: false, here: Here::Activity, actions, meta: html! { p class="meta" { (t.s("portal-utc")) } }, body })
}

fn search(frame: &Frame<'_>, wanted: &Wanted, who: &str) -> Markup {
    let t = frame.chrome.text;
    let kinds = [(None, t.s("portal-kind-all")), (Some(Kind::SignIns), t.s("portal-kind-signins")), (Some(Kind::Changes), t.s("portal-kind-changes"))];
    html! {
        form class="search" method="post" action=(frame.at("/activity/find")) role="search" {
            (frame.field())
            div class="field" {
                label for="who" { (t.s("portal-user")) }
                input class="input" id="who" name="who" type="text" inputmode="email" value=(who) autocomplete="off" autocapitalize="none" spellcheck="false";
            }
            div class="field narrow" {
                label for="ref" { (t.s("refused-reference")) }
                input class="input mono" id="ref" name="ref" type="text" value=(wanted.reference) autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="12";
            }
            div class="field" {
                label for="kind" { (t.s("portal-kind")) }
                select class="input" id="kind" name="kind" { @for (kind, label) in kinds { option value=(kind_word(kind)) selected[kind == wanted.kind] { (label) } } }
            }
            div class="field" {
                label for="result" { (t.s("portal-result")) }
                select class="input" id="result" name="result" {
                    option value="" selected[!wanted.failed] { (t.s("portal-result-all")) }
                    option value="failed" selected[wanted.failed] { (t.s("portal-result-failed")) }
                }
            }
            button class="btn" type="submit" { (t.s("portal-search")) }
        }
    }
}

fn row(frame: &Frame<'_>, found: &Lines, line: &Line) -> Markup {
    let t = frame.chrome.text;
    let user = line.user.and_then(|user| Some((user, found.names.get(&user)?)));
    let by = activity::actor(line);
    let detail = activity::what(line);
    html! {
        tr {
            td { (frame.when(line.at)) }
            th scope="row" {
                (event(t, line))
                @if has_detail(line) && !detail.is_empty() { small { (detail) } }
                @if let Some(by) = by {
                    small { @match found.names.get(&by) { Some(name) => { (t.s("portal-by")) " " (breakable(name)) } None => (t.s("portal-by-above")) } }
                }
                @if let Some(client) = &line.application { small { (client.as_str()) } }
            }
            td data-label=(t.s("portal-user")) {
                @match user { Some((id, name)) => a href={ (frame.at("/users/")) (id) } { (breakable(name)) }, None => span class="muted" { "–" } }
            }
            td data-label=(t.s("portal-result")) {
                (result(t, line))
                @if line.case.is_some() { small { (reference(frame, line)) } }
                (passed(t, line))
            }
        }
    }
}

/// Whether the detail says what a change has changed, in words for people.
fn has_detail(line: &Line) -> bool {
    ["portal.", "operator.", "azure."].iter().any(|family| line.event.starts_with(family))
        || ["connection.metadata_taken", "connection.metadata_staged", "connection.endpoints_staged"].contains(&line.event.as_str())
}

/// The reference of a line, which opens the six checks of its answer where they are kept.
pub(super) fn reference(frame: &Frame<'_>, line: &Line) -> Markup {
    html! {
        @if let Some(case) = &line.case {
            @if frame.granted.may(Action::ReadActivity) && has_checks(frame, line) { a class="ref" href=(frame.at(&format!("/activity/{case}"))) { (case) } }
            @else { span class="ref" { (case) } }
        }
    }
}

/// The six checks of an answer that was taken: nothing of it is kept, and each was passed (B6, B8).
pub(super) fn passed(t: Text, line: &Line) -> Markup {
    html! { @if line.event == "signin.federated" && line.outcome == "ok" { (all_passed(t)) } }
}

/// Whether the six checks of the answer are kept still.
fn has_checks(frame: &Frame<'_>, line: &Line) -> bool {
    ["signin.answer_refused", "signin.not_sent"].contains(&line.event.as_str()) && frame.now.since(line.at).as_secs() < KEPT_DAYS * 86_400
}

/// What happened, in words; what has none keeps its code.
pub(super) fn event(t: Text, line: &Line) -> Markup {
    let words = match line.event.as_str() {
        "signin.completed" => t.s("portal-event-signin"),
        "signin.password" => t.s("portal-event-password"),
        "signin.federated" | "signin.answer_refused" => t.s("portal-event-federated"),
        "signin.not_sent" => t.s("portal-event-not-sent"),
        "signin.refused" | "signin.paused" => t.s("portal-event-refused"),
        "session.ended" => t.s("portal-event-session-ended"),
        "grant.ended" => t.s("portal-event-grant-ended"),
        "password.changed" => t.s("portal-event-password-changed"),
        "password.reset" => t.s("portal-event-password-reset"),
        "invitation.accepted" => t.s("portal-event-accepted"),
        "portal.entered" => t.s("portal-event-entered"),
        "portal.user" => t.s("portal-event-user"),
        "portal.user_added" => t.s("people-event-added"),
        "portal.people_told" => t.s("people-event-told"),
        "portal.password_mail" => t.s("people-event-mailed"),
        "portal.username" => t.s("portal-event-username"),
        "portal.unlinked" => t.s("portal-event-unlinked"),
        "profile.name" => t.s("portal-event-name"),
        "profile.email" => t.s("portal-event-email"),
        "profile.email_asked" => t.s("portal-event-email-asked"),
        "profile.email_undone" => t.s("portal-event-email-undone"),
        "portal.emergency" => t.s("emergency-event"),
        "portal.emergency_codes" => t.s("emergency-event-codes"),
        "portal.emergency_ended" => t.s("emergency-event-ended"),
        "signin.emergency_code" => t.s("emergency-event-used"),
        "portal.exclusion" => t.s("portal-event-exclusion"),
        "portal.sessions_ended" => t.s("portal-event-sessions-ended"),
        "portal.invited" => t.s("portal-event-invited"),
        "portal.exported" => t.s("portal-event-exported"),
        "portal.role" => t.s("portal-event-role"),
        "portal.connection" => t.s("setup-event-connection"),
        "portal.service" => t.s("service-event-changed"),
        "portal.consent_ended" => t.s("service-event-ended"),
        "portal.token_tested" => t.s("service-event-tested"),
        "delegated.granted" => t.s("service-event-granted"),
        "delegated.administrator_consented" => t.s("service-event-consented"),
        "token.exchanged" => t.s("service-event-exchanged"),
        "azure.connected" => t.s("service-event-azure"),
        "portal.pilot" => t.s("setup-event-pilot"),
        "connection.metadata_taken" | "connection.endpoints_taken" => t.s("portal-event-metadata-taken"),
        "connection.metadata_staged" | "connection.endpoints_staged" => t.s("portal-event-metadata-staged"),
        "connection.test_begun" | "connection.tested" => t.s("setup-event-tested"),
        "portal.signed_in" => t.s("portal-event-signed-in"),
        "portal.signed_out" => t.s("portal-event-signed-out"),
        "portal.refused" => t.s("portal-event-portal-refused"),
        "portal.admin_sso" => t.s("portal-event-admin-sso"),
        "portal.domain" => t.s("portal-event-domain"),
        "portal.passwords" => t.s("portal-event-passwords"),
        "portal.applications" => t.s("applications-event"),
        "portal.appearance" => t.s("appearance-event"),
        "portal.setup_link" => t.s("portal-event-setup-link"),
        "portal.setup_opened" => t.s("portal-event-setup-opened"),
        "portal.setup_left" => t.s("portal-event-setup-left"),
        "portal.token" => t.s("portal-event-token"),
        "portal.token_used" => t.s("portal-event-token-used"),
        "operator.user" => t.s("portal-event-operator-user"),
        "operator.account" => t.s("portal-event-operator-account"),
        "operator.connection" => t.s("portal-event-operator-connection"),
        "operator.session" => t.s("portal-event-sessions-ended"),
        _ => return html! { code { (line.event) } },
    };
    html! { (words) }
}

/// How it ended.
pub(super) fn result(t: Text, line: &Line) -> Markup {
    match line.outcome.as_str() {
        "ok" => pill("good", t.s("portal-done")),
        code => html! { (pill("bad", t.s("portal-failed"))) small { code { (code) } } },
    }
}
