//! Sign-ins that are at an identity provider, what came of them, and what was seen before.

use async_trait::async_trait;
use homeward_federation::ReplayMark;
use homeward_local_credential::StoreFault;
use homeward_model::Timestamp;
use homeward_sealing::sha256;
use homeward_signin::federated::{Kept, Purpose, SsoReturned, SsoSent, SsoTransactions, Trace, Traces, Tried};

use super::{Store, StoreError, read_doc, write_doc};

/// Answers to one request at most; a stranger cannot try for ever (REJ-S).
const MOST_TRIES: i64 = 10;

impl Store {
    async fn put_result(
        &self,
        handle_hash: &[u8; 32],
        mark: &ReplayMark,
        (result_hash, returned): (&[u8; 32], &SsoReturned),
        until: Timestamp,
    ) -> Result<Kept, StoreError> {
        let (connection, called) = (returned.answer.connection.as_uuid(), &returned.answer.there.called);
        let mut work = self.write.begin().await?;
        let used = sqlx::query("UPDATE sso_transaction SET used = 1 WHERE handle_hash = $1 AND used = 0").bind(&handle_hash[..]).execute(&mut *work).await?;
        let fresh = sqlx::query("INSERT INTO sso_seen(connection, mark, until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(connection)
            .bind(&sha256(mark.key.as_bytes())[..])
            .bind(mark.until.seconds())
            .execute(&mut *work)
            .await?;
        if used.rows_affected() != 1 || fresh.rows_affected() != 1 {
            // Nothing of this attempt stays, so that a replay cannot use up a transaction that waits for its own answer.
            work.rollback().await?;
            return Ok(Kept::Used);
        }
        // Whoever fetches an answer that no browser of ours waits for is the one who brought it.
        let browser = (returned.sent.purpose != Purpose::Unsolicited).then_some(&returned.sent.browser);
        sqlx::query("INSERT INTO sso_result(handle_hash, browser, doc, until, connection, called, called_session) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(&result_hash[..])
            .bind(browser)
            .bind(write_doc(returned)?)
            .bind(until.seconds())
            .bind(connection)
            .bind(&called.person[..])
            .bind(called.session.as_ref().map(|hash| &hash[..]))
            .execute(&mut *work)
            .await?;
        work.commit().await?;
        Ok(Kept::Once)
    }

    async fn count_try(&self, handle_hash: &[u8; 32], now: Timestamp) -> Result<Option<Tried>, StoreError> {
        let row: Option<(String, bool)> = sqlx::query_as("UPDATE sso_transaction SET tries = tries + 1 WHERE handle_hash = $1 AND until > $2 AND tries < $3 RETURNING doc, used")
            .bind(&handle_hash[..])
            .bind(now.seconds())
            .bind(MOST_TRIES)
            .fetch_optional(&self.write)
            .await?;
        row.map(|(doc, used)| Ok(Tried { sent: read_doc(&doc)?, used })).transpose()
    }
}

#[async_trait]
impl SsoTransactions for Store {
    async fn keep(&self, handle_hash: &[u8; 32], sent: &SsoSent, until: Timestamp) -> Result<(), StoreFault> {
        let done = sqlx::query("INSERT INTO sso_transaction(handle_hash, connection, doc, tries, used, until) VALUES ($1, $2, $3, 0, 0, $4)")
            .bind(&handle_hash[..])
            .bind(sent.pending.connection.as_uuid())
            .bind(write_doc(sent)?)
            .bind(until.seconds())
            .execute(&self.write)
            .await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn try_answer(&self, handle_hash: &[u8; 32], now: Timestamp) -> Result<Option<Tried>, StoreFault> {
        Ok(self.count_try(handle_hash, now).await?)
    }
    async fn keep_result(&self, handle_hash: &[u8; 32], mark: &ReplayMark, result: (&[u8; 32], &SsoReturned), until: Timestamp) -> Result<Kept, StoreFault> {
        Ok(self.put_result(handle_hash, mark, result, until).await?)
    }
    async fn take_result(&self, result_hash: &[u8; 32], browser: &str, now: Timestamp) -> Result<Option<SsoReturned>, StoreFault> {
        let row: Result<Option<(String,)>, sqlx::Error> =
            sqlx::query_as("DELETE FROM sso_result WHERE handle_hash = $1 AND until > $2 AND (browser IS NULL OR browser = $3) RETURNING doc")
                .bind(&result_hash[..])
                .bind(now.seconds())
                .bind(browser)
                .fetch_optional(&self.write)
                .await;
        Ok(row.map_err(StoreError::from)?.map(|(doc,)| read_doc(&doc)).transpose()?)
    }
}

#[async_trait]
impl Traces for Store {
    async fn keep_trace(&self, trace: &Trace, until: Timestamp) -> Result<(), StoreFault> {
        let done = sqlx::query("INSERT INTO sso_trace(case_number, connection, at, doc, until) VALUES ($1, $2, $3, $4, $5)")
            .bind(trace.case.as_str())
            .bind(trace.connection.as_uuid())
            .bind(trace.at.seconds())
            .bind(write_doc(trace)?)
            .bind(until.seconds())
            .execute(&self.write)
            .await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn trace(&self, case: &str) -> Result<Option<Trace>, StoreFault> {
        let row: Result<Option<(String,)>, sqlx::Error> = sqlx::query_as("SELECT doc FROM sso_trace WHERE case_number = $1").bind(case).fetch_optional(&self.read).await;
        Ok(row.map_err(StoreError::from)?.map(|(doc,)| read_doc(&doc)).transpose()?)
    }
}

impl Store {
    /// Traces of failed returns, the newest first: of one connection, or of all.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn traces(&self, connection: Option<homeward_model::ConnectionId>, limit: u32) -> Result<Vec<Trace>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as("SELECT doc FROM sso_trace WHERE $1 IS NULL OR connection = $1 ORDER BY at DESC, rowid DESC LIMIT $2")
            .bind(connection.map(|id| id.as_uuid()))
            .bind(i64::from(limit))
            .fetch_all(&self.read)
            .await?;
        rows.iter().map(|(doc,)| read_doc(doc)).collect()
    }
}
