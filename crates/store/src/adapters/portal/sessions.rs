//! Sessions of the portal. Each hangs on the grant of its sign-in: what ends that ends this, at the next request.

use async_trait::async_trait;
use homeward_model::{AccountId, GrantId, SessionId, Timestamp, UserId};
use homeward_portal::ports::{Deed, Fault, FoundPortalSession, PortalSession, PortalSessions};
use uuid::Uuid;

use crate::adapters::{Store, StoreError, read_doc};
use crate::engine::{Work, query};

const FIND: &str = "SELECT s.person, s.home, s.session, s.grant_id, s.proved_at, s.since, s.last_used, s.entered, p.doc AS user_doc, a.doc AS account_doc, \
    COALESCE((SELECT b.authenticated_at FROM session b WHERE b.id = s.session), 0) AS signed_in_at, \
    COALESCE((SELECT CAST(json_extract(g.doc, '$.who.federated') AS BOOLEAN) FROM app_grant g WHERE g.id = s.grant_id), TRUE) AS federated, \
    EXISTS (SELECT 1 FROM app_grant g JOIN session b ON b.id = g.session LEFT JOIN credential c ON c.person = b.person WHERE g.id = s.grant_id \
    AND g.person = s.person AND g.revoked_at IS NULL AND g.expires_at > $2 AND b.ended_at IS NULL AND (b.expires_at IS NULL OR b.expires_at > $2) \
    AND (b.upstream IS NOT NULL OR b.credential_version = COALESCE(c.version, 0))) AS stands \
    FROM portal_session s JOIN person p ON p.id = s.person JOIN account a ON a.id = p.account WHERE s.hash = $1";

#[derive(sqlx::FromRow)]
struct Row {
    person: Uuid,
    home: Uuid,
    session: Uuid,
    grant_id: Uuid,
    proved_at: i64,
    since: i64,
    last_used: i64,
    entered: Option<Uuid>,
    user_doc: String,
    account_doc: String,
    stands: bool,
    signed_in_at: i64,
    federated: bool,
}

impl Row {
    fn found(self) -> Result<FoundPortalSession, StoreError> {
        let session = PortalSession {
            user: UserId::from_uuid(self.person),
            home: AccountId::from_uuid(self.home),
            session: SessionId::from_uuid(self.session),
            grant: GrantId::from_uuid(self.grant_id),
            proved_at: Timestamp::from_seconds(self.proved_at),
            since: Timestamp::from_seconds(self.since),
            last_used: Timestamp::from_seconds(self.last_used),
            entered: self.entered.map(AccountId::from_uuid),
        };
        let (user, account, signed_in_at) = (read_doc(&self.user_doc)?, read_doc(&self.account_doc)?, Timestamp::from_seconds(self.signed_in_at));
        Ok(FoundPortalSession { session, user, account, stands: self.stands, signed_in_at, federated: self.federated })
    }
}

impl Store {
    async fn start_portal(&self, hash: &[u8; 32], (session, language): (&PortalSession, &str), replaces: Option<([u8; 32], GrantId)>, deeds: &[Deed]) -> Result<(), StoreError> {
        let mut work = self.write.begin().await?;
        if let Some((before, grant)) = replaces {
            forget(&mut work, &before, grant, session.since).await?;
        }
        query("INSERT INTO portal_session(hash, person, home, session, grant_id, proved_at, since, last_used, entered) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
            .bind(&hash[..])
            .bind(session.user.as_uuid())
            .bind(session.home.as_uuid())
            .bind(session.session.as_uuid())
            .bind(session.grant.as_uuid())
            .bind(session.proved_at.seconds())
            .bind(session.since.seconds())
            .bind(session.last_used.seconds())
            .bind(session.entered.map(|id| id.as_uuid()))
            .execute(&mut *work)
            .await?;
        query("INSERT INTO portal_language(person, language) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET language = $2")
            .bind(session.user.as_uuid())
            .bind(language)
            .execute(&mut *work)
            .await?;
        for deed in deeds {
            self.put_deed(&mut work, deed).await?;
        }
        work.commit().await?;
        Ok(())
    }

    async fn enter_portal(&self, hash: &[u8; 32], account: AccountId, deed: &Deed) -> Result<(), StoreError> {
        let mut work = self.write.begin().await?;
        query("UPDATE portal_session SET entered = $2 WHERE hash = $1").bind(&hash[..]).bind(account.as_uuid()).execute(&mut *work).await?;
        self.commit_with(work, deed).await?;
        Ok(())
    }

    async fn end_portal(&self, hash: &[u8; 32], grant: GrantId, deed: &Deed) -> Result<(), StoreError> {
        let mut work = self.write.begin().await?;
        forget(&mut work, hash, grant, deed.at).await?;
        self.commit_with(work, deed).await?;
        Ok(())
    }
}

/// Forgets a session, and revokes what its sign-in was granted.
async fn forget(work: &mut Work, hash: &[u8; 32], grant: GrantId, now: Timestamp) -> Result<(), StoreError> {
    query("DELETE FROM portal_session WHERE hash = $1").bind(&hash[..]).execute(&mut *work).await?;
    query("UPDATE app_grant SET revoked_at = $2, revoked_why = 'signed out of the portal' WHERE id = $1 AND revoked_at IS NULL")
        .bind(grant.as_uuid())
        .bind(now.seconds())
        .execute(work)
        .await?;
    Ok(())
}

#[async_trait]
impl PortalSessions for Store {
    async fn start(&self, hash: &[u8; 32], session: (&PortalSession, &str), replaces: Option<([u8; 32], GrantId)>, deeds: &[Deed]) -> Result<(), Fault> {
        Ok(self.start_portal(hash, session, replaces, deeds).await?)
    }
    async fn find(&self, hash: &[u8; 32], now: Timestamp) -> Result<Option<FoundPortalSession>, Fault> {
        let row: Option<Row> = query(FIND).bind(&hash[..]).bind(now.seconds()).fetch_optional(&self.read).await.map_err(StoreError::from)?;
        Ok(row.map(Row::found).transpose()?)
    }
    async fn touch(&self, hash: &[u8; 32], now: Timestamp) -> Result<(), Fault> {
        let done = query("UPDATE portal_session SET last_used = $2 WHERE hash = $1 AND last_used < $2").bind(&hash[..]).bind(now.seconds()).execute(&self.write).await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn enter(&self, hash: &[u8; 32], account: AccountId, deed: &Deed) -> Result<(), Fault> {
        Ok(self.enter_portal(hash, account, deed).await?)
    }
    async fn end(&self, hash: &[u8; 32], grant: GrantId, deed: &Deed) -> Result<(), Fault> {
        Ok(self.end_portal(hash, grant, deed).await?)
    }
}
