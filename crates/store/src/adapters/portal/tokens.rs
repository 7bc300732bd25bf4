//! Tokens for the API. What decides whether one still counts is read with it; its maker's roles are looked up beside it.

use async_trait::async_trait;
use homeward_discovery::{Account, User};
use homeward_model::{AccountId, ApiTokenId, ConnectionId, Timestamp, UserId};
use homeward_portal::{
    ports::{Deed, Fault, Moved},
    tokens::{
        ApiToken, Scope,
        ports::{ApiTokens, FoundToken},
    },
};
use homeward_signin::ports::AuditEvent;
use uuid::Uuid;

use super::record_of;
use crate::adapters::{Store, StoreError, read_doc, write_doc};
use crate::engine::{Work, query};

const COLUMNS: &str = "SELECT t.id, t.person, t.account, t.name, t.scopes, t.federated, t.made_at, t.expires_at, t.ended_at, t.last_used, p.doc AS user_doc, a.doc AS account_doc \
    FROM api_token t JOIN person p ON p.id = t.person JOIN account a ON a.id = p.account";
const DAY: i64 = 86_400;
/// Its use is noted at most this often, in seconds.
const TOUCH_EVERY: i64 = 60;

/// Ends every token that somebody made.
pub(in crate::adapters) async fn end_those_of(work: &mut Work, maker: UserId, now: Timestamp) -> Result<(), StoreError> {
    let statement = "UPDATE api_token SET ended_at = $2 WHERE person = $1 AND ended_at IS NULL";
    query(statement).bind(maker.as_uuid()).bind(now.seconds()).execute(work).await?;
    Ok(())
}

/// The same, once they have no role left: a role that is given again later brings no forgotten token back.
pub(super) async fn end_those_without_role(work: &mut Work, maker: UserId, now: Timestamp) -> Result<(), StoreError> {
    let statement = "UPDATE api_token SET ended_at = $2 WHERE person = $1 AND ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM portal_role WHERE person = $1)";
    query(statement).bind(maker.as_uuid()).bind(now.seconds()).execute(work).await?;
    Ok(())
}

/// Ends the tokens that were made on the word of a provider, in the account of a connection whose word counts no longer (ST-13).
pub(in crate::adapters) async fn end_those_by_provider(work: &mut Work, connection: ConnectionId, now: Timestamp) -> Result<(), StoreError> {
    let statement = "UPDATE api_token SET ended_at = $2 WHERE federated AND ended_at IS NULL AND account = (SELECT account FROM connection WHERE id = $1)";
    query(statement).bind(connection.as_uuid()).bind(now.seconds()).execute(work).await?;
    Ok(())
}

/// Ends the tokens that somebody made on the word of a provider, in whichever account: it was perhaps somebody else who made them.
pub(super) async fn end_federated_of(work: &mut Work, maker: UserId, now: Timestamp) -> Result<(), StoreError> {
    let statement = "UPDATE api_token SET ended_at = $2 WHERE person = $1 AND federated AND ended_at IS NULL";
    query(statement).bind(maker.as_uuid()).bind(now.seconds()).execute(work).await?;
    Ok(())
}

/// Ends every token of an account that was made on the word of a provider: none comes back with the permission.
pub(super) async fn end_federated_in(work: &mut Work, account: AccountId, now: Timestamp) -> Result<(), StoreError> {
    let statement = "UPDATE api_token SET ended_at = $2 WHERE account = $1 AND federated AND ended_at IS NULL";
    query(statement).bind(account.as_uuid()).bind(now.seconds()).execute(work).await?;
    Ok(())
}

/// Keeps a token, unless its account has so many that count; `false` then.
async fn insert(work: &mut Work, (hash, token): (&[u8; 32], &ApiToken), most: u32) -> Result<bool, StoreError> {
    let (there,): (i64,) = query("SELECT COUNT(*) FROM api_token WHERE account = $1 AND ended_at IS NULL AND expires_at > $2")
        .bind(token.account.as_uuid())
        .bind(token.made_at.seconds())
        .fetch_one(&mut *work)
        .await?;
    if there >= i64::from(most) {
        return Ok(false);
    }
    query("INSERT INTO api_token(id, hash, person, account, name, scopes, federated, made_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind(token.id.as_uuid())
        .bind(&hash[..])
        .bind(token.maker.as_uuid())
        .bind(token.account.as_uuid())
        .bind(&token.name)
        .bind(write_doc(&token.words())?)
        .bind(token.federated)
        .bind(token.made_at.seconds())
        .bind(token.expires_at.seconds())
        .execute(work)
        .await?;
    Ok(true)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    person: Uuid,
    account: Uuid,
    name: String,
    scopes: String,
    federated: bool,
    made_at: i64,
    expires_at: i64,
    ended_at: Option<i64>,
    last_used: Option<i64>,
    user_doc: String,
    account_doc: String,
}

impl Row {
    fn found(self) -> Result<FoundToken, StoreError> {
        let (user, account): (User, Account) = (read_doc(&self.user_doc)?, read_doc(&self.account_doc)?);
        let words: Vec<String> = read_doc(&self.scopes)?;
        let token = ApiToken {
            id: ApiTokenId::from_uuid(self.id),
            maker: UserId::from_uuid(self.person),
            account: AccountId::from_uuid(self.account),
            name: self.name,
            // A scope that this version does not know allows nothing.
            scopes: words.iter().filter_map(|word| Scope::from_word(word)).collect(),
            federated: self.federated,
            made_at: Timestamp::from_seconds(self.made_at),
            expires_at: Timestamp::from_seconds(self.expires_at),
            ended_at: self.ended_at.map(Timestamp::from_seconds),
            last_used: self.last_used.map(Timestamp::from_seconds),
        };
        Ok(FoundToken { token, user, account })
    }
}

impl Store {
    /// Keeps a token; `false` when its account has `most` that count. The record stands in the same transaction.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn keep_api_token(&self, hash: &[u8; 32], token: &ApiToken, most: u32, line: &AuditEvent) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        if !insert(&mut work, (hash, token), most).await? {
            return Ok(false);
        }
        self.append_audit(&mut work, &[line]).await?;
        work.commit().await?;
        Ok(true)
    }

    async fn make_token(&self, hash: &[u8; 32], token: &ApiToken, most: u32, deed: &Deed) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        if !insert(&mut work, (hash, token), most).await? {
            return Ok(false);
        }
        self.commit_with(work, deed).await?;
        Ok(true)
    }

    /// Tokens that are neither ended nor over, the newest first; of one account when it is named.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn api_tokens(&self, account: Option<AccountId>, now: Timestamp) -> Result<Vec<FoundToken>, StoreError> {
        let text = format!("{COLUMNS} WHERE ($1 IS NULL OR t.account = $1) AND t.ended_at IS NULL AND t.expires_at > $2 ORDER BY t.made_at DESC, t.id");
        let rows: Vec<Row> = query(sqlx::AssertSqlSafe(text)).bind(account.map(|id| id.as_uuid())).bind(now.seconds()).fetch_all(&self.read).await?;
        rows.into_iter().map(Row::found).collect()
    }

    /// Ends a token, of that account when one is named; `false` when there is none that counts. The record stands in the same transaction.
    ///
    /// # Errors
    /// `StoreError` when the database fails.
    pub async fn end_api_token(&self, account: Option<AccountId>, id: ApiTokenId, line: &AuditEvent) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let done = query("UPDATE api_token SET ended_at = $3 WHERE id = $1 AND ($2 IS NULL OR account = $2) AND ended_at IS NULL AND expires_at > $3")
            .bind(id.as_uuid())
            .bind(account.map(|id| id.as_uuid()))
            .bind(line.at.seconds())
            .execute(&mut *work)
            .await?;
        if done.rows_affected() == 1 {
            self.append_audit(&mut work, &[line]).await?;
            work.commit().await?;
        }
        Ok(done.rows_affected() == 1)
    }

    async fn find_api_token(&self, hash: &[u8; 32]) -> Result<Option<FoundToken>, StoreError> {
        let row: Option<Row> = query(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE t.hash = $1"))).bind(&hash[..]).fetch_optional(&self.read).await?;
        row.map(Row::found).transpose()
    }

    async fn note_api_use(&self, id: ApiTokenId, account: AccountId, deed: &Deed) -> Result<(), StoreError> {
        let day = deed.at.seconds().div_euclid(DAY);
        // Most requests change nothing.
        let statement = "SELECT EXISTS (SELECT 1 FROM api_use WHERE token = $1 AND account = $2 AND day = $3), COALESCE((SELECT last_used FROM api_token WHERE id = $1), 0)";
        let (noted, last): (bool, i64) = query(statement).bind(id.as_uuid()).bind(account.as_uuid()).bind(day).fetch_one(&self.read).await?;
        if noted && deed.at.seconds() - last < TOUCH_EVERY {
            return Ok(());
        }
        let mut work = self.write.begin().await?;
        query("UPDATE api_token SET last_used = $2 WHERE id = $1 AND COALESCE(last_used, 0) < $2").bind(id.as_uuid()).bind(deed.at.seconds()).execute(&mut *work).await?;
        let first = query("INSERT INTO api_use(token, account, day) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING").bind(id.as_uuid()).bind(account.as_uuid()).bind(day).execute(&mut *work).await?;
        if first.rows_affected() == 1 {
            self.append_audit(&mut work, &[&record_of(deed)]).await?;
        }
        work.commit().await?;
        Ok(())
    }

    /// Forgets tokens that have been over since that time, and in which accounts they were used.
    pub(in crate::adapters) async fn sweep_api_tokens(&self, before: Timestamp) -> Result<(), StoreError> {
        let over = "(ended_at < $1 OR expires_at < $1)";
        let uses = format!("DELETE FROM api_use WHERE day < $2 OR token IN (SELECT id FROM api_token WHERE {over})");
        query(sqlx::AssertSqlSafe(uses)).bind(before.seconds()).bind(before.seconds().div_euclid(DAY)).execute(&self.write).await?;
        query(sqlx::AssertSqlSafe(format!("DELETE FROM api_token WHERE {over}"))).bind(before.seconds()).execute(&self.write).await?;
        Ok(())
    }
}

#[async_trait]
impl ApiTokens for Store {
    async fn make(&self, hash: &[u8; 32], token: &ApiToken, most: u32, deed: &Deed) -> Result<Moved, Fault> {
        Ok(if self.make_token(hash, token, most, deed).await? { Moved::Done } else { Moved::Otherwise })
    }
    async fn find(&self, hash: &[u8; 32]) -> Result<Option<FoundToken>, Fault> {
        Ok(self.find_api_token(hash).await?)
    }
    async fn of(&self, account: AccountId, now: Timestamp) -> Result<Vec<(ApiToken, User)>, Fault> {
        Ok(self.api_tokens(Some(account), now).await?.into_iter().map(|found| (found.token, found.user)).collect())
    }
    async fn end(&self, account: AccountId, id: ApiTokenId, deed: &Deed) -> Result<Moved, Fault> {
        Ok(if self.end_api_token(Some(account), id, &record_of(deed)).await? { Moved::Done } else { Moved::Otherwise })
    }
    async fn used(&self, id: ApiTokenId, account: AccountId, deed: &Deed) -> Result<(), Fault> {
        Ok(self.note_api_use(id, account, deed).await?)
    }
}
