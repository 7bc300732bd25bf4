//! Accounts as the portal finds them, their default application, and what is known of an application: in one order at every engine, and nobody else's.

use std::collections::BTreeSet;

use homeward_discovery::{Account, AccountSelection, Application, ApplicationKind, SsoRule, User, UserRule, UserState};
use homeward_local_credential::PasswordPolicy;
use homeward_model::{AccountId, ClientId, SystemRandom, UserId};
use homeward_portal::{
    applications::Applications,
    ports::{Accounts, Deed, HeadCount, Moved},
};
use homeward_provider::{Client, Clients};
use homeward_store::{
    Store,
    register::{AccountEntry, ApplicationEntry, Register},
};

use super::{
    Folder,
    ports::{NOW, account, later, user},
    races::{MANY, at_once, count},
};

fn entry(account: &Account) -> AccountEntry {
    AccountEntry { account: account.clone(), policy: PasswordPolicy::classic(), default_application: None }
}

/// Accounts that are on the register.
pub async fn registered(store: &Store, accounts: &[&Account]) {
    store.put(&Register { accounts: accounts.iter().map(|account| entry(account)).collect(), ..Register::default() }, &[], NOW).await.unwrap();
}

/// Something that was done in an account.
pub fn deed(event: &'static str, account: AccountId) -> Deed {
    Deed { event, by: UserId::generate(&SystemRandom), link: None, account, user: None, detail: "what was done".into(), network: "192.0.2.0".into(), at: NOW, alarm: None }
}

/// How many records there are.
pub async fn records(store: &Store) -> usize {
    store.audit_newest(&Default::default(), 100).await.unwrap().len()
}

fn named(number: &str, name: &str, parent: Option<AccountId>) -> Account {
    Account { name: name.into(), parent, ..account(number) }
}

fn application(id: &str, name: &str, regions: &[&str], change: impl FnOnce(&mut Client)) -> ApplicationEntry {
    let client_id = ClientId::parse(id).unwrap();
    let mut client = Client::new(client_id.clone(), name);
    change(&mut client);
    let application = Application {
        client_id, name: name.into(), kind: ApplicationKind::Web, regions: regions.iter().map(|&region| region.to_owned()).collect(), sso: SsoRule::ForAdministrators, sso_mode: None,
        account_selection: AccountSelection::Identifier, private: false,
    };
    ApplicationEntry { enabled: true, application, client }
}

/// MT-01: pages of accounts come by number, repeat none and leave none out; whoever looks from above finds what is below, at whatever depth, and nothing beside it.
pub async fn mt_01_accounts_are_found_by_number_and_name(store: Store, _: &Folder) {
    let top = named("10000", "Partner", None);
    let (middle, beside) = (named("20000", "Müller und Söhne", Some(top.id)), named("20001", "MÜLLER", None));
    let (lower, zed) = (named("30000", "Ärzte Nord", Some(middle.id)), named("30001", "ärzte Süd", Some(top.id)));
    let (each, all) = (named("40000", "Øre Ågård Öl", None), named("40001", "ØRE ÅNGSTRÖM", None));
    registered(&store, &[&top, &middle, &beside, &lower, &zed, &each, &all]).await;
    let find = async |under: Option<AccountId>, text: &str, after: &str, limit: u32| {
        let found = Accounts::find(&store, under, text, after, limit).await.unwrap();
        found.iter().map(|one| one.number.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(find(None, "", "", 10).await, ["10000", "20000", "20001", "30000", "30001", "40000", "40001"]);
    assert_eq!((find(None, "", "", 2).await, find(None, "", "20000", 2).await, find(None, "", "40001", 2).await), (vec!["10000".into(), "20000".into()], vec!["20001".into(), "30000".into()], vec![]));
    assert_eq!(find(Some(top.id), "", "", 10).await, ["20000", "30000", "30001"], "not itself, and nothing beside it");
    assert_eq!(find(Some(middle.id), "", "", 10).await, ["30000"]);
    assert_eq!(find(Some(lower.id), "", "", 10).await, [""; 0]);
    assert_eq!((find(None, "2000", "", 10).await, find(Some(top.id), "2000", "", 10).await), (vec!["20000".into(), "20001".into()], vec!["20000".into()]));
    // As it is written, in small letters, with capitals at the beginning, of each word, too, and in capitals.
    for (text, found) in [("øre ågård", "40000"), ("Øre Ågård Ö", "40000"), ("ØRE ÅGÅRD ÖL", "40000"), ("øre ångström", "40001"), ("Øre Ångst", "40001"), ("ØRE ÅNG", "40001")] {
        assert_eq!(find(None, text, "", 10).await, [found], "{text}");
    }
    for text in ["Ärzte Nord", "ärzte n", "Ärzte N"] {
        assert_eq!(find(None, text, "", 10).await, ["30000"], "{text}");
    }
    for text in ["MÜLLER", "müller", "Müller"] {
        assert!(find(None, text, "", 10).await.contains(&"20000".to_owned()), "{text}");
    }
    assert_eq!(find(None, "MÜLLER", "", 10).await, ["20000", "20001"]);
    assert_eq!((find(None, "part", "", 10).await, find(None, "artner", "", 10).await), (vec!["10000".into()], vec![]), "the beginning counts");
    for text in ["%", "_", "'", "\u{10ffff}"] {
        assert_eq!(find(None, text, "", 10).await, [""; 0], "{text}");
    }
    assert_eq!(Accounts::numbered(&store, &top.number).await.unwrap().as_ref(), Some(&top));
    assert_eq!(Accounts::account(&store, lower.id).await.unwrap().as_ref(), Some(&lower));
    assert_eq!(Accounts::account(&store, AccountId::generate(&SystemRandom)).await.unwrap(), None);
}

/// MT-01: people are counted by what they may, and in their own account.
pub async fn mt_01_heads_are_counted_in_their_own_account(store: Store, _: &Folder) {
    let (own, other) = (account("40817"), account("40818"));
    registered(&store, &[&own, &other]).await;
    let one = |name: &str, state, rule, break_glass| User { state, rule, break_glass, ..user(&own, &format!("{name}@own.example")) };
    let users = vec![
        one("active", UserState::Active, None, false),
        one("excluded", UserState::Active, Some(UserRule::Excluded), false),
        one("pilot", UserState::Active, Some(UserRule::Pilot), false),
        one("emergency", UserState::Active, Some(UserRule::Excluded), true),
        one("invited", UserState::Invited, Some(UserRule::Pilot), false),
        one("suspended", UserState::Suspended, None, true),
        one("gone", UserState::Deprovisioned, None, false),
        user(&other, "theirs@own.example"),
    ];
    store.put(&Register { users, ..Register::default() }, &[], NOW).await.unwrap();
    let counted = HeadCount { active: 4, invited: 1, suspended: 1, excluded: 1, pilot: 1, emergency: 1 };
    assert_eq!(Accounts::head_count(&store, own.id).await.unwrap(), counted);
    assert_eq!(Accounts::head_count(&store, other.id).await.unwrap(), HeadCount { active: 1, ..HeadCount::default() });
    assert_eq!(Accounts::head_count(&store, AccountId::generate(&SystemRandom)).await.unwrap(), HeadCount::default());
    assert_eq!((Accounts::passwords(&store, own.id, None).await.unwrap(), Accounts::connections(&store, own.id).await.unwrap().len()), ((0, 0), 0));
}

/// AU-03, AD-12: of many who change the policy that they have seen, at two nodes, one changes it, on record; the other account's stays as it is.
pub async fn ad_12_a_policy_is_changed_by_whoever_has_seen_it(store: Store, folder: &Folder) {
    let (own, other) = (account("40817"), account("40818"));
    registered(&store, &[&own, &other]).await;
    let (before, after) = (PasswordPolicy::classic(), PasswordPolicy::modern());
    let (id, node, change) = (own.id, folder.another().await, (before.clone(), after.clone()));
    let all = at_once([&store, &node], move |node, _| {
        let (before, after) = change.clone();
        async move { Accounts::set_policy(&node, id, (&before, &after), &deed("portal.policy", id)).await.unwrap() }
    });
    let all = all.await;
    assert_eq!((count(&all, |one| *one == Moved::Done), count(&all, |one| *one == Moved::Otherwise)), (1, MANY - 1));
    assert_eq!((Accounts::policy(&node, own.id).await.unwrap(), Accounts::policy(&node, other.id).await.unwrap()), (after, before));
    assert_eq!(records(&store).await, 1, "what was not done is not on record");
}

/// Applications come by name, those of a region and of every region; the default one is changed by whoever has seen the one that is set, in their own account.
pub async fn ad_12_a_default_application_is_the_accounts_own(store: Store, folder: &Folder) {
    let (own, other) = (account("40817"), account("40818"));
    registered(&store, &[&own, &other]).await;
    let mut applications = vec![
        application("a", "zebra", &[], |_| ()),
        application("b", "Zoo", &["us", "eu"], |client| client.start_url = Some("https://zoo.example/".into())),
        application("c", "Ärzte", &["eu"], |_| ()),
        application("d", "Off", &[], |_| ()),
    ];
    applications[3].enabled = false;
    store.put(&Register { applications, ..Register::default() }, &[], NOW).await.unwrap();
    let available = async |region: &str| {
        let found = Applications::available(&store, region).await.unwrap();
        let names: Vec<_> = Accounts::applications(&store, region).await.unwrap().into_iter().map(|one| one.name).collect();
        assert_eq!(names, found.iter().map(|one| one.application.name.clone()).collect::<Vec<_>>());
        found.into_iter().map(|one| (one.application.name, one.starts)).collect::<Vec<_>>()
    };
    let is = |name: &str, starts| (name.to_owned(), starts);
    assert_eq!(available("us").await, [is("Zoo", true), is("zebra", false)]);
    assert_eq!(available("eu").await, [is("Zoo", true), is("zebra", false), is("Ärzte", false)]);
    let (a, b) = (ClientId::parse("a").unwrap(), ClientId::parse("b").unwrap());
    let set = async |account: &Account, from: Option<&ClientId>, to: Option<&ClientId>| Applications::set_default(&store, account.id, (from, to), &deed("portal.applications", account.id)).await.unwrap();
    assert_eq!(set(&own, Some(&a), Some(&b)).await, Moved::Otherwise, "none is set");
    let (id, node) = (own.id, folder.another().await);
    let all = at_once([&store, &node], move |node, place| async move {
        let to = ClientId::parse(["a", "b"][place % 2]).unwrap();
        Applications::set_default(&node, id, (None, Some(&to)), &deed("portal.applications", id)).await.unwrap()
    });
    let all = all.await;
    assert_eq!(count(&all, |one| *one == Moved::Done), 1);
    let is_set = Applications::default_of(&node, own.id).await.unwrap().expect("one is set");
    assert_eq!(Applications::default_of(&store, other.id).await.unwrap(), None);
    assert_eq!((set(&own, Some(&is_set), None).await, set(&own, Some(&is_set), Some(&a)).await), (Moved::Done, Moved::Otherwise));
    assert_eq!((Applications::default_of(&store, own.id).await.unwrap(), records(&store).await), (None, 2));
}

/// OT-23: an application is known as long as it is switched on, and its origins with it, at another node within a moment.
pub async fn ot_23_an_application_and_its_origins_are_known_while_it_is_on(store: Store, folder: &Folder) {
    let node = folder.another().await;
    let origins = |origins: &[&str]| origins.iter().map(|&origin| origin.to_owned()).collect::<BTreeSet<_>>();
    let (id, unknown) = (ClientId::parse("app").unwrap(), ClientId::parse("App").unwrap());
    let put = async |of: &[&str], enabled| {
        let entry = ApplicationEntry { enabled, ..application("app", "App", &[], |client| client.origins = origins(of)) };
        store.put(&Register { applications: vec![entry], ..Register::default() }, &[], later(1)).await.unwrap();
        // What another node has seen of an application it remembers for a moment.
        tokio::time::timeout(std::time::Duration::from_secs(30), async {
            while Clients::client(&node, &id).await.unwrap().map(|client| client.origins.clone()) != enabled.then(|| origins(of)) {
                tokio::task::yield_now().await;
            }
        })
        .await
        .expect("it is seen");
    };
    let knows = async |origin: &str| Clients::knows_origin(&node, origin).await.unwrap();
    put(&["https://one.example", "https://two.example"], true).await;
    assert!(knows("https://one.example").await && knows("https://two.example").await);
    assert!(!knows("https://ONE.example").await && !knows("https://one.example.evil.example").await && !knows("").await);
    assert!(Clients::client(&node, &unknown).await.unwrap().is_none(), "a name counts to the letter");
    put(&["https://two.example"], true).await;
    assert!(!knows("https://one.example").await && knows("https://two.example").await);
    put(&["https://two.example"], false).await;
    assert!(!knows("https://two.example").await);
}
