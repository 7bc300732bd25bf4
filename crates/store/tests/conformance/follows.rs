//! A server that only follows another one, or only reads: nobody works with it, and the one that can be written is found without a new start.

use homeward_provider::UsedAssertions;
use homeward_store::{Address, Store, StoreError};
use sqlx::{Connection, PgConnection};

use super::{
    away::in_the_end,
    ports::{app, later},
    server,
};

/// DS-10: after a failover a name may lead to the server of before for a while. It takes no change, and what it knows may be old, so that a session that was
/// ended would be one. Whoever asks is told why, and the store goes on by itself where there is one that can be written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ds_10_a_server_that_only_follows_is_left() {
    let server = server::alone();
    let text = format!("postgres://homeward@localhost/postgres?host={}", server.folder);
    let address = Address::parse(&text, None).unwrap();
    let store = Store::connect(&address).await.unwrap();
    let uses = async |number: u8| store.first_use(&app(), &[number; 32], later(60)).await;
    assert!(uses(1).await.unwrap());

    // A connection whose session only reads is no way to a server that can be written, and is not kept.
    let mut beside = PgConnection::connect(&text).await.unwrap();
    let used = "SELECT pid FROM pg_stat_activity WHERE application_name = 'homeward' AND query = 'COMMIT'";
    let used: i32 = sqlx::query_scalar(used).fetch_one(&mut beside).await.unwrap();
    let is_there = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = $1)";
    for only_reads in [true, false] {
        let change = if only_reads { "ALTER SYSTEM SET default_transaction_read_only = on" } else { "ALTER SYSTEM RESET default_transaction_read_only" };
        sqlx::raw_sql(change).execute(&mut beside).await.unwrap();
        sqlx::raw_sql("SELECT pg_reload_conf()").execute(&mut beside).await.unwrap();
        let mut number: u8 = if only_reads { 10 } else { 100 };
        in_the_end("the server has read it", async || {
            // A slow machine asks more often than a byte counts; none of these is asked for below.
            number = number.checked_add(1).unwrap_or(100);
            (uses(number).await.is_err() == only_reads).then_some(())
        })
        .await;
        if only_reads {
            in_the_end("it is not kept", async || {
                let is_there: bool = sqlx::query_scalar(is_there).bind(used).fetch_one(&mut beside).await.unwrap();
                (!is_there).then_some(())
            })
            .await;
        }
    }
    beside.close().await.unwrap();

    server.follow();
    in_the_end("whoever changes something is told why", async || uses(2).await.err().filter(|error| error.to_string().contains("only follows another server"))).await;
    assert!(!store.is_ready().await, "what it knows may be old");
    let refused = Store::connect(&address).await.err().expect("a refusal");
    assert!(matches!(&refused, StoreError::Unfit(why) if why.contains("only follows another server")), "{refused}");

    server.lead();
    assert!(in_the_end("the store goes on", async || uses(2).await.ok()).await, "it was not written");
    assert!(in_the_end("it is ready", async || store.is_ready().await.then_some(true)).await);
    assert!(!uses(1).await.unwrap(), "and knows what was before");
}
