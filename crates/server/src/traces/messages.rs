//! Requests as messages of OTLP (OpenTelemetry Protocol 1.x), with the names of its semantic conventions for HTTP.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use homeward_trace::{Note, Step};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value},
    resource::v1::Resource,
    trace::v1::{
        ResourceSpans, ScopeSpans, Span, Status,
        span::{Link, SpanKind},
        status::StatusCode,
    },
};

use super::Kept;

/// The step that is a request of ours to somebody else.
const OUTSIDE: &str = "provider.request";
/// The flag of a trace that is kept (W3C Trace Context 3.2.2.5).
const IS_KEPT: u32 = 1;
/// That it is known whether a parent is another process's, and that it is one.
const IS_REMOTE: u32 = 0x300;

/// Who sends.
pub(super) struct Source {
    /// `service.name`.
    pub service: String,
    /// `service.instance.id`: drawn at each start, so that nodes are told apart.
    pub instance: String,
}

/// A message with these requests.
pub(super) fn message(source: &Source, requests: &[Kept]) -> ExportTraceServiceRequest {
    let attributes = vec![text("service.name", &source.service), text("service.version", env!("CARGO_PKG_VERSION")), text("service.instance.id", &source.instance)];
    let scope = InstrumentationScope { name: "homeward".into(), version: env!("CARGO_PKG_VERSION").into(), ..InstrumentationScope::default() };
    let spans = requests.iter().flat_map(spans).collect();
    let scope_spans = vec![ScopeSpans { scope: Some(scope), spans, ..ScopeSpans::default() }];
    let resource = Some(Resource { attributes, ..Resource::default() });
    ExportTraceServiceRequest { resource_spans: vec![ResourceSpans { resource, scope_spans, ..ResourceSpans::default() }] }
}

fn spans(kept: &Kept) -> impl Iterator<Item = Span> {
    kept.done.steps.iter().enumerate().map(|(place, step)| if place == 0 { own(kept, step) } else { below(kept, step, place) })
}

/// The id of the span of a step.
fn id(kept: &Kept, place: usize) -> Vec<u8> {
    kept.span.wrapping_add(u64::try_from(place).unwrap_or(0)).to_be_bytes().to_vec()
}

/// The request itself.
fn own(kept: &Kept, step: &Step) -> Span {
    let mut attributes = vec![text("http.request.method", kept.method), number("http.response.status_code", kept.status.into())];
    attributes.extend(kept.route.as_deref().map(|route| text("http.route", route)));
    let name = kept.route.as_deref().map_or_else(|| kept.method.to_owned(), |route| format!("{} {route}", kept.method));
    let failed = kept.status >= 500;
    if failed {
        attributes.push(text("error.type", &kept.status.to_string()));
    }
    let caller = kept.done.caller;
    let parent = caller.filter(|_| kept.done.follows);
    let link = caller.filter(|_| !kept.done.follows).map(|caller| Link { trace_id: caller.trace.as_bytes().to_vec(), span_id: caller.span.to_vec(), ..Link::default() });
    Span {
        name,
        kind: SpanKind::Server.into(),
        attributes: with_notes(attributes, step),
        parent_span_id: parent.map(|caller| caller.span.to_vec()).unwrap_or_default(),
        links: link.into_iter().collect(),
        flags: if parent.is_some() { IS_KEPT | IS_REMOTE } else { IS_KEPT },
        status: status(failed),
        ..span(kept, step, 0)
    }
}

/// A step of it.
fn below(kept: &Kept, step: &Step, place: usize) -> Span {
    let kind = if step.name == OUTSIDE { SpanKind::Client } else { SpanKind::Internal };
    let failed = step.notes.iter().any(|(name, _)| *name == "error.type");
    Span {
        name: step.name.to_owned(),
        kind: kind.into(),
        attributes: with_notes(Vec::new(), step),
        parent_span_id: id(kept, step.parent),
        flags: IS_KEPT,
        status: status(failed),
        ..span(kept, step, place)
    }
}

fn span(kept: &Kept, step: &Step, place: usize) -> Span {
    Span {
        trace_id: kept.done.trace.as_bytes().to_vec(),
        span_id: id(kept, place),
        start_time_unix_nano: nanoseconds(kept.began, step.from),
        end_time_unix_nano: nanoseconds(kept.began, step.until.unwrap_or(kept.done.took)),
        ..Span::default()
    }
}

fn status(failed: bool) -> Option<Status> {
    failed.then(|| Status { code: StatusCode::Error.into(), ..Status::default() })
}

fn with_notes(mut attributes: Vec<KeyValue>, step: &Step) -> Vec<KeyValue> {
    attributes.extend(step.notes.iter().map(|(name, note)| match note {
        Note::Word(word) => text(name, word),
        Note::Number(value) => number(name, *value),
        Note::Id(id) => text(name, id),
    }));
    attributes
}

fn nanoseconds(began: SystemTime, after: Duration) -> u64 {
    let since = began.duration_since(UNIX_EPOCH).unwrap_or_default().saturating_add(after);
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

fn text(key: &str, value: &str) -> KeyValue {
    attribute(key, Value::StringValue(value.to_owned()))
}

fn number(key: &str, value: i64) -> KeyValue {
    attribute(key, Value::IntValue(value))
}

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}
