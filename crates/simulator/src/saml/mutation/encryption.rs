//! SE-01 to SE-11: encrypted assertions.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    Case, Expected, Pair, Scene,
    surgery::{element, parts, replace},
};
use crate::{
    key::{KeyKind, SigningKey, Validity},
    saml::{Answer, ContentCipher, Encryption, KeyTransport, Signed},
};

pub(super) const CASES: &[Case] = &[
    Case { id: "SE-01", title: "changed CBC ciphertexts, and CBC outside of a signed response", make: cbc },
    Case { id: "SE-02", title: "RSA PKCS #1 v1.5 key transport", make: rsa15 },
    Case { id: "SE-03", title: "OAEP with SHA-1 and with SHA-256", make: oaep },
    Case { id: "SE-05", title: "an encrypted assertion inside an encrypted assertion", make: nested },
    Case { id: "SE-07", title: "a CipherReference", make: reference },
    Case { id: "SE-08", title: "GCM cut, flipped, empty", make: gcm },
    Case { id: "SE-10", title: "encrypted to somebody else", make: other_recipient },
    Case { id: "SE-11", title: "signed outside, inside, and both", make: order },
    Case { id: "SP-19", title: "ciphertexts too short for their cipher", make: short },
];

fn message(scene: &Scene, encryption: &Encryption, signed: Signed) -> String {
    scene.idp.response(&Answer { encrypted: Some(encryption.clone()), ..scene.answer(signed) })
}

fn twin(scene: &Scene) -> String {
    message(scene, &scene.encryption, Signed::Assertion)
}

/// The content's CipherValue: the last one, after that of the key.
fn content(xml: &str) -> Vec<u8> {
    let text = xml.rsplit_once("<xenc:CipherValue>").and_then(|(_, rest)| rest.split_once('<')).map_or("", |(text, _)| text);
    STANDARD.decode(text).unwrap_or_default()
}

fn with_content(xml: &str, bytes: &[u8]) -> String {
    let old = STANDARD.encode(content(xml));
    xml.replace(&format!("<xenc:CipherValue>{old}</xenc:CipherValue>"), &format!("<xenc:CipherValue>{}</xenc:CipherValue>", STANDARD.encode(bytes)))
}

fn flip(bytes: &[u8], at: usize) -> Vec<u8> {
    bytes.iter().enumerate().map(|(index, byte)| if index == at { byte ^ 1 } else { *byte }).collect()
}

fn cbc(scene: &Scene) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for cipher in [ContentCipher::Aes128Cbc, ContentCipher::Aes256Cbc] {
        let encryption = Encryption { cipher, ..scene.encryption.clone() };
        let unsigned_outside = message(scene, &encryption, Signed::Assertion);
        let signed_outside = message(scene, &encryption, Signed::Both);
        pairs.push(scene.refused(format!("{cipher:?} in an unsigned response"), &twin(scene), unsigned_outside.clone()));
        pairs.push(scene.either(format!("{cipher:?} in a signed response"), &twin(scene), signed_outside.clone()));
        let bytes = content(&unsigned_outside);
        let last = bytes.len().saturating_sub(1);
        let places = [("start", 0), ("end of the vector", 15), ("first block", 16), ("middle", bytes.len() / 2), ("last block but one", last.saturating_sub(16)), ("end", last)];
        for (place, at) in places {
            pairs.push(scene.refused(format!("{cipher:?} flipped, {place}"), &twin(scene), with_content(&unsigned_outside, &flip(&bytes, at))));
            pairs.push(scene.refused(format!("{cipher:?} signed, flipped, {place}"), &twin(scene), with_content(&signed_outside, &flip(&content(&signed_outside), at))));
        }
    }
    pairs
}

fn rsa15(scene: &Scene) -> Vec<Pair> {
    let encryption = Encryption { transport: KeyTransport::Rsa15, ..scene.encryption.clone() };
    [Signed::Assertion, Signed::Both].map(|way| scene.refused(format!("{way:?}"), &twin(scene), message(scene, &encryption, way))).into()
}

fn oaep(scene: &Scene) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for transport in [KeyTransport::OaepSha1, KeyTransport::OaepSha256] {
        for cipher in [ContentCipher::Aes128Gcm, ContentCipher::Aes256Gcm] {
            let encryption = Encryption { transport, cipher, ..scene.encryption.clone() };
            pairs.push(scene.accepted(format!("{transport:?}, {cipher:?}"), &twin(scene), message(scene, &encryption, Signed::Assertion)));
        }
    }
    pairs
}

fn nested(scene: &Scene) -> Vec<Pair> {
    let p = parts(scene);
    let once = scene.encryption.assertion(&p.assertion);
    let twice = scene.encryption.assertion(&once);
    let thrice = scene.encryption.assertion(&twice);
    vec![
        scene.refused("twice", &twin(scene), replace(&p.xml, "saml:Assertion", &twice)),
        scene.refused("three times", &twin(scene), replace(&p.xml, "saml:Assertion", &thrice)),
        scene.refused("no assertion in it", &twin(scene), replace(&p.xml, "saml:Assertion", &scene.encryption.assertion("<x></x>"))),
        scene.refused("two in it", &twin(scene), replace(&p.xml, "saml:Assertion", &scene.encryption.assertion(&(p.assertion.clone() + &p.evil)))),
        scene.refused("a response in it", &twin(scene), replace(&p.xml, "saml:Assertion", &scene.encryption.assertion(&p.xml))),
        scene.refused("no XML in it", &twin(scene), replace(&p.xml, "saml:Assertion", &scene.encryption.assertion("plain"))),
        scene.refused("a DTD in it", &twin(scene), replace(&p.xml, "saml:Assertion", &scene.encryption.assertion(&format!("<!DOCTYPE a>{}", p.assertion)))),
    ]
}

fn reference(scene: &Scene) -> Vec<Pair> {
    let twin = twin(scene);
    let (head, tail) = twin.rsplit_once("<xenc:CipherData>").unwrap_or_default();
    let rest = tail.split_once("</xenc:CipherData>").map_or("", |(_, rest)| rest);
    let uris = ["http://127.0.0.1:9/x", "file:///etc/passwd", "https://outside.example/x"];
    uris.iter()
        .map(|uri| scene.refused(*uri, &twin, format!("{head}<xenc:CipherData><xenc:CipherReference URI=\"{uri}\"></xenc:CipherReference></xenc:CipherData>{rest}")))
        .collect()
}

fn gcm(scene: &Scene) -> Vec<Pair> {
    let twin = twin(scene);
    let bytes = content(&twin);
    let cut = |to: usize| bytes.get(..to).unwrap_or_default().to_vec();
    let length = bytes.len();
    let mut pairs: Vec<Pair> = [0, 11, 12, length / 2, length.saturating_sub(17), length.saturating_sub(1)]
        .into_iter()
        .map(|at| scene.refused(format!("flipped at {at}"), &twin, with_content(&twin, &flip(&bytes, at))))
        .collect();
    pairs.extend([length.saturating_sub(1), length.saturating_sub(4), length.saturating_sub(12), length.saturating_sub(16)].map(|to| scene.refused(format!("cut to {to}"), &twin, with_content(&twin, &cut(to)))));
    pairs
}

fn other_recipient(scene: &Scene) -> Vec<Pair> {
    let Ok(other) = SigningKey::new("Another service provider", KeyKind::Rsa, Validity::default()) else { return Vec::new() };
    let Ok(encryption) = Encryption::to_public_key(&other.public_key()) else { return Vec::new() };
    vec![scene.refused("another key", &twin(scene), message(scene, &encryption, Signed::Assertion))]
}

fn order(scene: &Scene) -> Vec<Pair> {
    let signed = twin(scene);
    let both = message(scene, &scene.encryption, Signed::Both);
    let outside = message(scene, &scene.encryption, Signed::Response);
    let nothing = message(scene, &scene.encryption, Signed::Nothing);
    let changed = replace(&both, "saml:EncryptedAssertion", &element(&signed, "saml:EncryptedAssertion"));
    vec![
        scene.accepted("both", &signed, both),
        scene.pair("outside only", &signed, outside, Expected::Either(scene.mallory.clone())),
        scene.refused("nothing", &signed, nothing),
        scene.refused("another one in a signed response", &signed, changed),
    ]
}

fn short(scene: &Scene) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for cipher in [ContentCipher::Aes128Cbc, ContentCipher::Aes256Gcm] {
        let message = message(scene, &Encryption { cipher, ..scene.encryption.clone() }, Signed::Assertion);
        for length in [0, 1, 11, 12, 15, 16, 17, 27, 28, 31, 32, 33] {
            let bytes: Vec<u8> = content(&message).into_iter().take(length).collect();
            pairs.push(scene.refused(format!("{cipher:?}, {length} bytes"), &twin(scene), with_content(&message, &bytes)));
        }
    }
    pairs
}
