//! Steps of which people are still to be told that they sign in at the provider now, and who was told lately.

use async_trait::async_trait;
use homeward_model::{AccountId, ConnectionId, Timestamp, UserId};
use homeward_portal::{
    ports::{Deed, Fault},
    sign_on::told::{Telling, Tellings},
};

use crate::adapters::{Store, StoreError, read_doc, write_doc};
use crate::engine::{Work, query};

/// Keeps what is to be told, in the transaction of the step.
pub(super) async fn begin(work: &mut Work, telling: &Telling) -> Result<(), StoreError> {
    let statement = "INSERT INTO sign_on_telling(connection, at, doc) VALUES ($1, $2, $3) ON CONFLICT (connection) DO UPDATE SET at = $2, doc = $3";
    query(statement).bind(telling.connection.as_uuid()).bind(telling.at.seconds()).bind(write_doc(telling)?).execute(work).await?;
    Ok(())
}

impl Store {
    async fn first_telling(&self) -> Result<Option<Telling>, StoreError> {
        let row: Option<(String,)> = query("SELECT doc FROM sign_on_telling ORDER BY at, connection LIMIT 1").fetch_optional(&self.read).await?;
        row.map(|(doc,)| read_doc(&doc)).transpose()
    }

    async fn end_telling(&self, was: &Telling, deed: Option<&Deed>) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let statement = query("DELETE FROM sign_on_telling WHERE connection = $1 AND doc = $2").bind(was.connection.as_uuid()).bind(write_doc(was)?);
        if statement.execute(&mut *work).await?.rows_affected() != 1 {
            return Ok(false);
        }
        if let Some(deed) = deed {
            self.put_deed(&mut work, deed).await?;
        }
        work.commit().await?;
        Ok(true)
    }

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
    async fn first(&self) -> Result<Option<Telling>, Fault> {
        Ok(self.first_telling().await?)
    }
    async fn go_on(&self, was: &Telling, is: &Telling) -> Result<bool, Fault> {
        let statement = query("UPDATE sign_on_telling SET doc = $3 WHERE connection = $1 AND doc = $2");
        let statement = statement.bind(was.connection.as_uuid()).bind(write_doc(was)?).bind(write_doc(is)?);
        let done = statement.execute(&self.write).await.map_err(StoreError::from)?;
        Ok(done.rows_affected() == 1)
    }
    async fn end(&self, was: &Telling, deed: Option<&Deed>) -> Result<bool, Fault> {
        Ok(self.end_telling(was, deed).await?)
    }
    async fn claim(&self, account: AccountId, connection: ConnectionId, users: &[UserId], times: (Timestamp, Timestamp)) -> Result<Vec<UserId>, Fault> {
        Ok(self.claim_telling(account, connection, users, times).await?)
    }
}
