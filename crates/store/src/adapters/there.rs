//! What sessions keep of their providers, proof by proof, and sign-outs that are under way there.

use std::time::Duration;

use async_trait::async_trait;
use homeward_federation::CalledThere;
use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, SessionId, Timestamp, UserId};
use homeward_sealing::sha256;
use homeward_signin::{
    ports::{AuditEvent, Session},
    there::{EndedThere, SignOutSent, SignOuts, There, Told, Went},
};
use uuid::Uuid;

use super::{Store, StoreError, federation::departed, read_doc, sessions::{end_one, end_proof}, write_doc};
use crate::engine::{Db, Work, query, values};

/// Answers to one request at most.
const MOST_TRIES: i64 = 10;
/// No answer is being verified for longer, however slow its provider's endpoints are.
const LONGEST_VERIFICATION: Duration = Duration::from_secs(600);

/// What sessions kept of one connection, each with whether the session goes on by that very proof.
const KEPT: &str = "SELECT t.session, t.proof, t.person, t.account, t.called_session, COALESCE(s.proof = t.proof AND s.ended_at IS NULL, FALSE) AS present \
    FROM session_there t LEFT JOIN session s ON s.id = t.session WHERE t.connection = $1";

#[derive(sqlx::FromRow)]
struct Found {
    session: Uuid,
    proof: i64,
    person: Uuid,
    account: Uuid,
    called_session: Option<Vec<u8>>,
    present: bool,
}

/// Notes what a proof of a session keeps of its provider. What an earlier proof kept stays for the grants that came of it: the provider's
/// word ends those, whatever the session goes by now.
pub(super) fn put_there(db: &mut Db<'_>, session: &Session, there: Option<&There>) -> Result<(), StoreError> {
    const PUT: &str = "INSERT INTO session_there(session, proof, person, account, connection, called, called_session, doc) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let Some(there) = there else { return Ok(()) };
    let values = values![
        session.id.as_uuid(),
        session.proof,
        session.user.as_uuid(),
        session.account.as_uuid(),
        there.connection.as_uuid(),
        there.called.person,
        there.called.session,
        write_doc(there)?,
    ];
    db.execute(PUT, values)?;
    Ok(())
}

/// Whether a provider that names these sessions of a person means this one. One whose provider named no session at the sign-in cannot be
/// told from the one that is meant.
fn is_meant(sessions: &[[u8; 32]], own: Option<&[u8]>) -> bool {
    sessions.is_empty() || own.is_none_or(|own| sessions.iter().any(|named| named[..] == *own))
}

/// What a provider means, and nothing else.
async fn find_called(work: &mut Work, told: &Told<'_>) -> Result<Vec<Found>, StoreError> {
    let (statement, hash) = match told.called {
        CalledThere::Person { person, .. } => (format!("{KEPT} AND t.called = $2"), person),
        CalledThere::Session(session) => (format!("{KEPT} AND t.called_session = $2"), session),
    };
    let found: Vec<Found> = query(sqlx::AssertSqlSafe(statement)).bind(told.connection.as_uuid()).bind(&hash[..]).fetch_all(&mut *work).await?;
    let CalledThere::Person { sessions, .. } = told.called else { return Ok(found) };
    Ok(found.into_iter().filter(|found| is_meant(sessions, found.called_session.as_deref())).collect())
}

/// Answers of what the provider means that nobody has fetched yet, or that are being verified: they sign nobody in any more.
async fn void_answers(work: &mut Work, told: &Told<'_>) -> Result<(), StoreError> {
    let (statement, hash) = match told.called {
        CalledThere::Person { person, .. } => ("SELECT handle_hash, called_session FROM sso_result WHERE connection = $1 AND called = $2", person),
        CalledThere::Session(session) => ("SELECT handle_hash, called_session FROM sso_result WHERE connection = $1 AND called_session = $2", session),
    };
    let waiting: Vec<(Vec<u8>, Option<Vec<u8>>)> = query(statement).bind(told.connection.as_uuid()).bind(&hash[..]).fetch_all(&mut *work).await?;
    for (handle, session) in waiting {
        let meant = match told.called {
            CalledThere::Person { sessions, .. } => is_meant(sessions, session.as_deref()),
            CalledThere::Session(_) => true,
        };
        if meant {
            query("DELETE FROM sso_result WHERE handle_hash = $1").bind(handle).execute(&mut *work).await?;
        }
    }
    let until = told.ended.at.plus(LONGEST_VERIFICATION);
    match told.called {
        CalledThere::Person { person, sessions } if sessions.is_empty() => departed(work, told.connection, (Some(person), None), until).await,
        CalledThere::Person { person, sessions } => {
            for session in sessions {
                departed(&mut *work, told.connection, (Some(person), Some(session)), until).await?;
            }
            Ok(())
        }
        CalledThere::Session(session) => departed(work, told.connection, (None, Some(session)), until).await,
    }
}

impl Store {
    async fn end_told(&self, told: &Told<'_>) -> Result<EndedThere, StoreError> {
        let mut work = self.write.begin().await?;
        let fresh = query("INSERT INTO sso_seen(connection, mark, until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(told.connection.as_uuid())
            .bind(&sha256(told.mark.key.as_bytes())[..])
            .bind(told.mark.until.seconds())
            .execute(&mut *work)
            .await?;
        if fresh.rows_affected() != 1 {
            work.rollback().await?;
            return Ok(EndedThere::Used);
        }
        void_answers(&mut work, told).await?;
        let (why, at) = ("by the identity provider", told.ended.at);
        let mut lines = vec![told.received.clone()];
        for found in find_called(&mut work, told).await? {
            let session = SessionId::from_uuid(found.session);
            let ended = match found.present {
                true => end_one(&mut work, session, why, at).await?,
                false => end_proof(&mut work, (session, found.proof), why, at).await?,
            };
            lines.extend(ended.then(|| AuditEvent { user: Some(UserId::from_uuid(found.person)), account: Some(AccountId::from_uuid(found.account)), ..told.ended.clone() }));
        }
        self.append_audit(&mut work, &lines.iter().collect::<Vec<_>>()).await?;
        work.commit().await?;
        Ok(EndedThere::Sessions(lines))
    }

    async fn find_sign_out(&self, handle_hash: &[u8; 32], now: Timestamp) -> Result<Option<SignOutSent>, StoreError> {
        let row: Option<(String,)> = query("UPDATE sign_out SET tries = tries + 1 WHERE handle_hash = $1 AND until > $2 AND tries < $3 AND went IS NULL RETURNING doc")
            .bind(&handle_hash[..])
            .bind(now.seconds())
            .bind(MOST_TRIES)
            .fetch_optional(&self.write)
            .await?;
        row.map(|(doc,)| read_doc(&doc)).transpose()
    }

    async fn remove_sign_out(&self, handle_hash: &[u8; 32], browser: &str, now: Timestamp) -> Result<Option<(SignOutSent, Option<Went>)>, StoreError> {
        let row: Option<(String, Option<String>)> = query("DELETE FROM sign_out WHERE handle_hash = $1 AND browser = $2 AND until > $3 RETURNING doc, went")
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
        let row: Result<Option<(String,)>, sqlx::Error> = query("SELECT t.doc FROM session_there t JOIN session s ON s.id = t.session AND s.proof = t.proof WHERE t.session = $1").bind(session.as_uuid()).fetch_optional(&self.read).await;
        Ok(row.map_err(StoreError::from)?.map(|(doc,)| read_doc(&doc)).transpose()?)
    }
    async fn end_there(&self, told: &Told<'_>) -> Result<EndedThere, StoreFault> {
        Ok(self.end_told(told).await?)
    }
    async fn keep_sign_out(&self, handle_hash: &[u8; 32], sent: &SignOutSent, until: Timestamp) -> Result<(), StoreFault> {
        let done = query("INSERT INTO sign_out(handle_hash, browser, doc, tries, until) VALUES ($1, $2, $3, 0, $4)")
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
        let done = query("UPDATE sign_out SET went = $2 WHERE handle_hash = $1 AND went IS NULL").bind(&handle_hash[..]).bind(word).execute(&self.write).await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn take_sign_out(&self, handle_hash: &[u8; 32], browser: &str, now: Timestamp) -> Result<Option<(SignOutSent, Option<Went>)>, StoreFault> {
        Ok(self.remove_sign_out(handle_hash, browser, now).await?)
    }
}
