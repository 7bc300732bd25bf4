use serde_json::Value;

use super::*;
use crate::{
    UserinfoError::{Invalid, Missing},
    calls::{ask, code, form, text},
    memory::World,
};

/// OT-22: userinfo by header only, for access tokens only.
#[tokio::test]
async fn ot_22_userinfo_takes_an_access_token_in_the_header_and_nothing_else() {
    let world = World::new().await;
    let answer = ask(&world, &form(&code(&world, "app", "openid email profile groups offline_access", Some("n")).await)).await.unwrap();
    let bearer = format!("Bearer {}", text(&answer, "access_token"));
    let told: Value = serde_json::from_str(&userinfo(&world.ports, Some(&bearer)).await.unwrap()).unwrap();
    assert_eq!(told, serde_json::json!({
        "sub": world.who.user.to_string(), "name": "Ann Miller", "given_name": "Ann", "family_name": "Miller", "preferred_username": "ann@b.example",
        "email": "ann@b.example", "email_verified": true, "account": "40817", "account_name": "Northwind", "groups": ["staff"], "roles": [],
    }));
    assert_eq!(userinfo(&world.ports, None).await, Err(Missing));
    assert_eq!(userinfo(&world.ports, Some("Basic eA==")).await, Err(Missing));
    assert_eq!(userinfo(&world.ports, Some("")).await, Err(Missing));
    for other in ["id_token", "refresh_token"] {
        assert_eq!(userinfo(&world.ports, Some(&format!("Bearer {}", text(&answer, other)))).await, Err(Invalid), "{other}");
    }
    world.wait(299);
    assert!(userinfo(&world.ports, Some(&bearer)).await.is_ok());
    world.wait(1);
    assert_eq!(userinfo(&world.ports, Some(&bearer)).await, Err(Invalid));
}

/// OT-28: `email_verified` is what the store knows, true or false, and never there without the address.
#[tokio::test]
async fn ot_28_email_verified_is_the_truth() {
    let world = World::new().await;
    for (email, expected) in [
        (Some(("ann@b.example".to_owned(), true)), (Some(Value::from("ann@b.example")), Some(Value::from(true)))),
        (Some(("ann@b.example".to_owned(), false)), (Some(Value::from("ann@b.example")), Some(Value::from(false)))),
        (None, (None, None)),
    ] {
        world.memory.0.lock().unwrap().subjects.get_mut(&world.who.user).unwrap().email = email;
        let answer = ask(&world, &form(&code(&world, "app", "openid email", Some("n")).await)).await.unwrap();
        let told: Value = serde_json::from_str(&userinfo(&world.ports, Some(&format!("Bearer {}", text(&answer, "access_token")))).await.unwrap()).unwrap();
        assert_eq!((told.get("email").cloned(), told.get("email_verified").cloned()), expected);
    }
}

/// OT-15: whoever is suspended, and an application that is switched off, is out at once.
#[tokio::test]
async fn ot_15_an_access_token_ends_with_the_person_and_the_application() {
    let world = World::new().await;
    let answer = ask(&world, &form(&code(&world, "app", "openid", Some("n")).await)).await.unwrap();
    let bearer = format!("Bearer {}", text(&answer, "access_token"));
    assert!(userinfo(&world.ports, Some(&bearer)).await.is_ok());
    let client = world.memory.0.lock().unwrap().clients.drain().next().unwrap();
    assert_eq!(userinfo(&world.ports, Some(&bearer)).await, Err(Invalid), "the application");
    world.memory.0.lock().unwrap().clients.extend([client]);
    assert!(userinfo(&world.ports, Some(&bearer)).await.is_ok());
    world.memory.0.lock().unwrap().subjects.clear();
    assert_eq!(userinfo(&world.ports, Some(&bearer)).await, Err(Invalid), "the person");
}
