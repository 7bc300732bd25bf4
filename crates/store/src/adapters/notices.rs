//! Applications that are still to be told that a session has ended.
//!
//! A notice is written in the very transaction that ends the session: whatever happens afterwards, nobody is forgotten.

use async_trait::async_trait;
use homeward_model::{ClientId, SessionId, Timestamp, UserId};
use homeward_provider::{LogoutNotices, Notice, StoreFault};
use uuid::Uuid;

use super::{Store, StoreError};
use crate::engine::{Work, query};

/// How long a worker has what it took.
const CLAIM: std::time::Duration = std::time::Duration::from_secs(60);

/// Writes a notice for every application that was given something under one session. A grant may outlive the record of its session.
pub(super) async fn session_ended(work: &mut Work, session: SessionId, now: Timestamp) -> Result<(), StoreError> {
    let statement = "INSERT INTO logout_notice(client, person, session, due_at, tries) SELECT DISTINCT g.client, g.person, g.session, $2, 0 \
        FROM app_grant g LEFT JOIN session s ON s.id = g.session JOIN application a ON a.client_id = g.client \
        WHERE g.session = $1 AND s.ended_at IS NULL AND (s.id IS NOT NULL OR g.revoked_at IS NULL) AND a.enabled = TRUE AND a.backchannel_logout_uri IS NOT NULL";
    query(statement).bind(session.as_uuid()).bind(now.seconds()).execute(work).await?;
    Ok(())
}

/// The same for every session of a person but one, and for what goes on under sessions whose records are forgotten. Call it before they end.
pub(super) async fn sessions_ended(work: &mut Work, person: UserId, but: Uuid, now: Timestamp) -> Result<(), StoreError> {
    let statement = "INSERT INTO logout_notice(client, person, session, due_at, tries) SELECT DISTINCT g.client, g.person, g.session, $2, 0 \
        FROM app_grant g LEFT JOIN session s ON s.id = g.session JOIN application a ON a.client_id = g.client \
        WHERE g.person = $1 AND s.ended_at IS NULL AND (s.id IS NOT NULL OR g.revoked_at IS NULL) AND g.session <> $3 AND a.enabled = TRUE AND a.backchannel_logout_uri IS NOT NULL";
    query(statement).bind(person.as_uuid()).bind(now.seconds()).bind(but).execute(work).await?;
    Ok(())
}

/// The same for what was granted by one proof of a session. Call it before that is revoked.
pub(super) async fn proof_ended(work: &mut Work, (session, proof): (SessionId, i64), now: Timestamp) -> Result<(), StoreError> {
    let statement = "INSERT INTO logout_notice(client, person, session, due_at, tries) SELECT DISTINCT g.client, g.person, g.session, $3, 0 \
        FROM app_grant g JOIN application a ON a.client_id = g.client WHERE g.session = $1 AND COALESCE(CAST(json_extract(g.doc, '$.who.proof') AS BIGINT), 0) = $2 \
        AND g.revoked_at IS NULL AND a.enabled = TRUE AND a.backchannel_logout_uri IS NOT NULL";
    query(statement).bind(session.as_uuid()).bind(proof).bind(now.seconds()).execute(work).await?;
    Ok(())
}

/// The same for one application under one session, which goes on. Call it before what it was granted is revoked.
pub(super) async fn application_ended(work: &mut Work, (session, client): (SessionId, &str), now: Timestamp) -> Result<(), StoreError> {
    let statement = "INSERT INTO logout_notice(client, person, session, due_at, tries) SELECT DISTINCT g.client, g.person, g.session, $3, 0 \
        FROM app_grant g JOIN application a ON a.client_id = g.client \
        WHERE g.session = $1 AND g.client = $2 AND g.revoked_at IS NULL AND a.enabled = TRUE AND a.backchannel_logout_uri IS NOT NULL";
    query(statement).bind(session.as_uuid()).bind(client).bind(now.seconds()).execute(work).await?;
    Ok(())
}

/// The same for what an outage opened until then for sessions that go on. Call it before that is revoked.
pub(super) async fn outage_over(work: &mut Work, (connection, until): (&str, i64), now: Timestamp) -> Result<(), StoreError> {
    let statement = "INSERT INTO logout_notice(client, person, session, due_at, tries) SELECT DISTINCT g.client, g.person, g.session, $2, 0 \
        FROM app_grant g JOIN application a ON a.client_id = g.client \
        WHERE g.outage = $1 AND g.revoked_at IS NULL AND CAST(json_extract(g.doc, '$.who.stopgap.until') AS BIGINT) <= $3 AND a.enabled = TRUE AND a.backchannel_logout_uri IS NOT NULL";
    query(statement).bind(connection).bind(now.seconds()).bind(until).execute(work).await?;
    Ok(())
}

#[async_trait]
impl LogoutNotices for Store {
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Notice>, StoreFault> {
        let rows: Result<Vec<(i64, String, Uuid, Uuid, i64)>, sqlx::Error> = query(
            "UPDATE logout_notice SET due_at = $2 WHERE id IN (SELECT id FROM logout_notice WHERE due_at <= $1 ORDER BY due_at, id LIMIT $3) AND due_at <= $1 \
             RETURNING id, client, person, session, tries",
        )
        .bind(now.seconds())
        .bind(now.plus(CLAIM).seconds())
        .bind(i64::from(limit))
        .fetch_all(&self.write)
        .await;
        let notice = |(id, client, person, session, tries): (i64, String, Uuid, Uuid, i64)| {
            let tries = u32::try_from(tries).unwrap_or(u32::MAX);
            Some(Notice { id, client: ClientId::parse(&client)?, user: UserId::from_uuid(person), session: SessionId::from_uuid(session), tries })
        };
        Ok(rows.map_err(StoreError::from)?.into_iter().filter_map(notice).collect())
    }
    async fn delivered(&self, id: i64) -> Result<(), StoreFault> {
        query("DELETE FROM logout_notice WHERE id = $1").bind(id).execute(&self.write).await.map_err(StoreError::from)?;
        Ok(())
    }
    async fn failed(&self, id: i64, again: Option<Timestamp>, why: &str) -> Result<(), StoreFault> {
        let done = query("UPDATE logout_notice SET tries = tries + 1, due_at = $2, error = $3 WHERE id = $1")
            .bind(id)
            .bind(again.map(|at| at.seconds()))
            .bind(why)
            .execute(&self.write)
            .await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn given_up(&self) -> Result<u64, StoreFault> {
        let row: Result<(i64,), sqlx::Error> = query("SELECT COUNT(*) FROM logout_notice WHERE due_at IS NULL").fetch_one(&self.read).await;
        Ok(u64::try_from(row.map_err(StoreError::from)?.0).unwrap_or(0))
    }
}
