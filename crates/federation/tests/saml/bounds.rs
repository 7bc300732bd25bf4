//! 1.E: what a parser must survive. Messages of the catalogue, each beside its unharmed twin; further cases below.

use homeward_federation::saml;

use crate::world::{NOW, accepts, alice, case, is_refused, outcome, part, pending, refuses, swap, variants, world, xml};

#[test]
fn sp_01_external_entities() {
    case("SP-01", "xml.doctype");
}

#[test]
fn sp_02_parameter_entities() {
    case("SP-02", "xml.doctype");
}

#[test]
fn sp_03_entities_that_grow() {
    case("SP-03", "xml.doctype");
}

#[test]
fn sp_04_any_doctype() {
    variants("SP-04", &[
        ("xml.doctype", &[
            "<!DOCTYPE samlp:Response>", "<!DOCTYPE samlp:Response []>", "<!doctype samlp:Response>", "<!DOCTYPE samlp:Response PUBLIC \"x\" \"y\">", "<!DOCTYPE",
        ]),
        ("xml.leading_bytes", &["\n<!DOCTYPE samlp:Response>\n"]),
    ]);
}

#[test]
fn sp_05_100_000_levels() {
    case("SP-05", "xml.too_large");
}

#[test]
fn sp_06_100_000_attributes() {
    case("SP-06", "xml.too_large");
}

#[test]
fn sp_07_100_000_namespaces() {
    case("SP-07", "xml.too_large");
}

#[test]
fn sp_08_100_000_elements() {
    case("SP-08", "xml.too_large");
}

#[test]
fn sp_09_a_huge_text() {
    case("SP-09", "xml.too_large");
}

#[test]
fn sp_12_1_000_signatures_or_references() {
    case("SP-12", "xml.too_large");
}

#[test]
fn sp_13_a_huge_key_in_keyinfo() {
    case("SP-13", "ok");
}

#[test]
fn sp_14_xslt_as_a_transform() {
    case("SP-14", "sig.transforms");
}

#[test]
fn sp_15_other_transforms() {
    case("SP-15", "sig.transforms");
}

#[test]
fn sp_16_100_canonicalisations() {
    case("SP-16", "sig.transforms");
}

#[test]
fn sp_17_canonicalisation_before_the_signature_is_taken_out() {
    case("SP-17", "sig.transforms");
}

#[test]
fn sp_19_ciphertexts_too_short_for_their_cipher() {
    variants("SP-19", &[
        ("enc.cbc_refused", &[
            "Aes128Cbc, 0 bytes", "Aes128Cbc, 1 bytes", "Aes128Cbc, 11 bytes", "Aes128Cbc, 12 bytes", "Aes128Cbc, 15 bytes", "Aes128Cbc, 16 bytes",
            "Aes128Cbc, 17 bytes", "Aes128Cbc, 27 bytes", "Aes128Cbc, 28 bytes", "Aes128Cbc, 31 bytes", "Aes128Cbc, 32 bytes", "Aes128Cbc, 33 bytes",
        ]),
        ("enc.failed", &[
            "Aes256Gcm, 0 bytes", "Aes256Gcm, 1 bytes", "Aes256Gcm, 11 bytes", "Aes256Gcm, 12 bytes", "Aes256Gcm, 15 bytes", "Aes256Gcm, 16 bytes",
            "Aes256Gcm, 17 bytes", "Aes256Gcm, 27 bytes", "Aes256Gcm, 28 bytes", "Aes256Gcm, 31 bytes", "Aes256Gcm, 32 bytes", "Aes256Gcm, 33 bytes",
        ]),
    ]);
}

/// SP-05 to SP-08: limits that hold inside of the size of a message.
#[test]
fn sp_05_to_sp_08_depth_attributes_and_elements_are_bounded() {
    let good = xml(&alice());
    accepts(&good);
    let inside = |text: String| swap(&good, "<samlp:Status>", &format!("{text}<samlp:Status>"));
    refuses(&inside("<x>".repeat(3_000) + &"</x>".repeat(3_000)), "xml.too_deep");
    let attributes: String = (0..3_000).map(|n| format!(" a{n}=\"\"")).collect();
    refuses(&inside(format!("<x{attributes}></x>")), "xml.too_many_attributes");
    let namespaces: String = (0..3_000).map(|n| format!(" xmlns:a{n}=\"urn:a\"")).collect();
    refuses(&inside(format!("<x{namespaces}></x>")), "xml.too_many_attributes");
    refuses(&inside("<x/>".repeat(20_000)), "xml.too_many_nodes");
    // A tag that looks closed inside of a value does not fool the count of levels.
    refuses(&inside("<x a=\"/>\">".repeat(100) + &"</x>".repeat(100)), "xml.too_deep");
}

/// SP-11: what is posted is never inflated.
#[test]
fn sp_11_a_deflated_response_is_no_response() {
    let good = xml(&alice());
    accepts(&good);
    let deflated = homeward_simulator::saml::redirect::deflate(&good);
    is_refused(saml::verify(&deflated, &world().connection, &world().sp, Some(&pending()), NOW), "xml.not_utf8");
}

/// SP-18: no bytes make it panic; neither do good messages that were cut or changed anywhere.
#[test]
fn sp_18_cut_messages_are_refused() {
    let good = xml(&alice());
    accepts(&good);
    for end in (0..good.len()).step_by(7) {
        assert!(outcome(&good[..end]).is_err(), "{end}");
        assert!(outcome(&good[end..]).is_err() || end == 0, "{end}");
    }
}

/// SP-12: what fits into the size of a message is counted before a signature is verified: two, three or twenty signatures, and as many references in one.
#[test]
fn sp_12_signatures_and_references_are_counted_first() {
    let good = xml(&alice());
    accepts(&good);
    let signature = part(&good, "<ds:Signature ", "</ds:Signature>");
    let reference = part(&good, "<ds:Reference ", "</ds:Reference>");
    // The second one is not where a signature belongs; more are too many wherever they are.
    for (many, code) in [(2, "sig.misplaced"), (3, "sig.count"), (20, "sig.count")] {
        refuses(&swap(&good, signature, &signature.repeat(many)), code);
        refuses(&swap(&good, reference, &reference.repeat(many)), "sig.reference_count");
    }
}
