//! Figures in Prometheus' text format, on an address of their own. No label holds anything of a person, and every label has a bounded
//! number of values: routes are patterns, events and outcomes words of ours.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::ServerHandle,
    web::{self, Data},
};
use homeward_federation::health::Level;
use homeward_shared_state::Link;
use homeward_signin::{Context, ports::AuditEvent};
use homeward_store::Store;
use homeward_trace::Effort;
use prometheus_client::{
    encoding::{
        EncodeLabelSet,
        text::{encode_eof, encode_registry},
    },
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};
use tokio::time::timeout;

use crate::{care, traces};

/// Upper bounds in seconds: a page is a matter of a millisecond, a password of tens, a queue of hundreds.
const BOUNDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Whoever collects figures waits ten seconds, as a rule, and then has none at all: so a store that hangs is away sooner.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EventLabels {
    event: String,
    outcome: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SigninLabels {
    method: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabels {
    reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TokenLabels {
    grant: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SpanLabels {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WorkLabels {
    work: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ConnectionLabels {
    connection: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    method: String,
    status: String,
}

/// What is counted.
pub(crate) struct Metrics {
    registry: Registry,
    /// Of what is asked of the store: left out while that does not answer.
    stored: Registry,
    store_up: Gauge,
    counters_up: Gauge,
    events: Family<EventLabels, Counter>,
    signins: Family<SigninLabels, Counter>,
    refusals: Family<RefusalLabels, Counter>,
    tokens: Family<TokenLabels, Counter>,
    requests: Family<RequestLabels, Histogram, fn() -> Histogram>,
    mails: Counter,
    spans: Family<SpanLabels, Counter>,
    work: Family<WorkLabels, Counter>,
    work_seconds: Family<WorkLabels, Counter<f64, AtomicU64>>,
    sessions: Gauge,
    mails_waiting: Gauge,
    mails_given_up: Gauge,
    hashes: Gauge,
    hash_queue: Gauge,
    hash_places: Gauge,
    audit: Gauge,
    bytes: Gauge,
    connections: Connections,
}

/// Figures of each connection that people sign in through, by its id.
#[derive(Default)]
struct Connections {
    health: Family<ConnectionLabels, Gauge>,
    certificates: Family<ConnectionLabels, Gauge>,
    good: Family<ConnectionLabels, Gauge>,
    failed: Family<ConnectionLabels, Gauge>,
}

impl Connections {
    fn register(&self, registry: &mut Registry) {
        registry.register("connection_health", "0: well, 1: somebody should see to it, 2: people cannot sign in or will not soon", self.health.clone());
        registry.register("connection_certificates_end_timestamp_seconds", "When the last certificate of the provider ends", self.certificates.clone());
        registry.register("connection_returns_good", "Sign-ins of the last hour that came back good", self.good.clone());
        registry.register("connection_returns_failed", "Answers of the last hour that were refused", self.failed.clone());
    }
    async fn set(&self, store: &Store, now: homeward_model::Timestamp) -> Result<(), String> {
        // First read, then written without a pause: another question meanwhile gets the figures of before, and never none.
        let found = care::all(store, now).await?;
        for family in [&self.health, &self.certificates, &self.good, &self.failed] {
            family.clear();
        }
        for (id, _, health) in found {
            let labels = ConnectionLabels { connection: id.to_string() };
            let level = match health.level {
                Level::Good => 0,
                Level::Warn => 1,
                Level::Bad => 2,
            };
            self.health.get_or_create(&labels).set(level);
            self.good.get_or_create(&labels).set(health.returns.good.into());
            self.failed.get_or_create(&labels).set(health.returns.failed.into());
            if let Some(until) = health.certificates_until {
                self.certificates.get_or_create(&labels).set(until.seconds());
            }
        }
        Ok(())
    }
}

impl Metrics {
    /// All at zero.
    pub fn new() -> Self {
        let requests: Family<RequestLabels, Histogram, fn() -> Histogram> = Family::new_with_constructor(|| Histogram::new(BOUNDS));
        let mut made = Self {
            registry: Registry::with_prefix("homeward"),
            stored: Registry::with_prefix("homeward"),
            store_up: Gauge::default(),
            counters_up: Gauge::default(),
            events: Family::default(),
            signins: Family::default(),
            refusals: Family::default(),
            tokens: Family::default(),
            requests,
            mails: Counter::default(),
            spans: Family::default(),
            work: Family::default(),
            work_seconds: Family::default(),
            sessions: Gauge::default(),
            mails_waiting: Gauge::default(),
            mails_given_up: Gauge::default(),
            hashes: Gauge::default(),
            hash_queue: Gauge::default(),
            hash_places: Gauge::default(),
            audit: Gauge::default(),
            bytes: Gauge::default(),
            connections: Connections::default(),
        };
        let registry = &mut made.registry;
        registry.register("events", "Security events by name and outcome (docs/reasons.md)", made.events.clone());
        registry.register("signins", "Completed sign-ins by method", made.signins.clone());
        registry.register("refusals", "What was refused, paused or wrong, by reason (docs/reasons.md)", made.refusals.clone());
        registry.register("tokens", "Answers of the token endpoint by grant and outcome", made.tokens.clone());
        registry.register("request_duration_seconds", "Time to answer by route, method and status; its count is the number of requests", made.requests.clone());
        registry.register("mails_sent", "Mails handed to the mail server", made.mails.clone());
        registry.register("trace_spans", "Spans of traces: taken by the collector (sent), or not (dropped)", made.spans.clone());
        registry.register("work", "Passwords, signatures and statements since the start", made.work.clone());
        registry.register("work_seconds", "Time that they took: of a processor for argon2 and signature, waited for database", made.work_seconds.clone());
        registry.register("password_hashes", "Evaluations of argon2id since the start", made.hashes.clone());
        registry.register("password_queue", "Passwords that are evaluated or wait for it", made.hash_queue.clone());
        registry.register("password_queue_places", "Passwords that can be evaluated or wait at once; those beyond are answered with 503", made.hash_places.clone());
        registry.register("store_up", "1 while the store answers, 0 while it does not", made.store_up.clone());
        registry.register("counters_up", "The same of what counts guesses and limits: this process, or the Redis of all brokers", made.counters_up.clone());
        let stored = &mut made.stored;
        stored.register("sessions", "Browsers' sessions used within the hour", made.sessions.clone());
        stored.register("mails_waiting", "Mails in the outbox", made.mails_waiting.clone());
        stored.register("mails_given_up", "Mails that are not tried any more", made.mails_given_up.clone());
        stored.register("audit_records", "Records of the audit", made.audit.clone());
        stored.register("database_bytes", "Size of the database", made.bytes.clone());
        made.connections.register(stored);
        made
    }
    /// What the sign-in calls for each line of the audit.
    pub fn counter(self: &Arc<Self>) -> Arc<dyn Fn(&AuditEvent) + Send + Sync> {
        let metrics = self.clone();
        Arc::new(move |line| metrics.event(line))
    }
    /// What the token endpoint calls for each of its answers.
    pub fn token_counter(self: &Arc<Self>) -> Arc<dyn Fn(&'static str, &'static str) + Send + Sync> {
        let metrics = self.clone();
        Arc::new(move |grant, outcome| {
            metrics.tokens.get_or_create(&TokenLabels { grant, outcome }).inc();
        })
    }
    /// What traces call for spans that were sent or dropped.
    pub fn span_counter(self: &Arc<Self>) -> Arc<dyn Fn(&'static str, u64) + Send + Sync> {
        let metrics = self.clone();
        // Both from the beginning: an alarm needs the zero before the first.
        for outcome in [traces::SENT, traces::DROPPED] {
            drop(metrics.spans.get_or_create(&SpanLabels { outcome }));
        }
        Arc::new(move |outcome, count| {
            metrics.spans.get_or_create(&SpanLabels { outcome }).inc_by(count);
        })
    }
    fn event(&self, line: &AuditEvent) {
        self.events.get_or_create(&EventLabels { event: line.event.into(), outcome: line.outcome.clone() }).inc();
        if line.outcome != "ok" {
            self.refusals.get_or_create(&RefusalLabels { reason: line.outcome.clone() }).inc();
        }
        if line.event == "signin.completed" {
            // The detail of this event is the method's word.
            self.signins.get_or_create(&SigninLabels { method: line.detail.clone() }).inc();
        }
    }
    /// A request was answered. `route` is the pattern; an address that is none of ours has no name here.
    pub fn request(&self, route: Option<String>, method: &actix_web::http::Method, status: u16, took: Duration) {
        let method = if matches!(method.as_str(), "GET" | "POST" | "HEAD") { method.as_str() } else { "other" };
        let labels = RequestLabels { route: route.unwrap_or_else(|| "none".into()), method: method.into(), status: status.to_string() };
        self.requests.get_or_create(&labels).observe(took.as_secs_f64());
    }
    /// Mails went out.
    pub fn mails(&self, count: u32) {
        self.mails.inc_by(count.into());
    }
    /// What is asked of the store.
    async fn ask(&self, ctx: &Context, store: &Store) -> Result<(), String> {
        let figures = store.figures(ctx.now()).await.map_err(|e| e.to_string())?;
        self.connections.set(store, ctx.now()).await?;
        self.sessions.set(whole(figures.sessions));
        self.mails_waiting.set(whole(figures.mails_waiting));
        self.mails_given_up.set(whole(figures.mails_given_up));
        self.audit.set(whole(figures.audit_records));
        self.bytes.set(whole(figures.bytes));
        Ok(())
    }
    async fn text(&self, Asked { ctx, store, counters, .. }: &Asked) -> Result<String, std::fmt::Error> {
        let stored = within(PATIENCE, self.ask(ctx, store)).await;
        if let Err(error) = &stored {
            tracing::warn!(error, "figures of the store are left out");
        }
        let counts = match counters {
            Some(link) => link.ping().await.is_ok(),
            None => true,
        };
        self.store_up.set(stored.is_ok().into());
        self.counters_up.set(counts.into());
        self.hashes.set(whole(ctx.passwords.evaluations()));
        let queue = ctx.passwords.queue();
        self.hash_queue.set(whole(queue.taken));
        self.hash_places.set(whole(queue.places));
        for work in Effort::ALL {
            let (labels, (took, times)) = (WorkLabels { work: work.word() }, work.spent());
            self.work.get_or_create(&labels).inner().store(times, Ordering::Relaxed);
            self.work_seconds.get_or_create(&labels).inner().store(took.as_secs_f64().to_bits(), Ordering::Relaxed);
        }
        let mut text = String::new();
        encode_registry(&mut text, &self.registry)?;
        if stored.is_ok() {
            encode_registry(&mut text, &self.stored)?;
        }
        encode_eof(&mut text)?;
        Ok(text)
    }
}

/// Its answer, if it comes in time.
async fn within<T>(patience: Duration, ask: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    timeout(patience, ask).await.unwrap_or_else(|_| Err(format!("the store has not answered within {} s", patience.as_secs())))
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// What figures are made from.
pub(crate) struct Asked {
    pub metrics: Arc<Metrics>,
    pub ctx: Arc<Context>,
    pub store: Store,
    /// The Redis in which all brokers count.
    pub counters: Option<Arc<Link>>,
}

/// Serves them.
pub(crate) fn serve(listen: SocketAddr, asked: Asked) -> Result<(SocketAddr, ServerHandle), String> {
    let shared = Data::new(asked);
    let server = HttpServer::new(move || App::new().app_data(shared.clone()).route("/metrics", web::get().to(page)))
        .workers(1)
        .max_connections(16)
        .client_request_timeout(Duration::from_secs(5))
        .disable_signals()
        .bind(listen)
        .map_err(|e| format!("[metrics] listen = \"{listen}\": {e}. Choose another port, or end what uses it"))?;
    let address = server.addrs().first().copied().ok_or("the metrics have no address")?;
    let server = server.run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok((address, handle))
}

async fn page(asked: Data<Asked>) -> HttpResponse {
    match asked.metrics.text(&asked).await {
        Ok(text) => HttpResponse::Ok().content_type("application/openmetrics-text; version=1.0.0; charset=utf-8").body(text),
        Err(error) => {
            tracing::error!(%error, "metrics");
            HttpResponse::ServiceUnavailable().finish()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures of the rest are there while the store hangs, with the word that it does not answer.
    #[tokio::test]
    async fn a_store_that_hangs_is_away() {
        let refused = within(Duration::ZERO, std::future::pending::<Result<(), String>>()).await;
        assert!(refused.is_err_and(|why| why.contains("has not answered")));
        assert_eq!(within(Duration::ZERO, std::future::ready(Ok(1))).await, Ok(1));
    }
}
