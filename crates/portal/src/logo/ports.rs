//! What the logos of accounts need from a store.

use async_trait::async_trait;
use homeward_model::{AccountId, Logo, LogoId, LogoText};

use super::picture::Picture;
use crate::ports::{Deed, Fault, Moved};

/// Logos. An account has at most one that counts, and one that waits to be looked at.
#[async_trait]
pub trait Logos: Send + Sync {
    /// Keeps a picture and its text to be looked at; another one that waits is forgotten. The one that counts keeps its own text meanwhile.
    async fn keep(&self, account: AccountId, picture: (&Picture, &LogoText), deed: &Deed) -> Result<(), Fault>;
    /// One of that name that the account has, whether it counts or waits.
    async fn of(&self, account: AccountId, id: LogoId) -> Result<Option<Logo>, Fault>;
    /// Lets another one count, when it is still the first of the two that does; it must be one that the account has, with that text. Every other
    /// one of the account is forgotten.
    async fn choose(&self, account: AccountId, change: (Option<&Logo>, Option<&Logo>), deed: &Deed) -> Result<Moved, Fault>;
    /// The PNG of that name, of whatever account: whoever knows the name has seen a page with it.
    async fn png(&self, id: LogoId) -> Result<Option<Vec<u8>>, Fault>;
}
