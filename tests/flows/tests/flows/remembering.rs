//! The table of sessions (B-019…B-032, B-149): which application remembers whom, and for how long.

use std::time::Duration;

use homeward_discovery::Disclosure;
use homeward_testkit::{Browser, TestBroker, pairs};
use reqwest::Method;

const ANN: (&str, &str) = ("ann@north.example", "Kranich7!");

/// From a page that asks for the username to tokens; fails when anything less than the password is enough.
async fn asked(ann: &mut Browser, client: &str, more: &str) -> serde_json::Value {
    let page = ann.open(client, more).await;
    assert_eq!(page.status, 200, "{client}{more} asks");
    let page = ann.identify(&page, ANN.0).await;
    assert_eq!(page.heading(), "Enter your password");
    let page = ann.password(&page, ANN.1).await;
    let address = ann.leave(&page).await;
    let (status, tokens) = ann.redeem(client, &address).await;
    assert_eq!(status, 200, "{tokens}");
    assert_eq!(ann.who(tokens["access_token"].as_str().unwrap()).await, Some((ANN.0.into(), "40817".into())));
    tokens
}

async fn refreshed(ann: &mut Browser, tokens: &serde_json::Value, version: &str) -> (u16, serde_json::Value) {
    let token = tokens["refresh_token"].as_str().unwrap();
    let form = pairs(&[("grant_type", "refresh_token"), ("client_id", "pocket"), ("refresh_token", token), ("app_version", version)]);
    let page = ann.send(Method::POST, "/oauth2/token", &[], Some(&form)).await;
    (page.status, serde_json::from_str(&page.body).unwrap())
}

/// B-023: a desktop application asks for username and password each time, whatever session the browser has; never silently.
#[tokio::test]
async fn b_023_a_desktop_application_asks_each_time() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    ann.sign_in("wiki", ANN.0, ANN.1).await;
    assert_eq!(ann.open("wiki", "").await.status, 303, "the browser's session is there, and serves web applications");
    for _ in 0..2 {
        let silent = ann.open("desk", "&prompt=none").await;
        assert!(silent.header("location").unwrap().contains("error=login_required"));
        asked(&mut ann, "desk", "").await;
    }
    let tokens = asked(&mut ann, "desk", "").await;
    broker.clock.wait(Duration::from_secs(3600));
    let (_, late) = ann.refresh("desk", tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(late["error"], "invalid_grant", "what it holds lasts for one sitting");
}

/// B-025, OL-05: signing out ends what a mobile application remembers also when the browser's own session has rested too long: on our page, and by the
/// application's hint, with the browser's cookie and, for that application, without it, whether the session rests or is in use. Another device of the same person goes on.
#[tokio::test]
async fn b_025_a_sign_out_after_an_hour_of_rest_ends_what_goes_on() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut other = broker.browser();
    let mut others = asked(&mut other, "pocket", "&app_version=1.0").await;
    for (way, record) in [("page", "session.ended ok"), ("hint", "session.ended ok"), ("no cookie", "grant.ended ok"), ("no cookie, at once", "grant.ended ok")] {
        let mut ann = broker.browser();
        let tokens = asked(&mut ann, "pocket", "&app_version=1.0").await;
        let id_token = tokens["id_token"].as_str().unwrap().to_owned();
        let rests = way != "no cookie, at once";
        broker.clock.wait(Duration::from_secs(if rests { 2 * 3600 } else { 60 }));
        let (status, tokens) = refreshed(&mut ann, &tokens, "1.0").await;
        assert_eq!((status, ann.get("/account").await.heading() == "Sign in"), (200, rests), "the application goes on, a browser's session that rested does not");
        let out = match way {
            "page" => {
                let page = ann.get("/signout").await;
                ann.post("/signout", &[("stage", &page.hidden("stage"))]).await
            }
            _ => {
                if way.starts_with("no cookie") {
                    ann.cookies.remove("__Host-session");
                }
                ann.get(&format!("/oauth2/logout?id_token_hint={id_token}")).await
            }
        };
        assert_eq!(out.heading(), "You are signed out", "{way}");
        assert_eq!(refreshed(&mut ann, &tokens, "1.0").await.1["error"], "invalid_grant", "{way}");
        let whose = broker.user(ANN.0, "40817").await.id;
        assert!(broker.audit(3).await.contains(&(record.to_owned(), Some(whose))), "{way}");
        let (status, next) = refreshed(&mut other, &others, "1.0").await;
        assert_eq!(status, 200, "{way}: another device");
        others = next;
    }
}

/// B-024, B-025, B-026, B-027, B-028: a mobile application is signed in until sign-out, a new password, fifteen days of rest or a
/// new version.
#[tokio::test]
async fn b_024_a_mobile_application_remembers_until_one_of_four_things_happens() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let mut tokens = asked(&mut ann, "pocket", "&app_version=1.0").await;
    for _ in 0..3 {
        broker.clock.wait(Duration::from_secs(14 * 86_400));
        let (status, next) = refreshed(&mut ann, &tokens, "1.0").await;
        assert_eq!(status, 200, "{next}");
        tokens = next;
    }
    broker.clock.wait(Duration::from_secs(15 * 86_400));
    assert_eq!(refreshed(&mut ann, &tokens, "1.0").await.1["error"], "invalid_grant", "B-027");

    let tokens = asked(&mut ann, "pocket", "&app_version=1.0").await;
    let lapsed = || async { broker.audit(50).await.into_iter().filter(|(record, _)| record == "grant.ended ok").collect::<Vec<_>>() };
    assert!(lapsed().await.is_empty());
    assert_eq!(refreshed(&mut ann, &tokens, "1.1").await.1["error"], "invalid_grant", "B-028");
    assert_eq!(refreshed(&mut ann, &tokens, "1.0").await.1["error"], "invalid_grant", "B-028: it is over");
    let ended = ("grant.ended ok".to_owned(), Some(broker.user(ANN.0, "40817").await.id));
    assert_eq!(lapsed().await, [ended.clone()], "AU-03: with one record");
    let tokens = asked(&mut ann, "pocket", "&app_version=1.2").await;
    for _ in 0..2 {
        let form = pairs(&[("client_id", "pocket"), ("token", tokens["refresh_token"].as_str().unwrap())]);
        assert_eq!(ann.send(Method::POST, "/oauth2/revoke", &[], Some(&form)).await.status, 200);
    }
    assert_eq!(refreshed(&mut ann, &tokens, "1.2").await.1["error"], "invalid_grant", "OT-20: given back");
    assert_eq!(lapsed().await, [ended.clone(), ended], "AU-03: and so has that, once");

    let tokens = asked(&mut ann, "pocket", "&app_version=1.1").await;
    let page = ann.get("/signout").await;
    ann.post("/signout", &[("stage", &page.hidden("stage"))]).await;
    assert_eq!(refreshed(&mut ann, &tokens, "1.1").await.1["error"], "invalid_grant", "B-025");

    let tokens = asked(&mut ann, "pocket", "&app_version=1.1").await;
    let page = ann.get("/changepassword").await;
    let form = [("stage", page.hidden("stage")), ("current", ANN.1.into()), ("new", "Reiher-99".into()), ("repeat", "Reiher-99".into())];
    let changed = ann.post("/changepassword", &form.iter().map(|(n, v)| (*n, v.as_str())).collect::<Vec<_>>()).await;
    assert_eq!(changed.status, 200);
    assert_eq!(refreshed(&mut ann, &tokens, "1.1").await.1["error"], "invalid_grant", "B-026");
}

/// B-028, B-149: with a session in the browser a new version asks once, and one below the minimum every time.
#[tokio::test]
async fn b_149_a_new_version_asks_once_and_one_below_the_minimum_always() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    asked(&mut ann, "pocket", "&app_version=1.0").await;
    assert_eq!(ann.open("pocket", "&app_version=1.0").await.status, 303, "the same version");
    let silent = ann.open("pocket", "&app_version=1.1&prompt=none").await;
    assert!(silent.header("location").unwrap().contains("error=login_required"));
    asked(&mut ann, "pocket", "&app_version=1.1").await;
    assert_eq!(ann.open("pocket", "&app_version=1.1").await.status, 303);
    assert_eq!(ann.open("wiki", "").await.status, 303, "other applications do not care");
    for old in ["&app_version=0.9", "&app_version=beta", ""] {
        asked(&mut ann, "pocket", old).await;
        assert_eq!(ann.open("pocket", old).await.status, 200, "{old}: asks again");
    }
}

/// An application may want a shorter session than the browser's; the others keep theirs (B-022).
#[tokio::test]
async fn an_application_may_want_a_shorter_session() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    ann.sign_in("teller", ANN.0, ANN.1).await;
    broker.clock.wait(Duration::from_secs(599));
    assert_eq!(ann.open("teller", "").await.status, 303);
    broker.clock.wait(Duration::from_secs(600));
    asked(&mut ann, "teller", "").await;
    for _ in 0..6 {
        broker.clock.wait(Duration::from_secs(590));
        assert_eq!(ann.open("wiki", "").await.status, 303);
    }
    assert_eq!(ann.open("teller", "").await.status, 303, "in use all the time");
    broker.clock.wait(Duration::from_secs(60));
    assert_eq!(ann.open("teller", "").await.status, 200, "an hour in all");
    assert_eq!(ann.open("wiki", "").await.status, 303);
}

/// B-025, OL-05: an application that signs out by a hint whose session the browser knows no more ends what it was granted itself, also where the same person or
/// somebody else has signed in since: at once, on record for whom it names. Who is signed in is asked, and what others were granted goes on. The twin: a hint that
/// is not ours ends nothing.
#[tokio::test]
async fn b_025_a_hint_ends_what_it_names_also_where_somebody_is_signed_in() {
    let broker = TestBroker::start(Disclosure::Open).await;
    for later in [ANN, ("eve@north.example", "Reiher-88")] {
        let mut browser = broker.browser();
        let tokens = asked(&mut browser, "pocket", "&app_version=1.0").await;
        let hint = tokens["id_token"].as_str().unwrap().to_owned();
        let address = browser.open("wiki", "").await.header("location").unwrap().to_owned();
        let (_, beside) = browser.redeem("wiki", &address).await;
        browser.cookies.remove("__Host-session");
        browser.sign_in("late", later.0, later.1).await;
        let bent = hint.rsplit_once('.').map(|(signed, signature)| format!("{signed}.{}", signature.chars().rev().collect::<String>())).unwrap();
        assert_eq!(browser.get(&format!("/oauth2/logout?id_token_hint={bent}")).await.heading(), "Sign out?");
        let (status, tokens) = refreshed(&mut browser, &tokens, "1.0").await;
        assert_eq!(status, 200, "{tokens}");
        let asks = browser.get(&format!("/oauth2/logout?id_token_hint={hint}")).await;
        assert_ne!(asks.heading(), "You are signed out", "{}", later.0);
        let whose = broker.user(ANN.0, "40817").await.id;
        assert_eq!(broker.audit(1).await, [("grant.ended ok".to_owned(), Some(whose))]);
        assert_eq!(refreshed(&mut browser, &tokens, "1.0").await.1["error"], "invalid_grant");
        assert_eq!(browser.refresh("wiki", beside["refresh_token"].as_str().unwrap()).await.0, 200, "another application's");
        assert_eq!(browser.open("late", "").await.status, 303, "whoever is signed in stays until they say so");
        let out = browser.post("/signout", &[("stage", &asks.hidden("stage"))]).await;
        assert_eq!(out.heading(), "You are signed out");
        assert_eq!(browser.open("late", "").await.status, 200);
    }
}
