//! Local credentials: password policy, hashing, expiry, history, reset, and limits on guessing.

pub mod ports;

pub use ports::{CredentialStore, CredentialUpdate, GuessCounters, Guess, ResetStore, StoreFault, StoredReset};
