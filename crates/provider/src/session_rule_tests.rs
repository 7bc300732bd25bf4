use serde_json::Value;

use super::*;
use crate::{
    calls::{CHALLENGE, but, form, pairs, text},
    client::ClientAuthentication,
    memory::World,
    token::token,
};

fn native(world: &World, rules: SessionRules) {
    world.client("native", |c| {
        (c.kind, c.authentication, c.secrets, c.sessions) = (ClientKind::Native, ClientAuthentication::None, vec![], rules);
    });
}

async fn signed_in(world: &World, version: Option<&str>) -> Value {
    let client = world.memory.0.lock().unwrap().clients[&homeward_model::ClientId::parse("native").unwrap()].clone();
    let mut params = pairs(&[
        ("client_id", "native"), ("redirect_uri", "https://app.example/cb"), ("response_type", "code"), ("scope", "openid offline_access"),
        ("nonce", "n"), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256"),
    ]);
    params.extend(version.map(|v| ("app_version".to_owned(), v.to_owned())));
    let request = crate::authorize::parse(&params, &client, &world.ports.issuer).unwrap();
    let code = crate::issue_code(&world.ports, &request, &world.who).await.unwrap();
    let form = but(&form(&code), "client_id", Some("native"));
    serde_json::from_str(&token(&world.ports, &crate::Caller::default(), &form).await.unwrap()).unwrap()
}

async fn refresh(world: &World, from: &Value, version: Option<&str>) -> Result<Value, &'static str> {
    let mut form = pairs(&[("grant_type", "refresh_token"), ("client_id", "native"), ("refresh_token", text(from, "refresh_token"))]);
    form.extend(version.map(|v| ("app_version".to_owned(), v.to_owned())));
    token(&world.ports, &crate::Caller::default(), &form).await.map(|t| serde_json::from_str(&t).unwrap()).map_err(|e| e.error)
}

/// B-024, B-027, B-031: fifteen days of rest and 180 in all, where the table says so; one sitting where it asks each time.
#[tokio::test]
async fn b_027_a_grant_rests_and_ends_by_the_table() {
    let mut world = World::new().await;
    world.who.auth_time = world.ports.clock.now();
    native(&world, SessionRules::MOBILE);
    let mut last = signed_in(&world, None).await;
    for _ in 0..12 {
        world.wait(14 * 86_400);
        last = refresh(&world, &last, None).await.unwrap();
    }
    world.wait(12 * 86_400);
    assert_eq!(refresh(&world, &last, None).await, Err("invalid_grant"), "180 days");
    world.who.auth_time = world.ports.clock.now();
    let rested = signed_in(&world, None).await;
    world.wait(15 * 86_400);
    assert_eq!(refresh(&world, &rested, None).await, Err("invalid_grant"), "15 days of rest");

    native(&world, SessionRules::DESKTOP);
    for (federated, hour) in [(false, Err("invalid_grant")), (true, Ok(()))] {
        (world.who.auth_time, world.who.federated) = (world.ports.clock.now(), federated);
        let first = signed_in(&world, None).await;
        world.wait(3_599);
        let second = refresh(&world, &first, None).await.unwrap();
        world.wait(3_600);
        assert_eq!(refresh(&world, &second, None).await.map(|_| ()), hour, "federated: {federated}");
    }
}

/// B-028, B-149: another version asks again and ends the grant; so does one below the minimum; one that is not stated is asked for.
#[tokio::test]
async fn b_028_a_grant_is_bound_to_the_version_of_the_application() {
    let world = World::new().await;
    native(&world, SessionRules::MOBILE);
    let first = signed_in(&world, Some("2.0")).await;
    assert_eq!(refresh(&world, &first, None).await, Err("invalid_request"));
    let second = refresh(&world, &first, Some("2.0")).await.unwrap();
    assert_eq!(refresh(&world, &second, Some("2.1")).await, Err("invalid_grant"));
    assert_eq!(refresh(&world, &second, Some("2.0")).await, Err("invalid_grant"), "it is over");

    native(&world, SessionRules { minimum_version: AppVersion::parse("2.1"), ..SessionRules::MOBILE });
    let old = signed_in(&world, Some("2.0.9")).await;
    assert_eq!(refresh(&world, &old, Some("2.0.9")).await, Err("invalid_grant"));
    let new = signed_in(&world, Some("2.10")).await;
    assert_eq!(refresh(&world, &new, None).await, Err("invalid_request"), "a minimum ends nothing of who forgot to say its version");
    assert!(refresh(&world, &new, Some("2.10")).await.is_ok());
    let unstated = signed_in(&world, None).await;
    assert_eq!(refresh(&world, &unstated, None).await, Err("invalid_grant"), "a version that was never stated is below every minimum");

    let unbound = SessionRule { bind_version: false, ..SessionRule::DEVICE };
    native(&world, SessionRules { local: unbound.clone(), ..SessionRules::MOBILE });
    let first = signed_in(&world, Some("2.0")).await;
    let second = refresh(&world, &first, Some("3.0")).await.unwrap();
    let third = refresh(&world, &second, None).await.expect("nothing asks for its version");
    native(&world, SessionRules { local: unbound, minimum_version: AppVersion::parse("2.1"), ..SessionRules::MOBILE });
    assert_eq!(refresh(&world, &third, None).await, Err("invalid_request"));
    assert!(refresh(&world, &third, Some("2.1")).await.is_ok());
}

#[test]
fn versions_compare_by_number() {
    let version = |text: &str| AppVersion::parse(text).unwrap();
    assert!(version("214.100.3143.0") == version("214.100.3143") && version("9") < version("10") && version("1.2") < version("1.10"));
    for bad in ["", ".", "1.", "v1", "1.-2", "1.+2", "1.2.3.4.5.6.7.8.9", "99999999999999999999999"] {
        assert!(AppVersion::parse(bad).is_none(), "{bad}");
    }
    let json = serde_json::to_string(&version("1.2.0")).unwrap();
    assert_eq!((json.as_str(), serde_json::from_str::<AppVersion>(&json).unwrap()), ("\"1.2.0\"", version("1.2")));
    assert!(serde_json::from_str::<AppVersion>("\"x\"").is_err());
}
