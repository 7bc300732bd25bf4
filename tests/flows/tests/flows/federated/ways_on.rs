//! Pages on which a sign-in ends without an answer that failed: each leads on, with what the person came for (SSO-10).

use std::time::Duration;

use homeward_discovery::{AllowLocal, ConnectionState};
use homeward_store::register::Register;

use super::*;

/// Both ways on stand on the page.
fn leads_on(page: &Page) {
    for way in ["/signin/retry", "/signin/again"] {
        assert!(page.body.contains(&format!("action=\"{way}\"")), "{way}: {}", page.body);
    }
}

async fn try_again(browser: &mut Browser, page: &Page) -> Page {
    leads_on(page);
    browser.post("/signin/retry", &[("stage", &page.hidden("stage"))]).await
}

/// SSO-9, SF-28: whoever is too late for the result comes by "Try again" to the same application, by the same name. Another browser that brings the same address comes to
/// our own page, and reads neither the application nor the name there.
#[tokio::test]
async fn a_result_that_is_over_leads_back_to_the_application() {
    let world = World::new().await;
    let (mut browser, mut other) = (world.broker.browser(), world.broker.browser());
    let sent = go(&mut browser, "wiki", KIM).await;
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    world.broker.clock.wait(Duration::from_secs(61));
    let strange = fetch(&mut other, &delivered).await;
    assert_eq!((strange.status, world.last("signin.refused").await.as_str()), (400, "signin.refused sso.return_over"));
    let home = try_again(&mut other, &strange).await;
    assert_eq!((home.heading(), home.refresh()), ("Sign in", None));
    assert!(![&strange, &home].iter().any(|page| page.body.contains("Wiki") || page.body.contains(KIM)), "{}", strange.body);
    let late = fetch(&mut browser, &delivered).await;
    assert_eq!((late.status, world.last("signin.refused").await.as_str()), (400, "signin.refused sso.return_over"));
    assert!(late.body.contains("Wiki") && !browser.cookies.contains_key("__Host-session"), "{}", late.body);
    let sent = read(&try_again(&mut browser, &late).await);
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
}

/// SSO-10: a connection that is switched off, or has nothing entered, on the way out: both ways lead on, and once it is right "Try again" leads there by the name that
/// was typed.
#[tokio::test]
async fn a_connection_that_is_off_or_empty_leads_on() {
    let world = World::new().await;
    let right = settings(&world.idp);
    for (state, empty, line) in [(ConnectionState::Retired, false, "signin.refused discovery.no_connection"), (ConnectionState::Enforced, true, "signin.refused sso.not_ready")] {
        let mut browser = world.broker.browser();
        let page = browser.open("wiki", "").await;
        let form = homeward_testkit::pairs(&[("stage", &page.hidden("stage")), ("username", KIM)]);
        let hop = browser.send(reqwest::Method::POST, "/signin/username", &[("sec-fetch-site", "same-origin"), ("origin", "null")], Some(&form)).await;
        let set = async |state, settings: Option<ConnectionSettings>| {
            world.broker.change_connection("70444", "Okta", |entry| {
                entry.connection.state = state;
                entry.settings = settings;
            })
            .await
        };
        set(state, (!empty).then(|| right.clone())).await;
        let page = browser.get(hop.header("location").unwrap()).await;
        assert_eq!((page.refresh(), world.broker.audit(1).await), (None, vec![(line.to_owned(), None)]), "{}", page.body);
        set(ConnectionState::Enforced, Some(right.clone())).await;
        let other = browser.post("/signin/again", &[("stage", &page.hidden("stage"))]).await;
        assert!(other.body.contains("id=\"username\"") && !other.body.contains(KIM) && other.body.contains("Wiki"), "{}", other.body);
        assert!(read(&try_again(&mut browser, &page).await).xml.contains("AuthnRequest"));
    }
}

/// SSO-10: a refusal by discovery, before anybody is sent anywhere: "Try again" goes on by the name that was typed, which stands sealed in the page and in no address, for
/// this browser alone; "Use another account" keeps the application and not the name. Once there is a way in, it leads there.
#[tokio::test]
async fn a_refusal_by_discovery_keeps_the_name() {
    let world = World::new().await;
    let store = &world.broker.running().store;
    let mut own = store.register().await.unwrap().accounts.into_iter().find(|entry| entry.account.number.as_str() == "70444").unwrap();
    own.account.allow_local = AllowLocal::No;
    store.put(&Register { accounts: vec![own], ..Register::default() }, &[], world.broker.clock.now()).await.unwrap();
    let set = async |state| world.broker.change_connection("70444", "Okta", |entry| entry.connection.state = state).await;
    set(ConnectionState::Retired).await;
    let (mut browser, mut stranger) = (world.broker.browser(), world.broker.browser());
    let page = browser.open("wiki", "").await;
    let page = browser.identify(&page, KIM).await;
    assert_eq!((page.status, world.broker.audit(1).await), (403, vec![("signin.refused discovery.no_connection".to_owned(), None)]), "{}", page.body);
    assert!(!page.body.contains(KIM) && !page.body.contains("tailspin"), "{}", page.body);
    let refused = try_again(&mut browser, &page).await;
    assert_eq!((refused.status, world.broker.audit(1).await[0].0.as_str()), (403, "signin.refused discovery.no_connection"), "asked again, by the name");
    let other = browser.post("/signin/again", &[("stage", &page.hidden("stage"))]).await;
    assert!(other.body.contains("id=\"username\"") && !other.body.contains(KIM) && other.body.contains("Wiki"), "{}", other.body);
    set(ConnectionState::Enforced).await;
    let stolen = stranger.post("/signin/retry", &[("stage", &page.hidden("stage"))]).await;
    assert!(stolen.refresh().is_none() && !stolen.body.contains(KIM), "another browser: {}", stolen.body);
    let sent = read(&try_again(&mut browser, &page).await);
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
}

/// SSO-9, SF-28, decision 0048: an answer that comes after the ten minutes waits for a click wherever it arrives, also where the provider's tile begins sign-ins by itself; one
/// click leads to the provider and back to the application that the person came for, not to the one that the tile opens.
#[tokio::test]
async fn sso_9_a_late_answer_waits_for_a_click_whatever_the_tile_does() {
    for rule in [IdpInitiated::Refuse, IdpInitiated::Convert, IdpInitiated::Accept] {
        let world = World::with(|settings| settings.idp_initiated = rule).await;
        let mut browser = world.broker.browser();
        let sent = go(&mut browser, "wiki", KIM).await;
        world.broker.clock.wait(Duration::from_secs(601));
        let late = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
        assert_eq!((late.status, late.header("location"), late.refresh()), (403, None, None), "{rule:?}");
        assert_eq!(world.last_refusal().await, "signin.answer_refused request.over");
        assert!(!late.body.contains("name=\"connection\""), "{}", late.body);
        assert!(!browser.cookies.contains_key("__Host-session"));
        let sent = read(&try_again(&mut browser, &late).await);
        let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
        let back = fetch(&mut browser, &delivered).await;
        assert_eq!(who(&mut browser, "wiki", &back).await, kim(), "{rule:?}");
    }
}
