//! Answers of the token endpoint and how we show who we are: OR-20, OR-26.

use homeward_federation::{Kind, oidc::{Algorithm, ClientAuthentication, SealedSecret, secret::Purpose}};

use crate::{provider::Reply, world::{NOW, World, wish}};

/// OR-20: whatever the token endpoint does, it signs in nobody but with one good answer.
#[tokio::test]
async fn or_20_strange_answers_of_the_token_endpoint() {
    let world = World::new().await;
    let good = r#""access_token":"access-1","token_type":"Bearer""#;
    let cases: Vec<(&str, Reply, &str)> = vec![
        ("redirect", Reply::status(302, "").with("location", "http://127.0.0.1:1/"), "token.malformed"),
        ("HTML", Reply::json("<html>").with("content-type", "text/html"), "token.malformed"),
        ("JSON called HTML", Reply::json(format!("{{{good},\"id_token\":\"a.b.c\"}}")).with("content-type", "text/html"), "token.malformed"),
        ("large", Reply::json("x".repeat(2 << 20)), "token.unreachable"),
        ("empty", Reply::json(""), "token.malformed"),
        ("no id_token", Reply::json(format!("{{{good}}}")), "token.no_id_token"),
        ("id_token null", Reply::json(format!("{{{good},\"id_token\":null}}")), "token.no_id_token"),
        ("id_token twice", Reply::json(format!("{{{good},\"id_token\":\"a.b.c\",\"id_token\":\"a.b.c\"}}")), "token.malformed"),
        ("other type", Reply::json("{\"access_token\":\"a\",\"token_type\":\"DPoP\",\"id_token\":\"a.b.c\"}"), "token.type"),
        ("no access token", Reply::json("{\"token_type\":\"Bearer\",\"id_token\":\"a.b.c\"}"), "token.malformed"),
        ("500", Reply::status(500, ""), "token.malformed"),
    ];
    for (what, reply, code) in cases {
        let trip = world.begin(wish()).await;
        world.provider.reply("/token", reply);
        assert_eq!(world.finish(&trip).await.expect_err(what).code, code, "{what}");
    }
    // The type in another case, and no `expires_in`, are fine (RFC 6749 5.1).
    let trip = world.begin(wish()).await;
    let token = world.token(&trip).signed();
    world.provider.reply("/token", Reply::json(format!("{{\"access_token\":\"access-1\",\"token_type\":\"bEARER\",\"id_token\":\"{token}\"}}")));
    assert_eq!(world.finish(&trip).await.unwrap().subject().value, "alice-1");
    world.honest().await;
}

/// OR-20: what the token endpoint says no with leads to what is to be mended: who we are, the code, or something else. Of what it says a word of the standard
/// is kept, and none of its own. The twin: the same provider's good answer signs in.
#[tokio::test]
async fn or_20_a_refused_code_is_no_refused_client() {
    let world = World::new().await;
    let said = |status: u16, word: &str| Reply::status(status, &format!("{{\"error\":\"{word}\",\"error_description\":\"<b>canary\",\"error_uri\":\"https://canary.example\"}}"));
    let cases = [
        (said(401, "invalid_client"), "token.client_refused", Kind::ClientRefused, Some("invalid_client")),
        (said(400, "invalid_client"), "token.client_refused", Kind::ClientRefused, Some("invalid_client")),
        (Reply::status(401, ""), "token.client_refused", Kind::ClientRefused, Some("401")),
        (Reply::status(401, "<html>canary"), "token.client_refused", Kind::ClientRefused, Some("401")),
        (said(400, "invalid_grant"), "token.code_refused", Kind::CodeRefused, Some("invalid_grant")),
        (said(401, "invalid_grant"), "token.code_refused", Kind::CodeRefused, Some("invalid_grant")),
        (said(400, "invalid_request"), "token.refused", Kind::TokenRefused, Some("invalid_request")),
        (said(400, "unauthorized_client"), "token.refused", Kind::TokenRefused, Some("unauthorized_client")),
        (said(400, "unsupported_grant_type"), "token.refused", Kind::TokenRefused, Some("unsupported_grant_type")),
        (said(400, "invalid_scope"), "token.refused", Kind::TokenRefused, Some("invalid_scope")),
        (said(400, "canary of its own"), "token.refused", Kind::TokenRefused, None),
    ];
    for (reply, code, kind, seen) in cases {
        let trip = world.begin(wish()).await;
        world.provider.reply("/token", reply);
        let failure = world.finish(&trip).await.expect_err(code);
        assert_eq!((failure.code.as_str(), failure.kind(), failure.seen.as_deref()), (code, kind, seen));
        assert!(!format!("{failure:?}").contains("canary"), "{failure:?}");
    }
    world.honest().await;
}

fn sealed(world: &World, purpose: Purpose, text: &str) -> SealedSecret {
    SealedSecret::seal(&world.sealer, world.connection.id, purpose, text.as_bytes()).unwrap()
}

/// OR-26: the secret reaches the token endpoint, in the chosen form, and nothing else; one of another connection does not open.
#[tokio::test]
async fn or_26_client_secrets_go_to_the_token_endpoint_only() {
    let mut world = World::new().await;
    let canary = "canary secret/ü";
    let secret = sealed(&world, Purpose::ClientSecret, canary);
    world.settings().authentication = ClientAuthentication::SecretBasic { secret: secret.clone() };
    world.honest().await;
    let asked = world.provider.asked("/token").pop().unwrap();
    let encoded = url::form_urlencoded::byte_serialize(canary.as_bytes()).collect::<String>();
    let basic = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("homeward:{encoded}"));
    assert!(asked.head.contains(&format!("Basic {basic}")) && !asked.body.contains("client_secret"), "{}", asked.head);
    world.settings().authentication = ClientAuthentication::SecretPost { secret };
    world.honest().await;
    let asked = world.provider.asked("/token").pop().unwrap();
    assert!(asked.body.contains(&format!("client_secret={encoded}")) && asked.body.contains("client_id=homeward"), "{}", asked.body);
    let seen = world.spy.seen().join(" ");
    let failure = world.sign_in(|t| t.claims.text("aud", "other")).await.unwrap_err();
    for output in [format!("{:?}", world.connection), serde_json::to_string(&world.connection).unwrap(), format!("{failure:?}"), format!("{:?}", world.party), seen] {
        assert!(!output.contains("canary"), "{output}");
    }
    // A row copied from another connection.
    let other = World::new().await;
    world.settings().authentication = ClientAuthentication::SecretBasic { secret: SealedSecret::seal(&world.sealer, other.connection.id, Purpose::ClientSecret, b"x").unwrap() };
    let before = world.provider.asked("/token").len();
    assert_eq!(world.sign_in(|_| {}).await.unwrap_err().code, "settings.secret");
    assert_eq!(world.provider.asked("/token").len(), before);
}

/// `private_key_jwt`: an assertion for this endpoint, for a minute, verified here by another library.
#[tokio::test]
async fn assertions_are_for_the_token_endpoint_and_short() {
    let mut world = World::new().await;
    let key = rcgen::KeyPair::generate().unwrap();
    let sealed = sealed(&world, Purpose::ClientKey, &key.serialize_pem());
    world.settings().authentication = ClientAuthentication::PrivateKeyJwt { key: sealed, algorithm: Algorithm::Es256, key_id: "k1".to_owned(), thumbprint: Some("tp".to_owned()) };
    world.honest().await;
    world.honest().await;
    let assertions: Vec<String> = world.provider.asked("/token").iter().map(|asked| {
        let fields: std::collections::HashMap<String, String> = url::form_urlencoded::parse(asked.body.as_bytes()).into_owned().collect();
        assert_eq!(fields["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        assert!(!asked.head.to_ascii_lowercase().contains("authorization:") && !fields.contains_key("client_secret"));
        fields["client_assertion"].clone()
    }).collect();
    let public = jsonwebtoken::DecodingKey::from_ec_pem(key.public_key_pem().as_bytes()).unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::ES256);
    validation.validate_exp = false;
    validation.set_audience(&[format!("{}/token", world.provider.origin)]);
    let mut ids = Vec::new();
    for assertion in &assertions {
        let read = jsonwebtoken::decode::<serde_json::Value>(assertion, &public, &validation).unwrap();
        assert_eq!((read.header.kid.as_deref(), read.header.x5t_s256.as_deref()), (Some("k1"), Some("tp")));
        assert_eq!((&read.claims["iss"], &read.claims["sub"], &read.claims["exp"]), (&"homeward".into(), &"homeward".into(), &(NOW + 60).into()));
        ids.push(read.claims["jti"].clone());
    }
    assert_ne!(ids[0], ids[1]);
}
