//! A proof that is asked for anew stays asked for, whatever way leads back to the start, and a provider is asked for it in its own words.

use std::time::Duration;

use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use homeward_discovery::{AllowLocal, SsoMode};
use homeward_simulator::saml::Signed;
use homeward_store::register::Register;

use super::*;

/// The time of the proof that the application learns of.
async fn auth_time(browser: &mut Browser, address: &str) -> i64 {
    let (status, tokens) = browser.redeem("wiki", address).await;
    assert_eq!(status, 200, "{tokens}");
    let body = tokens["id_token"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
    let claims: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap();
    claims["auth_time"].as_i64().unwrap()
}

async fn signed_in(world: &World) -> (Browser, i64) {
    let mut browser = world.broker.browser();
    let back = world.round(&mut browser, "wiki", KIM, KIM).await;
    let address = browser.leave(&back).await;
    let at = auth_time(&mut browser, &address).await;
    (browser, at)
}

/// The person says no at the provider, and presses "Try again" on our page.
async fn cancels(world: &World, browser: &mut Browser, sent: &Sent) -> Page {
    let mut answer = world.answer(sent, KIM).signed(Signed::Response);
    answer.status = ["Responder", "AuthnFailed"].map(|word| format!("urn:oasis:names:tc:SAML:2.0:status:{word}")).into();
    answer.assertion = None;
    let page = world.deliver(browser, &answer, &sent.relay).await;
    assert_eq!(page.status, 403, "{}", page.body);
    assert_eq!(world.last_refusal().await, "signin.answer_refused status.not_success");
    browser.post("/signin/retry", &[("stage", &page.hidden("stage"))]).await
}

/// OA-27: an essential context that a password meets leads whoever came by a provider, and may type one, to that page, and what they type serves. The twins:
/// without the demand the session serves; one that nothing meets is told at once; nobody is asked where no page may be shown.
#[tokio::test]
async fn oa_27_an_essential_context_leads_to_the_page_that_meets_it() {
    let world = World::new().await;
    let (mut browser, _) = signed_in(&world).await;
    let store = &world.broker.running().store;
    let mut accounts = store.register().await.unwrap().accounts;
    accounts.retain(|entry| entry.account.number.as_str() == "70444");
    (accounts[0].account.allow_local, accounts[0].account.sso_mode) = (AllowLocal::Yes, SsoMode::Button);
    store.put(&Register { accounts, ..Register::default() }, &[], world.broker.clock.now()).await.unwrap();
    let demand = |acr: &str| {
        let claims = format!("{{\"id_token\":{{\"acr\":{{\"essential\":true,\"values\":[\"{acr}\"]}}}}}}");
        format!("&claims={}", url::form_urlencoded::byte_serialize(claims.as_bytes()).collect::<String>())
    };
    let password = demand("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport");
    let told = |page: &Page| page.header("location").unwrap_or_default().to_owned();
    assert!(told(&browser.open("wiki", "").await).contains("code="));
    assert!(told(&browser.open("wiki", &demand("urn:x:none")).await).contains("error=unmet_authentication_requirements"));
    assert!(told(&browser.open("wiki", &format!("{password}&prompt=none")).await).contains("error=login_required"));
    let page = browser.open("wiki", &password).await;
    let offer = browser.identify(&page, KIM).await;
    assert!(offer.refresh().is_none(), "the session does not serve: {}", offer.body);
    let page = browser.post("/signin/enter-password", &[("stage", &offer.hidden("stage"))]).await;
    let back = browser.password(&page, "Sprosser!4").await;
    assert!(browser.leave(&back).await.contains("code="));
    assert!(told(&browser.open("wiki", &password).await).contains("code="), "from now on it serves");
}

fn forces(sent: &Sent) -> bool {
    sent.xml.contains("ForceAuthn=\"true\"")
}

/// OA-22, OA-23: whoever is to prove themselves anew, goes to the provider, says no there and presses "Try again" is sent there once more, to prove
/// themselves anew: the session of before answers nothing. The twin: without that wish it does.
#[tokio::test]
async fn oa_22_trying_again_still_asks_for_a_fresh_proof_oa_23() {
    let world = World::new().await;
    let (mut browser, first) = signed_in(&world).await;
    world.broker.clock.wait(Duration::from_secs(600));
    let page = browser.open("wiki", "&prompt=login").await;
    let mut sent = read(&browser.identify(&page, KIM).await);
    for _ in 0..2 {
        assert!(forces(&sent), "{}", sent.xml);
        sent = read(&cancels(&world, &mut browser, &sent).await);
    }
    assert!(forces(&sent), "{}", sent.xml);
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    let address = browser.leave(&back).await;
    assert_eq!(auth_time(&mut browser, &address).await, first + 600);

    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    assert!(!forces(&sent), "{}", sent.xml);
    let back = world.round(&mut browser, "late", KIM, KIM).await;
    browser.leave(&back).await;
    let on = cancels(&world, &mut browser, &sent).await;
    let address = browser.leave(&on).await;
    assert_eq!(auth_time(&mut browser, &address).await, first + 600, "signed in in another tab");
}

/// OA-22: a page that was left open for longer than it lasts begins again with the same wish. The twin: without it the session that is in use answers.
#[tokio::test]
async fn oa_22_a_page_that_lapsed_still_asks_for_a_fresh_proof() {
    let world = World::new().await;
    for wish in ["&prompt=login", ""] {
        let mut browser = world.broker.browser();
        let page = browser.open("wiki", wish).await;
        world.broker.clock.wait(Duration::from_secs(2400));
        let back = world.round(&mut browser, "late", KIM, KIM).await;
        browser.leave(&back).await;
        world.broker.clock.wait(Duration::from_secs(2400));
        let again = browser.identify(&page, KIM).await;
        assert!(again.refresh().is_none() && again.body.contains("name=\"username\""), "{}", again.body);
        let next = browser.identify(&again, KIM).await;
        match wish {
            "" => assert!(browser.leave(&next).await.contains("code=")),
            _ => assert!(forces(&read(&next))),
        }
    }
}

/// OA-22: an application's `max_age` reaches a provider that has no word for it as ForceAuthn, so that its own older session is no dead end. The twin: without `max_age` nothing is forced.
#[tokio::test]
async fn oa_22_max_age_asks_a_saml_provider_for_a_fresh_proof() {
    let world = World::new().await;
    let (mut browser, first) = signed_in(&world).await;
    world.broker.clock.wait(Duration::from_secs(1000));
    assert!(browser.open("wiki", "&max_age=1000").await.header("location").unwrap().contains("code="), "young enough");
    let page = browser.open("wiki", "&max_age=300").await;
    let sent = read(&browser.identify(&page, KIM).await);
    assert!(forces(&sent), "{}", sent.xml);
    // A provider that goes on with its old session all the same is refused, and asked in the same way again.
    let old = homeward_model::Timestamp::from_seconds(first);
    let stale = world.answer(&sent, KIM).assertion(|a| a.authn[0].instant = Some(homeward_simulator::saml::instant(old)));
    let refused = world.deliver(&mut browser, &stale, &sent.relay).await;
    assert_eq!((refused.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused authn.too_old"));
    let sent = read(&browser.post("/signin/retry", &[("stage", &refused.hidden("stage"))]).await);
    assert!(forces(&sent), "{}", sent.xml);
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    let address = browser.leave(&back).await;
    assert_eq!(auth_time(&mut browser, &address).await, first + 1000);
    let mut nobody = world.broker.browser();
    assert!(!forces(&go(&mut nobody, "wiki", KIM).await));
    let page = nobody.open("wiki", "&max_age=10000").await;
    assert!(forces(&read(&nobody.identify(&page, KIM).await)), "nobody is signed in here: how old the provider's session is, nobody knows");
}

/// OA-22, SF-34: what the provider kept is no fresh proof, be it from half a minute ago: the tolerance is for clocks that differ, and its answer dates both by
/// one clock. The twin: who proves themselves now is in.
#[tokio::test]
async fn oa_22_a_session_that_the_provider_kept_for_seconds_is_no_fresh_proof_sf_34() {
    let world = World::new().await;
    for (wish, reason) in [("&prompt=login", "authn.not_anew"), ("&max_age=0", "authn.too_old"), ("&max_age=20", "authn.too_old")] {
        let (mut browser, first) = signed_in(&world).await;
        world.broker.clock.wait(Duration::from_secs(30));
        let page = browser.open("wiki", wish).await;
        let sent = read(&browser.identify(&page, KIM).await);
        assert!(forces(&sent), "{wish} {}", sent.xml);
        let kept = homeward_model::Timestamp::from_seconds(first);
        let kept = world.answer(&sent, KIM).assertion(|a| a.authn[0].instant = Some(homeward_simulator::saml::instant(kept)));
        let refused = world.deliver(&mut browser, &kept, &sent.relay).await;
        assert_eq!((refused.status, world.last_refusal().await), (403, format!("signin.answer_refused {reason}")), "{wish}");
        let sent = read(&browser.post("/signin/retry", &[("stage", &refused.hidden("stage"))]).await);
        let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
        let back = fetch(&mut browser, &delivered).await;
        let address = browser.leave(&back).await;
        assert_eq!(auth_time(&mut browser, &address).await, first + 30, "{wish}");
    }
}
