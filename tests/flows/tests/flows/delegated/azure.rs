//! "Start Azure integration" (B-155…B-158): a link, Microsoft, accept; a draft is there, and later people sign in through it.

use std::time::Duration;

use homeward_discovery::{AccountState, ConnectionState, SsoMode};
use homeward_federation::IdpInitiated;
use homeward_model::{AccountId, AccountPreset};
use homeward_signin::delegated::StartLink;
use homeward_store::{
    AuditFilter,
    register::{ConnectionEntry, Register},
};

use super::*;

/// A broker with a registration of its own at the simulated Entra ID, and an account whose connection has no settings yet.
pub struct Start {
    pub broker: TestBroker,
    pub entra: Running,
    pub account: AccountId,
}

impl Start {
    pub async fn new() -> Self {
        let mut broker = TestBroker::start(Disclosure::Open).await;
        let entra = simulator(broker.clock.clone());
        broker.settings.azure.client_id = Some(APPLICATION.to_owned());
        broker.settings.azure.cloud = Some(entra.play().settings.base.trim_start_matches("http://").to_owned());
        broker.restart().await;
        let account = broker.user(KIM, "70444").await.account;
        Self { broker, entra, account }
    }
    pub fn at_microsoft(&self) -> Browser {
        Browser::new(self.entra.address)
    }
    pub async fn link(&self, link: &str) {
        let until = self.broker.clock.now().plus(Duration::from_secs(86_400));
        let consents = &self.broker.running().context.federation.consents;
        consents.keep_link(&homeward_sealing::sha256(link.as_bytes()), StartLink::Azure(self.account), until).await.unwrap();
    }
    /// Opens the link and goes on to Microsoft: the address there.
    pub async fn open(&self, browser: &mut Browser, link: &str) -> String {
        let page = browser.get(&format!("/azure/start?link={link}")).await;
        assert_eq!((page.status, page.heading()), (200, "Connect Tailspin with Microsoft"), "{}", page.body);
        let leaving = browser.post("/azure/start", &[("stage", &page.hidden("stage"))]).await;
        leaving.refresh().unwrap()
    }
    pub async fn drafts(&self) -> Vec<ConnectionEntry> {
        let all = self.broker.running().store.register().await.unwrap().connections;
        all.into_iter().filter(|entry| entry.connection.account == self.account && entry.connection.name != "Okta").collect()
    }
    pub async fn newest(&self) -> String {
        self.broker.audit(1).await.remove(0).0
    }
    /// Suspends the account, or makes it active again.
    async fn set_account(&self, state: AccountState) {
        let store = &self.broker.running().store;
        let mut entry = store.register().await.unwrap().accounts.into_iter().find(|entry| entry.account.id == self.account).unwrap();
        entry.account.state = state;
        store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], self.broker.clock.now()).await.unwrap();
    }
    /// The account of the newest refusal in the audit.
    async fn refused_account(&self) -> Option<AccountId> {
        let newest = self.broker.running().store.audit_newest(&AuditFilter::default(), 1).await.unwrap().remove(0);
        assert_eq!(newest.event, "signin.refused");
        newest.account
    }
    async fn refusal(&self) -> String {
        let lines = self.broker.audit(10).await;
        lines.into_iter().map(|(line, _)| line).find_map(|line| line.strip_prefix("signin.refused ").map(str::to_owned)).unwrap_or_default()
    }
}

/// B-157, B-190: sign in at Microsoft, accept, connection made, as a draft; switched on, people sign in through it.
#[tokio::test]
async fn an_administrator_connects_a_tenant_and_people_sign_in_through_it() {
    let world = Start::new().await;
    world.link("one").await;
    let (mut browser, mut microsoft) = (world.broker.browser(), world.at_microsoft());
    let to = world.open(&mut browser, "one").await;
    assert!(to.contains("/organizations/v2.0/adminconsent?") && to.contains("redirect_uri=http%3A%2F%2Fhomeward.localhost%2Fazure%2Freturn"), "{to}");
    let back = decided(&mut microsoft, &to, "admin@tailspin.example", "accept").await;
    let on = browser.get(&path(&back)).await;
    assert_eq!(on.status, 303, "{}", on.body);
    assert!(world.drafts().await.is_empty(), "nothing is kept before the tenant is proved");
    let back = answered(&mut microsoft, on.header("location").unwrap(), "nobody is asked").await;
    let done = browser.get(&path(&back)).await;
    assert_eq!((done.status, done.heading()), (200, "Your organisation is connected"), "{}", done.body);
    assert!(done.body.contains("Microsoft Entra ID"));
    let [draft] = world.drafts().await.try_into().unwrap();
    assert_eq!((draft.connection.state, draft.connection.name.as_str()), (ConnectionState::Draft, "Microsoft Entra ID"));
    assert_eq!(draft.settings.as_ref().unwrap().issuer(), format!("{}/{TENANT}/v2.0", world.entra.play().settings.base));
    assert!(world.broker.audit(5).await.iter().any(|(line, _)| line == "azure.connected ok"));
    // A draft lets nobody in.
    let tile = format!("/signin/provider/{}", draft.connection.id);
    assert_eq!((world.broker.browser().get(&tile).await.status, world.refusal().await.as_str()), (403, "discovery.no_connection"));
    // Switched on, and the account's way in.
    let mut entry = draft.clone();
    entry.connection.state = ConnectionState::Enforced;
    let register = world.broker.running().store.register().await.unwrap();
    let mut account = register.accounts.into_iter().find(|entry| entry.account.id == world.account).unwrap();
    account.account.connection = Some(draft.connection.id);
    let changes = Register { accounts: vec![account], connections: vec![entry], ..Register::default() };
    world.broker.running().store.put(&changes, &[], world.broker.clock.now()).await.unwrap();
    let mut kim = world.broker.browser();
    let page = kim.open("wiki", "").await;
    let leaving = kim.identify(&page, KIM).await;
    let to = leaving.refresh().unwrap_or_else(|| panic!("{} {}", leaving.heading(), leaving.body));
    let back = answered(&mut world.at_microsoft(), &to, KIM).await;
    assert!(back.starts_with("http://homeward.localhost/oidc/azure/callback?"), "{back}");
    // OR-03: the same answer at an address of the connection itself is refused, and uses nothing up.
    let elsewhere = path(&back).replace("/oidc/azure/callback", &format!("/oidc/{}/callback", draft.connection.id));
    assert_eq!((kim.get(&elsewhere).await.status, world.newest().await.as_str()), (403, "signin.answer_refused request.other_connection"));
    let delivered = kim.get(&path(&back)).await;
    assert_eq!(delivered.status, 303, "{}", delivered.body);
    let page = kim.get(delivered.header("location").unwrap()).await;
    let address = kim.leave(&page).await;
    let (status, tokens) = kim.redeem("wiki", &address).await;
    assert_eq!((status, kim.who(tokens["access_token"].as_str().unwrap()).await), (200, Some((KIM.into(), "70444".into()))));
}

/// OR-01, OP-07: another browser, a guessed state, a second use of the link, and the link itself after its time.
#[tokio::test]
async fn or_01_op_07_a_link_connects_once_in_the_browser_that_began() {
    let world = Start::new().await;
    world.link("one").await;
    let (mut browser, mut microsoft) = (world.broker.browser(), world.at_microsoft());
    let to = world.open(&mut browser, "one").await;
    let back = decided(&mut microsoft, &to, "admin@tailspin.example", "accept").await;
    let mut other = world.broker.browser();
    assert_eq!((other.get(&path(&back)).await.status, world.refusal().await.as_str()), (400, "delegated.over"));
    assert_eq!((browser.get(&path(&changed(&back, "state", Some("guessed")))).await.status, world.refusal().await.as_str()), (400, "delegated.over"));
    assert_eq!((browser.get("/azure/return?code=x").await.status, world.refusal().await.as_str()), (400, "delegated.over"));
    let on = browser.get(&path(&back)).await;
    assert_eq!(on.status, 303);
    assert_eq!((browser.get(&path(&back)).await.status, world.refusal().await.as_str()), (400, "delegated.over"), "a second time");
    let proof = answered(&mut microsoft, on.header("location").unwrap(), "").await;
    assert_eq!((other.get(&path(&proof)).await.status, world.refusal().await.as_str()), (400, "delegated.over"));
    assert!(world.drafts().await.is_empty());
    assert_eq!(browser.get(&path(&proof)).await.heading(), "Your organisation is connected");
    assert_eq!((browser.get("/azure/start?link=one").await.status, world.refusal().await.as_str()), (400, "azure.link_over"));
    // The same tenant by another link.
    world.link("two").await;
    let to = world.open(&mut browser, "two").await;
    let back = decided(&mut microsoft, &to, "admin@tailspin.example", "accept").await;
    let on = browser.get(&path(&back)).await;
    let proof = answered(&mut microsoft, on.header("location").unwrap(), "").await;
    assert_eq!((browser.get(&path(&proof)).await.status, world.refusal().await.as_str()), (409, "azure.connected_already"));
    assert_eq!(world.drafts().await.len(), 1);
    world.link("late").await;
    world.broker.clock.wait(Duration::from_secs(86_401));
    assert_eq!((browser.get("/azure/start?link=late").await.status, world.refusal().await.as_str()), (400, "azure.link_over"));
}

/// OE-01, OE-02: the tenant is the one that an administrator's ID token proves, and no other; the twin is the first test.
#[tokio::test]
async fn oe_01_oe_02_a_tenant_that_is_not_proved_is_not_connected() {
    let world = Start::new().await;
    world.link("one").await;
    let (mut browser, mut microsoft) = (world.broker.browser(), world.at_microsoft());
    let other = "7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11";
    let cases: [(&str, Option<&str>, &str); 7] = [
        ("tenant", Some(other), "azure.tenant"), ("tenant", Some("9188040d-6c67-4c5b-b112-36a304b66dad"), "azure.tenant"), ("tenant", Some("common"), "azure.tenant"),
        ("tenant", None, "azure.tenant"), ("admin_consent", Some("False"), "azure.declined"), ("admin_consent", None, "azure.declined"), ("error", Some("access_denied"), "azure.declined"),
    ];
    for (name, value, reason) in cases {
        let to = world.open(&mut browser, "one").await;
        let back = decided(&mut microsoft, &to, "admin@tailspin.example", "accept").await;
        let page = browser.get(&path(&changed(&back, name, value))).await;
        assert_eq!((page.status, world.refusal().await.as_str(), world.refused_account().await), (403, reason, Some(world.account)), "{name} {value:?}");
    }
    // Somebody else than an administrator proves the tenant; forged tokens prove nothing.
    for (person, profile, reason) in [
        ("helper@tailspin.example", "right", "azure.declined"), (KIM, "wrong-nonce", "azure.tenant"), (KIM, "strange-key", "azure.tenant"), (KIM, "wrong-audience", "azure.tenant"),
    ] {
        let to = world.open(&mut browser, "one").await;
        let back = decided(&mut world.at_microsoft(), &to, person, "accept").await;
        let on = browser.get(&path(&back)).await;
        assert_eq!(on.status, 303, "{}", on.body);
        // A browser that is not signed in there yet, so that the sign-in page is asked how to answer.
        let proof = answered_as(&mut world.at_microsoft(), on.header("location").unwrap(), person, profile).await;
        let page = browser.get(&path(&proof)).await;
        assert_eq!((page.status, world.refusal().await.as_str(), world.refused_account().await), (403, reason, Some(world.account)), "{person} {profile}");
    }
    assert!(world.drafts().await.is_empty());
}

/// A link of a suspended account is none, at every step of the way: the page, the way to Microsoft, the answer, the proof. The same link goes
/// on where the account is active again.
#[tokio::test]
async fn a_link_needs_an_active_account_at_every_step() {
    let world = Start::new().await;
    world.link("one").await;
    let (mut browser, mut microsoft) = (world.broker.browser(), world.at_microsoft());
    let begun = browser.get("/azure/start?link=one").await;
    assert_eq!(begun.heading(), "Connect Tailspin with Microsoft");
    let over = (400, "azure.link_over".to_owned());
    world.set_account(AccountState::Suspended).await;
    assert_eq!((browser.get("/azure/start?link=one").await.status, world.refusal().await), over);
    let page = browser.post("/azure/start", &[("stage", &begun.hidden("stage"))]).await;
    assert_eq!((page.status, world.refusal().await, page.refresh()), (over.0, over.1.clone(), None));
    world.set_account(AccountState::Active).await;
    for step in ["answer", "proof"] {
        let to = world.open(&mut browser, "one").await;
        let mut back = decided(&mut microsoft, &to, "admin@tailspin.example", "accept").await;
        if step == "proof" {
            let on = browser.get(&path(&back)).await;
            back = answered(&mut microsoft, on.header("location").unwrap(), "").await;
        }
        world.set_account(AccountState::Suspended).await;
        let page = browser.get(&path(&back)).await;
        assert_eq!((page.status, world.refusal().await, world.refused_account().await), (over.0, over.1.clone(), Some(world.account)), "{step}");
        assert!(world.drafts().await.is_empty(), "{step}");
        world.set_account(AccountState::Active).await;
    }
    let to = world.open(&mut browser, "one").await;
    let back = decided(&mut microsoft, &to, "admin@tailspin.example", "accept").await;
    let on = browser.get(&path(&back)).await;
    let proof = answered(&mut microsoft, on.header("location").unwrap(), "").await;
    assert_eq!(browser.get(&path(&proof)).await.heading(), "Your organisation is connected");
    assert_eq!((world.drafts().await.len(), world.newest().await.as_str()), (1, "azure.connected ok"));
}

/// A link for an installation without a registration is none; with it, it was one a moment ago.
#[tokio::test]
async fn a_link_needs_the_registration() {
    let mut world = Start::new().await;
    world.link("one").await;
    let mut browser = world.broker.browser();
    world.open(&mut browser, "one").await;
    world.broker.settings.azure = Default::default();
    world.broker.restart().await;
    let mut browser = world.broker.browser();
    assert_eq!((browser.get("/azure/start?link=one").await.status, world.refusal().await.as_str()), (400, "azure.link_over"));
}

/// B-157, B-164: where administrators may come in by a provider, a tenant that would be their only way in is not connected, and the page says why. The
/// link stays: the twin is the same one, once somebody has emergency access.
#[tokio::test]
async fn b_164_a_tenant_is_not_connected_as_the_only_way_in() {
    const SAM: &str = "sam@many.example";
    let mut world = Start::new().await;
    world.account = world.broker.user(SAM, "60333").await.account;
    crate::portal::give_role(&world.broker, SAM, "60333", homeward_portal::Role::Administrator).await;
    let store = &world.broker.running().store;
    let mut entry = store.register().await.unwrap().accounts.into_iter().find(|entry| entry.account.id == world.account).unwrap();
    (entry.account.sso_mode, entry.account.admin_sso) = (SsoMode::Button, true);
    store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], world.broker.clock.now()).await.unwrap();
    world.link("one").await;
    let (mut browser, mut microsoft) = (world.broker.browser(), world.at_microsoft());
    for emergency in [false, true] {
        world.broker.change_user(SAM, "60333", |user| user.break_glass = emergency).await;
        let begun = browser.get("/azure/start?link=one").await;
        assert_eq!(begun.heading(), "Connect Fabrikam with Microsoft");
        let leaving = browser.post("/azure/start", &[("stage", &begun.hidden("stage"))]).await;
        let back = decided(&mut microsoft, &leaving.refresh().unwrap(), "admin@tailspin.example", "accept").await;
        let on = browser.get(&path(&back)).await;
        let proof = answered(&mut microsoft, on.header("location").unwrap(), "").await;
        let page = browser.get(&path(&proof)).await;
        if emergency {
            assert_eq!((page.heading(), world.drafts().await.len()), ("Your organisation is connected", 1), "{}", page.body);
        } else {
            assert_eq!((page.status, world.refusal().await.as_str(), world.refused_account().await), (409, "azure.sole_way", Some(world.account)), "{}", page.body);
            assert!(page.body.contains("nobody could do without it") && world.drafts().await.is_empty());
        }
    }
}

/// B-120, B-157, B-175: the draft begins as the account's preset has it, like every connection that is added; without one it is the product's.
#[tokio::test]
async fn b_120_the_draft_is_as_the_accounts_preset_has_it() {
    for (preset, local, rule) in [(None, LocalField::Username, IdpInitiated::Refuse), (Some(AccountPreset::CloudLink), LocalField::Email, IdpInitiated::Refuse), (Some(AccountPreset::RingCentral), LocalField::Email, IdpInitiated::Accept)] {
        let world = Start::new().await;
        let store = &world.broker.running().store;
        let mut entry = store.register().await.unwrap().accounts.into_iter().find(|entry| entry.account.id == world.account).unwrap();
        entry.account.preset = preset;
        store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], world.broker.clock.now()).await.unwrap();
        world.link("one").await;
        let (mut browser, mut microsoft) = (world.broker.browser(), world.at_microsoft());
        let to = world.open(&mut browser, "one").await;
        let back = decided(&mut microsoft, &to, "admin@tailspin.example", "accept").await;
        let on = browser.get(&path(&back)).await;
        let back = answered(&mut microsoft, on.header("location").unwrap(), "nobody is asked").await;
        let done = browser.get(&path(&back)).await;
        assert_eq!((done.status, done.heading()), (200, "Your organisation is connected"), "{}", done.body);
        let [draft] = world.drafts().await.try_into().unwrap();
        let settings = draft.settings.unwrap();
        assert_eq!((settings.matching, settings.idp_initiated), (Matching { local, remote: RemoteField::Named("email".into()) }, rule), "{preset:?}");
        assert_eq!((draft.connection.account, draft.connection.state), (world.account, ConnectionState::Draft));
    }
}
