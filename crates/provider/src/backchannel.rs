//! Back-Channel Logout 1.0 towards applications: who is told that a session has ended, and the token that says so.
//!
//! The store writes a notice for each application in the same step that ends the session. A worker delivers; the person never waits.

use std::time::Duration;

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_model::{ClientId, SessionId, Timestamp, UserId};

use crate::{
    client::Client,
    ports::{Ports, StoreFault},
};

/// The `typ` of a logout token (section 2.4).
const TYPE: &str = "logout+jwt";
/// The member of `events` (section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How long a logout token lasts; every try makes a new one.
const LIFETIME: Duration = Duration::from_secs(120);
/// How long to wait after each try that failed. After the last one the notice is given up, and stays for an operator to see.
const WAITS: [u64; 8] = [5, 30, 120, 600, 1_800, 7_200, 21_600, 43_200];

/// One application that is to be told of one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its number in the store.
    pub id: i64,
    /// The application.
    pub client: ClientId,
    /// Whose session it was.
    pub user: UserId,
    /// Which one.
    pub session: SessionId,
    /// How often it was tried.
    pub tries: u32,
}

/// Notices that wait.
#[async_trait]
pub trait LogoutNotices: Send + Sync {
    /// The oldest that are due, at most `limit`; the caller has them for a minute.
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Notice>, StoreFault>;
    /// The application knows; forgets the notice.
    async fn delivered(&self, id: i64) -> Result<(), StoreFault>;
    /// It did not work; `None`: given up.
    async fn failed(&self, id: i64, again: Option<Timestamp>, why: &str) -> Result<(), StoreFault>;
    /// How many were given up.
    async fn given_up(&self) -> Result<u64, StoreFault>;
}

/// Posts a logout token to an application (section 2.5).
#[async_trait]
pub trait LogoutDelivery: Send + Sync {
    /// Posts `logout_token` as a form. Anything but 200 or 204 is an error, told in a few words without what the other side wrote.
    async fn post(&self, uri: &str, logout_token: &str) -> Result<(), String>;
}

/// What became of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The application knows.
    Delivered,
    /// It is tried again later.
    Again(String),
    /// It was tried for the last time.
    GivenUp(String),
    /// The application is gone, or no longer wants to know.
    NotWanted,
}

/// Delivers one notice.
///
/// # Errors
/// `StoreFault` when the store fails; the notice stays.
pub async fn deliver(ports: &Ports, delivery: &dyn LogoutDelivery, notice: &Notice) -> Result<Outcome, StoreFault> {
    let client = ports.clients.client(&notice.client).await?;
    let wanted = client.as_ref().and_then(|client| client.backchannel_logout_uri.as_deref().map(|uri| (client, uri)));
    let Some((client, uri)) = wanted else {
        ports.notices.delivered(notice.id).await?;
        return Ok(Outcome::NotWanted);
    };
    let sent = match logout_token(ports, client, notice) {
        Some(token) => delivery.post(uri, &token).await,
        None => Err("the logout token could not be signed".to_owned()),
    };
    let Err(why) = sent else {
        ports.notices.delivered(notice.id).await?;
        return Ok(Outcome::Delivered);
    };
    let wait = usize::try_from(notice.tries).ok().and_then(|tries| WAITS.get(tries));
    let again = wait.map(|seconds| ports.clock.now().plus(Duration::from_secs(*seconds)));
    ports.notices.failed(notice.id, again, &why).await?;
    Ok(if again.is_some() { Outcome::Again(why) } else { Outcome::GivenUp(why) })
}

/// The logout token (section 2.4): no nonce, so that it can be taken for no ID token.
pub(crate) fn logout_token(ports: &Ports, client: &Client, notice: &Notice) -> Option<String> {
    let mut serial = [0; 16];
    ports.random.fill(&mut serial);
    let now = ports.clock.now();
    let mut claims = serde_json::json!({
        "iss": ports.issuer.as_str(),
        "aud": client.client_id.as_str(),
        "sub": notice.user.to_string(),
        "iat": now.seconds(),
        "exp": now.plus(LIFETIME).seconds(),
        "jti": URL_SAFE_NO_PAD.encode(serial),
        "events": { EVENT: {} },
    });
    if client.backchannel_logout_session_required {
        claims.as_object_mut()?.insert("sid".into(), notice.session.to_string().into());
    }
    ports.keys.signer(client.id_token_alg)?.jwt(Some(TYPE), &claims)
}

#[cfg(test)]
#[path = "backchannel_tests.rs"]
mod tests;
