//! 1.A: signature wrapping and coverage. Messages of the catalogue, each beside its unharmed twin; further cases below.

use homeward_federation::saml;
use homeward_simulator::saml::Signed;

use crate::world::{ALICE, MALLORY, accepts_at, alice, assertion, case, id_of, outcome_at, refuses_at, variants, with_settings, world, xml};

#[test]
fn sw_01_the_signed_response_inside_the_forged_one_s_signature() {
    case("SW-01", "xml.duplicate_id");
}

#[test]
fn sw_02_the_signed_response_before_its_signature_in_a_forged_one() {
    case("SW-02", "xml.duplicate_id");
}

#[test]
fn sw_03_a_forged_assertion_before_the_signed_one() {
    case("SW-03", "assertion.count");
}

#[test]
fn sw_04_the_signed_assertion_inside_the_forged_one() {
    case("SW-04", "sig.misplaced");
}

#[test]
fn sw_05_the_signed_assertion_edited_in_place_its_original_at_the_end() {
    case("SW-05", "sig.reference_not_parent");
}

#[test]
fn sw_06_the_same_its_original_inside_the_signature() {
    case("SW-06", "sig.structure");
}

#[test]
fn sw_07_a_forged_assertion_with_the_same_id_in_extensions() {
    variants("SW-07", &[
        ("xml.duplicate_id", &["same ID"]),
        ("saml.extensions", &["other ID"]),
    ]);
}

#[test]
fn sw_08_the_original_in_an_object_of_the_signature() {
    case("SW-08", "sig.structure");
}

#[test]
fn sw_09_two_signedinfo_elements() {
    case("SW-09", "sig.signedinfo_count");
}

#[test]
fn sw_10_signedinfo_inside_another_element() {
    case("SW-10", "sig.signedinfo_count");
}

#[test]
fn sw_11_a_digest_that_is_not_plain_text() {
    variants("SW-11", &[
        ("xml.comment", &["comment before", "comment after", "two texts", "evil before"]),
        ("xml.cdata", &["CDATA"]),
        ("sig.digest_not_plain", &["child"]),
    ]);
}

#[test]
fn sw_12_two_digests_two_values_two_references() {
    variants("SW-12", &[
        ("sig.structure", &["digest, forged first", "digest, forged last", "signature value"]),
        ("sig.reference_count", &["reference, forged first", "reference, forged last"]),
        ("sig.misplaced", &["signature"]),
    ]);
}

#[test]
fn sw_13_another_digestvalue_earlier_in_the_message() {
    variants("SW-13", &[
        ("sig.digest_mismatch", &["StatusDetail"]),
        ("saml.extensions", &["Extensions"]),
    ]);
}

#[test]
fn sw_14_forged_before_signed_with_a_copy_of_the_signature() {
    variants("SW-14", &[
        ("sig.reference_not_parent", &["copied signature"]),
        ("assertion.count", &["no signature"]),
    ]);
}

#[test]
fn sw_15_forged_after_signed() {
    variants("SW-15", &[
        ("assertion.count", &["no signature"]),
        ("sig.reference_not_parent", &["copied signature"]),
    ]);
}

#[test]
fn sw_16_two_signed_assertions_about_two_people() {
    case("SW-16", "sig.count");
}

#[test]
fn sw_17_the_signed_assertion_where_nobody_looks() {
    case("SW-17", "sig.misplaced");
}

#[test]
fn sw_18_the_signed_assertion_in_the_advice_of_a_forged_one() {
    case("SW-18", "sig.misplaced");
}

#[test]
fn sw_19_a_reference_to_another_assertion() {
    case("SW-19", "sig.reference_not_parent");
}

#[test]
fn sw_20_a_reference_to_an_embedded_assertion() {
    case("SW-20", "sig.reference_not_parent");
}

#[test]
fn sw_21_the_signature_is_not_a_child_of_what_it_signs() {
    variants("SW-21", &[
        ("sig.reference_not_parent", &["before", "after", "of the response"]),
        ("sig.misplaced", &["below"]),
    ]);
}

#[test]
fn sw_22_a_reference_with_an_empty_uri() {
    case("SW-22", "sig.reference_uri");
}

#[test]
fn sw_23_a_reference_without_a_uri() {
    case("SW-23", "sig.reference_uri");
}

#[test]
fn sw_24_a_reference_by_xpointer() {
    case("SW-24", "sig.reference_uri");
}

#[test]
fn sw_25_a_reference_to_something_outside() {
    case("SW-25", "sig.reference_uri");
}

#[test]
fn sw_27_several_references_only_the_last_is_right() {
    case("SW-27", "sig.reference_count");
}

#[test]
fn sw_28_a_good_signature_on_something_else() {
    case("SW-28", "sig.misplaced");
}

#[test]
fn sw_29_another_signed_message_around_or_beside_it() {
    variants("SW-29", &[
        ("sig.misplaced", &["logout inside", "metadata inside"]),
        ("saml.unexpected_root", &["logout around", "metadata around"]),
    ]);
}

#[test]
fn sw_30_two_documents_in_one() {
    case("SW-30", "xml.not_wellformed");
}

#[test]
fn sw_31_a_signature_on_the_status_only() {
    variants("SW-31", &[
        ("sig.misplaced", &["in the status"]),
        ("sig.reference_not_parent", &["in the response"]),
    ]);
}

/// SW-01: with every id in the message once, the reference itself is what gives it away.
#[test]
fn sw_01_the_reference_names_another_element_than_its_parent() {
    for way in [Signed::Response, Signed::Assertion, Signed::Both] {
        let good = xml(&alice().signed(way));
        let connection = with_settings(|s| s.signed = saml::Signed::Either);
        accepts_at(&good, &connection);
        let element = if way == Signed::Assertion { assertion(&good) } else { good.as_str() };
        let moved = good.replacen(&format!(" ID=\"{}\"", id_of(element)), " ID=\"_evil\"", 1);
        refuses_at(&moved, &connection, "sig.reference_not_parent");
    }
}

/// SW-26: what is used is read from the bytes that were digested, in each way of signing.
#[test]
fn sw_26_values_come_from_the_signed_bytes() {
    for way in [Signed::Response, Signed::Assertion, Signed::Both] {
        let connection = with_settings(|s| s.signed = saml::Signed::Either);
        let good = xml(&alice().signed(way));
        accepts_at(&good, &connection);
        refuses_at(&good.replace(ALICE, "victim@a.example"), &connection, "sig.digest_mismatch");
    }
}

/// SW-32: the signed and a forged assertion at each two places, the signed content and its signature at each two places. Nobody is ever signed in as the forged one.
#[test]
fn sw_32_no_placement_signs_in_the_victim() {
    let connection = with_settings(|s| s.signed = saml::Signed::Either);
    let pairs = homeward_simulator::saml::mutation::placements(&world().scene);
    assert!(pairs.len() > 900, "{}", pairs.len());
    let twin = outcome_at(&pairs[0].twin, &connection).unwrap();
    assert_eq!(twin.name(), MALLORY);
    for pair in pairs {
        let message = String::from_utf8(pair.message).unwrap();
        let failure = outcome_at(&message, &connection).err().unwrap_or_else(|| panic!("{} was accepted", pair.variant));
        assert_ne!(failure.code, "sig.disagreement", "{}", pair.variant);
    }
}
