//! Applications of an account, and the one that a tile at its identity provider opens.

use async_trait::async_trait;
use homeward_discovery::Application;
use homeward_model::{AccountId, ClientId};
use homeward_portal::{
    applications::{Applications, Available},
    ports::{Deed, Fault, Moved},
};
use homeward_provider::Client;

use crate::adapters::{Store, StoreError, read_doc};
use crate::engine::query;

impl Store {
    async fn find_available(&self, region: &str) -> Result<Vec<Available>, StoreError> {
        let rows: Vec<(String, String)> = query("SELECT doc, client FROM application WHERE enabled = TRUE ORDER BY client_id").fetch_all(&self.read).await?;
        let mut all = Vec::new();
        for (application, client) in rows {
            let (application, client): (Application, Client) = (read_doc(&application)?, read_doc(&client)?);
            if application.regions.is_empty() || application.regions.contains(region) {
                all.push(Available { application, starts: client.start_url.is_some() });
            }
        }
        all.sort_by(|one, other| one.application.name.cmp(&other.application.name));
        Ok(all)
    }

    async fn find_default(&self, account: AccountId) -> Result<Option<ClientId>, StoreError> {
        let row: Option<(Option<String>,)> = query("SELECT default_application FROM account WHERE id = $1").bind(account.as_uuid()).fetch_optional(&self.read).await?;
        Ok(row.and_then(|(client,)| client).and_then(|client| ClientId::parse(&client)))
    }

    async fn move_default(&self, account: AccountId, (from, to): (Option<&ClientId>, Option<&ClientId>), deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        let statement = "UPDATE account SET default_application = $3 WHERE id = $1 AND COALESCE(default_application, '') = $2";
        let moved = query(statement).bind(account.as_uuid()).bind(from.map_or("", ClientId::as_str)).bind(to.map(ClientId::as_str)).execute(&mut *work).await?;
        if moved.rows_affected() != 1 {
            return Ok(Moved::Otherwise);
        }
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }
}

#[async_trait]
impl Applications for Store {
    async fn available(&self, region: &str) -> Result<Vec<Available>, Fault> {
        Ok(self.find_available(region).await?)
    }
    async fn default_of(&self, account: AccountId) -> Result<Option<ClientId>, Fault> {
        Ok(self.find_default(account).await?)
    }
    async fn set_default(&self, account: AccountId, change: (Option<&ClientId>, Option<&ClientId>), deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.move_default(account, change, deed).await?)
    }
}
