//! Many at once, at two nodes: of whatever may happen once, one happens.

use std::time::Duration;

use homeward_discovery::{Connection, ConnectionState, User};
use homeward_federation::{KeyUse, Subject};
use homeward_local_credential::{HashParams, Scheme};
use homeward_mail::{Outbox, Rendered};
use homeward_model::{ApiTokenId, ClientId, ConnectionId, GrantId, SessionId, SystemRandom, UserId};
use homeward_portal::{
    Role,
    tokens::ports::{Answers, Claim},
};
use homeward_provider::{Codes, Grants, NewGrant, Redeemed, UsedAssertions};
use homeward_sealing::{RootKey, Sealer};
use homeward_signin::{
    federated::{Bindings, Told},
    own_keys::{KeyStage, OwnKey, OwnKeys},
    ports::{Audit, AuditEvent, Sessions},
};
use homeward_store::{
    RoleRefused, Store, StoreError,
    register::{ConnectionEntry, Register},
};

use super::{
    Folder,
    ports::{NOW, app, code, later, line, session, signed_in, someone, user},
};

/// How many at once.
pub const MANY: usize = 32;

/// What many calls give that begin together, half of them at another node.
pub async fn at_once<T, F>(nodes: [&Store; 2], call: impl Fn(Store, usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let gate = std::sync::Arc::new(tokio::sync::Barrier::new(MANY));
    let tasks: Vec<_> = (0..MANY)
        .map(|place| {
            let (gate, call) = (gate.clone(), call(nodes[place % 2].clone(), place));
            tokio::spawn(async move {
                gate.wait().await;
                call.await
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.push(task.await.unwrap());
    }
    all
}

pub fn count<T>(all: &[T], fits: impl Fn(&T) -> bool) -> usize {
    all.iter().filter(|one| fits(one)).count()
}

/// OT-02: one redeems it; what that one was granted is revoked, because others came with the same code.
pub async fn ot_02_a_code_has_one_winner_among_nodes(store: Store, folder: &Folder) {
    let (other, (account, user)) = (folder.another().await, someone(&store).await);
    Codes::put(&store, &[1; 32], &code(signed_in(&account, &user, SessionId::generate(&SystemRandom))), later(60)).await.unwrap();
    let all = at_once([&store, &other], |node, _| async move {
        node.redeem(&[1; 32], &NewGrant { id: GrantId::generate(&SystemRandom), client: app(), expires_at: later(1000), network: "192.0.2.1".into() }, NOW).await.unwrap()
    });
    let all = all.await;
    assert_eq!(count(&all, |one| matches!(one, Redeemed::First(_))), 1);
    let again: Vec<GrantId> = all.iter().filter_map(|one| if let Redeemed::Again { grant, .. } = one { Some(*grant) } else { None }).collect();
    assert!(again.len() == MANY - 1 && again.iter().all(|id| *id == again[0]));
    assert!(Grants::find(&other, again[0]).await.unwrap().unwrap().revoked);
    assert_eq!(count(&all, |one| matches!(one, Redeemed::Again { ended: Some(_), .. })), 1, "one ends it");
}

pub async fn a_refresh_has_one_winner_among_nodes(store: Store, folder: &Folder) {
    let (other, (account, user)) = (folder.another().await, someone(&store).await);
    Codes::put(&store, &[1; 32], &code(signed_in(&account, &user, SessionId::generate(&SystemRandom))), later(60)).await.unwrap();
    let id = GrantId::generate(&SystemRandom);
    store.redeem(&[1; 32], &NewGrant { id, client: app(), expires_at: later(1000), network: "192.0.2.1".into() }, NOW).await.unwrap();
    for generation in 0..3 {
        let all = at_once([&store, &other], move |node, _| async move { node.rotate(id, generation, later(1)).await.unwrap() }).await;
        assert_eq!(count(&all, |won| *won), 1);
    }
    assert_eq!(Grants::find(&other, id).await.unwrap().unwrap().generation, 3);
    // Somebody revokes it meanwhile: whatever is rotated before, nothing is after.
    let all = at_once([&store, &other], move |node, place| async move {
        if place == 7 {
            node.revoke(id, "test", later(2)).await.unwrap();
        }
        node.rotate(id, 3, later(2)).await.unwrap()
    });
    assert!(count(&all.await, |won| *won) <= 1);
    let row = Grants::find(&store, id).await.unwrap().unwrap();
    assert!(row.revoked && !other.rotate(id, row.generation, later(3)).await.unwrap());
}

pub async fn an_idempotency_key_has_one_holder_among_nodes(store: Store, folder: &Folder) {
    let (other, of) = (folder.another().await, (ApiTokenId::generate(&SystemRandom), [3; 32]));
    let all = at_once([&store, &other], move |node, _| async move { node.claim(of, &[9; 32], NOW).await.unwrap() }).await;
    assert_eq!((count(&all, |one| *one == Claim::Go), count(&all, |one| *one == Claim::Running)), (1, MANY - 1));
    assert_eq!(other.claim(of, &[8; 32], NOW).await.unwrap(), Claim::Other);
}

/// A client assertion, and the mark of an answer: each counts once.
pub async fn an_assertion_counts_once_among_nodes(store: Store, folder: &Folder) {
    let other = folder.another().await;
    let all = at_once([&store, &other], |node, _| async move { node.first_use(&ClientId::parse("app").unwrap(), &[5; 32], later(60)).await.unwrap() }).await;
    assert_eq!(count(&all, |first| *first), 1);
}

/// AU-05: records of two nodes are one chain without gaps, alone and in the transactions of what they tell.
pub async fn au_05_nodes_write_one_chain(store: Store, folder: &Folder) {
    let (other, (account, user)) = (folder.another().await, someone(&store).await);
    let all = at_once([&store, &other], move |node, place| {
        let (line, session) = (line(&user), session(&account, &user, u8::try_from(place).unwrap()));
        async move {
            match place % 3 {
                0 => node.write(&AuditEvent { detail: place.to_string(), ..line }).await.is_ok(),
                1 => node.start(&session, None, None, &line).await.unwrap().is_some(),
                _ => node.give_portal_role(line.user.unwrap(), Role::Administrator, &line).await.is_ok(),
            }
        }
    });
    assert_eq!(count(&all.await, |done| *done), MANY);
    let end = other.verify_audit(None).await.unwrap().unwrap().unwrap();
    // One of those who gave the role gave it.
    let written = (0..MANY).filter(|place| place % 3 != 2).count() + 1;
    assert_eq!(end.number, i64::try_from(written).unwrap());
}

/// LH-16: two administrators whose roles are taken at the same moment: one keeps it.
pub async fn the_last_administrator_stays(store: Store, folder: &Folder) {
    let (other, (account, ann)) = (folder.another().await, someone(&store).await);
    let eve = user(&account, "eve@b.example");
    let scheme = Scheme::Peppered { params: HashParams::default(), salt: [1; 16], pepper: 1, mac: [1; 32] };
    let credentials = [ann.id, eve.id].map(|id| (id, scheme.clone(), NOW, false));
    store.put(&Register { users: vec![eve.clone()], ..Register::default() }, &credentials, NOW).await.unwrap();
    let both = [ann, eve];
    for one in &both {
        assert!(store.give_portal_role(one.id, Role::Administrator, &line(one)).await.unwrap());
    }
    let all = at_once([&store, &other], move |node, place| {
        let (one, line) = (both[place / 2 % 2].id, line(&both[place / 2 % 2]));
        async move { node.take_portal_role(one, Role::Administrator, &line).await.unwrap() }
    });
    let all = all.await;
    assert_eq!((count(&all, Result::is_ok), count(&all, |one| *one == Err(RoleRefused::NotThere))), (1, MANY / 2 - 1));
    assert_eq!(other.portal_roles().await.unwrap().len(), 1);
}

async fn connection(store: &Store) -> ConnectionId {
    let (account, _) = someone(store).await;
    let id = ConnectionId::generate(&SystemRandom);
    let connection = Connection { id, account: account.id, name: "Okta".into(), state: ConnectionState::Enforced, outage: None };
    store.put(&Register { connections: vec![ConnectionEntry { connection, settings: None }], ..Register::default() }, &[], NOW).await.unwrap();
    id
}

/// KS-12: next keys become present once, whoever asks at the same moment; there are never two present ones, nor none.
pub async fn keys_are_switched_once(store: Store, folder: &Folder) {
    let (other, id) = (folder.another().await, connection(&store).await);
    let key = |stage, byte: u8| OwnKey { purpose: KeyUse::Signing, stage, sealed: vec![byte], certificate: vec![byte], made_at: NOW };
    let all = at_once([&store, &other], move |node, place| async move { node.keep_first_key(id, &key(KeyStage::Present, u8::try_from(place).unwrap())).await.unwrap() }).await;
    assert!(all.iter().all(|keys| keys.len() == 1 && keys[0].sealed == all[0][0].sealed));
    let all = at_once([&store, &other], move |node, place| async move { node.keep_next_keys(id, &[key(KeyStage::Next, u8::try_from(place).unwrap())]).await.unwrap() }).await;
    assert_eq!(count(&all, |kept| *kept), 1);
    let all = at_once([&store, &other], move |node, _| async move { node.switch_keys(id).await.unwrap() }).await;
    assert_eq!(count(&all, |switched| *switched), 1);
    let stages: Vec<KeyStage> = other.own_keys(id).await.unwrap().into_iter().map(|key| key.stage).collect();
    assert_eq!(stages, [KeyStage::Present, KeyStage::Old]);
}

/// A mail is one worker's, and a worker that takes few leaves the others.
pub async fn a_mail_is_sent_by_one_node(store: Store, folder: &Folder) {
    let other = folder.another().await;
    let sealer = std::sync::Arc::new(Sealer::new(RootKey::generate(1, &SystemRandom), vec![]));
    let letter = homeward_mail::samples(homeward_language::Language::English).remove(0);
    for number in 0..20 {
        let rendered = Rendered { sender: "a".into(), subject: number.to_string(), text: String::new(), html: String::new() };
        store.outbox(sealer.clone()).put(&letter, &rendered, NOW).await.unwrap();
    }
    let all = at_once([&store, &other], move |node, _| {
        let outbox = node.outbox(sealer.clone());
        async move { outbox.due(NOW, 3).await.unwrap().into_iter().map(|mail| mail.id).collect::<Vec<_>>() }
    });
    let mut taken: Vec<i64> = all.await.into_iter().flatten().collect();
    taken.sort_unstable();
    let all = taken.len();
    taken.dedup();
    assert_eq!(taken.len(), all, "each by one");
}

/// A person's sessions end at both nodes while others begin, applications are signed out of, and what is over is swept: nobody waits for
/// somebody who waits for him.
pub async fn what_ends_everything_meets_itself_without_harm(store: Store, folder: &Folder) {
    let (other, (account, user)) = (folder.another().await, someone(&store).await);
    let kept = store.start(&session(&account, &user, 200), None, None, &line(&user)).await.unwrap().unwrap().0;
    for number in 0..20_u8 {
        Codes::put(&store, &[number; 32], &code(signed_in(&account, &user, kept.id)), later(60)).await.unwrap();
        store.redeem(&[number; 32], &NewGrant { id: GrantId::generate(&SystemRandom), client: app(), expires_at: later(1000), network: "192.0.2.1".into() }, NOW).await.unwrap();
    }
    let all = at_once([&store, &other], move |node, place| {
        let (session, line) = (session(&account, &user, u8::try_from(place).unwrap()), line(&user));
        async move {
            match place % 4 {
                0 => node.end_all(line.user.unwrap(), "test", &line).await.map(|_| ()).map_err(|fault| fault.to_string()),
                1 => node.end_application(kept.id, &ClientId::parse("app").unwrap(), "test", &line).await.map(|_| ()).map_err(|fault| fault.to_string()),
                2 => node.sweep(later(60 * 86_400)).await.map(|_| ()).map_err(|fault| fault.to_string()),
                _ => node.start(&session, None, None, &line).await.map(|_| ()).map_err(|fault| fault.to_string()),
            }
        }
    });
    for one in all.await {
        assert_eq!(one, Ok(()));
    }
}

/// ST-21: a subject is one person's, whoever is the first.
pub async fn a_subject_is_bound_once(store: Store, folder: &Folder) {
    let (other, id) = (folder.another().await, connection(&store).await);
    let all = at_once([&store, &other], move |node, _| async move {
        let subject = Subject { issuer: "https://idp.example".into(), kind: "sub".into(), value: "1001".into() };
        node.bind(id, &subject, UserId::generate(&SystemRandom), NOW.plus(Duration::from_secs(1))).await.unwrap()
    });
    assert_eq!(count(&all.await, |bound| *bound), 1);
}

/// What somebody takes from a user between the look at them and the write of what a provider says does not come back by it.
pub async fn rights_taken_meanwhile_do_not_come_back(store: Store, folder: &Folder) {
    let (other, (_, ann)) = (folder.another().await, someone(&store).await);
    let set = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<std::collections::BTreeSet<_>>();
    let with = |groups: &[&str], roles: &[&str]| User { groups: set(groups), roles: set(roles), ..ann.clone() };
    let put = async |user: User| other.put(&Register { users: vec![user], ..Register::default() }, &[], NOW).await.unwrap();
    let (id, reserved) = (ann.id, "operator");
    put(with(&["staff", "board"], &["editor", reserved])).await;
    put(with(&["staff"], &[])).await;
    let name = Told { given_name: Some("Ann".into()), ..Told::default() };
    let written = store.refresh(ann.id, &name).await.unwrap().unwrap();
    assert_eq!((written.given_name.as_str(), &written.groups, &written.roles), ("Ann", &set(&["staff"]), &set(&[])));
    // What the provider does say is written, a reserved role excepted: none comes from it, and none goes.
    put(with(&[], &["editor", reserved])).await;
    let roles = Told { groups: Some(set(&["sales"])), roles: Some(set(&["author"])), ..Told::default() };
    let written = store.refresh(ann.id, &roles).await.unwrap().unwrap();
    assert_eq!((&written.groups, &written.roles), (&set(&["sales"]), &set(&["author", reserved])));
    put(with(&[], &[])).await;
    let written = store.refresh(ann.id, &Told { roles: Some(set(&[reserved])), ..Told::default() }).await.unwrap().unwrap();
    assert_eq!(written.roles, set(&[]));
    assert_eq!(store.register().await.unwrap().users, [written]);
    assert_eq!(store.refresh(UserId::generate(&SystemRandom), &name).await.unwrap(), None);
    // Many at once: each writes its own field, and nothing of another's is lost.
    at_once([&store, &other], move |node, place| async move {
        let told = match place % 4 {
            0 | 1 => Told { given_name: Some("Ann".into()), ..Told::default() },
            _ => Told { groups: Some(["sales".to_owned()].into()), ..Told::default() },
        };
        node.refresh(id, &told).await.unwrap().unwrap()
    })
    .await;
    let user = store.register().await.unwrap().users.remove(0);
    assert_eq!((user.given_name.as_str(), user.groups), ("Ann", set(&["sales"])));
}

/// One broker serves at a time; a store is opened beside it all the same, and the next broker serves once the first has left.
pub async fn one_broker_serves_at_a_time(store: Store, folder: &Folder) {
    let (other, sole) = (folder.another().await, store.serve_alone().await.unwrap());
    let refused = other.serve_alone().await.err().unwrap().to_string();
    assert!(refused.contains("another broker serves from it"), "{refused}");
    assert!(other.is_ready().await);
    assert!(other.serve_with_others().await.is_err(), "one that counts by itself is alone");
    sole.leave().await;
    other.serve_alone().await.unwrap().leave().await;
}

/// Brokers that count together serve beside each other, and none beside them that counts by itself. A file serves one.
pub async fn brokers_that_count_together_serve_together(store: Store, folder: &Folder) {
    let other = folder.another().await;
    if store.server_state().await.unwrap().is_none() {
        assert!(store.serve_with_others().await.err().unwrap().to_string().contains("a file of SQLite serves one broker"));
        return;
    }
    let (one, two) = (store.serve_with_others().await.unwrap(), other.serve_with_others().await.unwrap());
    let third = folder.another().await;
    assert!(third.serve_alone().await.err().unwrap().to_string().contains("[redis] url"));
    one.leave().await;
    assert!(third.serve_alone().await.is_err(), "one of them still serves");
    two.leave().await;
    third.serve_alone().await.unwrap().leave().await;
}

/// One leads; when it is gone, another one does.
pub async fn one_broker_leads(store: Store, folder: &Folder) {
    let other = folder.another().await;
    let (one, two) = (store.lead(), other.lead());
    assert!(!store.somebody_leads().await.unwrap());
    assert!(one.is_ours().await && one.is_ours().await);
    if store.server_state().await.unwrap().is_none() {
        return;
    }
    assert!(!two.is_ours().await && !two.is_ours().await);
    assert!(store.somebody_leads().await.unwrap() && other.somebody_leads().await.unwrap());
    one.leave().await;
    assert!(!other.somebody_leads().await.unwrap());
    assert!(two.is_ours().await);
    assert!(!one.is_ours().await);
    // A broker that dies gives it up with its connection.
    drop(two);
    while !one.is_ours().await {
        tokio::task::yield_now().await;
    }
}

/// A broker that leads and alone has lost its Redis still leads, and says that no mark is to be looked for: the others count together, and are told
/// nothing else. With its Redis the mark is looked for again.
pub async fn whoever_leads_without_counters_says_so(store: Store, folder: &Folder) {
    let other = folder.another().await;
    let (one, two) = (store.lead(), other.lead());
    one.says_that_it_marks(false).await;
    assert!(one.is_ours().await && other.somebody_leads().await.unwrap(), "only while it leads is anything said");
    for marks in [false, false, true, false, true] {
        one.says_that_it_marks(marks).await;
        assert_eq!(other.somebody_leads().await.unwrap(), marks);
        assert!(!two.is_ours().await && one.is_ours().await, "it leads all the same");
    }
}

/// SM-06: of many who write over the same user as they have read it one is done, and the others are told; whoever reads again is done, too.
pub async fn sm_06_a_user_is_written_over_what_was_read(store: Store, folder: &Folder) {
    let (other, (account, ann)) = (folder.another().await, someone(&store).await);
    let seen = ann.clone();
    let named = move |place: usize| User { given_name: format!("number {place}"), ..seen.clone() };
    let (before, wanted) = (ann.clone(), named.clone());
    let all = at_once([&store, &other], move |node, place| {
        let (before, next) = (before.clone(), wanted(place));
        async move { node.put_user(&next, Some(&before), NOW).await }
    });
    let all = all.await;
    assert_eq!(count(&all, |done| matches!(done, Ok(true))), 1);
    assert_eq!(count(&all, |done| matches!(done, Err(StoreError::Changed(what)) if what.contains("user a"))), MANY - 1);
    let winner = all.iter().position(|done| matches!(done, Ok(true))).unwrap();
    let present = store.register().await.unwrap().users.remove(0);
    assert_eq!(present, named(winner));
    let next = User { family_name: "Miller".into(), ..present.clone() };
    assert!(matches!(store.put_user(&next, None, NOW).await, Err(StoreError::Changed(_))), "somebody new is not there yet");
    assert!(store.put_user(&next, Some(&present), NOW).await.unwrap());
    assert_eq!(other.register().await.unwrap().users, [next]);
    assert!(store.put_user(&user(&account, "ben@b.example"), None, NOW).await.unwrap());
}
