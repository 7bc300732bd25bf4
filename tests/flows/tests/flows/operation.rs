//! What the operator sees: audit, keys, figures.

use std::time::Duration;

use homeward_discovery::Disclosure;
use homeward_model::{Clock, SystemRandom};
use homeward_provider::{KeyStore, rotation};
use homeward_server::{Overrides, start};
use homeward_store::AuditFilter;
use homeward_testkit::TestBroker;

const ANN: (&str, &str) = ("ann@north.example", "Kranich7!");

/// AU-01, AU-09: each step leaves its line, exactly once, about whom, where and for which application; a page sent twice adds none.
#[tokio::test]
async fn au_09_each_event_is_recorded_once() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let ann = broker.user(ANN.0, "40817").await;
    let before = broker.audit_records().await;
    let mut browser = broker.browser();
    let page = browser.open("wiki", "").await;
    let page = browser.identify(&page, ANN.0).await;
    browser.password(&page, "Falsch-12").await;
    browser.password(&page, ANN.1).await;
    browser.password(&page, ANN.1).await;
    let lines = broker.audit(10).await;
    assert_eq!(broker.audit_records().await - before, 2, "{lines:?}");
    assert_eq!((lines[0].clone(), lines[1].0.as_str()), (("signin.completed ok".into(), Some(ann.id)), "signin.password password.wrong"));
    let newest = &broker.running().store.audit_newest(&AuditFilter { user: Some(ann.id), ..AuditFilter::default() }, 1).await.unwrap()[0];
    assert_eq!((newest.account, newest.application.as_deref(), newest.network.as_deref()), (Some(ann.account), Some("wiki"), Some("192.0.2.1")));
    assert_eq!(newest.detail, "pwd");
}

/// A refusal has one case number in page and audit (AU-01).
#[tokio::test]
async fn au_01_a_refusal_is_found_by_its_case_number() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut browser = broker.browser();
    let page = browser.get("/oauth2/authorize?client_id=nobody").await;
    assert_eq!(page.status, 400);
    let case = page.body.split("class=\"ref\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let found = broker.running().store.audit_newest(&AuditFilter { case: Some(case.clone()), ..AuditFilter::default() }, 10).await.unwrap();
    assert_eq!(found.len(), 1, "{case}");
    assert_eq!((found[0].event.as_str(), found[0].outcome.as_str()), ("signin.refused", "authorize.unknown_application"));
}

/// AU-04, AU-08: nothing that a visitor sends stands in the audit as they sent it: no line break, no password, no token, no name.
#[tokio::test]
async fn au_08_no_secret_and_no_injection_in_the_audit() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut browser = broker.browser();
    let page = browser.open("wiki", "").await;
    let password = browser.identify(&page, ANN.0).await;
    browser.password(&password, "Canary-Password-1").await;
    browser.identify(&page, "canary-name@nowhere.example").await;
    browser.get("/oauth2/authorize?client_id=canary%0d%0ainjected&redirect_uri=canary").await;
    browser.from = "192.0.2.9".into();
    let agent = format!("canary-agent\u{202e}{}", "x".repeat(4_000));
    browser.send(reqwest::Method::GET, "/oauth2/authorize?client_id=nobody", &[("user-agent", &agent)], None).await;
    let address = browser.sign_in("wiki", ANN.0, ANN.1).await;
    let (_, tokens) = browser.redeem("wiki", &address).await;
    let all = broker.running().store.audit_after(0, 10_000).await.unwrap();
    let text = serde_json::to_string(&all).unwrap();
    assert!(all.len() >= 4);
    for secret in ["anary", "Kranich", "ann@north", tokens["access_token"].as_str().unwrap(), &browser.cookies["__Host-session"], &browser.cookies["__Host-browser"]] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert!(all.iter().all(|r| !r.detail.contains(char::is_control) && r.detail.len() < 500));
}

/// OT-33, KS-04: keys change under a broker that runs; tokens from before and after verify by what it publishes, refresh goes on.
#[tokio::test]
async fn ot_33_keys_change_under_a_running_broker() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
    let (_, first) = ann.redeem("wiki", &address).await;
    let kid = |tokens: &serde_json::Value| {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let header = tokens["id_token"].as_str().unwrap().split('.').next().unwrap().to_owned();
        serde_json::from_slice::<serde_json::Value>(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap()["kid"].as_str().unwrap().to_owned()
    };
    let running = broker.running();
    let sealer = &running.context.federation.sealer;
    broker.clock.wait(Duration::from_secs(1));
    let now = broker.clock.now();
    for algorithm in homeward_provider::Algorithm::ALL {
        rotation::rotate(&running.store, sealer, &SystemRandom, (algorithm, Duration::ZERO, now)).await.unwrap();
    }
    for node in broker.nodes() {
        node.context.provider.keys.reload(&node.store, sealer, now).await.unwrap();
    }
    let (status, second) = ann.refresh("wiki", first["refresh_token"].as_str().unwrap()).await;
    assert_eq!(status, 200);
    assert_ne!(kid(&first), kid(&second));
    let published = ann.get("/oauth2/jwks").await.body;
    assert!(published.contains(&kid(&first)) && published.contains(&kid(&second)));
    assert_eq!(KeyStore::load(&running.store).await.unwrap().len(), 6);
    let out = ann.get(&format!("/oauth2/logout?id_token_hint={}", first["id_token"].as_str().unwrap())).await;
    assert_eq!(out.heading(), "You are signed out", "a hint of the old key");
}

/// KS-03: a new root key ends nobody's sign-in, and passwords, sessions, tokens and the audit go on.
#[tokio::test]
async fn ks_03_a_new_root_key_ends_nobodys_sign_in() {
    let mut broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    let page = ann.open("late", "&prompt=login").await;
    let file = broker.folder().join("root.key");
    let old = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{}\n{old}", homeward_sealing::RootKey::generate(2, &SystemRandom).to_text().as_str())).unwrap();
    broker.restart().await;
    let cookies = ann.cookies.clone();
    let mut ann = broker.browser();
    ann.cookies = cookies;
    let (status, next) = ann.refresh("wiki", tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(status, 200, "{next}");
    assert_eq!(ann.who(tokens["access_token"].as_str().unwrap()).await, Some((ANN.0.into(), "40817".into())));
    assert_eq!(ann.open("wiki", "").await.status, 303);
    assert_eq!(ann.identify(&page, ANN.0).await.heading(), "Enter your password", "an open page, too");
    let mut other = broker.browser();
    assert!(other.sign_in("wiki", ANN.0, ANN.1).await.contains("code="));
    assert!(broker.audit_records().await > 0, "the chain is whole over both keys");
}

/// MT-14, DS-10: `/metrics` counts what happens, on an address of its own, names nobody, and goes on without the store.
#[tokio::test]
async fn metrics_count_and_name_nobody() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut settings = broker.settings.clone();
    settings.metrics.listen = Some("127.0.0.1:0".parse().unwrap());
    let running = start(&settings, Overrides { clock: Some(broker.clock.clone()), no_worker: true, beside_another: true, ..Overrides::default() }).await.unwrap();
    let mut ann = homeward_testkit::Browser::new(running.address);
    let page = ann.open("wiki", "").await;
    let page = ann.identify(&page, ANN.0).await;
    ann.password(&page, "Falsch-12").await;
    let page = ann.password(&page, ANN.1).await;
    let address = ann.leave(&page).await;
    ann.redeem("wiki", &address).await;
    ann.redeem("wiki", &address).await;
    ann.get("/oauth2/authorize?client_id=canary").await;
    ann.get("/canary-address").await;
    let mut scraper = homeward_testkit::Browser::new(running.metrics_address().unwrap());
    let text = scraper.get("/metrics").await.body;
    for line in [
        "homeward_events_total{event=\"signin.password\",outcome=\"password.wrong\"} 1",
        "homeward_events_total{event=\"signin.completed\",outcome=\"ok\"} 1",
        "homeward_signins_total{method=\"pwd\"} 1",
        "homeward_refusals_total{reason=\"password.wrong\"} 1",
        "homeward_refusals_total{reason=\"authorize.unknown_application\"} 1",
        "homeward_refusals_total{reason=\"client.code_used_again\"} 1",
        "homeward_tokens_total{grant=\"authorization_code\",outcome=\"ok\"} 1",
        "homeward_tokens_total{grant=\"authorization_code\",outcome=\"invalid_grant\"} 1",
        "homeward_password_queue 0",
        "homeward_password_queue_places 402",
        "homeward_request_duration_seconds_count{route=\"/oauth2/token\",method=\"POST\",status=\"200\"} 1",
        "homeward_request_duration_seconds_count{route=\"none\",method=\"GET\",status=\"404\"} 1",
        "homeward_sessions 1",
        "homeward_store_up 1",
        "homeward_counters_up 1",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    for work in ["argon2", "signature", "database"] {
        let (times, took) = (format!("homeward_work_total{{work=\"{work}\"}} "), format!("homeward_work_seconds_total{{work=\"{work}\"}} "));
        let figure = |line: &str| text.lines().find_map(|found| found.strip_prefix(line)?.parse::<f64>().ok());
        assert!(figure(&times).is_some_and(|count| count >= 1.0) && figure(&took).is_some_and(|seconds| seconds > 0.0), "{work} in {text}");
    }
    // A figure may have the digits of a number by chance: a sum of times has many. Names and labels must not.
    let named: Vec<&str> = text.lines().map(|line| line.rsplit_once(' ').map_or(line, |(named, _)| named)).collect();
    assert!(named.contains(&"homeward_sessions"), "{named:?}");
    for personal in ["ann", "north.example", "40817", "192.0.2", "canary"] {
        assert!(!named.iter().any(|name| name.contains(personal)), "{personal}");
    }
    assert_eq!(ann.get("/metrics").await.status, 404, "not on the address of the pages");
    // DS-10: while the store is away figures go on, without those that are asked of it.
    running.store.close().await;
    let page = scraper.get("/metrics").await;
    assert_eq!(page.status, 200);
    for line in ["homeward_store_up 0", "homeward_counters_up 1", "homeward_signins_total{method=\"pwd\"} 1", "homeward_password_queue 0", "# EOF"] {
        assert!(page.body.contains(line), "{line} in {}", page.body);
    }
    for figure in ["homeward_sessions", "homeward_mails_waiting", "homeward_mails_given_up", "homeward_audit_records", "homeward_database_bytes"] {
        assert!(text.contains(figure) && !page.body.contains(figure), "{figure} in {}", page.body);
    }
    assert!(!page.body.contains("homeward_connection_"), "{}", page.body);
    running.stop().await;
}
