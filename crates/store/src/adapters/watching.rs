//! What is kept of the care of connections: what was seen of their providers, metadata that waits for a word, how sign-ins ended lately.

use std::time::Duration;

use homeward_federation::{
    ConnectionSettings, Kind,
    health::{Returns, WINDOW, Watched},
    refresh::Refreshed,
};
use homeward_model::{ConnectionId, Timestamp};
use homeward_signin::federated::Trace;

use super::{Store, StoreError, read_doc, register::put_connection, write_doc};
use crate::register::ConnectionEntry;
use crate::engine::{Work, query};

/// How long a sign-in may be at the provider: its end is this long after its beginning.
const UNDER_WAY: Duration = Duration::from_secs(600);
/// Failures of one connection that are looked at.
const MOST: i64 = 2_000;

impl Store {
    /// The connections for which something was entered.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn connections_with_settings(&self) -> Result<Vec<ConnectionEntry>, StoreError> {
        let rows: Vec<(String, String)> = query("SELECT doc, settings FROM connection WHERE settings IS NOT NULL ORDER BY id").fetch_all(&self.read).await?;
        rows.iter().map(|(doc, settings)| Ok(ConnectionEntry { connection: read_doc(doc)?, settings: Some(read_doc(settings)?) })).collect()
    }

    /// Enters other settings, if those that are there are still the ones that were read.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn change_settings(&self, id: ConnectionId, from: &ConnectionSettings, to: &ConnectionSettings) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let row: Option<(String, Option<String>)> = query("SELECT doc, settings FROM connection WHERE id = $1").bind(id.as_uuid()).fetch_optional(&mut *work).await?;
        let Some((doc, settings)) = row else { return Ok(false) };
        let present: Option<ConnectionSettings> = settings.as_deref().map(read_doc).transpose()?;
        if present.as_ref() != Some(from) {
            return Ok(false);
        }
        put_connection(&mut work, &ConnectionEntry { connection: read_doc(&doc)?, settings: Some(to.clone()) }).await?;
        work.commit().await?;
        Ok(true)
    }

    /// What was seen of a provider at the last look.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn watched(&self, id: ConnectionId) -> Result<Option<Watched>, StoreError> {
        let row: Option<(String,)> = query("SELECT doc FROM connection_watch WHERE connection = $1").bind(id.as_uuid()).fetch_optional(&self.read).await?;
        row.map(|(doc,)| read_doc(&doc)).transpose()
    }

    /// Keeps what was seen.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn keep_watched(&self, id: ConnectionId, watched: &Watched, now: Timestamp) -> Result<(), StoreError> {
        query("INSERT INTO connection_watch(connection, at, doc) VALUES ($1, $2, $3) ON CONFLICT (connection) DO UPDATE SET at = $2, doc = $3")
            .bind(id.as_uuid())
            .bind(now.seconds())
            .bind(write_doc(watched)?)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// What is kept of the reading of a connection's metadata.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn refreshed(&self, id: ConnectionId) -> Result<Refreshed, StoreError> {
        let row: Option<(String,)> = query("SELECT doc FROM connection_refresh WHERE connection = $1").bind(id.as_uuid()).fetch_optional(&self.read).await?;
        row.map_or_else(|| Ok(Refreshed::default()), |(doc,)| read_doc(&doc))
    }

    /// Keeps something else, if what is kept is still what was read.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn change_refreshed(&self, id: ConnectionId, from: &Refreshed, to: &Refreshed) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let row: Option<(String,)> = query("SELECT doc FROM connection_refresh WHERE connection = $1").bind(id.as_uuid()).fetch_optional(&mut *work).await?;
        let present: Option<Refreshed> = row.map(|(doc,)| read_doc(&doc)).transpose()?;
        if present.unwrap_or_default() != *from {
            return Ok(false);
        }
        query("INSERT INTO connection_refresh(connection, doc) VALUES ($1, $2) ON CONFLICT (connection) DO UPDATE SET doc = $2")
            .bind(id.as_uuid())
            .bind(write_doc(to)?)
            .execute(&mut *work)
            .await?;
        work.commit().await?;
        Ok(true)
    }

    /// How a connection's sign-ins ended in the last hour. Tests do not count, nor answers that nobody here asked for: those are a
    /// stranger's to send; nor whom nobody could send there: what is wrong then, a look at the provider says, however often people try.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn returns(&self, id: ConnectionId, now: Timestamp) -> Result<Returns, StoreError> {
        let from = now.minus(Duration::from_secs(WINDOW));
        let (good,): (i64,) = query("SELECT COUNT(*) FROM sso_transaction WHERE connection = $1 AND used = TRUE AND until > $2 AND json_extract(doc, '$.purpose') <> 'test'")
            .bind(id.as_uuid())
            .bind(from.plus(UNDER_WAY).seconds())
            .fetch_one(&self.read)
            .await?;
        let rows: Vec<(String,)> = query("SELECT doc FROM sso_trace WHERE connection = $1 AND at > $2 LIMIT $3")
            .bind(id.as_uuid())
            .bind(from.seconds())
            .bind(MOST)
            .fetch_all(&self.read)
            .await?;
        let mut failed = 0u32;
        for (doc,) in &rows {
            let trace: Trace = read_doc(doc)?;
            let strays = matches!(trace.failure().kind(), Kind::Unsolicited | Kind::OtherRequest | Kind::Late | Kind::Replayed | Kind::Off);
            failed = failed.saturating_add(u32::from(trace.asked && !trace.not_sent && !strays));
        }
        Ok(Returns { good: u32::try_from(good).unwrap_or(u32::MAX), failed })
    }
}

/// Notes which keys a change of settings takes out, within its transaction: refreshed metadata brings none of them back by itself (SK-20).
pub(super) async fn note_removed(work: &mut Work, id: ConnectionId, (from, to): (Option<&ConnectionSettings>, Option<&ConnectionSettings>)) -> Result<(), StoreError> {
    let row: Option<(String,)> = query("SELECT doc FROM connection_refresh WHERE connection = $1").bind(id.as_uuid()).fetch_optional(&mut *work).await?;
    let before: Refreshed = row.map(|(doc,)| read_doc(&doc)).transpose()?.unwrap_or_default();
    let after = before.clone().changed(from, to);
    if after == before {
        return Ok(());
    }
    query("INSERT INTO connection_refresh(connection, doc) VALUES ($1, $2) ON CONFLICT (connection) DO UPDATE SET doc = $2")
        .bind(id.as_uuid())
        .bind(write_doc(&after)?)
        .execute(work)
        .await?;
    Ok(())
}
