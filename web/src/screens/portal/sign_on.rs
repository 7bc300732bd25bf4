//! Single Sign-On: what to give to the provider, to be copied, and what came from it (B2).

use homeward_discovery::ConnectionState;
use homeward_language::Text;
use homeward_portal::sign_on::{ConnectionPage, Value};
use maud::{Markup, html};

use super::{
    frame::{Frame, Here, Page},
    home::{certificate, connection_state},
};

/// The connections of the account.
pub(crate) fn sign_on(frame: &Frame<'_>, list: &[ConnectionPage]) -> Markup {
    let t = frame.chrome.text;
    let body = html! {
        p id="copied" class="vh" role="status" {}
        @if list.is_empty() { div class="panel flat" { p { (t.s("portal-no-connection")) } } }
        @for (place, page) in list.iter().enumerate() { (connection(t, page, place)) }
    };
    frame.page(&Page { title: t.s("portal-sso"), error: false, here: Here::SignOn, actions: html! {}, meta: html! { p class="meta" { (t.s("portal-sso-text")) } }, body })
}

fn connection(t: Text, page: &ConnectionPage, place: usize) -> Markup {
    let name = page.connection.name.as_str();
    let on = matches!(page.connection.state, ConnectionState::Enforced | ConnectionState::Pilot);
    html! {
        div class="meta lead" { (connection_state(t, page.connection.state)) span { (name) @if let Some(protocol) = page.protocol { " · " (protocol) } } }
        ol class="steps" {
            li class={ "leg " (if page.give.is_empty() { "todo" } else { "done" }) } {
                section class="panel" aria-labelledby={ "give-" (place) } {
                    h2 id={ "give-" (place) } { (t.f("portal-give", &[("provider", name.into())])) }
                    @if page.give.is_empty() { p class="muted" { (t.s("portal-no-settings")) } }
                    @for (value, text) in &page.give { (field(t, (*value, text), place)) }
                }
            }
            li class={ "leg " (if on { "done" } else { "todo" }) } {
                section class={ "panel" @if page.have.is_empty() { " flat" } } aria-labelledby={ "have-" (place) } {
                    h2 id={ "have-" (place) } { (t.f("portal-have", &[("provider", name.into())])) }
                    @if page.have.is_empty() { p class="muted" { (t.s("portal-no-settings")) } }
                    @for (value, text) in &page.have { (field(t, (*value, text), place)) }
                    @if !page.certificates.is_empty() {
                        div class="field" {
                            span class="label" { (t.s("portal-certificates")) }
                            ul class="certs" { @for each in &page.certificates { li { (certificate(t, each)) } } }
                        }
                    }
                }
            }
        }
    }
}

const fn word(value: Value) -> &'static str {
    match value {
        Value::Identifier => "identifier",
        Value::ReplyUrl => "reply-url",
        Value::MetadataUrl => "metadata-url",
        Value::RedirectUri => "redirect-uri",
        Value::SignOnUrl => "sign-on-url",
        Value::SignInUrl => "sign-in-url",
        Value::IdpIdentifier => "idp-identifier",
        Value::Issuer => "issuer",
        Value::ClientId => "client-id",
    }
}

fn label(t: Text, value: Value) -> &'static str {
    match value {
        Value::Identifier => t.s("portal-value-identifier"),
        Value::ReplyUrl => t.s("portal-value-reply-url"),
        Value::MetadataUrl => t.s("portal-value-metadata-url"),
        Value::RedirectUri => t.s("portal-value-redirect-uri"),
        Value::SignOnUrl => t.s("portal-value-sign-on-url"),
        Value::SignInUrl => t.s("portal-value-sign-in-url"),
        Value::IdpIdentifier => t.s("portal-value-idp-identifier"),
        Value::Issuer => t.s("portal-value-issuer"),
        Value::ClientId => t.s("portal-value-client-id"),
    }
}

/// A value that can be selected without script, and copied with one (ADM-1).
fn field(t: Text, (value, text): (Value, &str), place: usize) -> Markup {
    let id = format!("{}-{place}", word(value));
    let label = label(t, value);
    html! {
        div class="field" {
            label for=(id) { (label) }
            div class="copy" {
                input class="input mono" type="text" id=(id) readonly value=(text);
                button class="btn quiet" type="button" data-copy=(id) data-said=(t.f("portal-copied", &[("what", label.into())])) hidden {
                    (t.s("portal-copy")) span class="vh" { " " (label) }
                }
            }
        }
    }
}
