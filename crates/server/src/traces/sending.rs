//! Sends what waits to the collector: in groups, one after the other, in a task that no request waits for.

use std::time::Duration;

use homeward_egress::Client;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::{
    Counting, DROPPED, Kept, SENT,
    messages::{self, Source},
};

/// Requests that are sent together.
const MOST: usize = 512;
/// How long the first of them waits for others.
const GATHERS: Duration = Duration::from_secs(1);
/// The log says at most once in this time that spans are dropped.
const QUIET: Duration = Duration::from_secs(60);

/// The collector.
pub(super) struct Collector {
    pub client: Client,
    pub address: String,
    pub source: Source,
    pub count: Counting,
}

/// Until it is told to end, or nobody is left who could tell.
pub(super) async fn run(mut waiting: mpsc::Receiver<Kept>, collector: Collector, mut stopped: oneshot::Receiver<()>) {
    let (mut group, mut told): (Vec<Kept>, Option<Instant>) = (Vec::new(), None);
    let mut goes_on = true;
    while goes_on {
        goes_on = tokio::select! {
            count = waiting.recv_many(&mut group, MOST) => count > 0,
            _ = &mut stopped => false,
        };
        let until = Instant::now() + GATHERS;
        while goes_on && group.len() < MOST {
            let room = MOST - group.len();
            goes_on = tokio::select! {
                count = waiting.recv_many(&mut group, room) => count > 0,
                () = tokio::time::sleep_until(until) => break,
                _ = &mut stopped => false,
            };
        }
        send(&collector, &mut group, &mut told).await;
    }
    waiting.close();
    while waiting.recv_many(&mut group, MOST).await > 0 {
        send(&collector, &mut group, &mut told).await;
    }
}

async fn send(collector: &Collector, group: &mut Vec<Kept>, told: &mut Option<Instant>) {
    if group.is_empty() {
        return;
    }
    let spans: u64 = group.iter().map(Kept::spans).sum();
    let body = messages::message(&collector.source, group).encode_to_vec();
    group.clear();
    let (taken, why) = match collector.client.post_body(&collector.address, "application/x-protobuf", body).await {
        Ok(answer) if (200..300).contains(&answer.status) => (spans.saturating_sub(rejected(&answer.body)), "the collector has rejected some".to_owned()),
        Ok(answer) => (0, format!("the collector answers {}", answer.status)),
        Err(error) => (0, error.word().to_owned()),
    };
    (collector.count)(SENT, taken);
    (collector.count)(DROPPED, spans - taken);
    if taken < spans && told.is_none_or(|at| at.elapsed() > QUIET) {
        *told = Some(Instant::now());
        tracing::warn!(spans = spans - taken, why, "spans are dropped; sign-ins go on");
    }
}

/// How many spans the collector says that it has not taken.
fn rejected(body: &[u8]) -> u64 {
    let said = ExportTraceServiceResponse::decode(body).ok().and_then(|answer| answer.partial_success);
    said.and_then(|partial| u64::try_from(partial.rejected_spans).ok()).unwrap_or(0)
}
