//! Takes a store from SQLite to PostgreSQL: every row of every table, read back and compared before anything counts.

use std::{collections::BTreeMap, path::Path, time::Duration};

use homeward_sealing::sha256;
use rusqlite::{Connection, OpenFlags, types::ValueRef};
use sqlx::{AssertSqlSafe, PgConnection, Row, postgres::PgRow};

use super::{
    link::Link,
    pool::{Pool, alone},
    postgres::{self, Address},
    query::query,
    sole, sqlite,
    value::{Bind, Value},
};
use crate::error::StoreError;

/// How long a command that writes just now is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long one answer of the server is waited for: a whole table may be one.
const ANSWERS: Duration = Duration::from_secs(30 * 60);

/// What was copied of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The table.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// SHA-256 over the sorted hashes of its rows, the same on both sides.
    pub checksum: [u8; 32],
}

/// A table of the new store: its columns with their types.
type Table = (String, Vec<(String, String)>);

/// Copies the store in a file into a database that is empty, in one transaction. The file is brought to this version first; no broker serves
/// from it meanwhile, and no command changes it: what it acknowledged would be in neither. Gives what was copied, table by table; both sides had the same.
///
/// # Errors
/// `StoreError` says what stands in the way; the database is as it was then.
pub(crate) async fn copy(from: &Path, to: &Address) -> Result<Vec<Copied>, StoreError> {
    let held = sole::beside(from)?;
    let old = sqlite::open(from).await?;
    old.write.close().await;
    old.read.close().await;
    let new = postgres::open(&to.clone().answering_within(ANSWERS)).await?;
    let done = match &new.write {
        Pool::Writers(link) | Pool::Readers(link) => into(held_still(from)?, link).await,
        Pool::Sqlite(_) => Ok(Vec::new()),
    };
    new.write.close().await;
    new.slow.close().await;
    new.read.close().await;
    drop(held);
    done
}

/// The file, as it is at one moment: nobody else writes as long as this connection lasts, and it writes nothing itself.
fn held_still(from: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    Ok(connection)
}

async fn into(from: Connection, to: &Link) -> Result<Vec<Copied>, StoreError> {
    let mut held = alone(to).await?;
    let (all, from) = filled(from, held.patiently()?).await?;
    held.commit().await?;
    drop(from);
    Ok(all)
}

/// Writes every table, and compares it.
async fn filled(from: Connection, work: &mut PgConnection) -> Result<(Vec<Copied>, Connection), StoreError> {
    let tables = tables(work).await?;
    for (table, _) in &tables {
        let row = sqlx::query(AssertSqlSafe(format!("SELECT 1 FROM {table} LIMIT 1"))).fetch_optional(&mut *work).await?;
        if row.is_some() {
            return Err(StoreError::Unfit(format!("it is not empty: there is something in the table {table}")));
        }
    }
    let mut all = Vec::new();
    for table in &tables {
        let rows = read(&from, table)?;
        let sent = send(rows, table, work).await?;
        let there = found(table, work).await?;
        if sent != there {
            return Err(StoreError::NotWritten(format!("the table {} has {} rows there and {} here, or others", table.0, there.rows, sent.rows)));
        }
        all.push(sent);
    }
    number_on(&tables, work).await?;
    Ok((all, from))
}

/// The tables of the new store, those that others refer to first.
async fn tables(work: &mut PgConnection) -> Result<Vec<Table>, StoreError> {
    let columns = "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(udt_name AS TEXT) FROM information_schema.columns \
        WHERE table_schema = current_schema() AND table_name NOT IN ('_sqlx_migrations', 'schema_bound') AND is_generated = 'NEVER' ORDER BY table_name, ordinal_position";
    let references = "SELECT CAST(CAST(conrelid AS REGCLASS) AS TEXT), CAST(CAST(confrelid AS REGCLASS) AS TEXT) FROM pg_constraint WHERE contype = 'f'";
    let columns: Vec<(String, String, String)> = sqlx::query_as(columns).fetch_all(&mut *work).await?;
    let references: Vec<(String, String)> = sqlx::query_as(references).fetch_all(work).await?;
    let mut left: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (table, column, kind) in columns {
        left.entry(table).or_default().push((column, kind));
    }
    let mut ordered: Vec<Table> = Vec::new();
    while !left.is_empty() {
        let waits = |table: &str| references.iter().any(|(own, other)| own == table && other != table && left.contains_key(other));
        let ready: Vec<String> = left.keys().filter(|table| !waits(table)).cloned().collect();
        if ready.is_empty() {
            return Err(StoreError::Unfit("its tables refer to each other in a circle".into()));
        }
        ordered.extend(ready.into_iter().filter_map(|table| left.remove_entry(&table)));
    }
    Ok(ordered)
}

fn list(columns: &[(String, String)]) -> String {
    columns.iter().map(|(column, _)| column.as_str()).collect::<Vec<_>>().join(", ")
}

/// Writes the rows of one table.
async fn send(rows: Vec<Vec<Value<'static>>>, (table, columns): &Table, work: &mut PgConnection) -> Result<Copied, StoreError> {
    let places = (1..=columns.len()).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
    let insert = format!("INSERT INTO {table}({}) VALUES ({places})", list(columns));
    let mut hashes = Vec::with_capacity(rows.len());
    for row in rows {
        hashes.push(hash(&row));
        query(AssertSqlSafe(insert.as_str())).with(row).for_postgres().execute(&mut *work).await?;
    }
    Ok(copied(table, hashes))
}

/// The rows of one table of SQLite, in the types of the new one.
fn read(from: &Connection, (table, columns): &Table) -> Result<Vec<Vec<Value<'static>>>, StoreError> {
    let mut statement = from.prepare(&format!("SELECT {} FROM {table}", list(columns)))?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let one: Result<Vec<_>, StoreError> = columns.iter().enumerate().map(|(place, (column, kind))| value(row.get_ref(place)?, column, kind)).collect();
        all.push(one?);
    }
    Ok(all)
}

fn value(stored: ValueRef<'_>, column: &str, kind: &str) -> Result<Value<'static>, StoreError> {
    let bad = || StoreError::NotWhole(format!("a value of the column {column} is no {kind}"));
    Ok(match (kind, stored) {
        ("int8", ValueRef::Null) => i64::NULL,
        ("int8", ValueRef::Integer(number)) => number.value(),
        ("bool", ValueRef::Null) => bool::NULL,
        ("bool", ValueRef::Integer(number)) => (number != 0).value(),
        ("text", ValueRef::Null) => String::NULL,
        ("text", ValueRef::Text(text)) => String::from_utf8(text.to_vec()).map_err(|_| bad())?.value(),
        ("bytea", ValueRef::Null) => Vec::<u8>::NULL,
        ("bytea", ValueRef::Blob(bytes)) => bytes.to_vec().value(),
        ("uuid", ValueRef::Null) => uuid::Uuid::NULL,
        ("uuid", ValueRef::Blob(bytes)) => uuid::Uuid::from_slice(bytes).map_err(|_| bad())?.value(),
        _ => return Err(bad()),
    })
}

/// What is in one table of the new store.
async fn found((table, columns): &Table, work: &mut PgConnection) -> Result<Copied, StoreError> {
    let rows = sqlx::query(AssertSqlSafe(format!("SELECT {} FROM {table}", list(columns)))).fetch_all(work).await?;
    let row = |row: &PgRow| -> Result<[u8; 32], StoreError> {
        let values: Result<Vec<Value<'_>>, sqlx::Error> = columns.iter().enumerate().map(|(place, (_, kind))| {
            Ok(match kind.as_str() {
                "int8" => row.try_get::<Option<i64>, _>(place)?.value(),
                "bool" => row.try_get::<Option<bool>, _>(place)?.value(),
                "bytea" => row.try_get::<Option<Vec<u8>>, _>(place)?.value(),
                "uuid" => row.try_get::<Option<uuid::Uuid>, _>(place)?.value(),
                _ => row.try_get::<Option<String>, _>(place)?.value(),
            })
        }).collect();
        Ok(hash(&values?))
    };
    Ok(copied(table, rows.iter().map(row).collect::<Result<_, _>>()?))
}

/// The hash of a row: each value with its kind and its length.
fn hash(row: &[Value<'_>]) -> [u8; 32] {
    let mut bytes = Vec::new();
    for value in row {
        let (kind, content) = match value {
            Value::Number(number) => (b'n', number.map(|number| number.to_be_bytes().to_vec())),
            Value::Truth(truth) => (b'b', truth.map(|truth| vec![u8::from(truth)])),
            Value::Text(text) => (b't', text.as_ref().map(|text| text.as_bytes().to_vec())),
            Value::Bytes(content) => (b'x', content.as_ref().map(|content| content.to_vec())),
            Value::Id(id) => (b'i', id.map(|id| id.as_bytes().to_vec())),
        };
        bytes.push(kind);
        bytes.push(u8::from(content.is_some()));
        let content = content.unwrap_or_default();
        bytes.extend_from_slice(&(content.len() as u64).to_be_bytes());
        bytes.extend_from_slice(&content);
    }
    sha256(&bytes)
}

fn copied(table: &str, mut hashes: Vec<[u8; 32]>) -> Copied {
    hashes.sort_unstable();
    Copied { table: table.to_owned(), rows: u64::try_from(hashes.len()).unwrap_or(u64::MAX), checksum: sha256(&hashes.concat()) }
}

/// Numbers that the database gives go on behind those that were copied.
async fn number_on(tables: &[Table], work: &mut PgConnection) -> Result<(), StoreError> {
    for (table, columns) in tables {
        for (column, _) in columns.iter().filter(|(_, kind)| kind == "int8") {
            let text = format!(
                "SELECT setval(s, COALESCE((SELECT MAX({column}) FROM {table}), 0) + 1, FALSE) FROM pg_get_serial_sequence('{table}', '{column}') s WHERE s IS NOT NULL"
            );
            sqlx::query(AssertSqlSafe(text)).fetch_optional(&mut *work).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is copied is the file at one moment: a command that would write meanwhile is refused, and writes when the copy has ended.
    #[tokio::test]
    async fn nobody_writes_into_a_file_that_is_copied() {
        let file = std::env::temp_dir().join(format!("homeward-copy-{}", homeward_model::random_token(&homeward_model::SystemRandom)));
        let opened = sqlite::open(&file).await.unwrap();
        let held = held_still(&file).unwrap();
        let command = Connection::open(&file).unwrap();
        command.busy_timeout(Duration::ZERO).unwrap();
        let write = || command.execute("INSERT INTO sign_on_told(connection, person, at) VALUES (x'00', x'00', 1)", []);
        let table = ("sign_on_told".to_owned(), vec![("at".to_owned(), "int8".to_owned())]);
        assert_eq!(write().unwrap_err().sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseBusy));
        assert!(read(&held, &table).unwrap().is_empty());
        drop(held);
        assert_eq!((write().unwrap(), read(&held_still(&file).unwrap(), &table).unwrap()), (1, vec![vec![1_i64.value()]]), "the twin");
        opened.write.close().await;
        opened.read.close().await;
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", file.display()));
        }
    }
}
