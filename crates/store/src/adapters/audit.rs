//! The audit: one chain, appended in the transaction of what it tells where that can be, and otherwise in a group of changes. A caller goes on only when its record is on the disk (AU-03).

use std::sync::Arc;

use async_trait::async_trait;
use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, Random, SystemRandom, Timestamp, UserId};
use homeward_sealing::Mac;
use homeward_signin::ports::{Audit, AuditEvent};
use uuid::Uuid;

use super::{Store, StoreError};
use crate::audit::{AuditRecord, ChainFault, ChainKeys, Checkpoint, End, FORGOTTEN, SALT, Walk, end_seal, link, personal, whom};
use crate::engine::{Db, Value, Work, query, values};

/// Records that are read at a time.
const PAGE: i64 = 1000;
const COLUMNS: &str = "SELECT r.number, r.at, r.event, r.outcome, r.subject, s.person, r.account, r.application, r.case_number, r.detail, r.network, \
                       r.salt, r.personal, r.key_number, r.hash FROM audit_record r LEFT JOIN audit_subject s ON s.ref = r.subject";
const LAST: &str = "SELECT number, hash FROM audit_head WHERE id = 1";
const NEW_HEAD: &str = "INSERT INTO audit_head(id, number, hash, key_number, seal) VALUES (1, $1, $2, $3, $4) \
    ON CONFLICT (id) DO UPDATE SET number = excluded.number, hash = excluded.hash, key_number = excluded.key_number, seal = excluded.seal";
/// Whether a broker has ever started here. Each start notes its root key and leaves a signing key, and what people do leaves sessions and grants: whoever
/// empties the audit and removes one of these traces as well is found by the others.
const HAS_BEGUN: &str = "SELECT EXISTS (SELECT 1 FROM root_key) OR EXISTS (SELECT 1 FROM signing_key) OR EXISTS (SELECT 1 FROM session) OR EXISTS (SELECT 1 FROM app_grant)";
/// Whether there is anything that never came about without a record, in no version: records themselves, accounts, and what people hold.
const IS_USED: &str = "SELECT EXISTS (SELECT 1 FROM audit_record) OR EXISTS (SELECT 1 FROM account) OR EXISTS (SELECT 1 FROM session) OR EXISTS (SELECT 1 FROM app_grant)";
/// The end of a chain that has no record yet.
const BEGUN: &str = "INSERT INTO audit_head(id, number, hash, key_number, seal) VALUES (1, 0, $1, $2, $3) ON CONFLICT (id) DO NOTHING";
const NEW_RECORD: &str = "INSERT INTO audit_record(number, at, event, outcome, subject, account, application, case_number, detail, network, salt, personal, \
    key_number, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const SUBJECT: &str = "SELECT ref FROM audit_subject WHERE person = $1";
const STRAY: &str = "SELECT COUNT(*) FROM audit_subject s WHERE NOT EXISTS (SELECT 1 FROM audit_record r WHERE r.subject = s.ref)";
const NEW_SUBJECT: &str = "INSERT INTO audit_subject(ref, person) VALUES ($1, $2)";

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
        self.ledger = Arc::new(ChainKeys(keys));
        self
    }

    /// Appends records in a transaction that is under way; nobody else writes beside it, so nobody appends in between.
    pub(super) async fn append_audit(&self, work: &mut Work, events: &[&AuditEvent]) -> Result<(), StoreError> {
        for event in events {
            let subject = match event.user {
                Some(user) => Some(subject_of(work, user).await?),
                None => None,
            };
            self.append_record(work, event, subject).await?;
        }
        Ok(())
    }

    async fn append_record(&self, work: &mut Work, event: &AuditEvent, subject: Option<Uuid>) -> Result<(), StoreError> {
        let last: Option<(i64, Vec<u8>)> = query(LAST).fetch_optional(&mut *work).await?;
        for (statement, values) in appended(&self.ledger, event, subject, last)? {
            query(statement).with(values).execute(&mut *work).await?;
        }
        Ok(())
    }

    /// Seals the end of a chain that has no record yet, so that nobody can remove all of them with their end and leave what looks like a new one.
    ///
    /// This goes by what there is, and not by whether it is the first start: a version that began no audit may have started here before and left nothing to
    /// record, and then its missing end is no fault to be told of until the first record. That opens no way for whoever removes the records of an
    /// installation in use: where there is a single account, session or grant, records were there, and no start begins anew. [`HAS_BEGUN`] goes on saying
    /// that an end is missing. Only an installation with all of this removed begins anew; a checkpoint from elsewhere finds that, too.
    pub(super) async fn begin_audit(&self, work: &mut Work) -> Result<(), StoreError> {
        let Some((key_number, key)) = self.ledger.present() else { return Ok(()) };
        let (is_used,): (bool,) = query(IS_USED).fetch_one(&mut *work).await?;
        if !is_used {
            let nothing = vec![0; 32];
            let seal = end_seal(key, 0, &nothing);
            query(BEGUN).with(values![nothing, *key_number, seal]).execute(&mut *work).await?;
        }
        Ok(())
    }

    /// Forgets who a user was in the audit, and from where they came; the chain stays whole, and the record `event` says who did it.
    /// Gives the number of records.
    ///
    /// # Errors
    /// `StoreError` when the database fails; then nothing is forgotten.
    pub async fn forget_in_audit(&self, user: UserId, event: &AuditEvent) -> Result<u64, StoreError> {
        let mut work = self.write.begin().await?;
        let found: Option<(Uuid,)> = query("SELECT ref FROM audit_subject WHERE person = $1").bind(user.as_uuid()).fetch_optional(&mut *work).await?;
        let Some((subject,)) = found else { return Ok(0) };
        query("DELETE FROM audit_subject WHERE ref = $1").bind(subject).execute(&mut *work).await?;
        let done = query("UPDATE audit_record SET network = NULL, salt = NULL WHERE subject = $1").bind(subject).execute(&mut *work).await?;
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
        let mut read = self.read.snapshot().await?;
        let end: Option<(i64, Vec<u8>, i64, Vec<u8>)> =
            query("SELECT number, hash, key_number, seal FROM audit_head WHERE id = 1").fetch_optional(&mut *read).await?;
        let mut walk = Walk::new(&self.ledger, checkpoint);
        let mut after = i64::MIN;
        loop {
            let text = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE r.number > $1 ORDER BY r.number LIMIT $2"));
            let rows: Vec<Result<Row, sqlx::Error>> = query(text).bind(after).bind(PAGE).fetch_each(&mut *read).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                // What does not even read as a record was written by somebody else.
                let Ok(row) = row else { return Ok(Err(ChainFault::Changed { number: walk.next() })) };
                after = row.number;
                if let Err(fault) = walk.step(&row.into()) {
                    return Ok(Err(fault));
                }
            }
        }
        let (count,): (i64,) = query(STRAY).fetch_one(&mut *read).await?;
        if count > 0 {
            return Ok(Err(ChainFault::Stray { count }));
        }
        let end = end.map(|(number, hash, key, seal)| End { number, hash, key_number: u8::try_from(key).unwrap_or(0), seal });
        // Since the first start of a broker there is an end.
        let (has_begun,): (bool,) = query(HAS_BEGUN).fetch_one(&mut *read).await?;
        Ok(walk.finish(end.as_ref(), has_begun))
    }

    /// Records after a number, oldest first, at most `limit`.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn audit_after(&self, number: i64, limit: i64) -> Result<Vec<AuditRecord>, StoreError> {
        let text = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE r.number > $1 ORDER BY r.number LIMIT $2"));
        let rows: Vec<Row> = query(text).bind(number).bind(limit).fetch_all(&self.read).await?;
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
            query(text).bind(filter.user.map(|u| u.as_uuid())).bind(&filter.case).bind(&filter.event).bind(limit).fetch_all(&self.read).await?;
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

/// The record that follows the last one, and the seal of the end that it becomes.
fn next_record(keys: &ChainKeys, event: &AuditEvent, subject: Option<Uuid>, last: Option<(i64, Vec<u8>)>) -> Result<(AuditRecord, [u8; 32]), StoreError> {
    let (key_number, key) = keys.present().ok_or(StoreError::NoAuditKey)?;
    let (number, previous) = last.unwrap_or_else(|| (0, vec![0; 32]));
    let mut salt = vec![0; SALT];
    SystemRandom.fill(&mut salt);
    if let (Some(subject), Some(user)) = (subject, event.user) {
        let bound = whom(key, &salt, subject, user);
        salt.extend(bound);
    }
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
    let seal = end_seal(key, record.number, &record.hash);
    Ok((record, seal))
}

/// What the next record writes, statement by statement.
fn appended(keys: &ChainKeys, event: &AuditEvent, subject: Option<Uuid>, last: Option<(i64, Vec<u8>)>) -> Result<[(&'static str, Vec<Value<'static>>); 2], StoreError> {
    let (record, seal) = next_record(keys, event, subject, last)?;
    let head = values![record.number, record.hash.clone(), record.key_number, seal];
    let values = values![
        record.number,
        record.at.seconds(),
        record.event,
        record.outcome,
        record.subject,
        record.account.map(|account| account.as_uuid()),
        record.application,
        record.case,
        record.detail,
        record.network,
        record.salt,
        record.personal,
        record.key_number,
        record.hash,
    ];
    Ok([(NEW_RECORD, values), (NEW_HEAD, head)])
}

/// Appends a record in a group of changes that is under way.
pub(super) fn append(db: &mut Db<'_>, keys: &ChainKeys, event: &AuditEvent) -> Result<(), StoreError> {
    let subject = event.user.map(|user| known_subject(db, user)).transpose()?;
    let last = db.row(LAST, values![], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (statement, values) in appended(keys, event, subject, last)? {
        db.execute(statement, values)?;
    }
    Ok(())
}

/// As [`subject_of`], in a group of changes.
fn known_subject(db: &mut Db<'_>, user: UserId) -> Result<Uuid, StoreError> {
    if let Some(known) = db.row(SUBJECT, values![user.as_uuid()], |row| row.get(0))? {
        return Ok(known);
    }
    let new = new_reference();
    db.execute(NEW_SUBJECT, values![new, user.as_uuid()])?;
    Ok(new)
}

fn new_reference() -> Uuid {
    let mut bytes = [0; 16];
    SystemRandom.fill(&mut bytes);
    Uuid::from_bytes(bytes)
}

/// The reference of a user, made at the first record about them.
async fn subject_of(work: &mut Work, user: UserId) -> Result<Uuid, StoreError> {
    let known: Option<(Uuid,)> = query(SUBJECT).bind(user.as_uuid()).fetch_optional(&mut *work).await?;
    if let Some((known,)) = known {
        return Ok(known);
    }
    let new = new_reference();
    query(NEW_SUBJECT).bind(new).bind(user.as_uuid()).execute(work).await?;
    Ok(new)
}

#[async_trait]
impl Audit for Store {
    async fn write(&self, event: &AuditEvent) -> Result<(), StoreFault> {
        let (keys, event) = (self.ledger.clone(), event.clone());
        Ok(self.grouped(move |db| append(db, &keys, &event)).await?)
    }
}

#[cfg(test)]
#[path = "audit_tests.rs"]
mod tests;
