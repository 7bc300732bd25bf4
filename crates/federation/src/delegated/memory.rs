//! Grants in memory: for tests, and what a store's adapter is compared with.

use std::{collections::BTreeMap, sync::{Mutex, MutexGuard, PoisonError}};

use async_trait::async_trait;
use homeward_model::{ConnectionId, Timestamp, UserId};

use super::{Grant, GrantKey, Grants, GrantsError};

#[derive(Debug, Default)]
struct Rows {
    grants: BTreeMap<GrantKey, Grant>,
    leases: BTreeMap<GrantKey, (String, Timestamp)>,
}

/// Grants that end with the process.
#[derive(Debug, Default)]
pub struct MemoryGrants(Mutex<Rows>);

impl MemoryGrants {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Grants for MemoryGrants {
    async fn find(&self, key: GrantKey) -> Result<Option<Grant>, GrantsError> {
        Ok(self.rows().grants.get(&key).cloned())
    }
    async fn grant(&self, key: GrantKey, grant: Grant) -> Result<(), GrantsError> {
        let mut rows = self.rows();
        let version = rows.grants.get(&key).map_or(grant.version, |old| old.version.saturating_add(1));
        rows.grants.insert(key, Grant { version, ..grant });
        Ok(())
    }
    async fn replace(&self, key: GrantKey, seen: u64, next: Grant) -> Result<bool, GrantsError> {
        let mut rows = self.rows();
        let same = rows.grants.get(&key).is_some_and(|grant| grant.version == seen);
        if same {
            rows.grants.insert(key, next);
        }
        Ok(same)
    }
    async fn remove(&self, key: GrantKey, seen: u64) -> Result<(), GrantsError> {
        let mut rows = self.rows();
        if rows.grants.get(&key).is_some_and(|grant| grant.version == seen) {
            rows.grants.remove(&key);
        }
        Ok(())
    }
    async fn forget(&self, key: GrantKey) -> Result<bool, GrantsError> {
        Ok(self.rows().grants.remove(&key).is_some())
    }
    async fn holders(&self, connection: ConnectionId) -> Result<Vec<(UserId, Timestamp)>, GrantsError> {
        let rows = self.rows();
        let own = rows.grants.iter().filter(|(key, _)| key.connection == connection);
        let mut found: Vec<_> = own.map(|(key, grant)| (key.user, grant.granted_at)).collect();
        found.sort_by_key(|(_, at)| *at);
        Ok(found)
    }
    async fn of_person(&self, user: UserId) -> Result<Vec<(ConnectionId, Timestamp)>, GrantsError> {
        let rows = self.rows();
        Ok(rows.grants.iter().filter(|(key, _)| key.user == user).map(|(key, grant)| (key.connection, grant.granted_at)).collect())
    }
    async fn lease(&self, key: GrantKey, holder: &str, now: Timestamp, until: Timestamp) -> Result<bool, GrantsError> {
        let mut rows = self.rows();
        let free = rows.leases.get(&key).is_none_or(|(_, held)| *held <= now);
        if free {
            rows.leases.insert(key, (holder.to_owned(), until));
        }
        Ok(free)
    }
    async fn release(&self, key: GrantKey, holder: &str) -> Result<(), GrantsError> {
        let mut rows = self.rows();
        if rows.leases.get(&key).is_some_and(|(held_by, _)| held_by == holder) {
            rows.leases.remove(&key);
        }
        Ok(())
    }
}
