//! The provider's keys, as they come and go: OR-16, OR-17.

use homeward_federation::{Failure, VerifiedAssertion};
use homeward_model::Timestamp;

use crate::{provider::Reply, signing::{Token, jwks, keys}, world::{NOW, World, now, wish}};

async fn at(world: &World, seconds: i64, change: impl FnOnce(&mut Token)) -> Result<VerifiedAssertion, Failure> {
    let when = Timestamp::from_seconds(NOW + seconds);
    let (_, pending) = world.party.begin(&world.connection, crate::world::CALLBACK, &wish(), when, &homeward_model::SystemRandom).await.unwrap();
    let trip = crate::world::Trip { url: url::Url::parse("https://x.example").unwrap(), pending };
    let mut token = world.token(&trip);
    token.claims.set("iat", &(NOW + seconds).to_string());
    token.claims.set("exp", &(NOW + seconds + 600).to_string());
    change(&mut token);
    world.answer(&token.signed());
    world.finish_with(&trip, "code=code-1&state=handle", when).await
}

fn fetches(world: &World) -> usize {
    world.provider.asked("/jwks").len()
}

fn by_next(token: &mut Token) {
    token.header.text("kid", "next");
    token.key = &keys().next;
}

/// OR-16: without `kid`, one fitting key serves, and of several none is guessed.
#[tokio::test]
async fn or_16_a_missing_kid_is_fine_with_one_key() {
    let world = World::new().await;
    assert_eq!(world.sign_in(|t| t.header.remove("kid")).await.unwrap().subject().value, "alice-1");
    let world = World::new().await;
    world.publish_keys(&[keys().ec.jwk("ec", ""), keys().next.jwk("next", "")]);
    world.refused("two keys", "signature.key_id_missing", |t| t.header.remove("kid")).await;
    world.honest().await;
}

/// OR-16, DS-15: unknown keys lead to one fetch a minute, however many tokens name them.
#[tokio::test]
async fn or_16_unknown_kids_do_not_hammer_the_provider() {
    let world = World::new().await;
    world.honest().await;
    assert_eq!(fetches(&world), 1);
    for place in 0..100 {
        world.refused("unknown", "signature.key_unknown", |t| t.header.text("kid", &format!("unknown-{place}"))).await;
    }
    assert_eq!(fetches(&world), 2);
    let read_at = |failure: &Failure| failure.keys_read_at.map(|at| at.seconds() - NOW);
    let early = at(&world, 59, by_next).await.unwrap_err();
    assert_eq!((early.code.as_str(), read_at(&early)), ("signature.key_unknown", Some(0)), "it says when the keys were read last");
    assert_eq!(fetches(&world), 2);
    let later = at(&world, 60, by_next).await.unwrap_err();
    assert_eq!((later.code.as_str(), read_at(&later)), ("signature.key_unknown", Some(60)));
    assert_eq!(fetches(&world), 3);
    world.honest().await;
    assert_eq!(fetches(&world), 3, "known keys need no fetch");
}

/// OR-17: a new key is found by one fetch, the old one serves as long as it is published.
#[tokio::test]
async fn or_17_rotated_keys_are_followed() {
    let world = World::new().await;
    world.honest().await;
    world.publish_keys(&[keys().ec.jwk("ec", ""), keys().next.jwk("next", "")]);
    assert_eq!(world.sign_in(by_next).await.unwrap().subject().value, "alice-1");
    world.honest().await;
    assert_eq!(fetches(&world), 2);
    // The old key is withdrawn; once our copy is an hour old, it is gone here, too.
    world.publish_keys(&[keys().next.jwk("next", "")]);
    assert_eq!(at(&world, 3_600, |_| {}).await.unwrap_err().code, "signature.key_unknown");
    assert_eq!(at(&world, 3_600, by_next).await.unwrap().subject().value, "alice-1");
}

/// OR-17: while the provider fails, the last good keys serve for a day; for a new key there is none.
#[tokio::test]
async fn or_17_the_last_good_keys_serve_for_a_day() {
    let failures = [Reply::status(500, "{}"), Reply::json(r#"{"keys":[]}"#), Reply::json("<html>"), Reply::json("x".repeat(2 << 20)), Reply::status(302, "").with("location", "http://127.0.0.1:1/")];
    for failure in failures {
        let world = World::new().await;
        world.honest().await;
        world.provider.reply("/jwks", failure);
        assert_eq!(at(&world, 3_600, |_| {}).await.unwrap().subject().value, "alice-1");
        assert_eq!(at(&world, 3_700, by_next).await.unwrap_err().code, "signature.key_unknown");
        assert_eq!(at(&world, 86_399, |_| {}).await.unwrap().subject().value, "alice-1");
        let late = at(&world, 86_460, |_| {}).await.unwrap_err().code;
        assert!(late.starts_with("provider."), "{late}");
        world.publish_keys(&[keys().ec.jwk("ec", "")]);
        assert_eq!(at(&world, 86_500, |_| {}).await.unwrap().subject().value, "alice-1");
    }
}

/// OR-17: keys that are ambiguous, private, for another use, or of another kind are not used.
#[tokio::test]
async fn or_17_unfit_keys_are_not_used() {
    let ec = &keys().ec;
    let cases = [
        (vec![ec.jwk("ec", ""), keys().next.jwk("ec", "")], "signature.key_ambiguous"),
        (vec![ec.jwk("ec", r#","d":"AQAB""#), keys().next.jwk("next", "")], "signature.key_unknown"),
        (vec![ec.jwk("ec", r#","use":"enc""#), keys().next.jwk("next", "")], "signature.key_unknown"),
        (vec![ec.jwk("ec", r#","alg":"ES384""#), keys().next.jwk("next", "")], "signature.key_unknown"),
        (vec![keys().rsa.jwk("ec", "")], "signature.key_unknown"),
        (vec![keys().stranger.jwk("ec", "")], "jws.signature"),
        (vec![ec.jwk("EC", "")], "signature.key_unknown"),
    ];
    for (published, code) in cases {
        let world = World::new().await;
        world.publish_keys(&published);
        world.refused(&jwks(&published), code, |_| {}).await;
    }
    // An EC key beside an RSA key of the same id: the algorithm tells them apart.
    let world = World::new().await;
    world.publish_keys(&[keys().rsa.jwk("ec", ""), ec.jwk("ec", "")]);
    world.honest().await;
}

/// OR-17, DS-15: nothing is fetched per sign-in, and an unchanged document is not sent again.
#[tokio::test]
async fn or_17_documents_are_fetched_seldom() {
    let world = World::new().await;
    world.provider.reply("/jwks", Reply::json(jwks(&[keys().ec.jwk("ec", "")])).with("etag", "\"7\"").with("cache-control", "max-age=600"));
    for _ in 0..3 {
        world.honest().await;
    }
    assert_eq!((fetches(&world), world.provider.asked("/.well-known/openid-configuration").len()), (1, 1));
    world.provider.reply("/jwks", Reply::status(304, ""));
    assert_eq!(at(&world, 600, |_| {}).await.unwrap().subject().value, "alice-1");
    let asked = world.provider.asked("/jwks");
    assert!(asked.len() == 2 && asked[1].head.to_ascii_lowercase().contains("if-none-match: \"7\""), "{}", asked[1].head);
    assert!(world.party.health(&world.connection, now()).keys_at.is_some());
}

/// OR-04, OR-19, OR-17: a document that leads elsewhere changes nothing for a connection with accepted endpoints: no code, no person and no
/// question goes there, and keys of the new place count for nothing; those of the accepted place go on rotating. Accepted, it counts.
#[tokio::test]
async fn or_19_endpoints_that_nobody_accepted_are_not_used() {
    let mut world = World::new().await;
    let accepted = world.party.published(&world.connection, now()).await.unwrap();
    world.settings().endpoints = Some(Box::new(accepted.clone()));
    world.honest().await;
    let origin = world.provider.origin.clone();
    let mut moved = world.discovery();
    for (name, path) in [("authorization_endpoint", "evil/authorize"), ("token_endpoint", "evil/token"), ("jwks_uri", "evil/jwks"), ("userinfo_endpoint", "evil/userinfo")] {
        moved.text(name, &format!("{origin}/{path}"));
    }
    world.publish(&moved);
    world.provider.reply("/evil/jwks", Reply::json(jwks(&[keys().next.jwk("next", "")])));
    // An hour later the document is read anew.
    assert_eq!(at(&world, 3_700, |_| {}).await.unwrap().subject().value, "alice-1");
    assert_eq!(at(&world, 3_700, by_next).await.unwrap_err().code, "signature.key_unknown", "a key of the new place");
    let evil = |world: &World| ["authorize", "token", "jwks", "userinfo"].iter().map(|name| world.provider.asked(&format!("/evil/{name}")).len()).sum::<usize>();
    assert_eq!(evil(&world), 0);
    let (departure, _) = world.party.begin(&world.connection, crate::world::CALLBACK, &wish(), Timestamp::from_seconds(NOW + 3_700), &homeward_model::SystemRandom).await.unwrap();
    assert!(departure.address().starts_with(&format!("{origin}/authorize?")), "{}", departure.address());
    let published = world.party.published(&world.connection, Timestamp::from_seconds(NOW + 3_700)).await.unwrap();
    assert_eq!(accepted.moves(&published).iter().map(|one| one.field).collect::<Vec<_>>(), ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"]);
    // A new key under the accepted address needs nobody's word.
    world.publish_keys(&[keys().ec.jwk("ec", ""), keys().next.jwk("next", "")]);
    assert_eq!(at(&world, 3_800, by_next).await.unwrap().subject().value, "alice-1");
    assert_eq!(evil(&world), 0);
    // The twin: once it is accepted, the new place is asked, and the old one is not.
    world.settings().endpoints = Some(Box::new(published));
    let before = fetches(&world);
    let refused = at(&world, 3_900, |_| {}).await.unwrap_err();
    assert_eq!(refused.code, "token.malformed", "the new place has no token endpoint yet");
    assert_eq!((world.provider.asked("/evil/token").len(), fetches(&world)), (1, before));
    // Accepted for another issuer, they count for nothing.
    let elsewhere = crate::world::World::new().await;
    world.settings().endpoints = Some(Box::new(elsewhere.party.published(&elsewhere.connection, now()).await.unwrap()));
    let (departure, _) = world.party.begin(&world.connection, crate::world::CALLBACK, &wish(), Timestamp::from_seconds(NOW + 4_000), &homeward_model::SystemRandom).await.unwrap();
    assert!(departure.address().starts_with(&format!("{origin}/evil/authorize?")), "{}", departure.address());
}
