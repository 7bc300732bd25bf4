//! Forgets what is over, in one small transaction at a time.

use std::time::Duration;

use homeward_model::Timestamp;

use super::{Store, StoreError};
use crate::engine::query;

const DAY: Duration = Duration::from_secs(86_400);
/// Rows that one statement deletes at most. As long as it runs nobody makes a change of several steps: so whoever waits for one has a turn before the next.
const AT_ONCE: u64 = 500;

/// What was over and is forgotten, or ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Rows of all tables.
    pub rows: u64,
    /// The most that one statement has deleted.
    pub most_at_once: u64,
}

impl Swept {
    /// So many in one step.
    pub(super) fn of(rows: usize) -> Self {
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        Self { rows, most_at_once: rows }
    }
    pub(super) fn is_less_than(self, rows: i64) -> bool {
        i64::try_from(self.rows).unwrap_or(i64::MAX) < rows
    }
    pub(super) fn and(self, other: Self) -> Self {
        Self { rows: self.rows + other.rows, most_at_once: self.most_at_once.max(other.most_at_once) }
    }
}

impl Store {
    /// Ends what an outage had let in that is over by itself. Deletes what can mean nothing any more: stages and codes an hour after their end (after a proof: a day more, in which a page that comes too late says whose it was), resets after a day (they count towards
    /// the hourly limit), secrets that sessions gave up after a day, sessions, grants and setup links thirty days after theirs, counters after a day.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn sweep(&self, now: Timestamp) -> Result<Swept, StoreError> {
        self.slowly().swept(now).await
    }

    async fn swept(&self, now: Timestamp) -> Result<Swept, StoreError> {
        let ago = |span: Duration| now.minus(span);
        let hour = ago(Duration::from_secs(3600));
        let mut swept = self.end_lapsed(now).await?;
        for (table, key, over, before) in [
            ("proven_stage", "handle_hash", "until < $1", ago(DAY + Duration::from_secs(3600))),
            ("sso_transaction", "handle_hash", "until < $1", hour),
            ("sso_result", "handle_hash", "until < $1", hour),
            // A mark may go only when the assertion could not be accepted any more (SF-27).
            ("sso_seen", "connection, mark", "until < $1", hour),
            ("sso_departure", "seq", "until < $1", hour),
            ("sso_trace", "case_number", "until < $1", hour),
            ("sign_out", "handle_hash", "until < $1", hour),
            ("consent_request", "state_hash", "until < $1", hour),
            ("start_link", "hash", "until < $1", hour),
            ("delegated_lease", "connection, person", "until < $1", hour),
            ("test_link", "token_hash", "until < $1", hour),
            ("test_result", "handle_hash", "until < $1", hour),
            ("sign_on_proposal", "connection", "until < $1", hour),
            ("code", "hash", "expires_at < $1", ago(DAY)),
            ("pushed_request", "hash", "expires_at < $1", now),
            ("used_assertion", "client, jti_hash", "until < $1", hour),
            ("reset", "selector", "expires_at < $1", ago(DAY)),
            // Nobody waits any more for one that could not be resolved for a day.
            ("mail_request", "selector", "at < $1", ago(DAY)),
            ("email_change", "selector", "expires_at < $1", ago(DAY)),
            ("guess_counter", "key", "last < $1", ago(DAY * 2)),
            // No page of the sign-in that a secret came of is good for as long as this.
            ("session_before", "token_hash", "at < $1", ago(DAY)),
            ("session", "id", "ended_at < $1 OR last_seen < $1", ago(DAY * 30)),
        ] {
            swept = swept.and(self.delete_over((table, key), over, Some(before)).await?);
        }
        // These are made by hand, and are few.
        query("DELETE FROM connection_move WHERE at < $1").bind(ago(DAY * 30).seconds()).execute(&self.write).await?;
        swept = swept.and(self.sweep_portal_sessions(ago(DAY)).await?);
        self.sweep_setup_links((ago(DAY), ago(DAY * 30))).await?;
        swept = swept.and(self.sweep_answers(now).await?);
        self.sweep_given_up(ago(DAY)).await?;
        self.sweep_api_tokens(ago(DAY * 30)).await?;
        swept = swept.and(self.delete_over(("app_grant", "id"), "revoked_at < $1 OR expires_at < $1", Some(ago(DAY * 30))).await?);
        let forgotten = "NOT EXISTS (SELECT 1 FROM session s WHERE s.id = session_there.session AND s.proof = session_there.proof) \
            AND NOT EXISTS (SELECT 1 FROM app_grant g WHERE g.session = session_there.session AND COALESCE(CAST(json_extract(g.doc, '$.who.proof') AS BIGINT), 0) = session_there.proof) \
            AND NOT EXISTS (SELECT 1 FROM code c WHERE c.session = session_there.session)";
        Ok(swept.and(self.delete_over(("session_there", "session, proof"), forgotten, None).await?))
    }

    /// Deletes from a table what is over, a part at a time. What was found to be over is looked at once more when its row is locked: somebody may have
    /// used it meanwhile.
    pub(super) async fn delete_over(&self, (table, key): (&str, &str), over: &str, before: Option<Timestamp>) -> Result<Swept, StoreError> {
        let text = format!("DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {over} LIMIT {AT_ONCE}) AND ({over})");
        let mut swept = Swept::default();
        loop {
            let statement = query(sqlx::AssertSqlSafe(text.clone()));
            let statement = match before {
                Some(before) => statement.bind(before.seconds()),
                None => statement,
            };
            let rows = statement.execute(&self.write).await?.rows_affected();
            swept = swept.and(Swept { rows, most_at_once: rows });
            if rows < AT_ONCE {
                return Ok(swept);
            }
        }
    }
}
