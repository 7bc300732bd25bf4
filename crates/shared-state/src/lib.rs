//! What several brokers count together, in Redis: guesses, limits, mails an hour. Nothing else is there, and nothing there names anybody.
//!
//! A counter that cannot be asked is no permission: whoever needs one gets a fault, at once (decision 0026).

mod address;
mod counters;
mod finder;
mod link;
mod mark;
mod server;

pub use address::{Address, AddressRefused, Credentials};
pub use counters::RedisCounters;
pub use link::Link;
pub use mark::Mark;
pub use server::{Named, ServerState};
