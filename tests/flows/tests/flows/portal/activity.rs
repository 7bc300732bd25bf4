//! Activity: filters, references, files, and that an account reads its own records only.

use homeward_testkit::Page;

use homeward_model::Clock;
use homeward_signin::ports::{Audit, AuditEvent};

use super::{BELOW, OTHER, OWN, PASSWORD, account, enter, find, lead, plain, token, world};

fn rows(page: &Page) -> usize {
    page.body.matches("<tr>").count().saturating_sub(1)
}

/// ADM-15, AU-06, MT-02: a reference finds exactly one row, in its own account and in no other; a person finds theirs.
#[tokio::test]
async fn adm_15_a_reference_finds_one_row_in_its_own_account() {
    let broker = world().await;
    // Somebody of the account below is refused with a reference.
    let mut mia = broker.browser();
    let page = mia.open("strong", "").await;
    let page = mia.identify(&page, "chief@below.example").await;
    assert_ne!(page.status, 500);
    let mut own = broker.browser();
    let page = own.open("strong", "").await;
    let page = own.identify(&page, "mia@own.example").await;
    let refused = own.password(&page, PASSWORD).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    let reference = refused.body.split("class=\"ref\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let mut help = enter(&broker, "help@own.example").await;
    for typed in [reference.clone(), reference.to_lowercase(), reference.replace('-', "")] {
        let found = help.get(&format!("/portal/{OWN}/activity?ref={typed}")).await;
        assert!(rows(&found) == 1 && plain(&found).contains("mia@own.example") && found.body.contains("discovery.second_factor"), "{typed}: {}", found.body);
    }
    let mut chief = enter(&broker, "chief@other.example").await;
    assert_eq!(rows(&chief.get(&format!("/portal/{OTHER}/activity?ref={reference}")).await), 0, "nobody else's");
    let (of_mia, address) = find(&mut help, "activity", &[("who", "MIA@own.example")]).await;
    let id = broker.user("mia@own.example", OWN).await.id;
    assert!(rows(&of_mia) >= 1 && !address.to_lowercase().contains("mia"), "{address}");
    assert_eq!(of_mia.body.matches(&format!("/users/{id}")).count(), rows(&of_mia), "hers and nobody else's");
    assert_eq!(rows(&help.get(&format!("/portal/{OWN}/activity?user={id}")).await), rows(&of_mia));
    for (field, nonsense) in [("ref", "0000"), ("ref", "';--"), ("who", "chief@below.example"), ("who", "\0"), ("who", "a b")] {
        let (page, _) = find(&mut help, "activity", &[(field, nonsense)]).await;
        assert!(page.status == 200 && rows(&page) == 0 && page.body.contains("is not one of ours"), "{nonsense}");
    }
    let foreign = broker.user("mia@below.example", BELOW).await.id;
    assert_eq!(rows(&help.get(&format!("/portal/{OWN}/activity?user={foreign}")).await), 0);
    let failed = help.get(&format!("/portal/{OWN}/activity?kind=signins&result=failed")).await;
    assert!(rows(&failed) >= 1 && !failed.body.contains("Signed in<"));
    let home = help.get(&format!("/portal/{OWN}")).await;
    assert!(home.body.contains("1 failed") && home.body.contains("They concern 1 person.") && home.body.contains(&reference));
}

/// AD-10, AU-08: files have what the page has, for those who may take them, and nothing of other accounts or secrets. Taking one is
/// on record.
#[tokio::test]
async fn activity_is_taken_away_as_csv_and_json_lines() {
    let broker = world().await;
    for name in ["mia@own.example", "chief@below.example"] {
        let mut browser = broker.browser();
        let page = browser.get("/signin").await;
        let page = browser.identify(&page, name).await;
        browser.password(&page, PASSWORD).await;
    }
    let mut audit = enter(&broker, "audit@own.example").await;
    let own = token(&mut audit).await;
    let csv = audit.post(&format!("/portal/{OWN}/activity/csv"), &[("token", &own)]).await;
    assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"activity-90001.csv\""));
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(csv.body.starts_with("time,event,result,user,by,application,reference,network,detail\r\n"));
    assert!(csv.body.contains("\"signin.completed\",\"ok\",\"mia@own.example\""), "{}", csv.body);
    let id = broker.user("mia@own.example", OWN).await.id;
    let lines = audit.post(&format!("/portal/{OWN}/activity/jsonl?user={id}"), &[("token", &own)]).await;
    for line in lines.body.lines() {
        let read: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(read["user"] == "mia@own.example" && read["time"].as_str().unwrap().ends_with('Z'));
    }
    assert!(lines.body.lines().count() >= 1);
    for page in [&csv, &lines] {
        assert!(!page.body.contains("below.example") && !page.body.contains("CANARY") && !page.body.contains(PASSWORD));
    }
    let mut admin = enter(&broker, "admin@own.example").await;
    let changes = admin.get(&format!("/portal/{OWN}/activity?kind=changes")).await;
    assert!(changes.body.contains("Activity exported") && plain(&changes).contains("by audit@own.example"), "{}", changes.body);
}

/// AD-09: an export writes a record, so it is a step: no address does it, and no form of another session.
#[tokio::test]
async fn ad_09_nothing_is_taken_away_by_an_address() {
    let broker = world().await;
    let (mut audit, mut admin) = (enter(&broker, "audit@own.example").await, enter(&broker, "admin@own.example").await);
    let (own, foreign) = (token(&mut audit).await, token(&mut admin).await);
    let exported = || async { broker.audit(50).await.iter().filter(|(line, _)| line == "portal.exported ok").count() };
    for end in ["csv", "jsonl"] {
        let address = format!("/portal/{OWN}/activity/{end}");
        assert!([404, 405].contains(&audit.get(&address).await.status), "{end}");
        assert!(lead(&audit.post(&address, &[("token", &foreign)]).await).ends_with("said=again"));
        assert_eq!(exported().await, 0);
    }
    assert_eq!(audit.post(&format!("/portal/{OWN}/activity/csv"), &[("token", &own)]).await.status, 200, "the twin");
    assert_eq!(exported().await, 1);
}

/// A file has every line, however many there are, each once and newest first.
#[tokio::test]
async fn a_file_has_every_line() {
    const LINES: usize = 10_500;
    let broker = world().await;
    let store = &broker.running().store;
    let id = account(&broker, OWN).await.account.id;
    let line = |place: usize| AuditEvent {
        event: "operator.account", outcome: "ok".into(), user: None, account: Some(id), application: None, network: "command line".into(), case: None,
        at: broker.clock.now(), detail: format!("line {place}"),
    };
    for from in (0..LINES).step_by(500) {
        let lines: Vec<AuditEvent> = (from..from + 500).map(line).collect();
        futures_util::future::try_join_all(lines.iter().map(|line| Audit::write(store, line))).await.unwrap();
    }
    let mut audit = enter(&broker, "audit@own.example").await;
    let own = token(&mut audit).await;
    let csv = audit.post(&format!("/portal/{OWN}/activity/csv?kind=changes"), &[("token", &own)]).await;
    let told: Vec<&str> = csv.body.lines().filter(|line| line.contains("\"operator.account\"")).collect();
    assert_eq!(told.len(), LINES);
    let distinct: std::collections::BTreeSet<&str> = told.iter().map(|line| line.rsplit(',').next().unwrap()).collect();
    assert_eq!(distinct.len(), LINES);
    assert!(csv.body.lines().filter(|line| line.starts_with("time,")).count() == 1 && csv.body.ends_with("\r\n"));
    let jsonl = audit.post(&format!("/portal/{OWN}/activity/jsonl?kind=changes"), &[("token", &own)]).await;
    assert_eq!(jsonl.body.lines().filter(|line| line.contains("operator.account")).count(), LINES);
    let none = audit.post(&format!("/portal/{OWN}/activity/csv?ref=2222-2222"), &[("token", &own)]).await;
    assert_eq!(none.body, "time,event,result,user,by,application,reference,network,detail\r\n", "an empty one has its head");
}
