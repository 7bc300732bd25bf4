//! Domains and their proof, against a real name server of the test's own.

use homeward_discovery::DomainClaim;
use homeward_testkit::{Browser, Page, TestBroker};

use super::{BELOW, OTHER, OWN, account, enter, lead, plain, token, world};

async fn post(browser: &mut Browser, number: &str, step: &str, domain: &str) -> Page {
    let own = token(browser).await;
    browser.post(&format!("/portal/{number}/domains/{step}"), &[("token", &own), ("domain", domain)]).await
}

async fn claim(broker: &TestBroker, domain: &str, number: &str) -> Option<DomainClaim> {
    let id = account(broker, number).await.account.id;
    broker.running().store.register().await.unwrap().domains.into_iter().find(|claim| claim.domain.as_str() == domain && claim.account == id)
}

/// The value that the page asks for.
fn value(page: &Page) -> String {
    page.body.split("signin-verify=").nth(1).map(|rest| format!("signin-verify={}", rest.split('"').next().unwrap())).unwrap()
}

/// LH-07, LH-08, ADM-14: a domain counts for nothing before its record was there; what was found instead is shown; then discovery leads its
/// usernames to this account. Each step is on record.
#[tokio::test]
async fn adm_14_a_domain_is_proved_by_its_own_name_server() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    let list = format!("/portal/{OWN}/domains");
    assert!(admin.get(&list).await.body.contains("This account has no domain yet."));
    assert!(lead(&post(&mut admin, OWN, "add", " Ann@Proof.example. ").await).ends_with("said=domain-added"));
    let page = admin.get(&list).await;
    assert!(page.body.contains("value=\"_signin-check.proof.example\"") && page.body.contains("Not proved yet"), "{}", page.body);
    let value = value(&page);
    assert!(value.len() > 40);
    let seen = |page: &Page, what: &str| assert!(plain(page).contains(what), "{what}: {}", page.body);
    for (records, what) in [
        (vec![], "There is no TXT record of this name."),
        (vec![("_signin-check.proof.example", vec!["v=spf1 -all", "signin-verify=another"])], "signin-verify=another"),
        (vec![("_signin-check.proof.example.proof.example", vec![value.as_str()])], "The right record stands under another name:"),
        (vec![("proof.example", vec!["x", value.as_str()])], "The value stands at the domain itself."),
        (vec![("_signin-check.proof.example", vec![&value[1..]])], "none of them is the right one"),
        (vec![("_signin-check.proof.example", vec!["<script>alert(1)</script>"])], "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ] {
        for (name, texts) in &records {
            broker.names.set(name, texts);
        }
        assert!(lead(&post(&mut admin, OWN, "check", "proof.example").await).ends_with("said=domain-not-yet"), "{what}");
        seen(&admin.get(&list).await, what);
        assert_eq!(claim(&broker, "proof.example", OWN).await.unwrap().verified_at, None, "{what}");
        for (name, _) in &records {
            broker.names.set(name, &[]);
        }
    }
    broker.names.fail(true);
    assert!(lead(&post(&mut admin, OWN, "check", "proof.example").await).ends_with("said=domain-not-yet"));
    seen(&admin.get(&list).await, "did not answer");
    broker.names.fail(false);
    assert!(!leads_here(&broker).await, "not before the proof");
    broker.names.set("_signin-check.proof.example", &["other", &value]);
    assert!(lead(&post(&mut admin, OWN, "check", "proof.example").await).ends_with("said=domain-proved"));
    seen(&admin.get(&list).await, "Proved on 15 January 2027");
    assert_eq!(super::domain_watch::told(&broker, "proof.example is proved").await, ["admin@own.example"], "the administrators read of it (AD-06)");
    assert!(claim(&broker, "proof.example", OWN).await.unwrap().verified_at.is_some());
    assert!(leads_here(&broker).await, "discovery counts it");
    assert!(broker.names.asked().contains(&"_signin-check.proof.example".to_owned()));
    assert!(lead(&post(&mut admin, OWN, "give-up", "proof.example").await).ends_with("said=domain-given-up"));
    assert_eq!((claim(&broker, "proof.example", OWN).await, leads_here(&broker).await), (None, false));
    let details: Vec<String> = broker.running().store.audit_newest(&homeward_store::AuditFilter { event: Some("portal.domain".into()), ..Default::default() }, 10).await.unwrap().into_iter().map(|r| r.detail).collect();
    let by = broker.user("admin@own.example", OWN).await.id;
    assert_eq!(details, ["proof.example: given up", "proof.example: proved", "proof.example: added"].map(|what| format!("{what} by {by}")));
}

/// Whether somebody unknown of the domain is led to the account's own provider.
async fn leads_here(broker: &TestBroker) -> bool {
    let store = &broker.running().store;
    let mut entry = account(broker, OWN).await;
    // On for the moment of the question, and only for it.
    let connection = homeward_discovery::Connection { id: homeward_model::ConnectionId::generate(&homeward_model::SystemRandom), account: entry.account.id, name: "Own provider".into(), state: homeward_discovery::ConnectionState::Enforced, outage: None };
    let before = entry.clone();
    (entry.account.sso_mode, entry.account.connection) = (homeward_discovery::SsoMode::Redirect, Some(connection.id));
    let now = homeward_model::Clock::now(broker.clock.as_ref());
    let put = |accounts: Vec<homeward_store::register::AccountEntry>, connections| homeward_store::register::Register { accounts, connections, ..Default::default() };
    store.put(&put(vec![entry], vec![homeward_store::register::ConnectionEntry { connection: connection.clone(), settings: None }]), &[], now).await.unwrap();
    let mut somebody = broker.browser();
    let page = somebody.open("wiki", "").await;
    let page = somebody.identify(&page, "unknown@proof.example").await;
    let retired = homeward_discovery::Connection { state: homeward_discovery::ConnectionState::Retired, ..connection };
    store.put(&put(vec![before], vec![homeward_store::register::ConnectionEntry { connection: retired, settings: None }]), &[], now).await.unwrap();
    page.heading() != "Enter your password"
}

/// LH-07, LH-08: a domain that another account has proved is not taken, not even with the record; nothing tells of it before. Everybody's mail
/// domains are nobody's.
#[tokio::test]
async fn lh_07_nobody_takes_a_domain_of_another_account() {
    let broker = world().await;
    let mut admin = enter(&broker, "admin@own.example").await;
    let list = format!("/portal/{OWN}/domains");
    for (domain, number) in [("canary-other.example", OTHER), ("canary-below.example", BELOW)] {
        let before = claim(&broker, domain, number).await;
        assert!(before.as_ref().unwrap().verified_at.is_some());
        assert!(lead(&post(&mut admin, OWN, "add", domain).await).ends_with("said=domain-added"));
        assert!(lead(&post(&mut admin, OWN, "check", domain).await).ends_with("said=domain-not-yet"));
        let page = admin.get(&list).await;
        assert!(!page.body.contains("another account") && !page.body.contains("CANARY"), "no word of it before the record is there");
        broker.names.set(&format!("_signin-check.{domain}"), &[&value(&page)]);
        assert!(lead(&post(&mut admin, OWN, "check", domain).await).ends_with("said=domain-not-yet"));
        let page = admin.get(&list).await;
        assert!(page.body.contains("another account has proved this domain before") && !page.body.contains("CANARY"), "{}", page.body);
        assert_eq!((claim(&broker, domain, OWN).await.unwrap().verified_at, claim(&broker, domain, number).await), (None, before));
        assert!(lead(&post(&mut admin, OWN, "give-up", domain).await).ends_with("said=domain-given-up"));
        assert!(claim(&broker, domain, number).await.is_some(), "the other's stays");
    }
    for (typed, says) in [
        ("gmail.com", "Everybody can get a mailbox there"), ("ann@outlook.de", "Everybody can get a mailbox there"), ("", "Enter a domain name"),
        ("localhost", "Enter a domain name"), ("192.0.2.1", "Enter a domain name"), ("a b.example", "Enter a domain name"), ("_x.example", "Enter a domain name"),
    ] {
        let page = post(&mut admin, OWN, "add", typed).await;
        assert!(page.status == 200 && page.body.contains(says) && page.body.contains("<title>Error: "), "{typed}: {}", page.body);
    }
    assert!(lead(&post(&mut admin, OWN, "add", "free.example").await).ends_with("said=domain-added"), "the twin");
    assert!(post(&mut admin, OWN, "add", "FREE.example").await.body.contains("in the list already"));
    assert!(broker.names.asked().iter().all(|name| !name.contains("gmail")));
}

/// LH-08: a value of one account proves nothing for another, and an old value nothing after the domain was given up: each is drawn anew.
#[tokio::test]
async fn lh_08_a_value_is_good_for_one_account_and_one_proof() {
    let broker = world().await;
    let (mut admin, mut chief) = (enter(&broker, "admin@own.example").await, enter(&broker, "chief@below.example").await);
    let own = format!("/portal/{OWN}/domains");
    assert!(lead(&post(&mut admin, OWN, "add", "both.example").await).ends_with("said=domain-added"));
    let of_own = value(&admin.get(&own).await);
    let page = chief.get(&format!("/portal/{BELOW}/domains")).await;
    let below_token = page.hidden("token");
    chief.post(&format!("/portal/{BELOW}/domains/add"), &[("token", &below_token), ("domain", "both.example")]).await;
    broker.names.set("_signin-check.both.example", &[&of_own]);
    assert!(lead(&chief.post(&format!("/portal/{BELOW}/domains/check"), &[("token", &below_token), ("domain", "both.example")]).await).ends_with("said=domain-not-yet"), "another account's value");
    assert!(lead(&post(&mut admin, OWN, "give-up", "both.example").await).ends_with("said=domain-given-up"));
    assert!(lead(&post(&mut admin, OWN, "add", "both.example").await).ends_with("said=domain-added"));
    assert!(lead(&post(&mut admin, OWN, "check", "both.example").await).ends_with("said=domain-not-yet"), "the value of before");
    let again = value(&admin.get(&own).await);
    assert_ne!(again, of_own);
    broker.names.set("_signin-check.both.example", &[&again]);
    assert!(lead(&post(&mut admin, OWN, "check", "both.example").await).ends_with("said=domain-proved"));
}
