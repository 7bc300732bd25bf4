//! What every store of grants must do, in memory, in SQLite and in PostgreSQL; and what the store of requests for consent must.

use std::{sync::Arc, time::Duration};

use homeward_discovery::{Account, AccountState, AllowLocal, ConnectionState, SsoMode};
use homeward_federation::{
    ConnectionSettings, Preset, Protocol, Subject,
    delegated::{Grant, GrantKey, Grants, KeptToken, MemoryGrants, Resource},
    oidc::{OidcSettings, SealedSecret, secret::Purpose},
};
use homeward_local_credential::PasswordPolicy;
use homeward_model::{AccountId, AccountNumber, ConnectionId, SystemRandom, Timestamp, UserId};
use homeward_sealing::{RootKey, Sealer};
use homeward_signin::delegated::{AdministratorConsent, ConsentRequest, Consents, Draft, Drafted, StartLink};
use homeward_store::{
    Store,
    register::{AccountEntry, Register},
};

use super::{Folder, postgres, sqlite};

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

fn later(seconds: u64) -> Timestamp {
    NOW.plus(Duration::from_secs(seconds))
}

pub fn key() -> GrantKey {
    GrantKey { connection: ConnectionId::generate(&SystemRandom), user: UserId::generate(&SystemRandom) }
}

pub fn grant(key: GrantKey, version: u64, text: &str) -> Grant {
    let sealer = Sealer::new(RootKey::generate(1, &SystemRandom), vec![]);
    let seal = |purpose| SealedSecret::seal(&sealer, key.connection, purpose, text.as_bytes()).unwrap();
    Grant {
        version,
        refresh: seal(Purpose::RefreshToken(key.user)),
        tokens: vec![KeptToken { resource: Resource::Graph, permissions: ["Calendars.Read".to_owned()].into(), token: seal(Purpose::AccessToken(key.user)), until: later(3_600) }],
        holder: Subject { issuer: "https://idp.example".into(), kind: "tid+oid".into(), value: "t/o".into() },
        permissions: ["Calendars.Read".to_owned()].into(),
        clients: ["planner".to_owned()].into(),
        granted_at: NOW,
    }
}

async fn memory() -> (Arc<dyn Grants>, Option<Folder>) {
    (Arc::new(MemoryGrants::default()), None)
}

async fn in_sqlite() -> (Arc<dyn Grants>, Option<Folder>) {
    let (store, folder) = sqlite().await;
    (Arc::new(store), Some(folder))
}

async fn in_postgres() -> (Arc<dyn Grants>, Option<Folder>) {
    let (store, folder) = postgres().await;
    (Arc::new(store), Some(folder))
}

macro_rules! grants {
    ($adapter:ident by $open:ident: $($case:ident),+ $(,)?) => {
        mod $adapter {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    let (grants, _folder) = super::$open().await;
                    super::$case(grants).await;
                }
            )+
        }
    };
}

grants!(grants_in_memory by memory: a_grant_changes_over_the_version_it_was_made_from_only, a_lease_has_one_holder, grants_of_a_connection_are_counted);
grants!(grants_in_sqlite by in_sqlite: a_grant_changes_over_the_version_it_was_made_from_only, a_lease_has_one_holder, grants_of_a_connection_are_counted);
grants!(grants_in_postgres by in_postgres: a_grant_changes_over_the_version_it_was_made_from_only, a_lease_has_one_holder, grants_of_a_connection_are_counted);

async fn a_grant_changes_over_the_version_it_was_made_from_only(grants: Arc<dyn Grants>) {
    let key = key();
    assert_eq!(grants.find(key).await.unwrap(), None);
    let first = grant(key, 1, "one");
    grants.grant(key, first.clone()).await.unwrap();
    assert_eq!(grants.find(key).await.unwrap(), Some(first.clone()), "everything comes back");
    assert_eq!(grants.find(GrantKey { user: UserId::generate(&SystemRandom), ..key }).await.unwrap(), None);
    let tasks: Vec<_> = (0..40)
        .map(|_| {
            let (grants, next) = (Arc::clone(&grants), grant(key, 2, "two"));
            tokio::spawn(async move { grants.replace(key, 1, next).await.unwrap() })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        won += usize::from(task.await.unwrap());
    }
    assert_eq!((won, grants.find(key).await.unwrap().unwrap().version), (1, 2));
    // A new consent stands above whatever was there, so that what was made from the old one is not stored over it.
    grants.grant(key, grant(key, 1, "anew")).await.unwrap();
    assert_eq!(grants.find(key).await.unwrap().unwrap().version, 3);
    assert!(!grants.replace(key, 2, grant(key, 3, "late")).await.unwrap());
    grants.remove(key, 2).await.unwrap();
    assert!(grants.find(key).await.unwrap().is_some(), "an older version takes nothing away");
    grants.remove(key, 3).await.unwrap();
    assert_eq!(grants.find(key).await.unwrap(), None);
}

async fn a_lease_has_one_holder(grants: Arc<dyn Grants>) {
    let key = key();
    let tasks: Vec<_> = (0..40)
        .map(|number| {
            let grants = Arc::clone(&grants);
            tokio::spawn(async move { grants.lease(key, &format!("node {number}"), NOW, later(10)).await.unwrap().then_some(number) })
        })
        .collect();
    let mut holders = Vec::new();
    for task in tasks {
        holders.extend(task.await.unwrap());
    }
    assert_eq!(holders.len(), 1);
    let holder = format!("node {}", holders[0]);
    grants.release(key, "somebody else").await.unwrap();
    assert!(!grants.lease(key, "next", later(9), later(19)).await.unwrap(), "given back by its holder only");
    assert!(grants.lease(GrantKey { user: UserId::generate(&SystemRandom), ..key }, "next", NOW, later(10)).await.unwrap(), "another person's is free");
    grants.release(key, &holder).await.unwrap();
    assert!(grants.lease(key, "next", later(9), later(19)).await.unwrap());
    assert!(grants.lease(key, "after", later(19), later(29)).await.unwrap(), "it ends by itself");
}

async fn grants_of_a_connection_are_counted(grants: Arc<dyn Grants>) {
    let (one, two) = (key(), key());
    let same = GrantKey { connection: one.connection, ..two };
    for (key, at) in [(one, later(5)), (same, NOW), (two, NOW)] {
        grants.grant(key, Grant { granted_at: at, ..grant(key, 1, "x") }).await.unwrap();
    }
    assert_eq!(grants.holders(one.connection).await.unwrap(), [(same.user, NOW), (one.user, later(5))], "the oldest first");
    let mut of_two: Vec<_> = grants.of_person(two.user).await.unwrap().into_iter().map(|(connection, _)| connection).collect();
    of_two.sort();
    let mut both = [one.connection, two.connection];
    both.sort();
    assert_eq!(of_two, both, "and those of a person");
    assert!(grants.forget(one).await.unwrap());
    assert!(!grants.forget(one).await.unwrap());
    assert_eq!(grants.holders(one.connection).await.unwrap().len(), 1);
}

/// KS-01: neither a refresh token nor an access token can be read from the files.
pub async fn ks_01_grants_rest_sealed(store: Store, folder: &Folder) {
    let key = key();
    Grants::grant(&store, key, grant(key, 1, "a-token-that-nobody-may-read")).await.unwrap();
    store.close().await;
    let bytes = std::fs::read(folder.file()).unwrap();
    let has = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(has("Calendars.Read") && !has("a-token-that-nobody-may-read"));
}

fn account() -> Account {
    Account {
        id: AccountId::generate(&SystemRandom), number: AccountNumber::parse("40817").unwrap(), label: None, name: "Northwind".into(), region: "us".into(), parent: None,
        state: AccountState::Active, sso_entitled: true, sso_mode: SsoMode::Off, allow_local: AllowLocal::Yes, connection: None, group_rules: vec![], pilot_groups: std::collections::BTreeSet::new(), conditions: vec![], admin_sso: false, colour: None, logo: None, contact: None, language: None, preset: None,
    }
}

/// OR-01, OP-09: a request is its own browser's, once and for its time; a link makes one draft, of any number at once.
pub async fn or_01_requests_and_links_work_once(store: Store, _: &Folder) {
    let account = account();
    let entry = AccountEntry { account: account.clone(), policy: PasswordPolicy::classic(), default_application: None };
    store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], NOW).await.unwrap();
    let request = ConsentRequest::Azure { account: account.id, link: [7; 32], portal: None };
    store.keep_request(&[1; 32], "browser", &request, later(600)).await.unwrap();
    assert_eq!(store.take_request(&[1; 32], "another", NOW).await.unwrap(), None);
    assert_eq!(store.take_request(&[1; 32], "browser", later(600)).await.unwrap(), None, "over");
    assert_eq!(store.take_request(&[1; 32], "browser", NOW).await.unwrap(), Some(request), "and nothing was used up");
    assert_eq!(store.take_request(&[1; 32], "browser", NOW).await.unwrap(), None);

    store.keep_link(&[7; 32], StartLink::Azure(account.id), later(100)).await.unwrap();
    assert_eq!(store.link(&[7; 32], NOW).await.unwrap(), Some(StartLink::Azure(account.id)));
    assert_eq!(store.link(&[7; 32], later(100)).await.unwrap(), None);
    let settings = |tenant: &str| ConnectionSettings::new(Preset::Entra, Protocol::Oidc(Box::new(OidcSettings::new(&format!("https://login.example/{tenant}/v2.0"), "x"))));
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let (store, draft) = (store.clone(), Draft { id: ConnectionId::generate(&SystemRandom), account: account.id, settings: settings(&number.to_string()), link: [7; 32] });
            tokio::spawn(async move { store.keep_draft(&draft, NOW).await.unwrap() })
        })
        .collect();
    let mut made = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Drafted::Made(name) => made.push(name),
            other => assert_eq!(other, Drafted::LinkOver),
        }
    }
    assert_eq!(made, ["Microsoft Entra ID"]);
    let all = store.register().await.unwrap().connections;
    assert_eq!((all.len(), all[0].connection.state, all[0].connection.account), (1, ConnectionState::Draft, account.id));
    // The same tenant once more: nothing is doubled, and the link stays.
    store.keep_link(&[8; 32], StartLink::Azure(account.id), later(100)).await.unwrap();
    let again = Draft { id: ConnectionId::generate(&SystemRandom), account: account.id, settings: all[0].settings.clone().unwrap(), link: [8; 32] };
    assert_eq!(store.keep_draft(&again, NOW).await.unwrap(), Drafted::Connected("Microsoft Entra ID".into()));
    let other = Draft { settings: settings("other"), ..again };
    assert_eq!(store.keep_draft(&other, NOW).await.unwrap(), Drafted::Made("Microsoft Entra ID 2".into()));

    let consent = AdministratorConsent { at: NOW, permissions: ["People.Read.All".to_owned()].into() };
    let connection = all[0].connection.id;
    assert!(!store.keep_administrator(&[8; 32], connection, &consent).await.unwrap(), "the link is used");
    assert_eq!(store.administrator(connection).await.unwrap(), None);
    store.keep_link(&[9; 32], StartLink::Administrator(connection), later(100)).await.unwrap();
    assert!(store.keep_administrator(&[9; 32], connection, &consent).await.unwrap());
    assert_eq!(store.administrator(connection).await.unwrap(), Some(consent));
}

/// DS-11: nobody piles up requests for consent. The newest eight of one person or link can be answered; nobody else's are touched.
pub async fn ds_11_requests_for_consent_are_few_for_each(store: Store, _: &Folder) {
    let account = AccountId::generate(&SystemRandom);
    let request = |link: u8| ConsentRequest::Azure { account, link: [link; 32], portal: None };
    store.keep_request(&[100; 32], "another", &request(1), later(600)).await.unwrap();
    for state in 0..20 {
        store.keep_request(&[state; 32], &format!("browser {state}"), &request(2), later(600)).await.unwrap();
    }
    let mut answered = Vec::new();
    for state in 0..20 {
        answered.extend(store.take_request(&[state; 32], &format!("browser {state}"), NOW).await.unwrap().map(|_| state));
    }
    assert_eq!(answered, (12..20).collect::<Vec<_>>());
    assert_eq!(store.take_request(&[100; 32], "another", NOW).await.unwrap(), Some(request(1)));
}
