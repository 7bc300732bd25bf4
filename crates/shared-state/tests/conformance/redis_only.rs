//! What is asked of counters in Redis alone: that they are the same counters, that they end by themselves, and who may read them.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use homeward_local_credential::{CounterJournal, CounterKey, CounterState, CounterTable, GuessCounters, Guesses, InProcessCounters, LimitRules, Rule, StoreFault};
use homeward_model::Timestamp;
use homeward_sealing::Mac;
use homeward_shared_state::{Address, Link, Mark, Named, RedisCounters};
use proptest::{
    prelude::{any, prop},
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

use super::{
    NOW,
    counts::{goes, guess},
    link,
    redis_server::Redis,
};

struct Nothing;

#[async_trait]
impl CounterJournal for Nothing {
    async fn save(&self, _: &[(CounterKey, CounterState)]) -> Result<(), StoreFault> {
        Ok(())
    }
    async fn load(&self, _: Timestamp) -> Result<Vec<(CounterKey, CounterState)>, StoreFault> {
        Ok(Vec::new())
    }
}

fn counters(redis: &Redis, names: u8) -> RedisCounters {
    RedisCounters::new(link(redis), Mac::new(&[names; 32]))
}

fn raw(redis: &Redis) -> redis::Connection {
    let url = redis.url().replace("redis://", &format!("redis://:{}@", redis.password()));
    redis::Client::open(url).unwrap().get_connection().unwrap()
}

const RULES: [Rule; 3] = {
    const fn rule(limit: u32, window: u64, pause: u64, longest: u64) -> Rule {
        Rule { limit, window: Duration::from_secs(window), pause: Duration::from_secs(pause), longest: Duration::from_secs(longest) }
    }
    [rule(3, 60, 20, 100), rule(5, 3_600, 300, 3_600), rule(8, 86_400, 60, 60)]
};

/// LG-01, LG-09: the rules stand in two languages, and say the same: whatever is tried, succeeds and is taken back at whatever times, clocks that jump
/// included, is answered by Redis as by the process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lg_09_redis_answers_as_the_process_does() {
    let redis = Redis::start();
    let steps = prop::collection::vec((0u8..8, 0u8..3, prop::sample::select(vec![0i64, 1, 7, 20, 61, 301, 3_600, 90_000, -30, -100_000]), any::<bool>()), 1..150);
    let mut runner = TestRunner::deterministic();
    for case in 0..24u8 {
        let steps = steps.new_tree(&mut runner).unwrap().current();
        let there = counters(&redis, case);
        let here = InProcessCounters::open(Arc::new(Nothing), NOW).await.unwrap();
        let mut now = NOW;
        for (place, (kind, key, step, one)) in steps.into_iter().enumerate() {
            now = Timestamp::from_seconds(now.seconds() + step);
            let at = |offset: u8| ([(key + offset) % 3; 32], RULES[usize::from((key + offset) % 3)]);
            let concerned = if one { vec![at(0)] } else { vec![at(0), at(1)] };
            match kind {
                0..=4 => {
                    let (there, here) = (there.attempt(&concerned, now).await.unwrap(), here.attempt(&concerned, now).await.unwrap());
                    assert_eq!(there, here, "case {case}, step {place}");
                }
                5 | 6 => {
                    let clear = usize::from(kind == 5);
                    there.undo(&concerned, clear, now).await.unwrap();
                    here.undo(&concerned, clear, now).await.unwrap();
                }
                _ => {}
            }
            for (key, rule) in &concerned {
                let (there, here) = (there.state(key).await.unwrap(), here.state(key).await.unwrap());
                assert_eq!((there.count, there.pause(rule, now)), (here.count, here.pause(rule, now)), "case {case}, step {place}");
            }
        }
    }
}

/// KS-01: every counter ends by itself, none when it still counts, and none names anybody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ks_01_counters_end_by_themselves_and_name_nobody() {
    let redis = Redis::start();
    let node: super::Node = Arc::new(Guesses::new(LimitRules::default(), counters(&redis, 1)));
    for name in 0..6 {
        for _ in 0..name {
            goes(&node, &guess(&format!("canary{name}@north.example"), "192.0.2.77", None)).await;
        }
    }
    node.allow("mail", "192.0.2.77", 3, Duration::from_secs(60), NOW).await.unwrap();
    let mut raw = raw(&redis);
    let names: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut raw).unwrap();
    assert!(names.len() >= 13, "{}", names.len());
    let mut longest = 0;
    for name in &names {
        let seconds: i64 = redis::cmd("TTL").arg(name).query(&mut raw).unwrap();
        let value: String = redis::cmd("GET").arg(name).query(&mut raw).unwrap();
        assert!(seconds > 0 && seconds <= 86_402, "{name} ends in {seconds}");
        assert!(name.starts_with("homeward:count:") && !format!("{name}{value}").contains("canary") && !value.contains("192.0"), "{name} {value}");
        longest = longest.max(seconds);
    }
    assert!(longest > 86_300, "a pause is remembered for a day");
    // A counter that was cleared is none.
    let own = guess("mallory", "198.51.100.1", Some("browser"));
    goes(&node, &own).await;
    node.succeeded(&own, NOW).await.unwrap();
    assert_eq!(redis::cmd("DBSIZE").query::<usize>(&mut raw).unwrap(), names.len());
}

/// MT-01: two installations in one Redis count apart.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mt_01_installations_in_one_server_count_apart() {
    let redis = Redis::start();
    let [one, other]: [super::Node; 2] = [1, 2].map(|names| Arc::new(Guesses::new(LimitRules::default(), counters(&redis, names))) as Arc<dyn GuessCounters>);
    for _ in 0..5 {
        assert!(goes(&one, &guess("ann", "192.0.2.1", None)).await);
    }
    assert!(!goes(&one, &guess("ann", "192.0.2.1", None)).await);
    assert!(goes(&other, &guess("ann", "192.0.2.1", None)).await);
}

/// LG-09: a counter that nobody can read, and a server that is full, let nobody through; others are counted as before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lg_09_what_cannot_be_counted_is_refused() {
    let redis = Redis::start();
    let node: super::Node = Arc::new(Guesses::new(LimitRules::default(), counters(&redis, 1)));
    let ann = guess("ann", "192.0.2.1", Some("anns browser"));
    assert!(goes(&node, &ann).await);
    let mut raw = raw(&redis);
    let [name]: [String; 1] = redis::cmd("KEYS").arg("*").query::<Vec<String>>(&mut raw).unwrap().try_into().unwrap();
    let good: String = redis::cmd("GET").arg(&name).query(&mut raw).unwrap();
    for bad in ["", "-1:0:0:0:0", "1:2:3", "x"] {
        redis::cmd("SET").arg(&name).arg(bad).exec(&mut raw).unwrap();
        assert!(node.reserve(&ann, NOW).await.is_err(), "{bad}");
        assert!(goes(&node, &guess("bob", "192.0.2.1", Some("bobs browser"))).await, "others are not held up");
    }
    redis::cmd("SET").arg(&name).arg(good).exec(&mut raw).unwrap();
    assert!(goes(&node, &ann).await);
    for (setting, value) in [("maxmemory-policy", "noeviction"), ("maxmemory", "1")] {
        redis::cmd("CONFIG").arg("SET").arg(setting).arg(value).exec(&mut raw).unwrap();
    }
    assert!(node.reserve(&ann, NOW).await.is_err(), "full");
    assert!(link(&redis).server_state().await.unwrap().unfit(Named::ByAddress).unwrap().contains("noeviction"));
}

/// KS-01: a server is spoken to when its certificate is its authority's and names it, and when the password is right; nothing that is said shows one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ks_01_a_server_is_the_one_that_is_meant() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let redis = Redis::encrypted();
    let ca = std::fs::read(redis.folder().join("ca.pem")).unwrap();
    let ping = async |url: &str, password: &str, authority: Option<&[u8]>| Link::new(Address::parse(url, (None, Some(password)), authority).unwrap()).ping().await;
    let url = redis.url();
    // It may still be making its first steps.
    let begun = tokio::time::Instant::now();
    while ping(&url, redis.password(), Some(&ca)).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "the right way");
    }
    for (url, password, authority, what) in [
        (url.clone(), "canary-wrong", Some(&ca[..]), "the password"),
        (url.clone(), redis.password(), None, "an authority that nobody named"),
        (url.replace("localhost", "127.0.0.1"), redis.password(), Some(&ca[..]), "another name"),
        (url.replace("rediss://localhost", "redis://127.0.0.1"), redis.password(), None, "without TLS"),
    ] {
        let refused = ping(&url, password, authority).await.err().unwrap_or_else(|| panic!("{what}")).to_string();
        assert!(!refused.contains("canary") && !refused.contains(redis.password()), "{refused}");
    }
}

/// A user with the rights that the documentation names can do what counters need, and read nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ks_01_few_rights_are_enough() {
    let redis = Redis::start();
    let mut raw = raw(&redis);
    let mut acl = redis::cmd("ACL");
    acl.arg("SETUSER").arg("homeward").arg("on").arg(">canary");
    RIGHTS.split(' ').for_each(|right| _ = acl.arg(right));
    acl.exec(&mut raw).unwrap();
    redis::cmd("SET").arg("theirs").arg("1").exec(&mut raw).unwrap();
    let link = Arc::new(Link::new(Address::parse(&redis.url(), (Some("homeward"), Some("canary")), None).unwrap()));
    link.ping().await.unwrap();
    assert_eq!(link.server_state().await.unwrap().unfit(Named::ByAddress), None);
    let node: super::Node = Arc::new(Guesses::new(LimitRules::default(), RedisCounters::new(link, Mac::new(&[1; 32]))));
    let ann = guess("ann", "192.0.2.1", None);
    assert!(goes(&node, &ann).await);
    node.succeeded(&ann, NOW).await.unwrap();
    node.waits("mail", "192.0.2.1", 20, Duration::from_secs(60), NOW).await.unwrap();
    let mut own = redis::Client::open(redis.url().replace("redis://", "redis://homeward:canary@")).unwrap().get_connection().unwrap();
    assert!(redis::cmd("GET").arg("theirs").query::<String>(&mut own).is_err());
}

/// As `docs/operations.md` has them.
const RIGHTS: &str = "~homeward:count:* +get +set +del +evalsha +script|load +ping +info +select";

#[test]
fn the_documentation_names_the_rights() {
    assert!(include_str!("../../../../docs/operations.md").contains(&format!("`{RIGHTS}`")));
}

/// The mark of one installation is in the server in which it was set, as long as somebody renews it; another server has none, and neither has another
/// installation in the same one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mark_is_in_one_server_and_is_its_own_installations() {
    let (one, other) = (Redis::start(), Redis::start());
    let mark = |redis: &Redis, names: u8| Mark::new(link(redis), &Mac::new(&[names; 32]));
    let after = |seconds: u64| NOW.plus(Duration::from_secs(seconds));
    let (leads, beside, elsewhere, stranger) = (mark(&one, 1), mark(&one, 1), mark(&other, 1), mark(&one, 2));
    assert!(!beside.is_fresh(NOW).await.unwrap());
    leads.renew(NOW).await.unwrap();
    assert!(beside.is_fresh(after(180)).await.unwrap());
    assert!(!beside.is_fresh(after(181)).await.unwrap(), "nobody has renewed it");
    assert!(!elsewhere.is_fresh(NOW).await.unwrap() && !stranger.is_fresh(NOW).await.unwrap());
    leads.renew(after(170)).await.unwrap();
    assert!(beside.is_fresh(after(181)).await.unwrap());
    one.kill();
    assert!(leads.renew(NOW).await.is_err() && beside.is_fresh(NOW).await.is_err());
}
