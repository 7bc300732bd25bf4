//! Proofs that are under way are found without a button (ADM-14), as long as whoever began them may, against a real name server of the test's own.

use std::time::Duration;

use homeward_model::{Clock, Timestamp};
use homeward_portal::{
    domain_search::{Sought, SoughtDomains},
    ports::{Deed, Proved},
    tokens::Scope,
};
use homeward_store::AuditFilter;
use homeward_testkit::{Browser, TestBroker};
use serde_json::json;

use super::{
    BELOW, OWN,
    domain_watch::{DOMAIN, RECORD, counts, page, post, told},
    enter, lead, plain, setup_links, world,
};
use crate::api::Caller;

const HALF: Duration = Duration::from_secs(1_800);
const SEC: &str = "sec@own.example";
const ADMIN: &str = "admin@own.example";

/// Time passes, and the worker looks.
async fn later(broker: &TestBroker, span: Duration) {
    broker.clock.wait(span);
    broker.running().look_after_domains().await;
}

/// Somebody begins a proof; its value.
async fn begun(browser: &mut Browser, number: &str, domain: &str) -> String {
    assert!(post(browser, number, "add", domain).await.ends_with("said=domain-added"));
    let page = browser.get(&format!("/portal/{number}/domains")).await;
    let panel = page.body.split("<section").find(|part| part.contains(&format!("_signin-check.{domain}\""))).unwrap();
    panel.split("signin-verify=").nth(1).map(|rest| format!("signin-verify={}", rest.split('"').next().unwrap())).unwrap()
}

async fn proofs(broker: &TestBroker) -> Vec<(String, String, String)> {
    let found = broker.running().store.audit_newest(&AuditFilter { event: Some("portal.domain".into()), ..Default::default() }, 20).await.unwrap();
    let of = |what: &str| what.contains(": proved");
    found.into_iter().filter(|record| of(&record.detail)).map(|record| (record.detail, record.network.unwrap_or_default(), record.case.unwrap_or_default())).collect()
}

/// ADM-14, LH-07: a record that is there proves its domain although nobody presses a button, under whoever began it; the administrators and
/// that person are told, once. It proves nothing that another account has proved.
#[tokio::test]
async fn adm_14_a_proof_under_way_is_found_by_itself() {
    let broker = world().await;
    let own = begun(&mut enter(&broker, SEC).await, OWN, DOMAIN).await;
    let shown = page(&broker).await;
    assert!(plain(&shown).contains("We look for the record by ourselves") && plain(&shown).contains("today 08:30"), "{}", shown.body);
    broker.names.set(RECORD, &["v=spf1 -all"]);
    later(&broker, HALF).await;
    assert!(!counts(&broker, OWN).await && page(&broker).await.body.contains("v=spf1 -all"), "what is there instead");
    broker.names.set(RECORD, &[&own]);
    later(&broker, HALF - Duration::from_secs(1)).await;
    assert!(!counts(&broker, OWN).await && told(&broker, "is proved").await.is_empty(), "not at every moment");
    later(&broker, Duration::from_secs(1)).await;
    assert!(counts(&broker, OWN).await);
    let by = broker.user(SEC, OWN).await.id;
    assert_eq!(proofs(&broker).await, [(format!("proof.example: proved, the record was found by {by}"), "worker".to_owned(), String::new())]);
    assert_eq!(told(&broker, "proof.example is proved").await, [ADMIN, SEC]);
    let shown = page(&broker).await;
    assert!(shown.body.contains("We look for the record again") && !shown.body.contains("We look for the record by ourselves"));
    let below = begun(&mut enter(&broker, "chief@below.example").await, BELOW, DOMAIN).await;
    broker.names.set(RECORD, &[&own, &below]);
    later(&broker, HALF).await;
    assert!(!counts(&broker, BELOW).await && counts(&broker, OWN).await, "another account has proved it");
    assert_eq!(told(&broker, "proof.example is proved").await.len(), 2, "told once");
    let shown = enter(&broker, "chief@below.example").await.get(&format!("/portal/{BELOW}/domains")).await;
    assert!(shown.body.contains("another account has proved this domain before"));
}

/// AU-03, ADM-14: what tells of a proof is kept in the proof's own transaction: a broker that stops in between tells of each domain when it is back, and once.
#[tokio::test]
async fn au_03_a_proof_is_told_although_the_broker_stops_in_between() {
    let mut broker = world().await;
    let mut sec = enter(&broker, SEC).await;
    for domain in [DOMAIN, "second.example"] {
        let value = begun(&mut sec, OWN, domain).await;
        broker.names.set(&format!("_signin-check.{domain}"), &[&value]);
    }
    later(&broker, HALF).await;
    assert!(counts(&broker, OWN).await && proofs(&broker).await.len() == 2);
    assert!(broker.mailbox.all().iter().all(|(_, about, _)| !about.contains("is proved")), "nobody is told yet");
    broker.restart().await;
    for _ in 0..2 {
        for domain in [DOMAIN, "second.example"] {
            assert_eq!(told(&broker, &format!("{domain} is proved")).await, [ADMIN, SEC], "{domain}");
        }
        broker.clock.wait(HALF);
    }
}

/// ADM-14: a record is looked for less often after two days, and not at all when the time of its value is over.
#[tokio::test]
async fn adm_14_the_search_ends() {
    let broker = world().await;
    let value = begun(&mut enter(&broker, ADMIN).await, OWN, DOMAIN).await;
    let asked = || broker.names.asked().iter().filter(|name| *name == RECORD).count();
    for _ in 0..6 {
        later(&broker, Duration::from_secs(8 * 3_600)).await;
    }
    assert_eq!(asked(), 6);
    later(&broker, HALF).await;
    assert_eq!(asked(), 6, "two days later only every six hours");
    later(&broker, Duration::from_secs(6 * 3_600) - HALF).await;
    assert_eq!(asked(), 7);
    later(&broker, Duration::from_secs(12 * 86_400)).await;
    broker.names.set(RECORD, &[&value]);
    later(&broker, Duration::from_secs(86_400)).await;
    assert_eq!((asked(), counts(&broker, OWN).await), (7, false));
}

/// AD-02, LR-11: what somebody began is looked for only as long as they may: not when they are suspended or signed out everywhere, have lost
/// the role or have a new password. It is found by the button after that, when somebody else presses it.
#[tokio::test]
async fn ad_02_the_search_ends_with_what_its_person_may() {
    for end in ["suspend", "end-sessions", "role", "password"] {
        let broker = world().await;
        let record = begun(&mut enter(&broker, SEC).await, OWN, DOMAIN).await;
        broker.names.set(RECORD, &[&record]);
        let user = broker.user(SEC, OWN).await;
        let mut admin = enter(&broker, ADMIN).await;
        match end {
            "role" => assert!(broker.running().store.take_portal_role(user.id, homeward_portal::Role::Security, &super::line(&broker, &user)).await.unwrap().is_ok()),
            "password" => super::give_password(&broker, SEC, OWN).await,
            _ => {
                let token = super::token(&mut admin).await;
                assert!(lead(&admin.post(&format!("/portal/{OWN}/users/{}/{end}", user.id), &[("token", &token)]).await).contains("said="), "{end}");
            }
        }
        later(&broker, HALF).await;
        assert!(!counts(&broker, OWN).await, "{end}");
        assert!(!page(&broker).await.body.contains("We look for the record by ourselves"), "{end}");
        let mut admin = enter(&broker, ADMIN).await;
        assert!(post(&mut admin, OWN, "check", DOMAIN).await.ends_with("said=domain-proved"), "the twin: {end}");
    }
}

/// ADM-13: what was begun by a setup link is found after the link's time, under its reference, and not once somebody has ended the link.
#[tokio::test]
async fn adm_13_the_search_ends_with_a_link_that_is_ended() {
    for ended in [false, true] {
        let broker = world().await;
        let mut admin = enter(&broker, ADMIN).await;
        let made = setup_links::make(&mut admin, "", ("1", "")).await;
        let reference = setup_links::reference_in(&made);
        let mut guest = setup_links::come_by(&broker, &setup_links::link_in(&made)).await;
        let record = begun(&mut guest, OWN, DOMAIN).await;
        broker.names.set(RECORD, &[&record]);
        if ended {
            let token = super::token(&mut admin).await;
            assert!(lead(&admin.post(&format!("/portal/{OWN}/setup-links/end"), &[("token", &token), ("link", &reference)]).await).ends_with("said=link-ended"));
        }
        later(&broker, HALF * 3).await;
        assert_eq!(counts(&broker, OWN).await, !ended);
        let found = proofs(&broker).await;
        assert!(if ended { found.is_empty() } else { found.len() == 1 && found[0].0.contains("through a setup link") && found[0].2 == reference }, "{found:?}");
    }
}

/// A program looks for what it has begun itself: its token may have ended.
#[tokio::test]
async fn what_a_token_began_is_not_looked_for() {
    let broker = world().await;
    let program = Caller::of(&broker, ADMIN, OWN, &[Scope::DomainsRead, Scope::DomainsWrite]).await;
    let made = program.post(&format!("/accounts/{OWN}/domains"), Some(&json!({ "domain": DOMAIN }))).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let shown = program.read(&format!("/accounts/{OWN}/domains/{DOMAIN}")).await;
    assert!(shown["record"]["next_look_at"].is_null());
    broker.names.set(RECORD, &[shown["record"]["value"].as_str().unwrap()]);
    later(&broker, HALF).await;
    assert!(!counts(&broker, OWN).await);
    let checked = program.post(&format!("/accounts/{OWN}/domains/{DOMAIN}/check"), None).await;
    assert!(checked.status == 200 && counts(&broker, OWN).await, "the twin: {}", checked.body);
    let _ = begun(&mut enter(&broker, ADMIN).await, OWN, "second.example").await;
    assert!(program.read(&format!("/accounts/{OWN}/domains/second.example")).await["record"]["next_look_at"].is_string());
}

/// An account with many proofs under way keeps no other waiting: ten of them are looked for in one round.
#[tokio::test]
async fn many_proofs_of_one_account_keep_nobody_waiting() {
    let broker = world().await;
    let mut admin = enter(&broker, ADMIN).await;
    for place in 0..60 {
        assert!(post(&mut admin, OWN, "add", &format!("d{place}.example")).await.ends_with("said=domain-added"));
    }
    let below = begun(&mut enter(&broker, "chief@below.example").await, BELOW, DOMAIN).await;
    broker.names.set(RECORD, &[&below]);
    later(&broker, HALF).await;
    assert!(counts(&broker, BELOW).await);
    let of_own = |asked: Vec<String>| asked.iter().filter(|name| name.starts_with("_signin-check.d") && name.matches(".example").count() == 1).count();
    assert_eq!(of_own(broker.names.asked()), 10);
    broker.running().look_after_domains().await;
    assert_eq!(of_own(broker.names.asked()), 20, "and the others in the next");
}

/// AD-02: who ends a search while its record is being looked for has ended it: the proof itself asks once more.
#[tokio::test]
async fn ad_02_a_search_that_was_ended_meanwhile_proves_nothing() {
    let broker = world().await;
    let mut sec = enter(&broker, SEC).await;
    for domain in [DOMAIN, "second.example"] {
        begun(&mut sec, OWN, domain).await;
    }
    broker.clock.wait(HALF);
    let (store, now) = (&broker.running().store, broker.clock.now());
    let found = store.sought((now, Timestamp::from_seconds(0)), (50, 10)).await.unwrap();
    assert_eq!(found.len(), 2);
    let deed = |sought: &Sought| Deed { event: "portal.domain", by: sought.by.id, link: None, account: sought.account, user: None, detail: String::new(), network: "worker".into(), at: now, alarm: None };
    assert_eq!(store.prove_sought(&found[0], &deed(&found[0])).await.unwrap(), Proved::Done, "the twin");
    let mut admin = enter(&broker, ADMIN).await;
    let token = super::token(&mut admin).await;
    let user = broker.user(SEC, OWN).await.id;
    assert!(lead(&admin.post(&format!("/portal/{OWN}/users/{user}/suspend"), &[("token", &token)]).await).ends_with("said=suspended"));
    assert_eq!(store.prove_sought(&found[1], &deed(&found[1])).await.unwrap(), Proved::Otherwise);
}
