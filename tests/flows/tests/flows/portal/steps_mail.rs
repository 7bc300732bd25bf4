//! "Email these steps" (B7): what is to be entered at a provider or in the DNS goes to one address, in the language of whoever sends it; there
//! are not many of them, each is on record, and nothing in one is secret or somebody else's.

use homeward_portal::steps_mail::{MOST_A_DAY, MOST_TO_ONE};
use homeward_store::AuditFilter;
use homeward_testkit::{Browser, Page, TestBroker};

use super::{OTHER, OWN, enter, lead, matrix::connection_of, token, world};

const ADMIN: &str = "admin@own.example";
const KIM: &str = "kim@agency.example";

async fn send(browser: &mut Browser, of: &str, email: &str) -> Page {
    let token = token(browser).await;
    browser.post(&format!("/portal/{OWN}/steps/mail"), &[("token", &token), ("of", of), ("email", email)]).await
}

async fn to_kim(broker: &TestBroker) -> Vec<(String, String)> {
    broker.mails().await.into_iter().filter(|(to, ..)| to == KIM).map(|(_, subject, text)| (subject, text)).collect()
}

async fn records(broker: &TestBroker, event: &str) -> Vec<String> {
    let lines = broker.running().store.audit_newest(&AuditFilter { event: Some(event.into()), ..AuditFilter::default() }, 100).await.unwrap();
    lines.into_iter().map(|line| line.detail).filter(|detail| detail.contains("steps mailed")).collect()
}

/// A domain that is to be proved, and the text of its record.
async fn domain(admin: &mut Browser) -> String {
    let token = token(admin).await;
    assert!(lead(&admin.post(&format!("/portal/{OWN}/domains/add"), &[("token", &token), ("domain", "proof.example")]).await).ends_with("said=domain-added"));
    let page = admin.get(&format!("/portal/{OWN}/domains")).await;
    assert!(page.body.contains(&format!("href=\"/portal/{OWN}/steps?of=proof.example\"")), "{}", page.body);
    page.body.split("signin-verify=").nth(1).map(|rest| format!("signin-verify={}", rest.split('"').next().unwrap())).unwrap()
}

/// B7, ADM-1: the record that proves a domain, and our side of a connection in the words of that console. The address stands in no record.
#[tokio::test]
async fn the_steps_go_by_mail_to_whoever_looks_after_it() {
    let broker = world().await;
    let mut admin = enter(&broker, ADMIN).await;
    let (value, id) = (domain(&mut admin).await, connection_of(&broker, OWN).await);
    let page = admin.get(&format!("/portal/{OWN}/sign-on/{id}")).await;
    assert!(page.body.contains(&format!("href=\"/portal/{OWN}/steps?of={id}\"")), "{}", page.body);
    let page = admin.get(&format!("/portal/{OWN}/steps?of=proof.example")).await;
    assert!(page.heading() == "Email these steps" && page.body.contains("<option value=\"proof.example\" selected>"), "{}", page.body);
    let page = send(&mut admin, "proof.example", &format!(" {KIM} ")).await;
    assert_eq!(lead(&page), format!("/portal/{OWN}/steps?said=steps-sent"));
    assert!(admin.get(&lead(&page)).await.body.contains("The steps are on their way."));
    let (subject, text) = to_kim(&broker).await.remove(0);
    assert_eq!(subject, "DNS record for proof.example");
    for words in ["Ada Adler at Own Account asks you", "is led to the sign-in of Own Account", "_signin-check.proof.example", &value, "Leave it there"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    admin.cookies.insert("__Host-language".into(), "de".into());
    send(&mut admin, &id.to_string(), KIM).await;
    let (subject, text) = to_kim(&broker).await.into_iter().find(|(subject, _)| subject.contains("Single Sign-On")).unwrap();
    assert_eq!(subject, "Single Sign-On für Own Account: Werte zum Eintragen");
    for words in ["Ada Adler (Own Account) bittet Sie", &format!("http://homeward.localhost/saml/{id}/acs"), &format!("http://homeward.localhost/saml/{id}/metadata")] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(!text.contains("token=") && !text.contains("/setup"), "it opens nothing: {text}");
    let admin_id = broker.user(ADMIN, OWN).await.id;
    assert_eq!(records(&broker, "portal.domain").await, [format!("proof.example: steps mailed to k•••••@agency.example by {admin_id}")]);
    assert_eq!(records(&broker, "portal.connection").await, [format!("Own Provider: steps mailed to k•••••@agency.example by {admin_id}")]);
}

/// What is no address, not the account's, or not to be done, is mailed to nobody.
#[tokio::test]
async fn what_is_not_there_is_mailed_to_nobody() {
    let broker = world().await;
    let mut admin = enter(&broker, ADMIN).await;
    domain(&mut admin).await;
    let foreign = connection_of(&broker, OTHER).await.to_string();
    for (of, email, says) in [
        ("proof.example", "", "Enter an email address"), ("proof.example", "kim", "Enter an email address"), ("proof.example", "kim@example.org\r\nBcc: eve@example.org", "Enter an email address"),
        ("", KIM, "Choose one of these"), ("elsewhere.example", KIM, "Choose one of these"), (foreign.as_str(), KIM, "Choose one of these"),
    ] {
        let page = send(&mut admin, of, email).await;
        assert!(page.status == 200 && page.body.contains(says) && page.body.contains("<title>Error: ") && page.body.contains("aria-invalid=\"true\""), "{of} {email}: {}", page.body);
    }
    assert_eq!(broker.mails().await, []);
    let mut help = enter(&broker, "help@own.example").await;
    assert_eq!(send(&mut help, "proof.example", KIM).await.status, 403);
    assert!(!help.get(&format!("/portal/{OWN}/domains")).await.body.contains("/steps?of="), "nor offered");
    send(&mut admin, "proof.example", KIM).await;
    assert_eq!(to_kim(&broker).await.len(), 1, "the twin");
}

/// DS-14: an account sends so many in a day, and tomorrow again.
#[tokio::test]
async fn ds_14_an_account_mails_so_many_steps_and_no_more() {
    let broker = world().await;
    let mut admin = enter(&broker, ADMIN).await;
    domain(&mut admin).await;
    for place in 0..MOST_TO_ONE {
        assert_eq!(send(&mut admin, "proof.example", KIM).await.status, 303, "{place}");
    }
    let page = send(&mut admin, "proof.example", &KIM.to_uppercase()).await;
    assert!(page.status == 200 && page.body.contains("or 5 to this address"), "{}", page.body);
    for place in MOST_TO_ONE..MOST_A_DAY {
        assert_eq!(send(&mut admin, "proof.example", &format!("kim{place}@agency.example")).await.status, 303, "{place}");
    }
    let page = send(&mut admin, "proof.example", "another@agency.example").await;
    assert!(page.status == 200 && page.body.contains("20 such mails went out within a day"), "{}", page.body);
    assert_eq!((to_kim(&broker).await.len(), records(&broker, "portal.domain").await.len()), (5, 20));
    broker.clock.wait(std::time::Duration::from_secs(24 * 3600 + 60));
    let mut admin = enter(&broker, ADMIN).await;
    assert_eq!(send(&mut admin, "proof.example", KIM).await.status, 303, "the twin");
}
