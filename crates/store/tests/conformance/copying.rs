//! A store moves from SQLite to PostgreSQL.

use homeward_model::{GrantId, SystemRandom};
use homeward_provider::{Codes, Grants, NewGrant};
use homeward_signin::ports::{Audit, KnownBrowsers, Sessions};
use homeward_store::{Address, Store};

use super::{
    Folder,
    ports::{NOW, app, code, later, line, session, signed_in, someone},
    server,
};

/// Everything is there afterwards, the audit's chain is whole and goes on; a database in which something is takes nothing in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_moves_with_everything_in_it() {
    let folder = Folder::new();
    let old = folder.another().await;
    let (account, user) = someone(&old).await;
    let live = old.start(&session(&account, &user, 1), None, None, &line(&user)).await.unwrap().unwrap().0;
    let grant = NewGrant { id: GrantId::generate(&SystemRandom), client: app(), expires_at: later(1000), network: "192.0.2.1".into() };
    Codes::put(&old, &[1; 32], &code(signed_in(&account, &user, live.id)), later(60)).await.unwrap();
    old.redeem(&[1; 32], &grant, NOW).await.unwrap();
    old.remember((&[7; 32], "de"), &[(user.id, 0)], NOW).await.unwrap();
    old.take_step(&step(&old, &account).await, NOW).await.unwrap();
    let before = (old.register().await.unwrap(), old.verify_audit(None).await.unwrap().unwrap());
    old.close().await;

    let text = server::database(None);
    let address = Address::parse(&text, None).unwrap();
    let copied = Store::copy(&folder.file(), &address).await.unwrap();
    let rows = |table: &str| copied.iter().find(|one| one.table == table).unwrap().rows;
    assert_eq!((rows("person"), rows("session"), rows("app_grant"), rows("connection_move"), rows("api_token")), (1, 1, 1, 1, 0));
    let moved = Folder(std::env::temp_dir().join("homeward-nowhere"), Some((address.clone(), text.clone())));
    let new = moved.another().await;
    assert_eq!((new.register().await.unwrap(), new.verify_audit(None).await.unwrap().unwrap()), before);
    assert_eq!(Sessions::find(&new, &[1; 32]).await.unwrap().unwrap().session, live);
    assert!(new.rotate(grant.id, 0, later(1)).await.unwrap() && Grants::find(&new, grant.id).await.unwrap().is_some());
    assert_eq!(new.knows(&[7; 32], &[user.id]).await.unwrap(), [user.id]);
    // What the database numbers by itself goes on behind what was copied.
    let taken = new.last_step(before.0.connections[0].connection.id).await.unwrap().unwrap();
    assert!(new.undo_step(&taken, taken.before, later(2)).await.unwrap());
    new.write(&line(&user)).await.unwrap();
    assert_eq!(new.verify_audit(before.1.as_ref()).await.unwrap().unwrap().unwrap().number, before.1.unwrap().number + 1);
    new.close().await;
    let again = Store::copy(&folder.file(), &address).await.unwrap_err().to_string();
    assert!(again.contains("not empty"), "{again}");
}

async fn step(store: &Store, account: &homeward_discovery::Account) -> homeward_portal::standing::Taken {
    use homeward_discovery::{Connection, ConnectionState};
    use homeward_portal::standing::{Standing, Taken};
    let connection = Connection { id: homeward_model::ConnectionId::generate(&SystemRandom), account: account.id, name: "Okta".into(), state: ConnectionState::Pilot, outage: None };
    let entry = homeward_store::register::ConnectionEntry { connection: connection.clone(), settings: None };
    store.put(&homeward_store::register::Register { connections: vec![entry], ..Default::default() }, &[], NOW).await.unwrap();
    let to = Standing { state: ConnectionState::Enforced, outage: None };
    Taken { connection: connection.id, at: NOW, before: Standing::of(&connection, NOW), after: to, beside: Default::default(), offer: None, led: None }
}
