//! SAML 2.0: the service provider's side of the Web Browser SSO Profile (SAML Profiles 4.1) and of single logout (4.4).
//!
//! An answer goes through one list (`verify`): base64, guard, signature with this connection's keys, second opinion, values
//! from the signed bytes only, conditions against our clock. Nothing is fetched or opened because a message says so.

mod algorithm;
mod binding;
pub mod certificate;
mod decrypt;
mod detached;
mod expected;
mod guard;
mod guard_signature;
pub(crate) mod instant;
pub mod keys;
mod known;
mod lexer;
pub mod logout;
mod message;
pub mod metadata;
mod paste;
pub mod provider;
mod read;
mod redirect;
pub mod request;
pub mod settings;
mod signature;
mod signing;
mod take;
#[cfg(test)]
mod vectors_tests;
pub mod verify;
pub mod whole;
mod xml;

pub use keys::{KeyKind, KeyProblem, NewKey};
pub use provider::{DecryptionKey, ServiceProvider, SigningKey};
pub use request::{BeginError, begin};
pub use settings::{EndpointUrl, NameIdFormat, OwnIdentity, Relaxations, RequestSigning, SamlSettings, SettingsProblem, Signed};
pub use verify::{unverified_issuer, verify};
