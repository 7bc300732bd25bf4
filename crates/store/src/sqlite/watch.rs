//! Known browsers, and warnings that were put off.

use async_trait::async_trait;
use homeward_local_credential::StoreFault;
use homeward_model::{Timestamp, UserId};
use homeward_signin::ports::KnownBrowsers;
use rusqlite::{Connection, params};

use super::{Store, StoreError, reader::prepared};

const REMEMBER: &str = "INSERT INTO known_browser(username_key, browser_hash, last) VALUES ($1, $2, $3) \
    ON CONFLICT (username_key, browser_hash) DO UPDATE SET last = excluded.last";
/// All but the twenty that came last.
const FORGET: &str = "DELETE FROM known_browser WHERE username_key = $1 AND browser_hash NOT IN \
    (SELECT browser_hash FROM known_browser WHERE username_key = $1 ORDER BY last DESC, browser_hash LIMIT 20)";

impl Store {
    fn is_known(&self, browser_hash: &[u8; 32], username_key: &str) -> Result<bool, StoreError> {
        const FIND: &str = "SELECT last FROM known_browser WHERE username_key = $1 AND browser_hash = $2";
        Ok(self.reader.row(FIND, params![username_key, browser_hash], |row| row.get::<_, i64>(0))?.is_some())
    }
}

#[async_trait]
impl KnownBrowsers for Store {
    async fn knows(&self, browser_hash: &[u8; 32], username_key: &str) -> Result<bool, StoreFault> {
        Ok(self.is_known(browser_hash, username_key)?)
    }
    async fn remember(&self, browser_hash: &[u8; 32], username_key: &str, now: Timestamp) -> Result<(), StoreFault> {
        let (browser_hash, username_key) = (*browser_hash, username_key.to_owned());
        let remember = move |db: &Connection| {
            prepared(db, REMEMBER)?.execute(params![username_key, browser_hash, now.seconds()])?;
            prepared(db, FORGET)?.execute([username_key])?;
            Ok(())
        };
        Ok(self.grouped(remember).await?)
    }
    async fn put_off(&self, user: UserId) -> Result<Option<Timestamp>, StoreFault> {
        let row: Result<Option<(i64,)>, sqlx::Error> = sqlx::query_as("SELECT at FROM put_off WHERE person = $1").bind(user.as_uuid()).fetch_optional(&self.read).await;
        Ok(row.map_err(StoreError::from)?.map(|(at,)| Timestamp::from_seconds(at)))
    }
    async fn note_put_off(&self, user: UserId, now: Timestamp) -> Result<(), StoreFault> {
        let done = sqlx::query("INSERT INTO put_off(person, at) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET at = $2")
            .bind(user.as_uuid())
            .bind(now.seconds())
            .execute(&self.write)
            .await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
}
