//! What waits for an administrator's word: metadata of a SAML provider, endpoints of an OpenID Provider. It is taken over by the digest of
//! what was compared: what is at the provider's address, or waits by now, may be something else (SM-06).

use homeward_federation::{
    Protocol,
    refresh::Staged,
    waiting::{Difference, Waiting},
};
use homeward_model::{ConnectionId, Timestamp};
use homeward_store::{Store, register::ConnectionEntry};

use crate::{
    care,
    record::{self, Deed},
};

/// So often a word is put down while the worker reads; it does so every few minutes.
const TRIES: u32 = 3;

/// What an administrator has to do before they accept it.
pub(crate) const fn advice(waiting: &Waiting) -> &'static str {
    match waiting {
        Waiting::Metadata(Staged { brings_back: true, .. }) => "It lists a key that was taken out here: ask the provider whether that key is in its hands alone.",
        Waiting::Metadata(Staged { signed: true, .. }) => "A key that is trusted already has signed it.",
        Waiting::Metadata(_) => "No key that is trusted has signed it: compare the thumbprints with the provider's console.",
        Waiting::Endpoints(_) => "Codes and people would go there: ask the provider whether it has moved.",
    }
}

/// What waits of a connection, and is what an administrator has compared.
async fn compared(store: &Store, id: ConnectionId, protocol: &Protocol, digest: &str) -> Result<Waiting, String> {
    let waiting = waiting(store, id, protocol).await?;
    if digest != waiting.digest() {
        return Err("other metadata waits by now than what has this digest; look at it first: homeward connection accept without --digest".to_owned());
    }
    Ok(waiting)
}

/// What waits of a connection.
///
/// # Errors
/// A sentence: nothing waits, or the store fails.
pub(crate) async fn waiting(store: &Store, id: ConnectionId, protocol: &Protocol) -> Result<Waiting, String> {
    Waiting::of(store.refreshed(id).await.map_err(|e| e.to_string())?, protocol).ok_or_else(|| "nothing waits; see: homeward connection refresh".to_owned())
}

/// Takes over what waits, when it still has this digest. The deed is recorded before it is done. Gives what has changed.
///
/// # Errors
/// A sentence that says what to do; nothing is changed then.
pub async fn accept(store: &Store, entry: &ConnectionEntry, digest: &str, now: Timestamp) -> Result<Vec<Difference>, String> {
    let id = entry.connection.id;
    let settings = entry.settings.as_ref().ok_or("the connection has no settings")?;
    let waiting = compared(store, id, &settings.protocol, digest).await?;
    let (changes, taken) = waiting.preview(&settings.protocol, now)?;
    let mut names: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
    names.dedup();
    let deed = Deed { event: "operator.connection", account: Some(entry.connection.account), detail: format!("metadata accepted: {}", names.join(", ")), ..Deed::default() };
    record::around(store, deed, care::take(store, entry, taken)).await?;
    settle(store, id, &waiting, false).await?;
    Ok(changes)
}

/// Refuses what waits, when it still has this digest: the very same is not shown again. The deed is recorded before it is done.
///
/// # Errors
/// A sentence that says what to do; nothing is changed then.
pub async fn reject(store: &Store, entry: &ConnectionEntry, digest: &str) -> Result<(), String> {
    let id = entry.connection.id;
    let settings = entry.settings.as_ref().ok_or("the connection has no settings")?;
    let waiting = compared(store, id, &settings.protocol, digest).await?;
    let deed = Deed { event: "operator.connection", account: Some(entry.connection.account), detail: "metadata rejected".to_owned(), ..Deed::default() };
    record::around(store, deed, settle(store, id, &waiting, true)).await
}

/// It waits no more. `refused`: the very same is not shown again.
async fn settle(store: &Store, id: ConnectionId, waiting: &Waiting, refused: bool) -> Result<(), String> {
    for _ in 0..TRIES {
        let before = store.refreshed(id).await.map_err(|e| e.to_string())?;
        let kept = waiting.settled(before.clone(), refused);
        if store.change_refreshed(id, &before, &kept).await.map_err(|e| e.to_string())? {
            return Ok(());
        }
    }
    Err("what waits is being read again and again; look at it once more".to_owned())
}
