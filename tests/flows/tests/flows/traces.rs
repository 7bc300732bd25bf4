//! Traces: what a collector gets of a sign-in, what it does not get, and what it costs when it is away. Debian has no package of a
//! collector; the one here is a receiver of OTLP over HTTP that reads the messages with the protocol's own definitions.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use homeward_discovery::Disclosure;
use homeward_federation::SignOutThere;
use homeward_testkit::{Behind, Browser, TestBroker, redis};
use opentelemetry_proto::tonic::{collector::trace::v1::ExportTraceServiceRequest, common::v1::any_value::Value, trace::v1::Span};
use prost::Message;
use reqwest::Method;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::federated::{KIM, World, fetch, go, kim, openid_logout::Op, who};

const ANN: (&str, &str) = ("ann@north.example", "Kranich7!");
const OUTSIDE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// Takes what is sent to it.
struct Collector {
    address: SocketAddr,
    bodies: Arc<Mutex<Vec<Vec<u8>>>>,
    /// The head of every message, refused ones included.
    heads: Arc<Mutex<Vec<String>>>,
    /// What it answers first, before it takes everything.
    refuses: Arc<Mutex<Vec<u16>>>,
    task: JoinHandle<()>,
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Collector {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, bodies) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let (heads, refuses) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
        let (kept, said, first) = (bodies.clone(), heads.clone(), refuses.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                take(stream, (&kept, &said, &first)).await;
            }
        });
        Self { address, bodies, heads, refuses, task }
    }
    fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
    fn bytes(&self) -> Vec<u8> {
        self.bodies.lock().unwrap().concat()
    }
    fn messages(&self) -> Vec<ExportTraceServiceRequest> {
        self.bodies.lock().unwrap().iter().map(|body| ExportTraceServiceRequest::decode(body.as_slice()).unwrap()).collect()
    }
    /// What was sent, without what is drawn or measured: a few letters or digits come about there by chance.
    fn said(&self) -> Vec<u8> {
        let mut messages = self.messages();
        for resource in messages.iter_mut().flat_map(|message| &mut message.resource_spans) {
            let own = &mut resource.resource.as_mut().unwrap().attributes;
            let place = own.iter().position(|a| a.key == "service.instance.id").unwrap();
            let drawn = own.remove(place).value.and_then(|value| value.value);
            assert!(matches!(&drawn, Some(Value::StringValue(id)) if id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit())), "{drawn:?}");
            for span in resource.scope_spans.iter_mut().flat_map(|scope| &mut scope.spans) {
                (span.start_time_unix_nano, span.end_time_unix_nano) = (0, 0);
                for drawn in [&mut span.trace_id, &mut span.span_id, &mut span.parent_span_id] {
                    drawn.clear();
                }
                for link in &mut span.links {
                    link.trace_id.clear();
                    link.span_id.clear();
                }
            }
        }
        messages.iter().flat_map(Message::encode_to_vec).collect()
    }
    fn spans(&self) -> Vec<Span> {
        let scopes = self.messages().into_iter().flat_map(|message| message.resource_spans).flat_map(|resource| resource.scope_spans);
        scopes.flat_map(|scope| scope.spans).collect()
    }
}

/// The request spans of one trace, by name, each with the broker that sent it.
fn sent_by(collector: &Collector, trace: &[u8]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for resource in collector.messages().into_iter().flat_map(|message| message.resource_spans) {
        let own = resource.resource.unwrap().attributes.into_iter().find(|a| a.key == "service.instance.id").and_then(|a| a.value).and_then(|value| value.value);
        let Some(Value::StringValue(broker)) = own else { panic!("{own:?}") };
        for span in resource.scope_spans.into_iter().flat_map(|scope| scope.spans).filter(|span| span.kind == 2 && span.trace_id == trace) {
            assert_eq!(found.insert(span.name, broker.clone()), None, "each hop came once");
        }
    }
    found
}

/// One request on one connection.
async fn take(mut stream: TcpStream, (kept, heads, refuses): (&Mutex<Vec<Vec<u8>>>, &Mutex<Vec<String>>, &Mutex<Vec<u16>>)) {
    let mut read = Vec::new();
    let head = loop {
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).await.unwrap();
        assert!(count > 0, "the request ends in the middle");
        read.extend_from_slice(&piece[..count]);
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
    };
    let text = String::from_utf8(read[..head].to_vec()).unwrap().to_lowercase();
    assert!(text.starts_with("post /v1/traces http/1.1\r\n") && text.contains("content-type: application/x-protobuf"), "{text}");
    let length: usize = text.split("content-length: ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
    let mut body = read.split_off(head + 4);
    let had = body.len();
    body.resize(length, 0);
    stream.read_exact(&mut body[had..]).await.unwrap();
    heads.lock().unwrap().push(text);
    let status = refuses.lock().unwrap().pop().unwrap_or(200);
    if status == 200 {
        kept.lock().unwrap().push(body);
    }
    let answer = format!("HTTP/1.1 {status} Said\r\ncontent-type: application/x-protobuf\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.unwrap();
}

/// Starts the broker anew with traces to this endpoint.
async fn traced(broker: &mut TestBroker, endpoint: String) {
    broker.settings.traces.endpoint = Some(endpoint);
    broker.settings.metrics.listen = Some("127.0.0.1:0".parse().unwrap());
    broker.restart().await;
}

/// Ends the broker, which sends what waits.
async fn ended(broker: &mut TestBroker) {
    broker.running.take().unwrap().stop().await;
}

fn named<'s>(spans: &'s [Span], name: &str) -> Vec<&'s Span> {
    spans.iter().filter(|span| span.name == name).collect()
}

/// The one trace of the requests of these names, each of which came once.
fn one_trace(spans: &[Span], names: &[&str]) -> Vec<u8> {
    let found: Vec<&Span> = names.iter().flat_map(|name| named(spans, name)).collect();
    let told: Vec<&str> = found.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(told, names, "{:?}", spans.iter().map(|span| &span.name).collect::<Vec<_>>());
    assert!(found.iter().all(|span| span.trace_id == found[0].trace_id && span.trace_id.len() == 16 && span.kind == 2), "{found:?}");
    found[0].trace_id.clone()
}

fn assert_absent(bytes: &[u8], personal: &[&str]) {
    for text in personal {
        assert!(!text.is_empty() && !bytes.windows(text.len()).any(|part| part == text.as_bytes()), "{text} was sent");
    }
}

fn figure(text: &str, outcome: &str) -> u64 {
    let line = format!("homeward_trace_spans_total{{outcome=\"{outcome}\"}} ");
    text.lines().find_map(|found| found.strip_prefix(&line)).unwrap_or_else(|| panic!("{line} is not in {text}")).parse().unwrap()
}

async fn figures(broker: &TestBroker) -> String {
    Browser::new(broker.running().metrics_address().unwrap()).get("/metrics").await.body
}

/// All hops of a sign-in by password are one trace, with their steps; the next sign-in is another one, and nothing of a person is in either.
#[tokio::test]
async fn the_hops_of_a_sign_in_by_password_share_a_trace() {
    let mut broker = TestBroker::start(Disclosure::Open).await;
    let collector = Collector::start().await;
    traced(&mut broker, collector.endpoint()).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
    let (status, tokens) = ann.redeem("wiki", &address).await;
    assert_eq!(status, 200);
    let mut other = broker.browser();
    let page = other.open("late", "&login_hint=canary%40nowhere.example").await;
    other.password(&page, "Canary-Password-1").await;
    other.get("/oauth2/authorize?client_id=canary-client").await;
    other.get("/canary-address?canary=query").await;
    other.get("/healthz").await;
    ended(&mut broker).await;
    let spans = collector.spans();
    let trace = one_trace(&spans, &["POST /signin/username", "GET /signin/continue", "POST /oauth2/token"]);
    let of_ann: Vec<&Span> = spans.iter().filter(|span| span.trace_id == trace).collect();
    let hop = |name: &str| *of_ann.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("{name} is no hop"));
    for (step, hop_of) in [("discovery.decide", "POST /signin/username"), ("password.verify", "POST /signin/password"), ("store.write", "POST /signin/password")] {
        let around = hop(hop_of);
        let below = of_ann.iter().find(|span| span.name == step && span.parent_span_id == around.span_id).unwrap_or_else(|| panic!("{step} of {hop_of}"));
        assert!(below.kind == 1 && below.start_time_unix_nano >= around.start_time_unix_nano && below.end_time_unix_nano <= around.end_time_unix_nano);
    }
    assert!(hop("GET /oauth2/authorize").parent_span_id.is_empty() && hop("GET /oauth2/authorize").links.is_empty());
    assert!(named(&spans, "POST /signin/password").iter().any(|span| span.trace_id != trace), "another sign-in, another trace");
    assert!(named(&spans, "GET").len() == 1 && !spans.iter().any(|span| span.name.contains("healthz")), "an address that is none of ours has no name");
    let refused = spans.iter().find(|span| span.attributes.iter().any(|a| a.key == "homeward.reason")).unwrap();
    assert!(refused.attributes.iter().any(|a| a.key == "homeward.case") && refused.attributes.iter().any(|a| a.key == "http.route"));
    let bytes = collector.bytes();
    let code = url::Url::parse(&address).unwrap().query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let token = |name: &str| tokens[name].as_str().unwrap().to_owned();
    assert_absent(&bytes, &[ANN.0, "north.example", ANN.1, "nowhere.example", "127.0.0.1", &code]);
    assert_absent(&bytes, &[&token("access_token"), &token("refresh_token"), &token("id_token"), &ann.cookies["__Host-browser"], &ann.cookies["__Host-session"]]);
    let said = collector.said();
    assert_absent(&said, &["ann@", "40817", "Canary", "canary", "nowhere", "wiki", "192.0.2"]);
    for bytes in [bytes, said] {
        assert!(bytes.windows(12).any(|part| part == b"service.name") && bytes.windows(16).any(|part| part == b"/signin/password"), "the test reads the right bytes");
    }
}

/// A sign-in whose hops come to three brokers is one trace, to which each of them sends its own; the next sign-in is another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_hops_at_three_brokers_share_a_trace() {
    let mut broker = TestBroker::start_behind(Disclosure::Open, Behind { postgres: true, redis: Some(redis::database()), nodes: 3 }).await;
    let collector = Collector::start().await;
    traced(&mut broker, collector.endpoint()).await;
    for (name, password) in [ANN, ("eve@north.example", "Reiher-88")] {
        let mut nodes: Vec<Browser> = (0..3).map(|node| broker.browser_at(node)).collect();
        let page = nodes[0].open("wiki", "").await;
        nodes[1].cookies = nodes[0].cookies.clone();
        let page = nodes[1].identify(&page, name).await;
        nodes[2].cookies = nodes[1].cookies.clone();
        let page = nodes[2].password(&page, password).await;
        nodes[0].cookies = nodes[2].cookies.clone();
        let address = nodes[0].leave(&page).await;
        assert_eq!(nodes[1].redeem("wiki", &address).await.0, 200, "{address}");
    }
    broker.lose_a_node().await;
    broker.lose_a_node().await;
    ended(&mut broker).await;
    let traces: BTreeSet<Vec<u8>> = named(&collector.spans(), "POST /oauth2/token").iter().map(|span| span.trace_id.clone()).collect();
    assert_eq!(traces.len(), 2, "another sign-in, another trace");
    for trace in traces {
        let hops = sent_by(&collector, &trace);
        let at = |name: &str| hops.get(name).unwrap_or_else(|| panic!("{name} is no hop of {hops:?}"));
        let [first, second, third] = ["GET /oauth2/authorize", "POST /signin/username", "POST /signin/password"].map(at);
        assert_eq!(BTreeSet::from([first, second, third]).len(), 3, "{hops:?}");
        assert_eq!((at("GET /signin/continue"), at("POST /oauth2/token")), (first, second));
    }
}

/// The same through a provider of the organisation, by SAML and by OpenID Connect; what the broker asks the provider is a step.
#[tokio::test]
async fn the_hops_of_a_federated_sign_in_share_a_trace() {
    let mut world = World::new().await;
    let collector = Collector::start().await;
    traced(&mut world.broker, collector.endpoint()).await;
    let mut browser = world.broker.browser();
    let sent = go(&mut browser, "wiki", KIM).await;
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
    ended(&mut world.broker).await;
    let spans = collector.spans();
    let hops = [
        "GET /oauth2/authorize", "POST /signin/username", "GET /signin/leave", "POST /saml/{connection}/acs", "GET /signin/return", "GET /signin/continue", "POST /oauth2/token",
    ];
    let trace = one_trace(&spans, &hops);
    let verified = named(&spans, "answer.verify");
    assert!(verified.len() == 1 && verified[0].trace_id == trace && verified[0].parent_span_id == named(&spans, hops[3])[0].span_id);
    assert_absent(&collector.bytes(), &[KIM, "tailspin", &sent.relay, &sent.id, "idp.example"]);
    assert_absent(&collector.said(), &["70444"]);

    let mut op = Op::start(SignOutThere::Off).await;
    let collector = Collector::start().await;
    traced(&mut op.broker, collector.endpoint()).await;
    op.kim().await;
    ended(&mut op.broker).await;
    let spans = collector.spans();
    let hops = [
        "GET /oauth2/authorize", "POST /signin/username", "GET /signin/leave", "GET /oidc/{connection}/callback", "GET /signin/return", "GET /signin/continue", "POST /oauth2/token",
    ];
    let trace = one_trace(&spans, &hops);
    let asked = named(&spans, "provider.request");
    assert!(!asked.is_empty() && asked.iter().all(|span| span.kind == 3 && span.trace_id == trace), "{asked:?}");
    assert_absent(&collector.bytes(), &[KIM, "tailspin", "127.0.0.1"]);
    assert_absent(&collector.said(), &["70444"]);
}

/// A `traceparent` from outside is a link, at whatever hop; where the operator trusts it, the sign-in belongs to that trace, at its later
/// hops, too.
#[tokio::test]
async fn a_trace_from_outside_is_a_link_unless_it_is_trusted() {
    let outside = OUTSIDE.split('-').nth(1).unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    for trusts in [false, true] {
        let mut broker = TestBroker::start(Disclosure::Open).await;
        let collector = Collector::start().await;
        broker.settings.traces.trust_traceparent = trusts;
        traced(&mut broker, collector.endpoint()).await;
        let mut ann = broker.browser();
        let query = "/oauth2/authorize?client_id=wiki&redirect_uri=https%3A%2F%2Fwiki.example%2Fcb&response_type=code&scope=openid&state=st&nonce=n\
                     &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
        let page = ann.send(Method::GET, query, &[("traceparent", OUTSIDE)], None).await;
        let page = ann.identify(&page, ANN.0).await;
        let page = ann.password(&page, ANN.1).await;
        assert!(ann.leave(&page).await.contains("code="));
        ended(&mut broker).await;
        let spans = collector.spans();
        let trace = one_trace(&spans, &["GET /oauth2/authorize", "POST /signin/username", "POST /signin/password", "GET /signin/continue"]);
        let first = named(&spans, "GET /oauth2/authorize")[0];
        assert_eq!(hex(&trace) == outside, trusts);
        match trusts {
            true => assert_eq!((hex(&first.parent_span_id).as_str(), first.links.len()), ("b7ad6b7169203331", 0)),
            false => assert_eq!((first.parent_span_id.len(), hex(&first.links[0].trace_id).as_str()), (0, outside)),
        }
    }
}

/// A share of nothing sends nothing; a collector that takes spans is counted.
#[tokio::test]
async fn what_is_not_sampled_is_not_sent() {
    for share in [0.0, 1.0] {
        let mut broker = TestBroker::start(Disclosure::Open).await;
        let collector = Collector::start().await;
        broker.settings.traces.sample = share;
        traced(&mut broker, collector.endpoint()).await;
        broker.browser().get("/signin").await;
        let counted = tokio::time::timeout(Duration::from_secs(60), async {
            while share > 0.0 && figure(&figures(&broker).await, "sent") == 0 {}
            figure(&figures(&broker).await, "sent")
        });
        assert_eq!(counted.await.unwrap() > 0, share > 0.0);
        ended(&mut broker).await;
        assert_eq!(!collector.spans().is_empty(), share > 0.0);
    }
}

/// What a collector may take later is sent again, with the operator's key each time, and is counted once; what it refuses for good is dropped at once.
#[tokio::test]
async fn what_a_collector_may_take_later_is_sent_again() {
    let mut broker = TestBroker::start(Disclosure::Open).await;
    std::fs::write(broker.folder().join("collector.headers"), "Authorization: Bearer Canary-Key\n").unwrap();
    broker.settings.traces.headers_file = Some(broker.folder().join("collector.headers"));
    let counted = async |broker: &TestBroker, outcome: &'static str| {
        let wait = async {
            loop {
                let text = figures(broker).await;
                if figure(&text, outcome) > 0 {
                    return text;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), wait).await.unwrap()
    };
    let collector = Collector::start().await;
    *collector.refuses.lock().unwrap() = vec![429, 503];
    traced(&mut broker, collector.endpoint()).await;
    broker.browser().get("/signin").await;
    assert_eq!(figure(&counted(&broker, "sent").await, "dropped"), 0);
    assert_eq!((collector.heads.lock().unwrap().len(), collector.spans().len()), (3, 1), "twice in vain, and one span");
    assert!(collector.heads.lock().unwrap().iter().all(|head| head.contains("\r\nauthorization: bearer canary-key\r\n")));
    ended(&mut broker).await;
    assert_absent(&collector.bytes(), &["Canary-Key"]);

    let collector = Collector::start().await;
    *collector.refuses.lock().unwrap() = vec![401];
    traced(&mut broker, collector.endpoint()).await;
    broker.browser().get("/signin").await;
    assert_eq!(figure(&counted(&broker, "dropped").await, "sent"), 0);
    assert_eq!(collector.heads.lock().unwrap().len(), 1, "a key that is wrong stays wrong");
    ended(&mut broker).await;
}

/// A collector that is away, and one that takes and never answers, cost no request anything; what was dropped is counted.
#[tokio::test]
async fn a_collector_that_is_away_or_hangs_costs_nobody_a_sign_in() {
    let away = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let hangs = TcpListener::bind("127.0.0.1:0").await.unwrap();
    for (address, is_away) in [(away, true), (hangs.local_addr().unwrap(), false)] {
        let mut broker = TestBroker::start(Disclosure::Open).await;
        traced(&mut broker, format!("http://{address}")).await;
        let mut ann = broker.browser();
        assert!(ann.sign_in("wiki", ANN.0, ANN.1).await.contains("code="));
        let text = tokio::time::timeout(Duration::from_secs(60), async {
            loop {
                let text = figures(&broker).await;
                if figure(&text, "dropped") > 0 {
                    break text;
                }
            }
        });
        assert_eq!(figure(&text.await.unwrap(), "sent"), 0, "away: {is_away}");
        assert!(broker.browser().sign_in("wiki", ANN.0, ANN.1).await.contains("code="), "and they go on");
        ended(&mut broker).await;
    }
    assert!(hangs.accept().await.is_ok(), "the one that hangs was asked");
}
