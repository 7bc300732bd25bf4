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

use homeward_trace::Effort;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use serde::de::DeserializeOwned;

use super::{db::prepared, link::Link, query::query, row::Row, value::Value};
use crate::error::StoreError;

/// Connections that are kept open when nobody uses them. A look-up never waits, so there are seldom more than threads that answer.
const KEPT: usize = 8;
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
            files.idle().clear();
        }
    }
}

/// Connections to the file of SQLite that only read.
pub(crate) struct Files {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Files {
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
    fn rows<T>(&self, statement: &'static str, values: &[Value<'_>], mut read: impl FnMut(&rusqlite::Row<'_>) -> Result<T, StoreError>) -> Result<Vec<T>, StoreError> {
        let connection = self.connection()?;
        let found = (|| {
            let mut prepared = prepared(&connection, statement)?;
            let mut rows = prepared.query(params_from_iter(values))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(read(row)?);
            }
            Ok::<_, StoreError>(found)
        })();
        let mut idle = self.idle();
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
