//! Logout messages by both bindings: raw, and genuine ones changed anywhere. Only what the provider signed is believed.
#![no_main]

#[path = "../saml_world.rs"]
mod saml_world;

use homeward_federation::saml::logout::{Incoming, read_request, read_response, unverified_issuer};
use homeward_simulator::saml::{NameId, Redirect, encode};
use saml_world::{changed, connection, judge, world::{self, ALICE, NOW, SLO}};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    static GENUINE: std::sync::OnceLock<(String, String)> = std::sync::OnceLock::new();
    let (posted, query) = GENUINE.get_or_init(|| {
        let idp = world::world().idp();
        let mut ask = idp.logout_ask(SLO, NameId::email(ALICE), "_s", NOW);
        let posted = idp.logout_request(&ask);
        ask.signature = None;
        let mut message = Redirect::new("SAMLRequest", idp.logout_request(&ask));
        message.relay_state = Some("state".to_owned());
        (posted, idp.redirect_query(&message))
    });
    let Some((way, rest)) = data.split_first() else { return };
    let (connection, sp) = (connection(), &world::world().sp);
    let read = |incoming: Incoming<'_>| {
        let _ = read_response(incoming, connection, sp, "_request", NOW);
        let named = unverified_issuer(incoming);
        match read_request(incoming, connection, sp, NOW) {
            // The issuer that chooses a connection is the one whose keys verify.
            Ok(request) => assert_eq!((request.subject.value.as_str(), named.as_deref()), (ALICE, Some(connection.settings.issuer()))),
            Err(failure) => assert_ne!(failure.code, "sig.disagreement"),
        }
    };
    match way % 4 {
        0 => read(Incoming::Post(&encode(changed::by(posted, rest)))),
        1 => read(Incoming::Redirect(&String::from_utf8_lossy(&changed::by(query, rest)))),
        2 => read(Incoming::Redirect(&String::from_utf8_lossy(rest))),
        _ => {
            read(Incoming::Post(&encode(rest)));
            let _ = judge(rest);
        }
    }
});
