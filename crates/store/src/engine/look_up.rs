//! Reads that every page waits for, without a hop to another thread.
//!
//! sqlx runs SQLite on a thread of its own for each connection. For a look-up by an index, which takes some microseconds, the way
//! there and back costs many times the look-up (docs/decisions/0007). The statements are the same text as everywhere; only what
//! carries them to the one SQLite library in this process differs.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use homeward_trace::Effort;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use serde::de::DeserializeOwned;

use super::{db::prepared, link::Link, query::query, row::Row, value::Value};
use crate::error::StoreError;

/// Connections that are kept open when nobody uses them. A look-up never waits, so there are seldom more than threads that answer.
const KEPT: usize = 8;
/// Look-ups after the last change from which on the file is mapped.
const QUIET: u32 = 64;
/// A mapped file: as much of it as SQLite maps at most, 2 GiB. What lies behind that, or in the log, is read into a cache.
const MAPPED: &str = "PRAGMA mmap_size = 2147418112; PRAGMA cache_size = -2048";
/// A file that is read.
const READ: &str = "PRAGMA mmap_size = 0; PRAGMA cache_size = -1024";
/// Documents that are kept read: some kilobytes each, and only as many as there are.
const DOCUMENTS: usize = 16_384;

/// Where the look-ups go. PostgreSQL is on another machine or behind a socket, and its answers are waited for.
pub(crate) enum Reader {
    Sqlite(Files),
    Postgres(Link),
}

impl Reader {
    /// All rows of a statement, in one snapshot of the database. For look-ups by an index only: with SQLite the thread waits for it.
    pub async fn rows<T>(&self, statement: &'static str, values: Vec<Value<'_>>, read: impl FnMut(&Row<'_>) -> Result<T, StoreError>) -> Result<Vec<T>, StoreError> {
        Effort::Database.waited(self.found(statement, values, read)).await
    }
    async fn found<T>(&self, statement: &'static str, values: Vec<Value<'_>>, mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>) -> Result<Vec<T>, StoreError> {
        tracing::trace!(target: "homeward_store::statement", statement);
        match self {
            Self::Sqlite(files) => files.rows(statement, &values, |row| read(&Row::Sqlite(row))),
            Self::Postgres(link) => {
                let rows = link.take().await?.rows(query(statement).with(values).for_postgres()).await?;
                rows.iter().map(|row| read(&Row::Postgres(row))).collect()
            }
        }
    }
    /// The first row, when there is one.
    pub async fn row<T>(&self, statement: &'static str, values: Vec<Value<'_>>, read: impl FnMut(&Row<'_>) -> Result<T, StoreError>) -> Result<Option<T>, StoreError> {
        Ok(self.rows(statement, values, read).await?.into_iter().next())
    }
    /// Closes what is open of SQLite.
    pub fn close(&self) {
        if let Self::Sqlite(files) = self {
            files.close();
        }
    }
}

/// Connections to the file of SQLite that only read, of two kinds. A mapped file is the quickest, but a connection that finds a change gives its map up and makes
/// another, which costs ten times the look-up. So for some look-ups after each change the file is read.
pub(crate) struct Files {
    path: PathBuf,
    mapped: Mutex<Vec<Connection>>,
    read: Mutex<Vec<Connection>>,
    since_change: Arc<AtomicU32>,
}

fn locked(idle: &Mutex<Vec<Connection>>) -> MutexGuard<'_, Vec<Connection>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Files {
    /// `since_change` is set to 0 by whoever changes something. Nothing but speed follows from it.
    pub fn new(path: &Path, since_change: Arc<AtomicU32>) -> Self {
        Self { path: path.to_owned(), mapped: Mutex::default(), read: Mutex::default(), since_change }
    }
    fn close(&self) {
        locked(&self.mapped).clear();
        locked(&self.read).clear();
    }
    fn connection(&self, idle: &Mutex<Vec<Connection>>, mapped: bool) -> Result<Connection, rusqlite::Error> {
        if let Some(connection) = locked(idle).pop() {
            return Ok(connection);
        }
        let connection = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.execute_batch(if mapped { MAPPED } else { READ })?;
        // Otherwise a plan may depend on the values, and every statement is prepared anew for every value.
        connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    }
    fn rows<T>(&self, statement: &'static str, values: &[Value<'_>], mut read: impl FnMut(&rusqlite::Row<'_>) -> Result<T, StoreError>) -> Result<Vec<T>, StoreError> {
        let mapped = self.since_change.fetch_add(1, Ordering::Relaxed) >= QUIET;
        let idle = if mapped { &self.mapped } else { &self.read };
        let connection = self.connection(idle, mapped)?;
        let found = (|| {
            let mut prepared = prepared(&connection, statement)?;
            let mut rows = prepared.query(params_from_iter(values))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(read(row)?);
            }
            Ok::<_, StoreError>(found)
        })();
        let mut idle = locked(idle);
        if found.is_ok() && idle.len() < KEPT {
            idle.push(connection);
        }
        found
    }
}

/// Documents that were read before: the same text is the same value, so nothing here can be out of date.
pub(crate) struct Documents<T>(Mutex<HashMap<String, Arc<T>>>);

impl<T: DeserializeOwned> Documents<T> {
    pub fn new() -> Self {
        Self(Mutex::default())
    }
    /// The value of a document.
    pub fn read(&self, text: &str) -> Result<Arc<T>, StoreError> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(text).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let value: Arc<T> = Arc::new(serde_json::from_str(text)?);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= DOCUMENTS {
            all.clear();
        }
        all.insert(text.to_owned(), value.clone());
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was changed is found by the next look-up, of whichever kind.
    #[test]
    fn a_change_is_seen_by_both_kinds() {
        let folder = std::env::temp_dir().join(format!("homeward-look-up-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("kinds.db");
        let writer = Connection::open(&path).unwrap();
        writer.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER); INSERT INTO t (id, v) VALUES (1, 0)").unwrap();
        let since_change = Arc::new(AtomicU32::new(0));
        let files = Files::new(&path, since_change.clone());
        let look = || files.rows("SELECT v FROM t WHERE id = 1", &[], |row| Ok(row.get::<_, i64>(0)?)).unwrap();
        let kinds = || (locked(&files.read).len(), locked(&files.mapped).len());
        for value in 1..=3_i64 {
            writer.execute("UPDATE t SET v = $1", [value]).unwrap();
            since_change.store(0, Ordering::Relaxed);
            for _ in 0..QUIET {
                assert_eq!(look(), [value]);
            }
            assert_eq!(kinds(), (1, usize::from(value > 1)), "read right after a change");
            assert_eq!(look(), [value]);
            assert_eq!(kinds(), (1, 1), "and mapped after that");
            // One that nobody told of: another process.
            writer.execute("UPDATE t SET v = -v", []).unwrap();
            assert_eq!(look(), [-value]);
        }
        files.close();
        assert_eq!(kinds(), (0, 0));
        drop(writer);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
