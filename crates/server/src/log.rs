//! Structured logs on standard error.

use tracing_subscriber::{EnvFilter, fmt};

use crate::settings::Log;

/// Starts the log. A second call changes nothing.
pub(crate) fn start(log: &Log) {
    let filter = EnvFilter::try_new(format!("{},sqlx=warn,actix_server=warn", log.level)).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _ = if log.format == "json" { builder.json().try_init() } else { builder.try_init() };
}
