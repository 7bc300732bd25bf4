//! A form of a page after a proof that is sent twice, as a double click does without a script, ends where the first one did (ALL-23).

use homeward_discovery::Disclosure;
use homeward_testkit::{Browser, Page, TestBroker};

const SAM: (&str, &str) = ("sam@many.example", "Falke%33x");
const OLD: (&str, &str) = ("old@north.example", "Storch#66");
const SOON: (&str, &str) = ("soon@north.example", "Specht+55");
const EVE: &str = "eve@north.example";

/// Signs in as far as the page after the password.
async fn after_password(browser: &mut Browser, client: &str, (name, password): (&str, &str)) -> Page {
    let page = browser.open(client, "").await;
    let page = browser.identify(&page, name).await;
    browser.password(&page, password).await
}

/// The same form twice. The second one goes out before the answer to the first has set a cookie, and the browser shows the answer to the second.
async fn twice(browser: &mut Browser, path: &str, form: &[(&str, &str)]) -> [Page; 2] {
    let mut first = browser.clone();
    let shown = [first.post(path, form).await, browser.post(path, form).await];
    assert_eq!(first.cookies, browser.cookies, "one session");
    assert_eq!(shown[0].heading(), shown[1].heading());
    shown
}

/// How often this stands in the audit.
async fn told(broker: &TestBroker, line: &str) -> usize {
    broker.audit(1000).await.iter().filter(|(found, _)| found == line).count()
}

/// From the start: the name is in its field, and nobody is signed in by it.
fn starts_again(page: &Page, name: &str) {
    assert!(page.heading().starts_with("Sign in") && page.refresh().is_none(), "{}", page.heading());
    assert!(page.body.contains("That took a while, so we started again.") && page.body.contains(&format!("value=\"{name}\"")), "{}", page.body);
}

fn new<'f>(handle: &'f str, password: &'f str) -> [(&'f str, &'f str); 3] {
    [("handle", handle), ("new", password), ("repeat", password)]
}

/// ALL-23, OB-12: a choice of account that is sent twice is one session, and the second answer leads on by itself. Another choice, another browser, and the
/// same choice after signing out begin again.
#[tokio::test]
async fn all_23_a_choice_that_is_sent_twice_is_one_session() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut sam = broker.browser();
    let page = after_password(&mut sam, "late", SAM).await;
    assert_eq!(page.heading(), "Multiple accounts located");
    let handle = page.hidden("handle");
    let choice = [("handle", handle.as_str()), ("account", "40817")];
    let [_, second] = twice(&mut sam, "/signin/proven", &choice).await;
    assert_eq!(told(&broker, "signin.completed ok").await, 1);
    let address = sam.leave(&second).await;
    let (_, tokens) = sam.redeem("late", &address).await;
    assert_eq!(sam.who(tokens["access_token"].as_str().unwrap()).await, Some((SAM.0.into(), "40817".into())));
    starts_again(&sam.clone().post("/signin/proven", &[("handle", &handle), ("account", "50210")]).await, SAM.0);
    let stranger = broker.browser().post("/signin/proven", &choice).await;
    assert!(stranger.heading() == "Sign in" && !stranger.body.contains(SAM.0), "another browser is told nothing");
    let out = sam.get("/signout").await;
    sam.post("/signout", &[("stage", &out.hidden("stage"))]).await;
    starts_again(&sam.post("/signin/proven", &choice).await, SAM.0);
    assert!(!sam.cookies.contains_key("__Host-session"));
    assert_eq!(told(&broker, "signin.completed ok").await, 1);
}

/// ALL-23: "Change password" twice is one page, on which the change goes on; "Not now" twice is one session. Neither leads where the other did.
#[tokio::test]
async fn all_23_an_answer_to_the_warning_that_is_sent_twice_ends_where_the_first_did() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let (mut one, mut two) = (broker.browser(), broker.browser());
    let page = after_password(&mut one, "wiki", SOON).await;
    let handle = page.hidden("handle");
    let [first, second] = twice(&mut one, "/signin/expiring", &[("handle", &handle), ("now", "yes")]).await;
    assert_eq!((first.hidden("handle"), first.steady()), (second.hidden("handle"), second.steady()));
    assert_ne!(second.hidden("handle"), handle);
    starts_again(&one.post("/signin/expiring", &[("handle", &handle), ("now", "no")]).await, SOON.0);
    let change = second.hidden("handle");
    let other = after_password(&mut two, "wiki", SOON).await;
    assert_eq!(other.heading(), "Your password expires in 6 days");
    let handle = other.hidden("handle");
    let [_, second] = twice(&mut two, "/signin/expiring", &[("handle", &handle), ("now", "no")]).await;
    assert!(two.leave(&second).await.contains("code="));
    starts_again(&two.post("/signin/expiring", &[("handle", &handle), ("now", "yes")]).await, SOON.0);
    let [_, second] = twice(&mut one, "/signin/expired", &new(&change, "Elster#12x")).await;
    assert!(one.leave(&second).await.contains("code="));
}

/// ALL-23, LP-13: a new password that is sent twice is set once and told once, and the second answer leads on. Whoever sends another password by that form
/// guesses at it, as at the password page: it is on record, it counts there, and after ten of them the right one waits, too.
#[tokio::test]
async fn all_23_a_forced_change_that_is_sent_twice_is_made_once() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut old = broker.browser();
    let start = old.open("wiki", "").await;
    let start = old.identify(&start, OLD.0).await;
    let page = old.password(&start, OLD.1).await;
    assert_eq!(page.heading(), "Your password has expired");
    let handle = page.hidden("handle");
    let form = new(&handle, "Dohle@123x");
    let [_, second] = twice(&mut old, "/signin/expired", &form).await;
    assert!(old.leave(&second).await.contains("code="));
    assert_eq!((told(&broker, "password.changed ok").await, told(&broker, "signin.completed ok").await, told(&broker, "signin.password password.wrong").await), (1, 1, 0));
    assert_eq!(broker.mails().await.iter().filter(|(to, ..)| to == OLD.0).count(), 1);
    for wrong in 1..=10 {
        starts_again(&old.clone().post("/signin/expired", &new(&handle, "Elster#12x")).await, OLD.0);
        assert_eq!(told(&broker, "signin.password password.wrong").await, wrong);
    }
    starts_again(&old.clone().post("/signin/expired", &form).await, OLD.0);
    assert_eq!(old.clone().password(&start, "Dohle@123x").await.status, 429);
    assert!(broker.browser().sign_in("wiki", OLD.0, "Dohle@123x").await.contains("code="), "what was set first counts");
    broker.clock.wait(std::time::Duration::from_secs(301));
    let out = old.get("/signout").await;
    old.post("/signout", &[("stage", &out.hidden("stage"))]).await;
    starts_again(&old.post("/signin/expired", &form).await, OLD.0);
    assert!(!old.cookies.contains_key("__Host-session"), "signed out is signed out");
}

/// EXP-1: the password that must be replaced is no new one, also by a form that is over.
#[tokio::test]
async fn exp_1_a_form_that_is_over_takes_no_old_password() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut old = broker.browser();
    let page = after_password(&mut old, "wiki", OLD).await;
    let handle = page.hidden("handle");
    old.post("/signin/expired", &[("handle", &handle), ("sign_out", "yes")]).await;
    for password in [OLD.1, "Dohle@123x"] {
        let over = old.post("/signin/expired", &new(&handle, password)).await;
        assert!(over.heading() == "Sign in" && !old.cookies.contains_key("__Host-session"), "{}", over.heading());
    }
    assert_eq!(after_password(&mut old, "wiki", OLD).await.heading(), "Your password has expired");
}

/// ALL-23: the new password of a reset and the first one of an invitation, sent twice, end on one page; another one by the same form begins again.
#[tokio::test]
async fn all_23_a_password_by_mail_that_is_sent_twice_is_set_once() {
    const NEW: &str = "new@north.example";
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut eve = broker.browser();
    let page = eve.open("wiki", "").await;
    let page = eve.identify(&page, EVE).await;
    let page = eve.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", EVE)]).await;
    let mails = broker.mails().await;
    let code: String = mails.iter().find(|(to, ..)| to == EVE).unwrap().2.split("Code: ").nth(1).unwrap().chars().take(7).collect();
    let chosen = eve.post("/forgot/code", &[("stage", &page.hidden("stage")), ("code", &code)]).await;
    let handle = chosen.hidden("handle");
    let [first, second] = twice(&mut eve, "/reset/password", &new(&handle, "Dohle@123x")).await;
    assert_eq!((second.heading(), second.steady()), ("Your password was changed", first.steady()));
    starts_again(&eve.post("/reset/password", &new(&handle, "Elster#12x")).await, EVE);
    assert_eq!((told(&broker, "password.reset ok").await, told(&broker, "signin.password password.wrong").await), (1, 1));
    let on = eve.press(&second, "Sign in", &[]).await;
    assert_eq!(on.heading(), "Sign in to Wiki", "where they were going is kept");

    assert!(homeward_signin::usecase::mailroom::invite(&broker.running().context, broker.user(NEW, "40817").await.id).await.unwrap());
    let mails = broker.mails().await;
    let link = mails.iter().find(|(to, ..)| to == NEW).unwrap().2.split_whitespace().find(|word| word.contains("/invitation?token=")).unwrap().to_owned();
    let mut invited = broker.browser();
    invited.get(link.strip_prefix("http://homeward.localhost").unwrap()).await;
    let chosen = invited.post("/invitation", &[]).await;
    let handle = chosen.hidden("handle");
    let [first, second] = twice(&mut invited, "/reset/password", &new(&handle, "Reiher-99x")).await;
    assert_eq!((second.heading(), second.steady()), ("Your password is set", first.steady()));
    starts_again(&invited.post("/reset/password", &new(&handle, "Elster#12x")).await, NEW);
    assert_eq!(told(&broker, "invitation.accepted ok").await, 1);
    assert!(invited.sign_in("wiki", NEW, "Reiher-99x").await.contains("code="));
}
