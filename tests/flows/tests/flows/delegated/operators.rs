//! Connections of the operator's own registration (B-157): what that registration must ask for, its one secret, and its
//! addresses.

use homeward_discovery::ConnectionState;
use homeward_federation::{
    SignOutThere,
    oidc::{ClientAuthentication, SealedSecret, secret::Purpose},
};
use homeward_signin::usecase::federated::test;
use homeward_simulator::{Brand, server::Client};
use homeward_store::register::{ConnectionEntry, Register};

use super::{azure::Start, *};
use crate::federated::logout::{BYE, ann, redeemed, with_ledger};

impl Start {
    /// An administrator accepts: the draft.
    async fn connected(&self) -> ConnectionEntry {
        self.link("one").await;
        let (mut browser, mut microsoft) = (self.broker.browser(), self.at_microsoft());
        let to = self.open(&mut browser, "one").await;
        let back = decided(&mut microsoft, &to, "admin@tailspin.example", "accept").await;
        let on = browser.get(&path(&back)).await;
        let back = answered(&mut microsoft, on.header("location").unwrap_or_else(|| panic!("{}", on.body)), "nobody is asked").await;
        let done = browser.get(&path(&back)).await;
        assert_eq!((done.status, done.heading()), (200, "Your organisation is connected"), "{}", done.body);
        let [draft] = self.drafts().await.try_into().unwrap();
        draft
    }
    /// The draft is switched on, and the account's way in.
    async fn switched_on(&self, mut entry: ConnectionEntry) {
        entry.connection.state = ConnectionState::Enforced;
        let register = self.broker.running().store.register().await.unwrap();
        let mut account = register.accounts.into_iter().find(|entry| entry.account.id == self.account).unwrap();
        account.account.connection = Some(entry.connection.id);
        let changes = Register { accounts: vec![account], connections: vec![entry], ..Register::default() };
        self.broker.running().store.put(&changes, &[], self.broker.clock.now()).await.unwrap();
    }
    /// Microsoft knows the registration, with this secret.
    fn registered(&self, secret: &str) {
        let redirect_uris = ["/azure/return", "/oidc/azure/callback", "/oidc/azure/signedout"].map(|path| format!("http://homeward.localhost{path}")).to_vec();
        self.entra.play().register_client(Client { id: APPLICATION.to_owned(), secret: Some(secret.to_owned()), redirect_uris, backchannel_logout: None });
    }
    /// The broker starts with this secret.
    async fn started_with(&mut self, secret: &str) {
        let file = self.broker.folder().join("azure.secret");
        std::fs::write(&file, secret).unwrap();
        self.broker.settings.azure.secret_file = Some(file);
        self.broker.restart().await;
    }
    /// A test sign-in, answered in one way: its page.
    async fn tested(&self, draft: &ConnectionEntry, profile: &str) -> Page {
        let mut browser = self.broker.browser();
        let link = test::link(&self.broker.running().context, draft.connection.id).await.unwrap();
        browser.get(&path(&link)).await;
        let leaving = browser.post("/signin/test", &[]).await;
        let to = leaving.refresh().unwrap_or_else(|| panic!("{} {}", leaving.heading(), leaving.body));
        let back = answered_as(&mut self.at_microsoft(), &to, KIM, profile).await;
        let delivered = browser.get(&path(&back)).await;
        let result = delivered.header("location").unwrap_or_else(|| panic!("{} {}", delivered.status, delivered.body)).to_owned();
        browser.get(&result).await
    }
    /// Kim signs in: the browser, and the page at which it arrives.
    async fn kim(&self, profile: &str) -> (Browser, Page) {
        self.kim_to("wiki", &mut self.at_microsoft(), profile).await
    }
    async fn kim_to(&self, client: &str, microsoft: &mut Browser, profile: &str) -> (Browser, Page) {
        let mut kim = self.broker.browser();
        let page = kim.open(client, "").await;
        let leaving = kim.identify(&page, KIM).await;
        let to = leaving.refresh().unwrap_or_else(|| panic!("{} {}", leaving.heading(), leaving.body));
        let back = answered_as(microsoft, &to, KIM, profile).await;
        let delivered = kim.get(&path(&back)).await;
        let page = match delivered.header("location").map(str::to_owned) {
            Some(to) => kim.get(&to).await,
            None => delivered,
        };
        (kim, page)
    }
    /// Kim is who comes in.
    async fn lets_kim_in(&self) {
        let (mut kim, page) = self.kim("right").await;
        let address = kim.leave(&page).await;
        let (status, tokens) = kim.redeem("wiki", &address).await;
        assert_eq!((status, kim.who(tokens["access_token"].as_str().unwrap()).await), (200, Some((KIM.into(), "70444".into()))));
    }
}

/// OE-04: a registration that does not ask for `email` and `xms_edov` lets nobody in the first time; the test sign-in stops at check 5 and
/// says which two claims are missing and whose they are to add. With them the same draft passes and lets people in.
#[tokio::test]
async fn oe_04_the_test_names_the_claims_that_the_registration_does_not_ask_for() {
    let world = Start::new().await;
    let draft = world.connected().await;
    let page = world.tested(&draft, "without-optional-claims").await;
    assert_eq!(page.heading(), "Stopped at check 5 of 6", "{}", page.body);
    assert_eq!(world.newest().await, "connection.tested names.attribute_missing");
    for part in ["Token configuration › Add optional claim › email", "Manifest › optionalClaims › idToken › xms_edov", "Its operator adds the two claims there"] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    let page = world.tested(&draft, "right").await;
    assert_eq!((page.heading(), world.newest().await.as_str()), ("Passed all 6 checks", "connection.tested ok"), "{}", page.body);
    world.switched_on(draft).await;
    let (_, page) = world.kim("without-optional-claims").await;
    assert_eq!((page.status, world.newest().await.as_str()), (403, "signin.answer_refused names.attribute_missing"), "{}", page.body);
    world.lets_kim_in().await;
}

/// The operator changes the secret of the registration in one place, and every connection of it goes on: those that keep none, and one from
/// when a copy was kept. Where Microsoft has another secret than the broker, nobody comes in.
#[tokio::test]
async fn a_changed_secret_of_the_registration_is_changed_in_one_place() {
    let mut world = Start::new().await;
    world.registered("first");
    world.started_with("first").await;
    let draft = world.connected().await;
    let Protocol::Oidc(made) = &draft.settings.as_ref().unwrap().protocol else { panic!("no OpenID Connect") };
    assert_eq!((made.own_registration, &made.authentication), (true, &ClientAuthentication::None), "no copy is kept");
    world.switched_on(draft.clone()).await;
    world.lets_kim_in().await;
    world.registered("second");
    let (_, page) = world.kim("right").await;
    assert_eq!((page.status, world.newest().await.as_str()), (403, "signin.answer_refused token.client_refused"), "{}", page.body);
    world.started_with("second").await;
    world.lets_kim_in().await;
    // As it was made when each connection kept a copy: of a secret that is over.
    let mut old = draft.clone();
    let secret = SealedSecret::seal(&world.broker.running().context.federation.sealer, old.connection.id, Purpose::ClientSecret, b"first").unwrap();
    if let Some(Protocol::Oidc(oidc)) = old.settings.as_mut().map(|settings| &mut settings.protocol) {
        oidc.authentication = ClientAuthentication::SecretPost { secret };
    }
    world.switched_on(old.clone()).await;
    world.lets_kim_in().await;
    // A connection of another registration is never shown the installation's secret: its own copy is what Microsoft gets, and refuses.
    if let Some(Protocol::Oidc(oidc)) = old.settings.as_mut().map(|settings| &mut settings.protocol) {
        oidc.client_id = "b0a7c1de-0000-4000-8000-000000000002".to_owned();
        let redirect_uris = vec!["http://homeward.localhost/oidc/azure/callback".to_owned()];
        world.entra.play().register_client(Client { id: oidc.client_id.clone(), secret: Some("second".to_owned()), redirect_uris, backchannel_logout: None });
    }
    world.switched_on(old).await;
    let (_, page) = world.kim("right").await;
    assert_eq!((page.status, world.newest().await.as_str()), (403, "signin.answer_refused token.client_refused"), "{}", page.body);
}

/// Signing out at the operator's registration leads back to its one address, which Microsoft knows, and from there to the application; where
/// the address is not registered, Microsoft sends nobody back, and whoever comes there without a sign-out of theirs is refused.
#[tokio::test]
async fn signing_out_at_the_operators_registration_comes_back_to_its_one_address() {
    let mut world = Start::new().await;
    world.registered("first");
    world.started_with("first").await;
    with_ledger(&world.broker).await;
    let mut draft = world.connected().await;
    draft.settings.as_mut().unwrap().sign_out_there = SignOutThere::Always;
    world.switched_on(draft).await;
    let mut microsoft = world.at_microsoft();
    let (kim, page) = world.kim_to("ledger", &mut microsoft, "right").await;
    let mut kim = redeemed(kim, &page).await;
    let play = world.entra.play();
    let is_there = |microsoft: &Browser| play.session(Brand::Entra, microsoft.cookies.get("simulated-session").map(String::as_str)).is_some();
    assert!(is_there(&microsoft));
    let leaving = kim.sign_out().await;
    let to = leaving.refresh().unwrap_or_else(|| panic!("{} {}", leaving.heading(), leaving.body));
    assert!(to.contains("post_logout_redirect_uri=http%3A%2F%2Fhomeward.localhost%2Foidc%2Fazure%2Fsignedout&"), "{to}");
    let elsewhere = changed(&to, "post_logout_redirect_uri", Some("http://homeward.localhost/oidc/x/signedout"));
    assert_eq!(world.at_microsoft().get(&path(&elsewhere)).await.header("location"), None, "not registered");
    let answer = microsoft.get(&path(&to)).await;
    let back = answer.header("location").unwrap_or_else(|| panic!("{} {}", answer.status, answer.body)).to_owned();
    assert!(back.starts_with("http://homeward.localhost/oidc/azure/signedout?state=") && !is_there(&microsoft), "{back}");
    let mut ann = ann(&world.broker).await;
    let stray = ann.browser.get("/oidc/azure/signedout?state=x").await;
    assert_eq!((stray.status, world.newest().await.as_str()), (403, "logout.refused request.unsolicited"));
    let hop = kim.browser.get(&path(&back)).await;
    let end = hop.header("location").unwrap_or_else(|| panic!("{} {}", hop.status, hop.body)).to_owned();
    assert_eq!(ann.browser.get(&end).await.heading(), "This sign-out is over");
    let page = kim.browser.get(&end).await;
    assert_eq!((page.heading(), page.refresh().as_deref()), ("You are signed out", Some(BYE)));
    assert!(page.body.contains("has signed you out, too"), "{}", page.body);
    assert!(!kim.lives().await && ann.lives().await);
}
