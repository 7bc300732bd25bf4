//! A broker in the test's own process: real store, real HTTP on a free port, a clock that stands still, and a scripted browser.

mod ahead;
mod behind;
mod broker;
mod browser;
mod names;
pub mod postgres;
pub mod redis;

pub use behind::Behind;
pub use broker::{Mailbox, Person, TestBroker, TestClock, pairs, register_of_domains};
pub use browser::{Browser, Page};
pub use names::NameServer;
