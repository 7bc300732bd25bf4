//! A domain that was given up is taken back within a day, and not where somebody else has it now.

use std::time::Duration;

use homeward_discovery::DomainClaim;
use homeward_model::Clock;
use homeward_portal::{domains::Proof, ports::Domains, tokens::Scope};
use homeward_store::AuditFilter;
use homeward_testkit::{Browser, Page, TestBroker};

use super::{
    BELOW, OWN, account,
    domain_watch::{DOMAIN, RECORD, counts, page, post, proved, told},
    enter, plain, world,
};
use crate::api::{Caller, json_of, problem};

const ADMIN: &str = "admin@own.example";
const DAY: Duration = Duration::from_secs(86_400);
const SECOND: Duration = Duration::from_secs(1);

async fn claim(broker: &TestBroker, number: &str) -> Option<DomainClaim> {
    let id = account(broker, number).await.account.id;
    broker.running().store.register().await.unwrap().domains.into_iter().find(|claim| claim.domain.as_str() == DOMAIN && claim.account == id)
}

async fn given_up(broker: &TestBroker) -> Browser {
    proved(broker).await;
    let mut admin = enter(broker, ADMIN).await;
    assert!(post(&mut admin, OWN, "give-up", DOMAIN).await.ends_with("said=domain-given-up"));
    assert!(!counts(broker, OWN).await);
    admin
}

async fn list(browser: &mut Browser, number: &str) -> Page {
    browser.get(&format!("/portal/{number}/domains")).await
}

/// For a day, as it was: the page says until when; it is on record and told. The record is looked for again at once, and one that is gone is
/// missing from then on.
#[tokio::test]
async fn a_domain_is_taken_back_as_it_was() {
    let broker = world().await;
    proved(&broker).await;
    let before = claim(&broker, OWN).await;
    let mut admin = enter(&broker, ADMIN).await;
    assert!(post(&mut admin, OWN, "give-up", DOMAIN).await.ends_with("said=domain-given-up"));
    assert_eq!((claim(&broker, OWN).await, counts(&broker, OWN).await), (None, false));
    let shown = list(&mut admin, OWN).await;
    assert!(plain(&shown).contains("You can take it back, as it was, until") && shown.body.contains("16 January 2027, 08:00") && shown.body.contains("Take it back"), "{}", shown.body);
    let seen = page(&broker).await;
    assert!(seen.body.contains("Given up") && !seen.body.contains("Take it back"), "an auditor sees it and changes nothing");
    broker.clock.wait(DAY - SECOND);
    let mut admin = enter(&broker, ADMIN).await;
    assert!(post(&mut admin, OWN, "take-back", DOMAIN).await.ends_with("said=domain-back"));
    assert_eq!((claim(&broker, OWN).await, counts(&broker, OWN).await), (before, true));
    assert!(!list(&mut admin, OWN).await.body.contains("Take it back"));
    assert!(post(&mut admin, OWN, "take-back", DOMAIN).await.ends_with("said=changed"), "once");
    let by = broker.user(ADMIN, OWN).await.id;
    let lines = broker.running().store.audit_newest(&AuditFilter { event: Some("portal.domain".into()), ..Default::default() }, 2).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.detail.clone()).collect::<Vec<_>>(), [format!("proof.example: taken back by {by}"), format!("proof.example: given up by {by}")]);
    broker.clock.wait(Duration::from_secs(3_600));
    assert!(told(&broker, "A proved domain was given up or taken back").await.contains(&ADMIN.to_owned()));
    broker.running().look_after_domains().await;
    assert!(!page(&broker).await.body.contains("Record missing"));
    assert!(post(&mut enter(&broker, ADMIN).await, OWN, "give-up", DOMAIN).await.ends_with("said=domain-given-up"));
    broker.names.set(RECORD, &[]);
    assert!(post(&mut enter(&broker, ADMIN).await, OWN, "take-back", DOMAIN).await.ends_with("said=domain-back"));
    broker.running().look_after_domains().await;
    assert!(page(&broker).await.body.contains("Record missing") && counts(&broker, OWN).await, "in its grace, from the first look on");
}

/// Where an operator's word counts, a record that was still to come waits as it did, with the search for it; a search that has ended meanwhile stays ended.
#[tokio::test]
async fn what_the_operator_vouches_for_comes_back_with_the_record_that_it_had() {
    for ends in [false, true] {
        let broker = world().await;
        let sec = "sec@own.example";
        assert!(post(&mut enter(&broker, sec).await, OWN, "add", DOMAIN).await.ends_with("said=domain-added"));
        broker.names.set(RECORD, &["v=spf1 -all"]);
        broker.clock.wait(Duration::from_secs(1_800));
        broker.running().look_after_domains().await;
        let (id, now) = (account(&broker, OWN).await.account.id, broker.clock.now());
        let vouched = DomainClaim { verified_at: Some(now), ..claim(&broker, OWN).await.unwrap() };
        let store = &broker.running().store;
        store.put(&homeward_testkit::register_of_domains(vec![vouched.clone()]), &[], now).await.unwrap();
        let known = async || Domains::of(store, id).await.unwrap().into_iter().find(|(claim, _)| claim.domain.as_str() == DOMAIN);
        let (_, Some(before)) = known().await.unwrap() else { panic!("a record") };
        assert!(before.looked.is_some() && before.sought_at.is_some() && before.proved_at.is_none());
        let mut admin = enter(&broker, ADMIN).await;
        assert!(post(&mut admin, OWN, "give-up", DOMAIN).await.ends_with("said=domain-given-up"));
        if ends {
            let (token, user) = (super::token(&mut admin).await, broker.user(sec, OWN).await.id);
            assert!(super::lead(&admin.post(&format!("/portal/{OWN}/users/{user}/suspend"), &[("token", &token)]).await).ends_with("said=suspended"));
        }
        assert!(post(&mut admin, OWN, "take-back", DOMAIN).await.ends_with("said=domain-back"));
        let sought_at = before.sought_at.filter(|_| !ends);
        assert_eq!(known().await, Some((vouched, Some(Proof { sought_at, ..before }))));
    }
}

/// A day later it is proved like any other; what never counted is not kept.
#[tokio::test]
async fn a_domain_is_not_taken_back_later() {
    let broker = world().await;
    given_up(&broker).await;
    broker.clock.wait(DAY);
    let mut admin = enter(&broker, ADMIN).await;
    assert!(!list(&mut admin, OWN).await.body.contains("Take it back"));
    assert!(post(&mut admin, OWN, "take-back", DOMAIN).await.ends_with("said=domain-not-back"));
    assert_eq!(claim(&broker, OWN).await, None);
    assert!(post(&mut admin, OWN, "add", "never.example").await.ends_with("said=domain-added"));
    assert!(post(&mut admin, OWN, "give-up", "never.example").await.ends_with("said=domain-given-up"));
    assert!(post(&mut admin, OWN, "take-back", "never.example").await.ends_with("said=domain-not-back"));
    assert!(post(&mut admin, OWN, "take-back", "co.uk").await.ends_with("said=domain-not-back"));
}

/// LH-07: whoever has proved it meanwhile keeps it, and the page does not say that somebody has; nor does anybody who had it before them take it back later; a proof that was begun again gives way.
#[tokio::test]
async fn lh_07_a_domain_that_somebody_else_has_proved_is_not_taken_back() {
    let broker = world().await;
    let mut admin = given_up(&broker).await;
    let mut chief = enter(&broker, "chief@below.example").await;
    assert!(post(&mut chief, BELOW, "add", DOMAIN).await.ends_with("said=domain-added"));
    let shown = list(&mut chief, BELOW).await;
    let value = shown.body.split("signin-verify=").nth(1).map(|rest| format!("signin-verify={}", rest.split('"').next().unwrap())).unwrap();
    broker.names.set(RECORD, &[&value]);
    assert!(post(&mut chief, BELOW, "check", DOMAIN).await.ends_with("said=domain-proved"));
    assert!(post(&mut admin, OWN, "take-back", DOMAIN).await.ends_with("said=domain-not-back"));
    let said = admin.get(&format!("/portal/{OWN}/domains?said=domain-not-back")).await;
    assert!(said.body.contains("It cannot be taken back any more") && !said.body.contains("another account") && !said.body.contains("CANARY"));
    assert_eq!((counts(&broker, OWN).await, counts(&broker, BELOW).await), (false, true));
    assert!(post(&mut chief, BELOW, "give-up", DOMAIN).await.ends_with("said=domain-given-up"));
    assert!(post(&mut admin, OWN, "take-back", DOMAIN).await.ends_with("said=domain-not-back"), "nor once they have given it up themselves");
    assert!(!list(&mut admin, OWN).await.body.contains("Take it back"));
    assert!(post(&mut chief, BELOW, "take-back", DOMAIN).await.ends_with("said=domain-back"), "the twin: who had it last");
    assert!(post(&mut chief, BELOW, "give-up", DOMAIN).await.ends_with("said=domain-given-up"));
    assert!(post(&mut chief, BELOW, "add", DOMAIN).await.ends_with("said=domain-added"), "begun again");
    assert!(post(&mut chief, BELOW, "take-back", DOMAIN).await.ends_with("said=domain-back"));
    assert_eq!((counts(&broker, OWN).await, counts(&broker, BELOW).await), (false, true));
}

/// AD-02: what somebody from above gave up, the account does not take back; they do.
#[tokio::test]
async fn ad_02_what_was_given_up_from_above_is_taken_back_from_above() {
    let broker = world().await;
    let domain = "canary-below.example";
    let mut op = enter(&broker, "op@own.example").await;
    let own = super::token(&mut op).await;
    assert_eq!(super::lead(&op.post(&format!("/portal/{BELOW}/enter"), &[("token", &own)]).await), format!("/portal/{BELOW}"));
    assert!(post(&mut op, BELOW, "give-up", domain).await.ends_with("said=domain-given-up"));
    let mut chief = enter(&broker, "chief@below.example").await;
    assert!(!list(&mut chief, BELOW).await.body.contains("Take it back"));
    assert!(post(&mut chief, BELOW, "take-back", domain).await.ends_with("said=domain-not-back"));
    assert!(list(&mut op, BELOW).await.body.contains("Take it back"));
    assert!(post(&mut op, BELOW, "take-back", domain).await.ends_with("said=domain-back"), "the twin");
    assert!(post(&mut chief, BELOW, "give-up", domain).await.ends_with("said=domain-given-up"));
    assert!(post(&mut chief, BELOW, "take-back", domain).await.ends_with("said=domain-back"), "what they gave up themselves");
}

/// A program does the same, with the scope for it.
#[tokio::test]
async fn a_program_takes_a_domain_back() {
    let broker = world().await;
    given_up(&broker).await;
    let at = format!("/accounts/{OWN}/given-up-domains");
    let reader = Caller::of(&broker, ADMIN, OWN, &[Scope::DomainsRead]).await;
    let shown = reader.read(&at).await;
    assert_eq!((shown["items"][0]["domain"].as_str(), shown["items"][0]["until"].as_str()), (Some(DOMAIN), Some("2027-01-16T08:00:00Z")), "{shown}");
    assert_eq!(problem(&reader.post(&format!("{at}/{DOMAIN}/take-back"), None).await), "portal.scope");
    let writer = Caller::of(&broker, ADMIN, OWN, &[Scope::DomainsRead, Scope::DomainsWrite]).await;
    assert_eq!(problem(&writer.post(&format!("{at}/other.example/take-back"), None).await), "not_found");
    assert_eq!(writer.post(&format!("{at}/{DOMAIN}/take-back"), None).await.status, 204);
    assert!(counts(&broker, OWN).await);
    let again = writer.post(&format!("{at}/{DOMAIN}/take-back"), None).await;
    assert_eq!((again.status, json_of(&again)["code"].as_str()), (409, Some("changed")));
}
