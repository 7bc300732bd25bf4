//! A person's own sessions and the applications that remember them.

use homeward_model::{ClientId, GrantId, SessionId, Timestamp, UserId};
use homeward_signin::ports::{AuditEvent, GrantFound, Session};
use uuid::Uuid;

use super::{Store, StoreError, notices, read_doc, sessions::Row, watch::NO_BROWSER};
use crate::engine::query;

/// More than anybody has.
const MOST: i64 = 2000;

/// The sessions and grants of a person, and what else ends with all of them: codes, mails that set a password, a change of address that waits, what they made
/// or look for in the portal, who came by their setup links, and the browsers that know them ([`Store::end_everything`], [`Store::end_made_by`]).
const WHAT_ENDS: &str = "SELECT (SELECT COUNT(*) FROM session WHERE person = $1 AND ended_at IS NULL) + (SELECT COUNT(*) FROM app_grant WHERE person = $1 AND revoked_at IS NULL), \
    (SELECT COUNT(*) FROM code WHERE person = $1 AND void = FALSE) + (SELECT COUNT(*) FROM reset WHERE person = $1 AND void = FALSE) \
    + (SELECT COUNT(*) FROM api_token WHERE person = $1 AND ended_at IS NULL) + (SELECT COUNT(*) FROM setup_link WHERE maker = $1 AND ended_at IS NULL) \
    + (SELECT COUNT(*) FROM emergency_code WHERE made_by = $1 AND used_at IS NULL) + (SELECT COUNT(*) FROM email_change WHERE person = $1 AND purpose = 'email' AND void = FALSE) \
    + (SELECT COUNT(*) FROM domain_proof WHERE sought_by = $1 AND proved_at IS NULL) + (SELECT COUNT(*) FROM domain_given_up WHERE sought_by = $1 AND proved_at IS NULL) \
    + (SELECT COUNT(*) FROM setup_session WHERE link IN (SELECT reference FROM setup_link WHERE maker = $1)) \
    + (SELECT COUNT(*) FROM known_browser WHERE username_key = $2 AND browser_hash <> $3)";

impl Store {
    pub(super) async fn find_sessions(&self, user: UserId) -> Result<Vec<Session>, StoreError> {
        let rows: Vec<Row> = query(
            "SELECT id, token_hash, person, account, credential_version, method, authenticated_at, last_seen, ended_at, ended_why, device, upstream, proof, outage, expires_at \
             FROM session WHERE person = $1 AND ended_at IS NULL ORDER BY last_seen DESC LIMIT $2",
        )
            .bind(user.as_uuid())
            .bind(MOST)
            .fetch_all(&self.read)
            .await?;
        rows.into_iter().map(Row::session).collect()
    }

    pub(super) async fn find_grants(&self, user: UserId, now: Timestamp) -> Result<Vec<GrantFound>, StoreError> {
        let rows: Vec<Found> = query(
            "SELECT id, session, doc, rotated_at, device FROM (SELECT g.id, g.session, g.doc, g.rotated_at, s.device, \
             ROW_NUMBER() OVER (PARTITION BY g.session, g.client, CASE WHEN g.doc LIKE '%\"offline_access\"%' THEN 1 ELSE 0 END ORDER BY g.rotated_at DESC, g.id) AS place \
             FROM app_grant g LEFT JOIN session s ON s.id = g.session WHERE g.person = $1 AND g.revoked_at IS NULL AND g.expires_at > $2) AS found \
             WHERE place = 1 ORDER BY rotated_at DESC LIMIT $3",
        )
        .bind(user.as_uuid())
        .bind(now.seconds())
        .bind(MOST)
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(found).collect()
    }

    pub(super) async fn find_grant_under(&self, session: SessionId, user: UserId, client: Option<&ClientId>, now: Timestamp) -> Result<Option<GrantFound>, StoreError> {
        let row: Option<Found> = query(
            "SELECT g.id, g.session, g.doc, g.rotated_at, s.device FROM app_grant g LEFT JOIN session s ON s.id = g.session \
             WHERE g.session = $1 AND g.person = $2 AND (g.client = $3 OR $3 = '') AND g.revoked_at IS NULL AND g.expires_at > $4 ORDER BY g.rotated_at DESC LIMIT 1",
        )
        .bind(session.as_uuid())
        .bind(user.as_uuid())
        .bind(client.map_or("", ClientId::as_str))
        .bind(now.seconds())
        .fetch_optional(&self.read)
        .await?;
        row.map(found).transpose()
    }

    pub(super) async fn end_all_of(&self, user: UserId, why: &str, line: &AuditEvent) -> Result<u64, StoreError> {
        let mut work = self.write.begin().await?;
        let (count, more): (i64, i64) = query(WHAT_ENDS).bind(user.as_uuid()).bind(user.to_string()).bind(&NO_BROWSER[..]).fetch_one(&mut *work).await?;
        self.end_everything(&mut work, user, None, why, line.at).await?;
        self.end_made_by(&mut work, user, line.at).await?;
        if count + more > 0 {
            self.append_audit(&mut work, &[line]).await?;
        }
        work.commit().await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Revokes what an application was granted under a session, voids the codes that it has not fetched yet, and leaves a notice for it.
    pub(super) async fn end_grants(&self, session: SessionId, client: &str, why: &str, line: &AuditEvent) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        notices::application_ended(&mut work, (session, client), line.at).await?;
        let revoked = query("UPDATE app_grant SET revoked_at = $3, revoked_why = $4 WHERE session = $1 AND client = $2 AND revoked_at IS NULL")
            .bind(session.as_uuid())
            .bind(client)
            .bind(line.at.seconds())
            .bind(why)
            .execute(&mut *work)
            .await?;
        let void = "UPDATE code SET void = TRUE WHERE session = $1 AND json_extract(doc, '$.client') = $2 AND used_grant IS NULL AND void = FALSE";
        let voided = query(void).bind(session.as_uuid()).bind(client).execute(&mut *work).await?;
        let ended = revoked.rows_affected() + voided.rows_affected() > 0;
        if ended {
            self.append_audit(&mut work, &[line]).await?;
        }
        work.commit().await?;
        Ok(ended)
    }
}

/// A grant, with the device of its session.
type Found = (Uuid, Uuid, String, i64, Option<String>);

fn found((id, session, doc, rotated_at, device): Found) -> Result<GrantFound, StoreError> {
    Ok(GrantFound {
        id: GrantId::from_uuid(id),
        session: SessionId::from_uuid(session),
        code: read_doc(&doc)?,
        last_used: Timestamp::from_seconds(rotated_at),
        device,
    })
}
