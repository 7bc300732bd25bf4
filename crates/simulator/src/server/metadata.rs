//! Reads a service provider's metadata, as an administrator would import it into a real provider (SAML Metadata 2.4.4).

use super::{request::{attribute, tag, unescape}, state::ServiceProvider};
use crate::{brand::Brand, saml::Encryption};

impl ServiceProvider {
    /// From its metadata: entity ID, first assertion consumer service by POST, single logout by redirect, key for encryption.
    /// `None` when the first two are not there.
    pub fn from_metadata(name: &str, brand: Brand, xml: &str) -> Option<Self> {
        let tags: Vec<(String, &str, &str)> = xml.split('<').skip(1).filter_map(tag).collect();
        let entity = tags.iter().find(|(name, ..)| name == "EntityDescriptor")?;
        let location = |wanted: &str, binding: &str| {
            let service = tags.iter().find(|(name, attributes, _)| name == wanted && attribute(attributes, "Binding").ends_with(binding));
            service.map(|(_, attributes, _)| attribute(attributes, "Location")).filter(|at| !at.is_empty())
        };
        let encryption = tags.iter().position(|(name, attributes, _)| name == "KeyDescriptor" && attribute(attributes, "use") != "signing");
        let after = encryption.and_then(|at| tags.get(at..)).unwrap_or_default();
        let certificate = after.iter().find(|(name, ..)| name == "X509Certificate").map(|(_, _, text)| unescape(text));
        Some(Self {
            name: name.to_owned(),
            brand,
            entity_id: Some(attribute(entity.1, "entityID")).filter(|id| !id.is_empty())?,
            acs: location("AssertionConsumerService", ":HTTP-POST")?,
            logout: location("SingleLogoutService", ":HTTP-Redirect"),
            encryption: certificate.and_then(|text| Encryption::to_certificate(&text).ok()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KeyKind, SigningKey, Validity, saml::encode};

    #[test]
    fn the_metadata_of_a_service_provider_is_read() {
        let key = SigningKey::new("Service provider", KeyKind::Rsa, Validity::default()).unwrap();
        let other = SigningKey::new("Other", KeyKind::Rsa, Validity::default()).unwrap();
        let xml = format!(
            "<?xml version=\"1.0\"?><md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_1\" entityID=\"https://sp/?a=1&amp;b=2\"><md:SPSSODescriptor>\
             <md:KeyDescriptor use=\"signing\"><X509Certificate>{}</X509Certificate></md:KeyDescriptor><md:KeyDescriptor use=\"encryption\"><X509Certificate>\n{}\n</X509Certificate></md:KeyDescriptor>\
             <md:SingleLogoutService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"https://sp/slo\"/>\
             <md:AssertionConsumerService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"https://sp/acs\" index=\"0\"/></md:SPSSODescriptor></md:EntityDescriptor>",
            encode(other.certificate()),
            encode(key.certificate())
        );
        let sp = ServiceProvider::from_metadata("Teamwork", Brand::Okta, &xml).unwrap();
        assert_eq!((sp.entity_id.as_str(), sp.acs.as_str(), sp.logout.as_deref()), ("https://sp/?a=1&b=2", "https://sp/acs", Some("https://sp/slo")));
        assert_eq!(sp.encryption.unwrap().public_key, key.public_key());
        assert!(ServiceProvider::from_metadata("x", Brand::Okta, "<html></html>").is_none());
    }
}
