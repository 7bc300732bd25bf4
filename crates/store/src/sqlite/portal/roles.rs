//! Who has which role. Roles are given on the machine only; the last way in is never taken.

use std::collections::BTreeSet;

use async_trait::async_trait;
use homeward_discovery::{Account, User};
use homeward_model::{Timestamp, UserId};
use homeward_portal::{
    Role,
    ports::{Fault, Roles},
};
use homeward_signin::ports::AuditEvent;
use sqlx::SqliteConnection;

use crate::sqlite::{Store, StoreError, read_doc};

/// Roles that let others in, and that nobody else who could sign in now has: for the operator in the installation, for the
/// administrator in the account. The portal asks for a password of ours, so whoever has none does not count (B-164).
const LAST: &str = "\
    SELECT 1 FROM portal_role r JOIN person me ON me.id = r.person WHERE r.person = $1 AND r.role IN ('operator', 'administrator') \
    AND me.state = 'active' AND EXISTS (SELECT 1 FROM credential k WHERE k.person = me.id) AND NOT EXISTS (\
    SELECT 1 FROM portal_role o JOIN person p ON p.id = o.person JOIN account a ON a.id = p.account JOIN credential c ON c.person = p.id \
    WHERE o.role = r.role AND o.person <> r.person AND p.state = 'active' AND json_extract(a.doc, '$.state') = 'active' \
    AND (r.role = 'operator' OR p.account = me.account))";

pub(super) async fn is_last_way_in(work: &mut SqliteConnection, user: UserId) -> Result<bool, StoreError> {
    let row: Option<(i64,)> = sqlx::query_as(LAST).bind(user.as_uuid()).fetch_optional(work).await?;
    Ok(row.is_some())
}

/// The break-glass user of an account, when no other one can sign in: the way in that does not depend on the provider (LH-16).
const LAST_EMERGENCY: &str = "\
    SELECT 1 FROM person me WHERE me.id = $1 AND me.emergency = 1 AND me.state = 'active' AND EXISTS (SELECT 1 FROM credential k WHERE k.person = me.id) \
    AND NOT EXISTS (SELECT 1 FROM person p JOIN credential c ON c.person = p.id WHERE p.account = me.account AND p.id <> me.id AND p.emergency = 1 AND p.state = 'active')";

pub(super) async fn is_last_emergency(work: &mut SqliteConnection, user: UserId) -> Result<bool, StoreError> {
    let row: Option<(i64,)> = sqlx::query_as(LAST_EMERGENCY).bind(user.as_uuid()).fetch_optional(work).await?;
    Ok(row.is_some())
}

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
        let rows: Vec<(String, String, String)> = sqlx::query_as(statement).fetch_all(&self.read).await?;
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
        let mut work = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let given = sqlx::query("INSERT INTO portal_role(person, role, given_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(user.as_uuid())
            .bind(role.word())
            .bind(line.at.seconds())
            .execute(&mut *work)
            .await?;
        if given.rows_affected() == 1 {
            self.append_audit(&mut work, &[line]).await?;
        }
        work.commit().await?;
        Ok(given.rows_affected() == 1)
    }

    /// Takes a role from a user, and with it every session of the portal, unless it is the last way in.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn take_portal_role(&self, user: UserId, role: Role, line: &AuditEvent) -> Result<Result<(), RoleRefused>, StoreError> {
        let mut work = self.write.begin_with("BEGIN IMMEDIATE").await?;
        let is_way_in = matches!(role, Role::Operator | Role::Administrator);
        let last = is_way_in && {
            let text = sqlx::AssertSqlSafe(format!("{LAST} AND r.role = $2"));
            let row: Option<(i64,)> = sqlx::query_as(text).bind(user.as_uuid()).bind(role.word()).fetch_optional(&mut *work).await?;
            row.is_some()
        };
        if last {
            return Ok(Err(RoleRefused::LastWayIn));
        }
        let taken = sqlx::query("DELETE FROM portal_role WHERE person = $1 AND role = $2").bind(user.as_uuid()).bind(role.word()).execute(&mut *work).await?;
        if taken.rows_affected() == 0 {
            return Ok(Err(RoleRefused::NotThere));
        }
        sqlx::query("DELETE FROM portal_session WHERE person = $1").bind(user.as_uuid()).execute(&mut *work).await?;
        self.append_audit(&mut work, &[line]).await?;
        work.commit().await?;
        Ok(Ok(()))
    }

    /// Forgets sessions of the portal that began before this time.
    pub(in crate::sqlite) async fn sweep_portal_sessions(&self, before: Timestamp) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM portal_session WHERE since < $1").bind(before.seconds()).execute(&self.write).await?;
        Ok(())
    }
}

#[async_trait]
impl Roles for Store {
    async fn of(&self, user: UserId) -> Result<BTreeSet<Role>, Fault> {
        let rows: Vec<(String,)> = sqlx::query_as("SELECT role FROM portal_role WHERE person = $1").bind(user.as_uuid()).fetch_all(&self.read).await.map_err(StoreError::from)?;
        Ok(rows.iter().filter_map(|(word,)| Role::from_word(word)).collect())
    }
}
