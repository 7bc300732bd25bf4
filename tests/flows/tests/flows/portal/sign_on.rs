//! Single Sign-On in four steps, from "+ Add" to somebody who is signed in: what is entered waits, what is tested signs nobody in,
//! what is turned on is taken back, and nobody else's is touched.

mod begun_there;
mod certificates;
mod emergency;
mod groups;
mod imports;
mod inside;
mod mends;
mod names;
mod newcomer;
mod outside;
mod proofs;
mod published;
mod relaxed;
mod services;
mod turn;
mod waiting;
mod whole;

use std::time::Duration;

use homeward_discovery::{ConnectionState, DomainClaim};
use homeward_federation::{
    LocalField, Matching, Protocol, RemoteField,
    refresh::{Refreshed, Staged},
};
use homeward_model::{Clock, DomainName};
use homeward_simulator::{
    KeyKind,
    brand::TENANT,
    saml::{Asked, Idp, encode},
    server::Running,
};
use homeward_store::register::ConnectionEntry;
use homeward_testkit::{Browser, Page, TestBroker, register_of_domains};

use super::{OWN, enter, lead, path, plain, through_sign_in, world};
use crate::{
    delegated,
    federated::{self, idp},
};

const MIA: &str = "mia@own.example";
const ADMIN: &str = "admin@own.example";

/// An administrator at work, with a domain of the account's own.
struct Desk {
    broker: TestBroker,
    ada: Browser,
    /// The page of the connection.
    at: String,
}

impl Desk {
    async fn new() -> Self {
        let broker = world().await;
        let account = broker.user(MIA, OWN).await.account;
        let claim = DomainClaim { domain: DomainName::parse("own.example").unwrap(), account, verified_at: Some(broker.clock.now()), connection: None };
        broker.running().store.put(&register_of_domains(vec![claim]), &[], broker.clock.now()).await.unwrap();
        let ada = enter(&broker, ADMIN).await;
        Self { broker, ada, at: String::new() }
    }
    /// "+ Add", and a product.
    async fn add(product: &str) -> Self {
        let mut desk = Self::new().await;
        desk.begin(product).await;
        desk
    }
    async fn begin(&mut self, product: &str) {
        let page = self.ada.get(&format!("/portal/{OWN}/sign-on/new")).await;
        assert_eq!(page.heading(), "Add Single Sign-On");
        let token = page.hidden("token");
        let to = lead(&self.ada.post(&format!("/portal/{OWN}/sign-on/new/add"), &[("token", &token), ("product", product)]).await);
        self.at = to.split('?').next().unwrap().to_owned();
    }
    /// A connection by SAML that has passed its test, with the provider that passed it.
    async fn tested() -> (Self, Idp) {
        let (mut desk, idp) = (Self::add("other-saml").await, idp());
        desk.take(&[("how", "metadata"), ("metadata", &metadata(&idp))]).await;
        desk.test_with(&idp, MIA).await;
        (desk, idp)
    }
    async fn page(&mut self) -> Page {
        let page = self.ada.get(&self.at).await;
        assert_eq!((page.status, page.heading()), (200, "Single Sign-On"), "{}", page.body);
        page
    }
    /// A step under the page of the connection, with what the page says of the values.
    async fn step(&mut self, step: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.page().await;
        let (token, values) = (page.hidden("token"), page.hidden("values"));
        let mut form = vec![("token", token.as_str()), ("values", values.as_str())];
        form.extend(fields);
        self.ada.post(&format!("{}/{step}", self.at), &form).await
    }
    /// Enters values and takes over what waits.
    async fn take(&mut self, fields: &[(&str, &str)]) {
        let page = self.step("propose", fields).await;
        assert_eq!(lead(&page), format!("{}#proposal", self.at), "{}", page.body);
        let handle = self.page().await.hidden("handle");
        assert_eq!(lead(&self.step("accept", &[("handle", &handle)]).await), format!("{}?said=accepted#values", self.at));
    }
    /// Takes back the step that the page shows: where that leads.
    async fn undo(&mut self) -> String {
        let seen = self.page().await.hidden("seen");
        lead(&self.step("undo", &[("seen", &seen)]).await)
    }
    async fn stored(&self) -> ConnectionEntry {
        let id = self.id();
        self.broker.running().store.register().await.unwrap().connections.into_iter().find(|entry| entry.connection.id.to_string() == id).unwrap()
    }
    fn id(&self) -> String {
        self.at.rsplit('/').next().unwrap().to_owned()
    }
    async fn state(&self) -> ConnectionState {
        self.stored().await.connection.state_at(self.broker.clock.now())
    }
    async fn changes(&self) -> Vec<String> {
        let store = &self.broker.running().store;
        let lines = store.audit_newest(&Default::default(), 100).await.unwrap();
        lines.into_iter().filter(|line| line.event == "portal.connection").map(|line| line.detail).collect()
    }
    /// The test sign-in, answered by this provider about this person: the page that shows it.
    async fn test_with(&mut self, idp: &Idp, about: &str) -> Page {
        let leaving = self.step("test", &[]).await;
        let sent = federated::read(&leaving);
        let answer = idp.answer(&self.asked(&sent.id), about, self.broker.clock.now());
        let delivered = self.ada.deliver(&format!("/saml/{}/acs", self.id()), &[("SAMLResponse", &encode(&idp.response(&answer))), ("RelayState", &sent.relay)]).await;
        assert_eq!(lead(&delivered), format!("{}#test", self.at));
        self.page().await
    }
    fn asked(&self, request: &str) -> Asked {
        let base = format!("http://homeward.localhost/saml/{}", self.id());
        Asked { entity_id: format!("{base}/metadata"), acs: format!("{base}/acs"), request_id: Some(request.to_owned()) }
    }
}

/// One with a key of its own.
fn stranger() -> Idp {
    Idp::new("https://idp.example/entity", KeyKind::Rsa).unwrap()
}

fn metadata(idp: &Idp) -> String {
    idp.metadata_xml(&idp.metadata("https://idp.example/sso", "https://idp.example/slo"))
}

/// B-090 to B-108, B-111, B-179, B-190, ADM-4, ADM-8, ADM-11: by SAML, from "+ Add" to somebody who is signed in, and nobody is affected before.
#[tokio::test]
async fn by_saml_from_add_to_a_signed_in_user() {
    let mut desk = Desk::add("entra-saml").await;
    let idp = idp();
    let page = desk.page().await;
    for words in ["Give these to Microsoft Entra ID", "Identifier (Entity ID)", "Reply URL (Assertion Consumer Service URL)", &format!("/saml/{}/acs", desk.id())] {
        assert!(page.body.contains(words), "{words}");
    }
    // Our side can be given before anything came from theirs.
    let ours = desk.ada.get(&format!("/saml/{}/metadata", desk.id())).await;
    assert!(ours.status == 200 && ours.body.contains("AssertionConsumerService"));
    assert_eq!(lead(&desk.step("test", &[]).await), format!("{}?said=incomplete#values", desk.at));
    // What is entered waits, beside what is there.
    let waits = desk.step("propose", &[("how", "metadata"), ("metadata", &metadata(&idp))]).await;
    assert_eq!(lead(&waits), format!("{}#proposal", desk.at));
    assert!(!desk.stored().await.settings.unwrap().issuer().contains("idp.example"), "nothing is taken over yet");
    let page = desk.page().await;
    for words in ["Nothing is changed yet", "https://idp.example/entity", "https://idp.example/sso", "SHA-256"] {
        assert!(page.body.contains(words), "{words}");
    }
    let handle = page.hidden("handle");
    lead(&desk.step("accept", &[("handle", &handle)]).await);
    assert_eq!(desk.stored().await.settings.unwrap().issuer(), "https://idp.example/entity");
    // Nobody turns on what was not tested (ADM-8).
    assert_eq!(lead(&desk.step("turn", &[("to", "enforced")]).await), format!("{}?said=not-tested#turn", desk.at));
    let page = desk.test_with(&idp, MIA).await;
    assert!(page.body.contains("Passed all 6 checks") && page.body.contains("Nobody was signed in, and nothing was changed."), "{}", page.body);
    assert!(plain(&page).contains("admin@own.example") && page.body.contains("m•••••@own.example"), "who began it, and whom it means in part");
    assert_eq!(desk.state().await, ConnectionState::Draft);
    let switched = desk.step("turn", &[("to", "enforced"), ("mode", "redirect")]).await;
    assert_eq!(lead(&switched), format!("{}?said=switched#turn", desk.at));
    assert_eq!(desk.state().await, ConnectionState::Enforced);
    // Mia goes there and comes in; the administrator still signs in here (B-164).
    let mut mia = desk.broker.browser();
    let sent = federated::read(&leaves(&mut mia).await);
    let answer = idp.answer(&desk.asked(&sent.id), MIA, desk.broker.clock.now());
    let delivered = mia.deliver(&format!("/saml/{}/acs", desk.id()), &[("SAMLResponse", &encode(&idp.response(&answer))), ("RelayState", &sent.relay)]).await;
    let back = federated::fetch(&mut mia, &delivered).await;
    assert_eq!(federated::who(&mut mia, "wiki", &back).await, Some((MIA.into(), OWN.into())));
    enter(&desk.broker, ADMIN).await;
    let changes = desk.changes().await;
    let admin = desk.broker.user(ADMIN, OWN).await.id;
    assert!(changes.iter().all(|detail| detail.ends_with(&format!("by {admin}"))), "AU-06: {changes:?}");
    for words in ["draft → enforced", "entity ID: none → https://idp.example/entity", "+ certificate", "test sign-in", "+ Microsoft Entra ID"] {
        assert!(changes.iter().any(|detail| detail.contains(words)), "ADM-16: {words} in {changes:?}");
    }
}

/// OE-01, B-126, B-196: by OpenID Connect, at a provider that plays Entra, from "+ Add" to somebody who is signed in; a mistyped issuer shows
/// at once, ids are told apart, and the secret is never shown.
#[tokio::test]
async fn by_openid_connect_from_add_to_a_signed_in_user() {
    const CLIENT: &str = "4478d65c-ffd6-463f-8d37-63ab9ecb80f2";
    const SECRET: &str = "CANARY-SECRET~7Q";
    let mut desk = Desk::add("entra-openid").await;
    let entra = delegated::simulator(desk.broker.clock.clone());
    let issuer = format!("http://{}/{TENANT}/v2.0", entra.address);
    let again = desk.step("propose", &[("how", "openid"), ("issuer", &issuer), ("client_id", "Object ID\ndd42879e-7c0d-44a2-bc68-9209a9678ca4")]).await;
    assert!(again.status == 200 && again.body.contains("This is the Object ID") && again.body.contains("aria-invalid"), "{}", again.body);
    let wrong = format!("http://127.0.0.1:9/{TENANT}/v2.0");
    let again = desk.step("propose", &[("how", "openid"), ("issuer", &wrong), ("client_id", CLIENT), ("secret", SECRET)]).await;
    assert!(again.status == 200 && again.body.contains("We could not read the provider’s document") && again.body.contains(&wrong), "ADM-6: what was typed stays");
    assert!(!again.body.contains(SECRET), "AD-05");
    desk.take(&[("how", "openid"), ("issuer", &issuer), ("client_id", CLIENT), ("secret", SECRET)]).await;
    let page = desk.page().await;
    assert!(page.body.contains(&issuer) && page.body.contains(CLIENT) && page.body.contains("Kept, and never shown again") && !page.body.contains(SECRET));
    assert!(!format!("{:?} {:?}", desk.stored().await, desk.changes().await).contains(SECRET), "KS-01");
    // The test, at the provider and back.
    let leaving = desk.step("test", &[]).await;
    let back = answered(&entra, &leaving).await;
    assert_eq!(lead(&desk.ada.get(&back).await), format!("{}#test", desk.at));
    let page = desk.page().await;
    assert!(page.body.contains("Passed all 6 checks"), "{}", page.body);
    lead(&desk.step("turn", &[("to", "enforced"), ("mode", "redirect")]).await);
    let mut mia = desk.broker.browser();
    let leaving = leaves(&mut mia).await;
    let back = answered(&entra, &leaving).await;
    let delivered = mia.get(&back).await;
    let back = federated::fetch(&mut mia, &delivered).await;
    assert_eq!(federated::who(&mut mia, "wiki", &back).await, Some((MIA.into(), OWN.into())));
}

/// OR-19, ADM-8: the endpoints that nobody has accepted yet are accepted before the test, so that it vouches for what the worker finds.
#[tokio::test]
async fn or_19_the_first_endpoints_are_those_that_are_tested() {
    let mut desk = Desk::add("entra-openid").await;
    let entra = delegated::simulator(desk.broker.clock.clone());
    let issuer = format!("http://{}/{TENANT}/v2.0", entra.address);
    desk.take(&[("how", "openid"), ("issuer", &issuer), ("client_id", "4478d65c-ffd6-463f-8d37-63ab9ecb80f2"), ("secret", "CANARY-SECRET~7Q")]).await;
    let endpoints = |entry: &mut ConnectionEntry| match &mut entry.settings.as_mut().unwrap().protocol {
        Protocol::Oidc(oidc) => oidc.endpoints.take(),
        Protocol::Saml(_) => None,
    };
    let name = desk.stored().await.connection.name;
    // As after "Start Azure integration", and after a file that names none.
    desk.broker.change_connection(OWN, &name, |entry| assert!(endpoints(entry).is_some())).await;
    let leaving = desk.step("test", &[]).await;
    lead(&desk.ada.get(&answered(&entra, &leaving).await).await);
    assert!(endpoints(&mut desk.stored().await).is_some());
    desk.broker.change_connection(OWN, &name, |entry| entry.connection.state = ConnectionState::Tested).await;
    desk.broker.running().look_after_connections().await;
    lead(&desk.step("turn", &[("to", "enforced"), ("mode", "redirect")]).await);
    assert_eq!(desk.state().await, ConnectionState::Enforced);
    let taken = desk.broker.audit(100).await.into_iter().filter(|(line, _)| line.starts_with("connection.endpoints_")).count();
    assert_eq!(taken, 1);
}

/// Mia opens an application and says who she is; the pages tell nobody's account before a proof, so she chooses the way herself.
async fn leaves(mia: &mut Browser) -> Page {
    let page = mia.open("wiki", "").await;
    let offer = mia.identify(&page, MIA).await;
    mia.post("/signin/single-sign-on", &[("stage", &offer.hidden("stage"))]).await
}

/// Somebody comes to the portal by the account's provider; the answer to the callback.
async fn comes_in(desk: &Desk, idp: &Idp, who: &str) -> (Browser, Page) {
    let mut browser = desk.broker.browser();
    let page = browser.get("/portal").await;
    let page = browser.get(&lead(&page)).await;
    let offer = browser.identify(&page, who).await;
    let leaving = browser.post("/signin/single-sign-on", &[("stage", &offer.hidden("stage"))]).await;
    let sent = federated::read(&leaving);
    let answer = idp.answer(&desk.asked(&sent.id), who, desk.broker.clock.now());
    let delivered = browser.deliver(&format!("/saml/{}/acs", desk.id()), &[("SAMLResponse", &encode(&idp.response(&answer))), ("RelayState", &sent.relay)]).await;
    let back = federated::fetch(&mut browser, &delivered).await;
    let to = back.refresh().unwrap_or_else(|| panic!("no way on: {} {}", back.status, back.body));
    let page = browser.get(&to).await;
    let end = browser.get(&lead(&page)).await;
    (browser, end)
}

/// MT-08: connections are read at the sign-ins of every name under the account's domains, so there are not any number of them.
#[tokio::test]
async fn mt_08_an_account_has_so_many_connections_and_no_more() {
    let mut desk = Desk::new().await;
    let token = desk.ada.get(&format!("/portal/{OWN}/sign-on/new")).await.hidden("token");
    let (add, mut added) = (format!("/portal/{OWN}/sign-on/new/add"), 0);
    let last = loop {
        let to = lead(&desk.ada.post(&add, &[("token", &token), ("product", "okta-saml")]).await);
        if !to.ends_with("?said=added#give") || added > homeward_portal::sign_on::MOST {
            break to;
        }
        added += 1;
    };
    assert_eq!((last.as_str(), added), (format!("/portal/{OWN}/sign-on/new?said=too-many").as_str(), homeward_portal::sign_on::MOST - 1), "one was there");
    assert!(desk.ada.get(&last).await.body.contains("as many as it can have"));
}

/// AD-02, B-164: whoever chooses an account's provider makes themselves no operator and no partner by it, who come in by their password only;
/// and who came in by the provider is out when the account no longer lets them.
#[tokio::test]
async fn ad_02_b_164_no_provider_vouches_for_a_role_beyond_its_account() {
    let (mut desk, idp) = Desk::tested().await;
    let wish = [("to", "enforced"), ("mode", "button"), ("local", "yes")];
    assert!(lead(&desk.step("turn", &wish).await).ends_with("said=switched#turn"));
    // Whoever only looks after sign-ins chooses no provider that administrators come in by.
    let mut sec = enter(&desk.broker, "sec@own.example").await;
    let own = sec.get(&format!("/portal/{OWN}/users")).await.hidden("token");
    let outage = format!("{}/outage", desk.at);
    assert!(lead(&sec.post(&outage, &[("token", &own), ("hours", "0")]).await).ends_with("said=hours#turn"), "the twin");
    enter(&desk.broker, "op@own.example").await;
    let token = desk.page().await.hidden("token");
    let switch = format!("/portal/{OWN}/administrators/sign-in");
    assert!(lead(&desk.ada.post(&switch, &[("token", &token), ("single-sign-on", "on")]).await).ends_with("said=admin-sso-on"));
    assert_eq!(sec.post(&outage, &[("token", &own), ("hours", "0")]).await.status, 403);
    let (mut admin, end) = comes_in(&desk, &idp, ADMIN).await;
    assert_eq!(lead(&end), "/portal");
    assert_eq!(lead(&admin.get("/portal").await), format!("/portal/{OWN}"));
    for wide in ["op@own.example", "partner@own.example"] {
        let (mut browser, end) = comes_in(&desk, &idp, wide).await;
        assert!(end.status == 403 && end.body.contains("portal.no_role"), "{wide}: {} {}", end.status, end.body);
        assert_eq!(desk.broker.audit(1).await[0], ("portal.refused portal.no_role".to_owned(), Some(desk.broker.user(wide, OWN).await.id)));
        assert!(lead(&browser.get("/portal").await).starts_with("/oauth2/authorize"), "{wide} has no session");
    }
    assert!(lead(&desk.ada.post(&switch, &[("token", &token), ("single-sign-on", "off")]).await).ends_with("said=admin-sso-off"));
    assert!(lead(&admin.get("/portal").await).starts_with("/oauth2/authorize"), "who came in by the provider is out");
    assert_eq!(lead(&desk.ada.get("/portal").await), format!("/portal/{OWN}"), "who came in by a password is not");
}

/// Mia signs in at the simulated Entra ID: the path that leads back.
async fn answered(entra: &Running, leaving: &Page) -> String {
    let to = leaving.refresh().unwrap_or_else(|| panic!("nobody leaves: {} {}", leaving.heading(), leaving.body));
    path(&delegated::answered(&mut Browser::new(entra.address), &to, MIA).await)
}

/// ADM-12: a check that fails opens in the portal, with both values, the field's name there and the way to where it is mended; and it is no
/// evidence.
#[tokio::test]
async fn a_test_that_fails_says_where_to_look() {
    let mut desk = Desk::add("google-saml").await;
    let idp = idp();
    desk.take(&[("how", "metadata"), ("metadata", &metadata(&idp))]).await;
    let page = desk.test_with(&stranger(), MIA).await;
    for words in ["Stopped at check 3 of 6", "that you have not added", "Google Identity Provider details › Certificate", "href=\"#values\"", "sig.untrusted_key", "Report for Google Workspace support"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    let page = desk.test_with(&idp, "nobody@own.example").await;
    assert!(page.body.contains("Stopped at check 5 of 6") && page.body.contains(&format!("/portal/{OWN}/users\"")), "{}", page.body);
    assert!(page.body.matches("nobody@own.example").count() == 1 && page.body.contains("Invite nobody@own.example"), "in full where they can be invited, and nowhere else");
    assert_eq!(lead(&desk.step("turn", &[("to", "pilot")]).await), format!("{}?said=not-tested#turn", desk.at));
}

/// SM-06, ADM-7: what was looked at is taken over, and nothing that was entered since; what was tested were other values.
#[tokio::test]
async fn what_was_looked_at_is_what_is_taken_over() {
    let mut desk = Desk::add("other-saml").await;
    let (first, second) = (idp(), Idp::new("https://other.example/entity", KeyKind::Rsa).unwrap());
    lead(&desk.step("propose", &[("how", "metadata"), ("metadata", &metadata(&first))]).await);
    let handle = desk.page().await.hidden("handle");
    lead(&desk.step("propose", &[("how", "metadata"), ("metadata", &metadata(&second))]).await);
    assert_eq!(lead(&desk.step("accept", &[("handle", &handle)]).await), format!("{}?said=other-values#values", desk.at));
    assert_eq!(desk.stored().await.settings.unwrap().issuer(), "", "nothing was taken over");
    assert_eq!(lead(&desk.step("discard", &[("handle", &handle)]).await), format!("{}?said=other-values#values", desk.at));
    let newer = desk.page().await.hidden("handle");
    assert!(!newer.is_empty() && newer != handle, "what was entered since still waits");
    assert_eq!(lead(&desk.step("discard", &[("handle", &newer)]).await), format!("{}?said=discarded#values", desk.at));
    assert!(!desk.page().await.body.contains("name=\"handle\""));
    desk.take(&[("how", "metadata"), ("metadata", &metadata(&first))]).await;
    desk.test_with(&first, MIA).await;
    let certificate = second.certificate_pem();
    desk.take(&[("how", "hand"), ("sign_in_url", "https://idp.example/sso"), ("entity_id", "https://idp.example/entity"), ("certificates", &certificate)]).await;
    let page = desk.page().await;
    assert!(page.body.contains("other values were entered since"), "{}", page.body);
    assert_eq!(lead(&desk.step("turn", &[("to", "enforced")]).await), format!("{}?said=not-tested#turn", desk.at));
}

/// AD-06: to take values over and to turn it on, one proves oneself once more; what waits is still there afterwards.
#[tokio::test]
async fn ad_06_taking_over_and_turning_on_ask_for_a_fresh_sign_in() {
    let mut desk = Desk::add("okta-saml").await;
    lead(&desk.step("propose", &[("how", "metadata"), ("metadata", &metadata(&idp()))]).await);
    let handle = desk.page().await.hidden("handle");
    desk.broker.clock.wait(Duration::from_secs(6 * 60));
    let asked = desk.step("accept", &[("handle", &handle)]).await;
    assert!(lead(&asked).contains("/oauth2/authorize?client_id=homeward-portal&request_uri="), "{}", lead(&asked));
    assert_eq!(desk.stored().await.settings.unwrap().issuer(), "");
    let back = through_sign_in(&mut desk.ada, &asked, ADMIN).await;
    assert_eq!(lead(&back), desk.at);
    assert_eq!(lead(&desk.step("accept", &[("handle", &handle)]).await), format!("{}?said=accepted#values", desk.at));
    desk.broker.clock.wait(Duration::from_secs(6 * 60));
    for step in ["turn", "outage", "undo", "pilot", "unpilot"] {
        assert!(lead(&desk.step(step, &[("to", "enforced")]).await).contains("/oauth2/authorize"), "{step}");
    }
    // Looking, entering and testing do not.
    assert!(desk.step("test", &[]).await.refresh().is_some());
}

/// AD-09: a form of another session, or of nobody, enters nothing and turns nothing on.
#[tokio::test]
async fn ad_09_forms_of_others_change_no_connection() {
    let mut desk = Desk::add("okta-saml").await;
    desk.take(&[("how", "metadata"), ("metadata", &metadata(&idp()))]).await;
    let before = desk.stored().await;
    let foreign = enter(&desk.broker, "sec@own.example").await.get(&desk.at).await.hidden("token");
    for token in ["", "x", &foreign] {
        for step in ["propose", "mend", "accept", "discard", "test", "turn", "outage", "undo", "pilot", "unpilot"] {
            let page = desk.ada.post(&format!("{}/{step}", desk.at), &[("token", token), ("to", "retired"), ("how", "metadata")]).await;
            assert_eq!(lead(&page), format!("{}?said=again", desk.at), "{step}");
        }
    }
    assert_eq!(desk.stored().await, before);
}

/// B4, B-186: which attribute is what is entered like every other value, beside what the last test brought there.
#[tokio::test]
async fn attributes_are_mapped_with_the_values_of_the_last_test() {
    let mut desk = Desk::add("other-saml").await;
    let idp = idp();
    desk.take(&[("how", "metadata"), ("metadata", &metadata(&idp))]).await;
    assert!(desk.page().await.body.contains("A test shows what arrives."));
    desk.test_with(&idp, MIA).await;
    let page = desk.page().await;
    assert!(page.body.contains("In the last test:") && !page.body.contains("The last test brought nothing of this name."), "{}", page.body);
    let none = [("how", "mapping"), ("local", "email"), ("person", "mail"), ("email", "mail"), ("given_name", ""), ("family_name", ""), ("groups", ""), ("roles", "")];
    desk.take(&none).await;
    assert!(desk.page().await.body.contains("The last test brought nothing of this name."), "what is asked for now did not come then");
    let settings = desk.stored().await.settings.unwrap();
    assert_eq!(settings.matching, Matching { local: LocalField::Email, remote: RemoteField::Named("mail".into()) });
    assert_eq!((settings.mapping.email.as_deref(), settings.mapping.given_name), (Some("mail"), None));
    assert!(desk.changes().await.iter().any(|detail| detail.contains("found by: username → email; username from: none → mail")), "{:?}", desk.changes().await);
    let again = desk.step("propose", &[("how", "mapping"), ("local", "role")]).await;
    assert!(again.status == 200 && again.body.contains("That is no name of an attribute."));
}

/// SM-06: metadata that changed at its address waits for a word in the portal, too.
#[tokio::test]
async fn metadata_that_changed_at_its_address_waits_in_the_portal() {
    let mut desk = Desk::add("other-saml").await;
    let (first, second) = (idp(), stranger());
    desk.take(&[("how", "metadata"), ("metadata", &metadata(&first))]).await;
    let xml = metadata(&second);
    let id = desk.stored().await.connection.id;
    let staged = Staged { at: desk.broker.clock.now(), digest: "x".into(), xml, ..Staged::default() };
    let waits = Refreshed { staged: Some(staged), ..Refreshed::default() };
    assert!(desk.broker.running().store.change_refreshed(id, &Refreshed::default(), &waits).await.unwrap());
    assert!(desk.page().await.body.contains("metadata has changed at its address"));
    desk.take(&[("how", "waiting")]).await;
    let page = desk.page().await;
    assert!(!page.body.contains("metadata has changed at its address"), "it is in use now");
    let page = desk.test_with(&second, MIA).await;
    assert!(page.body.contains("Passed all 6 checks"), "{}", page.body);
}

/// ADM-2, ADM-3, ADM-4, ADM-6, SM-07: what cannot be used is named, stays in its field, and changes nothing.
#[tokio::test]
async fn what_cannot_be_used_is_named_and_changes_nothing() {
    let mut desk = Desk::add("entra-saml").await;
    let good = metadata(&idp());
    let hand = |url: &'static str, certificates: &'static str| [("how", "hand"), ("sign_in_url", url), ("entity_id", "https://idp.example/entity"), ("certificates", certificates)];
    let doctype = format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{good}");
    let cases: [(&[(&str, &str)], &str); 8] = [
        (&[("how", "metadata"), ("metadata", "")], "Paste the text, choose the file"),
        (&[("how", "metadata"), ("metadata", &doctype)], "no metadata that can be read"),
        (&[("how", "metadata"), ("metadata", "<html></html>")], "not SAML metadata"),
        (&[("how", "address"), ("address", "ftp://idp.example/metadata")], "does not begin with https://"),
        (&[("how", "address"), ("address", "http://10.0.0.1/metadata")], "does not begin with https://"),
        (&hand("https://idp.example/sso", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"), "This is a private key. It was not kept."),
        (&hand("https://idp.example/sso", ""), "There is no signing certificate"),
        (&hand("javascript:alert(1)", ""), "does not begin with https://"),
    ];
    for (fields, says) in cases {
        let page = desk.step("propose", fields).await;
        assert!(page.status == 200 && page.body.contains(says), "{says}: {}", page.body);
        assert!(page.body.contains("role=\"alert\"") && page.body.contains("aria-invalid=\"true\"") && page.body.contains("Error:"), "{says}");
        assert!(!page.body.contains("name=\"handle\""), "{says}");
        assert!(!page.body.contains("PRIVATE KEY"), "AD-05: {says}");
        assert!(!page.body.contains("not SAML metadata") || page.body.contains("&lt;html&gt;&lt;/html&gt;</textarea>"), "ADM-6: anything else stays in its field");
    }
    assert_eq!(desk.stored().await.settings.unwrap().issuer(), "");
    // The certificates that are there stay only while they are ticked.
    desk.take(&[("how", "metadata"), ("metadata", &good)]).await;
    let page = desk.step("propose", &[("how", "hand"), ("sign_in_url", "https://idp.example/sso"), ("entity_id", "https://idp.example/entity")]).await;
    assert!(page.body.contains("There is no signing certificate"), "{}", page.body);
    let page = desk.step("propose", &[("how", "metadata"), ("metadata", &good)]).await;
    assert!(page.body.contains("exactly these values already"), "{}", page.body);
}
