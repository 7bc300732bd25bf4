//! The keys of our side of each connection.

use async_trait::async_trait;
use homeward_federation::KeyUse;
use homeward_local_credential::StoreFault;
use homeward_model::{ConnectionId, Timestamp};
use homeward_signin::own_keys::{KeyStage, OwnKey, OwnKeys};

use super::{Store, StoreError};
use crate::engine::{self, Work, query, values};

const fn word(purpose: KeyUse) -> &'static str {
    match purpose {
        KeyUse::Signing => "signing",
        KeyUse::Decryption => "decryption",
        KeyUse::Both => "both",
    }
}

type Row = (String, String, Vec<u8>, Vec<u8>, i64);

fn key((purpose, stage, sealed, certificate, made_at): Row) -> Result<OwnKey, StoreError> {
    let of = |word: &'static str| StoreError::Database(sqlx::Error::Decode(word.into()));
    let purpose = [KeyUse::Signing, KeyUse::Decryption, KeyUse::Both].into_iter().find(|known| word(*known) == purpose).ok_or_else(|| of("connection_key.purpose"))?;
    let stage = KeyStage::from_word(&stage).ok_or_else(|| of("connection_key.stage"))?;
    Ok(OwnKey { purpose, stage, sealed, certificate, made_at: Timestamp::from_seconds(made_at) })
}

/// Writes a key under the next number of its connection; `false` when one stands in its way.
async fn put(work: &mut Work, id: ConnectionId, key: &OwnKey, unless: &'static str) -> Result<bool, StoreError> {
    let statement = format!(
        "INSERT INTO connection_key(connection, number, purpose, stage, sealed, certificate, made_at) \
         SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6 FROM connection_key WHERE connection = $1 \
         HAVING NOT EXISTS (SELECT 1 FROM connection_key WHERE connection = $1 AND {unless})"
    );
    let done = query(sqlx::AssertSqlSafe(statement))
        .bind(id.as_uuid())
        .bind(word(key.purpose))
        .bind(key.stage.word())
        .bind(&key.sealed)
        .bind(&key.certificate)
        .bind(key.made_at.seconds())
        .execute(work)
        .await?;
    Ok(done.rows_affected() == 1)
}

impl Store {
    async fn find_keys(&self, id: ConnectionId) -> Result<Vec<OwnKey>, StoreError> {
        const FIND: &str = "SELECT purpose, stage, sealed, certificate, made_at FROM connection_key WHERE connection = $1 \
             ORDER BY CASE stage WHEN 'next' THEN 0 WHEN 'present' THEN 1 ELSE 2 END, number DESC";
        let columns = |row: &engine::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
        let rows: Vec<Row> = self.reader.rows(FIND, values![id.as_uuid()], columns).await?;
        rows.into_iter().map(key).collect()
    }

    async fn put_next(&self, id: ConnectionId, keys: &[OwnKey]) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        for key in keys {
            if !put(&mut work, id, key, "stage = 'next' AND (purpose = $2 OR purpose = 'both' OR $2 = 'both')").await? {
                work.rollback().await?;
                return Ok(false);
            }
        }
        work.commit().await?;
        Ok(true)
    }

    async fn switch(&self, id: ConnectionId) -> Result<bool, StoreError> {
        // In a transaction: two at once would make both rows old.
        let mut work = self.write.begin().await?;
        let done = query(
            "UPDATE connection_key SET stage = CASE stage WHEN 'next' THEN 'present' ELSE 'old' END WHERE connection = $1 \
             AND EXISTS (SELECT 1 FROM connection_key n WHERE n.connection = $1 AND n.stage = 'next')",
        )
        .bind(id.as_uuid())
        .execute(&mut *work)
        .await?;
        work.commit().await?;
        Ok(done.rows_affected() > 0)
    }
}

#[async_trait]
impl OwnKeys for Store {
    async fn own_keys(&self, id: ConnectionId) -> Result<Vec<OwnKey>, StoreFault> {
        Ok(self.find_keys(id).await?)
    }
    async fn keep_first_key(&self, id: ConnectionId, key: &OwnKey) -> Result<Vec<OwnKey>, StoreFault> {
        let mut work = self.write.begin().await.map_err(StoreError::from)?;
        put(&mut work, id, key, "(purpose = $2 OR purpose = 'both' OR $2 = 'both')").await?;
        work.commit().await.map_err(StoreError::from)?;
        Ok(self.find_keys(id).await?)
    }
    async fn keep_next_keys(&self, id: ConnectionId, keys: &[OwnKey]) -> Result<bool, StoreFault> {
        Ok(self.put_next(id, keys).await?)
    }
    async fn switch_keys(&self, id: ConnectionId) -> Result<bool, StoreFault> {
        Ok(self.switch(id).await?)
    }
    async fn retire_keys(&self, id: ConnectionId) -> Result<u64, StoreFault> {
        let done = query("DELETE FROM connection_key WHERE connection = $1 AND stage = 'old'").bind(id.as_uuid()).execute(&self.write).await;
        Ok(done.map_err(StoreError::from)?.rows_affected())
    }
}
