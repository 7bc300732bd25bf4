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

/// What an application is told at its own address: the error, and the case number in its sentence.
fn told(page: &Page) -> (String, String) {
    let to = url::Url::parse(page.header("location").unwrap_or_else(|| panic!("nobody is told: {}", page.body))).unwrap();
    assert_eq!(to.host_str(), Some("wiki.example"));
    let get = |name: &str| to.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.into_owned()).unwrap_or_default();
    let case = get("error_description").split("Reference ").nth(1).unwrap_or_default().trim_end_matches('.').to_owned();
    (get("error"), case)
}

/// AU-01, decision 0010: a request for a sign-in that is refused at the application's own address has its case number there and in the audit, with the
/// application; a flood of them leaves two records. A good request, and the question whether somebody is there, leave none.
#[tokio::test]
async fn au_01_a_refusal_at_the_applications_address_has_its_case_number_ds_11() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut mallory = broker.browser();
    let before = broker.audit_records().await;
    assert_eq!(mallory.open("wiki", "").await.heading(), "Sign in to Wiki");
    assert_eq!(told(&mallory.open("wiki", "&prompt=none").await), ("login_required".to_owned(), String::new()));
    assert_eq!(broker.audit_records().await, before);
    let start = "/oauth2/authorize?client_id=wiki&redirect_uri=https%3A%2F%2Fwiki.example%2Fcb&response_type=code";
    let pkce = "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    for (more, error) in [
        ("&scope=openid".to_owned(), "invalid_request"),
        (format!("&scope=email{pkce}"), "invalid_scope"),
        (format!("&scope=openid&request=x{pkce}"), "request_not_supported"),
        (format!("&scope=openid&prompt=none&id_token_hint=x{pkce}"), "login_required"),
    ] {
        let (found, case) = told(&mallory.get(&format!("{start}&nonce=n{more}")).await);
        assert_eq!(found, error, "{more}");
        let found = records(&broker, &case).await;
        let [record] = &found[..] else { panic!("{error}: {found:?}") };
        let about = (record.event.as_str(), record.outcome.as_str(), record.user, record.network.as_deref());
        assert_eq!(about, ("client.refused", format!("client.{error}").as_str(), None, Some("192.0.2.1")));
        assert_eq!(record.application.as_deref(), Some("wiki"));
    }
    let many = broker.audit_records().await;
    let mut cases = std::collections::BTreeSet::new();
    for _ in 0..100 {
        cases.insert(told(&mallory.get(&format!("{start}&nonce=n&scope=openid")).await).1);
    }
    assert_eq!((cases.len(), broker.audit_records().await), (1, many), "within the minute they are the first one's");
    broker.clock.wait(Duration::from_secs(60));
    homeward_signin::usecase::strangers::close(&broker.running().context).await.unwrap();
    assert_eq!(broker.audit_records().await, many + 1);
}

/// AU-01, decision 0010: a refusal after a proof says whose sign-in it is: another person than the request is for, and a context that was essential and not
/// met. Whoever has the same refused again and again leaves one number a minute. The twin: the right person, and no such demand.
#[tokio::test]
async fn au_01_a_refusal_after_a_proof_says_whose_it_is() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    let hint = tokens["id_token"].as_str().unwrap().to_owned();
    let whose = broker.user(ANN.0, "40817").await.id;
    let claims = url::form_urlencoded::byte_serialize(br#"{"id_token":{"acr":{"essential":true,"values":["urn:x:none"]}}}"#).collect::<String>();
    let mut seen = std::collections::BTreeSet::new();
    let many = broker.audit_records().await;
    for _ in 0..20 {
        let (error, case) = told(&ann.open("wiki", &format!("&claims={claims}")).await);
        assert_eq!(error, "unmet_authentication_requirements");
        let found = records(&broker, &case).await;
        assert_eq!(found.iter().map(|r| (r.outcome.as_str(), r.user)).collect::<Vec<_>>(), [("client.unmet_authentication_requirements", Some(whose))]);
        seen.insert(case);
    }
    assert_eq!((seen.len(), broker.audit_records().await), (1, many + 1), "within the minute they are the first one's");
    broker.clock.wait(Duration::from_secs(61));
    seen.insert(told(&ann.open("wiki", &format!("&claims={claims}")).await).1);
    assert_eq!(seen.len(), 2);
    assert!(ann.open("wiki", "").await.header("location").unwrap().contains("code="));
    // The hint is for Ann; whoever is at the page says that they are somebody else.
    let eve = ("eve@north.example", "Reiher-88");
    for ((name, password), error) in [(eve, "login_required"), (ANN, "")] {
        let mut browser = broker.browser();
        let page = browser.open("wiki", &format!("&id_token_hint={hint}")).await;
        let page = browser.post("/signin/again", &[("stage", &page.hidden("stage")), ("username", ANN.0)]).await;
        let page = browser.identify(&page, name).await;
        let page = browser.password(&page, password).await;
        let out = browser.get(&page.refresh().unwrap()).await;
        let (found, case) = told(&out);
        assert_eq!(found, error);
        match error {
            "" => assert!(out.header("location").unwrap().contains("code=")),
            _ => {
                let them = broker.user(name, "40817").await.id;
                let found = records(&broker, &case).await;
                assert_eq!(found.iter().map(|r| (r.outcome.as_str(), r.user)).collect::<Vec<_>>(), [("client.login_required", Some(them))]);
            }
        }
    }
}
