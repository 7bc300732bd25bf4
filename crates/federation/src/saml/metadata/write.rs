//! Writes our own metadata for a provider, in the order of the schema (SAML Metadata 2.4): what an administrator downloads, or the provider reads by its address (B-179, B-187).

use homeward_model::Random;

use crate::saml::{
    algorithm::{AES128_GCM, AES256_GCM, OAEP_MGF1P, POST, REDIRECT, SAMLP},
    provider::ServiceProvider,
    request::new_id,
    settings::NameIdFormat,
    signing::{envelop, key_info},
    xml::{Element, element},
};

/// Our metadata, signed when we have a key. During a rollover every signing key is in it, and every decryption key too, the new one first.
pub fn write(sp: &ServiceProvider, random: &dyn Random) -> String {
    let role = element("md:SPSSODescriptor")
        .with("AuthnRequestsSigned", if sp.signing.is_empty() { "false" } else { "true" })
        .with("WantAssertionsSigned", "true")
        .with("protocolSupportEnumeration", SAMLP)
        .children(sp.signing.iter().map(|key| descriptor("signing", key.certificate())))
        .children(sp.decryption.iter().map(|key| descriptor("encryption", key.certificate()).children([AES256_GCM, AES128_GCM, OAEP_MGF1P].map(method))))
        .children(sp.slo_url.iter().flat_map(|url| [REDIRECT, POST].map(|binding| service("md:SingleLogoutService", binding, url))))
        .children([NameIdFormat::Persistent, NameIdFormat::EmailAddress, NameIdFormat::Unspecified].map(|format| element("md:NameIDFormat").text(format.urn())))
        .child(service("md:AssertionConsumerService", POST, &sp.acs_url).with("index", "0").with("isDefault", "true"));
    let id = new_id(random);
    let entity = element("md:EntityDescriptor").with("ID", id.as_str()).with("entityID", sp.entity_id.as_str()).child(role);
    let signed = sp.signing.first().and_then(|key| envelop(entity.clone(), &id, 0, key));
    signed.unwrap_or(entity).canonical()
}

fn descriptor(purpose: &'static str, certificate: &[u8]) -> Element {
    element("md:KeyDescriptor").with("use", purpose).child(key_info(certificate))
}

fn method(algorithm: &'static str) -> Element {
    element("md:EncryptionMethod").with("Algorithm", algorithm)
}

fn service(name: &'static str, binding: &str, url: &str) -> Element {
    element(name).with("Binding", binding).with("Location", url)
}
