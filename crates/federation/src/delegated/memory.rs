//! Grants in memory: for tests, and what a store's adapter is compared with.

use std::{collections::HashMap, sync::{Mutex, MutexGuard, PoisonError}};

use async_trait::async_trait;
use homeward_model::Timestamp;

use super::{Grant, GrantKey, Grants, GrantsError};

#[derive(Debug, Default)]
struct Rows {
    grants: HashMap<GrantKey, Grant>,
    leases: HashMap<GrantKey, Timestamp>,
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
    async fn lease(&self, key: GrantKey, now: Timestamp, until: Timestamp) -> Result<bool, GrantsError> {
        let mut rows = self.rows();
        let free = rows.leases.get(&key).is_none_or(|held| *held <= now);
        if free {
            rows.leases.insert(key, until);
        }
        Ok(free)
    }
    async fn release(&self, key: GrantKey) -> Result<(), GrantsError> {
        self.rows().leases.remove(&key);
        Ok(())
    }
}
