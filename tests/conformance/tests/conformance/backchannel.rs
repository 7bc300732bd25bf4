//! Back-channel logout towards applications, and what happens when they do not answer.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_provider::LogoutDelivery;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::{Notify, mpsc},
};

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
    let page = op.browser.get(&format!("/oauth2/logout?id_token_hint={hint}&post_logout_redirect_uri={GOODBYE}&state=s-1")).await;
    assert_eq!(page.refresh().as_deref(), Some(format!("{GOODBYE}?state=s-1").as_str()), "the person waits for no application");
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
    let (header, told) = op.verified(token).await;
    assert_eq!((text(&header, "typ"), text(&header, "alg")), ("logout+jwt", "RS256"));
    assert_eq!((text(&told, "iss"), text(&told, "aud")), (ISSUER, "rp"));
    assert_eq!((&told["sub"], &told["sid"]), (&claims["sub"], &claims["sid"]));
    assert!(told["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object());
    assert!(told.get("nonce").is_none() && told["jti"].is_string());
    assert!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap() <= 120);
    assert_eq!(deliver(&op, &listening).await, 0, "told once");
    let page = op.open(&request(&[("prompt", "none")])).await;
    assert_eq!(op.callback(&page).error().as_deref(), Some("login_required"), "signed out indeed");
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

/// An application's own server: answers each request with the next of these heads, and tells what it got.
async fn application(answers: &'static [&'static str]) -> (std::net::SocketAddr, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut got = Vec::new();
            let mut part = [0; 4096];
            // Head and body: the form is all there when as much of it came as the head says.
            loop {
                let count = stream.read(&mut part).await.unwrap();
                got.extend_from_slice(&part[..count]);
                let text = String::from_utf8_lossy(&got).to_ascii_lowercase();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let length: usize = head.split("content-length: ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
                if count == 0 || body.len() >= length {
                    break;
                }
            }
            stream.write_all(format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").as_bytes()).await.unwrap();
            let _ = tell.send(String::from_utf8(got).unwrap());
        }
    });
    (address, told)
}

/// OL-07, OL-08: the worker of a running broker tells an application's own server by its client towards the outside: a server that fails, or
/// leads elsewhere, is told again later with a new token; one that has understood is not told again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ol_08_the_worker_tells_a_real_server_until_it_understands() {
    let (address, mut told) = application(&["500 No", "302 Found\r\nlocation: http://127.0.0.1:1/", "204 Done"]).await;
    let mut op = Op::start().await;
    let register = format!(
        "[[application]]\nclient_id = \"real\"\nname = \"Real\"\nauthentication = \"none\"\nredirect_uris = [\"https://real.example/cb\"]\n\
         backchannel_logout_uri = \"http://{address}/out\"\n"
    );
    use homeward_model::Clock;
    let store = &op.broker.running().store;
    let plan = homeward_server::apply::plan_text(store, &register, &op.broker.folder().join("x"), op.broker.clock.now(), &homeward_model::SystemRandom).await.unwrap();
    plan.carry_out(store, op.broker.clock.now()).await.unwrap();
    let overrides = homeward_server::Overrides { clock: Some(op.broker.clock.clone()), beside_another: true, ..Default::default() };
    let running = homeward_server::start(&op.broker.settings, overrides).await.unwrap();
    op.browser = homeward_testkit::Browser::new(running.address);
    let signed_in = op.browser.sign_in("real", "ann@north.example", "Kranich7!").await;
    let (_, tokens) = op.browser.redeem("real", &signed_in).await;
    let hint = text(&tokens, "id_token");
    op.browser.get(&format!("/oauth2/logout?id_token_hint={hint}")).await;
    let mut serials = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let got = next(&mut told, &running, &op.broker.clock).await;
        let (head, body) = got.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /out HTTP/1.1") && head.to_ascii_lowercase().contains("content-type: application/x-www-form-urlencoded"), "{head}");
        let claims = part(body.strip_prefix("logout_token=").unwrap(), 1);
        assert_eq!((text(&claims, "iss"), text(&claims, "aud"), &claims["sid"]), (ISSUER, "real", &part(hint, 1)["sid"]));
        serials.insert(text(&claims, "jti").to_owned());
    }
    assert_eq!(serials.len(), 3, "a new token each time");
    let later = op.broker.clock.now().plus(Duration::from_secs(86_400));
    while !running.context.provider.notices.due(later, 10).await.unwrap().is_empty() {
        // The answer was given; that it was is written in a moment.
        tokio::task::yield_now().await;
    }
    running.stop().await;
}

/// What the application gets next: as long as nothing comes, time passes for the broker.
async fn next(told: &mut mpsc::UnboundedReceiver<String>, running: &homeward_server::Running, clock: &homeward_testkit::TestClock) -> String {
    loop {
        (running.context.wake_mailroom)();
        match tokio::time::timeout(Duration::from_millis(100), told.recv()).await {
            Ok(got) => return got.unwrap(),
            Err(_) => clock.wait(Duration::from_secs(5)),
        }
    }
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
