//! The whole answer of a SAML provider, as an administrator reads it after a test sign-in. Nothing follows from it.

use homeward_model::Timestamp;

use super::{
    algorithm::SAML,
    decrypt,
    guard::{self, Root},
    lexer,
    provider::ServiceProvider,
    read::only_child,
    signature::{TrustedKeys, verified_bytes},
    verify::decode,
};
use crate::{
    Connection, Protocol,
    whole::{Document, DocumentKind, Whole, xml},
};

/// The answer as it came; `None` when it is no XML that we would read. `is_verified`: it passed [`super::verify()`], so that what was encrypted
/// for us in it may be shown: of any other answer nobody learns whether it opens.
pub fn whole(form_value: &str, connection: &Connection, sp: &ServiceProvider, (is_verified, now): (bool, Timestamp)) -> Option<Whole> {
    let Protocol::Saml(settings) = &connection.settings.protocol else { return None };
    let bytes = decode(form_value).ok()?;
    let text = lexer::scan(&bytes, lexer::MESSAGE).ok()?;
    let keys = TrustedKeys::of(settings, now).ok();
    let guarded = keys.as_ref().and_then(|keys| guard::check(&bytes, Root::Response, keys.sha1()).ok());
    let proved = guarded.as_ref().zip(keys.as_ref()).filter(|(message, keys)| verified_bytes(message, keys).is_ok()).map(|(message, _)| message);
    let signed: Vec<&str> = proved.iter().flat_map(|message| message.over_root.iter().chain(&message.over_assertion)).map(|shape| shape.id.as_str()).collect();
    let response = xml::document(DocumentKind::Response, text, &signed)?;
    let by_response = proved.is_some_and(|message| message.over_root.is_some());
    let opened = guarded.as_ref().filter(|_| is_verified).and_then(|message| opened(message, sp, (by_response, keys.as_ref()?.sha1())));
    Some(Whole { documents: std::iter::once(response).chain(opened).collect() })
}

/// The assertion that was encrypted in a verified answer: signed by itself, or by the response around it.
fn opened(message: &guard::Guarded<'_>, sp: &ServiceProvider, (by_response, sha1): (bool, bool)) -> Option<Document> {
    let encrypted = only_child(message.document.root_element(), SAML, "EncryptedAssertion").ok()??;
    let opened = decrypt::open(encrypted, &sp.decryption, true).ok()?;
    let assertion = guard::check(&opened.bytes, Root::Assertion, sha1).ok()?;
    let root = assertion.document.root_element().attribute("ID");
    let signed = root.filter(|_| by_response || assertion.over_root.is_some());
    xml::document(DocumentKind::Opened, assertion.text, signed.as_slice())
}
