//! Refusals of requests that are about nobody: one case number in page, log and audit, and no audit that strangers can make grow.

use std::time::Duration;

use homeward_discovery::Disclosure;
use homeward_store::{AuditFilter, audit::AuditRecord};
use homeward_testkit::{Browser, Page, TestBroker};
use reqwest::Method;

const ANN: (&str, &str) = ("ann@north.example", "Kranich7!");

fn case_of(page: &Page) -> String {
    page.body.split("class=\"ref\">").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default().to_owned()
}

async fn records(broker: &TestBroker, case: &str) -> Vec<AuditRecord> {
    broker.running().store.audit_newest(&AuditFilter { case: Some(case.to_owned()), ..AuditFilter::default() }, 10).await.unwrap()
}

/// A form of our own page, sent from another site's.
async fn foreign(browser: &mut Browser, stage: &str) -> Page {
    let form = homeward_testkit::pairs(&[("stage", stage), ("username", ANN.0)]);
    browser.send(Method::POST, "/signin/username", &[("sec-fetch-site", "cross-site")], Some(&form)).await
}

/// OB-11, DS-02, DS-03, DS-05: what is refused before anybody is meant has its case number on the page and in the audit, with its reason;
/// the same request as it should be goes on.
#[tokio::test]
async fn every_refusal_of_a_request_has_its_case_number() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut browser = broker.browser();
    let page = browser.open("wiki", "").await;
    let stage = page.hidden("stage");
    let form = homeward_testkit::pairs(&[("stage", &stage), ("username", ANN.0)]);
    let long = homeward_testkit::pairs(&[("stage", &stage), ("username", &"x".repeat(70_000))]);
    let twice = homeward_testkit::pairs(&[("stage", &stage), ("username", ANN.0), ("username", "eve@north.example")]);
    let own = ("sec-fetch-site", "same-origin");
    let refused = [
        (foreign(&mut browser, &stage).await, 403, "request.foreign_origin"),
        (browser.send(Method::POST, "/signin/username", &[own], Some(&long)).await, 413, "request.body_too_long"),
        (browser.send(Method::POST, "/signin/username", &[own, ("content-encoding", "gzip")], Some(&form)).await, 415, "request.not_a_form"),
        (browser.send(Method::POST, "/signin/username", &[own], Some(&twice)).await, 400, "request.malformed"),
        (browser.get(&format!("/signin?{}", "x".repeat(9_000))).await, 414, "request.address_too_long"),
        (browser.get("/oauth2/authorize?client_id=nobody&redirect_uri=x").await, 400, "authorize.unknown_application"),
    ];
    for (page, status, reason) in refused {
        assert_eq!(page.status, status, "{reason}");
        assert!(page.body.contains(&format!(">{reason}</p>")), "docs/reasons.md: the code stands on the page: {}", page.body);
        let found = records(&broker, &case_of(&page)).await;
        let [record] = &found[..] else { panic!("{reason}: {found:?}") };
        assert_eq!((record.outcome.as_str(), record.user, record.network.as_deref()), (reason, None, Some("192.0.2.1")));
    }
    assert_eq!(browser.post("/signin/username", &[("stage", &stage), ("username", ANN.0)]).await.heading(), "Enter your password");
    let address = browser.sign_in("wiki", ANN.0, ANN.1).await;
    let (_, tokens) = browser.redeem("wiki", &address).await;
    assert_eq!(browser.who(tokens["access_token"].as_str().unwrap()).await.unwrap().0, ANN.0);
    let missing = browser.get("/nothing-here").await;
    assert!(!case_of(&missing).is_empty());
    assert!(records(&broker, &case_of(&missing)).await.is_empty(), "nothing was refused there");
}

/// DS-11: hundreds of refusals within a minute leave two records; whoever looks for the case number of any of them finds both, with how
/// many there were. A sign-in from elsewhere has its own.
#[tokio::test]
async fn ds_11_a_flood_of_refusals_leaves_two_records() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut mallory = broker.browser();
    let page = mallory.open("wiki", "").await;
    let before = broker.audit_records().await;
    let mut cases = std::collections::BTreeSet::new();
    for _ in 0..150 {
        cases.insert(case_of(&foreign(&mut mallory, &page.hidden("stage")).await));
        cases.insert(case_of(&mallory.get("/oauth2/authorize?client_id=nobody").await));
    }
    assert_eq!(cases.len(), 2, "one for each reason");
    assert_eq!(broker.audit_records().await, before + 2);
    let mut other = broker.browser();
    other.from = "198.51.100.7".into();
    let elsewhere = case_of(&foreign(&mut other, &page.hidden("stage")).await);
    assert!(!cases.contains(&elsewhere));
    broker.clock.wait(Duration::from_secs(60));
    homeward_signin::usecase::strangers::close(&broker.running().context).await.unwrap();
    assert_eq!(broker.audit_records().await, before + 5, "two first ones, their two closing ones, and that of another network");
    for case in cases {
        let details: Vec<String> = records(&broker, &case).await.into_iter().map(|record| record.detail).collect();
        assert_eq!(details, ["149 more within the minute", ""]);
    }
    let later = case_of(&foreign(&mut mallory, &page.hidden("stage")).await);
    assert_eq!(records(&broker, &later).await.len(), 1, "the next minute has its own");
}

/// AU-01, AU-09: a call of an application that is refused has its case number in the answer and in the audit; the right call has none.
#[tokio::test]
async fn au_01_a_refused_call_has_its_case_number() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
    let (status, tokens) = ann.redeem("wiki", &address).await;
    assert_eq!((status, tokens.get("case")), (200, None));
    let (status, refused) = ann.redeem("wiki", &address).await;
    assert_eq!((status, refused["error"].as_str()), (400, Some("invalid_grant")));
    let found = records(&broker, refused["case"].as_str().unwrap()).await;
    assert_eq!(found.iter().map(|r| (r.event.as_str(), r.outcome.as_str())).collect::<Vec<_>>(), [("client.refused", "client.code_used_again")]);
    let told = ann.send(Method::GET, "/oauth2/userinfo", &[("authorization", "Bearer hwa_false")], None).await;
    let told: serde_json::Value = serde_json::from_str(&told.body).unwrap();
    let found = records(&broker, told["case"].as_str().unwrap()).await;
    assert_eq!(found.iter().map(|r| r.outcome.as_str()).collect::<Vec<_>>(), ["client.invalid_token"]);
}

/// What waits to be told when the broker stops is written.
#[tokio::test]
async fn a_stop_loses_no_count() {
    let mut broker = TestBroker::start(Disclosure::Open).await;
    let mut browser = broker.browser();
    let page = browser.open("wiki", "").await;
    let first = case_of(&foreign(&mut browser, &page.hidden("stage")).await);
    foreign(&mut browser, &page.hidden("stage")).await;
    broker.restart().await;
    let details: Vec<String> = records(&broker, &first).await.into_iter().map(|record| record.detail).collect();
    assert_eq!(details, ["1 more within the minute", ""]);
}
