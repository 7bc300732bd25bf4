//! Requests for mail, and reminders.

use async_trait::async_trait;
use homeward_discovery::{Account, User, UserState};
use homeward_local_credential::StoreFault;
use homeward_model::{Timestamp, UserId, Username};
use homeward_signin::ports::{MailKind, MailRequest, MailRequests};
use uuid::Uuid;

use super::{Store, StoreError, read_doc, write_doc};
use crate::engine::query;

/// How long a worker has what it took.
const CLAIM: std::time::Duration = std::time::Duration::from_secs(60);

type RequestRow = (String, String, String, String, i64, String, String);

impl Store {
    async fn claim_requests(&self, limit: u32, now: Timestamp) -> Result<Vec<MailRequest>, StoreError> {
        let rows: Vec<RequestRow> = query(
            "UPDATE mail_request SET claimed_until = $2 WHERE selector IN \
             (SELECT selector FROM mail_request WHERE claimed_until <= $1 ORDER BY at LIMIT $3) AND claimed_until <= $1 RETURNING selector, username, language, network, at, kind, own",
        )
        .bind(now.seconds())
        .bind(now.plus(CLAIM).seconds())
        .bind(i64::from(limit))
        .fetch_all(&self.write)
        .await?;
        let read = |(selector, username, language, network, at, kind, own): RequestRow| {
            let (username, own) = (Username::parse(&username).ok()?, read_doc(&own).ok()?);
            Some(MailRequest { selector, username, language, network, at: Timestamp::from_seconds(at), kind: MailKind::from_word(&kind)?, own })
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    async fn find_changed(&self, from: Timestamp, until: Timestamp, after: Option<UserId>, limit: u32) -> Result<Vec<(User, Account)>, StoreError> {
        let rows: Vec<(String, String)> = query(
            "SELECT p.doc, a.doc FROM credential c JOIN person p ON p.id = c.person JOIN account a ON a.id = p.account \
             WHERE c.changed_at >= $1 AND c.changed_at < $2 AND c.person > $3 ORDER BY c.person LIMIT $4",
        )
        .bind(from.seconds())
        .bind(until.seconds())
        .bind(after.map_or(Uuid::nil(), |u| u.as_uuid()))
        .bind(i64::from(limit))
        .fetch_all(&self.read)
        .await?;
        rows.iter().map(|(user, account)| Ok((read_doc(user)?, read_doc(account)?))).collect()
    }
}

#[async_trait]
impl MailRequests for Store {
    async fn put(&self, request: &MailRequest) -> Result<(), StoreFault> {
        let done = query("INSERT INTO mail_request(selector, username, language, network, at, claimed_until, kind, own) VALUES ($1, $2, $3, $4, $5, 0, $6, $7)")
            .bind(&request.selector)
            .bind(request.username.typed())
            .bind(&request.language)
            .bind(&request.network)
            .bind(request.at.seconds())
            .bind(request.kind.word())
            .bind(write_doc(&request.own)?)
            .execute(&self.write)
            .await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn claim(&self, limit: u32, now: Timestamp) -> Result<Vec<MailRequest>, StoreFault> {
        Ok(self.claim_requests(limit, now).await?)
    }
    async fn done(&self, selector: &str) -> Result<(), StoreFault> {
        query("DELETE FROM mail_request WHERE selector = $1").bind(selector).execute(&self.write).await.map_err(StoreError::from)?;
        Ok(())
    }
    async fn changed_between(&self, from: Timestamp, until: Timestamp, after: Option<UserId>, limit: u32) -> Result<Vec<(User, Account)>, StoreFault> {
        let mut found = self.find_changed(from, until, after, limit).await?;
        // The caller goes on after the last one it got: an inactive last one must stay in.
        let last = found.last().map(|(user, _)| user.id);
        found.retain(|(user, _)| user.state == UserState::Active || Some(user.id) == last);
        Ok(found)
    }
    async fn note_reminder(&self, user: UserId, version: i64, days: u32) -> Result<bool, StoreFault> {
        let done = query("INSERT INTO reminder(person, version, days) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(user.as_uuid())
            .bind(version)
            .bind(i64::from(days))
            .execute(&self.write)
            .await
            .map_err(StoreError::from)?;
        Ok(done.rows_affected() == 1)
    }
}
