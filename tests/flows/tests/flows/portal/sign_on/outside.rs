//! Somebody from outside at work by a setup link: values entered, taken over and tested, a domain proved, and nothing turned on.

use homeward_discovery::ConnectionState;
use homeward_simulator::{KeyKind, saml::Idp};
use homeward_store::AuditFilter;
use homeward_testkit::Browser;

use super::{ADMIN, Desk, MIA, idp, metadata};
use crate::portal::{
    OWN, enter, lead, plain,
    setup_links::{come_by, link_in, make, reference_in},
};

impl Desk {
    /// Somebody from outside sits down in the administrator's place, by a link for this connection; the administrator, and the reference.
    pub(super) async fn hand_over(&mut self) -> (Browser, String) {
        let id = self.id();
        let page = make(&mut self.ada, &id, ("24", "")).await;
        let guest = come_by(&self.broker, &link_in(&page)).await;
        (std::mem::replace(&mut self.ada, guest), reference_in(&page))
    }
    async fn token(&mut self) -> String {
        self.ada.get(&format!("/portal/{OWN}/domains")).await.hidden("token")
    }
}

/// ADM-13: from the link to a test that has passed, without a user here; then only an administrator turns it on. Every step is on record under
/// the link's reference, with who answers for it.
#[tokio::test]
async fn adm_13_somebody_outside_prepares_everything_and_turns_nothing_on() {
    let (mut desk, idp) = (Desk::add("other-saml").await, idp());
    let (mut ada, reference) = desk.hand_over().await;
    desk.take(&[("how", "metadata"), ("metadata", &metadata(&idp))]).await;
    assert_eq!(desk.stored().await.settings.unwrap().issuer(), "https://idp.example/entity");
    let page = desk.test_with(&idp, MIA).await;
    assert!(page.body.contains("Passed all 6 checks") && page.body.contains("A test has passed: your part is done. Ada Adler looks at it and turns it on."), "{}", page.body);
    for hidden in [MIA, ADMIN, "of 10 people", "name=\"mode\"", "/turn\"", "/pilot\""] {
        assert!(!plain(&page).contains(hidden), "{hidden}");
    }
    let token = desk.token().await;
    for step in ["turn", "outage", "undo", "pilot", "unpilot"] {
        let page = desk.ada.post(&format!("{}/{step}", desk.at), &[("token", &token), ("to", "enforced"), ("mode", "redirect"), ("people", MIA)]).await;
        assert!(page.status == 403 && page.body.contains("portal.not_allowed"), "{step}: {}", page.status);
    }
    assert_eq!(desk.state().await, ConnectionState::Draft, "nobody is affected");
    // A domain is proved, and given up by nobody outside.
    let domains = format!("/portal/{OWN}/domains");
    assert!(lead(&desk.ada.post(&format!("{domains}/add"), &[("token", &token), ("domain", "new.example")]).await).ends_with("said=domain-added"));
    let page = desk.ada.get(&domains).await;
    let value = page.body.split("signin-verify=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    desk.broker.names.set("_signin-check.new.example", &[&format!("signin-verify={value}")]);
    assert!(lead(&desk.ada.post(&format!("{domains}/check"), &[("token", &token), ("domain", "new.example")]).await).ends_with("said=domain-proved"));
    assert!(!desk.ada.get(&domains).await.body.contains("Give the domain up"));
    assert_eq!(desk.ada.post(&format!("{domains}/give-up"), &[("token", &token), ("domain", "new.example")]).await.status, 403);
    // On record, each by its reference.
    let admin = desk.broker.user(ADMIN, OWN).await.id;
    let lines = desk.broker.running().store.audit_newest(&AuditFilter { case: Some(reference.clone()), ..AuditFilter::default() }, 50).await.unwrap();
    let told: Vec<String> = lines.iter().rev().map(|line| format!("{} {}", line.event, line.detail)).collect();
    let end = format!("through a setup link by {admin}");
    assert!(told.iter().all(|line| line.ends_with(&end)), "{told:?}");
    for words in ["portal.setup_opened", "entity ID: none → https://idp.example/entity", "test sign-in", "new.example: added", "new.example: proved"] {
        assert!(told.iter().any(|line| line.contains(words)), "{words} in {told:?}");
    }
    // The administrator sees by whom it was tested, and turns it on.
    std::mem::swap(&mut desk.ada, &mut ada);
    assert!(desk.page().await.body.contains(&format!("through the setup link {reference}")));
    assert_eq!(lead(&desk.step("turn", &[("to", "enforced"), ("mode", "redirect")]).await), format!("{}?said=switched#turn", desk.at));
    assert_eq!(desk.state().await, ConnectionState::Enforced);
}

/// ADM-13: whoever came by a link changes nothing that people depend on: what they enter for a connection that is on waits for an administrator.
#[tokio::test]
async fn adm_13_values_of_a_connection_that_is_on_wait_for_an_administrator() {
    let (mut desk, _) = Desk::tested().await;
    assert!(lead(&desk.step("turn", &[("to", "pilot"), ("mode", "button")]).await).ends_with("said=switched#turn"));
    let (mut ada, _) = desk.hand_over().await;
    let other = Idp::new("https://evil.example/entity", KeyKind::Rsa).unwrap();
    lead(&desk.step("propose", &[("how", "metadata"), ("metadata", &metadata(&other))]).await);
    let page = desk.page().await;
    let handle = page.hidden("handle");
    assert!(!handle.is_empty() && !page.body.contains("/accept\"") && page.body.contains("What you enter waits until an administrator"), "{}", page.body);
    assert_eq!(lead(&desk.step("accept", &[("handle", &handle)]).await), format!("{}?said=is-on#values", desk.at));
    assert_eq!(desk.stored().await.settings.unwrap().issuer(), "https://idp.example/entity");
    assert_eq!(desk.state().await, ConnectionState::Pilot);
    // The twin: an administrator takes it over, knowingly.
    std::mem::swap(&mut desk.ada, &mut ada);
    assert_eq!(lead(&desk.step("accept", &[("handle", &handle)]).await), format!("{}?said=accepted#values", desk.at));
    assert_eq!(desk.stored().await.settings.unwrap().issuer(), "https://evil.example/entity");
}

/// ADM-13: whoever came by a link takes the place of no values that an administrator entered, and forgets none; what they entered says so.
#[tokio::test]
async fn adm_13_nobody_outside_takes_the_place_of_an_administrators_values() {
    let (mut desk, idp) = (Desk::add("other-saml").await, idp());
    let other = Idp::new("https://evil.example/entity", KeyKind::Rsa).unwrap();
    let (mine, theirs) = (metadata(&idp), metadata(&other));
    lead(&desk.step("propose", &[("how", "metadata"), ("metadata", &mine)]).await);
    let handle = desk.page().await.hidden("handle");
    let (mut ada, reference) = desk.hand_over().await;
    let refused = desk.step("propose", &[("how", "metadata"), ("metadata", &theirs)]).await;
    assert!(refused.status == 200 && refused.body.contains("Values that somebody else entered wait already."), "{}", refused.body);
    assert_eq!(lead(&desk.step("discard", &[("handle", &handle)]).await), format!("{}?said=other-values#values", desk.at));
    std::mem::swap(&mut desk.ada, &mut ada);
    let page = desk.page().await;
    assert!(page.hidden("handle") == handle && !page.body.contains("through the setup link"), "{}", page.body);
    // The twin: nothing of an administrator's waits; the values of the same link take each other's place, and the page says whose they are.
    assert_eq!(lead(&desk.step("discard", &[("handle", &handle)]).await), format!("{}?said=discarded#values", desk.at));
    std::mem::swap(&mut desk.ada, &mut ada);
    for values in [&mine, &theirs] {
        assert_eq!(lead(&desk.step("propose", &[("how", "metadata"), ("metadata", values)]).await), format!("{}#proposal", desk.at));
    }
    std::mem::swap(&mut desk.ada, &mut ada);
    let page = desk.page().await;
    assert!(page.body.contains(&format!("through the setup link {reference}.")) && page.body.contains("https://evil.example/entity"), "{}", page.body);
    // An administrator takes the place of everybody's.
    assert_eq!(lead(&desk.step("propose", &[("how", "metadata"), ("metadata", &mine)]).await), format!("{}#proposal", desk.at));
    assert!(!desk.page().await.body.contains("https://evil.example/entity"));
}

/// ADM-13: what an administrator has seen is what is turned on: values that somebody outside enters and tests meanwhile are not.
#[tokio::test]
async fn adm_13_the_values_that_were_seen_are_those_that_are_turned_on() {
    let (mut desk, good) = Desk::tested().await;
    let seen = desk.page().await;
    let (token, values) = (seen.hidden("token"), seen.hidden("values"));
    let (mut ada, _) = desk.hand_over().await;
    let other = Idp::new("https://evil.example/entity", KeyKind::Rsa).unwrap();
    desk.take(&[("how", "metadata"), ("metadata", &metadata(&other))]).await;
    desk.test_with(&other, MIA).await;
    std::mem::swap(&mut desk.ada, &mut ada);
    let turn = format!("{}/turn", desk.at);
    for values in [values.as_str(), ""] {
        let page = desk.ada.post(&turn, &[("token", &token), ("values", values), ("to", "enforced"), ("mode", "redirect")]).await;
        assert_eq!(lead(&page), format!("{}?said=changed#turn", desk.at));
        assert_eq!(desk.state().await, ConnectionState::Draft);
    }
    // The twin: the values of before again, tested and seen.
    desk.take(&[("how", "metadata"), ("metadata", &metadata(&good))]).await;
    desk.test_with(&good, MIA).await;
    assert_eq!(lead(&desk.step("turn", &[("to", "enforced"), ("mode", "redirect")]).await), format!("{}?said=switched#turn", desk.at));
}

/// ADM-13: a link for the connection that is added by it adds one, and opens that one only; a link opens no other connection of its account.
#[tokio::test]
async fn adm_13_a_link_opens_one_connection() {
    let mut desk = Desk::add("okta-saml").await;
    let first = desk.at.clone();
    let page = make(&mut desk.ada, "", ("24", "")).await;
    let reference = reference_in(&page);
    let mut kim = come_by(&desk.broker, &link_in(&page)).await;
    let page = kim.get(&format!("/portal/{OWN}/sign-on")).await;
    assert!(page.body.contains("Set up Single Sign-On") && !page.body.contains("Own Provider") && !page.body.contains("Okta"), "{}", page.body);
    assert_eq!(kim.get(&first).await.status, 404);
    let token = kim.get(&format!("/portal/{OWN}/domains")).await.hidden("token");
    let add = format!("/portal/{OWN}/sign-on/new/add");
    let to = lead(&kim.post(&add, &[("token", &token), ("product", "entra-saml")]).await);
    let second = to.split('?').next().unwrap().to_owned();
    assert!(to.ends_with("?said=added#give") && second != first);
    let list = kim.get(&format!("/portal/{OWN}/sign-on")).await;
    assert!(list.body.contains("Microsoft Entra ID") && !list.body.contains("Own Provider"), "only its own: {}", list.body);
    assert_eq!(kim.post(&add, &[("token", &token), ("product", "entra-saml")]).await.status, 403, "one, and no more");
    for step in ["", "/propose", "/discard", "/test", "/accept"] {
        let page = if step.is_empty() { kim.get(&first).await } else { kim.post(&format!("{first}{step}"), &[("token", &token), ("handle", "x"), ("metadata", "x")]).await };
        assert_eq!(page.status, 404, "{step}");
    }
    assert_eq!(kim.get(&second).await.status, 200, "the twin");
    let page = desk.ada.get(&format!("/portal/{OWN}/setup-links")).await;
    assert!(page.body.contains(&reference) && page.body.contains("Microsoft Entra ID"), "{}", page.body);
    // A second session of the same link opens the same one.
    let mut op = enter(&desk.broker, "op@own.example").await;
    assert_eq!(op.get(&second).await.status, 200);
}
