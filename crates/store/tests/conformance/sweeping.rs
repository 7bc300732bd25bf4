//! What is over is forgotten a part at a time, so that nobody waits for all of it.

use std::time::Duration;

use homeward_local_credential::{CounterJournal, CounterState};
use homeward_model::{ConnectionId, GrantId, SessionId, SystemRandom};
use homeward_provider::{Codes, Grants, NewGrant, Stopgap};
use homeward_signin::ports::Sessions;
use homeward_store::{Store, Swept};

use super::{
    Folder,
    ports::{NOW, app, code, ended, later, line, session, signed_in, someone},
};

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

/// What many were let in for by an outage that is over ends a part at a time, sessions and what was granted to sessions that go on; what an outage
/// opened that is not over stays, and so does what none opened.
pub async fn what_an_outage_let_in_ends_a_part_at_a_time(store: Store, _: &Folder) {
    let (account, ann) = someone(&store).await;
    let connection = ConnectionId::generate(&SystemRandom);
    let until = |seconds| Some(Stopgap { connection, until: later(seconds) });
    let hash = |number: u8, kind: u8| [[number, kind], [0, 1]].concat().repeat(8).try_into().unwrap();
    let begun = async |number: u8, stopgap: Option<Stopgap>| {
        let session = homeward_signin::ports::Session { token_hash: hash(number, 1), stopgap, ..session(&account, &ann, 0) };
        store.start(&session, None, None, &line(&ann)).await.unwrap().unwrap();
    };
    let granted = async |number: u8, stopgap: Option<Stopgap>| {
        let mut who = signed_in(&account, &ann, SessionId::generate(&SystemRandom));
        who.stopgap = stopgap;
        Codes::put(&store, &hash(number, 2), &code(who), later(60)).await.unwrap();
        let grant = NewGrant { id: GrantId::generate(&SystemRandom), client: app(), expires_at: later(100_000), network: "192.0.2.1".into() };
        store.redeem(&hash(number, 2), &grant, NOW).await.unwrap();
        grant.id
    };
    let mut grants = Vec::new();
    for number in 0..101 {
        begun(number, until(50)).await;
        grants.push(granted(number, until(50)).await);
    }
    begun(101, until(70)).await;
    begun(102, None).await;
    let stay = [granted(101, until(70)).await, granted(102, None).await];
    let swept = store.sweep(later(60)).await.unwrap();
    assert_eq!(swept, Swept { rows: 202, most_at_once: 100 });
    let ended = async |number: u8| Sessions::find(&store, &hash(number, 1)).await.unwrap().is_none_or(|found| found.session.ended.is_some());
    assert!(ended(0).await && ended(100).await && !ended(101).await && !ended(102).await);
    for (grant, is_over) in [(grants[0], true), (grants[100], true), (stay[0], false), (stay[1], false)] {
        assert_eq!(Grants::find(&store, grant).await.unwrap().unwrap().revoked, is_over);
    }
    assert_eq!(store.sweep(later(60)).await.unwrap(), Swept::default());
}

/// OB-12: the sign-in that ended in a session ends in no other one, also after the session went on by another sign-in and has ended. The secrets it had
/// before are kept longer than any page is good for, and then go.
pub async fn ob_12_a_sign_in_is_over_with_its_session_whatever_renewed_it(store: Store, _: &Folder) {
    let (account, ann) = someone(&store).await;
    let start = async |token: u8, renews: Option<SessionId>| store.start(&session(&account, &ann, token), None, renews, &line(&ann)).await.unwrap().unwrap().0;
    let records = async || store.verify_audit(None).await.unwrap().unwrap().map_or(0, |end| end.number);
    let first = start(1, None).await;
    let (second, third) = (start(2, Some(first.id)).await, start(3, Some(first.id)).await);
    assert_eq!((second.id, third.id, third.proof), (first.id, first.id, 2));
    // An earlier one renews the session where that is asked for, and else changes nothing.
    let again = start(1, Some(first.id)).await;
    assert_eq!((again.id, again.token_hash, again.proof), (first.id, [1; 32], 3));
    let other = start(4, None).await;
    let before = records().await;
    for renews in [None, Some(other.id)] {
        let kept = start(2, renews).await;
        assert_eq!((kept.id, kept.token_hash, kept.ended), (first.id, [1; 32], None), "{renews:?}");
    }
    store.end(first.id, "test", &ended(ann.id, later(10))).await.unwrap();
    // An hour that a page is good for, an hour for the next one.
    store.sweep(later(2 * 3600)).await.unwrap();
    for token in 1..=3 {
        for renews in [None, Some(first.id), Some(other.id)] {
            let kept = start(token, renews).await;
            assert!(kept.id == first.id && kept.ended.is_some(), "{token} {renews:?}");
        }
    }
    assert_eq!(records().await, before + 1, "its end has a record, and nothing began");
    assert_eq!(Sessions::find(&store, &[4; 32]).await.unwrap().unwrap().session, other, "another session goes on");
    let new = start(5, Some(first.id)).await;
    assert!(new.id != first.id && new.ended.is_none() && records().await == before + 2, "a new sign-in begins one");
    assert_eq!(store.sweep(later(86_400)).await.unwrap(), Swept::default());
    // The secrets of three renewals; the one that it has is no earlier one, and stays as long as the session.
    assert_eq!(store.sweep(later(86_401)).await.unwrap().rows, 3);
    assert!(start(1, None).await.ended.is_some());
}
