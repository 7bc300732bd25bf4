//! What test sign-ins leave: of a whole answer only the newest.

use homeward_federation::whole::{Document, DocumentKind, Whole};
use homeward_model::{ConnectionId, SystemRandom};
use homeward_signin::test_signin::{TestResult, TestSignIns};
use homeward_store::Store;

use super::{
    Folder,
    ports::{NOW, later},
};

fn result(connection: ConnectionId, has_whole: bool) -> TestResult {
    let document = Document { kind: DocumentKind::Claims, runs: Vec::new(), is_cut: true };
    TestResult {
        connection,
        at: NOW,
        failure: None,
        arrived: vec![("email".into(), vec!["m•••••@own.example".into()])],
        person: Some("m•••••@own.example".into()),
        settings: Some([7; 32]),
        by: None,
        link: None,
        unknown: None,
        about: Vec::new(),
        certificate: None,
        whole: has_whole.then(|| Whole { documents: vec![document] }),
    }
}

/// The whole answer of a test names a person in part, and is kept as long as it is shown: until the next test of its connection begins or ends. What the
/// six checks showed stays, and so does what another connection's test left.
pub async fn only_the_newest_test_keeps_its_whole_answer(store: Store, _: &Folder) {
    let (own, other) = (ConnectionId::generate(&SystemRandom), ConnectionId::generate(&SystemRandom));
    let keep = async |place: u8, result: &TestResult| store.keep_test(&[place; 32], "browser", result, later(600)).await.unwrap();
    let kept = async |place: u8| store.test(&[place; 32], "browser", NOW).await.unwrap().unwrap();
    keep(1, &result(own, true)).await;
    keep(2, &result(other, true)).await;
    assert_eq!((kept(1).await, kept(2).await), (result(own, true), result(other, true)));
    keep(3, &result(own, true)).await;
    assert_eq!((kept(1).await, kept(3).await), (result(own, false), result(own, true)), "everything but the whole answer stays");
    keep(4, &result(own, false)).await;
    assert_eq!((kept(3).await, kept(2).await), (result(own, false), result(other, true)), "one that waits for its answer, too; another connection's is its own");
}
