//! A broker in the test's own process: real store, real HTTP on a free port, a clock that stands still, and a scripted browser.

mod broker;
mod browser;
mod names;
pub mod postgres;

pub use broker::{Mailbox, Person, TestBroker, TestClock, pairs, register_of_domains};
pub use browser::{Browser, Page};
pub use names::NameServer;
