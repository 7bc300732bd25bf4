//! What an outage alone has let in: it ends with the outage, at the time that was set or before it.

use homeward_discovery::{Connection, ConnectionState};
use homeward_model::{ConnectionId, SessionId, Timestamp};
use uuid::Uuid;

use super::{Store, StoreError, Swept, notices, sessions::end_proof};
use crate::engine::{Work, query};

/// Why a session or grant ended.
const OVER: &str = "outage over";
/// Sessions that are ended at a time when an outage has ended by itself. Each takes a few statements, and until the last one nobody makes a change of several steps.
const AT_ONCE: i64 = 100;

/// A connection was written: what its outage has let in ends with it, or at its new end when that is sooner. A later end prolongs nothing.
pub(super) async fn follow(work: &mut Work, connection: &Connection, now: Timestamp) -> Result<(), StoreError> {
    match (connection.state_at(now), connection.outage) {
        (ConnectionState::Outage, Some(outage)) => shorten(work, connection.id, outage.until).await,
        (ConnectionState::Outage, None) => Ok(()),
        _ => end(work, connection.id, now).await,
    }
}

async fn end(work: &mut Work, connection: ConnectionId, now: Timestamp) -> Result<(), StoreError> {
    let found: Vec<(Uuid, i64)> = query("SELECT id, proof FROM session WHERE outage = $1 AND ended_at IS NULL").bind(connection.as_uuid()).fetch_all(&mut *work).await?;
    end_all(work, found, now).await?;
    let id = connection.to_string();
    close(work, (&id, i64::MAX), now).await?;
    void_codes(work, &id, now).await
}

/// A session that stands by itself goes on; what an outage opened for it until then does not.
async fn close(work: &mut Work, (connection, until): (&str, i64), now: Timestamp) -> Result<(), StoreError> {
    notices::outage_over(&mut *work, (connection, until), now).await?;
    let revoke = "UPDATE app_grant SET revoked_at = $3, revoked_why = $4 \
        WHERE outage = $1 AND revoked_at IS NULL AND CAST(json_extract(doc, '$.who.stopgap.until') AS BIGINT) <= $2";
    query(revoke).bind(connection).bind(until).bind(now.seconds()).bind(OVER).execute(work).await?;
    Ok(())
}

/// The same for what outages that are over opened for one session.
async fn close_lapsed(work: &mut Work, session: Uuid, now: Timestamp) -> Result<(), StoreError> {
    let tell = "INSERT INTO logout_notice(client, person, session, due_at, tries) SELECT DISTINCT g.client, g.person, g.session, $2, 0 \
        FROM app_grant g JOIN application a ON a.client_id = g.client WHERE g.session = $1 AND g.outage IS NOT NULL AND g.revoked_at IS NULL \
        AND CAST(json_extract(g.doc, '$.who.stopgap.until') AS BIGINT) <= $2 AND a.enabled = TRUE AND a.backchannel_logout_uri IS NOT NULL";
    query(tell).bind(session).bind(now.seconds()).execute(&mut *work).await?;
    let revoke = "UPDATE app_grant SET revoked_at = $2, revoked_why = $3 WHERE session = $1 AND outage IS NOT NULL AND revoked_at IS NULL \
        AND CAST(json_extract(doc, '$.who.stopgap.until') AS BIGINT) <= $2";
    query(revoke).bind(session).bind(now.seconds()).bind(OVER).execute(work).await?;
    Ok(())
}

/// Sessions with what they were granted by this proof. What the same session was granted by the provider's word before is the provider's
/// to end.
async fn end_all(work: &mut Work, sessions: Vec<(Uuid, i64)>, now: Timestamp) -> Result<(), StoreError> {
    for (session, proof) in sessions {
        end_proof(work, (SessionId::from_uuid(session), proof), OVER, now).await?;
        query("UPDATE session SET ended_at = $2, ended_why = $3 WHERE id = $1").bind(session).bind(now.seconds()).bind(OVER).execute(&mut *work).await?;
    }
    Ok(())
}

async fn shorten(work: &mut Work, connection: ConnectionId, until: Timestamp) -> Result<(), StoreError> {
    let id = connection.to_string();
    query("UPDATE session SET expires_at = $2 WHERE outage = $1 AND expires_at > $2").bind(connection.as_uuid()).bind(until.seconds()).execute(&mut *work).await?;
    let sooner = "UPDATE app_grant SET expires_at = CASE WHEN expires_at < $2 THEN expires_at ELSE $2 END, doc = json_set(doc, '$.who.stopgap.until', $2) \
        WHERE outage = $1 AND revoked_at IS NULL AND CAST(json_extract(doc, '$.who.stopgap.until') AS BIGINT) > $2";
    query(sooner).bind(&id).bind(until.seconds()).execute(&mut *work).await?;
    void_codes(work, &id, until).await
}

/// Codes that would make a grant that lasts longer than until then.
async fn void_codes(work: &mut Work, connection: &str, until: Timestamp) -> Result<(), StoreError> {
    let statement = "UPDATE code SET void = TRUE WHERE outage = $1 AND used_grant IS NULL AND void = FALSE \
        AND CAST(json_extract(doc, '$.who.stopgap.until') AS BIGINT) > $2";
    query(statement).bind(connection).bind(until.seconds()).execute(work).await?;
    Ok(())
}

impl Store {
    /// Ends what outages had let in that have ended by themselves, so that applications are told.
    /// A part at a time: whoever waits to make a change has a turn between two of them.
    pub(super) async fn end_lapsed(&self, now: Timestamp) -> Result<Swept, StoreError> {
        let mut swept = Swept::default();
        loop {
            let mut work = self.write.begin().await?;
            let lapsed = "SELECT id, proof FROM session WHERE outage IS NOT NULL AND ended_at IS NULL AND expires_at <= $1 LIMIT $2";
            let found: Vec<(Uuid, i64)> = query(lapsed).bind(now.seconds()).bind(AT_ONCE).fetch_all(&mut *work).await?;
            let part = Swept::of(found.len());
            end_all(&mut work, found, now).await?;
            work.commit().await?;
            swept = swept.and(part);
            if part.is_less_than(AT_ONCE) {
                break;
            }
        }
        loop {
            let mut work = self.write.begin().await?;
            let opened = "SELECT DISTINCT session FROM app_grant WHERE outage IS NOT NULL AND revoked_at IS NULL AND CAST(json_extract(doc, '$.who.stopgap.until') AS BIGINT) <= $1 LIMIT $2";
            let found: Vec<(Uuid,)> = query(opened).bind(now.seconds()).bind(AT_ONCE).fetch_all(&mut *work).await?;
            let part = Swept::of(found.len());
            for (session,) in found {
                close_lapsed(&mut work, session, now).await?;
            }
            work.commit().await?;
            swept = swept.and(part);
            if part.is_less_than(AT_ONCE) {
                return Ok(swept);
            }
        }
    }
}
