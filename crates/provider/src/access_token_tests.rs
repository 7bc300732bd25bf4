use serde_json::Value;

use super::*;
use crate::{
    UserinfoError,
    calls::{ask, code, form, pairs, refresh, text},
    logout,
    memory::World,
    userinfo::userinfo,
};

const API: &str = "https://api.example/v1";

async fn tokens(world: &World) -> Value {
    ask(world, &form(&code(world, "app", "openid email offline_access", Some("n")).await)).await.unwrap()
}

fn part(jwt: &str, place: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(jwt.split('.').nth(place).unwrap()).unwrap()).unwrap()
}

/// OT-30: a JWT access token says what it is and for which API; it lasts five minutes at most, whatever the client is registered for.
#[tokio::test]
async fn ot_30_a_jwt_access_token_is_for_its_api() {
    let world = World::new().await;
    world.client("app", |c| (c.resource, c.access_lifetime) = (Some(API.into()), Duration::from_secs(600)));
    let answer = tokens(&world).await;
    let jwt = text(&answer, "access_token");
    assert_eq!(part(jwt, 0)["typ"], "at+jwt");
    let mut claims = part(jwt, 1);
    let jti = claims.as_object_mut().unwrap().remove("jti").unwrap();
    assert_eq!(claims, serde_json::json!({
        "iss": "https://signin.example", "aud": API, "sub": world.who.user.to_string(), "client_id": "app", "iat": 1_000_000, "exp": 1_000_300,
        "scope": "email offline_access openid", "auth_time": 999_000, "amr": ["pwd"], "sid": world.who.session.to_string(),
    }));
    assert_eq!(answer["expires_in"], 300);
    assert_ne!(part(text(&tokens(&world).await, "access_token"), 1)["jti"], jti);
    let narrowed = ask(&world, &pairs(&[("grant_type", "refresh_token"), ("refresh_token", text(&answer, "refresh_token")), ("scope", "openid")])).await.unwrap();
    assert_eq!(part(text(&narrowed, "access_token"), 1)["scope"], "openid");
    assert!(refresh(&world, text(&narrowed, "refresh_token")).await.is_ok());
}

/// OT-30: it is nothing else: no ID token anywhere, and no key to userinfo, which is not its audience; an ID token is no access token.
#[tokio::test]
async fn ot_30_one_kind_of_token_is_never_another() {
    let world = World::new().await;
    world.client("app", |c| c.resource = Some(API.into()));
    let answer = tokens(&world).await;
    let (access, id) = (text(&answer, "access_token"), text(&answer, "id_token"));
    assert_eq!(userinfo(&world.ports, Some(&format!("Bearer {access}"))).await, Err(UserinfoError::Invalid));
    let out = async |hint: &str| logout::parse(&world.ports, &pairs(&[("id_token_hint", hint)])).await.unwrap();
    assert_eq!(out(access).await, logout::LogoutRequest::default());
    assert!(out(id).await.user.is_some());
    assert!(jwt(&world.ports, access).is_some() && jwt(&world.ports, id).is_none());
    // Changed by one byte anywhere, it is nothing.
    for place in (0..access.len()).step_by(17) {
        let mut bytes = access.as_bytes().to_vec();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let bent = String::from_utf8(bytes).unwrap();
        assert!(bent == access || jwt(&world.ports, &bent).is_none() || place + 2 >= access.len(), "byte {place}");
    }
}
