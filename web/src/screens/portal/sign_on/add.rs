//! "+ Add": whose product it is, and how it is spoken to (B1).

use homeward_model::line::LineError;
use homeward_portal::{
    Action,
    sign_on::{LONGEST_NAME, PRODUCTS, Preset, Product, Speaks},
};
use maud::{Markup, html};

use super::name_of;
use crate::screens::{
    field,
    portal::{frame::{Frame, Here, Page}, parts::{Said, note}},
};

/// Products in the order of the page.
const ORDER: [Preset; 6] = [Preset::Entra, Preset::Okta, Preset::Google, Preset::Adfs, Preset::PingOne, Preset::Generic];

/// The word of a product in the form.
fn word(product: &Product) -> String {
    let preset = match product.preset {
        Preset::Entra => "entra",
        Preset::Okta => "okta",
        Preset::Google => "google",
        Preset::Adfs => "adfs",
        Preset::PingOne => "pingone",
        Preset::Generic => "other",
    };
    let speaks = match product.speaks {
        Speaks::Saml => "saml",
        Speaks::Oidc => "openid",
    };
    format!("{preset}-{speaks}")
}

/// The product that a word means, with its name when it has one.
pub(crate) fn product(wanted: &str) -> Option<(Preset, Speaks, Option<&'static str>)> {
    let found = PRODUCTS.iter().find(|product| word(product) == wanted)?;
    Some((found.preset, found.speaks, name_of(found.preset)))
}

/// Why a connection cannot be called so, by its text.
pub(crate) const fn unfit_name(problem: LineError) -> &'static str {
    match problem {
        LineError::Address => "setup-name-address",
        LineError::Empty | LineError::TooLong | LineError::Characters => "setup-name-characters",
    }
}

/// The page. `has_azure`: this installation has a registration at Microsoft, so that a connection there needs no value to be copied. `typed`: a name that was
/// typed, and why it cannot be used.
pub(crate) fn add(frame: &Frame<'_>, (said, has_azure): (Option<Said>, bool), typed: Option<(&str, LineError)>) -> Markup {
    let t = frame.chrome.text;
    let error = typed.map(|(_, problem)| t.s(unfit_name(problem)));
    let body = html! {
        (note(t, said))
        @if has_azure && frame.granted.may(Action::ChangeSignOn) { (super::moves::azure(frame, "/sign-on/new/azure")) }
        form class="stack" method="post" action=(frame.at("/sign-on/new/add")) data-once {
            (frame.field())
            ul class="products" {
                @for preset in ORDER {
                    li class="panel" {
                        h2 { @match name_of(preset) { Some(name) => span translate="no" { (name) }, None => (t.s("setup-other-product")) } }
                        div class="actions" {
                            @for product in PRODUCTS.iter().filter(|product| product.preset == preset) {
                                button class="btn quiet small" type="submit" name="product" value=(word(product)) {
                                    @match product.speaks { Speaks::Saml => "SAML 2.0", Speaks::Oidc => "OpenID Connect" }
                                    @if let Some(name) = name_of(preset) { span class="vh" { " " (name) } }
                                }
                            }
                        }
                    }
                }
            }
            div class="field" {
                label for="name" { (t.s("setup-name")) }
                @if let Some(text) = error { (field::error(t, "name-error", text)) }
                input class="input" id="name" name="name" type="text" value=[typed.map(|(name, _)| name)] autocomplete="off" maxlength=(LONGEST_NAME)
                    aria-invalid=[error.map(|_| "true")] aria-describedby={ "name-hint" @if error.is_some() { " name-error" } };
                p class="hint" id="name-hint" { (t.s("setup-name-hint")) }
            }
        }
        @if frame.granted.may(Action::MakeSetupLink) { div class="panel flat" { p { (t.s("setup-links-text")) } div class="actions" { (super::links(frame)) } } }
    };
    let meta = html! { p class="meta" { (t.s("setup-lead")) } };
    frame.page(&Page { title: t.s("setup-title"), error: error.is_some(), here: Here::SignOn, actions: html! {}, meta, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_product_has_a_word_of_its_own() {
        for known in PRODUCTS {
            let (preset, speaks, _) = product(&word(known)).unwrap();
            assert_eq!((preset, speaks), (known.preset, known.speaks));
        }
        assert!(product("").is_none() && product("entra").is_none());
    }
}
