//! Mails: messages as types, their rendering in each language, the outbox and its delivery.

mod alerts;
mod delivery;
mod letter;
#[cfg(test)]
mod numbered_tests;
mod profile;
#[cfg(test)]
mod pseudo_tests;
mod render;
mod steps;

pub use delivery::{Carrier, Delivered, MailFault, Outbox, Queued, Resting, deliver_due};
pub use letter::{Alert, Letter, Message, SetUp, StepBefore, StepTaken, StepTold, samples};
pub use render::{Rendered, render};
pub use steps::Steps;
