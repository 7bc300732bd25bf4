//! The REST API through real HTTP: who may what by which token, what is answered again, and what never shows.

mod lists;
mod matrix;
mod once;
mod problems;
mod reach;
mod tokens;

use homeward_model::{ApiTokenId, SystemRandom};
use homeward_portal::tokens::Scope;
use homeward_testkit::{Browser, Page, TestBroker};
use reqwest::Method;
use serde_json::{Value, json};

use crate::portal::{keep_token, token_of};

/// A program with a token.
pub struct Caller {
    pub browser: Browser,
    pub secret: String,
}

impl Caller {
    /// One with a token of somebody.
    pub async fn of(broker: &TestBroker, name: &str, account: &str, scopes: &[Scope]) -> Self {
        let user = broker.user(name, account).await;
        let token = token_of(broker, &user, scopes, ApiTokenId::generate(&SystemRandom));
        let secret = keep_token(broker, &user, &token).await;
        Self { browser: broker.browser(), secret }
    }
    /// One that may everything that its maker may.
    pub async fn whole(broker: &TestBroker, name: &str, account: &str) -> Self {
        Self::of(broker, name, account, Scope::ALL).await
    }
    /// A request under `/api/v1`.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Page {
        let bearer = format!("Bearer {}", self.secret);
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend(headers);
        self.browser.call(method, &format!("/api/v1{path}"), &all, body.map(Value::to_string).as_deref()).await
    }
    pub async fn get(&self, path: &str) -> Page {
        self.send(Method::GET, path, &[], None).await
    }
    pub async fn post(&self, path: &str, body: Option<&Value>) -> Page {
        self.send(Method::POST, path, &[], body).await
    }
    /// What a GET shows.
    pub async fn read(&self, path: &str) -> Value {
        let page = self.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        json_of(&page)
    }
}

pub fn json_of(page: &Page) -> Value {
    serde_json::from_str(&page.body).unwrap_or_else(|error| panic!("{error}: {}", page.body))
}

/// The code of a problem, which has everything that RFC 9457 asks for.
pub fn problem(page: &Page) -> String {
    assert_eq!(page.header("content-type"), Some("application/problem+json"), "{} {}", page.status, page.body);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let value = json_of(page);
    let code = value["code"].as_str().unwrap().to_owned();
    assert_eq!((value["status"].as_u64(), value["type"].as_str()), (Some(page.status.into()), Some(format!("urn:homeward:problem:{code}").as_str())));
    assert!(!value["title"].as_str().unwrap().is_empty() && !value["detail"].as_str().unwrap().is_empty());
    code
}

/// Names of one member of every entry.
pub fn names(value: &Value, member: &str) -> Vec<String> {
    value["items"].as_array().unwrap().iter().map(|item| item[member].as_str().unwrap().to_owned()).collect()
}

/// A body with one username.
pub fn usernames(name: &str) -> Value {
    json!({ "usernames": [name] })
}
