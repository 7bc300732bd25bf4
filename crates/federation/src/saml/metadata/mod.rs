//! Metadata (SAML V2.0 Metadata): a provider's, read from a file, a paste or an address, with what it would change; and our own, written.
//!
//! Metadata is a proposal. It becomes trust only when an administrator accepts it, or by the connection's own rule for refreshes; nothing
//! in here fetches anything.

mod change;
mod read;
mod signed;
mod write;

pub use change::{Change, EntityIdChanged, Field, changes, settings_with};
pub use read::{IdpMetadata, MetadataProblem, read};
pub use signed::signed_text;
pub use write::write;
