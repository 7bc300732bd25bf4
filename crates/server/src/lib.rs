//! The binary `homeward`: configuration, wiring, commands, demo, shutdown.

pub mod apply;
pub mod commands;
pub mod concerned;
pub mod difference;
pub mod settings;
pub mod tls;
pub mod wiring;

mod alerts;
mod apply_links;
mod apply_told;
mod care;
mod common_clock;
mod counters;
mod demo;
mod domain_care;
mod key_schedule;
mod limits;
mod logouts;
mod log;
mod mailer;
mod meant;
mod meant_application;
mod meant_protocol;
mod meant_session;
mod metrics;
mod portal;
mod present;
mod progress;
mod record;
mod register_file;
mod reload;
mod root_key;
mod signals;
mod staged;
mod stated;
mod toml_text;
mod traces;
mod worker;

pub use log::directives as log_directives;
pub use logouts::{Outside as OutsideDelivery, deliver_due as deliver_logouts};
pub use settings::Settings;
pub use staged::{accept as accept_metadata, reject as reject_metadata};
pub use wiring::{Overrides, Running, start};

#[cfg(test)]
mod reasons_tests;
