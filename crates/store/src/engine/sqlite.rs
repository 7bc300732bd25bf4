//! Opens the embedded store: SQLite in WAL mode, one writer, several readers.

use std::{
    fs::OpenOptions,
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use sqlx::{migrate::Migrator, sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous}};

use super::{Group, Opened, Pool, Reader, Schema, look_up::Files, pool::BUSY, schema};
use crate::error::StoreError;

fn migrations() -> Migrator {
    sqlx::migrate!("./migrations/sqlite")
}

/// The newest of them.
pub(super) fn newest() -> i64 {
    migrations().iter().map(|step| step.version).max().unwrap_or(0)
}

/// Opens the file, makes it when it is not there, and brings it to this version. One that a newer version has brought further stays as it is.
pub(crate) async fn open(path: &Path) -> Result<Opened, StoreError> {
    private(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("mmap_size", "268435456")
        .statement_cache_capacity(200);
    // Whoever changes something holds the connection that writes, grouped changes too.
    let since_change = Arc::new(AtomicU32::new(0));
    let changed = since_change.clone();
    let released = SqlitePoolOptions::new().after_release(move |_, _| {
        changed.store(0, Ordering::Relaxed);
        Box::pin(async { Ok::<bool, sqlx::Error>(true) })
    });
    // One connection: writers queue here instead of meeting a busy database.
    let write = released.max_connections(1).test_before_acquire(false).connect_with(options.clone()).await?;
    schema::check(&Pool::Sqlite(write.clone()), newest()).await?;
    migrations().set_ignore_missing(true).run(&write).await?;
    // Each keeps the schema and its pages in memory, and at the start everybody reads at once.
    let readers = std::thread::available_parallelism().map_or(2, |processors| processors.get().clamp(2, 4));
    let read = SqlitePoolOptions::new().min_connections(1).max_connections(u32::try_from(readers).unwrap_or(2)).test_before_acquire(false).connect_with(options.read_only(true)).await?;
    Ok(Opened { write: Pool::Sqlite(write.clone()), slow: Pool::Sqlite(write), read: Pool::Sqlite(read), reader: Reader::Sqlite(Files::new(path, since_change)), group: Group::new(path) })
}

/// To read a file and leave it as it is: nothing is brought to this version, and nothing is made beside a file that nobody has open.
pub(crate) fn untouched(file: &Path) -> SqliteConnectOptions {
    let mut beside = file.as_os_str().to_owned();
    beside.push("-wal");
    let is_alone = !std::fs::metadata(beside).is_ok_and(|log| log.len() > 0);
    SqliteConnectOptions::new().filename(file).create_if_missing(false).read_only(true).immutable(is_alone)
}

/// How far a file is, as `schema::looked_at` says.
pub(crate) async fn look(file: &Path) -> Result<Option<Schema>, StoreError> {
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(untouched(file)).await?;
    let found = schema::looked_at(&Pool::Sqlite(pool.clone())).await;
    pool.close().await;
    found
}

/// Makes the file that SQLite would make readable for everybody; what it keeps beside the file gets the same rights. The rights
/// of a file that is there are its owner's matter.
fn private(path: &Path) -> Result<(), StoreError> {
    let made = OpenOptions::new().append(true).create(true).mode(0o600).open(path);
    made.map(|_| ()).map_err(|error| StoreError::Database(sqlx::Error::Io(error)))
}
