//! RP-initiated logout: where it leads, and that it leads nowhere when something is not right.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_store::AuditFilter;
use homeward_testkit::Page;
use serde_json::Value;

use crate::op::{GOODBYE, Op, request, text};

/// Signed in, with the ID token.
async fn signed_in() -> (Op, String) {
    let mut op = Op::start().await;
    let callback = op.authorize(&request(&[])).await;
    let tokens = op.redeem(&callback).await;
    (op, text(&tokens, "id_token").to_owned())
}

async fn logout(op: &mut Op, params: &[(&str, &str)]) -> Page {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
    op.browser.get(&format!("/oauth2/logout?{query}")).await
}

async fn still_signed_in(op: &mut Op) -> bool {
    let page = op.open(&request(&[("prompt", "none")])).await;
    match op.callback(&page).error().as_deref() {
        None => true,
        Some("login_required") => false,
        Some(other) => panic!("{other}"),
    }
}

/// The error that the modules want to be shown where an address is not gone to.
const REFUSED: &str = "logout.redirect_uri";

/// The page says that the person stays here, and why, under a case number by which the audit has it: about this client or none, and about nobody.
async fn says_that_it_stays(op: &mut Op, page: &Page, (client, why): (Option<&str>, &str)) {
    assert!(page.body.contains("role=\"alert\"") && page.body.contains("You stay here afterwards") && page.body.contains(REFUSED), "{}", page.body);
    let case = page.body.split("class=\"ref\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let found = op.broker.running().store.audit_newest(&AuditFilter { case: Some(case), ..AuditFilter::default() }, 10).await.unwrap();
    let told: Vec<_> = found.iter().map(|r| (r.event.as_str(), r.outcome.as_str(), r.application.as_deref(), r.user, r.detail.as_str())).collect();
    assert_eq!(told, [("client.refused", REFUSED, client, None, why)]);
}

/// The person is asked, and after "yes" it leads nowhere but to our own page, which says so where the request wanted something else.
async fn asks_and_leads_nowhere(op: &mut Op, page: Page, why: Option<&str>) {
    assert_eq!((page.status, page.heading()), (200, "Sign out?"));
    assert!(still_signed_in(op).await, "only the person's own word ends it");
    let out = op.browser.post("/signout", &[("stage", &page.hidden("stage"))]).await;
    assert_eq!((out.heading(), out.refresh(), out.header("location")), ("You are signed out", None, None));
    for shown in [&page, &out] {
        assert!(!shown.body.contains("rp.example/"));
        match why {
            Some(why) => says_that_it_stays(op, shown, (None, why)).await,
            None => assert!(!shown.body.contains(REFUSED), "{}", shown.body),
        }
    }
    assert!(!still_signed_in(op).await);
}

/// The hint is right and so the session is over; where it would lead is not, and so it leads nowhere, and the page says so.
async fn ends_here(op: &mut Op, page: Page) {
    assert_eq!((page.status, page.heading(), page.refresh(), page.header("location")), (200, "You are signed out", None, None));
    assert!(!page.body.contains("rp.example/"));
    says_that_it_stays(op, &page, (Some("rp"), "not registered")).await;
    assert!(!still_signed_in(op).await);
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_discovery_endpoint_verification() {
    let mut op = Op::start().await;
    let metadata: Value = serde_json::from_str(&op.browser.get("/.well-known/openid-configuration").await.body).unwrap();
    assert_eq!(metadata["end_session_endpoint"], "http://homeward.localhost/oauth2/logout");
}

/// OL-06: `state` comes back encoded, whatever it holds.
#[tokio::test]
async fn oidcc_rp_initiated_logout() {
    let (mut op, hint) = signed_in().await;
    let page = logout(&mut op, &[("id_token_hint", &hint), ("post_logout_redirect_uri", GOODBYE), ("state", "s\"><script>&x=1")]).await;
    let to = page.refresh().unwrap();
    assert_eq!(to, format!("{GOODBYE}?state=s%22%3E%3Cscript%3E%26x%3D1"));
    assert!(!page.body.contains("\"><script>") && !page.body.contains(REFUSED));
    assert!(!still_signed_in(&mut op).await);
    // As long as the suite's.
    let (mut op, hint) = signed_in().await;
    let state = "x".repeat(128);
    let page = logout(&mut op, &[("id_token_hint", &hint), ("post_logout_redirect_uri", GOODBYE), ("state", &state)]).await;
    assert_eq!(page.refresh(), Some(format!("{GOODBYE}?state={state}")));
}

/// OL-01.
#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_post_logout_redirect_uri() {
    let (mut op, hint) = signed_in().await;
    let page = logout(&mut op, &[("id_token_hint", &hint), ("post_logout_redirect_uri", "https://rp.example/bye/other"), ("state", "s")]).await;
    ends_here(&mut op, page).await;
}

/// OL-02: our own, changed to `alg: none`.
#[tokio::test]
async fn oidcc_rp_initiated_logout_modified_id_token_hint() {
    let (mut op, hint) = signed_in().await;
    let body = hint.split('.').nth(1).unwrap();
    // {"alg":"none"}
    let page = logout(&mut op, &[("id_token_hint", &format!("eyJhbGciOiJub25lIn0.{body}.")), ("post_logout_redirect_uri", GOODBYE), ("state", "s")]).await;
    asks_and_leads_nowhere(&mut op, page, Some("id_token_hint")).await;
}

/// OL-02: with our own claims and header, and signed by another key.
#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_id_token_hint() {
    let (mut op, hint) = signed_in().await;
    let (signed, _) = hint.rsplit_once('.').unwrap();
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    let foreign = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    for bad in [foreign.as_str(), "garbage"] {
        let page = logout(&mut op, &[("id_token_hint", bad), ("post_logout_redirect_uri", GOODBYE), ("state", "s")]).await;
        asks_and_leads_nowhere(&mut op, page, Some("id_token_hint")).await;
        op.authorize(&request(&[])).await;
    }
}

/// OL-02, OL-03.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_id_token_hint() {
    let (mut op, _) = signed_in().await;
    let page = logout(&mut op, &[("post_logout_redirect_uri", GOODBYE), ("state", "s")]).await;
    asks_and_leads_nowhere(&mut op, page, Some("no client")).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_params() {
    let (mut op, _) = signed_in().await;
    let page = logout(&mut op, &[]).await;
    asks_and_leads_nowhere(&mut op, page, None).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_post_logout_redirect_uri() {
    let (mut op, hint) = signed_in().await;
    let page = logout(&mut op, &[("id_token_hint", &hint), ("state", "s")]).await;
    assert_eq!((page.heading(), page.refresh()), ("You are signed out", None));
    assert!(!page.body.contains(REFUSED), "it wanted nothing that it did not get");
    assert!(!still_signed_in(&mut op).await);
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_state() {
    let (mut op, hint) = signed_in().await;
    let page = logout(&mut op, &[("id_token_hint", &hint), ("post_logout_redirect_uri", GOODBYE)]).await;
    assert_eq!(page.refresh().as_deref(), Some(GOODBYE));
    assert!(!still_signed_in(&mut op).await);
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_only_state() {
    let (mut op, _) = signed_in().await;
    let page = logout(&mut op, &[("state", "s")]).await;
    asks_and_leads_nowhere(&mut op, page, None).await;
}

/// OL-01.
#[tokio::test]
async fn oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri() {
    let (mut op, hint) = signed_in().await;
    let page = logout(&mut op, &[("id_token_hint", &hint), ("post_logout_redirect_uri", &format!("{GOODBYE}?foo=bar")), ("state", "s")]).await;
    ends_here(&mut op, page).await;
}

/// OL-04, OL-05: a hint that has expired serves while its session is here; one of another person does not end this one's.
#[tokio::test]
async fn ol_04_a_hint_of_somebody_else_ends_nothing() {
    let (mut op, hint) = signed_in().await;
    let mut eve = op.broker.browser();
    eve.sign_in("wiki", "eve@north.example", "Reiher-88").await;
    std::mem::swap(&mut op.browser, &mut eve);
    let page = logout(&mut op, &[("id_token_hint", &hint), ("post_logout_redirect_uri", GOODBYE)]).await;
    assert_eq!(page.heading(), "Sign out?");
    assert!(still_signed_in(&mut op).await, "Eve's session is hers");
    std::mem::swap(&mut op.browser, &mut eve);
    op.broker.clock.wait(std::time::Duration::from_secs(1_800));
    assert!(still_signed_in(&mut op).await);
    let page = logout(&mut op, &[("id_token_hint", &hint), ("post_logout_redirect_uri", GOODBYE)]).await;
    assert_eq!(page.refresh().as_deref(), Some(GOODBYE), "the hint is half an hour old");
    assert!(!still_signed_in(&mut op).await);
}
