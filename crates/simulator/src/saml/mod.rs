//! SAML 2.0 messages as an identity provider sends them.
//!
//! Text templates, written so that the text of a signed element is its exclusive canonical form already: namespaces where they
//! are first used, attributes in canonical order, no empty-element tags, escapes as canonicalisation writes them. So no XML
//! library has a part in what the product's XML libraries have to judge.

pub mod answer;
pub mod encryption;
pub mod idp;
pub mod logout;
pub mod metadata;
pub mod mutation;
pub mod redirect;
pub mod signature;
mod text;

pub use answer::{Answer, Asked, Assertion, Attribute, Confirmation, NameId, Signed};
pub use encryption::{ContentCipher, Encryption, KeyTransport};
pub use idp::Idp;
pub use logout::{LogoutAnswer, LogoutAsk};
pub use mutation::{Case, Expected, Pair, Scene, catalogue};
pub use redirect::Redirect;
pub use signature::{Canonicalization, KeyInfo, Reference, SignatureForm};
pub use text::{escape_attribute, escape_text, instant};

/// `urn:oasis:names:tc:SAML:2.0:protocol`
pub const SAMLP: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// `urn:oasis:names:tc:SAML:2.0:assertion`
pub const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// XML Signature's namespace.
pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// XML Encryption's namespace.
pub const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
/// The status of an answer that carries an assertion.
pub const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
/// The confirmation method of the Web Browser SSO Profile.
pub const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// As it travels in the form field of the POST binding (Bindings 3.5.4).
pub fn encode(xml: impl AsRef<[u8]>) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(xml)
}
