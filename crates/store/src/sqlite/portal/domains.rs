//! Domains of an account with their proofs. A domain is proved and noted in one transaction, so that two accounts never prove one.

use async_trait::async_trait;
use homeward_discovery::DomainClaim;
use homeward_model::{AccountId, DomainName, Timestamp};
use homeward_portal::{
    domains::{Found, Proof},
    ports::{Deed, Domains, Fault, Moved, Proved},
};
use sqlx::SqliteConnection;

use crate::sqlite::{Store, StoreError, read_doc, write_doc};

type Row = (String, Option<String>, Option<i64>, Option<String>);

fn read((claim, token, looked_at, found): Row) -> Result<(DomainClaim, Option<Proof>), StoreError> {
    let found: Option<Found> = found.as_deref().map(read_doc).transpose()?;
    let proof = token.map(|token| Proof { token, looked: looked_at.map(Timestamp::from_seconds).zip(found) });
    Ok((read_doc(&claim)?, proof))
}

async fn claim_of(work: &mut SqliteConnection, account: AccountId, domain: &DomainName) -> Result<Option<DomainClaim>, StoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT doc FROM domain_claim WHERE domain = $1 AND account = $2").bind(domain.as_str()).bind(account.as_uuid()).fetch_optional(work).await?;
    row.map(|(doc,)| read_doc(&doc)).transpose()
}

impl Store {
    async fn find_domains(&self, account: AccountId) -> Result<Vec<(DomainClaim, Option<Proof>)>, StoreError> {
        let statement = "SELECT c.doc, p.token, p.looked_at, p.found FROM domain_claim c LEFT JOIN domain_proof p ON p.domain = c.domain AND p.account = c.account \
            WHERE c.account = $1 ORDER BY c.domain";
        let rows: Vec<Row> = sqlx::query_as(statement).bind(account.as_uuid()).fetch_all(&self.read).await?;
        rows.into_iter().map(read).collect()
    }

    async fn add_domain(&self, account: AccountId, (domain, token): (&DomainName, &str), deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin_with("BEGIN IMMEDIATE").await?;
        if claim_of(&mut work, account, domain).await?.is_some_and(|claim| claim.verified_at.is_some()) {
            return Ok(Moved::Otherwise);
        }
        let claim = DomainClaim { domain: domain.clone(), account, verified_at: None, connection: None };
        sqlx::query("INSERT INTO domain_claim(domain, account, doc) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(domain.as_str())
            .bind(account.as_uuid())
            .bind(write_doc(&claim)?)
            .execute(&mut *work)
            .await?;
        let added = sqlx::query("INSERT INTO domain_proof(domain, account, token) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(domain.as_str())
            .bind(account.as_uuid())
            .bind(token)
            .execute(&mut *work)
            .await?;
        if added.rows_affected() == 0 {
            return Ok(Moved::Otherwise);
        }
        self.put_deed(&mut work, deed).await?;
        work.commit().await?;
        Ok(Moved::Done)
    }

    async fn note_looked(&self, account: AccountId, domain: &DomainName, (found, at): (&Found, Timestamp)) -> Result<(), StoreError> {
        sqlx::query("UPDATE domain_proof SET looked_at = $3, found = $4 WHERE domain = $1 AND account = $2")
            .bind(domain.as_str())
            .bind(account.as_uuid())
            .bind(at.seconds())
            .bind(write_doc(found)?)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    async fn prove_domain(&self, account: AccountId, (domain, token): (&DomainName, &str), deed: &Deed) -> Result<Proved, StoreError> {
        let mut work = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let taken: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM domain_claim WHERE domain = $1 AND account <> $2 AND json_extract(doc, '$.verified_at') IS NOT NULL LIMIT 1")
            .bind(domain.as_str())
            .bind(account.as_uuid())
            .fetch_optional(&mut *work)
            .await?;
        if taken.is_some() {
            return Ok(Proved::Taken);
        }
        let Some(claim) = claim_of(&mut work, account, domain).await?.filter(|claim| claim.verified_at.is_none()) else { return Ok(Proved::Otherwise) };
        let done = sqlx::query("DELETE FROM domain_proof WHERE domain = $1 AND account = $2 AND token = $3")
            .bind(domain.as_str())
            .bind(account.as_uuid())
            .bind(token)
            .execute(&mut *work)
            .await?;
        if done.rows_affected() == 0 {
            return Ok(Proved::Otherwise);
        }
        sqlx::query("UPDATE domain_claim SET doc = $3 WHERE domain = $1 AND account = $2")
            .bind(domain.as_str())
            .bind(account.as_uuid())
            .bind(write_doc(&DomainClaim { verified_at: Some(deed.at), ..claim })?)
            .execute(&mut *work)
            .await?;
        self.put_deed(&mut work, deed).await?;
        work.commit().await?;
        Ok(Proved::Done)
    }

    async fn give_domain_up(&self, account: AccountId, domain: &DomainName, deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("DELETE FROM domain_proof WHERE domain = $1 AND account = $2").bind(domain.as_str()).bind(account.as_uuid()).execute(&mut *work).await?;
        let done = sqlx::query("DELETE FROM domain_claim WHERE domain = $1 AND account = $2").bind(domain.as_str()).bind(account.as_uuid()).execute(&mut *work).await?;
        if done.rows_affected() == 0 {
            return Ok(Moved::Otherwise);
        }
        self.put_deed(&mut work, deed).await?;
        work.commit().await?;
        Ok(Moved::Done)
    }
}

#[async_trait]
impl Domains for Store {
    async fn of(&self, account: AccountId) -> Result<Vec<(DomainClaim, Option<Proof>)>, Fault> {
        Ok(self.find_domains(account).await?)
    }
    async fn add(&self, account: AccountId, domain: (&DomainName, &str), deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.add_domain(account, domain, deed).await?)
    }
    async fn looked(&self, account: AccountId, domain: &DomainName, found: (&Found, Timestamp)) -> Result<(), Fault> {
        Ok(self.note_looked(account, domain, found).await?)
    }
    async fn prove(&self, account: AccountId, domain: (&DomainName, &str), deed: &Deed) -> Result<Proved, Fault> {
        Ok(self.prove_domain(account, domain, deed).await?)
    }
    async fn give_up(&self, account: AccountId, domain: &DomainName, deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.give_domain_up(account, domain, deed).await?)
    }
}
