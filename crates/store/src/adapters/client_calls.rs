//! What an application brings along when it calls: its origin, assertions, pushed requests.

use async_trait::async_trait;
use homeward_model::{ClientId, Timestamp};
use homeward_provider::{PushedRequests, StoreFault, UsedAssertions};

use super::{Store, StoreError, read_doc, write_doc};
use crate::engine::{query, values};

impl Store {
    pub(super) async fn is_registered_origin(&self, origin: &str) -> Result<bool, StoreError> {
        const FIND: &str = "SELECT 1 FROM application_origin o JOIN application a ON a.client_id = o.client_id WHERE o.origin = $1 AND a.enabled = TRUE";
        Ok(self.reader.row(FIND, values![origin], |_| Ok(())).await?.is_some())
    }
}

#[async_trait]
impl UsedAssertions for Store {
    async fn first_use(&self, client: &ClientId, jti: &[u8; 32], until: Timestamp) -> Result<bool, StoreFault> {
        let done = query("INSERT INTO used_assertion(client, jti_hash, until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(client.as_str())
            .bind(&jti[..])
            .bind(until.seconds())
            .execute(&self.write)
            .await
            .map_err(StoreError::from)?;
        Ok(done.rows_affected() == 1)
    }
}

#[async_trait]
impl PushedRequests for Store {
    async fn keep(&self, hash: &[u8; 32], client: &ClientId, params: &[(String, String)], until: Timestamp) -> Result<(), StoreFault> {
        let doc = write_doc(&params)?;
        let done = query("INSERT INTO pushed_request(hash, client, doc, expires_at) VALUES ($1, $2, $3, $4)")
            .bind(&hash[..])
            .bind(client.as_str())
            .bind(doc)
            .bind(until.seconds())
            .execute(&self.write)
            .await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn take(&self, hash: &[u8; 32], client: &ClientId, now: Timestamp) -> Result<Option<Vec<(String, String)>>, StoreFault> {
        let row: Result<Option<(String,)>, sqlx::Error> =
            query("DELETE FROM pushed_request WHERE hash = $1 AND client = $2 AND expires_at > $3 RETURNING doc")
                .bind(&hash[..])
                .bind(client.as_str())
                .bind(now.seconds())
                .fetch_optional(&self.write)
                .await;
        Ok(row.map_err(StoreError::from)?.map(|(doc,)| read_doc(&doc)).transpose()?)
    }
}
