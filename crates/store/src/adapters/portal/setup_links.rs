//! Setup links and the sessions that began by them. Tokens and secrets stand here as SHA-256 only.

use std::collections::BTreeSet;

use async_trait::async_trait;
use homeward_model::{AccountId, CaseNumber, ConnectionId, Timestamp, UserId};
use homeward_portal::{
    Role,
    ports::{Deed, Fault},
    setup_link::{
        SetupLink,
        ports::{FoundLink, SetupLinks, Stay},
    },
};
use uuid::Uuid;

use super::sought::seek_no_more_by;
use crate::adapters::{Store, StoreError, read_doc};
use crate::engine::{Work, query};

const COLUMNS: &str = "l.reference, l.account, l.connection, l.maker, l.roles, l.made_at, l.until, l.ended_at, l.opened_at, \
    json_extract(c.doc, '$.name') AS provider, a.doc AS account_doc, p.doc AS maker_doc, h.doc AS home_doc";
const TABLES: &str = "setup_link l JOIN account a ON a.id = l.account JOIN person p ON p.id = l.maker JOIN account h ON h.id = p.account LEFT JOIN connection c ON c.id = l.connection";

#[derive(sqlx::FromRow)]
struct Row {
    reference: String,
    account: Uuid,
    connection: Option<Uuid>,
    maker: Uuid,
    roles: String,
    made_at: i64,
    until: i64,
    ended_at: Option<i64>,
    opened_at: Option<i64>,
    provider: Option<String>,
    account_doc: String,
    maker_doc: String,
    home_doc: String,
}

impl Row {
    fn found(self) -> Result<FoundLink, StoreError> {
        let roles: BTreeSet<Role> = self.roles.split(' ').filter_map(Role::from_word).collect();
        let link = SetupLink {
            reference: CaseNumber::parse(&self.reference).ok_or_else(|| StoreError::NotWhole("the reference of a setup link does not read".into()))?,
            account: AccountId::from_uuid(self.account),
            connection: self.connection.map(ConnectionId::from_uuid),
            maker: UserId::from_uuid(self.maker),
            roles,
            made_at: Timestamp::from_seconds(self.made_at),
            until: Timestamp::from_seconds(self.until),
            ended_at: self.ended_at.map(Timestamp::from_seconds),
            opened_at: self.opened_at.map(Timestamp::from_seconds),
        };
        Ok(FoundLink { link, provider: self.provider, account: read_doc(&self.account_doc)?, maker: read_doc(&self.maker_doc)?, home: read_doc(&self.home_doc)? })
    }
}

#[derive(sqlx::FromRow)]
struct StayRow {
    since: i64,
    last_used: i64,
    #[sqlx(flatten)]
    link: Row,
}

/// From now on a link opens this connection; `false` when it opens another, or none any more.
pub(super) async fn bind(work: &mut Work, reference: &CaseNumber, connection: ConnectionId) -> Result<bool, StoreError> {
    let statement = "UPDATE setup_link SET connection = $2 WHERE reference = $1 AND connection IS NULL AND ended_at IS NULL";
    let done = query(statement).bind(reference.as_str()).bind(connection.as_uuid()).execute(work).await?;
    Ok(done.rows_affected() == 1)
}

/// Ends every link that somebody made: they have lost a role.
pub(super) async fn end_those_of(work: &mut Work, maker: UserId, now: Timestamp) -> Result<(), StoreError> {
    let links = query("UPDATE setup_link SET ended_at = $2 WHERE maker = $1 AND ended_at IS NULL").bind(maker.as_uuid()).bind(now.seconds());
    links.execute(&mut *work).await?;
    let statement = "DELETE FROM setup_session WHERE link IN (SELECT reference FROM setup_link WHERE maker = $1)";
    query(statement).bind(maker.as_uuid()).execute(work).await?;
    Ok(())
}

/// Ends every link of an account.
pub(super) async fn end_those_in(work: &mut Work, account: AccountId, now: Timestamp) -> Result<(), StoreError> {
    let links = query("UPDATE setup_link SET ended_at = $2 WHERE account = $1 AND ended_at IS NULL").bind(account.as_uuid()).bind(now.seconds());
    links.execute(&mut *work).await?;
    let statement = "DELETE FROM setup_session WHERE link IN (SELECT reference FROM setup_link WHERE account = $1)";
    query(statement).bind(account.as_uuid()).execute(work).await?;
    Ok(())
}

impl Store {
    async fn make_setup_link(&self, hash: &[u8; 32], link: &SetupLink, (most, since): (u32, Timestamp), deed: &Deed) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let count = query("SELECT COUNT(*) FROM setup_link WHERE account = $1 AND made_at > $2").bind(link.account.as_uuid()).bind(since.seconds());
        let (made,): (i64,) = count.fetch_one(&mut *work).await?;
        if made >= i64::from(most) {
            return Ok(false);
        }
        let roles = link.roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(" ");
        query("INSERT INTO setup_link(reference, token, account, connection, maker, roles, made_at, until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(link.reference.as_str())
            .bind(&hash[..])
            .bind(link.account.as_uuid())
            .bind(link.connection.map(|id| id.as_uuid()))
            .bind(link.maker.as_uuid())
            .bind(roles)
            .bind(link.made_at.seconds())
            .bind(link.until.seconds())
            .execute(&mut *work)
            .await?;
        self.commit_with(work, deed).await?;
        Ok(true)
    }

    async fn end_setup_link(&self, account: AccountId, reference: &CaseNumber, deed: &Deed) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let statement = "UPDATE setup_link SET ended_at = $3 WHERE reference = $1 AND account = $2 AND ended_at IS NULL";
        let done = query(statement).bind(reference.as_str()).bind(account.as_uuid()).bind(deed.at.seconds()).execute(&mut *work).await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        query("DELETE FROM setup_session WHERE link = $1").bind(reference.as_str()).execute(&mut *work).await?;
        seek_no_more_by(&mut work, reference).await?;
        self.commit_with(work, deed).await?;
        Ok(true)
    }

    async fn begin_stay(&self, hash: &[u8; 32], link: &CaseNumber, (most, since): (u32, Timestamp), deed: &Deed) -> Result<bool, StoreError> {
        let mut work = self.write.begin().await?;
        let statement = "INSERT INTO setup_session(hash, link, since, last_used) SELECT $1, reference, $3, $3 FROM setup_link \
            WHERE reference = $2 AND ended_at IS NULL AND (SELECT COUNT(*) FROM setup_session WHERE link = $2 AND since > $4) < $5";
        let done = query(statement)
            .bind(&hash[..])
            .bind(link.as_str())
            .bind(deed.at.seconds())
            .bind(since.seconds())
            .bind(i64::from(most))
            .execute(&mut *work)
            .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        query("UPDATE setup_link SET opened_at = $2 WHERE reference = $1").bind(link.as_str()).bind(deed.at.seconds()).execute(&mut *work).await?;
        self.commit_with(work, deed).await?;
        Ok(true)
    }

    async fn leave_stay(&self, hash: &[u8; 32], deed: &Deed) -> Result<(), StoreError> {
        let mut work = self.write.begin().await?;
        // It still counts among the ones of the day.
        let done = query("UPDATE setup_session SET last_used = 0 WHERE hash = $1 AND last_used > 0").bind(&hash[..]).execute(&mut *work).await?;
        if done.rows_affected() == 1 {
            self.commit_with(work, deed).await?;
        }
        Ok(())
    }

    /// Forgets sessions that began before the first time, and links that were over before the second.
    pub(in crate::adapters) async fn sweep_setup_links(&self, (sessions, links): (Timestamp, Timestamp)) -> Result<(), StoreError> {
        query("DELETE FROM setup_session WHERE since < $1").bind(sessions.seconds()).execute(&self.write).await?;
        let over = "DELETE FROM setup_link WHERE until < $1 AND NOT EXISTS (SELECT 1 FROM setup_session s WHERE s.link = reference)";
        query(over).bind(links.seconds()).execute(&self.write).await?;
        Ok(())
    }
}

#[async_trait]
impl SetupLinks for Store {
    async fn make(&self, hash: &[u8; 32], link: &SetupLink, bound: (u32, Timestamp), deed: &Deed) -> Result<bool, Fault> {
        Ok(self.make_setup_link(hash, link, bound, deed).await?)
    }
    async fn of(&self, account: AccountId, limit: u32) -> Result<Vec<FoundLink>, Fault> {
        let statement = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM {TABLES} WHERE l.account = $1 ORDER BY l.made_at DESC, l.reference LIMIT $2"));
        let rows: Vec<Row> = query(statement).bind(account.as_uuid()).bind(i64::from(limit)).fetch_all(&self.read).await.map_err(StoreError::from)?;
        Ok(rows.into_iter().map(Row::found).collect::<Result<_, _>>()?)
    }
    async fn end(&self, account: AccountId, reference: &CaseNumber, deed: &Deed) -> Result<bool, Fault> {
        Ok(self.end_setup_link(account, reference, deed).await?)
    }
    async fn by_token(&self, hash: &[u8; 32]) -> Result<Option<FoundLink>, Fault> {
        let statement = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM {TABLES} WHERE l.token = $1"));
        let row: Option<Row> = query(statement).bind(&hash[..]).fetch_optional(&self.read).await.map_err(StoreError::from)?;
        Ok(row.map(Row::found).transpose()?)
    }
    async fn begin(&self, hash: &[u8; 32], link: &CaseNumber, bound: (u32, Timestamp), deed: &Deed) -> Result<bool, Fault> {
        Ok(self.begin_stay(hash, link, bound, deed).await?)
    }
    async fn session(&self, hash: &[u8; 32]) -> Result<Option<(FoundLink, Stay)>, Fault> {
        let statement = sqlx::AssertSqlSafe(format!("SELECT s.since, s.last_used, {COLUMNS} FROM {TABLES} JOIN setup_session s ON s.link = l.reference WHERE s.hash = $1"));
        let row: Option<StayRow> = query(statement).bind(&hash[..]).fetch_optional(&self.read).await.map_err(StoreError::from)?;
        let stay = |row: &StayRow| Stay { since: Timestamp::from_seconds(row.since), last_used: Timestamp::from_seconds(row.last_used) };
        Ok(row.map(|row| Ok::<_, StoreError>((stay(&row), row.link.found()?))).transpose()?.map(|(stay, found)| (found, stay)))
    }
    async fn touch(&self, hash: &[u8; 32], now: Timestamp) -> Result<(), Fault> {
        // One that was left stays so.
        let statement = "UPDATE setup_session SET last_used = $2 WHERE hash = $1 AND last_used < $2 AND last_used > 0";
        query(statement).bind(&hash[..]).bind(now.seconds()).execute(&self.write).await.map_err(StoreError::from)?;
        Ok(())
    }
    async fn leave(&self, hash: &[u8; 32], deed: &Deed) -> Result<(), Fault> {
        Ok(self.leave_stay(hash, deed).await?)
    }
}
