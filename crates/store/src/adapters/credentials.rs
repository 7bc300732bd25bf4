//! Passwords, resets and counters of guesses.

use async_trait::async_trait;
use homeward_local_credential::{
    Asker, CounterJournal, CounterState, CredentialStore, CredentialUpdate, ResetStore, StoreFault, StoredCredential, StoredReset, reset,
};
use homeward_mail::Resting;
use homeward_model::{SessionId, Timestamp, UserId};
use homeward_signin::ports::AuditEvent;
use uuid::Uuid;

use super::{Store, StoreError, directory, hash32, notices, outbox, profile, read_doc, watch, write_doc};
use crate::engine::{Row, Work, query, values};

type CredentialRow = (Uuid, i64, String, i64, bool);

fn credential((person, version, scheme, changed_at, must_change): CredentialRow) -> Result<StoredCredential, StoreError> {
    Ok(StoredCredential {
        user: UserId::from_uuid(person),
        version,
        scheme: read_doc(&scheme)?,
        changed_at: Timestamp::from_seconds(changed_at),
        must_change,
    })
}

impl Store {
    async fn find_credentials(&self, users: &[UserId]) -> Result<Vec<StoredCredential>, StoreError> {
        const FIND: &str = "SELECT person, version, scheme, changed_at, must_change FROM json_each($1) j CROSS JOIN credential WHERE person = unhex(j.value)";
        // One question whoever is asked for, nobody included: the number of queries tells nothing.
        let ids: Vec<String> = users.iter().map(|u| u.as_uuid().simple().to_string()).collect();
        let columns = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
        let rows: Vec<CredentialRow> = self.reader.rows(FIND, values![write_doc(&ids)?], columns).await?;
        rows.into_iter().map(credential).collect()
    }

    pub(super) async fn change_credential(
        &self,
        update: &CredentialUpdate,
        keep: Option<SessionId>,
        line: &AuditEvent,
        letter: Option<&Resting>,
    ) -> Result<bool, StoreError> {
        let now = line.at;
        let mut work = self.write.begin().await?;
        let (person, new) = (update.user.as_uuid(), &update.credential);
        let scheme = write_doc(&new.scheme)?;
        let done = match update.replaces {
            Some(version) => {
                query(
                    "INSERT INTO credential_history(person, version, scheme, changed_at) SELECT person, version, scheme, changed_at FROM credential \
                     WHERE person = $1 AND version = $2",
                )
                .bind(person)
                .bind(version)
                .execute(&mut *work)
                .await?;
                query("UPDATE credential SET version = $3, scheme = $4, changed_at = $5, must_change = $6 WHERE person = $1 AND version = $2")
                    .bind(person)
                    .bind(version)
                    .bind(new.version)
                    .bind(scheme)
                    .bind(new.changed_at.seconds())
                    .bind(new.must_change)
                    .execute(&mut *work)
                    .await?
            }
            None => {
                query("INSERT INTO credential(person, version, scheme, changed_at, must_change) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING")
                    .bind(person)
                    .bind(new.version)
                    .bind(scheme)
                    .bind(new.changed_at.seconds())
                    .bind(new.must_change)
                    .execute(&mut *work)
                    .await?
            }
        };
        if done.rows_affected() != 1 {
            return Ok(false);
        }
        query(
            "DELETE FROM credential_history WHERE person = $1 AND version NOT IN \
             (SELECT version FROM credential_history WHERE person = $1 ORDER BY version DESC LIMIT $2)",
        )
        .bind(person)
        .bind(i64::from(update.keep_history))
        .execute(&mut *work)
        .await?;
        // Whoever may not come any more since the page was opened is given no password.
        if update.activates && !directory::activate(&mut work, update.user).await? {
            return Ok(false);
        }
        if let Some(address) = &update.proved_by
            && !profile::proved_by_mail(&mut work, update.user, address, now).await?
        {
            return Ok(false);
        }
        self.end_everything(&mut work, update.user, keep, "password changed", now).await?;
        if update.proved_by.is_some() {
            // Set by mail: somebody takes the account back. Whoever changes a password that they know keeps what they made.
            self.end_made_by(&mut work, update.user, now).await?;
        }
        watch::forget_browsers(&mut work, update.user).await?;
        query("UPDATE session SET credential_version = $3 WHERE id = $1 AND person = $2")
            .bind(keep.map(|k| k.as_uuid()))
            .bind(person)
            .bind(new.version)
            .execute(&mut *work)
            .await?;
        if let Some(letter) = letter {
            outbox::keep(&mut work, letter, now).await?;
        }
        self.append_audit(&mut work, &[line]).await?;
        work.commit().await?;
        Ok(true)
    }

    /// Ends all sessions of a user but one, revokes every grant, and voids codes, resets and a change of the e-mail address that waits (B-026,
    /// LR-11, OP-04).
    pub(super) async fn end_everything(
        &self,
        work: &mut Work,
        user: UserId,
        keep: Option<SessionId>,
        why: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (person, at) = (user.as_uuid(), now.seconds());
        let keep = keep.map_or(Uuid::nil(), |k| k.as_uuid());
        notices::sessions_ended(&mut *work, user, keep, now).await?;
        query("UPDATE session SET ended_at = $2, ended_why = $3 WHERE person = $1 AND ended_at IS NULL AND id <> $4")
            .bind(person)
            .bind(at)
            .bind(why)
            .bind(keep)
            .execute(&mut *work)
            .await?;
        query("UPDATE app_grant SET revoked_at = $2, revoked_why = $3 WHERE person = $1 AND revoked_at IS NULL")
            .bind(person)
            .bind(at)
            .bind(why)
            .execute(&mut *work)
            .await?;
        query("UPDATE code SET void = TRUE WHERE person = $1").bind(person).execute(&mut *work).await?;
        query("UPDATE reset SET void = TRUE WHERE person = $1").bind(person).execute(&mut *work).await?;
        profile::void_waiting(work, user).await?;
        Ok(())
    }
}

#[async_trait]
impl CredentialStore for Store {
    async fn of_users(&self, users: &[UserId]) -> Result<Vec<StoredCredential>, StoreFault> {
        Ok(self.find_credentials(users).await?)
    }
    async fn history(&self, user: UserId) -> Result<Vec<StoredCredential>, StoreFault> {
        let rows: Result<Vec<CredentialRow>, sqlx::Error> = query(
            "SELECT person, version, scheme, changed_at, FALSE FROM credential_history WHERE person = $1 ORDER BY version DESC LIMIT 10",
        )
        .bind(user.as_uuid())
        .fetch_all(&self.read)
        .await;
        let rows = rows.map_err(StoreError::from)?;
        Ok(rows.into_iter().map(credential).collect::<Result<_, _>>()?)
    }
    async fn rehash(&self, credential: &StoredCredential) -> Result<bool, StoreFault> {
        let scheme = write_doc(&credential.scheme)?;
        let done = query("UPDATE credential SET scheme = $3 WHERE person = $1 AND version = $2")
            .bind(credential.user.as_uuid())
            .bind(credential.version)
            .bind(scheme)
            .execute(&self.write)
            .await
            .map_err(StoreError::from)?;
        Ok(done.rows_affected() == 1)
    }
}

type ResetRow = (String, String, Uuid, Vec<u8>, Vec<u8>, i64, i64, i64, String);

fn stored_reset((selector, purpose, person, verifier, code, version, expires, tries, asker): ResetRow) -> StoredReset {
    StoredReset {
        selector,
        purpose: reset::PURPOSES.into_iter().find(|known| *known == purpose).unwrap_or(reset::RESET),
        user: UserId::from_uuid(person),
        verifier_hash: hash32(&verifier),
        code_hash: code,
        credential_version: version,
        expires_at: Timestamp::from_seconds(expires),
        tries: u32::try_from(tries).unwrap_or(u32::MAX),
        asker: Asker::from_word(&asker),
    }
}

#[async_trait]
impl ResetStore for Store {
    async fn put(&self, reset: &StoredReset, now: Timestamp) -> Result<(), StoreFault> {
        let work = async {
            let mut work = self.write.begin().await?;
            query("UPDATE reset SET void = TRUE WHERE person = $1 AND purpose = $2 AND purpose <> $3")
                .bind(reset.user.as_uuid())
                .bind(reset.purpose)
                .bind(reset::SIGN_IN)
                .execute(&mut *work)
                .await?;
            query(
                "INSERT INTO reset(selector, purpose, person, verifier_hash, code_hash, credential_version, expires_at, tries, void, made_at, asker) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, FALSE, $9, $10) ON CONFLICT DO NOTHING",
            )
            .bind(&reset.selector)
            .bind(reset.purpose)
            .bind(reset.user.as_uuid())
            .bind(&reset.verifier_hash[..])
            .bind(&reset.code_hash)
            .bind(reset.credential_version)
            .bind(reset.expires_at.seconds())
            .bind(i64::from(reset.tries))
            .bind(now.seconds())
            .bind(reset.asker.word())
            .execute(&mut *work)
            .await?;
            work.commit().await
        };
        Ok(work.await.map_err(StoreError::from)?)
    }
    async fn find(&self, selector: &str, now: Timestamp) -> Result<Option<StoredReset>, StoreFault> {
        let row: Option<ResetRow> = query(
            "SELECT selector, purpose, person, verifier_hash, code_hash, credential_version, expires_at, tries, asker FROM reset \
             WHERE selector = $1 AND void = FALSE AND expires_at > $2",
        )
        .bind(selector)
        .bind(now.seconds())
        .fetch_optional(&self.read)
        .await
        .map_err(StoreError::from)?;
        Ok(row.map(stored_reset))
    }
    async fn any(&self, selector: &str) -> Result<Option<StoredReset>, StoreFault> {
        let row: Option<ResetRow> = query(
            "SELECT selector, purpose, person, verifier_hash, code_hash, credential_version, expires_at, tries, asker FROM reset WHERE selector = $1",
        )
        .bind(selector)
        .fetch_optional(&self.read)
        .await
        .map_err(StoreError::from)?;
        Ok(row.map(stored_reset))
    }
    async fn claim_try(&self, selectors: &[String], now: Timestamp) -> Result<Vec<StoredReset>, StoreFault> {
        let rows: Vec<ResetRow> = query(
            "UPDATE reset SET tries = tries + 1 WHERE selector IN (SELECT value FROM json_each($1)) AND void = FALSE AND expires_at > $2 AND tries < 5 \
             RETURNING selector, purpose, person, verifier_hash, code_hash, credential_version, expires_at, tries - 1, asker",
        )
        .bind(write_doc(&selectors)?)
        .bind(now.seconds())
        .fetch_all(&self.write)
        .await
        .map_err(StoreError::from)?;
        Ok(rows.into_iter().map(stored_reset).collect())
    }
    async fn consume(&self, selector: &str, now: Timestamp) -> Result<bool, StoreFault> {
        let done = query("UPDATE reset SET void = TRUE WHERE selector = $1 AND void = FALSE AND expires_at > $2")
            .bind(selector)
            .bind(now.seconds())
            .execute(&self.write)
            .await
            .map_err(StoreError::from)?;
        Ok(done.rows_affected() == 1)
    }
    async fn made_since(&self, user: UserId, since: Timestamp) -> Result<Vec<Asker>, StoreFault> {
        let rows: Result<Vec<(String,)>, sqlx::Error> = query("SELECT asker FROM reset WHERE person = $1 AND made_at > $2 LIMIT 100")
            .bind(user.as_uuid())
            .bind(since.seconds())
            .fetch_all(&self.read)
            .await;
        Ok(rows.map_err(StoreError::from)?.iter().map(|(asker,)| Asker::from_word(asker)).collect())
    }
}

#[async_trait]
impl CounterJournal for Store {
    async fn save(&self, states: &[([u8; 32], CounterState)]) -> Result<(), StoreFault> {
        let work = async {
            let mut work = self.write.begin().await?;
            for (key, state) in states {
                query("INSERT INTO guess_counter(key, doc, last) VALUES ($1, $2, $3) ON CONFLICT (key) DO UPDATE SET doc = $2, last = $3")
                    .bind(&key[..])
                    .bind(write_doc(state)?)
                    .bind(state.last.seconds())
                    .execute(&mut *work)
                    .await?;
            }
            work.commit().await?;
            Ok::<_, StoreError>(())
        };
        Ok(work.await?)
    }
    async fn load(&self, now: Timestamp) -> Result<Vec<([u8; 32], CounterState)>, StoreFault> {
        let rows: Vec<(Vec<u8>, String)> = query("SELECT key, doc FROM guess_counter WHERE last > $1 ORDER BY last DESC LIMIT 100000")
            .bind(now.seconds().saturating_sub(86_400))
            .fetch_all(&self.read)
            .await
            .map_err(StoreError::from)?;
        Ok(rows.iter().map(|(key, doc)| Ok((hash32(key), read_doc(doc)?))).collect::<Result<_, StoreError>>()?)
    }
}
