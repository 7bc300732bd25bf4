//! Browsers' sessions, and stages after a proof.

use std::sync::Arc;

use async_trait::async_trait;
use homeward_discovery::{Connection, ConnectionState};
use homeward_local_credential::{StoreFault, reset};
use homeward_model::{AccountId, ClientId, ConnectionId, SessionId, Timestamp, UserId};
use homeward_provider::{NewCode, Stopgap};
use homeward_signin::{
    ports::{AuditEvent, CameBy, FoundSession, GrantFound, ProvenStages, Session, Sessions, USED_UP},
    stage::{Method, Proven},
    there::There,
};
use uuid::Uuid;

use super::{
    Store, StoreError, audit, delegated,
    federation::{use_result, void_results},
    hash32, notices, outage,
    portal::tokens,
    read_doc,
    there::put_there,
    watch::note_person,
    write_doc,
};
use crate::engine::{self, Db, Work, query, values};

const FIND: &str = "SELECT s.id, s.token_hash, s.person, s.account, s.credential_version, s.method, s.authenticated_at, s.last_seen, s.ended_at, s.ended_why, s.device, s.upstream, s.proof, s.outage, \
    s.expires_at, p.doc AS user_doc, a.doc AS account_doc, COALESCE(c.version, 0) AS version_now FROM session s \
    JOIN person p ON p.id = s.person JOIN account a ON a.id = s.account LEFT JOIN credential c ON c.person = s.person WHERE s.token_hash = $1";

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: Uuid,
    token_hash: Vec<u8>,
    person: Uuid,
    account: Uuid,
    credential_version: i64,
    method: String,
    authenticated_at: i64,
    last_seen: i64,
    ended_at: Option<i64>,
    ended_why: Option<String>,
    device: String,
    upstream: Option<String>,
    proof: i64,
    outage: Option<Uuid>,
    expires_at: Option<i64>,
}

impl Row {
    fn of(row: &engine::Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            token_hash: row.get("token_hash")?,
            person: row.get("person")?,
            account: row.get("account")?,
            credential_version: row.get("credential_version")?,
            method: row.get("method")?,
            authenticated_at: row.get("authenticated_at")?,
            last_seen: row.get("last_seen")?,
            ended_at: row.get("ended_at")?,
            ended_why: row.get("ended_why")?,
            device: row.get("device")?,
            upstream: row.get("upstream")?,
            proof: row.get("proof")?,
            outage: row.get("outage")?,
            expires_at: row.get("expires_at")?,
        })
    }
    pub fn session(self) -> Result<Session, StoreError> {
        Ok(Session {
            id: SessionId::from_uuid(self.id),
            token_hash: hash32(&self.token_hash),
            user: UserId::from_uuid(self.person),
            account: AccountId::from_uuid(self.account),
            credential_version: self.credential_version,
            method: Method::from_word(&self.method).ok_or_else(|| sqlx::Error::Decode("session.method".into()))?,
            authenticated_at: Timestamp::from_seconds(self.authenticated_at),
            last_seen: Timestamp::from_seconds(self.last_seen),
            ended: self.ended_at.map(|at| (Timestamp::from_seconds(at), self.ended_why.unwrap_or_default())),
            device: self.device,
            upstream: self.upstream.as_deref().map(read_doc).transpose()?,
            proof: u32::try_from(self.proof).unwrap_or(u32::MAX),
            stopgap: self.outage.zip(self.expires_at).map(|(id, until)| Stopgap { connection: ConnectionId::from_uuid(id), until: Timestamp::from_seconds(until) }),
        })
    }
}

const SAME: &str = "SELECT id, token_hash, person, account, credential_version, method, authenticated_at, last_seen, ended_at, ended_why, device, upstream, proof, outage, expires_at \
    FROM session WHERE token_hash = $1 OR id = (SELECT session FROM session_before WHERE token_hash = $1) ORDER BY (token_hash = $1) DESC LIMIT 1";
/// Notes the secret that a session gives up when it is renewed.
const GIVE_UP: &str = "INSERT INTO session_before(token_hash, session, at) SELECT token_hash, id, CAST($1 AS BIGINT) FROM session WHERE id = $2 AND person = $3 AND ended_at IS NULL \
    ON CONFLICT (token_hash) DO UPDATE SET session = excluded.session, at = excluded.at";
const RENEW: &str = "UPDATE session SET token_hash = $1, credential_version = $2, method = $3, authenticated_at = $4, last_seen = $5, device = $6, upstream = $7, \
    outage = $8, expires_at = $9, proof = proof + 1 WHERE id = $10 AND person = $11 AND ended_at IS NULL \
    RETURNING id, token_hash, person, account, credential_version, method, authenticated_at, last_seen, ended_at, ended_why, device, upstream, proof, outage, expires_at";
const START: &str = "INSERT INTO session(token_hash, credential_version, method, authenticated_at, last_seen, device, upstream, outage, expires_at, id, person, account) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

/// Starts a session, or renews one, in a group of changes; one that was started already stays as it is. So does one that had this secret before it was
/// renewed, unless it is the one to renew: a sign-in ends in one session, and is over with it (OB-12).
fn start(db: &mut Db<'_>, session: &Session, there: Option<&There>, renews: Option<SessionId>) -> Result<(Session, bool), StoreError> {
    let found = db.row(SAME, values![&session.token_hash], Row::of)?;
    if let Some(found) = found
        && (found.token_hash == session.token_hash || found.ended_at.is_some() || renews != Some(SessionId::from_uuid(found.id)))
    {
        return Ok((found.session()?, false));
    }
    let upstream = session.upstream.as_ref().map(write_doc).transpose()?;
    let (out, expires_at) = (session.stopgap.map(|stopgap| stopgap.connection.as_uuid()), session.stopgap.map(|stopgap| stopgap.until.seconds()));
    let (authenticated_at, last_seen) = (session.authenticated_at.seconds(), session.last_seen.seconds());
    let (person, account) = (session.user.as_uuid(), session.account.as_uuid());
    let word = session.method.word();
    if let Some(old) = renews.map(|old| old.as_uuid()) {
        db.execute(GIVE_UP, values![last_seen, old, person])?;
        let values =
            values![&session.token_hash, session.credential_version, word, authenticated_at, last_seen, &session.device, &upstream, out, expires_at, old, person];
        if let Some(renewed) = db.row(RENEW, values, Row::of)? {
            let renewed = renewed.session()?;
            put_there(db, &renewed, there)?;
            return Ok((renewed, true));
        }
    }
    let id = session.id.as_uuid();
    let values =
        values![&session.token_hash, session.credential_version, word, authenticated_at, last_seen, &session.device, &upstream, out, expires_at, id, person, account];
    db.execute(START, values)?;
    put_there(db, session, there)?;
    Ok((session.clone(), true))
}

impl Store {
    async fn start_session(&self, session: &Session, by: Option<CameBy<'_>>, renews: Option<SessionId>, line: &AuditEvent) -> Result<Option<(Session, bool)>, StoreError> {
        let (keys, session, line) = (self.ledger.clone(), session.clone(), line.clone());
        let (answer, there) = (by.map(|by| (*by.answer, *by.browser, by.language.to_owned())), by.map(|by| by.there.clone()));
        let started = move |db: &mut Db<'_>| {
            // In this transaction: what a provider or an operator ended before it is seen, and what they end after it finds the session.
            if let Some((answer, browser, language)) = &answer {
                if !use_result(db, answer)? {
                    return Ok(None);
                }
                note_person(db, (browser, language), session.user, session.last_seen)?;
                // Whoever comes from the provider needs no mail that somebody asked for before (LR-04).
                db.execute("UPDATE reset SET void = TRUE WHERE person = $1 AND purpose = $2", values![session.user.as_uuid(), reset::RESET])?;
            }
            let (session, new) = start(db, &session, there.as_ref(), renews)?;
            if new {
                audit::append(db, &keys, &line)?;
            }
            Ok(Some((session, new)))
        };
        self.grouped(started).await
    }

    async fn find_session(&self, token_hash: &[u8; 32]) -> Result<Option<FoundSession>, StoreError> {
        let found = self.reader.row(FIND, values![token_hash], |row| {
            Ok((Row::of(row)?, row.get::<_, String>("user_doc")?, row.get::<_, String>("account_doc")?, row.get("version_now")?))
        });
        let Some((row, user, account, credential_version)) = found.await? else { return Ok(None) };
        let account = Arc::unwrap_or_clone(self.documents.accounts.read(&account)?);
        Ok(Some(FoundSession { session: row.session()?, user: read_doc(&user)?, account, credential_version }))
    }

    async fn end_session(&self, session: SessionId, why: &str, line: &AuditEvent) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let ended = end_one(&mut work, session, why, line.at).await?;
        if ended {
            self.append_audit(&mut work, &[line]).await?;
        }
        work.commit().await?;
        Ok(ended)
    }

    /// What a connection's state takes along: one that is off ends what was proved through it, one that is back ends what its outage let
    /// in, and a retired one forgets what people and administrators have granted.
    pub(super) async fn after_move(&self, work: &mut Work, moved: &Connection, now: Timestamp) -> Result<(), StoreError> {
        if matches!(moved.state, ConnectionState::Draft | ConnectionState::Tested | ConnectionState::Retired) {
            self.end_of_connection(work, moved.id, now).await?;
        }
        outage::follow(work, moved, now).await?;
        if moved.state == ConnectionState::Retired {
            delegated::forget_connection(work, moved.id).await?;
        }
        Ok(())
    }

    /// Ends what was proved through a connection that is switched off: its sessions, their grants and codes, and answers that no session has
    /// come of yet (ST-13, SK-20).
    pub(super) async fn end_of_connection(&self, work: &mut Work, connection: ConnectionId, now: Timestamp) -> Result<(), StoreError> {
        let why = "connection switched off";
        void_results(&mut *work, connection).await?;
        tokens::end_those_by_provider(&mut *work, connection, now).await?;
        let find = "SELECT id FROM session WHERE upstream IS NOT NULL AND ended_at IS NULL AND json_extract(upstream, '$.connection') = $1";
        let found: Vec<(Uuid,)> = query(find).bind(connection.to_string()).fetch_all(&mut *work).await?;
        for (id,) in found {
            end_one(work, SessionId::from_uuid(id), why, now).await?;
        }
        // A session may be forgotten or go on by another proof long before the grants end that came of this one.
        let find = "SELECT session, proof FROM session_there t WHERE connection = $1 \
            AND EXISTS (SELECT 1 FROM app_grant g WHERE g.session = t.session AND g.revoked_at IS NULL)";
        let found: Vec<(Uuid, i64)> = query(find).bind(connection.as_uuid()).fetch_all(&mut *work).await?;
        for (id, proof) in found {
            end_proof(work, (SessionId::from_uuid(id), proof), why, now).await?;
        }
        Ok(())
    }
}

/// Ends what one person proved through a connection: the sessions, and what was granted by such proofs.
pub(super) async fn end_of_person(work: &mut Work, (connection, user): (ConnectionId, UserId), why: &str, now: Timestamp) -> Result<(), StoreError> {
    let find = "SELECT id FROM session WHERE person = $2 AND upstream IS NOT NULL AND ended_at IS NULL AND json_extract(upstream, '$.connection') = $1";
    let found: Vec<(Uuid,)> = query(find).bind(connection.to_string()).bind(user.as_uuid()).fetch_all(&mut *work).await?;
    for (id,) in found {
        end_one(work, SessionId::from_uuid(id), why, now).await?;
    }
    let find = "SELECT session, proof FROM session_there t WHERE connection = $1 \
        AND EXISTS (SELECT 1 FROM app_grant g WHERE g.session = t.session AND g.person = $2 AND g.revoked_at IS NULL)";
    let found: Vec<(Uuid, i64)> = query(find).bind(connection.as_uuid()).bind(user.as_uuid()).fetch_all(&mut *work).await?;
    for (id, proof) in found {
        end_proof(work, (SessionId::from_uuid(id), proof), why, now).await?;
    }
    Ok(())
}

/// What was granted by one proof of a session, and the notices to applications; whether there was anything.
pub(super) async fn end_proof(work: &mut Work, (session, proof): (SessionId, i64), why: &str, now: Timestamp) -> Result<bool, StoreError> {
    notices::proof_ended(&mut *work, (session, proof), now).await?;
    let revoke = "UPDATE app_grant SET revoked_at = $3, revoked_why = $4 WHERE session = $1 AND COALESCE(CAST(json_extract(doc, '$.who.proof') AS BIGINT), 0) = $2 AND revoked_at IS NULL";
    let revoked = query(revoke).bind(session.as_uuid()).bind(proof).bind(now.seconds()).bind(why).execute(&mut *work).await?;
    let void = "UPDATE code SET void = TRUE WHERE session = $1 AND COALESCE(CAST(json_extract(doc, '$.who.proof') AS BIGINT), 0) = $2 AND used_grant IS NULL AND void = FALSE AND expires_at > $3";
    let voided = query(void).bind(session.as_uuid()).bind(proof).bind(now.seconds()).execute(&mut *work).await?;
    Ok(revoked.rows_affected() + voided.rows_affected() > 0)
}

/// A session, its grants and codes, and the notices to applications; whether there was anything.
pub(super) async fn end_one(work: &mut Work, session: SessionId, why: &str, now: Timestamp) -> Result<bool, StoreError> {
    let (id, at) = (session.as_uuid(), now.seconds());
    notices::session_ended(&mut *work, session, now).await?;
    let end = "UPDATE session SET ended_at = $2, ended_why = $3 WHERE id = $1 AND ended_at IS NULL";
    let ended = query(end).bind(id).bind(at).bind(why).execute(&mut *work).await?;
    let revoke = "UPDATE app_grant SET revoked_at = $2, revoked_why = $3 WHERE session = $1 AND revoked_at IS NULL";
    let revoked = query(revoke).bind(id).bind(at).bind(why).execute(&mut *work).await?;
    let voided = query("UPDATE code SET void = TRUE WHERE session = $1 AND void = FALSE").bind(id).execute(&mut *work).await?;
    Ok(ended.rows_affected() + revoked.rows_affected() + voided.rows_affected() > 0)
}

#[async_trait]
impl Sessions for Store {
    async fn start(&self, session: &Session, by: Option<CameBy<'_>>, renews: Option<SessionId>, line: &AuditEvent) -> Result<Option<(Session, bool)>, StoreFault> {
        Ok(self.start_session(session, by, renews, line).await?)
    }
    async fn find(&self, token_hash: &[u8; 32]) -> Result<Option<FoundSession>, StoreFault> {
        Ok(self.find_session(token_hash).await?)
    }
    async fn touch(&self, session: SessionId, now: Timestamp) -> Result<(), StoreFault> {
        let done = query("UPDATE session SET last_seen = $2 WHERE id = $1 AND last_seen < $2").bind(session.as_uuid()).bind(now.seconds()).execute(&self.write).await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn versions(&self, session: SessionId, client: &ClientId) -> Result<Vec<Option<String>>, StoreFault> {
        let statement = "SELECT doc FROM app_grant WHERE session = $1 AND client = $2 ORDER BY rotated_at DESC LIMIT 100";
        let rows: Result<Vec<(String,)>, sqlx::Error> = query(statement).bind(session.as_uuid()).bind(client.as_str()).fetch_all(&self.read).await;
        let version = |(doc,): (String,)| read_doc::<NewCode>(&doc).map(|code| code.app_version);
        Ok(rows.map_err(StoreError::from)?.into_iter().map(version).collect::<Result<_, _>>()?)
    }
    async fn of_user(&self, user: UserId) -> Result<Vec<Session>, StoreFault> {
        Ok(self.find_sessions(user).await?)
    }
    async fn is_of(&self, session: SessionId, user: UserId) -> Result<bool, StoreFault> {
        let statement = "SELECT COUNT(*) FROM session WHERE id = $1 AND person = $2 AND ended_at IS NULL";
        let row: Result<(i64,), sqlx::Error> = query(statement).bind(session.as_uuid()).bind(user.as_uuid()).fetch_one(&self.read).await;
        Ok(row.map_err(StoreError::from)?.0 > 0)
    }
    async fn grants_of(&self, user: UserId, now: Timestamp) -> Result<Vec<GrantFound>, StoreFault> {
        Ok(self.find_grants(user, now).await?)
    }
    async fn grant_under(&self, session: SessionId, user: UserId, client: Option<&ClientId>, now: Timestamp) -> Result<Option<GrantFound>, StoreFault> {
        Ok(self.find_grant_under(session, user, client, now).await?)
    }
    async fn end_application(&self, session: SessionId, client: &ClientId, why: &str, line: &AuditEvent) -> Result<bool, StoreFault> {
        Ok(self.end_grants(session, client.as_str(), why, line).await?)
    }
    async fn end_all(&self, user: UserId, why: &str, line: &AuditEvent) -> Result<u64, StoreFault> {
        Ok(self.end_all_of(user, why, line).await?)
    }
    async fn end(&self, session: SessionId, why: &str, line: &AuditEvent) -> Result<bool, StoreFault> {
        Ok(self.end_session(session, why, line).await?)
    }
}

/// Over long ago, so that the second of two at the same moment finds it so, whatever its clock says; who asks for what is over still reads whose it was.
const TAKE_PROVEN: &str = "UPDATE proven_stage SET until = $3 WHERE handle_hash = $1 AND until > $2 RETURNING doc";

#[async_trait]
impl ProvenStages for Store {
    async fn put(&self, handle_hash: &[u8; 32], stage: &Proven, until: Timestamp) -> Result<(), StoreFault> {
        let doc = write_doc(stage)?;
        let done = query("INSERT INTO proven_stage(handle_hash, doc, until) VALUES ($1, $2, $3)").bind(&handle_hash[..]).bind(doc).bind(until.seconds()).execute(&self.write).await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn peek(&self, handle_hash: &[u8; 32], now: Timestamp) -> Result<Option<Proven>, StoreFault> {
        let row: Result<Option<(String,)>, sqlx::Error> =
            query("SELECT doc FROM proven_stage WHERE handle_hash = $1 AND until > $2").bind(&handle_hash[..]).bind(now.seconds()).fetch_optional(&self.read).await;
        Ok(row.map_err(StoreError::from)?.map(|(doc,)| read_doc(&doc)).transpose()?)
    }
    async fn take(&self, handle_hash: &[u8; 32], now: Timestamp) -> Result<Option<Proven>, StoreFault> {
        let row: Result<Option<(String,)>, sqlx::Error> =
            query(TAKE_PROVEN).bind(&handle_hash[..]).bind(now.seconds()).bind(now.minus(USED_UP).seconds()).fetch_optional(&self.write).await;
        Ok(row.map_err(StoreError::from)?.map(|(doc,)| read_doc(&doc)).transpose()?)
    }
}
