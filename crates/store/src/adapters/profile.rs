//! Names and e-mail addresses that people change themselves; their passwords are in `credentials.rs`.

use async_trait::async_trait;
use homeward_discovery::{User, UserState};
use homeward_local_credential::{Asker, CredentialUpdate, StoreFault, StoredReset, reset};
use homeward_mail::Resting;
use homeward_model::{AccountId, DomainName, EmailAddress, SessionId, Timestamp, UserId};
use homeward_signin::{
    ports::AuditEvent,
    profile::{EmailChange, OwnConnection, Profiles, Proved},
};
use uuid::Uuid;

use super::{Store, StoreError, hash32, read_doc, write_doc};
use crate::engine::{On, Work, query, values};

const COLUMNS: &str = "selector, purpose, person, verifier_hash, code_hash, credential_version, expires_at, tries, address";

type Row = (String, String, Uuid, Vec<u8>, Vec<u8>, i64, i64, i64, String);

/// `None` for a row that none of us wrote.
fn change((selector, purpose, person, verifier, code, version, expires, tries, address): Row) -> Option<EmailChange> {
    let stored = StoredReset {
        selector,
        purpose: [reset::EMAIL, reset::EMAIL_UNDO].into_iter().find(|known| *known == purpose)?,
        user: UserId::from_uuid(person),
        verifier_hash: hash32(&verifier),
        code_hash: code,
        credential_version: version,
        expires_at: Timestamp::from_seconds(expires),
        tries: u32::try_from(tries).unwrap_or(u32::MAX),
        asker: Asker::Own,
    };
    Some(EmailChange { stored, address: EmailAddress::parse(&address).ok()? })
}

/// The form in which addresses are compared.
fn key(address: &EmailAddress) -> String {
    address.as_str().to_ascii_lowercase()
}

async fn insert(work: &mut Work, stored: &StoredReset, address: &EmailAddress, now: Timestamp) -> Result<(), StoreError> {
    query(
        "INSERT INTO email_change(selector, purpose, person, verifier_hash, code_hash, credential_version, expires_at, tries, void, made_at, address, address_key) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, FALSE, $8, $9, $10)",
    )
    .bind(&stored.selector)
    .bind(stored.purpose)
    .bind(stored.user.as_uuid())
    .bind(&stored.verifier_hash[..])
    .bind(&stored.code_hash)
    .bind(stored.credential_version)
    .bind(stored.expires_at.seconds())
    .bind(now.seconds())
    .bind(address.as_str())
    .bind(key(address))
    .execute(work)
    .await?;
    Ok(())
}

async fn person(work: &mut Work, user: UserId) -> Result<Option<User>, StoreError> {
    let row: Option<(String,)> = query("SELECT doc FROM person WHERE id = $1").bind(user.as_uuid()).fetch_optional(work).await?;
    row.map(|(doc,)| read_doc(&doc)).transpose()
}

async fn write(work: &mut Work, user: &User) -> Result<(), StoreError> {
    query("UPDATE person SET doc = $2, email_key = $3 WHERE id = $1")
        .bind(user.id.as_uuid())
        .bind(write_doc(user)?)
        .bind(user.email.as_ref().map(key))
        .execute(work)
        .await?;
    Ok(())
}

/// Uses a change up: `true` for exactly one caller.
async fn consume(work: &mut Work, stored: &StoredReset, now: Timestamp) -> Result<bool, StoreError> {
    let done = query("UPDATE email_change SET void = TRUE WHERE selector = $1 AND purpose = $2 AND void = FALSE AND expires_at > $3")
        .bind(&stored.selector)
        .bind(stored.purpose)
        .bind(now.seconds())
        .execute(work)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Somebody has proved this mailbox to be theirs, by a mail that came back or by the word of the provider of its domain; it counts as long as it is the
/// one of this user. False where it is not any more.
async fn prove_mailbox<'c>(on: impl Into<On<'c>>, user: UserId, (address, by): (&EmailAddress, Option<&DomainName>), now: Timestamp) -> Result<bool, StoreError> {
    let statement = "INSERT INTO mailbox_proof(person, address_key, proved_at, by_domain) SELECT id, email_key, $3, $4 FROM person WHERE id = $1 AND email_key = $2 \
        ON CONFLICT (person) DO UPDATE SET address_key = $2, proved_at = $3, by_domain = $4";
    let done = query(statement).bind(user.as_uuid()).bind(key(address)).bind(now.seconds()).bind(by.map(DomainName::as_str)).execute(on).await?;
    Ok(done.rows_affected() == 1)
}

/// A new password came by mail: the mailbox is proved, and the password alone changes the address again. Nothing, and false, where the
/// person has another address by now.
pub(super) async fn proved_by_mail(work: &mut Work, user: UserId, address: &EmailAddress, now: Timestamp) -> Result<bool, StoreError> {
    if !prove_mailbox(&mut *work, user, (address, None), now).await? {
        return Ok(false);
    }
    query("DELETE FROM email_taken_back WHERE person = $1").bind(user.as_uuid()).execute(work).await?;
    Ok(true)
}

/// Voids the change that waits for its code; how many there were. What was made can be taken back all the same.
pub(super) async fn void_waiting(work: &mut Work, user: UserId) -> Result<u64, StoreError> {
    let statement = "UPDATE email_change SET void = TRUE WHERE person = $1 AND purpose = 'email' AND void = FALSE";
    Ok(query(statement).bind(user.as_uuid()).execute(work).await?.rows_affected())
}

impl Store {
    async fn write_names(&self, user: UserId, (given, family): (&str, &str), line: &AuditEvent) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let Some(mut found) = person(&mut work, user).await?.filter(|found| found.state == UserState::Active) else { return Ok(false) };
        (found.given_name, found.family_name) = (given.to_owned(), family.to_owned());
        write(&mut work, &found).await?;
        self.append_audit(&mut work, &[line]).await?;
        work.commit().await?;
        Ok(true)
    }

    async fn find_own_connections(&self, account: AccountId, user: UserId) -> Result<Vec<OwnConnection>, StoreError> {
        let statement = "SELECT c.doc, c.settings, EXISTS (SELECT 1 FROM binding b WHERE b.connection = c.id AND b.person = $2) FROM connection c \
            WHERE c.account = $1 AND c.settings IS NOT NULL ORDER BY c.id";
        let rows: Vec<(String, String, bool)> = query(statement).bind(account.as_uuid()).bind(user.as_uuid()).fetch_all(&self.read).await?;
        rows.into_iter().map(|(route, settings, is_bound)| Ok(OwnConnection { route: read_doc(&route)?, settings: read_doc(&settings)?, is_bound })).collect()
    }

    async fn keep_change(&self, change: &EmailChange, (most, since): (u32, Timestamp), line: &AuditEvent) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let count = "SELECT (SELECT COUNT(*) FROM email_change WHERE person = $1 AND made_at > $3 AND purpose = 'email'), \
            (SELECT COUNT(*) FROM email_change WHERE address_key = $2 AND made_at > $3 AND purpose = 'email')";
        let (by_person, to_address): (i64, i64) = query(count).bind(change.stored.user.as_uuid()).bind(key(&change.address)).bind(since.seconds()).fetch_one(&mut *work).await?;
        if by_person.max(to_address) >= i64::from(most) {
            return Ok(false);
        }
        void_waiting(&mut work, change.stored.user).await?;
        insert(&mut work, &change.stored, &change.address, line.at).await?;
        self.append_audit(&mut work, &[line]).await?;
        work.commit().await?;
        Ok(true)
    }

    async fn find_waiting(&self, user: UserId, now: Timestamp) -> Result<Option<EmailChange>, StoreError> {
        let statement = format!("SELECT {COLUMNS} FROM email_change WHERE person = $1 AND purpose = 'email' AND void = FALSE AND expires_at > $2 AND tries < 5 LIMIT 1");
        let row: Option<Row> = query(sqlx::AssertSqlSafe(statement)).bind(user.as_uuid()).bind(now.seconds()).fetch_optional(&self.read).await?;
        Ok(row.and_then(change))
    }

    async fn claim_change(&self, user: UserId, now: Timestamp) -> Result<Option<EmailChange>, StoreError> {
        let columns = COLUMNS.replace("tries", "tries - 1");
        let statement = format!("UPDATE email_change SET tries = tries + 1 WHERE person = $1 AND purpose = 'email' AND void = FALSE AND expires_at > $2 AND tries < 5 RETURNING {columns}");
        let row: Option<Row> = query(sqlx::AssertSqlSafe(statement)).bind(user.as_uuid()).bind(now.seconds()).fetch_optional(&self.write).await?;
        Ok(row.and_then(change))
    }

    async fn prove_change(&self, change: &EmailChange, undo: &StoredReset, line: &AuditEvent) -> Result<Option<Proved>, StoreError> {
        let (user, now) = (change.stored.user, line.at);
        let mut work = self.write.begin().await?;
        if !consume(&mut work, &change.stored, now).await? {
            return Ok(None);
        }
        let Some(mut found) = person(&mut work, user).await?.filter(|found| found.state == UserState::Active) else { return Ok(None) };
        let before = found.email.replace(change.address.clone());
        write(&mut work, &found).await?;
        query("UPDATE reset SET void = TRUE WHERE person = $1").bind(user.as_uuid()).execute(&mut *work).await?;
        prove_mailbox(&mut *work, user, (&change.address, None), now).await?;
        if let Some(before) = &before {
            insert(&mut work, undo, before, now).await?;
        }
        self.append_audit(&mut work, &[line]).await?;
        work.commit().await?;
        Ok(Some(Proved { before }))
    }

    async fn cancel_change(&self, user: UserId, line: &AuditEvent) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        if void_waiting(&mut work, user).await? == 0 {
            return Ok(false);
        }
        self.append_audit(&mut work, &[line]).await?;
        work.commit().await?;
        Ok(true)
    }

    async fn find_made(&self, selector: &str, now: Timestamp) -> Result<Option<EmailChange>, StoreError> {
        let statement = format!("SELECT {COLUMNS} FROM email_change WHERE selector = $1 AND purpose = 'email_undo' AND void = FALSE AND expires_at > $2");
        let row: Option<Row> = query(sqlx::AssertSqlSafe(statement)).bind(selector).bind(now.seconds()).fetch_optional(&self.read).await?;
        Ok(row.and_then(change))
    }

    async fn take_change_back(&self, change: &EmailChange, line: &AuditEvent) -> Result<Option<Proved>, StoreError> {
        let (user, now) = (change.stored.user, line.at);
        let mut work = self.write.begin().await?;
        if !consume(&mut work, &change.stored, now).await? {
            return Ok(None);
        }
        let Some(mut found) = person(&mut work, user).await?.filter(|found| found.state != UserState::Deprovisioned) else { return Ok(None) };
        let before = found.email.replace(change.address.clone());
        write(&mut work, &found).await?;
        // Whoever opened the link has the mailbox.
        prove_mailbox(&mut *work, user, (&change.address, None), now).await?;
        // Also for whoever has no password yet: one that is set by the mailbox that is gone would be the first.
        query("INSERT INTO email_taken_back(person, at) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET at = $2").bind(user.as_uuid()).bind(now.seconds()).execute(&mut *work).await?;
        // Whoever made a later change has no way to take it back again.
        let later = "UPDATE email_change SET void = TRUE WHERE person = $1 AND rowid >= (SELECT rowid FROM email_change WHERE selector = $2)";
        query(later).bind(user.as_uuid()).bind(&change.stored.selector).execute(&mut *work).await?;
        // A reset that was proved by the mailbox that is gone, and has not set its password yet, sets none.
        query("UPDATE credential SET version = version + 1 WHERE person = $1").bind(user.as_uuid()).execute(&mut *work).await?;
        self.end_everything(&mut work, user, None, "e-mail address taken back", now).await?;
        self.end_made_by(&mut work, user, now).await?;
        self.append_audit(&mut work, &[line]).await?;
        work.commit().await?;
        Ok(Some(Proved { before }))
    }
}

impl Store {
    /// The session has another secret; the one before stands for it still where a page of its sign-in is sent again (OB-12).
    async fn exchange_secret(&self, session: SessionId, (from, to): (&[u8; 32], &[u8; 32])) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let given_up = "INSERT INTO session_before(token_hash, session, at) SELECT token_hash, id, CAST($3 AS BIGINT) FROM session \
            WHERE id = $1 AND token_hash = $2 AND ended_at IS NULL ON CONFLICT (token_hash) DO UPDATE SET session = excluded.session, at = excluded.at";
        query(given_up).bind(session.as_uuid()).bind(&from[..]).bind(self.now().seconds()).execute(&mut *work).await?;
        let exchange = "UPDATE session SET token_hash = $3 WHERE id = $1 AND token_hash = $2 AND ended_at IS NULL";
        let done = query(exchange).bind(session.as_uuid()).bind(&from[..]).bind(&to[..]).execute(&mut *work).await?;
        work.commit().await?;
        Ok(done.rows_affected() == 1)
    }
}

#[async_trait]
impl Profiles for Store {
    async fn set_password(&self, update: &CredentialUpdate, keep: Option<SessionId>, line: &AuditEvent, letter: Option<&Resting>) -> Result<bool, StoreFault> {
        Ok(self.change_credential(update, keep, line, letter).await?)
    }
    async fn rotate(&self, session: SessionId, (from, to): (&[u8; 32], &[u8; 32])) -> Result<bool, StoreFault> {
        Ok(self.exchange_secret(session, (from, to)).await?)
    }
    async fn set_names(&self, user: UserId, names: (&str, &str), line: &AuditEvent) -> Result<bool, StoreFault> {
        Ok(self.write_names(user, names, line).await?)
    }
    async fn connections_of(&self, account: AccountId, user: UserId) -> Result<Vec<OwnConnection>, StoreFault> {
        Ok(self.find_own_connections(account, user).await?)
    }
    async fn ask(&self, change: &EmailChange, limit: (u32, Timestamp), line: &AuditEvent) -> Result<bool, StoreFault> {
        Ok(self.keep_change(change, limit, line).await?)
    }
    async fn waiting(&self, user: UserId, now: Timestamp) -> Result<Option<EmailChange>, StoreFault> {
        Ok(self.find_waiting(user, now).await?)
    }
    async fn claim_try(&self, user: UserId, now: Timestamp) -> Result<Option<EmailChange>, StoreFault> {
        Ok(self.claim_change(user, now).await?)
    }
    async fn prove(&self, change: &EmailChange, undo: &StoredReset, line: &AuditEvent) -> Result<Option<Proved>, StoreFault> {
        Ok(self.prove_change(change, undo, line).await?)
    }
    async fn cancel(&self, user: UserId, line: &AuditEvent) -> Result<bool, StoreFault> {
        Ok(self.cancel_change(user, line).await?)
    }
    async fn made(&self, selector: &str, now: Timestamp) -> Result<Option<EmailChange>, StoreFault> {
        Ok(self.find_made(selector, now).await?)
    }
    async fn take_back(&self, change: &EmailChange, line: &AuditEvent) -> Result<Option<Proved>, StoreFault> {
        Ok(self.take_change_back(change, line).await?)
    }
    async fn awaits_reset(&self, user: UserId) -> Result<bool, StoreFault> {
        Ok(self.reader.row("SELECT 1 FROM email_taken_back WHERE person = $1", values![user.as_uuid()], |_| Ok(())).await?.is_some())
    }
    async fn proved_mailbox(&self, user: UserId, address: &EmailAddress, now: Timestamp) -> Result<(), StoreFault> {
        // Whoever has another address by now has proved nothing about it.
        prove_mailbox(&self.write, user, (address, None), now).await?;
        Ok(())
    }
    async fn vouched_mailbox(&self, user: UserId, (address, domain): (&EmailAddress, &DomainName), now: Timestamp) -> Result<(), StoreFault> {
        prove_mailbox(&self.write, user, (address, Some(domain)), now).await?;
        Ok(())
    }
}
