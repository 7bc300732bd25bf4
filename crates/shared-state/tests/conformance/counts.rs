use std::{net::IpAddr, time::Duration};

use homeward_local_credential::{Guess, Guessed, Reservation};
use homeward_model::NetworkPrefix;
use tokio::sync::Barrier;

use super::{NOW, Node, Place};

pub fn guess<'a>(name: &'a str, network: &str, known: Option<&'a str>) -> Guess<'a> {
    Guess { what: Guessed::Password, username_key: name, network: NetworkPrefix::of(network.parse::<IpAddr>().unwrap()), known_browser: known }
}

pub async fn goes(node: &Node, guess: &Guess<'_>) -> bool {
    matches!(node.reserve(guess, NOW).await.unwrap(), Reservation::Go { .. })
}

/// LG-01: five from one place and fifty from everywhere, whichever node is asked.
pub async fn lg_01_every_path_to_one_account_has_its_limit(place: Place) {
    let nodes = place.nodes().await;
    for turn in 0..5 {
        assert!(goes(&nodes[turn % 2], &guess("ann", "192.0.2.1", None)).await);
    }
    for node in &nodes {
        assert!(!goes(node, &guess("ann", "192.0.2.1", None)).await);
        assert!(goes(node, &guess("bob", "192.0.2.1", None)).await, "another name from there is another matter");
    }
    let mut let_through = 0;
    for place in 2..=120usize {
        let_through += u32::from(goes(&nodes[place % 2], &guess("ann", &format!("192.0.2.{place}"), None)).await);
    }
    assert_eq!(let_through, 45, "fifty in all");
}

/// LG-02: whatever strangers do, a browser that knows the name gets its tries.
pub async fn lg_02_strangers_cannot_pause_a_known_browser(place: Place) {
    let nodes = place.nodes().await;
    for turn in 0..120usize {
        let _ = goes(&nodes[turn % 2], &guess("ann", &format!("192.0.2.{turn}"), None)).await;
    }
    assert!(!goes(&nodes[0], &guess("ann", "203.0.113.9", None)).await);
    for turn in 0..10 {
        assert!(goes(&nodes[turn % 2], &guess("ann", "192.0.2.1", Some("anns browser"))).await);
    }
    assert!(!goes(&nodes[0], &guess("ann", "192.0.2.1", Some("anns browser"))).await, "but not without end");
}

/// How many of so many at once are let through, half of them at the other node.
async fn at_once<F: Future<Output = bool> + Send + 'static>(nodes: &[Node; 2], many: usize, ask: impl Fn(Node) -> F) -> usize {
    let gate = std::sync::Arc::new(Barrier::new(many));
    let tasks: Vec<_> = (0..many)
        .map(|turn| {
            let (gate, asked) = (gate.clone(), ask(nodes[turn % 2].clone()));
            tokio::spawn(async move {
                gate.wait().await;
                asked.await
            })
        })
        .collect();
    let mut through = 0;
    for task in tasks {
        through += usize::from(task.await.unwrap());
    }
    through
}

/// LG-05: two hundred at once, one below the limit, pass no further than one after another.
pub async fn lg_05_parallel_attempts_are_counted_once_each(place: Place) {
    let nodes = place.nodes().await;
    for _ in 0..4 {
        assert!(goes(&nodes[0], &guess("ann", "192.0.2.1", None)).await);
    }
    assert_eq!(at_once(&nodes, 200, |node| async move { goes(&node, &guess("ann", "192.0.2.1", None)).await }).await, 1);
}

/// LG-07, DS-11: of what is no password, as many as are allowed, and the wait is known without counting.
pub async fn lg_07_other_uses_are_counted_once_each(place: Place) {
    let nodes = place.nodes().await;
    let hour = Duration::from_secs(3600);
    assert_eq!(nodes[1].waits("mail", "192.0.2.1", 20, hour, NOW).await.unwrap(), None);
    assert_eq!(at_once(&nodes, 64, move |node| async move { node.allow("mail", "192.0.2.1", 20, hour, NOW).await.unwrap().is_none() }).await, 20);
    for node in &nodes {
        assert_eq!(node.waits("mail", "192.0.2.1", 20, hour, NOW).await.unwrap(), Some(hour));
        assert_eq!(node.waits("mail", "192.0.2.2", 20, hour, NOW).await.unwrap(), None);
        assert_eq!(node.allow("mail", "192.0.2.1", 20, hour, NOW.plus(Duration::from_secs(3500))).await.unwrap(), Some(Duration::from_secs(100)));
    }
    assert_eq!(nodes[0].allow("mail", "192.0.2.1", 20, hour, NOW.plus(hour)).await.unwrap(), None);
}

/// LG-08: one's own success clears one's own place only.
pub async fn lg_08_success_clears_its_own_place_only(place: Place) {
    let nodes = place.nodes().await;
    let mut let_through = 0;
    for turn in 0..20 {
        let own = guess("mallory", "192.0.2.1", None);
        if goes(&nodes[turn % 2], &own).await {
            nodes[(turn + 1) % 2].succeeded(&own, NOW).await.unwrap();
        }
        let_through += u32::from(goes(&nodes[turn % 2], &guess("ann", "192.0.2.1", None)).await);
    }
    assert_eq!(let_through, 5);
    let own = guess("bob", "192.0.2.7", None);
    for turn in 0..20 {
        assert!(goes(&nodes[turn % 2], &own).await);
        nodes[turn % 2].succeeded(&own, NOW).await.unwrap();
    }
}

/// An attempt that was neither right nor wrong leaves everything as it was, the pause that it began included.
pub async fn what_is_taken_back_was_not_counted(place: Place) {
    let nodes = place.nodes().await;
    let own = guess("ann", "192.0.2.1", None);
    for turn in 0..20 {
        assert!(goes(&nodes[turn % 2], &own).await);
        nodes[(turn + 1) % 2].cancelled(&own, NOW).await.unwrap();
    }
    for _ in 0..5 {
        assert!(goes(&nodes[0], &own).await);
    }
    assert!(!goes(&nodes[1], &own).await);
    nodes[1].cancelled(&own, NOW).await.unwrap();
    assert!(goes(&nodes[0], &own).await, "the last one did not count");
    assert!(!goes(&nodes[1], &own).await);
}

/// LG-09: what counts may crash, and no pause is lost.
pub async fn lg_09_a_restart_forgets_no_pause(place: Place) {
    let before = place.nodes().await;
    for _ in 0..5 {
        assert!(goes(&before[0], &guess("ann", "192.0.2.1", None)).await);
    }
    drop(before);
    let after = place.crash().await;
    assert!(!goes(&after[0], &guess("ann", "192.0.2.1", None)).await);
    assert!(goes(&after[1], &guess("bob", "192.0.2.2", None)).await);
}

/// LG-10: what is told depends on the count alone.
pub async fn lg_10_the_rest_is_told_from_the_third_try_on(place: Place) {
    let nodes = place.nodes().await;
    let mut told = Vec::new();
    for turn in 0..5 {
        let Reservation::Go { tries_left } = nodes[turn % 2].reserve(&guess("nobody at all", "192.0.2.1", None), NOW).await.unwrap() else { panic!() };
        told.push(tries_left);
    }
    assert_eq!(told, [None, None, Some(2), Some(1), None]);
}

/// LG-07, LG-02: codes of mails to one name are twenty a day, and three hundred an hour for everybody, whichever node is asked. Neither they nor passwords use
/// up any of the other; a browser that knows the name has its own; a right one clears the name's.
pub async fn lg_07_codes_of_mails_are_counted_apart_from_passwords(place: Place) {
    let nodes = place.nodes().await;
    fn code<'a>(name: &'a str, network: &str, known: Option<&'a str>) -> Guess<'a> {
        Guess { what: Guessed::Code, ..guess(name, network, known) }
    }
    for _ in 0..5 {
        assert!(goes(&nodes[0], &guess("ann", "192.0.2.1", None)).await);
    }
    assert!(!goes(&nodes[1], &guess("ann", "192.0.2.1", None)).await, "her password pauses");
    for turn in 0..20usize {
        assert!(goes(&nodes[turn % 2], &code("ann", &format!("198.51.100.{turn}"), None)).await, "{turn}");
    }
    let paused = nodes[1].reserve(&code("ann", "203.0.113.9", None), NOW).await.unwrap();
    assert_eq!(paused, Reservation::Pause { until: NOW.plus(Duration::from_secs(900)) });
    assert!(goes(&nodes[0], &guess("ann", "203.0.113.9", None)).await, "and her password elsewhere does not");
    for turn in 0..20usize {
        assert!(goes(&nodes[turn % 2], &code("ann", "192.0.2.1", Some("anns browser"))).await, "{turn}");
    }
    assert!(!goes(&nodes[0], &code("ann", "192.0.2.1", Some("anns browser"))).await, "not without end either");
    for turn in 0..100usize {
        let own = code("bob", "192.0.2.2", None);
        assert!(goes(&nodes[turn % 2], &own).await, "{turn}");
        if turn % 19 == 18 {
            nodes[turn % 2].succeeded(&own, NOW).await.unwrap();
        }
    }
    let mut let_through = 0;
    for turn in 0..400usize {
        let_through += u32::from(goes(&nodes[turn % 2], &code(&format!("user{turn}"), &format!("10.1.{}.1", turn % 250), None)).await);
    }
    assert_eq!(let_through, 300 - 20 - 95, "those that were right are taken back");
    assert!(goes(&nodes[0], &code("carl", "192.0.2.3", Some("carls browser"))).await);
    assert!(goes(&nodes[1], &guess("carl", "192.0.2.3", None)).await);
    // No link stands beside a code to sign in with: what was tried at the others uses up nothing of it.
    for turn in 0..20usize {
        let own = Guess { what: Guessed::SignInCode, ..guess("ann", &format!("198.51.101.{turn}"), None) };
        assert!(goes(&nodes[turn % 2], &own).await, "{turn}");
    }
    assert!(!goes(&nodes[0], &Guess { what: Guessed::SignInCode, ..guess("ann", "203.0.113.9", None) }).await);
}
