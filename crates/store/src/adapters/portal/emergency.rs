//! Emergency access and its printed codes. A code is a row with a hash; spending it is one step with its record (LG-05, AU-03).

use async_trait::async_trait;
use homeward_discovery::UserState;
use homeward_local_credential::StoreFault;
use homeward_model::{AccountId, Timestamp, UserId};
use homeward_portal::{
    alarm::Alarm,
    emergency::{Emergency, Sheet},
    ports::{Deed, Fault, Moved},
};
use homeward_signin::{
    emergency::{EmergencyCodes, Spending, Spent, SpentIn},
    ports::AuditEvent,
};
use uuid::Uuid;

use super::{people::{person_for_change, write_person}, ways_in::ways_in};
use crate::adapters::{Store, StoreError};
use crate::engine::{Work, query};

/// Forgets the codes of everybody who has no emergency access any more, or is not there any more: none comes back with it.
pub(in crate::adapters) async fn forget_lost(work: &mut Work) -> Result<(), StoreError> {
    let statement = "DELETE FROM emergency_code WHERE NOT EXISTS \
        (SELECT 1 FROM person p WHERE p.id = emergency_code.person AND p.emergency = TRUE AND p.state <> 'deprovisioned')";
    query(statement).execute(work).await?;
    Ok(())
}

/// Forgets the codes of somebody.
async fn forget(work: &mut Work, user: UserId) -> Result<(), StoreError> {
    query("DELETE FROM emergency_code WHERE person = $1").bind(user.as_uuid()).execute(work).await?;
    Ok(())
}

/// A code that counts: it was not used, or by that very sign-in, and its user is active and has emergency access.
const COUNTS: &str = "SELECT 1 FROM emergency_code e JOIN person p ON p.id = e.person WHERE e.hash = $1 AND e.person = $2 AND (e.used_at IS NULL OR e.used_in = $3) \
    AND p.emergency = TRUE AND p.state = 'active'";
/// The same, and whether that very sign-in has spent it.
const GOOD: &str = "SELECT e.used_at IS NOT NULL FROM emergency_code e JOIN person p ON p.id = e.person WHERE e.hash = $1 AND e.person = $2 AND (e.used_at IS NULL OR e.used_in = $3) \
    AND p.emergency = TRUE AND p.state = 'active'";
/// A sign-in has ended in a session, whether that lasts, has ended, or goes on by another sign-in.
const PAGE_IS_OVER: &str = "SELECT EXISTS (SELECT 1 FROM session WHERE token_hash = $1) OR EXISTS (SELECT 1 FROM session_before WHERE token_hash = $1)";

impl Store {
    /// Ends the codes that somebody made, in the transaction that ends what they may do: whoever takes an account back takes these back, too
    /// (LR-11). A sheet in a safe looks as it did, so that it stands on record and is told.
    pub(in crate::adapters) async fn end_codes_made_by(&self, work: &mut Work, maker: UserId, now: Timestamp) -> Result<(), StoreError> {
        let statement = "SELECT p.account, p.id, COUNT(*) FROM emergency_code e JOIN person p ON p.id = e.person WHERE e.made_by = $1 AND e.used_at IS NULL GROUP BY p.account, p.id ORDER BY p.id";
        let sheets: Vec<(Uuid, Uuid, i64)> = query(statement).bind(maker.as_uuid()).fetch_all(&mut *work).await?;
        if sheets.is_empty() {
            return Ok(());
        }
        query("DELETE FROM emergency_code WHERE made_by = $1 AND used_at IS NULL").bind(maker.as_uuid()).execute(&mut *work).await?;
        for (account, user, left) in sheets {
            let deed = Deed {
                event: "portal.emergency_ended",
                by: maker,
                link: None,
                account: AccountId::from_uuid(account),
                user: Some(UserId::from_uuid(user)),
                detail: format!("{left} → 0, with the access of whoever made them"),
                network: "-".to_owned(),
                at: now,
                alarm: Some(Alarm::Emergency),
            };
            self.put_deed(work, &deed).await?;
        }
        Ok(())
    }

    async fn find_sheet(&self, account: AccountId, user: UserId) -> Result<Option<Sheet>, StoreError> {
        let statement = "SELECT MAX(e.made_at), SUM(CASE WHEN e.used_at IS NULL THEN 1 ELSE 0 END) FROM emergency_code e JOIN person p ON p.id = e.person AND p.account = $1 WHERE e.person = $2";
        let (made, left): (Option<i64>, Option<i64>) = query(statement).bind(account.as_uuid()).bind(user.as_uuid()).fetch_one(&self.read).await?;
        Ok(made.map(|made| Sheet { made_at: Timestamp::from_seconds(made), left: left.and_then(|left| u32::try_from(left).ok()).unwrap_or(0) }))
    }

    async fn move_emergency(&self, account: AccountId, (id, given): (UserId, bool), deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        let before = ways_in(&mut work, account, deed.at).await?;
        let found = person_for_change(&mut work, account, id).await?;
        let Some(mut user) = found.filter(|user| user.break_glass != given && (!given || user.state == UserState::Active)) else { return Ok(Moved::Otherwise) };
        user.break_glass = given;
        write_person(&mut work, &user).await?;
        if before.lost(ways_in(&mut work, account, deed.at).await?) {
            return Ok(Moved::LastWayIn);
        }
        // Also of what somebody had before: it is given without codes.
        forget(&mut work, id).await?;
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }

    async fn keep_codes(&self, account: AccountId, id: UserId, codes: &[[u8; 32]], deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        let found = person_for_change(&mut work, account, id).await?;
        if !found.is_some_and(|user| user.break_glass && user.state == UserState::Active) {
            return Ok(Moved::Otherwise);
        }
        forget(&mut work, id).await?;
        for code in codes {
            query("INSERT INTO emergency_code(hash, person, made_at, made_by) VALUES ($1, $2, $3, $4)")
                .bind(code)
                .bind(id.as_uuid())
                .bind(deed.at.seconds())
                .bind(deed.by.as_uuid())
                .execute(&mut *work)
                .await?;
        }
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }

    async fn code_counts(&self, (user, code): &(UserId, [u8; 32]), sign_in: &[u8; 32]) -> Result<bool, StoreError> {
        let found: Option<(i32,)> = query(COUNTS).bind(code).bind(user.as_uuid()).bind(sign_in).fetch_optional(&self.read).await?;
        Ok(found.is_some())
    }

    /// Reads only: a text that is nobody's code writes nothing, whoever is asked about.
    async fn find_owner(&self, codes: &[(UserId, [u8; 32])], sign_in: &[u8; 32]) -> Result<Option<UserId>, StoreError> {
        for code in codes {
            if self.code_counts(code, sign_in).await? {
                return Ok(Some(code.0));
            }
        }
        Ok(None)
    }

    async fn spend_code(&self, codes: &[(UserId, [u8; 32])], by: SpentIn<'_>, line: &AuditEvent) -> Result<Spending, StoreError> {
        let mut work = self.write.begin().await?;
        for (user, code) in codes {
            let found: Option<(bool,)> = query(GOOD).bind(code).bind(user.as_uuid()).bind(by.sign_in).fetch_optional(&mut *work).await?;
            let Some((again,)) = found else { continue };
            if !again {
                let (is_over,): (bool,) = query(PAGE_IS_OVER).bind(by.session).fetch_one(&mut *work).await?;
                if is_over {
                    return Ok(Spending::Over);
                }
                let statement = "UPDATE emergency_code SET used_at = $3, used_in = $4 WHERE hash = $1 AND person = $2";
                query(statement).bind(code).bind(user.as_uuid()).bind(line.at.seconds()).bind(by.sign_in).execute(&mut *work).await?;
            }
            let statement = "SELECT (SELECT COUNT(*) FROM emergency_code WHERE person = $1 AND used_at IS NULL), COALESCE((SELECT version FROM credential WHERE person = $1), 0)";
            let (left, version): (i64, i64) = query(statement).bind(user.as_uuid()).fetch_one(&mut *work).await?;
            if !again {
                self.append_audit(&mut work, &[&AuditEvent { detail: format!("{left} left"), ..line.clone() }]).await?;
                work.commit().await?;
            }
            return Ok(Spending::Spent(Spent { user: *user, left: u32::try_from(left).unwrap_or(0), version, first: !again }));
        }
        Ok(Spending::Unknown)
    }
}

#[async_trait]
impl Emergency for Store {
    async fn sheet(&self, account: AccountId, user: UserId) -> Result<Option<Sheet>, Fault> {
        Ok(self.find_sheet(account, user).await?)
    }
    async fn set(&self, account: AccountId, user: (UserId, bool), deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.move_emergency(account, user, deed).await?)
    }
    async fn keep(&self, account: AccountId, user: UserId, codes: &[[u8; 32]], deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.keep_codes(account, user, codes, deed).await?)
    }
}

#[async_trait]
impl EmergencyCodes for Store {
    async fn owner(&self, codes: &[(UserId, [u8; 32])], sign_in: &[u8; 32]) -> Result<Option<UserId>, StoreFault> {
        Ok(self.find_owner(codes, sign_in).await?)
    }
    async fn spend(&self, codes: &[(UserId, [u8; 32])], by: SpentIn<'_>, line: &AuditEvent) -> Result<Spending, StoreFault> {
        Ok(self.spend_code(codes, by, line).await?)
    }
}
