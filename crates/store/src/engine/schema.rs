//! Whether this program may work with a database as it is. While brokers are upgraded one after the other, two versions stand beside each other:
//! a migration only adds, so that the version before goes on with what it knows (decision 0031). One that takes something away says so in the
//! database: `schema_bound` has the oldest generation of the program that may work with it.

use super::{Pool, query};
use crate::error::StoreError;

/// What this program counts as. It rises when something that a version before it relies on is used no more: with the next version a migration may
/// take that away, and raises the bound of the database to this number.
const GENERATION: i64 = 1;

/// How far a database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The newest step that this program knows.
    pub known: i64,
    /// The newest step that the database has taken.
    pub applied: i64,
    /// The oldest generation that may work with it.
    least: i64,
}

impl Schema {
    /// Whether a newer version has added something that this one does not know.
    pub fn is_ahead(&self) -> bool {
        self.applied > self.known
    }
    /// Whether there are steps that the next start takes.
    pub fn is_behind(&self) -> bool {
        self.applied < self.known
    }
    /// Why this program must not work with it.
    pub fn refusal(&self) -> Option<String> {
        (self.least > GENERATION).then(|| {
            format!(
                "a newer version has taken something away that this one relies on (step {} of the database, this version knows {}): start the newer version, or go back to a backup from before it",
                self.applied, self.known
            )
        })
    }
}

/// How far it is; `None` for one that is empty, or from before there was a bound.
async fn found(pool: &Pool, known: i64) -> Result<Option<Schema>, sqlx::Error> {
    let tables = match pool {
        Pool::Sqlite(_) => "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('_sqlx_migrations', 'schema_bound')",
        Pool::Readers(_) | Pool::Writers(_) => {
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name IN ('_sqlx_migrations', 'schema_bound')"
        }
    };
    let (tables,): (i64,) = query(tables).fetch_one(pool).await?;
    if tables < 2 {
        return Ok(None);
    }
    let (applied, least): (i64, i64) =
        query("SELECT COALESCE((SELECT MAX(version) FROM _sqlx_migrations WHERE success), 0), COALESCE((SELECT least FROM schema_bound WHERE id = 1), 0)").fetch_one(pool).await?;
    Ok(Some(Schema { known, applied, least }))
}

/// Looks before anything is written; whether there are steps to take.
pub(super) async fn check(pool: &Pool, known: i64) -> Result<bool, StoreError> {
    let Some(schema) = found(pool, known).await? else { return Ok(true) };
    if let Some(why) = schema.refusal() {
        return Err(StoreError::Unfit(why));
    }
    if schema.is_ahead() {
        tracing::warn!(known = schema.known, applied = schema.applied, "a newer version has added to the database; this one goes on beside it");
    }
    Ok(schema.applied < known)
}

/// How far a database is before it is opened as a store; `None` as `found` says.
pub(super) async fn looked_at(pool: &Pool) -> Result<Option<Schema>, StoreError> {
    let known = match pool {
        Pool::Sqlite(_) => super::sqlite::newest(),
        Pool::Readers(_) | Pool::Writers(_) => super::changing::newest(),
    };
    Ok(found(pool, known).await?)
}

/// How far the database of a store is.
pub(crate) async fn schema(pool: &Pool) -> Result<Schema, StoreError> {
    looked_at(pool).await?.ok_or_else(|| StoreError::NotWhole("it has lost the table schema_bound".into()))
}

/// A newer version has taken something away that this one relies on.
#[derive(Debug, thiserror::Error)]
#[error("a newer version has taken something away that this one relies on, so that it changes nothing more: start the newer version")]
pub(crate) struct Gone;

/// Refuses a change in a database whose oldest generation is newer than this program.
pub(super) fn may_write(least: i64) -> Result<(), sqlx::Error> {
    if least <= GENERATION { Ok(()) } else { Err(sqlx::Error::Configuration(Box::new(Gone))) }
}

/// Whether the database answers, and this program may still work with it.
pub(crate) async fn may_work(pool: &Pool) -> bool {
    let least: Result<(i64,), _> = query("SELECT COALESCE((SELECT least FROM schema_bound WHERE id = 1), 0)").fetch_one(pool).await;
    least.is_ok_and(|(least,)| least <= GENERATION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_newer_is_served_beside_and_what_is_gone_is_not() {
        let schema = Schema { known: 15, applied: 15, least: GENERATION };
        assert!(!schema.is_ahead() && schema.refusal().is_none());
        let ahead = Schema { applied: 16, ..schema };
        assert!(ahead.is_ahead() && ahead.refusal().is_none());
        let gone = Schema { least: GENERATION + 1, ..ahead };
        assert!(gone.refusal().is_some_and(|why| why.contains("step 16") && why.contains("knows 15")));
    }
}
