//! The userinfo endpoint: OR-14, OR-21.

use homeward_federation::{Failure, VerifiedAssertion};

use crate::{provider::Reply, signing::{Fields, How, Token, keys}, world::World};

async fn asking() -> World {
    let mut world = World::new().await;
    world.settings().userinfo = true;
    world
}

async fn with(world: &World, reply: Reply) -> Result<VerifiedAssertion, Failure> {
    world.provider.reply("/userinfo", reply);
    world.sign_in(|t| { t.claims.remove("email"); t.claims.remove("email_verified") }).await
}

fn code(result: Result<VerifiedAssertion, Failure>) -> String {
    result.map_or_else(|failure| failure.code, |_| "ok".to_owned())
}

/// OR-14, OR-21: claims about somebody else are not taken, nor is an answer that cannot be read.
#[tokio::test]
async fn or_14_or_21_userinfo_is_about_the_same_person() {
    let world = asking().await;
    let verified = with(&world, Reply::json(r#"{"sub":"alice-1","email":"alice@a.example","email_verified":true,"department":"R"}"#)).await.unwrap();
    assert_eq!((verified.subject().value.as_str(), verified.value("department"), verified.email_proved()), ("alice-1", Some("R"), true));
    let asked = world.provider.asked("/userinfo").pop().unwrap();
    assert!(asked.head.contains("authorization: Bearer access-1"), "{}", asked.head);
    let cases = [
        (Reply::json(r#"{"sub":"mallory"}"#), "userinfo.subject"), (Reply::json(r#"{"sub":"Alice-1"}"#), "userinfo.subject"), (Reply::json("{}"), "userinfo.subject_missing"), (Reply::json(r#"{"sub":1}"#), "userinfo.subject_missing"),
        (Reply::json(r#"{"sub":"alice-1","sub":"alice-1"}"#), "userinfo.malformed"), (Reply::json("[]"), "userinfo.malformed"), (Reply::status(401, "{}"), "userinfo.status"), (Reply::status(302, "").with("location", "/x"), "userinfo.status"),
        (Reply::json(r#"{"sub":"alice-1"}"#).with("content-type", "text/html"), "userinfo.malformed"), (Reply::json(r#"{"sub":"alice-1","email_verified":"true"}"#), "claims.type"),
    ];
    for (reply, expected) in cases {
        assert_eq!(code(with(&world, reply).await), expected);
    }
}

/// OR-21: what userinfo says replaces nothing in the ID token, and its word on an address is not lent to another address.
#[tokio::test]
async fn or_21_userinfo_replaces_nothing() {
    let world = asking().await;
    world.provider.reply("/userinfo", Reply::json(r#"{"sub":"alice-1","email":"victim@b.example","email_verified":true,"hd":"evil.example"}"#));
    let verified = world.sign_in(|t| t.claims.remove("email_verified")).await.unwrap();
    assert_eq!((verified.value("email"), verified.email_proved()), (Some("alice@a.example"), false));
    let verified = world.honest().await;
    assert_eq!((verified.value("email"), verified.email_proved()), (Some("alice@a.example"), true));
    // Nor does the token lend its word to an address that only userinfo has: `World` writes `email_verified: true` into the token.
    for (word, proved) in [("", false), (r#","email_verified":false"#, false), (r#","email_verified":true"#, true)] {
        world.provider.reply("/userinfo", Reply::json(format!(r#"{{"sub":"alice-1","email":"victim@b.example"{word}}}"#)));
        let verified = world.sign_in(|t| t.claims.remove("email")).await.unwrap();
        assert_eq!((verified.value("email"), verified.email_proved()), (Some("victim@b.example"), proved), "{word}");
    }
}

/// OR-21: claims that lie elsewhere are not fetched.
#[tokio::test]
async fn or_21_distributed_claims_are_not_fetched() {
    let world = asking().await;
    let sources = format!(r#"{{"sub":"alice-1","_claim_names":{{"role":"s1"}},"_claim_sources":{{"s1":{{"endpoint":"{}/evil","access_token":"t"}}}}}}"#, world.provider.origin);
    let verified = with(&world, Reply::json(sources)).await.unwrap();
    assert_eq!((verified.subject().value.as_str(), verified.values("role").len()), ("alice-1", 0));
    assert!(world.provider.asked("/evil").is_empty());
}

/// OR-21: a signed answer is checked like a token.
#[tokio::test]
async fn or_21_signed_userinfo_is_verified() {
    let world = asking().await;
    let issuer = world.issuer();
    let signed = |change: fn(&mut Token)| {
        let mut token = Token { header: Fields(vec![]), claims: Fields(vec![]), key: &keys().ec, how: How::Es256, after: |t| t };
        token.header.text("alg", "ES256");
        token.header.text("kid", "ec");
        token.claims.text("iss", &issuer);
        token.claims.text("aud", "homeward");
        token.claims.text("sub", "alice-1");
        token.claims.text("department", "R");
        change(&mut token);
        Reply::json(token.signed()).with("content-type", "application/jwt")
    };
    assert_eq!(with(&world, signed(|_| {})).await.unwrap().value("department"), Some("R"));
    assert_eq!(code(with(&world, signed(|t| t.key = &keys().stranger)).await), "jws.signature");
    assert_eq!(code(with(&world, signed(|t| t.header.text("alg", "none"))).await), "jws.algorithm");
    assert_eq!(code(with(&world, signed(|t| t.claims.text("aud", "other"))).await), "id_token.audience");
    assert_eq!(code(with(&world, signed(|t| t.claims.text("iss", "https://evil.example"))).await), "id_token.issuer");
    assert_eq!(code(with(&world, signed(|t| t.claims.text("sub", "mallory"))).await), "userinfo.subject");
}
