//! Several people signed in in one browser: whose password is changed, and whose sessions are ended.

use homeward_discovery::Disclosure;
use homeward_testkit::{Browser, Page, TestBroker};

pub(crate) const ANN: (&str, &str) = ("ann@north.example", "Kranich7!");
pub(crate) const EVE: (&str, &str) = ("eve@north.example", "Reiher-88");
const WHOSE_PASSWORD: &str = "Whose password do you want to change?";
const WHOSE_ACCOUNT: &str = "Whose account do you want to see?";

/// Ann at the wiki, and after her Eve at another application: the newest session is Eve's.
pub(crate) async fn both(broker: &TestBroker) -> Browser {
    let mut browser = broker.browser();
    let address = browser.sign_in("wiki", ANN.0, ANN.1).await;
    browser.redeem("wiki", &address).await;
    let page = browser.open("late", "&prompt=login").await;
    let page = browser.identify(&page, EVE.0).await;
    let page = browser.password(&page, EVE.1).await;
    let address = browser.leave(&page).await;
    browser.redeem("late", &address).await;
    browser
}

/// Chooses somebody; the address that this leads to.
pub(crate) async fn choose(browser: &mut Browser, chooser: &Page, name: &str) -> String {
    let key = chooser.body.split("name=\"entry\" value=\"").find(|part| part.contains(name)).unwrap().split('"').next().unwrap().to_owned();
    let page = browser.post("/signin/chooser", &[("stage", &chooser.hidden("stage")), ("entry", &key)]).await;
    assert_eq!(page.status, 303, "{}", page.heading());
    page.header("location").unwrap().to_owned()
}

pub(crate) async fn change(browser: &mut Browser, page: &Page, current: &str) -> Page {
    browser.post("/changepassword", &[("stage", &page.hidden("stage")), ("current", current), ("new", "Elster#12x"), ("repeat", "Elster#12x")]).await
}

/// CHO-2, CHG-1: two people are signed in: whose password it is comes first, and the chosen one's is asked for, not that of whoever came last.
/// With one session there is no question.
#[tokio::test]
async fn cho_2_whose_password_is_asked_where_two_are_signed_in() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut shared = both(&broker).await;
    let chooser = shared.get("/changepassword").await;
    assert_eq!(chooser.heading(), WHOSE_PASSWORD);
    assert!(chooser.body.contains(ANN.0) && chooser.body.contains(EVE.0) && chooser.body.contains("Use another account"));
    let address = choose(&mut shared, &chooser, ANN.0).await;
    let page = shared.get(&address).await;
    assert_eq!(page.heading(), "Change password");
    assert!(page.body.contains(ANN.0) && !page.body.contains(EVE.0));
    let wrong = change(&mut shared, &page, EVE.1).await;
    assert!(wrong.body.contains("That is not your current password") && wrong.body.contains(ANN.0) && !wrong.body.contains(EVE.0));
    let done = change(&mut shared, &wrong, ANN.1).await;
    assert_eq!(done.heading(), "Your password was changed");
    let ann = broker.user(ANN.0, "40817").await.id;
    assert!(broker.audit(5).await.contains(&("password.changed ok".into(), Some(ann))));
    // Hers is another now, Eve's is what it was.
    for (name, password) in [(ANN.0, "Elster#12x"), EVE] {
        let mut alone = broker.browser();
        alone.sign_in("wiki", name, password).await;
        let page = alone.get("/changepassword").await;
        assert_eq!(page.heading(), "Change password", "the only one is not asked");
        assert!(page.body.contains(name));
    }
    // Another account is nobody's session: it is asked for by its name.
    let other = shared.post("/signin/chooser", &[("stage", &chooser.hidden("stage")), ("entry", "")]).await;
    assert!(other.body.contains("action=\"/signin/username\"") && other.heading() == "Change password");
}

/// B-069: an application that sends somebody means its own person; its word chooses among those who are signed in. "Not you?" leads to the others,
/// and the way back to the application is kept.
#[tokio::test]
async fn b_069_an_application_means_its_own_person() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut shared = both(&broker).await;
    let back = "return_to=https%3A%2F%2Fwiki.example%2Fsettings";
    for (query, who) in [
        (format!("client_id=wiki&{back}"), Some(ANN)),
        ("client_id=late".to_owned(), Some(EVE)),
        (format!("client_id=wiki&{back}&login_hint=eve%40north.example"), Some(EVE)),
        (format!("client_id=wiki&{back}&login_hint=nobody%40north.example"), None),
        ("login_hint=ann%40north.example".to_owned(), None),
        ("client_id=kiosk".to_owned(), None),
    ] {
        let page = shared.get(&format!("/changepassword?{query}")).await;
        match who {
            Some((name, _)) => assert!(page.heading() == "Change password" && page.body.contains(name), "{query}: {}", page.heading()),
            None => assert_eq!(page.heading(), WHOSE_PASSWORD, "{query}"),
        }
    }
    // An ID token of ours for that application says it; one for another application says nothing, and neither signs anybody in.
    let mut eve = broker.browser();
    let address = eve.sign_in("wiki", EVE.0, EVE.1).await;
    let hint = eve.redeem("wiki", &address).await.1["id_token"].as_str().unwrap().to_owned();
    for (query, who) in [("client_id=wiki", EVE.0), ("client_id=wiki&login_hint=ann%40north.example", EVE.0), ("client_id=late&login_hint=ann%40north.example", ANN.0)] {
        let page = shared.get(&format!("/changepassword?{query}&id_token_hint={hint}")).await;
        assert!(page.heading() == "Change password" && page.body.contains(who), "{query}: {}", page.heading());
    }
    let nobody = broker.browser().get(&format!("/changepassword?client_id=wiki&id_token_hint={hint}")).await;
    assert!(nobody.body.contains("action=\"/signin/username\"") && !nobody.body.contains(EVE.0), "{}", nobody.body);
    let page = shared.get(&format!("/changepassword?client_id=wiki&{back}")).await;
    let chooser = shared.post("/signin/again", &[("stage", &page.hidden("stage")), ("username", ANN.0)]).await;
    assert_eq!(chooser.heading(), WHOSE_PASSWORD);
    let address = choose(&mut shared, &chooser, EVE.0).await;
    assert!(address.starts_with(&format!("/changepassword?client_id=wiki&{back}&stage=")), "{address}");
    let page = shared.get(&address).await;
    let done = change(&mut shared, &page, EVE.1).await;
    assert_eq!(done.heading(), "Your password was changed");
    assert!(done.body.contains("href=\"https://wiki.example/settings\""));
}

/// What a page says when the application means somebody who is not signed in in this browser.
const OTHER: &str = "The application that sent you here means somebody else, who is not signed in in this browser.";

/// What a page says, without the places where a name may break.
fn said(page: &Page) -> String {
    page.body.replace("<wbr>", "")
}

/// The ID token of somebody's sign-in at the wiki, in a browser of their own.
async fn token(broker: &TestBroker, (name, password): (&str, &str)) -> (Browser, String) {
    let mut browser = broker.browser();
    let address = browser.sign_in("wiki", name, password).await;
    let hint = browser.redeem("wiki", &address).await.1["id_token"].as_str().unwrap().to_owned();
    (browser, hint)
}

/// B-069, RP-Initiated Logout 1.0, 2: an application that means somebody who is not signed in here is not obeyed at the cost of whoever is: the page asks, says
/// that another is meant, and not who. A hint of their own, of another application, and one that is not ours are the twins.
#[tokio::test]
async fn whoever_is_here_is_told_that_the_application_means_another() {
    const CHANGE: &str = "/changepassword?client_id=wiki&return_to=https%3A%2F%2Fwiki.example%2Fsettings&id_token_hint=";
    const OUT: &str = "/oauth2/logout?post_logout_redirect_uri=https%3A%2F%2Fwiki.example%2Fbye&state=x&id_token_hint=";
    let broker = TestBroker::start(Disclosure::Closed).await;
    let ((mut ann, own), (mut eve, hint)) = (token(&broker, ANN).await, token(&broker, EVE).await);
    let page = ann.get(&format!("{CHANGE}{hint}")).await;
    assert_eq!(page.heading(), WHOSE_PASSWORD);
    assert!(said(&page).contains(OTHER) && said(&page).contains(ANN.0) && !said(&page).contains(EVE.0), "{}", page.body);
    let address = choose(&mut ann, &page, ANN.0).await;
    assert!(address.starts_with("/changepassword?client_id=wiki&return_to=https%3A%2F%2Fwiki.example%2Fsettings&stage="), "{address}");
    let page = ann.get(&address).await;
    assert!(page.heading() == "Change password" && said(&page).contains(ANN.0) && !said(&page).contains(OTHER), "{}", page.body);
    for twin in [format!("{CHANGE}{own}"), format!("/changepassword?client_id=late&id_token_hint={hint}"), format!("{CHANGE}x.y.z")] {
        let page = ann.get(&twin).await;
        assert!(page.heading() == "Change password" && !said(&page).contains(OTHER), "{twin}: {}", page.body);
    }

    let page = ann.get(&format!("{OUT}{hint}")).await;
    assert_eq!(page.heading(), "Sign out?");
    assert!(said(&page).contains(OTHER) && said(&page).contains("Ann Miller") && said(&page).contains("Signed in in this browser:") && !said(&page).contains(EVE.0), "{}", page.body);
    assert_eq!(ann.open("wiki", "").await.status, 303, "nobody is signed out by it");
    let plain = ann.get("/oauth2/logout?client_id=wiki").await;
    assert!(plain.heading() == "Sign out?" && !said(&plain).contains(OTHER), "the twin: nobody is meant");
    // Eve comes to this browser after the page was made: what it says would not be true any more.
    let asked = ann.open("wiki", "&prompt=login").await;
    let asked = ann.identify(&asked, EVE.0).await;
    let asked = ann.password(&asked, EVE.1).await;
    ann.leave(&asked).await;
    let again = ann.post("/signout", &[("stage", &page.hidden("stage"))]).await;
    assert!(again.heading() == "Sign out?" && !said(&again).contains(OTHER) && said(&again).contains(EVE.0), "{}", again.body);
    let out = ann.post("/signout", &[("stage", &again.hidden("stage")), ("who", "everybody")]).await;
    assert_eq!(out.refresh().as_deref(), Some("https://wiki.example/bye?state=x"));
    // Eve's own browser: her hint means her, and asks nothing.
    assert_eq!(eve.get(&format!("{OUT}{hint}")).await.heading(), "You are signed out");
}

/// The same where two are signed in and the application means a third: who of the two, and that it is neither.
#[tokio::test]
async fn two_people_are_told_that_the_application_means_a_third() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut shared = both(&broker).await;
    let mut third = broker.browser();
    let page = third.open("wiki", "").await;
    let page = third.identify(&page, "soon@north.example").await;
    let page = third.password(&page, "Specht+55").await;
    let page = third.post("/signin/expiring", &[("handle", &page.hidden("handle")), ("now", "no")]).await;
    let address = third.leave(&page).await;
    let hint = third.redeem("wiki", &address).await.1["id_token"].as_str().unwrap().to_owned();
    for (path, question) in [("/changepassword?client_id=wiki", WHOSE_PASSWORD), ("/oauth2/logout?client_id=wiki", "Sign out?")] {
        let page = shared.get(&format!("{path}&id_token_hint={hint}")).await;
        assert_eq!(page.heading(), question);
        assert!([OTHER, ANN.0, EVE.0].iter().all(|name| said(&page).contains(name)) && !said(&page).contains("soon@north.example"), "{}", page.body);
        let plain = shared.get(&format!("{path}&login_hint=nobody%40north.example")).await;
        assert!(plain.heading() == question && !said(&plain).contains(OTHER), "{path}: {}", plain.body);
    }
}

/// OB-15, CHO-2: either of two people reaches their own page and its ways on, and ends what is theirs; the other stays signed in.
#[tokio::test]
async fn ob_15_either_of_two_people_ends_their_own_sessions() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut shared = both(&broker).await;
    let mut elsewhere = broker.browser();
    elsewhere.sign_in("wiki", ANN.0, ANN.1).await;
    let chooser = shared.get("/account").await;
    assert_eq!(chooser.heading(), WHOSE_ACCOUNT);
    let address = choose(&mut shared, &chooser, ANN.0).await;
    let page = shared.get(&address).await;
    assert!(page.heading() == "Your account" && page.body.contains("Signed in as Ann Miller") && !page.body.contains(EVE.0));
    for path in ["/account/name", "/account/email", "/changepassword"] {
        let on = page.body.split(&format!("href=\"{path}?stage=")).nth(1).unwrap().split('"').next().unwrap();
        let next = shared.get(&format!("{path}?stage={on}")).await;
        assert!(next.status == 200 && next.body.contains(ANN.0) && !next.body.contains(EVE.0), "{path}: {}", next.heading());
    }
    let not_ann = shared.post("/signin/again", &[("stage", &page.hidden("stage")), ("username", ANN.0)]).await;
    assert_eq!(not_ann.heading(), WHOSE_ACCOUNT);
    // The address is worth nothing elsewhere: not to a stranger, and not to somebody with a session of their own.
    let (mut mallory, mut eve) = (broker.browser(), broker.browser());
    eve.sign_in("wiki", EVE.0, EVE.1).await;
    assert_eq!(mallory.get(&address).await.heading(), "Sign in");
    let own = eve.get(&address).await;
    assert!(said(&own).contains("Signed in as eve@north.example") && !said(&own).contains(ANN.0));
    let out = shared.post("/account", &[("stage", &page.hidden("stage")), ("end", "everything")]).await;
    assert_eq!(out.heading(), "You are signed out");
    assert_eq!(elsewhere.get("/account").await.heading(), "Sign in", "hers are over everywhere");
    let left = shared.get("/account").await;
    assert!(left.heading() == "Your account" && left.body.contains(EVE.0), "the other one is still signed in: {}", left.heading());
    assert!(shared.get(&address).await.body.contains(EVE.0) && !shared.get(&address).await.body.contains(ANN.0), "a session that is over is nobody's page");
}

/// CHO-2, LR-15: two people are signed in: whose address it is comes first, also for an address without a choice in it; and whoever proves themselves
/// anew comes back to their own page. With one session there is no question.
#[tokio::test]
async fn cho_2_whose_address_is_asked_where_two_are_signed_in() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut shared = both(&broker).await;
    let chooser = shared.get("/account/email").await;
    assert_eq!(chooser.heading(), "Whose email address do you want to change?");
    assert!(chooser.body.contains(ANN.0) && chooser.body.contains(EVE.0));
    let own = |page: &Page, name: &str, other: &str| page.heading() == "Your email address" && page.body.contains(name) && !page.body.contains(other);
    let ways = [(ANN, EVE, choose(&mut shared, &chooser, ANN.0).await), (EVE, ANN, choose(&mut shared, &chooser, EVE.0).await)];
    for (who, other, address) in &ways {
        assert!(address.starts_with("/account/email?stage="), "{address}");
        let page = shared.get(address).await;
        assert!(own(&page, who.0, other.0), "{}", page.body);
    }
    broker.clock.wait(std::time::Duration::from_secs(5 * 60 + 1));
    for (who, other, address) in ways.iter().rev() {
        let page = shared.get(address).await;
        assert_eq!(page.heading(), "Enter your password");
        let back = shared.password(&page, who.1).await.header("location").unwrap().to_owned();
        let page = shared.get(&back).await;
        assert!(own(&page, who.0, other.0), "{back}: {}", page.body);
    }
    assert_eq!(shared.get("/account/email").await.heading(), chooser.heading(), "whoever came last is not taken for the one who is meant");
    let mut alone = broker.browser();
    alone.sign_in("wiki", ANN.0, ANN.1).await;
    assert!(own(&alone.get("/account/email").await, ANN.0, EVE.0), "the only one is not asked");
}

/// CHO-2: "Use another account" on the way to the own page leads to the page of whoever proves themselves then.
#[tokio::test]
async fn cho_2_another_account_leads_to_its_own_page() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut shared = both(&broker).await;
    let chooser = shared.get("/account").await;
    let page = shared.post("/signin/chooser", &[("stage", &chooser.hidden("stage")), ("entry", "")]).await;
    let page = shared.identify(&page, ANN.0).await;
    let page = shared.password(&page, ANN.1).await;
    let address = page.header("location").unwrap().to_owned();
    assert!(address.starts_with("/account?stage="), "{address}");
    assert!(shared.get(&address).await.body.contains("Signed in as Ann Miller"));
}

/// SES-1, CHO-2: on the page of the only one who is signed in, "Not you?" leads to the username, as by a choice and not as after a time that was over.
#[tokio::test]
async fn cho_2_not_you_on_ones_own_page_leads_to_the_username() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    ann.sign_in("wiki", ANN.0, ANN.1).await;
    let page = ann.get("/account").await;
    assert!(page.body.contains("Not you?"));
    let again = ann.post("/signin/again", &[("stage", &page.hidden("stage")), ("username", ANN.0)]).await;
    assert_eq!(again.heading(), "Sign in");
    assert!(again.body.contains(&format!("value=\"{}\"", ANN.0)) && !again.body.contains("we started again"), "{}", again.body);
    let mut stranger = broker.browser();
    let foreign = stranger.post("/signin/again", &[("stage", &page.hidden("stage")), ("username", ANN.0)]).await;
    assert!(foreign.body.contains("we started again"), "somebody else's page says nothing here");
}

/// CHG-8, ALL-23: a cookie that is full of secrets loses nobody's session when one of them changes the password.
#[tokio::test]
async fn chg_8_a_changed_password_leaves_the_others_in_the_cookie() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut shared = both(&broker).await;
    // Each of these gives Ann's session another secret; those of before mean nothing any more.
    for _ in 0..3 {
        let page = shared.open("wiki", "&prompt=login").await;
        let page = shared.identify(&page, ANN.0).await;
        let page = shared.password(&page, ANN.1).await;
        shared.leave(&page).await;
    }
    let chooser = shared.get("/changepassword").await;
    assert!(chooser.heading() == WHOSE_PASSWORD && chooser.body.contains(EVE.0), "{}", chooser.body);
    let address = choose(&mut shared, &chooser, ANN.0).await;
    let page = shared.get(&address).await;
    let done = change(&mut shared, &page, ANN.1).await;
    assert_eq!(done.heading(), "Your password was changed");
    let chooser = shared.get("/changepassword").await;
    assert_eq!(chooser.heading(), WHOSE_PASSWORD, "both are there still");
    assert!(chooser.body.contains(ANN.0) && chooser.body.contains(EVE.0), "{}", chooser.body);
}
