//! The version of an application that somebody comes for goes along over the provider, as it does beside a password.

use homeward_testkit::pairs;
use reqwest::Method;
use serde_json::Value;

use super::*;

/// From a page that asks, over the provider, to tokens; fails when the browser's session is enough.
async fn asked(world: &World, browser: &mut Browser, client: &str, version: &str) -> Value {
    let page = browser.open(client, &format!("&app_version={version}")).await;
    assert_eq!(page.status, 200, "{client} {version} asks");
    let sent = read(&browser.identify(&page, KIM).await);
    let delivered = world.deliver(browser, &world.answer(&sent, KIM), &sent.relay).await;
    let page = fetch(browser, &delivered).await;
    let address = browser.leave(&page).await;
    let (status, tokens) = browser.redeem(client, &address).await;
    assert_eq!(status, 200, "{tokens}");
    tokens
}

async fn refreshed(browser: &mut Browser, client: &str, tokens: &Value, version: Option<&str>) -> (u16, Value) {
    let mut form = vec![("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    form.extend(version.map(|version| ("app_version", version)));
    let page = browser.send(Method::POST, "/oauth2/token", &[], Some(&pairs(&form))).await;
    (page.status, serde_json::from_str(&page.body).unwrap())
}

/// B-028, B-031: after Single Sign-On a desktop and a mobile application are remembered for the version that was signed in to. Another one asks once, takes
/// over nothing of the one before, and ends what that holds, on record.
#[tokio::test]
async fn b_031_a_version_goes_along_over_the_provider() {
    let world = World::new().await;
    let kims = world.broker.user(KIM, "70444").await.id;
    for (place, client) in ["desk", "pocket"].into_iter().enumerate() {
        let mut browser = world.broker.browser();
        let tokens = asked(&world, &mut browser, client, "1.0").await;
        assert_eq!(browser.open(client, "&app_version=1.0").await.status, 303, "{client}: the same version");
        let silent = browser.open(client, "&app_version=1.1&prompt=none").await;
        assert!(silent.header("location").unwrap().contains("error=login_required"), "{client}: another one");
        assert_eq!(refreshed(&mut browser, client, &tokens, None).await.1["error"], "invalid_request", "{client}: none, which ends nothing");
        let (status, tokens) = refreshed(&mut browser, client, &tokens, Some("1.0")).await;
        assert_eq!(status, 200, "{client}: {tokens}");
        let newer = asked(&world, &mut browser, client, "1.1").await;
        assert_eq!(browser.open(client, "&app_version=1.1").await.status, 303, "{client}: asked once");
        for version in ["1.1", "1.0"] {
            assert_eq!(refreshed(&mut browser, client, &tokens, Some(version)).await.1["error"], "invalid_grant", "{client} {version}: that of 1.0 is over");
        }
        assert_eq!(refreshed(&mut browser, client, &newer, Some("1.1")).await.0, 200, "{client}: that of 1.1 goes on");
        let ends: Vec<_> = world.broker.audit(50).await.into_iter().filter(|(line, _)| line == "grant.ended ok").collect();
        assert_eq!(ends, vec![("grant.ended ok".to_owned(), Some(kims)); place + 1], "AU-03: with one record");
    }
}
