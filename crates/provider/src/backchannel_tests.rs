use std::sync::{Arc, Mutex};

use homeward_model::SystemRandom;
use serde_json::{Value, json};

use super::*;
use crate::{logout, calls::pairs, memory::World};

#[derive(Default)]
struct Application {
    got: Mutex<Vec<(String, String)>>,
    fails: Mutex<Option<&'static str>>,
}

#[async_trait]
impl LogoutDelivery for Application {
    async fn post(&self, uri: &str, logout_token: &str) -> Result<(), String> {
        self.got.lock().unwrap().push((uri.to_owned(), logout_token.to_owned()));
        self.fails.lock().unwrap().map_or(Ok(()), |why| Err(why.to_owned()))
    }
}

fn part(jwt: &str, place: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(jwt.split('.').nth(place).unwrap()).unwrap()).unwrap()
}

async fn world() -> (World, Notice) {
    let world = World::new().await;
    world.client("app", |c| c.backchannel_logout_uri = Some("https://app.example/logout".into()));
    let notice = Notice { id: 1, client: ClientId::parse("app").unwrap(), user: world.who.user, session: world.who.session, tries: 0 };
    world.memory.0.lock().unwrap().notices.push((notice.clone(), Some(Timestamp::from_seconds(0))));
    (world, notice)
}

/// OL-07: the whole of a logout token, and that it is nothing else.
#[tokio::test]
async fn ol_07_a_logout_token_says_whose_session_ended_and_nothing_more() {
    let (world, notice) = world().await;
    let application = Application::default();
    assert_eq!(deliver(&world.ports, &application, &notice).await, Ok(Outcome::Delivered));
    let (uri, token) = application.got.lock().unwrap()[0].clone();
    assert_eq!(uri, "https://app.example/logout");
    assert_eq!((&part(&token, 0)["typ"], &part(&token, 0)["alg"]), (&json!("logout+jwt"), &json!("ES256")));
    let mut claims = part(&token, 1);
    let jti = claims.as_object_mut().unwrap().remove("jti").unwrap();
    assert_eq!(claims, json!({
        "iss": "https://signin.example", "aud": "app", "sub": world.who.user.to_string(), "sid": world.who.session.to_string(), "iat": 1_000_000, "exp": 1_000_120,
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    }));
    let client = world.ports.clients.client(&notice.client).await.unwrap().unwrap();
    let another = logout_token(&world.ports, &client, &notice).unwrap();
    assert_ne!(part(&another, 1)["jti"], jti);
    assert_eq!(logout::parse(&world.ports, &pairs(&[("id_token_hint", &token)])).await.unwrap(), logout::LogoutRequest::default(), "no ID token");
    world.client("app", |c| c.backchannel_logout_session_required = false);
    let client = world.ports.clients.client(&notice.client).await.unwrap().unwrap();
    let everything = part(&logout_token(&world.ports, &client, &notice).unwrap(), 1);
    assert!(everything.get("sid").is_none() && everything["sub"] == claims["sub"] && everything.get("nonce").is_none());
}

/// OL-08: what fails is tried again, later and later, each time with a new token; in the end it is given up and stays visible.
#[tokio::test]
async fn ol_08_an_application_that_fails_is_told_again_and_at_last_given_up() {
    let (world, _) = world().await;
    let application = Application::default();
    *application.fails.lock().unwrap() = Some("it answered 500");
    let (mut waits, mut given_up) = (Vec::new(), false);
    for _ in 0..20 {
        let Some(notice) = world.ports.notices.due(world.ports.clock.now(), 10).await.unwrap().into_iter().next() else { break };
        match deliver(&world.ports, &application, &notice).await.unwrap() {
            Outcome::Again(why) => assert_eq!(why, "it answered 500"),
            Outcome::GivenUp(_) => given_up = true,
            other => panic!("{other:?}"),
        }
        let due = world.memory.0.lock().unwrap().notices[0].1;
        let wait = due.map_or(0, |at| at.since(world.ports.clock.now()).as_secs());
        waits.push(wait);
        world.wait(i64::try_from(wait).unwrap());
    }
    assert!(given_up && waits.windows(2).take(7).all(|pair| pair[0] < pair[1]), "{waits:?}");
    assert_eq!((world.ports.notices.given_up().await, application.got.lock().unwrap().len()), (Ok(1), 9));
    let tokens: std::collections::BTreeSet<_> = application.got.lock().unwrap().iter().map(|(_, token)| token.clone()).collect();
    assert_eq!(tokens.len(), 9, "each try has its own");
}

#[tokio::test]
async fn an_application_that_no_longer_wants_to_know_is_not_told() {
    let (world, notice) = world().await;
    world.client("app", |_| {});
    let application = Arc::new(Application::default());
    assert_eq!(deliver(&world.ports, application.as_ref(), &notice).await, Ok(Outcome::NotWanted));
    assert!(application.got.lock().unwrap().is_empty() && world.memory.0.lock().unwrap().notices.is_empty());
    let nobody = Notice { client: ClientId::parse("gone").unwrap(), session: SessionId::generate(&SystemRandom), ..notice };
    assert_eq!(deliver(&world.ports, application.as_ref(), &nobody).await, Ok(Outcome::NotWanted));
}
