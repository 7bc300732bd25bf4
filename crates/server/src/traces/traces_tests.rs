use std::sync::Mutex;

use actix_web::{HttpResponse, body::BoxBody, test::TestRequest};
use homeward_model::SystemRandom;

use super::*;

type Counted = Arc<Mutex<Vec<(&'static str, u64)>>>;

fn traces(places: usize, share: f64) -> (Traces, mpsc::Receiver<Kept>, Counted) {
    let (queue, waiting) = mpsc::channel(places);
    let counted = Counted::default();
    let heard = counted.clone();
    let count: Counting = Arc::new(move |outcome, spans| heard.lock().unwrap().push((outcome, spans)));
    (Traces { share, trusts: false, random: Arc::new(SystemRandom), queue, count }, waiting, counted)
}

fn answer() -> ServiceResponse<BoxBody> {
    TestRequest::get().uri("/signin?canary=1").to_srv_request().into_response(HttpResponse::Ok())
}

fn once(traces: &Traces) {
    let begun = traces.begin(&TestRequest::get().uri("/signin").to_srv_request()).unwrap();
    traces.end(begun, Ok(&answer()));
}

/// A queue that is full costs nobody a wait: what has no place is dropped and counted, and there is room again as soon as something was sent.
#[tokio::test]
async fn a_full_queue_drops_and_counts() {
    let (traces, mut waiting, counted) = traces(2, 1.0);
    for _ in 0..5 {
        once(&traces);
    }
    assert_eq!(*counted.lock().unwrap(), [(DROPPED, 1), (DROPPED, 1), (DROPPED, 1)]);
    assert!(waiting.recv().await.is_some());
    once(&traces);
    assert_eq!((counted.lock().unwrap().len(), waiting.len()), (3, 2));
}

#[tokio::test]
async fn what_is_not_sampled_takes_no_place() {
    let (traces, waiting, counted) = traces(2, 0.0);
    for _ in 0..5 {
        once(&traces);
    }
    assert_eq!((waiting.len(), counted.lock().unwrap().len()), (0, 0));
}

#[test]
fn requests_that_say_nothing_have_no_span() {
    let (traces, ..) = traces(2, 1.0);
    let begins = |path: &str| traces.begin(&TestRequest::get().uri(path).to_srv_request()).is_some();
    assert_eq!(["/healthz", "/readyz", "/readyz/counters", "/assets/x/ui.css", "/signin", "/healthz/x"].map(begins), [false, false, false, false, true, true]);
}

/// A method, a status and an answer that failed; two callers are none.
#[tokio::test]
async fn a_span_has_words_of_ours_only() {
    let (traces, mut waiting, _) = traces(4, 1.0);
    let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let strange = TestRequest::default().method(Method::from_bytes(b"CANARY").unwrap()).uri("/signin").insert_header(("traceparent", header)).to_srv_request();
    let begun = traces.begin(&strange).unwrap();
    traces.end(begun, Err::<&ServiceResponse<BoxBody>, _>(&actix_web::error::ErrorInternalServerError("canary")));
    let kept = waiting.recv().await.unwrap();
    let message = messages::message(&messages::Source { service: "homeward".into(), instance: "1".into() }, &[kept]);
    let span = &message.resource_spans[0].scope_spans[0].spans[0];
    assert_eq!((span.name.as_str(), span.status.as_ref().unwrap().code, span.links.len()), ("_OTHER", 2, 1));
    assert!(!format!("{message:?}").to_lowercase().contains("canary"));
    let two = TestRequest::get().uri("/signin").append_header(("traceparent", header)).append_header(("traceparent", header)).to_srv_request();
    let begun = traces.begin(&two).unwrap();
    traces.end(begun, Ok(&answer()));
    assert_eq!(waiting.recv().await.unwrap().done.caller, None);
}
