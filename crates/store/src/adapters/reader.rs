//! Reads that every page waits for, without a hop to another thread.
//!
//! sqlx runs SQLite on a thread of its own for each connection. For a look-up by an index, which takes some microseconds, the way
//! there and back costs many times the look-up (docs/decisions/0007). The statements are the same text as everywhere; only what
//! carries them to the one SQLite library in this process differs.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{CachedStatement, Connection, OpenFlags, Params, Row};
use serde::de::DeserializeOwned;

use super::StoreError;

/// Connections that are kept open when nobody uses them. A look-up never waits, so there are seldom more than threads that answer.
const KEPT: usize = 8;
/// Documents that are kept read: some kilobytes each, and only as many as there are.
const DOCUMENTS: usize = 16_384;

/// A statement, prepared once for each connection. Its values are given by place, and SQLite counts places by first appearance: so
/// `$1` stands first in the text, then `$2`.
pub(super) fn prepared<'c>(connection: &'c Connection, text: &'static str) -> rusqlite::Result<CachedStatement<'c>> {
    let statement = connection.prepare_cached(text)?;
    debug_assert!((1..=statement.parameter_count()).all(|place| statement.parameter_name(place) == Some(&format!("${place}"))), "values out of order: {text}");
    Ok(statement)
}

/// Connections that only read.
pub(super) struct Reader {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Reader {
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), idle: Mutex::default() }
    }
    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn connection(&self) -> Result<Connection, rusqlite::Error> {
        if let Some(connection) = self.idle().pop() {
            return Ok(connection);
        }
        let connection = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.execute_batch("PRAGMA mmap_size = 268435456; PRAGMA cache_size = -1024")?;
        // Otherwise a plan may depend on the values, and every statement is prepared anew for every value.
        connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    }
    /// All rows of a statement, in one snapshot of the database. For look-ups by an index only: the thread waits for it.
    pub fn rows<T>(&self, statement: &'static str, values: impl Params, row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>, StoreError> {
        tracing::trace!(target: "homeward_store::statement", statement);
        let connection = self.connection()?;
        let found = (|| prepared(&connection, statement)?.query_map(values, row)?.collect::<Result<Vec<T>, _>>())();
        let mut idle = self.idle();
        if found.is_ok() && idle.len() < KEPT {
            idle.push(connection);
        }
        Ok(found?)
    }
    /// The first row, when there is one.
    pub fn row<T>(&self, statement: &'static str, values: impl Params, row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Result<Option<T>, StoreError> {
        Ok(self.rows(statement, values, row)?.into_iter().next())
    }
    /// Closes what is open.
    pub fn close(&self) {
        self.idle().clear();
    }
}

/// Documents that were read before: the same text is the same value, so nothing here can be out of date.
pub(super) struct Documents<T>(Mutex<HashMap<String, Arc<T>>>);

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
