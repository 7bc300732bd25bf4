//! Statements on whichever engine is there. One text serves all; only what carries it differs.

use homeward_trace::Effort;
use sqlx::{
    FromRow, Postgres, Sqlite, SqliteConnection, SqlitePool, SqlSafeStr, SqlStr,
    postgres::{PgArguments, PgRow},
    query::Query as Prepared,
    sqlite::{SqliteArguments, SqliteRow},
};

use super::{
    link::{Held, Link},
    pool::{Pool, Work, beside_others},
    value::{Bind, Value},
};

/// A statement with its values: `$1` is the first.
pub(crate) struct Query<'q> {
    text: SqlStr,
    values: Vec<Value<'q>>,
}

/// A statement.
pub(crate) fn query<'q>(text: impl SqlSafeStr) -> Query<'q> {
    Query { text: text.into_sql_str(), values: Vec::new() }
}

/// How many rows were changed.
#[derive(Debug)]
pub(crate) struct Done(u64);

impl Done {
    /// The number.
    pub fn rows_affected(&self) -> u64 {
        self.0
    }
}

/// What a row can be read as, whichever engine gives it.
pub(crate) trait Readable: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> {}
impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>> Readable for T {}

/// Where a statement runs.
pub(crate) enum On<'c> {
    Sqlite(&'c SqlitePool),
    SqliteWork(&'c mut SqliteConnection),
    Readers(&'c Link),
    /// Alone, in a transaction of its own.
    Writers(&'c Link),
    PostgresWork(&'c mut Held),
}

impl<'c> From<&'c Pool> for On<'c> {
    fn from(pool: &'c Pool) -> Self {
        match pool {
            Pool::Sqlite(pool) => Self::Sqlite(pool),
            Pool::Readers(link) => Self::Readers(link),
            Pool::Writers(link) => Self::Writers(link),
        }
    }
}

impl<'c> From<&'c mut Work> for On<'c> {
    fn from(work: &'c mut Work) -> Self {
        match work {
            Work::Sqlite(work) => Self::SqliteWork(work),
            Work::Postgres(work) => Self::PostgresWork(work),
        }
    }
}

enum Rows {
    Sqlite(Vec<SqliteRow>),
    Postgres(Vec<PgRow>),
}

impl Rows {
    /// Each row by itself: one may not read.
    fn each<T: Readable>(&self) -> Vec<Result<T, sqlx::Error>> {
        match self {
            Self::Sqlite(rows) => rows.iter().map(|row| <T as FromRow<'_, SqliteRow>>::from_row(row)).collect(),
            Self::Postgres(rows) => rows.iter().map(|row| <T as FromRow<'_, PgRow>>::from_row(row)).collect(),
        }
    }
}

/// Single statements that change several rows may wait for each other in a circle; PostgreSQL ends one of them, undone.
fn is_deadlock(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(error) if error.code().as_deref() == Some("40P01"))
}

/// Tries a single statement again when it was ended because of others.
macro_rules! again {
    ($once:expr) => {{
        let mut tries = 0;
        loop {
            match $once.await {
                Err(error) if tries < 5 && is_deadlock(&error) => tries += 1,
                done => break done,
            }
        }
    }};
}

impl<'q> Query<'q> {
    /// The next value.
    #[must_use]
    pub fn bind(mut self, value: impl Bind<'q>) -> Self {
        self.values.push(value.value());
        self
    }
    /// All values at once.
    #[must_use]
    pub fn with(mut self, values: Vec<Value<'q>>) -> Self {
        self.values = values;
        self
    }
    fn for_sqlite(&self) -> Prepared<'static, Sqlite, SqliteArguments> {
        self.values.iter().fold(sqlx::query(self.text.clone()), |query, value| match value {
            Value::Number(number) => query.bind(*number),
            Value::Truth(truth) => query.bind(*truth),
            Value::Text(text) => query.bind(text.as_deref()),
            Value::Bytes(bytes) => query.bind(bytes.as_deref()),
            Value::Id(id) => query.bind(*id),
        })
    }
    /// A text of PostgreSQL has no character 0: U+FFFD stands in its place, in what is kept and in what is looked for.
    pub(super) fn for_postgres(&self) -> Prepared<'static, Postgres, PgArguments> {
        self.values.iter().fold(sqlx::query(self.text.clone()), |query, value| match value {
            Value::Number(number) => query.bind(*number),
            Value::Truth(truth) => query.bind(*truth),
            Value::Text(Some(text)) if text.contains('\0') => query.bind(text.replace('\0', "\u{fffd}")),
            Value::Text(text) => query.bind(text.as_deref()),
            Value::Bytes(bytes) => query.bind(bytes.as_deref()),
            Value::Id(id) => query.bind(*id),
        })
    }
    async fn change_beside(&self, link: &Link) -> Result<u64, sqlx::Error> {
        let mut work = beside_others(link).await?;
        let changed = work.execute(self.for_postgres()).await?;
        work.commit().await?;
        Ok(changed)
    }
    async fn rows_beside(&self, link: &Link) -> Result<Vec<PgRow>, sqlx::Error> {
        let mut work = beside_others(link).await?;
        let rows = work.rows(self.for_postgres()).await?;
        work.commit().await?;
        Ok(rows)
    }
    async fn run(self, on: On<'_>) -> Result<Done, sqlx::Error> {
        Ok(Done(match on {
            On::Sqlite(pool) => self.for_sqlite().execute(pool).await?.rows_affected(),
            On::SqliteWork(work) => self.for_sqlite().execute(work).await?.rows_affected(),
            On::Readers(link) => link.take().await?.execute(self.for_postgres()).await?,
            On::Writers(link) => again!(self.change_beside(link))?,
            On::PostgresWork(work) => work.execute(self.for_postgres()).await?,
        }))
    }
    async fn rows(self, on: On<'_>) -> Result<Rows, sqlx::Error> {
        Ok(match on {
            On::Sqlite(pool) => Rows::Sqlite(self.for_sqlite().fetch_all(pool).await?),
            On::SqliteWork(work) => Rows::Sqlite(self.for_sqlite().fetch_all(work).await?),
            On::Readers(link) => Rows::Postgres(link.take().await?.rows(self.for_postgres()).await?),
            On::Writers(link) => Rows::Postgres(again!(self.rows_beside(link))?),
            On::PostgresWork(work) => Rows::Postgres(work.rows(self.for_postgres()).await?),
        })
    }
    /// Runs it.
    pub async fn execute<'c>(self, on: impl Into<On<'c>>) -> Result<Done, sqlx::Error> {
        Effort::Database.waited(self.run(on.into())).await
    }
    /// Its rows, each of which may fail to read.
    pub async fn fetch_each<'c, T: Readable>(self, on: impl Into<On<'c>>) -> Result<Vec<Result<T, sqlx::Error>>, sqlx::Error> {
        let rows = Effort::Database.waited(self.rows(on.into())).await?;
        Ok(rows.each())
    }
    /// Its rows.
    pub async fn fetch_all<'c, T: Readable>(self, on: impl Into<On<'c>>) -> Result<Vec<T>, sqlx::Error> {
        self.fetch_each(on).await?.into_iter().collect()
    }
    /// Its first row, when there is one.
    pub async fn fetch_optional<'c, T: Readable>(self, on: impl Into<On<'c>>) -> Result<Option<T>, sqlx::Error> {
        self.fetch_each(on).await?.into_iter().next().transpose()
    }
    /// Its one row.
    pub async fn fetch_one<'c, T: Readable>(self, on: impl Into<On<'c>>) -> Result<T, sqlx::Error> {
        self.fetch_optional(on).await?.ok_or(sqlx::Error::RowNotFound)
    }
}
