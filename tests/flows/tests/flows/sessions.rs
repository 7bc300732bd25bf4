use std::time::Duration;

use homeward_discovery::Disclosure;
use homeward_testkit::TestBroker;
use reqwest::Method;

/// OB-01: what the browser had before the sign-in is not the session after it, and a planted one is ignored.
#[tokio::test]
async fn ob_01_a_session_cannot_be_fixed_beforehand() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let planted = "a".repeat(43);
    ann.cookies.insert("__Host-session".into(), planted.clone());
    ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let session = ann.cookies["__Host-session"].split('~').next().unwrap().to_owned();
    assert_ne!(session, planted);
    assert_ne!(session, ann.cookies["__Host-browser"]);
    let mut mallory = broker.browser();
    mallory.cookies.insert("__Host-session".into(), planted);
    assert_eq!(mallory.open("wiki", "").await.status, 200);
    // A second sign-in changes the secret again.
    let page = ann.open("wiki", "&prompt=login").await;
    let page = ann.identify(&page, "ann@north.example").await;
    ann.password(&page, "Kranich7!").await;
    assert_ne!(ann.cookies["__Host-session"].split('~').next().unwrap(), session);
}

/// OB-14: an hour of rest, twelve hours in all, counted on the server.
#[tokio::test]
async fn ob_14_sessions_end_by_rest_and_by_age() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    broker.clock.wait(Duration::from_secs(3599));
    assert_eq!(ann.open("wiki", "").await.status, 303);
    broker.clock.wait(Duration::from_secs(3600));
    assert_eq!(ann.open("wiki", "").await.status, 200, "an hour without use");
    ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    for _ in 0..14 {
        broker.clock.wait(Duration::from_secs(3000));
        assert_eq!(ann.open("wiki", "").await.status, 303);
    }
    broker.clock.wait(Duration::from_secs(3000));
    assert_eq!(ann.open("wiki", "").await.status, 200, "twelve hours, however busy");
}

/// ALL-23, OB-12: the same page sent twice is one session; sent again after signing out it is none.
#[tokio::test]
async fn ob_12_a_page_sent_twice_is_one_session() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let page = ann.open("wiki", "").await;
    let page = ann.identify(&page, "ann@north.example").await;
    let one = ann.password(&page, "Kranich7!").await;
    let first = ann.cookies["__Host-session"].clone();
    let two = ann.password(&page, "Kranich7!").await;
    assert_eq!(ann.cookies["__Host-session"], first);
    assert_eq!((one.heading(), two.heading()), ("Signing you in to Wiki", "Signing you in to Wiki"));
    let out = ann.get("/signout").await;
    assert_eq!(out.heading(), "Sign out?");
    let out = ann.post("/signout", &[("stage", &out.hidden("stage"))]).await;
    assert_eq!(out.heading(), "You are signed out");
    assert!(!ann.cookies.contains_key("__Host-session"));
    let replayed = ann.password(&page, "Kranich7!").await;
    assert!(replayed.refresh().is_none() && !ann.cookies.contains_key("__Host-session"));
    assert!(replayed.body.contains("That took a while, so we started again."));
    assert!(ann.sign_in("wiki", "ann@north.example", "Kranich7!").await.contains("code="), "from the start it works");
}

/// ALL-23, OB-12: signing out is the end of every page that ended in the session, also of one whose session went on by another page.
#[tokio::test]
async fn ob_12_a_page_whose_session_was_renewed_is_over_with_it() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let signed_in = async || broker.audit(100).await.iter().filter(|(line, _)| line == "signin.completed ok").count();
    let mut pages = Vec::new();
    for _ in 0..3 {
        let page = ann.open("wiki", "&prompt=login").await;
        let page = ann.identify(&page, "ann@north.example").await;
        assert_eq!(ann.password(&page, "Kranich7!").await.heading(), "Signing you in to Wiki");
        pages.push(page);
    }
    // As long as somebody is signed in, an earlier page sent again is one more proof of the same session.
    assert_eq!(ann.password(&pages[1], "Kranich7!").await.heading(), "Signing you in to Wiki");
    let user = broker.user("ann@north.example", "40817").await.id;
    let open = async || broker.running().context.sessions.of_user(user).await.unwrap().iter().filter(|session| session.ended.is_none()).count();
    assert_eq!((signed_in().await, open().await), (4, 1));
    let out = ann.get("/signout").await;
    ann.post("/signout", &[("stage", &out.hidden("stage"))]).await;
    for (place, page) in pages.iter().enumerate() {
        let replayed = ann.password(page, "Kranich7!").await;
        assert!(replayed.refresh().is_none() && !ann.cookies.contains_key("__Host-session"), "page {place} signs in: {}", replayed.heading());
        assert!(replayed.body.contains("That took a while, so we started again."), "page {place}");
    }
    assert_eq!((signed_in().await, open().await), (4, 0));
    assert!(ann.sign_in("wiki", "ann@north.example", "Kranich7!").await.contains("code="), "a new page signs in");
    // Signed in anew, none of them takes the new session over.
    let session = ann.cookies["__Host-session"].clone();
    for page in &pages {
        assert!(ann.password(page, "Kranich7!").await.refresh().is_none());
    }
    assert_eq!((signed_in().await, open().await, &ann.cookies["__Host-session"]), (5, 1, &session));
}

/// SES-3: where back and reload lead shows the page that was there, and after the sign-in goes on to the application.
#[tokio::test]
async fn ses_3_back_shows_no_password_form_to_whoever_is_signed_in() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let page = ann.open("wiki", "").await;
    let page = ann.identify(&page, "ann@north.example").await;
    let tab = ann.open("late", "").await;
    let tab = ann.identify(&tab, "ann@north.example").await;
    let back = format!("/signin/back?stage={}", page.hidden("stage"));
    let reloaded = ann.get(&back).await;
    assert!(reloaded.body.contains("type=\"password\"") && reloaded.body.contains("ann@north.example"));
    let done = ann.password(&page, "Kranich7!").await;
    ann.leave(&done).await;
    // The request was answered: the application is not sent a second answer to it.
    let again = ann.get(&back).await;
    assert_eq!((again.status, again.header("location")), (303, Some("https://wiki.example/")));
    // A page of another tab, whose request is still open, goes on to its own application.
    let tab = format!("/signin/back?stage={}", tab.hidden("stage"));
    let on = ann.get(&tab).await;
    assert_eq!(on.heading(), "Signing you in to Late");
    let code = ann.leave(&on).await;
    let (_, tokens) = ann.redeem("late", &code).await;
    assert_eq!(ann.who(tokens["access_token"].as_str().unwrap()).await, Some(("ann@north.example".into(), "40817".into())));
    // It is worth nothing in another browser, cut, or without a stage.
    let mut mallory = broker.browser();
    for address in [back.as_str(), &back[..back.len() - 1], "/signin/back"] {
        let page = mallory.get(address).await;
        assert_eq!((page.status, page.heading()), (200, "Sign in"), "{address}");
        assert!(!page.body.contains("ann@north.example"));
    }
}

/// OB-13, SES-2: two tabs, two people, finished crosswise: the right person at the right application.
#[tokio::test]
async fn ob_13_tabs_finish_crosswise() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut browser = broker.browser();
    let (wiki, late) = (browser.open("wiki", "").await, browser.open("late", "").await);
    let (ann, eve) = (browser.identify(&wiki, "ann@north.example").await, browser.identify(&late, "eve@north.example").await);
    let eve = browser.password(&eve, "Reiher-88").await;
    let ann = browser.password(&ann, "Kranich7!").await;
    let (to_wiki, to_late) = (browser.leave(&ann).await, browser.leave(&eve).await);
    let (_, tokens) = browser.redeem("wiki", &to_wiki).await;
    assert_eq!(browser.who(tokens["access_token"].as_str().unwrap()).await.unwrap().0, "ann@north.example");
    let (_, tokens) = browser.redeem("late", &to_late).await;
    assert_eq!(browser.who(tokens["access_token"].as_str().unwrap()).await.unwrap().0, "eve@north.example");
    // CHO-2: two sessions and no wish: the chooser, and each entry leads to its own person.
    let chooser = browser.open("wiki", "").await;
    assert_eq!(chooser.heading(), "Who is signing in?");
    let key = chooser.body.split("name=\"entry\" value=\"").find(|part| part.contains("eve@north.example")).unwrap().split('"').next().unwrap();
    let page = browser.post("/signin/chooser", &[("stage", &chooser.hidden("stage")), ("entry", key)]).await;
    let address = browser.leave(&page).await;
    let (_, tokens) = browser.redeem("wiki", &address).await;
    assert_eq!(browser.who(tokens["access_token"].as_str().unwrap()).await.unwrap().0, "eve@north.example");
}

/// OB-13, CHO-2: whoever signs in again and again, with a new secret each time, takes nobody else's place in the browser.
#[tokio::test]
async fn ob_13_signing_in_again_pushes_nobody_out() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut browser = broker.browser();
    browser.sign_in("wiki", "eve@north.example", "Reiher-88").await;
    let mut secrets = std::collections::BTreeSet::new();
    for _ in 0..5 {
        let page = browser.open("wiki", "&prompt=login").await;
        let page = browser.identify(&page, "ann@north.example").await;
        let page = browser.password(&page, "Kranich7!").await;
        browser.leave(&page).await;
        let cookie = browser.cookies["__Host-session"].clone();
        secrets.extend(cookie.split('~').next().map(str::to_owned));
        assert!(cookie.split('~').count() <= 4);
    }
    assert_eq!(secrets.len(), 5, "Ann's secret changes each time");
    let chooser = browser.open("wiki", "").await;
    assert_eq!(chooser.heading(), "Who is signing in?");
    assert!(chooser.body.contains("eve@north.example") && chooser.body.contains("ann@north.example"), "{}", chooser.body);
}

/// SES-1, ERR-2, OB-11, OA-34, OA-35: a stage of another browser, a changed one and an old one are the page again, not an error.
#[tokio::test]
async fn oa_35_a_stage_works_in_its_browser_and_its_time() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let (mut ann, mut mallory) = (broker.browser(), broker.browser());
    let page = ann.open("wiki", "").await;
    mallory.open("wiki", "").await;
    let foreign = mallory.identify(&page, "ann@north.example").await;
    assert_eq!((foreign.status, foreign.heading()), (200, "Sign in"), "nothing of the other browser's errand");
    assert!(foreign.body.contains("That took a while") && foreign.body.contains("value=\"ann@north.example\""));
    let password = ann.identify(&page, "ann@north.example").await;
    let stolen = mallory.password(&password, "Kranich7!").await;
    assert!(stolen.refresh().is_none() && !mallory.cookies.contains_key("__Host-session"));
    // A stage of one kind is none of another.
    let wrong_kind = ann.post("/signin/password", &[("stage", &page.hidden("stage")), ("password", "Kranich7!"), ("username", "ann@north.example")]).await;
    assert!(wrong_kind.refresh().is_none());
    broker.clock.wait(Duration::from_secs(3601));
    let old = ann.identify(&page, "ann@north.example").await;
    assert_eq!(old.heading(), "Sign in to Wiki", "the errand is kept");
    assert!(old.body.contains("Your username is still here."));
    let again = ann.identify(&old, "ann@north.example").await;
    let page = ann.password(&again, "Kranich7!").await;
    assert!(ann.leave(&page).await.starts_with("https://wiki.example/cb?code="));
}

/// OB-11: a POST that a browser says comes from elsewhere changes nothing; the token endpoint is no page.
#[tokio::test]
async fn ob_11_posts_from_other_sites_are_refused() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let page = ann.open("wiki", "").await;
    let form = homeward_testkit::pairs(&[("stage", &page.hidden("stage")), ("username", "ann@north.example")]);
    for (name, value) in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")] {
        let refused = ann.send(Method::POST, "/signin/username", &[(name, value)], Some(&form)).await;
        assert_eq!(refused.status, 403, "{name}: {value}");
    }
    for headers in [&[("sec-fetch-site", "same-origin"), ("origin", "null")][..], &[("origin", "http://homeward.localhost")], &[]] {
        let good = ann.send(Method::POST, "/signin/username", headers, Some(&form)).await;
        assert_eq!(good.heading(), "Enter your password", "{headers:?}");
    }
    for (kind, status) in [("text/plain", 415), ("application/json", 415), ("multipart/form-data; boundary=x", 415)] {
        let page = ann.send(Method::POST, "/signin/username", &[("content-type", kind), ("sec-fetch-site", "same-origin")], None).await;
        assert_eq!(page.status, status, "{kind}");
    }
    let twice = [form.clone(), homeward_testkit::pairs(&[("username", "eve@north.example")])].concat();
    assert_eq!(ann.send(Method::POST, "/signin/username", &[("sec-fetch-site", "same-origin")], Some(&twice)).await.status, 400, "LH-12");
}

/// OL-03, OL-10: signing out ends the session, its grants and codes in flight; a stranger's request only asks.
#[tokio::test]
async fn ol_10_signing_out_ends_everything_of_the_session() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    let in_flight = ann.open("late", "").await.header("location").unwrap().to_owned();
    let asked = ann.get("/oauth2/logout?client_id=wiki&post_logout_redirect_uri=https%3A%2F%2Fwiki.example%2Fbye").await;
    assert_eq!(asked.heading(), "Sign out?");
    assert_eq!(ann.open("wiki", "").await.status, 303, "still signed in");
    let hint = tokens["id_token"].as_str().unwrap();
    let out = ann.get(&format!("/oauth2/logout?id_token_hint={hint}&post_logout_redirect_uri=https%3A%2F%2Fwiki.example%2Fbye&state=x")).await;
    assert_eq!((out.heading(), out.refresh().as_deref()), ("You are signed out", Some("https://wiki.example/bye?state=x")));
    assert_eq!(ann.open("wiki", "").await.status, 200);
    assert_eq!(ann.refresh("wiki", tokens["refresh_token"].as_str().unwrap()).await.1["error"], "invalid_grant");
    assert_eq!(ann.who(tokens["access_token"].as_str().unwrap()).await, None);
    assert_eq!(ann.redeem("late", &in_flight).await.1["error"], "invalid_grant");
}

/// SES-2, B-022: signed in in another tab, the username is enough; a fresh proof still asks for the password.
#[tokio::test]
async fn a_second_tab_goes_on_by_the_username_alone() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = broker.browser();
    let (first, second) = (ann.open("wiki", "").await, ann.open("late", "").await);
    let fresh = ann.open("wiki", "&prompt=login").await;
    let page = ann.identify(&first, "ann@north.example").await;
    let page = ann.password(&page, "Kranich7!").await;
    assert!(ann.leave(&page).await.starts_with("https://wiki.example/cb?code="));
    let page = ann.identify(&second, "Ann@north.example").await;
    assert!(page.body.contains("You signed in in another tab. Continuing to Late."), "{}", page.body);
    let address = ann.leave(&page).await;
    let (_, tokens) = ann.redeem("late", &address).await;
    assert_eq!(ann.who(tokens["access_token"].as_str().unwrap()).await.unwrap().0, "ann@north.example");
    assert_eq!(ann.identify(&second, "eve@north.example").await.heading(), "Enter your password", "somebody else is asked");
    assert_eq!(ann.identify(&fresh, "ann@north.example").await.heading(), "Enter your password", "OA-22");
    let far = ann.open("far", "").await;
    let refused = ann.identify(&far, "ann@north.example").await;
    assert!(refused.refresh().is_none(), "B-011: the session does not serve an application that is not there");
}

/// B-022: a session is shared by the browser's applications, but one by password opens nothing that asks for Single Sign-On.
#[tokio::test]
async fn b_022_a_password_session_opens_nothing_that_asks_for_single_sign_on() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut kim = broker.browser();
    let to_kiosk = kim.sign_in("kiosk", "kim@tailspin.example", "Sprosser!4").await;
    let (_, tokens) = kim.redeem("kiosk", &to_kiosk).await;
    assert_eq!(kim.who(tokens["access_token"].as_str().unwrap()).await, Some(("kim@tailspin.example".into(), "70444".into())));
    assert_eq!(kim.open("kiosk", "").await.status, 303, "where it was made it serves");
    let wiki = kim.open("wiki", "").await;
    assert_eq!((wiki.status, wiki.heading()), (200, "Sign in to Wiki"));
    let silent = kim.open("wiki", "&prompt=none").await;
    assert!(silent.header("location").unwrap().contains("error=login_required"));
    let named = kim.identify(&wiki, "kim@tailspin.example").await;
    assert!(named.refresh().is_none() && named.body.contains("sso.not_ready"), "{}", named.body);
    let chooser = kim.open("wiki", "&prompt=select_account").await;
    assert!(!chooser.body.contains("kim@tailspin.example"));
    // Whose rules let them in by password is let in everywhere.
    let mut ann = broker.browser();
    ann.sign_in("kiosk", "ann@north.example", "Kranich7!").await;
    assert_eq!(ann.open("wiki", "").await.status, 303);
}

/// SES-2: a tab that is looked at again after somebody signed in in another one goes on to its own application: for that person, once, and past nothing
/// that the application asks for. The script's question changes nothing.
#[tokio::test]
async fn ses_2_a_tab_that_is_looked_at_goes_on_to_its_own_application() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let (mut ann, mut mallory) = (broker.browser(), broker.browser());
    let (first, tab) = (ann.open("wiki", "").await, ann.open("late", "").await);
    let named = ann.identify(&tab, "ann@north.example").await;
    let others = [
        (ann.identify(&tab, "eve@north.example").await, "somebody else's name"),
        (ann.open("late", "&login_hint=eve@north.example").await, "somebody else is asked for"),
        (ann.open("late", "&prompt=login").await, "a fresh proof is asked for"),
        (ann.open("late", "&account=60333").await, "another account is asked for"),
        (ann.open("far", "").await, "the application is not in her region"),
        (ann.open("strong", "").await, "a second factor is asked for"),
    ];
    let look = |page: &homeward_testkit::Page| format!("/signin/tab?stage={}", page.hidden("stage"));
    let ask = |page: &homeward_testkit::Page| format!("{}&ask=1", look(page));
    for page in [&tab, &named] {
        assert_eq!(ann.get(&ask(page)).await.status, 204, "nobody has signed in");
        assert!(ann.get(&look(page)).await.refresh().is_none());
    }
    let page = ann.identify(&first, "ann@north.example").await;
    let page = ann.password(&page, "Kranich7!").await;
    assert!(!page.body.contains("another tab"));
    ann.leave(&page).await;
    for page in [&tab, &named] {
        assert_eq!(ann.get(&ask(page)).await.status, 200);
        assert_eq!(mallory.get(&ask(page)).await.status, 204, "another browser");
        let on = ann.get(&look(page)).await;
        assert!(on.body.contains("You signed in in another tab. Continuing to Late."), "{}", on.body);
        let address = ann.leave(&on).await;
        let (_, tokens) = ann.redeem("late", &address).await;
        assert_eq!(ann.who(tokens["access_token"].as_str().unwrap()).await, Some(("ann@north.example".into(), "40817".into())));
    }
    let before = broker.audit_records().await;
    for (page, why) in others.iter().chain([&(first, "its request was answered")]) {
        let (asked, on) = (ann.get(&ask(page)).await, ann.get(&look(page)).await);
        assert_eq!((asked.status, asked.body.as_str(), on.refresh()), (204, "", None), "{why}");
    }
    assert_eq!(broker.audit_records().await, before, "a question refuses nothing");
    // Who was signed in before the page was opened has not signed in meanwhile, and who is to choose chooses.
    let select = ann.open("late", "&prompt=select_account").await;
    broker.clock.wait(Duration::from_secs(2));
    let earlier = ann.open("late", "&prompt=select_account").await;
    for page in [&select, &earlier] {
        assert_eq!(ann.get(&ask(page)).await.status, 204);
    }
    let other = ann.post("/signin/chooser", &[("stage", &earlier.hidden("stage")), ("entry", "")]).await;
    let on = ann.identify(&other, "ann@north.example").await;
    assert!(on.refresh().is_some() && !on.body.contains("another tab"), "{}", on.body);
}
