use std::{collections::BTreeSet, path::Path};

use super::*;
use crate::{
    oidc::OidcSettings,
    saml::{EndpointUrl, SamlSettings},
};

fn protocol(speaks: Speaks) -> Protocol {
    match speaks {
        Speaks::Saml => Protocol::Saml(Box::new(SamlSettings::new("https://idp.example", EndpointUrl::parse("https://idp.example/sso").unwrap(), vec![]))),
        Speaks::Oidc => Protocol::Oidc(Box::new(OidcSettings::new("https://idp.example", "homeward"))),
    }
}

/// The fields without which nobody can connect the two sides.
fn needed(speaks: Speaks) -> &'static [Field] {
    match speaks {
        Speaks::Saml => &[Field::EntityId, Field::ReplyUrl, Field::IdpEntityId, Field::Certificate, Field::NameId],
        Speaks::Oidc => &[Field::RedirectUri, Field::ClientId, Field::ClientSecret],
    }
}

#[test]
fn every_product_names_the_fields_that_its_protocol_needs() {
    for product in PRODUCTS {
        let named: BTreeSet<Field> = product.labels.iter().map(|label| label.field).collect();
        for field in needed(product.speaks) {
            assert!(named.contains(field), "{} {:?}: {field:?}", product.name, product.speaks);
        }
        for label in product.labels {
            assert!(!label.name.is_empty() && !label.path().contains('|'), "{label:?}");
            assert_eq!(label.field.ours().is_empty(), label.field.side() == Side::Choose, "{label:?}");
            assert!(label.field.side() != Side::Choose || !label.choose.is_empty(), "{label:?}");
        }
    }
    let keys: Vec<&str> = PRODUCTS.iter().flat_map(|product| product.quirks).map(|quirk| quirk.key).collect();
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
    assert_eq!(Field::ALL.iter().collect::<BTreeSet<_>>().len(), Field::ALL.len());
}

/// C4, B-057: dialect, names and signature become the settings that a connection starts with; everything else stays strict.
#[test]
fn a_connection_starts_in_its_products_dialect_and_strict() {
    for product in PRODUCTS {
        let settings = product.settings(protocol(product.speaks));
        let strict = ConnectionSettings::new(product.preset, protocol(product.speaks));
        assert_eq!((settings.hint, settings.matching.clone()), (product.hint, product.matching()));
        assert_eq!((settings.jit, settings.idp_initiated, settings.skew, &settings.trusted_claims), (strict.jit, strict.idp_initiated, strict.skew, &strict.trusted_claims));
        assert_eq!((&settings.mapping.groups, &settings.mapping.roles), (&None, &None));
        let found = Product::of_connection(&settings);
        assert_eq!((found.preset, found.speaks), (product.preset, product.speaks));
    }
    let okta = Product::of(Preset::Okta, Speaks::Saml);
    assert_eq!(okta.hint, Hint::None, "B-057");
    assert_eq!(Product::of(Preset::Entra, Speaks::Saml).hint, Hint::LoginHint, "B-056");
    let Protocol::Saml(saml) = okta.settings(protocol(Speaks::Saml)).protocol else { panic!() };
    assert_eq!(saml.signed, Signed::Both);
    assert_eq!(Product::of(Preset::Adfs, Speaks::Oidc).preset, Preset::Generic, "not known by that protocol");
    assert_eq!(Product::of(Preset::Entra, Speaks::Saml).label(Field::SignInUrl).unwrap().path(), "Set up › Login URL", "B-098");
}

/// The pages of the providers have the table and the surprises, word for word.
#[test]
fn the_pages_of_the_providers_say_what_the_table_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut wrong = Vec::new();
    for product in PRODUCTS {
        let page = std::fs::read_to_string(root.join("docs/providers").join(product.page)).unwrap_or_default();
        for part in [product.table(), product.surprises()] {
            if !page.contains(&part) {
                wrong.push(format!("docs/providers/{} lacks:\n{part}", product.page));
            }
        }
    }
    let made = root.join("target/providers.md");
    std::fs::write(&made, wrong.join("\n")).unwrap();
    assert!(wrong.is_empty(), "pages are out of date; what they lack stands in target/providers.md");
}
