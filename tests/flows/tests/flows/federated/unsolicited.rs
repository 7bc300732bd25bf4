//! Answers that nobody asked for (B-033, B-086, B-095, B-175).

use homeward_store::register::Register;

use super::*;

fn unasked(world: &World) -> Answer {
    world.idp.answer(&world.asked(None), KIM, world.broker.clock.now())
}

/// SF-23, SSO-7, B-033: refused unless the connection says otherwise; the page offers to start here.
#[tokio::test]
async fn sf_23_an_answer_that_nobody_asked_for_is_refused() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let page = world.deliver(&mut browser, &unasked(&world), "").await;
    assert_eq!((page.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused request.unsolicited"));
    assert!(page.body.contains("started this sign-in itself") && page.body.contains("/signin/again"));
    let back = world.round(&mut browser, "wiki", KIM, KIM).await;
    assert_eq!(who(&mut browser, "wiki", &back).await, kim());
}

/// Presses "Try again" on the page of a refused answer, with what that page holds.
async fn try_again(browser: &mut Browser, page: &Page) -> Page {
    let mut form = vec![("stage", page.hidden("stage"))];
    form.extend(page.body.contains("name=\"connection\"").then(|| ("connection", page.hidden("connection"))));
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/signin/retry", &form).await
}

/// SSO-7, B-095, FOR-1: the page names the application that the tile opens, where the account may be named. Where there is none, or nobody may
/// learn whose connection it is, it names ours. "Try again" begins at that same provider, by a request of ours, and leads where the tile leads.
#[tokio::test]
async fn sso_7_the_page_names_the_application_that_the_tile_opens() {
    for (disclosure, default, names) in [(Disclosure::Open, Some("wiki"), true), (Disclosure::Open, None, false), (Disclosure::Closed, Some("wiki"), false)] {
        let world = World::at(TestBroker::start(disclosure).await, |_| {}).await;
        let store = &world.broker.running().store;
        let mut entry = store.register().await.unwrap().accounts.into_iter().find(|entry| entry.account.number.as_str() == "70444").unwrap();
        entry.default_application = default.map(str::to_owned);
        store.put(&Register { accounts: vec![entry], ..Register::default() }, &[], world.broker.clock.now()).await.unwrap();
        let mut browser = world.broker.browser();
        let page = world.deliver(&mut browser, &unasked(&world), "").await;
        assert_eq!((page.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused request.unsolicited"));
        assert!(page.body.contains("Sign in from ") && page.body.contains("Sign in from Wiki instead") == names && page.body.contains("Wiki") == names, "{disclosure:?} {default:?}: {}", page.body);
        assert!(!browser.cookies.contains_key("__Host-session"), "the answer itself signs nobody in");
        let sent = read(&try_again(&mut browser, &page).await);
        let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
        let back = fetch(&mut browser, &delivered).await;
        match default {
            Some(_) => assert_eq!((back.status, back.refresh().as_deref()), (200, Some("https://wiki.example/")), "{disclosure:?}"),
            None => assert_eq!((back.status, back.header("location")), (303, Some("/signin"))),
        }
        let there = browser.open("wiki", "").await;
        assert_eq!(there.status, 303, "{}", there.body);
        let (status, tokens) = browser.redeem("wiki", there.header("location").unwrap()).await;
        assert_eq!((status, browser.who(tokens["access_token"].as_str().unwrap()).await), (200, kim()), "{disclosure:?} {default:?}");
    }
}

/// SSO-7, SB-14: only the person's own press begins anything: a page of another site that posts it begins nothing, and a connection that is not there, or is off
/// by now, has no provider. An answer at an address where nobody is known begins at our own page. The twin begins at the provider.
#[tokio::test]
async fn sso_7_try_again_begins_only_by_the_persons_own_press() {
    let world = World::new().await;
    let mut browser = world.broker.browser();
    let page = world.deliver(&mut browser, &unasked(&world), "").await;
    let connection = page.hidden("connection");
    assert_eq!(connection, world.connection.to_string());
    let foreign = browser.deliver("/signin/retry", &[("connection", &connection)]).await;
    assert_eq!((foreign.status, foreign.refresh(), foreign.header("location")), (403, None, None));
    let nowhere = ConnectionId::generate(&homeward_model::SystemRandom).to_string();
    let unknown = browser.post("/signin/retry", &[("connection", &nowhere)]).await;
    assert_eq!((unknown.status, unknown.refresh()), (403, None));
    let at_nowhere = browser.deliver(&format!("/saml/{nowhere}/acs"), &[("SAMLResponse", &encode(world.idp.response(&unasked(&world))))]).await;
    assert_eq!((at_nowhere.status, at_nowhere.body.contains("name=\"connection\"")), (403, false));
    assert_eq!(try_again(&mut browser, &at_nowhere).await.heading(), "Sign in");
    assert!(read(&try_again(&mut browser, &page).await).xml.contains("AuthnRequest"), "the twin");
    world.broker.change_connection("70444", "Okta", |entry| entry.connection.state = homeward_discovery::ConnectionState::Draft).await;
    let off = try_again(&mut browser, &page).await;
    assert_eq!((off.status, off.refresh()), (403, None));
    assert!(!browser.cookies.contains_key("__Host-session"));
}

/// C1, B-086, SB-14: `convert`: the answer itself signs nobody in, whoever signed it; a request of ours follows.
#[tokio::test]
async fn convert_begins_a_request_of_ours() {
    let world = World::with(|settings| settings.idp_initiated = IdpInitiated::Convert).await;
    let mut browser = world.broker.browser();
    let hop = world.deliver_xml(&mut browser, "<anything/>", "https://evil.example/").await;
    assert_eq!((hop.status, hop.header("location")), (303, Some(format!("/signin/provider/{}", world.connection).as_str())));
    let page = browser.get(hop.header("location").unwrap()).await;
    assert!(!browser.cookies.contains_key("__Host-session"));
    let sent = read(&page);
    assert_ne!(sent.relay, "https://evil.example/", "SB-05");
    let delivered = world.deliver(&mut browser, &world.answer(&sent, KIM), &sent.relay).await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!((back.status, back.header("location")), (303, Some("/signin")));
    assert!(browser.get("/signin").await.body.contains(KIM));
}

/// OB-09, SB-05: whatever RelayState says, `convert` goes on to the provider by way of our own page.
#[tokio::test]
async fn ob_09_relay_state_leads_nowhere() {
    let world = World::with(|settings| settings.idp_initiated = IdpInitiated::Convert).await;
    let mut browser = world.broker.browser();
    for written in crate::redirects::ELSEWHERE {
        let hop = world.deliver_xml(&mut browser, "<anything/>", written).await;
        assert_eq!((hop.status, hop.header("location")), (303, Some(format!("/signin/provider/{}", world.connection).as_str())), "{written:?}");
        assert!(!["evil.", "evil\u{3002}"].iter().any(|name| hop.body.contains(name)), "{written:?}");
    }
    let page = browser.get(&format!("/signin/provider/{}", world.connection)).await;
    assert!(!page.body.contains("evil.") && read(&page).xml.contains("AuthnRequest"));
}

/// SF-24, B-175: `accept`: once, to the default application or the page of applications, and it changes nobody over.
#[tokio::test]
async fn sf_24_accept_signs_in_once_and_changes_nobody_over() {
    let world = World::with(|settings| settings.idp_initiated = IdpInitiated::Accept).await;
    let mut browser = world.broker.browser();
    let xml = world.idp.response(&unasked(&world));
    let delivered = world.deliver_xml(&mut browser, &xml, "https://evil.example/").await;
    let back = fetch(&mut browser, &delivered).await;
    assert_eq!((back.status, back.header("location")), (303, Some("/signin")), "SB-05: RelayState leads nowhere");
    assert!(browser.get("/signin").await.body.contains(KIM));
    let again = world.deliver_xml(&mut browser, &xml, "").await;
    assert_eq!((again.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused replay.used"));
    // Ann is signed in: an answer about Kim changes nothing, a request of ours follows instead.
    let mut ann = world.broker.browser();
    ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let before = ann.cookies["__Host-session"].clone();
    let delivered = world.deliver(&mut ann, &unasked(&world), "").await;
    let page = fetch(&mut ann, &delivered).await;
    assert!(read(&page).xml.contains("AuthnRequest"));
    assert_eq!(ann.cookies["__Host-session"], before);
    // An answer to somebody's request is none that nobody asked for.
    let mut other = world.broker.browser();
    let sent = go(&mut other, "wiki", KIM).await;
    let stolen = world.deliver(&mut ann, &world.answer(&sent, KIM), "").await;
    assert_eq!((stolen.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused in_response_to.unsolicited"));
}

/// SF-27, SF-16: an answer that says it counts for decades is known as used for as long as its age lets it through, whatever else comes in between and is
/// forgotten; then its age refuses it. In between there is no moment in which it signs in once more. The twin of each moment is a fresh answer.
#[tokio::test]
async fn sf_27_a_used_answer_is_known_until_its_age_refuses_it() {
    let world = World::with(|settings| settings.idp_initiated = IdpInitiated::Accept).await;
    let far = Some("2099-01-01T00:00:00Z".to_owned());
    let answer = unasked(&world).assertion(|assertion| {
        assertion.conditions.as_mut().unwrap().not_on_or_after = far.clone();
        assertion.confirmations[0].not_on_or_after = far.clone();
    });
    let xml = world.idp.response(&answer);
    let comes = async |xml: &str| {
        let mut browser = world.broker.browser();
        let delivered = world.deliver_xml(&mut browser, xml, "").await;
        if delivered.status != 303 {
            assert!(delivered.status == 403 && !browser.cookies.contains_key("__Host-session"));
            return world.last_refusal().await.trim_start_matches("signin.answer_refused ").to_owned();
        }
        let back = fetch(&mut browser, &delivered).await;
        assert_eq!((back.status, back.header("location")), (303, Some("/signin")), "{}", back.body);
        assert!(browser.get("/signin").await.body.contains(KIM));
        "ok".to_owned()
    };
    assert_eq!(comes(&xml).await, "ok");
    for _ in 0..100 {
        assert_eq!(world.deliver(&mut world.broker.browser(), &unasked(&world), "").await.status, 303);
    }
    // Ten minutes of age and one of tolerance: 660 seconds after it was made it would still count, and a second later no more.
    for (wait, expected) in [(1, "replay.used"), (300, "replay.used"), (299, "replay.used"), (60, "replay.used"), (1, "time.issued_long_ago"), (7_200, "time.issued_long_ago")] {
        world.broker.clock.wait(std::time::Duration::from_secs(wait));
        world.broker.running().store.sweep(world.broker.clock.now()).await.unwrap();
        assert_eq!((comes(&xml).await.as_str(), comes(&world.idp.response(&unasked(&world))).await.as_str()), (expected, "ok"), "{wait}");
    }
}

/// CHO-4: a tile that opens a private application leaves no name on the device, although the errand is one of ours: not even where its person, after an
/// answer that was refused, goes on by a password. The twin is a tile of an application that is not private.
#[tokio::test]
async fn cho_4_a_tile_of_a_private_application_is_remembered_on_no_device() {
    for is_private in [true, false] {
        let world = World::new().await;
        let theirs = world.broker.change_connection("50210", "Entra", |entry| entry.settings = Some(settings(&world.idp))).await;
        let store = &world.broker.running().store;
        let register = store.register().await.unwrap();
        let mut account = register.accounts.into_iter().find(|entry| entry.account.number.as_str() == "50210").unwrap();
        account.default_application = Some("wiki".into());
        let mut wiki = register.applications.into_iter().find(|entry| entry.application.client_id.as_str() == "wiki").unwrap();
        wiki.application.private = is_private;
        store.put(&Register { accounts: vec![account], applications: vec![wiki], ..Register::default() }, &[], world.broker.clock.now()).await.unwrap();
        let mut ops = world.broker.browser();
        let sent = read(&ops.get(&format!("/signin/provider/{theirs}")).await);
        let at = format!("/saml/{theirs}/acs");
        let asked = Asked { entity_id: format!("http://homeward.localhost/saml/{theirs}/metadata"), acs: format!("http://homeward.localhost{at}"), request_id: Some(sent.id.clone()) };
        let xml = world.idp.response(&world.idp.answer(&asked, "nobody@contoso.example", world.broker.clock.now()));
        let delivered = ops.deliver(&at, &[("SAMLResponse", &encode(xml)), ("RelayState", &sent.relay)]).await;
        let page = fetch(&mut ops, &delivered).await;
        assert_eq!((page.status, world.last_refusal().await.as_str()), (403, "signin.answer_refused names.unknown_user"));
        let page = ops.post("/signin/retry", &[("stage", &page.hidden("stage"))]).await;
        let page = ops.identify(&page, "ops@contoso.example").await;
        assert_eq!((page.heading(), page.body.contains("name=\"remember\"")), ("Enter your password", !is_private));
        ops.post("/signin/password", &[("stage", &page.hidden("stage")), ("password", "Sperber&9"), ("remember", "yes")]).await;
        assert!(ops.cookies.contains_key("__Host-session"));
        assert_eq!(ops.cookies.contains_key("__Host-remembered"), !is_private);
    }
}

/// FOR-1, SB-14: under closed disclosure the page of an answer that nobody is known to have signed names neither account nor provider. One
/// that the provider signed says whose it is, and under open disclosure both do.
#[tokio::test]
async fn an_unverified_answer_names_no_account_under_closed_disclosure() {
    for (disclosure, names) in [(Disclosure::Closed, [false, true]), (Disclosure::Open, [true, true])] {
        let world = World::at(TestBroker::start(disclosure).await, |_| {}).await;
        for (is_signed, expected, named) in [(false, "signin.answer_refused sig.", names[0]), (true, "signin.answer_refused names.unknown_user", names[1])] {
            let mut browser = world.broker.browser();
            let page = browser.open("wiki", "").await;
            let mut page = browser.identify(&page, KIM).await;
            if disclosure == Disclosure::Closed {
                page = browser.post("/signin/single-sign-on", &[("stage", &page.hidden("stage")), ("username", KIM)]).await;
            }
            let sent = read(&page);
            let xml = world.idp.response(&world.answer(&sent, "nobody@tailspin.example"));
            let xml = if is_signed { xml } else { xml.replacen("nobody@tailspin", "kim@tailspin", 1) };
            let delivered = world.deliver_xml(&mut browser, &xml, &sent.relay).await;
            // What is not signed is refused where it arrives.
            let page = if is_signed { fetch(&mut browser, &delivered).await } else { delivered };
            let why = world.last_refusal().await;
            assert!(page.status == 403 && why.starts_with(expected), "{} {why}", page.status);
            let body = page.body.replace(KIM, "").replace("tailspin.example", "");
            assert_eq!(["Tailspin", "70444", "idp.example"].iter().any(|word| body.contains(word)), named, "{disclosure:?} {is_signed} {body}");
        }
    }
}

/// B-086, B-175: a whole office comes from one address: what opens a sign-in, or is one, is no stray. A stray is: after 120 there is a pause.
#[tokio::test]
async fn an_office_of_121_people_is_not_paused_b_193() {
    let world = World::with(|settings| settings.idp_initiated = IdpInitiated::Convert).await;
    for person in 1..=121 {
        let mut browser = world.broker.browser();
        let hop = world.deliver_xml(&mut browser, "<anything/>", "").await;
        assert_eq!((hop.status, hop.header("location")), (303, Some(format!("/signin/provider/{}", world.connection).as_str())), "{person}");
        let page = browser.get(hop.header("location").unwrap()).await;
        assert!(read(&page).xml.contains("AuthnRequest"), "{person}");
    }
    let set = async |rule: IdpInitiated| {
        world.broker.change_connection("70444", "Okta", |entry| entry.settings.as_mut().unwrap().idp_initiated = rule).await;
    };
    set(IdpInitiated::Accept).await;
    for person in 1..=121 {
        let delivered = world.deliver(&mut world.broker.browser(), &unasked(&world), "").await;
        assert_eq!(delivered.status, 303, "{person}: {}", delivered.body);
    }
    // The twin: answers that lead nowhere are few, and what they use up is not the office's.
    let mut mallory = world.broker.browser();
    for _ in 0..40 {
        assert_eq!(world.deliver_xml(&mut mallory, "<anything/>", "").await.status, 403);
    }
    set(IdpInitiated::Refuse).await;
    world.broker.clock.wait(std::time::Duration::from_secs(601));
    for stray in 1..=120 {
        assert_eq!(world.deliver_xml(&mut mallory, "<anything/>", "").await.status, 403, "{stray}");
    }
    let paused = world.deliver_xml(&mut mallory, "<anything/>", "").await;
    assert_eq!((paused.status, world.last("signin.paused").await.as_str()), (429, "signin.paused limit.stray_answer"));
    set(IdpInitiated::Convert).await;
    let page = world.broker.browser().get(&format!("/signin/provider/{}", world.connection)).await;
    assert!(read(&page).xml.contains("AuthnRequest"), "a tile opens all the same");
}

/// SF-23: a page elsewhere makes browsers of a network post answers that nobody asked for until a pause: the provider's own tile goes on
/// opening sign-ins in that network.
#[tokio::test]
async fn sf_23_a_page_elsewhere_pauses_no_tile() {
    let world = World::with(|settings| settings.idp_initiated = IdpInitiated::Convert).await;
    let mut office = world.broker.browser();
    let form = [("SAMLResponse".to_owned(), "x".to_owned()), ("RelayState".to_owned(), String::new())];
    let from = [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];
    let to_provider = Some(format!("/signin/provider/{}", world.connection));
    for _ in 0..300 {
        let page = office.send(reqwest::Method::POST, &world.acs(), &from, Some(&form)).await;
        assert_eq!((page.status, page.header("location").map(str::to_owned)), (303, to_provider.clone()));
    }
    let paused = office.send(reqwest::Method::POST, &world.acs(), &from, Some(&form)).await;
    assert_ne!(paused.status, 303);
    assert_eq!(world.broker.audit(1).await[0].0, "signin.paused limit.unasked_answer");
    let page = world.deliver(&mut office, &unasked(&world), "").await;
    assert_eq!((page.status, page.header("location").map(str::to_owned)), (303, to_provider));
    // Who says of themselves that they come from there have that much, and no more.
    for _ in 1..300 {
        world.deliver_xml(&mut office, "x", "").await;
    }
    assert_ne!(world.deliver(&mut office, &unasked(&world), "").await.status, 303);
}
