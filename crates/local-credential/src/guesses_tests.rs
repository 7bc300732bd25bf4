use std::{net::IpAddr, sync::Mutex as StdMutex};

use homeward_model::NetworkPrefix;

use super::*;

#[derive(Default)]
struct Journal(StdMutex<HashMap<Key, CounterState>>);

#[async_trait]
impl CounterJournal for Journal {
    async fn save(&self, states: &[(Key, CounterState)]) -> Result<(), StoreFault> {
        self.0.lock().unwrap().extend(states.iter().copied());
        Ok(())
    }
    async fn load(&self, _: Timestamp) -> Result<Vec<(Key, CounterState)>, StoreFault> {
        Ok(self.0.lock().unwrap().iter().map(|(k, s)| (*k, *s)).collect())
    }
}

async fn counters(journal: &Arc<Journal>) -> InProcessGuesses {
    InProcessGuesses::open(LimitRules::default(), Arc::clone(journal) as Arc<dyn CounterJournal>, NOW).await.unwrap()
}

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

fn guess<'a>(name: &'a str, network: &str, known: Option<&'a str>) -> Guess<'a> {
    Guess { username_key: name, network: NetworkPrefix::of(network.parse::<IpAddr>().unwrap()), known_browser: known }
}

async fn goes(c: &InProcessGuesses, g: &Guess<'_>) -> bool {
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

/// LG-05: two hundred at once pass no further than one after another.
#[tokio::test]
async fn lg_05_parallel_attempts_are_counted_once_each() {
    let c = Arc::new(counters(&Arc::default()).await);
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
    assert_eq!(let_through, 5);
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
async fn memory_is_bounded_and_a_pause_is_never_dropped() {
    let c = counters(&Arc::default()).await;
    for _ in 0..5 {
        assert!(goes(&c, &guess("ann", "192.0.2.1", None)).await);
    }
    let mut map = c.counters.lock().await;
    for number in 0..u32::try_from(MOST).unwrap() {
        map.insert(key(&[&number.to_string()]), CounterState { count: 1, last: NOW, ..CounterState::default() });
    }
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
