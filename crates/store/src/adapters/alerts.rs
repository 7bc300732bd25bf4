//! Administrators of accounts, and what they were told.

use async_trait::async_trait;
use homeward_discovery::{Account, ConnectionState, User};
use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, ConnectionId, Timestamp};
use homeward_portal::lifecycle::effect_of;
use homeward_signin::alerts::{Administrators, AlertKey, AlertKind};

use super::{Store, StoreError, read_doc};
use crate::engine::query;

/// Before every time that is noted.
const NEVER: i64 = i64::MIN;

/// How far up somebody is looked for.
const LEVELS: u32 = 8;

impl Store {
    /// Active people of one account with one role, and the language that each of them last used in the portal.
    async fn with_role(&self, account: AccountId, role: &str) -> Result<Vec<(User, Option<String>)>, StoreError> {
        let statement = "SELECT p.doc, l.language FROM portal_role r JOIN person p ON p.id = r.person LEFT JOIN portal_language l ON l.person = p.id \
            WHERE p.account = $1 AND r.role = $2 AND p.state = 'active' ORDER BY p.username_key";
        let rows: Vec<(String, Option<String>)> = query(statement).bind(account.as_uuid()).bind(role).fetch_all(&self.read).await?;
        rows.into_iter().map(|(doc, language)| Ok((read_doc(&doc)?, language))).collect()
    }
    /// The account above.
    async fn above(&self, account: AccountId) -> Result<Option<AccountId>, StoreError> {
        let row: Option<(String,)> = query("SELECT doc FROM account WHERE id = $1").bind(account.as_uuid()).fetch_optional(&self.read).await?;
        Ok(row.map(|(doc,)| read_doc::<Account>(&doc)).transpose()?.and_then(|account| account.parent))
    }
    async fn find_stand_ins(&self, account: AccountId) -> Result<Vec<(User, Option<String>)>, StoreError> {
        let security = self.with_role(account, "security").await?;
        let mut at = account;
        for _ in 0..LEVELS {
            if !security.is_empty() {
                break;
            }
            let Some(above) = self.above(at).await? else { break };
            let partners = self.with_role(above, "partner").await?;
            if !partners.is_empty() {
                return Ok(partners);
            }
            at = above;
        }
        Ok(security)
    }
}

#[async_trait]
impl Administrators for Store {
    async fn administrators(&self, account: AccountId) -> Result<Vec<(User, Option<String>)>, StoreFault> {
        Ok(self.with_role(account, "administrator").await?)
    }
    async fn stand_ins(&self, account: AccountId) -> Result<Vec<(User, Option<String>)>, StoreFault> {
        Ok(self.find_stand_ins(account).await?)
    }
    async fn people(&self, account: &Account, state: ConnectionState) -> Result<u32, StoreFault> {
        let alike = self.count_alike(account.id).await?;
        Ok(u32::try_from(effect_of(account, &alike, state).at_provider).unwrap_or(u32::MAX))
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
