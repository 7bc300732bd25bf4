//! How long pages and links live, and what is left to somebody who comes too late: their name, what they came for, and a way on (SES-1, FOR-4).

use std::time::Duration;

use homeward_discovery::Disclosure;
use homeward_testkit::{Browser, Page, TestBroker};

const NEW: &str = "new@north.example";
const OLD: &str = "old@north.example";
const SAM: &str = "sam@many.example";

/// The newest mail to somebody whose subject begins so, and the address of its link.
async fn mailed(broker: &TestBroker, to: &str, subject: &str) -> (String, String) {
    let mails = broker.mails().await;
    let (_, _, text) = mails.into_iter().rev().find(|(who, about, _)| who == to && about.starts_with(subject)).unwrap_or_else(|| panic!("no mail to {to}"));
    let link = text.split_whitespace().find_map(|word| word.strip_prefix("http://homeward.localhost")).unwrap().to_owned();
    (text, link)
}

async fn invited(broker: &TestBroker) -> String {
    let user = broker.user(NEW, "40817").await;
    assert!(homeward_signin::usecase::mailroom::invite(&broker.running().context, user.id).await.unwrap());
    mailed(broker, NEW, "Set up").await.1
}

/// Opens the link of a mail; its page.
async fn open(browser: &mut Browser, link: &str) -> Page {
    browser.get(link).await;
    browser.get(link.split('?').next().unwrap()).await
}

/// "Yes, go on", as the page sends it.
async fn yes(browser: &mut Browser, path: &str, page: &Page) -> Page {
    browser.post(path, &[("link", &page.hidden("link"))]).await
}

async fn set(browser: &mut Browser, page: &Page, new: &str) -> Page {
    browser.post("/reset/password", &[("handle", &page.hidden("handle")), ("new", new), ("repeat", new)]).await
}

/// SES-1: the name is in its field again, the application is kept, and the page says why.
fn starts_again(page: &Page, name: &str) {
    assert_eq!(page.heading(), "Sign in to Wiki");
    assert!(page.body.contains("That took a while, so we started again.") && page.body.contains(&format!("value=\"{name}\"")), "{}", page.body);
}

/// Signs in at the wiki as far as the page after the password.
async fn after_password(browser: &mut Browser, client: &str, name: &str, password: &str) -> Page {
    let page = browser.open(client, "").await;
    let page = browser.identify(&page, name).await;
    browser.password(&page, password).await
}

/// FOR-4, LR-04: whoever thinks for too long about their first password has used their invitation up, and has a new one sent from that very page. The
/// twin: half an hour is theirs.
#[tokio::test]
async fn for_4_a_first_password_that_comes_too_late_has_a_way_on() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let link = invited(&broker).await;
    let mut new = broker.browser();
    let page = open(&mut new, &link).await;
    let chosen = yes(&mut new, "/invitation", &page).await;
    assert_eq!(chosen.heading(), "Choose your password");
    broker.clock.wait(Duration::from_secs(1800));
    let late = set(&mut new, &chosen, "Reiher-99x").await;
    assert_eq!(late.heading(), "The time for this page is over");
    assert_eq!(late.hidden("username"), NEW);
    assert_eq!(set(&mut broker.browser(), &chosen, "Reiher-99x").await.heading(), "Sign in", "another browser is told nothing");
    let ask = new.post("/forgot", &[("stage", &late.hidden("stage")), ("username", NEW)]).await;
    assert!(ask.body.contains(&format!("value=\"{NEW}\"")), "{}", ask.body);
    new.post("/forgot/send", &[("stage", &ask.hidden("stage")), ("username", NEW)]).await;
    let (_, second) = mailed(&broker, NEW, "Set up").await;
    assert_ne!(second, link);
    let page = open(&mut new, &second).await;
    let chosen = yes(&mut new, "/invitation", &page).await;
    broker.clock.wait(Duration::from_secs(1799));
    assert_eq!(set(&mut new, &chosen, "Reiher-99x").await.heading(), "Your password is set");
}

/// FOR-4, SES-1: after the code of a reset the application is kept, too.
#[tokio::test]
async fn for_4_a_reset_that_comes_too_late_keeps_name_and_application() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut eve = broker.browser();
    let page = eve.open("wiki", "").await;
    let page = eve.identify(&page, "eve@north.example").await;
    let page = eve.post("/forgot", &[("stage", &page.hidden("stage")), ("username", "eve@north.example")]).await;
    let page = eve.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", "eve@north.example")]).await;
    let (text, _) = mailed(&broker, "eve@north.example", "Reset").await;
    let code: String = text.split("Code: ").nth(1).unwrap().chars().take(7).collect();
    let chosen = eve.post("/forgot/code", &[("stage", &page.hidden("stage")), ("code", &code)]).await;
    assert_eq!(chosen.heading(), "Choose a new password");
    broker.clock.wait(Duration::from_secs(1801));
    let late = set(&mut eve, &chosen, "Dohle@123x").await;
    assert_eq!((late.heading(), late.hidden("username").as_str()), ("The time for this page is over", "eve@north.example"));
    assert!(late.body.contains("Wiki"), "{}", late.body);
    let ask = eve.post("/forgot", &[("stage", &late.hidden("stage")), ("username", "eve@north.example")]).await;
    assert!(ask.body.contains("Wiki"), "{}", ask.body);
    assert!(broker.browser().sign_in("wiki", "eve@north.example", "Reiher-88").await.contains("code="), "the password is what it was");
}

/// FOR-2, FOR-4: an invitation works for seven days, and its page says so as long as it is open: after the time of the page it asks for the link once more,
/// and the link still works. The twin: a page that was open for less goes on.
#[tokio::test]
async fn for_4_a_page_that_forgot_its_link_says_so() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let link = invited(&broker).await;
    let mut new = broker.browser();
    let page = open(&mut new, &link).await;
    broker.clock.wait(Duration::from_secs(3600));
    let late = yes(&mut new, "/invitation", &page).await;
    assert_eq!(late.heading(), "Open the link in your email once more");
    assert_eq!(new.get("/invitation").await.heading(), "Open the link in your email once more");
    let page = open(&mut new, &link).await;
    assert!(page.heading().starts_with("Welcome"), "{}", page.heading());
    broker.clock.wait(Duration::from_secs(3599));
    assert_eq!(yes(&mut new, "/invitation", &page).await.heading(), "Choose your password");
    let twice = yes(&mut new, "/invitation", &page).await;
    assert_eq!((twice.heading(), twice.hidden("username").as_str()), ("That link does not work any more", NEW), "once, and it is said whose it was");
}

/// SES-1: the pages after a password keep name and application when their ten minutes are over.
#[tokio::test]
async fn ses_1_pages_after_a_password_keep_what_the_person_had() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut old = broker.browser();
    let expired = after_password(&mut old, "wiki", OLD, "Storch#66").await;
    assert_eq!(expired.heading(), "Your password has expired");
    let mut soon = broker.browser();
    let expiring = after_password(&mut soon, "wiki", "soon@north.example", "Specht+55").await;
    assert_eq!(expiring.heading(), "Your password expires in 6 days");
    let mut sam = broker.browser();
    let several = after_password(&mut sam, "late", SAM, "Falke%33x").await;
    assert_eq!(several.heading(), "Multiple accounts located");
    broker.clock.wait(Duration::from_secs(600));
    let form = [("handle", expired.hidden("handle")), ("new", "Dohle@123x".into()), ("repeat", "Dohle@123x".into())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    starts_again(&old.post("/signin/expired", &form).await, OLD);
    assert!(!broker.browser().post("/signin/expired", &form).await.body.contains(OLD), "another browser is told nothing");
    starts_again(&soon.post("/signin/expiring", &[("handle", &expiring.hidden("handle")), ("now", "no")]).await, "soon@north.example");
    let late = sam.post("/signin/proven", &[("handle", &several.hidden("handle")), ("account", "40817")]).await;
    assert!(late.heading().starts_with("Sign in to ") && late.body.contains(&format!("value=\"{SAM}\"")), "{}", late.body);
    for browser in [&old, &soon, &sam] {
        assert!(!browser.cookies.contains_key("__Host-session"));
    }
    let again = after_password(&mut old, "wiki", OLD, "Storch#66").await;
    assert_eq!(again.heading(), "Your password has expired", "the password is what it was");
}

/// SES-1: pages without a proof keep them, too, where the form itself has no name: the choice of an account, and the chooser.
#[tokio::test]
async fn ses_1_old_pages_keep_name_and_application() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut sam = broker.browser();
    let page = sam.open("wiki", "").await;
    let page = sam.identify(&page, SAM).await;
    assert_eq!(page.heading(), "Multiple accounts located");
    let mut two = broker.browser();
    two.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let other = two.open("wiki", "&prompt=login").await;
    let other = two.identify(&other, "eve@north.example").await;
    let other = two.password(&other, "Reiher-88").await;
    two.leave(&other).await;
    let chooser = two.open("wiki", "&prompt=select_account").await;
    assert_eq!(chooser.heading(), "Who is signing in?");
    broker.clock.wait(Duration::from_secs(3600));
    starts_again(&sam.post("/signin/account", &[("stage", &page.hidden("stage")), ("account", "40817")]).await, SAM);
    let late = two.post("/signin/chooser", &[("stage", &chooser.hidden("stage")), ("entry", "")]).await;
    assert_eq!(late.heading(), "Sign in to Wiki");
}

/// EXP-1: "Sign out" on the forced change ends what the password proved: whoever sits down there next sets no password. The twin: nobody ends it from
/// another browser.
#[tokio::test]
async fn exp_1_signing_out_of_a_forced_change_ends_it() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut old = broker.browser();
    let page = after_password(&mut old, "wiki", OLD, "Storch#66").await;
    assert!(page.body.contains("name=\"sign_out\" value=\"yes\""), "{}", page.body);
    let handle = page.hidden("handle");
    broker.browser().post("/signin/expired", &[("handle", &handle), ("sign_out", "yes")]).await;
    let wrong = old.post("/signin/expired", &[("handle", &handle), ("new", "x"), ("repeat", "x")]).await;
    assert_eq!(wrong.heading(), "Your password has expired", "the twin");
    let out = old.post("/signin/expired", &[("handle", &handle), ("sign_out", "yes")]).await;
    assert_eq!((out.status, out.header("location")), (303, Some("/signout")));
    let next = old.post("/signin/expired", &[("handle", &handle), ("new", "Dohle@123x"), ("repeat", "Dohle@123x")]).await;
    assert!(next.heading() == "Sign in" && !next.body.contains(OLD) && !old.cookies.contains_key("__Host-session"), "{}", next.body);
    let again = after_password(&mut broker.browser(), "wiki", OLD, "Storch#66").await;
    assert_eq!(again.heading(), "Your password has expired", "the password is what it was");
}

/// LR-05: one mailbox with a name in several accounts: each page says whose password it sets, and a tab sets that of its own mail or none.
#[tokio::test]
async fn lr_05_a_tab_uses_the_link_that_it_shows() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut sam = broker.browser();
    let page = sam.get("/forgot").await;
    sam.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", SAM)]).await;
    let mut links = Vec::new();
    for (_, _, text) in broker.mails().await.into_iter().filter(|(to, subject, _)| to == SAM && subject.starts_with("Reset")) {
        links.push(text.split_whitespace().find_map(|word| word.strip_prefix("http://homeward.localhost")).unwrap().to_owned());
    }
    assert!(links.len() > 1, "{links:?}");
    let first = open(&mut sam, &links[0]).await;
    let second = open(&mut sam, &links[1]).await;
    let named = |page: &Page| ["40817", "50210", "60333"].into_iter().find(|number| page.body.contains(&format!("account {number}")));
    assert!(named(&first).is_some() && named(&second).is_some() && named(&first) != named(&second), "{} {}", first.body, second.body);
    assert!(!first.body.contains(links[0].split("token=").nth(1).unwrap()), "LR-08: the page has no token");
    let other = yes(&mut sam, "/reset", &first).await;
    assert_eq!(other.heading(), "Open the link in your email once more", "the browser has the other mail's");
    let right = yes(&mut sam, "/reset", &second).await;
    assert_eq!((right.heading(), named(&right)), ("Choose a new password", named(&second)), "the twin");
    let first = open(&mut sam, &links[0]).await;
    assert_eq!(yes(&mut sam, "/reset", &first).await.heading(), "Choose a new password", "nothing was used up");
    // Where nobody learns which accounts know a name, the page says by none of its words whether another one does.
    for (disclosure, shown) in [(Disclosure::Closed, Some("40817")), (Disclosure::Open, None)] {
        let broker = TestBroker::start(disclosure).await;
        let mut eve = broker.browser();
        let page = eve.get("/forgot").await;
        eve.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", "eve@north.example")]).await;
        let (_, link) = mailed(&broker, "eve@north.example", "Reset").await;
        assert_eq!(named(&open(&mut eve, &link).await), shown, "{disclosure:?}");
    }
}

/// CHG-6: with a wrong current password the new ones are looked at, too, as far as nothing is told by it; an empty one is asked for.
#[tokio::test]
async fn chg_6_everything_is_said_at_once() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = broker.browser();
    ann.sign_in("wiki", "ann@north.example", "Kranich7!").await;
    let page = ann.get("/changepassword").await;
    let form = |current: &'static str, new: &'static str, repeat: &'static str| [("current", current), ("new", new), ("repeat", repeat)];
    let send = async |browser: &mut Browser, page: &Page, fields: [(&str, &str); 3]| {
        let stage = page.hidden("stage");
        let mut all = vec![("stage", stage.as_str())];
        all.extend(fields);
        browser.post("/changepassword", &all).await
    };
    let wrong = send(&mut ann, &page, form("Falsch-12", "x", "y")).await;
    for says in ["That is not your current password", "The new password is too short", "The two new passwords differ", "There is more than one thing to put right"] {
        assert!(wrong.body.contains(says), "{says}: {}", wrong.body);
    }
    let empty = send(&mut ann, &page, form("", "Reiher-99x", "Reiher-99x")).await;
    assert!(empty.body.contains("Enter your current password") && !empty.body.contains("That is not your current password"), "{}", empty.body);
    // Whoever is not signed in is told of nobody's rules, and whether a new one is the current one is told after the current one only.
    let mut stranger = broker.browser();
    let page = stranger.get("/changepassword").await;
    let page = stranger.identify(&page, "eve@north.example").await;
    let wrong = send(&mut stranger, &page, form("Falsch-12", "x", "y")).await;
    assert!(wrong.body.contains("The two new passwords differ") && !wrong.body.contains("too short"), "{}", wrong.body);
    let same = send(&mut stranger, &page, form("Falsch-12", "Reiher-88", "Reiher-88")).await;
    assert!(!same.body.contains("you have not just used"), "{}", same.body);
}

/// CHO-4: "Remember me on this device" holds over the page that comes before the end.
#[tokio::test]
async fn cho_4_a_tick_is_kept_over_the_pages_after_the_password() {
    let broker = TestBroker::start(Disclosure::Open).await;
    for ticked in [true, false] {
        let mut soon = broker.browser();
        let page = soon.open("wiki", "").await;
        let page = soon.identify(&page, OLD).await;
        let mut form = vec![("stage", page.hidden("stage")), ("password", if ticked { "Storch#66" } else { "Dohle@123x" }.to_owned())];
        form.extend(ticked.then(|| ("remember", "yes".to_owned())));
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let page = soon.post("/signin/password", &form).await;
        assert_eq!((page.hidden("remember") == "yes", soon.cookies.contains_key("__Host-remembered")), (ticked, false));
        if ticked {
            let done = [("handle", page.hidden("handle")), ("remember", page.hidden("remember")), ("new", "Dohle@123x".into()), ("repeat", "Dohle@123x".into())];
            let done: Vec<(&str, &str)> = done.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert!(soon.post("/signin/expired", &done).await.refresh().is_some());
        }
        assert_eq!(soon.cookies.contains_key("__Host-remembered"), ticked);
    }
}
