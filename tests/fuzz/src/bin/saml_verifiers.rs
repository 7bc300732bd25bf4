//! The two verifiers of a signature see the same genuine messages, changed anywhere: what the first one accepts the second accepts, with the same bytes; and
//! what the first refuses for its signature the second refuses, too.
#![no_main]

#[path = "../saml_world.rs"]
mod saml_world;

use homeward_federation::saml::certificate::Certificate;
use homeward_saml_xmlsec::{Sha1, signed_bytes};
use homeward_simulator::saml::Signed;
use saml_world::{changed, judge, world};

/// Reasons that come after the structure and are about the signature alone.
const BY_SIGNATURE: [&str; 3] = ["sig.digest_mismatch", "sig.value_mismatch", "sig.untrusted_key"];

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    static GENUINE: std::sync::OnceLock<([String; 4], Vec<u8>)> = std::sync::OnceLock::new();
    let (genuine, certificate) = GENUINE.get_or_init(|| {
        let world = world::world();
        let [one, two, three] = [Signed::Assertion, Signed::Response, Signed::Both].map(|way| world::xml(&world::alice().signed(way)));
        let strangers = world.scene.attacker.response(&world::alice());
        ([one, two, three, strangers], Certificate::from_pem(&world.idp().certificate_pem()).expect("a certificate").der().to_vec())
    });
    let Some((way, rest)) = data.split_first() else { return };
    let message = changed::by(&genuine[usize::from(*way) % genuine.len()], rest);
    let Ok(text) = std::str::from_utf8(&message) else { return };
    match judge(&message) {
        Ok(_) => assert!(signed_bytes(text, &[certificate.as_slice()], Sha1::Refuse).is_ok(), "only the first accepts"),
        Err(failure) if BY_SIGNATURE.contains(&failure.code.as_str()) => assert!(signed_bytes(text, &[certificate.as_slice()], Sha1::Refuse).is_err(), "only the second accepts: {failure:?}"),
        Err(_) => {}
    }
});
