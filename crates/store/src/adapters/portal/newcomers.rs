//! People who are added to an account by its administrators. Whether there is room, the name is free, and its domain and the mailbox's are nobody else's, is asked in
//! the transaction that adds.

use async_trait::async_trait;
use homeward_discovery::User;
use homeward_model::{DomainName, Timestamp};
use homeward_portal::{
    adding::{Kept, Newcomers},
    ports::{Deed, Fault},
};

use super::domains::{claim_of, is_taken};
use crate::adapters::{Store, StoreError, register::put_user};
use crate::engine::query;

impl Store {
    async fn add_person(&self, user: &User, (most, since): (u32, Timestamp), deed: &Deed) -> Result<Kept, StoreError> {
        let account = user.account;
        let mut work = self.write.begin().await?;
        let added = "SELECT COUNT(*) FROM audit_record WHERE account = $1 AND event = 'portal.user_added' AND at > $2";
        let (added,): (i64,) = query(added).bind(account.as_uuid()).bind(since.seconds()).fetch_one(&mut *work).await?;
        if added >= i64::from(most) {
            return Ok(Kept::TooMany);
        }
        let taken = "SELECT 1 FROM person WHERE username_key = $1 AND account = $2";
        let taken: Option<(i32,)> = query(taken).bind(user.username.key()).bind(account.as_uuid()).fetch_optional(&mut *work).await?;
        if taken.is_some() {
            return Ok(Kept::Taken);
        }
        let mailbox = user.email.as_ref().and_then(|email| DomainName::parse(email.as_str().rsplit('@').next().unwrap_or_default()).ok());
        for (domain, kept) in [(user.username.domain(), Kept::Foreign), (mailbox.as_ref(), Kept::ForeignMailbox)] {
            if let Some(domain) = domain
                && is_taken(&mut work, account, domain).await?
                && claim_of(&mut work, account, domain).await?.is_none_or(|claim| claim.verified_at.is_none())
            {
                return Ok(kept);
            }
        }
        put_user(&mut work, user).await?;
        self.commit_with(work, deed).await?;
        Ok(Kept::Done)
    }
}

#[async_trait]
impl Newcomers for Store {
    async fn add(&self, user: &User, limit: (u32, Timestamp), deed: &Deed) -> Result<Kept, Fault> {
        Ok(self.add_person(user, limit, deed).await?)
    }
}
