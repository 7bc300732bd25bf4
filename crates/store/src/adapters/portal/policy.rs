//! What an account's administrators set for the account itself: what a password must be, how they sign in, its colour, and whom its people ask.

use homeward_discovery::Account;
use homeward_local_credential::PasswordPolicy;
use homeward_model::{AccountId, Colour, Contact, Timestamp};
use homeward_portal::ports::{Deed, Moved};

use super::{setup_links, sought::seek_no_more_in, tokens, ways_in::ways_in};
use crate::adapters::{Store, StoreError, read_doc, write_doc};
use crate::engine::query;

/// Whoever came in by a provider has no session of the portal any more.
const END_FEDERATED: &str = "DELETE FROM portal_session WHERE home = $1 AND session IN (SELECT id FROM session WHERE account = $1 AND upstream IS NOT NULL)";

impl Store {
    pub(super) async fn change_policy(&self, account: AccountId, (from, to): (&PasswordPolicy, &PasswordPolicy), deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        let (present,): (String,) = query("SELECT policy FROM account WHERE id = $1").bind(account.as_uuid()).fetch_one(&mut *work).await?;
        if read_doc::<PasswordPolicy>(&present)? != *from {
            return Ok(Moved::Otherwise);
        }
        query("UPDATE account SET policy = $2 WHERE id = $1").bind(account.as_uuid()).bind(write_doc(to)?).execute(&mut *work).await?;
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }

    pub(super) async fn count_passwords(&self, account: AccountId, before: Option<Timestamp>) -> Result<(u64, u64), StoreError> {
        let statement = "SELECT COUNT(*), COUNT(CASE WHEN c.changed_at <= $2 THEN 1 END) FROM person p JOIN credential c ON c.person = p.id WHERE p.account = $1 AND p.state = 'active'";
        let (all, old): (i64, i64) = query(statement).bind(account.as_uuid()).bind(before.map(|at| at.seconds())).fetch_one(&self.read).await?;
        Ok((u64::try_from(all).unwrap_or(0), u64::try_from(old).unwrap_or(0)))
    }

    pub(super) async fn change_admin_sso(&self, id: AccountId, on: bool, deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        let (doc,): (String,) = query("SELECT doc FROM account WHERE id = $1").bind(id.as_uuid()).fetch_one(&mut *work).await?;
        let account: Account = read_doc(&doc)?;
        if account.admin_sso == on {
            return Ok(Moved::Otherwise);
        }
        let before = ways_in(&mut work, id, deed.at).await?;
        query("UPDATE account SET doc = $2 WHERE id = $1").bind(id.as_uuid()).bind(write_doc(&Account { admin_sso: on, ..account })?).execute(&mut *work).await?;
        if before.lost(ways_in(&mut work, id, deed.at).await?) {
            return Ok(Moved::LastWayIn);
        }
        if !on {
            query(END_FEDERATED).bind(id.as_uuid()).execute(&mut *work).await?;
            // Who made a link on the word of a provider is not on record: every link of the account ends.
            setup_links::end_those_in(&mut work, id, deed.at).await?;
            seek_no_more_in(&mut work, id).await?;
            tokens::end_federated_in(&mut work, id, deed.at).await?;
        }
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }

    pub(super) async fn change_contact(&self, id: AccountId, (from, to): (Option<&Contact>, Option<&Contact>), deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        let (doc,): (String,) = query("SELECT doc FROM account WHERE id = $1").bind(id.as_uuid()).fetch_one(&mut *work).await?;
        let account: Account = read_doc(&doc)?;
        if account.contact.as_ref() != from {
            return Ok(Moved::Otherwise);
        }
        query("UPDATE account SET doc = $2 WHERE id = $1").bind(id.as_uuid()).bind(write_doc(&Account { contact: to.cloned(), ..account })?).execute(&mut *work).await?;
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }

    pub(super) async fn change_colour(&self, id: AccountId, (from, to): (Option<Colour>, Option<Colour>), deed: &Deed) -> Result<Moved, StoreError> {
        let mut work = self.write.begin().await?;
        let (doc,): (String,) = query("SELECT doc FROM account WHERE id = $1").bind(id.as_uuid()).fetch_one(&mut *work).await?;
        let account: Account = read_doc(&doc)?;
        if account.colour != from {
            return Ok(Moved::Otherwise);
        }
        query("UPDATE account SET doc = $2 WHERE id = $1").bind(id.as_uuid()).bind(write_doc(&Account { colour: to, ..account })?).execute(&mut *work).await?;
        self.commit_with(work, deed).await?;
        Ok(Moved::Done)
    }
}
