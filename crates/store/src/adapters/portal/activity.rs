//! One account's part of the audit. An account reads its own records and no others (AU-06).

use async_trait::async_trait;
use homeward_model::{AccountId, CaseNumber, ClientId, Timestamp, UserId};
use homeward_portal::{
    checked::{RefusedAnswer, RefusedAnswers},
    ports::{Activity, Deed, Fault, Kind, Line, LineQuery, Trouble},
};
use homeward_signin::{federated::Trace, ports::Audit};
use uuid::Uuid;

use super::record_of;
use crate::adapters::{Store, StoreError, read_doc};
use crate::engine::query;

/// Attempts to sign in, and how they ended.
const ATTEMPT: &str = "r.event LIKE 'signin.%'";
/// Who came and went, here and in the portal. What applications do with a sign-in, and what people change of themselves, is none.
const SIGN_IN: &str = "(r.event LIKE 'signin.%' OR r.event IN ('session.ended', 'portal.signed_in', 'portal.signed_out', 'portal.refused'))";
/// What administrators, operators, people themselves and the provider's metadata have changed.
const CHANGE: &str = "((r.event LIKE 'portal.%' AND r.event NOT IN ('portal.signed_in', 'portal.signed_out', 'portal.refused', 'portal.token_used')) \
    OR r.event LIKE 'operator.%' OR r.event LIKE 'connection.%' OR r.event LIKE 'profile.%' \
    OR r.event IN ('password.changed', 'password.reset', 'invitation.accepted', 'azure.connected', 'delegated.granted', 'delegated.administrator_consented'))";
const COLUMNS: &str = "SELECT r.number, r.at, r.event, r.outcome, s.person, r.application, r.case_number, r.detail, r.network \
    FROM audit_record r LEFT JOIN audit_subject s ON s.ref = r.subject WHERE r.account = $1 AND r.number < $2";

#[derive(sqlx::FromRow)]
struct Row {
    number: i64,
    at: i64,
    event: String,
    outcome: String,
    person: Option<Uuid>,
    application: Option<String>,
    case_number: Option<String>,
    detail: String,
    network: Option<String>,
}

impl From<Row> for Line {
    fn from(row: Row) -> Self {
        Self {
            number: row.number,
            at: Timestamp::from_seconds(row.at),
            event: row.event,
            outcome: row.outcome,
            user: row.person.map(UserId::from_uuid),
            application: row.application.as_deref().and_then(ClientId::parse),
            case: row.case_number,
            detail: row.detail,
            network: row.network,
        }
    }
}

impl Store {
    async fn find_lines(&self, account: AccountId, asked: &LineQuery) -> Result<Vec<Line>, StoreError> {
        let mut text = COLUMNS.to_owned();
        if asked.user.is_some() {
            text.push_str(" AND r.subject = (SELECT ref FROM audit_subject WHERE person = $3)");
        }
        if asked.case.is_some() {
            text.push_str(" AND r.case_number = $4");
        }
        if asked.failed {
            text.push_str(" AND r.outcome <> 'ok'");
        }
        match asked.kind {
            Some(Kind::Attempts) => text.push_str(&format!(" AND {ATTEMPT}")),
            Some(Kind::SignIns) => text.push_str(&format!(" AND {SIGN_IN}")),
            Some(Kind::Changes) => text.push_str(&format!(" AND {CHANGE}")),
            None => {}
        }
        text.push_str(" ORDER BY r.number DESC LIMIT $5");
        let rows: Vec<Row> = query(sqlx::AssertSqlSafe(text))
            .bind(account.as_uuid())
            .bind(asked.before.unwrap_or(i64::MAX))
            .bind(asked.user.map(|user| user.as_uuid()))
            .bind(asked.case.as_ref().map(|case| case.as_str().to_owned()))
            .bind(i64::from(asked.limit))
            .fetch_all(&self.read)
            .await?;
        Ok(rows.into_iter().map(Line::from).collect())
    }

    async fn find_trouble(&self, account: AccountId, since: Timestamp) -> Result<Trouble, StoreError> {
        let statement = "SELECT COUNT(*), COUNT(DISTINCT subject) FROM audit_record WHERE account = $1 AND outcome <> 'ok' AND at > $2 AND event LIKE 'signin.%'";
        let (failures, people): (i64, i64) = query(statement).bind(account.as_uuid()).bind(since.seconds()).fetch_one(&self.read).await?;
        let text = format!("{COLUMNS} AND r.outcome <> 'ok' AND r.at > $3 AND r.event LIKE 'signin.%' AND r.case_number IS NOT NULL ORDER BY r.at DESC, r.number DESC LIMIT 1");
        let last: Option<Row> =
            query(sqlx::AssertSqlSafe(text)).bind(account.as_uuid()).bind(i64::MAX).bind(since.seconds()).fetch_optional(&self.read).await?;
        Ok(Trouble { failures: u64::try_from(failures).unwrap_or(0), people: u64::try_from(people).unwrap_or(0), last: last.map(Line::from) })
    }
}

#[async_trait]
impl RefusedAnswers for Store {
    async fn refused_answer(&self, account: AccountId, reference: &CaseNumber) -> Result<Option<RefusedAnswer>, Fault> {
        let statement = "SELECT t.doc FROM sso_trace t JOIN connection c ON c.id = t.connection WHERE t.case_number = $1 AND c.account = $2";
        let row: Result<Option<(String,)>, sqlx::Error> = query(statement).bind(reference.as_str()).bind(account.as_uuid()).fetch_optional(&self.read).await;
        let Some((doc,)) = row.map_err(StoreError::from)? else { return Ok(None) };
        let kept: Trace = read_doc(&doc)?;
        Ok(Some(RefusedAnswer { connection: kept.connection, at: kept.at, failure: kept.failure().clone(), application: kept.application, asked: kept.asked }))
    }
}

#[async_trait]
impl Activity for Store {
    async fn lines(&self, account: AccountId, query: &LineQuery) -> Result<Vec<Line>, Fault> {
        Ok(self.find_lines(account, query).await?)
    }
    async fn trouble(&self, account: AccountId, since: Timestamp) -> Result<Trouble, Fault> {
        Ok(self.find_trouble(account, since).await?)
    }
    async fn note(&self, deed: &Deed) -> Result<(), Fault> {
        Audit::write(self, &record_of(deed)).await.map_err(|fault| Fault(fault.0))
    }
}
