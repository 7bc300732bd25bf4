//! Several brokers on one PostgreSQL and one Redis: what one of them knows, all know; what one does for all, one does.

use std::time::Duration;

use homeward_discovery::{ConnectionState, Disclosure};
use homeward_provider::{rotation, Algorithm};
use homeward_server::{Overrides, Running};
use homeward_testkit::{Behind, Browser, TestBroker, redis};
use tokio::time::Instant;

use crate::federated::{World, go};

const ANN: (&str, &str) = ("ann@north.example", "Kranich7!");

async fn three() -> TestBroker {
    TestBroker::start_behind(Disclosure::Open, Behind { postgres: true, redis: Some(redis::database()), nodes: 3 }).await
}

/// Asks until it is so; within a second.
async fn soon(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < Duration::from_secs(1), "{what}");
    }
}

/// LG-01, LG-05: whichever node a guess comes to, it counts for all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lg_01_a_limit_is_the_installations() {
    let broker = three().await;
    let mut places: Vec<Browser> = (0..3).map(|node| broker.browser_at(node)).collect();
    let start = places[0].open("wiki", "").await;
    let page = places[0].identify(&start, ANN.0).await;
    let cookies = places[0].cookies.clone();
    places.iter_mut().for_each(|place| place.cookies = cookies.clone());
    for turn in 0..5 {
        assert_eq!(places[turn % 3].password(&page, "Falsch-12").await.status, 200);
    }
    for place in &mut places {
        let paused = place.password(&page, ANN.1).await;
        assert_eq!((paused.status, paused.header("retry-after")), (429, Some("300")));
    }
    broker.clock.wait(Duration::from_secs(301));
    let right = places[2].password(&page, ANN.1).await;
    assert!(places[2].leave(&right).await.contains("code="));
}

/// AV-01: a node ends between two hops, and then another one; nobody notices.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_notices_that_a_node_ends() {
    let mut broker = three().await;
    let mut ann = broker.browser_at(2);
    let start = ann.open("wiki", "").await;
    let page = ann.identify(&start, ANN.0).await;
    broker.lose_a_node().await;
    let mut next = broker.browser_at(1);
    next.cookies = ann.cookies.clone();
    let page = next.password(&page, ANN.1).await;
    let to = page.refresh().unwrap();
    broker.lose_a_node().await;
    let mut last = broker.browser_at(0);
    last.cookies = next.cookies.clone();
    let out = last.get(&to).await;
    let address = out.header("location").unwrap().to_owned();
    let (status, tokens) = last.redeem("wiki", &address).await;
    assert_eq!(status, 200);
    assert_eq!(last.who(tokens["access_token"].as_str().unwrap()).await, Some((ANN.0.into(), "40817".into())));
    let (status, _) = last.redeem("wiki", &address).await;
    assert_eq!(status, 400, "and the code is used up");
}

/// OT-02, OT-12: what is ended at one node is ended at every other one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_ended_at_one_node_is_ended_at_all() {
    let broker = three().await;
    let mut ann = broker.browser_at(0);
    let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    let (access, refresh) = (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    let mut elsewhere: Vec<Browser> = (0..3).map(|node| broker.browser_at(node)).collect();
    for browser in &mut elsewhere {
        browser.cookies = ann.cookies.clone();
        assert!(browser.who(access).await.is_some());
        assert!(browser.get("/account").await.body.contains(ANN.0));
    }
    let user = broker.user(ANN.0, "40817").await;
    broker.end_all(user.id).await;
    for browser in &mut elsewhere {
        assert_eq!(browser.who(access).await, None);
        assert!(!browser.get("/account").await.body.contains(ANN.0));
        assert_eq!(browser.refresh("wiki", refresh).await.0, 400);
    }
    // An application that is switched off, too, as soon as nobody remembers it any more.
    let mut stranger: Vec<Browser> = (0..3).map(|node| broker.browser_at(node)).collect();
    for browser in &mut stranger {
        assert_eq!(browser.open("wiki", "").await.status, 200);
    }
    let store = &broker.running().store;
    let mut entry = store.register().await.unwrap().applications.into_iter().find(|a| a.client.client_id.as_str() == "wiki").unwrap();
    entry.enabled = false;
    store.put(&homeward_store::register::Register { applications: vec![entry], ..Default::default() }, &[], broker.running().context.now()).await.unwrap();
    for browser in &mut stranger {
        soon("it is switched off", async || browser.open("wiki", "").await.status == 400).await;
    }
}

/// SB-01: a connection that is switched off at one node takes nobody anywhere at the others, whoever is on the way already.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_is_off_is_off_at_all_nodes() {
    let world = World::at(three().await, |_| {}).await;
    let mut kim = world.broker.browser_at(1);
    let sent = go(&mut kim, "wiki", "kim@tailspin.example").await;
    world.broker.change_connection("70444", "Okta", |entry| entry.connection.state = ConnectionState::Retired).await;
    let answer = world.answer(&sent, "kim@tailspin.example");
    let mut there = world.broker.browser_at(2);
    there.cookies = kim.cookies.clone();
    let delivered = world.deliver(&mut there, &answer, &sent.relay).await;
    assert!(delivered.status >= 400, "{} {}", delivered.status, delivered.heading());
    let mut late = world.broker.browser_at(1);
    let start = late.open("wiki", "").await;
    let page = late.identify(&start, "kim@tailspin.example").await;
    assert!(page.refresh().is_none() && !page.body.contains("idp.example"), "{}", page.heading());
}

/// Brokers with everything that runs by itself, on what a broker of the tests began with.
async fn with_workers(broker: &mut TestBroker, count: usize) -> Vec<Running> {
    broker.running.take().unwrap().stop().await;
    let mut all = Vec::new();
    for _ in 0..count {
        let overrides = Overrides { clock: Some(broker.clock.clone()), carrier: Some(std::sync::Arc::new(broker.mailbox.clone())), ..Overrides::default() };
        all.push(homeward_server::start(&broker.settings, overrides).await.unwrap());
    }
    all
}

/// LR-03: three workers send each mail once; one of the brokers leads, and another one when that ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn workers_of_three_nodes_do_everything_once() {
    let mut broker = TestBroker::start_behind(Disclosure::Closed, Behind { postgres: true, redis: Some(redis::database()), nodes: 1 }).await;
    let mut nodes = with_workers(&mut broker, 3).await;
    const PEOPLE: [&str; 4] = [ANN.0, "eve@north.example", "old@north.example", "soon@north.example"];
    for (turn, name) in PEOPLE.iter().enumerate() {
        let mut browser = Browser::new(nodes[turn % 3].address);
        let page = browser.get("/forgot").await;
        browser.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", name)]).await;
    }
    let reset = |mails: &[(String, String, String)], name: &str| mails.iter().filter(|(to, _, text)| to == name && text.contains("Code: ")).count();
    let begun = Instant::now();
    while PEOPLE.iter().any(|name| reset(&broker.mailbox.all(), name) == 0) {
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", broker.mailbox.all().len());
        tokio::task::yield_now().await;
    }
    let mut leading = Vec::new();
    for node in &nodes {
        leading.push(node.leads().await);
    }
    assert_eq!(leading.iter().filter(|leads| **leads).count(), 1, "{leading:?}");
    let leader = nodes.remove(leading.iter().position(|leads| *leads).unwrap());
    leader.stop().await;
    // Either may have asked first by itself.
    let leading = [nodes[0].leads().await, nodes[1].leads().await];
    assert_eq!(leading.iter().filter(|leads| **leads).count(), 1, "{leading:?}");
    for name in PEOPLE {
        assert_eq!(reset(&broker.mailbox.all(), name), 1, "{name}");
    }
    for node in nodes {
        node.stop().await;
    }
}

/// KS-02: a key that is made at one node is published at the other, which looks each second, without being told.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keys_reach_every_node() {
    let mut broker = TestBroker::start_behind(Disclosure::Closed, Behind { postgres: true, redis: Some(redis::database()), nodes: 1 }).await;
    let nodes = with_workers(&mut broker, 2).await;
    let [one, other] = &nodes[..] else { panic!() };
    let (ctx, sealer) = (&one.context, &one.context.federation.sealer);
    let made = rotation::rotate(&one.store, sealer, ctx.random.as_ref(), (Algorithm::Es256, Duration::ZERO, ctx.now())).await.unwrap();
    let mut visitor = Browser::new(other.address);
    let begun = Instant::now();
    while !visitor.get("/oauth2/jwks").await.body.contains(&made.kid) {
        // Brokers look each second; a machine with too much to do may take longer over it.
        assert!(begun.elapsed() < Duration::from_secs(60), "it is published");
    }
    for node in nodes {
        node.stop().await;
    }
}

/// LG-05: a broker that counts by itself does not serve beside those that count together, and the other way round.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lg_05_a_broker_that_counts_by_itself_is_refused() {
    let broker = three().await;
    let mut alone = broker.settings.clone();
    alone.redis = Default::default();
    let overrides = || Overrides { no_worker: true, ..Overrides::default() };
    let refused = homeward_server::start(&alone, overrides()).await.err().expect("a refusal");
    assert!(refused.contains("counts guesses and limits by itself") && refused.contains("[redis] url"), "{refused}");
    let fourth = homeward_server::start(&broker.settings, overrides()).await.unwrap();
    fourth.stop().await;
}
