//! What an outage alone has let in ends with it: sessions, grants, tokens, the portal. What stands without it goes on.

use std::time::Duration;

use homeward_discovery::{ConnectionState, Outage};
use homeward_portal::{
    Role,
    standing::{self, Standing, Taken},
};
use serde_json::Value;

use super::{
    logout::with_ledger,
    notices::told,
    outage::{DANA, ask, code, out, to, type_code},
    *,
};

const MINUTE: u64 = 60;
const HOUR: u64 = 3_600;

/// What an application has of somebody.
struct Held {
    client: &'static str,
    access: String,
    refresh: String,
}

impl Held {
    async fn of(browser: &mut Browser, client: &'static str, page: &Page) -> Self {
        let address = browser.leave(page).await;
        Self::by(browser, client, &address).await
    }
    async fn by(browser: &mut Browser, client: &'static str, address: &str) -> Self {
        let (status, tokens) = browser.redeem(client, address).await;
        assert_eq!(status, 200, "{tokens}");
        let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
        Self { client, access: text("access_token"), refresh: text("refresh_token") }
    }
    /// Refreshes; whom the new access token is for.
    async fn goes_on(&mut self, broker: &TestBroker) -> Option<String> {
        let mut nobody = broker.browser();
        let (status, tokens): (u16, Value) = nobody.refresh(self.client, &self.refresh).await;
        if status != 200 {
            assert_eq!((status, tokens["error"].as_str(), nobody.who(&self.access).await), (400, Some("invalid_grant"), None), "both tokens end together");
            return None;
        }
        (self.access, self.refresh) = (tokens["access_token"].as_str().unwrap().to_owned(), tokens["refresh_token"].as_str().unwrap().to_owned());
        nobody.who(&self.access).await.map(|(who, _)| who)
    }
}

/// Username and password of Kim, at an application.
async fn by_password(browser: &mut Browser, client: &'static str) -> Held {
    let page = browser.open(client, "&prompt=login").await;
    let page = browser.identify(&page, KIM).await;
    assert_eq!(page.heading(), "Enter your password");
    let page = browser.password(&page, "Sprosser!4").await;
    Held::of(browser, client, &page).await
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get("/account").await.heading() != "Sign in"
}

/// OT-15, B-172: at the end of an outage everything ends that it alone let in, tokens included, and no token lasts longer; what the
/// provider proved before, and a password that needs no outage, go on at the same moment.
#[tokio::test]
async fn ot_15_what_an_outage_let_in_ends_at_its_time() {
    let world = World::new().await;
    let broker = &world.broker;
    with_ledger(broker).await;
    let (mut there, mut here, mut ann) = (broker.browser(), broker.browser(), broker.browser());
    let page = world.round(&mut there, "wiki", KIM, KIM).await;
    let mut by_provider = Held::of(&mut there, "wiki", &page).await;
    let address = ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let mut anns = Held::by(&mut ann, "wiki", &address).await;
    out(broker, "70444", "Okta", 30 * MINUTE).await;
    let mut lent = by_password(&mut here, "ledger").await;
    assert_eq!(lent.goes_on(broker).await.as_deref(), Some(KIM));
    assert!(is_signed_in(&mut here).await);
    broker.clock.wait(Duration::from_secs(29 * MINUTE));
    let (_, last) = broker.browser().refresh("ledger", &lent.refresh).await;
    assert!(last["expires_in"].as_u64().unwrap() <= 60, "no token lasts longer than the outage: {last}");
    (lent.access, lent.refresh) = (last["access_token"].as_str().unwrap().into(), last["refresh_token"].as_str().unwrap().into());
    assert_eq!(broker.browser().who(&lent.access).await, kim());
    broker.clock.wait(Duration::from_secs(MINUTE));
    assert_eq!(lent.goes_on(broker).await, None, "the outage is over");
    assert!(!is_signed_in(&mut here).await);
    assert_eq!(by_provider.goes_on(broker).await.as_deref(), Some(KIM));
    assert_eq!(anns.goes_on(broker).await.as_deref(), Some("ann@north.example"));
    assert!(is_signed_in(&mut there).await && is_signed_in(&mut ann).await);
    assert_eq!(told(broker).await, 0);
    broker.running().store.sweep(broker.clock.now()).await.unwrap();
    assert_eq!(told(broker).await, 1, "and the application is told");
    // Before and after: the same person, by the provider.
    let page = world.round(&mut here, "ledger", KIM, KIM).await;
    assert_eq!(Held::of(&mut here, "ledger", &page).await.goes_on(broker).await.as_deref(), Some(KIM));
}

/// OT-15: an outage that is ended before its time takes along what it let in, by whichever way it is ended; one that is prolonged takes
/// nothing, and one that is shortened ends it sooner.
#[tokio::test]
async fn ot_15_an_outage_that_is_ended_early_takes_along_what_it_let_in() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let store = &broker.running().store;
    let connection = broker.change_connection("50210", "Entra", |_| {}).await;
    let now = broker.clock.now();
    let enforced = Standing { state: ConnectionState::Enforced, outage: None };
    let retired = Standing { state: ConnectionState::Retired, outage: None };
    let until = |hours: u64| Standing { state: ConnectionState::Outage, outage: Some(Outage { until: now.plus(Duration::from_secs(hours * HOUR)), back: ConnectionState::Enforced }) };
    for (place, (after, lives)) in [(until(4), true), (enforced, false), (retired, false)].into_iter().enumerate() {
        out(&broker, "50210", "Entra", 2 * HOUR).await;
        let (mut dana, mut ops) = (broker.browser(), broker.browser());
        dana.from = format!("198.51.100.{place}");
        let page = ask(&mut dana, DANA).await;
        let (sent, _) = code(&broker, DANA).await;
        let page = type_code(&mut dana, &page, &sent).await;
        let mut danas = Held::of(&mut dana, "wiki", &page).await;
        // On the exclusion list: a password that counts in any case.
        let address = ops.sign_in("wiki", "ops@contoso.example", "Sperber&9").await;
        let mut opss = Held::by(&mut ops, "wiki", &address).await;
        assert_eq!(danas.goes_on(&broker).await.as_deref(), Some(DANA));
        let step = Taken { connection, at: now, before: until(2), after, beside: Default::default(), offer: None, led: None };
        assert!(store.take_step(&step, now).await.unwrap(), "{after:?}");
        assert_eq!((danas.goes_on(&broker).await.is_some(), is_signed_in(&mut dana).await), (lives, lives), "{after:?}");
        assert_eq!(opss.goes_on(&broker).await.as_deref(), Some("ops@contoso.example"), "{after:?}");
        assert!(is_signed_in(&mut ops).await);
        to(&broker, ConnectionState::Enforced).await;
        assert_eq!((danas.goes_on(&broker).await, is_signed_in(&mut dana).await), (None, false), "entered as on");
        assert_eq!(opss.goes_on(&broker).await.as_deref(), Some("ops@contoso.example"));
    }
    // Taken back, and shortened.
    broker.clock.wait(Duration::from_secs(HOUR));
    let before = broker.running().store.register().await.unwrap().connections.into_iter().find(|entry| entry.connection.id == connection).unwrap().connection;
    let now = broker.clock.now();
    let step = Taken { connection, at: now, before: Standing::of(&before, now), after: standing::outage(&before, 8, now).unwrap(), beside: Default::default(), offer: None, led: None };
    assert!(store.take_step(&step, now).await.unwrap());
    let mut dana = broker.browser();
    dana.from = "198.51.100.9".into();
    let page = ask(&mut dana, DANA).await;
    let (sent, _) = code(&broker, DANA).await;
    let page = type_code(&mut dana, &page, &sent).await;
    let mut held = Held::of(&mut dana, "wiki", &page).await;
    out(&broker, "50210", "Entra", 10 * MINUTE).await;
    broker.clock.wait(Duration::from_secs(9 * MINUTE));
    assert_eq!(held.goes_on(&broker).await.as_deref(), Some(DANA));
    broker.clock.wait(Duration::from_secs(MINUTE));
    assert_eq!((held.goes_on(&broker).await, is_signed_in(&mut dana).await), (None, false));
}

/// OT-15: whoever was let in before an outage was prolonged keeps the end that was set then, tokens included, whichever way it was prolonged;
/// what is opened after that has the new end.
#[tokio::test]
async fn ot_15_a_prolonged_outage_prolongs_nothing_that_it_let_in() {
    for by_step in [true, false] {
        let world = World::new().await;
        let broker = &world.broker;
        with_ledger(broker).await;
        let (mut own, mut lent) = (broker.browser(), broker.browser());
        let address = own.sign_in("kiosk", KIM, "Sprosser!4").await;
        let mut kiosk = Held::by(&mut own, "kiosk", &address).await;
        out(broker, "70444", "Okta", 20 * MINUTE).await;
        let silent = own.open("wiki", "&prompt=none").await;
        let mut opened = Held::by(&mut own, "wiki", silent.header("location").unwrap()).await;
        let mut early = by_password(&mut lent, "ledger").await;
        broker.clock.wait(Duration::from_secs(10 * MINUTE));
        prolonged(&world, by_step).await;
        let silent = own.open("ledger", "&prompt=none").await;
        let mut later = Held::by(&mut own, "ledger", silent.header("location").unwrap()).await;
        broker.clock.wait(Duration::from_secs(9 * MINUTE));
        let (_, last) = broker.browser().refresh("ledger", &early.refresh).await;
        assert!(last["expires_in"].as_u64().unwrap() <= MINUTE, "the end of then: {last}");
        (early.access, early.refresh) = (last["access_token"].as_str().unwrap().into(), last["refresh_token"].as_str().unwrap().into());
        assert_eq!((early.goes_on(broker).await.as_deref(), opened.goes_on(broker).await.as_deref()), (Some(KIM), Some(KIM)));
        broker.clock.wait(Duration::from_secs(MINUTE));
        assert_eq!((early.goes_on(broker).await, opened.goes_on(broker).await), (None, None), "by a step: {by_step}");
        assert!(!is_signed_in(&mut lent).await && is_signed_in(&mut own).await);
        assert_eq!((later.goes_on(broker).await.as_deref(), kiosk.goes_on(broker).await.as_deref()), (Some(KIM), Some(KIM)));
        broker.running().store.sweep(broker.clock.now()).await.unwrap();
        assert_eq!(told(broker).await, 1, "of what has ended, and of nothing else");
        // Signed in once more, until the new end.
        let mut again = by_password(&mut lent, "ledger").await;
        broker.clock.wait(Duration::from_secs(49 * MINUTE));
        assert_eq!((again.goes_on(broker).await.as_deref(), later.goes_on(broker).await.as_deref()), (Some(KIM), Some(KIM)));
        broker.clock.wait(Duration::from_secs(MINUTE));
        assert_eq!((again.goes_on(broker).await, later.goes_on(broker).await, kiosk.goes_on(broker).await.as_deref()), (None, None, Some(KIM)));
    }
}

/// An hour more from now, by a step or by a file.
async fn prolonged(world: &World, by_step: bool) {
    let (store, now) = (&world.broker.running().store, world.broker.clock.now());
    if !by_step {
        return out(&world.broker, "70444", "Okta", HOUR).await;
    }
    let before = store.register().await.unwrap().connections.into_iter().find(|entry| entry.connection.id == world.connection).unwrap().connection;
    let step = Taken { connection: world.connection, at: now, before: Standing::of(&before, now), after: standing::outage(&before, 1, now).unwrap(), beside: Default::default(), offer: None, led: None };
    assert!(store.take_step(&step, now).await.unwrap());
}

/// OT-15: a session that stands without the outage goes on after it, and so does what it had opened; what only the outage opened for it does not.
#[tokio::test]
async fn ot_15_what_the_outage_opened_for_another_session_ends_alone() {
    let world = World::new().await;
    let broker = &world.broker;
    let mut kim = broker.browser();
    let address = kim.sign_in("kiosk", KIM, "Sprosser!4").await;
    let mut kiosk = Held::by(&mut kim, "kiosk", &address).await;
    assert!(kim.open("wiki", "&prompt=none").await.header("location").unwrap().contains("login_required"), "the provider is the way in");
    out(broker, "70444", "Okta", 2 * HOUR).await;
    let silent = kim.open("wiki", "&prompt=none").await;
    let mut wiki = Held::by(&mut kim, "wiki", silent.header("location").unwrap()).await;
    assert_eq!((wiki.goes_on(broker).await.as_deref(), kiosk.goes_on(broker).await.as_deref()), (Some(KIM), Some(KIM)));
    broker.change_connection("70444", "Okta", |entry| (entry.connection.state, entry.connection.outage) = (ConnectionState::Enforced, None)).await;
    assert_eq!((wiki.goes_on(broker).await, kiosk.goes_on(broker).await.as_deref()), (None, Some(KIM)));
    assert!(is_signed_in(&mut kim).await);
    assert!(kim.open("kiosk", "&prompt=none").await.header("location").unwrap().contains("code="));
    assert!(kim.open("wiki", "&prompt=none").await.header("location").unwrap().contains("login_required"));
}

/// OT-15, OL-10: of what the outage opened for a session that stands without it the application is told once when the outage is over,
/// whether the worker or somebody who changes the connection comes first; what was opened without the outage goes on.
#[tokio::test]
async fn ot_15_the_end_of_what_an_outage_opened_is_told_once() {
    let world = World::new().await;
    let broker = &world.broker;
    with_ledger(broker).await;
    for worker_first in [true, false] {
        let mut kim = broker.browser();
        let address = kim.sign_in("kiosk", KIM, "Sprosser!4").await;
        let mut kiosk = Held::by(&mut kim, "kiosk", &address).await;
        out(broker, "70444", "Okta", 30 * MINUTE).await;
        let silent = kim.open("ledger", "&prompt=none").await;
        let mut ledger = Held::by(&mut kim, "ledger", silent.header("location").unwrap()).await;
        broker.running().store.sweep(broker.clock.now()).await.unwrap();
        assert_eq!((ledger.goes_on(broker).await.as_deref(), told(broker).await), (Some(KIM), 0), "the outage goes on");
        broker.clock.wait(Duration::from_secs(30 * MINUTE));
        assert_eq!((ledger.goes_on(broker).await, told(broker).await), (None, 0));
        let mut counts = Vec::new();
        for worker in [worker_first, !worker_first] {
            match worker {
                true => _ = broker.running().store.sweep(broker.clock.now()).await.unwrap(),
                false => to_on(broker).await,
            }
            counts.push(told(broker).await);
        }
        assert_eq!(counts, [1, 0], "the worker first: {worker_first}");
        assert_eq!(kiosk.goes_on(broker).await.as_deref(), Some(KIM));
        assert!(is_signed_in(&mut kim).await);
    }
}

/// OT-15, AD-19: the portal's session ends with the outage that alone let the administrator in; one that was opened at the portal's own
/// door, where passwords always count, goes on.
#[tokio::test]
async fn ot_15_a_session_of_the_portal_ends_with_the_outage_that_let_it_in() {
    let world = World::new().await;
    let broker = &world.broker;
    crate::portal::give_role(broker, KIM, "70444", Role::Administrator).await;
    let open = async |browser: &mut Browser| browser.get("/portal/70444").await.status == 200;
    let mut own = broker.browser();
    let page = own.get("/portal").await;
    let page = own.get(&crate::portal::lead(&page)).await;
    let page = own.identify(&page, KIM).await;
    let page = own.password(&page, "Sprosser!4").await;
    let back = own.get(&page.refresh().unwrap()).await;
    own.get(&crate::portal::lead(&back)).await;
    assert!(open(&mut own).await);
    out(broker, "70444", "Okta", 20 * MINUTE).await;
    let mut lent = broker.browser();
    by_password(&mut lent, "wiki").await;
    let page = lent.get("/portal").await;
    let back = lent.get(&crate::portal::lead(&page)).await;
    lent.get(&crate::portal::lead(&back)).await;
    assert!(open(&mut lent).await && open(&mut own).await);
    broker.clock.wait(Duration::from_secs(20 * MINUTE));
    assert!(!open(&mut lent).await && open(&mut own).await, "at its end");
    out(broker, "70444", "Okta", 20 * MINUTE).await;
    assert!(!open(&mut lent).await, "another outage opens nothing of the one before");
}

/// LH-15: a proof that still waits for something when the outage ends is worth nothing any more; before its end it signs in.
#[tokio::test]
async fn lh_15_a_proof_that_waits_ends_with_the_outage() {
    let world = World::new().await;
    let broker = &world.broker;
    for (old, new, ends) in [("Sprosser!4", "Sprosser!5", false), ("Sprosser!5", "Sprosser!6", true)] {
        // The password runs out.
        broker.clock.wait(Duration::from_secs(95 * 86_400));
        out(broker, "70444", "Okta", 2 * HOUR).await;
        let mut browser = broker.browser();
        let page = browser.open("wiki", "").await;
        let page = browser.identify(&page, KIM).await;
        let page = browser.password(&page, old).await;
        assert_eq!(page.heading(), "Your password has expired", "{}", page.body);
        if ends {
            to_on(broker).await;
        }
        let page = browser.post("/signin/expired", &[("handle", &page.hidden("handle")), ("new", new), ("repeat", new)]).await;
        assert_eq!(browser.cookies.contains_key("__Host-session"), !ends, "{}", page.body);
        match ends {
            false => assert_eq!(who(&mut browser, "wiki", &page).await, kim()),
            true => assert!(page.body.contains("so we started again"), "{}", page.body),
        }
    }
}

async fn to_on(broker: &TestBroker) {
    broker.change_connection("70444", "Okta", |entry| (entry.connection.state, entry.connection.outage) = (ConnectionState::Enforced, None)).await;
}

/// LR-15: who is let in by an outage alone begins no change of the address, by which everything else is reset, by code or by password; whoever has
/// a password in any case does.
#[tokio::test]
async fn lr_15_who_is_let_in_by_an_outage_changes_no_address() {
    let broker = TestBroker::start(Disclosure::Open).await;
    out(&broker, "50210", "Entra", 2 * HOUR).await;
    let (mut dana, mut ops) = (broker.browser(), broker.browser());
    let page = ask(&mut dana, DANA).await;
    let (sent, _) = code(&broker, DANA).await;
    type_code(&mut dana, &page, &sent).await;
    let id = broker.user(DANA, "50210").await.id;
    let page = dana.get("/account/email").await;
    assert!(page.body.contains("Your identity provider is away") && !page.body.contains("name=\"email\""), "{} {}", page.heading(), page.body);
    let stage = dana.get("/account").await.hidden("stage");
    for (path, field, value) in [("/account/email", "email", "dana@evil.example"), ("/account/email/code", "code", "000000")] {
        assert!(dana.post(path, &[("stage", &stage), (field, value)]).await.body.contains("Your identity provider is away"), "{path}");
        assert_eq!(broker.audit(1).await, [("profile.email_asked email.outage".to_owned(), Some(id))], "{path}");
    }
    assert!(broker.mails().await.iter().all(|(to, ..)| to != "dana@evil.example"));
    ops.sign_in("wiki", "ops@contoso.example", "Sperber&9").await;
    assert!(ops.get("/account/email").await.body.contains("name=\"email\""), "the twin");
}
