//! A database from which a newer version takes something away: whoever relies on it changes nothing more, however early the change was begun.

use homeward_model::{SessionId, SystemRandom};
use homeward_provider::{Codes, UsedAssertions};
use homeward_store::{Store, StoreError, register::Register};
use sqlx::{Connection, PgConnection, raw_sql};

use super::{
    Folder,
    ports::{NOW, app, code, later, signed_in, someone, user},
};

/// Asks until so many wait for a lock of this database's own.
async fn until_wait(watcher: &mut PgConnection, count: i64) {
    const WAITING: &str = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    while sqlx::query_scalar::<_, i64>(WAITING).fetch_one(&mut *watcher).await.unwrap() != count {
        tokio::task::yield_now().await;
    }
}

pub async fn whoever_is_too_old_changes_nothing_more(store: Store, folder: &Folder) {
    let (account, ann) = someone(&store).await;
    let ben = user(&account, "ben@b.example");
    let address = &folder.1.as_ref().unwrap().1;
    let (mut newer, mut watcher) = (PgConnection::connect(address).await.unwrap(), PgConnection::connect(address).await.unwrap());
    let who = signed_in(&account, &ann, SessionId::generate(&SystemRandom));

    // A change of each kind waits while the newer version takes something away: a transaction, a single statement, and a group.
    raw_sql("BEGIN; SELECT pg_advisory_xact_lock(7236837212043137901)").execute(&mut newer).await.unwrap();
    let (one, two, three) = (store.clone(), store.clone(), store.clone());
    let (entries, another) = (Register { users: vec![ben.clone()], ..Register::default() }, code(who.clone()));
    let all = tokio::spawn(async move { one.put(&entries, &[], NOW).await });
    let single = tokio::spawn(async move { two.first_use(&app(), &[1; 32], later(60)).await });
    let grouped = tokio::spawn(async move { Codes::put(&three, &[2; 32], &another, later(60)).await });
    until_wait(&mut watcher, 3).await;
    raw_sql("UPDATE schema_bound SET least = 1000; COMMIT").execute(&mut newer).await.unwrap();
    let refused = all.await.unwrap().unwrap_err();
    assert!(matches!(&refused, StoreError::Unfit(why) if why.contains("has taken something away")), "{refused}");
    assert!(single.await.unwrap().unwrap_err().0.contains("has taken something away"));
    assert!(grouped.await.unwrap().is_err());
    // The same for one that begins afterwards; what is there can be read, and a node that opens the store is refused.
    assert!(matches!(store.put(&Register { users: vec![ben.clone()], ..Register::default() }, &[], NOW).await, Err(StoreError::Unfit(_))));
    assert!(!store.is_ready().await);
    assert_eq!(store.register().await.unwrap().users, [ann.clone()]);
    assert!(matches!(Store::connect(&folder.1.as_ref().unwrap().0).await, Err(StoreError::Unfit(_))));

    // Nothing of them was kept, and each is made where the bound fits.
    raw_sql("UPDATE schema_bound SET least = 1").execute(&mut newer).await.unwrap();
    assert!(store.is_ready().await);
    assert!(store.first_use(&app(), &[1; 32], later(60)).await.unwrap(), "it was not noted before");
    Codes::put(&store, &[2; 32], &code(who), later(60)).await.unwrap();
    store.put(&Register { users: vec![ben.clone()], ..Register::default() }, &[], NOW).await.unwrap();
    assert!(store.register().await.unwrap().users.contains(&ben));
}
