//! Servers that stand in for each other: while one takes the other's place no limit is open, and then counting goes on.

use std::{sync::Arc, time::Duration};

use homeward_local_credential::Reservation;
use homeward_shared_state::{Address, Link, Named};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    time::Instant,
};

use super::{
    NOW, Node, cluster_link,
    counts::guess,
    node,
    redis_server::{
        Redis,
        groups::{Cluster, MASTER, Watched},
    },
    watched_link,
};

/// A key that is where our counters are.
pub const SLOT: &str = "homeward:count:{homeward}:";

/// Nothing here takes longer.
const LONG: Duration = Duration::from_secs(60);

/// Tries as `name` until somebody is let through or has to wait; how often it was refused before.
async fn closed_until(node: &Node, name: &str) -> (Reservation, u32) {
    let begun = Instant::now();
    let mut refused = 0;
    loop {
        let asked = Instant::now();
        match node.reserve(&guess(name, "192.0.2.1", None), NOW).await {
            Ok(answer) => return (answer, refused),
            Err(_) => refused += 1,
        }
        assert!(asked.elapsed() < Duration::from_secs(2), "nobody waits for another server");
        assert!(begun.elapsed() < LONG, "it does not come back");
        tokio::task::yield_now().await;
    }
}

/// LG-09: the server that counts dies. Nobody is let through until another one counts, which knows of every attempt that had come to it; then both
/// nodes go on, and the old one counts nothing when it is back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lg_09_a_failover_by_sentinels_opens_no_limit() {
    let group = Watched::start(2, 3);
    let (one, other) = (watched_link(&group), watched_link(&group));
    let nodes = [node(one.clone()), node(other)];
    for turn in 0..4 {
        assert!(matches!(nodes[turn % 2].reserve(&guess("ann", "192.0.2.1", None), NOW).await.unwrap(), Reservation::Go { .. }));
    }
    assert_eq!(one.server_state().await.unwrap().unfit(one.named()), None);
    assert!(one.watchers().await.unwrap().contains("of 3 sentinels name the server at 127.0.0.1:"));
    group.counts().settle();
    let old = group.kill();
    let (fifth, refused) = closed_until(&nodes[0], "ann").await;
    assert!(refused > 0, "it was away");
    assert_eq!(fifth, Reservation::Go { tries_left: None }, "the fifth, as if nothing had been");
    let (sixth, _) = closed_until(&nodes[1], "ann").await;
    assert!(matches!(sixth, Reservation::Pause { .. }), "{sixth:?}");
    // Nobody asks the old one any more, although it thinks for a moment that nothing has changed.
    old.resume();
    for node in &nodes {
        for _ in 0..20 {
            assert!(matches!(node.reserve(&guess("ann", "192.0.2.1", None), NOW).await, Ok(Reservation::Pause { .. }) | Err(_)));
        }
    }
}

/// A change that somebody asks for, while everything is well: whoever counted follows, and is asked no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_is_asked_for_loses_nothing() {
    let group = Watched::start(1, 1);
    let link = watched_link(&group);
    let node = node(link.clone());
    for _ in 0..5 {
        assert!(matches!(closed_until(&node, "ann").await.0, Reservation::Go { .. }));
    }
    let old = group.counts();
    old.settle();
    group.change();
    group.another_counts(old);
    let begun = Instant::now();
    while link.look().await.is_err() || link.server_state().await.is_err() {
        assert!(begun.elapsed() < LONG);
    }
    assert!(!link.server_state().await.unwrap().follows);
    assert!(matches!(closed_until(&node, "ann").await.0, Reservation::Pause { .. }), "no count is lost");
}

/// LG-09: with `min-replicas-to-write`, a server that nobody follows any more lets nobody through: what it counted would be lost with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lg_09_a_server_that_is_cut_off_lets_nobody_through() {
    let group = Watched::start(2, 1);
    let link = watched_link(&group);
    let node = node(link.clone());
    assert!(!link.server_state().await.unwrap().needs_followers);
    for setting in [["min-replicas-max-lag", "1"], ["min-replicas-to-write", "1"]] {
        group.counts().set(setting);
    }
    assert!(link.server_state().await.unwrap().needs_followers);
    assert!(matches!(closed_until(&node, "ann").await.0, Reservation::Go { .. }));
    group.servers.iter().skip(1).for_each(Redis::pause);
    let begun = Instant::now();
    // It finds out within the time that is set. A limit that is far away, so that it is not what refuses.
    while node.allow("mail", "192.0.2.1", u32::MAX, Duration::from_secs(60), NOW).await.is_ok() {
        assert!(begun.elapsed() < LONG, "it counts on by itself: {}", group.servers[0].followers());
    }
    assert!(node.reserve(&guess("ann", "192.0.2.1", None), NOW).await.is_err());
    group.servers.iter().skip(1).for_each(Redis::go_on);
    assert!(matches!(closed_until(&node, "ann").await.0, Reservation::Go { .. }));
}

/// Sentinels that are away are needed only to find another server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counting_goes_on_without_the_sentinels() {
    let group = Watched::start(1, 1);
    let link = watched_link(&group);
    let node = node(link.clone());
    assert!(matches!(closed_until(&node, "ann").await.0, Reservation::Go { .. }));
    group.sentinels[0].kill();
    link.look().await.unwrap();
    assert!(link.watchers().await.unwrap().contains("none of 1 sentinels"));
    assert!(node.reserve(&guess("ann", "192.0.2.1", None), NOW).await.is_ok());
    let other = super::node(watched_link(&group));
    assert!(other.reserve(&guess("ann", "192.0.2.1", None), NOW).await.is_err(), "who has no way yet finds none");
    group.sentinels[0].resume();
    assert!(matches!(closed_until(&other, "ann").await.0, Reservation::Go { .. }));
}

/// KS-01: sentinels and servers by TLS, each with its own password: the names of both are verified, and a wrong password opens nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ks_01_sentinels_and_servers_are_those_that_are_meant() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let group = Watched::encrypted(1, 1);
    let (server, sentinel) = (group.servers[0].password(), group.sentinels[0].password());
    let ca = group.authority();
    let opens = async |urls: Vec<String>, server: &str, sentinel: &str, authority: Option<&[u8]>| {
        Link::new(Address::sentinels(&urls, MASTER, (None, Some(server)), (None, Some(sentinel)), authority).unwrap()).ping().await.is_ok()
    };
    assert!(opens(group.urls(), server, sentinel, ca.as_deref()).await);
    assert!(!opens(group.urls(), "canary-wrong", sentinel, ca.as_deref()).await, "the server's password");
    assert!(!opens(group.urls(), server, "canary-wrong", ca.as_deref()).await, "the sentinels' password");
    assert!(!opens(group.urls(), server, sentinel, None).await, "an authority that nobody named");
    let by_number = group.urls().into_iter().map(|url| url.replace("localhost", "127.0.0.1")).collect();
    assert!(!opens(by_number, server, sentinel, ca.as_deref()).await, "another name");
    // And after a failover.
    let node = node(watched_link(&group));
    assert!(matches!(closed_until(&node, "ann").await.0, Reservation::Go { .. }));
    let old = group.kill();
    group.another_counts(old);
    assert!(matches!(closed_until(&node, "ann").await.0, Reservation::Go { .. }));
}

/// Something that calls itself a sentinel, and names whomever the test wants.
async fn names(host: &str, port: u16) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = format!("*2\r\n${}\r\n{host}\r\n${}\r\n{port}\r\n", host.len(), port.to_string().len());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(says(stream, answer.clone()));
        }
    });
    format!("redis://{address}")
}

/// Reads commands; `SENTINEL` is answered, and everything else is well.
async fn says(stream: TcpStream, answer: String) -> Option<()> {
    let (from, mut to) = stream.into_split();
    let mut from = BufReader::new(from);
    let mut line = String::new();
    loop {
        line.clear();
        from.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
        let parts: usize = line.trim().strip_prefix('*')?.parse().ok()?;
        let mut first = Vec::new();
        for part in 0..parts {
            line.clear();
            from.read_line(&mut line).await.ok()?;
            let mut word = vec![0; line.trim().strip_prefix('$')?.parse::<usize>().ok()? + 2];
            from.read_exact(&mut word).await.ok()?;
            if part == 0 {
                first = word;
            }
        }
        let said = if first.eq_ignore_ascii_case(b"SENTINEL\r\n") { answer.as_str() } else { "+OK\r\n" };
        to.write_all(said.as_bytes()).await.ok()?;
    }
}

/// A sentinel that is wrong: the server that it names only follows, is on another machine in the clear, or is none. Its twin is asked, and is right.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_named_wrongly_counts_nothing() {
    let group = Watched::start(1, 1);
    let password = group.servers[0].password();
    let port = |redis: &Redis| redis.url().rsplit_once(':').unwrap().1.parse::<u16>().unwrap();
    let (counts, follows) = (port(group.counts()), port(&group.servers[1]));
    let way = async |named: &[(&str, u16)]| {
        let mut urls = Vec::new();
        for (host, port) in named {
            urls.push(names(host, *port).await);
        }
        Arc::new(Link::new(Address::sentinels(&urls, MASTER, (None, Some(password)), (None, None), None).unwrap()))
    };
    let goes = async |named: &[(&str, u16)]| node(way(named).await).reserve(&guess("ann", "192.0.2.1", None), NOW).await.is_ok();
    assert!(goes(&[("127.0.0.1", counts)]).await);
    assert!(!goes(&[("127.0.0.1", follows)]).await, "it only follows");
    assert!(!goes(&[("192.0.2.7", counts)]).await, "it is elsewhere");
    assert!(!goes(&[("127.0.0.1", 1)]).await, "there is nothing");
    let (right, wrong) = (("127.0.0.1", counts), ("127.0.0.1", follows));
    assert!(goes(&[right, wrong, right]).await, "most name it");
    assert!(!goes(&[wrong, right, wrong]).await, "one alone decides nothing, also when it is right");
    assert!(!goes(&[right, ("127.0.0.1", 1)]).await, "half of them are not most");
    // Whoever most of them name is looked for; while it is none, nobody counts on at the one before.
    let wrong = way(&[("127.0.0.1", follows)]).await;
    assert!(wrong.look().await.is_err());
    assert_eq!(wrong.named(), Named::BySentinels);
}

/// LG-09: the node of a cluster that has our counters dies, and the one that followed it takes its place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lg_09_a_failover_in_a_cluster_opens_no_limit() {
    let cluster = Cluster::start(1);
    let link = cluster_link(&cluster);
    let nodes = [node(link.clone()), node(cluster_link(&cluster))];
    for turn in 0..4 {
        assert!(matches!(closed_until(&nodes[turn % 2], "ann").await.0, Reservation::Go { .. }));
    }
    assert_eq!(link.server_state().await.unwrap().unfit(Named::ByNodes), None);
    let holder = cluster.holder(SLOT);
    assert!(link.watchers().await.unwrap().ends_with(holder.url().trim_start_matches("redis://")), "the one that has the slot");
    holder.settle();
    holder.kill();
    let (fifth, refused) = closed_until(&nodes[0], "ann").await;
    assert!(refused > 0, "it was away");
    assert_eq!(fifth, Reservation::Go { tries_left: None });
    assert!(matches!(closed_until(&nodes[1], "ann").await.0, Reservation::Pause { .. }));
    holder.resume();
    cluster.is_whole();
    for node in &nodes {
        assert!(matches!(closed_until(node, "ann").await.0, Reservation::Pause { .. }));
    }
}

/// A server of one kind under the name of another is refused with the right name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_another_kind_is_told_apart() {
    let (alone, cluster, group) = (Redis::start(), Cluster::start(0), Watched::start(1, 1));
    let by_address = |redis: &Redis| super::link(redis);
    let unfit = async |link: &Link| link.server_state().await.unwrap().unfit(link.named()).unwrap_or_default();
    assert_eq!(unfit(&by_address(&alone)).await, "");
    assert!(unfit(&by_address(&cluster.nodes[0])).await.contains("by cluster"));
    assert!(unfit(&by_address(&group.sentinels[0])).await.contains("it is a sentinel"));
    assert!(unfit(&by_address(&group.servers[1])).await.contains("follows another server"));
    let as_nodes = Link::new(Address::cluster(&[alone.url()], (None, Some(alone.password())), None).unwrap());
    assert!(unfit(&as_nodes).await.contains("no node of a cluster"));
    let as_sentinel = Link::new(Address::sentinels(&[alone.url()], MASTER, (None, Some(alone.password())), (None, Some(alone.password())), None).unwrap());
    assert!(as_sentinel.ping().await.is_err(), "it knows of no sentinels");
}
