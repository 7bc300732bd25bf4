//! Token exchange at the token endpoint: who may, for whom, for what, and many at once.

use std::{sync::atomic::Ordering, time::Duration};

use homeward_discovery::{ConnectionState, UserState};
use homeward_server::{Overrides, start};

use super::*;

const GRAPH: (&str, &str) = ("resource", "https://graph.microsoft.com");

fn access(tokens: &Value) -> &str {
    tokens["access_token"].as_str().unwrap_or_else(|| panic!("{tokens}"))
}

/// OT-09, OT-34, AD-15: off by default, for the installation and for each application; the metadata says when it is on.
#[tokio::test]
async fn ot_09_ot_34_exchange_is_off_until_it_is_switched_on() {
    let mut world = World::new().await;
    let (_, tokens) = world.granted().await;
    assert_eq!(world.exchange("planner", access(&tokens), &[GRAPH]).await.0, 200);
    let grants = async |world: &World| {
        let page = world.broker.browser().get("/.well-known/openid-configuration").await;
        serde_json::from_str::<Value>(&page.body).unwrap()["grant_types_supported"].to_string()
    };
    assert!(grants(&world).await.contains(GRANT_TYPE));
    let (_, reader) = world.signed_in("reader").await;
    let (status, answer) = world.exchange("reader", access(&reader), &[GRAPH]).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("unauthorized_client")));
    assert!(world.broker.audit(2).await.iter().any(|(line, _)| line == "token.exchanged unauthorized_client"));
    world.broker.settings.delegated.token_exchange = false;
    world.broker.restart().await;
    assert_eq!(world.exchange("planner", access(&tokens), &[GRAPH]).await.1["error"], "unsupported_grant_type");
    assert!(!grants(&world).await.contains(GRANT_TYPE));
}

/// OT-04, OT-14, OT-17: nobody else's token, no other interface, and never more than the application is registered for.
#[tokio::test]
async fn ot_04_ot_17_a_client_gets_what_it_may_have_and_no_more() {
    let world = World::new().await;
    let (_, tokens) = world.granted().await;
    let (_, foreign) = world.signed_in("reader").await;
    let token = access(&tokens);
    let refused: [(&str, &[(&str, &str)], &str); 9] = [
        (access(&foreign), &[GRAPH], "invalid_request"),
        ("hwa_nonsense", &[GRAPH], "invalid_request"),
        (tokens["id_token"].as_str().unwrap(), &[GRAPH], "invalid_request"),
        (tokens["refresh_token"].as_str().unwrap(), &[GRAPH], "invalid_request"),
        (token, &[("resource", "https://evil.example")], "invalid_target"),
        (token, &[], "invalid_target"),
        (token, &[GRAPH, ("audience", "another")], "invalid_target"),
        // Kim granted this, too, and this application may not have it.
        (token, &[GRAPH, ("scope", "Contacts.Read")], "invalid_scope"),
        (token, &[GRAPH, ("scope", "EWS.AccessAsUser.All")], "invalid_scope"),
    ];
    for (subject, more, error) in refused {
        let (status, answer) = world.exchange("planner", subject, more).await;
        assert_eq!((status, answer["error"].as_str()), (400, Some(error)), "{more:?}");
        assert!(answer.get("access_token").is_none());
        // A token of this application says whose it is; then the record does, too.
        let newest = world.broker.audit(5).await.into_iter().find(|(line, _)| line.starts_with("token.exchanged ")).unwrap();
        assert_eq!(newest.0, format!("token.exchanged {error}"), "{more:?}");
        assert!(subject != token || newest.1 == Some(world.kim), "{more:?} {newest:?}");
    }
    let (_, exchange) = world.exchange("planner", token, &[("scope", "https://outlook.office365.com/EWS.AccessAsUser.All"), ("audience", "Okta")]).await;
    assert_eq!(exchange["scope"], "EWS.AccessAsUser.All");
    let (_, graph) = world.exchange("planner", token, &[GRAPH, ("audience", &world.connection.to_string())]).await;
    assert_eq!(graph["scope"], "Calendars.Read");
    assert_ne!(graph["access_token"], exchange["access_token"]);
    // Where the provider puts more into a token than was asked for, this application gets none.
    world.entra.play().widens.store(true, Ordering::Relaxed);
    world.broker.clock.wait(Duration::from_secs(3_600));
    let (_, fresh) = world.token("planner", &[("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())]).await;
    assert_eq!(world.exchange("planner", access(&fresh), &[GRAPH]).await.1["error"], "invalid_scope");
    world.entra.play().widens.store(false, Ordering::Relaxed);
    assert_eq!(world.exchange("planner", access(&fresh), &[GRAPH]).await.0, 200, "and nothing was lost by it");
}

/// OT-15: a person who signs out, is suspended, or whose connection is off gives no token from that moment on.
#[tokio::test]
async fn ot_15_what_has_ended_exchanges_nothing() {
    let world = World::new().await;
    let (_, tokens) = world.granted().await;
    assert_eq!(world.exchange("planner", access(&tokens), &[GRAPH]).await.0, 200);
    let error = async |world: &World, tokens: &Value| world.exchange("planner", access(tokens), &[GRAPH]).await.1["error"].as_str().unwrap_or("none").to_owned();
    // Outage: nobody comes in by this connection, and no token is given through it.
    let state = async |state| world.broker.change_connection("70444", "Okta", |entry| entry.connection.state = state).await;
    state(ConnectionState::Outage).await;
    assert_eq!(error(&world, &tokens).await, "invalid_target");
    state(ConnectionState::Enforced).await;
    assert_eq!(error(&world, &tokens).await, "none");
    world.broker.end_all(world.kim).await;
    assert_eq!(error(&world, &tokens).await, "invalid_request", "signed out");
    let (_, again) = world.signed_in("planner").await;
    assert_eq!(error(&world, &again).await, "none", "consent outlives a session");
    world.broker.change_user(KIM, "70444", |user| user.state = UserState::Suspended).await;
    assert_eq!(error(&world, &again).await, "invalid_request", "suspended");
    assert_eq!(world.holders().await, [world.kim], "a suspended person may come back");
    world.broker.change_user(KIM, "70444", |user| user.state = UserState::Deprovisioned).await;
    assert!(world.holders().await.is_empty(), "somebody who is gone leaves no grant");
}

/// OT-15: consent that was taken back at Microsoft is needed again; a provider that is down takes nothing away.
#[tokio::test]
async fn ot_15_consent_that_was_taken_back_is_needed_again() {
    let world = World::new().await;
    let (mut browser, tokens) = world.granted().await;
    world.broker.clock.wait(Duration::from_secs(3_600));
    let (_, tokens) = world.token("planner", &[("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())]).await;
    assert_eq!(world.exchange("planner", access(&tokens), &[GRAPH]).await.0, 200);
    world.entra.play().end(|_, _| true);
    let (status, answer) = world.exchange("planner", access(&tokens), &[("scope", "EWS.AccessAsUser.All")]).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("interaction_required")));
    assert!(answer["error_description"].as_str().unwrap().contains("taken back"));
    assert!(world.holders().await.is_empty());
    let page = world.consent_page(&mut browser, &answer).await;
    assert!(page.status == 200 && page.heading().starts_with("Sign in"), "the browser's session has rested for an hour");
    let (mut browser, _) = world.signed_in("planner").await;
    let page = world.consent_page(&mut browser, &answer).await;
    let to = world.allow(&mut browser, &page).await;
    let back = answered(&mut world.at_microsoft(), &to, KIM).await;
    browser.get(&path(&back)).await;
    assert_eq!(world.exchange("planner", access(&tokens), &[("scope", "EWS.AccessAsUser.All")]).await.0, 200);
    world.broker.clock.wait(Duration::from_secs(3_600));
    let (_, tokens) = world.token("planner", &[("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())]).await;
    world.entra.stop(false).await;
    let (status, answer) = world.exchange("planner", access(&tokens), &[GRAPH]).await;
    assert_eq!((status, answer["error"].as_str()), (503, Some("temporarily_unavailable")));
    assert_eq!(world.holders().await, [world.kim]);
}

/// OT-12's rule towards the other side: two hundred exchanges at once on two nodes are one refresh at the provider, whose refresh token
/// works once, and everybody gets its token.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_exchanges_on_two_nodes_are_one_refresh() {
    let world = World::new().await;
    let (_, tokens) = world.granted().await;
    let overrides = Overrides { clock: Some(world.broker.clock.clone()), no_worker: true, beside_another: true, ..Overrides::default() };
    let second = start(&world.broker.settings, overrides).await.unwrap();
    let mut own = tokens;
    for round in 1..=2_u64 {
        world.broker.clock.wait(Duration::from_secs(3_600));
        own = world.token("planner", &[("grant_type", "refresh_token"), ("refresh_token", own["refresh_token"].as_str().unwrap())]).await.1;
        let tasks: Vec<_> = (0..200)
            .map(|number| {
                let node = if number % 2 == 0 { world.broker.browser() } else { Browser::new(second.address) };
                let token = access(&own).to_owned();
                tokio::spawn(async move {
                    let form = [("grant_type", GRANT_TYPE), ("subject_token", token.as_str()), ("subject_token_type", ACCESS_TOKEN), GRAPH];
                    token_at(node, "planner", &form).await
                })
            })
            .collect();
        let mut given = BTreeSet::new();
        for task in tasks {
            let (status, answer) = task.await.unwrap();
            assert_eq!(status, 200, "{answer}");
            given.insert(access(&answer).to_owned());
        }
        assert_eq!((given.len(), world.entra.play().refreshes.load(Ordering::Relaxed)), (1, round));
    }
    second.stop().await;
}
