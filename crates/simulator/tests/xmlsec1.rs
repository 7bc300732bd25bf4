//! An independent judge: what the simulator signs and encrypts must hold for the `xmlsec1` command.

use std::{path::PathBuf, process::Command};

use homeward_model::Timestamp;
use homeward_simulator::{
    KeyKind, SigningKey, Validity,
    key::{Algorithm, Hash, pem},
    saml::{Answer, Asked, Attribute, Canonicalization, ContentCipher, Encryption, Idp, KeyInfo, KeyTransport, NameId, Scene, SignatureForm, Signed, mutation::case},
};

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

/// A folder of the test's own.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("homeward-simulator-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
    fn put(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const IDS: [&str; 5] = ["urn:oasis:names:tc:SAML:2.0:assertion:Assertion", "urn:oasis:names:tc:SAML:2.0:protocol:Response", "urn:oasis:names:tc:SAML:2.0:protocol:LogoutRequest", "urn:oasis:names:tc:SAML:2.0:protocol:LogoutResponse", "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor"];

/// What xmlsec1 says of the first signature that is a child of a `parent`.
fn verifies(folder: &Folder, idp: &Idp, xml: &str, parent: &str) -> Result<(), String> {
    let (message, certificate) = (folder.put("message.xml", xml), folder.put("certificate.pem", idp.certificate_pem()));
    let mut command = Command::new("xmlsec1");
    // The key is the one we name, whatever the message says.
    command.args(["--verify", "--enabled-key-data", "raw-x509-cert", "--pubkey-cert-pem", &certificate]);
    for id in IDS {
        command.args(["--id-attr:ID", id]);
    }
    command.args(["--node-xpath", &format!("(//*[local-name()='{parent}']/*[local-name()='Signature'])[1]"), &message]);
    let out = command.output().expect("the command xmlsec1, from the Debian package xmlsec1");
    if out.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&out.stderr).into_owned()) }
}

fn asked() -> Asked {
    Asked { entity_id: "https://signin.example/saml/sp".into(), acs: "https://signin.example/saml/acs?a=1&b=<2>".into(), request_id: Some("_request".into()) }
}

fn answer(idp: &Idp) -> Answer {
    idp.answer(&asked(), "ann@example.org", NOW)
}

fn both_hold(folder: &Folder, idp: &Idp, answer: &Answer, what: &str) {
    for (signed, parents) in [(Signed::Assertion, &["Assertion"][..]), (Signed::Response, &["Response"]), (Signed::Both, &["Assertion", "Response"])] {
        let xml = idp.response(&answer.clone().signed(signed));
        for parent in parents {
            verifies(folder, idp, &xml, parent).unwrap_or_else(|e| panic!("{what}, {signed:?}, {parent}: {e}\n{xml}"));
            let changed = xml.replace("ann@example.org", "eve@example.org");
            assert!(verifies(folder, idp, &changed, parent).is_err(), "{what}, {signed:?}, {parent}: a changed message holds");
        }
    }
}

#[test]
fn every_algorithm_of_a_key_holds() {
    let folder = Folder::new("algorithms");
    let rsa = Idp::new("https://idp.example", KeyKind::Rsa).unwrap();
    for hash in [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512] {
        let form = SignatureForm { algorithm: Some(Algorithm::Rsa(hash)), digest: hash, ..SignatureForm::default() };
        both_hold(&folder, &rsa, &Answer { assertion_signature: form.clone(), response_signature: form, ..answer(&rsa) }, &format!("{hash:?}"));
    }
    for kind in [KeyKind::P256, KeyKind::P384] {
        let idp = Idp::new("https://idp.example", kind).unwrap();
        both_hold(&folder, &idp, &answer(&idp), &format!("{kind:?}"));
    }
}

#[test]
fn every_canonicalisation_holds() {
    let folder = Folder::new("canonical");
    let idp = Idp::new("https://idp.example", KeyKind::Rsa).unwrap();
    for way in [Canonicalization::Exclusive, Canonicalization::ExclusiveWithComments, Canonicalization::Inclusive10, Canonicalization::Inclusive11] {
        let form = SignatureForm { canonicalization: way, key_info: KeyInfo::Missing, ..SignatureForm::default() };
        both_hold(&folder, &idp, &Answer { assertion_signature: form.clone(), response_signature: form, ..answer(&idp) }, &format!("{way:?}"));
    }
}

#[test]
fn every_escape_and_typed_values_hold() {
    let folder = Folder::new("escapes");
    let idp = Idp::new("https://idp.example/?a=1&b=\"2\"", KeyKind::P256).unwrap();
    let odd = "a & b < c > d \" ' \t \n \r e\u{e9}\u{1f600}";
    for typed in [false, true] {
        let good = answer(&idp).assertion(|a| {
            a.typed_values = typed;
            a.attributes = vec![Attribute::new(odd, odd), Attribute { name: "groups".into(), format: Some("urn:x".into()), values: vec!["a".into(), "b".into()] }];
            a.name_id = Some(NameId { name_qualifier: Some(odd.into()), sp_name_qualifier: Some("q".into()), ..NameId::persistent("ann@example.org") });
        });
        both_hold(&folder, &idp, &Answer { status_message: Some(odd.into()), ..good }, &format!("typed {typed}"));
    }
}

#[test]
fn logout_messages_and_metadata_hold() {
    let folder = Folder::new("logout");
    let idp = Idp::new("https://idp.example", KeyKind::Rsa).unwrap();
    let ask = idp.logout_ask("https://signin.example/saml/logout", NameId::email("ann@example.org"), "_session", NOW);
    verifies(&folder, &idp, &idp.logout_request(&ask), "LogoutRequest").unwrap();
    let answer = idp.logout_answer("https://signin.example/saml/logout", "_ask", NOW);
    verifies(&folder, &idp, &idp.logout_response(&answer), "LogoutResponse").unwrap();
    let mut metadata = idp.metadata("https://idp.example/sso", "https://idp.example/slo");
    metadata.signature = Some(SignatureForm::default());
    metadata.valid_until = Some("2030-01-01T00:00:00Z".into());
    verifies(&folder, &idp, &idp.metadata_xml(&metadata), "EntityDescriptor").unwrap();
}

#[test]
fn a_foreign_key_does_not_hold() {
    let folder = Folder::new("foreign");
    let (ours, theirs) = (Idp::new("https://idp.example", KeyKind::Rsa).unwrap(), Idp::new("https://idp.example", KeyKind::Rsa).unwrap());
    let xml = ours.response(&answer(&ours));
    verifies(&folder, &ours, &xml, "Assertion").unwrap();
    assert!(verifies(&folder, &theirs, &xml, "Assertion").is_err());
}

#[test]
fn every_encryption_is_opened_by_its_recipient() {
    let folder = Folder::new("encryption");
    let idp = Idp::new("https://idp.example", KeyKind::Rsa).unwrap();
    let recipient = SigningKey::new("Service provider", KeyKind::Rsa, Validity::default()).unwrap();
    let key = folder.put("recipient.pem", pem("PRIVATE KEY", recipient.pkcs8()));
    let to = Encryption::to_public_key(&recipient.public_key()).unwrap();
    for cipher in [ContentCipher::Aes128Gcm, ContentCipher::Aes256Gcm, ContentCipher::Aes128Cbc, ContentCipher::Aes256Cbc] {
        for (transport, key_beside) in [(KeyTransport::OaepSha1, false), (KeyTransport::OaepSha1, true), (KeyTransport::Rsa15, false)] {
            let encrypted = Encryption { cipher, transport, key_beside, recipient: None, ..to.clone() };
            let answer = Answer { encrypted: Some(encrypted), ..answer(&idp) }.signed(Signed::Both);
            let xml = idp.response(&answer);
            assert!(!xml.contains("ann@example.org"));
            verifies(&folder, &idp, &xml, "Response").unwrap_or_else(|e| panic!("{cipher:?} {transport:?}: {e}"));
            let message = folder.put("encrypted.xml", &xml);
            let out = Command::new("xmlsec1")
                .args(["--decrypt", "--id-attr:Id", "http://www.w3.org/2001/04/xmlenc#:EncryptedKey", "--privkey-pem", &key, &message])
                .output()
                .unwrap();
            let plain = String::from_utf8_lossy(&out.stdout);
            assert!(plain.contains("ann@example.org"), "{cipher:?} {transport:?} beside {key_beside}: {}", String::from_utf8_lossy(&out.stderr));
            verifies(&folder, &idp, &plain, "Assertion").unwrap_or_else(|e| panic!("{cipher:?} {transport:?}: {e}"));
        }
    }
}

/// What a provider might be brought to sign is refused for its content, so its signature has to hold.
#[test]
fn odd_content_is_really_signed() {
    let folder = Folder::new("catalogue");
    let recipient = SigningKey::new("Service provider", KeyKind::Rsa, Validity::default()).unwrap();
    let scene = Scene {
        idp: Idp::new("https://idp.example", KeyKind::Rsa).unwrap(),
        attacker: Idp::new("https://idp.example", KeyKind::Rsa).unwrap(),
        curve: Idp::new("https://idp.example", KeyKind::P256).unwrap(),
        asked: Asked { entity_id: "https://signin.example/saml/sp".into(), acs: "https://signin.example/saml/acs".into(), request_id: Some("_request".into()) },
        now: NOW,
        mallory: "mallory@a.example".into(),
        victim: "alice@a.example".into(),
        encryption: Encryption::to_public_key(&recipient.public_key()).unwrap(),
    };
    let signed = ["SC-01", "SC-02", "SC-04", "SC-05", "SC-09", "SC-17", "SC-18", "SC-22", "SC-25", "SC-26", "SC-27", "SX-04", "SX-11", "SX-12", "SK-08", "SK-09", "SF-01", "SF-09", "SF-17", "SW-16"];
    // These are broken on purpose inside the case.
    let broken = ["on the signature", "literal", "half", "empty", "twice", "not base64", "zeroes", "id of the assertion elsewhere"];
    let mut seen = 0;
    for id in signed {
        for pair in (case(id).unwrap().make)(&scene) {
            let text = String::from_utf8(pair.message).unwrap();
            let whole = text.find("<ds:Signature ").is_some_and(|at| text.find("<saml:Assertion ").is_some_and(|assertion| at < assertion));
            if broken.contains(&pair.variant.as_str()) && id != "SC-01" {
                continue;
            }
            let parent = if whole { "Response" } else { "Assertion" };
            verifies(&folder, &scene.idp, &text, parent).unwrap_or_else(|e| panic!("{id}, {}: {e}\n{text}", pair.variant));
            seen += 1;
        }
    }
    assert!(seen > 35, "{seen}");
}
