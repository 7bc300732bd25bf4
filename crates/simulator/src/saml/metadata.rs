//! What an identity provider publishes of itself (SAML Metadata 2.3, 2.4.3).

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    DS, Idp,
    signature::SignatureForm,
    text::{attribute, escape_text, fresh_id},
};

/// An EntityDescriptor. `None` leaves the attribute or element out.
#[derive(Clone, Debug)]
pub struct Metadata {
    /// `entityID`
    pub entity_id: Option<String>,
    /// `ID`, needed when it is signed.
    pub id: Option<String>,
    /// `validUntil`
    pub valid_until: Option<String>,
    /// `cacheDuration`
    pub cache_duration: Option<String>,
    /// `WantAuthnRequestsSigned`
    pub want_requests_signed: Option<String>,
    /// Certificates in DER with their `use`; `None`: for both.
    pub keys: Vec<(Option<String>, Vec<u8>)>,
    /// `SingleLogoutService`: binding and location.
    pub logout: Vec<(String, String)>,
    /// `NameIDFormat` values.
    pub name_id_formats: Vec<String>,
    /// `SingleSignOnService`: binding and location.
    pub sign_on: Vec<(String, String)>,
    /// Signed with the provider's key?
    pub signature: Option<SignatureForm>,
}

/// The redirect binding.
pub const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
/// The POST binding.
pub const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

impl Idp {
    /// Good metadata: one signing key, both bindings at both addresses.
    pub fn metadata(&self, sign_on: &str, logout: &str) -> Metadata {
        let both = |at: &str| vec![(REDIRECT.to_owned(), at.to_owned()), (POST.to_owned(), at.to_owned())];
        Metadata {
            entity_id: Some(self.entity_id.clone()),
            id: Some(fresh_id()),
            valid_until: None,
            cache_duration: None,
            want_requests_signed: Some("false".into()),
            keys: vec![(Some("signing".into()), self.key.certificate().to_vec())],
            logout: both(logout),
            name_id_formats: vec!["urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress".into()],
            sign_on: both(sign_on),
            signature: None,
        }
    }

    /// The metadata as XML.
    pub fn metadata_xml(&self, metadata: &Metadata) -> String {
        let attributes = attribute("ID", metadata.id.as_deref())
            + &attribute("cacheDuration", metadata.cache_duration.as_deref())
            + &attribute("entityID", metadata.entity_id.as_deref())
            + &attribute("validUntil", metadata.valid_until.as_deref());
        let opening = format!("<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"{attributes}>");
        let role = attribute("WantAuthnRequestsSigned", metadata.want_requests_signed.as_deref())
            + &attribute("protocolSupportEnumeration", Some(super::SAMLP));
        let keys: String = metadata.keys.iter().map(|(purpose, der)| key_descriptor(purpose.as_deref(), der)).collect();
        let formats: String = metadata.name_id_formats.iter().map(|f| format!("<md:NameIDFormat>{}</md:NameIDFormat>", escape_text(f))).collect();
        let services = |name: &str, list: &[(String, String)]| -> String {
            let one = |(binding, at): &(String, String)| {
                format!("<md:{name}{}{}></md:{name}>", attribute("Binding", Some(binding)), attribute("Location", Some(at)))
            };
            list.iter().map(one).collect()
        };
        let (logout, sign_on) = (services("SingleLogoutService", &metadata.logout), services("SingleSignOnService", &metadata.sign_on));
        let rest = format!("<md:IDPSSODescriptor{role}>{keys}{logout}{formats}{sign_on}</md:IDPSSODescriptor></md:EntityDescriptor>");
        match &metadata.signature {
            Some(form) => self.envelop(form, metadata.id.as_deref().unwrap_or_default(), &opening, &rest),
            None => opening + &rest,
        }
    }
}

fn key_descriptor(purpose: Option<&str>, der: &[u8]) -> String {
    format!(
        "<md:KeyDescriptor{}><ds:KeyInfo xmlns:ds=\"{DS}\"><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>",
        attribute("use", purpose),
        STANDARD.encode(der)
    )
}
