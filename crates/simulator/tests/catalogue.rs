//! The catalogue of attacks: each changes something, and each twin is a message that really holds.

use std::collections::BTreeSet;

use homeward_model::Timestamp;
use homeward_simulator::{
    KeyKind, SigningKey, Validity,
    saml::{Asked, Encryption, Expected, Idp, Scene, catalogue, mutation::placements},
};

fn scene() -> Scene {
    let recipient = SigningKey::new("Service provider", KeyKind::Rsa, Validity::default()).unwrap();
    Scene {
        idp: Idp::new("https://idp.example", KeyKind::Rsa).unwrap(),
        attacker: Idp::new("https://idp.example", KeyKind::Rsa).unwrap(),
        curve: Idp::new("https://idp.example", KeyKind::P256).unwrap(),
        asked: Asked { entity_id: "https://signin.example/saml/sp".into(), acs: "https://signin.example/saml/acs".into(), request_id: Some("_request".into()) },
        now: Timestamp::from_seconds(1_790_000_000),
        mallory: "mallory@a.example".into(),
        victim: "alice@a.example".into(),
        encryption: Encryption::to_public_key(&recipient.public_key()).unwrap(),
    }
}

#[test]
fn every_case_changes_its_twin_and_every_id_is_there_once() {
    let scene = scene();
    let (mut ids, mut variants) = (BTreeSet::new(), 0);
    for case in catalogue() {
        assert!(ids.insert(case.id), "{} is there twice", case.id);
        let pairs = (case.make)(&scene);
        assert!(!pairs.is_empty(), "{} has no message", case.id);
        let names: BTreeSet<_> = pairs.iter().map(|pair| pair.variant.clone()).collect();
        assert_eq!(names.len(), pairs.len(), "{} has variants of one name: {:?}", case.id, pairs.iter().map(|p| &p.variant).collect::<Vec<_>>());
        for pair in &pairs {
            assert!(pair.message != pair.twin.as_bytes() || matches!(pair.expected, Expected::Accepted(_)), "{}, {}: nothing changed", case.id, pair.variant);
            assert!(pair.twin.starts_with("<samlp:Response ") && pair.twin.ends_with("</samlp:Response>"));
            assert!(!pair.twin.contains(&scene.victim), "{}, {}: the twin is about the victim", case.id, pair.variant);
        }
        variants += pairs.len();
    }
    assert!(ids.len() > 90 && variants > 400, "{} cases, {variants} variants", ids.len());
}

#[test]
fn the_forged_ones_carry_the_victim() {
    let scene = scene();
    for id in ["SW-01", "SW-02", "SW-03", "SW-04", "SW-05", "SW-06", "SW-07", "SW-08", "SW-09", "SW-11", "SW-13", "SW-17", "SX-02", "SX-03", "SK-01", "SK-06", "SC-08"] {
        let case = homeward_simulator::saml::mutation::case(id).unwrap();
        for pair in (case.make)(&scene) {
            let text = String::from_utf8(pair.message).unwrap();
            assert!(text.contains(&scene.victim), "{id}, {}: the victim is not in it", pair.variant);
        }
    }
}

#[test]
fn placements_cover_every_place() {
    let pairs = placements(&scene());
    assert!(pairs.len() > 1_000, "{}", pairs.len());
    assert!(pairs.iter().all(|pair| String::from_utf8_lossy(&pair.message).contains("_evil")));
}
