//! What goes wrong in a store, whatever its engine.

use crate::engine::{Follows, Gone};

/// Why the store is not there, or did not do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened.
    #[error("the database cannot be opened or changed: {0}")]
    Database(#[source] sqlx::Error),
    /// A migration failed.
    #[error("the database cannot be brought to this version: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A document in the database does not read.
    #[error("a record in the database does not read: {0}")]
    Record(#[from] serde_json::Error),
    /// The database is there, and a store cannot be kept in it.
    #[error("the database does not fit: {0}")]
    Unfit(String),
    /// Others use what has to be changed.
    #[error("the database cannot be brought to this version now: somebody has used for {0} s what has to be changed, by a long question, a backup or another start. Look at pg_stat_activity, wait or end it, and start again; nothing is lost")]
    Busy(u64),
    /// A standby that has to confirm every change does not.
    #[error("the database cannot be brought to this version now: for {0} s no standby of those that synchronous_standby_names asks for has confirmed a change. Start one, or take its name out: ALTER SYSTEM SET synchronous_standby_names = '' and SELECT pg_reload_conf(). Then start again; nothing is lost")]
    Unconfirmed(u64),
    /// Another broker serves from this store.
    #[error("another broker serves from it, and this one or that one counts guesses and limits by itself: everybody would have more of them. End the other one first, or let each count in the same Redis, by [redis] url")]
    Served,
    /// Another program has the file open.
    #[error("another program has it open")]
    InUse,
    /// A domain that was to count for one account counts for another.
    #[error("domain {0} counts for another account: it is given up there first, with verified = false")]
    Taken(String),
    /// Nobody could come in any more who looks after this account, or the installation.
    #[error("account {0}: afterwards no operator, no administrator of it or no break-glass user could sign in with a password, where there is one now. Nothing is written. Let a second one in first: homeward admin create")]
    LastWayIn(String),
    /// What was to be written over is not as it was read.
    #[error("{0} was changed meanwhile: nothing is written. Read it again")]
    Changed(String),
    /// What is asked for is another engine's.
    #[error("{0}")]
    NotHere(&'static str),
    /// The file is not whole.
    #[error("the database is not whole: {0}")]
    NotWhole(String),
    /// The audit has no key.
    #[error("the audit cannot be written without the root key")]
    NoAuditKey,
    /// A look-up failed.
    #[error("the database cannot be read: {0}")]
    LookUp(#[from] rusqlite::Error),
    /// A change did not reach the disk.
    #[error("the database cannot be changed: {0}")]
    NotWritten(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Configuration(why) if why.is::<Gone>() || why.is::<Follows>() => Self::Unfit(why.to_string()),
            other => Self::Database(other),
        }
    }
}
