//! Requests for consent that are under way, one-time links of administrators, and what comes of them.

use async_trait::async_trait;
use homeward_discovery::{Account, Connection as Route, ConnectionState};
use homeward_federation::{ConnectionSettings, delegated::GrantKey};
use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, ConnectionId, Timestamp};
use homeward_signin::{
    delegated::{AdministratorConsent, ConsentRequest, Consents, Draft, Drafted, StartLink},
    federated::{Connected, Connections},
    ports::AuditEvent,
};
use uuid::Uuid;

use super::{Store, StoreError, delegated::forget_grant, portal::ways_in, read_doc, register::put_connection, write_doc};
use crate::register::ConnectionEntry;
use crate::engine::{Work, query};

/// What a connection is called that "Start Azure integration" makes.
const AZURE: &str = "Microsoft Entra ID";

/// Requests that one person, or whoever has one link, may have under way; the oldest of more is forgotten.
const MOST_REQUESTS: i64 = 8;

/// Whose a request is: the person's who consents, or the link's.
fn owner(request: &ConsentRequest) -> Vec<u8> {
    match request {
        ConsentRequest::Grant { errand, .. } => errand.user.as_uuid().as_bytes().to_vec(),
        ConsentRequest::Administrator { link, .. } | ConsentRequest::Azure { link, .. } => link.to_vec(),
        ConsentRequest::AzureProof { draft, .. } => draft.link.to_vec(),
    }
}

impl Store {
    async fn put_link(&self, hash: &[u8; 32], link: StartLink, until: Timestamp) -> Result<(), StoreError> {
        query("INSERT INTO start_link(hash, doc, used, until) VALUES ($1, $2, FALSE, $3)").bind(&hash[..]).bind(write_doc(&link)?).bind(until.seconds()).execute(&self.write).await?;
        Ok(())
    }
    async fn find_link(&self, hash: &[u8; 32], now: Timestamp) -> Result<Option<StartLink>, StoreError> {
        let row: Option<(String,)> = query("SELECT doc FROM start_link WHERE hash = $1 AND used = FALSE AND until > $2").bind(&hash[..]).bind(now.seconds()).fetch_optional(&self.read).await?;
        row.map(|(doc,)| read_doc(&doc)).transpose()
    }
    async fn put_request(&self, state: &[u8; 32], browser: &str, request: &ConsentRequest, until: Timestamp) -> Result<(), StoreError> {
        let (owner, mut work) = (owner(request), self.write.begin().await?);
        query("INSERT INTO consent_request(state_hash, browser, doc, until, owner) VALUES ($1, $2, $3, $4, $5)")
            .bind(&state[..])
            .bind(browser)
            .bind(write_doc(request)?)
            .bind(until.seconds())
            .bind(&owner)
            .execute(&mut *work)
            .await?;
        let most = "DELETE FROM consent_request WHERE owner = $1 AND rowid NOT IN (SELECT rowid FROM consent_request WHERE owner = $1 ORDER BY rowid DESC LIMIT $2)";
        query(most).bind(&owner).bind(MOST_REQUESTS).execute(&mut *work).await?;
        work.commit().await?;
        Ok(())
    }
    async fn pull_request(&self, state: &[u8; 32], browser: &str, now: Timestamp) -> Result<Option<ConsentRequest>, StoreError> {
        let row: Option<(String,)> = query("DELETE FROM consent_request WHERE state_hash = $1 AND browser = $2 AND until > $3 RETURNING doc")
            .bind(&state[..])
            .bind(browser)
            .bind(now.seconds())
            .fetch_optional(&self.write)
            .await?;
        row.map(|(doc,)| read_doc(&doc)).transpose()
    }
    async fn find_account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        let row: Option<(String,)> = query("SELECT doc FROM account WHERE id = $1").bind(id.as_uuid()).fetch_optional(&self.read).await?;
        row.map(|(doc,)| read_doc(&doc)).transpose()
    }
    async fn find_delegated_of(&self, account: AccountId) -> Result<Vec<ConnectionId>, StoreError> {
        let rows: Vec<(Uuid,)> =
            query("SELECT id FROM connection WHERE account = $1 AND delegated_path IS NOT NULL ORDER BY id").bind(account.as_uuid()).fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(|(id,)| ConnectionId::from_uuid(id)).collect())
    }
    async fn put_draft(&self, draft: &Draft, now: Timestamp) -> Result<Drafted, StoreError> {
        let mut work = self.write.begin().await?;
        let ways = ways_in(&mut work, draft.account, now).await?;
        let rows: Vec<(String, Option<String>)> = query("SELECT doc, settings FROM connection WHERE account = $1").bind(draft.account.as_uuid()).fetch_all(&mut *work).await?;
        let (mut names, mut own) = (Vec::new(), None);
        for (route, settings) in rows {
            let route: Route = read_doc(&route)?;
            let settings: Option<ConnectionSettings> = settings.as_deref().map(read_doc).transpose()?;
            let same = settings.as_ref().is_some_and(|settings| settings.issuer() == draft.settings.issuer());
            if same && route.state != ConnectionState::Retired {
                return Ok(Drafted::Connected(route.name));
            }
            names.push(route.name.clone());
            if route.id == draft.id {
                own = Some((route, settings));
            }
        }
        // Something was entered for it meanwhile, or it is no draft any more.
        let is_blank = |(route, settings): &(Route, Option<ConnectionSettings>)| route.state == ConnectionState::Draft && settings.as_ref().is_none_or(|settings| settings.issuer().is_empty());
        if own.as_ref().is_some_and(|own| !is_blank(own)) || !use_link(&mut work, &draft.link, now).await? {
            return Ok(Drafted::LinkOver);
        }
        let (route, delegated) = match own {
            Some((route, settings)) => (route, settings.and_then(|settings| settings.delegated)),
            None => (Route { id: draft.id, account: draft.account, name: free_name(&names, draft.id), state: ConnectionState::Draft, outage: None }, None),
        };
        let (name, settings) = (route.name.clone(), ConnectionSettings { delegated, ..draft.settings.clone() });
        put_connection(&mut work, &ConnectionEntry { connection: route, settings: Some(settings) }).await?;
        // The account's first one may be its administrators' only way in from the day on that it is turned on (B-164).
        if ways.lost(ways_in(&mut work, draft.account, now).await?) {
            return Ok(Drafted::SoleWay);
        }
        work.commit().await?;
        self.documents.recent.forget();
        Ok(Drafted::Made(name))
    }
    async fn put_administrator(&self, link: &[u8; 32], connection: ConnectionId, consent: &AdministratorConsent) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        if !use_link(&mut work, link, consent.at).await? {
            return Ok(false);
        }
        query("INSERT INTO administrator_consent(connection, doc) VALUES ($1, $2) ON CONFLICT (connection) DO UPDATE SET doc = $2")
            .bind(connection.as_uuid())
            .bind(write_doc(consent)?)
            .execute(&mut *work)
            .await?;
        work.commit().await?;
        Ok(true)
    }
    async fn end_granted(&self, key: GrantKey, line: &AuditEvent) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let forgot = forget_grant(&mut work, key.connection, key.user).await?;
        if forgot {
            self.append_audit(&mut work, &[line]).await?;
        }
        work.commit().await?;
        Ok(forgot)
    }
}

/// What a new one is called, where others have that name.
fn free_name(taken: &[String], id: ConnectionId) -> String {
    let numbered = (2..1_000).map(|number| format!("{AZURE} {number}"));
    std::iter::once(AZURE.to_owned()).chain(numbered).find(|name| !taken.contains(name)).unwrap_or_else(|| format!("{AZURE} {id}"))
}

/// Marks a link used; `true` for exactly one caller.
async fn use_link(work: &mut Work, hash: &[u8; 32], now: Timestamp) -> Result<bool, StoreError> {
    let done = query("UPDATE start_link SET used = TRUE WHERE hash = $1 AND used = FALSE AND until > $2").bind(&hash[..]).bind(now.seconds()).execute(work).await?;
    Ok(done.rows_affected() == 1)
}

#[async_trait]
impl Consents for Store {
    async fn keep_link(&self, hash: &[u8; 32], link: StartLink, until: Timestamp) -> Result<(), StoreFault> {
        Ok(self.put_link(hash, link, until).await?)
    }
    async fn link(&self, hash: &[u8; 32], now: Timestamp) -> Result<Option<StartLink>, StoreFault> {
        Ok(self.find_link(hash, now).await?)
    }
    async fn keep_request(&self, state: &[u8; 32], browser: &str, request: &ConsentRequest, until: Timestamp) -> Result<(), StoreFault> {
        Ok(self.put_request(state, browser, request, until).await?)
    }
    async fn take_request(&self, state: &[u8; 32], browser: &str, now: Timestamp) -> Result<Option<ConsentRequest>, StoreFault> {
        Ok(self.pull_request(state, browser, now).await?)
    }
    async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreFault> {
        Ok(self.find_account(id).await?)
    }
    async fn delegated_of(&self, account: AccountId) -> Result<Vec<Connected>, StoreFault> {
        let mut all = Vec::new();
        for id in self.find_delegated_of(account).await? {
            all.extend(self.connection(id).await?);
        }
        Ok(all)
    }
    async fn returns_at(&self, path: &str) -> Result<bool, StoreFault> {
        let row: Result<Option<(i32,)>, sqlx::Error> = query("SELECT 1 FROM connection WHERE delegated_path = $1 LIMIT 1").bind(path).fetch_optional(&self.read).await;
        Ok(row.map_err(StoreError::from)?.is_some())
    }
    async fn keep_draft(&self, draft: &Draft, now: Timestamp) -> Result<Drafted, StoreFault> {
        Ok(self.put_draft(draft, now).await?)
    }
    async fn keep_administrator(&self, link: &[u8; 32], connection: ConnectionId, consent: &AdministratorConsent) -> Result<bool, StoreFault> {
        Ok(self.put_administrator(link, connection, consent).await?)
    }
    async fn administrator(&self, connection: ConnectionId) -> Result<Option<AdministratorConsent>, StoreFault> {
        let row: Result<Option<(String,)>, sqlx::Error> =
            query("SELECT doc FROM administrator_consent WHERE connection = $1").bind(connection.as_uuid()).fetch_optional(&self.read).await;
        Ok(row.map_err(StoreError::from)?.map(|(doc,)| read_doc(&doc)).transpose()?)
    }
    async fn forget_granted(&self, key: GrantKey, line: &AuditEvent) -> Result<bool, StoreFault> {
        Ok(self.end_granted(key, line).await?)
    }
}
