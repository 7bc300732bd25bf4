//! Domains of an account with their proofs. A domain is proved and noted in one transaction, so that two accounts never prove one.

use async_trait::async_trait;
use homeward_discovery::DomainClaim;
use homeward_model::{AccountId, CaseNumber, DomainName, Timestamp};
use homeward_portal::{
    domain_search::Sought,
    domain_watch::{AGAIN, Due, Seen, Turn},
    domains::{CHALLENGE, Found, Proof},
    ports::{Deed, Domains, Fault, Moved, Proved, Settling},
};
use homeward_signin::ports::AuditEvent;
use uuid::Uuid;

use super::given_up;
use crate::adapters::{Store, StoreError, read_doc, write_doc};
use crate::engine::{Work, query};

#[derive(sqlx::FromRow)]
struct Row {
    doc: String,
    token: Option<String>,
    looked_at: Option<i64>,
    found: Option<String>,
    made_at: Option<i64>,
    proved_at: Option<i64>,
    lost_at: Option<i64>,
    off_at: Option<i64>,
    sought_at: Option<i64>,
}

fn read(row: Row) -> Result<(DomainClaim, Option<Proof>), StoreError> {
    let found: Option<Found> = row.found.as_deref().map(read_doc).transpose()?;
    let at = |seconds: Option<i64>| seconds.map(Timestamp::from_seconds);
    let looked = at(row.looked_at).zip(found);
    let (made_at, proved_at, lost_at, off_at, sought_at) = (at(row.made_at), at(row.proved_at), at(row.lost_at), at(row.off_at), at(row.sought_at));
    let proof = row.token.map(|token| Proof { token, looked, made_at, proved_at, lost_at, off_at, sought_at });
    Ok((read_doc(&row.doc)?, proof))
}

/// Whether another account has proved the domain.
pub(in crate::adapters) async fn is_taken(work: &mut Work, account: AccountId, domain: &DomainName) -> Result<bool, StoreError> {
    let statement = "SELECT 1 FROM domain_claim WHERE domain = $1 AND account <> $2 AND json_extract(doc, '$.verified_at') IS NOT NULL LIMIT 1";
    let taken: Option<(i32,)> = query(statement).bind(domain.as_str()).bind(account.as_uuid()).fetch_optional(work).await?;
    Ok(taken.is_some())
}

async fn write_claim(work: &mut Work, claim: &DomainClaim) -> Result<(), StoreError> {
    query("UPDATE domain_claim SET doc = $3 WHERE domain = $1 AND account = $2")
        .bind(claim.domain.as_str())
        .bind(claim.account.as_uuid())
        .bind(write_doc(claim)?)
        .execute(work)
        .await?;
    Ok(())
}

pub(super) async fn claim_of(work: &mut Work, account: AccountId, domain: &DomainName) -> Result<Option<DomainClaim>, StoreError> {
    let row: Option<(String,)> =
        query("SELECT doc FROM domain_claim WHERE domain = $1 AND account = $2").bind(domain.as_str()).bind(account.as_uuid()).fetch_optional(work).await?;
    row.map(|(doc,)| read_doc(&doc)).transpose()
}

impl Store {
    async fn find_domains(&self, account: AccountId) -> Result<Vec<(DomainClaim, Option<Proof>)>, StoreError> {
        let statement = "SELECT c.doc, p.token, p.looked_at, p.found, p.made_at, p.proved_at, p.lost_at, p.off_at, \
            CASE WHEN p.proved_at IS NULL AND p.sought_by IS NOT NULL THEN p.due_at END AS sought_at \
            FROM domain_claim c LEFT JOIN domain_proof p ON p.domain = c.domain AND p.account = c.account WHERE c.account = $1 ORDER BY c.domain";
        let rows: Vec<Row> = query(statement).bind(account.as_uuid()).fetch_all(&self.read).await?;
        rows.into_iter().map(read).collect()
    }

    async fn count_people(&self, account: AccountId) -> Result<Vec<(DomainName, u64)>, StoreError> {
        let statement = "SELECT d.domain, COUNT(*) FROM domain_claim d JOIN person p ON p.account = d.account AND p.state = 'active' \
            AND substr(p.username_key, length(p.username_key) - length(d.domain)) = '@' || d.domain WHERE d.account = $1 GROUP BY d.domain";
        let rows: Vec<(String, i64)> = query(statement).bind(account.as_uuid()).fetch_all(&self.read).await?;
        Ok(rows.into_iter().filter_map(|(domain, count)| Some((DomainName::parse(&domain).ok()?, u64::try_from(count).ok()?))).collect())
    }

    async fn add_domain(&self, account: AccountId, (domain, token, sought_at): (&DomainName, &str, Option<Timestamp>), deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        if claim_of(&mut work, account, domain).await?.is_some_and(|claim| claim.verified_at.is_some()) {
            return Ok(Moved::Otherwise);
        }
        let claim = DomainClaim { domain: domain.clone(), account, verified_at: None, connection: None };
        query("INSERT INTO domain_claim(domain, account, doc) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(domain.as_str())
            .bind(account.as_uuid())
            .bind(write_doc(&claim)?)
            .execute(&mut *work)
            .await?;
        let statement = "INSERT INTO domain_proof(domain, account, token, made_at, due_at, sought_by, sought_link) VALUES ($1, $2, $3, $4, $6, $7, $8) ON CONFLICT (domain, account) DO UPDATE \
            SET token = $3, made_at = $4, due_at = $6, sought_by = $7, sought_link = $8, looked_at = NULL, found = NULL WHERE domain_proof.proved_at IS NULL AND (domain_proof.made_at IS NULL OR domain_proof.made_at <= $5)";
        let added = query(statement)
            .bind(domain.as_str())
            .bind(account.as_uuid())
            .bind(token)
            .bind(deed.at.seconds())
            .bind(deed.at.minus(CHALLENGE).seconds())
            .bind(sought_at.map(Timestamp::seconds))
            .bind(sought_at.map(|_| deed.by.as_uuid()))
            .bind(sought_at.and(deed.link.as_ref()).map(CaseNumber::as_str))
            .execute(&mut *work)
            .await?;
        if added.rows_affected() == 0 {
            return Ok(Moved::Otherwise);
        }
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }

    async fn note_looked(&self, account: AccountId, domain: &DomainName, (found, at): (&Found, Timestamp)) -> Result<(), StoreError> {
        query("UPDATE domain_proof SET looked_at = $3, found = $4 WHERE domain = $1 AND account = $2")
            .bind(domain.as_str())
            .bind(account.as_uuid())
            .bind(at.seconds())
            .bind(write_doc(found)?)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// `sought`: under whom and by which link it is looked for without a button; whoever has ended that has ended it here, too.
    pub(super) async fn prove_domain(&self, account: AccountId, (domain, token): (&DomainName, &str), sought: Option<&Sought>, deed: &Deed) -> Result<Proved, StoreError> {
        let mut work = self.write.begin().await?;
        if is_taken(&mut work, account, domain).await? {
            return Ok(Proved::Taken);
        }
        let Some(claim) = claim_of(&mut work, account, domain).await? else { return Ok(Proved::Otherwise) };
        // A domain that counts is proved once more only where its record was missing.
        let statement = "UPDATE domain_proof SET proved_at = COALESCE(proved_at, $4), due_at = $5, lost_at = NULL, off_at = NULL, sought_by = NULL, sought_link = NULL, looked_at = NULL, found = NULL \
            WHERE domain = $1 AND account = $2 AND token = $3 AND (proved_at IS NOT NULL OR made_at > $6) AND ($7 OR lost_at IS NOT NULL) \
            AND ($8 = FALSE OR (sought_by = $9 AND sought_link IS NOT DISTINCT FROM $10))";
        let done = query(statement)
            .bind(domain.as_str())
            .bind(account.as_uuid())
            .bind(token)
            .bind(deed.at.seconds())
            .bind(deed.at.plus(AGAIN).seconds())
            .bind(deed.at.minus(CHALLENGE).seconds())
            .bind(claim.verified_at.is_none())
            .bind(sought.is_some())
            .bind(sought.map(|sought| sought.by.id.as_uuid()))
            .bind(sought.and_then(|sought| sought.link.as_ref()).map(CaseNumber::as_str))
            .execute(&mut *work)
            .await?;
        if done.rows_affected() == 0 {
            return Ok(Proved::Otherwise);
        }
        write_claim(&mut work, &DomainClaim { verified_at: claim.verified_at.or(Some(deed.at)), ..claim }).await?;
        given_up::forget(&mut work, domain).await?;
        self.commit_with(work, deed).await?;
        Ok(Proved::Done)
    }

    async fn find_due(&self, now: Timestamp, limit: u32) -> Result<Vec<Due>, StoreError> {
        let statement = "SELECT p.domain, p.account, p.token, p.lost_at, p.off_at IS NOT NULL FROM domain_proof p JOIN domain_claim c ON c.domain = p.domain AND c.account = p.account \
            WHERE p.due_at <= $1 AND p.proved_at IS NOT NULL AND (p.off_at IS NOT NULL OR json_extract(c.doc, '$.verified_at') IS NOT NULL) ORDER BY p.due_at LIMIT $2";
        let rows: Vec<(String, Uuid, String, Option<i64>, bool)> = query(statement).bind(now.seconds()).bind(i64::from(limit)).fetch_all(&self.read).await?;
        let due = |(domain, account, token, lost_at, is_off): (String, Uuid, String, Option<i64>, bool)| {
            let domain = DomainName::parse(&domain).ok()?;
            Some(Due { account: AccountId::from_uuid(account), domain, token, lost_at: lost_at.map(Timestamp::from_seconds), is_off })
        };
        Ok(rows.into_iter().filter_map(due).collect())
    }

    async fn settle_domain(&self, due: &Due, seen: &Seen) -> Result<Settling, StoreError> {
        let mut work = self.write.begin().await?;
        let Some(claim) = claim_of(&mut work, due.account, &due.domain).await?.filter(|claim| due.is_off || claim.verified_at.is_some()) else { return Ok(Settling::Otherwise) };
        let returns = due.is_off && seen.turn == Turn::Back;
        if returns && is_taken(&mut work, due.account, &due.domain).await? {
            keep_seen(&mut work, due, &Seen { found: Some(Found::Taken), lost_at: due.lost_at, ..seen.clone() }, true).await?;
            work.commit().await?;
            return Ok(Settling::Taken);
        }
        if !keep_seen(&mut work, due, seen, (due.is_off && !returns) || seen.turn == Turn::Off).await? {
            return Ok(Settling::Otherwise);
        }
        match seen.turn {
            Turn::Off => write_claim(&mut work, &DomainClaim { verified_at: None, ..claim }).await?,
            Turn::Back if returns => {
                write_claim(&mut work, &DomainClaim { verified_at: Some(seen.at), ..claim }).await?;
                given_up::forget(&mut work, &due.domain).await?;
            }
            Turn::Back | Turn::Lost { .. } | Turn::Same => {}
        }
        if seen.turn != Turn::Same {
            self.append_audit(&mut work, &[&line(due, seen)]).await?;
        }
        work.commit().await?;
        Ok(Settling::Done)
    }

    async fn give_domain_up(&self, account: AccountId, (domain, by_above): (&DomainName, bool), deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        if let Some(claim) = claim_of(&mut work, account, domain).await?.filter(|claim| claim.verified_at.is_some()) {
            given_up::keep(&mut work, &claim, (deed.at, by_above)).await?;
        }
        query("DELETE FROM domain_proof WHERE domain = $1 AND account = $2").bind(domain.as_str()).bind(account.as_uuid()).execute(&mut *work).await?;
        let done = query("DELETE FROM domain_claim WHERE domain = $1 AND account = $2").bind(domain.as_str()).bind(account.as_uuid()).execute(&mut *work).await?;
        if done.rows_affected() == 0 {
            return Ok(Moved::Otherwise);
        }
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }
}

/// Notes what was seen, when nobody has touched the proof meanwhile; `off`: whether the domain counts for nothing now.
async fn keep_seen(work: &mut Work, due: &Due, seen: &Seen, off: bool) -> Result<bool, StoreError> {
    let statement = "UPDATE domain_proof SET looked_at = $6, found = $7, lost_at = $8, due_at = $9, off_at = CASE WHEN $10 THEN COALESCE(off_at, $6) END \
        WHERE domain = $1 AND account = $2 AND token = $3 AND lost_at IS NOT DISTINCT FROM $4 AND (off_at IS NOT NULL) = $5 AND proved_at IS NOT NULL";
    let done = query(statement)
        .bind(due.domain.as_str())
        .bind(due.account.as_uuid())
        .bind(&due.token)
        .bind(due.lost_at.map(Timestamp::seconds))
        .bind(due.is_off)
        .bind(seen.at.seconds())
        .bind(seen.found.as_ref().map(write_doc).transpose()?)
        .bind(seen.lost_at.map(Timestamp::seconds))
        .bind(seen.due_at.seconds())
        .bind(off)
        .execute(work)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The record of what a look changed. Nobody did it.
fn line(due: &Due, seen: &Seen) -> AuditEvent {
    AuditEvent {
        event: "portal.domain",
        outcome: "ok".into(),
        user: None,
        account: Some(due.account),
        application: None,
        network: "worker".into(),
        case: None,
        at: seen.at,
        detail: format!("{}: {}", due.domain, seen.turn.words()),
    }
}

#[async_trait]
impl Domains for Store {
    async fn of(&self, account: AccountId) -> Result<Vec<(DomainClaim, Option<Proof>)>, Fault> {
        Ok(self.find_domains(account).await?)
    }
    async fn people(&self, account: AccountId) -> Result<Vec<(DomainName, u64)>, Fault> {
        Ok(self.count_people(account).await?)
    }
    async fn add(&self, account: AccountId, domain: (&DomainName, &str, Option<Timestamp>), deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.add_domain(account, domain, deed).await?)
    }
    async fn looked(&self, account: AccountId, domain: &DomainName, found: (&Found, Timestamp)) -> Result<(), Fault> {
        Ok(self.note_looked(account, domain, found).await?)
    }
    async fn prove(&self, account: AccountId, domain: (&DomainName, &str), deed: &Deed) -> Result<Proved, Fault> {
        Ok(self.prove_domain(account, domain, None, deed).await?)
    }
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Due>, Fault> {
        Ok(self.find_due(now, limit).await?)
    }
    async fn settle(&self, due: &Due, seen: &Seen) -> Result<Settling, Fault> {
        Ok(self.settle_domain(due, seen).await?)
    }
    async fn give_up(&self, account: AccountId, domain: (&DomainName, bool), deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.give_domain_up(account, domain, deed).await?)
    }
}
