//! The one HTTP client towards the outside: limits, timeouts, address rules.
//!
//! Addresses that an account's administrator enters, or that a provider's metadata names, are a stranger's. So every request of
//! Homeward to another machine goes through [`Client`]: `https` only, to public addresses only (RFC 6890), no redirect followed,
//! bounded in time and size, counted, and visible to a witness in tests (OR-18, SM-01).

mod address;
mod client;
mod count;
mod error;
mod fields;
mod message;
mod resolve;
mod rules;
mod txt;
mod witness;

pub use address::{Network, NetworkError, is_public};
pub use client::{Client, Limits, SetUpError};
pub use count::{Counts, Outcome};
pub use error::EgressError;
pub use fields::{Fields, FieldsError};
pub use message::{Answer, Authorization, Conditions};
pub use rules::Rules;
pub use txt::{Txt, TxtError};
pub use witness::{Spy, Witness};
