//! Connected services as an account's administrators see them. Every statement names the account beside the connection (MT-01); a change
//! and its record stand in one transaction (AU-03).

use async_trait::async_trait;
use homeward_discovery::Application;
use homeward_federation::delegated::Grant;
use homeward_model::{AccountId, ConnectionId, Timestamp, UserId};
use homeward_portal::{
    ports::{Deed, Fault},
    services::ports::{Allowed, Consent, LinkFor, Mark, Registered, Services},
};
use homeward_provider::Client;
use homeward_signin::delegated::{AdministratorConsent, StartLink};
use uuid::Uuid;

use crate::adapters::{Store, StoreError, read_doc, write_doc};
use crate::engine::query;

/// Grants through a connection of this account, by people of this account.
const OWN: &str = "FROM delegated_grant g JOIN connection c ON c.id = g.connection JOIN person p ON p.id = g.person AND p.account = c.account WHERE c.account = $1 AND c.id = $2";

impl Store {
    async fn count_allowed(&self, account: AccountId, id: ConnectionId) -> Result<u64, StoreError> {
        let statement = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) {OWN}"));
        let (count,): (i64,) = query(statement).bind(account.as_uuid()).bind(id.as_uuid()).fetch_one(&self.read).await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    async fn find_allowed(&self, account: AccountId, id: ConnectionId, (after, limit): (Option<Mark>, u32)) -> Result<Vec<Allowed>, StoreError> {
        let statement = format!(
            "SELECT g.person, g.doc, g.granted_at, json_extract(p.doc, '$.username') {OWN} AND ($3 IS NULL OR g.granted_at < $3 OR (g.granted_at = $3 AND g.person < $4)) \
             ORDER BY g.granted_at DESC, g.person DESC LIMIT $5"
        );
        let rows: Vec<(Uuid, String, i64, String)> = query(sqlx::AssertSqlSafe(statement))
            .bind(account.as_uuid())
            .bind(id.as_uuid())
            .bind(after.map(|mark| mark.at.seconds()))
            .bind(after.map(|mark| mark.user.as_uuid()))
            .bind(i64::from(limit))
            .fetch_all(&self.read)
            .await?;
        let allowed = |(person, doc, at, username): (Uuid, String, i64, String)| {
            let grant: Grant = read_doc(&doc)?;
            Ok(Allowed { user: UserId::from_uuid(person), username, permissions: grant.permissions, clients: grant.clients, at: Timestamp::from_seconds(at) })
        };
        rows.into_iter().map(allowed).collect()
    }

    async fn end_allowed(&self, account: AccountId, (id, user): (ConnectionId, UserId), deed: &Deed) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let statement = "DELETE FROM delegated_grant WHERE connection = $2 AND person = $3 AND EXISTS (SELECT 1 FROM connection c JOIN person p ON p.account = c.account \
            WHERE c.id = $2 AND c.account = $1 AND p.id = $3)";
        let done = query(statement).bind(account.as_uuid()).bind(id.as_uuid()).bind(user.as_uuid()).execute(&mut *work).await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        self.commit_with(work, deed).await?;
        Ok(true)
    }

    async fn find_consent(&self, account: AccountId, id: ConnectionId) -> Result<Option<Consent>, StoreError> {
        let statement = "SELECT a.doc FROM administrator_consent a JOIN connection c ON c.id = a.connection WHERE c.account = $1 AND c.id = $2";
        let row: Option<(String,)> = query(statement).bind(account.as_uuid()).bind(id.as_uuid()).fetch_optional(&self.read).await?;
        let Some((doc,)) = row else { return Ok(None) };
        let AdministratorConsent { at, permissions } = read_doc(&doc)?;
        Ok(Some(Consent { at, permissions }))
    }

    async fn put_start_link(&self, account: AccountId, (hash, link): (&[u8; 32], LinkFor), until: Timestamp, deed: &Deed) -> Result<(), StoreError> {
        let link = match link {
            LinkFor::Azure => StartLink::Azure(account),
            LinkFor::Administrator(connection) => StartLink::Administrator(connection),
        };
        let mut work = self.write.begin().await?;
        query("INSERT INTO start_link(hash, doc, used, until) VALUES ($1, $2, FALSE, $3)").bind(&hash[..]).bind(write_doc(&link)?).bind(until.seconds()).execute(&mut *work).await?;
        self.commit_with(work, deed).await?;
        Ok(())
    }

    async fn find_registered(&self, region: &str) -> Result<Vec<Registered>, StoreError> {
        let rows: Vec<(String, String)> = query("SELECT doc, client FROM application WHERE enabled = TRUE ORDER BY client_id").fetch_all(&self.read).await?;
        let mut all = Vec::new();
        for (doc, client) in rows {
            let (application, client): (Application, Client) = (read_doc(&doc)?, read_doc(&client)?);
            if !client.delegated.is_empty() && (application.regions.is_empty() || application.regions.contains(region)) {
                all.push(Registered { client: client.client_id.as_str().to_owned(), name: application.name, permissions: client.delegated });
            }
        }
        all.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(all)
    }
}

#[async_trait]
impl Services for Store {
    async fn people(&self, account: AccountId, id: ConnectionId) -> Result<u64, Fault> {
        Ok(self.count_allowed(account, id).await?)
    }
    async fn allowed(&self, account: AccountId, id: ConnectionId, page: (Option<Mark>, u32)) -> Result<Vec<Allowed>, Fault> {
        Ok(self.find_allowed(account, id, page).await?)
    }
    async fn end(&self, account: AccountId, which: (ConnectionId, UserId), deed: &Deed) -> Result<bool, Fault> {
        Ok(self.end_allowed(account, which, deed).await?)
    }
    async fn consent(&self, account: AccountId, id: ConnectionId) -> Result<Option<Consent>, Fault> {
        Ok(self.find_consent(account, id).await?)
    }
    async fn keep_link(&self, account: AccountId, link: (&[u8; 32], LinkFor), until: Timestamp, deed: &Deed) -> Result<(), Fault> {
        Ok(self.put_start_link(account, link, until, deed).await?)
    }
    async fn registered(&self, region: &str) -> Result<Vec<Registered>, Fault> {
        Ok(self.find_registered(region).await?)
    }
}
