//! The connection that a group of changes is made on. Each change is ordinary code that waits for the database, on a thread that may wait.

use rusqlite::{CachedStatement, Connection, params_from_iter};
use tokio::runtime::Handle;

use super::{link::Held, query::query, row::Row, value::Value};
use crate::error::StoreError;

/// A connection in a transaction that is under way.
pub(crate) enum Db<'c> {
    Sqlite(&'c Connection),
    Postgres {
        work: &'c mut Held,
        runtime: &'c Handle,
        /// Whether each change so far has ended as it should, made or undone. A commit of anything else undoes everything, and calls itself done.
        is_whole: bool,
    },
}

/// A statement of SQLite, prepared once for each connection. Its values are given by place, and SQLite counts places by first appearance: so
/// `$1` stands first in the text, then `$2`.
pub(super) fn prepared<'c>(connection: &'c Connection, text: &'static str) -> rusqlite::Result<CachedStatement<'c>> {
    let statement = connection.prepare_cached(text)?;
    debug_assert!((1..=statement.parameter_count()).all(|place| statement.parameter_name(place) == Some(&format!("${place}"))), "values out of order: {text}");
    Ok(statement)
}

impl Db<'_> {
    /// Runs a statement; gives how many rows it changed.
    pub fn execute(&mut self, text: &'static str, values: Vec<Value<'_>>) -> Result<u64, StoreError> {
        tracing::trace!(target: "homeward_store::statement", statement = text);
        match self {
            Self::Sqlite(connection) => Ok(u64::try_from(prepared(connection, text)?.execute(params_from_iter(values))?).unwrap_or(u64::MAX)),
            Self::Postgres { work, runtime, .. } => Ok(runtime.block_on(work.execute(query(text).with(values).for_postgres()))?),
        }
    }
    /// Begins or ends a change. Where that fails, nothing of its neighbours can be kept either.
    pub(super) fn savepoint(&mut self, text: &'static str) -> Result<(), StoreError> {
        let done = self.execute(text, Vec::new());
        if let Self::Postgres { is_whole, .. } = self {
            *is_whole &= done.is_ok();
        }
        done.map(|_| ())
    }
    /// The first row, when there is one. The statement runs to its end.
    pub fn row<T>(&mut self, text: &'static str, values: Vec<Value<'_>>, read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>) -> Result<Option<T>, StoreError> {
        tracing::trace!(target: "homeward_store::statement", statement = text);
        match self {
            Self::Sqlite(connection) => {
                let mut statement = prepared(connection, text)?;
                let mut rows = statement.query(params_from_iter(values))?;
                let Some(row) = rows.next()? else { return Ok(None) };
                let found = read(&Row::Sqlite(row))?;
                while rows.next()?.is_some() {}
                Ok(Some(found))
            }
            Self::Postgres { work, runtime, .. } => {
                let row = runtime.block_on(work.row(query(text).with(values).for_postgres()))?;
                row.map(|row| read(&Row::Postgres(&row))).transpose()
            }
        }
    }
}
