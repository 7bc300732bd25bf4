//! Connections, and who their subjects are here.

use async_trait::async_trait;
use homeward_discovery::{Connection as Route, User};
use homeward_federation::{Connection, Subject};
use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, ConnectionId, Timestamp, UserId};
use homeward_sealing::sha256;
use homeward_signin::federated::{Bindings, Connected, Connections, LookUp};
use uuid::Uuid;

use super::{Store, StoreError, read_doc, write_doc};

/// A subject as a key of fixed length. Its parts are kept apart by their lengths (LP-04's rule).
fn key(subject: &Subject) -> [u8; 32] {
    let mut bytes = Vec::new();
    for part in [&subject.issuer, &subject.kind, &subject.value] {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    sha256(&bytes)
}

impl Store {
    async fn find_connection(&self, id: ConnectionId) -> Result<Option<Connected>, StoreError> {
        let row: Option<(String, String, Option<String>)> =
            sqlx::query_as("SELECT c.doc, a.doc, c.settings FROM connection c JOIN account a ON a.id = c.account WHERE c.id = $1").bind(id.as_uuid()).fetch_optional(&self.read).await?;
        let Some((route, account, settings)) = row else { return Ok(None) };
        let route: Route = read_doc(&route)?;
        let settings = settings.as_deref().map(read_doc).transpose()?;
        let connection = settings.map(|settings| Connection { id: route.id, account: route.account, name: route.name.clone(), settings });
        Ok(Some(Connected { account: read_doc(&account)?, route, connection }))
    }

    async fn put_binding(work: &mut sqlx::SqliteConnection, connection: ConnectionId, subject: &Subject, user: UserId, now: Timestamp) -> Result<bool, StoreError> {
        sqlx::query("INSERT INTO binding(connection, subject_hash, doc, person, made_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING")
            .bind(connection.as_uuid())
            .bind(&key(subject)[..])
            .bind(write_doc(subject)?)
            .bind(user.as_uuid())
            .bind(now.seconds())
            .execute(&mut *work)
            .await?;
        let (bound,): (Option<Uuid>,) = sqlx::query_as("SELECT (SELECT person FROM binding WHERE connection = $1 AND subject_hash = $2)")
            .bind(connection.as_uuid())
            .bind(&key(subject)[..])
            .fetch_one(&mut *work)
            .await?;
        Ok(bound == Some(user.as_uuid()))
    }

    async fn put_new_user(&self, user: &User, (connection, subject): (ConnectionId, &Subject), now: Timestamp) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let made = sqlx::query("INSERT INTO person(id, account, username_key, email_key, external_id, doc) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING")
            .bind(user.id.as_uuid())
            .bind(user.account.as_uuid())
            .bind(user.username.key())
            .bind(user.email.as_ref().map(|e| e.as_str().to_ascii_lowercase()))
            .bind(&user.external_id)
            .bind(write_doc(user)?)
            .execute(&mut *work)
            .await?;
        if made.rows_affected() != 1 || !Self::put_binding(&mut work, connection, subject, user.id, now).await? {
            work.rollback().await?;
            return Ok(false);
        }
        work.commit().await?;
        Ok(true)
    }

    async fn find_by_field(&self, account: AccountId, field: LookUp<'_>) -> Result<Vec<User>, StoreError> {
        let (statement, value) = match field {
            LookUp::Username(name) => ("SELECT doc FROM person WHERE username_key = $2 AND account = $1 LIMIT 2", name.key().to_owned()),
            LookUp::Email(address) => ("SELECT doc FROM person WHERE account = $1 AND email_key = $2 LIMIT 2", address.to_ascii_lowercase()),
            LookUp::ExternalId(id) => ("SELECT doc FROM person WHERE account = $1 AND external_id = $2 LIMIT 2", id.to_owned()),
        };
        let rows: Vec<(String,)> = sqlx::query_as(statement).bind(account.as_uuid()).bind(value).fetch_all(&self.read).await?;
        rows.iter().map(|(doc,)| read_doc(doc)).collect()
    }
}

#[async_trait]
impl Connections for Store {
    async fn connection(&self, id: ConnectionId) -> Result<Option<Connected>, StoreFault> {
        Ok(self.find_connection(id).await?)
    }
    async fn answers_at(&self, path: &str) -> Result<bool, StoreFault> {
        let row: Result<Option<(i64,)>, sqlx::Error> = sqlx::query_as("SELECT 1 FROM connection WHERE acs_path = $1 LIMIT 1").bind(path).fetch_optional(&self.read).await;
        Ok(row.map_err(StoreError::from)?.is_some())
    }
    async fn at_path(&self, path: &str, issuer: &str) -> Result<Vec<ConnectionId>, StoreFault> {
        let rows: Result<Vec<(Uuid,)>, sqlx::Error> =
            sqlx::query_as("SELECT id FROM connection WHERE acs_path = $1 AND issuer = $2 LIMIT 2").bind(path).bind(issuer).fetch_all(&self.read).await;
        Ok(rows.map_err(StoreError::from)?.into_iter().map(|(id,)| ConnectionId::from_uuid(id)).collect())
    }
    async fn origins_at(&self, path: &str) -> Result<Vec<String>, StoreFault> {
        let rows: Result<Vec<(String,)>, sqlx::Error> =
            sqlx::query_as("SELECT DISTINCT acs_origin FROM connection WHERE acs_path = $1 AND acs_origin IS NOT NULL").bind(path).fetch_all(&self.read).await;
        Ok(rows.map_err(StoreError::from)?.into_iter().map(|(origin,)| origin).collect())
    }
    async fn has_proved(&self, account: AccountId, domain: &str) -> Result<bool, StoreFault> {
        let row: Result<Option<(String,)>, sqlx::Error> =
            sqlx::query_as("SELECT doc FROM domain_claim WHERE domain = $1 AND account = $2").bind(domain).bind(account.as_uuid()).fetch_optional(&self.read).await;
        let claim = row.map_err(StoreError::from)?.map(|(doc,)| read_doc::<homeward_discovery::DomainClaim>(&doc)).transpose()?;
        Ok(claim.is_some_and(|claim| claim.verified_at.is_some()))
    }
}

#[async_trait]
impl Bindings for Store {
    async fn bound(&self, connection: ConnectionId, subject: &Subject) -> Result<Option<UserId>, StoreFault> {
        let row: Result<Option<(Uuid,)>, sqlx::Error> = sqlx::query_as("SELECT person FROM binding WHERE connection = $1 AND subject_hash = $2")
            .bind(connection.as_uuid())
            .bind(&key(subject)[..])
            .fetch_optional(&self.read)
            .await;
        Ok(row.map_err(StoreError::from)?.map(|(id,)| UserId::from_uuid(id)))
    }
    async fn has_other(&self, connection: ConnectionId, subject: &Subject, user: UserId) -> Result<bool, StoreFault> {
        let row: Result<Option<(i64,)>, sqlx::Error> = sqlx::query_as("SELECT 1 FROM binding WHERE connection = $1 AND person = $2 AND subject_hash <> $3")
            .bind(connection.as_uuid())
            .bind(user.as_uuid())
            .bind(&key(subject)[..])
            .fetch_optional(&self.read)
            .await;
        Ok(row.map_err(StoreError::from)?.is_some())
    }
    async fn bind(&self, connection: ConnectionId, subject: &Subject, user: UserId, now: Timestamp) -> Result<bool, StoreFault> {
        let mut work = self.write.begin().await.map_err(StoreError::from)?;
        let bound = Self::put_binding(&mut work, connection, subject, user, now).await?;
        work.commit().await.map_err(StoreError::from)?;
        Ok(bound)
    }
    async fn by_field(&self, account: AccountId, field: LookUp<'_>) -> Result<Vec<User>, StoreFault> {
        Ok(self.find_by_field(account, field).await?)
    }
    async fn refresh(&self, user: &User) -> Result<(), StoreFault> {
        // Only what the provider may say; everything else stays as it is by now.
        let done = sqlx::query("UPDATE person SET doc = json_set(doc, '$.given_name', $2, '$.family_name', $3, '$.groups', json($4), '$.roles', json($5)) WHERE id = $1")
            .bind(user.id.as_uuid())
            .bind(&user.given_name)
            .bind(&user.family_name)
            .bind(write_doc(&user.groups)?)
            .bind(write_doc(&user.roles)?)
            .execute(&self.write)
            .await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
    async fn create(&self, user: &User, binding: (ConnectionId, &Subject), now: Timestamp) -> Result<bool, StoreFault> {
        Ok(self.put_new_user(user, binding, now).await?)
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
