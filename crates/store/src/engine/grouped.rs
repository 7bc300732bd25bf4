//! Small changes that wait at the same moment share one commit, and so one wait for the disk.
//!
//! A change is a closure over the writing connection, in a savepoint of its own: one that fails leaves nothing, and its neighbours
//! stand. Nobody is answered before the commit is made, and on the disk if one of the group asked for that. As in `look_up.rs`, rusqlite
//! carries the statements to SQLite, so that a whole group takes one hop to another thread. With PostgreSQL that thread waits for each answer.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::{Connection, OpenFlags};
use tokio::{runtime::Handle, sync::oneshot};

use super::{
    db::Db,
    link::Held,
    pool::{BUSY, Pool, alone},
};
use crate::error::StoreError;

/// Told how the commit ended, answers who asked for the change.
type Tell = Box<dyn FnOnce(Result<(), &str>) + Send>;
type Change = Box<dyn FnOnce(&mut Db<'_>) -> Tell + Send>;

/// How safe a change is when it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Safe {
    /// On the disk.
    OnDisk,
    /// Committed: a broker that is killed loses nothing. A machine whose power fails may lose it, unless a later change is on the disk: SQLite's log
    /// is one sequence, and whatever it loses it loses from the end. So this is for a change of which nothing comes before a later one that is on
    /// the disk. PostgreSQL makes no difference.
    Committed,
}

struct Waiting {
    change: Change,
    safe: Safe,
}

/// What waits to be changed, and the connection of SQLite that changes it.
pub(crate) struct Group {
    path: PathBuf,
    waiting: Mutex<Vec<Waiting>>,
    going: AtomicBool,
    /// With how safe its commits are.
    connection: Mutex<Option<(Connection, Safe)>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Group {
    /// `path`: of the file of SQLite; nothing for another engine.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), waiting: Mutex::default(), going: AtomicBool::new(false), connection: Mutex::default() }
    }
    /// The file of SQLite.
    pub fn path(&self) -> &Path {
        &self.path
    }
    /// Closes the connection.
    pub fn close(&self) {
        locked(&self.connection).take();
    }
    fn open(&self) -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(BUSY)?;
        connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA mmap_size = 268435456; PRAGMA cache_size = -1024")?;
        // Otherwise a plan may depend on the values, and statements are prepared anew for them.
        connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // More than a sign-in has; with sixteen, as is usual, most of them would be read anew each time.
        connection.set_prepared_statement_cache_capacity(128);
        Ok(connection)
    }
    /// Makes the changes and commits them once. A connection on which something failed is not used again.
    fn commit(&self, waiting: Vec<Waiting>) {
        let safe = if waiting.iter().any(|one| one.safe == Safe::OnDisk) { Safe::OnDisk } else { Safe::Committed };
        let mut kept = locked(&self.connection);
        let opened = kept.take().map_or_else(|| self.open().map(|db| (db, Safe::OnDisk)), Ok);
        let begun = opened.and_then(|(db, before)| {
            if before != safe {
                db.execute_batch(if safe == Safe::OnDisk { "PRAGMA synchronous = FULL" } else { "PRAGMA synchronous = NORMAL" })?;
            }
            db.execute_batch("BEGIN IMMEDIATE").map(|()| db)
        });
        let db = match begun {
            Ok(db) => db,
            Err(error) => {
                tracing::error!(%error, "changes could not be begun");
                return; // dropped unanswered, each is told that it was not written
            }
        };
        let mut hand = Db::Sqlite(&db);
        // SQLite may give up the whole transaction (a full disk); what comes then must not become a commit of its own.
        let tell: Vec<Tell> = waiting.into_iter().map_while(|one| (!db.is_autocommit()).then(|| (one.change)(&mut hand))).collect();
        let committed = db.execute_batch("COMMIT").map_err(|error| error.to_string());
        for tell in tell {
            tell(committed.as_ref().copied().map_err(String::as_str));
        }
        if committed.is_ok() {
            *kept = Some((db, safe));
        }
    }
}

/// The same for PostgreSQL, in a transaction that nobody writes beside. One that is lost commits nothing that anybody is told of.
fn commit_postgres(mut work: Held, waiting: Vec<Waiting>, runtime: &Handle) {
    let mut hand = Db::Postgres { work: &mut work, runtime, is_whole: true };
    let tell: Vec<Tell> = waiting.into_iter().map(|one| (one.change)(&mut hand)).collect();
    let is_whole = matches!(hand, Db::Postgres { is_whole: true, .. });
    let committed = match is_whole {
        true => runtime.block_on(work.commit()).map_err(|error| error.to_string()),
        false => runtime.block_on(work.rollback()).map_err(|error| error.to_string()).and(Err("a change could neither be made nor undone".to_owned())),
    };
    for tell in tell {
        tell(committed.as_ref().copied().map_err(String::as_str));
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
fn by_itself<T>(db: &mut Db<'_>, change: impl FnOnce(&mut Db<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
    db.savepoint("SAVEPOINT change")?;
    let done = change(db);
    if done.is_err() {
        db.savepoint("ROLLBACK TO SAVEPOINT change")?;
    }
    db.savepoint("RELEASE SAVEPOINT change")?;
    done
}

impl Group {
    /// Makes a change together with whatever else waits, and gives its result when that is as safe as it should be.
    pub async fn make<T: Send + 'static>(
        self: &Arc<Self>,
        (pool, safe): (&Pool, Safe),
        change: impl FnOnce(&mut Db<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        // Otherwise it would wait for whatever hangs now, only to be told the same.
        if pool.is_away() {
            return Err(StoreError::NotWritten("it is away".into()));
        }
        let (done, told) = oneshot::channel();
        let change: Change = Box::new(move |db| {
            let made = by_itself(db, change);
            Box::new(move |committed| {
                let result = committed.map_err(|error| StoreError::NotWritten(error.to_owned())).and(made);
                // Who asked may have gone; the change stands all the same.
                let _ = done.send(result);
            })
        });
        locked(&self.waiting).push(Waiting { change, safe });
        if let Some(turn) = Turn::begin(self) {
            // A task of its own: a visitor who goes away takes no other's change along.
            let (group, pool) = (self.clone(), pool.clone());
            tokio::spawn(async move { group.write_all(&pool, turn).await });
        }
        told.await.unwrap_or_else(|_| Err(StoreError::NotWritten("the change was not begun".into())))
    }

    async fn write_all(self: &Arc<Self>, pool: &Pool, mut turn: Turn) {
        loop {
            self.write(pool).await;
            turn.end();
            // A change that came in between has seen this task going, and has started none.
            if locked(&self.waiting).is_empty() {
                return;
            }
            let Some(next) = Turn::begin(self) else { return };
            turn = next;
        }
    }

    /// Writes what waits by the time that it may write. What is dropped unanswered is told that it was not written.
    async fn write(self: &Arc<Self>, pool: &Pool) {
        let take = || std::mem::take(&mut *locked(&self.waiting));
        match pool {
            Pool::Sqlite(pool) => {
                // Held while the group is written: whoever else writes queues for it, and nobody meets a busy database.
                let held = pool.acquire().await;
                let (waiting, group) = (take(), self.clone());
                if held.is_ok() && !waiting.is_empty() {
                    let _ = tokio::task::spawn_blocking(move || group.commit(waiting)).await;
                }
                drop(held);
            }
            Pool::Readers(link) | Pool::Writers(link) => {
                let begun = alone(link).await;
                let waiting = take();
                match begun {
                    Ok(work) if !waiting.is_empty() => {
                        let runtime = Handle::current();
                        let _ = tokio::task::spawn_blocking(move || commit_postgres(work, waiting, &runtime)).await;
                    }
                    Ok(_) => {}
                    Err(error) => tracing::error!(%error, "changes could not be begun"),
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "grouped_tests.rs"]
mod tests;
