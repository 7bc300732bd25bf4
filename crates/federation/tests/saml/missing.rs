//! 1.B: signatures that are missing, partial or foreign. Messages of the catalogue, each beside its unharmed twin; further cases below.

use homeward_federation::saml;
use homeward_simulator::saml::Signed;

use crate::world::{accepts_at, alice, case, refuses_at, swap, with_settings, xml};

#[test]
fn sx_01_all_signatures_taken_away() {
    case("SX-01", &["sig.missing"]);
}

#[test]
fn sx_02_an_empty_signature() {
    case("SX-02", &["sig.signedinfo_count"]);
}

#[test]
fn sx_03_the_signature_in_another_namespace() {
    case("SX-03", &["sig.namespace"]);
}

#[test]
fn sx_04_a_signed_assertion_of_another_sign_in_in_an_answer_to_this_o() {
    case("SX-04", &["in_response_to.missing", "in_response_to.unexpected"]);
}

#[test]
fn sx_06_an_unsigned_assertion_encrypted_by_the_attacker() {
    case("SX-06", &["sig.missing", "sig.untrusted_key"]);
}

#[test]
fn sx_07_forged_encrypted_first_signed_plain_second() {
    case("SX-07", &["assertion.count"]);
}

#[test]
fn sx_08_signed_plain_first_forged_encrypted_second() {
    case("SX-08", &["assertion.count"]);
}

#[test]
fn sx_09_one_character_changed_everywhere_that_is_signed() {
    case("SX-09", &["assertion.namespace", "saml.unexpected_root", "sig.digest_mismatch", "sig.misplaced", "sig.reference_not_parent", "status.not_success"]);
}

#[test]
fn sx_10_one_character_of_digest_or_signature_changed() {
    case("SX-10", &["sig.digest_mismatch", "sig.value_mismatch"]);
}

#[test]
fn sx_11_signature_values_cut_lengthened_not_base64_or_with_white_spa() {
    case("SX-11", &["ok", "sig.value_mismatch", "sig.value_not_plain"]);
}

#[test]
fn sx_12_white_space_outside_of_what_is_signed() {
    case("SX-12", &["ok"]);
}

#[test]
fn sx_14_another_kind_of_message_at_the_assertion_consumer_service() {
    case("SX-14", &["saml.unexpected_root", "xml.leading_bytes"]);
}

/// SX-05: what a connection demands to be signed, against every way of signing.
#[test]
fn sx_05_what_the_connection_demands_must_be_signed() {
    use saml::Signed as Demand;
    let table = [
        (Demand::Assertion, Signed::Assertion, None),
        (Demand::Assertion, Signed::Both, None),
        (Demand::Assertion, Signed::Response, Some("sig.assertion_unsigned")),
        (Demand::Response, Signed::Response, None),
        (Demand::Response, Signed::Both, None),
        (Demand::Response, Signed::Assertion, Some("sig.response_unsigned")),
        (Demand::Both, Signed::Both, None),
        (Demand::Both, Signed::Assertion, Some("sig.both_demanded")),
        (Demand::Both, Signed::Response, Some("sig.both_demanded")),
        (Demand::Either, Signed::Assertion, None),
        (Demand::Either, Signed::Response, None),
        (Demand::Either, Signed::Both, None),
    ];
    for (demand, way, code) in table {
        let connection = with_settings(|s| s.signed = demand);
        let message = xml(&alice().signed(way));
        match code {
            None => accepts_at(&message, &connection),
            Some(code) => refuses_at(&message, &connection, code),
        }
        refuses_at(&xml(&alice().signed(Signed::Nothing)), &connection, "sig.missing");
    }
}

/// SX-05: a second signature that is not demanded must be good all the same.
#[test]
fn sx_05_a_signature_that_is_there_must_be_good() {
    let connection = with_settings(|s| s.signed = saml::Signed::Either);
    let good = xml(&alice().signed(Signed::Both));
    accepts_at(&good, &connection);
    let outer = swap(&good, "IssueInstant=\"", "Consent=\"x\" IssueInstant=\"");
    refuses_at(&outer, &connection, "sig.digest_mismatch");
}
