//! What mends a check that failed in a test sign-in: each button takes only what that test showed, shows its effect first, and counts after a
//! fresh proof; no certificate is added for the word of the answer that named it.

use std::time::Duration;

use homeward_discovery::{UserRule, UserState};
use homeward_federation::{IdpInitiated, Protocol, RemoteField, saml::certificate::Certificate};
use homeward_model::Clock;
use homeward_portal::tokens::Scope;
use homeward_simulator::{
    KeyKind,
    saml::{Answer, Attribute, Idp, encode},
};
use homeward_testkit::Page;

use super::{ADMIN, Desk, MIA, idp, leaves, metadata, stranger};
use crate::{
    api::{Caller, json_of},
    federated,
    portal::{OTHER, OWN, enter, lead, path, plain, through_sign_in},
};

impl Desk {
    /// A connection that has this provider's values and was not tested.
    async fn entered(idp: &Idp) -> Self {
        let mut desk = Self::add("entra-saml").await;
        desk.take(&[("how", "metadata"), ("metadata", &metadata(idp))]).await;
        desk
    }
    /// The test sign-in with an answer about Mia that is changed before it is signed.
    pub(super) async fn test_as(&mut self, idp: &Idp, change: impl FnOnce(Answer) -> Answer) -> Page {
        let leaving = self.step("test", &[]).await;
        let sent = federated::read(&leaving);
        let answer = change(idp.answer(&self.asked(&sent.id), MIA, self.broker.clock.now()));
        let form = [("SAMLResponse", encode(&idp.response(&answer))), ("RelayState", sent.relay.clone())];
        let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
        let delivered = self.ada.deliver(&format!("/saml/{}/acs", self.id()), &form).await;
        assert_eq!(lead(&delivered), format!("{}#test", self.at));
        self.page().await
    }
    /// Presses a button that mends, and takes over what waits then.
    async fn mend(&mut self, fields: &[(&str, &str)]) {
        let waits = self.step("mend", fields).await;
        assert_eq!(lead(&waits), format!("{}#proposal", self.at), "{}", waits.body);
        let handle = self.page().await.hidden("handle");
        assert_eq!(lead(&self.step("accept", &[("handle", &handle)]).await), format!("{}?said=accepted#values", self.at));
    }
    fn saml(&self, settings: &homeward_federation::ConnectionSettings) -> homeward_federation::saml::SamlSettings {
        match &settings.protocol {
            Protocol::Saml(saml) => (**saml).clone(),
            Protocol::Oidc(_) => panic!("{} is no SAML connection", self.at),
        }
    }
    /// "Compare and add" in Activity: only the very certificate that the answer named is taken, from a paste; it waits, and counts once somebody
    /// takes it over. Discarded at the end, so that the answer stays refused.
    async fn compares(&mut self, (rolled, ours): (&Idp, &Idp), (reference, at): (&str, &str)) {
        let page = self.ada.get(at).await;
        assert!(page.body.contains("Compare and add") && page.body.contains("name=\"fix\" value=\"answer\""), "{}", page.body);
        for (pasted, says) in [
            ("", "not the certificate of this answer"), (&*ours.certificate_pem(), "not the certificate of this answer"), ("-----BEGIN CERTIFICATE-----", "begins and does not end"),
            ("-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----", "This is a private key"),
        ] {
            let page = self.step("mend", &[("fix", "answer"), ("reference", reference), ("certificate", pasted)]).await;
            assert!(page.status == 200 && page.body.contains(says) && page.body.contains("<title>Error: ") && page.heading().contains(reference), "{pasted}: {}", page.body);
            assert!(page.body.contains("id=\"certificate\"") && !page.body.contains("CANARY"), "{}", page.body);
        }
        assert!(!self.page().await.body.contains("name=\"handle\""), "nothing waits");
        let certificate = rolled.certificate_pem();
        for nobodys in ["2222-2222", "9999-9999", ""] {
            let page = self.step("mend", &[("fix", "answer"), ("reference", nobodys), ("certificate", &certificate)]).await;
            assert!(page.status == 404 || page.body.contains("not kept any more"), "{nobodys}: {}", page.body);
        }
        assert_eq!(lead(&self.step("mend", &[("fix", "answer"), ("reference", reference), ("certificate", &certificate)]).await), format!("{}#proposal", self.at));
        let page = self.page().await;
        assert!(page.body.contains("Nothing is changed yet") && page.body.contains("is on: these values count"), "{}", page.body);
        assert_eq!(self.certificates().await, 1, "it waits");
        let handle = page.hidden("handle");
        assert_eq!(lead(&self.step("discard", &[("handle", &handle)]).await), format!("{}?said=discarded#values", self.at));
        // Who only reads is offered nothing.
        let mut audit = enter(&self.broker, "audit@own.example").await;
        assert!(!audit.get(at).await.body.contains("Compare and add"));
        assert_eq!(audit.post(&format!("{}/mend", self.at), &[("token", ""), ("fix", "answer")]).await.status, 403);
    }
    async fn certificates(&self) -> usize {
        self.saml(&self.stored().await.settings.unwrap()).certificates.len()
    }
}

/// Section 5, check 3, SM-06, AD-06: a certificate that nobody has added is shown, and added beside the old one for the thumbprint that somebody
/// brings along; it waits to be looked at, counts after a fresh proof, and then the test passes. Any other thumbprint adds nothing.
#[tokio::test]
async fn a_certificate_is_added_after_it_was_compared_and_never_in_one_click() {
    let idp = idp();
    let mut desk = Desk::entered(&idp).await;
    let rolled = stranger();
    let page = desk.test_with(&rolled, MIA).await;
    let theirs = Certificate::from_pem(rolled.certificate_pem().trim()).unwrap();
    for words in ["Stopped at check 3 of 6", "Compare and add", "Nothing has proved that it belongs to your provider", &theirs.sha256_thumbprint(), "Thumbprint, as Microsoft Entra ID shows it"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    let ours = Certificate::from_pem(idp.certificate_pem().trim()).unwrap();
    for wrong in ["", "x", &ours.sha1_thumbprint(), &theirs.sha256_thumbprint()[..32], &format!("{}00", theirs.sha1_thumbprint())] {
        let page = desk.step("mend", &[("fix", "certificate"), ("thumbprint", wrong)]).await;
        assert!(page.status == 200 && page.body.contains("That is not the thumbprint of this certificate") && page.body.contains("aria-invalid=\"true\""), "{wrong}: {}", page.body);
        assert!(!page.body.contains("name=\"handle\""), "nothing waits: {wrong}");
    }
    let typed = theirs.sha1_thumbprint().replace(':', " ").to_lowercase();
    assert_eq!(lead(&desk.step("mend", &[("fix", "certificate"), ("thumbprint", &typed)]).await), format!("{}#proposal", desk.at));
    let page = desk.page().await;
    assert!(page.body.contains("Nothing is changed yet") && page.body.contains(&format!("SHA-256 {}", theirs.sha256_thumbprint())), "{}", page.body);
    assert_eq!(desk.certificates().await, 1, "it waits");
    desk.broker.clock.wait(Duration::from_secs(6 * 60));
    let handle = desk.page().await.hidden("handle");
    let asked = desk.step("accept", &[("handle", &handle)]).await;
    assert!(lead(&asked).contains("/oauth2/authorize"), "{}", lead(&asked));
    through_sign_in(&mut desk.ada, &asked, ADMIN).await;
    assert_eq!(lead(&desk.step("accept", &[("handle", &handle)]).await), format!("{}?said=accepted#values", desk.at));
    assert_eq!(desk.certificates().await, 2, "beside the old one");
    let page = desk.test_with(&rolled, MIA).await;
    assert!(page.body.contains("Passed all 6 checks") && !page.body.contains("Compare and add"), "{}", page.body);
    let page = desk.test_with(&idp, MIA).await;
    assert!(page.body.contains("Passed all 6 checks"), "the old one works, too: {}", page.body);
    assert!(desk.changes().await.iter().any(|detail| detail.starts_with("+ certificate")), "{:?}", desk.changes().await);
}

/// Section 5, check 2: the issuer of an answer that our certificate has proved is taken; the one of an answer that nothing has proved is not even
/// offered.
#[tokio::test]
async fn the_issuer_is_taken_of_a_signed_answer() {
    let right = idp();
    let mut desk = Desk::entered(&right).await;
    let certificate = right.certificate_pem();
    desk.take(&[("how", "hand"), ("sign_in_url", "https://idp.example/sso"), ("entity_id", "https://idp.example/entity/"), ("certificates", &certificate)]).await;
    let strange = Idp::new("https://evil.example/entity", KeyKind::Rsa).unwrap();
    let page = desk.test_with(&strange, MIA).await;
    assert!(page.body.contains("Stopped at check 3 of 6") && !page.body.contains("Use what the answer says"), "{}", page.body);
    let page = desk.step("mend", &[("fix", "issuer")]).await;
    assert!(page.status == 200 && page.body.contains("does not show that any more") && !page.body.contains("name=\"handle\""), "{}", page.body);
    let page = desk.test_with(&right, MIA).await;
    for words in ["Stopped at check 2 of 6", "https://idp.example/entity<", "https://idp.example/entity/<", "Use what the answer says", "Set up › Microsoft Entra Identifier"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    desk.mend(&[("fix", "issuer")]).await;
    assert_eq!(desk.stored().await.settings.unwrap().issuer(), "https://idp.example/entity");
    let page = desk.test_with(&right, MIA).await;
    assert!(page.body.contains("Passed all 6 checks"), "{}", page.body);
}

/// Section 5, check 5: what arrived names the person instead of what did not; nothing else does.
#[tokio::test]
async fn an_attribute_that_arrived_names_the_person() {
    let idp = idp();
    let mut desk = Desk::entered(&idp).await;
    desk.take(&[("how", "mapping"), ("local", "username"), ("person", "email"), ("email", ""), ("given_name", ""), ("family_name", ""), ("groups", ""), ("roles", "")]).await;
    let with = |answer: Answer| answer.assertion(|a| a.attributes = vec![Attribute::new("mail", MIA), Attribute { values: vec!["a".into(), "b".into()], ..Attribute::new("many", "") }]);
    let page = desk.test_as(&idp, with).await;
    for words in ["Stopped at check 5 of 6", "Use it as username", "<option value=\"mail\">mail</option>"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    assert!(!page.body.contains("<option value=\"many\">many</option></select>"), "one with two values names nobody");
    for other in ["", "many", "email", "nobody-sent-this"] {
        let page = desk.step("mend", &[("fix", "named"), ("named", other)]).await;
        assert!(page.status == 200 && page.body.contains("does not show that any more"), "{other}: {}", page.body);
    }
    desk.mend(&[("fix", "named"), ("named", "mail")]).await;
    assert_eq!(desk.stored().await.settings.unwrap().matching.remote, RemoteField::Named("mail".into()));
    let page = desk.test_as(&idp, with).await;
    assert!(page.body.contains("Passed all 6 checks"), "{}", page.body);
}

/// Section 5, checks 2 and 1: our values to copy stand in the check that is about them; sign-ins that begin there are allowed as ones that lead to
/// ours; an answer that cannot be read shows how it begins.
#[tokio::test]
async fn our_values_stand_where_they_are_missing() {
    let idp = idp();
    let mut desk = Desk::entered(&idp).await;
    let page = desk.test_as(&idp, |answer| answer.assertion(|a| a.conditions.iter_mut().for_each(|c| c.audiences = vec![vec!["https://other.example/sp".into()]]))).await;
    let ours = format!("http://homeward.localhost/saml/{}", desk.id());
    assert!(page.body.contains("Stopped at check 2 of 6") && page.body.contains("https://other.example/sp"), "{}", page.body);
    assert!(page.body.contains(&format!("id=\"mend-our-identifier\" readonly value=\"{ours}/metadata\"")), "{}", page.body);
    let page = desk.test_as(&idp, |answer| Answer { destination: Some("https://other.example/acs".into()), ..answer }).await;
    assert!(page.body.contains(&format!("id=\"mend-our-reply-url\" readonly value=\"{ours}/acs\"")) && page.body.contains("https://other.example/acs"), "{}", page.body);
    let unasked = |answer: Answer| {
        let answer = Answer { in_response_to: None, ..answer };
        answer.assertion(|a| a.confirmations.iter_mut().for_each(|c| c.in_response_to = None))
    };
    let page = desk.test_as(&idp, unasked).await;
    assert!(page.body.contains("The provider started this sign-in itself") && page.body.contains("Allow it") && page.body.contains("id=\"mend-our-sign-on-url\""), "{}", page.body);
    desk.mend(&[("fix", "convert")]).await;
    assert_eq!(desk.stored().await.settings.unwrap().idp_initiated, IdpInitiated::Convert);
    assert!(desk.changes().await.iter().any(|detail| detail.contains("sign-ins that begin there: refuse → convert")), "{:?}", desk.changes().await);
    let page = desk.test_as(&idp, unasked).await;
    assert!(!page.body.contains("Allow it"), "it is allowed: {}", page.body);
    let leaving = desk.step("test", &[]).await;
    let sent = federated::read(&leaving);
    let delivered = desk.ada.deliver(&format!("/saml/{}/acs", desk.id()), &[("SAMLResponse", "<html>Sign in</html>"), ("RelayState", &sent.relay)]).await;
    assert_eq!(lead(&delivered), format!("{}#test", desk.at));
    let page = desk.page().await;
    assert!(page.body.contains("Stopped at check 1 of 6") && page.body.contains("&lt;html&gt;Sign in&lt;/html&gt;") && page.body.contains("saml.base64"), "{}", page.body);
}

/// Section 5, check 1: while nothing has come back, the page says so, and explains a code that somebody saw there; what was typed stands in no
/// address. The answer takes its place.
#[tokio::test]
async fn a_code_that_the_provider_shows_is_explained() {
    let idp = idp();
    let mut desk = Desk::entered(&idp).await;
    let leaving = desk.step("test", &[]).await;
    assert!(leaving.refresh().is_some(), "{}", leaving.body);
    let page = desk.page().await;
    assert!(page.body.contains("No answer has come back yet") && page.body.contains("Code that Microsoft Entra ID shows") && page.body.contains("Stopped at check 1 of 6"), "{}", page.body);
    let page = desk.step("mend", &[("fix", "code"), ("code", "AADSTS50105: Your administrator has configured …")]).await;
    assert!(page.status == 200 && page.body.contains("may not use the application there") && page.body.contains("Users and groups › Add user/group"), "{}", page.body);
    let page = desk.step("mend", &[("fix", "code"), ("code", "AADSTS1 <b>")]).await;
    assert!(page.body.contains("We do not know this code") && page.body.contains("AADSTS1 &lt;b&gt;"), "{}", page.body);
    assert_eq!(lead(&desk.step("turn", &[("to", "pilot")]).await), format!("{}?said=not-tested#turn", desk.at), "it is no evidence");
    let page = desk.test_with(&idp, MIA).await;
    assert!(page.body.contains("Passed all 6 checks") && !page.body.contains("No answer has come back yet"), "{}", page.body);
}

/// Section 5, checks 5 and 6: whom it is about stands there by name, with the step that lets them in, for whoever may take it; the closest name
/// stands beside one that nobody has.
#[tokio::test]
async fn the_person_stands_there_with_the_step_that_lets_them_in() {
    let idp = idp();
    let mut desk = Desk::entered(&idp).await;
    let mia = desk.broker.user(MIA, OWN).await.id;
    for (change, step, words) in [
        (Box::new(|user: &mut homeward_discovery::User| user.rule = Some(UserRule::Excluded)) as Box<dyn Fn(&mut homeward_discovery::User)>, "include", "The account’s rules give this person another way in"),
        (Box::new(|user: &mut homeward_discovery::User| user.state = UserState::Suspended), "resume", "That user may not sign in"),
    ] {
        desk.broker.change_user(MIA, OWN, |user| change(user)).await;
        let page = desk.test_with(&idp, MIA).await;
        assert!(page.body.contains("Stopped at check 6 of 6") && page.body.contains(words) && plain(&page).contains(MIA), "{}", page.body);
        assert!(page.body.contains(&format!("action=\"/portal/{OWN}/users/{mia}/{step}\"")), "{step}: {}", page.body);
        let others = enter(&desk.broker, "audit@own.example").await.get(&desk.at).await;
        assert!(plain(&others).contains(MIA) && !others.body.contains(&format!("/users/{mia}/{step}\"")), "who may not sees no button: {}", others.body);
        let token = page.hidden("token");
        assert!(lead(&desk.ada.post(&format!("/portal/{OWN}/users/{mia}/{step}"), &[("token", &token)]).await).contains("?said="), "{step}");
        let page = desk.test_with(&idp, MIA).await;
        assert!(page.body.contains("Passed all 6 checks"), "{step}: {}", page.body);
    }
    // A slip in the name that the provider sends: the one who is meant stands there, and gets that name.
    let page = desk.test_with(&idp, "mja@own.example").await;
    assert!(page.body.contains("Stopped at check 5 of 6") && page.body.contains("Closest:") && plain(&page).contains("Change the username of mia@own.example"), "{}", page.body);
    let to = page.body.split("href=\"").find(|rest| rest.starts_with(&format!("/portal/{OWN}/users/{mia}?to="))).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    assert!(!to.contains("mja") && to.ends_with("#username"), "{to}");
    let form = desk.ada.get(path(&to).trim_end_matches("#username")).await;
    assert!(form.body.contains("value=\"mja@own.example\""), "{}", form.body);
    let token = form.hidden("token");
    assert!(lead(&desk.ada.post(&format!("/portal/{OWN}/users/{mia}/rename"), &[("token", &token), ("username", "mja@own.example")]).await).ends_with("?said=renamed"));
    let page = desk.test_with(&idp, "mja@own.example").await;
    assert!(page.body.contains("Passed all 6 checks"), "{}", page.body);
    let page = desk.test_with(&idp, "quite-another@own.example").await;
    assert!(!page.body.contains("Closest:"), "{}", page.body);
}

/// ADM-15, section 5: the reference of a refused sign-in opens the same six checks in Activity and in the API, with both values and the way to
/// the test that mends it; for nobody of another account, and not for one that is nobody's.
#[tokio::test]
async fn adm_15_a_refused_answer_opens_as_the_six_checks_in_activity_and_api() {
    let (mut desk, idp) = Desk::tested().await;
    assert!(lead(&desk.step("turn", &[("to", "enforced"), ("mode", "redirect")]).await).ends_with("said=switched#turn"));
    let rolled = stranger();
    let mut mia = desk.broker.browser();
    let sent = federated::read(&leaves(&mut mia).await);
    let answer = rolled.answer(&desk.asked(&sent.id), MIA, desk.broker.clock.now());
    let page = mia.deliver(&format!("/saml/{}/acs", desk.id()), &[("SAMLResponse", &encode(&rolled.response(&answer))), ("RelayState", &sent.relay)]).await;
    assert_eq!(page.status, 403, "{}", page.body);
    let reference = page.body.split("class=\"ref\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let activity = desk.ada.get(&format!("/portal/{OWN}/activity?ref={reference}")).await;
    let to = format!("/portal/{OWN}/activity/{reference}");
    assert!(activity.body.contains(&format!("href=\"{to}\"")), "{}", activity.body);
    let page = desk.ada.get(&to).await;
    let (theirs, ours) = [&rolled, &idp].map(|one| Certificate::from_pem(one.certificate_pem().trim()).unwrap().sha256_thumbprint()).into();
    for words in ["Stopped at check 3 of 6", "that you have not added", &theirs, &ours, "Test, compare and add", &format!("action=\"{}/test\"", desk.at), "wiki"] {
        assert!(page.status == 200 && page.body.contains(words), "{words} in {}", page.body);
    }
    assert_eq!(page.body.matches(&theirs).count(), 1, "what is compared stands there once");
    desk.compares((&rolled, &idp), (&reference, &to)).await;
    let caller = Caller::of(&desk.broker, ADMIN, OWN, &[Scope::ActivityRead]).await;
    let told = json_of(&caller.get(&format!("/accounts/{OWN}/activity/{reference}")).await);
    let outcomes: Vec<&str> = told["checks"].as_array().unwrap().iter().map(|check| check["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["passed", "not_reached", "failed", "not_reached", "not_reached", "not_reached"]);
    let failed = &told["failed"];
    assert_eq!((failed["code"].as_str(), failed["reason"].as_str(), failed["seen"].as_str(), failed["expected"].as_str()), (Some("sig.untrusted_key"), Some("unknown_key"), Some(theirs.as_str()), Some(ours.as_str())));
    assert!(told["is_asked"] == true && failed["fix"].as_str().unwrap().starts_with("Compare the thumbprint"), "{told}");
    for nobodys in ["9999-9999", "x", &reference[1..]] {
        assert_eq!(desk.ada.get(&format!("/portal/{OWN}/activity/{nobodys}")).await.status, 404, "{nobodys}");
        assert_eq!(caller.get(&format!("/accounts/{OWN}/activity/{nobodys}")).await.status, 404, "{nobodys}");
    }
    let mut chief = enter(&desk.broker, "chief@other.example").await;
    assert_eq!(chief.get(&to.replace(OWN, OTHER)).await.status, 404, "another account's");
    // What nobody had asked for says so.
    let stray = desk.broker.browser().deliver(&format!("/saml/{}/acs", desk.id()), &[("SAMLResponse", &encode(&rolled.response(&answer))), ("RelayState", "")]).await;
    let reference = stray.body.split("class=\"ref\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let page = desk.ada.get(&format!("/portal/{OWN}/activity/{reference}")).await;
    assert!(page.body.contains("Nobody here had asked for this answer") && page.body.contains("Stopped at check 2 of 6"), "{}", page.body);
}

/// ADM-13: whoever came by a setup link mends values by a test of their own, and sees nobody; of a test by others they take nothing.
#[tokio::test]
async fn adm_13_nobody_outside_sees_people_or_takes_over_the_test_of_others() {
    let idp = idp();
    let mut desk = Desk::entered(&idp).await;
    desk.broker.change_user(MIA, OWN, |user| user.rule = Some(UserRule::Excluded)).await;
    let rolled = stranger();
    desk.test_with(&rolled, MIA).await;
    let thumbprint = Certificate::from_pem(rolled.certificate_pem().trim()).unwrap().sha1_thumbprint();
    desk.hand_over().await;
    let page = desk.page().await;
    assert!(!page.body.contains("Compare and add"), "{}", page.body);
    let page = desk.step("mend", &[("fix", "certificate"), ("thumbprint", &thumbprint)]).await;
    assert!(page.status == 200 && page.body.contains("does not show that any more"), "{}", page.body);
    desk.test_with(&rolled, MIA).await;
    desk.mend(&[("fix", "certificate"), ("thumbprint", &thumbprint)]).await;
    let page = desk.test_with(&rolled, MIA).await;
    assert!(page.body.contains("Stopped at check 6 of 6") && !plain(&page).contains(MIA) && !page.body.contains("/include\""), "{}", page.body);
}
