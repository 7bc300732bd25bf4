//! The person's own page: what it shows, and what it ends.

use homeward_discovery::Disclosure;
use homeward_testkit::{Browser, Page, TestBroker};

const ANN: (&str, &str) = ("ann@north.example", "Kranich7!");

async fn signed_in(broker: &TestBroker) -> (Browser, String) {
    let mut ann = broker.browser();
    let address = ann.sign_in("wiki", ANN.0, ANN.1).await;
    let (_, tokens) = ann.redeem("wiki", &address).await;
    (ann, tokens["refresh_token"].as_str().unwrap().to_owned())
}

fn endings(page: &Page) -> Vec<String> {
    page.body.split("name=\"end\" value=\"").skip(1).map(|part| part.split('"').next().unwrap().to_owned()).collect()
}

async fn end(browser: &mut Browser, page: &Page, what: &str) -> Page {
    browser.post("/account", &[("stage", &page.hidden("stage")), ("end", what)]).await
}

/// OB-15, B-025: the list has every session and application; one that is ended is over at once, with its tokens; the others stay.
#[tokio::test]
async fn ob_15_a_session_that_is_ended_is_over_at_once() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let (mut here, token_here) = signed_in(&broker).await;
    let (mut there, token_there) = signed_in(&broker).await;
    let (mut eve, _) = (broker.browser(), ());
    eve.sign_in("wiki", "eve@north.example", "Reiher-88").await;
    let page = here.get("/account").await;
    assert_eq!(page.heading(), "Your account");
    assert!(page.body.contains("Signed in as Ann Miller") && page.body.contains("ann@north.example") && page.body.contains("40817"));
    assert_eq!(page.body.matches("This browser").count(), 1);
    let all = endings(&page);
    assert_eq!(all.len(), 5, "two sessions, two applications, and everything: {all:?}");
    let own = page.body.split("<li>").find(|part| part.contains("This browser")).unwrap().split("name=\"end\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let other = all.iter().find(|id| !id.contains('/') && *id != own && *id != "everything").unwrap();
    let done = end(&mut here, &page, other).await;
    assert!(done.body.contains("It is over.") && endings(&done).len() == 3, "{:?}", endings(&done));
    assert_eq!(there.get("/account").await.heading(), "Sign in");
    assert_eq!(there.open("wiki", "").await.status, 200);
    let (_, refused) = there.refresh("wiki", &token_there).await;
    assert_eq!(refused["error"], "invalid_grant");
    let (status, _) = here.refresh("wiki", &token_here).await;
    assert_eq!(status, 200, "what was not named stays");
    let ann = broker.user("ann@north.example", "40817").await.id;
    assert!(broker.audit(5).await.contains(&("session.ended ok".into(), Some(ann))));
    // Its own: the browser is signed out.
    let out = end(&mut here, &page, own).await;
    assert_eq!(out.heading(), "You are signed out");
    assert_eq!(here.open("wiki", "").await.status, 200);
    assert_eq!(eve.open("wiki", "").await.status, 303, "nobody else");
}

/// OB-15: one application on one device, and everything.
#[tokio::test]
async fn ob_15_one_application_and_everything() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let (mut here, token) = signed_in(&broker).await;
    let (mut there, other) = signed_in(&broker).await;
    let page = here.get("/account").await;
    let tokens = [(&token, &mut here.clone()), (&other, &mut there.clone())];
    let application = endings(&page).into_iter().find(|id| id.contains('/')).unwrap();
    let done = end(&mut here, &page, &application).await;
    assert_eq!(endings(&done).iter().filter(|id| id.contains('/')).count(), 1);
    let mut alive = 0;
    for (token, browser) in tokens {
        alive += u32::from(browser.refresh("wiki", token).await.0 == 200);
    }
    assert_eq!(alive, 1, "the other device's stays");
    assert_eq!((here.open("wiki", "").await.status, there.open("wiki", "").await.status), (303, 303), "the browsers' sessions, too");
    let out = end(&mut here, &page, "everything").await;
    assert_eq!(out.heading(), "You are signed out");
    assert!(!here.cookies.contains_key("__Host-session"));
    assert_eq!(there.open("wiki", "").await.status, 200);
    assert_eq!(there.refresh("wiki", &other).await.0, 400);
    assert_eq!(here.get("/account").await.heading(), "Sign in");
}

/// AD-03, OB-11: nobody ends what is another's, by id, from another browser or another site; the page's owner can.
#[tokio::test]
async fn nobody_ends_what_is_anothers() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let (mut ann, token) = signed_in(&broker).await;
    let mut eve = broker.browser();
    eve.sign_in("wiki", "eve@north.example", "Reiher-88").await;
    let (hers, eves) = (ann.get("/account").await, eve.get("/account").await);
    for what in endings(&hers).iter().filter(|id| *id != "everything") {
        let page = end(&mut eve, &eves, what).await;
        assert!(!page.body.contains("ann@north.example"), "{what}");
        let stolen = end(&mut eve, &hers, what).await;
        assert!(!stolen.body.contains("ann@north.example"), "a page of another browser");
    }
    let foreign = ann
        .send(reqwest::Method::POST, "/account", &[("sec-fetch-site", "cross-site")], Some(&homeward_testkit::pairs(&[("stage", &hers.hidden("stage")), ("end", "everything")])))
        .await;
    assert_eq!(foreign.status, 403);
    for nonsense in ["", "x", "everything/", "0/0", "00000000-0000-4000-8000-000000000000", "00000000-0000-4000-8000-000000000000/wiki"] {
        assert_eq!(end(&mut ann, &hers, nonsense).await.heading(), "Your account", "{nonsense}");
    }
    assert_eq!((ann.open("wiki", "").await.status, ann.refresh("wiki", &token).await.0), (303, 200), "all of it still counts");
    assert_eq!(end(&mut ann, &hers, "everything").await.heading(), "You are signed out");
}

/// OB-15: every code that is redeemed makes a grant: hundreds of one application are one entry, push nothing else off the list, and end together. The twin:
/// another device's entry is there, and ends from there.
#[tokio::test]
async fn ob_15_what_is_used_seldom_is_not_pushed_off_the_list() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let (mut there, seldom) = signed_in(&broker).await;
    broker.clock.wait(std::time::Duration::from_secs(60));
    let (mut here, first) = signed_in(&broker).await;
    for _ in 0..205 {
        let answer = here.open("wiki", "&prompt=none").await;
        assert_eq!(here.redeem("wiki", answer.header("location").unwrap()).await.0, 200);
    }
    let page = here.get("/account").await;
    let applications: Vec<String> = endings(&page).into_iter().filter(|id| id.contains('/')).collect();
    assert_eq!(applications.len(), 2, "{applications:?}");
    let [own, other] = &applications[..] else { panic!("the last used first") };
    assert_eq!(there.refresh("wiki", &seldom).await.0, 200);
    let seldom = there.refresh("wiki", &seldom).await.1["refresh_token"].as_str().unwrap().to_owned();
    let page = end(&mut here, &page, other).await;
    assert!(page.body.contains("It is over."));
    assert_eq!((there.refresh("wiki", &seldom).await.0, endings(&page).iter().filter(|id| id.contains('/')).count()), (400, 1));
    let page = end(&mut here, &page, own).await;
    assert_eq!((here.refresh("wiki", &first).await.0, endings(&page).iter().filter(|id| id.contains('/')).count()), (400, 0));
}
