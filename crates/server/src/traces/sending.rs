//! Sends what waits to the collector: in groups, one after the other, in a task that no request waits for. A group that the collector may take later
//! is tried again, for some seconds; what comes meanwhile waits in the queue, or has no place there.

use std::time::Duration;

use homeward_egress::{Answer, Client, EgressError, Fields};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, timeout},
};

use super::{
    Counting, DROPPED, Kept, SENT,
    messages::{self, Source},
};

/// Requests that are sent together.
const MOST: usize = 512;
/// How long the first of them waits for others.
const GATHERS: Duration = Duration::from_secs(1);
/// Before a group is tried again; after the last of them it is dropped.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];
/// No try begins later than this after the first.
const LONGEST: Duration = Duration::from_secs(10);
/// The log says at most once in this time that spans are dropped.
const QUIET: Duration = Duration::from_secs(60);

/// The collector.
pub(super) struct Collector {
    pub client: Client,
    pub address: String,
    pub fields: Fields,
    pub source: Source,
    pub count: Counting,
}

/// Until it is told to end, or nobody is left who could tell.
pub(super) async fn run(mut waiting: mpsc::Receiver<Kept>, collector: Collector, mut stopped: watch::Receiver<bool>) {
    let (mut group, mut told): (Vec<Kept>, Option<Instant>) = (Vec::new(), None);
    let mut goes_on = true;
    while goes_on {
        goes_on = tokio::select! {
            count = waiting.recv_many(&mut group, MOST) => count > 0,
            () = stop(&mut stopped) => false,
        };
        let until = Instant::now() + GATHERS;
        while goes_on && group.len() < MOST {
            let room = MOST - group.len();
            goes_on = tokio::select! {
                count = waiting.recv_many(&mut group, room) => count > 0,
                () = tokio::time::sleep_until(until) => break,
                () = stop(&mut stopped) => false,
            };
        }
        send(&collector, &mut group, &mut told, &mut stopped).await;
    }
    waiting.close();
    while waiting.recv_many(&mut group, MOST).await > 0 {
        send(&collector, &mut group, &mut told, &mut stopped).await;
    }
}

/// Waits until the broker ends; at once when it does already.
async fn stop(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stops| *stops).await;
}

async fn send(collector: &Collector, group: &mut Vec<Kept>, told: &mut Option<Instant>, stopped: &mut watch::Receiver<bool>) {
    if group.is_empty() {
        return;
    }
    let spans: u64 = group.iter().map(Kept::spans).sum();
    let body = messages::message(&collector.source, group).encode_to_vec();
    group.clear();
    let (taken, why) = match tried(collector, body, stopped).await {
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

/// The last answer, after as many tries as there may be. The end of the broker waits for no other one.
async fn tried(collector: &Collector, body: Vec<u8>, stopped: &mut watch::Receiver<bool>) -> Result<Answer, EgressError> {
    let (begun, mut pauses) = (Instant::now(), PAUSES.into_iter());
    loop {
        let answer = collector.client.post_body(&collector.address, "application/x-protobuf", &collector.fields, body.clone()).await;
        let Some(pause) = pauses.next().filter(|_| may_take_later(&answer)) else { return answer };
        let asked = answer.as_ref().ok().and_then(Answer::retry_after).unwrap_or_default();
        let pause = pause.max(asked);
        if begun.elapsed().saturating_add(pause) > LONGEST || timeout(pause, stop(stopped)).await.is_ok() {
            return answer;
        }
    }
}

/// Whether the same message may be taken a moment later (OTLP 1.3, "Failures"). A status that says no says it again.
fn may_take_later(answer: &Result<Answer, EgressError>) -> bool {
    match answer {
        Ok(answer) => matches!(answer.status, 429 | 502 | 503 | 504),
        Err(error) => matches!(error, EgressError::Unreachable | EgressError::TooSlow | EgressError::Garbled),
    }
}

/// How many spans the collector says that it has not taken.
fn rejected(body: &[u8]) -> u64 {
    let said = ExportTraceServiceResponse::decode(body).ok().and_then(|answer| answer.partial_success);
    said.and_then(|partial| u64::try_from(partial.rejected_spans).ok()).unwrap_or(0)
}
