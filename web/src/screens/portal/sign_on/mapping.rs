//! Which attribute is what: our field, where it comes from, and what the last test brought there (B4). Suggestions are the names that arrived.

use homeward_language::Text;
use homeward_portal::sign_on::{Detail, Field, Speaks, enter::Problem};
use maud::{Markup, html};

use super::Typed;
use crate::screens::{field as parts, portal::frame::Frame};

/// One line of the table.
struct Line<'a> {
    id: &'static str,
    label: &'static str,
    value: &'a str,
}

pub(super) fn mapping(frame: &Frame<'_>, detail: &Detail, typed: Option<&Typed<'_>>) -> Markup {
    let t = frame.chrome.text;
    let typed = typed.filter(|typed| typed.form.get("how") == "mapping");
    let mapped = &detail.mapped;
    let value = |id: &'static str, label, present| Line { id, label, value: typed.map_or(present, |typed| typed.form.get(id)) };
    let lines = [
        value("person", t.s("setup-map-person"), mapped.person.as_str()),
        value("email", t.s("setup-map-email"), mapped.email.as_str()),
        value("given_name", t.s("setup-map-given"), mapped.given_name.as_str()),
        value("family_name", t.s("setup-map-family"), mapped.family_name.as_str()),
        value("groups", t.s("setup-map-groups"), mapped.groups.as_str()),
        value("roles", t.s("setup-map-roles"), mapped.roles.as_str()),
    ];
    let error = typed.map(|typed| super::problem::says(t, typed.problem));
    html! {
        details id="mapping" open[typed.is_some()] {
            summary { (t.s("setup-map")) }
            form class="stack" method="post" action={ (frame.at("/sign-on/")) (detail.connection.id) "/propose" } data-once autocomplete="off" autocapitalize="none" spellcheck="false" {
                (frame.field())
                input type="hidden" name="how" value="mapping";
                p class="muted" { (t.s("setup-map-text")) }
                (local(t, typed.map_or(mapped.local.as_str(), |typed| typed.form.get("local"))))
                @for line in &lines { (field(t, detail, (line, error.as_deref()))) }
                datalist id="arrived-names" { @for name in names(detail) { option value=(name) {} } }
                div class="actions" { button class="btn quiet" type="submit" { (t.s("setup-look")) } }
            }
        }
    }
}

/// Names that arrived in the last test, but for the unchanging one.
fn names(detail: &Detail) -> impl Iterator<Item = &str> {
    detail.test.iter().flat_map(|test| test.arrived.iter().skip(1)).map(|(name, _)| name.as_str())
}

fn local(t: Text, present: &str) -> Markup {
    let fields = [("username", t.s("setup-map-username")), ("email", t.s("setup-map-email")), ("external_id", t.s("setup-map-external"))];
    html! {
        div class="field" {
            label for="local-field" { (t.s("setup-map-local")) }
            select class="input" id="local-field" name="local" { @for (word, label) in fields { option value=(word) selected[word == present] { (label) } } }
        }
    }
}

/// One field with what the last test brought there. The first one names the person, and may be empty.
fn field(t: Text, detail: &Detail, (line, error): (&Line<'_>, Option<&str>)) -> Markup {
    let id = line.id;
    let error = error.filter(|_| id == "person");
    let arrived = arrived(detail, line);
    html! {
        div class="field" {
            label for=(id) { (line.label) }
            @if let Some(text) = error { (parts::error(t, "person-error", text)) }
            input class="input mono" id=(id) name=(id) type="text" value=(line.value) list="arrived-names"
                aria-invalid=[error.map(|_| "true")] aria-describedby={ (id) "-hint" @if error.is_some() { " person-error" } };
            p class="hint" id={ (id) "-hint" } {
                @if id == "person" && line.value.is_empty() { @match detail.product.speaks { Speaks::Saml => "NameID", Speaks::Oidc => "sub" } " · " }
                @match arrived {
                    Some(values) if values.is_empty() => {
                        (t.s("setup-map-missing"))
                        @if let Some(label) = asked_for(id).and_then(|field| detail.product.label(field)) { " " (super::give::there(t, detail, label.place)) }
                    },
                    Some(values) => { (t.s("setup-map-last")) " " code translate="no" { (values.join(", ")) } },
                    None => (t.s(if line.value.is_empty() && id != "person" { "setup-map-not-taken" } else { "setup-map-no-test" })),
                }
            }
        }
    }
}

/// What their console calls it, as far as consoles have a word for it.
const fn asked_for(id: &str) -> Option<Field> {
    match id.as_bytes() {
        b"person" => Some(Field::NameId),
        b"email" => Some(Field::Email),
        _ => None,
    }
}

/// The values of the last test; `None` when there is none to look at, or nothing is taken.
fn arrived<'a>(detail: &'a Detail, line: &Line<'_>) -> Option<&'a [String]> {
    let test = detail.test.as_ref().filter(|test| !test.arrived.is_empty())?;
    if line.value.is_empty() {
        return test.arrived.first().filter(|_| line.id == "person").map(|(_, values)| values.as_slice());
    }
    Some(test.arrived.iter().skip(1).find(|(name, _)| name == line.value).map_or(&[], |(_, values)| values.as_slice()))
}

/// Whether what was sent was this form.
pub(super) fn is_it(typed: Option<&Typed<'_>>) -> bool {
    typed.is_some_and(|typed| matches!(typed.problem, Problem::Mapping) || typed.form.get("how") == "mapping")
}
