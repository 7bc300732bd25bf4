//! What anybody may send to a provider's addresses here costs a verification or a signature each time: it is counted before that, and what is right is given back.

use std::time::Duration;

use homeward_federation::SignOutThere;

use super::*;

/// The seconds that a page says to wait.
fn waits(page: &Page) -> u64 {
    page.header("retry-after").unwrap_or_else(|| panic!("{}", page.body)).parse().unwrap()
}

/// Posts messages that do not hold; each is looked at and refused.
async fn flood(browser: &mut Browser, path: &str, times: usize) {
    for time in 0..times {
        let page = browser.deliver(path, &[("SAMLRequest", "x"), ("RelayState", "r")]).await;
        assert_eq!(page.status, 403, "{time}: {}", page.body);
    }
}

/// SL-01: messages of signing out that do not hold are counted by network and address before they are verified: after 600 they are looked at one after the other, and
/// who waits for a turn in vain is told to come again, on record. One that holds uses nothing up and is heard whatever others have sent; other networks and
/// addresses wait for nobody.
#[tokio::test]
async fn sign_outs_that_do_not_hold_are_counted_before_they_are_verified() {
    let world = logout::world(SignOutThere::Off).await;
    let slo = format!("/saml/{}/slo", world.connection);
    let (mut kim, mut provider) = (world.kim("_s1").await, world.broker.browser());
    flood(&mut provider, &slo, 599).await;
    for index in ["_a", "_b", "_c"] {
        assert_eq!(world.by_query(&mut provider, world.ask(index)).await.status, 303, "it holds");
    }
    flood(&mut provider, &slo, 1).await;
    let turn = turns(&world.broker).await;
    let page = world.by_query(&mut provider, world.ask("_s1")).await;
    assert_eq!((page.status, page.heading()), (429, "We could not sign you out"));
    assert_eq!(world.broker.audit(1).await, [("logout.refused limit.sign_out".to_owned(), None)]);
    assert!((1..=600).contains(&waits(&page)) && page.body.contains("limit.sign_out") && page.body.contains("href=\"/signout\""), "{}", page.body);
    assert!(kim.lives().await, "it was not looked at");
    let mut elsewhere = world.broker.browser();
    elsewhere.from = "198.51.100.7".into();
    flood(&mut elsewhere, &slo, 1).await;
    let other = world.broker.change_connection("50210", "Entra", |_| {}).await;
    flood(&mut provider, &format!("/saml/{other}/slo"), 1).await;
    assert_eq!(world.by_query(&mut elsewhere, world.ask("_d")).await.status, 303);
    drop(turn);
    flood(&mut provider, &slo, 3).await;
    assert_eq!(world.by_query(&mut provider, world.ask("_s1")).await.status, 303, "the twin: nobody is shut out");
    assert!(!kim.lives().await);
}

/// SP-09: a form of signing out that is longer than any provider's is not read, rightly signed or not; one that is shorter is.
#[tokio::test]
async fn a_long_form_of_signing_out_is_not_read() {
    let world = logout::world(SignOutThere::Off).await;
    let slo = format!("/saml/{}/slo", world.connection);
    let mut provider = world.broker.browser();
    for (length, status) in [(64 * 1024, 403), (32 * 1024, 200)] {
        let xml = world.idp.logout_request(&world.ask(&"x".repeat(length)));
        let page = provider.deliver(&slo, &[("SAMLRequest", &encode(xml)), ("RelayState", "r")]).await;
        assert_eq!((page.status, world.last("logout.refused").await.as_str()), (status, "logout.refused xml.too_large"), "{length}");
    }
}

/// KS-12: our metadata is signed each time that somebody asks for it: one network has that of one connection 300 times in ten minutes, that of all of them 3,000 times, and
/// neither another connection nor another network waits for it.
#[tokio::test]
async fn metadata_is_signed_so_many_times_for_one_network() {
    let world = World::new().await;
    let path = format!("/saml/{}/metadata", world.connection);
    let (mut one, mut other) = (world.broker.browser(), world.broker.browser());
    other.from = "198.51.100.7".into();
    for time in 0..300 {
        assert_eq!(one.get(&path).await.status, 200, "{time}");
    }
    let page = one.get(&path).await;
    assert_eq!((page.status, page.heading()), (429, "Too many tries"));
    assert_eq!(world.broker.audit(1).await, [("metadata.refused limit.metadata".to_owned(), None)]);
    assert!((1..=600).contains(&waits(&page)) && page.body.contains("limit.metadata") && !page.body.contains("EntityDescriptor"), "{}", page.body);
    assert!(other.get(&path).await.body.contains("EntityDescriptor"));
    let neighbour = world.broker.change_connection("50210", "Entra", |entry| entry.settings = Some(settings(&world.idp))).await;
    let neighbour = format!("/saml/{neighbour}/metadata");
    assert!(one.get(&neighbour).await.body.contains("EntityDescriptor"), "a gateway reads those of many");
    world.broker.clock.wait(Duration::from_secs(601));
    assert!(one.get(&path).await.body.contains("EntityDescriptor"));
    let ctx = &world.broker.running().context;
    for _ in 1..3_000 {
        let wait = ctx.guesses.allow("limit.metadata", "192.0.2.1", 3_000, Duration::from_secs(600), ctx.now()).await.unwrap();
        assert_eq!(wait, None);
    }
    let page = one.get(&neighbour).await;
    assert!(page.status == 429 && page.body.contains("limit.metadata"), "all of them together: {}", page.body);
    assert!(other.get(&neighbour).await.body.contains("EntityDescriptor"));
}
