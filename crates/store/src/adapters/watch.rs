//! Known browsers, and warnings that were put off.

use async_trait::async_trait;
use homeward_local_credential::StoreFault;
use homeward_model::{Timestamp, UserId};
use homeward_signin::ports::KnownBrowsers;

use super::{Store, StoreError, write_doc};
use crate::engine::{Db, Work, query, values};

// The column has a person's id. Written before it was so, it has usernames, which nobody looks for any more.
const REMEMBER: &str = "INSERT INTO known_browser(username_key, browser_hash, last, language) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (username_key, browser_hash) DO UPDATE SET last = excluded.last, language = excluded.language";
/// The same for whoever proved themselves by this version of their credential, as long as it is the present one: one statement, so that a new password
/// comes before it or after it.
const REMEMBER_PROVED: &str = "INSERT INTO known_browser(username_key, browser_hash, last, language) \
    SELECT $1, $2, $3, $4 WHERE COALESCE((SELECT version FROM credential WHERE person = $5), 0) = $6 \
    ON CONFLICT (username_key, browser_hash) DO UPDATE SET last = excluded.last, language = excluded.language";
/// All but the twenty that came last.
const FORGET: &str = "DELETE FROM known_browser WHERE username_key = $1 AND browser_hash NOT IN \
    (SELECT browser_hash FROM known_browser WHERE username_key = $1 ORDER BY last DESC, browser_hash LIMIT 20)";

/// What no browser's hash is: the row under it keeps in which language somebody reads.
pub(super) const NO_BROWSER: [u8; 32] = [0; 32];
const KEEP_LANGUAGE: &str = "INSERT INTO known_browser(username_key, browser_hash, last, language) \
    SELECT username_key, $2, last, language FROM known_browser WHERE username_key = $1 AND language IS NOT NULL ORDER BY last DESC, browser_hash LIMIT 1 \
    ON CONFLICT (username_key, browser_hash) DO UPDATE SET last = excluded.last, language = excluded.language";

/// No browser knows this person any more: whoever had the password, or took the account back, may not be the one who signed in there (LR-11).
pub(super) async fn forget_browsers(work: &mut Work, user: UserId) -> Result<(), StoreError> {
    let key = user.to_string();
    query(KEEP_LANGUAGE).bind(&key).bind(&NO_BROWSER[..]).execute(&mut *work).await?;
    query("DELETE FROM known_browser WHERE username_key = $1 AND browser_hash <> $2").bind(&key).bind(&NO_BROWSER[..]).execute(&mut *work).await?;
    Ok(())
}

/// Notes that a browser knows a person, and in which language, in a group of changes.
pub(super) fn note_person(db: &mut Db<'_>, (browser_hash, language): (&[u8; 32], &str), user: UserId, now: Timestamp) -> Result<(), StoreError> {
    let key = user.to_string();
    db.execute(REMEMBER, values![&key, browser_hash, now.seconds(), language])?;
    db.execute(FORGET, values![&key])?;
    Ok(())
}

#[async_trait]
impl KnownBrowsers for Store {
    async fn remember(&self, browser: (&[u8; 32], &str), users: &[(UserId, i64)], now: Timestamp) -> Result<(), StoreFault> {
        let (browser_hash, language, users) = (*browser.0, browser.1.to_owned(), users.to_vec());
        let noted = move |db: &mut Db<'_>| {
            users.into_iter().try_for_each(|(user, version)| {
                let key = user.to_string();
                db.execute(REMEMBER_PROVED, values![&key, browser_hash, now.seconds(), &language, user.as_uuid(), version])?;
                db.execute(FORGET, values![&key]).map(|_| ())
            })
        };
        Ok(self.grouped(noted).await?)
    }
    async fn language(&self, user: UserId) -> Result<Option<String>, StoreFault> {
        const FIND: &str = "SELECT language FROM known_browser WHERE username_key = $1 AND language IS NOT NULL ORDER BY last DESC, browser_hash LIMIT 1";
        let row: Result<Option<(String,)>, sqlx::Error> = query(FIND).bind(user.to_string()).fetch_optional(&self.read).await;
        Ok(row.map_err(StoreError::from)?.map(|(language,)| language))
    }
    async fn knows(&self, browser_hash: &[u8; 32], users: &[UserId]) -> Result<Vec<UserId>, StoreFault> {
        const FIND: &str = "SELECT k.username_key FROM json_each($1) u CROSS JOIN known_browser k WHERE k.username_key = u.value AND k.browser_hash = $2";
        let keys = write_doc(&users.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        let found: Vec<String> = self.reader.rows(FIND, values![keys, browser_hash], |row| row.get(0)).await?;
        Ok(users.iter().copied().filter(|user| found.contains(&user.to_string())).collect())
    }
    async fn put_off(&self, user: UserId) -> Result<Option<Timestamp>, StoreFault> {
        let row: Result<Option<(i64,)>, sqlx::Error> = query("SELECT at FROM put_off WHERE person = $1").bind(user.as_uuid()).fetch_optional(&self.read).await;
        Ok(row.map_err(StoreError::from)?.map(|(at,)| Timestamp::from_seconds(at)))
    }
    async fn note_put_off(&self, user: UserId, now: Timestamp) -> Result<(), StoreFault> {
        let done = query("INSERT INTO put_off(person, at) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET at = $2")
            .bind(user.as_uuid())
            .bind(now.seconds())
            .execute(&self.write)
            .await;
        done.map_err(StoreError::from)?;
        Ok(())
    }
}
