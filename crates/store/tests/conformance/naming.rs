//! A link that a connection expects no more gives way to the new name of the same person, once; one that is expected stays.

use homeward_discovery::{Connection, ConnectionState};
use homeward_federation::{ConnectionSettings, Preset, Protocol, Subject, oidc::{OidcSettings, SubjectClaim}};
use homeward_model::{ConnectionId, SystemRandom};
use homeward_portal::sign_on::ports::Connections;
use homeward_signin::federated::Bindings;
use homeward_store::{
    Store,
    register::{ConnectionEntry, Register},
};

use super::{
    Folder,
    ports::{NOW, later, someone, user},
    races::{at_once, count},
};

const ISSUER: &str = "https://idp.example";

fn name(issuer: &str, kind: &str, value: &str) -> Subject {
    Subject { issuer: issuer.into(), kind: kind.into(), value: value.into() }
}

fn settings(claim: Option<&str>) -> ConnectionSettings {
    let subject = claim.map(|claim| SubjectClaim::Named(claim.to_owned()));
    ConnectionSettings::new(Preset::Generic, Protocol::Oidc(Box::new(OidcSettings { subject, ..OidcSettings::new(ISSUER, "homeward") })))
}

/// ST-09, OE-07: what the connection expects by then decides, and of many who come at once by different names one is linked.
pub async fn st_09_a_link_gives_way_once_and_only_when_it_is_past(store: Store, folder: &Folder) {
    let (other, (account, ann)) = (folder.another().await, someone(&store).await);
    let ben = user(&account, "ben@naming.example");
    let id = ConnectionId::generate(&SystemRandom);
    let put = async |settings: ConnectionSettings| {
        let connection = Connection { id, account: account.id, name: "Okta".into(), state: ConnectionState::Enforced, outage: None };
        let entries = Register { connections: vec![ConnectionEntry { connection, settings: Some(settings) }], users: vec![ben.clone()], ..Register::default() };
        store.put(&entries, &[], NOW).await.unwrap();
    };
    put(settings(None)).await;
    let (by_sub, bens) = (name(ISSUER, "sub", "a"), name(ISSUER, "employee_number", "7"));
    assert!(store.bind(id, &by_sub, ann.id, NOW).await.unwrap() && store.bind(id, &bens, ben.id, NOW).await.unwrap());
    let linked = async |claim: Option<&str>| store.linked_otherwise(account.id, id, &settings(claim).naming()).await.unwrap();
    assert_eq!((linked(None).await, linked(Some("employee_number")).await, linked(Some("badge")).await), (1, 1, 2));
    // While `sub` is expected, nothing takes its place; neither does a name that is somebody else's.
    let by_number = name(ISSUER, "employee_number", "8");
    assert!(!store.relink(id, (&by_sub, &by_number), ann.id, later(1)).await.unwrap());
    put(settings(Some("employee_number"))).await;
    assert!(!store.relink(id, (&by_sub, &bens), ann.id, later(1)).await.unwrap(), "the name is Ben's");
    assert!(!store.relink(id, (&by_sub, &by_number), ben.id, later(1)).await.unwrap(), "the link is Ann's");
    assert!(!store.relink(id, (&bens, &by_number), ben.id, later(1)).await.unwrap(), "the link is one that is expected");
    assert_eq!(store.bound(id, &by_sub).await.unwrap(), Some(ann.id), "nothing was changed");
    let (anns, past) = (ann.id, by_sub.clone());
    let all = at_once([&store, &other], move |node, place| {
        let past = past.clone();
        async move { node.relink(id, (&past, &name(ISSUER, "employee_number", &format!("n{place}"))), anns, later(2)).await.unwrap() }
    });
    assert_eq!(count(&all.await, |relinked| *relinked), 1);
    assert_eq!((store.bound(id, &by_sub).await.unwrap(), store.bound(id, &bens).await.unwrap()), (None, Some(ben.id)));
    assert_eq!(linked(Some("employee_number")).await, 0);
}
