//! What counters must do, wherever they are: in the process of the one broker, over a file or a database, or in the Redis of several brokers, which
//! may be one server, one that sentinels name, or a node of a cluster.

mod away;
mod counts;
mod redis_only;
mod stand_ins;

#[expect(dead_code, reason = "a part of the kit")]
#[path = "../../../testkit/src/postgres.rs"]
mod postgres;
#[expect(dead_code, reason = "a part of the kit")]
#[path = "../../../testkit/src/redis.rs"]
mod redis_server;

use std::{path::PathBuf, sync::Arc};

use homeward_local_credential::{GuessCounters, Guesses, InProcessCounters, LimitRules};
use homeward_model::{SystemRandom, Timestamp, random_token};
use homeward_sealing::Mac;
use homeward_shared_state::{Address, Link, RedisCounters};
use homeward_store::Store;
use redis_server::{
    Redis,
    groups::{Cluster, MASTER, Watched},
};

/// When everything happens.
pub const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// Counters of one node.
pub type Node = Arc<dyn GuessCounters>;

/// Where counters are.
pub enum Place {
    /// In the process, over a file of SQLite.
    File(PathBuf),
    /// In the process, over a database of PostgreSQL.
    Database(String),
    /// In Redis.
    Redis(Box<Redis>),
    /// In the Redis that sentinels name.
    Watched(Box<Watched>),
    /// In a node of a cluster.
    Cluster(Box<Cluster>),
}

/// The way to a server of the tests.
pub fn link(redis: &Redis) -> Arc<Link> {
    Arc::new(Link::new(Address::parse(&redis.url(), (None, Some(redis.password())), None).unwrap()))
}

/// The way to the server that sentinels name.
pub fn watched_link(group: &Watched) -> Arc<Link> {
    let (server, sentinels) = ((None, Some(group.servers[0].password())), (None, Some(group.sentinels[0].password())));
    Arc::new(Link::new(Address::sentinels(&group.urls(), MASTER, server, sentinels, group.authority().as_deref()).unwrap()))
}

/// The way to the node of a cluster that counts.
pub fn cluster_link(cluster: &Cluster) -> Arc<Link> {
    Arc::new(Link::new(Address::cluster(&cluster.urls(), (None, Some(cluster.nodes[0].password())), None).unwrap()))
}

/// A node that counts over this way.
pub fn node(link: Arc<Link>) -> Node {
    Arc::new(Guesses::new(LimitRules::default(), RedisCounters::new(link, Mac::new(&[7; 32]))))
}

impl Place {
    async fn store(&self) -> Store {
        match self {
            Self::File(folder) => Store::open(&folder.join("homeward.db")).await.unwrap(),
            Self::Database(address) => Store::connect(&homeward_store::Address::parse(address, None).unwrap()).await.unwrap(),
            Self::Redis(_) | Self::Watched(_) | Self::Cluster(_) => panic!("no store"),
        }
    }
    /// A way of its own to where brokers count together; `None` in a process.
    fn way(&self) -> Option<Arc<Link>> {
        match self {
            Self::File(_) | Self::Database(_) => None,
            Self::Redis(redis) => Some(link(redis)),
            Self::Watched(group) => Some(watched_link(group)),
            Self::Cluster(cluster) => Some(cluster_link(cluster)),
        }
    }
    /// Two nodes that count together. A process that counts by itself is the only one.
    pub async fn nodes(&self) -> [Node; 2] {
        if let (Some(one), Some(other)) = (self.way(), self.way()) {
            return [node(one), node(other)];
        }
        let counters = InProcessCounters::open(Arc::new(self.store().await), NOW).await.unwrap();
        let node: Node = Arc::new(Guesses::new(LimitRules::default(), counters));
        [node.clone(), node]
    }
    /// What counts crashes, and is started again, or another one counts instead.
    pub async fn crash(&self) -> [Node; 2] {
        match self {
            Self::File(_) | Self::Database(_) => {}
            Self::Redis(redis) => {
                redis.kill();
                redis.resume();
            }
            Self::Watched(group) => {
                group.counts().settle();
                let killed = group.kill();
                group.another_counts(killed);
            }
            Self::Cluster(cluster) => {
                let holder = cluster.holder(stand_ins::SLOT);
                holder.kill();
                holder.resume();
                cluster.is_whole();
            }
        }
        self.nodes().await
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        match self {
            Self::File(folder) => _ = std::fs::remove_dir_all(folder),
            Self::Database(address) => postgres::drop_database(address),
            Self::Redis(_) | Self::Watched(_) | Self::Cluster(_) => {}
        }
    }
}

fn file() -> Place {
    let folder = std::env::temp_dir().join(format!("homeward-counters-{}", random_token(&SystemRandom)));
    std::fs::create_dir_all(&folder).unwrap();
    Place::File(folder)
}

fn database() -> Place {
    Place::Database(postgres::database(None))
}

fn in_redis() -> Place {
    Place::Redis(Box::new(Redis::start()))
}

fn watched() -> Place {
    Place::Watched(Box::new(Watched::start(1, 1)))
}

fn in_a_cluster() -> Place {
    Place::Cluster(Box::new(Cluster::start(0)))
}

macro_rules! suite {
    ($module:ident of $place:ident: $($case:ident),+ $(,)?) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    super::counts::$case(super::$place()).await;
                }
            )+
        }
    };
}

/// Every case, for one place.
macro_rules! place {
    ($module:ident of $place:ident) => {
        suite!(
            $module of $place: lg_01_every_path_to_one_account_has_its_limit, lg_02_strangers_cannot_pause_a_known_browser, lg_05_parallel_attempts_are_counted_once_each,
            lg_08_success_clears_its_own_place_only, lg_09_a_restart_forgets_no_pause, lg_10_the_rest_is_told_from_the_third_try_on, lg_07_other_uses_are_counted_once_each,
            what_is_taken_back_was_not_counted, lg_07_codes_of_mails_are_counted_apart_from_passwords,
        );
    };
}

place!(over_a_file of file);
place!(over_a_database of database);
place!(in_redis of in_redis);
place!(behind_sentinels of watched);
place!(in_a_cluster of in_a_cluster);
