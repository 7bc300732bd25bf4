//! Test sign-ins: one-time links, and what they showed.

use async_trait::async_trait;
use homeward_federation::ConnectionSettings;
use homeward_local_credential::StoreFault;
use homeward_model::{ConnectionId, Timestamp};
use homeward_portal::sign_on::ports::Proposal;
use homeward_signin::test_signin::{TestResult, TestSignIns};
use uuid::Uuid;

use super::{Store, StoreError, read_doc, write_doc};
use crate::engine::{Work, query};

impl Store {
    /// Whether a test sign-in of the connection has passed since then with these settings: one that tested others says nothing of them.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn test_passed_since(&self, connection: ConnectionId, settings: &ConnectionSettings, since: Timestamp) -> Result<bool, StoreError> {
        let Some(digest) = settings.digest() else { return Ok(false) };
        let row: Option<(i32,)> = query("SELECT 1 FROM test_result WHERE connection = $1 AND at >= $2 AND passed = TRUE AND settings = $3 LIMIT 1")
            .bind(connection.as_uuid())
            .bind(since.seconds())
            .bind(&digest[..])
            .fetch_optional(&self.read)
            .await?;
        Ok(row.is_some())
    }

    async fn put_test(&self, handle_hash: &[u8; 32], browser: &str, result: &TestResult, until: Timestamp) -> Result<(), StoreError> {
        let mut work = self.write.begin().await?;
        forget_whole_answers(&mut work, result.connection).await?;
        query("INSERT INTO test_result(handle_hash, connection, browser, at, passed, doc, until, settings) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(&handle_hash[..])
            .bind(result.connection.as_uuid())
            .bind(browser)
            .bind(result.at.seconds())
            .bind(result.passed())
            .bind(write_doc(result)?)
            .bind(until.seconds())
            .bind(result.settings.as_ref().map(|digest| &digest[..]))
            .execute(&mut *work)
            .await?;
        work.commit().await?;
        Ok(())
    }
}

/// Forgets the whole answers of a connection's tests; what the six checks showed stays.
async fn forget_whole_answers(work: &mut Work, connection: ConnectionId) -> Result<(), StoreError> {
    let statement = "SELECT handle_hash, doc FROM test_result WHERE connection = $1 AND json_extract(doc, '$.whole') IS NOT NULL";
    let rows: Vec<(Vec<u8>, String)> = query(statement).bind(connection.as_uuid()).fetch_all(&mut *work).await?;
    for (handle_hash, doc) in rows {
        // As it is: another version may have written it.
        let mut doc: serde_json::Map<String, serde_json::Value> = read_doc(&doc)?;
        doc.remove("whole");
        query("UPDATE test_result SET doc = $2 WHERE handle_hash = $1").bind(handle_hash).bind(write_doc(&doc)?).execute(&mut *work).await?;
    }
    Ok(())
}

#[async_trait]
impl TestSignIns for Store {
    async fn keep_link(&self, token_hash: &[u8; 32], connection: ConnectionId, until: Timestamp) -> Result<(), StoreFault> {
        let done = query("INSERT INTO test_link(token_hash, connection, until) VALUES ($1, $2, $3)")
            .bind(&token_hash[..])
            .bind(connection.as_uuid())
            .bind(until.seconds())
            .execute(&self.write)
            .await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn link(&self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<ConnectionId>, StoreFault> {
        let row: Result<Option<(Uuid,)>, sqlx::Error> = query("SELECT connection FROM test_link WHERE token_hash = $1 AND until > $2")
            .bind(&token_hash[..])
            .bind(now.seconds())
            .fetch_optional(&self.read)
            .await;
        Ok(row.map_err(StoreError::from)?.map(|(id,)| ConnectionId::from_uuid(id)))
    }
    async fn take_link(&self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<ConnectionId>, StoreFault> {
        let row: Result<Option<(Uuid,)>, sqlx::Error> = query("DELETE FROM test_link WHERE token_hash = $1 AND until > $2 RETURNING connection")
            .bind(&token_hash[..])
            .bind(now.seconds())
            .fetch_optional(&self.write)
            .await;
        Ok(row.map_err(StoreError::from)?.map(|(id,)| ConnectionId::from_uuid(id)))
    }
    async fn waiting(&self, connection: ConnectionId, handle: &str, now: Timestamp) -> Result<Option<ConnectionSettings>, StoreFault> {
        let row: Result<Option<(String,)>, sqlx::Error> = query("SELECT doc FROM sign_on_proposal WHERE connection = $1 AND until > $2")
            .bind(connection.as_uuid())
            .bind(now.seconds())
            .fetch_optional(&self.read)
            .await;
        let waiting: Option<Proposal> = row.map_err(StoreError::from)?.map(|(doc,)| read_doc(&doc)).transpose()?;
        Ok(waiting.filter(|waiting| waiting.handle == handle && !waiting.is_of_services()).map(|waiting| waiting.to))
    }
    async fn keep_test(&self, handle_hash: &[u8; 32], browser: &str, result: &TestResult, until: Timestamp) -> Result<(), StoreFault> {
        Ok(self.put_test(handle_hash, browser, result, until).await?)
    }
    async fn test(&self, handle_hash: &[u8; 32], browser: &str, now: Timestamp) -> Result<Option<TestResult>, StoreFault> {
        let row: Result<Option<(String,)>, sqlx::Error> = query("SELECT doc FROM test_result WHERE handle_hash = $1 AND browser = $2 AND until > $3")
            .bind(&handle_hash[..])
            .bind(browser)
            .bind(now.seconds())
            .fetch_optional(&self.read)
            .await;
        Ok(row.map_err(StoreError::from)?.map(|(doc,)| read_doc(&doc)).transpose()?)
    }
}
