//! Small changes that wait at the same moment share one commit, and so one wait for the disk.
//!
//! A change is a closure over the writing connection, in a savepoint of its own: one that fails leaves nothing, and its neighbours
//! stand. Nobody is answered before the commit is on the disk. As in `reader.rs`, rusqlite carries the statements, so that a whole
//! group takes one hop to another thread.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::oneshot;

use super::{Store, StoreError};

/// Told how the commit ended, answers who asked for the change.
type Tell = Box<dyn FnOnce(Result<(), &rusqlite::Error>) + Send>;
type Change = Box<dyn FnOnce(&Connection) -> Tell + Send>;

/// What waits to be changed, and the connection that changes it.
pub(super) struct Group {
    path: PathBuf,
    waiting: Mutex<Vec<Change>>,
    going: AtomicBool,
    connection: Mutex<Option<Connection>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Group {
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), waiting: Mutex::default(), going: AtomicBool::new(false), connection: Mutex::default() }
    }
    /// Closes the connection.
    pub fn close(&self) {
        locked(&self.connection).take();
    }
    fn open(&self) -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA mmap_size = 268435456; PRAGMA cache_size = -1024")?;
        Ok(connection)
    }
    /// Makes the changes and commits them once. A connection on which something failed is not used again.
    fn commit(&self, waiting: Vec<Change>) {
        let mut kept = locked(&self.connection);
        let opened = kept.take().map_or_else(|| self.open(), Ok);
        let begun = opened.and_then(|db| db.execute_batch("BEGIN IMMEDIATE").map(|()| db));
        let db = match begun {
            Ok(db) => db,
            Err(error) => {
                tracing::error!(%error, "changes could not be begun");
                return; // dropped unanswered, each is told that it was not written
            }
        };
        // SQLite may give up the whole transaction (a full disk); what comes then must not become a commit of its own.
        let tell: Vec<Tell> = waiting.into_iter().map_while(|change| (!db.is_autocommit()).then(|| change(&db))).collect();
        let committed = db.execute_batch("COMMIT");
        for tell in tell {
            tell(committed.as_ref().copied());
        }
        if committed.is_ok() {
            *kept = Some(db);
        }
    }
}

/// The turn of the one task that writes. A task that is dropped before its end, because its runtime ends, leaves nobody waiting: whoever
/// does is told that nothing was written, and the next change starts another task.
struct Turn {
    group: Arc<Group>,
    is_over: bool,
}

impl Turn {
    /// `None` when some task writes already.
    fn begin(group: &Arc<Group>) -> Option<Self> {
        (!group.going.swap(true, Ordering::AcqRel)).then(|| Self { group: group.clone(), is_over: false })
    }
    fn end(mut self) {
        self.is_over = true;
        self.group.going.store(false, Ordering::Release);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.is_over {
            // In this order: who comes in between starts a task.
            self.group.going.store(false, Ordering::Release);
            let unwritten = std::mem::take(&mut *locked(&self.group.waiting));
            drop(unwritten);
        }
    }
}

/// Runs a change; what it did before it failed is undone.
fn alone<T>(db: &Connection, change: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
    let step = |statement: &'static str| db.prepare_cached(statement)?.execute([]).map(|_| ());
    step("SAVEPOINT change")?;
    let done = change(db);
    if done.is_err() {
        step("ROLLBACK TO change")?;
    }
    step("RELEASE change")?;
    done
}

impl Store {
    /// Makes a change together with whatever else waits, and gives its result when that is on the disk.
    pub(super) async fn grouped<T: Send + 'static>(&self, change: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static) -> Result<T, StoreError> {
        let (done, told) = oneshot::channel();
        let change: Change = Box::new(move |db| {
            let made = alone(db, change);
            Box::new(move |committed| {
                let result = committed.map_err(|error| StoreError::NotWritten(error.to_string())).and(made);
                // Who asked may have gone; the change stands all the same.
                let _ = done.send(result);
            })
        });
        locked(&self.group.waiting).push(change);
        if let Some(turn) = Turn::begin(&self.group) {
            // A task of its own: a visitor who goes away takes no other's change along.
            let store = self.clone();
            tokio::spawn(async move { store.write_groups(turn).await });
        }
        told.await.unwrap_or_else(|_| Err(StoreError::NotWritten("the change was not begun".into())))
    }

    async fn write_groups(&self, mut turn: Turn) {
        loop {
            // Held while the group is written: whoever else writes queues for it, and nobody meets a busy database.
            let held = self.write.acquire().await;
            let waiting = std::mem::take(&mut *locked(&self.group.waiting));
            if held.is_ok() && !waiting.is_empty() {
                let group = self.group.clone();
                let _ = tokio::task::spawn_blocking(move || group.commit(waiting)).await;
            }
            drop(held);
            turn.end();
            // A change that came in between has seen this task going, and has started none.
            if locked(&self.group.waiting).is_empty() {
                return;
            }
            let Some(next) = Turn::begin(&self.group) else { return };
            turn = next;
        }
    }
}

#[cfg(test)]
#[path = "grouped_tests.rs"]
mod tests;
