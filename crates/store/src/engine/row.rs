//! A row of a look-up or of a change, as either engine gives it.

use rusqlite::{RowIndex, types::FromSql};
use sqlx::{ColumnIndex, Decode, Postgres, Type, postgres::PgRow};

use crate::error::StoreError;

/// One row.
pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r PgRow),
}

impl Row<'_> {
    /// A column, by its place or its name.
    pub fn get<I, T>(&self, place: I) -> Result<T, StoreError>
    where
        I: RowIndex + ColumnIndex<PgRow>,
        T: FromSql + for<'d> Decode<'d, Postgres> + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => Ok(row.get(place)?),
            Self::Postgres(row) => Ok(sqlx::Row::try_get(*row, place)?),
        }
    }
}
