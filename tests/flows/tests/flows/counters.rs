//! A broker whose limits are counted in Redis, and the night in which that is away.

use std::time::Duration;

use homeward_discovery::Disclosure;
use homeward_testkit::{Behind, Browser, Page, TestBroker, redis::Redis};

const ANN: (&str, &str) = ("ann@north.example", "Kranich7!");

async fn over(redis: &Redis) -> TestBroker {
    TestBroker::start_behind(Disclosure::Open, Behind { postgres: true, redis: Some((redis.url(), redis.password().to_owned())), nodes: 1 }).await
}

/// What everybody gets who needs something that is counted.
fn is_away(page: &Page) {
    assert_eq!((page.status, page.header("retry-after"), page.heading()), (503, Some("5"), "Sign-in is not available just now"), "{}", page.body);
}

async fn comes_back(browser: &mut Browser) {
    let begun = tokio::time::Instant::now();
    while browser.get("/readyz/counters").await.status != 200 {
        assert!(begun.elapsed() < Duration::from_secs(20), "it does not come back");
    }
}

/// LG-09: while the counters are away nobody guesses and nobody signs in, and the page says so at once; whoever is signed in stays so. Then
/// everything goes on, with every pause that there was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lg_09_while_the_counters_are_away_no_limit_is_open() {
    let redis = Redis::start();
    let broker = over(&redis).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    let (access, refresh) = (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    let mut mallory = broker.browser();
    mallory.from = "198.51.100.7".into();
    let guessing = mallory.open("wiki", "").await;
    let guessing = mallory.identify(&guessing, "eve@north.example").await;
    for _ in 0..5 {
        assert_eq!(mallory.password(&guessing, "Falsch-12").await.status, 200);
    }
    assert_eq!(mallory.password(&guessing, "Reiher-88").await.status, 429);
    let mut sam = broker.browser();
    let start = sam.open("wiki", "").await;
    let password = sam.identify(&start, "eve@north.example").await;
    assert_eq!((sam.get("/readyz").await.status, sam.get("/readyz/counters").await.status), (200, 200));

    redis.kill();
    let begun = tokio::time::Instant::now();
    assert_eq!(sam.get("/readyz/counters").await.status, 503);
    let ready = sam.get("/readyz").await;
    assert_eq!((ready.status, ready.body.trim()), (200, "{\"ready\":true,\"counters\":\"away\"}"), "requests can be sent: the broker says itself what it refuses");
    for _ in 0..5 {
        is_away(&sam.password(&password, "Reiher-88").await);
        is_away(&mallory.password(&guessing, "Reiher-88").await);
        is_away(&sam.identify(&start, ANN.0).await);
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "nobody waits: {:?}", begun.elapsed());
    // What has no limit goes on.
    assert_eq!(sam.open("wiki", "").await.status, 200);
    assert!(ann.get("/account").await.body.contains(ANN.0));
    assert_eq!(ann.who(access).await, Some((ANN.0.into(), "40817".into())));
    assert_eq!(ann.refresh("wiki", refresh).await.0, 200, "wiki has no secret, so there is nothing to guess");

    redis.resume();
    comes_back(&mut sam).await;
    assert_eq!(mallory.password(&guessing, "Reiher-88").await.status, 429, "the pause that there was");
    let page = sam.password(&password, "Reiher-88").await;
    assert!(sam.leave(&page).await.contains("code="));
}

/// A server that hangs is one that is away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_is_away() {
    let redis = Redis::start();
    let broker = over(&redis).await;
    let mut sam = broker.browser();
    let start = sam.open("wiki", "").await;
    let page = sam.identify(&start, ANN.0).await;
    redis.pause();
    let begun = tokio::time::Instant::now();
    for _ in 0..20 {
        is_away(&sam.password(&page, ANN.1).await);
    }
    assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
    redis.go_on();
    comes_back(&mut sam).await;
    let page = sam.password(&page, ANN.1).await;
    assert!(sam.leave(&page).await.contains("code="));
}

/// A broker that could not count is not started, and says why; the same settings start it when the server is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_without_its_counters_is_refused() {
    let redis = Redis::start();
    let mut broker = over(&redis).await;
    broker.running.take().unwrap().stop().await;
    let overrides = || homeward_server::Overrides { no_worker: true, ..Default::default() };
    redis.kill();
    let refused = homeward_server::start(&broker.settings, overrides()).await.err().expect("a refusal");
    assert!(refused.contains("[redis] url: Redis at 127.0.0.1:") && refused.contains("does not answer"), "{refused}");
    assert!(!refused.contains(redis.password()));
    redis.resume();
    let mut other = broker.settings.clone();
    std::fs::write(broker.folder().join("redis.password"), "canary-wrong").unwrap();
    let refused = homeward_server::start(&other, overrides()).await.err().expect("a refusal");
    assert!(refused.contains("does not take username and password") && !refused.contains("canary"), "{refused}");
    other.redis.password_file = None;
    assert!(homeward_server::start(&other, overrides()).await.is_err());
    std::fs::write(broker.folder().join("redis.password"), redis.password()).unwrap();
    homeward_server::start(&broker.settings, overrides()).await.unwrap().stop().await;
}
