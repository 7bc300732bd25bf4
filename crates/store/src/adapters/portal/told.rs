//! Who was told lately that they sign in at the provider now.

use async_trait::async_trait;
use homeward_model::{AccountId, ConnectionId, Timestamp, UserId};
use homeward_portal::{ports::Fault, sign_on::told::Tellings};

use crate::adapters::{Store, StoreError};
use crate::engine::query;

impl Store {
    async fn claim_telling(&self, account: AccountId, connection: ConnectionId, users: &[UserId], (now, before): (Timestamp, Timestamp)) -> Result<Vec<UserId>, StoreError> {
        let mut work = self.write.begin().await?;
        query("DELETE FROM sign_on_told WHERE connection = $1 AND at <= $2").bind(connection.as_uuid()).bind(before.seconds()).execute(&mut *work).await?;
        let statement = "INSERT INTO sign_on_told(connection, person, at) SELECT c.id, p.id, $4 FROM connection c JOIN person p ON p.account = c.account \
            WHERE c.id = $1 AND p.id = $2 AND c.account = $3 ON CONFLICT (connection, person) DO NOTHING";
        let mut claimed = Vec::new();
        for user in users {
            let kept = query(statement).bind(connection.as_uuid()).bind(user.as_uuid()).bind(account.as_uuid()).bind(now.seconds()).execute(&mut *work).await?;
            claimed.extend((kept.rows_affected() == 1).then_some(*user));
        }
        work.commit().await?;
        Ok(claimed)
    }
}

#[async_trait]
impl Tellings for Store {
    async fn claim(&self, account: AccountId, connection: ConnectionId, users: &[UserId], times: (Timestamp, Timestamp)) -> Result<Vec<UserId>, Fault> {
        Ok(self.claim_telling(account, connection, users, times).await?)
    }
}
