//! A database full of people: rows as the product writes them, with other ids and names, put there without the product.

use std::path::Path;

use rusqlite::{Connection, params};

/// The domain of the people that are only looked up.
pub const DOMAIN: &str = "crowd.example";

/// The username of a number.
pub fn username(number: u64) -> String {
    format!("person-{number:08}@{DOMAIN}")
}

/// Copies the person `template` so that there are `count` of them, in the template's account.
pub fn multiply(database: &Path, template: &str, count: u64) -> rusqlite::Result<()> {
    let mut db = Connection::open(database)?;
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000")?;
    let (account, doc): (Vec<u8>, String) =
        db.query_row("SELECT account, doc FROM person WHERE username_key = $1", [template], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let doc: serde_json::Value = serde_json::from_str(&doc).expect("a document");
    let have = db.query_row("SELECT count(*) FROM person WHERE username_key LIKE 'person-%'", [], |row| row.get::<_, i64>(0))? as u64;
    let work = db.transaction()?;
    {
        let mut insert = work.prepare("INSERT INTO person(id, account, username_key, doc) VALUES ($1, $2, $3, $4)")?;
        for number in have..count {
            let (id, name) = (uuid::Uuid::from_u128(0x7000_0000_0000_0000_0000_0000_0000 + u128::from(number)), username(number));
            let mut own = doc.clone();
            own["id"] = id.to_string().into();
            own["username"] = name.clone().into();
            own["email"] = name.clone().into();
            insert.execute(params![id.as_bytes(), account, name, own.to_string()])?;
        }
    }
    work.commit()?;
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); ANALYZE")
}

/// Accounts with a domain and a connection each, so that there are `count` of them.
pub fn accounts(database: &Path, template: &str, count: u64) -> rusqlite::Result<()> {
    let mut db = Connection::open(database)?;
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF")?;
    let read = |sql: &str| -> rusqlite::Result<String> { db.query_row(sql, [template], |row| row.get(0)) };
    let account: serde_json::Value = serde_json::from_str(&read("SELECT doc FROM account WHERE number = $1")?).expect("a document");
    let policy = read("SELECT policy FROM account WHERE number = $1")?;
    let domain: serde_json::Value =
        serde_json::from_str(&read("SELECT d.doc FROM domain_claim d JOIN account a ON a.id = d.account WHERE a.number = $1")?).expect("a document");
    let connection: serde_json::Value =
        serde_json::from_str(&read("SELECT c.doc FROM connection c JOIN account a ON a.id = c.account WHERE a.number = $1")?).expect("a document");
    let work = db.transaction()?;
    for number in 0..count {
        let id = uuid::Uuid::from_u128(0x7100_0000_0000_0000_0000_0000_0000 + u128::from(number));
        let route = uuid::Uuid::from_u128(0x7200_0000_0000_0000_0000_0000_0000 + u128::from(number));
        let (digits, name) = (format!("7{number:06}"), format!("account-{number}.example"));
        let mut own = account.clone();
        (own["id"], own["number"], own["name"], own["label"]) = (id.to_string().into(), digits.clone().into(), name.clone().into(), serde_json::Value::Null);
        let (mut claim, mut way) = (domain.clone(), connection.clone());
        (claim["account"], claim["domain"]) = (id.to_string().into(), name.clone().into());
        (way["account"], way["id"]) = (id.to_string().into(), route.to_string().into());
        work.execute("INSERT INTO account(id, number, doc, policy) VALUES ($1, $2, $3, $4)", params![id.as_bytes(), digits, own.to_string(), policy])?;
        work.execute("INSERT INTO connection(id, account, doc) VALUES ($1, $2, $3)", params![route.as_bytes(), id.as_bytes(), way.to_string()])?;
        work.execute("INSERT INTO domain_claim(domain, account, doc) VALUES ($1, $2, $3)", params![name, id.as_bytes(), claim.to_string()])?;
    }
    work.commit()?;
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); ANALYZE")
}
