//! 1.D: canonicalisation, parsers that differ, tricks with content. Messages of the catalogue, each beside its unharmed twin; further cases below.

use crate::world::{accepts, alice, case, id_of, refuses, variants, xml};

#[test]
fn sc_01_a_comment_in_nameid() {
    case("SC-01", "xml.comment");
}

#[test]
fn sc_02_a_comment_in_other_values() {
    case("SC-02", "xml.comment");
}

#[test]
fn sc_03_a_processing_instruction_in_nameid() {
    variants("SC-03", &[
        ("xml.processing_instruction", &["in NameID", "before the message"]),
        ("xml.encoding", &["style sheet"]),
    ]);
}

#[test]
fn sc_04_cdata_in_nameid() {
    case("SC-04", "xml.cdata");
}

#[test]
fn sc_05_an_element_in_nameid() {
    case("SC-05", "saml.text_with_elements");
}

#[test]
fn sc_06_canonicalisation_with_comments() {
    case("SC-06", "sig.canonicalization");
}

#[test]
fn sc_07_inclusive_canonicalisation() {
    case("SC-07", "sig.canonicalization");
}

#[test]
fn sc_08_the_digest_of_nothing() {
    variants("SC-08", &[
        ("sig.empty_digest", &["empty digest"]),
        ("c14n.failed", &["relative namespace", "relative namespace inside"]),
    ]);
}

#[test]
fn sc_09_several_kinds_of_id_on_one_element() {
    variants("SC-09", &[
        ("xml.id_attribute", &["id", "Id", "xml:id", "samlp:ID"]),
        ("xml.duplicate_id", &["on the signature"]),
    ]);
}

#[test]
fn sc_10_look_alikes_in_other_namespaces() {
    case("SC-10", "assertion.namespace");
}

#[test]
fn sc_11_a_doctype_that_two_parsers_read_differently() {
    case("SC-11", "xml.doctype");
}

#[test]
fn sc_12_namespace_declarations_that_do_not_survive_a_round_trip() {
    variants("SC-12", &[
        ("xml.name", &["bound to nothing", "xml bound anew", "xmlns bound"]),
        ("xml.doctype", &["fixed by a DTD"]),
    ]);
}

#[test]
fn sc_13_an_entity_in_an_id() {
    variants("SC-13", &[
        ("xml.doctype", &["entity"]),
        ("xml.entity", &["undeclared entity"]),
    ]);
}

#[test]
fn sc_14_names_that_are_no_names() {
    variants("SC-14", &[
        ("xml.name", &["two colons", "leading colon", "attribute with a leading colon", "prefix without a name"]),
        ("xml.not_wellformed", &["undeclared prefix"]),
        ("c14n.failed", &["empty declaration"]),
    ]);
}

#[test]
fn sc_15_an_id_twice() {
    case("SC-15", "xml.duplicate_id");
}

#[test]
fn sc_16_an_attribute_twice() {
    case("SC-16", "xml.not_wellformed");
}

#[test]
fn sc_17_a_saml_attribute_twice() {
    case("SC-17", "attribute.duplicate");
}

#[test]
fn sc_18_an_identity_with_two_values() {
    case("SC-18", "ok");
}

#[test]
fn sc_19_default_attributes_by_an_internal_dtd() {
    case("SC-19", "xml.doctype");
}

#[test]
fn sc_20_other_encodings() {
    variants("SC-20", &[
        ("xml.leading_bytes", &["UTF-8 with a mark"]),
        ("xml.not_utf8", &["UTF-16, little end first", "UTF-16, big end first", "not UTF-8 at the end", "overlong"]),
        ("xml.encoding", &["UTF-7 declared", "ISO-8859-1 declared", "UTF-16 declared"]),
    ]);
}

#[test]
fn sc_21_characters_that_xml_does_not_have() {
    variants("SC-21", &[
        ("xml.characters", &[
            "\"\\0\"", "\"\\u{1}\"", "\"\\u{8}\"", "\"\\u{b}\"", "\"\\u{1f}\"", "\"\\u{fffe}\"", "\"\\u{ffff}\"", "\"&#0;\"", "\"&#1;\"", "\"&#xD800;\"",
            "\"&#xFFFE;\"", "\"&#x110000;\"", "\"&#99999999999;\"", "\"&#x;\"",
        ]),
        ("xml.not_wellformed", &["\"&amp\""]),
        ("xml.entity", &["\"&nbsp;\""]),
    ]);
}

#[test]
fn sc_22_line_ends_in_signed_text() {
    variants("SC-22", &[
        ("ok", &["escaped"]),
        ("sig.digest_mismatch", &["literal"]),
    ]);
}

#[test]
fn sc_23_white_space_around_values() {
    variants("SC-23", &[
        ("audience.unexpected", &["audience", "audience with a line end"]),
        ("issuer.unexpected", &["issuer"]),
        ("ok", &["NameID", "NameID with a line end"]),
    ]);
}

#[test]
fn sc_24_schema_instance_attributes() {
    case("SC-24", "ok");
}

#[test]
fn sc_25_xml_attributes_on_the_signed_element() {
    variants("SC-25", &[
        ("ok", &["lang", "space", "base"]),
        ("xml.id_attribute", &["id of the assertion elsewhere"]),
    ]);
}

#[test]
fn sc_26_inclusivenamespaces_lists() {
    variants("SC-26", &[
        ("ok", &["xs", "#default", "unknown"]),
        ("sig.transforms", &["10000"]),
    ]);
}

#[test]
fn sc_27_xinclude() {
    case("SC-27", "saml.text_with_elements");
}

#[test]
fn sc_28_a_homoglyph_in_issuer() {
    case("SC-28", "issuer.unexpected");
}

/// SC-09: an `ID` that is none, in the part that nobody signed: xmlsec would refuse it, so the guard does.
#[test]
fn sc_09_every_id_is_one() {
    let good = xml(&alice());
    accepts(&good);
    let outer = id_of(&good).to_owned();
    for bad in [format!("{outer} x"), format!("{outer}:x"), "1".to_owned(), String::new(), "\u{e9}".to_owned()] {
        refuses(&good.replacen(&format!(" ID=\"{outer}\""), &format!(" ID=\"{bad}\""), 1), "xml.id_attribute");
    }
}
