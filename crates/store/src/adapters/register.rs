//! The operator's side: what is registered, read and written as a whole.

use homeward_discovery::{AccountState, DomainClaim, User, UserState};
use homeward_federation::ConnectionSettings;
use homeward_local_credential::{Scheme, StoredCredential};
use homeward_model::{Timestamp, UserId};

use super::{Store, StoreError, delegated, federation::void_results, moves, portal::{forget_given_up, forget_lost, is_taken, seek_no_more_for, ways_in}, read_doc, register_seen, watching::note_removed, write_doc};
use crate::register::{AccountEntry, ApplicationEntry, ConnectionEntry, Register};
use crate::engine::{Work, query};

impl Store {
    /// Everything that is registered.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn register(&self) -> Result<Register, StoreError> {
        let accounts: Vec<(String, String, Option<String>)> = query("SELECT doc, policy, default_application FROM account ORDER BY number").fetch_all(&self.read).await?;
        let users: Vec<(String,)> = query("SELECT p.doc FROM person p JOIN account a ON a.id = p.account ORDER BY a.number, p.username_key").fetch_all(&self.read).await?;
        let domains: Vec<(String,)> = query("SELECT d.doc FROM domain_claim d JOIN account a ON a.id = d.account ORDER BY d.domain, a.number").fetch_all(&self.read).await?;
        let connections: Vec<(String, Option<String>)> = query("SELECT doc, settings FROM connection ORDER BY id").fetch_all(&self.read).await?;
        let applications: Vec<(bool, String, String)> = query("SELECT enabled, doc, client FROM application ORDER BY client_id").fetch_all(&self.read).await?;
        Ok(Register {
            accounts: accounts
                .into_iter()
                .map(|(doc, policy, default_application)| Ok(AccountEntry { account: read_doc(&doc)?, policy: read_doc(&policy)?, default_application }))
                .collect::<Result<_, StoreError>>()?,
            users: users.iter().map(|(doc,)| read_doc(doc)).collect::<Result<_, _>>()?,
            domains: domains.iter().map(|(doc,)| read_doc(doc)).collect::<Result<_, _>>()?,
            connections: connections
                .iter()
                .map(|(doc, settings)| Ok(ConnectionEntry { connection: read_doc(doc)?, settings: settings.as_deref().map(read_doc).transpose()? }))
                .collect::<Result<_, StoreError>>()?,
            applications: applications
                .into_iter()
                .map(|(enabled, doc, client)| Ok(ApplicationEntry { enabled, application: read_doc(&doc)?, client: read_doc(&client)? }))
                .collect::<Result<_, StoreError>>()?,
        })
    }

    /// Writes all of these in one transaction; what is not among them stays. Users and accounts that are no longer active
    /// lose their sessions and grants at once. `credentials` are set only for users who have none.
    ///
    /// # Errors
    /// `StoreError`; nothing is changed then.
    pub async fn put(&self, entries: &Register, credentials: &[(UserId, Scheme, Timestamp, bool)], now: Timestamp) -> Result<(), StoreError> {
        self.put_over(entries, None, (credentials, now)).await
    }

    /// The same, as long as everything that is written over is still as it was `seen`; what is not among that was not there. The last way in
    /// of an account that is touched stays, as `put_user` has it; who suspends an account may shut its own people out, and no operator.
    ///
    /// # Errors
    /// `StoreError::Changed` names the first that is not, `LastWayIn` the account; nothing is changed then.
    pub async fn put_as_seen(&self, entries: &Register, seen: &Register, credentials: &[(UserId, Scheme, Timestamp, bool)], now: Timestamp) -> Result<(), StoreError> {
        self.put_over(entries, Some(seen), (credentials, now)).await
    }

    async fn put_over(&self, entries: &Register, seen: Option<&Register>, (credentials, now): (&[(UserId, Scheme, Timestamp, bool)], Timestamp)) -> Result<(), StoreError> {
        let mut work = self.write.begin().await?;
        let mut before = Vec::new();
        if let Some(seen) = seen {
            if let Some(what) = register_seen::changed(&mut work, entries, seen).await? {
                return Err(StoreError::Changed(what));
            }
            for account in register_seen::touched(entries, seen) {
                before.push((account, ways_in(&mut work, account, now).await?));
            }
        }
        self.put_in(&mut work, entries, now).await?;
        if let Some(seen) = seen {
            moves::keep_steps(&mut work, (entries, seen), now).await?;
        }
        // With the passwords that come along: one of them may be the way in that takes the place of another.
        for (user, scheme, changed_at, must_change) in credentials {
            query("INSERT INTO credential(person, version, scheme, changed_at, must_change) VALUES ($1, 1, $2, $3, $4) ON CONFLICT DO NOTHING")
                .bind(user.as_uuid())
                .bind(write_doc(scheme)?)
                .bind(changed_at.seconds())
                .bind(*must_change)
                .execute(&mut *work)
                .await?;
        }
        for (account, before) in before {
            // Whoever suspends an account means its administrators, too.
            let is_suspended = entries.accounts.iter().any(|entry| entry.account.id == account && entry.account.state != AccountState::Active);
            let after = ways_in(&mut work, account, now).await?;
            let lost = if is_suspended { before.lost_operator(after) } else { before.lost(after) };
            if lost {
                let (number,): (String,) = query("SELECT number FROM account WHERE id = $1").bind(account.as_uuid()).fetch_one(&mut *work).await?;
                return Err(StoreError::LastWayIn(number));
            }
        }
        // Asked of what stands now: whoever reads a plan for some minutes may meet somebody who proves the domain meanwhile (LH-08).
        for claim in entries.domains.iter().filter(|claim| claim.verified_at.is_some()) {
            if is_taken(&mut work, claim.account, &claim.domain).await? {
                return Err(StoreError::Taken(claim.domain.to_string()));
            }
        }
        work.commit().await?;
        self.documents.recent.forget();
        Ok(())
    }

    /// Writes one user, unless it takes the last way in (`false`): the last operator or administrator who can enter the portal, or the
    /// last break-glass user. What is there must be as it was `seen`; somebody new was not there.
    ///
    /// # Errors
    /// `StoreError`, `Changed` when somebody else has changed the user since; nothing is changed then.
    pub async fn put_user(&self, user: &User, seen: Option<&User>, now: Timestamp) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let entries = Register { users: vec![user.clone()], ..Register::default() };
        let seen = Register { users: seen.into_iter().cloned().collect(), ..Register::default() };
        if let Some(what) = register_seen::changed(&mut work, &entries, &seen).await? {
            return Err(StoreError::Changed(what));
        }
        let before = ways_in(&mut work, user.account, now).await?;
        self.put_in(&mut work, &entries, now).await?;
        if before.lost(ways_in(&mut work, user.account, now).await?) {
            return Ok(false);
        }
        work.commit().await?;
        Ok(true)
    }

    async fn put_in(&self, work: &mut Work, entries: &Register, now: Timestamp) -> Result<(), StoreError> {
        for entry in &entries.accounts {
            put_account(work, entry).await?;
            if entry.account.state != AccountState::Active {
                let people: Vec<(uuid::Uuid,)> = query("SELECT id FROM person WHERE account = $1").bind(entry.account.id.as_uuid()).fetch_all(&mut *work).await?;
                for (person,) in people {
                    self.end_everything(work, UserId::from_uuid(person), None, "account suspended", now).await?;
                }
            }
        }
        for connection in &entries.connections {
            put_connection(work, connection).await?;
            self.after_move(work, &connection.connection, now).await?;
        }
        for domain in &entries.domains {
            put_domain(work, domain).await?;
        }
        for user in &entries.users {
            put_user(work, user).await?;
            if !matches!(user.state, UserState::Active | UserState::Invited) {
                self.end_everything(work, user.id, None, "user not active", now).await?;
                seek_no_more_for(work, user.id).await?;
                self.end_codes_made_by(work, user.id, now).await?;
            }
            if user.state == UserState::Deprovisioned {
                delegated::forget_person(work, user.id).await?;
            }
        }
        if !entries.users.is_empty() {
            forget_lost(work).await?;
        }
        for entry in &entries.applications {
            put_application(work, entry).await?;
        }
        Ok(())
    }

    /// Sets a credential whatever was there, for tests and imports; ends everything of the user.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn set_credential(&self, credential: &StoredCredential, now: Timestamp) -> Result<(), StoreError> {
        let mut work = self.write.begin().await?;
        query(
            "INSERT INTO credential(person, version, scheme, changed_at, must_change) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (person) DO UPDATE SET version = credential.version + 1, scheme = $3, changed_at = $4, must_change = $5",
        )
        .bind(credential.user.as_uuid())
        .bind(credential.version)
        .bind(write_doc(&credential.scheme)?)
        .bind(credential.changed_at.seconds())
        .bind(credential.must_change)
        .execute(&mut *work)
        .await?;
        self.end_everything(&mut work, credential.user, None, "credential set", now).await?;
        self.end_made_by(&mut work, credential.user, now).await?;
        work.commit().await?;
        Ok(())
    }

    /// The users that have a credential, among all.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn with_credential(&self) -> Result<Vec<UserId>, StoreError> {
        let rows: Vec<(uuid::Uuid,)> = query("SELECT person FROM credential").fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(|(id,)| UserId::from_uuid(id)).collect())
    }
}

async fn put_account(work: &mut Work, entry: &AccountEntry) -> Result<(), StoreError> {
    query(
        "INSERT INTO account(id, number, doc, policy, default_application) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id) DO UPDATE SET doc = $3, policy = $4, default_application = $5",
    )
    .bind(entry.account.id.as_uuid())
    .bind(entry.account.number.as_str())
    .bind(write_doc(&entry.account)?)
    .bind(write_doc(&entry.policy)?)
    .bind(&entry.default_application)
    .execute(work)
    .await?;
    Ok(())
}

/// Whom people have consented to: another registration has nobody's consent, and tokens of the one before are none of its own.
fn registration(settings: Option<&ConnectionSettings>) -> Option<(&str, &str, &str)> {
    settings?.delegated.as_deref().map(|delegated| delegated.registration())
}

pub(super) async fn put_connection(work: &mut Work, entry: &ConnectionEntry) -> Result<(), StoreError> {
    let connection = &entry.connection;
    let settings = entry.settings.as_ref();
    let before: Option<(Option<String>,)> = query("SELECT settings FROM connection WHERE id = $1").bind(connection.id.as_uuid()).fetch_optional(&mut *work).await?;
    let before: Option<ConnectionSettings> = before.and_then(|(settings,)| settings).as_deref().map(read_doc).transpose()?;
    if registration(before.as_ref()) != registration(settings) {
        delegated::forget_connection(&mut *work, connection.id).await?;
    }
    let changed = before.as_ref() != settings;
    if changed {
        // An answer counts by the settings that verified it: a key that was taken out signs nobody in any more (SK-20).
        void_results(&mut *work, connection.id).await?;
    }
    query(
        "INSERT INTO connection(id, account, doc, settings, acs_path, delegated_path, acs_origin, issuer, slo_path) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (id) DO UPDATE SET doc = $3, settings = $4, acs_path = $5, delegated_path = $6, acs_origin = $7, issuer = $8, slo_path = $9",
    )
        .bind(connection.id.as_uuid())
        .bind(connection.account.as_uuid())
        .bind(write_doc(connection)?)
        .bind(settings.map(write_doc).transpose()?)
        .bind(settings.and_then(|settings| settings.own_acs_path()))
        .bind(settings.and_then(|settings| settings.delegated.as_ref()).map(|delegated| delegated.return_path()))
        .bind(settings.and_then(|settings| settings.own_acs_origin()))
        .bind(settings.map(|settings| settings.issuer()))
        .bind(settings.and_then(|settings| settings.own_slo_path()))
        .execute(&mut *work)
        .await?;
    match changed {
        true => note_removed(work, connection.id, (before.as_ref(), settings)).await,
        false => Ok(()),
    }
}

async fn put_domain(work: &mut Work, domain: &DomainClaim) -> Result<(), StoreError> {
    query("INSERT INTO domain_claim(domain, account, doc) VALUES ($1, $2, $3) ON CONFLICT (domain, account) DO UPDATE SET doc = $3")
        .bind(domain.domain.as_str())
        .bind(domain.account.as_uuid())
        .bind(write_doc(domain)?)
        .execute(&mut *work)
        .await?;
    if domain.verified_at.is_some() {
        // The operator vouches for it: what was missing before does not count against that.
        let statement = "UPDATE domain_proof SET lost_at = NULL, off_at = NULL WHERE domain = $1 AND account = $2 AND off_at IS NOT NULL";
        query(statement).bind(domain.domain.as_str()).bind(domain.account.as_uuid()).execute(&mut *work).await?;
        forget_given_up(work, &domain.domain).await?;
    }
    Ok(())
}

pub(super) async fn put_user(work: &mut Work, user: &User) -> Result<(), StoreError> {
    // An address that the register gives counts: no link of a change before it takes it back, and no mail to another mailbox proves anything.
    for statement in [
        "UPDATE email_change SET void = TRUE WHERE person = $1 AND EXISTS (SELECT 1 FROM person p WHERE p.id = $1 AND p.email_key IS DISTINCT FROM $2)",
        "UPDATE reset SET void = TRUE WHERE person = $1 AND EXISTS (SELECT 1 FROM person p WHERE p.id = $1 AND p.email_key IS DISTINCT FROM $2)",
    ] {
        query(statement).bind(user.id.as_uuid()).bind(user.email.as_ref().map(|e| e.as_str().to_ascii_lowercase())).execute(&mut *work).await?;
    }
    query("INSERT INTO person(id, account, username_key, doc, email_key, external_id) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (id) DO UPDATE SET username_key = $3, doc = $4, email_key = $5, external_id = $6")
        .bind(user.id.as_uuid())
        .bind(user.account.as_uuid())
        .bind(user.username.key())
        .bind(write_doc(user)?)
        .bind(user.email.as_ref().map(|e| e.as_str().to_ascii_lowercase()))
        .bind(&user.external_id)
        .execute(work)
        .await?;
    Ok(())
}

async fn put_application(work: &mut Work, entry: &ApplicationEntry) -> Result<(), StoreError> {
    query(
        "INSERT INTO application(client_id, enabled, doc, client, backchannel_logout_uri) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (client_id) DO UPDATE SET enabled = $2, doc = $3, client = $4, backchannel_logout_uri = $5",
    )
    .bind(entry.client.client_id.as_str())
    .bind(entry.enabled)
    .bind(write_doc(&entry.application)?)
    .bind(write_doc(&entry.client)?)
    .bind(&entry.client.backchannel_logout_uri)
    .execute(&mut *work)
    .await?;
    let id = entry.client.client_id.as_str();
    query("DELETE FROM application_origin WHERE client_id = $1").bind(id).execute(&mut *work).await?;
    for origin in &entry.client.origins {
        query("INSERT INTO application_origin(origin, client_id) VALUES ($1, $2)").bind(origin).bind(id).execute(&mut *work).await?;
    }
    Ok(())
}
