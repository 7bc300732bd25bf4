//! What people have granted, and who refreshes it.

use async_trait::async_trait;
use homeward_federation::delegated::{Grant, GrantKey, Grants, GrantsError};
use homeward_model::{ConnectionId, Timestamp, UserId};
use uuid::Uuid;

use super::{Store, StoreError, read_doc, write_doc};
use crate::engine::{Work, query};

impl From<StoreError> for GrantsError {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

fn number(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

impl Store {
    async fn find_delegated(&self, key: GrantKey) -> Result<Option<Grant>, StoreError> {
        let row: Option<(String, i64)> = query("SELECT doc, version FROM delegated_grant WHERE connection = $1 AND person = $2")
            .bind(key.connection.as_uuid())
            .bind(key.user.as_uuid())
            .fetch_optional(&self.read)
            .await?;
        row.map(|(doc, version)| Ok(Grant { version: u64::try_from(version).unwrap_or(0), ..read_doc(&doc)? })).transpose()
    }
    async fn put_delegated(&self, key: GrantKey, grant: &Grant) -> Result<(), StoreError> {
        // The column counts; the number in the document is the one it was written with.
        query(
            "INSERT INTO delegated_grant(connection, person, version, doc, granted_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (connection, person) DO UPDATE SET version = delegated_grant.version + 1, doc = $4, granted_at = $5",
        )
        .bind(key.connection.as_uuid())
        .bind(key.user.as_uuid())
        .bind(number(grant.version))
        .bind(write_doc(grant)?)
        .bind(grant.granted_at.seconds())
        .execute(&self.write)
        .await?;
        Ok(())
    }
    async fn replace_delegated(&self, key: GrantKey, seen: u64, next: &Grant) -> Result<bool, StoreError> {
        let done = query("UPDATE delegated_grant SET version = $4, doc = $5 WHERE connection = $1 AND person = $2 AND version = $3")
            .bind(key.connection.as_uuid())
            .bind(key.user.as_uuid())
            .bind(number(seen))
            .bind(number(next.version))
            .bind(write_doc(next)?)
            .execute(&self.write)
            .await?;
        Ok(done.rows_affected() == 1)
    }
    async fn forget_delegated(&self, key: GrantKey, seen: Option<u64>) -> Result<bool, StoreError> {
        let done = query("DELETE FROM delegated_grant WHERE connection = $1 AND person = $2 AND ($3 IS NULL OR version = $3)")
            .bind(key.connection.as_uuid())
            .bind(key.user.as_uuid())
            .bind(seen.map(number))
            .execute(&self.write)
            .await?;
        Ok(done.rows_affected() == 1)
    }
    async fn take_lease(&self, key: GrantKey, holder: &str, now: Timestamp, until: Timestamp) -> Result<bool, StoreError> {
        let done = query(
            "INSERT INTO delegated_lease(connection, person, holder, until) VALUES ($1, $2, $3, $5) \
             ON CONFLICT (connection, person) DO UPDATE SET holder = $3, until = $5 WHERE delegated_lease.until <= $4",
        )
        .bind(key.connection.as_uuid())
        .bind(key.user.as_uuid())
        .bind(holder)
        .bind(now.seconds())
        .bind(until.seconds())
        .execute(&self.write)
        .await?;
        Ok(done.rows_affected() == 1)
    }
    async fn give_lease_back(&self, key: GrantKey, holder: &str) -> Result<(), StoreError> {
        query("DELETE FROM delegated_lease WHERE connection = $1 AND person = $2 AND holder = $3")
            .bind(key.connection.as_uuid())
            .bind(key.user.as_uuid())
            .bind(holder)
            .execute(&self.write)
            .await?;
        Ok(())
    }
    async fn find_holders(&self, connection: ConnectionId) -> Result<Vec<(UserId, Timestamp)>, StoreError> {
        let rows: Vec<(Uuid, i64)> = query("SELECT person, granted_at FROM delegated_grant WHERE connection = $1 ORDER BY granted_at, person")
            .bind(connection.as_uuid())
            .fetch_all(&self.read)
            .await?;
        Ok(rows.into_iter().map(|(person, at)| (UserId::from_uuid(person), Timestamp::from_seconds(at))).collect())
    }
    async fn find_granted(&self, user: UserId) -> Result<Vec<(ConnectionId, Timestamp)>, StoreError> {
        let rows: Vec<(Uuid, i64)> =
            query("SELECT connection, granted_at FROM delegated_grant WHERE person = $1 ORDER BY connection").bind(user.as_uuid()).fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(|(connection, at)| (ConnectionId::from_uuid(connection), Timestamp::from_seconds(at))).collect())
    }
}

/// A person who is gone leaves no grant behind.
pub(super) async fn forget_person(work: &mut Work, user: UserId) -> Result<(), StoreError> {
    query("DELETE FROM delegated_grant WHERE person = $1").bind(user.as_uuid()).execute(work).await?;
    Ok(())
}

/// Nor does one who is known at a connection's provider by that name no more: it is somebody else's there. Whether there was one.
pub(super) async fn forget_grant(work: &mut Work, connection: ConnectionId, user: UserId) -> Result<bool, StoreError> {
    let forget = "DELETE FROM delegated_grant WHERE connection = $1 AND person = $2";
    let done = query(forget).bind(connection.as_uuid()).bind(user.as_uuid()).execute(work).await?;
    Ok(done.rows_affected() == 1)
}

/// Nor does a connection that is retired.
pub(super) async fn forget_connection(work: &mut Work, connection: ConnectionId) -> Result<(), StoreError> {
    query("DELETE FROM delegated_grant WHERE connection = $1").bind(connection.as_uuid()).execute(&mut *work).await?;
    query("DELETE FROM administrator_consent WHERE connection = $1").bind(connection.as_uuid()).execute(work).await?;
    Ok(())
}

#[async_trait]
impl Grants for Store {
    async fn find(&self, key: GrantKey) -> Result<Option<Grant>, GrantsError> {
        Ok(self.find_delegated(key).await?)
    }
    async fn grant(&self, key: GrantKey, grant: Grant) -> Result<(), GrantsError> {
        Ok(self.put_delegated(key, &grant).await?)
    }
    async fn replace(&self, key: GrantKey, seen: u64, next: Grant) -> Result<bool, GrantsError> {
        Ok(self.replace_delegated(key, seen, &next).await?)
    }
    async fn remove(&self, key: GrantKey, seen: u64) -> Result<(), GrantsError> {
        self.forget_delegated(key, Some(seen)).await?;
        Ok(())
    }
    async fn forget(&self, key: GrantKey) -> Result<bool, GrantsError> {
        Ok(self.forget_delegated(key, None).await?)
    }
    async fn holders(&self, connection: ConnectionId) -> Result<Vec<(UserId, Timestamp)>, GrantsError> {
        Ok(self.find_holders(connection).await?)
    }
    async fn of_person(&self, user: UserId) -> Result<Vec<(ConnectionId, Timestamp)>, GrantsError> {
        Ok(self.find_granted(user).await?)
    }
    async fn lease(&self, key: GrantKey, holder: &str, now: Timestamp, until: Timestamp) -> Result<bool, GrantsError> {
        Ok(self.take_lease(key, holder, now, until).await?)
    }
    async fn release(&self, key: GrantKey, holder: &str) -> Result<(), GrantsError> {
        Ok(self.give_lease_back(key, holder).await?)
    }
}
