//! The audit: one chain, appended in the transaction of what it tells where that can be, and otherwise together with whatever else
//! waits to be written. A caller goes on only when its record is on the disk (AU-03).

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, Random, SystemRandom, Timestamp, UserId};
use homeward_sealing::Mac;
use homeward_signin::ports::{Audit, AuditEvent};
use sqlx::{FromRow, SqliteConnection};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{Store, StoreError};
use crate::audit::{AuditRecord, ChainFault, ChainKeys, Checkpoint, End, FORGOTTEN, Walk, end_seal, link, personal};

/// Records that are read at a time.
const PAGE: i64 = 1000;
const COLUMNS: &str = "SELECT r.number, r.at, r.event, r.outcome, r.subject, s.person, r.account, r.application, r.case_number, r.detail, r.network, \
                       r.salt, r.personal, r.key_number, r.hash FROM audit_record r LEFT JOIN audit_subject s ON s.ref = r.subject";

/// What waits to be written, and the keys to write it with.
pub(super) struct Ledger {
    keys: ChainKeys,
    waiting: Mutex<Vec<Waiting>>,
}

struct Waiting {
    event: AuditEvent,
    done: oneshot::Sender<Result<(), String>>,
}

impl Ledger {
    pub fn new(keys: Vec<(u8, Mac)>) -> Self {
        Self { keys: ChainKeys(keys), waiting: Mutex::default() }
    }
    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    number: i64,
    at: i64,
    event: String,
    outcome: String,
    subject: Option<Uuid>,
    person: Option<Uuid>,
    account: Option<Uuid>,
    application: Option<String>,
    case_number: Option<String>,
    detail: String,
    network: Option<String>,
    salt: Option<Vec<u8>>,
    personal: Vec<u8>,
    key_number: i64,
    hash: Vec<u8>,
}

impl From<Row> for AuditRecord {
    fn from(row: Row) -> Self {
        Self {
            number: row.number,
            at: Timestamp::from_seconds(row.at),
            event: row.event,
            outcome: row.outcome,
            subject: row.subject,
            user: row.person.map(UserId::from_uuid),
            account: row.account.map(AccountId::from_uuid),
            application: row.application,
            case: row.case_number,
            detail: row.detail,
            network: row.network,
            hash: row.hash,
            salt: row.salt,
            personal: row.personal,
            key_number: u8::try_from(row.key_number).unwrap_or(0),
        }
    }
}

/// Which records are wanted, newest first.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// About this user.
    pub user: Option<UserId>,
    /// With this case number.
    pub case: Option<String>,
    /// With this event, or an event of this family (`signin` for `signin.completed`).
    pub event: Option<String>,
}

impl Store {
    /// The same store with the keys of the audit's chain: one for each root key, the present one first. Without keys no record can
    /// be written, and so nothing that must be recorded can be done.
    #[must_use]
    pub fn with_audit_keys(mut self, keys: Vec<(u8, Mac)>) -> Self {
        self.ledger = std::sync::Arc::new(Ledger::new(keys));
        self
    }

    /// Appends records in a transaction that is under way; it has to be `IMMEDIATE`, so that nobody else appends in between.
    pub(super) async fn append_audit(&self, work: &mut SqliteConnection, events: &[&AuditEvent]) -> Result<(), StoreError> {
        for event in events {
            let subject = match event.user {
                Some(user) => Some(subject_of(work, user).await?),
                None => None,
            };
            self.append_record(work, event, subject).await?;
        }
        Ok(())
    }

    async fn append_record(&self, work: &mut SqliteConnection, event: &AuditEvent, subject: Option<Uuid>) -> Result<(), StoreError> {
        let (key_number, key) = self.ledger.keys.present().ok_or(StoreError::NoAuditKey)?;
        let last: Option<(i64, Vec<u8>)> = sqlx::query_as("SELECT number, hash FROM audit_head WHERE id = 1").fetch_optional(&mut *work).await?;
        let (number, previous) = last.unwrap_or_else(|| (0, vec![0; 32]));
        let mut salt = vec![0; 16];
        SystemRandom.fill(&mut salt);
        let mut record = AuditRecord {
            number: number + 1,
            at: event.at,
            event: event.event.to_owned(),
            outcome: event.outcome.clone(),
            subject,
            user: event.user,
            account: event.account,
            application: event.application.as_ref().map(|a| a.as_str().to_owned()),
            case: event.case.as_ref().map(|c| c.as_str().to_owned()),
            detail: event.detail.clone(),
            personal: personal(key, &salt, &event.network).to_vec(),
            network: Some(event.network.clone()),
            salt: Some(salt),
            key_number: *key_number,
            hash: Vec::new(),
        };
        record.hash = link(key, &record, &previous).to_vec();
        insert(work, &record).await?;
        sqlx::query(
            "INSERT INTO audit_head(id, number, hash, key_number, seal) VALUES (1, $1, $2, $3, $4) \
             ON CONFLICT (id) DO UPDATE SET number = $1, hash = $2, key_number = $3, seal = $4",
        )
        .bind(record.number)
        .bind(&record.hash)
        .bind(i64::from(*key_number))
        .bind(&end_seal(key, record.number, &record.hash)[..])
        .execute(work)
        .await?;
        Ok(())
    }

    /// Writes everything that waits, in one transaction.
    async fn flush_audit(&self) {
        let begun = self.write.begin_with("BEGIN IMMEDIATE").await;
        let waiting = std::mem::take(&mut *self.ledger.waiting());
        if waiting.is_empty() {
            return; // somebody else wrote it
        }
        let written: Result<(), StoreError> = async {
            let mut work = begun?;
            let events: Vec<&AuditEvent> = waiting.iter().map(|w| &w.event).collect();
            self.append_audit(&mut work, &events).await?;
            Ok(work.commit().await?)
        }
        .await;
        let told = written.map_err(|error| error.to_string());
        for waiting in waiting {
            // Who asked may have gone; the record stands all the same.
            let _ = waiting.done.send(told.clone());
        }
    }

    /// Forgets who a user was in the audit, and from where they came; the chain stays whole, and the record `event` says who did it.
    /// Gives the number of records.
    ///
    /// # Errors
    /// `StoreError` when the database fails; then nothing is forgotten.
    pub async fn forget_in_audit(&self, user: UserId, event: &AuditEvent) -> Result<u64, StoreError> {
        let mut work = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let found: Option<(Uuid,)> = sqlx::query_as("SELECT ref FROM audit_subject WHERE person = $1").bind(user.as_uuid()).fetch_optional(&mut *work).await?;
        let Some((subject,)) = found else { return Ok(0) };
        sqlx::query("DELETE FROM audit_subject WHERE ref = $1").bind(subject).execute(&mut *work).await?;
        let done = sqlx::query("UPDATE audit_record SET network = NULL, salt = NULL WHERE subject = $1").bind(subject).execute(&mut *work).await?;
        let event = AuditEvent { event: FORGOTTEN, user: None, ..event.clone() };
        self.append_record(&mut work, &event, Some(subject)).await?;
        work.commit().await?;
        Ok(done.rows_affected())
    }

    /// Reads the whole chain, and finds the first record that is not as it was written. Gives the number of records and the end, to be
    /// noted elsewhere as a checkpoint.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn verify_audit(&self, checkpoint: Option<&Checkpoint>) -> Result<Result<Option<Checkpoint>, ChainFault>, StoreError> {
        // One snapshot: records that are written meanwhile belong to the next run.
        let mut read = self.read.begin().await?;
        let end: Option<(i64, Vec<u8>, i64, Vec<u8>)> =
            sqlx::query_as("SELECT number, hash, key_number, seal FROM audit_head WHERE id = 1").fetch_optional(&mut *read).await?;
        let mut walk = Walk::new(&self.ledger.keys, checkpoint);
        let mut after = i64::MIN;
        loop {
            let text = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE r.number > $1 ORDER BY r.number LIMIT $2"));
            let rows = sqlx::query(text).bind(after).bind(PAGE).fetch_all(&mut *read).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                // What does not even read as a record was written by somebody else.
                let Ok(row) = Row::from_row(row) else { return Ok(Err(ChainFault::Changed { number: walk.next() })) };
                after = row.number;
                if let Err(fault) = walk.step(&row.into()) {
                    return Ok(Err(fault));
                }
            }
        }
        let end = end.map(|(number, hash, key, seal)| End { number, hash, key_number: u8::try_from(key).unwrap_or(0), seal });
        Ok(walk.finish(end.as_ref()))
    }

    /// Records after a number, oldest first, at most `limit`.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn audit_after(&self, number: i64, limit: i64) -> Result<Vec<AuditRecord>, StoreError> {
        let text = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE r.number > $1 ORDER BY r.number LIMIT $2"));
        let rows: Vec<Row> = sqlx::query_as(text).bind(number).bind(limit).fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(AuditRecord::from).collect())
    }

    /// The newest records that fit, newest first.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn audit_newest(&self, filter: &AuditFilter, limit: i64) -> Result<Vec<AuditRecord>, StoreError> {
        let text = sqlx::AssertSqlSafe(format!(
            "{COLUMNS} WHERE ($1 IS NULL OR s.person = $1) AND ($2 IS NULL OR r.case_number = $2) AND ($3 IS NULL OR r.event = $3 OR r.event LIKE $3 || '.%') \
             ORDER BY r.number DESC LIMIT $4"
        ));
        let rows: Vec<Row> =
            sqlx::query_as(text).bind(filter.user.map(|u| u.as_uuid())).bind(&filter.case).bind(&filter.event).bind(limit).fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(AuditRecord::from).collect())
    }

    /// The audit's newest lines: time, event, outcome, user, case number.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn audit_lines(&self, limit: u32) -> Result<Vec<(Timestamp, String, String, Option<UserId>, Option<String>)>, StoreError> {
        let found = self.audit_newest(&AuditFilter::default(), i64::from(limit)).await?;
        Ok(found.into_iter().map(|r| (r.at, r.event, r.outcome, r.user, r.case)).collect())
    }
}

async fn insert(work: &mut SqliteConnection, record: &AuditRecord) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO audit_record(number, at, event, outcome, subject, account, application, case_number, detail, network, salt, personal, key_number, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(record.number)
    .bind(record.at.seconds())
    .bind(&record.event)
    .bind(&record.outcome)
    .bind(record.subject)
    .bind(record.account.map(|a| a.as_uuid()))
    .bind(&record.application)
    .bind(&record.case)
    .bind(&record.detail)
    .bind(&record.network)
    .bind(&record.salt)
    .bind(&record.personal)
    .bind(i64::from(record.key_number))
    .bind(&record.hash)
    .execute(work)
    .await?;
    Ok(())
}

/// The reference of a user, made at the first record about them.
async fn subject_of(work: &mut SqliteConnection, user: UserId) -> Result<Uuid, StoreError> {
    let known: Option<(Uuid,)> = sqlx::query_as("SELECT ref FROM audit_subject WHERE person = $1").bind(user.as_uuid()).fetch_optional(&mut *work).await?;
    if let Some((known,)) = known {
        return Ok(known);
    }
    let mut bytes = [0; 16];
    SystemRandom.fill(&mut bytes);
    let new = Uuid::from_bytes(bytes);
    sqlx::query("INSERT INTO audit_subject(ref, person) VALUES ($1, $2)").bind(new).bind(user.as_uuid()).execute(work).await?;
    Ok(new)
}

#[async_trait]
impl Audit for Store {
    async fn write(&self, event: &AuditEvent) -> Result<(), StoreFault> {
        let (done, told) = oneshot::channel();
        self.ledger.waiting().push(Waiting { event: event.clone(), done });
        // A task of its own: a visitor who goes away takes no other's record along.
        let store = self.clone();
        tokio::spawn(async move { store.flush_audit().await });
        match told.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(why)) => Err(StoreFault(why)),
            Err(_) => Err(StoreFault("the audit was not written".into())),
        }
    }
}

#[cfg(test)]
#[path = "audit_tests.rs"]
mod tests;
