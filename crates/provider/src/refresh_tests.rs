use std::time::Duration;

use homeward_model::ClientId;
use serde_json::Value;

use super::*;
use crate::{
    Caller,
    calls::{ask, basic, but, caller, code, form, pairs, refresh, text, verified},
    client::{ClientAuthentication, ClientKind},
    memory::{SECRET, World},
    token::token,
    userinfo::userinfo,
};

/// OT-10, OT-11, OT-12: rotation, the ten seconds' grace, and what a thief sets off.
#[tokio::test]
async fn ot_10_to_ot_12_refresh_tokens_rotate_and_an_old_one_revokes_the_family() {
    let world = World::new().await;
    let first = ask(&world, &form(&code(&world, "app", "openid offline_access", Some("n")).await)).await.unwrap();
    let second = refresh(&world, text(&first, "refresh_token")).await.unwrap();
    assert_ne!(text(&first, "refresh_token"), text(&second, "refresh_token"));
    let (_, claims) = verified(&world, text(&second, "id_token"));
    assert_eq!((claims["auth_time"].as_i64(), claims.get("nonce"), claims["sub"].as_str()), (Some(999_000), None, Some(world.who.user.to_string().as_str())), "OT-18");
    world.wait(10);
    let again = refresh(&world, text(&first, "refresh_token")).await.unwrap();
    assert_eq!(text(&again, "refresh_token"), text(&second, "refresh_token"), "the same successor");
    world.wait(1);
    let told = || world.memory.0.lock().map(|store| (store.told.len(), store.woken)).unwrap();
    assert_eq!(told(), (0, 0), "nobody is told of what ended nothing");
    assert_eq!(refresh(&world, text(&first, "refresh_token")).await, Err("invalid_grant"));
    assert_eq!(refresh(&world, text(&second, "refresh_token")).await, Err("invalid_grant"), "the family is revoked");
    assert_eq!(refresh(&world, text(&first, "refresh_token")).await, Err("invalid_grant"));
    assert_eq!(told(), (1, 1), "of what ended it, once, and the mail need not wait");
    let ended = std::mem::take(&mut world.memory.0.lock().unwrap().ended);
    assert_eq!(ended.iter().map(|one| (one.why, one.concerned.user)).collect::<Vec<_>>(), [("refresh token used again", world.who.user)], "AU-03: in that step");
    let bearer = format!("Bearer {}", text(&second, "access_token"));
    assert_eq!(userinfo(&world.ports, Some(&bearer)).await, Err(crate::UserinfoError::Invalid));
}

/// OT-12: who waits for a change as long as anybody may, and hears then that nobody knows whether it was made, still has ten seconds to ask again; and no more.
#[tokio::test]
async fn ot_12_the_grace_is_longer_than_any_wait_for_a_commit() {
    let world = World::new().await;
    world.memory.0.lock().unwrap().longest_wait = Duration::from_secs(13);
    let first = ask(&world, &form(&code(&world, "app", "openid offline_access", Some("n")).await)).await.unwrap();
    let second = refresh(&world, text(&first, "refresh_token")).await.unwrap();
    world.wait(23);
    let again = refresh(&world, text(&first, "refresh_token")).await.unwrap();
    assert_eq!(text(&again, "refresh_token"), text(&second, "refresh_token"), "the same successor");
    world.wait(1);
    assert_eq!(refresh(&world, text(&first, "refresh_token")).await, Err("invalid_grant"));
    assert_eq!(refresh(&world, text(&second, "refresh_token")).await, Err("invalid_grant"), "the family is revoked");
}

/// OT-10: a public client's refresh token is new every time, and the old one is over.
#[tokio::test]
async fn ot_10_a_native_application_refreshes_with_rotation() {
    let world = World::new().await;
    world.client("native", |c| (c.kind, c.authentication, c.secrets) = (ClientKind::Native, ClientAuthentication::None, vec![]));
    let issued = but(&form(&code(&world, "native", "openid offline_access", Some("n")).await), "client_id", Some("native"));
    let mut last: Value = serde_json::from_str(&token(&world.ports, &Caller::default(), &issued).await.unwrap()).unwrap();
    let again = |token: &str| pairs(&[("grant_type", "refresh_token"), ("client_id", "native"), ("refresh_token", token)]);
    let first = text(&last, "refresh_token").to_owned();
    let mut seen = BTreeSet::from([first.clone()]);
    for _ in 0..5 {
        world.wait(60);
        last = serde_json::from_str(&token(&world.ports, &Caller::default(), &again(text(&last, "refresh_token"))).await.unwrap()).unwrap();
        assert!(seen.insert(text(&last, "refresh_token").to_owned()));
    }
    assert_eq!(token(&world.ports, &Caller::default(), &again(&first)).await.unwrap_err().error, "invalid_grant");
}

/// OT-11: two generations back is a thief's even within the ten seconds.
#[tokio::test]
async fn ot_11_the_grace_is_for_the_last_rotation_only() {
    let world = World::new().await;
    let first = ask(&world, &form(&code(&world, "app", "openid offline_access", Some("n")).await)).await.unwrap();
    let second = refresh(&world, text(&first, "refresh_token")).await.unwrap();
    let third = refresh(&world, text(&second, "refresh_token")).await.unwrap();
    assert_eq!(refresh(&world, text(&first, "refresh_token")).await, Err("invalid_grant"));
    assert_eq!(refresh(&world, text(&third, "refresh_token")).await, Err("invalid_grant"), "the family is revoked");
}

/// OT-11: a copy of an old token is seen for what it is whatever it asks for: more scopes, or another version of the application or none. The twin: the
/// present token with the same wrong requests ends nothing but what its version ends.
#[tokio::test]
async fn ot_11_an_old_token_is_seen_whatever_it_asks_for() {
    let world = World::new().await;
    let rules = crate::SessionRules::MOBILE;
    world.client("native", |c| (c.kind, c.authentication, c.secrets, c.sessions) = (ClientKind::Native, ClientAuthentication::None, vec![], rules.clone()));
    let send = async |token_text: &str, more: &[(&str, &str)]| {
        let mut form = pairs(&[("grant_type", "refresh_token"), ("client_id", "native"), ("refresh_token", token_text), ("app_version", "1.0")]);
        for (name, value) in more {
            form = but(&form, name, Some(value).filter(|value| !value.is_empty()).copied());
        }
        token(&world.ports, &Caller::default(), &form).await
    };
    for (more, error) in [([("scope", "openid groups")], "invalid_scope"), ([("app_version", "")], "invalid_request"), ([("app_version", "1.1")], "invalid_grant")] {
        let request = but(&form(&version_code(&world).await), "client_id", Some("native"));
        let issued: Value = serde_json::from_str(&token(&world.ports, &Caller::default(), &request).await.unwrap()).unwrap();
        let first = text(&issued, "refresh_token").to_owned();
        let second: Value = serde_json::from_str(&send(&first, &[]).await.unwrap()).unwrap();
        let present = text(&second, "refresh_token").to_owned();
        world.wait(60);
        if error != "invalid_grant" {
            let refused = send(&present, &more).await.unwrap_err();
            assert_eq!((refused.error, refused.word), (error, None), "the present one");
        }
        let copied = send(&first, &more).await.unwrap_err();
        assert_eq!((copied.error, copied.word), ("invalid_grant", Some("token_used_again")), "{more:?}");
        assert_eq!(copied.concerned.map(|c| c.user), Some(world.who.user));
        assert_eq!(send(&present, &[]).await.unwrap_err().error, "invalid_grant", "the family is revoked");
    }
}

/// A code of the native application, for its version 1.0.
async fn version_code(world: &World) -> String {
    let client = world.memory.0.lock().unwrap().clients[&homeward_model::ClientId::parse("native").unwrap()].clone();
    let params = pairs(&[
        ("client_id", "native"), ("redirect_uri", "https://app.example/cb"), ("response_type", "code"), ("scope", "openid offline_access"), ("nonce", "n"),
        ("code_challenge", crate::calls::CHALLENGE), ("code_challenge_method", "S256"), ("app_version", "1.0"),
    ]);
    let request = crate::authorize::parse(&params, &client, &world.ports.issuer).unwrap();
    crate::issue_code(&world.ports, &request, &world.who).await.unwrap()
}

/// OT-14…OT-17: another client, a changed password, a user who is gone, time, and more scopes than granted.
#[tokio::test]
async fn ot_14_to_ot_17_a_refresh_ends_with_what_it_rests_on() {
    let mut world = World::new().await;
    world.client("other", |_| {});
    let grant = async |world: &World| {
        let answer = ask(world, &form(&code(world, "app", "openid email offline_access", Some("n")).await)).await.unwrap();
        text(&answer, "refresh_token").to_owned()
    };
    let token_1 = grant(&world).await;
    let stolen = pairs(&[("grant_type", "refresh_token"), ("refresh_token", &token_1)]);
    assert_eq!(token(&world.ports, &caller(&basic("other", SECRET)), &stolen).await.unwrap_err().error, "invalid_grant");
    let narrow = ask(&world, &pairs(&[("grant_type", "refresh_token"), ("refresh_token", &token_1), ("scope", "openid")])).await.unwrap();
    assert_eq!(text(&narrow, "scope"), "openid");
    let bearer = format!("Bearer {}", text(&narrow, "access_token"));
    let told: Value = serde_json::from_str(&userinfo(&world.ports, Some(&bearer)).await.unwrap()).unwrap();
    assert!(told.get("email").is_none(), "a narrowed token tells less");
    let more = pairs(&[("grant_type", "refresh_token"), ("refresh_token", text(&narrow, "refresh_token")), ("scope", "openid groups")]);
    assert_eq!(ask(&world, &more).await, Err("invalid_scope"));
    assert!(refresh(&world, text(&narrow, "refresh_token")).await.is_ok(), "neither used the token up");
    let idle = grant(&world).await;
    world.wait(15 * 86_400);
    assert_eq!(refresh(&world, &idle).await, Err("invalid_grant"), "fifteen days without use (B-027)");
    let mut kept = grant(&world).await;
    for _ in 0..12 {
        world.wait(15 * 86_400 - 1);
        kept = text(&refresh(&world, &kept).await.unwrap(), "refresh_token").to_owned();
    }
    world.wait(12);
    assert_eq!(refresh(&world, &kept).await, Err("invalid_grant"), "180 days at most, however it slides");
    let before_change = grant(&world).await;
    world.memory.0.lock().unwrap().subjects.get_mut(&world.who.user).unwrap().credential_version = 2;
    assert_eq!(refresh(&world, &before_change).await, Err("invalid_grant"), "the password was changed (B-026)");
    world.who.credential_version = 2;
    let before_leaving = grant(&world).await;
    world.memory.0.lock().unwrap().subjects.clear();
    assert_eq!(refresh(&world, &before_leaving).await, Err("invalid_grant"), "the user is gone");
}

/// OP-01: where our own proof counts no longer it refreshes nothing; what a provider proved does, and so does the same grant when the step
/// is taken back.
#[tokio::test]
async fn op_01_a_grant_of_a_password_goes_on_as_long_as_the_password_counts() {
    let mut world = World::new().await;
    let grant = async |world: &World| {
        let answer = ask(world, &form(&code(world, "app", "openid offline_access", Some("n")).await)).await.unwrap();
        text(&answer, "refresh_token").to_owned()
    };
    let own = grant(&world).await;
    world.who.federated = true;
    let provided = grant(&world).await;
    world.memory.0.lock().unwrap().sso_only.insert("40817".into());
    let wanted = pairs(&[("grant_type", "refresh_token"), ("refresh_token", &own)]);
    let error = token(&world.ports, &caller(&basic("app", SECRET)), &wanted).await.unwrap_err();
    let client = ClientId::parse("app").unwrap();
    assert_eq!((error.status, error.error, error.concerned.as_deref()), (400, "invalid_grant", Some(&Concerned { user: world.who.user, account: world.who.account, client })));
    assert!(refresh(&world, &provided).await.is_ok());
    world.memory.0.lock().unwrap().sso_only.clear();
    assert!(refresh(&world, &own).await.is_ok(), "the refusal used nothing up");
}

/// OT-16: the lifetimes are the client's; an access token never outlives its grant.
#[tokio::test]
async fn ot_16_an_access_token_ends_with_its_grant() {
    let world = World::new().await;
    world.client("app", |c| c.refresh_absolute = Duration::from_secs(100));
    let answer = ask(&world, &form(&code(&world, "app", "openid offline_access", Some("n")).await)).await.unwrap();
    assert_eq!(answer["expires_in"], 100);
    world.wait(99);
    let next = refresh(&world, text(&answer, "refresh_token")).await.unwrap();
    assert_eq!(next["expires_in"], 1);
    world.wait(1);
    assert_eq!(refresh(&world, text(&next, "refresh_token")).await, Err("invalid_grant"));
}

/// OT-17: without `openid` it is plain OAuth: no ID token, nothing at userinfo; the grant keeps its scopes.
#[tokio::test]
async fn ot_17_a_refresh_without_openid_is_plain_oauth() {
    let world = World::new().await;
    let answer = ask(&world, &form(&code(&world, "app", "openid email offline_access", Some("n")).await)).await.unwrap();
    let narrow = pairs(&[("grant_type", "refresh_token"), ("refresh_token", text(&answer, "refresh_token")), ("scope", "email")]);
    let narrow = ask(&world, &narrow).await.unwrap();
    assert!(narrow.get("id_token").is_none());
    let error = userinfo(&world.ports, Some(&format!("Bearer {}", text(&narrow, "access_token")))).await.unwrap_err();
    assert_eq!((error.status(), error), (403, crate::UserinfoError::Scope));
    let whole = refresh(&world, text(&narrow, "refresh_token")).await.unwrap();
    assert_eq!(text(&whole, "scope"), "email offline_access openid");
    assert!(whole.get("id_token").is_some());
}
