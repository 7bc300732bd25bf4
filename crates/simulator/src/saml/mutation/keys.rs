//! SK-01 to SK-18: keys and algorithms.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{Case, Expected, Pair, Scene, surgery::replace};
use crate::{
    key::{Algorithm, Hash, pem},
    saml::{Answer, Idp, KeyInfo, NameId, SignatureForm, Signed},
};

pub(super) const CASES: &[Case] = &[
    Case { id: "SK-01", title: "signed by the attacker, whose certificate is in KeyInfo", make: attackers_key },
    Case { id: "SK-02", title: "the attacker's certificate with the same names and serial number", make: same_names },
    Case { id: "SK-04", title: "the attacker's bare key in KeyInfo", make: key_value },
    Case { id: "SK-05", title: "KeyInfo that points elsewhere", make: retrieval },
    Case { id: "SK-06", title: "HMAC with the provider's public key", make: hmac },
    Case { id: "SK-07", title: "HMAC cut short", make: hmac_length },
    Case { id: "SK-08", title: "SHA-1 signature", make: sha1 },
    Case { id: "SK-09", title: "SHA-1 digest", make: sha1_digest },
    Case { id: "SK-10", title: "MD5, RIPEMD, DSA", make: ancient },
    Case { id: "SK-11", title: "RSA-PSS and elliptic curves", make: modern },
    Case { id: "SK-12", title: "ECDSA of zeroes, or in DER", make: ecdsa },
    Case { id: "SK-13", title: "an unknown, empty or odd algorithm", make: unknown },
];

/// The answer about the victim that `idp` signs in `form`.
fn about_victim(scene: &Scene, signed: Signed, form: &SignatureForm) -> Answer {
    with_form(scene.answer(signed), form).assertion(|a| a.name_id = Some(NameId::email(&scene.victim)))
}

fn with_form(answer: Answer, form: &SignatureForm) -> Answer {
    Answer { assertion_signature: form.clone(), response_signature: form.clone(), ..answer }
}

fn by_attacker(scene: &Scene, variant: &str, key_info: KeyInfo) -> Vec<Pair> {
    let form = SignatureForm { key_info, ..SignatureForm::default() };
    [Signed::Assertion, Signed::Response, Signed::Both]
        .map(|way| scene.refused(format!("{variant}{way:?}"), &scene.genuine(way), scene.attacker.response(&about_victim(scene, way, &form))))
        .into()
}

fn attackers_key(scene: &Scene) -> Vec<Pair> {
    by_attacker(scene, "", KeyInfo::Certificate)
}

fn same_names(scene: &Scene) -> Vec<Pair> {
    // Both certificates are made for one name with one serial number. Also: the real certificate beside the forger's signature.
    let mut pairs = by_attacker(scene, "", KeyInfo::Certificate);
    pairs.extend(by_attacker(scene, "the real certificate, ", KeyInfo::OtherCertificate(scene.idp.key.certificate().to_vec())));
    pairs
}

fn key_value(scene: &Scene) -> Vec<Pair> {
    by_attacker(scene, "", KeyInfo::KeyValue)
}

fn retrieval(scene: &Scene) -> Vec<Pair> {
    let uris = ["http://127.0.0.1:9/key", "https://outside.example/key", "file:///etc/passwd", "#_somewhere"];
    let mut pairs: Vec<Pair> = uris
        .iter()
        .flat_map(|uri| {
            let text = format!("<ds:RetrievalMethod Type=\"http://www.w3.org/2000/09/xmldsig#rawX509Certificate\" URI=\"{uri}\"></ds:RetrievalMethod>");
            by_attacker(scene, &format!("{uri}, "), KeyInfo::Raw(text))
        })
        .collect();
    pairs.extend(by_attacker(scene, "path, ", KeyInfo::Raw("<ds:KeyName>/etc/ssl/private/key.pem</ds:KeyName>".into())));
    pairs
}

/// The provider's public key in every form that a verifier might take for a secret.
fn public_forms(idp: &Idp) -> Vec<(&'static str, Vec<u8>)> {
    let (certificate, key) = (idp.key.certificate().to_vec(), idp.key.public_key());
    vec![
        ("certificate, PEM", pem("CERTIFICATE", &certificate).into_bytes()),
        ("certificate, base64", STANDARD.encode(&certificate).into_bytes()),
        ("certificate, DER", certificate),
        ("key, PEM", pem("PUBLIC KEY", &key).into_bytes()),
        ("key, base64", STANDARD.encode(&key).into_bytes()),
        ("key, DER", key),
        ("empty", Vec::new()),
    ]
}

fn hmac(scene: &Scene) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (name, key) in public_forms(&scene.idp) {
        for hash in [Hash::Sha1, Hash::Sha256] {
            let form = SignatureForm { algorithm: Some(Algorithm::Hmac(hash, key.clone())), ..SignatureForm::default() };
            let message = scene.attacker.response(&about_victim(scene, Signed::Assertion, &form));
            pairs.push(scene.refused(format!("{name}, {hash:?}"), &scene.genuine(Signed::Assertion), message));
        }
    }
    pairs
}

fn hmac_length(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Assertion);
    let cut = |bits: usize| {
        let form = SignatureForm {
            algorithm: Some(Algorithm::Hmac(Hash::Sha256, scene.idp.key.public_key())),
            method_contents: format!("<ds:HMACOutputLength>{bits}</ds:HMACOutputLength>"),
            ..SignatureForm::default()
        };
        let message = scene.attacker.response(&about_victim(scene, Signed::Assertion, &form));
        let value = STANDARD.encode(vec![0u8; bits.div_ceil(8)]);
        scene.refused(format!("{bits} bits"), &twin, replace(&message, "ds:SignatureValue", &format!("<ds:SignatureValue>{value}</ds:SignatureValue>")))
    };
    [0, 1, 8].map(cut).into()
}

fn sha1(scene: &Scene) -> Vec<Pair> {
    let forms = [
        ("signature and digest", SignatureForm { algorithm: Some(Algorithm::Rsa(Hash::Sha1)), digest: Hash::Sha1, ..SignatureForm::default() }),
        ("signature", SignatureForm { algorithm: Some(Algorithm::Rsa(Hash::Sha1)), ..SignatureForm::default() }),
    ];
    own(scene, &forms)
}

fn sha1_digest(scene: &Scene) -> Vec<Pair> {
    own(scene, &[("digest", SignatureForm { digest: Hash::Sha1, ..SignatureForm::default() })])
}

/// The provider's own, well signed messages in forms that are refused.
fn own(scene: &Scene, forms: &[(&str, SignatureForm)]) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (variant, form) in forms {
        for way in [Signed::Assertion, Signed::Response] {
            let answer = with_form(scene.answer(way), form);
            pairs.push(scene.refused(format!("{variant}, {way:?}"), &scene.genuine(way), scene.idp.response(&answer)));
        }
    }
    pairs
}

fn ancient(scene: &Scene) -> Vec<Pair> {
    let claims = [
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-ripemd160",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "http://www.w3.org/2009/xmldsig11#dsa-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha224",
    ];
    claims.iter().flat_map(|claim| claimed(scene, claim)).collect()
}

fn claimed(scene: &Scene, claim: &str) -> Vec<Pair> {
    own(scene, &[(claim, SignatureForm { claimed_algorithm: Some(claim.to_owned()), ..SignatureForm::default() })])
}

fn unknown(scene: &Scene) -> Vec<Pair> {
    let claims = ["", " ", "http://www.w3.org/2000/09/xmldsig#none", "none", "rsa-sha256", " http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#RSA-SHA256"];
    claims.iter().flat_map(|claim| claimed(scene, claim)).collect()
}

fn modern(scene: &Scene) -> Vec<Pair> {
    let twin = scene.genuine(Signed::Assertion);
    let pss = |hash| with_form(scene.answer(Signed::Assertion), &SignatureForm { algorithm: Some(Algorithm::RsaPss(hash)), ..SignatureForm::default() });
    let curve = scene.curve.response(&scene.answer(Signed::Both));
    vec![
        scene.either("PSS SHA-256", &twin, scene.idp.response(&pss(Hash::Sha256))),
        scene.either("PSS SHA-512", &twin, scene.idp.response(&pss(Hash::Sha512))),
        Pair { certificate: scene.curve.certificate_pem(), ..scene.accepted("elliptic curve", &curve, curve.clone()) },
        scene.refused("elliptic curve at the RSA key", &twin, curve),
    ]
}

fn ecdsa(scene: &Scene) -> Vec<Pair> {
    let twin = scene.curve.response(&scene.answer(Signed::Assertion));
    let length = scene.curve.key.point().map_or(32, |(x, _)| x.len());
    let with = |bytes: &[u8]| replace(&twin, "ds:SignatureValue", &format!("<ds:SignatureValue>{}</ds:SignatureValue>", STANDARD.encode(bytes)));
    let der = with_form(scene.answer(Signed::Assertion), &SignatureForm { algorithm: Some(Algorithm::EcdsaDer), ..SignatureForm::default() });
    let zeroes = with(&vec![0; 2 * length]).replace(&scene.mallory, &scene.victim);
    let pairs = [("zeroes", zeroes), ("DER zeroes", with(&[0x30, 6, 2, 1, 0, 2, 1, 0])), ("DER", scene.curve.response(&der)), ("ones", with(&vec![1; 2 * length]))];
    pairs.into_iter().map(|(variant, message)| Pair { certificate: scene.curve.certificate_pem(), ..scene.pair(variant, &twin, message, Expected::Refused) }).collect()
}
