//! What a service manager or a terminal says to the process.

use std::io::IsTerminal;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// What hears of SIGHUP, where a service manager sends it to ask for new files. At a terminal it means that the terminal is gone, and ends
/// the broker as usual.
pub(crate) fn hangups() -> Option<Signal> {
    if std::io::stdin().is_terminal() { None } else { signal(SignalKind::hangup()).ok() }
}

/// Waits for SIGHUP.
pub(crate) async fn hangup(hangups: &mut Option<Signal>) {
    match hangups {
        Some(hangups) => drop(hangups.recv().await),
        None => std::future::pending().await,
    }
}

/// Waits for Ctrl-C or SIGTERM.
pub(crate) async fn interrupted() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
