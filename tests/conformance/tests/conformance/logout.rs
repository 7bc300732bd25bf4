//! RP-initiated logout: where it leads, and that it leads nowhere when something is not right.

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

/// The person is asked, and after "yes" it leads nowhere but to our own page.
async fn asks_and_leads_nowhere(op: &mut Op, page: Page) {
    assert_eq!((page.status, page.heading()), (200, "Sign out?"));
    assert!(still_signed_in(op).await, "only the person's own word ends it");
    let page = op.browser.post("/signout", &[("stage", &page.hidden("stage"))]).await;
    assert_eq!((page.heading(), page.refresh(), page.header("location")), ("You are signed out", None, None));
    assert!(!page.body.contains("rp.example/"));
    assert!(!still_signed_in(op).await);
}

/// The hint is right and so the session is over; where it would lead is not, and so it leads nowhere.
async fn ends_here(op: &mut Op, page: Page) {
    assert_eq!((page.status, page.heading(), page.refresh(), page.header("location")), (200, "You are signed out", None, None));
    assert!(!page.body.contains("rp.example/"));
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
    assert!(!page.body.contains("\"><script>"));
    assert!(!still_signed_in(&mut op).await);
}

/// OL-01.
#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_post_logout_redirect_uri() {
    let (mut op, hint) = signed_in().await;
    let page = logout(&mut op, &[("id_token_hint", &hint), ("post_logout_redirect_uri", "https://rp.example/bye/other"), ("state", "s")]).await;
    ends_here(&mut op, page).await;
}

/// OL-02.
#[tokio::test]
async fn oidcc_rp_initiated_logout_modified_id_token_hint() {
    let (mut op, hint) = signed_in().await;
    let (signed, signature) = hint.rsplit_once('.').unwrap();
    let bent: String = signature.chars().rev().collect();
    let page = logout(&mut op, &[("id_token_hint", &format!("{signed}.{bent}")), ("post_logout_redirect_uri", GOODBYE), ("state", "s")]).await;
    asks_and_leads_nowhere(&mut op, page).await;
}

/// OL-02.
#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_id_token_hint() {
    let (mut op, hint) = signed_in().await;
    let body = hint.split('.').nth(1).unwrap();
    // {"alg":"none"}
    let page = logout(&mut op, &[("id_token_hint", &format!("eyJhbGciOiJub25lIn0.{body}.")), ("post_logout_redirect_uri", GOODBYE), ("state", "s")]).await;
    asks_and_leads_nowhere(&mut op, page).await;
}

/// OL-02, OL-03.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_id_token_hint() {
    let (mut op, _) = signed_in().await;
    let page = logout(&mut op, &[("post_logout_redirect_uri", GOODBYE), ("state", "s")]).await;
    asks_and_leads_nowhere(&mut op, page).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_params() {
    let (mut op, _) = signed_in().await;
    let page = logout(&mut op, &[]).await;
    asks_and_leads_nowhere(&mut op, page).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_post_logout_redirect_uri() {
    let (mut op, hint) = signed_in().await;
    let page = logout(&mut op, &[("id_token_hint", &hint), ("state", "s")]).await;
    assert_eq!((page.heading(), page.refresh()), ("You are signed out", None));
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
    asks_and_leads_nowhere(&mut op, page).await;
}

/// OL-01.
#[tokio::test]
async fn oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri() {
    let (mut op, hint) = signed_in().await;
    let page = logout(&mut op, &[("id_token_hint", &hint), ("post_logout_redirect_uri", &format!("{GOODBYE}?extra=1")), ("state", "s")]).await;
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
