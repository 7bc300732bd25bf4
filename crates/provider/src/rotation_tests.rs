use std::collections::BTreeSet;

use homeward_model::{Clock, SystemRandom};
use homeward_sealing::RootKey;
use serde_json::Value;

use super::*;
use crate::{
    calls::{ask, code, form, refresh, text, verified},
    keys::KeysError,
    memory::World,
};

const DAY: i64 = 86_400;

async fn work(world: &World, plan: RotationPlan) -> Vec<String> {
    let now = world.clock.now();
    let due = due(&world.memory, (plan, now)).await.unwrap();
    let changed = carry_out(&world.memory, &world.sealer, &SystemRandom, (due, now)).await.unwrap();
    world.ports.keys.reload(&world.memory, &world.sealer, now).await.unwrap();
    changed
}

fn published(world: &World) -> BTreeSet<String> {
    let jwks: Value = serde_json::from_str(&world.ports.keys.jwks()).unwrap();
    jwks["keys"].as_array().unwrap().iter().map(|k| k["kid"].as_str().unwrap().to_owned()).collect()
}

/// OT-33: over a year of scheduled changes every token verifies by the key set an application took a day before it was signed, and for as
/// long as the key may be needed after.
#[tokio::test]
async fn ot_33_no_token_fails_during_a_rotation() {
    let world = World::new().await;
    let plan = RotationPlan::default();
    let (mut taken, mut seen) = (published(&world), BTreeSet::new());
    for day in 0..365 {
        // The application took our keys a day ago and has not looked since; the broker works every six hours.
        let yesterday = std::mem::take(&mut taken);
        for _ in 0..4 {
            work(&world, plan).await;
            let answer = ask(&world, &form(&code(&world, "app", "openid", Some("n")).await)).await.unwrap();
            let (header, claims) = verified(&world, text(&answer, "id_token"));
            let kid = header["kid"].as_str().unwrap().to_owned();
            assert!(yesterday.contains(&kid), "day {day}: signed by a key that the application cannot know yet");
            assert_eq!(claims["sub"].as_str(), Some(world.who.user.to_string().as_str()));
            seen.insert(kid);
            world.wait(DAY / 4);
        }
        taken = published(&world);
        assert!((3..=9).contains(&taken.len()), "{}", taken.len());
    }
    assert_eq!(seen.len(), 5, "changed every ninety days");
    assert!(seen.iter().any(|kid| !taken.contains(kid)), "old ones go");
}

/// OT-33: by command: announced first, at once when it must be; ID tokens of the old key stay good as hints; refresh goes on.
#[tokio::test]
async fn ot_33_a_change_by_command_breaks_nothing() {
    let world = World::new().await;
    let answer = ask(&world, &form(&code(&world, "app", "openid offline_access", Some("n")).await)).await.unwrap();
    let old = verified(&world, text(&answer, "id_token")).0["kid"].clone();
    world.wait(1);
    let now = world.clock.now();
    let turn = async |ahead: u64| rotate(&world.memory, &world.sealer, &SystemRandom, (Algorithm::Es256, Duration::from_secs(ahead), now)).await.unwrap();
    let next = turn(3_600).await;
    world.ports.keys.reload(&world.memory, &world.sealer, now).await.unwrap();
    assert!(published(&world).contains(&next.kid));
    let answer = refresh(&world, text(&answer, "refresh_token")).await.unwrap();
    assert_eq!(verified(&world, text(&answer, "id_token")).0["kid"], old, "not yet");
    let same = turn(0).await;
    assert_eq!(same.kid, next.kid, "one that is announced is used");
    world.ports.keys.reload(&world.memory, &world.sealer, now).await.unwrap();
    let states = states(&KeyStore::load(&world.memory).await.unwrap(), now);
    assert_eq!((states.iter().filter(|s| **s == KeyState::Present).count(), states.iter().filter(|s| **s == KeyState::Old).count()), (3, 1));
    let hint = text(&answer, "id_token").to_owned();
    let answer = refresh(&world, text(&answer, "refresh_token")).await.unwrap();
    assert_eq!(verified(&world, text(&answer, "id_token")).0["kid"].as_str(), Some(next.kid.as_str()));
    let asked = [("id_token_hint".to_owned(), hint)];
    assert_eq!(crate::logout::parse(&world.ports, &asked).await.unwrap().user, Some(world.who.user), "a hint of the old key");
}

/// KS-04: a key that somebody else has is out of use at once: another signs, and it is published no more.
#[tokio::test]
async fn ks_04_a_key_is_withdrawn_at_once() {
    let world = World::new().await;
    let answer = ask(&world, &form(&code(&world, "app", "openid", Some("n")).await)).await.unwrap();
    let lost = verified(&world, text(&answer, "id_token")).0["kid"].as_str().unwrap().to_owned();
    world.wait(1);
    let now = world.clock.now();
    rotate(&world.memory, &world.sealer, &SystemRandom, (Algorithm::Es256, Duration::ZERO, now)).await.unwrap();
    world.memory.remove(&lost).await.unwrap();
    world.ports.keys.reload(&world.memory, &world.sealer, now).await.unwrap();
    assert!(!published(&world).contains(&lost));
    let asked = [("id_token_hint".to_owned(), text(&answer, "id_token").to_owned())];
    assert_eq!(crate::logout::parse(&world.ports, &asked).await.unwrap().user, None, "what it signed proves nothing");
    let answer = ask(&world, &form(&code(&world, "app", "openid", Some("n")).await)).await.unwrap();
    assert_ne!(verified(&world, text(&answer, "id_token")).0["kid"].as_str(), Some(lost.as_str()));
}

/// KS-04: it is out of use also where the one that follows does not open, sealed under a root key that is not here yet; nothing signs with it, and nothing that
/// it signed is believed. With the root key the one that follows signs.
#[tokio::test]
async fn ks_04_a_key_is_withdrawn_before_a_new_root_key_is_here() {
    let world = World::new().await;
    let answer = ask(&world, &form(&code(&world, "app", "openid", Some("n")).await)).await.unwrap();
    let lost = verified(&world, text(&answer, "id_token")).0["kid"].as_str().unwrap().to_owned();
    world.wait(1);
    let (now, elsewhere) = (world.clock.now(), Sealer::new(RootKey::generate(2, &SystemRandom), vec![]));
    rotate(&world.memory, &elsewhere, &SystemRandom, (Algorithm::Es256, Duration::ZERO, now)).await.unwrap();
    world.memory.remove(&lost).await.unwrap();
    let unread = world.ports.keys.reload(&world.memory, &world.sealer, now).await.unwrap_err();
    assert!(matches!(unread, KeysError::Sealed(kid) if kid != lost));
    assert!(!published(&world).contains(&lost));
    assert!(ask(&world, &form(&code(&world, "app", "openid", Some("n")).await)).await.is_err(), "nothing is signed with it");
    world.ports.keys.reload(&world.memory, &elsewhere, now).await.unwrap();
    let answer = ask(&world, &form(&code(&world, "app", "openid", Some("n")).await)).await.unwrap();
    assert_ne!(verified(&world, text(&answer, "id_token")).0["kid"].as_str(), Some(lost.as_str()));
}
