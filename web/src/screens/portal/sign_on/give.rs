//! Step 1: what the provider needs of us, under the names that its console prints, each to be copied (ADM-1).

use homeward_language::Text;
use homeward_portal::{
    Action,
    sign_on::{Detail, Field, Given, Label, Preset, Side},
};
use maud::{Markup, html};

use super::name_of;
use crate::screens::portal::frame::Frame;

/// Fields that only a sign-out there needs.
const fn is_for_signing_out(field: Field) -> bool {
    matches!(field, Field::LogoutUrl | Field::PostLogoutUri | Field::BackChannelUri)
}

/// A file to upload is not a value to copy; the page offers it to be downloaded.
fn is_a_file(given: &Given) -> bool {
    given.label.field == Field::OurMetadata && given.label.name.starts_with("Upload")
}

/// "In Okta: Set up › Login URL"
pub(super) fn there(t: Text, detail: &Detail, path: &str) -> String {
    there_at(t, detail.product.preset, path)
}

/// The same for a product.
pub(in crate::screens::portal) fn there_at(t: Text, preset: Preset, path: &str) -> String {
    match name_of(preset) {
        Some(name) => format!("{} {path}", t.f("setup-field-there", &[("provider", name.into())])),
        None => format!("{} {path}", t.s("setup-there-at")),
    }
}

/// The name of the provider, for sentences.
pub(super) fn provider(detail: &Detail) -> &str {
    name_of(detail.product.preset).unwrap_or(&detail.connection.name)
}

pub(super) fn give(frame: &Frame<'_>, detail: &Detail) -> Markup {
    let t = frame.chrome.text;
    let (later, first): (Vec<&Given>, Vec<&Given>) = detail.give.iter().filter(|given| !is_a_file(given)).partition(|given| is_for_signing_out(given.label.field));
    let choices: Vec<&Label> = detail.product.labels.iter().filter(|label| !detail.is_registered && label.field.side() == Side::Choose).collect();
    html! {
        section class="panel" id="give" aria-labelledby="s1" {
            div class="row" {
                h2 id="s1" { (t.f("portal-give", &[("provider", provider(detail).into())])) }
                div class="actions" {
                    @if frame.granted.may(Action::MailSteps) { a href={ (frame.at("/steps?of=")) (detail.connection.id) } { (t.s("steps-title")) } }
                    @if let Some(metadata) = &detail.our_metadata { a href=(metadata) download { (t.s("setup-download")) } }
                }
            }
            @if detail.is_registered { p { (t.s("setup-registered")) } }
            @for given in first { (copied(t, detail, given)) }
            (opens(frame, detail))
            @if !choices.is_empty() {
                details {
                    summary { (t.s("setup-choose")) }
                    dl class="choices" {
                        @for label in choices { div { dt translate="no" { (label.path()) } dd lang="en" { (plain(label.choose)) } } }
                    }
                }
            }
            @if !later.is_empty() {
                details { summary { (t.s("setup-signing-out")) } div class="stack" { @for given in later { (copied(t, detail, given)) } } }
            }
        }
    }
}

/// What the provider's tile opens, and where that is chosen (B-096).
fn opens(frame: &Frame<'_>, detail: &Detail) -> Markup {
    let t = frame.chrome.text;
    html! {
        p id="default-application" {
            (t.s("applications-default")) ": "
            @match &detail.default_application { Some(name) => strong { (name) }, None => span class="muted" { (t.s("applications-no-default")) } }
            @if frame.granted.may(Action::ReadApplications) { " " a href=(frame.at("/applications")) { (t.s("applications-see")) } }
        }
    }
}

/// Without the marks of the pages under `docs`.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// A value that can be selected without script, and copied with one.
fn copied(t: Text, detail: &Detail, given: &Given) -> Markup {
    let (label, id) = (given.label, word(given.label.field));
    let name = label.name;
    html! {
        div class="field" {
            label for=(id) translate="no" { (name) }
            div class="copy" { input class="input mono" type="text" id=(id) readonly value=(given.value) aria-describedby={ (id) "-hint" }; }
            p class="hint" id={ (id) "-hint" } {
                (there(t, detail, label.place))
                @if !label.choose.is_empty() { " · " span lang="en" { (plain(label.choose)) } }
            }
        }
    }
}

pub(super) const fn word(field: Field) -> &'static str {
    match field {
        Field::EntityId => "our-identifier",
        Field::ReplyUrl => "our-reply-url",
        Field::OurMetadata => "our-metadata",
        Field::SignOnUrl => "our-sign-on-url",
        Field::LogoutUrl => "our-logout-url",
        Field::RedirectUri => "our-redirect-uri",
        Field::PostLogoutUri => "our-post-logout-uri",
        Field::BackChannelUri => "our-back-channel-uri",
        _ => "our-value",
    }
}
