//! Back-channel logout towards applications, and what happens when they do not answer.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_provider::LogoutDelivery;
use serde_json::Value;
use tokio::sync::Notify;

use crate::op::{GOODBYE, ISSUER, Op, request, text};

/// Applications that listen: what they got, and which of them does not answer.
#[derive(Default)]
struct Listening {
    got: Mutex<Vec<(String, String)>>,
    refuses: Mutex<bool>,
    /// Answers only when it is told to.
    slow: Option<(&'static str, Notify)>,
}

#[async_trait]
impl LogoutDelivery for Listening {
    async fn post(&self, uri: &str, logout_token: &str) -> Result<(), String> {
        if let Some((_, go)) = self.slow.as_ref().filter(|(slow, _)| *slow == uri) {
            go.notified().await;
        }
        self.got.lock().unwrap().push((uri.to_owned(), logout_token.to_owned()));
        if *self.refuses.lock().unwrap() { Err("it answered 500".into()) } else { Ok(()) }
    }
}

fn part(jwt: &str, place: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(jwt.split('.').nth(place).unwrap()).unwrap()).unwrap()
}

async fn deliver(op: &Op, to: &Arc<Listening>) -> u32 {
    let delivery: Arc<dyn LogoutDelivery> = to.clone();
    homeward_server::deliver_logouts(&op.broker.running().context, &delivery).await.unwrap()
}

async fn sign_out(op: &mut Op, hint: &str) {
    let page = op.browser.get(&format!("/oauth2/logout?id_token_hint={hint}&post_logout_redirect_uri={GOODBYE}")).await;
    assert_eq!(page.refresh().as_deref(), Some(GOODBYE), "the person waits for no application");
}

#[tokio::test]
async fn oidcc_backchannel_logout_discovery_endpoint_verification() {
    let mut op = Op::start().await;
    let metadata: Value = serde_json::from_str(&op.browser.get("/.well-known/openid-configuration").await.body).unwrap();
    assert_eq!((&metadata["backchannel_logout_supported"], &metadata["backchannel_logout_session_supported"]), (&true.into(), &true.into()));
}

/// OL-07.
#[tokio::test]
async fn oidcc_backchannel_rp_initiated_logout() {
    let mut op = Op::start().await;
    let callback = op.authorize(&request(&[])).await;
    let tokens = op.redeem(&callback).await;
    let claims = op.id_token(&tokens, Some("nonce-1")).await;
    let listening = Arc::new(Listening::default());
    assert_eq!(deliver(&op, &listening).await, 0, "nobody has signed out");
    sign_out(&mut op, text(&tokens, "id_token")).await;
    assert_eq!(deliver(&op, &listening).await, 1);
    let got = listening.got.lock().unwrap().clone();
    let (uri, token) = &got[0];
    assert_eq!((got.len(), uri.as_str()), (1, "https://rp.example/backchannel"));
    let (header, told) = (part(token, 0), part(token, 1));
    assert_eq!((text(&header, "typ"), text(&header, "alg")), ("logout+jwt", "ES256"));
    assert_eq!((text(&told, "iss"), text(&told, "aud")), (ISSUER, "rp"));
    assert_eq!((&told["sub"], &told["sid"]), (&claims["sub"], &claims["sid"]));
    assert!(told["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object());
    assert!(told.get("nonce").is_none() && told["jti"].is_string());
    assert!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap() <= 120);
    assert_eq!(deliver(&op, &listening).await, 0, "told once");
}

/// OL-08: an application that fails is told later and again, over restarts; given up, it stands in the audit.
#[tokio::test]
async fn ol_08_a_notice_outlives_failures_and_restarts() {
    let mut op = Op::start().await;
    let callback = op.authorize(&request(&[])).await;
    let tokens = op.redeem(&callback).await;
    sign_out(&mut op, text(&tokens, "id_token")).await;
    let listening = Arc::new(Listening::default());
    *listening.refuses.lock().unwrap() = true;
    assert_eq!(deliver(&op, &listening).await, 1);
    assert_eq!(deliver(&op, &listening).await, 0, "not at once again");
    op.broker.restart().await;
    for _ in 0..8 {
        op.broker.clock.wait(Duration::from_secs(43_200));
        assert_eq!(deliver(&op, &listening).await, 1);
    }
    op.broker.clock.wait(Duration::from_secs(43_200 * 10));
    assert_eq!(deliver(&op, &listening).await, 0, "given up");
    assert!(op.broker.audit(3).await.iter().any(|(line, _)| line == "logout.notice given_up"));
    assert_eq!(op.broker.running().context.provider.notices.given_up().await, Ok(1));
}

/// OL-09: one application that never answers holds up none of two hundred others.
#[tokio::test]
async fn ol_09_a_slow_application_holds_up_nobody() {
    let mut op = Op::start().await;
    let many: String = (0..200)
        .map(|n| {
            format!("[[application]]\nclient_id = \"m{n}\"\nname = \"M\"\nauthentication = \"none\"\nredirect_uris = [\"https://m{n}.example/cb\"]\n\
                     backchannel_logout_uri = \"https://m{n}.example/out\"\n")
        })
        .collect();
    use homeward_model::Clock;
    let store = &op.broker.running().store;
    let plan = homeward_server::apply::plan_text(store, &many, &op.broker.folder().join("x"), op.broker.clock.now(), &homeward_model::SystemRandom).await.unwrap();
    plan.carry_out(store, op.broker.clock.now()).await.unwrap();
    let callback = op.authorize(&request(&[])).await;
    let tokens = op.redeem(&callback).await;
    for n in 0..200 {
        let client = format!("m{n}");
        let page = op.browser.open(&client, "").await;
        let (status, _) = op.browser.redeem(&client, page.header("location").unwrap()).await;
        assert_eq!(status, 200);
    }
    sign_out(&mut op, text(&tokens, "id_token")).await;
    let listening = Arc::new(Listening { slow: Some(("https://m0.example/out", Notify::new())), ..Listening::default() });
    let (context, delivery): (_, Arc<dyn LogoutDelivery>) = (op.broker.running().context.clone(), listening.clone());
    let round = tokio::spawn(async move { homeward_server::deliver_logouts(&context, &delivery).await });
    while listening.got.lock().unwrap().len() < 200 {
        tokio::task::yield_now().await;
    }
    assert!(!round.is_finished(), "the slow one is still at it");
    assert!(listening.got.lock().unwrap().iter().all(|(uri, _)| uri != "https://m0.example/out"));
    listening.slow.as_ref().unwrap().1.notify_one();
    assert_eq!(round.await.unwrap().unwrap(), 201);
    assert_eq!(listening.got.lock().unwrap().len(), 201);
}

/// OL-10: with the session end its grants and the code in flight; every application of it is told, and none of another session.
#[tokio::test]
async fn ol_10_every_way_to_end_a_session_tells_its_applications() {
    let mut op = Op::start().await;
    let callback = op.authorize(&request(&[("scope", "openid offline_access")])).await;
    let tokens = op.redeem(&callback).await;
    let page = op.open(&request(&[])).await;
    let in_flight = op.callback(&page);
    let listening = Arc::new(Listening::default());
    // The person is suspended: no page, no browser, and still the applications are told.
    op.broker.change_user("ann@north.example", "40817", |user| user.state = homeward_discovery::UserState::Suspended).await;
    assert_eq!(deliver(&op, &listening).await, 1);
    let form = [("grant_type", "authorization_code"), ("redirect_uri", crate::op::CALLBACK)];
    let code = in_flight.code();
    let (status, _) = op.token(&[&form[..], &[("code", code.as_str())]].concat()).await;
    let (refreshed, _) = op.token(&[("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token"))]).await;
    assert_eq!((status, refreshed), (400, 400));
}
