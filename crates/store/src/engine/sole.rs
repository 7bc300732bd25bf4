//! A broker that counts guesses and limits in its own memory serves alone from a store: beside another one, everybody would have twice as many.
//! Those that count together serve beside each other, and beside no other.

use std::{
    fs::{File, OpenOptions, TryLockError},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use sqlx::{Connection, PgConnection};
use tokio::time::timeout;

use super::{
    Pool,
    link::{self, Link},
};
use crate::error::StoreError;

/// Waits a little: a broker that ends gives its place up a moment later.
const PATIENCE: &str = "SET lock_timeout = '3s'";
const ALONE: &str = "SELECT pg_advisory_lock(7236837212043137902)";
const BESIDE_OTHERS: &str = "SELECT pg_advisory_lock_shared(7236837212043137902)";

/// The place of a broker that serves. It is given up with this value, and with the process.
pub struct Sole(Held);

/// A lock that ends with this value: also where a program that is about to be started has a copy of the open file for a moment.
struct Place(File);

impl Drop for Place {
    fn drop(&mut self) {
        // What cannot be unlocked is closed, and unlocked by that.
        let _ = self.0.unlock();
    }
}

enum Held {
    File(Place),
    Connection(Box<PgConnection>),
}

impl Sole {
    /// Gives the place up.
    pub async fn leave(self) {
        match self.0 {
            Held::File(place) => drop(place),
            Held::Connection(connection) => _ = timeout(link::PATIENCE, connection.close()).await,
        }
    }
}

/// Takes the place. `counts_with_others`: beside those that count with it.
pub(crate) async fn serve(pool: &Pool, file: &Path, counts_with_others: bool) -> Result<Sole, StoreError> {
    match pool {
        Pool::Sqlite(_) if counts_with_others => Err(StoreError::NotHere("a file of SQLite serves one broker, which counts by itself")),
        Pool::Sqlite(_) => beside(file).map(|file| Sole(Held::File(Place(file)))),
        Pool::Readers(link) | Pool::Writers(link) => connected(link, if counts_with_others { BESIDE_OTHERS } else { ALONE }).await.map(|connection| Sole(Held::Connection(Box::new(connection)))),
    }
}

/// Takes the place at a file of SQLite that nobody serves from, so that another file can be put there.
pub(crate) fn hold(file: &Path) -> Result<Sole, StoreError> {
    beside(file).map(|file| Sole(Held::File(Place(file))))
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
async fn connected(link: &Link, take: &'static str) -> Result<PgConnection, StoreError> {
    let mut connection = link.take().await?.detach()?;
    sqlx::query(PATIENCE).execute(&mut connection).await?;
    match sqlx::query(take).execute(&mut connection).await {
        Ok(_) => Ok(connection),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("55P03") => Err(StoreError::Served),
        Err(error) => Err(error.into()),
    }
}
