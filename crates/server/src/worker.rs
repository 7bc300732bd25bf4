//! Work that nobody waits for: mail, reminders, sweeping.

use std::{sync::Arc, time::Duration};

use homeward_mail::{Carrier, deliver_due};
use homeward_signin::{Context, usecase::mailroom};
use homeward_store::Store;
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};

/// Without a wake-up it looks this often.
const ROUND: Duration = Duration::from_secs(15);
/// Reminders and sweeping happen this often, in rounds.
const SLOW: u32 = 40;

/// Runs until `stop` says so.
pub(crate) async fn run(ctx: Arc<Context>, store: Store, carrier: Arc<dyn Carrier>, wake: Arc<Notify>, mut stop: watch::Receiver<bool>) {
    let mut round = 0u32;
    loop {
        if let Err(error) = mailroom::work(&ctx, 50).await {
            tracing::error!(%error, "requests for mail");
        }
        if let Err(error) = deliver_due(ctx.outbox.as_ref(), carrier.as_ref(), ctx.clock.as_ref()).await {
            tracing::error!(%error, "mail");
        }
        if round.is_multiple_of(SLOW) {
            slow(&ctx, &store).await;
        }
        round = round.wrapping_add(1);
        tokio::select! {
            _ = timeout(ROUND, wake.notified()) => {}
            _ = stop.changed() => return,
        }
    }
}

async fn slow(ctx: &Context, store: &Store) {
    match mailroom::remind(ctx).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "reminders written"),
        Err(error) => tracing::error!(%error, "reminders"),
    }
    if let Err(error) = store.sweep(ctx.now()).await {
        tracing::error!(%error, "sweeping");
    }
}
