//! One broker at a time serves from a store. It counts guesses and limits in its own memory: beside another one, everybody would have twice
//! as many.

use std::{
    fs::{File, OpenOptions, TryLockError},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use sqlx::{Connection, PgConnection, PgPool};

use super::Pool;
use crate::error::StoreError;

/// Waits a little: a broker that ends gives its place up a moment later.
const PATIENCE: &str = "SET lock_timeout = '3s'";
const TAKE: &str = "SELECT pg_advisory_lock(7236837212043137902)";

/// The place of the one broker that serves. It is given up with this value, and with the process.
pub struct Sole(Held);

enum Held {
    File(File),
    Connection(Box<PgConnection>),
}

impl Sole {
    /// Gives the place up.
    pub async fn leave(self) {
        match self.0 {
            Held::File(file) => drop(file),
            Held::Connection(connection) => _ = connection.close().await,
        }
    }
}

/// Takes the place.
pub(crate) async fn serve_alone(pool: &Pool, file: &Path) -> Result<Sole, StoreError> {
    match pool {
        Pool::Sqlite(_) => beside(file).map(|file| Sole(Held::File(file))),
        Pool::Readers(pool) | Pool::Writers(pool) => connected(pool).await.map(|connection| Sole(Held::Connection(Box::new(connection)))),
    }
}

/// A file beside the database: a lock of the database's own would end with the first connection that closes.
pub(super) fn beside(file: &Path) -> Result<File, StoreError> {
    let mut name = file.as_os_str().to_owned();
    name.push("-broker");
    let opened = OpenOptions::new().append(true).create(true).mode(0o600).open(PathBuf::from(name)).map_err(sqlx::Error::Io)?;
    match opened.try_lock() {
        Ok(()) => Ok(opened),
        Err(TryLockError::WouldBlock) => Err(StoreError::Served),
        Err(TryLockError::Error(error)) => Err(sqlx::Error::Io(error).into()),
    }
}

/// A connection of its own; the lock is the connection's.
async fn connected(pool: &PgPool) -> Result<PgConnection, StoreError> {
    let mut connection = pool.acquire().await?.detach();
    sqlx::query(PATIENCE).execute(&mut connection).await?;
    match sqlx::query(TAKE).execute(&mut connection).await {
        Ok(_) => Ok(connection),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("55P03") => Err(StoreError::Served),
        Err(error) => Err(error.into()),
    }
}
