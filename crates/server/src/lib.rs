//! The binary `homeward`: configuration, wiring, commands, demo, shutdown.

pub mod apply;
pub mod commands;
pub mod settings;
pub mod wiring;

mod demo;
mod log;
mod mailer;
mod register_file;
mod root_key;
mod worker;

pub use settings::Settings;
pub use wiring::{Overrides, Running, start};
