use serde_json::Value;

use super::*;
use crate::{
    authorize::check,
    calls::{CHALLENGE, basic, but, caller, pairs},
    memory::{SECRET, World},
};

fn request() -> Vec<(String, String)> {
    pairs(&[
        ("client_id", "app"), ("redirect_uri", "https://app.example/cb"), ("response_type", "code"), ("scope", "openid"), ("nonce", "n"), ("state", "pushed"),
        ("code_challenge", CHALLENGE), ("code_challenge_method", "S256"),
    ])
}

async fn pushed(world: &World, form: &[(String, String)]) -> Result<String, &'static str> {
    let answer = push(&world.ports, &caller(&basic("app", SECRET)), form).await.map_err(|error| error.error)?;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["expires_in"], 60);
    Ok(answer["request_uri"].as_str().unwrap().to_owned())
}

async fn resolved(world: &World, client: &str, request_uri: &str) -> Pushed {
    let id = homeward_model::ClientId::parse(client).unwrap();
    let client = world.ports.clients.client(&id).await.unwrap().unwrap();
    resolve(&world.ports, &client, &pairs(&[("client_id", id.as_str()), ("request_uri", request_uri), ("state", "bent"), ("scope", "openid email")])).await.unwrap()
}

/// OA-18: a pushed request works once, within a minute, for its own client; what stands beside the reference counts for nothing.
#[tokio::test]
async fn oa_18_a_pushed_request_works_once_for_its_client_within_a_minute() {
    let world = World::new().await;
    world.client("other", |_| {});
    let uri = pushed(&world, &request()).await.unwrap();
    assert!(uri.starts_with(PREFIX) && uri.len() >= PREFIX.len() + 43);
    assert_eq!(resolved(&world, "other", &uri).await, Pushed::Unknown, "another client's");
    assert_eq!(resolved(&world, "app", &uri).await, Pushed::Request(request()), "and the theft did not use it up");
    assert_eq!(resolved(&world, "app", &uri).await, Pushed::Unknown, "once");
    let (early, late) = (pushed(&world, &request()).await.unwrap(), pushed(&world, &request()).await.unwrap());
    world.wait(59);
    assert_eq!(resolved(&world, "app", &early).await, Pushed::Request(request()));
    world.wait(1);
    assert_eq!(resolved(&world, "app", &late).await, Pushed::Unknown, "over");
    for unknown in [PREFIX.to_owned(), format!("{PREFIX}x"), format!("{uri}x")] {
        assert_eq!(resolved(&world, "app", &unknown).await, Pushed::Unknown, "{unknown}");
    }
}

/// OA-18: what the authorization endpoint refuses is refused when it is pushed, with its code; credentials are not kept.
#[tokio::test]
async fn oa_18_a_wrong_request_is_refused_when_it_is_pushed() {
    let world = World::new().await;
    for (name, value, error) in [
        ("redirect_uri", Some("https://evil.example/cb"), "invalid_request"), ("redirect_uri", None, "invalid_request"),
        ("response_type", Some("token"), "unsupported_response_type"), ("scope", Some("email"), "invalid_scope"), ("nonce", None, "invalid_request"),
        ("code_challenge", None, "invalid_request"), ("code_challenge_method", Some("plain"), "invalid_request"), ("request", Some("e30."), "request_not_supported"),
        ("request_uri", Some("urn:ietf:params:oauth:request_uri:x"), "invalid_request"), ("client_id", Some("other"), "invalid_client"),
    ] {
        assert_eq!(pushed(&world, &but(&request(), name, value)).await, Err(error), "{name} {value:?}");
    }
    let twice = [request(), pairs(&[("scope", "openid")])].concat();
    assert_eq!(pushed(&world, &twice).await, Err("invalid_request"));
    let unauthenticated = push(&world.ports, &Caller::default(), &request()).await.unwrap_err();
    assert_eq!((unauthenticated.status, unauthenticated.error), (401, "invalid_client"));
    world.client("app", |c| c.authentication = crate::ClientAuthentication::ClientSecretPost);
    let with_secret = [request(), pairs(&[("client_secret", SECRET)])].concat();
    let answer: Value = serde_json::from_str(&push(&world.ports, &Caller::default(), &with_secret).await.unwrap()).unwrap();
    assert_eq!(resolved(&world, "app", answer["request_uri"].as_str().unwrap()).await, Pushed::Request(request()), "without the secret");
}

/// DS-11: whoever knows the name of a public client fills no store: what is pushed is as short as any request, and not without end from one
/// network. A client that proves itself has no such limit.
#[tokio::test]
async fn ds_11_what_strangers_push_is_short_and_bounded() {
    let world = World::new().await;
    let padded = |bytes: usize| [request(), pairs(&[("padding", &"x".repeat(bytes))])].concat();
    let uri = pushed(&world, &padded(2_000)).await.unwrap();
    assert_eq!(resolved(&world, "app", &uri).await, Pushed::Request(padded(2_000)), "an unknown parameter hurts nobody");
    let many: Vec<_> = (0..4).map(|number| (format!("padding{number}"), "x".repeat(2_000))).collect();
    assert_eq!(pushed(&world, &[request(), many].concat()).await, Err("invalid_request"));
    for _ in 0..5 {
        pushed(&world, &request()).await.unwrap();
    }
    world.client("app", |c| c.authentication = crate::ClientAuthentication::None);
    let public = async || push(&world.ports, &Caller { network: "192.0.2.0/24", ..Caller::default() }, &request()).await.map_err(|error| (error.status, error.retry_after));
    for _ in 0..3 {
        public().await.unwrap();
    }
    assert_eq!(public().await.unwrap_err(), (429, Some(Duration::from_secs(300))));
    let elsewhere = push(&world.ports, &Caller { network: "198.51.100.0/24", ..Caller::default() }, &request()).await;
    assert!(elsewhere.is_ok(), "another network has a count of its own");
}

/// OA-17, OA-18: whoever must push and does not is refused; an address of somebody else's is told to be unsupported, and nothing is fetched.
#[tokio::test]
async fn oa_17_a_foreign_request_uri_is_not_fetched() {
    let world = World::new().await;
    world.client("app", |c| c.require_par = true);
    let client = world.ports.clients.client(&homeward_model::ClientId::parse("app").unwrap()).await.unwrap().unwrap();
    assert_eq!(resolve(&world.ports, &client, &request()).await.unwrap(), Pushed::Missing);
    let uri = pushed(&world, &request()).await.unwrap();
    assert_eq!(resolved(&world, "app", &uri).await, Pushed::Request(request()));
    world.client("app", |_| {});
    let client = world.ports.clients.client(&client.client_id).await.unwrap().unwrap();
    for foreign in ["http://169.254.169.254/latest", "https://app.example/request", "urn:example:x", "file:///etc/passwd"] {
        let params = [request(), pairs(&[("request_uri", foreign)])].concat();
        assert_eq!(resolve(&world.ports, &client, &params).await.unwrap(), Pushed::Plain);
        let Err(crate::Refusal::Redirect(url)) = check(&world.ports, &params, &client).map_err(|wrong| wrong.refusal(&world.ports.issuer)) else { panic!("{foreign}") };
        assert!(url.contains("error=request_uri_not_supported"), "{url}");
    }
}
