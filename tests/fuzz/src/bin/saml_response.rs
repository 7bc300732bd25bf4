//! A SAML response end to end: any bytes, and genuine messages changed anywhere. Nobody but the signed person comes out, and the two verifiers agree.
#![no_main]

#[path = "../saml_world.rs"]
mod saml_world;

use homeward_simulator::saml::Signed;
use saml_world::{changed, judge, world};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    static GENUINE: std::sync::OnceLock<[String; 3]> = std::sync::OnceLock::new();
    let genuine = GENUINE.get_or_init(|| {
        [Signed::Assertion, Signed::Response, Signed::Both].map(|way| {
            let message = world::xml(&world::alice().signed(way));
            assert!(judge(message.as_bytes()).is_ok());
            message
        })
    });
    let Some((way, rest)) = data.split_first() else { return };
    let _ = match genuine.get(usize::from(*way)) {
        Some(message) => judge(&changed::by(message, rest)),
        None => judge(data),
    };
});
