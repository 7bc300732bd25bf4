//! People who are to be told of a step: it waits with the step, goes on from where it was, and ends once.

use homeward_discovery::{AllowLocal, Connection, ConnectionState, SsoMode};
use homeward_model::{ConnectionId, SystemRandom};
use homeward_portal::{
    ports::{Deed, Moved},
    sign_on::{
        ports::{Connections, Offer, Turning},
        told::{Telling, Tellings},
    },
};
use homeward_store::{
    Store,
    register::{ConnectionEntry, Register},
};
use serde_json::json;

use super::{
    Folder,
    ports::{NOW, later, someone, winners},
};

/// AU-03: what is to be told is kept with its step or not at all, another step takes the place of the one before, and of many who end it one does.
pub async fn au_03_a_telling_waits_with_its_step_and_ends_once(store: Store, folder: &Folder) {
    let (account, user) = someone(&store).await;
    let connection = Connection { id: ConnectionId::generate(&SystemRandom), account: account.id, name: "Okta".into(), state: ConnectionState::Enforced, outage: None };
    store.put(&Register { connections: vec![ConnectionEntry { connection: connection.clone(), settings: None }], ..Register::default() }, &[], NOW).await.unwrap();
    let telling = |seconds: u64, after: &str, told: u64| -> Telling {
        let by = json!([user.id, null, "192.0.2.0"]);
        serde_json::from_value(json!({ "connection": connection.id, "at": later(seconds), "before": [account, ConnectionState::Tested], "by": by, "after": after, "told": told })).unwrap()
    };
    let deed = |event| Deed { event, by: user.id, link: None, account: account.id, user: None, detail: String::new(), network: "192.0.2.0".into(), at: NOW, alarm: None };
    let offer = |mode| Offer { mode, local: AllowLocal::Yes, connection: None };
    let turn = async |from, to, telling| {
        let turning = Turning { taken: None, undone: None, offer: Some((offer(from), offer(to))), values: None, telling: Some(telling) };
        store.turn(account.id, &turning, &deed("portal.sign_on")).await.unwrap()
    };
    assert_eq!(turn(SsoMode::Redirect, SsoMode::Off, telling(1, "", 0)).await, Moved::Otherwise);
    assert!(store.first().await.unwrap().is_none(), "no step, nothing to tell");
    assert_eq!(turn(SsoMode::Off, SsoMode::Button, telling(1, "", 0)).await, Moved::Done);
    assert_eq!(store.first().await.unwrap(), Some(telling(1, "", 0)));
    assert!(store.go_on(&telling(1, "", 0), &telling(1, "ann", 2)).await.unwrap());
    assert!(!store.go_on(&telling(1, "", 0), &telling(1, "ben", 4)).await.unwrap(), "it is further by now");
    assert_eq!(turn(SsoMode::Button, SsoMode::Redirect, telling(9, "", 0)).await, Moved::Done);
    assert!(!store.end(&telling(1, "ann", 2), Some(&deed("portal.people_told"))).await.unwrap(), "another step took its place");
    assert_eq!(store.first().await.unwrap(), Some(telling(9, "", 0)));
    let (nodes, place) = ([store.clone(), folder.another().await], std::sync::atomic::AtomicUsize::new(0));
    let won = winners(8, || {
        let node = nodes[place.fetch_add(1, std::sync::atomic::Ordering::Relaxed) % 2].clone();
        let (was, deed) = (telling(9, "", 0), deed("portal.people_told"));
        async move { node.end(&was, Some(&deed)).await.unwrap() }
    });
    assert_eq!((won.await, store.first().await.unwrap()), (1, None));
    let told = store.audit_newest(&Default::default(), 20).await.unwrap().into_iter().filter(|line| line.event == "portal.people_told").count();
    assert_eq!(told, 1);
}
