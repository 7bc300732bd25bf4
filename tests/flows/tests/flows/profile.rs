//! A person's own name and e-mail address (B-038, LR-15): who may change it, when it counts, and how it is taken back.

use std::time::Duration;

use homeward_discovery::{Disclosure, User};
use homeward_model::EmailAddress;
use homeward_signin::federated::LookUp;
use homeward_store::AuditFilter;
use homeward_testkit::{Browser, Page, TestBroker, pairs};
use reqwest::Method;

const ANN: (&str, &str) = ("ann@north.example", "Kranich7!");
const EVE: (&str, &str) = ("eve@north.example", "Reiher-88");
const NEW: &str = "ann@new.example";

async fn signed_in(broker: &TestBroker, who: (&str, &str)) -> Browser {
    let mut browser = broker.browser();
    browser.sign_in("wiki", who.0, who.1).await;
    browser
}

async fn person(broker: &TestBroker, name: &str) -> User {
    broker.user(name, "40817").await
}

async fn address(broker: &TestBroker, name: &str) -> String {
    person(broker, name).await.email.map(|email| email.as_str().to_owned()).unwrap_or_default()
}

async fn ask(browser: &mut Browser, to: &str) -> Page {
    let page = browser.get("/account/email").await;
    browser.post("/account/email", &[("stage", &page.hidden("stage")), ("email", to)]).await
}

async fn enter(browser: &mut Browser, page: &Page, code: &str) -> Page {
    browser.post("/account/email/code", &[("stage", &page.hidden("stage")), ("code", code)]).await
}

/// The text of the newest mail with this subject to somebody.
async fn mail(broker: &TestBroker, to: &str, subject: &str) -> Option<String> {
    broker.mails().await.into_iter().rev().find(|(other, about, _)| other == to && about.contains(subject)).map(|(.., text)| text)
}

async fn code(broker: &TestBroker, to: &str) -> String {
    let text = mail(broker, to, "Your code for this email address").await.unwrap_or_else(|| panic!("no code to {to}"));
    assert!(!text.contains("http"), "a code and no link: nothing that a program could open");
    assert!(![ANN.0, EVE.0].iter().any(|name| text.contains(name)), "a stranger learns no username: {text}");
    text.split("Code: ").nth(1).unwrap().chars().take(7).collect()
}

/// Everything from the page to the new address; gives the path of the link that takes it back.
async fn change(broker: &TestBroker, browser: &mut Browser, from: &str, to: &str) -> String {
    let page = ask(browser, to).await;
    let done = enter(browser, &page, &code(broker, to).await).await;
    assert!(done.body.contains("Your new email address counts from now on."), "{}", done.body);
    undo_link(broker, from).await
}

async fn undo_link(broker: &TestBroker, to: &str) -> String {
    let text = mail(broker, to, "Your email address was changed").await.unwrap();
    let link = text.split_whitespace().find(|word| word.starts_with("http")).unwrap().to_owned();
    link.strip_prefix("http://homeward.localhost").unwrap_or_else(|| panic!("LR-06: {link}")).to_owned()
}

async fn records(broker: &TestBroker, event: &str) -> Vec<(String, Option<homeward_model::UserId>, String)> {
    let found = broker.running().store.audit_newest(&AuditFilter { event: Some(event.into()), ..Default::default() }, 20).await.unwrap();
    found.into_iter().filter(|record| record.event == event).map(|record| (record.outcome, record.user, record.detail)).collect()
}

/// Takes a change back by its link; gives the page.
async fn take_back(browser: &mut Browser, link: &str) -> Page {
    browser.get(link).await;
    browser.post("/account/email/undo", &[]).await
}

/// LR-15, LR-06, LH-11: nothing changes before the code that went to the new address was typed; then the address counts at once, and the old
/// one is told. A wrong code changes nothing, and the right one works once.
#[tokio::test]
async fn lr_15_a_new_address_counts_after_its_code_and_not_before() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = signed_in(&broker, ANN).await;
    let id = person(&broker, ANN.0).await.id;
    let page = ask(&mut ann, NEW).await;
    assert!(page.body.contains("We sent a code to") && page.body.contains("name=\"code\""), "{}", page.body);
    assert_eq!(address(&broker, ANN.0).await, ANN.0, "not before the proof");
    let right = code(&broker, NEW).await;
    assert_eq!(mail(&broker, ANN.0, "changed").await, None, "and nobody is told before");
    let other = if right.starts_with('0') { "100000" } else { "000000" };
    let wrong = enter(&mut ann, &page, other).await;
    assert!(wrong.body.contains("That code is wrong") && wrong.body.contains("<title>Error: "), "{}", wrong.body);
    assert_eq!(address(&broker, ANN.0).await, ANN.0);
    assert_eq!(records(&broker, "profile.email").await[0], ("reset.wrong_code".into(), Some(id), String::new()));
    let poisoned = [("sec-fetch-site", "same-origin"), ("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example;proto=http")];
    let form = pairs(&[("stage", &page.hidden("stage")), ("code", &format!(" {right} "))]);
    let done = ann.send(Method::POST, "/account/email/code", &poisoned, Some(&form)).await;
    assert!(done.heading() == "Your account" && done.body.contains("Your new email address counts from now on."), "{}", done.body);
    assert_eq!(address(&broker, ANN.0).await, NEW);
    let ctx = &broker.running().context;
    let account = person(&broker, ANN.0).await.account;
    let found = |text: &'static str| async move { ctx.federation.bindings.by_field(account, LookUp::Email(text)).await.unwrap().len() };
    assert_eq!((found(NEW).await, found(ANN.0).await), (1, 0), "look-ups go by the new one");
    let told = mail(&broker, ANN.0, "Your email address was changed").await.unwrap();
    assert!(told.contains("a•••••@new.example") && !told.contains(NEW) && told.contains("This was not me"), "{told}");
    assert!(undo_link(&broker, ANN.0).await.starts_with("/account/email/undo?token="), "LR-06");
    let masked = "a•••••@north.example → a•••••@new.example".to_owned();
    let [asked, changed] = [records(&broker, "profile.email_asked").await, records(&broker, "profile.email").await];
    assert_eq!((&asked[0], &changed.iter().find(|(outcome, ..)| outcome == "ok")), (&("ok".into(), Some(id), masked.clone()), &Some(&("ok".into(), Some(id), masked))));
    let again = enter(&mut ann, &page, &right).await;
    assert!(again.body.contains("That code is used or too old."), "it works once: {}", again.body);
    assert_eq!(ann.open("wiki", "").await.status, 303, "whoever changed it stays signed in");
}

/// LR-15: who asks must have proved themselves a few minutes ago; nothing is sent before. The twin: after the proof it goes on by itself.
#[tokio::test]
async fn lr_15_whoever_asks_proves_themselves_anew() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut ann = signed_in(&broker, ANN).await;
    let fresh = ann.get("/account/email").await;
    assert_eq!(fresh.heading(), "Your email address");
    broker.clock.wait(Duration::from_secs(5 * 60 + 1));
    let sent = ann.post("/account/email", &[("stage", &fresh.hidden("stage")), ("email", NEW)]).await;
    assert_eq!(sent.heading(), "Enter your password", "a page that was opened in time does not help");
    assert_eq!(mail(&broker, NEW, "").await, None);
    let page = ann.get("/account/email").await;
    assert_eq!(page.heading(), "Enter your password");
    let wrong = ann.password(&page, "Kranich8!").await;
    assert_eq!((wrong.status, ann.get("/account/email").await.heading()), (200, "Enter your password"));
    let back = ann.password(&page, ANN.1).await;
    assert!(back.status == 303 && back.header("location").unwrap().starts_with("/account/email?stage="), "{:?}", back.header("location"));
    assert_eq!(ann.get("/account/email").await.heading(), "Your email address");
    assert!(ask(&mut ann, NEW).await.body.contains("We sent a code to"));
    assert_eq!(broker.browser().get("/account/email").await.heading(), "Sign in", "nobody without a session");
}

/// LR-15, LR-07, LR-08, LR-11: the link of the old address, opened many times, works once: the address is as before, and everybody is signed
/// out. It needs nobody to be signed in.
#[tokio::test]
async fn lr_15_the_old_address_takes_the_change_back() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = signed_in(&broker, ANN).await;
    let id = person(&broker, ANN.0).await.id;
    let link = change(&broker, &mut ann, ANN.0, NEW).await;
    for _ in 0..10 {
        let mut scanner = broker.browser();
        let first = scanner.get(&link).await;
        assert_eq!((first.status, first.header("location")), (303, Some("/account/email/undo")), "LR-08: the token leaves the address");
        assert_eq!(scanner.get("/account/email/undo").await.heading(), "Take the change back?");
        scanner.send(Method::HEAD, &link, &[], None).await;
    }
    assert_eq!(address(&broker, ANN.0).await, NEW, "LR-07: opening it changes nothing");
    let mut phone = broker.browser();
    phone.get(&link).await;
    let page = phone.get("/account/email/undo").await;
    assert!(page.body.contains("a•••••@north") && !page.body.contains(ANN.0) && !page.body.contains(NEW), "{}", page.body);
    let done = phone.post("/account/email/undo", &[]).await;
    assert_eq!(done.heading(), "Your email address is as it was before");
    assert_eq!(address(&broker, ANN.0).await, ANN.0);
    assert!(!phone.cookies.contains_key("__Host-session"), "it signs nobody in");
    assert_eq!((ann.get("/account").await.heading(), ann.open("wiki", "").await.status), ("Sign in", 200), "LR-11");
    assert_eq!(records(&broker, "profile.email_undone").await, [("ok".into(), Some(id), "a•••••@new.example → a•••••@north.example".into())]);
    let over = take_back(&mut broker.browser(), &link).await;
    assert_eq!((over.heading(), over.body.contains(ANN.0)), ("That link does not work any more", false));
    assert_eq!(records(&broker, "profile.email_undone").await.len(), 1);
    assert!(ann.sign_in("wiki", ANN.0, ANN.1).await.contains("code="), "the person still comes in");
}

/// LR-15, LR-04: to the second, the link works for 72 hours.
#[tokio::test]
async fn lr_15_a_change_can_be_taken_back_for_72_hours() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = signed_in(&broker, ANN).await;
    let link = change(&broker, &mut ann, ANN.0, NEW).await;
    broker.clock.wait(Duration::from_secs(72 * 3600 - 1));
    let mut late = broker.browser();
    late.get(&link).await;
    assert_eq!(late.get("/account/email/undo").await.heading(), "Take the change back?");
    broker.clock.wait(Duration::from_secs(1));
    assert_eq!(late.post("/account/email/undo", &[]).await.heading(), "That link does not work any more");
    assert_eq!(address(&broker, ANN.0).await, NEW);
}

/// LR-03: of fifty that take a change back at once, one does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lr_03_of_fifty_that_take_a_change_back_one_does() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = signed_in(&broker, ANN).await;
    let link = change(&broker, &mut ann, ANN.0, NEW).await;
    let mut opened = broker.browser();
    opened.get(&link).await;
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let mut browser = opened.clone();
            tokio::spawn(async move { browser.post("/account/email/undo", &[]).await.heading().to_owned() })
        })
        .collect();
    let mut good = 0;
    for task in tasks {
        good += usize::from(task.await.unwrap() == "Your email address is as it was before");
    }
    assert_eq!((good, records(&broker, "profile.email_undone").await.len()), (1, 1));
}

/// OP-04, LR-15: a change that waits ends with the password it was asked under; one that was made can be taken back all the same, also when
/// whoever made it has changed the password and the address once more.
#[tokio::test]
async fn op_04_a_change_that_waits_ends_with_a_reset_and_an_undo_does_not() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut thief = signed_in(&broker, ANN).await;
    ask(&mut thief, "thief@evil.example").await;
    let waiting = code(&broker, "thief@evil.example").await;
    reset(&broker, (ANN.0, 1), "Reiher-99x").await;
    let mut thief = signed_in(&broker, (ANN.0, "Reiher-99x")).await;
    let page = thief.get("/account/email").await;
    assert!(!page.body.contains("name=\"code\"") && page.body.contains("name=\"email\""), "nothing waits: {}", page.body);
    assert!(enter(&mut thief, &page, &waiting).await.body.contains("That code is used or too old."));
    assert_eq!(address(&broker, ANN.0).await, ANN.0);
    // The twin: without a reset in between it goes through, and then survives everything.
    let link = change(&broker, &mut thief, ANN.0, "thief@evil.example").await;
    change(&broker, &mut thief, "thief@evil.example", "again@evil.example").await;
    let second = undo_link(&broker, "thief@evil.example").await;
    reset(&broker, ("again@evil.example", 2), "Specht+99x").await;
    assert_eq!(take_back(&mut broker.browser(), &link).await.heading(), "Your email address is as it was before");
    assert_eq!(address(&broker, ANN.0).await, ANN.0);
    assert_eq!(take_back(&mut broker.browser(), &second).await.heading(), "That link does not work any more", "nobody takes that back again");
    reset(&broker, (ANN.0, 3), "Kranich8!").await;
    assert!(broker.browser().sign_in("wiki", ANN.0, "Kranich8!").await.contains("code="));
}

/// LR-15: of two changes within one second the first is taken back also after the second was: whoever made both takes nobody's way back away.
#[tokio::test]
async fn lr_15_what_is_taken_back_voids_no_earlier_way_back() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut thief = signed_in(&broker, ANN).await;
    let first = change(&broker, &mut thief, ANN.0, "thief@evil.example").await;
    let second = change(&broker, &mut thief, "thief@evil.example", "again@evil.example").await;
    assert_eq!(take_back(&mut broker.browser(), &second).await.heading(), "Your email address is as it was before");
    assert_eq!(address(&broker, ANN.0).await, "thief@evil.example");
    assert_eq!(take_back(&mut broker.browser(), &first).await.heading(), "Your email address is as it was before");
    assert_eq!(address(&broker, ANN.0).await, ANN.0);
}

/// LR-04, LR-15: a reset that was proved by a mailbox sets no password once the person has another address, because the change was taken back
/// or because the operator gave one; what else changes about the person does not matter.
#[tokio::test]
async fn lr_04_a_proved_reset_ends_with_the_address_that_proved_it() {
    for how in ["another name", "taken back", "given"] {
        let broker = TestBroker::start(Disclosure::Closed).await;
        let mut thief = signed_in(&broker, ANN).await;
        let link = change(&broker, &mut thief, ANN.0, NEW).await;
        let mut browser = broker.browser();
        let page = browser.get("/forgot").await;
        browser.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", ANN.0)]).await;
        let text = mail(&broker, NEW, "Reset your password").await.unwrap();
        let reset = text.split_whitespace().find(|word| word.starts_with("http")).unwrap().strip_prefix("http://homeward.localhost").unwrap().to_owned();
        browser.get(&reset).await;
        let page = browser.post("/reset", &[]).await;
        match how {
            "taken back" => assert_eq!(take_back(&mut broker.browser(), &link).await.heading(), "Your email address is as it was before"),
            "given" => broker.change_user(ANN.0, "40817", |user| user.email = EmailAddress::parse("given@north.example").ok()).await,
            _ => broker.change_user(ANN.0, "40817", |user| user.given_name = "Anna".into()).await,
        }
        let void = how != "another name";
        let set = browser.post("/reset/password", &[("handle", &page.hidden("handle")), ("new", "Reiher-99x"), ("repeat", "Reiher-99x")]).await;
        assert_eq!(set.heading() == "Your password was changed", !void, "{how}: {}", set.body);
        let counts = if void { ANN.1 } else { "Reiher-99x" };
        assert!(broker.browser().sign_in("wiki", ANN.0, counts).await.contains("code="), "{how}");
    }
}

/// LR-15: the mailbox that counts no more is told; whoever knows the password alone does not change the address again, neither by a page that was
/// opened before nor by the code of one, until a new password came by mail. A change of the password by the old one does not do.
#[tokio::test]
async fn lr_15_after_an_undo_the_password_alone_changes_nothing() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut thief = signed_in(&broker, ANN).await;
    let id = person(&broker, ANN.0).await.id;
    let link = change(&broker, &mut thief, ANN.0, "thief@evil.example").await;
    take_back(&mut broker.browser(), &link).await;
    let told = mail(&broker, "thief@evil.example", "The change of an email address was taken back").await.unwrap();
    assert!(told.contains("a•••••@north.example") && !told.contains(ANN.0) && !told.contains("http://homeward.localhost/account"), "{told}");
    let mut thief = signed_in(&broker, ANN).await;
    let page = thief.get("/account/email").await;
    assert!(page.body.contains("set a new password by mail") && page.body.contains("href=\"/forgot\"") && !page.body.contains("name=\"email\""), "{}", page.body);
    let stage = thief.get("/account").await.hidden("stage");
    for (path, field, value) in [("/account/email", "email", "thief@evil.example"), ("/account/email/code", "code", "000000")] {
        assert!(thief.post(path, &[("stage", &stage), (field, value)]).await.body.contains("set a new password by mail"), "{path}");
        assert_eq!(records(&broker, "profile.email_asked").await[0], ("email.reset_first".into(), Some(id), String::new()), "{path}");
    }
    assert_eq!(broker.mails().await.iter().filter(|(to, about, _)| to == "thief@evil.example" && about.contains("Your code")).count(), 1);
    // Another password, by the one that is known.
    let form = thief.get("/changepassword").await;
    let fields = [("stage", form.hidden("stage")), ("current", ANN.1.to_owned()), ("new", "Reiher-99x".to_owned()), ("repeat", "Reiher-99x".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let done = thief.post("/changepassword", &fields).await;
    assert_eq!(done.heading(), "Your password was changed", "{}", done.body);
    let mut thief = signed_in(&broker, (ANN.0, "Reiher-99x")).await;
    assert!(thief.get("/account/email").await.body.contains("set a new password by mail"));
    // The person, by mail.
    reset(&broker, (ANN.0, 1), "Specht+99x").await;
    let mut ann = signed_in(&broker, (ANN.0, "Specht+99x")).await;
    change(&broker, &mut ann, ANN.0, NEW).await;
    assert_eq!(address(&broker, ANN.0).await, NEW, "the twin");
}

/// What applications read of the address at userinfo: the address, and whether it is proved.
async fn claimed(browser: &mut Browser, who: (&str, &str)) -> (String, bool) {
    let page = browser.open("wiki", "").await;
    let address = if page.status == 303 { page.header("location").unwrap().to_owned() } else { browser.sign_in("wiki", who.0, who.1).await };
    let (_, tokens) = browser.redeem("wiki", &address).await;
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let told = browser.call(Method::GET, "/oauth2/userinfo", &[("authorization", &bearer)], None).await;
    let told: serde_json::Value = serde_json::from_str(&told.body).unwrap();
    (told["email"].as_str().unwrap().to_owned(), told["email_verified"].as_bool().unwrap())
}

/// OT-28: an address that somebody wrote is not proved; one whose mail came back is, by a reset or by the code of a change, as long as it is the
/// person's: an address that the operator writes since is proved by nobody, and so is anybody else's.
#[tokio::test]
async fn ot_28_an_address_is_verified_once_a_mail_came_back() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = broker.browser();
    assert_eq!(claimed(&mut ann, ANN).await, (ANN.0.into(), false));
    reset(&broker, (ANN.0, 1), "Specht+99x").await;
    let mut ann = broker.browser();
    let mine = (ANN.0, "Specht+99x");
    assert_eq!(claimed(&mut ann, mine).await, (ANN.0.into(), true));
    let link = change(&broker, &mut ann, ANN.0, NEW).await;
    assert_eq!(claimed(&mut ann, mine).await, (NEW.into(), true));
    broker.change_user(ANN.0, "40817", |user| user.email = EmailAddress::parse("given@north.example").ok()).await;
    assert_eq!(claimed(&mut ann, mine).await, ("given@north.example".into(), false));
    broker.change_user(ANN.0, "40817", |user| user.email = EmailAddress::parse(NEW).ok()).await;
    assert_eq!(claimed(&mut ann, mine).await, (NEW.into(), true), "what was proved stays proved");
    assert_eq!(take_back(&mut broker.browser(), &link).await.heading(), "That link does not work any more");
    assert_eq!(claimed(&mut broker.browser(), EVE).await, (EVE.0.into(), false), "nobody else's");
}

/// LR-15: an address that the operator gives is taken back by no link of a change before it.
#[tokio::test]
async fn lr_15_no_link_takes_back_what_the_operator_gave() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = signed_in(&broker, ANN).await;
    let link = change(&broker, &mut ann, ANN.0, NEW).await;
    broker.change_user(ANN.0, "40817", |user| user.given_name = "Anna".into()).await;
    assert_eq!(address(&broker, ANN.0).await, NEW);
    let mut seen = broker.browser();
    seen.get(&link).await;
    assert_eq!(seen.get("/account/email/undo").await.heading(), "Take the change back?", "the twin: another change of the user voids nothing");
    broker.change_user(ANN.0, "40817", |user| user.email = EmailAddress::parse("given@north.example").ok()).await;
    assert_eq!(take_back(&mut broker.browser(), &link).await.heading(), "That link does not work any more");
    assert_eq!(address(&broker, ANN.0).await, "given@north.example");
}

/// Sets ann's password anew by the mail that goes to `mailbox`; each from a network of its own, which has a limit.
async fn reset(broker: &TestBroker, (mailbox, network): (&str, u8), new: &str) {
    let mut browser = broker.browser();
    browser.from = format!("198.51.{network}.1");
    let page = browser.get("/forgot").await;
    browser.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", ANN.0)]).await;
    let text = mail(broker, mailbox, "Reset your password").await.unwrap_or_else(|| panic!("no mail to {mailbox}"));
    let link = text.split_whitespace().find(|word| word.starts_with("http")).unwrap().strip_prefix("http://homeward.localhost").unwrap().to_owned();
    browser.get(&link).await;
    let page = browser.post("/reset", &[]).await;
    let done = browser.post("/reset/password", &[("handle", &page.hidden("handle")), ("new", new), ("repeat", new)]).await;
    assert_eq!(done.heading(), "Your password was changed", "{}", done.body);
}

/// LR-04, LR-05: what was sent for a reset is void after a change of the address; and no token of one kind serves for another.
#[tokio::test]
async fn lr_05_a_token_of_one_kind_serves_for_no_other() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = signed_in(&broker, ANN).await;
    let page = ann.get("/forgot").await;
    ann.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", ANN.0)]).await;
    let text = mail(&broker, ANN.0, "Reset your password").await.unwrap();
    let reset = text.split("token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let mut other = broker.browser();
    other.get(&format!("/account/email/undo?token={reset}")).await;
    assert_eq!(other.get("/account/email/undo").await.heading(), "That link does not work any more");
    other.get(&format!("/reset?token={reset}")).await;
    assert!(other.get("/reset").await.heading().starts_with("Reset the password for"), "the twin");
    let link = change(&broker, &mut ann, ANN.0, NEW).await;
    assert_eq!(other.post("/reset", &[]).await.heading(), "That link does not work any more", "LR-04");
    let undo = link.split("token=").nth(1).unwrap();
    for (path, end) in [("/reset", "/reset"), ("/invitation", "/invitation")] {
        other.get(&format!("{path}?token={undo}")).await;
        assert_eq!(other.post(end, &[]).await.heading(), "That link does not work any more", "{path}");
    }
    assert_eq!(address(&broker, ANN.0).await, NEW);
    assert_eq!(take_back(&mut other, &link).await.heading(), "Your email address is as it was before", "the twin");
}

/// LR-12: three codes in an hour for one person and to one mailbox, whoever asks; then again.
#[tokio::test]
async fn lr_12_nobody_is_flooded_with_codes() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let (mut ann, mut eve) = (signed_in(&broker, ANN).await, signed_in(&broker, EVE).await);
    for _ in 0..2 {
        assert!(ask(&mut ann, "victim@new.example").await.body.contains("We sent a code to"));
        cancel(&mut ann).await;
    }
    assert!(ask(&mut eve, "VICTIM@new.example").await.body.contains("We sent a code to"));
    cancel(&mut eve).await;
    for who in [&mut ann, &mut eve] {
        let page = ask(who, "victim@new.example").await;
        assert!(page.body.contains("Enough codes were sent for now."), "{}", page.body);
    }
    assert!(ask(&mut ann, "other@new.example").await.body.contains("We sent a code to"), "her third");
    cancel(&mut ann).await;
    assert!(ask(&mut ann, "fourth@new.example").await.body.contains("Enough codes were sent for now."));
    let mails = broker.mails().await;
    assert_eq!(mails.iter().filter(|(to, ..)| to.eq_ignore_ascii_case("victim@new.example")).count(), 3);
    broker.clock.wait(Duration::from_secs(3601));
    let mut ann = signed_in(&broker, ANN).await;
    assert!(ask(&mut ann, "victim@new.example").await.body.contains("We sent a code to"), "the twin");
}

async fn cancel(browser: &mut Browser) {
    let page = browser.get("/account/email").await;
    let done = browser.post("/account/email/cancel", &[("stage", &page.hidden("stage"))]).await;
    assert_eq!(done.heading(), "Your account");
}

/// LR-17, LR-04: five tries, fifteen minutes.
#[tokio::test]
async fn lr_17_a_code_has_five_tries_and_fifteen_minutes() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = signed_in(&broker, ANN).await;
    let page = ask(&mut ann, NEW).await;
    let right = code(&broker, NEW).await;
    let other = if right.starts_with('0') { "100000" } else { "000000" };
    for _ in 0..4 {
        assert!(enter(&mut ann, &page, other).await.body.contains("That code is wrong."));
    }
    assert!(enter(&mut ann, &page, other).await.body.contains("used or too old"));
    assert!(enter(&mut ann, &page, &right).await.body.contains("used or too old"), "the right one, too late");
    assert_eq!(address(&broker, ANN.0).await, ANN.0);
    let page = ask(&mut ann, NEW).await;
    let right = code(&broker, NEW).await;
    broker.clock.wait(Duration::from_secs(15 * 60));
    enter(&mut ann, &page, &right).await;
    assert_eq!(address(&broker, ANN.0).await, ANN.0, "to the second");
    let mut ann = signed_in(&broker, ANN).await;
    change(&broker, &mut ann, ANN.0, NEW).await;
    assert_eq!(address(&broker, ANN.0).await, NEW, "the twin");
}

/// AD-03, OB-11, LH-12: nobody changes what is another's; nothing of a second address comes along.
#[tokio::test]
async fn nobody_changes_anothers_address() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let (mut ann, mut eve) = (signed_in(&broker, ANN).await, signed_in(&broker, EVE).await);
    let hers = ann.get("/account/email").await.hidden("stage");
    let stolen = eve.post("/account/email", &[("stage", &hers), ("email", "eve@evil.example")]).await;
    assert!(!stolen.body.contains("We sent a code to"), "a page of another browser is only shown again");
    let foreign = ann.send(Method::POST, "/account/email", &[("sec-fetch-site", "cross-site")], Some(&pairs(&[("stage", &hers), ("email", "eve@evil.example")]))).await;
    assert_eq!(foreign.status, 403);
    let page = ask(&mut eve, "eve@evil.example").await;
    let of_eve = code(&broker, "eve@evil.example").await;
    ask(&mut ann, NEW).await;
    let tried = ann.get("/account/email").await;
    assert!(enter(&mut ann, &tried, &of_eve).await.body.contains("That code is wrong."), "a code of somebody else's");
    assert_eq!(address(&broker, ANN.0).await, ANN.0);
    assert!(enter(&mut eve, &page, &of_eve).await.body.contains("counts from now on"), "the twin");
    cancel(&mut ann).await;
    for (typed, says) in [
        ("", "Enter the new email address"), ("ann", "Enter an address like"), ("a@new.example,b@new.example", "Enter an address like"), ("a@new.example\r\nBcc: b@new.example", "Enter an address like"),
        ("\"a\"@new.example", "Enter an address like"), ("ANN@north.example", "This is your email address already"),
    ] {
        let page = ask(&mut ann, typed).await;
        assert!(page.body.contains(says) && page.body.contains("<title>Error: "), "{typed:?}: {}", page.body);
    }
    let form = pairs(&[("stage", &ann.get("/account/email").await.hidden("stage")), ("email", "a@new.example"), ("email", "b@new.example")]);
    assert_eq!(ann.send(Method::POST, "/account/email", &[("sec-fetch-site", "same-origin")], Some(&form)).await.status, 400, "two addresses are none");
    assert!(broker.mails().await.iter().all(|(to, ..)| !["a@new.example", "b@new.example"].contains(&to.as_str())));
}

/// B-038: the name, in every form that names have; it is on record that it changed, and not what it is.
#[tokio::test]
async fn b_038_a_person_changes_their_name() {
    let broker = TestBroker::start(Disclosure::Closed).await;
    let mut ann = signed_in(&broker, ANN).await;
    let id = person(&broker, ANN.0).await.id;
    let page = ann.get("/account/name").await;
    assert!(page.heading() == "Your name" && page.body.contains("value=\"Ann\"") && page.body.contains("value=\"Miller\""), "{}", page.body);
    let save = async |ann: &mut Browser, given: &str, family: &str| ann.post("/account/name", &[("stage", &page.hidden("stage")), ("given", given), ("family", family)]).await;
    for (given, family, says) in [("", " ", "Enter a given name or a family name"), (&"x".repeat(101) as &str, "", "at most 100 characters"), ("A\u{202e}nn", "", "characters that nobody can see")] {
        let page = save(&mut ann, given, family).await;
        assert!(page.body.contains(says) && page.body.contains("<title>Error: "), "{given}: {}", page.body);
    }
    assert_eq!(person(&broker, ANN.0).await.given_name, "Ann");
    let done = save(&mut ann, " Anna <b> ", "O’Neil").await;
    assert!(done.body.contains("Your name is saved.") && done.body.contains("Anna &lt;b&gt; O’Neil") && !done.body.contains("<b>"), "{}", done.body);
    let now = person(&broker, ANN.0).await;
    assert_eq!((now.given_name.as_str(), now.family_name.as_str(), now.email.unwrap().as_str()), ("Anna <b>", "O’Neil", ANN.0));
    assert_eq!(records(&broker, "profile.name").await, [("ok".into(), Some(id), String::new())]);
    let mut eve = signed_in(&broker, EVE).await;
    let stolen = eve.post("/account/name", &[("stage", &page.hidden("stage")), ("given", "Eve"), ("family", "")]).await;
    assert_eq!((stolen.heading(), person(&broker, ANN.0).await.given_name.as_str()), ("Your name", "Anna <b>"));
    assert_eq!(broker.browser().get("/account/name").await.heading(), "Sign in");
}
