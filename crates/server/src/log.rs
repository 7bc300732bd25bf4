//! Structured logs on standard error.

use tracing_subscriber::{EnvFilter, fmt};

use crate::settings::{Log, LogFormat, LogLevel};

/// Starts the log. A second call changes nothing.
pub(crate) fn start(log: Log) {
    let level = match log.level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info,sqlx=warn,actix_server=warn,lettre=warn",
        // Statements of the database and conversations of SMTP hold what a log must not.
        LogLevel::Debug => "debug,sqlx=warn,actix_server=info,lettre=warn,rustls=info,hyper_util=info",
    };
    let builder = fmt().with_env_filter(EnvFilter::new(level)).with_writer(std::io::stderr);
    let _ = match log.format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder.try_init(),
    };
}
