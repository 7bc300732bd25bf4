//! Accounts, users and applications for the sign-in. Every look-up is by an index: ten accounts or ten million cost the same.

use async_trait::async_trait;
use homeward_discovery::{Account, Application, Candidate, Candidates, Connection, DomainClaim, Hints, User, UserState};
use homeward_local_credential::{PasswordPolicy, StoreFault};
use homeward_model::{AccountHint, AccountId, ClientId, Timestamp, UserId, Username};
use homeward_signin::ports::Directory;

use super::{Store, StoreError, read_doc, write_doc};
use crate::register::ApplicationEntry;

/// The accounts a question concerns: where the name lives, who claims its domain or the hinted one, and the one a number names.
macro_rules! concerned {
    ($rest:literal) => {
        concat!(
            "WITH concerned(id) AS (SELECT account FROM person WHERE username_key = $1 UNION SELECT account FROM domain_claim WHERE domain = $2 ",
            "UNION SELECT account FROM domain_claim WHERE domain = $3 UNION SELECT id FROM account WHERE number = $4) ",
            $rest
        )
    };
}

pub(super) const CANDIDATES: &str = concerned!(
    "SELECT a.doc, p.doc FROM concerned c CROSS JOIN account a ON a.id = c.id LEFT JOIN person p ON p.username_key = $1 AND p.account = a.id ORDER BY a.number"
);
pub(super) const CONNECTIONS: &str = concerned!("SELECT n.doc FROM concerned c CROSS JOIN connection n ON n.account = c.id");
pub(super) const CLAIMS: &str = concerned!(
    "SELECT d.doc FROM concerned c CROSS JOIN domain_claim d ON d.account = c.id AND d.domain IN ($2, $3)"
);

impl Store {
    async fn find_candidates(&self, username: &Username, hints: &Hints) -> Result<Candidates, StoreError> {
        let own = username.domain().map(|d| d.as_str()).unwrap_or_default();
        let hinted = hints.domain.as_ref().map(|d| d.as_str()).unwrap_or_default();
        let number = match &hints.account {
            Some(AccountHint::Number(number)) => number.as_str(),
            Some(AccountHint::Label(_)) | None => "",
        };
        let (key, mut connection) = (username.key(), self.read.acquire().await?);
        let rows: Vec<(String, Option<String>)> =
            sqlx::query_as(CANDIDATES).bind(key).bind(own).bind(hinted).bind(number).fetch_all(&mut *connection).await?;
        let connections: Vec<(String,)> =
            sqlx::query_as(CONNECTIONS).bind(key).bind(own).bind(hinted).bind(number).fetch_all(&mut *connection).await?;
        let claims: Vec<(String,)> = sqlx::query_as(CLAIMS).bind(key).bind(own).bind(hinted).bind(number).fetch_all(&mut *connection).await?;
        let connections: Vec<Connection> = connections.iter().map(|(doc,)| read_doc(doc)).collect::<Result<_, _>>()?;
        let claims: Vec<DomainClaim> = claims.iter().map(|(doc,)| read_doc(doc)).collect::<Result<_, _>>()?;
        let candidate = |(account, user): &(String, Option<String>)| {
            let account: Account = read_doc(account)?;
            Ok(Candidate {
                user: user.as_deref().map(read_doc).transpose()?,
                connections: connections.iter().filter(|c| c.account == account.id).cloned().collect(),
                domains: claims.iter().filter(|c| c.account == account.id).cloned().collect(),
                account,
            })
        };
        Ok(Candidates { accounts: rows.iter().map(candidate).collect::<Result<_, StoreError>>()? })
    }

    pub(super) async fn application_entry(&self, client: &ClientId) -> Result<Option<ApplicationEntry>, StoreError> {
        let row: Option<(String, String)> =
            sqlx::query_as("SELECT doc, client FROM application WHERE client_id = $1 AND enabled = 1").bind(client.as_str()).fetch_optional(&self.read).await?;
        row.map(|(doc, client)| Ok(ApplicationEntry { enabled: true, application: read_doc(&doc)?, client: read_doc(&client)? })).transpose()
    }

    async fn find_user(&self, user: UserId) -> Result<Option<(User, Account)>, StoreError> {
        let row: Option<(String, String)> = sqlx::query_as("SELECT p.doc, a.doc FROM person p JOIN account a ON a.id = p.account WHERE p.id = $1")
            .bind(user.as_uuid())
            .fetch_optional(&self.read)
            .await?;
        row.map(|(user, account)| Ok((read_doc(&user)?, read_doc(&account)?))).transpose()
    }

    async fn find_start_pages(&self, region: &str) -> Result<Vec<(String, String)>, StoreError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT doc, client FROM application WHERE enabled = 1 ORDER BY client_id").fetch_all(&self.read).await?;
        let mut pages = Vec::new();
        for (doc, client) in rows {
            let (application, client): (Application, homeward_provider::Client) = (read_doc(&doc)?, read_doc(&client)?);
            let there = application.regions.is_empty() || application.regions.contains(region);
            pages.extend(client.start_url.filter(|_| there).map(|url| (application.name, url)));
        }
        Ok(pages)
    }

    async fn set_active(&self, user: UserId) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let row: Option<(String,)> = sqlx::query_as("SELECT doc FROM person WHERE id = $1").bind(user.as_uuid()).fetch_optional(&mut *work).await?;
        let Some((doc,)) = row else { return Ok(false) };
        let mut found: User = read_doc(&doc)?;
        if found.state != UserState::Invited {
            return Ok(false);
        }
        found.state = UserState::Active;
        sqlx::query("UPDATE person SET doc = $2 WHERE id = $1").bind(user.as_uuid()).bind(write_doc(&found)?).execute(&mut *work).await?;
        work.commit().await?;
        Ok(true)
    }
}

#[async_trait]
impl Directory for Store {
    async fn candidates(&self, username: &Username, hints: &Hints) -> Result<Candidates, StoreFault> {
        Ok(self.find_candidates(username, hints).await?)
    }
    async fn application(&self, client: &ClientId) -> Result<Option<Application>, StoreFault> {
        Ok(self.application_entry(client).await?.map(|entry| entry.application))
    }
    async fn start_pages(&self, region: &str) -> Result<Vec<(String, String)>, StoreFault> {
        Ok(self.find_start_pages(region).await?)
    }
    async fn user(&self, user: UserId) -> Result<Option<(User, Account)>, StoreFault> {
        Ok(self.find_user(user).await?)
    }
    async fn password_policy(&self, account: AccountId) -> Result<PasswordPolicy, StoreFault> {
        let row: Option<(String,)> = sqlx::query_as("SELECT policy FROM account WHERE id = $1")
            .bind(account.as_uuid())
            .fetch_optional(&self.read)
            .await
            .map_err(StoreError::from)?;
        match row {
            Some((policy,)) => Ok(read_doc(&policy)?),
            None => Ok(PasswordPolicy::classic()),
        }
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
        let credentials = "SELECT person FROM json_each($1) j CROSS JOIN credential ON person = unhex(j.value)";
        for text in [CANDIDATES, CONNECTIONS, CLAIMS, session, credentials] {
            let explained = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"));
            let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(explained).bind("x").bind("x").bind("x").bind("x").fetch_all(&store.read).await.unwrap();
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
