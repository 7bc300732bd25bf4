//! A password that the account lets open the portal alone allows no application anything in its person's name (B-164).

use homeward_discovery::AllowLocal;
use homeward_portal::Role;
use homeward_store::register::Register;

use super::*;
use crate::portal;

async fn allow(broker: &TestBroker, allow_local: AllowLocal) {
    let mut entry = portal::account(broker, "70444").await;
    entry.account.allow_local = allow_local;
    broker.running().store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
}

/// B-164: signed in for the portal, a person has their own pages; to allow an application something they sign in at their provider first. Where the
/// account lets the password work beside it, that sign-in is enough.
#[tokio::test]
async fn b_164_the_password_for_the_portal_allows_no_application_anything() {
    let world = World::new().await;
    portal::give_password(&world.broker, KIM, "70444").await;
    portal::give_role(&world.broker, KIM, "70444", Role::Administrator).await;
    let (_, tokens) = world.signed_in("planner").await;
    let (_, answer) = world.exchange("planner", tokens["access_token"].as_str().unwrap(), &[("resource", "https://graph.microsoft.com")]).await;
    for (allow_local, is_enough) in [(AllowLocal::No, false), (AllowLocal::ExceptionsOnly, false), (AllowLocal::Yes, true)] {
        allow(&world.broker, allow_local).await;
        let mut browser = portal::enter(&world.broker, KIM).await;
        assert!(browser.get("/account").await.body.contains("kim@"), "{allow_local:?}: the person's own page");
        let page = world.consent_page(&mut browser, &answer).await;
        assert_eq!(page.heading() == "Let Planner act for you?", is_enough, "{allow_local:?}: {}", page.body);
        if is_enough {
            continue;
        }
        // The twin: the same browser after the provider's word.
        let leaving = browser.identify(&page, KIM).await;
        let to = leaving.refresh().unwrap_or_else(|| panic!("nobody leaves: {} {}", leaving.heading(), leaving.body));
        let back = answered(&mut world.at_microsoft(), &to, KIM).await;
        let delivered = browser.get(&path(&back)).await;
        browser.get(delivered.header("location").unwrap()).await;
        assert_eq!(world.consent_page(&mut browser, &answer).await.heading(), "Let Planner act for you?", "{allow_local:?}");
    }
    assert!(world.holders().await.is_empty());
}
