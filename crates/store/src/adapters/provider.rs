//! Clients, codes, grants, people and keys for the OpenID Provider.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use homeward_discovery::{Account, AccountState, User, UserState};
use homeward_mail::Resting;
use homeward_model::{ClientId, GrantId, Timestamp, UserId};
use homeward_provider::{
    Algorithm, Client, Clients, Codes, Concerned, GrantEnded, GrantRow, Grants, KeyStore, MOST_TOLD, NewCode, NewGrant, Redeemed, StoreFault, StoredKey, Subject, Subjects, Telling,
};
use tokio::time::Instant;
use uuid::Uuid;

use super::{Store, StoreError, audit, outbox, read_doc, write_doc};
use crate::audit::ChainKeys;
use crate::engine::{Db, Row, query, values};

#[async_trait]
impl Clients for Store {
    async fn client(&self, id: &ClientId) -> Result<Option<Arc<Client>>, StoreFault> {
        Ok(self.find_application(id).await?.map(|known| known.client))
    }
    async fn knows_origin(&self, origin: &str) -> Result<bool, StoreFault> {
        Ok(self.is_registered_origin(origin).await?)
    }
}

impl Store {
    async fn redeem_code(&self, hash: &[u8; 32], grant: &NewGrant, now: Timestamp) -> Result<Redeemed, StoreError> {
        let (keys, hash, grant) = (self.ledger.clone(), *hash, grant.clone());
        self.grouped(move |db| redeem(db, &keys, (&hash, &grant), now)).await
    }

    async fn find_grant(&self, id: GrantId) -> Result<Option<GrantRow>, StoreError> {
        const FIND: &str = "SELECT doc, generation, rotated_at, expires_at, revoked_at FROM app_grant WHERE id = $1";
        let columns = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
        let row: Option<(String, i64, i64, i64, Option<i64>)> = self.reader.row(FIND, values![id.as_uuid()], columns).await?;
        row.map(|(doc, generation, rotated_at, expires_at, revoked_at)| {
            let code: NewCode = read_doc(&doc)?;
            Ok(GrantRow {
                id,
                client: code.client,
                who: code.who,
                scopes: code.scopes,
                generation: u32::try_from(generation).unwrap_or(u32::MAX),
                rotated_at: Timestamp::from_seconds(rotated_at),
                expires_at: Timestamp::from_seconds(expires_at),
                revoked: revoked_at.is_some(),
                app_version: code.app_version,
                claims: code.claims,
            })
        })
        .transpose()
    }

    async fn find_subject(&self, user: UserId) -> Result<Option<Subject>, StoreError> {
        const FIND: &str =
            "SELECT p.doc, a.doc, COALESCE(c.version, 0), COALESCE(m.address_key = p.email_key AND (m.by_domain IS NULL OR EXISTS (SELECT 1 FROM domain_claim d WHERE d.domain = m.by_domain \
            AND d.account = p.account AND json_extract(d.doc, '$.verified_at') IS NOT NULL)), FALSE) FROM person p JOIN account a ON a.id = p.account LEFT JOIN credential c ON c.person = p.id \
            LEFT JOIN mailbox_proof m ON m.person = p.id WHERE p.id = $1";
        let row: Option<(String, String, i64, bool)> = self.reader.row(FIND, values![user.as_uuid()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).await?;
        let Some((user, account, credential_version, is_proved)) = row else { return Ok(None) };
        let (user, account): (User, Arc<Account>) = (read_doc(&user)?, self.documents.accounts.read(&account)?);
        if user.state != UserState::Active || account.state != AccountState::Active {
            return Ok(None);
        }
        Ok(Some(Subject {
            username: user.username.typed().to_owned(),
            // An address that an operator or a file wrote is nobody's proof; a mail that came back is, or the word of the domain's
            // provider as long as the account has proved the domain (OT-28).
            email: user.email.map(|email| (email.as_str().to_owned(), is_proved)),
            given_name: user.given_name,
            family_name: user.family_name,
            account_number: account.number.as_str().to_owned(),
            account_name: account.name.clone(),
            groups: user.groups,
            roles: user.roles,
            credential_version,
        }))
    }
}

/// A code of a session that has ended meanwhile is none: a request may have been on its way when somebody signed out (OL-10).
const PUT_CODE: &str = "INSERT INTO code(hash, doc, person, session, expires_at, void) SELECT $1, $2, $3, $4, $5, FALSE \
    WHERE NOT EXISTS (SELECT 1 FROM session s WHERE s.id = $4 AND s.ended_at IS NOT NULL)";
const USE_CODE: &str = "UPDATE code SET used_grant = $1 WHERE hash = $2 AND used_grant IS NULL AND void = FALSE AND expires_at > $3 \
    AND NOT EXISTS (SELECT 1 FROM session s WHERE s.id = code.session AND s.ended_at IS NOT NULL) RETURNING doc";

/// Redeems a code in a transaction that is under way.
fn redeem(db: &mut Db<'_>, keys: &ChainKeys, (hash, grant): (&[u8; 32], &NewGrant), now: Timestamp) -> Result<Redeemed, StoreError> {
    let first: Option<String> = db.row(USE_CODE, values![grant.id.as_uuid(), hash, now.seconds()], |row| row.get(0))?;
    if let Some(doc) = first {
        let code: NewCode = read_doc(&doc)?;
        const PUT: &str = "INSERT INTO app_grant(id, client, person, session, doc, generation, rotated_at, expires_at) VALUES ($1, $2, $3, $4, $5, 0, $6, $7)";
        let (id, user, session) = (grant.id.as_uuid(), code.who.user.as_uuid(), code.who.session.as_uuid());
        db.execute(PUT, values![id, code.client.as_str(), user, session, doc, now.seconds(), code.ends(grant).seconds()])?;
        return Ok(Redeemed::First(Box::new(code)));
    }
    // A used code is no secret any more, and neither is the name of a public client: another client's says nothing of a theft, and ends nothing.
    const USED: &str = "SELECT g.id FROM code c JOIN app_grant g ON g.id = c.used_grant WHERE c.hash = $1 AND g.client = $2";
    let Some(used) = db.row(USED, values![hash, grant.client.as_str()], |row| row.get::<_, Uuid>(0))? else { return Ok(Redeemed::Unknown) };
    const END: &str = "UPDATE app_grant SET revoked_at = $1, revoked_why = $2 WHERE id = $3 AND revoked_at IS NULL RETURNING doc";
    let (used, why) = (GrantId::from_uuid(used), "code used again");
    let Some(doc) = db.row(END, values![now.seconds(), why, used.as_uuid()], |row| row.get::<_, String>(0))? else { return Ok(Redeemed::Again { grant: used, ended: None }) };
    let code: NewCode = read_doc(&doc)?;
    let concerned = Concerned { user: code.who.user, account: code.who.account, client: code.client };
    let ended = GrantEnded { id: used, concerned, why, network: grant.network.clone(), at: now };
    audit::append(db, keys, &(&ended).into())?;
    Ok(Redeemed::Again { grant: used, ended: Some(Box::new(ended)) })
}

const REVOKE: &str = "UPDATE app_grant SET revoked_at = $2, revoked_why = $3 WHERE id = $1 AND revoked_at IS NULL";
/// Why a grant was revoked a token of which was used again; its person was told, where there is a mailbox.
const USED_AGAIN: &str = "refresh token used again";
/// The same, of a person who had been told of enough others.
const USED_AGAIN_TOO: &str = "refresh token used again, as others";
const HOUR: Duration = Duration::from_secs(3600);

impl Store {
    async fn end_by_application(&self, ended: &GrantEnded) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let done = query(REVOKE).bind(ended.id.as_uuid()).bind(ended.at.seconds()).bind(ended.why).execute(&mut *work).await?;
        let first = done.rows_affected() == 1;
        if first {
            self.append_audit(&mut work, &[&ended.into()]).await?;
        }
        work.commit().await?;
        Ok(first)
    }

    async fn end_copied(&self, ended: &GrantEnded, telling: Option<&Telling>) -> Result<bool, StoreError> {
        const REVOKE_ONES: &str = "UPDATE app_grant SET revoked_at = $2, revoked_why = $3 WHERE id = $1 AND revoked_at IS NULL RETURNING person";
        // What is counted stands with the grants themselves, and in this transaction: no two nodes tell one person of more.
        const TOLD: &str = "SELECT COUNT(*) FROM app_grant WHERE person = $1 AND revoked_why = $2 AND revoked_at > $3 AND id <> $4";
        let (id, now) = (ended.id, ended.at);
        let mut work = self.write.begin().await?;
        let row: Option<(Uuid,)> = query(REVOKE_ONES).bind(id.as_uuid()).bind(now.seconds()).bind(USED_AGAIN).fetch_optional(&mut *work).await?;
        let Some((person,)) = row else { return Ok(false) };
        let (told,): (i64,) = query(TOLD).bind(person).bind(USED_AGAIN).bind(now.minus(HOUR).seconds()).bind(id.as_uuid()).fetch_one(&mut *work).await?;
        match telling {
            Some(telling) if told < i64::from(MOST_TOLD) => {
                let resting = Resting { recipient: telling.recipient.clone(), doc: telling.doc.clone() };
                outbox::keep(&mut work, &resting, now).await?;
            }
            None => {}
            Some(_) => {
                query("UPDATE app_grant SET revoked_why = $2 WHERE id = $1").bind(id.as_uuid()).bind(USED_AGAIN_TOO).execute(&mut *work).await?;
            }
        }
        self.append_audit(&mut work, &[&ended.into()]).await?;
        work.commit().await?;
        Ok(true)
    }
}

#[async_trait]
impl Codes for Store {
    async fn put(&self, hash: &[u8; 32], code: &NewCode, expires: Timestamp) -> Result<(), StoreFault> {
        let (hash, doc, who, expires) = (*hash, write_doc(code)?, code.who.clone(), expires.seconds());
        let put = move |db: &mut Db<'_>| db.execute(PUT_CODE, values![hash, doc, who.user.as_uuid(), who.session.as_uuid(), expires]).map(|_| ());
        // A code that the machine's power takes is redeemed by nobody; that one was redeemed is on the disk.
        Ok(self.grouped_soon(put).await?)
    }
    async fn redeem(&self, hash: &[u8; 32], grant: &NewGrant, now: Timestamp) -> Result<Redeemed, StoreFault> {
        Ok(self.redeem_code(hash, grant, now).await?)
    }
}

#[async_trait]
impl Grants for Store {
    async fn find(&self, id: GrantId) -> Result<Option<GrantRow>, StoreFault> {
        Ok(self.find_grant(id).await?)
    }
    fn longest_wait(&self) -> Duration {
        self.write.longest_wait()
    }
    async fn rotate(&self, id: GrantId, from: u32, now: Timestamp) -> Result<bool, StoreFault> {
        const ROTATE: &str = "UPDATE app_grant SET generation = generation + 1, rotated_at = $1 WHERE id = $2 AND generation = $3 AND revoked_at IS NULL";
        let asked = Instant::now();
        // When it was written, which may be long after it was asked for: the time for an answer that is lost begins there.
        Ok(self.grouped(move |db| db.execute(ROTATE, values![now.plus(asked.elapsed()).seconds(), id.as_uuid(), from])).await? == 1)
    }
    async fn revoke(&self, id: GrantId, why: &str, now: Timestamp) -> Result<bool, StoreFault> {
        let done = query(REVOKE).bind(id.as_uuid()).bind(now.seconds()).bind(why).execute(&self.write).await;
        Ok(done.map_err(StoreError::from)?.rows_affected() == 1)
    }
    async fn end_recorded(&self, ended: &GrantEnded) -> Result<bool, StoreFault> {
        Ok(self.end_by_application(ended).await?)
    }
    async fn revoke_copied(&self, ended: &GrantEnded, telling: Option<&Telling>) -> Result<bool, StoreFault> {
        Ok(self.end_copied(ended, telling).await?)
    }
}

#[async_trait]
impl Subjects for Store {
    async fn subject(&self, user: UserId) -> Result<Option<Subject>, StoreFault> {
        Ok(self.find_subject(user).await?)
    }
}

#[async_trait]
impl KeyStore for Store {
    async fn load(&self) -> Result<Vec<StoredKey>, StoreFault> {
        let rows: Vec<(String, String, Vec<u8>, i64, i64)> =
            query("SELECT kid, algorithm, sealed, created_at, signs_from FROM signing_key ORDER BY signs_from DESC, created_at DESC, kid")
                .fetch_all(&self.read)
                .await
                .map_err(StoreError::from)?;
        let key = |(kid, algorithm, sealed, created_at, signs_from): (String, String, Vec<u8>, i64, i64)| {
            let algorithm = Algorithm::ALL.into_iter().find(|a| a.name() == algorithm)?;
            Some(StoredKey { kid, algorithm, sealed, created_at: Timestamp::from_seconds(created_at), signs_from: Timestamp::from_seconds(signs_from) })
        };
        Ok(rows.into_iter().filter_map(key).collect())
    }
    async fn add(&self, key: &StoredKey) -> Result<(), StoreFault> {
        let done = query("INSERT INTO signing_key(kid, algorithm, sealed, created_at, signs_from) VALUES ($1, $2, $3, $4, $5)")
            .bind(&key.kid)
            .bind(key.algorithm.name())
            .bind(&key.sealed)
            .bind(key.created_at.seconds())
            .bind(key.signs_from.seconds())
            .execute(&self.write)
            .await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn put(&self, key: &StoredKey) -> Result<(), StoreFault> {
        let done = query("UPDATE signing_key SET sealed = $2, signs_from = $3 WHERE kid = $1").bind(&key.kid).bind(&key.sealed).bind(key.signs_from.seconds()).execute(&self.write).await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn remove(&self, kid: &str) -> Result<(), StoreFault> {
        query("DELETE FROM signing_key WHERE kid = $1").bind(kid).execute(&self.write).await.map_err(StoreError::from)?;
        Ok(())
    }
}
