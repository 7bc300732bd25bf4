//! Administrators of accounts, and what they were told.

use async_trait::async_trait;
use homeward_discovery::User;
use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, ConnectionId, Timestamp};
use homeward_signin::alerts::{Administrators, AlertKey, AlertKind};

use super::{Store, StoreError, read_doc};
use crate::engine::query;

/// Before every time that is noted.
const NEVER: i64 = i64::MIN;

#[async_trait]
impl Administrators for Store {
    async fn administrators(&self, account: AccountId) -> Result<Vec<(User, Option<String>)>, StoreFault> {
        let statement = "SELECT p.doc, l.language FROM portal_role r JOIN person p ON p.id = r.person LEFT JOIN portal_language l ON l.person = p.id \
            WHERE p.account = $1 AND r.role = 'administrator' AND p.state = 'active' ORDER BY p.username_key";
        let rows: Result<Vec<(String, Option<String>)>, sqlx::Error> = query(statement).bind(account.as_uuid()).fetch_all(&self.read).await;
        let rows = rows.map_err(StoreError::from)?;
        Ok(rows.into_iter().map(|(doc, language)| Ok((read_doc(&doc)?, language))).collect::<Result<_, StoreError>>()?)
    }
    async fn people(&self, account: AccountId) -> Result<u32, StoreFault> {
        let row: Result<(i64,), sqlx::Error> = query("SELECT COUNT(*) FROM person WHERE account = $1 AND state = 'active'").bind(account.as_uuid()).fetch_one(&self.read).await;
        Ok(u32::try_from(row.map_err(StoreError::from)?.0).unwrap_or(u32::MAX))
    }
    async fn was_told(&self, key: &AlertKey, since: Option<Timestamp>) -> Result<bool, StoreFault> {
        let row: Result<Option<(i32,)>, sqlx::Error> = query("SELECT 1 FROM alert WHERE kind = $1 AND connection = $2 AND about = $3 AND at > $4")
            .bind(key.kind.word())
            .bind(key.connection.as_uuid())
            .bind(&key.about)
            .bind(since.map_or(NEVER, Timestamp::seconds))
            .fetch_optional(&self.read)
            .await;
        Ok(row.map_err(StoreError::from)?.is_some())
    }
    async fn note_alert(&self, key: &AlertKey, now: Timestamp) -> Result<(), StoreFault> {
        let done = query("INSERT INTO alert(kind, connection, about, at) VALUES ($1, $2, $3, $4) ON CONFLICT (kind, connection, about) DO UPDATE SET at = $4")
            .bind(key.kind.word())
            .bind(key.connection.as_uuid())
            .bind(&key.about)
            .bind(now.seconds())
            .execute(&self.write)
            .await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn alerts_since(&self, kind: AlertKind, connection: ConnectionId, since: Timestamp) -> Result<u32, StoreFault> {
        let row: Result<(i64,), sqlx::Error> = query("SELECT COUNT(*) FROM alert WHERE kind = $1 AND connection = $2 AND at > $3")
            .bind(kind.word())
            .bind(connection.as_uuid())
            .bind(since.seconds())
            .fetch_one(&self.read)
            .await;
        Ok(u32::try_from(row.map_err(StoreError::from)?.0).unwrap_or(u32::MAX))
    }
}
