//! What stands behind the address of a broker under test: SQLite or PostgreSQL, the process' own counters or Redis, one node or several.

use std::net::SocketAddr;

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::redis;

/// What stands behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// Whether the store is a database of PostgreSQL.
    pub postgres: bool,
    /// The address of the Redis that counts, and its password.
    pub redis: Option<(String, String)>,
    /// How many nodes there are; every request may go to any of them.
    pub nodes: usize,
}

impl Behind {
    /// As the environment asks: `HOMEWARD_TEST_STORE=postgres`, or `HOMEWARD_TEST_NODES=3` for as many nodes on one PostgreSQL and one Redis.
    pub fn asked() -> Self {
        let nodes = nodes_asked();
        let postgres = nodes > 1 || variable("HOMEWARD_TEST_STORE").is_some_and(|store| store == "postgres");
        Self { postgres, redis: (nodes > 1).then(redis::database), nodes }
    }
}

/// How many nodes the environment asks for.
pub(crate) fn nodes_asked() -> usize {
    variable("HOMEWARD_TEST_NODES").and_then(|nodes| nodes.parse().ok()).unwrap_or(1)
}

#[expect(clippy::disallowed_methods, reason = "the kit is no part of the broker, and has no settings")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A proxy that gives each connection to the next node that takes it, whoever it is from and whatever it asks.
pub struct Front {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where the nodes listen.
    pub nodes: Vec<SocketAddr>,
    task: JoinHandle<()>,
}

impl Front {
    /// Before these nodes.
    pub(crate) async fn before(nodes: Vec<SocketAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let all = nodes.clone();
        let task = tokio::spawn(async move {
            for turn in 0.. {
                let Ok((mut from, _)) = listener.accept().await else { continue };
                let in_turn: Vec<SocketAddr> = (0..all.len()).map(|place| all[(turn + place) % all.len()]).collect();
                tokio::spawn(async move {
                    for node in in_turn {
                        if let Ok(mut to) = TcpStream::connect(node).await {
                            let _ = copy_bidirectional(&mut from, &mut to).await;
                            return;
                        }
                    }
                });
            }
        });
        Self { address, nodes, task }
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.task.abort();
    }
}
