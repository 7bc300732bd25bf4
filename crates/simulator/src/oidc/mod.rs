//! OpenID Connect as providers speak it: ID tokens right and wrong, discovery, keys, logout tokens.

mod attack;
mod attacks;
mod claims;
mod document;
mod token;

pub use attack::Attack;
pub(crate) use attack::{At, Draft, Means, Members};
pub use claims::{Told, claims, subject};
pub use document::{discovery, jwks};
pub use token::{SignAs, algorithm_name, key_id, sign, unverified_claim};
