//! Requests that come twice are done once (`Idempotency-Key`).

use std::time::Duration;

use homeward_model::{ApiTokenId, SystemRandom};
use homeward_portal::tokens::Scope;
use homeward_testkit::{Page, TestBroker};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use super::{Caller, json_of, names, problem};
use crate::portal::{OWN, keep_token, token_of, world};

const KEY: &str = "7d7f3f0e-import-1";

async fn add(caller: &Caller, key: &str, body: &Value) -> Page {
    caller.send(Method::POST, &format!("/accounts/{OWN}/connections"), &[("idempotency-key", key)], Some(body)).await
}

async fn connections(caller: &Caller) -> Vec<String> {
    names(&caller.read(&format!("/accounts/{OWN}/connections")).await, "name")
}

async fn world_with_admin() -> (TestBroker, Caller) {
    let broker = world().await;
    let admin = Caller::whole(&broker, "admin@own.example", OWN).await;
    (broker, admin)
}

/// The same key and the same request get the same answer, and are done once; another request under the key is refused, and the key of
/// another token is another key.
#[tokio::test]
async fn the_same_request_is_done_once() {
    let (broker, admin) = world_with_admin().await;
    let body = json!({ "product": "okta-saml", "name": "Twice" });
    let before = connections(&admin).await;
    let first = add(&admin, KEY, &body).await;
    let again = add(&admin, KEY, &body).await;
    let of = |page: &Page| (page.status, page.body.clone(), page.header("etag").map(str::to_owned), page.header("location").map(str::to_owned));
    assert_eq!((first.status, of(&first)), (201, of(&again)));
    let once = connections(&admin).await;
    assert_eq!(once.len(), before.len() + 1);
    let other = add(&admin, KEY, &json!({ "product": "okta-saml", "name": "Other" })).await;
    assert_eq!((other.status, problem(&other).as_str()), (422, "idempotency.other_request"));
    let elsewhere = admin.send(Method::POST, &format!("/accounts/{OWN}/domains"), &[("idempotency-key", KEY)], Some(&json!({ "domain": "x.example" }))).await;
    assert_eq!((elsewhere.status, problem(&elsewhere).as_str()), (422, "idempotency.other_request"), "another address");
    assert_eq!(connections(&admin).await, once);
    let second = Caller::whole(&broker, "admin@own.example", OWN).await;
    assert_eq!(add(&second, KEY, &body).await.status, 201);
    assert_eq!(connections(&admin).await.len(), once.len() + 1, "another token's key");
    for bad in ["", "a b", &"x".repeat(256)] {
        let page = add(&admin, bad, &body).await;
        assert_eq!((page.status, problem(&page).as_str()), (400, "idempotency.malformed"), "{bad}");
    }
    broker.clock.wait(Duration::from_secs(86_400));
    broker.running().store.sweep(homeward_model::Clock::now(broker.clock.as_ref())).await.unwrap();
    assert_eq!(add(&admin, KEY, &body).await.status, 201, "after a day the key is free");
    assert_eq!(connections(&admin).await.len(), once.len() + 2);
}

/// SM-06: what was seen before is part of the request: under the same key, but having seen something else, nothing is answered from memory.
#[tokio::test]
async fn sm_06_what_was_seen_is_part_of_what_a_key_stands_for() {
    let (_broker, admin) = world_with_admin().await;
    let made = add(&admin, "seen", &json!({ "product": "okta-saml" })).await;
    let of = |seen: &'static str| [("idempotency-key", "again"), ("if-match", seen)];
    let id = made.header("location").unwrap().rsplit('/').next().unwrap();
    let path = format!("/accounts/{OWN}/connections/{id}/proposal/accept");
    let accept = async |seen: &'static str| admin.send(Method::POST, &path, &of(seen), None).await;
    let (first, same, other) = (accept("\"a\"").await, accept("\"a\"").await, accept("\"b\"").await);
    let same_body = same.body.clone();
    assert_eq!((first.status, first.body), (same.status, same.body), "the twin");
    assert_eq!((other.status, problem(&other).as_str()), (422, "idempotency.other_request"));
    // Whoever says nothing about it is asked for it, whatever the key was used for, and uses no key up.
    for key in ["again", "new"] {
        let blind = admin.send(Method::POST, &path, &[("idempotency-key", key)], None).await;
        assert_eq!((blind.status, problem(&blind).as_str()), (428, "precondition.required"), "{key}");
    }
    let after = admin.send(Method::POST, &path, &[("idempotency-key", "new"), ("if-match", "\"a\"")], None).await;
    assert_eq!((after.status, after.body), (same.status, same_body), "the key is free");
}

/// What was refused is refused again in the same words, whatever has changed; a request without a key is asked anew.
#[tokio::test]
async fn a_refusal_is_given_again() {
    let (broker, admin) = world_with_admin().await;
    let mia = broker.user("mia@own.example", OWN).await.id;
    let step = async |what: &str, key: Option<&str>| {
        let headers: Vec<(&str, &str)> = key.iter().map(|key| ("idempotency-key", *key)).collect();
        admin.send(Method::POST, &format!("/accounts/{OWN}/users/{mia}/{what}"), &headers, None).await
    };
    let refused = step("resume", Some("one")).await;
    assert_eq!((refused.status, problem(&refused).as_str()), (409, "changed"));
    assert_eq!(step("suspend", Some("two")).await.status, 204);
    let again = step("resume", Some("one")).await;
    assert_eq!((again.status, again.body), (409, refused.body));
    assert_eq!(step("resume", None).await.status, 204, "the twin");
    assert_eq!(step("suspend", Some("two")).await.status, 204, "as before");
    assert_eq!(broker.user("mia@own.example", OWN).await.state, homeward_discovery::UserState::Active, "and not done again");
}

/// Who may no longer is not answered from memory.
#[tokio::test]
async fn ad_01_an_answer_is_not_given_again_to_who_may_no_longer() {
    let broker = world().await;
    let sec = Caller::of(&broker, "sec@own.example", OWN, &[Scope::SignOnPrepare, Scope::SignOnRead]).await;
    let body = json!({ "product": "okta-saml" });
    assert_eq!(add(&sec, KEY, &body).await.status, 201);
    assert_eq!(add(&sec, KEY, &body).await.status, 201);
    broker.change_user("sec@own.example", OWN, |user| user.state = homeward_discovery::UserState::Suspended).await;
    let page = add(&sec, KEY, &body).await;
    assert_eq!((page.status, problem(&page).as_str()), (401, "portal.token"));
}

/// Two at the same moment: one of them is done, and the other is told so or gets its answer.
#[tokio::test]
async fn two_at_once_are_done_once() {
    let (_broker, admin) = world_with_admin().await;
    let before = connections(&admin).await.len();
    for round in 0..8 {
        let body = json!({ "product": "okta-saml", "name": format!("Round {round}") });
        let key = format!("round-{round}");
        let (one, two) = futures_util::future::join(add(&admin, &key, &body), add(&admin, &key, &body)).await;
        for page in [&one, &two] {
            assert!(page.status == 201 || (page.status == 409 && problem(page) == "idempotency.running"), "{} {}", page.status, page.body);
        }
        let made = if one.status == 201 { &one } else { &two };
        assert_eq!(json_of(made)["connection"]["name"], format!("Round {round}"));
        assert_eq!(connections(&admin).await.len(), before + round + 1);
    }
}

/// Whoever hangs up loses nothing: what was begun is finished once, and its answer is there for whoever asks again under the key.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_hangs_up_finds_the_answer_under_the_key() {
    let (broker, admin) = world_with_admin().await;
    let before = connections(&admin).await.len();
    for round in 0..12 {
        let (key, body) = (format!("gone-{round}"), json!({ "product": "okta-saml", "name": format!("Gone {round}") }));
        let text = body.to_string();
        let head = format!(
            "POST /api/v1/accounts/{OWN}/connections HTTP/1.1\r\nhost: homeward.localhost\r\nauthorization: Bearer {}\r\nidempotency-key: {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{text}",
            admin.secret,
            text.len()
        );
        let mut gone = tokio::net::TcpStream::connect(broker.running().address).await.unwrap();
        gone.write_all(head.as_bytes()).await.unwrap();
        // At another moment each time.
        for _ in 0..round * 40 {
            tokio::task::yield_now().await;
        }
        gone.set_zero_linger().unwrap();
        drop(gone);
        let mut answered = add(&admin, &key, &body).await;
        for _ in 0..2_000 {
            if answered.status == 201 {
                break;
            }
            assert_eq!((answered.status, problem(&answered).as_str()), (409, "idempotency.running"));
            answered = add(&admin, &key, &body).await;
        }
        assert_eq!(answered.status, 201, "the key is never lost: {}", answered.body);
        assert_eq!(connections(&admin).await.len(), before + round + 1, "done once");
    }
}

/// A token makes so many calls in five minutes, and is told when it may go on; another one goes on meanwhile.
#[tokio::test]
async fn a_token_makes_so_many_calls_and_no_more() {
    let broker = world().await;
    let user = broker.user("admin@own.example", OWN).await;
    let token = token_of(&broker, &user, &[Scope::UsersRead], ApiTokenId::generate(&SystemRandom));
    let secret = keep_token(&broker, &user, &token).await;
    let (one, other) = (Caller { browser: broker.browser(), secret }, Caller::of(&broker, "admin@own.example", OWN, &[Scope::UsersRead]).await);
    let (path, ctx) = (format!("/accounts/{OWN}/users"), &broker.running().context);
    for _ in 0..2_999 {
        assert_eq!(ctx.guesses.allow("api call", &token.id.to_string(), 3_000, Duration::from_secs(300), ctx.now()).await.unwrap(), None);
    }
    assert_eq!(one.get(&path).await.status, 200, "the last one");
    let waits = one.get(&path).await;
    assert_eq!((waits.status, problem(&waits).as_str(), waits.header("retry-after")), (429, "too_many_calls", Some("300")));
    assert_eq!(other.get(&path).await.status, 200, "another token");
    broker.clock.wait(Duration::from_secs(300));
    assert_eq!(one.get(&path).await.status, 200, "and then it goes on");
}
