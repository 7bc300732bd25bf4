//! Work that nobody waits for: mail, reminders, sweeping, the schedule of keys, a checkpoint of the audit.

use std::{sync::Arc, time::Duration};

use actix_web::dev::ServerHandle;
use homeward_mail::{Carrier, Outbox, deliver_due};
use homeward_model::Clock;
use homeward_portal::{Portal, sign_on::told};
use homeward_provider::rotation::RotationPlan;
use homeward_sealing::Sealer;
use homeward_signin::{Context, usecase::{mailroom, strangers}};
use homeward_store::{Lead, Store};
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
    time::timeout,
};

use crate::{alerts, counters::Together, key_schedule, metrics::Metrics, reload::Present};

/// Without a wake-up it looks this often.
const ROUND: Duration = Duration::from_secs(15);
const SECOND: Duration = Duration::from_secs(1);
/// A broker says so often under which root key it works.
const SAYS: Duration = Duration::from_secs(15);
/// Reminders and sweeping happen this often, in rounds.
const SLOW: u32 = 40;
/// Requests for mail that are resolved at a time.
const REQUESTS: u32 = 50;

/// What the worker works on and with.
pub(crate) struct Work {
    pub ctx: Arc<Context>,
    pub portal: Arc<Portal>,
    pub store: Store,
    pub carrier: Arc<dyn Carrier>,
    pub sealer: Arc<Sealer>,
    pub plan: Arc<Present<RotationPlan>>,
    pub metrics: Option<Arc<Metrics>>,
    /// Whether this broker does what one of several does for all.
    pub lead: Arc<Lead>,
    /// Where several brokers count together.
    pub together: Option<Together>,
}

/// Runs until `stop` says so. What it was at is in the store and goes on after the next start.
pub(crate) async fn run(mut work: Work, wake: Arc<Notify>, mut stop: watch::Receiver<bool>) {
    let (mut round, mut turns) = (0u32, Turns::default());
    let mut together = work.together.take();
    let work = Arc::new(work);
    loop {
        let leads = work.lead.is_ours().await;
        if let Some(together) = &mut together {
            together.look((&work.store, &work.lead), leads, work.ctx.now()).await;
        }
        let is_more = mail(&work, leads, &stop).await;
        if leads && round.is_multiple_of(SLOW) {
            let (work, stop) = (work.clone(), stop.clone());
            turns.begin(async move { slow(&work, &stop).await });
        }
        if let Err(error) = strangers::close(&work.ctx).await {
            tracing::error!(%error, "audit");
        }
        round = round.wrapping_add(1);
        tokio::select! {
            _ = timeout(if is_more { Duration::ZERO } else { ROUND }, wake.notified()) => {}
            _ = stop.changed() => break,
        }
    }
    turns.end().await;
}

/// What takes long and nobody waits for: it is done beside the mail, by one task at a time. It ends with the worker.
#[derive(Default)]
struct Turns(JoinSet<()>);

impl Turns {
    /// Begins a turn, unless one goes on.
    fn begin(&mut self, turn: impl Future<Output = ()> + Send + 'static) {
        while let Some(ended) = self.0.try_join_next() {
            if let Err(error) = ended {
                tracing::error!(%error, "reminders and sweeping");
            }
        }
        if self.0.is_empty() {
            self.0.spawn(turn);
        }
    }
    /// Waits for the one that goes on.
    async fn end(mut self) {
        while self.0.join_next().await.is_some() {}
    }
}

/// Everything that waits, whether little or much: a batch that was full may have left something behind. Of people who are told that they sign in
/// elsewhere now there may be very many: some of them, and the mail of everybody else before the next ones. A mail server that hangs, or a database that
/// fails, takes a round at most from everything else that a broker looks after. Whether anything may be left.
async fn mail(work: &Work, leads: bool, stop: &watch::Receiver<bool>) -> bool {
    let (ctx, carrier) = (&work.ctx, work.carrier.as_ref());
    let mut is_more = leads && tell(work).await;
    let begun = ctx.now();
    while !*stop.borrow() {
        match mailroom::work(ctx, REQUESTS).await {
            Ok(count) if count < REQUESTS => break,
            Ok(_) if ctx.now().since(begun) >= ROUND => {
                is_more = true;
                break;
            }
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "requests for mail");
                break;
            }
        }
    }
    let sent = |count| {
        tracing::info!(count, "mails sent");
        if let Some(metrics) = &work.metrics {
            metrics.mails(count);
        }
    };
    deliver((ctx.outbox.as_ref(), carrier, ctx.clock.as_ref()), sent, stop).await || is_more
}

/// Sends what is due, for a round at most. Of mailboxes that refuse there may be as many as are tried at once: none of them keeps back the mail of somebody
/// else. Whether any may be left.
async fn deliver((outbox, carrier, clock): (&dyn Outbox, &dyn Carrier, &dyn Clock), sent: impl Fn(u32), stop: &watch::Receiver<bool>) -> bool {
    let begun = clock.now();
    while !*stop.borrow() {
        match deliver_due(outbox, carrier, clock).await {
            Ok(done) if done.tried == 0 => return false,
            Ok(done) if done.sent == 0 => {}
            Ok(done) => sent(done.sent),
            Err(error) => {
                tracing::error!(%error, "mail");
                return false;
            }
        }
        if clock.now().since(begun) >= ROUND {
            return true;
        }
    }
    false
}

/// Tells of what has happened; whether there may be more. One broker does it: a telling is noted when it was told, not before.
async fn tell(work: &Work) -> bool {
    match alerts::of_steps(&work.ctx, &work.store).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "administrators were told of steps in the portal"),
        Err(error) => tracing::error!(error, "steps in the portal were not told"),
    }
    told::work(&work.portal).await.unwrap_or_else(|error| {
        tracing::error!(%error, "people were not told that they sign in at the provider now");
        false
    })
}

/// Reads the signing keys again and again until `stop` says so: what a command or another broker changed counts here within a second.
pub(crate) async fn watch_keys(ctx: Arc<Context>, store: Store, sealer: Arc<Sealer>, mut stop: watch::Receiver<bool>) {
    let mut fails = false;
    while timeout(SECOND, stop.changed()).await.is_err() {
        let read = ctx.provider.keys.reload(&store, &sealer, ctx.now()).await;
        if let Err(error) = &read
            && !fails
        {
            tracing::error!(%error, "signing keys");
        }
        fails = read.is_err();
    }
}

/// Says again and again under which root key this broker seals and signs, so that nobody takes that away meanwhile. It writes, and so waits apart from
/// those who read.
pub(crate) async fn say_root_key(ctx: Arc<Context>, store: Store, number: u8, mut stop: watch::Receiver<bool>) {
    let (mut fails, mut wait) = (false, Duration::ZERO);
    while timeout(wait, stop.changed()).await.is_err() {
        let said = store.use_root_key(number, ctx.now()).await;
        if let Err(error) = &said
            && !fails
        {
            tracing::error!(%error, "which root key is in use could not be said");
        }
        fails = said.is_err();
        wait = if fails { SECOND } else { SAYS };
    }
}

/// Ends the broker once a newer version has taken something away that this one relies on. With PostgreSQL it has changed nothing since then; what it
/// would read and answer could be wrong.
pub(crate) async fn watch_schema(store: Store, server: ServerHandle, mut stop: watch::Receiver<bool>) {
    while timeout(SECOND, stop.changed()).await.is_err() {
        // Why it is not ready is asked only when it is not.
        if !store.is_ready().await
            && let Some(error) = store.schema().await.ok().and_then(|schema| schema.refusal())
        {
            tracing::error!(error, "this broker ends");
            server.stop(true).await;
            return;
        }
    }
}

async fn slow(work: &Work, stop: &watch::Receiver<bool>) {
    let (ctx, store) = (&work.ctx, &work.store);
    match mailroom::remind(ctx).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "reminders written"),
        Err(error) => tracing::error!(%error, "reminders"),
    }
    if *stop.borrow() {
        return;
    }
    match store.sweep(ctx.now()).await {
        Ok(swept) => tracing::debug!(rows = swept.rows, "what was over is forgotten"),
        Err(error) => tracing::error!(%error, "sweeping"),
    }
    match key_schedule::keep(store, &work.sealer, ctx.random.as_ref(), (*work.plan.get(), ctx.now())).await {
        Ok(changed) if changed.is_empty() => {}
        Ok(changed) => tracing::info!(keys = changed.join(" "), "signing keys came or went by the schedule"),
        Err(error) => tracing::error!(error, "the schedule of the signing keys"),
    }
    // The log is elsewhere: who cuts the chain does not reach what was noted there (AU-02).
    match store.audit_end().await {
        Ok(Some(end)) => tracing::info!(checkpoint = %end, "audit"),
        Ok(None) => {}
        Err(error) => tracing::error!(%error, "audit"),
    }
}

#[cfg(test)]
#[path = "worker_tests.rs"]
mod tests;
