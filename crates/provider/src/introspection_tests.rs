use super::*;
use crate::{
    ClientAuthentication,
    calls::{ask, basic, caller, code, form, pairs, refresh, text},
    memory::{SECRET, World},
    revocation::revoke,
};

async fn told(world: &World, client: &str, token: &str) -> Value {
    let answer = introspect(&world.ports, &caller(&basic(client, SECRET)), &pairs(&[("token", token)])).await.unwrap();
    serde_json::from_str(&answer).unwrap()
}

/// OT-21: a client that authenticates learns of its own tokens; whatever else is asked is inactive, and no more is said.
#[tokio::test]
async fn ot_21_introspection_tells_a_client_of_its_own_tokens_only() {
    let world = World::new().await;
    world.client("other", |_| {});
    world.client("public", |c| c.authentication = ClientAuthentication::None);
    let tokens = ask(&world, &form(&code(&world, "app", "openid email offline_access", Some("n")).await)).await.unwrap();
    let (access, refreshing) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    assert_eq!(told(&world, "app", access).await, json!({
        "active": true, "iss": "https://signin.example", "sub": world.who.user.to_string(), "client_id": "app", "scope": "email offline_access openid",
        "exp": 1_000_300, "auth_time": 999_000, "sid": world.who.session.to_string(), "token_type": "Bearer",
    }));
    assert_eq!(told(&world, "app", refreshing).await["active"], true);
    let nothing = json!({ "active": false });
    for token in [access, refreshing, text(&tokens, "id_token"), "x", "hwa_x"] {
        assert_eq!(told(&world, "other", token).await, nothing, "{token}");
    }
    assert_eq!(told(&world, "app", text(&tokens, "id_token")).await, nothing, "an ID token is no access token");
    world.client("other", |c| c.introspects = [homeward_model::ClientId::parse("app").unwrap()].into());
    assert_eq!(told(&world, "other", access).await["active"], true, "an API that is registered for it");
    assert_eq!(told(&world, "other", refreshing).await, nothing, "of access tokens only");
    for (header, form) in [(None, pairs(&[("token", access), ("client_id", "public")])), (None, pairs(&[("token", access)])), (Some(basic("app", "x")), pairs(&[("token", access)]))] {
        let error = introspect(&world.ports, &Caller { authorization: header.as_deref(), network: "" }, &form).await.unwrap_err();
        assert_eq!((error.status, error.error), (401, "invalid_client"));
    }
    assert_eq!(introspect(&world.ports, &caller(&basic("app", SECRET)), &[]).await.unwrap_err().error, "invalid_request");
}

/// OT-21, OT-15, OT-01: whatever ends a token ends it here too.
#[tokio::test]
async fn ot_21_a_token_that_has_ended_is_inactive() {
    let world = World::new().await;
    let fresh = async || ask(&world, &form(&code(&world, "app", "openid offline_access", Some("n")).await)).await.unwrap();
    let active = async |tokens: &Value| (told(&world, "app", text(tokens, "access_token")).await["active"] == true, told(&world, "app", text(tokens, "refresh_token")).await["active"] == true);
    let used = code(&world, "app", "openid offline_access", Some("n")).await;
    let reused = ask(&world, &form(&used)).await.unwrap();
    assert_eq!(active(&reused).await, (true, true));
    assert_eq!(ask(&world, &form(&used)).await, Err("invalid_grant"));
    assert_eq!(active(&reused).await, (false, false), "the code was used again");
    let rotated = fresh().await;
    refresh(&world, text(&rotated, "refresh_token")).await.unwrap();
    assert_eq!(active(&rotated).await, (true, false), "the refresh token before the present one");
    let old = fresh().await;
    world.wait(300);
    assert_eq!(active(&old).await, (false, true));
    let kept = fresh().await;
    world.memory.0.lock().unwrap().sso_only.insert("40817".into());
    assert_eq!(active(&kept).await, (true, false), "a refresh would be refused: the account signs in at its provider");
    world.memory.0.lock().unwrap().sso_only.clear();
    assert_eq!(active(&kept).await, (true, true));
    let gone = fresh().await;
    let person = world.memory.0.lock().unwrap().subjects.remove(&world.who.user).unwrap();
    assert_eq!(active(&gone).await, (false, false), "the person was suspended");
    world.memory.0.lock().unwrap().subjects.insert(world.who.user, person);
    assert_eq!(active(&gone).await, (true, true));
    revoke(&world.ports, &caller(&basic("app", SECRET)), &pairs(&[("token", text(&gone, "access_token"))])).await.unwrap();
    assert_eq!(active(&gone).await, (false, false));
}
