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

/// Opens the application with a wish, and reads the request that Kim goes to the provider with.
async fn asks(browser: &mut Browser, wish: &str) -> Sent {
    let page = browser.open("wiki", wish).await;
    read(&browser.identify(&page, KIM).await)
}

/// The provider answers from a session that began so many seconds ago; `None`: it does not say when.
async fn answers(world: &World, browser: &mut Browser, sent: &Sent, seconds: Option<u64>) -> Page {
    let instant = seconds.map(|seconds| homeward_simulator::saml::instant(world.broker.clock.now().minus(Duration::from_secs(seconds))));
    let answer = world.answer(sent, KIM).assertion(|a| a.authn[0].instant = instant);
    world.deliver(browser, &answer, &sent.relay).await
}

/// How long ago the person proved themselves, and who they are, as the application learns it.
async fn comes_in(world: &World, browser: &mut Browser, delivered: &Page) -> (i64, Option<(String, String)>) {
    let back = fetch(browser, delivered).await;
    let address = browser.leave(&back).await;
    let (status, tokens) = browser.redeem("wiki", &address).await;
    assert_eq!(status, 200, "{tokens}");
    let who = browser.who(tokens["access_token"].as_str().unwrap()).await;
    let body = tokens["id_token"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
    let claims: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap();
    (world.broker.clock.now().seconds() - claims["auth_time"].as_i64().unwrap(), who)
}

/// OA-22: a session at a SAML provider that is young enough for `max_age` signs in without typing, and the application learns how old it is. The twins: it
/// that does not say when it began is refused, and our own session is asked first.
#[tokio::test]
async fn oa_22_a_session_there_that_is_young_enough_takes_no_typing() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let sent = asks(&mut browser, "&max_age=10000").await;
    assert!(!forces(&sent), "{}", sent.xml);
    let unsaid = answers(&world, &mut browser, &sent, None).await;
    assert_eq!((unsaid.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused time.authn_instant"));
    let delivered = answers(&world, &mut browser, &sent, Some(9_000)).await;
    assert_eq!(comes_in(&world, &mut browser, &delivered).await, (9_000, kim()));
    world.broker.clock.wait(Duration::from_secs(1_000));
    assert!(browser.open("wiki", "&max_age=10000").await.header("location").unwrap().contains("code="), "young enough");
    assert!(!forces(&asks(&mut browser, "&max_age=9999").await));
}

/// OA-22: a session there that is too old is no refusal: the person is sent there once more, to be asked, and comes in by what they prove then. Once: a provider that
/// goes on with its old session is refused then. The way there is the browser's own that began.
#[tokio::test]
async fn oa_22_an_old_session_there_leads_to_a_proof_and_in() {
    let world = World::new().await;
    for (second, comes) in [(0, true), (200, true), (4_000, false)] {
        let mut browser = world.broker.browser();
        let sent = asks(&mut browser, "&max_age=300").await;
        assert!(!forces(&sent), "{}", sent.xml);
        let before = world.last_refusal().await;
        let on = answers(&world, &mut browser, &sent, Some(4_000)).await;
        let to = on.header("location").unwrap().to_owned();
        assert!(on.status == 303 && to.starts_with("/signin/leave?stage="), "{} {to}", on.status);
        assert_eq!(world.last_refusal().await, before, "nobody was refused");
        let stranger = world.broker.browser().get(&to).await;
        assert!(stranger.refresh().is_none() && !stranger.body.contains(KIM), "{}", stranger.body);
        let again = read(&browser.get(&to).await);
        assert!(forces(&again) && again.id != sent.id && again.relay != sent.relay, "{}", again.xml);
        let delivered = answers(&world, &mut browser, &again, Some(second)).await;
        if comes {
            assert_eq!(comes_in(&world, &mut browser, &delivered).await, (i64::try_from(second).unwrap(), kim()));
        } else {
            assert_eq!((delivered.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused authn.too_old"));
            assert!(!browser.cookies.contains_key("__Host-session"));
            let retried = read(&browser.post("/signin/retry", &[("stage", &delivered.hidden("stage"))]).await);
            let delivered = answers(&world, &mut browser, &retried, Some(10)).await;
            assert_eq!(comes_in(&world, &mut browser, &delivered).await, (10, kim()), "\"Try again\" is a sign-in like any other");
        }
    }
}

/// OA-22, SF-34: `prompt=login` and `max_age=0` leave no session there that could be young enough: the person is asked at once, and an answer that ignores it is refused.
#[tokio::test]
async fn oa_22_who_must_prove_themselves_now_is_asked_at_once_sf_34() {
    let world = World::new().await;
    for (wish, code) in [("&max_age=0", "authn.too_old"), ("&prompt=login", "authn.not_anew"), ("&prompt=login&max_age=9000", "authn.not_anew")] {
        let mut browser = world.broker.browser();
        let sent = asks(&mut browser, wish).await;
        assert!(forces(&sent), "{wish}: {}", sent.xml);
        let refused = answers(&world, &mut browser, &sent, Some(4_000)).await;
        assert_eq!((refused.status, world.last_refusal().await), (403, format!("signin.answer_refused {code}")), "{wish}");
        let delivered = answers(&world, &mut browser, &sent, Some(0)).await;
        assert_eq!(comes_in(&world, &mut browser, &delivered).await, (0, kim()), "{wish}");
    }
    assert!(!forces(&asks(&mut world.broker.browser(), "").await), "the twin");
}
