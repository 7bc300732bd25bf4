//! Whom a provider means by somebody, taken away in the portal.

use homeward_model::UserId;
use homeward_portal::Role;
use homeward_store::AuditFilter;
use homeward_testkit::{Browser, Page, TestBroker};

use super::{BELOW, OWN, PASSWORD, enter, lead, matrix::{connection_of, link}, token, username_of, world};

async fn unlink(browser: &mut Browser, user: UserId, sure: &str) -> Page {
    let own = token(browser).await;
    browser.post(&format!("/portal/{OWN}/users/{user}/unlink"), &[("token", &own), ("sure", sure)]).await
}

async fn newest(broker: &TestBroker) -> (String, Option<UserId>, String) {
    let record = broker.running().store.audit_newest(&AuditFilter { event: Some("portal".into()), ..Default::default() }, 1).await.unwrap().remove(0);
    (record.event, record.user, record.detail)
}

/// OP-09, OP-10: the page of a user says whom the provider means, and takes it away once somebody who may has said that they are sure; that signs
/// the person out everywhere, nobody else, and is on record with who did it.
#[tokio::test]
async fn op_10_an_administrator_takes_a_link_away() {
    let broker = world().await;
    let store = &broker.running().store;
    let (mia, plain) = (broker.user("mia@own.example", OWN).await.id, broker.user("plain@own.example", OWN).await.id);
    let provider = connection_of(&broker, OWN).await;
    let (mut hers, mut other) = (broker.browser(), broker.browser());
    hers.sign_in("wiki", "mia@own.example", PASSWORD).await;
    other.sign_in("wiki", "plain@own.example", PASSWORD).await;
    assert!(link(&broker, OWN, mia).await && link(&broker, OWN, plain).await);
    let mut admin = enter(&broker, "admin@own.example").await;
    let page = admin.get(&format!("/portal/{OWN}/users/{mia}")).await;
    assert!(page.body.contains("Own Provider") && page.body.contains("Take the link away"), "{}", page.body);
    // Not sure: nothing at all.
    let records = broker.audit_records().await;
    assert!(lead(&unlink(&mut admin, mia, "").await).ends_with("said=unlink-sure"));
    assert_eq!((store.links_of(mia).await.unwrap(), hers.open("wiki", "").await.status, broker.audit_records().await), (vec![provider], 303, records));
    assert!(lead(&unlink(&mut admin, mia, "yes").await).ends_with("said=unlinked"));
    assert_eq!((store.links_of(mia).await.unwrap(), hers.open("wiki", "").await.status), (vec![], 200));
    assert_eq!((store.links_of(plain).await.unwrap(), other.open("wiki", "").await.status), (vec![provider], 303), "nobody else");
    let by = broker.user("admin@own.example", OWN).await.id;
    assert_eq!(newest(&broker).await, ("portal.unlinked".into(), Some(mia), format!("Own Provider by {by}")));
    assert!(!admin.get(&format!("/portal/{OWN}/users/{mia}")).await.body.contains("Take the link away"));
    assert!(lead(&unlink(&mut admin, mia, "yes").await).ends_with("said=changed"), "there is none any more");
}

/// OP-10, AD-02: nobody takes their own link away, nor that of somebody with a wider role, nor another account's; who reads only sees no button.
#[tokio::test]
async fn op_10_nobody_unlinks_themselves_or_from_below() {
    let broker = world().await;
    let store = &broker.running().store;
    let own = broker.user("admin@own.example", OWN).await.id;
    let wider = broker.user("op@own.example", OWN).await.id;
    let foreign = broker.user("mia@below.example", BELOW).await.id;
    assert!(link(&broker, OWN, own).await && link(&broker, OWN, wider).await && link(&broker, BELOW, foreign).await);
    let mut admin = enter(&broker, "admin@own.example").await;
    for (user, said) in [(own, "said=oneself"), (wider, "said=wider")] {
        assert!(lead(&unlink(&mut admin, user, "yes").await).ends_with(said));
    }
    assert_eq!(unlink(&mut admin, foreign, "yes").await.status, 404);
    for user in [own, wider, foreign] {
        assert_eq!(store.links_of(user).await.unwrap().len(), 1);
    }
    let mut sec = enter(&broker, username_of(Role::Security)).await;
    let mia = broker.user("mia@own.example", OWN).await.id;
    assert!(link(&broker, OWN, mia).await);
    let page = sec.get(&format!("/portal/{OWN}/users/{mia}")).await;
    assert!(page.body.contains("Own Provider") && !page.body.contains("Take the link away"));
    assert_eq!(unlink(&mut sec, mia, "yes").await.status, 403);
    assert!(lead(&unlink(&mut admin, mia, "yes").await).ends_with("said=unlinked"), "the same by somebody who may");
}
