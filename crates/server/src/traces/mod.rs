//! Traces (OpenTelemetry): each request is a span, its steps are spans below it, and the hops of one sign-in share a trace
//! (`homeward-trace`).
//!
//! A span has the pattern of the route, the method and the status, and what `homeward_trace::note` can note: never an address that was
//! asked for, a name, a token, or where somebody comes from. A collector that is away or slow costs no request anything: what has no place
//! in the queue is dropped and counted.

mod messages;
mod sending;

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use actix_web::{
    Error,
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
};
use homeward_egress::{Client, Fields, Limits};
use homeward_model::Random;
use homeward_trace::{Caller, Finished, Request, TraceId};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};
use url::Url;

use crate::settings::{Settings, TraceSettings};

/// Requests that wait to be sent.
const PLACES: usize = 2_048;
/// How long what waits at the end may take.
const LAST_CALL: Duration = Duration::from_secs(2);

/// What hears of spans: how they went (`sent` or `dropped`), and how many.
pub(crate) type Counting = Arc<dyn Fn(&'static str, u64) + Send + Sync>;

/// The word for spans that the collector has taken.
pub(crate) const SENT: &str = "sent";
/// The word for those that it has not.
pub(crate) const DROPPED: &str = "dropped";

/// Where requests are traced, when traces are on.
#[derive(Clone)]
pub(crate) struct Traced(pub Option<Arc<Traces>>);

/// Traces, switched on.
pub(crate) struct Traces {
    share: f64,
    trusts: bool,
    random: Arc<dyn Random>,
    queue: mpsc::Sender<Kept>,
    count: Counting,
}

/// A request that waits to be sent.
struct Kept {
    route: Option<String>,
    method: &'static str,
    status: u16,
    began: SystemTime,
    /// The id of its span; those of its steps follow it.
    span: u64,
    done: Finished,
}

impl Kept {
    fn spans(&self) -> u64 {
        u64::try_from(self.done.steps.len()).unwrap_or(u64::MAX)
    }
}

/// A request under way.
pub(crate) struct Begun {
    /// Its steps.
    pub request: Arc<Request>,
    method: &'static str,
    began: SystemTime,
    span: u64,
}

/// What sends, and how it is told to end.
pub(crate) struct Sending {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Sending {
    /// Sends what waits, for a moment.
    pub async fn end(self) {
        let Self { stop, mut task } = self;
        let _ = stop.send(true);
        if tokio::time::timeout(LAST_CALL, &mut task).await.is_err() {
            task.abort();
        }
    }
}

/// What leads to the collector.
pub(crate) struct Leading {
    client: Client,
    address: Url,
    fields: Fields,
}

impl Leading {
    /// Where spans are sent.
    pub fn address(&self) -> &Url {
        &self.address
    }
}

/// What leads to the collector, when an endpoint is set.
///
/// # Errors
/// A sentence that names the setting.
pub(crate) fn leading(settings: &Settings) -> Result<Option<Leading>, String> {
    let own = &settings.traces;
    let Some(address) = own.address()? else { return Ok(None) };
    let fields = own.fields()?;
    let authorities = settings.egress.rules(false)?.authorities;
    let limits = Limits { body: 64 * 1024, ..Limits::default() };
    let client = Client::with_limits(TraceSettings::rules(&address, authorities), limits).map_err(|e| format!("[traces] {e}"))?;
    Ok(Some(Leading { client, address, fields }))
}

/// Starts them when something leads to a collector.
pub(crate) fn start(own: &TraceSettings, leading: Option<Leading>, random: Arc<dyn Random>, count: Counting) -> Option<(Arc<Traces>, Sending)> {
    let Leading { client, address, fields } = leading?;
    let (queue, waiting) = mpsc::channel(PLACES);
    let (stop, stopped) = watch::channel(false);
    let source = messages::Source { service: own.service_name.clone(), instance: TraceId::new(drawn(random.as_ref())).to_string() };
    let task = tokio::spawn(sending::run(waiting, sending::Collector { client, address: address.into(), fields, source, count: count.clone() }, stopped));
    Some((Arc::new(Traces { share: own.sample, trusts: own.trust_traceparent, random, queue, count }), Sending { stop, task }))
}

fn drawn<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}

impl Traces {
    /// A request begins. `None` for those that say nothing: load balancers ask every second, and a page's own files are no steps.
    pub fn begin(&self, request: &ServiceRequest) -> Option<Begun> {
        let path = request.path();
        if matches!(path, "/healthz" | "/readyz" | "/readyz/counters") || path.starts_with("/assets/") {
            return None;
        }
        let mut headers = request.headers().get_all("traceparent");
        let caller = match (headers.next(), headers.next()) {
            (Some(only), None) => only.to_str().ok().and_then(Caller::parse),
            _ => None,
        };
        // Neither zero nor so high that the steps' ids behind it would be.
        let span = u64::from_be_bytes(drawn(self.random.as_ref())) % (u64::MAX - 1_000) + 1;
        let request_span = Request::begin(TraceId::new(drawn(self.random.as_ref())), caller, self.trusts);
        Some(Begun { request: request_span, method: word(request.method()), began: now(), span })
    }
    /// It was answered.
    pub fn end(&self, begun: Begun, answer: Result<&ServiceResponse<impl Sized>, &Error>) {
        let Begun { request, method, began, span } = begun;
        let done = request.finish();
        if !done.follows && !done.trace.is_sampled(self.share) {
            return;
        }
        let (route, status) = match answer {
            Ok(response) => (response.request().match_pattern(), response.status()),
            Err(error) => (None, error.as_response_error().status_code()),
        };
        let kept = Kept { route, method, status: status.as_u16(), began, span, done };
        let spans = kept.spans();
        if self.queue.try_send(kept).is_err() {
            (self.count)(DROPPED, spans);
        }
    }
}

/// A method as OpenTelemetry names it; a stranger's own words are none.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "_OTHER",
    }
}

#[expect(clippy::disallowed_methods, reason = "a trace is laid beside those of other services, and no decision follows from it")]
fn now() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
#[path = "traces_tests.rs"]
mod tests;
