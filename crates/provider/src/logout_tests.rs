use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::*;
use crate::{
    calls::{ask, code, form, pairs, text},
    client::Algorithm,
    memory::World,
};

/// What is left of a request of which nothing is believed.
fn not_back(why: &'static str) -> LogoutRequest {
    LogoutRequest { not_back: Some(why), ..LogoutRequest::default() }
}

/// OL-01, OL-05: who asks to sign out, and where it may lead.
#[tokio::test]
async fn ol_01_a_logout_leads_to_registered_addresses_only() {
    let world = World::new().await;
    let answer = ask(&world, &form(&code(&world, "app", "openid", Some("n")).await)).await.unwrap();
    let hint = text(&answer, "id_token");
    let ask_out = async |params: &[(&str, &str)]| parse(&world.ports, &pairs(params)).await.unwrap();
    let full = ask_out(&[("id_token_hint", hint), ("post_logout_redirect_uri", "https://app.example/bye"), ("state", "a b\"")]).await;
    assert_eq!((full.user, full.session), (Some(world.who.user), Some(world.who.session)));
    assert_eq!(full.redirect.as_deref(), Some("https://app.example/bye?state=a+b%22"));
    world.wait(100_000);
    assert_eq!(ask_out(&[("id_token_hint", hint)]).await.user, Some(world.who.user), "an expired hint is taken");
    for to in ["https://evil.example", "https://app.example/bye/", "https://app.example/bye?x=1", "https://app.example/by", "HTTPS://app.example/bye", "https://app.example/bye#"] {
        assert_eq!(ask_out(&[("id_token_hint", hint), ("post_logout_redirect_uri", to)]).await.redirect, None, "{to}");
        assert_eq!(ask_out(&[("id_token_hint", hint), ("post_logout_redirect_uri", to)]).await.not_back, Some("not registered"), "the person is told: {to}");
    }
    assert_eq!((full.not_back, ask_out(&[("id_token_hint", hint)]).await.not_back), (None, None));
}

/// OL-02: a hint that is not ours, changed, unsigned, for another client or of another kind: nothing is believed, and nothing
/// redirects, though client and address are right.
#[tokio::test]
async fn ol_02_a_hint_that_does_not_verify_voids_the_request() {
    let world = World::new().await;
    let foreign = World::new().await;
    let hint_of = async |world: &World| text(&ask(world, &form(&code(world, "app", "openid", Some("n")).await)).await.unwrap(), "id_token").to_owned();
    let (hint, other) = (hint_of(&world).await, hint_of(&foreign).await);
    let right = [("client_id", "app"), ("post_logout_redirect_uri", "https://app.example/bye")];
    let ask_out = async |hint: &str| parse(&world.ports, &pairs(&[&right[..], &[("id_token_hint", hint)]].concat())).await.unwrap();
    assert!(ask_out(&hint).await.redirect.is_some());
    let parts: Vec<&str> = hint.split('.').collect();
    let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[0]).unwrap()).unwrap();
    header["alg"] = "none".into();
    let unsigned = format!("{}.{}.", encode(header.clone()), parts[1]);
    header["alg"] = "RS256".into();
    let mixed = format!("{}.{}.{}", encode(header), parts[1], parts[2]);
    let signer = world.ports.keys.signer(Algorithm::Es256).unwrap();
    let mut claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    assert!(ask_out(&signer.jwt(None, &claims).unwrap()).await.user.is_some(), "what we sign counts");
    claims["iss"] = "https://other.example".into();
    let other_issuer = signer.jwt(None, &claims).unwrap();
    let with_header = |header: Value| {
        let signed = format!("{}.{}", encode(header), parts[1]);
        let signature = openidconnect::PrivateSigningKey::sign(signer.as_ref(), &signer.jws(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    };
    assert!(ask_out(&with_header(serde_json::json!({ "alg": "ES256", "kid": signer.kid }))).await.user.is_some());
    let another_kind = with_header(serde_json::json!({ "alg": "ES256", "kid": signer.kid, "typ": "at+jwt" }));
    let another_name = with_header(serde_json::json!({ "alg": "RS256", "kid": signer.kid }));
    let changed = hint.replace(parts[1], &URL_SAFE_NO_PAD.encode("{}"));
    let cut = &hint[..hint.len() - 4];
    for bad in [&other, &unsigned, &mixed, &other_issuer, &another_kind, &another_name, &changed, cut, "x", ".."] {
        assert_eq!(ask_out(bad).await, not_back("id_token_hint"), "{bad}");
    }
    assert_eq!(ask_out(&hint.repeat(20)).await, not_back("malformed"), "longer than any");
}

/// OL-02: another client's hint voids both; without a hint the request names nobody, and the person is asked.
#[tokio::test]
async fn ol_02_a_request_without_a_hint_names_nobody() {
    let world = World::new().await;
    world.client("other", |_| {});
    let hint = ask(&world, &form(&code(&world, "app", "openid", Some("n")).await)).await.unwrap();
    let hint = text(&hint, "id_token");
    let ask_out = async |params: &[(&str, &str)]| parse(&world.ports, &pairs(params)).await.unwrap();
    let to = ("post_logout_redirect_uri", "https://app.example/bye");
    assert_eq!(ask_out(&[("id_token_hint", hint), ("client_id", "other"), to]).await, not_back("another client's id_token_hint"));
    let named = ask_out(&[("client_id", "app"), to]).await;
    assert_eq!((named.user, named.session, named.client), (None, None, ClientId::parse("app")));
    assert_eq!(ask_out(&[to]).await, not_back("no client"));
    assert_eq!(ask_out(&[]).await, LogoutRequest::default(), "it wants nothing");
    assert_eq!(ask_out(&[to, to]).await, not_back("malformed"));
    assert_eq!(ask_out(&[("id_token_hint", hint), ("client_id", "app"), ("client_id", "app")]).await, LogoutRequest::default(), "twice");
    world.memory.0.lock().unwrap().clients.clear();
    assert_eq!(ask_out(&[("id_token_hint", hint), to]).await, not_back("unknown client"), "the application is gone");
}

proptest::proptest! {
    #[test]
    fn hints_and_addresses_of_strangers_lead_nowhere(hint in "[A-Za-z0-9_.-]{0,80}|.{0,40}", to in ".{0,60}") {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        thread_local!(static WORLD: std::cell::OnceCell<World> = const { std::cell::OnceCell::new() });
        WORLD.with(|world| {
            let world = world.get_or_init(|| runtime.block_on(World::new()));
            let hinted = pairs(&[("id_token_hint", &hint), ("post_logout_redirect_uri", &to), ("client_id", "app")]);
            let found = runtime.block_on(parse(&world.ports, &hinted)).unwrap();
            proptest::prop_assert_eq!((found.user, found.redirect), (None, None));
            Ok(())
        })?;
    }
}
