//! Identity providers that play Entra, Okta, a generic one and broken ones, for the demo and for tests.
//!
//! Shares nothing with the product's verifiers: what is right and what is forged is written here a second time, as text.

pub mod brand;
pub mod der;
pub mod error;
pub mod key;
pub mod oidc;
pub mod person;
pub mod profile;
pub mod saml;
pub mod server;

pub use brand::Brand;
pub use error::SimulatorError;
pub use key::{KeyKind, SigningKey, Validity};
pub use person::Person;
pub use profile::Profile;
