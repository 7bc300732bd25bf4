//! Delegated access (OAuth 2.0, RFC 6749): applications act at Microsoft 365 as the person who is signed in, with a token that
//! Homeward keeps alive. The application never sees the refresh token.
//!
//! A person grants once; the refresh token rests sealed for that connection and person. Whoever needs an access token gets a live
//! one, or learns that consent is needed. Many nodes may ask at once: one refreshes, the others take what it stored.

mod consent;
mod grants;
pub mod ids;
mod live;
mod memory;
pub mod permissions;
mod settings;
mod tokens;

pub use consent::{ConsentFailure, Consented, PendingConsent};
pub use grants::{Grant, GrantKey, Grants, GrantsError, KeptToken};
pub use live::{Delegation, DelegationError, TokenAnswer, Want, WhyConsent};
pub use memory::MemoryGrants;
pub use permissions::{PERMISSIONS, Permission, Resource};
pub use settings::{DelegatedSettings, DelegatedSettingsError};
