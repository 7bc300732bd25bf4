//! Forgets what is over, in one small transaction at a time.

use std::time::Duration;

use homeward_model::Timestamp;

use super::{Store, StoreError};
use crate::engine::query;

const DAY: Duration = Duration::from_secs(86_400);

impl Store {
    /// Ends what an outage had let in that is over by itself. Deletes what can mean nothing any more: stages and codes an hour after their end, resets after a day (they count towards
    /// the hourly limit), sessions, grants and setup links thirty days after theirs, counters after a day.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn sweep(&self, now: Timestamp) -> Result<(), StoreError> {
        self.slowly().swept(now).await
    }

    async fn swept(&self, now: Timestamp) -> Result<(), StoreError> {
        let ago = |span: Duration| now.minus(span).seconds();
        let hour = ago(Duration::from_secs(3600));
        self.end_lapsed(now).await?;
        query("DELETE FROM proven_stage WHERE until < $1").bind(hour).execute(&self.write).await?;
        for statement in [
            "DELETE FROM sso_transaction WHERE until < $1",
            "DELETE FROM sso_result WHERE until < $1",
            // A mark may go only when the assertion could not be accepted any more (SF-27).
            "DELETE FROM sso_seen WHERE until < $1",
            "DELETE FROM sso_departure WHERE until < $1",
            "DELETE FROM sso_trace WHERE until < $1",
            "DELETE FROM sign_out WHERE until < $1",
            "DELETE FROM consent_request WHERE until < $1",
            "DELETE FROM start_link WHERE until < $1",
            "DELETE FROM delegated_lease WHERE until < $1",
            "DELETE FROM test_link WHERE until < $1",
            "DELETE FROM test_result WHERE until < $1",
            "DELETE FROM sign_on_proposal WHERE until < $1",
        ] {
            query(statement).bind(hour).execute(&self.write).await?;
        }
        query("DELETE FROM connection_move WHERE at < $1").bind(ago(DAY * 30)).execute(&self.write).await?;
        query("DELETE FROM code WHERE expires_at < $1").bind(ago(DAY)).execute(&self.write).await?;
        query("DELETE FROM pushed_request WHERE expires_at < $1").bind(now.seconds()).execute(&self.write).await?;
        query("DELETE FROM used_assertion WHERE until < $1").bind(hour).execute(&self.write).await?;
        query("DELETE FROM reset WHERE expires_at < $1").bind(ago(DAY)).execute(&self.write).await?;
        query("DELETE FROM email_change WHERE expires_at < $1").bind(ago(DAY)).execute(&self.write).await?;
        query("DELETE FROM guess_counter WHERE last < $1").bind(ago(DAY * 2)).execute(&self.write).await?;
        query("DELETE FROM session WHERE ended_at < $1 OR last_seen < $1").bind(ago(DAY * 30)).execute(&self.write).await?;
        self.sweep_portal_sessions(now.minus(DAY)).await?;
        self.sweep_setup_links((now.minus(DAY), now.minus(DAY * 30))).await?;
        self.sweep_answers(now).await?;
        self.sweep_given_up(now.minus(DAY)).await?;
        self.sweep_api_tokens(now.minus(DAY * 30)).await?;
        query("DELETE FROM app_grant WHERE revoked_at < $1 OR expires_at < $1").bind(ago(DAY * 30)).execute(&self.write).await?;
        let forgotten = "DELETE FROM session_there WHERE NOT EXISTS (SELECT 1 FROM session s WHERE s.id = session_there.session AND s.proof = session_there.proof) \
            AND NOT EXISTS (SELECT 1 FROM app_grant g WHERE g.session = session_there.session AND COALESCE(CAST(json_extract(g.doc, '$.who.proof') AS BIGINT), 0) = session_there.proof) \
            AND NOT EXISTS (SELECT 1 FROM code c WHERE c.session = session_there.session)";
        query(forgotten).execute(&self.write).await?;
        Ok(())
    }
}
