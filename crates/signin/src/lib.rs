//! The sign-in: its stages, its use cases, and the ports they need. Here the crates of layer 2 meet.
//!
//! A use case takes a stage and what the person sent, and returns a `Step`: what the person sees next. It knows nothing
//! of HTTP; `web` opens and seals the stages and turns a `Step` into a response.

mod client_limits;
mod log_lines;
mod refusals;
mod tellings;
mod ways_in;

pub mod alerts;
pub mod delegated;
pub mod emergency;
pub mod federated;
pub mod own_keys;
pub mod ports;
pub mod profile;
pub mod reason;
pub mod stage;
pub mod context;
pub mod step;
mod step_profile;
pub mod there;
pub mod test_signin;
pub mod usecase;
pub mod visitor;

pub use client_limits::ClientLimits;
pub use homeward_federation::{UnverifiedAnswer, UnverifiedNotice, UnverifiedReturn};
pub use context::{Context, Settings};
pub use reason::Reason;
pub use refusals::Refusals;
pub use step::Step;
pub use tellings::GrantTellings;
pub use visitor::{Remembered, Visitor};
pub use ways_in::GrantRules;
