//! Metadata that waits for an administrator's word. It is taken over by the digest of what was compared: what is at the provider's
//! address, or waits by now, may be something else (SM-06).

use homeward_federation::{ConnectionSettings, Protocol, refresh::preview, saml::metadata::Change};
use homeward_model::{ConnectionId, Timestamp};
use homeward_store::{Store, register::ConnectionEntry};

use crate::{
    care,
    record::{self, Deed},
};

/// Takes over the metadata that waits, when it still has this digest. The deed is recorded before it is done. Gives what has changed.
///
/// # Errors
/// A sentence that says what to do; nothing is changed then.
pub async fn accept(store: &Store, entry: &ConnectionEntry, digest: &str, now: Timestamp) -> Result<Vec<Change>, String> {
    let id = entry.connection.id;
    let Some(staged) = store.refreshed(id).await.map_err(|e| e.to_string())?.staged else { return Err("nothing waits; see: homeward connection refresh".to_owned()) };
    if digest != staged.digest {
        return Err("other metadata waits by now than what has this digest; look at it first: homeward connection accept without --digest".to_owned());
    }
    let Some(ConnectionSettings { protocol: Protocol::Saml(saml), .. }) = &entry.settings else { return Err("the connection has no SAML settings".to_owned()) };
    let (changes, taken) = preview(saml, &staged, now)?;
    let detail = format!("metadata accepted: {}", care::words(&changes));
    let deed = Deed { event: "operator.connection", account: Some(entry.connection.account), detail, ..Deed::default() };
    record::around(store, deed, care::take(store, entry, taken)).await?;
    settle(store, id, &staged.digest, None).await?;
    Ok(changes)
}

/// What had this digest waits no more. `refused`: what is not shown again.
///
/// # Errors
/// A sentence, when the store fails.
pub(crate) async fn settle(store: &Store, id: ConnectionId, digest: &str, refused: Option<String>) -> Result<(), String> {
    let mut kept = store.refreshed(id).await.map_err(|e| e.to_string())?;
    kept.staged = kept.staged.filter(|staged| staged.digest != digest);
    kept.refused = refused.or(kept.refused);
    store.keep_refreshed(id, &kept).await.map_err(|e| e.to_string())
}
