//! A person's own sessions and the applications that remember them.

use homeward_model::{ClientId, GrantId, SessionId, Timestamp, UserId};
use homeward_signin::ports::{AuditEvent, GrantFound, Session};
use uuid::Uuid;

use super::{Store, StoreError, notices, read_doc, sessions::Row, watch::NO_BROWSER};
use crate::engine::query;

/// More than anybody has.
const MOST: i64 = 2000;

/// One grant for each application, session and kind, the last used first. What is over is not read.
const GRANTS: &str = "SELECT id, session, doc, rotated_at, device FROM (SELECT g.id, g.session, g.doc, g.rotated_at, s.device, \
    ROW_NUMBER() OVER (PARTITION BY g.session, g.client, CASE WHEN g.doc LIKE '%\"offline_access\"%' THEN 1 ELSE 0 END ORDER BY g.rotated_at DESC, g.id) AS place \
    FROM (SELECT id, client, session, doc, rotated_at FROM app_grant WHERE person = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY expires_at DESC LIMIT $3) AS g \
    LEFT JOIN session s ON s.id = g.session) AS found WHERE place = 1 ORDER BY rotated_at DESC";

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
        self.lasting_grants(user, now, MOST).await
    }

    /// Of more than so many those that last longest: what goes on for months before what ends with a session, and of that the newest.
    async fn lasting_grants(&self, user: UserId, now: Timestamp, most: i64) -> Result<Vec<GrantFound>, StoreError> {
        let rows: Vec<Found> = query(GRANTS).bind(user.as_uuid()).bind(now.seconds()).bind(most).fetch_all(&self.read).await?;
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use homeward_model::{AccountId, SystemRandom};
    use homeward_provider::{NewCode, SignedIn};

    use super::*;
    use crate::adapters::write_doc;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn code(user: UserId, scope: &str) -> NewCode {
        let who = SignedIn {
            user, account: AccountId::generate(&SystemRandom), session: SessionId::generate(&SystemRandom), auth_time: NOW, amr: vec!["pwd".into()],
            credential_version: 1, federated: false, connection: None, proof: 0, stopgap: None,
        };
        NewCode {
            client: ClientId::parse("app").unwrap(), redirect_uri: "https://app.example/cb".into(), code_challenge: None, nonce: None, scopes: BTreeSet::from([scope.to_owned()]),
            who, app_version: None, claims: Default::default(), until: None, trace: None,
        }
    }

    /// However much a person was granted, the list reads so many rows of it and none that is over; what lasts for months is on it, however much is newer.
    #[tokio::test]
    async fn a_list_of_grants_reads_what_lasts_and_no_more() {
        let path = std::env::temp_dir().join(format!("homeward-grants-{}.db", homeward_model::random_token(&SystemRandom)));
        let store = Store::open(&path).await.unwrap();
        let explained = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {GRANTS}"));
        let plan: Vec<(i64, i64, i64, String)> = query(explained).bind("x").bind(1_i64).bind(1_i64).fetch_all(&store.read).await.unwrap();
        let of_grants: Vec<String> = plan.into_iter().map(|(.., step)| step).filter(|step| step.contains("app_grant")).collect();
        assert_eq!(of_grants, ["SEARCH app_grant USING INDEX app_grant_living (person=? AND expires_at>?)"]);

        let user = UserId::generate(&SystemRandom);
        for (scope, used, ends) in [("offline_access", 1, 9_000), ("openid", 2, 100), ("openid", 3, 101), ("openid", 4, 102), ("openid", 5, 50)] {
            let code = code(user, scope);
            query("INSERT INTO app_grant(id, client, person, session, doc, generation, rotated_at, expires_at) VALUES ($1, 'app', $2, $3, $4, 0, $5, $6)")
                .bind(GrantId::generate(&SystemRandom).as_uuid())
                .bind(user.as_uuid())
                .bind(code.who.session.as_uuid())
                .bind(write_doc(&code).unwrap())
                .bind(NOW.seconds() + used)
                .bind(NOW.seconds() + ends)
                .execute(&store.write)
                .await
                .unwrap();
        }
        let seen = async |after: i64, most: i64| -> Vec<i64> {
            let now = Timestamp::from_seconds(NOW.seconds() + after);
            store.lasting_grants(user, now, most).await.unwrap().into_iter().map(|one| one.last_used.seconds() - NOW.seconds()).collect()
        };
        assert_eq!(seen(50, MOST).await, [4, 3, 2, 1], "what is over is not on it");
        assert_eq!(seen(49, 3).await, [4, 3, 1]);
        store.close().await;
        std::fs::remove_file(&path).unwrap();
    }
}
