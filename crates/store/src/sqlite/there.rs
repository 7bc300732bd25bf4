//! What sessions keep of their providers, and sign-outs that are under way there.

use async_trait::async_trait;
use homeward_federation::CalledThere;
use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, SessionId, Timestamp, UserId};
use homeward_sealing::sha256;
use homeward_signin::{
    ports::{AuditEvent, Session},
    there::{EndedThere, SignOutSent, SignOuts, There, Told, Went},
};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{Store, StoreError, read_doc, sessions::end_one, write_doc};

/// Answers to one request at most.
const MOST_TRIES: i64 = 10;

/// Sessions of one connection under which anything still lives.
const LIVING: &str = "SELECT t.session, t.person, t.account, t.called_session FROM session_there t WHERE t.connection = $1 AND \
    (EXISTS (SELECT 1 FROM session s WHERE s.id = t.session AND s.ended_at IS NULL) OR EXISTS (SELECT 1 FROM app_grant g WHERE g.session = t.session AND g.revoked_at IS NULL))";

type Found = (Uuid, Uuid, Uuid, Option<Vec<u8>>);

/// Notes what a session keeps of its provider; `None`: it comes from none, or no longer.
pub(super) async fn put_there(work: &mut SqliteConnection, session: &Session, there: Option<&There>) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM session_there WHERE session = $1").bind(session.id.as_uuid()).execute(&mut *work).await?;
    let Some(there) = there else { return Ok(()) };
    sqlx::query("INSERT INTO session_there(session, person, account, connection, called, called_session, doc) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(session.id.as_uuid())
        .bind(session.user.as_uuid())
        .bind(session.account.as_uuid())
        .bind(there.connection.as_uuid())
        .bind(&there.called.person[..])
        .bind(there.called.session.as_ref().map(|hash| &hash[..]))
        .bind(write_doc(there)?)
        .execute(&mut *work)
        .await?;
    Ok(())
}

/// The sessions that a provider means, and no others.
async fn find_called(work: &mut SqliteConnection, told: &Told<'_>) -> Result<Vec<Found>, StoreError> {
    let (statement, hash) = match told.called {
        CalledThere::Person { person, .. } => (format!("{LIVING} AND t.called = $2"), person),
        CalledThere::Session(session) => (format!("{LIVING} AND t.called_session = $2"), session),
    };
    let found: Vec<Found> = sqlx::query_as(sqlx::AssertSqlSafe(statement)).bind(told.connection.as_uuid()).bind(&hash[..]).fetch_all(&mut *work).await?;
    let CalledThere::Person { sessions, .. } = told.called else { return Ok(found) };
    // One whose provider named no session at the sign-in cannot be told from the one that is meant.
    let meant = |session: &Option<Vec<u8>>| sessions.is_empty() || session.as_ref().is_none_or(|own| sessions.iter().any(|named| named[..] == own[..]));
    Ok(found.into_iter().filter(|(.., session)| meant(session)).collect())
}

impl Store {
    async fn end_told(&self, told: &Told<'_>) -> Result<EndedThere, StoreError> {
        let mut work = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let fresh = sqlx::query("INSERT INTO sso_seen(connection, mark, until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(told.connection.as_uuid())
            .bind(&sha256(told.mark.key.as_bytes())[..])
            .bind(told.mark.until.seconds())
            .execute(&mut *work)
            .await?;
        if fresh.rows_affected() != 1 {
            work.rollback().await?;
            return Ok(EndedThere::Used);
        }
        let found = find_called(&mut work, told).await?;
        let mut lines = vec![told.received.clone()];
        for (session, person, account, _) in found {
            end_one(&mut work, SessionId::from_uuid(session), "by the identity provider", told.ended.at).await?;
            lines.push(AuditEvent { user: Some(UserId::from_uuid(person)), account: Some(AccountId::from_uuid(account)), ..told.ended.clone() });
        }
        self.append_audit(&mut work, &lines.iter().collect::<Vec<_>>()).await?;
        work.commit().await?;
        Ok(EndedThere::Sessions(lines))
    }

    async fn find_sign_out(&self, handle_hash: &[u8; 32], now: Timestamp) -> Result<Option<SignOutSent>, StoreError> {
        let row: Option<(String,)> = sqlx::query_as("UPDATE sign_out SET tries = tries + 1 WHERE handle_hash = $1 AND until > $2 AND tries < $3 AND went IS NULL RETURNING doc")
            .bind(&handle_hash[..])
            .bind(now.seconds())
            .bind(MOST_TRIES)
            .fetch_optional(&self.write)
            .await?;
        row.map(|(doc,)| read_doc(&doc)).transpose()
    }

    async fn remove_sign_out(&self, handle_hash: &[u8; 32], browser: &str, now: Timestamp) -> Result<Option<(SignOutSent, Option<Went>)>, StoreError> {
        let row: Option<(String, Option<String>)> = sqlx::query_as("DELETE FROM sign_out WHERE handle_hash = $1 AND browser = $2 AND until > $3 RETURNING doc, went")
            .bind(&handle_hash[..])
            .bind(browser)
            .bind(now.seconds())
            .fetch_optional(&self.write)
            .await?;
        row.map(|(doc, went)| Ok((read_doc(&doc)?, went.map(|word| if word == "out" { Went::Out } else { Went::Refused })))).transpose()
    }
}

#[async_trait]
impl SignOuts for Store {
    async fn there(&self, session: SessionId) -> Result<Option<There>, StoreFault> {
        let row: Result<Option<(String,)>, sqlx::Error> = sqlx::query_as("SELECT doc FROM session_there WHERE session = $1").bind(session.as_uuid()).fetch_optional(&self.read).await;
        Ok(row.map_err(StoreError::from)?.map(|(doc,)| read_doc(&doc)).transpose()?)
    }
    async fn end_there(&self, told: &Told<'_>) -> Result<EndedThere, StoreFault> {
        Ok(self.end_told(told).await?)
    }
    async fn keep_sign_out(&self, handle_hash: &[u8; 32], sent: &SignOutSent, until: Timestamp) -> Result<(), StoreFault> {
        let done = sqlx::query("INSERT INTO sign_out(handle_hash, browser, doc, tries, until) VALUES ($1, $2, $3, 0, $4)")
            .bind(&handle_hash[..])
            .bind(&sent.browser)
            .bind(write_doc(sent)?)
            .bind(until.seconds())
            .execute(&self.write)
            .await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn try_sign_out(&self, handle_hash: &[u8; 32], now: Timestamp) -> Result<Option<SignOutSent>, StoreFault> {
        Ok(self.find_sign_out(handle_hash, now).await?)
    }
    async fn note_sign_out(&self, handle_hash: &[u8; 32], went: Went) -> Result<(), StoreFault> {
        let word = match went {
            Went::Out => "out",
            Went::Refused => "refused",
        };
        let done = sqlx::query("UPDATE sign_out SET went = $2 WHERE handle_hash = $1 AND went IS NULL").bind(&handle_hash[..]).bind(word).execute(&self.write).await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn take_sign_out(&self, handle_hash: &[u8; 32], browser: &str, now: Timestamp) -> Result<Option<(SignOutSent, Option<Went>)>, StoreFault> {
        Ok(self.remove_sign_out(handle_hash, browser, now).await?)
    }
}
