//! How a connection begins that is added in an account with a preset, and what comes of sign-ins that begin at the provider.

use std::time::Duration;

use homeward_federation::{IdpInitiated, LocalField, Matching, RemoteField};
use homeward_model::{AccountPreset, Clock};
use homeward_simulator::saml::{Asked, encode};
use homeward_store::register::Register;
use homeward_testkit::Page;

use super::{ADMIN, Desk, MIA, idp, metadata};
use crate::{
    federated,
    portal::{OWN, account, enter, lead, plain, through_sign_in},
};

impl Desk {
    async fn preset(&self, preset: Option<AccountPreset>) {
        let mut entry = account(&self.broker, OWN).await;
        entry.account.preset = preset;
        self.broker.running().store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], self.broker.clock.now()).await.unwrap();
    }
    async fn says(&mut self, word: &str) -> Page {
        self.step("propose", &[("how", "begun-there"), ("begun", word)]).await
    }
    async fn rule(&self) -> IdpInitiated {
        self.stored().await.settings.unwrap().idp_initiated
    }
}

/// C1, C4, B-105, B-120, B-175, B-186: "+ Add" begins a connection as the account's preset has it, by either protocol; without one as the
/// product has it.
#[tokio::test]
async fn b_120_a_connection_begins_as_the_accounts_preset_has_it_b_175() {
    const EMAIL: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
    let mut desk = Desk::new().await;
    let named = |local, name: &str| Matching { local, remote: RemoteField::Named(name.to_owned()) };
    for (preset, product, matching, rule) in [
        (None, "entra-saml", Matching { local: LocalField::Username, remote: RemoteField::Subject }, IdpInitiated::Refuse),
        (Some(AccountPreset::MiCloud), "entra-saml", named(LocalField::Username, EMAIL), IdpInitiated::Refuse),
        (Some(AccountPreset::CloudLink), "entra-saml", Matching { local: LocalField::Email, remote: RemoteField::Subject }, IdpInitiated::Refuse),
        (Some(AccountPreset::CloudLink), "entra-openid", named(LocalField::Email, "email"), IdpInitiated::Refuse),
        (Some(AccountPreset::RingCentral), "entra-saml", named(LocalField::Email, EMAIL), IdpInitiated::Accept),
    ] {
        desk.preset(preset).await;
        desk.begin(product).await;
        let settings = desk.stored().await.settings.unwrap();
        assert_eq!((settings.matching, settings.idp_initiated), (matching, rule), "{preset:?} {product}");
        // What the preset lets in says on the draft what that costs.
        let warns = plain(&desk.page().await).contains("can sign that person in as somebody else");
        assert_eq!(warns, rule == IdpInitiated::Accept, "{preset:?} {product}");
    }
}

/// B-175, AD-06, ADM-16: answers that nobody asked for are let in when an administrator says so in the portal: it says what that costs, waits to
/// be looked at, takes a fresh proof and is on record. Then the tile signs in; until then it is refused.
#[tokio::test]
async fn b_175_an_administrator_lets_sign_ins_in_that_begin_at_the_provider() {
    let idp = idp();
    let mut desk = Desk::add("other-saml").await;
    desk.take(&[("how", "metadata"), ("metadata", &metadata(&idp))]).await;
    let page = desk.page().await;
    assert!(page.body.contains("id=\"begun-there\"") && page.body.contains("It signs in at once, to the default application"), "{}", page.body);
    assert!(desk.says("refuse").await.body.contains("exactly these values already"), "what it is says nothing new");
    assert_eq!(desk.says("everybody").await.status, 404, "no word of ours");
    assert_eq!(lead(&desk.says("convert").await), format!("{}#proposal", desk.at));
    assert!(!plain(&desk.page().await).contains("can sign that person in as somebody else"), "this one costs nothing");
    assert_eq!(lead(&desk.says("accept").await), format!("{}#proposal", desk.at));
    let page = desk.page().await;
    assert!(plain(&page).contains("can sign that person in as somebody else") && page.body.contains("Nothing is changed yet"), "{}", page.body);
    assert_eq!(desk.rule().await, IdpInitiated::Refuse, "it waits");
    desk.broker.clock.wait(Duration::from_secs(6 * 60));
    let handle = desk.page().await.hidden("handle");
    let asked = desk.step("accept", &[("handle", &handle)]).await;
    assert!(lead(&asked).contains("/oauth2/authorize"), "{}", lead(&asked));
    assert_eq!(desk.rule().await, IdpInitiated::Refuse, "not without a fresh proof");
    through_sign_in(&mut desk.ada, &asked, ADMIN).await;
    assert_eq!(lead(&desk.step("accept", &[("handle", &handle)]).await), format!("{}?said=accepted#values", desk.at));
    assert_eq!(desk.rule().await, IdpInitiated::Accept);
    let admin = desk.broker.user(ADMIN, OWN).await.id;
    let changes = desk.changes().await;
    assert!(changes.iter().any(|detail| *detail == format!("sign-ins that begin there: refuse → accept by {admin}")), "{changes:?}");
    // Turned on after a test of these very settings, the tile signs in.
    desk.test_with(&idp, MIA).await;
    lead(&desk.step("turn", &[("to", "enforced"), ("mode", "redirect")]).await);
    let unasked = Asked { request_id: None, ..desk.asked("") };
    let mut mia = desk.broker.browser();
    let answer = idp.response(&idp.answer(&unasked, MIA, desk.broker.clock.now()));
    let delivered = mia.deliver(&format!("/saml/{}/acs", desk.id()), &[("SAMLResponse", &encode(&answer)), ("RelayState", "")]).await;
    let back = federated::fetch(&mut mia, &delivered).await;
    let home = mia.get("/signin").await;
    assert!(back.status == 303 && home.body.contains(MIA), "{} {:?} {} {}", back.status, back.header("location"), home.status, home.body);
    // Its twin: refused again, the tile of somebody else leads nowhere.
    desk.take(&[("how", "begun-there"), ("begun", "refuse")]).await;
    let mut eve = desk.broker.browser();
    let answer = idp.response(&idp.answer(&unasked, MIA, desk.broker.clock.now()));
    let refused = eve.deliver(&format!("/saml/{}/acs", desk.id()), &[("SAMLResponse", &encode(&answer)), ("RelayState", "")]).await;
    let newest = desk.broker.audit(1).await.remove(0).0;
    assert_eq!((refused.status, newest.as_str(), eve.cookies.contains_key("__Host-session")), (403, "signin.answer_refused request.unsolicited", false));
}

/// ADM-13: whoever came by a setup link lets nobody in who did not ask; what costs nothing they may prepare. By OpenID Connect there are no
/// such answers.
#[tokio::test]
async fn adm_13_nobody_outside_lets_in_what_nobody_asked_for() {
    let mut desk = Desk::add("other-saml").await;
    desk.take(&[("how", "metadata"), ("metadata", &metadata(&idp()))]).await;
    let (ada, _) = desk.hand_over().await;
    let page = desk.page().await;
    assert!(page.body.contains("value=\"convert\"") && !page.body.contains("It signs in at once, to the default application"), "{}", page.body);
    assert_eq!(desk.says("accept").await.status, 404);
    assert!(!desk.page().await.body.contains("name=\"handle\""), "nothing waits");
    assert_eq!(lead(&desk.says("convert").await), format!("{}#proposal", desk.at));
    desk.ada = ada;
    // Who only reads says nothing.
    let mut audit = enter(&desk.broker, "audit@own.example").await;
    assert_eq!(audit.post(&format!("{}/propose", desk.at), &[("token", ""), ("how", "begun-there"), ("begun", "accept")]).await.status, 403);
    desk.begin("entra-openid").await;
    assert!(!desk.page().await.body.contains("id=\"begun-there\""));
    assert_eq!(desk.says("accept").await.status, 404);
}
