//! Connections and transactions.
//!
//! SQLite has one writer, and every transaction that writes relies on it: what it reads stays true until it ends. PostgreSQL has many. There
//! an advisory lock of the database stands in its place: a transaction has it alone, a single statement shares it with other single
//! statements, on every node. A single statement decides and changes in one step, under the lock of its row, so that of many at once one wins.
//! Each statement sees what was committed before it began (`READ COMMITTED`), and the lock is taken by a statement of its own: whoever has it
//! sees everything that those before have done.

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use homeward_trace::Effort;
use sqlx::{Row, Sqlite, SqlitePool};

use super::{
    link::{Held, Link},
    schema,
};

/// Each statement sees what was committed before it began.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
/// Alone among all who write, and then the oldest generation of the program that may: the second statement of the one message sees what whoever had
/// the lock before has committed.
const ALONE: &str = "SELECT pg_advisory_xact_lock(7236837212043137901); SELECT least FROM schema_bound WHERE id = 1";
/// The same beside others that are one statement, too.
const BESIDE_OTHERS: &str = "SELECT pg_advisory_xact_lock_shared(7236837212043137901); SELECT least FROM schema_bound WHERE id = 1";
/// Alone, in a database that is still to be brought to this version.
const ALONE_BEFORE: &str = "SELECT pg_advisory_xact_lock(7236837212043137901)";
/// Everything as it is at one moment.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// How long another process that writes into the file of SQLite is waited for.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// Connections of one kind.
#[derive(Clone)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    /// Of PostgreSQL, for what only reads.
    Readers(Link),
    /// Of PostgreSQL, for what changes something.
    Writers(Link),
}

/// A transaction under way.
pub(crate) enum Work {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(Held),
}

/// Begins a transaction of one statement.
pub(super) async fn beside_others(link: &Link) -> Result<Held, sqlx::Error> {
    with_lock(link, BESIDE_OTHERS).await
}

/// Begins a transaction that nobody else writes beside.
pub(super) async fn alone(link: &Link) -> Result<Held, sqlx::Error> {
    with_lock(link, ALONE).await
}

/// Begins a transaction that keeps everybody from writing while tables change. Those that write now are waited for so long.
pub(super) async fn nobody_writes(link: &Link, turn: Duration) -> Result<Held, sqlx::Error> {
    let mut work = link.take().await?;
    work.begin(BEGIN).await?;
    work.execute(sqlx::query("SELECT set_config('lock_timeout', $1, TRUE)").bind(format!("{}ms", turn.as_millis()))).await?;
    work.execute(sqlx::query(ALONE_BEFORE)).await?;
    Ok(work)
}

/// The lock is asked for inside of a transaction that the connection already knows of: it is undone when the lock does not come in time, and when
/// whoever waits for it has gone.
///
/// Whatever takes something away from this program raises the bound under the same lock, so that nothing is written after that (decision 0031).
async fn with_lock(link: &Link, lock_and_bound: &'static str) -> Result<Held, sqlx::Error> {
    let mut work = link.take().await?;
    work.begin(BEGIN).await?;
    let rows = work.simple_rows(lock_and_bound).await?;
    let least: i64 = rows.last().ok_or(sqlx::Error::RowNotFound)?.try_get(0)?;
    schema::may_write(least)?;
    Ok(work)
}

impl Pool {
    /// Begins a transaction that writes; nobody else writes meanwhile.
    pub async fn begin(&self) -> Result<Transaction, sqlx::Error> {
        Effort::Database.waited(self.begun()).await
    }
    async fn begun(&self) -> Result<Transaction, sqlx::Error> {
        Ok(Transaction(match self {
            Self::Sqlite(pool) => Work::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Self::Readers(link) | Self::Writers(link) => Work::Postgres(alone(link).await?),
        }))
    }
    /// Begins a transaction that sees everything as it is at one moment.
    pub async fn snapshot(&self) -> Result<Transaction, sqlx::Error> {
        Ok(Transaction(match self {
            Self::Sqlite(pool) => Work::Sqlite(pool.begin().await?),
            Self::Readers(link) | Self::Writers(link) => {
                let mut work = link.take().await?;
                work.begin(SNAPSHOT).await?;
                Work::Postgres(work)
            }
        }))
    }
    /// Which index a list goes by, for the engine whose planner does not always find it by itself.
    pub fn by_index(&self, index: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("INDEXED BY {index}"),
            Self::Readers(_) | Self::Writers(_) => String::new(),
        }
    }
    /// Whether everybody is told at once that the database is away. A file is always there.
    pub fn is_away(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Readers(link) | Self::Writers(link) => link.rests(),
        }
    }
    /// How long whoever makes a change may wait at most, from a connection to the answer to the commit.
    pub fn longest_wait(&self) -> Duration {
        match self {
            Self::Sqlite(_) => BUSY,
            Self::Readers(link) | Self::Writers(link) => link.longest_wait(),
        }
    }
    /// Closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Readers(link) | Self::Writers(link) => link.close().await,
        }
    }
}

/// A transaction; what it did is undone unless it is committed.
pub(crate) struct Transaction(Work);

impl Transaction {
    /// Keeps what was done.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        let commit = async {
            match self.0 {
                Work::Sqlite(work) => work.commit().await,
                Work::Postgres(mut work) => work.commit().await,
            }
        };
        Effort::Database.waited(commit).await
    }
    /// Undoes it.
    pub async fn rollback(self) -> Result<(), sqlx::Error> {
        match self.0 {
            Work::Sqlite(work) => work.rollback().await,
            Work::Postgres(mut work) => work.rollback().await,
        }
    }
}

impl Deref for Transaction {
    type Target = Work;
    fn deref(&self) -> &Work {
        &self.0
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Work {
        &mut self.0
    }
}
