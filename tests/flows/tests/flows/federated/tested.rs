//! The test sign-in, and the trace of a failed return: one list of checks for both (ADM-11, ADM-12, ADM-15).

use std::time::Duration;

use homeward_discovery::{ConnectionState, UserRule};
use homeward_federation::RemoteField;
use homeward_signin::usecase::federated::test;
use homeward_simulator::saml::Attribute;

use super::*;

/// A world whose connection is not on yet.
async fn draft(change: impl FnOnce(&mut ConnectionSettings)) -> World {
    let world = World::with(change).await;
    set(&world, ConnectionState::Draft).await;
    world
}

async fn set(world: &World, state: ConnectionState) {
    world.broker.change_connection("70444", "Okta", |entry| entry.connection.state = state).await;
}

async fn link(world: &World) -> String {
    let link = test::link(&world.broker.running().context, world.connection).await.unwrap();
    link.strip_prefix("http://homeward.localhost").unwrap().to_owned()
}

/// Opens a link and begins: the request.
async fn begin(world: &World, browser: &mut Browser) -> Sent {
    let link = link(world).await;
    let hop = browser.get(&link).await;
    assert_eq!((hop.status, hop.header("location")), (303, Some("/signin/test")), "LR-08: the token leaves the address");
    assert_eq!(browser.get("/signin/test").await.heading(), "Test the sign-in");
    read(&browser.post("/signin/test", &[]).await)
}

/// Delivers an answer to a test: the page of its result.
async fn show(world: &World, browser: &mut Browser, answer: &Answer, relay: &str) -> Page {
    let delivered = world.deliver(browser, answer, relay).await;
    assert_eq!(delivered.status, 303, "{}", delivered.body);
    let to = delivered.header("location").unwrap().to_owned();
    assert!(to.starts_with("/signin/test/result?handle="), "{to}");
    let page = browser.get(&to).await;
    assert_eq!(browser.get(&to).await.heading(), page.heading(), "it can be read again");
    page
}

async fn passed(world: &World) -> bool {
    let since = world.broker.clock.now().minus(Duration::from_secs(30 * 86_400));
    let store = &world.broker.running().store;
    let entry = store.connections_with_settings().await.unwrap().into_iter().find(|entry| entry.connection.id == world.connection).unwrap();
    store.test_passed_since(world.connection, &entry.settings.unwrap(), since).await.unwrap()
}

async fn newest(world: &World) -> String {
    world.broker.audit(1).await.remove(0).0
}

/// ADM-11, AD-07: before the connection is on, a test goes the whole way, signs nobody in and changes nothing but its own evidence.
#[tokio::test]
async fn a_test_passes_all_six_checks_and_signs_nobody_in() {
    let world = draft(|settings| settings.matching.remote = RemoteField::Named("mail".into())).await;
    let mut browser = world.broker.browser();
    assert!(!passed(&world).await);
    let sent = begin(&world, &mut browser).await;
    let answer = world.answer(&sent, KIM).assertion(|a| a.attributes = vec![Attribute::new("mail", KIM), Attribute::new("department", "Radiology")]);
    let page = show(&world, &mut browser, &answer, &sent.relay).await;
    assert_eq!((page.status, page.heading()), (200, "Passed all 6 checks"), "{}", page.body);
    assert!(page.body.contains("Nobody was signed in, and nothing was changed."));
    for part in ["k•••••@tailspin.example", "department", "R•••••"] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    for personal in [KIM, "Radiology"] {
        assert!(!page.body.contains(personal), "{personal}");
    }
    assert!(!browser.cookies.contains_key("__Host-session"));
    assert_eq!(browser.get("/signin").await.heading(), "Sign in");
    assert_eq!((newest(&world).await.as_str(), passed(&world).await), ("connection.tested ok", true));
    // Nobody was bound: the first real sign-in is the first.
    set(&world, ConnectionState::Enforced).await;
    let mut kim_there = world.broker.browser();
    let sent = go(&mut kim_there, "wiki", KIM).await;
    let other = world.answer(&sent, KIM).assertion(|a| {
        a.name_id = Some(homeward_simulator::saml::NameId::persistent("another"));
        a.attributes = vec![Attribute::new("mail", KIM)];
    });
    let delivered = world.deliver(&mut kim_there, &other, &sent.relay).await;
    let back = fetch(&mut kim_there, &delivered).await;
    assert_eq!(who(&mut kim_there, "wiki", &back).await, kim());
}

/// A link works once, for a quarter of an hour, and its result is for the browser that began.
#[tokio::test]
async fn a_link_to_a_test_works_once_and_its_result_is_the_browsers_own() {
    let world = draft(|_| {}).await;
    let mut browser = world.broker.browser();
    let path = link(&world).await;
    for _ in 0..3 {
        let mut scanner = world.broker.browser();
        scanner.get(&path).await;
        assert_eq!(scanner.get("/signin/test").await.heading(), "Test the sign-in", "opening it uses nothing up");
    }
    browser.get(&path).await;
    let sent = read(&browser.post("/signin/test", &[]).await);
    let mut second = world.broker.browser();
    second.get(&path).await;
    assert_eq!(second.post("/signin/test", &[]).await.heading(), "That test link does not work any more");
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let to = delivered.header("location").unwrap().to_owned();
    assert_eq!(second.get(&to).await.heading(), "That test link does not work any more", "another browser's");
    assert_eq!(browser.get(&to).await.heading(), "Passed all 6 checks");
    // The same answer once more is used, and the handle of a test is no way into a session.
    let again = show(&world, &mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    assert!(again.body.contains("replay.used") && again.heading() == "Stopped at check 4 of 6");
    let fetched = browser.get(&to.replace("/signin/test/result?handle=", "/signin/return?result=")).await;
    assert_eq!(fetched.status, 400);
    assert!(!browser.cookies.contains_key("__Host-session"));
    let late = link(&world).await;
    world.broker.clock.wait(Duration::from_secs(15 * 60));
    browser.get(&late).await;
    assert_eq!(browser.get("/signin/test").await.heading(), "That test link does not work any more");
    set(&world, ConnectionState::Retired).await;
    browser.get(&link(&world).await).await;
    assert_eq!(browser.get("/signin/test").await.heading(), "That test link does not work any more", "a connection that is off for good");
}

/// SB-01: an answer in an address signs nobody in. A test of this very browser is told so; another browser's test, and a sign-in, go on as if nobody had opened it.
#[tokio::test]
async fn sb_01_an_answer_in_an_address_is_told_to_ones_own_test_alone() {
    let world = draft(|_| {}).await;
    let (mut browser, mut other) = (world.broker.browser(), world.broker.browser());
    let sent = begin(&world, &mut browser).await;
    let address = |relay: &str| format!("{}?SAMLResponse=x&RelayState={relay}", world.acs());
    for _ in 0..12 {
        assert_eq!(other.get(&address(&sent.relay)).await.status, 405, "another browser's");
    }
    let hop = browser.get(&address(&sent.relay)).await;
    assert_eq!(hop.status, 303, "{}", hop.body);
    let page = browser.get(hop.header("location").unwrap()).await;
    assert_eq!(page.heading(), "Stopped at check 1 of 6");
    for part in ["saml.binding", "HTTP-Redirect", "HTTP-POST"] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    let sent = begin(&world, &mut browser).await;
    assert_eq!(show(&world, &mut browser, &world.answer(&sent, KIM), &sent.relay).await.heading(), "Passed all 6 checks", "the same by a form");
    // More often than a sign-in has tries.
    set(&world, ConnectionState::Enforced).await;
    let sent = go(&mut browser, "wiki", KIM).await;
    for _ in 0..12 {
        assert_eq!(browser.get(&address(&sent.relay)).await.status, 405);
    }
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
}

/// ADM-12: each check fails on its own, with its number, both values, the words of that console, and without evidence.
#[tokio::test]
async fn each_check_of_a_test_fails_on_its_own() {
    let world = draft(|_| {}).await;
    let mut browser = world.broker.browser();
    let forger = Idp::new("https://idp.example/entity", KeyKind::Rsa).unwrap();
    let fails = async |browser: &mut Browser, number: u8, code: &str, parts: &[&str], make: &dyn Fn(Answer) -> (String, bool), asserted: &str| {
        let sent = begin(&world, browser).await;
        let (xml, _) = make(world.answer(&sent, asserted));
        let delivered = world.deliver_xml(browser, &xml, &sent.relay).await;
        let page = browser.get(delivered.header("location").unwrap()).await;
        assert_eq!(page.heading(), format!("Stopped at check {number} of 6"), "{code}: {}", page.body);
        assert_eq!(newest(&world).await, format!("connection.tested {code}"));
        for part in parts {
            assert!(page.body.contains(part), "{code}: {part} in {}", page.body);
        }
        assert!(!page.body.contains("nobody@tailspin"), "{code}: no name in full");
    };
    let signed = |answer: Answer| (world.idp.response(&answer), true);
    fails(&mut browser, 1, "xml.not_wellformed", &["cannot read"], &|_| ("<broken".into(), false), KIM).await;
    let audience = |answer: Answer| signed(answer.assertion(|a| a.conditions.as_mut().unwrap().audiences = vec![vec!["https://other.example/sp".into()]]));
    fails(&mut browser, 2, "audience.unexpected", &["https://other.example/sp", "/metadata", "Audience URI (SP Entity ID)"], &audience, KIM).await;
    fails(&mut browser, 3, "sig.untrusted_key", &["that you have not added", "Passed:</span> The provider answered", "Not checked yet:</span> It was meant for this account", "View SAML setup instructions › X.509 Certificate"], &|answer| (forger.response(&answer), true), KIM).await;
    fails(&mut browser, 5, "names.unknown_user", &["n•••••@tailspin.example", "Nobody in this account"], &signed, "nobody@tailspin.example").await;
    world.broker.change_user(KIM, "70444", |user| user.rule = Some(UserRule::Excluded)).await;
    fails(&mut browser, 6, "allowed.rules", &["exclusion list"], &signed, KIM).await;
    assert!(!passed(&world).await);
    world.broker.change_user(KIM, "70444", |user| user.rule = None).await;
    let sent = begin(&world, &mut browser).await;
    assert_eq!(show(&world, &mut browser, &world.answer(&sent, KIM), &sent.relay).await.heading(), "Passed all 6 checks");
}

/// ADM-15, AU-08: the reference of the person's page finds one trace, with both values and without a name; it goes after thirty days.
#[tokio::test]
async fn a_failed_return_leaves_a_trace_without_names() {
    let world = World::new().await;
    let store = &world.broker.running().store;
    let mut browser = world.broker.browser();
    let page = world.round(&mut browser, "wiki", KIM, "nobody@tailspin.example").await;
    let case = page.body.split("class=\"ref\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let traces = store.traces(Some(world.connection), 10).await.unwrap();
    assert_eq!(traces.len(), 1);
    let trace = &traces[0];
    assert_eq!((trace.case.as_str(), trace.failure().code.as_str(), trace.application.as_deref()), (case.as_str(), "names.unknown_user", Some("wiki")));
    assert_eq!(trace.failure().seen.as_deref(), Some("n•••••@tailspin.example"));
    assert!(page.body.contains("nobody@tailspin.example"), "the person's own page says the name in full");
    world.broker.clock.wait(Duration::from_secs(30 * 86_400 + 2 * 3_600));
    store.sweep(world.broker.clock.now()).await.unwrap();
    assert!(store.traces(None, 10).await.unwrap().is_empty());
}

/// ADM-8: a test that passed says something of the settings that it tested and of no others, be it one field that differs; delegated access is
/// none of a sign-in.
#[tokio::test]
async fn a_test_vouches_for_the_settings_it_tested() {
    let world = draft(|_| {}).await;
    let test = async || {
        let mut browser = world.broker.browser();
        let sent = begin(&world, &mut browser).await;
        show(&world, &mut browser, &world.answer(&sent, KIM), &sent.relay).await.heading().to_owned()
    };
    assert_eq!((test().await.as_str(), passed(&world).await), ("Passed all 6 checks", true));
    let change = async |change: fn(&mut ConnectionSettings)| world.broker.change_connection("70444", "Okta", |entry| change(entry.settings.as_mut().unwrap())).await;
    let bent: [fn(&mut ConnectionSettings); 4] = [
        |settings| settings.jit = Jit::Create,
        |settings| settings.idp_initiated = IdpInitiated::Accept,
        |settings| settings.skew = 300_u16.try_into().unwrap(),
        |settings| {
            if let Protocol::Saml(saml) = &mut settings.protocol {
                saml.certificates.push(KEY.certified_again("Another", Validity::default()).map(|key| Idp::with_key("https://idp.example/entity", key).certificate_pem()).unwrap());
            }
        },
    ];
    let saved = settings(&world.idp);
    for (place, bend) in bent.into_iter().enumerate() {
        change(bend).await;
        assert!(!passed(&world).await, "{place}");
        let saved = saved.clone();
        world.broker.change_connection("70444", "Okta", |entry| entry.settings = Some(saved)).await;
        assert!(passed(&world).await, "{place}: what was tested is there again");
    }
    change(|settings| settings.jit = Jit::LinkOnly).await;
    assert!(!passed(&world).await);
    assert_eq!((test().await.as_str(), passed(&world).await), ("Passed all 6 checks", true), "a test of its own");
}
