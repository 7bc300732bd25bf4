//! Emergency access and its codes, and groups of a pilot: one code is spent once at any node, and people in groups are counted with the others.

use homeward_discovery::{User, UserRule, UserState};
use homeward_portal::{
    emergency::{Emergency, Sheet},
    ports::{Deed, Moved},
    sign_on::ports::Connections,
};
use homeward_signin::emergency::{EmergencyCodes, Spent};
use homeward_store::{Store, register::Register};

use super::{
    Folder,
    ports::{NOW, later, someone, user, winners},
};

/// LH-16, LG-05: of many sign-ins with one code one gets it, and that one again; a new sheet, and what is taken away, end it.
pub async fn lg_05_a_code_is_spent_once_at_any_node(store: Store, folder: &Folder) {
    let (account, ann) = someone(&store).await;
    let deed = |event| Deed { event, by: ann.id, link: None, account: account.id, user: Some(ann.id), detail: String::new(), network: "192.0.2.0".into(), at: NOW, alarm: None };
    let codes: Vec<[u8; 32]> = (1..=3).map(|byte| [byte; 32]).collect();
    assert_eq!(store.keep(account.id, ann.id, &codes, &deed("portal.emergency_codes")).await.unwrap(), Moved::Otherwise, "no emergency access");
    assert_eq!(Emergency::set(&store, account.id, (ann.id, true), &deed("portal.emergency")).await.unwrap(), Moved::Done);
    assert_eq!(Emergency::set(&store, account.id, (ann.id, true), &deed("portal.emergency")).await.unwrap(), Moved::Otherwise);
    assert_eq!(store.sheet(account.id, ann.id).await.unwrap(), None);
    assert_eq!(store.keep(account.id, ann.id, &codes, &deed("portal.emergency_codes")).await.unwrap(), Moved::Done);
    assert_eq!(store.sheet(account.id, ann.id).await.unwrap(), Some(Sheet { made_at: NOW, left: 3 }));
    let (nodes, place) = ([store.clone(), folder.another().await], std::sync::atomic::AtomicUsize::new(0));
    let won = winners(8, || {
        let turn = place.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let (node, ann) = (nodes[turn % 2].clone(), ann.id);
        async move { node.spend(&[(ann, [1; 32])], &[u8::try_from(turn).unwrap(); 32], NOW).await.unwrap().is_some() }
    });
    assert_eq!(won.await, 1);
    let spend = async |code: u8, sign_in: u8| store.spend(&[(ann.id, [code; 32])], &[sign_in; 32], NOW).await.unwrap();
    let spent = |left| Some(Spent { user: ann.id, left, version: 0 });
    assert_eq!(spend(2, 90).await, spent(1));
    assert_eq!(spend(2, 90).await, spent(1), "the same sign-in once more");
    assert_eq!((spend(2, 91).await, spend(9, 92).await), (None, None));
    let other = user(&account, "ben@b.example");
    assert_eq!(store.spend(&[(other.id, [3; 32])], &[93; 32], NOW).await.unwrap(), None, "somebody else's");
    let gone = User { state: UserState::Suspended, break_glass: true, ..ann.clone() };
    store.put(&Register { users: vec![gone.clone()], ..Register::default() }, &[], NOW).await.unwrap();
    assert_eq!(spend(3, 94).await, None, "suspended");
    store.put(&Register { users: vec![User { state: UserState::Active, ..gone }], ..Register::default() }, &[], NOW).await.unwrap();
    assert_eq!(spend(3, 95).await, spent(0));
    assert_eq!(store.keep(account.id, ann.id, &[[7; 32]], &Deed { at: later(5), ..deed("portal.emergency_codes") }).await.unwrap(), Moved::Done);
    assert_eq!(store.sheet(account.id, ann.id).await.unwrap(), Some(Sheet { made_at: later(5), left: 1 }));
    assert_eq!(Emergency::set(&store, account.id, (ann.id, false), &deed("portal.emergency")).await.unwrap(), Moved::Done);
    assert_eq!((store.sheet(account.id, ann.id).await.unwrap(), spend(7, 96).await), (None, None));
}

/// B5: people are counted by their rule and by their groups, each once; a group is in the pilot or not.
pub async fn people_are_counted_by_their_groups(store: Store, _: &Folder) {
    let (account, ann) = someone(&store).await;
    let member = |name: &str, groups: &[&str], rule| User { groups: groups.iter().map(|group| (*group).to_owned()).collect(), rule, ..user(&account, name) };
    let users = vec![
        member("ben@b.example", &["sales", "staff \"x\""], None),
        member("cleo@b.example", &["sales", "staff \"x\""], None),
        member("dora@b.example", &["sales"], Some(UserRule::Excluded)),
        User { state: UserState::Suspended, ..member("eve@b.example", &["sales"], None) },
    ];
    store.put(&Register { users, ..Register::default() }, &[], NOW).await.unwrap();
    let mut alike: Vec<(usize, Vec<String>, Option<UserRule>)> = store.alike(account.id).await.unwrap().into_iter().map(|some| (some.count, some.groups.into_iter().collect(), some.rule)).collect();
    alike.sort();
    let both = vec!["sales".to_owned(), "staff \"x\"".to_owned()];
    assert_eq!(alike, [(1, vec![], None), (1, vec!["sales".to_owned()], Some(UserRule::Excluded)), (2, both, None)]);
    let deed = || Deed { event: "portal.pilot", by: ann.id, link: None, account: account.id, user: None, detail: String::new(), network: "192.0.2.0".into(), at: NOW, alarm: None };
    for (into, done) in [(true, Moved::Done), (true, Moved::Otherwise), (false, Moved::Done), (false, Moved::Otherwise)] {
        assert_eq!(store.set_pilot_group(account.id, ("sales", into), None, &deed()).await.unwrap(), done);
        let present = store.register().await.unwrap().accounts[0].account.pilot_groups.len();
        assert_eq!(present, usize::from(into));
    }
}
