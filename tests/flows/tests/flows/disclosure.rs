use homeward_discovery::Disclosure;
use homeward_model::Clock;
use homeward_testkit::{Page, TestBroker};

/// LH-03: the next page shows the name as typed, never as stored.
#[tokio::test]
async fn lh_03_the_page_shows_what_was_typed() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut browser = broker.browser();
    let page = browser.open("wiki", "").await;
    let page = browser.identify(&page, "  ANN@north.Example ").await;
    assert!(page.body.contains("value=\"ANN@north.Example\"") && !page.body.contains("ann@north.example"));
    for nonsense in ["", "a b@north.example", "\"x@north.example\"@evil.example", "ann@north.example,eve@north.example"] {
        let start = browser.open("wiki", "").await;
        let page = browser.identify(&start, nonsense).await;
        assert_eq!((page.status, page.heading()), (200, "Sign in to Wiki"), "{nonsense}");
        assert!(page.body.contains("aria-invalid=\"true\"") && page.body.contains("<title>Error: "));
    }
}

/// LH-18: nothing about a person is kept in the browser unless they ticked the box, and it can be taken away.
#[tokio::test]
async fn lh_18_a_browser_remembers_only_when_it_was_asked_to() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = broker.browser();
    ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    assert!(!ann.cookies.contains_key("__Host-remembered"));
    let page = ann.open("wiki", "&prompt=login").await;
    let page = ann.identify(&page, "ann@north.example").await;
    ann.post("/signin/password", &[("stage", &page.hidden("stage")), ("password", "Kranich7!"), ("remember", "yes")]).await;
    assert!(ann.cookies.contains_key("__Host-remembered") && !ann.cookies["__Host-remembered"].contains("ann"));
    ann.cookies.remove("__Host-session");
    let chooser = ann.open("wiki", "&prompt=select_account").await;
    assert_eq!(chooser.heading(), "Who is signing in?");
    assert!(chooser.body.contains("ann@north.example"));
    let gone = ann.post("/signin/chooser", &[("stage", &chooser.hidden("stage")), ("remove", "40817/ann@north.example")]).await;
    assert_eq!(gone.heading(), "Sign in to Wiki", "CHO-1: never an empty chooser");
    assert!(!ann.cookies.contains_key("__Host-remembered"));
}

/// LH-14: account numbers can be tried thirty times from one place, then there is a pause.
#[tokio::test]
async fn lh_14_account_numbers_cannot_be_tried_without_end() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut sam = broker.browser();
    let page = sam.open("wiki", "").await;
    let page = sam.identify(&page, "sam@many.example").await;
    let mut status = Vec::new();
    for number in 0..32 {
        status.push(sam.post("/signin/account", &[("stage", &page.hidden("stage")), ("account", &format!("7{number:04}"))]).await.status);
    }
    assert_eq!(status.iter().filter(|s| **s == 200).count(), 30);
    assert_eq!(status[31], 429);
}

/// LH-04: which domains have Single Sign-On cannot be read off in bulk from one place.
#[tokio::test]
async fn lh_04_look_ups_are_limited() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut browser = broker.browser();
    let page = browser.open("wiki", "").await;
    let mut status = Vec::new();
    for number in 0..305 {
        status.push(browser.identify(&page, &format!("x@d{number}.example")).await.status);
    }
    assert_eq!(status.iter().filter(|s| **s == 200).count(), 300);
    assert_eq!(status[304], 429);
    // The pause says its case, and the audit knows it (ALL-24).
    let paused = browser.identify(&page, "ann@north.example").await;
    let case = paused.body.split("class=\"ref\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let lines = broker.running().store.audit_lines(1).await.unwrap();
    assert_eq!((lines[0].1.as_str(), lines[0].2.as_str(), lines[0].4.as_deref()), ("signin.paused", "limit.look_up", Some(case.as_str())));
    // DS-11: whoever goes on leaves two records a minute, whatever they send; every page has the number that both have.
    let before = broker.audit_records().await;
    for number in 0..40 {
        let again = browser.identify(&page, &format!("x@e{number}.example")).await;
        assert!(again.status == 429 && again.body.contains(&case), "{number}");
    }
    assert_eq!(broker.audit_records().await, before);
    broker.clock.wait(std::time::Duration::from_secs(61));
    let next = browser.identify(&page, "ann@north.example").await;
    assert!(next.status == 429 && !next.body.contains(&case), "another minute is another case");
    let lines = broker.running().store.audit_lines(2).await.unwrap();
    assert!(lines.iter().all(|line| (line.1.as_str(), line.2.as_str()) == ("signin.paused", "limit.look_up")) && lines[1].4.as_deref() == Some(case.as_str()), "{lines:?}");
    assert_eq!(broker.audit_records().await, before + 2);
    browser.from = "203.0.113.8".into();
    assert_eq!(browser.identify(&page, "ann@north.example").await.status, 200, "elsewhere nobody notices");
}

/// LH-04, LH-14: the same counter stands before every page that tells where a name or a number leads: the hint of a request,
/// the account beside the password, the account beside Single Sign On.
#[tokio::test]
async fn lh_14_no_other_page_answers_without_end() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut browser = broker.browser();
    browser.from = "198.51.100.1".into();
    let page = browser.open("wiki", "&login_hint=x@y.example").await;
    let stage = page.hidden("stage");
    let number = |place: usize| format!("{}", 50_200 + place);
    for place in 0..2 {
        let hinted = browser.open("wiki", &format!("&login_hint=x@y.example&account={}", number(place + 10))).await;
        let beside = browser.post("/signin/password", &[("stage", &stage), ("password", ""), ("account", &number(place + 10))]).await;
        let button = browser.press(&page, "Single Sign On", &[("account", &number(place + 10))]).await;
        assert_eq!(hinted.heading() == "Sign in with your organisation", place == 0, "50210 has Single Sign-On");
        assert_eq!(beside.heading() == "Sign in with your organisation", place == 0);
        assert_eq!(button.status, if place == 0 { 503 } else { 403 });
    }
    // Seven are used up. Whatever mixture of the three comes, three hundred are answered.
    let mut answered = 7;
    for place in 0..100 {
        for page in [
            browser.open("wiki", &format!("&login_hint=x@d{place}.example")).await,
            browser.post("/signin/password", &[("stage", &stage), ("password", ""), ("account", &number(place))]).await,
            browser.press(&page, "Single Sign On", &[("account", &number(place))]).await,
        ] {
            answered += usize::from(page.status != 429);
        }
    }
    assert_eq!(answered, 300);
    assert_eq!(browser.password(&page, "Falsch-12").await.status, 200, "a password without a number is no question about one");
}

/// LH-14: the account that was typed stands in the next page, and counts as long as it stands there: taken out, it is meant no more. "Single Sign On" sends it
/// like "Next" does; what no account can be called leads nowhere.
#[tokio::test]
async fn lh_14_the_account_that_counts_is_the_one_in_the_field() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = broker.browser();
    let named = |page: &Page| page.pressed("Next").and_then(|(_, fields)| fields.into_iter().find(|(name, _)| name == "account")).unwrap().1;
    for (mistyped, again) in [("40871", "40871"), ("  40871 ", "40871"), ("<40817>", "<40817>")] {
        let page = ann.open("wiki", "").await;
        let page = ann.identify(&page, "ann@north.example").await;
        assert_eq!(named(&page), "");
        let wrong = ann.press(&page, "Next", &[("password", "Kranich7!"), ("account", mistyped)]).await;
        assert_eq!((wrong.status, wrong.heading(), named(&wrong).as_str()), (200, "Enter your password", again));
        let still = ann.press(&wrong, "Next", &[("password", "Kranich7!")]).await;
        assert_eq!((still.status, named(&still).as_str()), (200, again), "what stands there counts");
        let led = ann.press(&still, "Single Sign On", &[]).await;
        assert_eq!(led.status, 403, "nor is there Single Sign-On for it");
        let right = ann.press(&still, "Next", &[("password", "Kranich7!"), ("account", "")]).await;
        assert!(ann.leave(&right).await.contains("code="), "an empty field names none");
        ann.cookies.remove("__Host-session");
    }
    // What the application asked for stands in the field, too, and can be taken out of it.
    let page = ann.open("wiki", "&account=50210&login_hint=ann@north.example").await;
    let page = ann.post("/signin/enter-password", &[("stage", &page.hidden("stage"))]).await;
    assert_eq!((page.heading(), named(&page).as_str()), ("Enter your password", "50210"));
    let empty = ann.press(&page, "Next", &[("password", ""), ("account", "")]).await;
    assert_eq!((empty.status, named(&empty).as_str()), (200, ""));
}

/// CHO-3: what the browser only remembers can be removed from there; a session has no such button, whether its person has a name or not.
#[tokio::test]
async fn cho_3_only_what_is_remembered_can_be_removed() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut shared = broker.browser();
    let page = shared.open("wiki", "").await;
    let page = shared.identify(&page, "ann@north.example").await;
    shared.post("/signin/password", &[("stage", &page.hidden("stage")), ("password", "Kranich7!"), ("remember", "yes")]).await;
    shared.cookies.remove("__Host-session");
    // Eve has no name.
    shared.sign_in("wiki", "eve@north.example", "Reiher-88").await;
    let chooser = shared.open("wiki", "&prompt=select_account").await;
    let removable = |page: &Page| page.body.split("name=\"remove\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!((chooser.body.matches("name=\"entry\"").count(), removable(&chooser)), (3, vec!["40817/ann@north.example".to_owned()]));
    let left = shared.post("/signin/chooser", &[("stage", &chooser.hidden("stage")), ("remove", "40817/ann@north.example")]).await;
    assert!(!left.body.contains("ann@north.example") && left.body.contains("eve@north.example"));
    assert_eq!(removable(&left), Vec::<String>::new());
    assert_eq!(shared.open("wiki", "").await.status, 303, "Eve is signed in as before");
}

/// ALL-22: the accounts that a browser remembers are in a form of their own, so that Enter in the field beside them sends what was typed.
#[tokio::test]
async fn all_22_a_remembered_account_is_in_a_form_of_its_own() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut sam = broker.browser();
    let page = sam.open("wiki", "").await;
    let page = sam.identify(&page, "sam@many.example").await;
    let page = sam.post("/signin/account", &[("stage", &page.hidden("stage")), ("account", "60333")]).await;
    sam.post("/signin/password", &[("stage", &page.hidden("stage")), ("password", "Drossel=2"), ("remember", "yes")]).await;
    sam.cookies.remove("__Host-session");
    let page = sam.open("wiki", "").await;
    let page = sam.identify(&page, "sam@many.example").await;
    assert_eq!(page.heading(), "Multiple accounts located");
    let forms: Vec<&str> = page.body.split("<form").skip(1).map(|form| form.split("</form>").next().unwrap()).filter(|form| form.contains("action=\"/signin/account\"")).collect();
    let [known, typed] = forms[..] else { panic!("{forms:?}") };
    assert!(known.contains("name=\"known\" value=\"60333\"") && !known.contains("name=\"account\""), "{known}");
    assert!(typed.contains("name=\"account\"") && !typed.contains("name=\"known\"") && typed.matches("type=\"submit\"").count() == 1, "{typed}");
    let by_button = sam.post("/signin/account", &[("stage", &page.hidden("stage")), ("known", "60333")]).await;
    let by_field = sam.post("/signin/account", &[("stage", &page.hidden("stage")), ("account", "40817")]).await;
    assert!(by_button.body.contains("Fabrikam") && by_field.body.contains("Northwind"));
}

/// CHO-4, LH-18: an application that is private is remembered on no device: its pages do not offer it, and a box that nobody showed means nothing. The twin is
/// an application that is not.
#[tokio::test]
async fn cho_4_nothing_is_remembered_for_a_private_application() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let text: String = [("ward", true), ("shop", false)]
        .map(|(id, private)| {
            format!("[[application]]\nclient_id = \"{id}\"\nname = \"{id}\"\nauthentication = \"none\"\nredirect_uris = [\"https://{id}.example/cb\"]\naccount_selection = \"password\"\nprivate = {private}\n")
        })
        .concat();
    let store = &broker.running().store;
    let plan = homeward_server::apply::plan_text(store, &text, &broker.folder().join("x"), broker.clock.now(), &homeward_model::SystemRandom).await.unwrap();
    plan.carry_out(store, broker.clock.now()).await.unwrap();
    for (application, is_remembered) in [("ward", false), ("shop", true)] {
        let mut ann = broker.browser();
        let page = ann.open(application, "").await;
        let page = ann.identify(&page, "ann@north.example").await;
        assert_eq!((page.heading(), page.body.contains("name=\"remember\"")), ("Enter your password", is_remembered));
        let done = ann.post("/signin/password", &[("stage", &page.hidden("stage")), ("password", "Kranich7!"), ("remember", "yes")]).await;
        assert!(ann.leave(&done).await.starts_with(&format!("https://{application}.example/cb?code=")));
        assert_eq!(ann.cookies.contains_key("__Host-remembered"), is_remembered, "{application}");
        // The page after the password, where one of several accounts is chosen.
        let mut sam = broker.browser();
        let page = sam.open(application, "").await;
        let page = sam.identify(&page, "sam@many.example").await;
        let page = sam.password(&page, "Falke%33x").await;
        assert_eq!((page.heading(), page.body.contains("name=\"remember\"")), ("Multiple accounts located", is_remembered));
        sam.post("/signin/proven", &[("handle", &page.hidden("handle")), ("account", "50210"), ("remember", "yes")]).await;
        assert!(sam.cookies.contains_key("__Host-session"));
        assert_eq!(sam.cookies.contains_key("__Host-remembered"), is_remembered, "{application}");
    }
}
