//! PostgreSQL: what is left of a change whose lock did not come, or whose visitor has gone. Every connection works on, and none keeps the lock.

use homeward_local_credential::{Asker, ResetStore, StoredReset, reset};
use homeward_model::UserId;
use homeward_signin::ports::KnownBrowsers;
use homeward_store::Store;
use sqlx::{Connection, PgConnection, Row};

use super::ports::{NOW, later, someone};

/// Connections for changes, as `engine/postgres.rs` opens them.
const WRITERS: usize = 6;
const HOLD: &str = "SELECT pg_advisory_lock(7236837212043137901)";
const LET_GO: &str = "SELECT pg_advisory_unlock(7236837212043137901)";
const WAITING: &str = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

async fn waiting(admin: &mut PgConnection) -> Vec<i32> {
    sqlx::query(WAITING).fetch_all(admin).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// A transaction, or a single statement.
async fn change(store: &Store, user: UserId, place: usize) -> bool {
    match place % 2 {
        0 => {
            let reset = StoredReset {
                selector: format!("s{place}"), purpose: reset::RESET, user, verifier_hash: [3; 32], code_hash: vec![4; 32], credential_version: 1,
                expires_at: later(900), tries: 0, asker: Asker::Anybody("192.0.2.1".into()),
            };
            ResetStore::put(store, &reset, NOW).await.is_ok()
        }
        _ => KnownBrowsers::note_put_off(store, user, NOW).await.is_ok(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_did_not_come_leaves_no_connection_behind() {
    let (store, folder) = super::postgres().await;
    let address = folder.1.as_ref().unwrap().1.clone();
    let ann = someone(&store).await.1.id;
    let (mut holder, mut admin) = (PgConnection::connect(&address).await.unwrap(), PgConnection::connect(&address).await.unwrap());
    for have_gone in [false, true] {
        sqlx::query(HOLD).execute(&mut holder).await.unwrap();
        let tasks: Vec<_> = (0..WRITERS).map(|place| { let store = store.clone(); tokio::spawn(async move { change(&store, ann, place).await }) }).collect();
        while waiting(&mut admin).await.len() < WRITERS {
            tokio::task::yield_now().await;
        }
        if have_gone {
            for task in &tasks {
                task.abort();
            }
        } else {
            // As when the time for the lock is over: the server ends the statement that waits for it.
            for pid in waiting(&mut admin).await {
                sqlx::query("SELECT pg_cancel_backend($1)").bind(pid).execute(&mut admin).await.unwrap();
            }
        }
        for task in tasks {
            match task.await {
                Ok(done) => assert!(!done && !have_gone, "nothing was written"),
                Err(error) => assert!(error.is_cancelled() && have_gone),
            }
        }
        sqlx::query(LET_GO).execute(&mut holder).await.unwrap();
        // More than there are connections, some at once: each of them was waiting before.
        let tasks: Vec<_> = (0..4 * WRITERS).map(|place| { let store = store.clone(); tokio::spawn(async move { change(&store, ann, place).await }) }).collect();
        for task in tasks {
            assert!(task.await.unwrap(), "written, with {}", if have_gone { "visitors that have gone" } else { "a lock that did not come" });
        }
        assert_eq!(waiting(&mut admin).await, Vec::<i32>::new());
    }
}
