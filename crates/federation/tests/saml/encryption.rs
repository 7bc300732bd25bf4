//! 1.H: encrypted assertions. Messages of the catalogue, each beside its unharmed twin; further cases below.

use std::time::Duration;

use homeward_federation::{Until, saml};
use homeward_simulator::saml::{Answer, ContentCipher, Encryption, SignatureForm, Signed, encode};

use crate::world::{
    ALICE, NOW, accepts, accepts_at, alice, assertion, case, id_of, is_refused, names, part, pending, refuses, refuses_at, swap, with_settings, world, xml,
};

#[test]
fn se_01_changed_cbc_ciphertexts_and_cbc_outside_of_a_signed_response() {
    case("SE-01", &["enc.cbc_refused", "ok", "sig.digest_mismatch"]);
}

#[test]
fn se_02_rsa_pkcs_1_v1_5_key_transport() {
    case("SE-02", &["enc.algorithm"]);
}

#[test]
fn se_03_oaep_with_sha_1_and_with_sha_256() {
    case("SE-03", &["ok"]);
}

#[test]
fn se_05_an_encrypted_assertion_inside_an_encrypted_assertion() {
    case("SE-05", &["saml.unexpected_root", "xml.doctype", "xml.leading_bytes", "xml.not_wellformed"]);
}

#[test]
fn se_07_a_cipherreference() {
    case("SE-07", &["enc.structure"]);
}

#[test]
fn se_08_gcm_cut_flipped_empty() {
    case("SE-08", &["enc.failed"]);
}

#[test]
fn se_10_encrypted_to_somebody_else() {
    case("SE-10", &["enc.failed"]);
}

#[test]
fn se_11_signed_outside_inside_and_both() {
    case("SE-11", &["ok", "sig.digest_mismatch", "sig.missing"]);
}

fn encrypted(way: Signed, cipher: ContentCipher) -> Answer {
    let mut answer = alice().signed(way);
    answer.encrypted = Some(Encryption { cipher, ..world().scene.encryption.clone() });
    answer
}

/// SE-01, SE-04: AES-CBC only inside of a signed response, or by an exception that ends; the refusal is the same whatever was done to the ciphertext.
#[test]
fn se_01_se_04_cbc_only_where_nobody_can_change_it() {
    for cipher in [ContentCipher::Aes128Gcm, ContentCipher::Aes256Gcm, ContentCipher::Aes128Cbc, ContentCipher::Aes256Cbc] {
        accepts(&xml(&encrypted(Signed::Both, cipher)));
    }
    let alone = xml(&encrypted(Signed::Assertion, ContentCipher::Aes256Cbc));
    refuses(&alone, "enc.cbc_refused");
    let until = |seconds| with_settings(|s| s.relaxations.allow_cbc_in_unsigned_response_until = Some(Until(NOW.plus(Duration::from_secs(seconds)))));
    accepts_at(&alone, &until(1));
    refuses_at(&alone, &until(0), "enc.cbc_refused");
    let at = alone.rfind("<xenc:CipherValue>").unwrap() + "<xenc:CipherValue>".len();
    for offset in [0, 5, 30, 64, 128, 400, 900] {
        let old = &alone[at + offset..=at + offset];
        let changed = format!("{}{}{}", &alone[..at + offset], if old == "A" { "B" } else { "A" }, &alone[at + offset + 1..]);
        refuses_at(&changed, &until(1), "enc.failed");
    }
    // Unsigned inside: the same word, as the ciphertext could have been changed.
    refuses_at(&xml(&encrypted(Signed::Nothing, ContentCipher::Aes256Cbc)), &until(1), "enc.failed");
}

/// SE-09: the old decryption key opens as long as it is there.
#[test]
fn se_09_a_rollover_of_our_key() {
    let mut answer = alice();
    answer.encrypted = Some(world().old_encryption.clone());
    let message = xml(&answer);
    refuses(&message, "enc.failed");
    let mut both = world().sp.clone();
    both.decryption.push(world().old_decryption.clone());
    names(saml::verify(&encode(&message), &world().connection, &both, Some(&pending()), NOW), ALICE);
    accepts(&xml(&encrypted(Signed::Assertion, ContentCipher::Aes256Gcm)));
    let mut none = world().sp.clone();
    none.decryption.clear();
    is_refused(saml::verify(&encode(&message), &world().connection, &none, Some(&pending()), NOW), "enc.no_key");
}

/// SE-06: encrypted parts of an assertion are not read, and said so.
#[test]
fn se_06_encrypted_names_and_attributes_are_refused_cleanly() {
    let mut answer = alice();
    answer.signed = Signed::Nothing;
    let plain = xml(&answer);
    let rest = |text: String| {
        let (opening, rest) = text.split_at(text.find("<saml:Subject>").unwrap());
        world().idp().envelop(&SignatureForm::default(), id_of(&text), opening, rest)
    };
    let name = part(assertion(&plain), "<saml:NameID", "</saml:NameID>").to_owned();
    accepts(&swap(&plain, assertion(&plain), &rest(assertion(&plain).to_owned())));
    let hidden = swap(assertion(&plain), &name, "<saml:EncryptedID></saml:EncryptedID>");
    refuses(&swap(&plain, assertion(&plain), &rest(hidden)), "name.encrypted");
    let statement = "<saml:AttributeStatement><saml:EncryptedAttribute></saml:EncryptedAttribute></saml:AttributeStatement></saml:Assertion>";
    let attribute = swap(assertion(&plain), "</saml:Assertion>", statement);
    refuses(&swap(&plain, assertion(&plain), &rest(attribute)), "attribute.encrypted");
}

/// SE-11: in a response whose signature is what the connection demands, the assertion inside needs none; a stranger's needs one.
#[test]
fn se_11_signed_outside_or_inside_by_policy() {
    let outside = with_settings(|s| s.signed = saml::Signed::Response);
    accepts_at(&xml(&encrypted(Signed::Response, ContentCipher::Aes256Gcm)), &outside);
    refuses(&xml(&encrypted(Signed::Response, ContentCipher::Aes256Gcm)), "sig.assertion_unsigned");
    refuses_at(&xml(&encrypted(Signed::Assertion, ContentCipher::Aes256Gcm)), &outside, "sig.response_unsigned");
    accepts(&xml(&encrypted(Signed::Assertion, ContentCipher::Aes256Gcm)));
    refuses(&xml(&encrypted(Signed::Nothing, ContentCipher::Aes256Gcm)), "sig.missing");
}
