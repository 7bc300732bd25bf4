//! What a stranger can cost: slow peers, odd requests, floods without a proof (4.F).

use std::{net::SocketAddr, time::Duration};

use homeward_discovery::Disclosure;
use homeward_model::Clock;
use homeward_server::{Overrides, Running, start};
use homeward_testkit::{Browser, TestBroker};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, Interest},
    net::TcpStream,
};

const ANN: (&str, &str) = ("ann@north.example", "Kranich7!");

/// The same broker once more, waiting a second for the head of a request.
async fn impatient(broker: &TestBroker) -> Running {
    let mut settings = broker.settings.clone();
    settings.server.limits.header_seconds = 1;
    settings.server.limits.keep_alive_seconds = 1;
    settings.server.limits.answer_seconds = 1;
    start(&settings, Overrides { clock: Some(broker.clock.clone()), no_worker: true, beside_another: true, ..Overrides::default() }).await.unwrap()
}

/// Sends bytes and reads until the server closes; gives what it said.
async fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said).await;
    String::from_utf8_lossy(&said).into_owned()
}

/// DS-01: hundreds of connections that say nothing, or half a head, hold up nobody and are closed; a whole request on the same address is answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ds_01_slow_peers_starve_nobody() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let running = impatient(&broker).await;
    let mut slow = Vec::new();
    for place in 0..400 {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        if place % 2 == 0 {
            stream.write_all(b"GET /signin HTTP/1.1\r\nhost: x\r\nx-slow: ").await.unwrap();
        }
        slow.push(stream);
    }
    let mut ann = Browser::new(running.address);
    let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    assert_eq!(ann.who(tokens["access_token"].as_str().unwrap()).await, Some((ANN.0.into(), "40817".into())), "while all of them wait");
    for mut stream in slow.into_iter().step_by(40) {
        let mut said = Vec::new();
        // The server closes, with or without a word; a peer that is waited for longer would hang this test.
        let _ = stream.read_to_end(&mut said).await;
        assert!(!String::from_utf8_lossy(&said).starts_with("HTTP/1.1 2"));
    }
    running.stop().await;
}

/// DS-01: somebody who sends many requests at once and takes no answer is left, while others are served; who takes them has them all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ds_01_who_takes_no_answer_is_left() {
    const MANY: usize = 400;
    let broker = TestBroker::start(Disclosure::Closed).await;
    let running = impatient(&broker).await;
    let once = "GET /signin HTTP/1.1\r\nhost: homeward.localhost\r\n\r\n";
    let last = "GET /signin HTTP/1.1\r\nhost: homeward.localhost\r\nconnection: close\r\n\r\n";
    let mut idle = Vec::new();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        // As much as goes: nobody reads on behind what waits to be taken.
        let _ = tokio::time::timeout(Duration::from_millis(500), stream.write_all(once.repeat(100_000).as_bytes())).await;
        idle.push(stream);
    }
    let mut ann = Browser::new(running.address);
    let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    assert_eq!(ann.who(tokens["access_token"].as_str().unwrap()).await, Some((ANN.0.into(), "40817".into())), "while all of them wait");
    for stream in idle {
        // The server ends it; a peer that is held for ever would hang this test.
        stream.ready(Interest::ERROR).await.unwrap();
    }
    let said = raw(running.address, (once.repeat(MANY - 1) + last).as_bytes()).await;
    assert_eq!(said.matches("HTTP/1.1 200 OK").count(), MANY, "the twin");
    running.stop().await;
}

/// DS-03: too many headers, a head that is too long, a thousand cookies and two thousand parameters; each is refused or means nothing, and the next request is answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ds_03_heads_are_bounded() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let running = impatient(&broker).await;
    let many: String = (0..200).map(|n| format!("x-{n}: y\r\n")).collect();
    let long = format!("x-long: {}\r\n", "y".repeat(200_000));
    for head in [many, long] {
        let said = raw(running.address, format!("GET /signin HTTP/1.1\r\nhost: x\r\n{head}\r\n").as_bytes()).await;
        assert!(!said.starts_with("HTTP/1.1 2"), "{}", said.lines().next().unwrap_or_default());
    }
    let mut browser = Browser::new(running.address);
    browser.from = "192.0.2.1".into();
    let cookies: String = (0..1000).map(|n| format!("c{n}=v; ")).collect();
    let page = browser.send(reqwest::Method::GET, "/signin", &[("cookie", &cookies)], None).await;
    assert_eq!((page.status, page.heading()), (200, "Sign in"));
    let query: String = (0..2000).map(|n| format!("&p{n}=v")).collect();
    assert_eq!(browser.open("wiki", &query).await.status, 414, "the address is too long");
    let doubled: String = "&scope=openid".repeat(50);
    assert!(browser.open("wiki", &doubled).await.header("location").unwrap().contains("error=invalid_request"));
    assert_eq!(browser.open("wiki", "").await.status, 200);
    running.stop().await;
}

/// DS-04: HTTP/2 is not spoken on this socket: its preface, and an upgrade to it, are nothing but a bad request; HTTP/1.1 goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ds_04_http_2_is_not_spoken() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let running = impatient(&broker).await;
    let said = raw(running.address, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00").await;
    assert!(!said.starts_with("HTTP/1.1 2") && !said.contains("HTTP/2"), "{said}");
    let upgrade = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: upgrade, http2-settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n\r\n";
    let said = raw(running.address, upgrade.as_bytes()).await;
    assert!(!said.starts_with("HTTP/1.1 101"), "{said}");
    assert_eq!(Browser::new(running.address).get("/healthz").await.status, 200);
    running.stop().await;
}

/// DS-05: a packed body is refused unread; the same body plain is a form.
#[tokio::test]
async fn ds_05_packed_bodies_are_refused() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut browser = broker.browser();
    let page = browser.open("wiki", "").await;
    let form = homeward_testkit::pairs(&[("stage", &page.hidden("stage")), ("username", ANN.0)]);
    for coding in ["gzip", "br", "deflate", "zstd", "identity, gzip"] {
        let refused = browser.send(reqwest::Method::POST, "/signin/username", &[("sec-fetch-site", "same-origin"), ("content-encoding", coding)], Some(&form)).await;
        assert_ne!(refused.heading(), "Enter your password", "{coding}");
        assert!((400..500).contains(&refused.status), "{coding}: {}", refused.status);
    }
    assert_eq!(browser.identify(&page, ANN.0).await.heading(), "Enter your password");
}

/// DS-10: without its store the broker signs nobody in and says so; nothing is issued, and it says that it is not ready.
#[tokio::test]
async fn ds_10_nobody_is_signed_in_without_the_store() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    let code = ann.open("late", "").await.header("location").unwrap().to_owned();
    let mut eve = broker.browser();
    let page = eve.open("wiki", "").await;
    let page = eve.identify(&page, "eve@north.example").await;
    for node in broker.nodes() {
        node.store.close().await;
    }
    let failed = eve.password(&page, "Reiher-88").await;
    assert_eq!(failed.status, 503);
    assert!(failed.refresh().is_none() && !eve.cookies.contains_key("__Host-session"));
    assert!(!failed.body.contains("database") && !failed.body.contains("sqlite"), "nothing of the inside");
    let (status, refused) = ann.redeem("late", &code).await;
    assert_eq!((status, refused.get("access_token")), (503, None));
    let (status, refused) = ann.refresh("wiki", tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!((status, refused.get("access_token")), (503, None));
    assert_eq!(ann.get("/readyz").await.status, 503);
    assert_eq!(ann.get("/healthz").await.status, 200, "the process itself is well");
}

/// DS-11: whoever proves nothing leaves nothing behind: hundreds of requests and username pages write no session, no stage and no record.
#[tokio::test]
async fn ds_11_visitors_without_a_proof_leave_no_state() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let store = &broker.running().store;
    let (figures, records) = (store.figures(broker.clock.now()).await.unwrap(), broker.audit_records().await);
    for place in 0..150 {
        let mut stranger = broker.browser();
        stranger.from = format!("198.51.{}.{}", place / 250, place % 250);
        let page = stranger.open("wiki", "").await;
        assert_eq!(page.status, 200);
        let page = stranger.identify(&page, &format!("nobody-{place}@nowhere.example")).await;
        assert_eq!(page.heading(), "Enter your password");
    }
    assert_eq!(store.figures(broker.clock.now()).await.unwrap(), figures, "not a page of the database more");
    assert_eq!(broker.audit_records().await, records);
    let mut ann = broker.browser();
    ann.sign_in("wiki", ANN.0, ANN.1).await;
    assert_eq!(broker.audit_records().await, records + 1, "a proof does");
    broker.clock.wait(Duration::from_secs(1));
}

/// DS-08, LP-07: more passwords than there is room for: those that find none are told so with a time to wait, no page of anybody else waits for them, and
/// afterwards there is room again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ds_08_a_full_queue_of_passwords_keeps_no_other_page_waiting() {
    let mut broker = TestBroker::start_at_full_cost(Disclosure::Closed).await;
    (broker.settings.passwords.threads, broker.settings.passwords.waiting) = (1, 1);
    broker.restart().await;
    let mut tries = Vec::new();
    for place in 0..24 {
        let mut browser = broker.browser();
        browser.from = format!("198.51.100.{place}");
        let page = browser.open("wiki", "").await;
        tries.push((browser.identify(&page, &format!("nobody-{place}@north.example")).await, browser));
    }
    let tries: Vec<_> = tries.into_iter().map(|(page, mut browser)| tokio::spawn(async move { browser.password(&page, "Falsch-12").await })).collect();
    let mut reader = broker.browser();
    for path in ["/signin", "/forgot", "/healthz", "/readyz", "/oauth2/jwks"] {
        assert_eq!(reader.get(path).await.status, 200, "{path}");
    }
    let mut seen = std::collections::BTreeMap::new();
    for one in tries {
        let page = one.await.unwrap();
        *seen.entry(page.status).or_insert(0) += 1;
        match page.status {
            503 => {
                assert!(page.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
                assert_eq!(page.heading(), "Very busy just now");
                assert!(page.body.contains("class=\"ref\"") && !page.hidden("stage").is_empty(), "a reference, and the sign-in goes on: {}", page.body);
            }
            _ => assert!(page.body.contains("That username and password do not match"), "{}", page.heading()),
        }
    }
    assert!(seen.get(&503).is_some_and(|full| *full > 0) && seen.get(&200).is_some_and(|tried| *tried > 1) && seen.len() == 2, "{seen:?}");
    assert!(broker.browser().sign_in("wiki", ANN.0, ANN.1).await.contains("code="));
}
