use std::time::Duration;

use homeward_discovery::Disclosure;
use homeward_store::AuditFilter;
use homeward_testkit::TestBroker;
use reqwest::Method;

fn query(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).map(str::to_owned)
}

/// OA-21: `prompt=none` answers the application, never the person.
#[tokio::test]
async fn oa_21_prompt_none_shows_no_page() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let page = ann.open("wiki", "&prompt=none").await;
    let address = page.header("location").unwrap();
    assert_eq!((page.status, query(address, "error").as_deref(), query(address, "state").as_deref()), (303, Some("login_required"), Some("st")));
    assert!(query(address, "iss").is_some(), "OA-20");
    ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let page = ann.open("wiki", "&prompt=none").await;
    assert!(page.header("location").unwrap().contains("code="));
    let page = ann.open("wiki", "&prompt=none&login_hint=eve@north.example").await;
    assert_eq!(query(page.header("location").unwrap(), "error").as_deref(), Some("login_required"), "another person is meant");
}

/// OA-22, OA-23: `prompt=login` and `max_age` ask again, the time of sign-in moves on, and taking the parameter away later does not help.
#[tokio::test]
async fn oa_22_a_fresh_sign_in_is_fresh() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let time = async |browser: &mut homeward_testkit::Browser, address: &str| {
        let (_, tokens) = browser.redeem("wiki", address).await;
        let body = tokens["id_token"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
        use base64::Engine;
        let claims: serde_json::Value = serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap();
        claims["auth_time"].as_i64().unwrap()
    };
    let first = time(&mut ann, &address).await;
    broker.clock.wait(Duration::from_secs(100));
    assert!(ann.open("wiki", "&max_age=100").await.header("location").unwrap().contains("code="));
    for wish in ["&prompt=login", "&max_age=0", "&max_age=99", "&prompt=login+consent"] {
        let page = ann.open("wiki", wish).await;
        assert_eq!((page.status, page.heading()), (200, "Sign in to Wiki"), "{wish}");
    }
    let page = ann.open("wiki", "&prompt=login").await;
    // The session that is there does not finish a sign-in that must be fresh.
    let back = ann.get("/signin/continue?resume=x").await;
    assert!(back.header("location").is_none());
    let page = ann.identify(&page, "ann@north.example").await;
    let page = ann.password(&page, "Kranich7!").await;
    let address = ann.leave(&page).await;
    assert_eq!(time(&mut ann, &address).await, first + 100);
}

/// OA-14, OA-33: a request by POST is the same request, and every redirect after a POST is a 303.
#[tokio::test]
async fn oa_14_a_request_by_post_is_the_same() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let form = homeward_testkit::pairs(&[
        ("client_id", "wiki"), ("redirect_uri", "https://wiki.example/cb"), ("response_type", "code"), ("scope", "openid"), ("state", "a b"), ("nonce", "n"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256"),
    ]);
    let page = ann.send(Method::POST, "/oauth2/authorize", &[("sec-fetch-site", "cross-site"), ("origin", "https://wiki.example")], Some(&form)).await;
    assert_eq!(page.status, 303);
    let to = page.header("location").unwrap().to_owned();
    assert!(to.starts_with("/oauth2/authorize?posted=") && !to.contains("wiki"), "{to}");
    assert_eq!(ann.get(&to).await.heading(), "Sign in to Wiki");
}

/// ALL-25, OA-14, OL-02: what an application posts stands in no address of ours, and does there what it would have done in one; in time, at the
/// address that it was posted to, and to the letter.
#[tokio::test]
async fn all_25_what_is_posted_stands_in_no_address() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    let hint = tokens["id_token"].as_str().unwrap();
    let to = |page: &homeward_testkit::Page| page.header("location").unwrap().to_owned();
    // Longer than an address may be, were it written out.
    let claims = format!("{{\"userinfo\":{{{}}}}}", (0..30).map(|n| format!("\"claim-of-this-application-number-{n}\":{{\"essential\":false}}")).collect::<Vec<_>>().join(","));
    let state = "{}".repeat(900);
    let written = url::form_urlencoded::Serializer::new(String::new()).append_pair("claims", &claims).append_pair("state", &state).append_pair("id_token_hint", hint).finish();
    let form = [
        ("client_id", "wiki"), ("redirect_uri", "https://wiki.example/cb"), ("response_type", "code"), ("scope", "openid"), ("state", &state), ("nonce", "n"), ("id_token_hint", hint), ("claims", &claims),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256"),
    ];
    let onward = to(&ann.deliver("/oauth2/authorize", &form).await);
    assert!(!onward.contains(hint) && onward.len() < 8_000 && written.len() > 8_000, "{} {}", onward.len(), written.len());
    let page = ann.get(&onward).await;
    assert_eq!((page.status, query(page.header("location").unwrap(), "code").is_some()), (303, true), "she is signed in: a code");
    let out = to(&ann.deliver("/oauth2/logout", &[("id_token_hint", hint), ("post_logout_redirect_uri", "https://wiki.example/bye"), ("state", "so long")]).await);
    assert!(out.starts_with("/oauth2/logout?posted=") && !out.contains(hint) && !out.contains("bye"), "{out}");
    // Another address, another letter: nothing was asked for.
    let elsewhere = out.replace("/oauth2/logout", "/oauth2/authorize");
    let mut bent = out.clone();
    let last = if bent.ends_with('A') { "B" } else { "A" };
    bent.replace_range(bent.len() - 1.., last);
    assert_eq!(ann.get(&elsewhere).await.status, 400);
    assert!(!ann.get(&bent).await.body.contains("bye") && ann.open("wiki", "").await.status == 303, "asked first, and signed in still");
    let done = ann.get(&out).await;
    assert!(done.status == 200 && done.body.contains("https://wiki.example/bye?state=so"), "{}", done.body);
    assert_eq!(ann.open("wiki", "").await.heading(), "Sign in to Wiki");
    let late = to(&ann.deliver("/oauth2/authorize", &form).await);
    assert_eq!(ann.get(&late).await.status, 200);
    broker.clock.wait(Duration::from_secs(3600));
    assert_eq!(ann.get(&late).await.status, 400, "an hour, as pages");
}

/// OA-01, OA-06: an address that is not registered gets a page of ours, and nothing of it comes back.
#[tokio::test]
async fn oa_01_nothing_leads_to_an_address_that_is_not_registered() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut browser = broker.browser();
    let ask = |client: &str, redirect: &str| format!("/oauth2/authorize?client_id={client}&redirect_uri={redirect}&response_type=code&scope=openid&nonce=n&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256");
    assert_eq!(browser.get(&ask("wiki", "https%3A%2F%2Fwiki.example%2Fcb")).await.heading(), "Sign in to Wiki");
    for (client, redirect) in [
        ("wiki", "https%3A%2F%2Fevil.example%2Fcb"), ("wiki", "https%3A%2F%2Fwiki.example%2Fcb%2F"), ("wiki", "https%3A%2F%2Fwiki.example%40evil.example%2Fcb"),
        ("wiki", ""), ("nobody", "https%3A%2F%2Fwiki.example%2Fcb"), ("%3Cscript%3E", "x"),
    ] {
        let page = browser.get(&ask(client, redirect)).await;
        assert_eq!((page.status, page.header("location")), (400, None), "{client} {redirect}");
        assert!(!page.body.contains("evil.example") && !page.body.contains("<script>"), "{client} {redirect}");
    }
}

/// B-023: a desktop application with a local password asks each time; OA-03: any port of the loopback address.
#[tokio::test]
async fn a_desktop_application_asks_each_time() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("desk", "ann@north.example", "Kranich7!").await;
    assert!(address.starts_with("http://127.0.0.1:4711/cb?code="));
    let (status, tokens) = ann.redeem("desk", &address).await;
    assert_eq!(status, 200, "{tokens}");
    assert_eq!(ann.open("desk", "").await.heading(), "Sign in to Desk");
    let silent = ann.open("desk", "&prompt=none").await;
    assert!(silent.header("location").unwrap().contains("error=login_required"), "nor without a page: {silent:?}");
    assert_eq!(ann.open("wiki", "").await.status, 303, "web applications share the browser's session");
    assert!(ann.open("wiki", "&prompt=none").await.header("location").unwrap().contains("?code="));
    let (_, tokens) = ann.refresh("desk", tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(ann.who(tokens["access_token"].as_str().unwrap()).await.unwrap().0, "ann@north.example");
}

/// USR-9, OA-25: `login_hint` answers the first question; "Not you?" stays; nonsense does no harm.
#[tokio::test]
async fn oa_25_a_login_hint_is_a_hint() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let page = ann.open("wiki", "&login_hint=ann@north.example").await;
    assert_eq!(page.heading(), "Enter your password");
    let back = ann.post("/signin/again", &[("stage", &page.hidden("stage")), ("username", "ann@north.example")]).await;
    assert_eq!(back.heading(), "Sign in to Wiki");
    assert!(back.body.contains("value=\"ann@north.example\""));
    for hint in ["%3Cscript%3Ealert(1)%3C%2Fscript%3E", &"x".repeat(3000), "%00"] {
        let page = ann.open("wiki", &format!("&login_hint={hint}")).await;
        assert_eq!(page.heading(), "Sign in to Wiki");
        assert!(!page.body.contains("<script>alert"));
    }
}

/// OT-01 through a real store and real HTTP, and a restart in between: a code works once.
#[tokio::test]
async fn ot_01_a_code_works_once_over_a_restart() {
    let mut broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let cookies = ann.cookies.clone();
    broker.restart().await;
    let mut ann = broker.browser();
    ann.cookies = cookies;
    let (status, tokens) = ann.redeem("wiki", &address).await;
    assert_eq!(status, 200);
    broker.restart().await;
    let mut ann = broker.browser();
    assert_eq!(ann.redeem("wiki", &address).await.1["error"], "invalid_grant");
    assert_eq!(ann.who(tokens["access_token"].as_str().unwrap()).await, None, "and takes back what it gave");
}

/// OT-02, OT-04, OT-11, OT-14: a code or a token that somebody has a copy of: the audit says whose it is, beside refusals that are about nobody. What an
/// unknown token brings about is not mixed up with it. The person has one mail about the token, which ended the sign-in.
#[tokio::test]
async fn ot_11_the_audit_says_whose_code_or_token_was_copied() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let (status, tokens) = ann.redeem("wiki", &address).await;
    assert_eq!(status, 200);
    let first = tokens["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(ann.refresh("late", &first).await.0, 400, "another application's");
    let (status, second) = ann.refresh("wiki", &first).await;
    assert_eq!(status, 200, "which ended nothing");
    assert_eq!(ann.refresh("wiki", "unknown").await.0, 400);
    broker.clock.wait(Duration::from_secs(60));
    assert!(broker.mails().await.is_empty(), "nobody is told of what ended nothing");
    assert_eq!(ann.refresh("wiki", &first).await.0, 400, "a copy");
    assert_eq!(ann.refresh("wiki", &first).await.0, 400, "and once more");
    assert_eq!(ann.refresh("wiki", second["refresh_token"].as_str().unwrap()).await.0, 400, "and the sign-in is over");
    let address = ann.open("wiki", "").await.header("location").unwrap().to_owned();
    assert_eq!(ann.redeem("wiki", &address).await.0, 200);
    assert_eq!(ann.redeem("wiki", &address).await.0, 400);
    let address = ann.open("wiki", "").await.header("location").unwrap().to_owned();
    let (status, refused) = ann.redeem("late", &address).await;
    assert_eq!((status, &refused["error"]), (400, &"invalid_grant".into()), "another application's code");
    let mails = broker.mails().await;
    let [(to, subject, text)] = mails.as_slice() else { panic!("the person is told once, and of the token only: {mails:?}") };
    assert_eq!((to.as_str(), subject.as_str()), ("ann@north.example", "You were signed out of Wiki"));
    assert!(text.contains("The sign-in of ann@north.example in Wiki was ended on ") && text.contains("http://homeward.localhost/account"), "{text}");
    let whose = Some(broker.user("ann@north.example", "40817").await.id);
    let records = broker.audit(40).await;
    let found = |outcome: &str| -> Vec<_> { records.iter().filter(|(line, _)| line == &format!("client.refused client.{outcome}")).map(|(_, user)| *user).collect() };
    for word in ["token_of_another_client", "token_used_again", "code_used_again", "code_of_another_client"] {
        assert_eq!(found(word), [whose], "{word}");
    }
    assert!(found("invalid_grant").contains(&None), "the unknown one is nobody's");
    let filter = AuditFilter { event: Some("grant".into()), ..AuditFilter::default() };
    let ends = broker.running().store.audit_newest(&filter, 10).await.unwrap();
    let ends: Vec<_> = ends.iter().map(|end| (end.event.as_str(), end.detail.as_str(), end.user, end.application.as_deref())).collect();
    let ended = |why| ("grant.ended", why, whose, Some("wiki"));
    assert_eq!(ends, [ended("code used again"), ended("refresh token used again")], "each end has one record (AU-03)");
}

/// LR-12, OT-11: whoever has copies of many of somebody's tokens ends each sign-in, and fills no mailbox: three mails an hour, and others have their own.
#[tokio::test]
async fn lr_12_copied_tokens_are_told_of_three_times_an_hour() {
    let broker = TestBroker::start(Disclosure::Open).await;
    // A copy of the token of a new sign-in is used.
    let copied = async |name: &str, password: &str| {
        let mut browser = broker.browser();
        let address = browser.sign_in("wiki", name, password).await;
        let (_, tokens) = browser.redeem("wiki", &address).await;
        let first = tokens["refresh_token"].as_str().unwrap();
        let (status, second) = browser.refresh("wiki", first).await;
        assert_eq!(status, 200, "{second}");
        broker.clock.wait(Duration::from_secs(60));
        let ended = browser.refresh("wiki", first).await.0;
        assert_eq!((ended, browser.refresh("wiki", second["refresh_token"].as_str().unwrap()).await.0), (400, 400), "it ends, whoever is told");
    };
    let told = async |to: &str| broker.mails().await.iter().filter(|(name, subject, _)| name == to && subject == "You were signed out of Wiki").count();
    for mails in [1, 2, 3, 3, 3] {
        copied("ann@north.example", "Kranich7!").await;
        assert_eq!(told("ann@north.example").await, mails);
    }
    copied("eve@north.example", "Reiher-88").await;
    assert_eq!((told("ann@north.example").await, told("eve@north.example").await), (3, 1));
    broker.clock.wait(Duration::from_secs(3600));
    copied("ann@north.example", "Kranich7!").await;
    assert_eq!((told("ann@north.example").await, told("eve@north.example").await), (4, 1), "and the next hour again");
}

/// OA-26: the account in a request decides only what the person could have typed: with somebody else's account nobody is signed in, under
/// closed disclosure no hint names an account, and a session of one account never answers for another.
#[tokio::test]
async fn oa_26_the_account_hint_gives_nothing_away() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut seen = std::collections::BTreeSet::new();
    for hint in ["40817", "60333", "99999", "%3Cscript%3E", "40817%0a"] {
        let mut browser = broker.browser();
        let page = browser.open("wiki", &format!("&account={hint}")).await;
        let page = browser.identify(&page, "ann@north.example").await;
        assert_eq!((page.status, page.heading()), (200, "Enter your password"), "{hint}");
        // It stands in the field for the account, as whoever typed it there would see it, where it can be one at all.
        seen.insert(page.steady().replace(hint, ""));
        let page = browser.password(&page, "Kranich7!").await;
        if hint == "40817" {
            let address = browser.leave(&page).await;
            let (_, tokens) = browser.redeem("wiki", &address).await;
            assert_eq!(browser.who(tokens["access_token"].as_str().unwrap()).await, Some(("ann@north.example".into(), "40817".into())));
            assert!(browser.open("wiki", "&account=40817&prompt=none").await.header("location").unwrap().contains("code="));
            let other = browser.open("wiki", "&account=50210&prompt=none").await;
            assert_eq!(query(other.header("location").unwrap(), "error").as_deref(), Some("login_required"), "the session is of another account");
            assert_eq!(browser.open("wiki", "&account=50210").await.heading(), "Sign in to Wiki");
        } else if hint.len() == 5 {
            assert!(page.refresh().is_none() && !browser.cookies.contains_key("__Host-session"), "{hint}: the right password, somebody else's account");
        }
    }
    assert_eq!(seen.len(), 1, "one page for every hint: {seen:#?}");
    // An account that signs in at its organisation is found by its number, as by typing it; it has no name, and her password opens nothing there.
    let mut ann = broker.browser();
    let page = ann.open("wiki", "&account=50210").await;
    let offer = ann.identify(&page, "ann@north.example").await;
    assert!(offer.status == 200 && !offer.body.contains("Contoso"), "{}", offer.heading());
    let page = ann.post("/signin/enter-password", &[("stage", &offer.hidden("stage"))]).await;
    let page = ann.password(&page, "Kranich7!").await;
    assert!(page.refresh().is_none() && !ann.cookies.contains_key("__Host-session"), "{}", page.heading());
}

/// CHO-1, OA-26: the chooser offers those remembered accounts that the request can be for, and lets none replace the account that it asks for.
#[tokio::test]
async fn cho_1_the_chooser_offers_whom_the_application_asks_for() {
    const ANN: &str = "40817/ann@north.example";
    const SAM: &str = "60333/sam@many.example";
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut shared = broker.browser();
    let page = shared.open("wiki", "").await;
    let page = shared.identify(&page, "ann@north.example").await;
    shared.post("/signin/password", &[("stage", &page.hidden("stage")), ("password", "Kranich7!"), ("remember", "yes")]).await;
    shared.cookies.remove("__Host-session");
    let page = shared.open("wiki", "").await;
    let page = shared.identify(&page, "sam@many.example").await;
    let page = shared.post("/signin/account", &[("stage", &page.hidden("stage")), ("account", "60333")]).await;
    shared.post("/signin/password", &[("stage", &page.hidden("stage")), ("password", "Drossel=2"), ("remember", "yes")]).await;
    shared.cookies.remove("__Host-session");
    let ask = "&prompt=select_account";
    for (more, offered) in [
        ("", &[ANN, SAM][..]), ("&account=40817", &[ANN]), ("&account=60333", &[SAM]), ("&account=north", &[ANN]), ("&account=99999", &[]), ("&account=%3C", &[]), ("&login_hint=ann@north.example", &[ANN]),
        ("&login_hint=ANN@north.example&account=60333", &[]),
    ] {
        let page = shared.open("wiki", &format!("{ask}{more}")).await;
        let found: Vec<&str> = [ANN, SAM].into_iter().filter(|key| page.body.contains(&format!("name=\"entry\" value=\"{key}\""))).collect();
        assert_eq!((page.status, found.as_slice()), (200, offered), "{more}");
        assert_eq!(page.heading() == "Who is signing in?", !offered.is_empty(), "{more}: {}", page.heading());
    }
    // What was removed is gone, and what the request is not for is not there instead.
    let page = shared.open("wiki", &format!("{ask}&account=40817")).await;
    let mut other = shared.clone();
    let left = other.post("/signin/chooser", &[("stage", &page.hidden("stage")), ("remove", ANN)]).await;
    assert_eq!((left.heading(), left.body.contains("sam@many.example")), ("Sign in to Wiki", false));
    // A form that names one who was not offered says a name, and no other account than the application asked for.
    for (account, is_meant) in [("40817", true), ("60333", false)] {
        let page = shared.open("wiki", &format!("{ask}&account={account}")).await;
        let picked = shared.post("/signin/chooser", &[("stage", &page.hidden("stage")), ("entry", ANN)]).await;
        let typed = shared.identify(&page, "ann@north.example").await;
        assert_eq!((picked.status, picked.steady()), (200, typed.steady()), "{account}");
        let page = shared.password(&picked, "Kranich7!").await;
        assert_eq!(page.refresh().is_some(), is_meant, "{account}: {}", page.body);
        shared.cookies.remove("__Host-session");
    }
}

/// OA-32: every application is registered by the operator and trusted, so a session serves the next one without a page. It serves none that
/// is unknown, switched off or of another region, none that asks for a proof, and no longer than the session lasts.
#[tokio::test]
async fn oa_32_a_session_serves_registered_applications_silently() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    assert_eq!(ann.open("late", "").await.status, 200, "without a session there is a page");
    ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let page = ann.open("late", "").await;
    let address = page.header("location").unwrap().to_owned();
    assert!(page.status == 303 && address.starts_with("https://late.example/cb?"));
    let (status, _) = ann.redeem("wiki", &address).await;
    assert_eq!(status, 400, "the code is the other application's");
    let address = ann.open("late", "").await.header("location").unwrap().to_owned();
    let (_, tokens) = ann.redeem("late", &address).await;
    assert_eq!(ann.who(tokens["access_token"].as_str().unwrap()).await, Some(("ann@north.example".into(), "40817".into())));
    let page = ann.open("nobody", "").await;
    assert_eq!((page.status, page.header("location")), (400, None));
    let page = ann.open("far", "").await;
    assert_eq!((page.status, page.header("location")), (200, None), "of another region");
    let page = ann.identify(&page, "ann@north.example").await;
    assert!(page.status == 403 && page.body.contains("discovery.application_not_in_region"), "{}", page.heading());
    broker.clock.wait(Duration::from_secs(2));
    for wish in ["&prompt=login", "&max_age=1", "&prompt=select_account"] {
        let page = ann.open("late", wish).await;
        assert_eq!((page.status, page.header("location")), (200, None), "{wish}");
    }
    let page = ann.get("/signout").await;
    ann.post("/signout", &[("stage", &page.hidden("stage"))]).await;
    assert_eq!(ann.open("late", "").await.status, 200, "signed out");
}
