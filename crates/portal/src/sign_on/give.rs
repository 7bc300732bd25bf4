//! What the provider needs of us, value by value, in the order and words of that product's console.

use homeward_discovery::Connection;
use homeward_federation::{
    ConnectionSettings, OurAddresses, Preset, Protocol,
    oidc::OidcSettings,
    product::{Field, Label, Product, Speaks},
    saml::{SamlSettings, metadata::IdpMetadata},
};

/// One value to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Where it goes, as that console prints it.
    pub label: &'static Label,
    /// The value.
    pub value: String,
}

/// Whether the installation's own registration at Microsoft serves it: then nobody registers anything for it.
pub(super) fn is_registered(settings: &ConnectionSettings) -> bool {
    matches!(&settings.protocol, Protocol::Oidc(oidc) if oidc.own_registration)
}

/// Everything to give, each field once. The addresses of the installation's own registration are the operator's to enter.
pub(super) fn given(base: &str, connection: &Connection, settings: &ConnectionSettings) -> Vec<Given> {
    let ours = OurAddresses::new(base, connection.id, Some(&settings.protocol));
    let mut all: Vec<Given> = Vec::new();
    let registered = is_registered(settings);
    for label in Product::of_connection(settings).labels {
        if registered && matches!(label.field, Field::RedirectUri | Field::PostLogoutUri | Field::BackChannelUri) {
            continue;
        }
        if let Some(value) = ours.value(label.field)
            && !all.iter().any(|given| given.label.field == label.field)
        {
            all.push(Given { label, value: value.to_owned() });
        }
    }
    all
}

/// The settings of a connection for which nothing came from the provider yet: strict, in that product's dialect, and good for no sign-in.
pub fn blank(preset: Preset, speaks: Speaks) -> ConnectionSettings {
    let protocol = match speaks {
        Speaks::Saml => Protocol::Saml(Box::new(SamlSettings::of(&IdpMetadata {
            entity_id: String::new(),
            sso_redirect: None,
            sso_post: None,
            slo_redirect: None,
            slo_post: None,
            slo_response: None,
            certificates: Vec::new(),
            unusable: Vec::new(),
            valid_until: None,
            wants_signed_requests: false,
            name_id_formats: Vec::new(),
        }))),
        Speaks::Oidc => Protocol::Oidc(Box::new(OidcSettings::new("", ""))),
    };
    ConnectionSettings { preset, ..Product::of(preset, speaks).settings(protocol) }
}

#[cfg(test)]
mod tests {
    use homeward_discovery::ConnectionState;
    use homeward_federation::{
        product::PRODUCTS,
        saml::{EndpointUrl, OwnIdentity},
    };
    use homeward_model::{AccountId, ConnectionId, SystemRandom};

    use super::*;

    fn connection() -> Connection {
        Connection { id: ConnectionId::generate(&SystemRandom), account: AccountId::generate(&SystemRandom), name: "Entra".into(), state: ConnectionState::Draft, outage: None }
    }

    fn value(settings: &ConnectionSettings, field: Field) -> Option<String> {
        given("https://signin.example", &connection(), settings).into_iter().find(|given| given.label.field == field).map(|given| given.value)
    }

    /// B-181: what there is to copy is where the answer is heard: under the host that the provider knows.
    #[test]
    fn b_181_the_reply_url_has_the_origin_that_the_provider_knows() {
        let mut settings = blank(Preset::Okta, Speaks::Saml);
        if let Protocol::Saml(saml) = &mut settings.protocol {
            saml.own_identity = Some(OwnIdentity { entity_id: None, acs_path: Some("/sp/ACS.saml2".into()), slo_path: None, acs_origin: EndpointUrl::parse("https://ssoeuro.example.com") });
        }
        assert_eq!(value(&settings, Field::ReplyUrl).as_deref(), Some("https://ssoeuro.example.com/sp/ACS.saml2"));
    }

    /// OR-03: for a connection of the installation's own registration there is no address to register; for any other there is its own.
    #[test]
    fn or_03_addresses_of_the_own_registration_are_not_the_accounts_to_enter() {
        let mut settings = blank(Preset::Entra, Speaks::Oidc);
        assert!(!is_registered(&settings) && value(&settings, Field::RedirectUri).is_some() && value(&settings, Field::PostLogoutUri).is_some());
        if let Protocol::Oidc(oidc) = &mut settings.protocol {
            oidc.own_registration = true;
        }
        assert!(is_registered(&settings));
        assert_eq!((value(&settings, Field::RedirectUri), value(&settings, Field::PostLogoutUri)), (None, None));
    }

    /// ADM-1, B-093, B-094: every product is given what its protocol needs, each once, in its own words.
    #[test]
    fn every_product_is_given_our_side_in_its_own_words() {
        let connection = connection();
        for product in PRODUCTS {
            let settings = blank(product.preset, product.speaks);
            let all = given("https://signin.example", &connection, &settings);
            let needed: &[Field] = match product.speaks {
                Speaks::Saml => &[Field::EntityId, Field::ReplyUrl],
                Speaks::Oidc => &[Field::RedirectUri],
            };
            for field in needed {
                assert_eq!(all.iter().filter(|given| given.label.field == *field).count(), 1, "{} {field:?}", product.name);
            }
            assert!(all.iter().all(|given| given.value.starts_with("https://signin.example/") && given.value.contains(&connection.id.to_string())));
            match &settings.protocol {
                Protocol::Saml(saml) => assert!(saml.check(true).is_err(), "nobody signs in by a blank connection"),
                Protocol::Oidc(oidc) => assert!(oidc.check(settings.preset).is_err()),
            }
        }
        let entra = given("https://signin.example", &connection, &blank(Preset::Entra, Speaks::Saml));
        assert_eq!(entra.first().map(|given| given.label.name), Some("Identifier (Entity ID)"));
    }
}
