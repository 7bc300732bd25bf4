//! What applications are told of sign-outs: the tokens that arrive there, not only what is due.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_provider::LogoutDelivery;
use homeward_testkit::TestBroker;

/// Applications that listen: the address and the token of each notice.
#[derive(Default)]
struct Listening(Mutex<Vec<(String, String)>>);

#[async_trait]
impl LogoutDelivery for Listening {
    async fn post(&self, uri: &str, logout_token: &str) -> Result<(), String> {
        self.0.lock().unwrap().push((uri.to_owned(), logout_token.to_owned()));
        Ok(())
    }
}

/// An application that is away.
struct Away;

#[async_trait]
impl LogoutDelivery for Away {
    async fn post(&self, _: &str, _: &str) -> Result<(), String> {
        Err("it answered 503".to_owned())
    }
}

/// How many notices find their applications away now.
pub async fn away(broker: &TestBroker) -> u32 {
    let delivery: Arc<dyn LogoutDelivery> = Arc::new(Away);
    homeward_server::deliver_logouts(&broker.running().context, &delivery).await.unwrap()
}

/// What applications are posted of sign-outs now: the address and the token of each.
pub async fn posted(broker: &TestBroker) -> Vec<(String, String)> {
    let listening = Arc::new(Listening::default());
    let delivery: Arc<dyn LogoutDelivery> = listening.clone();
    let due = homeward_server::deliver_logouts(&broker.running().context, &delivery).await.unwrap();
    let posted = listening.0.lock().unwrap().clone();
    assert_eq!(usize::try_from(due).unwrap(), posted.len(), "what is due arrives");
    posted
}

/// How many applications are told of sign-outs now.
pub async fn told(broker: &TestBroker) -> usize {
    posted(broker).await.len()
}

/// Which applications are told of sign-outs now, by their addresses, and of which session.
pub async fn told_of(broker: &TestBroker) -> Vec<(String, String)> {
    let mut told: Vec<(String, String)> = posted(broker).await.into_iter().map(|(uri, token)| (uri, session_of(&token))).collect();
    told.sort();
    told
}

/// Header (0) or claims (1) of a token.
pub fn part(token: &str, place: usize) -> serde_json::Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(place).unwrap()).unwrap()).unwrap()
}

/// The session that a token is about.
pub fn session_of(token: &str) -> String {
    part(token, 1)["sid"].as_str().unwrap().to_owned()
}
