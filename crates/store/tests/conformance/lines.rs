//! What an account reads of its audit, what is kept of answers that were refused, and signing keys: the newest first, and nobody else's.

use homeward_discovery::{Connection, ConnectionState};
use homeward_federation::{Check, Failure};
use homeward_model::{CaseNumber, ConnectionId, SystemRandom};
use homeward_portal::{
    checked::RefusedAnswers,
    ports::{Activity, Deed, Kind, LineQuery},
};
use homeward_provider::{Algorithm, KeyStore, StoredKey};
use homeward_signin::{
    federated::{Trace, Traces},
    ports::{Audit, AuditEvent},
};
use homeward_store::{
    Store,
    register::{ConnectionEntry, Register},
};

use super::{
    Folder,
    accounts::{deed, registered},
    ports::{NOW, account, app, later, line, user},
};

/// AU-06: an account reads its own lines, page by page, and the ones that it asks for; what somebody else did elsewhere is not among them.
pub async fn au_06_an_account_reads_its_own_lines(store: Store, folder: &Folder) {
    let (own, other) = (account("40817"), account("40818"));
    registered(&store, &[&own, &other]).await;
    let (ann, ben) = (user(&own, "ann@own.example"), user(&own, "ben@own.example"));
    let case = CaseNumber::generate(&SystemRandom);
    let event = |event, outcome: &str, who, at| AuditEvent { event, outcome: outcome.into(), user: who, account: Some(own.id), at, ..line(&ann) };
    let all = [
        event("signin.completed", "ok", Some(ann.id), later(1)),
        AuditEvent { case: Some(case.clone()), application: Some(app()), detail: "'; -- ü".into(), ..event("signin.refused", "password_wrong", Some(ann.id), later(2)) },
        event("signin.refused", "password_wrong", Some(ben.id), later(3)),
        event("signin.refused", "password_wrong", None, later(4)),
        event("session.ended", "ok", Some(ann.id), later(5)),
        event("portal.signed_in", "ok", Some(ben.id), later(6)),
        event("password.changed", "ok", Some(ben.id), later(7)),
        event("portal.token_used", "ok", Some(ben.id), later(8)),
        AuditEvent { account: Some(other.id), ..event("signin.refused", "password_wrong", Some(ann.id), later(9)) },
        AuditEvent { account: None, ..event("signin.refused", "unknown_name", None, later(10)) },
    ];
    for one in &all {
        Audit::write(&store, one).await.unwrap();
    }
    Activity::note(&store, &Deed { at: later(11), ..deed("portal.user", own.id) }).await.unwrap();
    let node = folder.another().await;
    let lines = async |account: &homeward_discovery::Account, asked: LineQuery| Activity::lines(&node, account.id, &LineQuery { limit: asked.limit.max(1), ..asked }).await.unwrap();
    let times = async |asked: LineQuery| lines(&own, LineQuery { limit: 20, ..asked }).await.iter().map(|line| line.at.seconds() - NOW.seconds()).collect::<Vec<_>>();
    assert_eq!(times(LineQuery::default()).await, [11, 8, 7, 6, 5, 4, 3, 2, 1], "the newest first");
    assert_eq!(times(LineQuery { user: Some(ann.id), ..LineQuery::default() }).await, [5, 2, 1]);
    assert_eq!(times(LineQuery { case: Some(case.clone()), ..LineQuery::default() }).await, [2]);
    assert_eq!(times(LineQuery { case: Some(CaseNumber::generate(&SystemRandom)), ..LineQuery::default() }).await, [0; 0]);
    assert_eq!(times(LineQuery { failed: true, user: Some(ann.id), case: Some(case.clone()), ..LineQuery::default() }).await, [2]);
    assert_eq!(times(LineQuery { failed: true, ..LineQuery::default() }).await, [4, 3, 2]);
    assert_eq!(times(LineQuery { kind: Some(Kind::Attempts), ..LineQuery::default() }).await, [4, 3, 2, 1]);
    assert_eq!(times(LineQuery { kind: Some(Kind::SignIns), ..LineQuery::default() }).await, [6, 5, 4, 3, 2, 1]);
    assert_eq!(times(LineQuery { kind: Some(Kind::Changes), ..LineQuery::default() }).await, [11, 7]);
    assert_eq!(times(LineQuery { kind: Some(Kind::Changes), failed: true, user: Some(ann.id), ..LineQuery::default() }).await, [0; 0]);
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = lines(&own, LineQuery { before, limit: 4, ..LineQuery::default() }).await;
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 4);
        before = Some(last.number);
        seen.extend(page.iter().map(|line| line.at.seconds() - NOW.seconds()));
    }
    assert_eq!(seen, [11, 8, 7, 6, 5, 4, 3, 2, 1], "pages repeat none and leave none out");
    let found = lines(&own, LineQuery { case: Some(case.clone()), ..LineQuery::default() }).await.remove(0);
    assert_eq!((found.event.as_str(), found.outcome.as_str(), found.user, found.application, found.case.as_deref(), found.detail.as_str()), ("signin.refused", "password_wrong", Some(ann.id), Some(app()), Some(case.as_str()), "'; -- ü"));
    assert_eq!(lines(&other, LineQuery { limit: 20, ..LineQuery::default() }).await.len(), 1);
    assert!(lines(&other, LineQuery { case: Some(case.clone()), ..LineQuery::default() }).await.is_empty(), "a number finds nothing of another account's");
    let trouble = Activity::trouble(&node, own.id, NOW).await.unwrap();
    assert_eq!((trouble.failures, trouble.people, trouble.last.and_then(|line| line.case)), (3, 2, Some(case.as_str().to_owned())));
    let late = Activity::trouble(&node, own.id, later(2)).await.unwrap();
    assert_eq!((late.failures, late.people, late.last.is_none()), (2, 1, true), "after that time");
}

/// What is kept of a refused answer is its account's, without anybody's name, under a number that is given once.
pub async fn mt_01_a_refused_answer_is_its_accounts_own(store: Store, folder: &Folder) {
    let (own, other) = (account("40817"), account("40818"));
    registered(&store, &[&own, &other]).await;
    let node = folder.another().await;
    let connection = |account: &homeward_discovery::Account| Connection { id: ConnectionId::generate(&SystemRandom), account: account.id, name: "IdP".into(), state: ConnectionState::Enforced, outage: None };
    let (ours, theirs) = (connection(&own), connection(&other));
    let entries = [&ours, &theirs].map(|connection| ConnectionEntry { connection: connection.clone(), settings: None }).to_vec();
    store.put(&Register { connections: entries, ..Register::default() }, &[], NOW).await.unwrap();
    let failure = Failure::differs(Check::Names, "names.unknown_user", "ann@own.example", "somebody");
    let cases: Vec<_> = (0..4).map(|_| CaseNumber::generate(&SystemRandom)).collect();
    let first = Trace::of(cases[0].clone(), ours.id, NOW, &failure).asked_for(Some("app".into()));
    let traces = [first.clone(), Trace::of(cases[1].clone(), ours.id, later(5), &failure), Trace::of(cases[2].clone(), ours.id, later(5), &failure), Trace::of(cases[3].clone(), theirs.id, later(2), &failure)];
    for trace in &traces {
        Traces::keep_trace(&store, trace, later(1000)).await.unwrap();
    }
    assert!(Traces::keep_trace(&node, &Trace::of(cases[0].clone(), theirs.id, later(9), &failure), later(1000)).await.is_err(), "a number is given once");
    assert_eq!(Traces::trace(&node, cases[0].as_str()).await.unwrap().as_ref(), Some(&first));
    assert_eq!(Traces::trace(&node, "nothing").await.unwrap(), None);
    let listed = |found: Vec<Trace>| found.into_iter().map(|trace| trace.case).collect::<Vec<_>>();
    assert_eq!(listed(node.traces(Some(ours.id), 9).await.unwrap()), [2, 1, 0].map(|place| cases[place].clone()), "the newest first, also at the same second");
    assert_eq!(listed(node.traces(None, 3).await.unwrap()), [2, 1, 3].map(|place| cases[place].clone()));
    let found = RefusedAnswers::refused_answer(&node, own.id, &cases[0]).await.unwrap().expect("it is kept");
    assert_eq!((found.connection, found.at, found.failure.code.as_str(), found.application.as_deref(), found.asked), (ours.id, NOW, "names.unknown_user", Some("app"), true));
    assert!(!found.failure.seen.unwrap().contains("ann@"));
    for (account, case) in [(&other, &cases[0]), (&own, &cases[3]), (&own, &CaseNumber::generate(&SystemRandom))] {
        assert!(RefusedAnswers::refused_answer(&node, account.id, case).await.unwrap().is_none(), "another account's, or none");
    }
    assert!(RefusedAnswers::refused_answer(&node, other.id, &cases[3]).await.unwrap().is_some_and(|found| !found.asked));
}

/// KS-12: every node sees the same keys in the same order; a key is kept once, and only its seal and its time change.
pub async fn ks_12_nodes_see_the_same_keys_in_one_order(store: Store, folder: &Folder) {
    let node = folder.another().await;
    let key = |kid: &str, made, signs| StoredKey { kid: kid.into(), algorithm: Algorithm::Es256, sealed: vec![0, 1, 255], created_at: later(made), signs_from: later(signs) };
    let all = [key("a", 1, 5), key("B", 1, 5), StoredKey { algorithm: Algorithm::EdDsa, ..key("c", 2, 5) }, StoredKey { algorithm: Algorithm::Rs256, ..key("d", 3, 4) }, key("e", 0, 9)];
    for one in &all {
        KeyStore::add(&store, one).await.unwrap();
    }
    assert!(KeyStore::add(&node, &key("a", 7, 7)).await.is_err(), "a name is given once");
    let order = |places: [usize; 5]| places.map(|place| all[place].clone()).to_vec();
    assert_eq!(KeyStore::load(&node).await.unwrap(), order([4, 2, 1, 0, 3]));
    assert_eq!(KeyStore::load(&store).await.unwrap(), KeyStore::load(&node).await.unwrap());
    KeyStore::put(&node, &StoredKey { sealed: vec![9], ..key("a", 100, 10) }).await.unwrap();
    KeyStore::put(&node, &key("nobody's", 1, 1)).await.unwrap();
    let found = KeyStore::load(&store).await.unwrap();
    assert_eq!((found.len(), &found[0]), (5, &StoredKey { sealed: vec![9], ..key("a", 1, 10) }), "when it was made stays");
    for _ in 0..2 {
        KeyStore::remove(&node, "a").await.unwrap();
    }
    assert_eq!(KeyStore::load(&store).await.unwrap(), order([4, 2, 1, 3, 3])[..4]);
}
