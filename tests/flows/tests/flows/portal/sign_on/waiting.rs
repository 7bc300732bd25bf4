//! Values are tested before anybody takes them over: they wait on meanwhile, nobody's sign-in uses them, and what passed is evidence for them and
//! for no others.

use homeward_federation::{Protocol, RemoteField, saml::EndpointUrl};
use homeward_model::Clock;
use homeward_simulator::{
    brand::TENANT,
    saml::{Idp, encode},
    server::Running,
};
use homeward_store::register::ConnectionEntry;
use homeward_testkit::Page;

use super::{Desk, MIA, answered, idp, inside, metadata, stranger};
use crate::{delegated, federated, portal::{OWN, lead}};

const APPLICATION: &str = "4478d65c-ffd6-463f-8d37-63ab9ecb80f2";
const SECRET: &str = "CANARY-SECRET~7Q";

impl Desk {
    /// Enters values that wait; the word that names them.
    async fn waits(&mut self, fields: &[(&str, &str)]) -> String {
        let page = self.step("propose", fields).await;
        assert_eq!(lead(&page), format!("{}#proposal", self.at), "{}", page.body);
        self.page().await.hidden("handle")
    }
    /// The test sign-in with the values that wait, up to the provider.
    async fn leaves_with(&mut self, handle: &str) -> federated::Sent {
        let leaving = self.step("test", &[("handle", handle)]).await;
        federated::read(&leaving)
    }
    /// What comes of an answer of this provider about Mia.
    async fn answers(&mut self, idp: &Idp, sent: &federated::Sent) -> Page {
        let answer = idp.answer(&self.asked(&sent.id), MIA, self.broker.clock.now());
        self.ada.deliver(&format!("/saml/{}/acs", self.id()), &[("SAMLResponse", &encode(&idp.response(&answer))), ("RelayState", &sent.relay)]).await
    }
    /// The whole test with the values that wait: the page that shows it.
    async fn test_waiting(&mut self, idp: &Idp, handle: &str) -> Page {
        let sent = self.leaves_with(handle).await;
        assert_eq!(lead(&self.answers(idp, &sent).await), format!("{}#test", self.at));
        self.page().await
    }
    /// The test sign-in at a provider that plays Entra ID, with the values that wait or those that are there.
    async fn test_at(&mut self, entra: &Running, waiting: Option<&str>) -> Page {
        let fields: Vec<(&str, &str)> = waiting.map(|handle| ("handle", handle)).into_iter().collect();
        let leaving = self.step("test", &fields).await;
        let back = answered(entra, &leaving).await;
        assert_eq!(lead(&self.ada.get(&back).await), format!("{}#test", self.at));
        self.page().await
    }
}

fn issuer(entra: &Running) -> String {
    format!("http://{}/{TENANT}/v2.0", entra.address)
}

/// ADM-11: a test works before saving. It says whose values it tested, enters nothing, and once they are taken over they are tested; what was there
/// before is tested by itself.
#[tokio::test]
async fn adm_11_values_are_tested_before_they_are_taken_over() {
    let (mut desk, old) = Desk::tested().await;
    let before = desk.stored().await.settings;
    let rolled = stranger();
    let handle = desk.waits(&[("how", "metadata"), ("metadata", &metadata(&rolled))]).await;
    let page = desk.test_waiting(&rolled, &handle).await;
    for words in ["Passed all 6 checks", "values that wait in step 2", "The last test passed with these values", "Nobody was signed in, and nothing was changed"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    assert_eq!((desk.stored().await.settings, page.hidden("handle")), (before.clone(), handle.clone()), "they wait on");
    assert!(desk.changes().await.iter().any(|detail| detail.starts_with("test sign-in with values that wait")));
    let page = desk.test_with(&rolled, MIA).await;
    assert!(page.body.contains("Stopped at check 3 of 6") && !page.body.contains("values that wait in step 2"), "nobody's sign-in uses them: {}", page.body);
    let page = desk.test_with(&old, MIA).await;
    assert!(page.body.contains("Passed all 6 checks") && !page.body.contains("The last test passed with these values"), "{}", page.body);
    assert_eq!(lead(&desk.step("accept", &[("handle", &handle)]).await), format!("{}?said=accepted#values", desk.at));
    assert_ne!(desk.stored().await.settings, before);
    assert_eq!(lead(&desk.step("turn", &[("to", "pilot")]).await), format!("{}?said=switched#turn", desk.at), "what passed is evidence for them");
}

/// ADM-8, ADM-11: a test of values that nobody took over is no evidence for what is there.
#[tokio::test]
async fn adm_8_values_that_wait_are_no_evidence_for_what_is_there() {
    let (old, rolled) = (idp(), stranger());
    let mut desk = Desk::add("other-saml").await;
    desk.take(&[("how", "metadata"), ("metadata", &metadata(&old))]).await;
    let handle = desk.waits(&[("how", "metadata"), ("metadata", &metadata(&rolled))]).await;
    let page = desk.test_waiting(&rolled, &handle).await;
    assert!(page.body.contains("Passed all 6 checks"), "{}", page.body);
    assert_eq!(lead(&desk.step("turn", &[("to", "pilot")]).await), format!("{}?said=not-tested#turn", desk.at));
}

/// The button that mends a check after a test of values that wait changes those, and takes nothing over. After they are gone it has nothing to say.
#[tokio::test]
async fn what_mends_a_check_comes_to_the_values_that_wait() {
    let right = idp();
    let mut desk = Desk::add("entra-saml").await;
    let certificate = right.certificate_pem();
    let handle = desk.waits(&[("how", "hand"), ("sign_in_url", "https://idp.example/sso"), ("entity_id", "https://idp.example/entity/"), ("certificates", &certificate)]).await;
    let before = desk.stored().await.settings;
    let page = desk.test_waiting(&right, &handle).await;
    for words in ["Stopped at check 2 of 6", "https://idp.example/entity<", "https://idp.example/entity/<", "Use what the answer says", "values that wait in step 2"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    assert!(!page.body.contains("The last test passed with these values"), "{}", page.body);
    assert_eq!(lead(&desk.step("mend", &[("fix", "issuer")]).await), format!("{}#proposal", desk.at));
    let mended = desk.page().await.hidden("handle");
    assert_ne!(mended, handle);
    let page = desk.test_waiting(&right, &mended).await;
    assert!(page.body.contains("Passed all 6 checks") && page.body.contains("https://idp.example/sso"), "the others wait beside it: {}", page.body);
    assert_eq!(desk.stored().await.settings, before, "nothing was taken over");
    let handle = desk.waits(&[("how", "hand"), ("sign_in_url", "https://idp.example/sso"), ("entity_id", "https://idp.example/entity/"), ("certificates", &certificate)]).await;
    assert!(desk.test_waiting(&right, &handle).await.body.contains("Use what the answer says"));
    desk.step("discard", &[("handle", &handle)]).await;
    assert!(!desk.page().await.body.contains("Use what the answer says"), "it said something about values that are gone");
    let page = desk.step("mend", &[("fix", "issuer")]).await;
    assert!(page.status == 200 && page.body.contains("does not show that any more"), "{}", page.body);
}

/// Section 5, check 3: the provider's metadata, read again after a test of values that wait, comes to them, too; the mapping that waits is not lost, and
/// nothing is taken over.
#[tokio::test]
async fn metadata_that_is_read_again_comes_to_the_values_that_wait() {
    let (mut desk, _) = Desk::tested().await;
    let rolled = stranger();
    let address = inside::answers("200 OK", metadata(&rolled)).await;
    let name = desk.stored().await.connection.name;
    let set = |entry: &mut ConnectionEntry| match &mut entry.settings.as_mut().unwrap().protocol {
        Protocol::Saml(saml) => saml.metadata_url = EndpointUrl::parse(&address),
        Protocol::Oidc(_) => panic!("by SAML"),
    };
    desk.broker.change_connection(OWN, &name, set).await;
    let before = desk.stored().await.settings.unwrap();
    let handle = desk.waits(&[("how", "mapping"), ("local", "username"), ("person", ""), ("email", ""), ("given_name", "first"), ("family_name", ""), ("groups", ""), ("roles", "")]).await;
    let page = desk.test_waiting(&rolled, &handle).await;
    assert!(page.body.contains("Stopped at check 3 of 6") && page.body.contains("values that wait in step 2") && page.body.contains(&address), "{}", page.body);
    assert_eq!(lead(&desk.step("mend", &[("fix", "metadata")]).await), format!("{}#proposal", desk.at));
    let mended = desk.page().await.hidden("handle");
    assert_ne!(mended, handle);
    let page = desk.test_waiting(&rolled, &mended).await;
    assert!(page.body.contains("Passed all 6 checks"), "{}", page.body);
    assert_eq!(desk.stored().await.settings.as_ref(), Some(&before), "nothing was taken over");
    assert_eq!(lead(&desk.step("accept", &[("handle", &mended)]).await), format!("{}?said=accepted#values", desk.at));
    let after = desk.stored().await.settings.unwrap();
    assert_eq!((after.mapping.given_name.as_deref(), after.protocol == before.protocol), (Some("first"), false), "both came");
}

/// ADM-11 by OpenID Connect: a test works before saving, with a client and a secret that only wait. It enters nothing, and once they are taken over they
/// are tested; what was there before is tested by itself.
#[tokio::test]
async fn adm_11_values_of_an_openid_provider_are_tested_before_they_are_taken_over() {
    let mut desk = Desk::add("entra-openid").await;
    let (old, new) = (delegated::simulator(desk.broker.clock.clone()), delegated::simulator(desk.broker.clock.clone()));
    desk.take(&[("how", "openid"), ("issuer", &issuer(&old)), ("client_id", APPLICATION), ("secret", SECRET)]).await;
    let before = desk.stored().await.settings;
    let handle = desk.waits(&[("how", "openid"), ("issuer", &issuer(&new)), ("client_id", APPLICATION), ("secret", SECRET)]).await;
    let page = desk.test_at(&new, Some(&handle)).await;
    for words in ["Passed all 6 checks", "values that wait in step 2", "The last test passed with these values", "Nobody was signed in, and nothing was changed"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    assert!(!page.body.contains(SECRET), "AD-05");
    assert_eq!((desk.stored().await.settings, page.hidden("handle")), (before.clone(), handle.clone()), "they wait on");
    assert!(desk.changes().await.iter().any(|detail| detail.starts_with("test sign-in with values that wait")));
    // ADM-8: what passed is no evidence for what is there.
    assert_eq!(lead(&desk.step("turn", &[("to", "pilot")]).await), format!("{}?said=not-tested#turn", desk.at));
    let page = desk.test_at(&old, None).await;
    assert!(page.body.contains("Passed all 6 checks") && !page.body.contains("The last test passed with these values"), "nobody's sign-in uses them: {}", page.body);
    assert!(desk.test_at(&new, Some(&handle)).await.body.contains("Passed all 6 checks"));
    assert_eq!(lead(&desk.step("accept", &[("handle", &handle)]).await), format!("{}?said=accepted#values", desk.at));
    assert_ne!(desk.stored().await.settings, before);
    assert_eq!(lead(&desk.step("turn", &[("to", "pilot")]).await), format!("{}?said=switched#turn", desk.at), "what passed is evidence for them");
}

/// By OpenID Connect, what mends a check comes to the values that wait, as by SAML, and takes nothing over.
#[tokio::test]
async fn what_mends_a_check_comes_to_the_openid_values_that_wait() {
    let mut desk = Desk::add("entra-openid").await;
    let entra = delegated::simulator(desk.broker.clock.clone());
    desk.take(&[("how", "openid"), ("issuer", &issuer(&entra)), ("client_id", APPLICATION), ("secret", SECRET)]).await;
    let before = desk.stored().await.settings;
    let handle = desk.waits(&[("how", "mapping"), ("local", "username"), ("person", "upn"), ("email", ""), ("given_name", "name"), ("family_name", ""), ("groups", ""), ("roles", "")]).await;
    let page = desk.test_at(&entra, Some(&handle)).await;
    for words in ["Stopped at check 5 of 6", "Use it as username", "<option value=\"email\">email</option>", "values that wait in step 2"] {
        assert!(page.body.contains(words), "{words} in {}", page.body);
    }
    assert_eq!(lead(&desk.step("mend", &[("fix", "named"), ("named", "email")]).await), format!("{}#proposal", desk.at));
    let mended = desk.page().await.hidden("handle");
    assert_ne!(mended, handle);
    assert!(desk.test_at(&entra, Some(&mended)).await.body.contains("Passed all 6 checks"));
    assert_eq!(desk.stored().await.settings, before, "nothing was taken over");
    desk.step("accept", &[("handle", &mended)]).await;
    let after = desk.stored().await.settings.unwrap();
    assert_eq!((after.matching.remote, after.mapping.given_name.as_deref()), (RemoteField::Named("email".into()), Some("name")), "the others waited beside it");
    // After values are gone, what mends them has nothing to say.
    let handle = desk.waits(&[("how", "mapping"), ("local", "username"), ("person", "upn"), ("email", ""), ("given_name", ""), ("family_name", ""), ("groups", ""), ("roles", "")]).await;
    assert!(desk.test_at(&entra, Some(&handle)).await.body.contains("Use it as username"));
    desk.step("discard", &[("handle", &handle)]).await;
    let page = desk.step("mend", &[("fix", "named"), ("named", "email")]).await;
    assert!(page.status == 200 && page.body.contains("does not show that any more"), "{}", page.body);
}

/// What was looked at is what is tested. Values that were replaced, taken over or discarded since are tested no more, not even on the way back.
#[tokio::test]
async fn only_the_values_that_were_looked_at_are_tested() {
    let right = idp();
    let mut desk = Desk::add("other-saml").await;
    let first = desk.waits(&[("how", "metadata"), ("metadata", &metadata(&right))]).await;
    let sent = desk.leaves_with(&first).await;
    let rolled = stranger();
    let second = desk.waits(&[("how", "metadata"), ("metadata", &metadata(&rolled))]).await;
    assert_eq!(lead(&desk.answers(&right, &sent).await), format!("{}#test", desk.at));
    let page = desk.page().await;
    assert!(page.body.contains("No answer has come back yet") && !page.body.contains("Passed all 6 checks"), "{}", page.body);
    for other in [first.as_str(), "nobody-entered-this"] {
        assert_eq!(lead(&desk.step("test", &[("handle", other)]).await), format!("{}?said=other-values#values", desk.at), "{other}");
    }
    assert!(desk.test_waiting(&rolled, &second).await.body.contains("Passed all 6 checks"));
    desk.step("discard", &[("handle", &second)]).await;
    assert_eq!(lead(&desk.step("test", &[("handle", &second)]).await), format!("{}?said=other-values#values", desk.at));
    assert_eq!(lead(&desk.step("test", &[]).await), format!("{}?said=incomplete#values", desk.at), "nothing was ever taken over");
}
