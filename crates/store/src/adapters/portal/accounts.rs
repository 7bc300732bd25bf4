//! Accounts as the portal sees them.

use std::sync::Arc;

use async_trait::async_trait;
use homeward_discovery::{Account, Application, Candidates, Connection, Hints};
use homeward_federation::ConnectionSettings;
use homeward_local_credential::PasswordPolicy;
use homeward_model::{AccountId, AccountNumber, Colour, Contact, Timestamp, Username};
use homeward_portal::ports::{Accounts, Deed, Fault, HeadCount, Moved};
use homeward_signin::ports::Directory;

use super::LAST;
use crate::adapters::{Store, StoreError, read_doc};
use crate::engine::query;

/// Accounts below one, whatever the number of levels.
const FIND: &str = "\
    WITH RECURSIVE below(id) AS (SELECT id FROM account WHERE parent = $1 UNION SELECT a.id FROM account a JOIN below b ON a.parent = b.id) \
    SELECT doc FROM account WHERE number > $2 AND ($1 IS NULL OR id IN (SELECT id FROM below)) \
    AND ((number >= $3 AND number < $4) OR (name_key >= $5 AND name_key < $6) OR (name_key >= $7 AND name_key < $8) OR (name_key >= $9 AND name_key < $10) \
    OR (name_key >= $11 AND name_key < $12) OR (name_key >= $13 AND name_key < $14)) ORDER BY number LIMIT $15";

/// The beginnings of names that a text may mean. A database makes small only the letters from A to Z: another one stands there as it was written, so the text is
/// looked for as it is, in small letters, with a capital at its beginning, with one at the beginning of each word, and in capitals.
fn beginnings(text: &str) -> [String; 5] {
    let small = text.to_lowercase();
    let capital = |word: &str| {
        let mut rest = word.chars();
        rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect::<String>()
    };
    let words = small.split(' ').map(capital).collect::<Vec<_>>().join(" ");
    [text, &capital(&small), &words, &text.to_uppercase(), &small].map(str::to_ascii_lowercase)
}

impl Store {
    async fn count_heads(&self, account: AccountId) -> Result<HeadCount, StoreError> {
        let rows: Vec<(String, Option<String>, bool, i64)> =
            query("SELECT state, rule, emergency, COUNT(*) FROM person WHERE account = $1 GROUP BY state, rule, emergency").bind(account.as_uuid()).fetch_all(&self.read).await?;
        let mut count = HeadCount::default();
        for (state, rule, emergency, number) in rows {
            let number = u64::try_from(number).unwrap_or(0);
            match (state.as_str(), rule.as_deref(), emergency) {
                ("invited", ..) => count.invited += number,
                ("suspended", ..) => count.suspended += number,
                ("active", rule, emergency) => {
                    count.active += number;
                    match (emergency, rule) {
                        (true, _) => count.emergency += number,
                        (false, Some("excluded")) => count.excluded += number,
                        (false, Some("pilot")) => count.pilot += number,
                        (false, _) => {}
                    }
                }
                _ => {}
            }
        }
        Ok(count)
    }

    async fn find_accounts(&self, under: Option<AccountId>, text: &str, (after, limit): (&str, u32)) -> Result<Vec<Account>, StoreError> {
        let mut asked = query(FIND).bind(under.map(|id| id.as_uuid())).bind(after).bind(text).bind(format!("{text}{LAST}"));
        for name in beginnings(text) {
            let last = format!("{name}{LAST}");
            asked = asked.bind(name).bind(last);
        }
        let rows: Vec<(String,)> = asked.bind(i64::from(limit)).fetch_all(&self.read).await?;
        rows.iter().map(|(doc,)| read_doc(doc)).collect()
    }

    async fn connections_of(&self, account: AccountId) -> Result<Vec<(Connection, Option<ConnectionSettings>)>, StoreError> {
        let rows: Vec<(String, Option<String>)> =
            query("SELECT doc, settings FROM connection WHERE account = $1 ORDER BY id").bind(account.as_uuid()).fetch_all(&self.read).await?;
        rows.iter().map(|(doc, settings)| Ok((read_doc(doc)?, settings.as_deref().map(read_doc).transpose()?))).collect()
    }

    async fn applications_in(&self, region: &str) -> Result<Vec<Application>, StoreError> {
        let rows: Vec<(String,)> = query("SELECT doc FROM application WHERE enabled = TRUE ORDER BY client_id").fetch_all(&self.read).await?;
        let mut all: Vec<Application> = rows.iter().map(|(doc,)| read_doc(doc)).collect::<Result<_, _>>()?;
        all.retain(|application| application.regions.is_empty() || application.regions.contains(region));
        all.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(all)
    }
}

#[async_trait]
impl Accounts for Store {
    async fn numbered(&self, number: &AccountNumber) -> Result<Option<Account>, Fault> {
        let row: Option<(String,)> = query("SELECT doc FROM account WHERE number = $1").bind(number.as_str()).fetch_optional(&self.read).await.map_err(StoreError::from)?;
        Ok(row.map(|(doc,)| self.documents.accounts.read(&doc)).transpose()?.map(Arc::unwrap_or_clone))
    }
    async fn account(&self, id: AccountId) -> Result<Option<Account>, Fault> {
        let row: Option<(String,)> = query("SELECT doc FROM account WHERE id = $1").bind(id.as_uuid()).fetch_optional(&self.read).await.map_err(StoreError::from)?;
        Ok(row.map(|(doc,)| self.documents.accounts.read(&doc)).transpose()?.map(Arc::unwrap_or_clone))
    }
    async fn find(&self, under: Option<AccountId>, text: &str, after: &str, limit: u32) -> Result<Vec<Account>, Fault> {
        Ok(self.find_accounts(under, text, (after, limit)).await?)
    }
    async fn head_count(&self, account: AccountId) -> Result<HeadCount, Fault> {
        Ok(self.count_heads(account).await?)
    }
    async fn connections(&self, account: AccountId) -> Result<Vec<(Connection, Option<ConnectionSettings>)>, Fault> {
        Ok(self.connections_of(account).await?)
    }
    async fn applications(&self, region: &str) -> Result<Vec<Application>, Fault> {
        Ok(self.applications_in(region).await?)
    }
    async fn policy(&self, account: AccountId) -> Result<PasswordPolicy, Fault> {
        Ok(self.find_policy(account).await?)
    }
    async fn set_policy(&self, account: AccountId, change: (&PasswordPolicy, &PasswordPolicy), deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.change_policy(account, change, deed).await?)
    }
    async fn passwords(&self, account: AccountId, before: Option<Timestamp>) -> Result<(u64, u64), Fault> {
        Ok(self.count_passwords(account, before).await?)
    }
    async fn set_admin_sso(&self, account: AccountId, on: bool, deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.change_admin_sso(account, on, deed).await?)
    }
    async fn set_colour(&self, account: AccountId, change: (Option<Colour>, Option<Colour>), deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.change_colour(account, change, deed).await?)
    }
    async fn set_contact(&self, account: AccountId, change: (Option<&Contact>, Option<&Contact>), deed: &Deed) -> Result<Moved, Fault> {
        Ok(self.change_contact(account, change, deed).await?)
    }
    async fn candidates(&self, username: &Username, hints: &Hints) -> Result<Candidates, Fault> {
        Directory::candidates(self, username, hints).await.map_err(|fault| Fault(fault.0))
    }
}
