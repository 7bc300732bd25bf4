//! What waits for an administrator's word: metadata of a SAML provider, endpoints of an OpenID Provider. It is taken over by the digest of
//! what was compared: what is at the provider's address, or waits by now, may be something else (SM-06).

use homeward_federation::{
    Protocol,
    oidc::OidcSettings,
    refresh::{Refreshed, Staged, StagedEndpoints, preview},
};
use homeward_model::{ConnectionId, Timestamp};
use homeward_store::{Store, register::ConnectionEntry};

use crate::{
    care,
    record::{self, Deed},
};

/// So often a word is put down while the worker reads; it does so every few minutes.
const TRIES: u32 = 3;

/// What waits for a word.
pub(crate) enum Waiting {
    Metadata(Staged),
    Endpoints(StagedEndpoints),
}

impl Waiting {
    /// Of what is kept, what a connection of this protocol could take over.
    pub fn of(kept: Refreshed, protocol: &Protocol) -> Option<Self> {
        match protocol {
            Protocol::Saml(_) => kept.staged.map(Self::Metadata),
            Protocol::Oidc(_) => kept.endpoints.map(Self::Endpoints),
        }
    }
    /// When it came.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Metadata(staged) => staged.at,
            Self::Endpoints(staged) => staged.at,
        }
    }
    pub fn digest(&self) -> String {
        match self {
            Self::Metadata(staged) => staged.digest.clone(),
            Self::Endpoints(staged) => staged.endpoints.digest(),
        }
    }
    /// What an administrator has to do before they accept it.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Metadata(Staged { signed: true, .. }) => "A key that is trusted already has signed it.",
            Self::Metadata(_) => "No key that is trusted has signed it: compare the thumbprints with the provider's console.",
            Self::Endpoints(_) => "Codes and people would go there: ask the provider whether it has moved.",
        }
    }
    /// Whether a key that is trusted already has signed it.
    pub const fn is_signed(&self) -> bool {
        matches!(self, Self::Metadata(Staged { signed: true, .. }))
    }
    /// What would change in a connection, and its protocol with it.
    ///
    /// # Errors
    /// Why it cannot be used any more.
    pub fn preview(&self, protocol: &Protocol, now: Timestamp) -> Result<(Vec<Difference>, Protocol), String> {
        match (self, protocol) {
            (Self::Metadata(staged), Protocol::Saml(saml)) => {
                let (changes, taken) = preview(saml, staged, now)?;
                let changes = changes.into_iter().map(|one| Difference { field: format!("{:?}", one.field), now: one.now, new: one.new });
                Ok((changes.collect(), Protocol::Saml(Box::new(taken))))
            }
            (Self::Endpoints(staged), Protocol::Oidc(oidc)) if staged.endpoints.issuer == oidc.issuer => {
                let moves = oidc.accepted().map(|accepted| accepted.moves(&staged.endpoints)).unwrap_or_default();
                let taken = OidcSettings { endpoints: Some(Box::new(staged.endpoints.clone())), ..(**oidc).clone() };
                let changes = moves.into_iter().map(|one| Difference { field: one.field.to_owned(), now: one.now, new: one.new });
                Ok((changes.collect(), Protocol::Oidc(Box::new(taken))))
            }
            (Self::Metadata(_) | Self::Endpoints(_), Protocol::Saml(_) | Protocol::Oidc(_)) => Err("what waits is another provider's; see: homeward connection refresh".to_owned()),
        }
    }
}

/// One thing that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its name.
    pub field: String,
    /// What is there now.
    pub now: Option<String>,
    /// What would be there.
    pub new: Option<String>,
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
    let waiting = waiting(store, id, &settings.protocol).await?;
    if digest != waiting.digest() {
        return Err("other metadata waits by now than what has this digest; look at it first: homeward connection accept without --digest".to_owned());
    }
    let (changes, taken) = waiting.preview(&settings.protocol, now)?;
    let mut names: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
    names.dedup();
    let deed = Deed { event: "operator.connection", account: Some(entry.connection.account), detail: format!("metadata accepted: {}", names.join(", ")), ..Deed::default() };
    record::around(store, deed, care::take(store, entry, taken)).await?;
    settle(store, id, digest, None).await?;
    Ok(changes)
}

/// Refuses what waits: the very same is not shown again. The deed is recorded before it is done.
///
/// # Errors
/// A sentence: nothing waits, or the store fails.
pub async fn reject(store: &Store, entry: &ConnectionEntry) -> Result<(), String> {
    let id = entry.connection.id;
    let settings = entry.settings.as_ref().ok_or("the connection has no settings")?;
    let digest = waiting(store, id, &settings.protocol).await?.digest();
    let deed = Deed { event: "operator.connection", account: Some(entry.connection.account), detail: "metadata rejected".to_owned(), ..Deed::default() };
    record::around(store, deed, settle(store, id, &digest, Some(digest.clone()))).await
}

/// What had this digest waits no more. `refused`: what is not shown again.
async fn settle(store: &Store, id: ConnectionId, digest: &str, refused: Option<String>) -> Result<(), String> {
    for _ in 0..TRIES {
        let before = store.refreshed(id).await.map_err(|e| e.to_string())?;
        let mut kept = before.clone();
        kept.staged = kept.staged.filter(|staged| staged.digest != digest);
        kept.endpoints = kept.endpoints.filter(|staged| staged.endpoints.digest() != digest);
        kept.refused = refused.clone().or(kept.refused);
        if store.change_refreshed(id, &before, &kept).await.map_err(|e| e.to_string())? {
            return Ok(());
        }
    }
    Err("what waits is being read again and again; look at it once more".to_owned())
}
