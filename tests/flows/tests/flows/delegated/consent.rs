//! A person allows an application to act for them: the page, the way there and back, and whose consent counts.

use std::time::Duration;

use homeward_federation::delegated::GrantKey;
use homeward_signin::delegated::StartLink;
use homeward_store::register::Register;

use super::*;

/// B-126, B-127, B-133, B-137, B-147: a person allows it once, the application gets a live token, and neither the audit nor the files
/// hold one.
#[tokio::test]
async fn a_person_allows_an_application_and_it_gets_a_live_token() {
    let world = World::new().await;
    let (mut browser, tokens) = world.signed_in("planner").await;
    let own = tokens["access_token"].as_str().unwrap();
    let (status, answer) = world.exchange("planner", own, &[("resource", "https://graph.microsoft.com")]).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("interaction_required")));
    let page = world.consent_page(&mut browser, &answer).await;
    assert_eq!((page.status, page.heading()), (200, "Let Planner act for you?"));
    for text in ["read your calendars", "read your contacts", "use your mailbox", "kim@", "Tailspin"] {
        assert!(page.body.contains(text), "{text}");
    }
    let to = world.allow(&mut browser, &page).await;
    for part in ["response_type=code", "code_challenge_method=S256", "redirect_uri=https%3A%2F%2Fhomeward.localhost%2FClientOAuth&", "offline_access", "nonce=", "state="] {
        assert!(format!("{to}&").contains(part), "{part} in {to}");
    }
    let back = answered(&mut world.at_microsoft(), &to, KIM).await;
    assert!(back.starts_with("https://homeward.localhost/ClientOAuth?"), "{back}");
    let done = browser.get(&path(&back)).await;
    assert_eq!((done.status, done.heading()), (200, "Planner may act for you"), "{}", done.body);
    let (status, given) = world.exchange("planner", own, &[("resource", "https://graph.microsoft.com"), ("scope", "Calendars.Read")]).await;
    assert_eq!(status, 200, "{given}");
    assert_eq!((given["issued_token_type"].as_str(), given["token_type"].as_str(), given["scope"].as_str()), (Some(ACCESS_TOKEN), Some("Bearer"), Some("Calendars.Read")));
    assert!(given["expires_in"].as_u64().unwrap() > 3_000 && given.get("refresh_token").is_none());
    let (_, again) = world.exchange("planner", own, &[("resource", "https://graph.microsoft.com/"), ("scope", "Calendars.Read")]).await;
    assert_eq!(again["access_token"], given["access_token"]);
    assert_eq!(world.holders().await, [world.kim]);
    assert!(world.has("delegated.granted ok", Some(world.kim)).await && world.has("token.exchanged ok", Some(world.kim)).await);
    assert!(world.has("token.exchanged interaction_required", Some(world.kim)).await);
    let secret = given["access_token"].as_str().unwrap().as_bytes();
    for file in ["homeward.db", "homeward.db-wal"] {
        let bytes = std::fs::read(world.broker.folder().join(file)).unwrap_or_default();
        assert!(!bytes.windows(secret.len()).any(|part| part == secret), "{file}");
    }
}

/// OR-01, OR-03, OR-25: another browser, another path, another state, a second time and too late lead nowhere; the browser that began does.
#[tokio::test]
async fn or_01_or_03_or_25_an_answer_is_its_own_browsers_once() {
    let world = World::new().await;
    let (mut browser, tokens) = world.signed_in("planner").await;
    let (_, answer) = world.exchange("planner", tokens["access_token"].as_str().unwrap(), &[("resource", "https://graph.microsoft.com")]).await;
    let mut ask = async || {
        let page = world.consent_page(&mut browser, &answer).await;
        let to = world.allow(&mut browser, &page).await;
        (browser.clone(), path(&answered(&mut world.at_microsoft(), &to, KIM).await))
    };
    let (mut own, back) = ask().await;
    let mut other = world.broker.browser();
    let planted = other.get(&back).await;
    assert_eq!((planted.status, world.refusal().await.as_str()), (400, "delegated.over"));
    let bent = own.get(&path(&changed(&format!("https://x{back}"), "state", Some("guessed")))).await;
    assert_eq!((bent.status, world.refusal().await.as_str()), (400, "delegated.over"));
    assert!(world.holders().await.is_empty(), "and nothing was used up");
    assert_eq!(own.get(&back).await.heading(), "Planner may act for you");
    assert_eq!((own.get(&back).await.status, world.refusal().await.as_str()), (400, "delegated.over"), "a second time");
    // B-133: case and slash count.
    world.broker.running().context.federation.delegation.grants().forget(GrantKey { connection: world.connection, user: world.kim }).await.unwrap();
    for (elsewhere, status) in [("/clientoauth", 404), ("/ClientOAuth/", 404), ("/azure/return", 400)] {
        let (mut own, back) = ask().await;
        let page = own.get(&back.replace("/ClientOAuth", elsewhere)).await;
        assert_eq!((page.status, page.heading() == "Planner may act for you"), (status, false), "{elsewhere}");
        assert!(status == 404 || world.refusal().await == "delegated.over", "{elsewhere}");
        assert!(world.holders().await.is_empty(), "{elsewhere}");
    }
    let (mut own, back) = ask().await;
    world.broker.clock.wait(Duration::from_secs(601));
    assert_eq!((own.get(&back).await.status, world.refusal().await.as_str()), (400, "delegated.over"));
    assert!(world.holders().await.is_empty());
}

/// OP-05, OE-03, OE-04: somebody else's consent is nobody's grant, whatever address they have; the person's own is.
#[tokio::test]
async fn op_05_oe_03_another_persons_consent_is_refused() {
    let world = World::new().await;
    let (mut browser, tokens) = world.signed_in("planner").await;
    let own = tokens["access_token"].as_str().unwrap();
    let (_, answer) = world.exchange("planner", own, &[("resource", "https://graph.microsoft.com")]).await;
    for somebody in ["eve@tailspin.example", "kim#EXT#@tailspin.example"] {
        let page = world.consent_page(&mut browser, &answer).await;
        let to = world.allow(&mut browser, &page).await;
        let back = answered(&mut world.at_microsoft(), &to, somebody).await;
        let page = browser.get(&path(&back)).await;
        assert_eq!((page.status, world.refusal().await.as_str()), (403, "delegated.other_person"), "{somebody}");
        assert!(world.is_newest("signin.refused delegated.other_person", Some(world.kim)).await, "whose page it was");
        assert!(page.body.contains("Somebody else consented"));
    }
    assert!(world.holders().await.is_empty());
    assert_eq!(world.exchange("planner", own, &[("resource", "https://graph.microsoft.com")]).await.1["error"], "interaction_required");
    let page = world.consent_page(&mut browser, &answer).await;
    let to = world.allow(&mut browser, &page).await;
    let back = answered(&mut world.at_microsoft(), &to, KIM).await;
    assert_eq!(browser.get(&path(&back)).await.heading(), "Planner may act for you");
    assert_eq!(world.holders().await, [world.kim]);
}

/// OR-05, OR-06: an ID token that does not hold makes no grant; the twin stands in every other test.
#[tokio::test]
async fn or_05_or_06_a_forged_answer_makes_no_grant() {
    let world = World::new().await;
    let (mut browser, tokens) = world.signed_in("planner").await;
    let (_, answer) = world.exchange("planner", tokens["access_token"].as_str().unwrap(), &[("resource", "https://graph.microsoft.com")]).await;
    for profile in ["wrong-nonce", "wrong-audience", "strange-key", "alg-none", "unsigned", "ahead"] {
        let page = world.consent_page(&mut browser, &answer).await;
        let to = world.allow(&mut browser, &page).await;
        let back = answered_as(&mut world.at_microsoft(), &to, KIM, profile).await;
        let page = browser.get(&path(&back)).await;
        assert_eq!((page.status, world.refusal().await.as_str()), (503, "delegated.no_tokens"), "{profile}");
        assert!(world.is_newest("signin.refused delegated.no_tokens", Some(world.kim)).await, "{profile}");
    }
    assert!(world.holders().await.is_empty());
    // The same answer, unforged.
    let page = world.consent_page(&mut browser, &answer).await;
    let to = world.allow(&mut browser, &page).await;
    let back = answered_as(&mut world.at_microsoft(), &to, KIM, "right").await;
    assert_eq!(browser.get(&path(&back)).await.heading(), "Planner may act for you");
    assert!(world.is_newest("delegated.granted ok", Some(world.kim)).await);
    assert_eq!(world.holders().await, [world.kim]);
}

/// A refusal at Microsoft is told from an administrator who is missing and from a registration that does not fit (B-144, B-196).
#[tokio::test]
async fn what_microsoft_says_is_told_apart() {
    let world = World::new().await;
    let (mut browser, tokens) = world.signed_in("planner").await;
    let (_, answer) = world.exchange("planner", tokens["access_token"].as_str().unwrap(), &[("resource", "https://graph.microsoft.com")]).await;
    let cases = [
        ("access_denied", "AADSTS65004: declined", "delegated.declined"), ("access_denied", "AADSTS90094: x", "delegated.administrator_needed"),
        ("invalid_request", "AADSTS700016: x", "delegated.registration"), ("invalid_request", "AADSTS50011: x", "delegated.registration"),
        ("<script>", "<img src=x>", "delegated.declined"),
    ];
    for (error, description, reason) in cases {
        let page = world.consent_page(&mut browser, &answer).await;
        let to = world.allow(&mut browser, &page).await;
        let state = url::Url::parse(&to).unwrap().query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let mut back = url::Url::parse("https://homeward.localhost/ClientOAuth").unwrap();
        back.query_pairs_mut().extend_pairs([("error", error), ("error_description", description), ("state", &state)]);
        let page = browser.get(&path(back.as_str())).await;
        assert_eq!((page.status, world.refusal().await.as_str()), (403, reason));
        assert!(world.is_newest(&format!("signin.refused {reason}"), Some(world.kim)).await, "{reason}");
        assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x>"), "OR-22");
    }
}

/// Whoever is not signed in does that first and comes back to the same page; whoever signs out before the answer grants nothing.
#[tokio::test]
async fn consent_needs_the_persons_own_session() {
    let world = World::new().await;
    let (mut browser, tokens) = world.signed_in("planner").await;
    let (_, answer) = world.exchange("planner", tokens["access_token"].as_str().unwrap(), &[("resource", "https://graph.microsoft.com")]).await;
    let mut fresh = world.broker.browser();
    let page = world.consent_page(&mut fresh, &answer).await;
    assert!(page.heading().starts_with("Sign in"), "{}", page.heading());
    let leaving = fresh.identify(&page, KIM).await;
    let back = answered(&mut world.at_microsoft(), &leaving.refresh().unwrap(), KIM).await;
    let delivered = fresh.get(&path(&back)).await;
    let signed_in = fresh.get(delivered.header("location").unwrap()).await;
    assert_eq!(signed_in.status, 303);
    let page = fresh.get(signed_in.header("location").unwrap()).await;
    assert_eq!(page.heading(), "Let Planner act for you?");
    // OA-31: neither another site nor another browser's page can say yes.
    let page = world.consent_page(&mut browser, &answer).await;
    let stage = page.hidden("stage");
    let elsewhere = browser.deliver("/delegated/consent", &[("stage", &stage)]).await;
    assert_eq!((elsewhere.status, elsewhere.refresh()), (403, None));
    assert!(world.is_newest("request.refused request.foreign_origin", None).await, "{:?}", world.broker.audit(1).await);
    let another = fresh.post("/delegated/consent", &[("stage", &stage)]).await;
    assert_eq!((another.refresh(), another.heading() == "Let Planner act for you?"), (None, false), "a page of another browser");
    let to = world.allow(&mut browser, &page).await;
    let back = answered(&mut world.at_microsoft(), &to, KIM).await;
    world.broker.end_all(world.kim).await;
    assert_eq!((browser.get(&path(&back)).await.status, world.refusal().await.as_str()), (403, "delegated.signed_out"));
    assert!(world.is_newest("signin.refused delegated.signed_out", None).await, "nobody is signed in, so nobody is named");
    assert!(world.holders().await.is_empty());
}

/// CHO-4: who signs in to allow a private application something leaves no name on the device, although the errand is one of ours. The twin is an
/// application that is not private.
#[tokio::test]
async fn cho_4_consent_for_a_private_application_is_remembered_on_no_device() {
    for is_private in [true, false] {
        let world = World::new().await;
        let store = &world.broker.running().store;
        let mut planner = store.register().await.unwrap().applications.into_iter().find(|entry| entry.application.client_id.as_str() == "planner").unwrap();
        planner.application.private = is_private;
        store.put(&Register { applications: vec![planner], ..Register::default() }, &[], world.broker.clock.now()).await.unwrap();
        let mut ann = world.broker.browser();
        let page = ann.get(&format!("/delegated/{}?client_id=planner&user={}", world.connection, world.kim)).await;
        let page = ann.identify(&page, "ann@north.example").await;
        assert_eq!((page.heading(), page.body.contains("name=\"remember\"")), ("Enter your password", !is_private));
        ann.post("/signin/password", &[("stage", &page.hidden("stage")), ("password", "Kranich7!"), ("remember", "yes")]).await;
        assert!(ann.cookies.contains_key("__Host-session"));
        assert_eq!(ann.cookies.contains_key("__Host-remembered"), !is_private);
    }
}

/// OA-01: addresses to go back to are registered ones; unknown applications and those without the permission get a page that says no.
#[tokio::test]
async fn oa_01_the_page_of_consent_leads_to_registered_addresses_only() {
    let world = World::new().await;
    let (mut browser, _) = world.signed_in("planner").await;
    let at = |client: &str, more: &str| format!("/delegated/{}?client_id={client}&user={}{more}", world.connection, world.kim);
    assert_eq!(browser.get(&at("planner", "&return_to=https%3A%2F%2Fplanner.example%2Fsettings")).await.heading(), "Let Planner act for you?");
    for (client, more, reason) in [
        ("planner", "&return_to=https%3A%2F%2Fevil.example%2F", "change.return_to"), ("planner", "&return_to=javascript%3Aalert(1)", "change.return_to"),
        ("reader", "", "delegated.off"), ("nobody", "", "delegated.off"),
    ] {
        let page = browser.get(&at(client, more)).await;
        assert_eq!(world.refusal().await, reason, "{client} {more}");
        assert!(page.status >= 400 && !page.body.contains("evil.example"));
    }
    assert_eq!(browser.get(&format!("/delegated/{}", world.connection)).await.status, 404);
    let page = browser.get(&at("planner", "&return_to=https%3A%2F%2Fplanner.example%2Fsettings")).await;
    let to = world.allow(&mut browser, &page).await;
    let back = answered(&mut world.at_microsoft(), &to, KIM).await;
    assert!(browser.get(&path(&back)).await.body.contains("href=\"https://planner.example/settings\""));
}

/// B-145: an administrator consents by a one-time link; another tenant's, a refusal and a second use count for nothing.
#[tokio::test]
async fn an_administrator_consents_by_a_link_that_works_once() {
    let world = World::new().await;
    let consents = &world.broker.running().context.federation.consents;
    let until = world.broker.clock.now().plus(Duration::from_secs(86_400));
    consents.keep_link(&homeward_sealing::sha256(b"link"), StartLink::Administrator(world.connection), until).await.unwrap();
    let mut browser = world.broker.browser();
    assert_eq!(browser.get("/azure/start?link=other").await.status, 400);
    assert_eq!(world.refusal().await, "azure.link_over");
    let mut go = async |decision: &str| {
        let page = browser.get("/azure/start?link=link").await;
        assert_eq!(page.heading(), "Allow it for everybody at Tailspin");
        let leaving = browser.post("/azure/start", &[("stage", &page.hidden("stage"))]).await;
        let to = leaving.refresh().unwrap();
        assert!(to.contains(&format!("/{TENANT}/v2.0/adminconsent?")) && to.contains("EWS.AccessAsUser.All"), "{to}");
        (browser.clone(), decided(&mut world.at_microsoft(), &to, "admin@tailspin.example", decision).await)
    };
    let (mut own, back) = go("cancel").await;
    assert_eq!((own.get(&path(&back)).await.status, world.refusal().await.as_str()), (403, "azure.declined"));
    let (mut own, back) = go("accept").await;
    let bent = own.get(&path(&changed(&back, "tenant", Some("7f1b7c0a-3c1e-4a52-9f0e-0c2b6a4d1e11")))).await;
    assert_eq!((bent.status, world.refusal().await.as_str()), (403, "azure.tenant"));
    let (mut own, back) = go("accept").await;
    assert_eq!((own.get(&path(&changed(&back, "admin_consent", None))).await.status, world.refusal().await.as_str()), (403, "azure.declined"));
    assert_eq!(consents.administrator(world.connection).await.unwrap(), None);
    let (mut own, back) = go("accept").await;
    assert_eq!(own.get(&path(&back)).await.heading(), "Your consent has arrived");
    let consent = consents.administrator(world.connection).await.unwrap().unwrap();
    assert_eq!(consent.permissions, set(&["Calendars.Read", "Contacts.Read", "EWS.AccessAsUser.All"]));
    assert!(world.has("delegated.administrator_consented ok", None).await);
    // A refusal that is about nobody has a record of its own again after a minute (decision 0010).
    world.broker.clock.wait(Duration::from_secs(61));
    assert_eq!((own.get("/azure/start?link=link").await.status, world.refusal().await.as_str()), (400, "azure.link_over"), "the link is used up");
}

/// The person sees it on their own page and takes it back there; nobody else's page takes anything of theirs.
#[tokio::test]
async fn a_person_takes_consent_back_on_their_own_page() {
    let world = World::new().await;
    let (mut browser, tokens) = world.granted().await;
    let page = browser.get("/account").await;
    let value = format!("delegated/{}", world.connection);
    assert!(page.body.contains("Applications may act for you at") && page.body.contains(&value), "{}", page.body);
    let mut ann = world.broker.browser();
    ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let hers = ann.get("/account").await;
    assert!(!hers.body.contains("Applications may act for you at"));
    ann.post("/account", &[("stage", &hers.hidden("stage")), ("end", &value)]).await;
    assert_eq!(world.holders().await, [world.kim]);
    let done = browser.post("/account", &[("stage", &page.hidden("stage")), ("end", &value)]).await;
    assert!(done.body.contains("It is over.") && !done.body.contains(&value));
    assert!(world.holders().await.is_empty() && world.has("delegated.ended ok", Some(world.kim)).await);
    let (_, answer) = world.exchange("planner", tokens["access_token"].as_str().unwrap(), &[("resource", "https://graph.microsoft.com")]).await;
    assert_eq!(answer["error"], "interaction_required");
}
