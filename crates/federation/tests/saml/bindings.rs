//! 1.I: how a response travels, as far as it is decided here; methods, cookies and pages are proved in the flows.

use homeward_federation::saml;
use homeward_simulator::saml::encode;

use crate::world::{ALICE, NOW, accepts, alice, is_refused, names, pending, refuses, swap, world, xml};

fn form(value: &str) -> Result<homeward_federation::VerifiedAssertion, homeward_federation::Failure> {
    saml::verify(value, &world().connection, &world().sp, Some(&pending()), NOW)
}

/// SB-04: base64 of RFC 4648, with line ends and spaces; nothing else.
#[test]
fn sb_04_strict_base64() {
    let good = encode(xml(&alice()));
    names(form(&good), ALICE);
    let wrapped: String = good.as_bytes().chunks(76).map(|line| format!("{}\r\n", std::str::from_utf8(line).unwrap())).collect();
    names(form(&wrapped), ALICE);
    names(form(&format!(" {good}\n")), ALICE);
    for bad in [good.replacen('a', "-", 1), good.replacen('a', "_", 1), good.replacen('a', "*", 1), format!("{good}="), good[..good.len() - 2].to_owned(), good.replacen('a', "%2B", 1), format!("{good}\0")] {
        is_refused(form(&bad), "saml.base64");
    }
    is_refused(form(&encode(&good)), "xml.leading_bytes");
    is_refused(form(""), "xml.leading_bytes");
}

/// SB-08: what a message says reaches a refusal cut and without control characters; pages escape it.
#[test]
fn sb_08_words_of_a_message_are_bounded() {
    let good = xml(&alice());
    accepts(&good);
    let words = format!("\"><script>alert(1)</script>{}", "x".repeat(5_000));
    let failure = crate::world::outcome(&xml(&alice().assertion(|a| a.conditions.as_mut().unwrap().audiences = vec![vec![words.clone()]]))).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.seen.unwrap().chars().count()), ("audience.unexpected", 300));
    // Nobody has signed a status when it is read: only the standard's own codes are repeated.
    let responder = "urn:oasis:names:tc:SAML:2.0:status:Responder";
    for (codes, seen) in [
        (vec![words], None),
        (vec![responder.to_owned(), "Call +44 20 7946 0958".to_owned()], Some(responder)),
        (vec![responder.to_owned(), "urn:oasis:names:tc:SAML:2.0:status:Call +44".to_owned()], Some(responder)),
    ] {
        let mut answer = alice();
        answer.status = codes;
        let failure = crate::world::outcome(&xml(&answer)).unwrap_err();
        assert_eq!((failure.code.as_str(), failure.seen.as_deref()), ("status.not_success", seen));
    }
}

/// SB-16: destination and recipient are compared with our own settings, character by character.
#[test]
fn sb_16_addresses_are_exact() {
    let good = xml(&alice());
    accepts(&good);
    let acs = crate::world::ACS;
    for other in [acs.replace("https", "http"), acs.replace(".com/", ".com:443/"), format!("{acs}?x"), format!("{acs}/"), acs.to_uppercase(), acs.replace("signin", "signin.evil"), String::new()] {
        refuses(&swap(&good, &format!("Destination=\"{acs}\""), &format!("Destination=\"{other}\"")), "destination.unexpected");
    }
}
