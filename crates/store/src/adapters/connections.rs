//! Connections, and who their subjects are here.

use std::sync::Arc;

use async_trait::async_trait;
use homeward_discovery::{Connection as Route, DomainClaim, User};
use homeward_federation::{Connection as Federated, ConnectionSettings, Subject};
use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, ConnectionId, Timestamp, UserId};
use homeward_sealing::sha256;
use homeward_signin::federated::{Bindings, Connected, Connections, LookUp, MOST_AT_PATH, Told};
use uuid::Uuid;

use super::{Store, StoreError, delegated::forget_grant, federation::void_results, read_doc, sessions::end_of_person, write_doc};
use crate::engine::{Db, Work, query, values};

/// A subject as a key of fixed length. Its parts are kept apart by their lengths (LP-04's rule).
fn key(subject: &Subject) -> [u8; 32] {
    let mut bytes = Vec::new();
    for part in [&subject.issuer, &subject.kind, &subject.value] {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    sha256(&bytes)
}

/// Binds a subject, as its key and its document, to a user, unless it is bound already; `true` when it is theirs then.
fn put_binding(db: &mut Db<'_>, (connection, subject, doc): (ConnectionId, &[u8; 32], &str), user: UserId, now: Timestamp) -> Result<bool, StoreError> {
    const PUT: &str = "INSERT INTO binding(connection, subject_hash, doc, person, made_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    let (connection, user) = (connection.as_uuid(), user.as_uuid());
    db.execute(PUT, values![connection, subject, doc, user, now.seconds()])?;
    Ok(db.row(BOUND, values![connection, subject], |row| row.get::<_, Uuid>(0))? == Some(user))
}

/// Writes what a provider says into the row as it is by now. The first statement holds the row, so that nobody else changes it in between.
fn put_told(db: &mut Db<'_>, user: UserId, told: &Told) -> Result<Option<User>, StoreError> {
    const HOLD: &str = "UPDATE person SET doc = doc WHERE id = $1 RETURNING doc";
    const PUT: &str = "UPDATE person SET doc = json_set(doc, '$.given_name', $1, '$.family_name', $2, '$.groups', json($3), '$.roles', json($4)) WHERE id = $5";
    let held: Option<String> = db.row(HOLD, values![user.as_uuid()], |row| row.get(0))?;
    let Some(held) = held else { return Ok(None) };
    let new = told.of(&read_doc(&held)?);
    db.execute(PUT, values![&new.given_name, &new.family_name, write_doc(&new.groups)?, write_doc(&new.roles)?, user.as_uuid()])?;
    Ok(Some(new))
}

/// A user and their binding; nothing when the name is taken or the subject is bound.
fn put_new_user(db: &mut Db<'_>, user: &User, (connection, subject, doc): (ConnectionId, &[u8; 32], &str), now: Timestamp) -> Result<bool, StoreError> {
    const PUT: &str = "INSERT INTO person(id, account, username_key, email_key, external_id, doc) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    if db.row(BOUND, values![connection.as_uuid(), subject], |_| Ok(()))?.is_some() {
        return Ok(false);
    }
    let email = user.email.as_ref().map(|email| email.as_str().to_ascii_lowercase());
    let made = db.execute(PUT, values![user.id.as_uuid(), user.account.as_uuid(), user.username.key(), email, &user.external_id, write_doc(user)?])?;
    Ok(made == 1 && put_binding(db, (connection, subject, doc), user.id, now)?)
}

const BOUND: &str = "SELECT person FROM binding WHERE connection = $1 AND subject_hash = $2";

impl Store {
    async fn find_connection(&self, id: ConnectionId) -> Result<Option<Connected>, StoreError> {
        const FIND: &str = "SELECT c.doc, a.doc, c.settings FROM connection c JOIN account a ON a.id = c.account WHERE c.id = $1";
        let row: Option<(String, String, Option<String>)> = self.reader.row(FIND, values![id.as_uuid()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).await?;
        let Some((route, account, settings)) = row else { return Ok(None) };
        let route: Route = read_doc(&route)?;
        let settings = settings.as_deref().map(read_doc).transpose()?;
        let connection = settings.map(|settings| Federated { id: route.id, account: route.account, name: route.name.clone(), settings });
        Ok(Some(Connected { account: Arc::unwrap_or_clone(self.documents.accounts.read(&account)?), route, connection }))
    }

    pub(in crate::adapters) async fn find_by_field(&self, account: AccountId, field: LookUp<'_>) -> Result<Vec<User>, StoreError> {
        let (statement, value) = match field {
            LookUp::Username(name) => ("SELECT doc FROM person WHERE account = $1 AND username_key = $2 LIMIT 2", name.key().to_owned()),
            LookUp::Email(address) => ("SELECT doc FROM person WHERE account = $1 AND email_key = $2 LIMIT 2", address.to_ascii_lowercase()),
            LookUp::ExternalId(id) => ("SELECT doc FROM person WHERE account = $1 AND external_id = $2 LIMIT 2", id.to_owned()),
        };
        let found: Vec<String> = self.reader.rows(statement, values![account.as_uuid(), value], |row| row.get(0)).await?;
        found.iter().map(|doc| read_doc(doc)).collect()
    }

    async fn find_bound(&self, connection: ConnectionId, subject: &Subject) -> Result<Option<UserId>, StoreError> {
        let found: Option<Uuid> = self.reader.row(BOUND, values![connection.as_uuid(), key(subject)], |row| row.get(0)).await?;
        Ok(found.map(UserId::from_uuid))
    }

    async fn is_bound_as_other(&self, connection: ConnectionId, subject: &Subject, user: UserId) -> Result<bool, StoreError> {
        const FIND: &str = "SELECT 1 FROM binding WHERE connection = $1 AND person = $2 AND subject_hash <> $3 LIMIT 1";
        let (connection, user) = (connection.as_uuid(), user.as_uuid());
        Ok(self.reader.row(FIND, values![connection, user, key(subject)], |_| Ok(())).await?.is_some())
    }

    async fn proved_claim(&self, account: AccountId, domain: &str) -> Result<Option<DomainClaim>, StoreError> {
        const FIND: &str = "SELECT doc FROM domain_claim WHERE domain = $1 AND account = $2";
        let doc: Option<String> = self.reader.row(FIND, values![domain, account.as_uuid()], |row| row.get(0)).await?;
        let claim = doc.map(|doc| read_doc::<DomainClaim>(&doc)).transpose()?;
        Ok(claim.filter(|claim| claim.verified_at.is_some()))
    }
}

impl Store {
    /// Binds a user to another subject in place of one that the connection does not expect any more, and ends what was proved by that one;
    /// `false`, and nothing is changed, when somebody else was first or the connection expects other names by now.
    async fn linked_anew(&self, connection: ConnectionId, (past, to): (&Subject, &Subject), user: UserId, now: Timestamp) -> Result<bool, StoreError> {
        const FORGET: &str = "DELETE FROM binding WHERE connection = $1 AND subject_hash = $2 AND person = $3";
        const PUT: &str = "INSERT INTO binding(connection, subject_hash, doc, person, made_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        let (id, person) = (connection.as_uuid(), user.as_uuid());
        let mut work = self.write.begin().await?;
        let row: Option<(Option<String>,)> = query("SELECT settings FROM connection WHERE id = $1").bind(id).fetch_optional(&mut *work).await?;
        let settings: Option<ConnectionSettings> = row.and_then(|(settings,)| settings).as_deref().map(read_doc).transpose()?;
        if !settings.is_some_and(|settings| settings.naming().is_past(past, to)) {
            return Ok(false);
        }
        let gone = query(FORGET).bind(id).bind(key(past).as_slice()).bind(person).execute(&mut *work).await?;
        let made = query(PUT).bind(id).bind(key(to).as_slice()).bind(write_doc(to)?).bind(person).bind(now.seconds()).execute(&mut *work).await?;
        if (gone.rows_affected(), made.rows_affected()) != (1, 1) {
            return Ok(false);
        }
        end_of_person(&mut work, (connection, user), "linked anew", now).await?;
        forget_grant(&mut work, connection, user).await?;
        self.end_made_on_word(&mut work, user, now).await?;
        work.commit().await?;
        Ok(true)
    }

    /// The connections at whose providers a user is known by a name that never changes.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn links_of(&self, user: UserId) -> Result<Vec<ConnectionId>, StoreError> {
        let rows: Vec<(Uuid,)> = query("SELECT connection FROM binding WHERE person = $1 ORDER BY connection").bind(user.as_uuid()).fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(|(id,)| ConnectionId::from_uuid(id)).collect())
    }

    /// Forgets by which names a user is known at providers, and ends everything of the user, answers that wait, tokens for the API that were made
    /// on a provider's word and what applications may do there included: whoever comes with
    /// such a name is somebody new, and the next one whom a connection's rule means is the user (ST-09, OP-03). Gives how many there were.
    ///
    /// # Errors
    /// `StoreError` when the database fails; nothing is changed then.
    pub async fn unlink(&self, user: UserId, now: Timestamp) -> Result<u64, StoreError> {
        let mut work = self.write.begin().await?;
        let gone = self.forget_links(&mut work, user, now).await?;
        work.commit().await?;
        Ok(gone)
    }

    /// The same in a transaction that is under way.
    pub(super) async fn forget_links(&self, work: &mut Work, user: UserId, now: Timestamp) -> Result<u64, StoreError> {
        let gone: Vec<(Uuid,)> = query("DELETE FROM binding WHERE person = $1 RETURNING connection").bind(user.as_uuid()).fetch_all(&mut *work).await?;
        if gone.is_empty() {
            return Ok(0);
        }
        for (connection,) in &gone {
            void_results(&mut *work, ConnectionId::from_uuid(*connection)).await?;
            forget_grant(&mut *work, ConnectionId::from_uuid(*connection), user).await?;
        }
        self.end_everything(work, user, None, "unlinked", now).await?;
        self.end_made_on_word(work, user, now).await?;
        Ok(u64::try_from(gone.len()).unwrap_or(u64::MAX))
    }
}

#[async_trait]
impl Connections for Store {
    async fn connection(&self, id: ConnectionId) -> Result<Option<Connected>, StoreFault> {
        Ok(self.find_connection(id).await?)
    }
    async fn answers_at(&self, path: &str) -> Result<bool, StoreFault> {
        let row: Result<Option<(i32,)>, sqlx::Error> = query("SELECT 1 FROM connection WHERE acs_path = $1 LIMIT 1").bind(path).fetch_optional(&self.read).await;
        Ok(row.map_err(StoreError::from)?.is_some())
    }
    async fn at_path(&self, path: &str, issuer: &str) -> Result<Vec<ConnectionId>, StoreFault> {
        // One that refuses such answers says so itself, where nobody else takes them.
        const FIND: &str = "SELECT c.id FROM connection c WHERE c.acs_path = $1 AND c.issuer = $2 AND json_extract(c.doc, '$.state') IN ('pilot', 'domains', 'enforced', 'outage') \
            AND (json_extract(c.settings, '$.idp_initiated') IN ('convert', 'accept') OR NOT EXISTS (SELECT 1 FROM connection o WHERE o.acs_path = $1 AND o.issuer = $2 \
            AND json_extract(o.doc, '$.state') IN ('pilot', 'domains', 'enforced', 'outage') AND json_extract(o.settings, '$.idp_initiated') IN ('convert', 'accept'))) ORDER BY c.id LIMIT $3";
        let rows: Result<Vec<(Uuid,)>, sqlx::Error> = query(FIND).bind(path).bind(issuer).bind(i64::from(MOST_AT_PATH)).fetch_all(&self.read).await;
        Ok(rows.map_err(StoreError::from)?.into_iter().map(|(id,)| ConnectionId::from_uuid(id)).collect())
    }
    async fn signs_out_at(&self, path: &str) -> Result<bool, StoreFault> {
        let row: Result<Option<(i32,)>, sqlx::Error> = query("SELECT 1 FROM connection WHERE slo_path = $1 LIMIT 1").bind(path).fetch_optional(&self.read).await;
        Ok(row.map_err(StoreError::from)?.is_some())
    }
    async fn sign_outs_at(&self, path: &str, issuer: &str) -> Result<Vec<ConnectionId>, StoreFault> {
        const FIND: &str = "SELECT id FROM connection WHERE slo_path = $1 AND issuer = $2 AND json_extract(doc, '$.state') IN ('pilot', 'domains', 'enforced', 'outage') ORDER BY id LIMIT $3";
        let rows: Result<Vec<(Uuid,)>, sqlx::Error> = query(FIND).bind(path).bind(issuer).bind(i64::from(MOST_AT_PATH)).fetch_all(&self.read).await;
        Ok(rows.map_err(StoreError::from)?.into_iter().map(|(id,)| ConnectionId::from_uuid(id)).collect())
    }
    async fn origins_at(&self, path: &str) -> Result<Vec<String>, StoreFault> {
        let rows: Result<Vec<(String,)>, sqlx::Error> =
            query("SELECT DISTINCT acs_origin FROM connection WHERE (acs_path = $1 OR slo_path = $1) AND acs_origin IS NOT NULL").bind(path).fetch_all(&self.read).await;
        Ok(rows.map_err(StoreError::from)?.into_iter().map(|(origin,)| origin).collect())
    }
    async fn proved(&self, account: AccountId, domain: &str) -> Result<Option<DomainClaim>, StoreFault> {
        Ok(self.proved_claim(account, domain).await?)
    }
    async fn replace_settings(&self, id: ConnectionId, from: &ConnectionSettings, to: &ConnectionSettings) -> Result<bool, StoreFault> {
        Ok(self.change_settings(id, from, to).await?)
    }
}

#[async_trait]
impl Bindings for Store {
    async fn bound(&self, connection: ConnectionId, subject: &Subject) -> Result<Option<UserId>, StoreFault> {
        Ok(self.find_bound(connection, subject).await?)
    }
    async fn has_other(&self, connection: ConnectionId, subject: &Subject, user: UserId) -> Result<bool, StoreFault> {
        Ok(self.is_bound_as_other(connection, subject, user).await?)
    }
    async fn bind(&self, connection: ConnectionId, subject: &Subject, user: UserId, now: Timestamp) -> Result<bool, StoreFault> {
        let (subject, doc) = (key(subject), write_doc(subject)?);
        Ok(self.grouped(move |db| put_binding(db, (connection, &subject, &doc), user, now)).await?)
    }
    async fn linked_as(&self, connection: ConnectionId, user: UserId) -> Result<Option<Subject>, StoreFault> {
        const FIND: &str = "SELECT doc FROM binding WHERE connection = $1 AND person = $2";
        let doc: Option<String> = self.reader.row(FIND, values![connection.as_uuid(), user.as_uuid()], |row| row.get(0)).await?;
        Ok(doc.map(|doc| read_doc(&doc)).transpose()?)
    }
    async fn relink(&self, connection: ConnectionId, (from, to): (&Subject, &Subject), user: UserId, now: Timestamp) -> Result<bool, StoreFault> {
        Ok(self.linked_anew(connection, (from, to), user, now).await?)
    }
    async fn by_field(&self, account: AccountId, field: LookUp<'_>) -> Result<Vec<User>, StoreFault> {
        Ok(self.find_by_field(account, field).await?)
    }
    async fn refresh(&self, user: UserId, told: &Told) -> Result<Option<User>, StoreFault> {
        let told = told.clone();
        Ok(self.grouped(move |db| put_told(db, user, &told)).await?)
    }
    async fn create(&self, user: &User, binding: (ConnectionId, &Subject), now: Timestamp) -> Result<bool, StoreFault> {
        let (user, connection, subject, doc) = (user.clone(), binding.0, key(binding.1), write_doc(binding.1)?);
        Ok(self.grouped(move |db| put_new_user(db, &user, (connection, &subject, &doc), now)).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ST-21: one text as entity ID, as issuer, as value or as kind is never the same subject, and parts do not run into each other.
    #[test]
    fn st_21_subjects_of_two_kinds_are_two() {
        let subject = |issuer: &str, kind: &str, value: &str| key(&Subject { issuer: issuer.into(), kind: kind.into(), value: value.into() });
        let one = subject("https://idp.example", "sub", "1001");
        assert_eq!(one, subject("https://idp.example", "sub", "1001"));
        for other in [("https://idp.example", "nameid", "1001"), ("https://idp.example", "su", "b1001"), ("https://idp.example/", "sub", "1001"), ("https://idp.exampl", "esub", "1001")] {
            assert_ne!(one, subject(other.0, other.1, other.2));
        }
    }
}
