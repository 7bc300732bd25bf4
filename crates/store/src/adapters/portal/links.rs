//! Whom providers mean by somebody of an account, read and taken away by its administrators.

use homeward_model::{AccountId, Timestamp, UserId};
use homeward_portal::ports::{Deed, Moved};

use super::people::person_for_change;
use crate::adapters::{Store, StoreError};
use crate::engine::query;

impl Store {
    pub(super) async fn find_links(&self, account: AccountId, user: UserId) -> Result<Vec<(String, Timestamp)>, StoreError> {
        let statement = "SELECT json_extract(n.doc, '$.name'), b.made_at FROM binding b JOIN connection n ON n.id = b.connection AND n.account = $1 \
            JOIN person p ON p.id = b.person AND p.account = $1 WHERE b.person = $2 ORDER BY b.made_at, b.connection";
        let rows: Vec<(String, i64)> = query(statement).bind(account.as_uuid()).bind(user.as_uuid()).fetch_all(&self.read).await?;
        Ok(rows.into_iter().map(|(name, at)| (name, Timestamp::from_seconds(at))).collect())
    }

    pub(super) async fn take_links(&self, account: AccountId, user: UserId, deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        if person_for_change(&mut work, account, user).await?.is_none() || self.forget_links(&mut work, user, deed.at).await? == 0 {
            return Ok(Moved::Otherwise);
        }
        self.end_made_by(&mut work, user, deed.at).await?;
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }
}
