//! 1.H: encrypted assertions. Messages of the catalogue, each beside its unharmed twin; further cases below.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use homeward_federation::{Check, Failure, Until, saml};
use homeward_simulator::saml::{Answer, ContentCipher, Encryption, SignatureForm, Signed, encode};

use crate::world::{
    ALICE, NOW, accepts, accepts_at, alice, assertion, case, id_of, is_refused, names, outcome_at, part, pending, refuses, refuses_at, swap, variants, with_settings, world, xml,
};

#[test]
fn se_01_changed_cbc_ciphertexts_and_cbc_outside_of_a_signed_response() {
    variants("SE-01", &[
        ("enc.cbc_refused", &[
            "Aes128Cbc in an unsigned response", "Aes128Cbc flipped, start", "Aes128Cbc flipped, end of the vector", "Aes128Cbc flipped, first block",
            "Aes128Cbc flipped, middle", "Aes128Cbc flipped, last block but one", "Aes128Cbc flipped, end", "Aes256Cbc in an unsigned response",
            "Aes256Cbc flipped, start", "Aes256Cbc flipped, end of the vector", "Aes256Cbc flipped, first block", "Aes256Cbc flipped, middle",
            "Aes256Cbc flipped, last block but one", "Aes256Cbc flipped, end",
        ]),
        ("ok", &["Aes128Cbc in a signed response", "Aes256Cbc in a signed response"]),
        ("sig.digest_mismatch", &[
            "Aes128Cbc signed, flipped, start", "Aes128Cbc signed, flipped, end of the vector", "Aes128Cbc signed, flipped, first block",
            "Aes128Cbc signed, flipped, middle", "Aes128Cbc signed, flipped, last block but one", "Aes128Cbc signed, flipped, end",
            "Aes256Cbc signed, flipped, start", "Aes256Cbc signed, flipped, end of the vector", "Aes256Cbc signed, flipped, first block",
            "Aes256Cbc signed, flipped, middle", "Aes256Cbc signed, flipped, last block but one", "Aes256Cbc signed, flipped, end",
        ]),
    ]);
}

#[test]
fn se_02_rsa_pkcs_1_v1_5_key_transport() {
    case("SE-02", "enc.algorithm");
}

#[test]
fn se_03_oaep_with_sha_1_and_with_sha_256() {
    case("SE-03", "ok");
}

#[test]
fn se_05_an_encrypted_assertion_inside_an_encrypted_assertion() {
    variants("SE-05", &[
        ("saml.unexpected_root", &["twice", "three times", "no assertion in it", "a response in it"]),
        ("xml.not_wellformed", &["two in it"]),
        ("xml.leading_bytes", &["no XML in it"]),
        ("xml.doctype", &["a DTD in it"]),
    ]);
}

#[test]
fn se_07_a_cipherreference() {
    case("SE-07", "enc.structure");
}

#[test]
fn se_08_gcm_cut_flipped_empty() {
    case("SE-08", "enc.failed");
}

#[test]
fn se_10_encrypted_to_somebody_else() {
    case("SE-10", "enc.failed");
}

#[test]
fn se_11_signed_outside_inside_and_both() {
    variants("SE-11", &[
        ("ok", &["both", "outside only"]),
        ("sig.missing", &["nothing"]),
        ("sig.digest_mismatch", &["another one in a signed response"]),
    ]);
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

/// SE-01: a thousand changed ciphertexts, where the exception lets AES-CBC through: bad padding, bad XML and a bad signature have one and the same answer.
/// The twin of each kind is the genuine assertion, by the same exception.
#[test]
fn se_01_a_thousand_changed_ciphertexts_have_one_answer() {
    let excepted = with_settings(|s| s.relaxations.allow_cbc_in_unsigned_response_until = Some(Until(NOW.plus(Duration::from_secs(1)))));
    let told = Failure::of(Check::Signature, "enc.failed");
    for cipher in [ContentCipher::Aes128Cbc, ContentCipher::Aes256Cbc] {
        let message = xml(&encrypted(Signed::Assertion, cipher));
        accepts_at(&message, &excepted);
        let (head, rest) = message.rsplit_once("<xenc:CipherValue>").unwrap();
        let (value, tail) = rest.split_once('<').unwrap();
        let bytes = STANDARD.decode(value).unwrap();
        let with = |bytes: &[u8]| format!("{head}<xenc:CipherValue>{}<{tail}", STANDARD.encode(bytes));
        assert_eq!(with(&bytes), message);
        let flipped = |at: usize, by: u8| bytes.iter().enumerate().map(|(index, byte)| if index == at { byte ^ by } else { *byte }).collect::<Vec<u8>>();
        // Every value of the byte that decides about the padding, and bits all over what comes before it.
        let decides = bytes.len() - 17;
        let mut changed: Vec<Vec<u8>> = (1..=255).map(|by| flipped(decides, by)).collect();
        changed.extend((0..245).map(|n| flipped(n * decides / 245, 1 << (n % 8))));
        for bytes in &changed {
            assert_eq!(outcome_at(&with(bytes), &excepted).unwrap_err(), told);
        }
        assert_eq!(changed.len(), 500);
        // Well padded, and whatever the sender likes inside.
        let encryption = Encryption { cipher, ..world().scene.encryption.clone() };
        let around = |text: &str| swap(&message, part(&message, "<saml:EncryptedAssertion", "</saml:EncryptedAssertion>"), &encryption.assertion(text));
        let genuine = xml(&alice());
        let genuine = assertion(&genuine);
        accepts_at(&around(genuine), &excepted);
        let forged = world().scene.attacker.response(&alice());
        let unsigned = genuine.replace(part(genuine, "<ds:Signature ", "</ds:Signature>"), "");
        for text in [&genuine.replace(ALICE, "bob@a.example"), assertion(&forged), &unsigned, &genuine[..genuine.len() - 1], "<x></x>", "plain", ""] {
            assert_eq!(outcome_at(&around(text), &excepted).unwrap_err(), told, "{text}");
        }
    }
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
