//! Connections of the operator's own registration (B-157): what that registration must ask for.

use homeward_discovery::ConnectionState;
use homeward_signin::usecase::federated::test;
use homeward_store::register::{ConnectionEntry, Register};

use super::{azure::Start, *};

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
        let mut kim = self.broker.browser();
        let page = kim.open("wiki", "").await;
        let leaving = kim.identify(&page, KIM).await;
        let to = leaving.refresh().unwrap_or_else(|| panic!("{} {}", leaving.heading(), leaving.body));
        let back = answered_as(&mut self.at_microsoft(), &to, KIM, profile).await;
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
