//! Requests for mail, and reminders.

use async_trait::async_trait;
use homeward_discovery::{Account, User};
use homeward_local_credential::StoreFault;
use homeward_model::{Timestamp, UserId, Username};
use homeward_signin::ports::{Due, MailKind, MailRequest, MailRequests};
use uuid::Uuid;

use super::{Store, StoreError, read_doc, write_doc};
use crate::engine::query;

/// How long a worker has what it took.
const CLAIM: std::time::Duration = std::time::Duration::from_secs(60);

/// Found by when the password was changed, and so from there: those of a few days among all.
const DUE: &str = "SELECT p.doc, a.doc FROM credential c CROSS JOIN person p CROSS JOIN account a WHERE p.id = c.person AND a.id = p.account \
    AND c.changed_at > $1 AND c.changed_at <= $2 AND CAST(json_extract(a.policy, '$.expires_after_days') AS BIGINT) = $3 AND p.state = 'active' \
    AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.person = c.person AND r.version = c.version AND r.days = $4) AND c.person > $5 ORDER BY c.person LIMIT $6";

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

    async fn find_lifetimes(&self) -> Result<Vec<u32>, StoreError> {
        let rows: Vec<(i64,)> = query(
            "SELECT DISTINCT CAST(json_extract(policy, '$.expires_after_days') AS BIGINT) FROM account WHERE json_extract(policy, '$.expires_after_days') IS NOT NULL",
        )
        .fetch_all(&self.read)
        .await?;
        Ok(rows.into_iter().filter_map(|(days,)| u32::try_from(days).ok()).collect())
    }

    async fn find_whom_to_remind(&self, due: &Due, after: Option<UserId>, limit: u32) -> Result<Vec<(User, Account)>, StoreError> {
        let rows: Vec<(String, String)> = query(DUE)
            .bind(due.after.seconds())
            .bind(due.until.seconds())
            .bind(i64::from(due.lifetime))
            .bind(i64::from(due.days))
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
    async fn lifetimes(&self) -> Result<Vec<u32>, StoreFault> {
        Ok(self.find_lifetimes().await?)
    }
    async fn to_remind(&self, due: &Due, after: Option<UserId>, limit: u32) -> Result<Vec<(User, Account)>, StoreFault> {
        Ok(self.find_whom_to_remind(due, after, limit).await?)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Reminders cost what is due, and not what is kept: of passwords those of a few days are looked at.
    #[tokio::test]
    async fn whom_to_remind_is_found_by_when_the_password_was_changed() {
        let path = std::env::temp_dir().join(format!("homeward-due-{}.db", homeward_model::random_token(&homeward_model::SystemRandom)));
        let store = Store::open(&path).await.unwrap();
        let explained = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {DUE}"));
        let plan: Vec<(i64, i64, i64, String)> =
            query(explained).bind(1_i64).bind(2_i64).bind(90_i64).bind(14_i64).bind(Uuid::nil()).bind(200_i64).fetch_all(&store.read).await.unwrap();
        let of_passwords: Vec<String> = plan.into_iter().map(|(.., step)| step).filter(|step| step.contains(" c ")).collect();
        assert_eq!(of_passwords, ["SEARCH c USING INDEX credential_changed (changed_at>? AND changed_at<?)"]);
        store.close().await;
        std::fs::remove_file(&path).unwrap();
    }
}
