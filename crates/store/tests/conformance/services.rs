//! Who has allowed what through a connection, as an account's administrators see it: page by page, and of this account only.

use std::time::Duration;

use homeward_discovery::{Connection, ConnectionState};
use homeward_federation::delegated::{Grant, GrantKey, Grants};
use homeward_local_credential::PasswordPolicy;
use homeward_model::{ConnectionId, SystemRandom, Timestamp, UserId};
use homeward_portal::{
    ports::Deed,
    services::ports::{Mark, Services},
};
use homeward_store::{
    Store,
    register::{AccountEntry, ConnectionEntry, Register},
};

use super::{
    Folder,
    delegated::grant,
    ports::{account, user},
};

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

/// MT-01, AU-03: pages repeat nobody and leave nobody out, also where several have allowed it at the same second; no other account sees or
/// ends any of it, and an end is on record.
pub async fn mt_01_the_list_of_those_who_allowed_it_is_the_accounts_own(store: Store, _: &Folder) {
    let (own, other) = (account("40817"), account("40818"));
    let people: Vec<_> = (0..7).map(|number| user(&own, &format!("p{number}@own.example"))).collect();
    let connection = Connection { id: ConnectionId::generate(&SystemRandom), account: own.id, name: "Entra".into(), state: ConnectionState::Enforced, outage: None };
    let entry = |account: &homeward_discovery::Account| AccountEntry { account: account.clone(), policy: PasswordPolicy::classic(), default_application: None };
    let all = Register { accounts: vec![entry(&own), entry(&other)], users: people.clone(), connections: vec![ConnectionEntry { connection: connection.clone(), settings: None }], ..Register::default() };
    store.put(&all, &[], NOW).await.unwrap();
    for (place, person) in people.iter().enumerate() {
        let key = GrantKey { connection: connection.id, user: person.id };
        // Three of them at once.
        let at = NOW.plus(Duration::from_secs(if place < 3 { 0 } else { u64::try_from(place).unwrap() }));
        Grants::grant(&store, key, Grant { granted_at: at, ..grant(key, 1, "x") }).await.unwrap();
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = Services::allowed(&store, own.id, connection.id, (after, 2)).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(Mark { at: last.at, user: last.user });
        assert!(page.iter().all(|one| one.permissions.contains("Calendars.Read") && one.clients.contains("planner")));
        seen.extend(page.iter().map(|one| (one.at, one.username.clone())));
    }
    let mut sorted = seen.clone();
    sorted.sort_by(|one, other| other.0.cmp(&one.0));
    assert_eq!((seen.len(), &seen), (7, &sorted), "the newest first");
    let mut names: Vec<&str> = seen.iter().map(|(_, name)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), Services::people(&store, own.id, connection.id).await.unwrap()), (7, 7));
    assert_eq!(Services::people(&store, other.id, connection.id).await.unwrap(), 0);
    assert!(Services::allowed(&store, other.id, connection.id, (None, 10)).await.unwrap().is_empty());
    let by = UserId::generate(&SystemRandom);
    let deed = |account| Deed { event: "portal.consent_ended", by, link: None, account, user: Some(people[0].id), detail: "Entra".into(), network: "192.0.2.0".into(), at: NOW, alarm: None };
    assert!(!Services::end(&store, other.id, (connection.id, people[0].id), &deed(other.id)).await.unwrap());
    assert!(store.audit_newest(&Default::default(), 5).await.unwrap().is_empty(), "nothing happened, and nothing is on record");
    assert!(Services::end(&store, own.id, (connection.id, people[0].id), &deed(own.id)).await.unwrap());
    assert!(!Services::end(&store, own.id, (connection.id, people[0].id), &deed(own.id)).await.unwrap(), "once");
    let lines = store.audit_newest(&Default::default(), 5).await.unwrap();
    assert_eq!(lines.iter().map(|line| (line.event.as_str(), line.user, line.detail.clone())).collect::<Vec<_>>(), [("portal.consent_ended", Some(people[0].id), format!("Entra by {by}"))]);
    assert_eq!(Services::people(&store, own.id, connection.id).await.unwrap(), 6);
}
