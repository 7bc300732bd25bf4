//! What the provider ends reaches everything that came of it: grants of a session that goes on by another proof, and answers that wait.

use std::time::Duration;

use homeward_discovery::ConnectionState;
use homeward_federation::SignOutThere;

use super::{
    logout::{redeemed, world},
    notices::told,
    outage::out,
    *,
};

/// Kim signs in once more in the same browser, by password or at the provider in a session of this name.
async fn again(world: &World, browser: &mut Browser, index: Option<&str>) -> Page {
    let page = browser.open("wiki", "&prompt=login").await;
    let page = browser.identify(&page, KIM).await;
    let Some(index) = index else { return browser.password(&page, "Sprosser!4").await };
    let sent = read(&page);
    let answer = world.answer(&sent, KIM).assertion(|assertion| assertion.authn[0].session_index = Some(index.to_owned()));
    let delivered = world.deliver(browser, &answer, &sent.relay).await;
    fetch(browser, &delivered).await
}

async fn refreshed(world: &World, client: &str, token: &mut String) -> bool {
    let mut nobody = world.broker.browser();
    let (status, tokens) = nobody.refresh(client, token).await;
    match tokens["refresh_token"].as_str() {
        Some(next) => next.clone_into(token),
        None => assert_eq!((status, tokens["error"].as_str()), (400, Some("invalid_grant"))),
    }
    if let Some(access) = tokens["access_token"].as_str() {
        assert_eq!(nobody.who(access).await, kim());
    }
    status == 200
}

/// SL-02, OL-11: a session that was renewed by password, or by another sign-in at the provider, goes on when the provider ends the one before; what
/// was granted under that one ends, and its application is told.
#[tokio::test]
async fn sl_02_ol_11_the_provider_ends_the_grants_of_a_session_that_was_renewed() {
    for index in [None, Some("_s2")] {
        let world = world(SignOutThere::Off).await;
        let kim = world.kim("_s1").await;
        let (mut browser, mut first) = (kim.browser, kim.refresh);
        if index.is_none() {
            out(&world.broker, "70444", "Okta", 4 * 3_600).await;
        }
        let page = again(&world, &mut browser, index).await;
        let address = browser.leave(&page).await;
        let (status, tokens) = browser.redeem("wiki", &address).await;
        assert_eq!(status, 200, "{tokens}");
        let mut second = tokens["refresh_token"].as_str().unwrap().to_owned();
        let mut provider = world.broker.browser();
        world.by_query(&mut provider, world.ask("_s9")).await;
        assert!(refreshed(&world, "ledger", &mut first).await && refreshed(&world, "wiki", &mut second).await, "another session of the provider's");
        assert_eq!(told(&world.broker).await, 0);
        world.by_query(&mut provider, world.ask("_s1")).await;
        assert!(!refreshed(&world, "ledger", &mut first).await, "{index:?}");
        assert!(refreshed(&world, "wiki", &mut second).await, "{index:?}");
        assert_eq!(told(&world.broker).await, 1, "the application that had something of it");
        let user = world.broker.user(KIM, "70444").await.id;
        assert!(world.broker.audit(5).await.contains(&("session.ended ok".into(), Some(user))));
        assert_ne!(browser.get("/account").await.heading(), "Sign in", "the session goes on by its newer proof");
        // The newer one of the provider's ends the rest.
        world.by_query(&mut provider, world.ask("_s2")).await;
        assert_eq!(refreshed(&world, "wiki", &mut second).await, index.is_none());
    }
}

/// OL-11: what the provider proved before the outage outlives what the outage let in, and the provider's word still reaches it.
#[tokio::test]
async fn ol_11_a_grant_of_the_providers_outlives_the_outage_and_not_the_provider() {
    let world = world(SignOutThere::Off).await;
    let kim = world.kim("_s1").await;
    let (mut browser, mut first) = (kim.browser, kim.refresh);
    out(&world.broker, "70444", "Okta", 600).await;
    let page = again(&world, &mut browser, None).await;
    let address = browser.leave(&page).await;
    let (_, tokens) = browser.redeem("wiki", &address).await;
    let mut second = tokens["refresh_token"].as_str().unwrap().to_owned();
    world.broker.change_connection("70444", "Okta", |entry| (entry.connection.state, entry.connection.outage) = (ConnectionState::Enforced, None)).await;
    assert!(refreshed(&world, "ledger", &mut first).await && !refreshed(&world, "wiki", &mut second).await);
    world.broker.clock.wait(Duration::from_secs(86_400));
    world.broker.running().store.sweep(world.broker.clock.now()).await.unwrap();
    assert!(refreshed(&world, "ledger", &mut first).await);
    world.by_query(&mut world.broker.browser(), world.ask("_s1")).await;
    assert!(!refreshed(&world, "ledger", &mut first).await);
}

/// SL-02, SF-28: a sign-out at the provider between an answer and the browser that fetches it voids the answer; one of another session does not.
#[tokio::test]
async fn sl_02_a_sign_out_voids_an_answer_that_waits() {
    let world = world(SignOutThere::Off).await;
    let mut provider = world.broker.browser();
    for (ended, lives) in [("_s9", true), ("_s1", false)] {
        let mut browser = world.broker.browser();
        let sent = go(&mut browser, "ledger", KIM).await;
        let answer = world.answer(&sent, KIM).assertion(|assertion| assertion.authn[0].session_index = Some("_s1".to_owned()));
        let delivered = world.deliver(&mut browser, &answer, &sent.relay).await;
        world.by_query(&mut provider, world.ask(ended)).await;
        let page = fetch(&mut browser, &delivered).await;
        if lives {
            let kim = redeemed(browser, &page).await;
            assert_eq!(world.broker.audit(1).await[0].0, "signin.completed ok");
            assert!(refreshed(&world, "ledger", &mut kim.refresh.clone()).await);
        } else {
            assert_eq!((page.status, world.last("signin.refused").await.as_str()), (400, "signin.refused sso.return_over"));
            assert!(!browser.cookies.contains_key("__Host-session"));
        }
    }
}
