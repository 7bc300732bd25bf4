//! Emergency access and its codes, and groups of a pilot: one code is spent once at any node, and people in groups are counted with the others.

use homeward_discovery::{User, UserRule, UserState};
use homeward_portal::{
    emergency::{Emergency, Sheet},
    ports::{Deed, Moved},
    sign_on::ports::Connections,
};
use homeward_model::UserId;
use homeward_signin::{
    emergency::{EmergencyCodes, Spending, Spent, SpentIn},
    ports::{AuditEvent, Sessions},
};
use homeward_store::{AuditFilter, Store, register::Register};

use super::{
    Folder,
    ports::{NOW, ended, later, line, line_of, session, someone, user, winners},
};

/// The record of a use.
fn used(user: UserId) -> AuditEvent {
    AuditEvent { event: "signin.emergency_code", ..line_of(user) }
}

/// LH-16, LG-05: of many sign-ins with one code one gets it, and that one again; a new sheet, and what is taken away, end it.
pub async fn lg_05_a_code_is_spent_once_at_any_node(store: Store, folder: &Folder) {
    let (account, ann) = someone(&store).await;
    let maker = user(&account, "maker@b.example");
    store.put(&Register { users: vec![maker.clone()], ..Register::default() }, &[], NOW).await.unwrap();
    let deed = |event| Deed { event, by: maker.id, link: None, account: account.id, user: Some(ann.id), detail: String::new(), network: "192.0.2.0".into(), at: NOW, alarm: None };
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
        let said = used(ann);
        async move {
            let by = [u8::try_from(turn).unwrap(); 32];
            matches!(node.spend(&[(ann, [1; 32])], SpentIn { sign_in: &by, session: &by }, &said).await.unwrap(), Spending::Spent(_))
        }
    });
    assert_eq!(won.await, 1);
    let spend = async |code: u8, sign_in: u8| {
        match store.spend(&[(ann.id, [code; 32])], SpentIn { sign_in: &[sign_in; 32], session: &[sign_in; 32] }, &used(ann.id)).await.unwrap() {
            Spending::Spent(spent) => Some(spent),
            Spending::Unknown => None,
            Spending::Over => panic!("no sign-in here has a session"),
        }
    };
    let owner = async |code: u8, sign_in: u8| store.owner(&[(maker.id, [code; 32]), (ann.id, [code; 32])], &[sign_in; 32]).await.unwrap();
    let spent = |left, first| Some(Spent { user: ann.id, left, version: 0, first });
    assert_eq!((owner(2, 90).await, owner(2, 91).await, owner(9, 90).await), (Some(ann.id), Some(ann.id), None));
    assert_eq!(spend(2, 90).await, spent(1, true), "to ask whose it is spends nothing");
    assert_eq!(spend(2, 90).await, spent(1, false), "the same sign-in once more");
    assert_eq!((owner(2, 90).await, owner(2, 91).await), (Some(ann.id), None));
    assert_eq!((spend(2, 91).await, spend(9, 92).await), (None, None));
    let other = user(&account, "ben@b.example");
    assert_eq!(store.spend(&[(other.id, [3; 32])], SpentIn { sign_in: &[93; 32], session: &[93; 32] }, &used(other.id)).await.unwrap(), Spending::Unknown, "somebody else's");
    let gone = User { state: UserState::Suspended, break_glass: true, ..ann.clone() };
    store.put(&Register { users: vec![gone.clone()], ..Register::default() }, &[], NOW).await.unwrap();
    assert_eq!(spend(3, 94).await, None, "suspended");
    store.put(&Register { users: vec![User { state: UserState::Active, ..gone }], ..Register::default() }, &[], NOW).await.unwrap();
    assert_eq!(spend(3, 95).await, spent(0, true));
    assert_eq!(store.keep(account.id, ann.id, &[[7; 32]], &Deed { at: later(5), ..deed("portal.emergency_codes") }).await.unwrap(), Moved::Done);
    assert_eq!(store.sheet(account.id, ann.id).await.unwrap(), Some(Sheet { made_at: later(5), left: 1 }));
    assert_eq!(Emergency::set(&store, account.id, (ann.id, false), &deed("portal.emergency")).await.unwrap(), Moved::Done);
    assert_eq!((store.sheet(account.id, ann.id).await.unwrap(), spend(7, 96).await), (None, None));
    let records = store.audit_newest(&AuditFilter { event: Some("signin.emergency_code".into()), ..AuditFilter::default() }, 9).await.unwrap();
    assert_eq!(records.iter().map(|record| record.detail.as_str()).collect::<Vec<_>>(), ["0 left", "1 left", "2 left"], "AU-03: each that was spent, once");
}

/// LH-16, AU-03: no code is spent without its record, and none by a sign-in that has a session already, whatever became of that; the code is good for the next
/// sign-in, and the sign-in that spent it has it again.
pub async fn lh_16_no_code_is_spent_on_a_page_that_is_over(store: Store, _: &Folder) {
    let (account, ann) = someone(&store).await;
    let ann = User { break_glass: true, ..ann };
    store.put(&Register { users: vec![ann.clone()], ..Register::default() }, &[], NOW).await.unwrap();
    let deed = Deed { event: "portal.emergency_codes", by: ann.id, link: None, account: account.id, user: Some(ann.id), detail: String::new(), network: "192.0.2.0".into(), at: NOW, alarm: None };
    assert_eq!(store.keep(account.id, ann.id, &[[1; 32]], &deed).await.unwrap(), Moved::Done);
    let spend = async |store: &Store, sign_in: u8| store.spend(&[(ann.id, [1; 32])], SpentIn { sign_in: &[sign_in; 32], session: &[sign_in; 32] }, &used(ann.id)).await;
    let left = async || store.sheet(account.id, ann.id).await.unwrap().unwrap().left;
    // One that goes on by another sign-in since, that one, and one that has ended.
    let first = Sessions::start(&store, &session(&account, &ann, 10), None, None, &line(&ann)).await.unwrap().unwrap().0;
    Sessions::start(&store, &session(&account, &ann, 11), None, Some(first.id), &line(&ann)).await.unwrap().unwrap();
    let over = Sessions::start(&store, &session(&account, &ann, 12), None, None, &line(&ann)).await.unwrap().unwrap().0;
    assert!(Sessions::end(&store, over.id, "test", &ended(ann.id, later(1))).await.unwrap());
    for sign_in in [10, 11, 12] {
        assert_eq!((spend(&store, sign_in).await.unwrap(), left().await), (Spending::Over, 1), "{sign_in}");
    }
    assert!(spend(&store.clone().with_audit_keys(vec![]), 13).await.is_err());
    assert_eq!(left().await, 1, "no record, no deed");
    let spent = |first| Spending::Spent(Spent { user: ann.id, left: 0, version: 0, first });
    assert_eq!((spend(&store, 13).await.unwrap(), left().await), (spent(true), 0));
    Sessions::start(&store, &session(&account, &ann, 13), None, None, &line(&ann)).await.unwrap().unwrap();
    assert_eq!(spend(&store, 13).await.unwrap(), spent(false), "a form that was sent twice");
    assert_eq!(spend(&store, 14).await.unwrap(), Spending::Unknown);
}

/// AD-02, LH-16: codes that nobody has used end with the access of whoever made them, on record; those that somebody else made stay. Whoever
/// loses emergency access by the register has none of the old ones back, however it is given again.
pub async fn ad_02_codes_end_with_their_maker_and_with_the_access(store: Store, _: &Folder) {
    let (account, ann) = someone(&store).await;
    let whole = |name: &str| User { break_glass: true, ..user(&account, name) };
    let (ann, ben) = (User { break_glass: true, ..ann }, whole("ben@b.example"));
    let (leaves, stays) = (user(&account, "leaves@b.example"), user(&account, "stays@b.example"));
    let put = async |users: &[&User]| store.put(&Register { users: users.iter().map(|user| (*user).clone()).collect(), ..Register::default() }, &[], NOW).await.unwrap();
    put(&[&ann, &ben, &leaves, &stays]).await;
    let keep = async |of: &User, by: &User, code: u8| {
        let deed = Deed {
            event: "portal.emergency_codes", by: by.id, link: None, account: account.id, user: Some(of.id), detail: String::new(), network: "192.0.2.0".into(), at: NOW, alarm: None,
        };
        assert_eq!(store.keep(account.id, of.id, &[[code; 32]], &deed).await.unwrap(), Moved::Done);
    };
    let left = async |of: &User| store.sheet(account.id, of.id).await.unwrap().map(|sheet| sheet.left);
    keep(&ann, &leaves, 1).await;
    keep(&ben, &stays, 2).await;
    put(&[&User { state: UserState::Deprovisioned, ..leaves.clone() }]).await;
    assert_eq!((left(&ann).await, left(&ben).await), (None, Some(1)));
    let ended = store.audit_newest(&homeward_store::AuditFilter { event: Some("portal.emergency_ended".into()), ..Default::default() }, 9).await.unwrap();
    assert_eq!(ended.iter().map(|record| record.user).collect::<Vec<_>>(), [Some(ann.id)]);
    assert_eq!(store.alarms_due(NOW).await.unwrap().iter().map(|waiting| waiting.last.about).collect::<Vec<_>>(), [Some(ann.id)], "and told");
    keep(&ann, &stays, 3).await;
    put(&[&User { given_name: "Ann".into(), ..ann.clone() }]).await;
    assert_eq!(left(&ann).await, Some(1), "the twin: a change of something else");
    put(&[&User { break_glass: false, ..ann.clone() }]).await;
    put(&[&ann]).await;
    assert_eq!((left(&ann).await, store.owner(&[(ann.id, [3; 32])], &[9; 32]).await.unwrap()), (None, None));
    put(&[&User { state: UserState::Deprovisioned, ..ben.clone() }]).await;
    put(&[&ben]).await;
    assert_eq!(left(&ben).await, None, "nor whoever was gone");
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
