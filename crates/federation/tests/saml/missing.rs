//! 1.B: signatures that are missing, partial or foreign. Messages of the catalogue, each beside its unharmed twin; further cases below.

use homeward_federation::saml;
use homeward_simulator::saml::Signed;

use crate::world::{accepts_at, alice, case, refuses_at, swap, variants, with_settings, xml};

#[test]
fn sx_01_all_signatures_taken_away() {
    case("SX-01", "sig.missing");
}

#[test]
fn sx_02_an_empty_signature() {
    case("SX-02", "sig.signedinfo_count");
}

#[test]
fn sx_03_the_signature_in_another_namespace() {
    case("SX-03", "sig.namespace");
}

#[test]
fn sx_04_a_signed_assertion_of_another_sign_in_in_an_answer_to_this_o() {
    variants("SX-04", &[
        ("in_response_to.unexpected", &["another request"]),
        ("in_response_to.missing", &["no request"]),
    ]);
}

#[test]
fn sx_06_an_unsigned_assertion_encrypted_by_the_attacker() {
    variants("SX-06", &[
        ("sig.missing", &["unsigned", "signature cut"]),
        ("sig.untrusted_key", &["signed by the attacker"]),
    ]);
}

#[test]
fn sx_07_forged_encrypted_first_signed_plain_second() {
    case("SX-07", "assertion.count");
}

#[test]
fn sx_08_signed_plain_first_forged_encrypted_second() {
    case("SX-08", "assertion.count");
}

#[test]
fn sx_09_one_character_changed_everywhere_that_is_signed() {
    variants("SX-09", &[
        ("assertion.namespace", &["Assertion, saml:Assertion@xmlns:saml", "Response, saml:Assertion@xmlns:saml"]),
        ("sig.reference_not_parent", &["Assertion, saml:Assertion@ID", "Response, samlp:Response@ID"]),
        ("sig.digest_mismatch", &[
            "Assertion, saml:Assertion@IssueInstant", "Assertion, saml:Assertion@Version", "Assertion, saml:Issuer", "Assertion, saml:NameID@Format",
            "Assertion, saml:NameID", "Assertion, saml:SubjectConfirmation@Method", "Assertion, saml:SubjectConfirmationData@InResponseTo",
            "Assertion, saml:SubjectConfirmationData@NotOnOrAfter", "Assertion, saml:SubjectConfirmationData@Recipient", "Assertion, saml:Conditions@NotBefore",
            "Assertion, saml:Conditions@NotOnOrAfter", "Assertion, saml:Audience", "Assertion, saml:AuthnStatement@AuthnInstant",
            "Assertion, saml:AuthnStatement@SessionIndex", "Assertion, saml:AuthnContextClassRef", "Assertion, saml:Attribute@Name",
            "Assertion, saml:AttributeValue", "Response, samlp:Response@Destination", "Response, samlp:Response@InResponseTo",
            "Response, samlp:Response@IssueInstant", "Response, samlp:Response@Version", "Response, saml:Issuer", "Response, saml:Assertion@ID",
            "Response, saml:Assertion@IssueInstant", "Response, saml:Assertion@Version", "Response, saml:Issuer 2", "Response, saml:NameID@Format",
            "Response, saml:NameID", "Response, saml:SubjectConfirmation@Method", "Response, saml:SubjectConfirmationData@InResponseTo",
            "Response, saml:SubjectConfirmationData@NotOnOrAfter", "Response, saml:SubjectConfirmationData@Recipient", "Response, saml:Conditions@NotBefore",
            "Response, saml:Conditions@NotOnOrAfter", "Response, saml:Audience", "Response, saml:AuthnStatement@AuthnInstant",
            "Response, saml:AuthnStatement@SessionIndex", "Response, saml:AuthnContextClassRef", "Response, saml:Attribute@Name", "Response, saml:AttributeValue",
        ]),
        ("saml.unexpected_root", &["Response, samlp:Response@xmlns:samlp"]),
        ("sig.misplaced", &["Response, saml:Issuer@xmlns:saml"]),
        ("status.not_success", &["Response, samlp:StatusCode@Value"]),
    ]);
}

#[test]
fn sx_10_one_character_of_digest_or_signature_changed() {
    variants("SX-10", &[
        ("sig.value_mismatch", &[
            "ds:SignatureValue at 0", "ds:SignatureValue at 1", "ds:SignatureValue at 114", "ds:SignatureValue at 172", "ds:SignatureValue at 340",
        ]),
        ("sig.digest_mismatch", &["ds:DigestValue at 0", "ds:DigestValue at 1", "ds:DigestValue at 14", "ds:DigestValue at 22", "ds:DigestValue at 40"]),
    ]);
}

#[test]
fn sx_11_signature_values_cut_lengthened_not_base64_or_with_white_spa() {
    variants("SX-11", &[
        ("sig.value_not_plain", &["half", "empty", "not base64", "zeroes"]),
        ("sig.value_mismatch", &["twice"]),
        ("ok", &["line breaks"]),
    ]);
}

#[test]
fn sx_12_white_space_outside_of_what_is_signed() {
    case("SX-12", "ok");
}

#[test]
fn sx_14_another_kind_of_message_at_the_assertion_consumer_service() {
    variants("SX-14", &[
        ("saml.unexpected_root", &["LogoutRequest", "LogoutResponse", "AuthnRequest", "ArtifactResponse", "a bare assertion"]),
        ("xml.leading_bytes", &["empty", "no XML"]),
    ]);
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
