//! Domains that were proved are looked at again, against a real name server of the test's own (LH-08).

use std::time::Duration;

use homeward_model::{Clock, DomainName};
use homeward_signin::federated::Connections;
use homeward_store::AuditFilter;
use homeward_testkit::{Browser, Page, TestBroker};

use super::{BELOW, OWN, account, enter, lead, token, world};

const DAY: Duration = Duration::from_secs(86_400);
pub(super) const DOMAIN: &str = "proof.example";
pub(super) const RECORD: &str = "_signin-check.proof.example";

pub(super) async fn post(browser: &mut Browser, number: &str, step: &str, domain: &str) -> String {
    let own = browser.get(&format!("/portal/{number}/domains")).await.hidden("token");
    lead(&browser.post(&format!("/portal/{number}/domains/{step}"), &[("token", &own), ("domain", domain)]).await)
}

pub(super) async fn page(broker: &TestBroker) -> Page {
    enter(broker, "audit@own.example").await.get(&format!("/portal/{OWN}/domains")).await
}

fn value(page: &Page) -> String {
    page.body.split("signin-verify=").nth(1).map(|rest| format!("signin-verify={}", rest.split('"').next().unwrap())).unwrap()
}

/// Whether the account may speak for the domain, as a sign-in asks.
pub(super) async fn counts(broker: &TestBroker, number: &str) -> bool {
    let id = account(broker, number).await.account.id;
    Connections::proved(&broker.running().store, id, DOMAIN).await.unwrap().is_some()
}

/// Whether discovery is told of the account by the domain of a name that nobody has.
async fn leads(broker: &TestBroker, number: &str) -> bool {
    let (ctx, name) = (&broker.running().context, homeward_model::Username::parse(&format!("nobody@{DOMAIN}")).unwrap());
    let found = ctx.directory.candidates(&name, &Default::default()).await.unwrap();
    found.accounts.iter().any(|candidate| candidate.account.number.as_str() == number && candidate.domains.iter().any(|claim| claim.verified_at.is_some()))
}

/// The domain is proved; gives the value of its record.
pub(super) async fn proved(broker: &TestBroker) -> String {
    let mut admin = enter(broker, "admin@own.example").await;
    assert!(post(&mut admin, OWN, "add", DOMAIN).await.ends_with("said=domain-added"));
    let value = value(&admin.get(&format!("/portal/{OWN}/domains")).await);
    broker.names.set(RECORD, &[&value]);
    assert!(post(&mut admin, OWN, "check", DOMAIN).await.ends_with("said=domain-proved"));
    value
}

/// The first page, as whoever only reads sees it.
async fn home(broker: &TestBroker) -> String {
    enter(broker, "audit@own.example").await.get(&format!("/portal/{OWN}")).await.body
}

/// Time passes, and the worker looks.
async fn days(broker: &TestBroker, days: u32) {
    broker.clock.wait(DAY * days);
    broker.running().look_after_domains().await;
}

async fn details(broker: &TestBroker) -> Vec<String> {
    let found = broker.running().store.audit_newest(&AuditFilter { event: Some("portal.domain".into()), ..Default::default() }, 10).await.unwrap();
    found.into_iter().filter(|record| !record.detail.contains(" by ")).map(|record| record.detail).collect()
}

pub(super) async fn told(broker: &TestBroker, subject: &str) -> Vec<String> {
    broker.mails().await.into_iter().filter(|(_, about, _)| about.contains(subject)).map(|(to, ..)| to).collect()
}

/// LH-08: a record that is gone is told to administrators, and the page says until when the domain counts; then it counts for nothing, is told
/// once more, and counts again when the record is back. Each turn is on record, once.
#[tokio::test]
async fn lh_08_a_domain_that_loses_its_record_is_switched_off_after_its_grace() {
    let broker = world().await;
    let value = proved(&broker).await;
    assert!(page(&broker).await.body.contains("We look for the record again"));
    days(&broker, 7).await;
    assert_eq!((details(&broker).await, counts(&broker, OWN).await), (vec![], true), "the record is there");
    broker.names.set(RECORD, &["v=spf1 -all"]);
    days(&broker, 6).await;
    assert_eq!(details(&broker).await, Vec::<String>::new(), "it is not looked for every day");
    days(&broker, 1).await;
    assert_eq!(details(&broker).await, ["proof.example: record missing"]);
    assert_eq!(told(&broker, "The proof of proof.example is missing").await, ["admin@own.example"]);
    let shown = page(&broker).await.body;
    assert!(shown.contains("Record missing") && shown.contains("since 29 January 2027") && shown.contains("back by 5 February 2027") && shown.contains(&value), "{shown}");
    assert!(counts(&broker, OWN).await && leads(&broker, OWN).await, "it counts in its grace");
    assert!(home(&broker).await.contains("The record that proves proof.example is missing. Unless it is back by 5 February 2027"), "the first page says so, too");
    for _ in 0..6 {
        days(&broker, 1).await;
    }
    assert!(counts(&broker, OWN).await, "to the last day");
    days(&broker, 1).await;
    assert_eq!((counts(&broker, OWN).await, leads(&broker, OWN).await), (false, false), "nothing counts it any more");
    assert_eq!(details(&broker).await, ["proof.example: switched off, because the record is missing", "proof.example: record missing"]);
    assert_eq!(told(&broker, "proof.example no longer leads to your sign-in").await, ["admin@own.example"]);
    let shown = page(&broker).await.body;
    assert!(shown.contains("Switched off") && shown.contains("Since 5 February 2027"), "{shown}");
    assert!(home(&broker).await.contains("proof.example leads nobody here any more"));
    days(&broker, 1).await;
    assert_eq!(broker.mails().await.iter().filter(|(_, about, _)| about.contains("proof.example")).count(), 3, "each is told once: the proof, its loss and its end");
    broker.names.set(RECORD, &[&value]);
    days(&broker, 1).await;
    assert!(counts(&broker, OWN).await && leads(&broker, OWN).await, "the twin: found again, it counts again");
    assert_eq!(details(&broker).await[0], "proof.example: record found again");
    assert!(!page(&broker).await.body.contains("Switched off") && !home(&broker).await.contains("proof.example"));
}

/// Where an account has no administrator who is active, its security managers read what concerns it; where it has none either, the partner above.
#[tokio::test]
async fn somebody_reads_it_where_there_is_no_administrator() {
    let gone = |user: &mut homeward_discovery::User| user.state = homeward_discovery::UserState::Suspended;
    let broker = world().await;
    proved(&broker).await;
    broker.change_user("admin@own.example", OWN, gone).await;
    broker.names.set(RECORD, &[]);
    days(&broker, 7).await;
    assert_eq!(told(&broker, "The proof of proof.example is missing").await, ["sec@own.example"]);
    let broker = world().await;
    let mut chief = enter(&broker, "chief@below.example").await;
    assert!(post(&mut chief, BELOW, "add", DOMAIN).await.ends_with("said=domain-added"));
    let value = value(&chief.get(&format!("/portal/{BELOW}/domains")).await);
    broker.names.set(RECORD, &[&value]);
    assert!(post(&mut chief, BELOW, "check", DOMAIN).await.ends_with("said=domain-proved"));
    broker.change_user("chief@below.example", BELOW, gone).await;
    broker.names.set(RECORD, &[]);
    days(&broker, 7).await;
    assert_eq!(told(&broker, "The proof of proof.example is missing").await, ["partner@own.example"]);
}

/// LH-08: name servers that do not answer take nothing from anybody, however long, and in the grace neither; an answer without the record does.
#[tokio::test]
async fn lh_08_no_answer_is_no_loss() {
    let broker = world().await;
    proved(&broker).await;
    broker.names.fail(true);
    for _ in 0..30 {
        days(&broker, 1).await;
    }
    assert_eq!((details(&broker).await, counts(&broker, OWN).await), (vec![], true));
    assert_eq!(told(&broker, "proof.example").await, ["admin@own.example"], "of the proof, and nothing since");
    broker.names.fail(false);
    broker.names.set(RECORD, &[]);
    days(&broker, 1).await;
    assert_eq!(details(&broker).await, ["proof.example: record missing"]);
    broker.names.fail(true);
    for _ in 0..30 {
        days(&broker, 1).await;
    }
    assert!(counts(&broker, OWN).await, "nobody said that it is still missing");
    broker.names.fail(false);
    days(&broker, 1).await;
    assert_eq!((details(&broker).await[0].as_str(), counts(&broker, OWN).await), ("proof.example: switched off, because the record is missing", false), "the twin");
}

/// LH-08: within the grace and after it, "Check now" brings a domain back at once, with who did it.
#[tokio::test]
async fn lh_08_a_domain_is_brought_back_by_hand() {
    let broker = world().await;
    let value = proved(&broker).await;
    for off in [false, true] {
        broker.names.set(RECORD, &[]);
        days(&broker, 7).await;
        if off {
            days(&broker, 7).await;
        }
        assert_eq!(counts(&broker, OWN).await, !off);
        let mut admin = enter(&broker, "admin@own.example").await;
        assert!(post(&mut admin, OWN, "check", DOMAIN).await.ends_with("said=domain-not-yet"));
        assert_eq!(counts(&broker, OWN).await, !off, "not without the record");
        broker.names.set(RECORD, &[&value]);
        assert!(post(&mut admin, OWN, "check", DOMAIN).await.ends_with("said=domain-proved"));
        assert!(counts(&broker, OWN).await && !page(&broker).await.body.contains("Record missing"));
        assert!(post(&mut admin, OWN, "check", DOMAIN).await.ends_with("said=changed"), "it is so already");
    }
}

/// LH-08: a value that nobody has entered within two weeks proves nothing any more; a new one is drawn.
#[tokio::test]
async fn lh_08_a_value_expires() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    assert!(post(&mut admin, OWN, "add", DOMAIN).await.ends_with("said=domain-added"));
    let shown = admin.get(&format!("/portal/{OWN}/domains")).await;
    assert!(shown.body.contains("The value is good until 29 January 2027."), "{}", shown.body);
    let first = value(&shown);
    broker.names.set(RECORD, &[&first]);
    broker.clock.wait(DAY * 14);
    let mut admin = enter(&broker, "admin@own.example").await;
    assert!(post(&mut admin, OWN, "check", DOMAIN).await.ends_with("said=domain-expired"));
    let shown = admin.get(&format!("/portal/{OWN}/domains")).await;
    assert!(shown.body.contains("Value expired") && !shown.body.contains("signin-verify=") && !counts(&broker, OWN).await, "{}", shown.body);
    assert!(post(&mut admin, OWN, "add", DOMAIN).await.ends_with("said=domain-added"));
    let second = value(&admin.get(&format!("/portal/{OWN}/domains")).await);
    assert_ne!(first, second);
    assert!(post(&mut admin, OWN, "check", DOMAIN).await.ends_with("said=domain-not-yet"), "the value of before");
    broker.names.set(RECORD, &[&second]);
    broker.clock.wait(DAY * 14 - Duration::from_secs(1));
    let mut admin = enter(&broker, "admin@own.example").await;
    assert!(post(&mut admin, OWN, "check", DOMAIN).await.ends_with("said=domain-proved"), "the twin, to the second");
    assert!(counts(&broker, OWN).await);
}

/// LH-07, LH-08: another account's challenge changes nothing for the one that has proved the domain, not even in its grace; once that one is
/// off, whoever shows the record has it, and the first does not come back beside them.
#[tokio::test]
async fn lh_08_a_second_challenge_displaces_nobody() {
    let broker = world().await;
    let first = proved(&broker).await;
    let mut chief = enter(&broker, "chief@below.example").await;
    assert!(post(&mut chief, BELOW, "add", DOMAIN).await.ends_with("said=domain-added"));
    let second = value(&chief.get(&format!("/portal/{BELOW}/domains")).await);
    assert_ne!(first, second);
    broker.names.set(RECORD, &[&first, &second]);
    assert!(post(&mut chief, BELOW, "check", DOMAIN).await.ends_with("said=domain-not-yet"), "taken");
    days(&broker, 7).await;
    broker.names.set(RECORD, &[&second]);
    days(&broker, 7).await;
    let mut chief = enter(&broker, "chief@below.example").await;
    assert!(post(&mut chief, BELOW, "add", DOMAIN).await.ends_with("said=domain-added"), "its own value has expired meanwhile");
    let second = value(&chief.get(&format!("/portal/{BELOW}/domains")).await);
    broker.names.set(RECORD, &[&second]);
    assert!(post(&mut chief, BELOW, "check", DOMAIN).await.ends_with("said=domain-not-yet"), "taken, in its grace, too");
    assert_eq!((counts(&broker, OWN).await, counts(&broker, BELOW).await), (true, false));
    days(&broker, 7).await;
    assert_eq!((counts(&broker, OWN).await, counts(&broker, BELOW).await), (false, true), "the twin: free now, and the record that is there is found");
    broker.names.set(RECORD, &[&first, &second]);
    days(&broker, 1).await;
    assert_eq!((counts(&broker, OWN).await, counts(&broker, BELOW).await), (false, true), "two accounts never have one domain");
    assert!(page(&broker).await.body.contains("another account has proved this domain before"));
}

/// LH-08: names under which anybody registers names are nobody's, whoever could show a record there.
#[tokio::test]
async fn lh_08_public_suffixes_are_refused() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    let own = token(&mut admin).await;
    for typed in ["co.uk", "ann@CO.UK", "github.io", "公司.cn"] {
        let page = admin.post(&format!("/portal/{OWN}/domains/add"), &[("token", &own), ("domain", typed)]).await;
        assert!(page.status == 200 && page.body.contains("Anybody registers names under it") && page.body.contains("<title>Error: "), "{typed}: {}", page.body);
    }
    for typed in ["northwind.co.uk", "northwind.github.io"] {
        assert!(post(&mut admin, OWN, "add", typed).await.ends_with("said=domain-added"), "{typed}");
    }
}

/// What an operator has entered as proved has no record of ours, and nobody looks for one.
#[tokio::test]
async fn what_the_operator_vouches_for_is_not_looked_for() {
    let broker = world().await;
    let id = account(&broker, OWN).await.account.id;
    let claim = homeward_discovery::DomainClaim { domain: DomainName::parse(DOMAIN).unwrap(), account: id, verified_at: Some(broker.clock.now()), connection: None };
    broker.running().store.put(&homeward_testkit::register_of_domains(vec![claim]), &[], broker.clock.now()).await.unwrap();
    days(&broker, 60).await;
    assert!(counts(&broker, OWN).await && broker.names.asked().is_empty());
    assert!(!page(&broker).await.body.contains("We look for the record again"));
}
