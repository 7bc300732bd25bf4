//! Applications of the account, and the one that a tile at the identity provider opens (B-095, B-096, B-115).

use homeward_discovery::{Application, SsoRule};
use homeward_model::Clock;
use homeward_signin::ports::Directory;
use homeward_store::{AuditFilter, register::Register};
use homeward_testkit::{Browser, Page, TestBroker};

use super::{OTHER, OWN, account, enter, lead, world};

const AT: &str = "/portal/90001/applications";

async fn choose(browser: &mut Browser, seen: &str, wanted: &str) -> Page {
    let token = browser.get(AT).await.hidden("token");
    let token = if token.is_empty() { super::token(browser).await } else { token };
    browser.post(&format!("{AT}/default"), &[("token", &token), ("seen", seen), ("application", wanted)]).await
}

async fn default_of(broker: &TestBroker) -> Option<String> {
    account(broker, OWN).await.default_application
}

/// B-011, B-012, B-164: people see what they can sign in to, what it is, where, and how they come in; what is not in their region is not there.
#[tokio::test]
async fn b_011_the_list_says_what_people_can_sign_in_to_and_how() {
    let broker = world().await;
    let mut audit = enter(&broker, "audit@own.example").await;
    let page = audit.get(AT).await;
    assert_eq!((page.status, page.heading()), (200, "Applications"));
    let row = |name: &str| page.body.split("<tr>").find(|row| row.contains(&format!("scope=\"row\">{name}"))).unwrap_or_default().to_owned();
    for (name, words) in [
        ("Wiki", ["Web application", "Everywhere", "As the account offers it"]),
        ("Desk", ["On a computer", "Everywhere", "As the account offers it"]),
        ("Pocket", ["On a phone or tablet", "Everywhere", "As the account offers it"]),
        ("Kiosk", ["Web application", "Everywhere", "account’s password only"]),
        ("Strong", ["Web application", "Everywhere", "with a second factor"]),
    ] {
        assert!(words.iter().all(|word| row(name).contains(word)), "{name}: {}", row(name));
    }
    assert!(row("Far").is_empty() && !page.body.contains("CANARY"), "{}", page.body);
    assert!(!page.body.contains("name=\"application\""), "who only reads chooses nothing");
    // The twins: in another region it is there, and what depends on the account says so.
    let register = broker.running().store.register().await.unwrap();
    let mut entry = register.applications.into_iter().find(|entry| entry.application.name == "Far").unwrap();
    entry.application = Application { regions: ["us".to_owned()].into(), sso: SsoRule::ForAdministrators, ..entry.application };
    broker.running().store.put(&Register { applications: vec![entry], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
    let page = audit.get(AT).await;
    assert!(page.body.contains(">us<") && page.body.contains("until administrators are let in by Single Sign-On"), "{}", page.body);
    let mut own = account(&broker, OWN).await;
    own.account.admin_sso = true;
    broker.running().store.put(&Register { accounts: vec![own], ..Register::default() }, &[], broker.clock.now()).await.unwrap();
    assert!(!audit.get(AT).await.body.contains("until administrators are let in"));
}

/// B-095, B-096, B-115, AD-12: what is chosen is what a tile opens and what step "Give" names; what cannot be one, or was chosen by somebody else
/// since, changes nothing, and every change is on record.
#[tokio::test]
async fn b_095_a_tile_opens_what_was_chosen() {
    let broker = world().await;
    let mut sec = enter(&broker, "sec@own.example").await;
    let give = format!("/portal/{OWN}/sign-on/{}", super::matrix::connection_of(&broker, OWN).await);
    assert!(sec.get(&give).await.body.contains("None: people choose"));
    let records = broker.audit_records().await;
    for (seen, wanted, said) in [("", "late", "application-unknown"), ("", "far", "application-unknown"), ("", "nothing", "application-unknown"), ("", "<b>", "application-unknown"), ("desk", "wiki", "changed"), ("", "", "changed")] {
        assert_eq!(lead(&choose(&mut sec, seen, wanted).await), format!("{AT}?said={said}"), "{seen} {wanted}");
    }
    assert_eq!((default_of(&broker).await, broker.audit_records().await), (None, records));
    assert_eq!(lead(&choose(&mut sec, "", "wiki").await), format!("{AT}?said=application-chosen"));
    let id = account(&broker, OWN).await.account.id;
    assert_eq!(Directory::default_start(&broker.running().store, id).await.unwrap().as_deref(), Some("https://wiki.example/"));
    assert!(sec.get(&give).await.body.contains("<strong>Wiki</strong>"));
    let by = broker.user("sec@own.example", OWN).await.id;
    let record = broker.running().store.audit_newest(&AuditFilter { event: Some("portal.applications".into()), ..AuditFilter::default() }, 1).await.unwrap().remove(0);
    assert_eq!(record.detail, format!("default: none → wiki by {by}"));
    // Another administrator's page from before, and somebody without the right.
    let mut admin = enter(&broker, "admin@own.example").await;
    assert_eq!(lead(&choose(&mut admin, "", "wiki").await), format!("{AT}?said=changed"));
    let mut help = enter(&broker, "help@own.example").await;
    assert_eq!(choose(&mut help, "wiki", "").await.status, 403);
    assert_eq!(default_of(&broker).await.as_deref(), Some("wiki"));
    assert_eq!(lead(&choose(&mut admin, "wiki", "").await), format!("{AT}?said=application-chosen"), "the twin");
    assert_eq!(default_of(&broker).await, None);
    assert_eq!(account(&broker, OTHER).await.default_application, None, "nobody else's");
}
