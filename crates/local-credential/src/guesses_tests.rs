use std::{collections::HashMap, net::IpAddr, sync::{Arc, Mutex as StdMutex}};

use homeward_model::NetworkPrefix;
use proptest::prelude::{ProptestConfig, any, prop, proptest};

use super::*;
use crate::{
    counters::{CounterJournal, InProcessCounters, MOST, make_room},
    limits::CounterState,
};

#[derive(Default)]
struct Journal(StdMutex<HashMap<CounterKey, CounterState>>);

#[async_trait]
impl CounterJournal for Journal {
    async fn save(&self, states: &[(CounterKey, CounterState)]) -> Result<(), StoreFault> {
        self.0.lock().unwrap().extend(states.iter().copied());
        Ok(())
    }
    async fn load(&self, _: Timestamp) -> Result<Vec<(CounterKey, CounterState)>, StoreFault> {
        Ok(self.0.lock().unwrap().iter().map(|(k, s)| (*k, *s)).collect())
    }
}

async fn counters(journal: &Arc<Journal>) -> Guesses<InProcessCounters> {
    Guesses::new(LimitRules::default(), InProcessCounters::open(Arc::clone(journal) as Arc<dyn CounterJournal>, NOW).await.unwrap())
}

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

fn guess<'a>(name: &'a str, network: &str, known: Option<&'a str>) -> Guess<'a> {
    Guess { what: Guessed::Password, username_key: name, network: NetworkPrefix::of(network.parse::<IpAddr>().unwrap()), known_browser: known }
}

async fn goes(c: &Guesses<InProcessCounters>, g: &Guess<'_>) -> bool {
    matches!(c.reserve(g, NOW).await.unwrap(), Reservation::Go { .. })
}

/// LG-01: five from one place, fifty from everywhere, a hundred from one network over all names.
#[tokio::test]
async fn lg_01_every_path_to_one_account_has_its_limit() {
    let c = counters(&Arc::default()).await;
    for _ in 0..5 {
        assert!(goes(&c, &guess("ann", "192.0.2.1", None)).await);
    }
    assert!(!goes(&c, &guess("ann", "192.0.2.1", None)).await);
    assert!(goes(&c, &guess("bob", "192.0.2.1", None)).await, "another name from there is another matter");
    let mut let_through = 0;
    for place in 2..=250 {
        let_through += u32::from(goes(&c, &guess("ann", &format!("192.0.2.{place}"), None)).await);
    }
    assert_eq!(let_through, 45, "fifty in all");
    let c = counters(&Arc::default()).await;
    let mut let_through = 0;
    for name in 0..300 {
        let_through += u32::from(goes(&c, &guess(&format!("user{name}"), "198.51.100.7", None)).await);
    }
    assert_eq!(let_through, 100);
}

/// LG-02: whatever strangers do, a browser that knows the name gets its tries.
#[tokio::test]
async fn lg_02_strangers_cannot_pause_a_known_browser() {
    let c = counters(&Arc::default()).await;
    for place in 0..200 {
        let _ = goes(&c, &guess("ann", &format!("192.0.2.{place}"), None)).await;
    }
    assert!(!goes(&c, &guess("ann", "203.0.113.9", None)).await);
    assert!(goes(&c, &guess("ann", "192.0.2.1", Some("anns browser"))).await);
    for _ in 0..9 {
        assert!(goes(&c, &guess("ann", "192.0.2.1", Some("anns browser"))).await);
    }
    assert!(!goes(&c, &guess("ann", "192.0.2.1", Some("anns browser"))).await, "but not without end");
    assert!(goes(&c, &guess("ann", "192.0.2.1", Some("anns other browser"))).await);
}

/// LG-03: one password against many names from one network stops at the network's limit; from everywhere, at the installation's.
#[tokio::test]
async fn lg_03_spraying_stops_strangers_and_leaves_known_browsers() {
    let c = counters(&Arc::default()).await;
    let mut let_through = 0;
    for number in 0..4_000u32 {
        let network = format!("10.{}.{}.1", number / 250, number % 250);
        let_through += u32::from(goes(&c, &guess(&format!("user{number}"), &network, None)).await);
    }
    assert_eq!(let_through, 3_000);
    assert!(goes(&c, &guess("ann", "192.0.2.1", Some("anns browser"))).await);
}

/// LG-05: two hundred at once, one below the limit, pass no further than one after another (CVE-2024-4629).
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lg_05_parallel_attempts_are_counted_once_each() {
    let c = Arc::new(counters(&Arc::default()).await);
    for _ in 0..4 {
        assert!(goes(&c, &guess("ann", "192.0.2.1", None)).await);
    }
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let c = Arc::clone(&c);
            tokio::spawn(async move { goes(&c, &guess("ann", "192.0.2.1", None)).await })
        })
        .collect();
    let mut let_through = 0;
    for task in tasks {
        let_through += u32::from(task.await.unwrap());
    }
    assert_eq!(let_through, 1);
}

/// LG-06, LP-04: a username and a place never run into each other, however long they are; one name and one place are one counter.
#[test]
fn lg_06_no_two_lists_of_parts_share_a_counter() {
    let long = "x".repeat(200);
    let cases: [&[&str]; 7] = [
        &["username", "ab", "c"],
        &["username", "a", "bc"],
        &["username", "abc"],
        &["username", "abc", ""],
        &["known", "ab", "c"],
        &["username", &long, "c"],
        &["username", &long[1..], "xc"],
    ];
    for (place, parts) in cases.iter().enumerate() {
        assert_eq!(cases.iter().position(|other| key(other) == key(parts)), Some(place), "{parts:?}");
    }
}

/// LG-06: another address of the same IPv6 subscriber is no new place.
#[tokio::test]
async fn lg_06_turning_through_a_slash_64_is_one_place() {
    let c = counters(&Arc::default()).await;
    let mut let_through = 0;
    for host in 1..=40 {
        let_through += u32::from(goes(&c, &guess("ann", &format!("2001:db8:1:2::{host:x}"), None)).await);
    }
    assert_eq!(let_through, 5);
    assert!(goes(&c, &guess("ann", "2001:db8:1:3::1", None)).await);
}

/// LG-08: one's own success clears one's own place only.
#[tokio::test]
async fn lg_08_success_clears_its_own_place_only() {
    let c = counters(&Arc::default()).await;
    let mut let_through = 0;
    for _ in 0..60 {
        let own = guess("mallory", "192.0.2.1", None);
        if goes(&c, &own).await {
            c.succeeded(&own, NOW).await.unwrap();
        }
        let_through += u32::from(goes(&c, &guess("ann", "192.0.2.1", None)).await);
    }
    assert_eq!(let_through, 5);
    let own = guess("bob", "192.0.2.7", None);
    for _ in 0..20 {
        assert!(goes(&c, &own).await);
        c.succeeded(&own, NOW).await.unwrap();
    }
}

/// LG-09: a restart loses no pause.
#[tokio::test]
async fn lg_09_a_restart_forgets_no_pause() {
    let journal = Arc::default();
    let before = counters(&journal).await;
    for _ in 0..5 {
        assert!(goes(&before, &guess("ann", "192.0.2.1", None)).await);
    }
    let after = counters(&journal).await;
    assert!(!goes(&after, &guess("ann", "192.0.2.1", None)).await);
    assert!(goes(&after, &guess("bob", "192.0.2.2", None)).await);
}

/// LG-09, LG-05: under parallel attempts too the journal ends with what the process knows.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lg_09_the_journal_never_falls_behind() {
    let journal: Arc<Journal> = Arc::default();
    let c = Arc::new(counters(&journal).await);
    let tasks: Vec<_> = (0..200u32)
        .map(|number| {
            let c = Arc::clone(&c);
            tokio::spawn(async move { goes(&c, &guess(&format!("user{}", number % 8), "192.0.2.1", None)).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let known = c.table.counters.lock().await;
    let written = journal.0.lock().unwrap();
    assert!(written.len() >= 8);
    for (key, state) in written.iter() {
        assert_eq!(known.get(key), Some(state));
    }
}

/// LG-10: what is told depends on the count alone, known name or not.
#[tokio::test]
async fn lg_10_the_rest_is_told_from_the_third_try_on() {
    let c = counters(&Arc::default()).await;
    let mut told = Vec::new();
    for _ in 0..5 {
        let Reservation::Go { tries_left } = c.reserve(&guess("nobody at all", "192.0.2.1", None), NOW).await.unwrap() else { panic!() };
        told.push(tries_left);
    }
    assert_eq!(told, [None, None, Some(2), Some(1), None]);
}

#[tokio::test]
async fn memory_is_bounded_and_a_pause_is_dropped_last() {
    let c = counters(&Arc::default()).await;
    for _ in 0..5 {
        assert!(goes(&c, &guess("ann", "192.0.2.1", None)).await);
    }
    let fill = |map: &mut HashMap<CounterKey, CounterState>, state: CounterState| {
        for number in 0..u32::try_from(MOST).unwrap() {
            map.insert(key(&[&number.to_string()]), state);
        }
    };
    let mut map = c.table.counters.lock().await;
    fill(&mut map, CounterState { count: 1, last: NOW, ..CounterState::default() });
    make_room(&mut map, NOW);
    assert!(map.len() < MOST);
    drop(map);
    assert!(!goes(&c, &guess("ann", "192.0.2.1", None)).await);
    // When everything pauses, the bound holds all the same, and what goes are pauses that are nearly over.
    let mut map = c.table.counters.lock().await;
    fill(&mut map, CounterState { paused_until: NOW.plus(Duration::from_secs(1)), last: NOW, ..CounterState::default() });
    make_room(&mut map, NOW);
    assert!(map.len() < MOST);
    drop(map);
    assert!(!goes(&c, &guess("ann", "192.0.2.1", None)).await);
}

#[tokio::test]
async fn other_things_can_be_limited_too() {
    let c = counters(&Arc::default()).await;
    let allow = async |now| c.allow("reset", "192.0.2.1", 2, Duration::from_secs(60), now).await.unwrap();
    assert_eq!(allow(NOW).await, None);
    assert_eq!(allow(NOW).await, None);
    assert_eq!(allow(NOW).await, Some(Duration::from_secs(60)));
    assert_eq!(allow(NOW.plus(Duration::from_secs(61))).await, None);
}

/// A use that turned out to be right uses nothing up, also the one that reached the limit; the others do.
#[tokio::test]
async fn a_use_that_was_right_is_given_back() {
    let c = counters(&Arc::default()).await;
    let allow = async || c.allow("sign-out", "192.0.2.1", 2, Duration::from_secs(60), NOW).await.unwrap();
    let give_back = async || c.give_back("sign-out", "192.0.2.1", 2, Duration::from_secs(60), NOW).await.unwrap();
    assert_eq!(allow().await, None);
    for _ in 0..5 {
        assert_eq!(allow().await, None);
        give_back().await;
    }
    assert_eq!(allow().await, None);
    assert_eq!(allow().await, Some(Duration::from_secs(60)));
    give_back().await;
    assert_eq!(allow().await, None);
    assert_eq!(allow().await, Some(Duration::from_secs(60)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    /// LG-02, LG-08: whatever strangers try, from wherever and with whatever success of their own, a browser that knows the
    /// name has all its tries.
    #[test]
    fn lg_02_no_stranger_can_pause_a_known_browser(tries in prop::collection::vec((0u8..3, 0u8..40, any::<bool>(), 0i64..600), 0..300)) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
            let c = counters(&Arc::default()).await;
            let mut now = NOW;
            for (name, place, succeeds, step) in tries {
                now = now.plus(Duration::from_secs(u64::try_from(step).unwrap()));
                let (name, network) = (["ann", "bob", "mallory"][usize::from(name)], format!("192.0.2.{place}"));
                let stranger = guess(name, &network, None);
                let went = matches!(c.reserve(&stranger, now).await.unwrap(), Reservation::Go { .. });
                if went && succeeds && name == "mallory" {
                    c.succeeded(&stranger, now).await.unwrap();
                }
            }
            for _ in 0..10 {
                let own = c.reserve(&guess("ann", "192.0.2.1", Some("anns browser")), now).await.unwrap();
                assert!(matches!(own, Reservation::Go { .. }));
            }
        });
    }
}
