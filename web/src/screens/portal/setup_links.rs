//! Setup links: making one for somebody outside, the link itself this once, and those that were made (ADM-13).

use homeward_language::Text;
use homeward_portal::{
    Action,
    setup_link::{HOURS, LinkShown, Links, MOST_A_DAY, Made, Standing, Wanted},
};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    parts::{Said, breakable, copied, copying, note, panel, pill},
};
use crate::screens::{field, icons};

/// For how long, in hours.
const CHOICES: [u32; 6] = [1, 4, 24, 72, 168, 336];
/// Where nobody chooses.
const USUAL: u32 = 72;

/// What the page shows besides the links.
#[derive(Default)]
pub(crate) struct SetupLinksView<'a> {
    /// What came of a step.
    pub said: Option<Said>,
    /// What somebody wanted to make, and what came of it.
    pub made: Option<(&'a Wanted<'a>, &'a Made)>,
}

/// What is wrong with a field.
struct Problem {
    field: &'static str,
    text: String,
}

fn problem(t: Text, made: &Made) -> Option<Problem> {
    let (field, text) = match made {
        Made::Done { .. } => return None,
        Made::Connection => ("connection", t.s("setup-link-connection-wrong").to_owned()),
        Made::Hours => ("hours", t.f("setup-link-hours-wrong", &[("days", i64::from(HOURS.end() / 24).into())])),
        Made::Email => ("email", t.s("setup-link-email-wrong").to_owned()),
        Made::TooMany => ("hours", t.f("setup-link-too-many", &[("most", i64::from(MOST_A_DAY).into())])),
    };
    Some(Problem { field, text })
}

/// The setup links of the account.
pub(crate) fn setup_links(frame: &Frame<'_>, found: &Links, view: &SetupLinksView<'_>) -> Markup {
    let t = frame.chrome.text;
    let wrong = view.made.and_then(|(_, made)| problem(t, made));
    let body = html! {
        (copying(t))
        (note(t, view.said))
        @if let Some((_, Made::Done { address, link, mailed })) = view.made { (shown_once(t, (address, link.reference.as_str()), mailed.as_ref().map(|to| to.as_str()))) }
        @else if frame.granted.may(Action::MakeSetupLink) { (make(frame, found, view.made.map(|(wanted, _)| wanted), wrong.as_ref())) }
        @if found.links.is_empty() { div class="panel flat" { p { (t.s("setup-links-none")) } } }
        @else {
            div class="panel list" {
                table {
                    caption class="vh" { (t.s("setup-links")) }
                    thead { tr { th scope="col" { (t.s("setup-link")) } th scope="col" { (t.s("setup-link-for")) } th scope="col" { (t.s("setup-link-made")) } th scope="col" { (t.s("portal-state")) } } }
                    tbody { @for link in &found.links { (row(frame, link)) } }
                }
            }
        }
    };
    let meta = html! { p class="meta" { (t.s("setup-links-text")) } };
    let actions = html! { a class="btn quiet small" href=(frame.at("/sign-on")) { (t.s("portal-sso")) } };
    frame.page(&Page { title: t.s("setup-links"), error: wrong.is_some(), here: Here::SignOn, actions, meta, body })
}

/// The link, this once.
fn shown_once(t: Text, (address, reference): (&str, &str), mailed: Option<&str>) -> Markup {
    let body = html! {
        (copied(("setup-address", t.s("setup-link")), address))
        p class="hint" { (t.s("setup-link-care")) }
        p class="sm muted" { (t.s("refused-reference")) " " span class="ref" { (reference) } }
        @if let Some(to) = mailed { div class="note good" role="status" { (icons::check(18)) p { (t.s("setup-link-mailed")) " " strong { (breakable(to)) } } } }
    };
    panel(("made", t.s("setup-link-here")), &pill("warn", t.s("setup-link-once")), &body)
}

fn make(frame: &Frame<'_>, found: &Links, wanted: Option<&Wanted<'_>>, wrong: Option<&Problem>) -> Markup {
    let t = frame.chrome.text;
    let at = |field: &str| wrong.filter(|problem| problem.field == field).map(|problem| problem.text.as_str());
    let first = found.connections.first().map(|(id, _)| id.to_string()).unwrap_or_default();
    let chosen = wanted.map_or(first.as_str(), |wanted| wanted.connection);
    let hours = wanted.and_then(|wanted| wanted.hours.parse().ok()).unwrap_or(USUAL);
    html! {
        form class="panel" method="post" action=(frame.at("/setup-links/make")) data-once {
            (frame.field())
            div class="field" {
                label for="connection" { (t.s("setup-link-for")) }
                @if let Some(text) = at("connection") { (field::error(t, "connection-error", text)) }
                select class="input" id="connection" name="connection" aria-invalid=[at("connection").map(|_| "true")] aria-describedby=[at("connection").map(|_| "connection-error")] {
                    @for (id, name) in &found.connections { option value=(id) selected[id.to_string() == chosen] { (name) } }
                    option value="" selected[chosen.is_empty()] { (t.s("setup-link-new")) }
                }
            }
            div class="field" {
                label for="hours" { (t.s("setup-link-hours")) }
                @if let Some(text) = at("hours") { (field::error(t, "hours-error", text)) }
                select class="input" id="hours" name="hours" aria-invalid=[at("hours").map(|_| "true")] aria-describedby=[at("hours").map(|_| "hours-error")] {
                    @for choice in CHOICES { option value=(choice) selected[choice == hours] { (lasting(t, choice)) } }
                }
            }
            div class="field" {
                label for="email" { (t.s("setup-link-email")) }
                @if let Some(text) = at("email") { (field::error(t, "email-error", text)) }
                p class="hint" id="email-hint" { (t.s("setup-link-email-hint")) }
                input class="input" id="email" name="email" type="text" inputmode="email" value=(wanted.map(|wanted| wanted.email).unwrap_or_default()) autocomplete="off" autocapitalize="none" spellcheck="false"
                    aria-invalid=[at("email").map(|_| "true")] aria-describedby={ "email-hint" @if at("email").is_some() { " email-error" } };
            }
            div class="actions" { button class="btn" type="submit" { (t.s("setup-link-make")) } }
        }
    }
}

/// "4 hours", "3 days"
fn lasting(t: Text, hours: u32) -> String {
    match hours % 24 {
        0 => t.f("setup-link-days", &[("count", (hours / 24).into())]),
        _ => t.f("setup-link-so-many-hours", &[("count", hours.into())]),
    }
}

fn row(frame: &Frame<'_>, shown: &LinkShown) -> Markup {
    let t = frame.chrome.text;
    let link = &shown.link;
    let reference = link.reference.as_str();
    let activity = format!("/activity{}", super::query(&[("ref", reference)]));
    html! {
        tr {
            th scope="row" {
                @if frame.granted.may(Action::ReadActivity) { a class="ref" href=(frame.at(&activity)) { (reference) } } @else { span class="ref" { (reference) } }
            }
            td data-label=(t.s("setup-link-for")) { (shown.provider.as_deref().unwrap_or_else(|| t.s("setup-link-new"))) }
            td data-label=(t.s("setup-link-made")) {
                span { (frame.when(link.made_at)) small { @match &shown.maker { Some(name) => { (t.s("portal-by")) " " (breakable(name)) } None => (t.s("portal-by-above")) } } }
            }
            td data-label=(t.s("portal-state")) {
                div class="stack tight" {
                    @match shown.standing {
                        Standing::Works => { (pill("good", t.s("setup-link-works"))) span class="sm muted" { (t.s("setup-works-until")) " " (frame.when(link.until)) } }
                        Standing::Ended => (pill("", t.s("setup-link-ended"))),
                        Standing::Over => (pill("", t.s("setup-link-over"))),
                        Standing::Dead => (pill("bad", t.s("setup-link-dead"))),
                    }
                    @if let Some(at) = link.opened_at { span class="sm muted" { (t.s("setup-link-opened")) " " (frame.when(at)) } }
                    @if matches!(shown.standing, Standing::Works | Standing::Dead) && frame.granted.may(Action::EndSetupLink) {
                        form method="post" action=(frame.at("/setup-links/end")) data-once {
                            (frame.field())
                            button class="btn small danger" type="submit" name="link" value=(reference) { (t.s("setup-link-end")) span class="vh" { " " (reference) } }
                        }
                    }
                }
            }
        }
    }
}
