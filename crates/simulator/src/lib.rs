//! Identity providers that play Entra, Okta, a generic one and broken ones, for the demo and for tests.
//!
//! Shares nothing with the product's verifiers: what is right and what is forged is written here a second time, as text.

pub mod der;
pub mod error;
pub mod key;
pub mod saml;

pub use error::SimulatorError;
pub use key::{KeyKind, SigningKey, Validity};
