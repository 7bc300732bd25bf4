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
/// A node that hangs gives it up after this time: four rounds of the worker.
const PATIENCE: &str = "SET idle_session_timeout = '60s'";

/// The place of the one that leads.
pub struct Lead {
    pool: Pool,
    held: Mutex<Option<PgConnection>>,
}

impl Lead {
    pub(crate) fn new(pool: &Pool) -> Self {
        Self { pool: pool.clone(), held: Mutex::default() }
    }

    /// Whether this broker leads now; takes the place when nobody has it. On SQLite there is one broker, and it leads.
    pub async fn is_ours(&self) -> bool {
        let (Pool::Readers(link) | Pool::Writers(link)) = &self.pool else { return true };
        let mut held = self.held.lock().await;
        if let Some(connection) = held.as_mut() {
            if matches!(timeout(link::PATIENCE, connection.ping()).await, Ok(Ok(()))) {
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

    /// Gives the place up.
    pub async fn leave(&self) {
        if let Some(mut connection) = self.held.lock().await.take() {
            // Told, and not only gone: a server notices that a moment later.
            let _ = timeout(link::PATIENCE, sqlx::query(GIVE_UP).execute(&mut connection)).await;
            let _ = timeout(link::PATIENCE, connection.close()).await;
        }
    }
}

async fn take(link: &Link) -> Result<Option<PgConnection>, sqlx::Error> {
    let mut held = link.take().await?;
    let row = held.row(sqlx::query(TRY)).await?.ok_or(sqlx::Error::RowNotFound)?;
    if !row.try_get::<bool, _>(0)? {
        return Ok(None);
    }
    // From here on the lock is the connection's, which is nobody else's any more.
    let mut connection = held.detach()?;
    timeout(link::PATIENCE, sqlx::query(PATIENCE).execute(&mut connection)).await.map_err(|_| late())??;
    Ok(Some(connection))
}
