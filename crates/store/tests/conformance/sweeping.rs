//! What is over is forgotten a part at a time, so that nobody waits for all of it.

use std::time::Duration;

use homeward_local_credential::{CounterJournal, CounterState};
use homeward_store::{Store, Swept};

use super::{Folder, ports::NOW};

/// Of very many rows each statement deletes some, and whoever makes a change has a turn between two of them. What still means something stays.
pub async fn what_is_over_goes_a_part_at_a_time(store: Store, _: &Folder) {
    let state = |ago: u64| CounterState { count: 1, since: NOW, paused_until: NOW, pauses: 0, last: NOW.minus(Duration::from_secs(ago)) };
    let key = |number: u32| {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&number.to_be_bytes());
        key
    };
    let mut states: Vec<_> = (0..1201).map(|number| (key(number), state(3 * 86_400))).collect();
    states.push(([9; 32], state(60)));
    store.save(&states).await.unwrap();
    let swept = store.sweep(NOW).await.unwrap();
    assert_eq!(swept.rows, 1201);
    assert!((1..=500).contains(&swept.most_at_once), "{} at once", swept.most_at_once);
    assert_eq!(store.sweep(NOW).await.unwrap(), Swept::default(), "all of it has gone");
    assert_eq!(CounterJournal::load(&store, NOW).await.unwrap(), [([9; 32], state(60))]);
}
