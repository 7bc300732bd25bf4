//! Who has which role: given on the machine and in the portal; the last way in is never taken.

use std::collections::BTreeSet;

use async_trait::async_trait;
use homeward_discovery::{Account, User};
use homeward_model::{AccountId, Timestamp, UserId};
use homeward_portal::{
    Action, Role,
    authority::{Relation, allows},
    ports::{Deed, Fault, Holder, Moved, Roles},
};
use homeward_signin::ports::AuditEvent;
use uuid::Uuid;

use super::{seek_no_more_for, setup_links, tokens, ways_in::ways_in};
use crate::adapters::{Store, StoreError, Swept, read_doc};
use crate::engine::{Work, query};

/// Why a role was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleRefused {
    /// The user does not have it.
    #[error("the user does not have that role")]
    NotThere,
    /// Nobody would be left who can let others in.
    #[error("nobody else has that role, an active account and a password: make another one first, who accepts the invitation")]
    LastWayIn,
}

impl Store {
    /// Everybody with a role, by account and username.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn portal_roles(&self) -> Result<Vec<(User, Account, Role)>, StoreError> {
        let statement = "SELECT p.doc, a.doc, r.role FROM portal_role r JOIN person p ON p.id = r.person JOIN account a ON a.id = p.account ORDER BY a.number, p.username_key, r.role";
        let rows: Vec<(String, String, String)> = query(statement).fetch_all(&self.read).await?;
        let mut found = Vec::new();
        for (user, account, role) in rows {
            if let Some(role) = Role::from_word(&role) {
                found.push((read_doc(&user)?, read_doc(&account)?, role));
            }
        }
        Ok(found)
    }

    /// Gives a user a role; `false` when they have it. The record stands in the same transaction.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn give_portal_role(&self, user: UserId, role: Role, line: &AuditEvent) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let given = give(&mut work, (user, role), line.account, line.at).await?;
        if given {
            self.append_audit(&mut work, &[line]).await?;
            work.commit().await?;
        }
        Ok(given)
    }

    /// Takes a role from a user, and with it every session of the portal, unless it is the last way in.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn take_portal_role(&self, user: UserId, role: Role, line: &AuditEvent) -> Result<Result<(), RoleRefused>, StoreError> {
        let mut work = self.write.begin().await?;
        let taken = self.take_in(&mut work, (user, role), line.account, line.at).await?;
        if taken.is_ok() {
            self.append_audit(&mut work, &[line]).await?;
            work.commit().await?;
        }
        Ok(taken)
    }

    async fn give_in_portal(&self, account: AccountId, given: (UserId, Role), deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        // As they are in this transaction: somebody may have been suspended since they were looked at.
        let there = "SELECT 1 FROM person WHERE id = $1 AND account = $2 AND state IN ('active', 'invited')";
        let there: Option<(i32,)> = query(there).bind(given.0.as_uuid()).bind(account.as_uuid()).fetch_optional(&mut *work).await?;
        if there.is_none() || !give(&mut work, given, Some(account), deed.at).await? {
            return Ok(Moved::Otherwise);
        }
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }

    async fn take_in_portal(&self, account: AccountId, taken: (UserId, Role), deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        match self.take_in(&mut work, taken, Some(account), deed.at).await? {
            Err(RoleRefused::NotThere) => Ok(Moved::Otherwise),
            Err(RoleRefused::LastWayIn) => Ok(Moved::LastWayIn),
            Ok(()) => {
                self.commit_with(work, deed).await?;
                Ok(Moved::Done)
            }
        }
    }

    async fn find_role_holders(&self, account: AccountId) -> Result<Vec<Holder>, StoreError> {
        let statement = "SELECT p.doc, r.role, EXISTS (SELECT 1 FROM credential c WHERE c.person = p.id) FROM portal_role r JOIN person p ON p.id = r.person \
            WHERE p.account = $1 AND p.state <> 'deprovisioned' ORDER BY p.username_key";
        let rows: Vec<(String, String, bool)> = query(statement).bind(account.as_uuid()).fetch_all(&self.read).await?;
        let mut found: Vec<Holder> = Vec::new();
        for (user, role, has_password) in rows {
            let (user, Some(role)) = (read_doc::<User>(&user)?, Role::from_word(&role)) else { continue };
            match found.last_mut().filter(|holder| holder.user.id == user.id) {
                Some(holder) => _ = holder.roles.insert(role),
                None => found.push(Holder { user, roles: BTreeSet::from([role]), has_password }),
            }
        }
        Ok(found)
    }

    async fn take_in(&self, work: &mut Work, (user, role): (UserId, Role), account: Option<AccountId>, at: Timestamp) -> Result<Result<(), RoleRefused>, StoreError> {
        let account: Option<(Uuid,)> = query("SELECT account FROM person WHERE id = $1 AND ($2 IS NULL OR account = $2)")
            .bind(user.as_uuid())
            .bind(account.map(|account| account.as_uuid()))
            .fetch_optional(&mut *work)
            .await?;
        let Some((account,)) = account else { return Ok(Err(RoleRefused::NotThere)) };
        let before = ways_in(&mut *work, AccountId::from_uuid(account), at).await?;
        let taken = query("DELETE FROM portal_role WHERE person = $1 AND role = $2").bind(user.as_uuid()).bind(role.word()).execute(&mut *work).await?;
        if taken.rows_affected() == 0 {
            return Ok(Err(RoleRefused::NotThere));
        }
        if before.lost(ways_in(&mut *work, AccountId::from_uuid(account), at).await?) {
            return Ok(Err(RoleRefused::LastWayIn));
        }
        query("DELETE FROM portal_session WHERE person = $1").bind(user.as_uuid()).execute(&mut *work).await?;
        tokens::end_those_without_role(work, user, at).await?;
        setup_links::end_those_of(work, user, at).await?;
        seek_no_more_for(work, user).await?;
        // Whoever had this role for a while may have printed codes by it.
        if Relation::ALL.into_iter().any(|relation| allows(role, Action::PrintCodes, relation)) {
            self.end_codes_made_by(work, user, at).await?;
        }
        Ok(Ok(()))
    }

    /// Forgets sessions of the portal that began before this time.
    pub(in crate::adapters) async fn sweep_portal_sessions(&self, before: Timestamp) -> Result<Swept, StoreError> {
        self.delete_over(("portal_session", "hash"), "since < $1", Some(before)).await
    }
}

async fn give(work: &mut Work, (user, role): (UserId, Role), account: Option<AccountId>, at: Timestamp) -> Result<bool, StoreError> {
    let given = query("INSERT INTO portal_role(person, role, given_at) SELECT id, $2, $3 FROM person WHERE id = $1 AND ($4 IS NULL OR account = $4) ON CONFLICT DO NOTHING")
        .bind(user.as_uuid())
        .bind(role.word())
        .bind(at.seconds())
        .bind(account.map(|account| account.as_uuid()))
        .execute(work)
        .await?;
    Ok(given.rows_affected() == 1)
}

#[async_trait]
impl Roles for Store {
    async fn of(&self, user: UserId) -> Result<BTreeSet<Role>, Fault> {
        let rows: Vec<(String,)> = query("SELECT role FROM portal_role WHERE person = $1").bind(user.as_uuid()).fetch_all(&self.read).await.map_err(StoreError::from)?;
        Ok(rows.iter().filter_map(|(word,)| Role::from_word(word)).collect())
    }
    async fn holders(&self, account: AccountId) -> Result<Vec<Holder>, Fault> {
        Ok(self.find_role_holders(account).await?)
    }
    async fn give(&self, account: AccountId, (user, role): (UserId, Role), deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.give_in_portal(account, (user, role), deed).await?)
    }
    async fn take(&self, account: AccountId, (user, role): (UserId, Role), deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.take_in_portal(account, (user, role), deed).await?)
    }
}
