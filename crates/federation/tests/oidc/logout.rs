//! Logout tokens that a provider posts, and the address for signing out there: OL-12, OL-13.

use homeward_federation::{Departure, oidc::{EndSession, LogoutToken, LogoutTokenError}};

use crate::{signing::{Fields, How, Token, keys}, world::{NOW, World, now}};

const EVENT: &str = r#"{"http://schemas.openid.net/event/backchannel-logout":{}}"#;

fn token(world: &World) -> Token {
    let (mut header, mut claims) = (Fields(vec![]), Fields(vec![]));
    header.text("alg", "ES256");
    header.text("kid", "ec");
    header.text("typ", "logout+jwt");
    claims.text("iss", &world.issuer());
    claims.text("aud", "homeward");
    claims.set("iat", &NOW.to_string());
    claims.set("exp", &(NOW + 120).to_string());
    claims.text("jti", "j-1");
    claims.set("events", EVENT);
    claims.text("sub", "alice-1");
    claims.text("sid", "s-1");
    Token { header, claims, key: &keys().ec, how: How::Es256, after: |text| text }
}

async fn verify(world: &World, change: impl FnOnce(&mut Token)) -> Result<LogoutToken, String> {
    let mut token = token(world);
    change(&mut token);
    world.party.logout_token(&world.connection, &token.signed(), now()).await.map_err(|error| match error {
        LogoutTokenError::Refused(failure) => failure.code,
        LogoutTokenError::Connection => "connection".to_owned(),
    })
}

/// OL-12: a logout token is verified like an ID token, and is nothing else.
#[tokio::test]
async fn ol_12_logout_tokens_are_verified() {
    let world = World::new().await;
    let good = verify(&world, |_| {}).await.unwrap();
    assert_eq!((good.subject.as_deref(), good.session.as_deref(), good.token_id.as_str()), (Some("alice-1"), Some("s-1"), "j-1"));
    assert_eq!(good.issuer, world.issuer());
    assert!(good.until.seconds() > NOW + 300, "the mark outlives every time at which the token is taken");
    type Change = fn(&mut Token);
    let cases: [(&str, &str, Change); 23] = [
        ("alg none", "jws.algorithm", |t| t.header.text("alg", "none")),
        ("alg HS256", "jws.algorithm", |t| t.header.text("alg", "HS256")),
        ("stranger", "jws.signature", |t| t.key = &keys().stranger),
        ("type of an access token", "jws.type", |t| t.header.text("typ", "at+jwt")),
        ("issuer", "id_token.issuer", |t| t.claims.text("iss", "https://evil.example")),
        ("no issuer", "id_token.issuer_missing", |t| t.claims.remove("iss")),
        ("audience", "id_token.audience", |t| t.claims.text("aud", "other")),
        ("audience beside", "id_token.audience", |t| t.claims.set("aud", r#"["homeward","other"]"#)),
        ("no event", "logout.event", |t| t.claims.remove("events")),
        ("other event", "logout.event", |t| t.claims.set("events", r#"{"http://schemas.openid.net/event/other":{}}"#)),
        ("event is no object", "logout.event", |t| t.claims.set("events", r#"{"http://schemas.openid.net/event/backchannel-logout":true}"#)),
        ("events as a list", "logout.event", |t| t.claims.set("events", r#"["http://schemas.openid.net/event/backchannel-logout"]"#)),
        ("nonce", "logout.nonce", |t| t.claims.text("nonce", "n")),
        ("nonce null", "logout.nonce", |t| t.claims.set("nonce", "null")),
        ("old", "logout.issued", |t| t.claims.set("iat", &(NOW - 361).to_string())),
        ("of the future", "logout.issued", |t| t.claims.set("iat", &(NOW + 61).to_string())),
        ("no iat", "logout.issued_missing", |t| t.claims.remove("iat")),
        ("expired", "logout.expired", |t| t.claims.set("exp", &(NOW - 60).to_string())),
        ("no jti", "logout.token_id_missing", |t| t.claims.remove("jti")),
        ("nobody", "logout.names_nobody", |t| { t.claims.remove("sub"); t.claims.remove("sid") }),
        ("sub is a number", "claims.type", |t| t.claims.set("sub", "1")),
        ("sub twice", "jws.payload", |t| t.claims.add("sub", "\"bob\"")),
        ("unknown key", "signature.key_unknown", |t| t.header.text("kid", "x")),
    ];
    for (what, code, change) in cases {
        assert_eq!(verify(&world, change).await.expect_err(what), code, "{what}");
    }
    let by_session = verify(&world, |t| { t.claims.remove("sub"); t.header.remove("typ") }).await.unwrap();
    assert_eq!((by_session.subject, by_session.session.as_deref()), (None, Some("s-1")));
    assert_eq!(verify(&world, |_| {}).await.unwrap(), good);
}

/// OL-12: a logout token is no ID token, nor the other way round.
#[tokio::test]
async fn ol_12_tokens_of_one_kind_are_not_of_the_other() {
    let world = World::new().await;
    world.honest().await;
    let as_id_token = token(&world).signed();
    let trip = world.begin(crate::world::wish()).await;
    world.answer(&as_id_token);
    assert_eq!(world.finish(&trip).await.unwrap_err().code, "jws.type");
    let id_token = world.token(&trip).signed();
    let refused = world.party.logout_token(&world.connection, &id_token, now()).await.unwrap_err();
    assert!(matches!(refused, LogoutTokenError::Refused(failure) if failure.code == "logout.event"));
}

/// OL-12, OR-16: what strangers post neither hammers the provider nor uses up the fetch that a sign-in may need.
#[tokio::test]
async fn ol_12_strangers_cannot_use_up_the_fetch_of_keys() {
    let world = World::new().await;
    world.honest().await;
    for _ in 0..20 {
        assert_eq!(verify(&world, |t| t.header.text("kid", "x")).await.unwrap_err(), "signature.key_unknown");
    }
    assert_eq!(world.provider.asked("/jwks").len(), 2);
    world.publish_keys(&[keys().ec.jwk("ec", ""), keys().next.jwk("next", "")]);
    let verified = world.sign_in(|t| { t.header.text("kid", "next"); t.key = &keys().next }).await.unwrap();
    assert_eq!(verified.subject().value, "alice-1");
}

/// OL-13: a token of one connection's provider means nobody of another.
#[tokio::test]
async fn ol_13_a_logout_token_means_its_own_connection() {
    let (world, other) = (World::new().await, World::new().await);
    let foreign = token(&other).signed();
    assert!(other.party.logout_token(&other.connection, &foreign, now()).await.is_ok());
    // The other provider signs with the same key here; its issuer gives it away.
    let refused = world.party.logout_token(&world.connection, &foreign, now()).await.unwrap_err();
    assert!(matches!(refused, LogoutTokenError::Refused(failure) if failure.code == "id_token.issuer"));
}

#[tokio::test]
async fn the_way_to_sign_out_comes_from_the_document() {
    let world = World::new().await;
    let to = EndSession { return_to: "https://homeward.example/oidc/a/signedout", state: "st&te", id_token: None, hint: Some("s-1") };
    let url = format!("{}/end?x=1&client_id=homeward&post_logout_redirect_uri=https%3A%2F%2Fhomeward.example%2Foidc%2Fa%2Fsignedout&state=st%26te&logout_hint=s-1", world.provider.origin);
    assert_eq!(world.party.end_session(&world.connection, &to, now()).await, Some(Departure::Redirect { url }));
    // A token stands in no address.
    let with_token = world.party.end_session(&world.connection, &EndSession { id_token: Some("a.b.c"), ..to }, now()).await.unwrap();
    let Departure::Post { action, fields } = with_token else { panic!("by form") };
    assert_eq!(action, format!("{}/end?x=1", world.provider.origin));
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["client_id", "post_logout_redirect_uri", "state", "id_token_hint"]);
    let world = World::new().await;
    let mut document = world.discovery();
    document.remove("end_session_endpoint");
    world.publish(&document);
    assert_eq!(world.party.end_session(&world.connection, &to, now()).await, None);
}
