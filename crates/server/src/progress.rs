//! Long work says so: a line on standard error every few seconds, and nothing when it is quick.

use std::time::Duration;

use tokio::time::timeout;

const STEP: Duration = Duration::from_secs(2);

/// Waits for `work`; while it lasts, tells the person at the terminal `what` it is and for how long already.
pub(crate) async fn shown<T>(what: &str, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    let mut lasted = Duration::ZERO;
    loop {
        if let Ok(done) = timeout(STEP, &mut work).await {
            return done;
        }
        lasted += STEP;
        eprintln!("  {what} … {} s", lasted.as_secs());
    }
}
