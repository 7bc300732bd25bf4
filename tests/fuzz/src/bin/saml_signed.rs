//! What a trusted provider signs may be anything: the text goes into the assertion before it is signed. Whatever comes of it, the two verifiers digest the same
//! bytes.
#![no_main]

#[path = "../saml_world.rs"]
mod saml_world;

use homeward_simulator::saml::{Attribute, Signed};
use saml_world::{judge, world};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((way, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let way = [Signed::Assertion, Signed::Response, Signed::Both][usize::from(*way % 3)];
    let mut answer = world::alice().signed(way);
    let Some(assertion) = answer.assertion.as_mut() else { return };
    assertion.attributes.push(Attribute::new("note", text));
    let escaped = judge(world::xml(&answer).as_bytes());
    if let Ok(verified) = escaped {
        assert_eq!(verified.values("note"), [text.to_owned()]);
    }
    // The same without escapes: as markup.
    if let Some(conditions) = answer.assertion.as_mut().and_then(|a| a.conditions.as_mut()) {
        conditions.further = text.to_owned();
    }
    let _ = judge(world::xml(&answer).as_bytes());
});
