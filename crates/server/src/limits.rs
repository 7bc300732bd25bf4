//! What one request may cost before it means anything: the length of its address and its body, and the time for the body (DS-01…DS-03).
//!
//! The server's own timer ends with the head of a request. A body that trickles in would hold its place for ever.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use actix_web::{
    Error, HttpMessage, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{ConnectionType, header},
    middleware::Next,
    web::{BytesMut, Data},
};
use futures_util::StreamExt;
use homeward_signin::Reason;
use homeward_web::{most_body, refused};

use crate::{metrics::Metrics, traces::Traced};

/// Longest path with query, in bytes.
const MOST_ADDRESS: usize = 8 * 1024;

/// Where answers are counted, when metrics are on.
#[derive(Clone)]
pub(crate) struct Measured(pub Option<Arc<Metrics>>);

/// How long a body may take; it can be set anew.
#[derive(Clone, Debug)]
pub(crate) struct BodyTime(Arc<AtomicU64>);

impl BodyTime {
    pub fn new(time: Duration) -> Self {
        let own = Self(Arc::default());
        own.set(time);
        own
    }
    pub fn set(&self, time: Duration) {
        self.0.store(u64::try_from(time.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
    pub fn get(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// Whether the broker is about to stop.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leaving(Arc<AtomicBool>);

impl Leaving {
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
    pub fn is_so(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A broker that is about to stop ends each connection with its next answer: nobody sends another request on one that is closed meanwhile.
///
/// # Errors
/// Those of the service behind it.
pub(crate) async fn leaving(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let leaving = request.app_data::<Data<Leaving>>().cloned();
    let mut response = next.call(request).await?.map_into_boxed_body();
    // Asked for the answer, not for the request: what began before is told, too.
    if leaving.is_some_and(|data| data.is_so()) {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(response)
}

/// Reads the body within its time and length, then lets the request go on with it.
///
/// # Errors
/// Those of the service behind it.
pub(crate) async fn within_limits(mut request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let length = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    let time = request.app_data::<Data<BodyTime>>().map_or(Duration::from_secs(15), |data| data.get());
    let began = tokio::time::Instant::now();
    if length > MOST_ADDRESS {
        return Ok(turned_away(request, Reason::AddressTooLong, began));
    }
    let headers = request.headers();
    let has_body = headers.contains_key(header::CONTENT_LENGTH) || headers.contains_key(header::TRANSFER_ENCODING);
    if !has_body {
        return to_its_end(request, next).await;
    }
    let most = most_body(&request);
    let body = match tokio::time::timeout(time, read(request.take_payload(), most)).await {
        Ok(Ok(body)) => body,
        Ok(Err(reason)) => return Ok(turned_away(request, reason, began)),
        Err(_) => return Ok(turned_away(request, Reason::TooSlow, began)),
    };
    request.set_payload(Payload::from(body.freeze()));
    to_its_end(request, next).await
}

/// Refused before anybody reads what it says; it counts like every other request.
fn turned_away(request: ServiceRequest, reason: Reason, began: tokio::time::Instant) -> ServiceResponse<BoxBody> {
    if let Some(metrics) = metrics(&request) {
        metrics.request(None, request.method(), reason.status(), began.elapsed());
    }
    request.into_response(refused(reason))
}

/// A visitor who hangs up takes nothing along: what was begun is carried out to its end, with the record and the mail that belong to it
/// (LR-11, AU-01). Without this the server would drop the handler between two of its steps.
async fn to_its_end(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let (metrics, method, began) = (metrics(&request), request.method().clone(), tokio::time::Instant::now());
    // A task that ends without an answer has panicked: `error_pages` gives that its page, as to any other fault. What is sent piece by piece (the export of
    // Activity) is made after this.
    let answer = actix_web::rt::spawn(answered(request, next)).await.unwrap_or_else(|_| Err(Unanswered.into()));
    if let Some(metrics) = metrics {
        let (place, status) = match &answer {
            Ok(response) => (response.request().match_pattern(), response.status()),
            Err(error) => (None, error.as_response_error().status_code()),
        };
        metrics.request(place, &method, status.as_u16(), began.elapsed());
    }
    answer
}

fn metrics(request: &ServiceRequest) -> Option<Arc<Metrics>> {
    request.app_data::<Data<Measured>>().and_then(|data| data.0.clone())
}

/// A request that ended without an answer.
#[derive(Debug, thiserror::Error)]
#[error("a request ended without an answer")]
struct Unanswered;

impl ResponseError for Unanswered {}

async fn answered(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let traces = request.app_data::<Data<Traced>>().and_then(|data| data.0.clone());
    let Some((traces, begun)) = traces.and_then(|traces| traces.begin(&request).map(|begun| (traces, begun))) else { return logged(request, next).await };
    let answer = begun.request.during(logged(request, next)).await;
    traces.end(begun, answer.as_ref());
    answer
}

async fn logged(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    if !tracing::enabled!(tracing::Level::DEBUG) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let response = next.call(request).await?.map_into_boxed_body();
    // The path alone: a query may hold a code or a token.
    tracing::debug!(%method, path, status = response.status().as_u16(), "answered");
    Ok(response)
}

async fn read(mut payload: Payload, most: usize) -> Result<BytesMut, Reason> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Reason::Malformed)?;
        if body.len() + chunk.len() > most {
            return Err(Reason::BodyTooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{App, HttpServer, middleware::from_fn, web};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
    };

    /// The largest form.
    const FORM: usize = 64 * 1024;

    async fn serve() -> (std::net::SocketAddr, actix_web::dev::ServerHandle) {
        let server = HttpServer::new(|| {
            App::new()
                .app_data(Data::new(BodyTime::new(Duration::from_millis(200))))
                .wrap(from_fn(within_limits))
                .route("/", web::post().to(|body: web::Bytes| async move { body.len().to_string() }))
        });
        let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
        let address = server.addrs()[0];
        let running = server.run();
        let handle = running.handle();
        tokio::spawn(running);
        (address, handle)
    }

    /// LR-11, AU-01: a visitor who resets the connection in the middle of a request does not stop it.
    #[tokio::test]
    async fn a_visitor_who_hangs_up_stops_nothing_that_was_begun() {
        let (begun, mut has_begun) = tokio::sync::mpsc::unbounded_channel();
        let (done, mut is_done) = tokio::sync::mpsc::unbounded_channel();
        let go_on = Arc::new(tokio::sync::Notify::new());
        let gate = go_on.clone();
        let server = HttpServer::new(move || {
            let (begun, done, gate) = (begun.clone(), done.clone(), gate.clone());
            let step = web::post().to(move || {
                let (begun, done, gate) = (begun.clone(), done.clone(), gate.clone());
                async move {
                    begun.send(()).unwrap();
                    gate.notified().await;
                    done.send("the second step").unwrap();
                    "answer"
                }
            });
            App::new().wrap(from_fn(within_limits)).route("/", step).route("/there", web::get().to(|| async { "there" }))
        });
        let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
        let address = server.addrs()[0];
        let running = server.run();
        let handle = running.handle();
        tokio::spawn(running);
        let mut visitor = TcpStream::connect(address).await.unwrap();
        visitor.write_all(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhello").await.unwrap();
        has_begun.recv().await.unwrap();
        // No time to linger: the connection is reset.
        visitor.set_zero_linger().unwrap();
        drop(visitor);
        for _ in 0..3 {
            assert_eq!(status(address, "GET /there HTTP/1.1\r\nhost: x\r\n\r\n").await, "HTTP/1.1 200", "the server has looked at its connections since");
        }
        go_on.notify_one();
        assert_eq!(is_done.recv().await, Some("the second step"));
        handle.stop(false).await;
    }

    /// DS-16: a request that ends in a panic is answered as any other fault: nothing of the inside, and every header of security.
    #[tokio::test]
    async fn ds_16_a_panic_is_answered_without_a_word_of_the_inside() {
        async fn panics() -> &'static str {
            panic!("the inside");
        }
        let server = HttpServer::new(|| {
            let app = App::new().wrap(from_fn(within_limits)).wrap(from_fn(homeward_web::error_pages)).wrap(from_fn(homeward_web::security_headers));
            app.route("/", web::get().to(panics)).route("/there", web::get().to(|| async { "there" }))
        });
        let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
        let address = server.addrs()[0];
        let running = server.run();
        let handle = running.handle();
        tokio::spawn(running);
        let answer = async |path: &str| {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes()).await.unwrap();
            let mut said = String::new();
            stream.read_to_string(&mut said).await.unwrap();
            said
        };
        let (failed, there) = (answer("/").await, answer("/there").await);
        assert!(failed.starts_with("HTTP/1.1 500") && !failed.contains("inside") && !failed.contains("panic"), "{failed}");
        assert!(there.starts_with("HTTP/1.1 200") && there.ends_with("there"), "the twin, on the same worker: {there}");
        for said in [&failed, &there] {
            assert!(said.contains("content-security-policy: ") && said.contains("cache-control: "), "{said}");
        }
        handle.stop(false).await;
    }

    async fn status(address: std::net::SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).await.unwrap();
        String::from_utf8(start.to_vec()).unwrap()
    }

    /// DS-01, DS-02, DS-03, SB-17: a body that never ends, at the address for answers of identity providers as well, one that is too long, and an address that is too long are refused; one within the limits passes.
    #[tokio::test]
    async fn ds_01_slow_and_long_requests_are_refused() {
        let (address, handle) = serve().await;
        let post = |path: &str, length: usize, body: &str| format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n{body}");
        assert_eq!(status(address, &post("/", 5, "hello")).await, "HTTP/1.1 200");
        assert_eq!(status(address, &post("/", 5, "he")).await, "HTTP/1.1 408");
        assert_eq!(status(address, &post("/", FORM + 1, &"x".repeat(FORM + 1))).await, "HTTP/1.1 413");
        assert_eq!(status(address, &post("/", FORM, &"x".repeat(FORM))).await, "HTTP/1.1 200");
        assert_eq!(status(address, &post("/saml/x/acs", FORM + 1, &"x".repeat(FORM + 1))).await, "HTTP/1.1 404", "an answer of an identity provider may be longer");
        assert_eq!(status(address, &post("/saml/x/acs", 5, "he")).await, "HTTP/1.1 408");
        assert_eq!(status(address, &post("/saml/x/acs", 8 * FORM + 1, &"x".repeat(8 * FORM + 1))).await, "HTTP/1.1 413");
        assert_eq!(status(address, &post(&format!("/?{}", "x".repeat(9_000)), 0, "")).await, "HTTP/1.1 414");
        handle.stop(false).await;
    }
}
