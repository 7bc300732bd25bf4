//! Brings a database of PostgreSQL to this version. A step takes as long as it takes, which may be long where there is much; whatever is waited for
//! besides has an end, and the log says meanwhile that it goes on.

use std::{error::Error, time::Duration};

use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, migrate::Migrator};
use tokio::time::{Instant, timeout};

use super::{
    Pool,
    link::{self, Link, code, late},
    pool::nobody_writes,
    query::query,
    schema,
};
use crate::error::StoreError;

/// How long whoever changes tables waits for those that use them, and for a server that says nothing at all.
pub(super) const TURN: Duration = Duration::from_secs(60);
/// So often in that time the server is asked whether it goes on.
const LOOKS: u32 = 6;
const HOLDING: &str = "SET LOCAL idle_in_transaction_session_timeout = 0";
/// What a commit waits for that a standby has to confirm.
const STANDBY: &str = "SyncRep";
/// What somebody waits for, what more exactly, and since when their statement runs.
const WAITS: &str = "SELECT COALESCE(CAST(wait_event_type AS TEXT), 'nothing'), COALESCE(CAST(wait_event AS TEXT), 'nothing'), \
    COALESCE(CAST(extract(epoch FROM query_start) * 1000000 AS BIGINT), 0) FROM pg_stat_activity WHERE pid = $1";
/// Whether a commit of the database has waited for a standby for so many seconds: it may be the one that holds what is waited for. One whose standby
/// answers waits for a moment.
const SOMEBODY_WAITS: &str = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = $1 \
    AND extract(epoch FROM clock_timestamp() - query_start) >= CAST($2 AS BIGINT))";

pub(super) fn migrations() -> Migrator {
    sqlx::migrate!("./migrations/postgres")
}

/// The newest of them.
pub(super) fn newest() -> i64 {
    migrations().iter().map(|step| step.version).max().unwrap_or(0)
}

/// Takes the steps that are left. One that a newer version has brought further stays as it is.
pub(super) async fn change((write, slow): (&Link, &Link), turn: Duration) -> Result<(), StoreError> {
    let all = Pool::Readers(write.clone());
    // Whoever writes waits while tables change, so that nobody holds what the other one waits for.
    let held = match schema::check(&all, newest()).await? {
        true => {
            let mut held = match nobody_writes(slow, turn).await {
                Err(error) if is_turn_over(&error) => return Err(held_up(&all, turn).await),
                held => held?,
            };
            held.execute(sqlx::query(HOLDING)).await?;
            Some(held)
        }
        false => None,
    };
    let mut changing = write.take().await?.detach()?;
    let place = timeout(link::PATIENCE, unbound(&mut changing, turn)).await.map_err(|_| late())??;
    steps(&mut changing, (&all, place), turn).await?;
    let _ = timeout(link::PATIENCE, changing.close()).await;
    if let Some(mut held) = held {
        held.rollback().await?;
    }
    Ok(())
}

/// Nothing ends a statement by its time, and everything that waits for others. The number of the server's process.
async fn unbound(changing: &mut PgConnection, turn: Duration) -> Result<i64, sqlx::Error> {
    let text = format!("SET statement_timeout = 0; SET lock_timeout = '{}ms'; SELECT CAST(pg_backend_pid() AS BIGINT)", turn.as_millis());
    let rows = sqlx::raw_sql(AssertSqlSafe(text)).fetch_all(changing).await?;
    rows.last().ok_or(sqlx::Error::RowNotFound)?.try_get(0)
}

/// Takes them, and looks whether the server is still at it: a machine that is gone sends no end of a connection.
async fn steps(changing: &mut PgConnection, (all, place): (&Pool, i64), turn: Duration) -> Result<(), StoreError> {
    let mut migrations = migrations();
    migrations.set_ignore_missing(true);
    let mut taken = Box::pin(migrations.run(changing));
    let (begun, mut heard) = (Instant::now(), Instant::now());
    // The commit that a standby has to confirm, and since when it is seen to wait.
    let mut unconfirmed: Option<(i64, Instant)> = None;
    loop {
        if let Ok(done) = timeout(turn / LOOKS, taken.as_mut()).await {
            return match done {
                Err(error) if is_turn_over(&error) => Err(held_up(all, turn).await),
                done => done.map_err(StoreError::from),
            };
        }
        let found: Result<Option<(String, String, i64)>, _> = query(WAITS).bind(place).fetch_optional(all).await;
        let seconds = begun.elapsed().as_secs();
        match found {
            Ok(Some((waits_for, exactly, statement))) => {
                tracing::info!(seconds, waits_for, "the database is being brought to this version");
                heard = Instant::now();
                unconfirmed = (exactly == STANDBY).then(|| unconfirmed.filter(|(seen, _)| *seen == statement).unwrap_or((statement, heard)));
                if unconfirmed.is_some_and(|(_, since)| since.elapsed() >= turn) {
                    return Err(StoreError::Unconfirmed(turn.as_secs()));
                }
            }
            // It has ended, and its last answer may be on its way.
            Ok(None) => return timeout(turn / LOOKS, taken.as_mut()).await.unwrap_or_else(|_| Err(late().into())).map_err(StoreError::from),
            Err(error) if heard.elapsed() >= turn => return Err(error.into()),
            Err(error) => tracing::warn!(seconds, %error, "the database is being brought to this version, and does not answer"),
        }
    }
}

/// Why the turn did not come: somebody uses what has to be changed, or an earlier start, which is gone, has left a commit that no standby confirms.
async fn held_up(all: &Pool, turn: Duration) -> StoreError {
    let found: Result<(bool,), _> = query(SOMEBODY_WAITS).bind(STANDBY).bind(turn.as_secs().cast_signed()).fetch_one(all).await;
    if found.is_ok_and(|(waits,)| waits) { StoreError::Unconfirmed(turn.as_secs()) } else { StoreError::Busy(turn.as_secs()) }
}

/// Whether others have held something for too long.
fn is_turn_over(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref().and_then(code).as_deref() == Some("55P03") || error.source().is_some_and(is_turn_over)
}
