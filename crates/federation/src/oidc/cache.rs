//! Discovery documents and key sets, fetched seldom: fresh for an hour or as the provider says, the last good ones for a day
//! while the provider does not answer, and once more when a token names a key that is not there (OR-16, OR-17).
//!
//! They are another's, who tells nobody when they change: so time ends a copy, and the key that is missing does. Nothing that is changed here changes
//! them, and each broker has its own (decision 0027). What was accepted of them stands with the connection, and is asked of the store.

use std::{collections::HashMap, sync::{Arc, Mutex, MutexGuard, PoisonError}, time::Duration};

use homeward_egress::{Answer, Authorization, Client, Conditions};
use homeward_model::Timestamp;

use super::{discovery::{self, Document}, keys::KeySet};
use crate::{Check, Failure, away};

/// Most issuers that are remembered; the one that was used longest ago makes room.
const MOST: usize = 1_000;
/// Bounds of how long an answer counts as fresh, in seconds; and when the provider says nothing.
const FRESH: (u64, u64, u64) = (300, 86_400, 3_600);
/// How long the last good answer is used while none comes.
const LAST_GOOD: Duration = Duration::from_secs(86_400);
/// After a failure nobody asks again for so long.
const PAUSE: Duration = Duration::from_secs(15);
/// How often an unknown key leads to a fetch before its time.
const UNKNOWN_KEY: Duration = Duration::from_secs(60);

/// Who found a key missing. What strangers can send must not use up what sign-ins need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Asker {
    /// An ID token, which came from the provider itself.
    SignIn,
    /// A logout token, which anybody can post.
    Logout,
}

/// One document as it was fetched last.
#[derive(Debug)]
struct Kept<T> {
    value: Option<Arc<T>>,
    good_at: Timestamp,
    fresh_until: Timestamp,
    failed: Option<(Timestamp, Failure)>,
    conditions: Conditions,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { value: None, good_at: Timestamp::default(), fresh_until: Timestamp::default(), failed: None, conditions: Conditions::default() }
    }
}

impl<T> Kept<T> {
    /// What can be used without asking: a fresh answer, or, in the pause after a failure, the last good one or the failure.
    fn without_asking(&self, now: Timestamp) -> Option<Result<Arc<T>, Failure>> {
        if let Some(value) = self.value.as_ref().filter(|_| now < self.fresh_until) {
            return Some(Ok(Arc::clone(value)));
        }
        let (_, failure) = self.failed.as_ref().filter(|(at, _)| now < at.plus(PAUSE))?;
        Some(self.last_good(now).ok_or_else(|| failure.clone()))
    }
    fn last_good(&self, now: Timestamp) -> Option<Arc<T>> {
        self.value.clone().filter(|_| now < self.good_at.plus(LAST_GOOD))
    }
    fn keep(&mut self, fetched: Result<(Option<Arc<T>>, Conditions, u64), Failure>, now: Timestamp) -> Result<Arc<T>, Failure> {
        match fetched {
            Ok((value, conditions, age)) => {
                if let Some(value) = value {
                    (self.value, self.conditions) = (Some(value), conditions);
                }
                self.failed = None;
                self.good_at = now;
                self.fresh_until = now.plus(Duration::from_secs(age));
                self.value.clone().ok_or_else(|| Failure::of(Check::Answered, "provider.not_modified"))
            }
            Err(failure) => {
                self.failed = Some((now, failure.clone()));
                self.last_good(now).ok_or(failure)
            }
        }
    }
}

#[derive(Debug, Default)]
struct State {
    document: Kept<Document>,
    keys: Kept<KeySet>,
    /// Of which address the keys are.
    keys_from: String,
    refreshed: HashMap<Asker, Timestamp>,
    used: Timestamp,
}

/// What is known of one issuer.
#[derive(Debug, Default)]
pub(crate) struct Issuer {
    state: Mutex<State>,
    /// One fetch at a time.
    flight: tokio::sync::Mutex<()>,
}

/// How an issuer answered lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Health {
    pub good_at: Option<Timestamp>,
    pub keys_at: Option<Timestamp>,
    pub failed: Option<(Timestamp, Failure)>,
}

/// All issuers.
#[derive(Debug, Default)]
pub(crate) struct Cache(Mutex<HashMap<(String, bool), Arc<Issuer>>>);

fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Cache {
    /// The place of an issuer; made when it is new.
    pub fn issuer(&self, issuer: &str, many_tenants: bool, now: Timestamp) -> Arc<Issuer> {
        let mut all = open(&self.0);
        let key = (issuer.to_owned(), many_tenants);
        if !all.contains_key(&key)
            && all.len() >= MOST
            && let Some(oldest) = all.iter().min_by_key(|(_, kept)| open(&kept.state).used).map(|(key, _)| key.clone())
        {
            all.remove(&oldest);
        }
        let found = Arc::clone(all.entry(key).or_default());
        open(&found.state).used = now;
        found
    }
}

impl Issuer {
    /// The discovery document of the issuer.
    pub async fn document(&self, client: &Client, issuer: &str, many_tenants: bool, now: Timestamp) -> Result<Arc<Document>, Failure> {
        if let Some(known) = self.known(now, |state| &state.document) {
            return known;
        }
        let _one = self.flight.lock().await;
        // Whoever had the lock before may have fetched it.
        if let Some(known) = open(&self.state).document.without_asking(now) {
            return known;
        }
        let conditions = open(&self.state).document.conditions.clone();
        let fetched = fetch(client, &discovery::address(issuer), &conditions).await;
        let read = fetched.and_then(|answer| whole(answer, |bytes| Document::read(bytes, issuer, many_tenants, client.rules())));
        open(&self.state).document.keep(read, now)
    }
    /// The keys of the issuer.
    pub async fn keys(&self, client: &Client, document: &Document, now: Timestamp) -> Result<Arc<KeySet>, Failure> {
        if let Some(known) = self.known_keys(document, now) {
            return known;
        }
        let _one = self.flight.lock().await;
        {
            let state = open(&self.state);
            if state.keys_from == document.keys
                && let Some(known) = state.keys.without_asking(now)
            {
                return known;
            }
        }
        self.fetch_keys(client, document, now).await
    }
    /// The keys, fetched anew since one is missing, unless that happened a moment ago; then `None`.
    pub async fn newer_keys(&self, client: &Client, document: &Document, now: Timestamp, asker: Asker) -> Option<Arc<KeySet>> {
        let _one = self.flight.lock().await;
        {
            let mut state = open(&self.state);
            if state.refreshed.get(&asker).is_some_and(|at| now < at.plus(UNKNOWN_KEY)) {
                // Somebody else may have fetched it a moment ago; for a connection that accepted another address its keys are none.
                return state.keys.value.clone().filter(|_| state.keys_from == document.keys);
            }
            state.refreshed.insert(asker, now);
        }
        self.fetch_keys(client, document, now).await.ok()
    }
    async fn fetch_keys(&self, client: &Client, document: &Document, now: Timestamp) -> Result<Arc<KeySet>, Failure> {
        let conditions = {
            let state = open(&self.state);
            if state.keys_from == document.keys { state.keys.conditions.clone() } else { Conditions::default() }
        };
        let fetched = fetch(client, &document.keys, &conditions).await;
        let read = fetched.and_then(|answer| whole(answer, |bytes| match KeySet::read(bytes) {
            Ok(set) if set.len() > 0 => Ok(set),
            Ok(_) => Err(Failure::of(Check::Signature, "provider.no_keys")),
            Err(_) => Err(Failure::of(Check::Signature, "provider.keys_malformed")),
        }));
        let mut state = open(&self.state);
        if state.keys_from != document.keys {
            // Keys of another address are not a last good answer of this one.
            state.keys = Kept::default();
            state.keys_from.clone_from(&document.keys);
        }
        state.keys.keep(read, now)
    }
    fn known<T>(&self, now: Timestamp, of: impl Fn(&State) -> &Kept<T>) -> Option<Result<Arc<T>, Failure>> {
        let state = open(&self.state);
        let kept = of(&state);
        if let Some(known) = kept.without_asking(now) {
            return Some(known);
        }
        // Somebody is asking already: nobody else needs to wait while the last good answer serves.
        if self.flight.try_lock().is_err() { kept.last_good(now).map(Ok) } else { None }
    }
    fn known_keys(&self, document: &Document, now: Timestamp) -> Option<Result<Arc<KeySet>, Failure>> {
        if open(&self.state).keys_from != document.keys {
            return None;
        }
        self.known(now, |state| &state.keys)
    }
    /// How it answered lately.
    pub fn health(&self) -> Health {
        let state = open(&self.state);
        let at = |good: bool, when: Timestamp| good.then_some(when);
        Health {
            good_at: at(state.document.value.is_some(), state.document.good_at),
            keys_at: at(state.keys.value.is_some(), state.keys.good_at),
            failed: state.document.failed.clone().or_else(|| state.keys.failed.clone()),
        }
    }
}

async fn fetch(client: &Client, address: &str, conditions: &Conditions) -> Result<Answer, Failure> {
    client.get(address, Authorization::None, conditions).await.map_err(|error| match away::by_error(error) {
        true => Failure::differs(Check::Answered, "provider.unreachable", error.word(), ""),
        false => Failure::differs(Check::Answered, "provider.wrong_address", error.word(), ""),
    })
}

type Fetched<T> = (Option<Arc<T>>, Conditions, u64);

/// The document in an answer; nothing new for 304.
fn whole<T>(answer: Answer, read: impl Fn(&[u8]) -> Result<T, Failure>) -> Result<Fetched<T>, Failure> {
    let (least, most, usual) = FRESH;
    let age = answer.max_age().unwrap_or(usual).clamp(least, most);
    match answer.status {
        304 => Ok((None, Conditions::default(), age)),
        200 => Ok((Some(Arc::new(read(&answer.body)?)), answer.conditions(), age)),
        other if away::by_status(other) => Err(Failure::differs(Check::Answered, "provider.status", &away::status(other), &away::status(200))),
        other => Err(Failure::differs(Check::Answered, "provider.wrong_address", &away::status(other), &away::status(200))),
    }
}

#[cfg(test)]
mod tests {
    use homeward_egress::{Limits, Rules};

    use super::*;

    /// OR-19, OR-04: one issuer, two connections that accepted different addresses of its keys: what was fetched for one a moment ago is no
    /// newer key of the other's.
    #[tokio::test]
    async fn or_19_keys_of_another_address_are_no_newer_keys() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let client = Client::with_limits(Rules::default(), Limits::default()).unwrap();
        let at = |keys: &str| Document {
            issuer: "https://idp.example".into(),
            authorization: "https://idp.example/a".into(),
            token: "https://idp.example/t".into(),
            keys: keys.into(),
            userinfo: None,
            end_session: None,
            names_issuer: false,
        };
        let issuer = Issuer::default();
        {
            let mut state = open(&issuer.state);
            state.keys.value = Some(Arc::new(KeySet::default()));
            state.keys_from = "https://moved.example/k".into();
            state.refreshed.insert(Asker::SignIn, now);
        }
        assert!(issuer.newer_keys(&client, &at("https://moved.example/k"), now, Asker::SignIn).await.is_some());
        assert!(issuer.newer_keys(&client, &at("https://idp.example/k"), now, Asker::SignIn).await.is_none());
    }
}
