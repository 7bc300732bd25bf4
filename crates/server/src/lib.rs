//! The binary `homeward`: configuration, wiring, commands, demo, shutdown.

pub mod apply;
pub mod commands;
pub mod difference;
pub mod settings;
pub mod wiring;

mod demo;
mod limits;
mod log;
mod mailer;
mod meant;
mod meant_application;
mod meant_session;
mod present;
mod progress;
mod record;
mod register_file;
mod root_key;
mod toml_text;
mod worker;

pub use settings::Settings;
pub use wiring::{Overrides, Running, start};
