//! "Email these steps" (B7): what goes to whoever looks after the provider or the DNS, and to which address.

use homeward_language::Text;
use homeward_portal::{
    Action,
    steps_mail::{Choice, MOST_A_DAY, MOST_TO_ONE, Mailed, Wanted},
};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    parts::{Said, note},
};
use crate::screens::field;

/// What the page shows besides what there is.
#[derive(Default)]
pub(crate) struct StepsView<'a> {
    /// What came of a step.
    pub said: Option<Said>,
    /// What is chosen when the page opens.
    pub of: &'a str,
    /// What somebody wanted to send, and what came of it.
    pub sent: Option<(&'a Wanted<'a>, &'a Mailed)>,
}

/// The page.
pub(crate) fn steps_mail(frame: &Frame<'_>, choices: &[Choice], view: &StepsView<'_>) -> Markup {
    let t = frame.chrome.text;
    let wrong = view.sent.and_then(|(_, sent)| problem(t, sent));
    let body = html! {
        (note(t, view.said))
        @if choices.is_empty() { div class="panel flat" { p { (t.s("steps-none")) } } }
        @else { (form(frame, choices, view, wrong.as_ref())) }
    };
    let meta = html! { p class="meta" { (t.s("steps-lead")) } };
    let actions = html! { a class="btn quiet small" href=(frame.at("/sign-on")) { (t.s("portal-sso")) } };
    frame.page(&Page { title: t.s("steps-title"), error: wrong.is_some(), here: Here::SignOn, actions, meta, body })
}

/// So many went out, or to that address.
pub(crate) fn too_many(t: Text) -> String {
    t.f("steps-too-many", &[("most", i64::from(MOST_A_DAY).into()), ("one", i64::from(MOST_TO_ONE).into())])
}

/// What is wrong, and with which field.
fn problem(t: Text, sent: &Mailed) -> Option<(&'static str, String)> {
    Some(match sent {
        Mailed::Done(_) => return None,
        Mailed::Unknown => ("of", t.s("steps-unknown").to_owned()),
        Mailed::Email => ("email", t.s("steps-email-wrong").to_owned()),
        Mailed::TooMany => ("email", too_many(t)),
    })
}

fn form(frame: &Frame<'_>, choices: &[Choice], view: &StepsView<'_>, wrong: Option<&(&'static str, String)>) -> Markup {
    let t = frame.chrome.text;
    let wanted = view.sent.map(|(wanted, _)| wanted);
    let of = wanted.map_or(view.of, |wanted| wanted.of);
    let email = wanted.map(|wanted| wanted.email).unwrap_or_default();
    let at = |field: &str| wrong.filter(|(wrong, _)| *wrong == field).map(|(_, text)| text.as_str());
    html! {
        form class="panel" method="post" action=(frame.at("/steps/mail")) data-once {
            (frame.field())
            div class="field" {
                label for="of" { (t.s("steps-of")) }
                @if let Some(text) = at("of") { (field::error(t, "of-error", text)) }
                select class="input" id="of" name="of" aria-invalid=[at("of").map(|_| "true")] aria-describedby=[at("of").map(|_| "of-error")] {
                    @for choice in choices { option value=(choice.word) selected[choice.word == of] { (named(t, choice)) } }
                }
            }
            div class="field" {
                label for="email" { (t.s("steps-email")) }
                @if let Some(text) = at("email") { (field::error(t, "email-error", text)) }
                p class="hint" id="email-hint" { (t.s("steps-email-hint")) }
                input class="input" id="email" name="email" type="text" inputmode="email" required value=(email) autocomplete="off" autocapitalize="none" spellcheck="false"
                    aria-invalid=[at("email").map(|_| "true")] aria-describedby={ "email-hint" @if at("email").is_some() { " email-error" } };
            }
            div class="actions" { button class="btn" type="submit" { (t.s("steps-send")) } }
            @if frame.granted.may(Action::MakeSetupLink) { p class="hint" { a href=(frame.at("/setup-links")) { (t.s("steps-setup-link")) } } }
        }
    }
}

fn named(t: Text, choice: &Choice) -> String {
    t.f(if choice.is_domain { "steps-of-domain" } else { "steps-of-connection" }, &[("name", (&choice.name).into())])
}
