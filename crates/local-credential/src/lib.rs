//! Local credentials: password policy, hashing, expiry, history, reset, and limits on guessing.

pub mod ports;
pub mod reset;

mod counters;
mod emergency;
mod guesses;
mod hashing;
mod import;
mod leaked;
mod limits;
mod person;
mod policy;
mod stored;
mod workers;

pub use counters::{CounterJournal, CounterTable, InProcessCounters};
pub use emergency::{CODES, EmergencyCode};
pub use guesses::{CounterKey, Guesses};
pub use hashing::{Checked, Passwords};
pub use import::{ImportError, import_foreign};
pub use leaked::Leaked;
pub use limits::{CounterState, LimitRules, Reservation, Rule};
pub use person::{Person, Strength, strength};
pub use policy::{Expiry, LineKind, PasswordPolicy, PolicyLine, Recommendation, Violation};
pub use ports::{Asker, CredentialStore, CredentialUpdate, Guess, GuessCounters, Guessed, ResetStore, StoreFault, StoredReset};
pub use stored::{HashParams, PasswordVerified, Scheme, StoredCredential};
pub use workers::{Overloaded, QueueLimits, QueueState};
