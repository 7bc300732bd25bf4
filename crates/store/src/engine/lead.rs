//! Of several brokers on one database one does what needs to be done once: it looks at providers and domains, reminds, sweeps, changes keys. Whoever
//! has the lock leads; it ends with its connection, and another one has it by the next round.
//!
//! It saves work and mails. Nothing relies on it: two that lead for a moment do nothing twice that must happen once, since each of those steps is
//! claimed in the database.

use sqlx::{Connection, PgConnection, Row};
use tokio::{sync::Mutex, time::timeout};

use super::{
    Pool,
    link::{self, Link, late},
};

const TRY: &str = "SELECT pg_try_advisory_lock(7236837212043137903)";
const GIVE_UP: &str = "SELECT pg_advisory_unlock(7236837212043137903)";
/// Whether anybody has it who says so. The number of a lock stands there in two halves.
const HELD: &str = "SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
    AND ((CAST(l.classid AS BIGINT) << 32) | CAST(l.objid AS BIGINT)) = 7236837212043137903 AND a.application_name = 'homeward (leads)')";
/// The others look for the mark only while whoever leads can renew it.
const MARKS: &str = "SET application_name = 'homeward (leads)'";
const CANNOT_MARK: &str = "SET application_name = 'homeward (leads, without counters)'";
/// A node that hangs gives it up after this time: four rounds of the worker. The name is for those who look at the server, and says that this one
/// does everything that a broker which leads does by now: the version before has another one.
const PATIENCE: &str = "SET idle_session_timeout = '60s'; SET application_name = 'homeward (leads)'";

/// The place of the one that leads.
pub struct Lead {
    pool: Pool,
    held: Mutex<Option<Place>>,
}

/// The connection that has the lock, and whether it says that this broker marks where it counts.
struct Place {
    connection: PgConnection,
    marks: bool,
}

impl Lead {
    pub(crate) fn new(pool: &Pool) -> Self {
        Self { pool: pool.clone(), held: Mutex::default() }
    }

    /// Whether this broker leads now; takes the place when nobody has it. On SQLite there is one broker, and it leads.
    pub async fn is_ours(&self) -> bool {
        let (Pool::Readers(link) | Pool::Writers(link)) = &self.pool else { return true };
        let mut held = self.held.lock().await;
        if let Some(place) = held.as_mut() {
            if matches!(timeout(link::PATIENCE, place.connection.ping()).await, Ok(Ok(()))) {
                return true;
            }
            tracing::warn!("this broker does not lead any more: its connection to the database broke");
            *held = None;
        }
        match take(link).await {
            Ok(taken) => *held = taken,
            Err(error) => tracing::error!(%error, "whether this broker leads could not be asked"),
        }
        if held.is_some() {
            tracing::info!("this broker leads: it does what one of them does for all");
        }
        held.is_some()
    }

    /// Says to the others, while this broker leads, whether it can mark where it counts: one that alone has lost its Redis is no sign that they count in
    /// another one.
    pub async fn says_that_it_marks(&self, marks: bool) {
        let mut held = self.held.lock().await;
        let Some(place) = held.as_mut() else { return };
        if place.marks == marks {
            return;
        }
        let text = if marks { MARKS } else { CANNOT_MARK };
        // What is not said now is said in the next round, when the connection is still there.
        if matches!(timeout(link::PATIENCE, sqlx::query(text).execute(&mut place.connection)).await, Ok(Ok(_))) {
            place.marks = marks;
        }
    }

    /// Gives the place up.
    pub async fn leave(&self) {
        if let Some(Place { mut connection, .. }) = self.held.lock().await.take() {
            // Told, and not only gone: a server notices that a moment later.
            let _ = timeout(link::PATIENCE, sqlx::query(GIVE_UP).execute(&mut connection)).await;
            let _ = timeout(link::PATIENCE, connection.close()).await;
        }
    }
}

async fn take(link: &Link) -> Result<Option<Place>, sqlx::Error> {
    let mut held = link.take().await?;
    let row = held.row(sqlx::query(TRY)).await?.ok_or(sqlx::Error::RowNotFound)?;
    if !row.try_get::<bool, _>(0)? {
        return Ok(None);
    }
    // From here on the lock is the connection's, which is nobody else's any more.
    let mut connection = held.detach()?;
    timeout(link::PATIENCE, sqlx::raw_sql(PATIENCE).execute(&mut connection)).await.map_err(|_| late())??;
    Ok(Some(Place { connection, marks: true }))
}

/// Whether some broker leads, and marks where it counts: its version does, and it reaches its counters; on SQLite there is no place to hold.
pub(crate) async fn is_held(pool: &Pool) -> Result<bool, sqlx::Error> {
    match pool {
        Pool::Sqlite(_) => Ok(false),
        Pool::Readers(link) | Pool::Writers(link) => link.take().await?.row(sqlx::query(HELD)).await?.ok_or(sqlx::Error::RowNotFound)?.try_get(0),
    }
}
