//! What happens while the counters are away: nothing that has a limit, and that at once.

use std::time::Duration;

use homeward_local_credential::Reservation;
use tokio::time::Instant;

use super::{NOW, Node, Place, counts::guess, link, redis_server::Redis};

/// Asks until it answers again.
async fn comes_back(node: &Node) {
    let begun = Instant::now();
    while node.reserve(&guess("bob", "192.0.2.2", Some("bobs browser")), NOW).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it does not come back");
        tokio::task::yield_now().await;
    }
}

fn server(place: &Place) -> &Redis {
    if let Place::Redis(redis) = place { redis } else { panic!() }
}

/// LG-09: a server that was killed lets nobody through, and goes on where it was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lg_09_counters_that_are_away_let_nobody_through() {
    let place = super::in_redis();
    let [node, other] = place.nodes().await;
    let ann = guess("ann", "192.0.2.1", None);
    for _ in 0..4 {
        assert!(node.reserve(&ann, NOW).await.is_ok());
    }
    server(&place).kill();
    let begun = Instant::now();
    for _ in 0..50 {
        assert!(node.reserve(&ann, NOW).await.is_err());
        assert!(other.reserve(&ann, NOW).await.is_err());
        assert!(node.allow("mail", "192.0.2.1", 20, Duration::from_secs(60), NOW).await.is_err());
        assert!(node.waits("mail", "192.0.2.1", 20, Duration::from_secs(60), NOW).await.is_err());
        assert!(node.succeeded(&ann, NOW).await.is_err());
    }
    assert!(begun.elapsed() < Duration::from_secs(2), "nobody waits: {:?}", begun.elapsed());
    server(&place).resume();
    comes_back(&node).await;
    comes_back(&other).await;
    assert!(matches!(other.reserve(&ann, NOW).await.unwrap(), Reservation::Go { tries_left: None }), "the fifth");
    assert!(matches!(node.reserve(&ann, NOW).await.unwrap(), Reservation::Pause { .. }));
}

/// A server that hangs costs one caller a second, and the others nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_holds_up_nobody() {
    let place = super::in_redis();
    let [node, _] = place.nodes().await;
    comes_back(&node).await;
    server(&place).pause();
    let begun = Instant::now();
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let node = node.clone();
            tokio::spawn(async move { node.reserve(&guess("ann", "192.0.2.1", None), NOW).await.is_err() })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap());
    }
    for _ in 0..100 {
        assert!(node.reserve(&guess("ann", "192.0.2.1", None), NOW).await.is_err());
    }
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    server(&place).go_on();
    comes_back(&node).await;
}

/// The way is kept open without a request of anybody's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_way_that_broke_is_made_anew_by_a_look() {
    let redis = Redis::start();
    let link = link(&redis);
    link.ping().await.unwrap();
    redis.kill();
    assert!(link.ping().await.is_err());
    redis.resume();
    let begun = Instant::now();
    while link.ping().await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20));
        tokio::task::yield_now().await;
    }
    assert!(link.server_state().await.unwrap().keeps);
}
