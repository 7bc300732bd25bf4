//! Structured logs on standard error. From where on something is logged can be set anew while the broker runs.

use std::sync::OnceLock;

use tracing_subscriber::{EnvFilter, fmt};

use crate::settings::{Log, LogFormat, LogLevel};

/// Sets another level; which type it has depends on the format.
type Setting = Box<dyn Fn(EnvFilter) -> Result<(), String> + Send + Sync>;

static SETTING: OnceLock<Setting> = OnceLock::new();

/// What a level lets through.
pub const fn directives(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info,sqlx=warn,actix_server=warn,lettre=warn",
        // Statements of the database and conversations of SMTP hold what a log must not.
        LogLevel::Debug => "debug,sqlx=warn,actix_server=info,lettre=warn,rustls=info,hyper_util=info",
    }
}

fn filter(level: LogLevel) -> EnvFilter {
    EnvFilter::new(directives(level))
}

/// Starts the log. A second call changes nothing.
pub(crate) fn start(log: Log) {
    let builder = fmt().with_env_filter(filter(log.level)).with_writer(std::io::stderr);
    let (setting, started): (Setting, _) = match log.format {
        LogFormat::Json => {
            let builder = builder.json().with_filter_reloading();
            let handle = builder.reload_handle();
            (Box::new(move |filter| handle.reload(filter).map_err(|e| e.to_string())), builder.try_init())
        }
        LogFormat::Text => {
            let builder = builder.with_filter_reloading();
            let handle = builder.reload_handle();
            (Box::new(move |filter| handle.reload(filter).map_err(|e| e.to_string())), builder.try_init())
        }
    };
    if started.is_ok() {
        let _ = SETTING.set(setting);
    }
}

/// Logs from this level on. Where no log was started there is nothing to set.
pub(crate) fn set(level: LogLevel) {
    if let Some(Err(error)) = SETTING.get().map(|setting| setting(filter(level))) {
        tracing::error!(error, "[log] level was not set");
    }
}
