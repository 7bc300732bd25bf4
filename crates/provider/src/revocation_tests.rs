use super::*;
use crate::{
    UserinfoError,
    calls::{ask, basic, caller, code, form, pairs, refresh, text},
    memory::{SECRET, World},
    userinfo::userinfo,
};

/// OT-20, AU-03: either token ends everything of its grant, with one record; unknown tokens and those of others are no error and have no effect.
#[tokio::test]
async fn ot_20_revocation_ends_a_grant_of_the_client_itself() {
    let world = World::new().await;
    world.client("other", |_| {});
    world.client("app", |c| c.resource = None);
    for which in ["access_token", "refresh_token"] {
        for hint in [None, Some("access_token"), Some("refresh_token"), Some("x")] {
            let tokens = ask(&world, &form(&code(&world, "app", "openid offline_access", Some("n")).await)).await.unwrap();
            let bearer = format!("Bearer {}", text(&tokens, "access_token"));
            let mut request = pairs(&[("token", text(&tokens, which))]);
            request.extend(hint.map(|hint| ("token_type_hint".to_owned(), hint.to_owned())));
            assert_eq!(revoke(&world.ports, &caller(&basic("other", SECRET)), &request).await, Ok(()), "another client's");
            assert_eq!(revoke(&world.ports, &Caller::default(), &request).await.unwrap_err().error, "invalid_client");
            assert_eq!(revoke(&world.ports, &caller(&basic("app", "x")), &request).await.unwrap_err().status, 401);
            assert!(userinfo(&world.ports, Some(&bearer)).await.is_ok() && world.memory.0.lock().unwrap().ended.is_empty(), "no effect");
            assert_eq!(revoke(&world.ports, &caller(&basic("app", SECRET)), &request).await, Ok(()));
            assert_eq!(userinfo(&world.ports, Some(&bearer)).await, Err(UserinfoError::Invalid), "{which} {hint:?}");
            assert_eq!(refresh(&world, text(&tokens, "refresh_token")).await, Err("invalid_grant"));
            assert_eq!(revoke(&world.ports, &caller(&basic("app", SECRET)), &request).await, Ok(()), "a second time");
            let ended = std::mem::take(&mut world.memory.0.lock().unwrap().ended);
            let told: Vec<_> = ended.iter().map(|one| (one.concerned.user, one.concerned.account, one.concerned.client.as_str(), one.why)).collect();
            assert_eq!(told, [(world.who.user, world.who.account, "app", "revoked by the application")]);
        }
    }
    for unknown in ["x", "hwa_AAAA", "a.b.c"] {
        assert_eq!(revoke(&world.ports, &caller(&basic("app", SECRET)), &pairs(&[("token", unknown)])).await, Ok(()));
    }
    assert_eq!(revoke(&world.ports, &caller(&basic("app", SECRET)), &[]).await.unwrap_err().error, "invalid_request");
    world.break_store(true);
    assert_eq!(revoke(&world.ports, &caller(&basic("app", SECRET)), &pairs(&[("token", "x")])).await.unwrap_err().status, 503, "a failure is no success");
}
