//! How far a database is can be asked before it is opened as a store, and asking changes nothing: a command that only looks relies on it.

use homeward_store::{Address, Store};
use sqlx::{Connection, PgConnection, SqliteConnection, raw_sql};

use super::{Folder, server};

const LAST_STEP: &str = "DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)";

pub async fn a_database_that_is_behind_is_seen_and_left_as_it_is(store: Store, folder: &Folder) {
    let look = async || match &folder.1 {
        Some((address, _)) => Store::look_at_server(address).await,
        None => Store::look_at_file(&folder.file()).await,
    };
    let newest = store.schema().await.unwrap();
    assert_eq!(look().await.unwrap(), Some(newest));
    assert!(!newest.is_behind() && newest.applied == newest.known);
    store.close().await;
    match &folder.1 {
        Some((_, url)) => { raw_sql(LAST_STEP).execute(&mut PgConnection::connect(url).await.unwrap()).await.unwrap(); }
        None => {
            let mut file = SqliteConnection::connect(&format!("sqlite://{}", folder.file().display())).await.unwrap();
            raw_sql(LAST_STEP).execute(&mut file).await.unwrap();
            file.close().await.unwrap();
        }
    }
    for _ in 0..2 {
        let found = look().await.unwrap().unwrap();
        assert!(found.is_behind() && found.applied < found.known && found.known == newest.known, "the look before has taken no step: {found:?}");
    }
}

pub async fn an_empty_database_stays_empty(_: Store, _: &Folder) {
    let url = server::database(None);
    let address = Address::parse(&url, None).unwrap();
    let found = Store::look_at_server(&address).await.unwrap();
    let tables: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema()").fetch_one(&mut PgConnection::connect(&url).await.unwrap()).await.unwrap();
    server::drop_database(&url);
    assert_eq!((found, tables), (None, 0));
}

pub async fn a_file_that_is_empty_or_not_there_stays_so(_: Store, folder: &Folder) {
    let (empty, none, text) = (folder.file().with_file_name("empty.db"), folder.file().with_file_name("none.db"), folder.file().with_file_name("text.db"));
    std::fs::write(&empty, "").unwrap();
    std::fs::write(&text, "no database\n".repeat(500)).unwrap();
    assert_eq!(Store::look_at_file(&empty).await.unwrap(), None);
    assert_eq!(std::fs::metadata(&empty).unwrap().len(), 0);
    assert!(Store::look_at_file(&none).await.is_err() && Store::look_at_file(&text).await.is_err());
    let beside = |name: &str| folder.file().with_file_name(name).exists();
    assert!(!none.exists() && !["empty.db-wal", "empty.db-shm", "text.db-wal", "text.db-shm"].into_iter().any(beside));
}
