//! Steps of which an account's administrators are still to be told. Steps of one kind within ten minutes are told together: the first
//! at once, and the others, counted, when the ten minutes are over.

use std::time::Duration;

use homeward_model::{AccountId, Timestamp, UserId};
use homeward_portal::{
    alarm::{Alarm, Step, Waiting},
    ports::Deed,
};
use uuid::Uuid;

use crate::adapters::{Store, StoreError};
use crate::engine::{Work, query};

/// One mail of a kind in this time.
const EVERY: Duration = Duration::from_secs(600);
/// How long a worker has what it took.
const CLAIM: Duration = Duration::from_secs(60);

/// Notes a step that is to be told, in the transaction of the step.
pub(super) async fn wait(work: &mut Work, deed: &Deed) -> Result<(), StoreError> {
    let Some(alarm) = deed.alarm else { return Ok(()) };
    // Each step says by itself who took it, so nobody reads `by_several`. It has no default, and the version before writes it: a later migration takes it away.
    let statement = "INSERT INTO portal_alarm(account, kind, told_at, waiting, since, at, given_by, by_several, about, detail, network) \
        VALUES ($1, $2, NULL, 1, $3, $3, $4, FALSE, $5, $6, $7) ON CONFLICT (account, kind) DO UPDATE SET waiting = portal_alarm.waiting + 1, \
        since = CASE WHEN portal_alarm.waiting = 0 THEN $3 ELSE portal_alarm.since END, at = $3, \
        given_by = $4, about = $5, detail = $6, network = $7";
    query(statement)
        .bind(deed.account.as_uuid())
        .bind(alarm.word())
        .bind(deed.at.seconds())
        .bind(deed.by.as_uuid())
        .bind(deed.user.map(|user| user.as_uuid()))
        .bind(&deed.detail)
        .bind(&deed.network)
        .execute(&mut *work)
        .await?;
    // The row stands for this step now, until the next one.
    let step = "INSERT INTO portal_alarm_step(account, kind, at, given_by, about, detail, network) \
        SELECT account, kind, at, given_by, about, detail, network FROM portal_alarm WHERE account = $1 AND kind = $2";
    query(step).bind(deed.account.as_uuid()).bind(alarm.word()).execute(work).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    account: Uuid,
    kind: String,
    waiting: i64,
    since: i64,
    #[sqlx(flatten)]
    last: StepRow,
}

#[derive(sqlx::FromRow)]
struct StepRow {
    at: i64,
    given_by: Uuid,
    about: Option<Uuid>,
    detail: String,
    network: String,
}

impl StepRow {
    fn step(self) -> Step {
        Step {
            at: Timestamp::from_seconds(self.at),
            by: UserId::from_uuid(self.given_by),
            about: self.about.map(UserId::from_uuid),
            detail: self.detail,
            network: self.network,
        }
    }
}

#[derive(sqlx::FromRow)]
struct Numbered {
    seq: i64,
    #[sqlx(flatten)]
    step: StepRow,
}

impl Store {
    /// Steps that are to be told now; the caller has them for a minute, so that two workers never tell one.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn alarms_due(&self, now: Timestamp) -> Result<Vec<Waiting>, StoreError> {
        let due = "waiting > 0 AND (told_at IS NULL OR told_at <= $1) AND (claimed_until IS NULL OR claimed_until <= $2)";
        let times = (now.minus(EVERY).seconds(), now.seconds());
        let found: Option<(i32,)> = query(sqlx::AssertSqlSafe(format!("SELECT 1 FROM portal_alarm WHERE {due} LIMIT 1"))).bind(times.0).bind(times.1).fetch_optional(&self.read).await?;
        if found.is_none() {
            return Ok(Vec::new());
        }
        let statement = format!("UPDATE portal_alarm SET claimed_until = $3 WHERE {due} RETURNING account, kind, waiting, since, at, given_by, about, detail, network");
        let claim = query(sqlx::AssertSqlSafe(statement)).bind(times.0).bind(times.1).bind(now.plus(CLAIM).seconds());
        let rows: Vec<Row> = claim.fetch_all(&self.write).await?;
        let mut all = Vec::new();
        for row in rows {
            // A kind that this version does not know waits for one that does.
            let Some(alarm) = Alarm::from_word(&row.kind) else { continue };
            // One that does not read keeps none of the others back.
            match self.with_steps(alarm, row).await {
                Ok(waiting) => all.push(waiting),
                Err(error) => tracing::error!(%error, "a step in the portal cannot be read"),
            }
        }
        Ok(all)
    }

    /// Each of them as it was noted. The last is the one that was counted last, whatever came since.
    async fn with_steps(&self, alarm: Alarm, row: Row) -> Result<Waiting, StoreError> {
        let statement = "SELECT seq, at, given_by, about, detail, network FROM (SELECT seq, at, given_by, about, detail, network FROM portal_alarm_step WHERE account = $1 AND kind = $2 ORDER BY seq LIMIT $3) noted ORDER BY seq DESC";
        let steps: Vec<Numbered> = query(statement).bind(row.account).bind(&row.kind).bind(row.waiting).fetch_all(&self.read).await?;
        let up_to = steps.first().map_or(0, |newest| newest.seq);
        Ok(Waiting {
            account: AccountId::from_uuid(row.account),
            alarm,
            count: u32::try_from(row.waiting).unwrap_or(u32::MAX),
            since: Timestamp::from_seconds(row.since),
            last: row.last.step(),
            before: steps.into_iter().skip(1).map(|one| one.step.step()).collect(),
            up_to,
        })
    }

    /// These were told; what came meanwhile waits. Who did what is told once and kept in the audit only.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn alarm_told(&self, told: &Waiting, now: Timestamp) -> Result<(), StoreError> {
        let mut work = self.write.begin().await?;
        let statement = "UPDATE portal_alarm SET told_at = $3, claimed_until = NULL, since = at, waiting = CASE WHEN waiting > $4 THEN waiting - $4 ELSE 0 END, \
            detail = CASE WHEN waiting > $4 THEN detail ELSE '' END, network = CASE WHEN waiting > $4 THEN network ELSE '' END WHERE account = $1 AND kind = $2";
        query(statement)
            .bind(told.account.as_uuid())
            .bind(told.alarm.word())
            .bind(now.seconds())
            .bind(i64::from(told.count))
            .execute(&mut *work)
            .await?;
        query("DELETE FROM portal_alarm_step WHERE account = $1 AND kind = $2 AND seq <= $3")
            .bind(told.account.as_uuid())
            .bind(told.alarm.word())
            .bind(told.up_to)
            .execute(&mut *work)
            .await?;
        work.commit().await?;
        Ok(())
    }
}
