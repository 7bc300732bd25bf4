use aws_lc_rs::{
    rand::SystemRandom as AwsRandom,
    signature::{self as sig, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use super::*;
use crate::{
    Caller, ClientAuthentication, ClientKeys,
    calls::{code, form, pairs},
    memory::World,
    token::token,
};

/// A key of a client; tests sign by bytes with it.
struct Signer(EcdsaKeyPair);

impl Signer {
    fn new() -> Self {
        let random = AwsRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&sig::ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(&sig::ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap())
    }
    fn point(&self) -> Vec<u8> {
        self.0.public_key().as_ref().to_vec()
    }
    fn jwk(&self, kid: &str) -> Value {
        let point = self.point();
        json!({ "kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..]) })
    }
    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.0.sign(&AwsRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}

fn header() -> Value {
    json!({ "alg": "ES256", "kid": "1", "typ": "JWT" })
}

fn claims(jti: &str) -> Value {
    json!({ "iss": "app", "sub": "app", "aud": "https://signin.example", "exp": 1_000_060, "iat": 1_000_000, "jti": jti })
}

fn but(mut value: Value, name: &str, other: Value) -> Value {
    match other {
        Value::Null => value.as_object_mut().unwrap().remove(name),
        other => value.as_object_mut().unwrap().insert(name.to_owned(), other),
    };
    value
}

async fn world() -> (World, Signer) {
    let (world, signer) = (World::new().await, Signer::new());
    let keys = ClientKeys::parse(&json!({ "keys": [signer.jwk("1")] })).unwrap();
    world.client("app", |c| {
        c.authentication = ClientAuthentication::PrivateKeyJwt;
        c.secrets.clear();
        c.keys = keys;
    });
    (world, signer)
}

async fn ask(world: &World, assertion: &str, more: &[(&str, &str)]) -> Result<String, &'static str> {
    let mut form = form(&code(world, "app", "openid", Some("n")).await);
    form.extend(pairs(&[("client_assertion_type", TYPE), ("client_assertion", assertion)]));
    form.extend(pairs(more));
    token(&world.ports, &Caller { authorization: None, network: assertion }, &form).await.map_err(|error| error.description)
}

/// OT-08: an assertion signed by the registered key, for us, now and new; every change of it is refused, with its reason.
#[tokio::test]
async fn ot_08_an_assertion_is_for_us_alone_and_once() {
    let (world, signer) = world().await;
    let answer = ask(&world, &signer.sign(&header(), &claims("good")), &[]).await.unwrap();
    assert!(answer.contains("access_token"));
    assert!(ask(&world, &signer.sign(&header(), &claims("with id")), &[("client_id", "app")]).await.is_ok());
    assert_eq!(ask(&world, &signer.sign(&header(), &claims("good")), &[]).await, Err(AssertionError::Used.sentence()), "once");
    let issuer = "https://signin.example";
    for (name, value, why) in [
        ("aud", json!("https://signin.example/oauth2/token"), AssertionError::Audience),
        ("aud", json!([issuer]), AssertionError::Audience),
        ("aud", json!([issuer, "https://other.example"]), AssertionError::Audience),
        ("aud", json!("https://other.example"), AssertionError::Audience),
        ("aud", json!("https://signin.example/"), AssertionError::Audience),
        ("exp", json!(1_000_000 + 3_600), AssertionError::Time),
        ("exp", json!(1_000_121), AssertionError::Time),
        ("exp", json!(1_000_000), AssertionError::Time),
        ("iat", json!(1_000_031), AssertionError::Time),
        ("nbf", json!(1_000_031), AssertionError::Time),
        ("jti", Value::Null, AssertionError::Used),
        ("jti", json!(""), AssertionError::Used),
        ("jti", json!("x".repeat(257)), AssertionError::Used),
        ("iss", json!("other"), AssertionError::Client),
    ] {
        let assertion = signer.sign(&header(), &but(claims(&format!("{name} {value}")), name, value.clone()));
        assert_eq!(ask(&world, &assertion, &[]).await, Err(why.sentence()), "{name} {value}");
    }
    for (name, value) in [("exp", json!(1_000_120)), ("iat", json!(1_000_030)), ("nbf", json!(1_000_030))] {
        let assertion = signer.sign(&header(), &but(claims(&format!("edge {name}")), name, value));
        assert!(ask(&world, &assertion, &[]).await.is_ok(), "{name}");
    }
}

/// OT-08: the algorithm follows from the key, and the key from the client.
#[tokio::test]
async fn ot_08_neither_header_nor_another_key_decides() {
    let (world, signer) = world().await;
    let stranger = Signer::new();
    assert_eq!(ask(&world, &stranger.sign(&header(), &claims("1")), &[]).await, Err(AssertionError::Signature.sentence()));
    for (name, value, why) in [
        ("alg", json!("none"), AssertionError::Key), ("alg", json!("HS256"), AssertionError::Key), ("alg", json!("RS256"), AssertionError::Key),
        ("alg", json!("EdDSA"), AssertionError::Key), ("kid", json!("2"), AssertionError::Key), ("crit", json!(["x"]), AssertionError::Form),
        ("typ", json!("at+jwt"), AssertionError::Form), ("alg", Value::Null, AssertionError::Form),
    ] {
        let assertion = signer.sign(&but(header(), name, value.clone()), &claims(&format!("{name} {value}")));
        assert_eq!(ask(&world, &assertion, &[]).await, Err(why.sentence()), "{name} {value}");
    }
    // HS256 with the public key for a secret, and no signature at all.
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&but(header(), "alg", json!("HS256"))), part(&claims("hs")));
    let tag = homeward_sealing::Mac::new(&signer.point()).sign(&[signed.as_bytes()]);
    assert_eq!(ask(&world, &format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag)), &[]).await, Err(AssertionError::Key.sentence()));
    let good = signer.sign(&header(), &claims("bent"));
    let bare = good.rsplit_once('.').unwrap().0;
    for bent in [format!("{bare}."), bare.to_owned(), good.replacen('.', "..", 1), format!("{good}A"), good[..good.len() - 2].to_owned()] {
        assert!(ask(&world, &bent, &[]).await.is_err(), "{bent}");
    }
    assert!(ask(&world, &good, &[]).await.is_ok(), "none of them used the good one up");
    assert!(ask(&world, &signer.sign(&but(header(), "kid", Value::Null), &claims("no kid")), &[]).await.is_ok(), "one key needs no name");
}

/// OT-07, OT-08: an assertion beside another proof is none; a client with a secret cannot use one, and one with keys no secret.
#[tokio::test]
async fn ot_07_an_assertion_stands_alone() {
    let (world, signer) = world().await;
    let wrong = "The client is unknown, or did not authenticate the way it is registered.";
    assert_eq!(ask(&world, &signer.sign(&header(), &claims("1")), &[("client_secret", "x")]).await, Err(wrong));
    assert_eq!(ask(&world, &signer.sign(&header(), &claims("2")), &[("client_id", "other")]).await, Err(wrong));
    let keys = ClientKeys::parse(&json!({ "keys": [signer.jwk("1")] })).unwrap();
    world.client("app", |c| c.keys = keys);
    assert_eq!(ask(&world, &signer.sign(&header(), &claims("3")), &[]).await, Err(wrong), "registered for a secret");
}

/// LG-07: wrong proofs of a client are counted by network; another network is not kept out.
#[tokio::test]
async fn lg_07_guessing_the_credentials_of_a_client_ends_in_a_pause() {
    let world = World::new().await;
    let try_it = async |secret: &str, network: &str| {
        let authorization = crate::calls::basic("app", secret);
        let form = form(&code(&world, "app", "openid", Some("n")).await);
        token(&world.ports, &Caller { authorization: Some(&authorization), network }, &form).await.map(|_| 200).unwrap_or_else(|error| error.status)
    };
    for _ in 0..10 {
        assert_eq!(try_it("wrong", "192.0.2.0/24").await, 401);
    }
    assert_eq!(try_it("wrong", "192.0.2.0/24").await, 429);
    assert_eq!(try_it(crate::memory::SECRET, "192.0.2.0/24").await, 429, "the right one is no longer told from a wrong one");
    assert_eq!(try_it(crate::memory::SECRET, "198.51.100.0/24").await, 200);
}

proptest::proptest! {
    #[test]
    fn what_is_no_assertion_proves_nothing(text in "[A-Za-z0-9_-]{0,30}\\.[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{0,30}|.{0,40}") {
        proptest::prop_assert!(signed(&Client::new(ClientId::parse("app").unwrap(), "App"), &text).is_err());
    }
}
