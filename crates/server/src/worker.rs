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
/// Requests for mail that are resolved at a time.
const REQUESTS: u32 = 50;

/// Runs until `stop` says so. What it was at is in the store and goes on after the next start.
pub(crate) async fn run(ctx: Arc<Context>, store: Store, carrier: Arc<dyn Carrier>, wake: Arc<Notify>, mut stop: watch::Receiver<bool>) {
    let mut round = 0u32;
    loop {
        mail(&ctx, carrier.as_ref(), &stop).await;
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

/// Everything that waits, whether little or much: a batch that was full may have left something behind.
async fn mail(ctx: &Context, carrier: &dyn Carrier, stop: &watch::Receiver<bool>) {
    while !*stop.borrow() {
        match mailroom::work(ctx, REQUESTS).await {
            Ok(count) if count < REQUESTS => break,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "requests for mail");
                break;
            }
        }
    }
    while !*stop.borrow() {
        match deliver_due(ctx.outbox.as_ref(), carrier, ctx.clock.as_ref()).await {
            Ok(0) => break,
            Ok(count) => tracing::info!(count, "mails sent"),
            Err(error) => {
                tracing::error!(%error, "mail");
                break;
            }
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
