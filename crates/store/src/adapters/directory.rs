//! Accounts, users and applications for the sign-in. Every look-up is by an index: ten accounts or ten million cost the same.

use std::sync::Arc;

use async_trait::async_trait;
use homeward_discovery::{Account, Application, Candidate, Candidates, Connection, DomainClaim, Hints, User, UserState};
use homeward_local_credential::{PasswordPolicy, StoreFault};
use homeward_model::{AccountHint, AccountId, ClientId, Timestamp, UserId, Username};
use homeward_signin::ports::Directory;

use super::{Store, StoreError, read_doc, recent::Known, write_doc};
use crate::engine::{Row, Work, query, values};

/// The accounts a question concerns: where the name lives, who has proved its domain or the hinted one, and the one a number names;
/// with the person and their number of roles (1), the connections (2), and the claims (3). Whoever only claims a domain adds nothing to the sign-ins of its people.
pub(super) const CANDIDATES: &str = "\
    WITH concerned(id) AS MATERIALIZED (SELECT account FROM person WHERE username_key = $1 \
    UNION SELECT account FROM domain_claim WHERE domain IN ($2, $3) AND json_extract(doc, '$.verified_at') IS NOT NULL UNION SELECT id FROM account WHERE number = $4) \
    SELECT 1 AS kind, a.doc, p.doc, (SELECT COUNT(*) FROM portal_role r WHERE r.person = p.id) FROM concerned c CROSS JOIN account a LEFT JOIN person p ON p.username_key = $1 AND p.account = a.id WHERE a.id = c.id \
    UNION ALL SELECT 2, n.doc, NULL, 0 FROM concerned c CROSS JOIN connection n WHERE n.account = c.id \
    UNION ALL SELECT 3, d.doc, NULL, 0 FROM concerned c CROSS JOIN domain_claim d WHERE d.account = c.id AND d.domain IN ($2, $3)";
const APPLICATION: &str = "SELECT doc, client FROM application WHERE client_id = $1 AND enabled = TRUE";

impl Store {
    async fn find_candidates(&self, username: &Username, hints: &Hints) -> Result<Candidates, StoreError> {
        let own = username.domain().map(|d| d.as_str()).unwrap_or_default();
        let hinted = hints.domain.as_ref().map(|d| d.as_str()).unwrap_or_default();
        let number = match &hints.account {
            Some(AccountHint::Number(number)) => number.as_str(),
            Some(AccountHint::Label(_)) | None => "",
        };
        let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        let rows: Vec<(i32, String, Option<String>, i64)> = self.reader.rows(CANDIDATES, values![username.key(), own, hinted, number], row).await?;
        let mut accounts = Vec::new();
        let (mut connections, mut claims): (Vec<Connection>, Vec<DomainClaim>) = (Vec::new(), Vec::new());
        for (kind, doc, user, roles) in &rows {
            match kind {
                1 => accounts.push((self.documents.accounts.read(doc)?, user.as_deref().map(read_doc::<User>).transpose()?, *roles > 0)),
                2 => connections.push(read_doc(doc)?),
                _ => claims.push(read_doc(doc)?),
            }
        }
        accounts.sort_by(|(one, ..), (other, ..)| one.number.as_str().cmp(other.number.as_str()));
        let candidate = |(account, user, administers): (Arc<Account>, Option<User>, bool)| Candidate {
            user,
            administers,
            connections: connections.iter().filter(|c| c.account == account.id).cloned().collect(),
            domains: claims.iter().filter(|c| c.account == account.id).cloned().collect(),
            account: Arc::unwrap_or_clone(account),
        };
        Ok(Candidates { accounts: accounts.into_iter().map(candidate).collect() })
    }

    pub(super) async fn find_application(&self, client: &ClientId) -> Result<Option<Known>, StoreError> {
        if let Some(own) = self.own.as_ref().filter(|own| own.client.client_id == *client) {
            return Ok(Some(Known::clone(own)));
        }
        if let Some(known) = self.documents.recent.get(client) {
            return Ok(Some(known));
        }
        let row: Option<(String, String)> = self.reader.row(APPLICATION, values![client.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).await?;
        let Some((application, protocol)) = row else { return Ok(None) };
        let known = Known { application: self.documents.applications.read(&application)?, client: self.documents.clients.read(&protocol)? };
        self.documents.recent.keep(client, &known);
        Ok(Some(known))
    }

    async fn find_user(&self, user: UserId) -> Result<Option<(User, Account)>, StoreError> {
        const FIND: &str = "SELECT p.doc, a.doc FROM person p JOIN account a ON a.id = p.account WHERE p.id = $1";
        let row: Option<(String, String)> = self.reader.row(FIND, values![user.as_uuid()], |row| Ok((row.get(0)?, row.get(1)?))).await?;
        row.map(|(user, account)| Ok((read_doc(&user)?, Arc::unwrap_or_clone(self.documents.accounts.read(&account)?)))).transpose()
    }

    async fn find_start_pages(&self, region: &str) -> Result<Vec<(String, String)>, StoreError> {
        let rows: Vec<(String, String)> =
            query("SELECT doc, client FROM application WHERE enabled = TRUE ORDER BY client_id").fetch_all(&self.read).await?;
        let mut pages = Vec::new();
        for (doc, client) in rows {
            let (application, client): (Application, homeward_provider::Client) = (read_doc(&doc)?, read_doc(&client)?);
            let there = application.regions.is_empty() || application.regions.contains(region);
            pages.extend(client.start_url.filter(|_| there).map(|url| (application.name, url)));
        }
        Ok(pages)
    }

    async fn find_default_start(&self, account: AccountId) -> Result<Option<String>, StoreError> {
        const FIND: &str = "SELECT n.client FROM account a JOIN application n ON n.client_id = a.default_application AND n.enabled = TRUE WHERE a.id = $1";
        let client: Option<String> = self.reader.row(FIND, values![account.as_uuid()], |row| row.get(0)).await?;
        Ok(client.map(|client| self.documents.clients.read(&client)).transpose()?.and_then(|client| client.start_url.clone()))
    }

    async fn find_default_application(&self, account: AccountId) -> Result<Option<Application>, StoreError> {
        const FIND: &str = "SELECT n.doc, n.client FROM account a JOIN application n ON n.client_id = a.default_application AND n.enabled = TRUE WHERE a.id = $1";
        let row: Option<(String, String)> = self.reader.row(FIND, values![account.as_uuid()], |row| Ok((row.get(0)?, row.get(1)?))).await?;
        let Some((application, client)) = row else { return Ok(None) };
        let (application, client): (Application, homeward_provider::Client) = (read_doc(&application)?, read_doc(&client)?);
        Ok(client.start_url.map(|_| application))
    }

    pub(super) async fn find_policy(&self, account: AccountId) -> Result<PasswordPolicy, StoreError> {
        let policy: Option<String> = self.reader.row("SELECT policy FROM account WHERE id = $1", values![account.as_uuid()], |row| row.get(0)).await?;
        policy.map_or_else(|| Ok(PasswordPolicy::classic()), |policy| read_doc(&policy))
    }

    async fn set_active(&self, user: UserId) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let done = activate(&mut work, user).await?;
        work.commit().await?;
        Ok(done)
    }
}

/// Somebody who is invited becomes active.
pub(super) async fn activate(work: &mut Work, user: UserId) -> Result<bool, StoreError> {
    let row: Option<(String,)> = query("SELECT doc FROM person WHERE id = $1").bind(user.as_uuid()).fetch_optional(&mut *work).await?;
    let Some((doc,)) = row else { return Ok(false) };
    let mut found: User = read_doc(&doc)?;
    if found.state != UserState::Invited {
        return Ok(false);
    }
    found.state = UserState::Active;
    query("UPDATE person SET doc = $2 WHERE id = $1").bind(user.as_uuid()).bind(write_doc(&found)?).execute(&mut *work).await?;
    Ok(true)
}

#[async_trait]
impl Directory for Store {
    async fn candidates(&self, username: &Username, hints: &Hints) -> Result<Candidates, StoreFault> {
        Ok(self.find_candidates(username, hints).await?)
    }
    async fn application(&self, client: &ClientId) -> Result<Option<Application>, StoreFault> {
        Ok(self.find_application(client).await?.map(|known| Arc::unwrap_or_clone(known.application)))
    }
    async fn start_pages(&self, region: &str) -> Result<Vec<(String, String)>, StoreFault> {
        Ok(self.find_start_pages(region).await?)
    }
    async fn default_start(&self, account: AccountId) -> Result<Option<String>, StoreFault> {
        Ok(self.find_default_start(account).await?)
    }
    async fn default_application(&self, account: AccountId) -> Result<Option<Application>, StoreFault> {
        Ok(self.find_default_application(account).await?)
    }
    async fn user(&self, user: UserId) -> Result<Option<(User, Account)>, StoreFault> {
        Ok(self.find_user(user).await?)
    }
    async fn password_policy(&self, account: AccountId) -> Result<PasswordPolicy, StoreFault> {
        Ok(self.find_policy(account).await?)
    }
    async fn activate(&self, user: UserId, _: Timestamp) -> Result<bool, StoreFault> {
        Ok(self.set_active(user).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A look-up costs the same with ten accounts and with ten million: nothing is scanned but the handful that is concerned.
    #[tokio::test]
    async fn every_look_up_goes_by_an_index() {
        let path = std::env::temp_dir().join(format!("homeward-plan-{}.db", homeward_model::random_token(&homeward_model::SystemRandom)));
        let store = Store::open(&path).await.unwrap();
        let session = "SELECT s.id FROM session s JOIN person p ON p.id = s.person JOIN account a ON a.id = s.account LEFT JOIN credential c ON c.person = s.person WHERE s.token_hash = $1";
        let credentials = "SELECT person FROM json_each($1) j CROSS JOIN credential WHERE person = unhex(j.value)";
        for text in [CANDIDATES, session, credentials] {
            let explained = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"));
            let plan: Vec<(i64, i64, i64, String)> = query(explained).bind("x").bind("x").bind("x").bind("x").fetch_all(&store.read).await.unwrap();
            assert!(!plan.is_empty());
            for (.., step) in plan {
                let small = step.starts_with("SCAN c") || step.starts_with("SCAN concerned") || step.starts_with("SCAN j");
                assert!(!step.starts_with("SCAN") || small, "{step} in {text}");
            }
        }
        store.close().await;
        std::fs::remove_file(&path).unwrap();
    }
}
