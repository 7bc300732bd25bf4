//! Change of signing keys: the next one is published before it signs, and the one before stays published while anything it signed
//! may still be shown to us or to an application (OT-33). All states follow from two times of each key, so that any number of nodes agree.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use homeward_model::{Random, Timestamp};
use homeward_sealing::Sealer;

use crate::{
    client::Algorithm,
    keys::{KeysError, generate, place},
    ports::{KeyStore, StoredKey},
};

/// When keys change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RotationPlan {
    /// How long one signs. `None`: until somebody says so by command.
    pub every: Option<Duration>,
    /// How long one is published before it signs: longer than any application keeps our key set.
    pub ahead: Duration,
    /// How long one stays published after its successor signs: longer than what it signed is of use, ID tokens as hints of a sign-out
    /// included.
    pub keep: Duration,
}

impl Default for RotationPlan {
    fn default() -> Self {
        let days = |count: u64| Duration::from_secs(count * 86_400);
        Self { every: Some(days(90)), ahead: days(1), keep: days(31) }
    }
}

/// What a key is for, now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Published, and does not sign yet.
    Next,
    /// Signs.
    Present,
    /// Signs no more; what it signed still verifies.
    Old,
}

/// The state of each key, in the order given.
pub fn states(keys: &[StoredKey], now: Timestamp) -> Vec<KeyState> {
    let present = |algorithm: Algorithm| {
        let mut own: Vec<&StoredKey> = keys.iter().filter(|k| k.algorithm == algorithm).collect();
        own.sort_by_key(|key| key.order());
        own.iter().rev().find(|k| k.signs_from <= now).or(own.first()).map(|k| k.order())
    };
    let state = |key: &StoredKey| match present(key.algorithm) {
        Some(present) if present == key.order() => KeyState::Present,
        Some(present) if key.order() < present => KeyState::Old,
        Some(_) | None => KeyState::Next,
    };
    keys.iter().map(state).collect()
}

/// Makes one key and keeps it sealed.
pub(crate) async fn make(
    store: &dyn KeyStore,
    sealer: &Sealer,
    random: &dyn Random,
    (algorithm, created_at, signs_from): (Algorithm, Timestamp, Timestamp),
) -> Result<StoredKey, KeysError> {
    let pkcs8 = generate(algorithm)?;
    let mut id = [0; 9];
    random.fill(&mut id);
    let kid = URL_SAFE_NO_PAD.encode(id);
    let sealed = sealer.seal(&place(&kid), &pkcs8).ok_or(KeysError::Library)?;
    let key = StoredKey { kid, algorithm, sealed, created_at, signs_from };
    store.add(&key).await?;
    Ok(key)
}

/// A change that the schedule asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// The next key of an algorithm is announced; it signs from then on.
    Announce(Algorithm, Timestamp),
    /// This key is of no use any more.
    Forget(String),
}

impl std::fmt::Display for Due {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Announce(algorithm, _) => write!(f, "announce {}", algorithm.name()),
            Self::Forget(kid) => write!(f, "forget {kid}"),
        }
    }
}

/// What the schedule asks for now.
///
/// # Errors
/// `KeysError` when the store fails.
pub async fn due(store: &dyn KeyStore, (plan, now): (RotationPlan, Timestamp)) -> Result<Vec<Due>, KeysError> {
    let mut all_due = Vec::new();
    let all = store.load().await?;
    for algorithm in Algorithm::ALL {
        let mut own: Vec<&StoredKey> = all.iter().filter(|k| k.algorithm == algorithm).collect();
        own.sort_by_key(|key| key.order());
        // A key is of use until its successor has signed for long enough.
        for (old, successor) in own.iter().zip(own.iter().skip(1)) {
            if successor.signs_from <= now && now.since(successor.signs_from) >= plan.keep {
                all_due.push(Due::Forget(old.kid.clone()));
            }
        }
        if let (Some(newest), Some(every)) = (own.last(), plan.every) {
            let due = newest.signs_from.plus(every);
            if now.plus(plan.ahead) >= due {
                all_due.push(Due::Announce(algorithm, due.max(now.plus(plan.ahead))));
            }
        }
    }
    Ok(all_due)
}

/// Announces the next keys, and forgets old ones. Gives the names of keys that came and went.
///
/// # Errors
/// `KeysError` when the store or the library fails.
pub async fn carry_out(store: &dyn KeyStore, sealer: &Sealer, random: &dyn Random, (due, now): (Vec<Due>, Timestamp)) -> Result<Vec<String>, KeysError> {
    let mut changed = Vec::new();
    for one in due {
        match one {
            Due::Announce(algorithm, from) => changed.push(make(store, sealer, random, (algorithm, now, from)).await?.kid),
            Due::Forget(kid) => {
                store.remove(&kid).await?;
                changed.push(kid);
            }
        }
    }
    Ok(changed)
}

/// By command: the next key of an algorithm, signing after `ahead` or, with `ahead` zero, at once. One that is announced already only gets
/// its new time. Gives its name.
///
/// # Errors
/// `KeysError` when the store or the library fails.
pub async fn rotate(
    store: &dyn KeyStore,
    sealer: &Sealer,
    random: &dyn Random,
    (algorithm, ahead, now): (Algorithm, Duration, Timestamp),
) -> Result<StoredKey, KeysError> {
    let all = store.load().await?;
    let states = states(&all, now);
    let find = |wanted: KeyState| all.iter().zip(&states).find(|(k, state)| k.algorithm == algorithm && **state == wanted).map(|(k, _)| k.clone());
    // Never within the second in which the present one began: their order would be chance.
    let least = find(KeyState::Present).map_or(now, |present| present.signs_from.plus(Duration::from_secs(1)));
    let from = now.plus(ahead).max(least);
    match find(KeyState::Next) {
        Some(next) => {
            let key = StoredKey { signs_from: next.signs_from.min(from), ..next };
            store.put(&key).await?;
            Ok(key)
        }
        None => make(store, sealer, random, (algorithm, now, from)).await,
    }
}

#[cfg(test)]
#[path = "rotation_tests.rs"]
mod tests;
