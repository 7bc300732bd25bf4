//! Domains that were given up, as they were, for the day in which they can be taken back.

use async_trait::async_trait;
use homeward_discovery::DomainClaim;
use homeward_model::{AccountId, DomainName, Timestamp};
use homeward_portal::{
    domain_undo::{GivenUp, GivenUpDomains, Return},
    ports::{Deed, Fault},
};
use uuid::Uuid;

use super::domains::{claim_of, is_taken};
use crate::adapters::{Store, StoreError, read_doc, write_doc};
use crate::engine::{Work, query};

/// Keeps a domain that counts as it is, before it is forgotten; `by_above`: by somebody who looks at the account from above.
pub(super) async fn keep(work: &mut Work, claim: &DomainClaim, (at, by_above): (Timestamp, bool)) -> Result<(), StoreError> {
    let statement = "INSERT INTO domain_given_up(domain, account, doc, token, made_at, proved_at, lost_at, at, by_above, looked_at, found, due_at, sought_by, sought_link) \
        SELECT $1, $2, $3, p.token, p.made_at, p.proved_at, p.lost_at, $4, $5, p.looked_at, p.found, p.due_at, p.sought_by, p.sought_link \
        FROM account a LEFT JOIN domain_proof p ON p.domain = $1 AND p.account = a.id WHERE a.id = $2 \
        ON CONFLICT (domain, account) DO UPDATE SET doc = excluded.doc, token = excluded.token, made_at = excluded.made_at, proved_at = excluded.proved_at, \
        lost_at = excluded.lost_at, at = excluded.at, by_above = excluded.by_above, looked_at = excluded.looked_at, found = excluded.found, due_at = excluded.due_at, \
        sought_by = excluded.sought_by, sought_link = excluded.sought_link";
    query(statement)
        .bind(claim.domain.as_str())
        .bind(claim.account.as_uuid())
        .bind(write_doc(claim)?)
        .bind(at.seconds())
        .bind(by_above)
        .execute(work)
        .await?;
    Ok(())
}

/// Nobody takes a domain back any more that an account has proved since.
pub(in crate::adapters) async fn forget(work: &mut Work, domain: &DomainName) -> Result<(), StoreError> {
    query("DELETE FROM domain_given_up WHERE domain = $1").bind(domain.as_str()).execute(work).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    doc: String,
    token: Option<String>,
    made_at: Option<i64>,
    proved_at: Option<i64>,
    lost_at: Option<i64>,
    looked_at: Option<i64>,
    found: Option<String>,
    due_at: Option<i64>,
    sought_by: Option<Uuid>,
    sought_link: Option<String>,
}

impl Store {
    async fn find_given_up(&self, account: AccountId, since: Timestamp, all: bool) -> Result<Vec<GivenUp>, StoreError> {
        let statement = "SELECT g.domain, g.at FROM domain_given_up g LEFT JOIN domain_claim c ON c.domain = g.domain AND c.account = g.account \
            WHERE g.account = $1 AND g.at > $2 AND (g.by_above = FALSE OR $3) AND (c.domain IS NULL OR json_extract(c.doc, '$.verified_at') IS NULL) ORDER BY g.domain";
        let rows: Vec<(String, i64)> = query(statement).bind(account.as_uuid()).bind(since.seconds()).bind(all).fetch_all(&self.read).await?;
        Ok(rows.into_iter().filter_map(|(domain, at)| Some(GivenUp { domain: DomainName::parse(&domain).ok()?, at: Timestamp::from_seconds(at) })).collect())
    }

    async fn return_domain(&self, account: AccountId, (domain, since, all): (&DomainName, Timestamp, bool), deed: &Deed) -> Result<Return, StoreError> {
        let mut work = self.write.begin().await?;
        if is_taken(&mut work, account, domain).await? {
            return Ok(Return::Gone);
        }
        if claim_of(&mut work, account, domain).await?.is_some_and(|claim| claim.verified_at.is_some()) {
            return Ok(Return::Already);
        }
        let statement = "DELETE FROM domain_given_up WHERE domain = $1 AND account = $2 AND at > $3 AND (by_above = FALSE OR $4) \
            RETURNING doc, token, made_at, proved_at, lost_at, looked_at, found, due_at, sought_by, sought_link";
        let found: Option<Row> = query(statement).bind(domain.as_str()).bind(account.as_uuid()).bind(since.seconds()).bind(all).fetch_optional(&mut *work).await?;
        let Some(row) = found else { return Ok(Return::Gone) };
        let claim: DomainClaim = read_doc(&row.doc)?;
        query("INSERT INTO domain_claim(domain, account, doc) VALUES ($1, $2, $3) ON CONFLICT (domain, account) DO UPDATE SET doc = $3")
            .bind(domain.as_str())
            .bind(account.as_uuid())
            .bind(write_doc(&claim)?)
            .execute(&mut *work)
            .await?;
        // One that was begun again meanwhile has another value.
        query("DELETE FROM domain_proof WHERE domain = $1 AND account = $2").bind(domain.as_str()).bind(account.as_uuid()).execute(&mut *work).await?;
        if let Some(token) = row.token {
            // A record that has proved it is looked for at once. One that was still to come, where an operator's word counts, waits as it did.
            let due_at = row.proved_at.map_or(row.due_at, |_| Some(deed.at.seconds()));
            let statement = "INSERT INTO domain_proof(domain, account, token, made_at, proved_at, lost_at, due_at, looked_at, found, sought_by, sought_link) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
            query(statement)
                .bind(domain.as_str())
                .bind(account.as_uuid())
                .bind(token)
                .bind(row.made_at)
                .bind(row.proved_at)
                .bind(row.lost_at)
                .bind(due_at)
                .bind(row.looked_at)
                .bind(row.found)
                .bind(row.sought_by)
                .bind(row.sought_link)
                .execute(&mut *work)
                .await?;
        }
        forget(&mut work, domain).await?;
        self.commit_with(work, deed).await?;
        Ok(Return::Done)
    }

    /// Forgets what cannot be taken back any more.
    pub(in crate::adapters) async fn sweep_given_up(&self, before: Timestamp) -> Result<(), StoreError> {
        query("DELETE FROM domain_given_up WHERE at <= $1").bind(before.seconds()).execute(&self.write).await?;
        Ok(())
    }
}

#[async_trait]
impl GivenUpDomains for Store {
    async fn given_up(&self, account: AccountId, since: Timestamp, all: bool) -> Result<Vec<GivenUp>, Fault> {
        Ok(self.find_given_up(account, since, all).await?)
    }
    async fn put_back(&self, account: AccountId, domain: (&DomainName, Timestamp, bool), deed: &Deed) -> Result<Return, Fault> {
        Ok(self.return_domain(account, domain, deed).await?)
    }
}
