//! A form that is sent twice, as a double click does without a script, ends where the first one did (ALL-23): one after the other, and both at the same time.
//! Whatever has ended since makes it an ordinary page that is over. "Not you?" on a page after a proof gives up what was proved.

use std::time::Duration;

use homeward_discovery::Disclosure;
use homeward_model::Password;
use homeward_testkit::{Browser, Page, TestBroker};

type Who = (&'static str, &'static str);
type Fields = &'static [(&'static str, &'static str)];

const ANN: Who = ("ann@north.example", "Kranich7!");
const EVE: &str = "eve@north.example";
const SAM: Who = ("sam@many.example", "Falke%33x");
const OLD: Who = ("old@north.example", "Storch#66");
const SOON: Who = ("soon@north.example", "Specht+55");
/// The pages after a proof that end in a session: application, who is there, where the answer goes, an answer, and another one.
const PAGES: [(&str, Who, &str, Fields, Fields); 3] = [
    ("late", SAM, "/signin/proven", &[("account", "40817")], &[("account", "50210")]),
    ("wiki", SOON, "/signin/expiring", &[("now", "no")], &[("now", "yes")]),
    ("wiki", OLD, "/signin/expired", &[("new", "Dohle@123x"), ("repeat", "Dohle@123x")], &[("new", "Elster#12x"), ("repeat", "Elster#12x")]),
];
/// What makes a form that was sent one that is over.
const ENDS: [&str; 5] = ["signed out", "ended elsewhere", "another password", "a minute later", "given up"];

/// Signs in as far as the page after the password.
async fn after_password(browser: &mut Browser, client: &str, (name, password): Who) -> Page {
    let page = browser.open(client, "").await;
    let page = browser.identify(&page, name).await;
    browser.password(&page, password).await
}

/// The same form twice, from one browser that has no cookie yet from the answer to the first when the second goes out. It shows the answer to the second.
async fn twice(browser: &mut Browser, at_once: bool, path: &str, form: &[(&str, &str)]) -> [Page; 2] {
    let mut first = browser.clone();
    let (one, two) = match at_once {
        true => tokio::join!(first.post(path, form), browser.post(path, form)),
        false => (first.post(path, form).await, browser.post(path, form).await),
    };
    assert_eq!(first.cookies, browser.cookies, "{path}, {at_once}: one session: {} {}", one.heading(), two.heading());
    assert_eq!((one.heading(), one.refresh().is_some()), (two.heading(), two.refresh().is_some()), "{path}, {at_once}");
    [one, two]
}

/// How often this stands in the audit.
async fn told(broker: &TestBroker, line: &str) -> usize {
    broker.audit(1000).await.iter().filter(|(found, _)| found == line).count()
}

/// How many mails somebody got.
async fn mails(broker: &TestBroker, name: &str) -> usize {
    broker.mails().await.iter().filter(|(to, subject, _)| to == name && subject == "Your password was changed").count()
}

/// How many sessions nobody has ended.
async fn sessions(broker: &TestBroker, name: &str) -> usize {
    broker.running().context.sessions.of_user(broker.user(name, "40817").await.id).await.unwrap().len()
}

/// Sign-ins by password, as the metrics count them.
async fn counted(broker: &TestBroker) -> u64 {
    let mut sum = 0;
    for node in broker.nodes() {
        let text = Browser::new(node.metrics_address().unwrap()).get("/metrics").await.body;
        sum += text.lines().find_map(|line| line.strip_prefix("homeward_signins_total{method=\"pwd\"} ")).map_or(0, |count| count.parse::<u64>().unwrap());
    }
    sum
}

/// From the start: the name is in its field, and nobody is signed in by it.
fn starts_again(page: &Page, name: &str) {
    assert!(page.heading().starts_with("Sign in") && page.refresh().is_none(), "{}", page.heading());
    assert!(page.body.contains("That took a while, so we started again.") && page.body.contains(&format!("value=\"{name}\"")), "{}", page.body);
}

fn with<'f>(handle: &'f str, answer: &[(&'static str, &'f str)]) -> Vec<(&'static str, &'f str)> {
    [&[("handle", handle)][..], answer].concat()
}

fn new<'f>(handle: &'f str, password: &'f str) -> Vec<(&'static str, &'f str)> {
    with(handle, &[("new", password), ("repeat", password)])
}

async fn sign_out(browser: &mut Browser) {
    let out = browser.get("/signout").await;
    browser.post("/signout", &[("stage", &out.hidden("stage"))]).await;
    assert!(!browser.cookies.contains_key("__Host-session"));
}

/// Makes an end of what a form has led to.
async fn end(broker: &TestBroker, browser: &mut Browser, (what, name, handle): (&str, &str, &str)) {
    let user = broker.user(name, "40817").await.id;
    let ctx = &broker.running().context;
    match what {
        "signed out" => sign_out(browser).await,
        "ended elsewhere" => assert!(broker.end_all(user).await > 0),
        "another password" => {
            let version = ctx.credentials.of_users(&[user]).await.unwrap()[0].version + 1;
            let credential = ctx.passwords.hash_new(user, &Password::parse("Sperber-31").unwrap(), version, &[], ctx.now()).await.unwrap();
            broker.running().store.set_credential(&credential, ctx.now()).await.unwrap();
        }
        "a minute later" => broker.clock.wait(Duration::from_secs(2)),
        _ => {
            let left = browser.post("/signin/again", &[("handle", handle), ("username", name)]).await;
            assert!(left.heading().starts_with("Sign in to "), "{}", left.heading());
        }
    }
}

/// ALL-23, OB-12: an answer that is sent twice is one session, told once and counted once, and the second one leads on by itself.
#[tokio::test]
async fn all_23_an_answer_after_a_proof_that_is_sent_twice_is_one_session() {
    for at_once in [false, true] {
        for (client, who, path, answer, _) in PAGES {
            let mut broker = TestBroker::start(Disclosure::Open).await;
            broker.settings.metrics.listen = Some("127.0.0.1:0".parse().unwrap());
            broker.restart().await;
            let mut browser = broker.browser();
            let handle = after_password(&mut browser, client, who).await.hidden("handle");
            let [_, second] = twice(&mut browser, at_once, path, &with(&handle, answer)).await;
            let changes = usize::from(path == "/signin/expired");
            assert_eq!((sessions(&broker, who.0).await, told(&broker, "signin.completed ok").await, counted(&broker).await), (1, 1, 1), "{path}, {at_once}");
            assert_eq!((told(&broker, "password.changed ok").await, mails(&broker, who.0).await), (changes, changes), "{path}, {at_once}");
            assert_eq!(told(&broker, "signin.password password.wrong").await, 0, "{path}, {at_once}");
            let address = browser.leave(&second).await;
            let (_, tokens) = browser.redeem(client, &address).await;
            assert_eq!(browser.who(tokens["access_token"].as_str().unwrap()).await, Some((who.0.into(), "40817".into())), "{path}, {at_once}");
        }
    }
}

/// ALL-23, OB-12: as long as the session of an answer is alive, and for less than a minute, the same answer leads to it. Another answer, and one from
/// another browser, never do; and the same one does not after any end of what it has led to.
#[tokio::test]
async fn all_23_an_answer_that_is_sent_again_signs_nobody_in_whose_session_is_over() {
    for (client, who, path, answer, other) in PAGES {
        for what in ENDS {
            let broker = TestBroker::start(Disclosure::Open).await;
            let mut browser = broker.browser();
            let handle = after_password(&mut browser, client, who).await.hidden("handle");
            let form = with(&handle, answer);
            browser.post(path, &form).await;
            broker.clock.wait(Duration::from_secs(59));
            let mut again = browser.clone();
            let page = again.post(path, &form).await;
            assert_eq!((page.refresh().is_some(), &again.cookies), (true, &browser.cookies), "{path}: the twin: {}", page.heading());
            if what == "signed out" {
                starts_again(&browser.clone().post(path, &with(&handle, other)).await, who.0);
                let mut stranger = broker.browser();
                let page = stranger.post(path, &form).await;
                assert!(page.heading() == "Sign in" && !page.body.contains(who.0) && !stranger.cookies.contains_key("__Host-session"), "{path}");
            }
            let tries = told(&broker, "signin.password password.wrong").await;
            end(&broker, &mut browser, (what, who.0, &handle)).await;
            let before = (browser.cookies.get("__Host-session").cloned(), sessions(&broker, who.0).await);
            starts_again(&browser.post(path, &form).await, who.0);
            assert_eq!((browser.cookies.get("__Host-session").cloned(), sessions(&broker, who.0).await), before, "{path}: {what}");
            assert_eq!(told(&broker, "signin.completed ok").await, 1, "{path}: {what}");
            let guesses = usize::from(path == "/signin/expired" && what == "another password");
            assert_eq!(told(&broker, "signin.password password.wrong").await - tries, guesses, "{path}: {what}");
        }
    }
}

/// ALL-23: "Change password" twice is one page, on which the change goes on. "Not now" does not lead where that has led, also once it is over.
#[tokio::test]
async fn all_23_a_page_that_an_answer_leads_to_is_one() {
    for at_once in [false, true] {
        let broker = TestBroker::start(Disclosure::Open).await;
        let mut soon = broker.browser();
        let page = after_password(&mut soon, "wiki", SOON).await;
        assert_eq!(page.heading(), "Your password expires in 6 days");
        let handle = page.hidden("handle");
        let [first, second] = twice(&mut soon, at_once, "/signin/expiring", &with(&handle, &[("now", "yes")])).await;
        let change = second.hidden("handle");
        assert_eq!((first.hidden("handle"), first.steady()), (change.clone(), second.steady()));
        assert_ne!(change, handle);
        starts_again(&soon.post("/signin/expiring", &with(&handle, &[("now", "no")])).await, SOON.0);
        let [_, second] = twice(&mut soon, at_once, "/signin/expired", &new(&change, "Elster#12x")).await;
        starts_again(&soon.clone().post("/signin/expiring", &with(&handle, &[("now", "no")])).await, SOON.0);
        assert!(soon.leave(&second).await.contains("code="));
        assert_eq!((sessions(&broker, SOON.0).await, told(&broker, "signin.completed ok").await), (1, 1));
    }
}

/// ALL-23, LP-13: whoever sends another password by a form that is over guesses at the one that was set, as at the password page: it is on record, it counts
/// there, and after ten of them the right one is told to wait, too.
#[tokio::test]
async fn all_23_to_look_whether_a_form_has_set_the_password_is_a_guess() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut old = broker.browser();
    let start = old.open("wiki", "").await;
    let start = old.identify(&start, OLD.0).await;
    let page = old.password(&start, OLD.1).await;
    assert_eq!(page.heading(), "Your password has expired");
    let handle = page.hidden("handle");
    let form = new(&handle, "Dohle@123x");
    old.post("/signin/expired", &form).await;
    for wrong in 1..=10 {
        starts_again(&old.clone().post("/signin/expired", &new(&handle, "Elster#12x")).await, OLD.0);
        assert_eq!(told(&broker, "signin.password password.wrong").await, wrong);
    }
    let waits = old.clone().post("/signin/expired", &form).await;
    assert_eq!((waits.status, old.clone().password(&start, "Dohle@123x").await.status), (429, 429), "{}", waits.heading());
    assert!(waits.refresh().is_none() && waits.body.contains("Wiki"), "where they were going is kept: {}", waits.body);
    assert!(broker.browser().sign_in("wiki", OLD.0, "Dohle@123x").await.contains("code="), "what was set first counts");
    // What was set longer ago is not looked at.
    broker.clock.wait(Duration::from_secs(61));
    for _ in 0..2 {
        starts_again(&old.clone().post("/signin/expired", &new(&handle, "Elster#12x")).await, OLD.0);
    }
    assert_eq!(told(&broker, "signin.password password.wrong").await, 10);
}

/// EXP-1: the password that must be replaced is no new one, also by a form that is over.
#[tokio::test]
async fn exp_1_a_form_that_is_over_takes_no_old_password() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut old = broker.browser();
    let handle = after_password(&mut old, "wiki", OLD).await.hidden("handle");
    old.post("/signin/expired", &[("handle", &handle), ("sign_out", "yes")]).await;
    for password in [OLD.1, "Dohle@123x"] {
        let over = old.post("/signin/expired", &new(&handle, password)).await;
        assert!(over.heading() == "Sign in" && !old.cookies.contains_key("__Host-session"), "{}", over.heading());
    }
    assert_eq!(after_password(&mut old, "wiki", OLD).await.heading(), "Your password has expired");
}

/// The page for the new password, behind a code for Eve, or behind an invitation.
async fn by_mail(broker: &TestBroker, browser: &mut Browser, name: &str) -> Page {
    if name == EVE {
        let page = browser.open("wiki", "").await;
        let page = browser.identify(&page, EVE).await;
        let page = browser.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", EVE)]).await;
        let mails = broker.mails().await;
        let code: String = mails.iter().find(|(to, ..)| to == EVE).unwrap().2.split("Code: ").nth(1).unwrap().chars().take(7).collect();
        return browser.post("/forgot/code", &[("stage", &page.hidden("stage")), ("code", &code)]).await;
    }
    assert!(homeward_signin::usecase::mailroom::invite(&broker.running().context, broker.user(name, "40817").await.id).await.unwrap());
    let mails = broker.mails().await;
    let link = mails.iter().find(|(to, ..)| to == name).unwrap().2.split_whitespace().find(|word| word.contains("/invitation?token=")).unwrap().to_owned();
    browser.get(link.strip_prefix("http://homeward.localhost").unwrap()).await;
    browser.post("/invitation", &[]).await
}

/// ALL-23: the new password of a reset and the first one of an invitation, sent twice, are set once and end on one page. Another one by the same form, the
/// same one from another browser, after another change, or a minute later begins again.
#[tokio::test]
async fn all_23_a_password_by_mail_that_is_sent_twice_is_set_once() {
    let people = [(EVE, "Your password was changed", "password.reset ok"), ("new@north.example", "Your password is set", "invitation.accepted ok")];
    for (name, heading, line) in people {
        for (at_once, what) in [(false, "another password"), (true, "a minute later")] {
            let broker = TestBroker::start(Disclosure::Closed).await;
            let mut browser = broker.browser();
            let handle = by_mail(&broker, &mut browser, name).await.hidden("handle");
            let form = new(&handle, "Dohle@123x");
            let [first, second] = twice(&mut browser, at_once, "/reset/password", &form).await;
            assert_eq!((second.heading(), second.steady()), (heading, first.steady()), "{at_once}");
            assert_eq!((told(&broker, line).await, told(&broker, "signin.password password.wrong").await, sessions(&broker, name).await), (1, 0, 0), "{name}, {at_once}");
            starts_again(&browser.clone().post("/reset/password", &new(&handle, "Elster#12x")).await, name);
            let stranger = broker.browser().post("/reset/password", &form).await;
            assert!(stranger.heading() == "Sign in" && !stranger.body.contains(name), "{}", stranger.heading());
            broker.clock.wait(Duration::from_secs(59));
            assert_eq!(browser.clone().post("/reset/password", &form).await.heading(), heading, "the twin");
            end(&broker, &mut browser, (what, name, &handle)).await;
            starts_again(&browser.clone().post("/reset/password", &form).await, name);
            assert_eq!(told(&broker, line).await, 1, "{name}: {what}");
            if what == "a minute later" {
                assert!(broker.browser().sign_in("wiki", name, "Dohle@123x").await.contains("code="));
            }
            if name == EVE {
                assert_eq!(browser.press(&second, "Sign in", &[]).await.heading(), "Sign in to Wiki", "where they were going is kept");
            }
        }
    }
}

/// ALL-23, CHG-8: a change by somebody who is signed in that is sent twice is one change and one session, whose secret of before comes with the second. After
/// any end of that session, with another password, or without the secret it tells nothing and gives no session.
#[tokio::test]
async fn all_23_a_change_that_is_sent_twice_leaves_one_session() {
    for (at_once, what) in [(false, "signed out"), (true, "ended elsewhere"), (false, "another password"), (true, "a minute later")] {
        let broker = TestBroker::start(Disclosure::Open).await;
        let mut ann = broker.browser();
        ann.sign_in("wiki", ANN.0, ANN.1).await;
        let page = ann.get("/changepassword").await;
        let stage = page.hidden("stage");
        let sent = |new: &'static str| [("stage", stage.as_str()), ("current", ANN.1), ("new", new), ("repeat", new)];
        let (form, before) = (sent("Elster#12x"), ann.clone());
        let [first, second] = twice(&mut ann, at_once, "/changepassword", &form).await;
        assert_eq!((second.heading(), second.steady()), ("Your password was changed", first.steady()));
        assert_ne!(ann.cookies["__Host-session"], before.cookies["__Host-session"], "rotated");
        assert_eq!((sessions(&broker, ANN.0).await, mails(&broker, ANN.0).await), (1, 1), "{at_once}");
        assert_eq!((told(&broker, "password.changed ok").await, told(&broker, "signin.completed ok").await), (1, 2), "{at_once}");
        assert_eq!(ann.get("/account").await.heading(), "Your account");
        let over = |page: &Page| {
            assert!(page.heading() != "Your password was changed" && !page.body.contains(ANN.0), "{what}: {}", page.heading());
        };
        let (mut guess, tries) = (before.clone(), told(&broker, "signin.password password.wrong").await);
        let page = guess.post("/changepassword", &sent("Kormoran-5z")).await;
        assert!(page.body.contains("That took a while, so we started again."), "{}", page.body);
        over(&page);
        assert_eq!((guess.cookies == before.cookies, told(&broker, "signin.password password.wrong").await - tries), (true, 1), "{what}");
        let mut bare = before.clone();
        bare.cookies.remove("__Host-session");
        over(&bare.post("/changepassword", &form).await);
        let mut thief = broker.browser();
        thief.get("/changepassword").await;
        thief.cookies.insert("__Host-session".into(), before.cookies["__Host-session"].clone());
        over(&thief.post("/changepassword", &form).await);
        assert_eq!(thief.cookies["__Host-session"], before.cookies["__Host-session"]);
        broker.clock.wait(Duration::from_secs(59));
        let mut again = before.clone();
        assert_eq!((again.post("/changepassword", &form).await.heading(), &again.cookies), ("Your password was changed", &ann.cookies), "the twin");
        end(&broker, &mut ann, (what, ANN.0, "")).await;
        let mut again = before.clone();
        let page = again.post("/changepassword", &form).await;
        over(&page);
        assert!(page.body.contains("That took a while, so we started again."), "{what}: {}", page.body);
        assert_eq!(again.cookies, before.cookies, "{what}");
        assert_eq!((told(&broker, "password.changed ok").await, told(&broker, "signin.completed ok").await), (1, 2), "{what}");
    }
}

/// ALL-23: the same by somebody who gave their name and is not signed in: the browser in which the password was set is told so once more, for less than a
/// minute, and by the password that was set.
#[tokio::test]
async fn all_23_a_change_without_a_session_that_is_sent_twice_is_made_once() {
    for at_once in [false, true] {
        let broker = TestBroker::start(Disclosure::Open).await;
        let mut ann = broker.browser();
        let page = ann.get("/changepassword").await;
        let page = ann.identify(&page, ANN.0).await;
        assert_eq!(page.heading(), "Change password");
        let stage = page.hidden("stage");
        let sent = |new: &'static str| [("stage", stage.as_str()), ("current", ANN.1), ("new", new), ("repeat", new)];
        let [first, second] = twice(&mut ann, at_once, "/changepassword", &sent("Elster#12x")).await;
        assert_eq!((second.heading(), second.steady()), ("Your password was changed", first.steady()));
        assert_eq!((sessions(&broker, ANN.0).await, mails(&broker, ANN.0).await, told(&broker, "password.changed ok").await), (0, 1, 1), "{at_once}");
        let wrong = ann.post("/changepassword", &sent("Kormoran-5z")).await;
        assert!(wrong.body.contains("That is not your current password"), "{}", wrong.body);
        broker.clock.wait(Duration::from_secs(59));
        assert_eq!(ann.post("/changepassword", &sent("Elster#12x")).await.heading(), "Your password was changed", "the twin");
        // Known by nobody in another browser: there only the current password counts.
        let mut other = broker.browser();
        let page = other.get("/changepassword").await;
        let page = other.identify(&page, ANN.0).await;
        let form = [("stage", &*page.hidden("stage")), ("current", ANN.1), ("new", "Elster#12x"), ("repeat", "Elster#12x")];
        assert!(other.post("/changepassword", &form).await.body.contains("That is not your current password"));
        broker.clock.wait(Duration::from_secs(2));
        assert!(ann.post("/changepassword", &sent("Elster#12x")).await.body.contains("That is not your current password"), "a minute later");
        assert_eq!(told(&broker, "password.changed ok").await, 1);
    }
}

/// PWD-3, EXP-1, A2: "Not you?" after a proof gives it up for good, keeps where they were going, and lets somebody else sign in there. Sent from another
/// browser it gives up nothing.
#[tokio::test]
async fn pwd_3_not_you_gives_up_what_was_proved() {
    let broker = TestBroker::start(Disclosure::Open).await;
    for (client, who, path, answer, _) in PAGES {
        let mut browser = broker.browser();
        let page = after_password(&mut browser, client, who).await;
        let handle = page.hidden("handle");
        let form = with(&handle, answer);
        let stranger = broker.browser().post("/signin/again", &[("handle", &handle), ("username", who.0)]).await;
        assert_eq!(stranger.heading(), "Sign in", "{path}: it knows of no application");
        let shown = browser.clone().post("/language/set", &[("handle", &handle), ("language", "en")]).await;
        assert_eq!(shown.heading(), page.heading(), "{path}: the owner's is still there");
        let left = [browser.press(&page, "Not you?", &[]).await, browser.press(&page, "Not you?", &[]).await];
        for left in &left {
            assert!(left.heading().starts_with("Sign in to ") && !left.body.contains("That took a while"), "{path}: {}", left.body);
            assert!(left.body.contains(&format!("value=\"{}\"", who.0)), "{path}: the field is filled");
        }
        starts_again(&browser.post(path, &form).await, who.0);
        assert!(!browser.cookies.contains_key("__Host-session"), "{path}");
        let page = browser.identify(&left[0], ANN.0).await;
        let page = browser.password(&page, ANN.1).await;
        let address = browser.leave(&page).await;
        let (_, tokens) = browser.redeem(client, &address).await;
        assert_eq!(browser.who(tokens["access_token"].as_str().unwrap()).await.unwrap().0, ANN.0, "{path}");
        starts_again(&browser.post(path, &form).await, who.0);
        // The twin: whoever says nothing of the kind goes on.
        let mut owner = broker.browser();
        let page = after_password(&mut owner, client, who).await;
        let done = owner.post(path, &with(&page.hidden("handle"), answer)).await;
        assert!(owner.leave(&done).await.contains("code="), "{path}");
    }
}

/// PWD-3, A2: "Not you?" on an earlier page, to which the back button leads, and "Sign out" give up the pages that followed from it, too, and no form of any
/// of them leads anywhere. The twin: without that the last one goes on.
#[tokio::test]
async fn pwd_3_not_you_gives_up_the_pages_that_followed() {
    let broker = TestBroker::start(Disclosure::Open).await;
    broker.clock.wait(Duration::from_secs(81 * 86_400));
    for way_out in ["nothing", "the first", "the second", "sign out"] {
        let mut sam = broker.browser();
        let choice = after_password(&mut sam, "late", SAM).await;
        assert_eq!(choice.heading(), "Multiple accounts located");
        let first = choice.hidden("handle");
        let warning = sam.post("/signin/proven", &with(&first, &[("account", "40817")])).await;
        assert_eq!(warning.heading(), "Your password expires in 6 days");
        let second = warning.hidden("handle");
        let third = sam.post("/signin/expiring", &with(&second, &[("now", "yes")])).await.hidden("handle");
        match way_out {
            "nothing" => {}
            "sign out" => assert_eq!(sam.post("/signin/expired", &[("handle", &first), ("sign_out", "yes")]).await.status, 303),
            given_up => {
                let page = if given_up == "the first" { &choice } else { &warning };
                assert!(sam.press(page, "Not you?", &[]).await.heading().starts_with("Sign in to "));
            }
        }
        let shown = sam.clone().post("/language/set", &[("handle", &third), ("language", "en")]).await;
        assert_eq!(shown.body.contains("action=\"/signin/expired\""), way_out == "nothing", "{way_out}: {}", shown.heading());
        if way_out == "nothing" {
            let again = sam.clone().post("/signin/proven", &with(&first, &[("account", "40817")])).await;
            assert_eq!(again.hidden("handle"), "", "the page it led to is used up");
            continue;
        }
        let tries = [
            ("/signin/proven", with(&first, &[("account", "40817")])),
            ("/signin/expiring", with(&second, &[("now", "yes")])),
            ("/signin/expiring", with(&second, &[("now", "no")])),
            ("/signin/expired", new(&third, "Elster#12x")),
        ];
        for (path, form) in &tries {
            let over = sam.post(path, form).await;
            assert!(over.heading().starts_with("Sign in") && over.hidden("handle").is_empty() && over.refresh().is_none(), "{way_out}, {path}: {}", over.heading());
            assert!(!sam.cookies.contains_key("__Host-session"), "{way_out}, {path}");
        }
    }
    assert_eq!((sessions(&broker, SAM.0).await, told(&broker, "password.changed ok").await), (0, 0));
    let mut sam = broker.browser();
    let page = after_password(&mut sam, "late", SAM).await;
    let page = sam.post("/signin/proven", &with(&page.hidden("handle"), &[("account", "40817")])).await;
    let page = sam.post("/signin/expiring", &with(&page.hidden("handle"), &[("now", "yes")])).await;
    let done = sam.post("/signin/expired", &new(&page.hidden("handle"), "Elster#12x")).await;
    assert!(sam.leave(&done).await.contains("code="));
}
