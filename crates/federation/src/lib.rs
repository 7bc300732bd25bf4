//! Homeward as SAML service provider and OpenID Connect relying party.
//!
//! Bytes from outside are `unverified_…` until `saml::verify` or `oidc::finish` has made a `VerifiedAssertion` of them. Keys come
//! from the connection of the transaction, never from the message.

pub mod account_preset;
pub mod addresses;
mod away;
pub mod check;
pub mod connection;
pub mod delegated;
pub mod door;
pub mod exchange;
pub mod health;
pub mod kind;
pub mod naming;
pub mod oidc;
pub mod product;
mod proof;
mod proposed;
pub mod refresh;
pub mod report;
pub mod saml;
pub mod signout;
pub mod verified;
pub mod waiting;
pub mod watch;
pub mod whole;

#[cfg(test)]
mod settings_page_tests;

pub use addresses::OurAddresses;
pub use check::{Check, Failure};
pub use connection::{AttributeMapping, Connection, ConnectionSettings, Hint, IdpInitiated, Jit, LocalField, Matching, Preset, Protocol, RemoteField, SignOutThere, Skew, Until};
pub use door::{BeginError, Door, KeyUse, OpenedKey, OurSide, UnverifiedAnswer};
pub use kind::Kind;
pub use naming::Naming;
pub use report::{Report, report};
pub use exchange::{Departure, Pending, PendingProtocol, Wish};
pub use signout::{Called, CalledThere, Farewell, Notice, PendingSignOut, SignOutError, UnverifiedNotice, UnverifiedReturn};
pub use verified::{ReplayMark, Subject, VerifiedAssertion};
