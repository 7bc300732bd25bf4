//! Proofs of domains that are looked for by themselves, and what ends that: whatever ends what somebody may do ends this, too.

use async_trait::async_trait;
use homeward_model::{AccountId, CaseNumber, DomainName, Timestamp, UserId};
use homeward_portal::{
    domain_search::{OneLook, Sought, SoughtDomains},
    ports::{Deed, Fault, Proved},
};
use uuid::Uuid;

use crate::adapters::{Store, StoreError, read_doc, write_doc};
use crate::engine::{Work, query};

/// Proofs under way, and those of domains that were given up and may come back.
const ALL: [&str; 2] = ["domain_proof", "domain_given_up"];

/// What somebody began is not looked for any more.
pub(in crate::adapters) async fn seek_no_more_for(work: &mut Work, by: UserId) -> Result<(), StoreError> {
    for table in ALL {
        let statement = format!("UPDATE {table} SET due_at = NULL, sought_by = NULL, sought_link = NULL WHERE sought_by = $1 AND proved_at IS NULL");
        query(sqlx::AssertSqlSafe(statement)).bind(by.as_uuid()).execute(&mut *work).await?;
    }
    Ok(())
}

/// What was begun by a setup link is not looked for any more.
pub(super) async fn seek_no_more_by(work: &mut Work, link: &CaseNumber) -> Result<(), StoreError> {
    for table in ALL {
        let statement = format!("UPDATE {table} SET due_at = NULL, sought_by = NULL, sought_link = NULL WHERE sought_by IS NOT NULL AND sought_link = $1 AND proved_at IS NULL");
        query(sqlx::AssertSqlSafe(statement)).bind(link.as_str()).execute(&mut *work).await?;
    }
    Ok(())
}

/// What was begun in an account, or by its people elsewhere, is not looked for any more.
pub(super) async fn seek_no_more_in(work: &mut Work, account: AccountId) -> Result<(), StoreError> {
    for table in ALL {
        let statement = format!(
            "UPDATE {table} SET due_at = NULL, sought_by = NULL, sought_link = NULL \
            WHERE sought_by IS NOT NULL AND (account = $1 OR sought_by IN (SELECT id FROM person WHERE account = $1)) AND proved_at IS NULL"
        );
        query(sqlx::AssertSqlSafe(statement)).bind(account.as_uuid()).execute(&mut *work).await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    domain: String,
    account: Uuid,
    token: String,
    made_at: i64,
    sought_link: Option<String>,
    by_doc: String,
}

impl Row {
    /// `None` for what does not read: nobody can act on it, and it keeps nobody else waiting.
    fn read(self) -> Option<Sought> {
        let link = match self.sought_link {
            Some(link) => Some(CaseNumber::parse(&link)?),
            None => None,
        };
        Some(Sought {
            account: AccountId::from_uuid(self.account),
            domain: DomainName::parse(&self.domain).ok()?,
            token: self.token,
            made_at: Timestamp::from_seconds(self.made_at),
            by: read_doc(&self.by_doc).ok()?,
            link,
        })
    }
}

impl Store {
    async fn find_sought(&self, (now, drawn_after): (Timestamp, Timestamp), (most, of_one): (u32, u32)) -> Result<Vec<Sought>, StoreError> {
        let statement = "SELECT s.domain, s.account, s.token, s.made_at, s.sought_link, b.doc AS by_doc FROM \
            (SELECT p.domain, p.account, p.token, p.made_at, p.sought_by, p.sought_link, p.due_at, ROW_NUMBER() OVER (PARTITION BY p.account ORDER BY p.due_at, p.domain) AS place \
            FROM domain_proof p JOIN domain_claim c ON c.domain = p.domain AND c.account = p.account \
            WHERE p.due_at <= $1 AND p.proved_at IS NULL AND p.made_at > $2 AND p.sought_by IS NOT NULL AND json_extract(c.doc, '$.verified_at') IS NULL) s \
            JOIN person b ON b.id = s.sought_by WHERE s.place <= $3 ORDER BY s.due_at, s.domain LIMIT $4";
        let rows: Vec<Row> = query(statement)
            .bind(now.seconds())
            .bind(drawn_after.seconds())
            .bind(i64::from(of_one))
            .bind(i64::from(most))
            .fetch_all(&self.read)
            .await?;
        Ok(rows.into_iter().filter_map(Row::read).collect())
    }

    async fn keep_sought(&self, sought: &Sought, looked: &OneLook) -> Result<(), StoreError> {
        let statement = "UPDATE domain_proof SET looked_at = CASE WHEN $5 IS NULL THEN looked_at ELSE $4 END, found = COALESCE($5, found), due_at = $6 \
            WHERE domain = $1 AND account = $2 AND token = $3 AND proved_at IS NULL AND sought_by IS NOT NULL";
        query(statement)
            .bind(sought.domain.as_str())
            .bind(sought.account.as_uuid())
            .bind(&sought.token)
            .bind(looked.at.seconds())
            .bind(looked.found.as_ref().map(write_doc).transpose()?)
            .bind(looked.next.map(Timestamp::seconds))
            .execute(&self.write)
            .await?;
        Ok(())
    }
}

#[async_trait]
impl SoughtDomains for Store {
    async fn sought(&self, times: (Timestamp, Timestamp), most: (u32, u32)) -> Result<Vec<Sought>, Fault> {
        Ok(self.find_sought(times, most).await?)
    }
    async fn prove_sought(&self, sought: &Sought, deed: &Deed) -> Result<Proved, Fault> {
        Ok(self.prove_domain(sought.account, (&sought.domain, &sought.token), Some(sought), deed).await?)
    }
    async fn note_sought(&self, sought: &Sought, looked: &OneLook) -> Result<(), Fault> {
        Ok(self.keep_sought(sought, looked).await?)
    }
}
