//! What an operator needs of a database: a copy, a check, figures.

use std::{path::Path, time::Duration};

use homeward_model::Timestamp;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{Store, StoreError, resealing::HAS_ROOT_KEY};
use crate::{
    audit::{Checkpoint, hex_of},
    engine::{self, Pool, Schema, ServerState, Sole, query},
};

/// How much of everything there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Browsers' sessions that were used within the hour.
    pub sessions: u64,
    /// Mails that wait to be sent.
    pub mails_waiting: u64,
    /// Mails that are not tried any more.
    pub mails_given_up: u64,
    /// Records of the audit.
    pub audit_records: u64,
    /// Bytes of the database.
    pub bytes: u64,
}

/// How long to wait for whoever has a file open.
const PATIENCE: Duration = Duration::from_secs(2);

/// So often is a file folded again that somebody has used between folding and locking it.
const TRIES: u32 = 3;
/// Whoever collects figures asks again and again: sessions are counted in an index, and none of them is read for it.
const FIGURES: &str = "SELECT (SELECT COUNT(*) FROM session WHERE ended_at IS NULL AND last_seen > $1), (SELECT COUNT(*) FROM outbox WHERE due_at IS NOT NULL), \
    (SELECT COUNT(*) FROM outbox WHERE due_at IS NULL), (SELECT COALESCE(MAX(number), 0) FROM audit_head)";

/// A file of SQLite that nobody else reads or writes.
pub struct Still(SqliteConnection);

impl Still {
    /// Gives it back.
    pub async fn let_go(self) {
        let _ = self.0.close().await;
    }
}

/// `SQLITE_CORRUPT` or `SQLITE_NOTADB`: the file itself is at fault, and not the disk or whoever may write there.
fn is_damaged(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| matches!(code & 0xff, 11 | 26))
}

/// `SQLITE_BUSY` or `SQLITE_LOCKED`, of whatever kind.
fn is_busy(code: &str) -> bool {
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6))
}

impl Store {
    /// Copies the database as it is at this moment to a file that is not there yet. Nobody waits for it.
    ///
    /// # Errors
    /// `StoreError` when it cannot be written.
    pub async fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        let Pool::Sqlite(read) = &self.read else {
            return Err(StoreError::NotHere("the database is PostgreSQL's: pg_dump copies it while the broker runs, and pg_restore brings a copy back"));
        };
        sqlx::query("VACUUM INTO $1").bind(file.to_string_lossy().into_owned()).execute(read).await?;
        Ok(())
    }

    /// Whether a file is a whole database of ours.
    ///
    /// # Errors
    /// `StoreError::NotWhole` says what is wrong.
    pub async fn check_file(file: &Path) -> Result<(), StoreError> {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(false).read_only(true);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let ours: Result<(i64,), _> = sqlx::query_as("SELECT COUNT(*) FROM _sqlx_migrations WHERE success").fetch_one(&mut connection).await;
        if !ours.is_ok_and(|(count,)| count > 0) {
            return Err(StoreError::NotWhole("it is no database of this product".into()));
        }
        whole(&mut connection).await?;
        connection.close().await?;
        Ok(())
    }

    /// Whether anything in a file of SQLite was ever sealed or signed under a root key (`has_root_key`), without opening the store: nothing is brought to this
    /// version, and nothing is made beside a file that nobody has open.
    ///
    /// # Errors
    /// `StoreError` where it cannot be read, or is no database.
    pub async fn file_has_root_key(file: &Path) -> Result<bool, StoreError> {
        let mut connection = SqliteConnection::connect_with(&engine::untouched(file)).await?;
        let (tables,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name IN ('root_key', 'signing_key', 'audit_head')").fetch_one(&mut connection).await?;
        // One of a version before all of these counts as sealed.
        let (has,): (bool,) = match tables {
            3 => sqlx::query_as(HAS_ROOT_KEY).fetch_one(&mut connection).await?,
            some => (some > 0,),
        };
        connection.close().await?;
        Ok(has)
    }

    /// Takes the place of the broker at a file of SQLite, whether the file is there or not: as long as the value is, none serves from it.
    ///
    /// # Errors
    /// `StoreError::Served` when a broker has it.
    pub fn hold_file(file: &Path) -> Result<Sole, StoreError> {
        engine::hold(file)
    }

    /// Brings what rests beside a file of SQLite into the file itself: afterwards it can be moved alone.
    ///
    /// # Errors
    /// `StoreError::InUse` while another program has it open, `NotWhole` when the file is damaged; any other says that it could not be done now.
    pub async fn fold_file(file: &Path) -> Result<(), StoreError> {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(false).busy_timeout(PATIENCE);
        let told = |error: sqlx::Error| if is_damaged(&error) { StoreError::NotWhole(error.to_string()) } else { error.into() };
        let mut connection = SqliteConnection::connect_with(&options).await.map_err(told)?;
        // To leave the log takes a file that nobody else has open.
        let mode: Result<(String,), sqlx::Error> = sqlx::query_as("PRAGMA journal_mode = DELETE").fetch_one(&mut connection).await;
        connection.close().await?;
        match mode {
            Ok((mode,)) if mode == "delete" => Ok(()),
            Ok(_) => Err(StoreError::InUse),
            Err(sqlx::Error::Database(error)) if error.code().is_some_and(|code| is_busy(&code)) => Err(StoreError::InUse),
            Err(error) => Err(told(error)),
        }
    }

    /// As [`Store::fold_file`], and keeps everybody away from the file until the value that it gives is let go: whoever would read or write it
    /// meanwhile waits, or is refused. Where another file has its name by then, whoever waited is refused too: SQLite writes into no file that was moved.
    ///
    /// # Errors
    /// As [`Store::fold_file`].
    pub async fn hold_still(file: &Path) -> Result<Still, StoreError> {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(false).busy_timeout(PATIENCE);
        for _ in 0..TRIES {
            Self::fold_file(file).await?;
            let mut connection = SqliteConnection::connect_with(&options).await?;
            match sqlx::query("BEGIN EXCLUSIVE").execute(&mut connection).await {
                Ok(_) => {}
                Err(sqlx::Error::Database(error)) if error.code().is_some_and(|code| is_busy(&code)) => return Err(StoreError::InUse),
                Err(error) => return Err(error.into()),
            }
            // Somebody may have had it in between, and a file with a log is not locked against everybody.
            let (mode,): (String,) = sqlx::query_as("PRAGMA journal_mode").fetch_one(&mut connection).await?;
            if mode == "delete" {
                return Ok(Still(connection));
            }
            connection.close().await?;
        }
        Err(StoreError::InUse)
    }

    /// Whether this database can be written and every page of it is whole.
    ///
    /// # Errors
    /// `StoreError` says what is wrong.
    pub async fn check(&self) -> Result<(), StoreError> {
        // Takes the write lock and gives it back: nothing changes.
        self.write.begin().await?.rollback().await?;
        match &self.read {
            Pool::Sqlite(read) => whole(&mut *read.acquire().await?).await,
            Pool::Readers(_) | Pool::Writers(_) => Ok(()),
        }
    }

    /// How much of everything there is.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn figures(&self, now: Timestamp) -> Result<Figures, StoreError> {
        let row: (i64, i64, i64, i64) = query(FIGURES).bind(now.seconds() - 3_600).fetch_one(&self.read).await?;
        let size = match &self.read {
            Pool::Sqlite(_) => "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
            Pool::Readers(_) | Pool::Writers(_) => "SELECT pg_database_size(current_database())",
        };
        let (bytes,): (i64,) = query(size).fetch_one(&self.read).await?;
        let whole = |count: i64| u64::try_from(count).unwrap_or(0);
        Ok(Figures { sessions: whole(row.0), mails_waiting: whole(row.1), mails_given_up: whole(row.2), audit_records: whole(row.3), bytes: whole(bytes) })
    }

    /// How far the database is, and what this version knows of it.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn schema(&self) -> Result<Schema, StoreError> {
        engine::schema(&self.read).await
    }

    /// What the clock of the server says, in milliseconds since 1970; `None` for the embedded store, which has this machine's.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn time_there(&self) -> Result<Option<i64>, StoreError> {
        match &self.read {
            Pool::Sqlite(_) => Ok(None),
            Pool::Readers(_) | Pool::Writers(_) => {
                let (now,): (i64,) = query("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)").fetch_one(&self.read).await?;
                Ok(Some(now))
            }
        }
    }

    /// How the server of PostgreSQL says that it is; `None` for the embedded store.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn server_state(&self) -> Result<Option<ServerState>, StoreError> {
        match &self.read {
            Pool::Sqlite(_) => Ok(None),
            Pool::Readers(_) | Pool::Writers(_) => Ok(Some(engine::state(&self.read).await?)),
        }
    }

    /// The end of the audit's chain as it stands, unverified: to be noted elsewhere.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn audit_end(&self) -> Result<Option<Checkpoint>, StoreError> {
        let row: Option<(i64, Vec<u8>)> = query("SELECT number, hash FROM audit_head WHERE id = 1 AND number > 0").fetch_optional(&self.read).await?;
        Ok(row.map(|(number, hash)| Checkpoint { number, hash: hex_of(&hash) }))
    }
}

async fn whole(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let (found,): (String,) = sqlx::query_as("PRAGMA integrity_check(1)").fetch_one(connection).await?;
    if found == "ok" { Ok(()) } else { Err(StoreError::NotWhole(found)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures cost what is counted, and not what is kept: no session is read, and none is looked at that rests.
    #[tokio::test]
    async fn figures_count_sessions_in_an_index() {
        let path = std::env::temp_dir().join(format!("homeward-figures-{}.db", homeward_model::random_token(&homeward_model::SystemRandom)));
        let store = Store::open(&path).await.unwrap();
        let explained = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {FIGURES}"));
        let plan: Vec<(i64, i64, i64, String)> = query(explained).bind(1_i64).fetch_all(&store.read).await.unwrap();
        let of_sessions: Vec<String> = plan.into_iter().map(|(.., step)| step).filter(|step| step.contains("session")).collect();
        assert_eq!(of_sessions, ["SEARCH session USING COVERING INDEX session_seen (last_seen>?)"]);
        store.close().await;
        std::fs::remove_file(&path).unwrap();
    }

    /// KS-11: a program that has the file open, and would write into it while another file is put into its place, is refused before and after; where
    /// nothing was put there it writes on.
    #[tokio::test]
    async fn ks_11_nobody_writes_into_a_file_that_is_being_replaced() {
        for is_replaced in [true, false] {
            let folder = std::env::temp_dir().join(format!("homeward-still-{}", homeward_model::random_token(&homeward_model::SystemRandom)));
            std::fs::create_dir_all(&folder).unwrap();
            let (file, new) = (folder.join("a.db"), folder.join("new.db"));
            for one in [&file, &new] {
                Store::open(one).await.unwrap().close().await;
            }
            Store::fold_file(&new).await.unwrap();
            let options = SqliteConnectOptions::new().filename(&file).busy_timeout(Duration::ZERO);
            let mut early = SqliteConnection::connect_with(&options).await.unwrap();
            let write = "INSERT INTO sign_on_told(connection, person, at) VALUES (x'00', x'00', 1)";
            let still = Store::hold_still(&file).await.unwrap();
            let mut late = SqliteConnection::connect_with(&options).await.unwrap();
            for connection in [&mut early, &mut late] {
                let refused = sqlx::query(write).execute(connection).await.unwrap_err();
                assert!(refused.as_database_error().and_then(|e| e.code()).is_some_and(|code| is_busy(&code)), "{refused}");
            }
            assert!(matches!(Store::hold_still(&file).await, Err(StoreError::InUse)), "one holds it");
            if is_replaced {
                std::fs::rename(&new, &file).unwrap();
            }
            still.let_go().await;
            for (connection, text) in [(&mut early, write), (&mut late, "PRAGMA journal_mode = WAL")] {
                let done = sqlx::query(text).execute(connection).await;
                // SQLITE_READONLY_DBMOVED
                let moved = done.as_ref().err().and_then(sqlx::Error::as_database_error).and_then(|error| error.code()).is_some_and(|code| code == "1032");
                assert_eq!((done.is_ok(), moved), (!is_replaced, is_replaced), "{text}: {done:?}");
            }
            early.close().await.unwrap();
            late.close().await.unwrap();
            assert!(!folder.join("a.db-wal").exists(), "nothing of it stands beside the new one");
            Store::check_file(&file).await.unwrap();
            std::fs::remove_dir_all(&folder).unwrap();
        }
    }
}
