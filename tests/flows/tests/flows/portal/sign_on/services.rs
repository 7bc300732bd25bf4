//! Connected services: from the empty page to a live token that an application gets, as an administrator sets it up by document [001]; who
//! has allowed what, and how it ends.

use std::path::Path;

use homeward_federation::delegated::{DelegatedSettings, GrantKey};
use homeward_model::{SystemRandom, UserId};
use homeward_server::apply;
use homeward_store::AuditFilter;

use serde_json::json;

use super::*;
use crate::delegated::{APPLICATIONS, SECRET, answered as answered_there, decided, path as path_of};

const APPLICATION: &str = "4478d65c-ffd6-463f-8d37-63ab9ecb80f2";
const OTHER: &str = "7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11";
const OBJECT: &str = "dd42879e-7c0d-44a2-bc68-9209a9678ca4";
const REDIRECT: &str = "https://homeward.localhost/ClientOAuth";
const GRAPH: (&str, &str) = ("resource", "https://graph.microsoft.com");

/// An administrator in front of a connection to the simulated Entra ID that is on, and an application that may act for people.
struct Office {
    desk: Desk,
    entra: Running,
    /// The page of the service.
    at: String,
    mia: UserId,
}

impl Office {
    async fn new() -> Self {
        let mut desk = Desk::new().await;
        desk.broker.settings.delegated.token_exchange = true;
        desk.broker.restart().await;
        std::fs::write(desk.broker.folder().join("SECRET"), SECRET).unwrap();
        let text = APPLICATIONS.replace("SECRET", &desk.broker.folder().join("SECRET").display().to_string());
        let store = &desk.broker.running().store;
        apply::plan_text(store, &text, Path::new("x"), desk.broker.clock.now(), &SystemRandom).await.unwrap().carry_out(store, desk.broker.clock.now()).await.unwrap();
        desk.ada = enter(&desk.broker, ADMIN).await;
        let token = desk.ada.get(&format!("/portal/{OWN}/sign-on/new")).await.hidden("token");
        let to = lead(&desk.ada.post(&format!("/portal/{OWN}/sign-on/new/add"), &[("token", &token), ("product", "entra-openid")]).await);
        desk.at = to.split('?').next().unwrap().to_owned();
        let entra = delegated::simulator(desk.broker.clock.clone());
        let issuer = format!("http://{}/{TENANT}/v2.0", entra.address);
        desk.take(&[("how", "openid"), ("issuer", &issuer), ("client_id", APPLICATION), ("secret", "CANARY-SECRET~7Q")]).await;
        let leaving = desk.step("test", &[]).await;
        desk.ada.get(&answered(&entra, &leaving).await).await;
        assert_eq!(lead(&desk.step("turn", &[("to", "enforced"), ("mode", "redirect")]).await), format!("{}?said=switched#turn", desk.at));
        let at = desk.at.replace("/sign-on/", "/services/");
        let mia = desk.broker.user(MIA, OWN).await.id;
        Self { desk, entra, at, mia }
    }
    /// With a registration and its permissions in use.
    async fn set_up() -> Self {
        let mut office = Self::new().await;
        office.take(&[("application", APPLICATION), ("Calendars.Read", "yes"), ("EWS.AccessAsUser.All", "yes")]).await;
        office
    }
    async fn page(&mut self) -> Page {
        let page = self.desk.ada.get(&self.at).await;
        assert_eq!((page.status, page.heading()), (200, "Connected services"), "{}", page.body);
        page
    }
    async fn step(&mut self, step: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.page().await.hidden("token");
        let mut form = vec![("token", token.as_str())];
        form.extend(fields);
        self.desk.ada.post(&format!("{}/{step}", self.at), &form).await
    }
    fn host(&self) -> String {
        self.entra.address.to_string()
    }
    /// The form with these fields in place of what it would have.
    async fn propose(&mut self, fields: &[(&str, &str)]) -> Page {
        let host = self.host();
        let mut form: Vec<(&str, &str)> = [("cloud", host.as_str()), ("tenant", TENANT), ("redirect_uri", REDIRECT)].into_iter().filter(|(name, _)| !fields.iter().any(|(other, _)| other == name)).collect();
        form.extend(fields);
        self.step("propose", &form).await
    }
    /// Enters values and takes over what waits; gives the page on which they waited.
    async fn take(&mut self, fields: &[(&str, &str)]) -> Page {
        let waits = self.propose(fields).await;
        assert_eq!(lead(&waits), format!("{}#proposal", self.at), "{}", waits.body);
        let page = self.page().await;
        assert_eq!(lead(&self.step("accept", &[("handle", &page.hidden("handle"))]).await), format!("{}?said=accepted#values", self.at));
        page
    }
    async fn own(&self) -> Option<DelegatedSettings> {
        self.desk.stored().await.settings.unwrap().delegated.map(|own| *own)
    }
    fn microsoft(&self) -> Browser {
        Browser::new(self.entra.address)
    }
    /// The organisation's consent, at Microsoft and back; where it led.
    async fn consents(&mut self, decision: &str) -> Page {
        let leaving = self.step("consent", &[]).await;
        let to = leaving.refresh().unwrap_or_else(|| panic!("nobody leaves: {} {}", leaving.status, leaving.body));
        assert!(to.contains("/v2.0/adminconsent?") && to.contains("redirect_uri=https%3A%2F%2Fhomeward.localhost%2FClientOAuth"), "{to}");
        let back = decided(&mut self.microsoft(), &to, "admin@tailspin.example", decision).await;
        self.desk.ada.get(&path_of(&back)).await
    }
    /// Mia signs in to Planner, at Microsoft and back: her token there.
    async fn signed_in(&self) -> (Browser, String) {
        let mut mia = self.desk.broker.browser();
        let page = mia.open("planner", "").await;
        let offer = mia.identify(&page, MIA).await;
        let leaving = mia.post("/signin/single-sign-on", &[("stage", &offer.hidden("stage"))]).await;
        let back = answered_there(&mut self.microsoft(), &leaving.refresh().unwrap(), MIA).await;
        let delivered = mia.get(&path_of(&back)).await;
        let page = mia.get(&lead(&delivered)).await;
        let address = mia.leave(&page).await;
        let code = url::Url::parse(&address).unwrap().query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
        let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", "https://planner.example/cb"), ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")];
        let (status, tokens) = delegated::token_at(self.desk.broker.browser(), "planner", &form).await;
        assert_eq!(status, 200, "{tokens}");
        (mia, tokens["access_token"].as_str().unwrap().to_owned())
    }
    /// Planner asks for a token of hers.
    async fn exchange(&self, own: &str) -> serde_json::Value {
        let form = [("grant_type", homeward_provider::exchange::GRANT_TYPE), ("subject_token", own), ("subject_token_type", homeward_provider::exchange::ACCESS_TOKEN), GRAPH];
        delegated::token_at(self.desk.broker.browser(), "planner", &form).await.1
    }
    /// She allows it; gives her token at Planner.
    async fn allowed(&self) -> String {
        let (mut mia, own) = self.signed_in().await;
        let answer = self.exchange(&own).await;
        assert_eq!(answer["error"], "interaction_required", "{answer}");
        let page = mia.get(&path_of(answer["consent_uri"].as_str().unwrap())).await;
        let leaving = mia.post("/delegated/consent", &[("stage", &page.hidden("stage"))]).await;
        let back = answered_there(&mut self.microsoft(), &leaving.refresh().unwrap(), MIA).await;
        assert_eq!(mia.get(&path_of(&back)).await.heading(), "Planner may act for you");
        own
    }
    async fn holders(&self) -> Vec<UserId> {
        let all = &self.desk.broker.running().context.federation.delegation;
        all.grants().holders(self.desk.stored().await.connection.id).await.unwrap().into_iter().map(|(user, _)| user).collect()
    }
    /// Records of this kind: whom they concern, and the detail.
    async fn records(&self, event: &str) -> Vec<(Option<UserId>, String)> {
        let filter = AuditFilter { event: Some(event.to_owned()), ..AuditFilter::default() };
        self.desk.broker.running().store.audit_newest(&filter, 20).await.unwrap().into_iter().map(|line| (line.user, line.detail)).collect()
    }
    /// The end of every record of hers.
    async fn by_ada(&self) -> String {
        format!(" by {}", self.desk.broker.user(ADMIN, OWN).await.id)
    }
}

/// B-126 to B-147, AU-06: document [001] as an administrator goes through it, from the empty page to a live token that an application gets.
#[tokio::test]
async fn document_001_from_the_empty_page_to_a_live_token() {
    let mut office = Office::new().await;
    // The account has two connections by now, and neither has a registration.
    let list = office.desk.ada.get(&format!("/portal/{OWN}/services")).await;
    assert!(list.status == 200 && list.body.matches("Not set up").count() == 2 && list.body.contains(&office.at), "{}", list.body);
    let page = office.page().await;
    for words in [REDIRECT, TENANT, "Public client/native (mobile &amp; desktop)", "Single tenant", "Delegated permissions", "Calendars.ReadWrite.Shared", "Admin consent required", "OrgContact.Read.All"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    assert_eq!(page.body.matches("class=\"pill warn\">Yes").count(), 2, "B-140, B-141: marked as Microsoft marks them");
    assert!(!page.body.contains("xms_edov"), "people sign in at the same tenant");
    // The whole Overview page, pasted into one field.
    let overview = format!("Application (client) ID\n{APPLICATION}\nObject ID\n{OBJECT}\nDirectory (tenant) ID\n{TENANT}\n");
    let waits = office.take(&[("tenant", ""), ("application", ""), ("overview", &overview), ("Calendars.Read", "yes"), ("People.Read.All", "yes"), ("EWS.AccessAsUser.All", "yes")]).await;
    assert!(waits.body.contains("Nothing is changed yet") && waits.body.contains(APPLICATION) && !waits.body.contains("This is another registration"), "{}", waits.body);
    let own = office.own().await.unwrap();
    assert_eq!((own.tenant.as_str(), own.application.as_str(), own.redirect_uri.as_str(), own.secret), (TENANT, APPLICATION, REDIRECT, None));
    assert_eq!(own.permissions, ["Calendars.Read", "People.Read.All", "EWS.AccessAsUser.All"]);
    assert_eq!(office.desk.state().await, ConnectionState::Enforced, "the sign-in goes on");
    let page = office.page().await;
    assert!(page.body.contains("A permission above needs an administrator at Microsoft") && page.body.contains("Nobody yet."), "{}", page.body);
    // B-145: consent for the organisation, and back. It is what the page asks for first until it was given, and not after.
    let button = |class: &str| format!("<button class=\"btn small {class}\" type=\"submit\">Grant admin consent</button>");
    assert!(page.body.contains(&button("")), "{}", page.body);
    assert_eq!(lead(&office.consents("accept").await), format!("{}?said=consented#consent", office.at));
    let page = office.page().await;
    assert!(page.body.contains("Given on 15 January 2027") && page.body.contains(&button("quiet")), "{}", page.body);
    assert_eq!(office.records("delegated.administrator_consented").await, [(None, format!("delegated access{}", office.by_ada().await))]);
    let own = office.allowed().await;
    let given = office.exchange(&own).await;
    let live = given["access_token"].as_str().unwrap_or_else(|| panic!("{given}")).to_owned();
    assert_eq!(given["scope"], "Calendars.Read");
    // Who has allowed it, since when and what; a test shows no token.
    let page = office.page().await;
    for words in ["1 person has allowed something.", MIA, "Planner", "today 08:00"] {
        assert!(plain(&page).contains(words), "{words} in {}", page.body);
    }
    let mia = office.mia.to_string();
    let tested = office.step("test", &[("user", &mia)]).await;
    assert!(tested.status == 200 && tested.body.matches("class=\"pill good\">Alive").count() == 2, "both interfaces: {}", tested.body);
    assert!(!tested.body.contains(&live), "AD-05");
    let by = office.by_ada().await;
    assert!(office.records("portal.token_tested").await == [(Some(office.mia), format!("Microsoft Entra ID{by}"))]);
    // An administrator ends it: nothing is given any more, and it is on record.
    assert_eq!(lead(&office.step("end", &[("user", &mia)]).await), format!("{}?said=ended#people", office.at));
    assert!(office.holders().await.is_empty());
    assert_eq!(office.exchange(&own).await["error"], "interaction_required");
    assert_eq!(office.records("portal.consent_ended").await, [(Some(office.mia), format!("Microsoft Entra ID{by}"))]);
    assert_eq!(lead(&office.step("end", &[("user", &mia)]).await), format!("{}?said=changed#people", office.at), "once");
    assert_eq!(office.records("portal.consent_ended").await.len(), 1);
    let tested = office.step("test", &[("user", &mia)]).await;
    assert!(tested.body.contains("This person has not allowed it yet."), "{}", tested.body);
    let changes: Vec<String> = office.records("portal.service").await.into_iter().map(|(_, detail)| detail).collect();
    assert_eq!(changes[0], format!("admin consent begun{by}"));
    assert!(changes[1].contains(&format!("tenant: none → {TENANT}; application: none → {APPLICATION}; redirect URI: none → {REDIRECT}; permissions: none → Calendars.Read")) && changes[1].ends_with(&by), "ADM-16: {changes:?}");
    let activity = office.desk.ada.get(&format!("/portal/{OWN}/activity")).await;
    for words in ["Consent of a person ended", "Token tested", "Consent of the organisation", "Connected service changed"] {
        assert!(activity.body.contains(words), "{words}");
    }
}

/// B-133, B-135, B-137, B-196, ADM-6: what cannot be used is named, stays in its field, and changes nothing.
#[tokio::test]
async fn b_196_what_cannot_be_used_is_named_and_changes_nothing() {
    let mut office = Office::new().await;
    let object = format!("Object ID\n{OBJECT}");
    let page = format!("Application (client) ID {APPLICATION} Object ID {OBJECT}");
    let read = ("Calendars.Read", "yes");
    let cases: [(&[(&str, &str)], &str); 12] = [
        (&[("application", &object), read], "This is the Object ID. Enter the Application (client) ID"),
        (&[("application", OBJECT), ("overview", &page), read], "This is the Object ID."),
        (&[("application", TENANT), read], "This is the Directory (tenant) ID. It belongs in the other field."),
        (&[("application", APPLICATION), ("tenant", APPLICATION), read], "This is the Application (client) ID. It belongs in the other field."),
        (&[("application", "api://4478d65c"), read], "This is the Application ID URI."),
        (&[("application", APPLICATION), ("tenant", "common"), read], "This is no organisation’s ID."),
        (&[("application", ""), read], "An ID has 36 characters"),
        (&[("application", APPLICATION), ("redirect_uri", "http://homeward.localhost/ClientOAuth"), read], "The redirect URI begins with https://"),
        (&[("application", APPLICATION), ("redirect_uri", "https://evil.example/ClientOAuth"), read], "Answers come back only to the host of this portal."),
        (&[("application", APPLICATION), ("cloud", "evil.example"), read], "Choose one of Microsoft’s clouds."),
        (&[("application", APPLICATION)], "Tick at least one permission."),
        (&[("application", APPLICATION), ("Mail.Send", "yes")], "Tick at least one permission."),
    ];
    for (fields, says) in cases {
        let page = office.propose(fields).await;
        assert!(page.status == 200 && page.body.contains(says), "{says}: {}", page.body);
        assert!(page.body.contains("role=\"alert\"") && page.body.contains("Error:") && !page.body.contains("name=\"handle\""), "{says}");
    }
    let page = office.propose(&[("application", "api://x"), ("redirect_uri", "https://homeward.localhost/clientoauth/"), ("secret", "CANARY-SERVICE-SECRET"), read]).await;
    assert!(page.body.contains("value=\"https://homeward.localhost/clientoauth/\"") && page.body.contains("value=\"api://x\""), "what was typed stays");
    assert!(!page.body.contains("CANARY-SERVICE-SECRET"), "AD-05");
    assert_eq!(office.own().await, None);
    // The twin, with a secret, which is shown to nobody.
    office.take(&[("application", APPLICATION), ("redirect_uri", "https://homeward.localhost/clientoauth/"), ("secret", "CANARY-SERVICE-SECRET"), read]).await;
    let own = office.own().await.unwrap();
    assert_eq!(own.redirect_uri, "https://homeward.localhost/clientoauth/", "B-133: to the letter");
    assert!(own.secret.is_some() && !format!("{own:?} {:?}", office.records("portal.service").await).contains("CANARY-SERVICE-SECRET"), "KS-01");
    assert!(!office.page().await.body.contains("CANARY-SERVICE-SECRET"));
    let again = office.propose(&[("application", APPLICATION), ("redirect_uri", "https://homeward.localhost/clientoauth/"), read]).await;
    assert!(again.body.contains("exactly these values already"), "an empty secret keeps the one that is there: {}", again.body);
}

/// OT-15: another registration says first what it forgets, and forgets it; other permissions forget nothing.
#[tokio::test]
async fn ot_15_another_registration_says_first_what_it_forgets() {
    let mut office = Office::set_up().await;
    assert_eq!(lead(&office.consents("accept").await), format!("{}?said=consented#consent", office.at));
    let own = office.allowed().await;
    assert!(office.exchange(&own).await["access_token"].is_string());
    let id = office.desk.stored().await.connection.id;
    let waits = office.take(&[("application", APPLICATION), ("Calendars.Read", "yes"), ("Contacts.Read", "yes")]).await;
    assert!(!waits.body.contains("This is another registration"), "{}", waits.body);
    assert_eq!(office.holders().await, [office.mia]);
    assert!(office.page().await.body.contains("These were chosen since then:"), "consent to less than what is chosen");
    office.propose(&[("application", OTHER), ("Calendars.Read", "yes")]).await;
    let waits = office.page().await;
    assert!(waits.body.contains("what 1 person has allowed is forgotten") && waits.body.contains("The organisation’s consent is forgotten, too."), "{}", waits.body);
    assert_eq!(office.holders().await, [office.mia], "nothing is forgotten before it is taken over");
    assert_eq!(lead(&office.step("accept", &[("handle", &waits.hidden("handle"))]).await), format!("{}?said=accepted#values", office.at));
    let consents = &office.desk.broker.running().context.federation.consents;
    assert_eq!((office.holders().await, consents.administrator(id).await.unwrap()), (vec![], None));
    assert!(office.exchange(&own).await.get("access_token").is_none());
    let (_, detail) = office.records("portal.service").await.remove(0);
    assert!(detail.contains(&format!("application: {APPLICATION} → {OTHER}")) && detail.contains("what 1 have allowed is forgotten"), "{detail}");
    // Off is another registration, too: none.
    assert_eq!(lead(&office.step("propose", &[("how", "off")]).await), format!("{}#proposal", office.at));
    let handle = office.page().await.hidden("handle");
    lead(&office.step("accept", &[("handle", &handle)]).await);
    assert_eq!(office.own().await, None);
    assert_eq!(lead(&office.step("consent", &[]).await), format!("{}?said=not-set-up#values", office.at));
}

/// B-145: a refusal at Microsoft is no consent; a link for somebody else shows once, works once, and comes back to no portal.
#[tokio::test]
async fn b_145_consent_is_given_at_once_or_by_a_link() {
    let mut office = Office::set_up().await;
    let declined = office.consents("cancel").await;
    assert_eq!(declined.status, 403);
    let id = office.desk.stored().await.connection.id;
    let consents = office.desk.broker.running().context.federation.consents.clone();
    assert_eq!(consents.administrator(id).await.unwrap(), None);
    let refused = office.records("signin.refused").await.remove(0);
    assert_eq!(refused.1, format!("delegated access{}", office.by_ada().await));
    let page = office.step("link", &[]).await;
    let address = page.body.split("/azure/start?link=").nth(1).map(|rest| format!("/azure/start?link={}", rest.split('"').next().unwrap())).unwrap_or_else(|| panic!("{}", page.body));
    assert!(!office.page().await.body.contains("/azure/start?link="), "it shows once");
    let mut somebody = office.desk.broker.browser();
    let begun = somebody.get(&address).await;
    assert_eq!(begun.heading(), "Allow it for everybody at Own Account");
    let to = somebody.post("/azure/start", &[("stage", &begun.hidden("stage"))]).await.refresh().unwrap();
    let back = decided(&mut office.microsoft(), &to, "admin@tailspin.example", "accept").await;
    assert_eq!(somebody.get(&path_of(&back)).await.heading(), "Your consent has arrived");
    assert!(consents.administrator(id).await.unwrap().is_some());
    assert_eq!(somebody.get(&address).await.status, 400, "used");
    assert_eq!(office.records("portal.service").await[0].1, format!("a link to admin consent{}", office.by_ada().await));
}

/// AD-02: what decides how people sign in is taken over on its own page; what concerns services only, on the services' page.
#[tokio::test]
async fn ad_02_a_service_takes_over_nothing_of_the_sign_in() {
    let mut office = Office::set_up().await;
    lead(&office.desk.step("propose", &[("how", "mapping"), ("local", "email"), ("person", "mail")]).await);
    let handle = office.desk.page().await.hidden("handle");
    let before = office.desk.stored().await;
    assert!(!office.page().await.body.contains("name=\"handle\""));
    assert_eq!(lead(&office.step("accept", &[("handle", &handle)]).await), format!("{}?said=other-values#values", office.at));
    assert_eq!(office.desk.stored().await, before);
    assert_eq!(lead(&office.desk.step("accept", &[("handle", &handle)]).await), format!("{}?said=accepted#values", office.desk.at), "the twin");
    office.propose(&[("application", APPLICATION), ("Contacts.Read", "yes")]).await;
    let handle = office.page().await.hidden("handle");
    assert!(!office.desk.page().await.body.contains("name=\"handle\""));
    assert_eq!(lead(&office.desk.step("accept", &[("handle", &handle)]).await), format!("{}?said=other-values#values", office.desk.at));
    assert_eq!(lead(&office.step("discard", &[("handle", &handle)]).await), format!("{}?said=discarded#values", office.at));
    assert_eq!(office.own().await.unwrap().permissions, ["Calendars.Read", "EWS.AccessAsUser.All"]);
}

/// AD-06, AD-09: taking over, consent and ending ask for a fresh sign-in, and a form of another session does nothing; looking and entering need none.
#[tokio::test]
async fn ad_06_ad_09_services_are_changed_by_a_fresh_proof_and_an_own_form() {
    let mut office = Office::set_up().await;
    office.allowed().await;
    let (before, mia) = (office.desk.stored().await, office.mia.to_string());
    let foreign = enter(&office.desk.broker, "sec@own.example").await.get(&office.at).await.hidden("token");
    for token in ["", "x", &foreign] {
        for step in ["propose", "accept", "discard", "consent", "link", "test", "end"] {
            let page = office.desk.ada.post(&format!("{}/{step}", office.at), &[("token", token), ("user", &mia), ("how", "off")]).await;
            assert_eq!(lead(&page), format!("{}?said=again", office.at), "{step}");
        }
    }
    office.propose(&[("application", APPLICATION), ("Contacts.Read", "yes")]).await;
    let handle = office.page().await.hidden("handle");
    office.desk.broker.clock.wait(Duration::from_secs(6 * 60));
    for step in ["accept", "consent", "link", "end"] {
        assert!(lead(&office.step(step, &[("user", &mia), ("handle", &handle)]).await).contains("/oauth2/authorize"), "{step}");
    }
    assert_eq!((office.desk.stored().await == before, office.holders().await), (true, vec![office.mia]));
    assert_eq!(office.step("test", &[("user", &mia)]).await.status, 200, "trying needs no fresh proof");
    let asked = office.step("accept", &[("handle", &handle)]).await;
    assert_eq!(lead(&through_sign_in(&mut office.desk.ada, &asked, ADMIN).await), office.at);
    assert_eq!(lead(&office.step("accept", &[("handle", &handle)]).await), format!("{}?said=accepted#values", office.at), "the twin");
}

/// MT-01, AD-03: somebody of another account is nobody here, whatever id is named.
#[tokio::test]
async fn mt_01_nobody_of_another_account_is_tried_or_ended() {
    let mut office = Office::set_up().await;
    office.allowed().await;
    let foreign = office.desk.broker.user("mia@other.example", super::super::OTHER).await.id;
    let id = office.desk.stored().await.connection.id;
    // A grant that could only be there by a fault of ours.
    let grants = office.desk.broker.running().context.federation.delegation.clone();
    let own = grants.grants().find(GrantKey { connection: id, user: office.mia }).await.unwrap().unwrap();
    grants.grants().grant(GrantKey { connection: id, user: foreign }, own).await.unwrap();
    let page = office.page().await;
    assert!(page.body.contains("1 person has allowed something.") && !page.body.contains(&foreign.to_string()), "{}", page.body);
    assert_eq!(office.step("end", &[("user", &foreign.to_string())]).await.status, 404);
    assert_eq!(lead(&office.step("test", &[("user", &foreign.to_string())]).await), format!("{}?said=not-set-up#people", office.at));
    assert!(office.holders().await.contains(&foreign), "nothing of it was touched");
    assert_eq!(lead(&office.step("end", &[("user", &office.mia.to_string())]).await), format!("{}?said=ended#people", office.at), "the twin");
}

/// AD-05, SM-06, B-145: a program enters a registration, looks at it and takes over what it has seen, sees who has allowed what, whether a
/// token is alive, and ends it; no token and no secret is in any answer.
#[tokio::test]
async fn sm_06_a_program_sets_a_service_up() {
    let office = Office::new().await;
    let admin = crate::api::Caller::whole(&office.desk.broker, ADMIN, OWN).await;
    let id = office.desk.stored().await.connection.id;
    let at = format!("/accounts/{OWN}/services/{id}");
    let link = admin.post(&format!("{at}/consent-link"), None).await;
    assert_eq!((link.status, crate::api::problem(&link).as_str()), (409, "service.not_set_up"));
    let mut asked = json!({ "how": "registration", "cloud": office.host(), "tenant": TENANT, "application": TENANT, "permissions": ["Calendars.Read"], "client_secret": "CANARY-SERVICE-SECRET" });
    let wrong = admin.post(&format!("{at}/proposal"), Some(&asked)).await;
    assert_eq!((wrong.status, crate::api::problem(&wrong).as_str()), (422, "service.application"), "{}", wrong.body);
    asked["application"] = json!(APPLICATION);
    let waits = admin.post(&format!("{at}/proposal"), Some(&asked)).await;
    assert_eq!((waits.status, waits.header("location")), (201, Some(format!("/api/v1{at}/proposal").as_str())), "{}", waits.body);
    assert!(waits.body.contains(APPLICATION) && !waits.body.contains("CANARY") && office.own().await.is_none(), "it waits");
    let accept = format!("{at}/proposal/accept");
    for (tag, status) in [("\"other\"", 412), (waits.header("etag").unwrap(), 204)] {
        assert_eq!(admin.send(reqwest::Method::POST, &accept, &[("if-match", tag)], None).await.status, status, "{tag}");
    }
    let own = office.own().await.unwrap();
    assert_eq!((own.application.as_str(), own.redirect_uri.as_str()), (APPLICATION, REDIRECT), "the usual address");
    let shown = admin.get(&at).await;
    let value = crate::api::json_of(&shown);
    assert_eq!((value["registration"]["has_secret"].as_bool(), value["consent"]["state"].as_str(), value["service"]["people"].as_u64()), (Some(true), Some("not_needed"), Some(0)));
    assert!(!shown.body.contains("CANARY"), "AD-05");
    office.allowed().await;
    let people = admin.read(&format!("{at}/people")).await;
    assert_eq!((people["items"][0]["user"]["username"].as_str(), &people["items"][0]["permissions"], &people["items"][0]["applications"]), (Some(MIA), &json!(["Calendars.Read"]), &json!(["planner"])));
    let of_mia = format!("{at}/people/{}", office.mia);
    let tested = admin.post(&format!("{of_mia}/test"), None).await;
    assert_eq!(crate::api::json_of(&tested)["items"][0]["state"], "live", "{}", tested.body);
    let link = crate::api::json_of(&admin.post(&format!("{at}/consent-link"), None).await);
    let begun = office.desk.broker.browser().get(&path_of(link["address"].as_str().unwrap())).await;
    assert_eq!(begun.heading(), "Allow it for everybody at Own Account");
    for status in [204, 409] {
        assert_eq!(admin.send(reqwest::Method::DELETE, &of_mia, &[], None).await.status, status);
    }
    assert!(office.holders().await.is_empty());
    let record = office.records("portal.consent_ended").await.remove(0);
    assert!(record.0 == Some(office.mia) && record.1.contains("[token ") && record.1.ends_with(&office.by_ada().await), "{record:?}");
}
