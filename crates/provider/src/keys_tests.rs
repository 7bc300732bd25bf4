use std::collections::BTreeSet;

use homeward_model::SystemRandom;
use homeward_sealing::RootKey;
use serde_json::Value;

use super::*;
use crate::memory::World;

/// OT-32: public parameters only, each key with its own `kid`, `alg` and `use`.
#[tokio::test]
async fn ot_32_the_key_set_is_public() {
    let world = World::new().await;
    let jwks: Value = serde_json::from_str(&world.ports.keys.jwks()).unwrap();
    let kids: BTreeSet<&str> = jwks["keys"].as_array().unwrap().iter().map(|k| k["kid"].as_str().unwrap()).collect();
    assert_eq!(kids.len(), 3);
    for key in jwks["keys"].as_array().unwrap() {
        assert_eq!(key["use"], "sig");
        assert!(["d", "p", "q", "k", "dp", "dq", "qi"].iter().all(|secret| key.get(secret).is_none()));
    }
}

/// KS-01, KS-02: keys rest sealed, are the same after a restart, and do not open under another root key or another name.
#[tokio::test]
async fn ks_02_keys_are_sealed_at_rest_and_survive_a_restart() {
    let world = World::new().await;
    let again = Keys::load_or_create(&world.memory, &world.sealer, &SystemRandom, world.clock.as_ref()).await.unwrap();
    let kids = |jwks: std::sync::Arc<str>| serde_json::from_str::<Value>(&jwks).unwrap()["keys"].as_array().unwrap().iter().map(|k| k["kid"].clone().to_string()).collect::<BTreeSet<_>>();
    assert_eq!(kids(again.jwks()), kids(world.ports.keys.jwks()));
    let other_root = Sealer::new(RootKey::generate(1, &SystemRandom), vec![]);
    assert!(matches!(Keys::load_or_create(&world.memory, &other_root, &SystemRandom, world.clock.as_ref()).await, Err(KeysError::Sealed(_))));
    let mut stored = KeyStore::load(&world.memory).await.unwrap();
    for key in &stored {
        // PKCS #8 holds the public part too: nothing of it is to be seen.
        let public = world.ports.keys.by_kid(&key.kid).unwrap().public().to_vec();
        assert!(!key.sealed.windows(16).any(|w| public.windows(16).any(|p| p == w)), "{}", key.kid);
    }
    let (a, b) = (stored[0].kid.clone(), stored[1].kid.clone());
    (stored[0].kid, stored[1].kid) = (b, a);
    world.memory.put_keys(stored);
    let swapped = Keys::load_or_create(&world.memory, &world.sealer, &SystemRandom, world.clock.as_ref()).await;
    assert!(matches!(swapped, Err(KeysError::Sealed(_))), "a key's name is sealed with it");
}

/// A key signs with its own algorithm and no other.
#[tokio::test]
async fn a_key_refuses_another_algorithm() {
    let world = World::new().await;
    for own in Algorithm::ALL {
        let signer = world.ports.keys.signer(own).unwrap();
        for asked in Algorithm::ALL {
            let jws = world.ports.keys.signer(asked).unwrap().jws();
            assert_eq!(signer.sign(&jws, b"x").is_ok(), own == asked);
        }
        assert!(signer.verifies(b"x", &signer.sign(&signer.jws(), b"x").unwrap()) && !signer.verifies(b"y", &signer.sign(&signer.jws(), b"x").unwrap()));
    }
}
