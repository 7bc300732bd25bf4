//! Signs our own messages: enveloped signatures (SAML Core 5.4) and the HTTP-Redirect binding's signature over the query (Bindings 3.4.4.1).

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    algorithm::{ENVELOPED, EXC_C14N, SHA256},
    provider::SigningKey,
    xml::{Element, element},
};

/// Puts an enveloped signature into `message`, as its child number `at` (after `Issuer`, SAML Core 3.2.1). The message must carry `ID` = `id`.
/// `None` when the key refuses.
pub fn envelop(mut message: Element, id: &str, at: usize, key: &SigningKey) -> Option<Element> {
    let digest = digest::digest(&digest::SHA256, message.canonical().as_bytes());
    let transforms = element("ds:Transforms")
        .child(element("ds:Transform").with("Algorithm", ENVELOPED))
        .child(element("ds:Transform").with("Algorithm", EXC_C14N));
    let reference = element("ds:Reference")
        .with("URI", format!("#{id}"))
        .child(transforms)
        .child(element("ds:DigestMethod").with("Algorithm", SHA256))
        .child(element("ds:DigestValue").text(STANDARD.encode(digest.as_ref())));
    let signed_info = element("ds:SignedInfo")
        .child(element("ds:CanonicalizationMethod").with("Algorithm", EXC_C14N))
        .child(element("ds:SignatureMethod").with("Algorithm", key.method()))
        .child(reference);
    let value = key.sign(signed_info.canonical().as_bytes())?;
    let signature = element("ds:Signature")
        .child(signed_info)
        .child(element("ds:SignatureValue").text(STANDARD.encode(value)))
        .child(key_info(key.certificate()));
    message.insert(at, signature);
    Some(message)
}

/// `KeyInfo` with a certificate.
pub fn key_info(certificate: &[u8]) -> Element {
    let certificate = element("ds:X509Certificate").text(STANDARD.encode(certificate));
    element("ds:KeyInfo").child(element("ds:X509Data").child(certificate))
}
