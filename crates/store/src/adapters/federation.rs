//! Sign-ins that are at an identity provider, what came of them, and what was seen before.

use async_trait::async_trait;
use homeward_federation::ReplayMark;
use homeward_local_credential::StoreFault;
use homeward_model::{ConnectionId, Timestamp};
use homeward_sealing::sha256;
use homeward_signin::federated::{HeardUpTo, Kept, Purpose, SET_BACK, SsoReturned, SsoSent, SsoTransactions, Trace, Traces, Tried};

use super::{Store, StoreError, read_doc, write_doc};
use crate::engine::{Db, Work, query, values};

/// Answers to one request at most; a stranger cannot try for ever (REJ-S).
const MOST_TRIES: i64 = 10;

/// Neither of an answer that was used already, so that a replay cannot use up a transaction that waits for its own.
const USE: &str = "UPDATE sso_transaction SET used = TRUE WHERE handle_hash = $1 AND used = FALSE AND NOT EXISTS (SELECT 1 FROM sso_seen WHERE connection = $2 AND mark = $3)";
const SEEN: &str = "INSERT INTO sso_seen(connection, mark, until) VALUES ($1, $2, $3)";
/// Of a result that was fetched, in place of its browser: nobody fetches it again. The session that comes of it uses it up.
const FETCHED: &str = "";
/// Whether something that was heard since means this answer. One whose provider named no session cannot be told from the one that is meant.
const VOIDED: &str = "SELECT 1 FROM sso_departure WHERE connection = $1 AND seq > $2 AND (called IS NULL OR called = $3) \
    AND (called_session IS NULL OR called_session = $4 OR (called IS NOT NULL AND $4 IS NULL))";
const RESULT: &str = "INSERT INTO sso_result(handle_hash, browser, doc, until, connection, called, called_session) VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// Uses up a result that was fetched; `false` when it was voided meanwhile.
pub(super) fn use_result(db: &mut Db<'_>, result_hash: &[u8; 32]) -> Result<bool, StoreError> {
    const USE_UP: &str = "DELETE FROM sso_result WHERE handle_hash = $1 AND browser = $2";
    Ok(db.execute(USE_UP, values![result_hash, FETCHED])? == 1)
}

/// Answers of a connection that no session has come of yet: they were verified by what is no more, and so are those that are being verified.
pub(super) async fn void_results(work: &mut Work, connection: ConnectionId) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM sso_result WHERE connection = $1",
        "DELETE FROM sso_departure WHERE connection = $1 AND called IS NULL AND called_session IS NULL",
    ] {
        query(statement).bind(connection.as_uuid()).execute(&mut *work).await?;
    }
    // One row a connection, and for good: whoever asks has no clock.
    departed(work, connection, (None, None), Timestamp::from_seconds(i64::MAX)).await
}

/// Notes what voids answers, for those that are being verified. By person, by session or both; by neither it is everybody's.
pub(super) async fn departed(work: &mut Work, connection: ConnectionId, (called, session): (Option<&[u8; 32]>, Option<&[u8; 32]>), until: Timestamp) -> Result<(), StoreError> {
    query("INSERT INTO sso_departure(connection, called, called_session, until) VALUES ($1, $2, $3, $4)")
        .bind(connection.as_uuid())
        .bind(called)
        .bind(session)
        .bind(until.seconds())
        .execute(work)
        .await?;
    Ok(())
}

impl Store {
    async fn put_result(
        &self,
        handle_hash: &[u8; 32],
        (mark, heard): (&ReplayMark, HeardUpTo),
        (result_hash, returned): (&[u8; 32], &SsoReturned),
        until: Timestamp,
    ) -> Result<Kept, StoreError> {
        let (connection, handle_hash, result_hash, doc) = (returned.answer.connection.as_uuid(), *handle_hash, *result_hash, write_doc(returned)?);
        let (mark, mark_until, called) = (sha256(mark.key.as_bytes()), mark.until, returned.answer.there.called.clone());
        // Whoever fetches an answer that no browser of ours waits for is the one who brought it.
        let browser = (returned.sent.purpose != Purpose::Unsolicited).then(|| returned.sent.browser.clone());
        let put = move |db: &mut Db<'_>| {
            if db.execute(USE, values![handle_hash, connection, &mark])? != 1 {
                return Ok(Kept::Used);
            }
            db.execute(SEEN, values![connection, &mark, mark_until.seconds()])?;
            if db.row(VOIDED, values![connection, heard.0, called.person, called.session], |_| Ok(()))?.is_none() {
                db.execute(RESULT, values![result_hash, browser, doc, until.seconds(), connection, called.person, called.session])?;
            }
            Ok(Kept::Once)
        };
        self.grouped(put).await
    }

    async fn count_try(&self, handle_hash: &[u8; 32], now: Timestamp) -> Result<Option<Tried>, StoreError> {
        const COUNT: &str = "UPDATE sso_transaction SET tries = tries + 1 WHERE handle_hash = $1 AND until > $2 AND until <= $3 AND tries < $4 RETURNING doc, used";
        let (handle_hash, latest) = (*handle_hash, now.plus(SsoSent::LIFETIME + SET_BACK).seconds());
        let count = move |db: &mut Db<'_>| -> Result<Option<(String, bool)>, StoreError> {
            db.row(COUNT, values![handle_hash, now.seconds(), latest, MOST_TRIES], |row| Ok((row.get(0)?, row.get(1)?)))
        };
        // Lost with the machine's power, a few tries more are had; an answer that counts is on the disk.
        self.grouped_soon(count).await?.map(|(doc, used)| Ok(Tried { sent: read_doc(&doc)?, used })).transpose()
    }

    async fn remove_result(&self, result_hash: &[u8; 32], browser: &str, now: Timestamp) -> Result<Option<SsoReturned>, StoreError> {
        const TAKE: &str =
            "UPDATE sso_result SET browser = $1 WHERE handle_hash = $2 AND until > $3 AND until <= $4 AND (browser IS NULL OR browser = $5) RETURNING doc";
        if browser == FETCHED {
            return Ok(None);
        }
        let (result_hash, browser, latest) = (*result_hash, browser.to_owned(), now.plus(SsoReturned::LIFETIME + SET_BACK).seconds());
        let take = move |db: &mut Db<'_>| -> Result<Option<String>, StoreError> {
            db.row(TAKE, values![FETCHED, result_hash, now.seconds(), latest, browser], |row| row.get(0))
        };
        // What comes of it, a session, is on the disk, and this with it.
        self.grouped_soon(take).await?.map(|doc| read_doc(&doc)).transpose()
    }
}

#[async_trait]
impl SsoTransactions for Store {
    async fn keep(&self, handle_hash: &[u8; 32], sent: &SsoSent, until: Timestamp) -> Result<bool, StoreFault> {
        let done = query("INSERT INTO sso_transaction(handle_hash, connection, doc, tries, used, until) VALUES ($1, $2, $3, 0, FALSE, $4) ON CONFLICT DO NOTHING")
            .bind(&handle_hash[..])
            .bind(sent.pending.connection.as_uuid())
            .bind(write_doc(sent)?)
            .bind(until.seconds())
            .execute(&self.write)
            .await;
        Ok(done.map_err(StoreError::from)?.rows_affected() == 1)
    }
    async fn sent(&self, handle_hash: &[u8; 32], now: Timestamp) -> Result<Option<SsoSent>, StoreFault> {
        let row: Result<Option<(String,)>, sqlx::Error> =
            query("SELECT doc FROM sso_transaction WHERE handle_hash = $1 AND until > $2").bind(&handle_hash[..]).bind(now.seconds()).fetch_optional(&self.read).await;
        Ok(row.map_err(StoreError::from)?.map(|(doc,)| read_doc(&doc)).transpose()?)
    }
    async fn try_answer(&self, handle_hash: &[u8; 32], now: Timestamp) -> Result<Option<Tried>, StoreFault> {
        Ok(self.count_try(handle_hash, now).await?)
    }
    async fn past(&self, handle_hash: &[u8; 32]) -> Result<Option<Tried>, StoreFault> {
        let row: Result<Option<(String, bool)>, sqlx::Error> =
            query("SELECT doc, used FROM sso_transaction WHERE handle_hash = $1").bind(&handle_hash[..]).fetch_optional(&self.read).await;
        Ok(row.map_err(StoreError::from)?.map(|(doc, used)| Ok::<_, StoreError>(Tried { sent: read_doc(&doc)?, used })).transpose()?)
    }
    async fn heard_up_to(&self) -> Result<HeardUpTo, StoreFault> {
        let last: Option<i64> = self.reader.row("SELECT COALESCE(MAX(seq), 0) FROM sso_departure", Vec::new(), |row| row.get(0)).await?;
        Ok(HeardUpTo(last.unwrap_or(0)))
    }
    async fn keep_result(&self, handle_hash: &[u8; 32], verified: (&ReplayMark, HeardUpTo), result: (&[u8; 32], &SsoReturned), until: Timestamp) -> Result<Kept, StoreFault> {
        Ok(self.put_result(handle_hash, verified, result, until).await?)
    }
    async fn sent_of_result(&self, result_hash: &[u8; 32]) -> Result<Option<SsoSent>, StoreFault> {
        let row: Result<Option<(String,)>, sqlx::Error> = query("SELECT doc FROM sso_result WHERE handle_hash = $1").bind(&result_hash[..]).fetch_optional(&self.read).await;
        Ok(row.map_err(StoreError::from)?.map(|(doc,)| read_doc::<SsoReturned>(&doc)).transpose()?.map(|returned| returned.sent))
    }
    async fn take_result(&self, result_hash: &[u8; 32], browser: &str, now: Timestamp) -> Result<Option<SsoReturned>, StoreFault> {
        Ok(self.remove_result(result_hash, browser, now).await?)
    }
}

#[async_trait]
impl Traces for Store {
    async fn keep_trace(&self, trace: &Trace, until: Timestamp) -> Result<(), StoreFault> {
        let done = query("INSERT INTO sso_trace(case_number, connection, at, doc, until) VALUES ($1, $2, $3, $4, $5)")
            .bind(trace.case.as_str())
            .bind(trace.connection.as_uuid())
            .bind(trace.at.seconds())
            .bind(write_doc(trace)?)
            .bind(until.seconds())
            .execute(&self.write)
            .await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn trace(&self, case: &str) -> Result<Option<Trace>, StoreFault> {
        let row: Result<Option<(String,)>, sqlx::Error> = query("SELECT doc FROM sso_trace WHERE case_number = $1").bind(case).fetch_optional(&self.read).await;
        Ok(row.map_err(StoreError::from)?.map(|(doc,)| read_doc(&doc)).transpose()?)
    }
}

impl Store {
    /// Traces of failed returns, the newest first: of one connection, or of all.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn traces(&self, connection: Option<ConnectionId>, limit: u32) -> Result<Vec<Trace>, StoreError> {
        let rows: Vec<(String,)> = query("SELECT doc FROM sso_trace WHERE $1 IS NULL OR connection = $1 ORDER BY at DESC, rowid DESC LIMIT $2")
            .bind(connection.map(|id| id.as_uuid()))
            .bind(i64::from(limit))
            .fetch_all(&self.read)
            .await?;
        rows.iter().map(|(doc,)| read_doc(doc)).collect()
    }
}
