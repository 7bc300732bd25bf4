//! A change of password that waits in the queue of evaluations while another one lands: what was set meanwhile stays.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
    time::Duration,
};

use homeward_discovery::{DeviceKind, Disclosure, Hints};
use homeward_model::{NetworkPrefix, Password, Username};
use homeward_signin::{
    Reason, Step, Visitor,
    stage::{AwaitChange, Errand, Started},
    usecase::{NewForm, change, choose, reset},
};
use homeward_sealing::sha256;
use homeward_testkit::{Browser, TestBroker};

const ANN: &str = "ann@north.example";
const OLD: &str = "old@north.example";
const EVE: &str = "eve@north.example";
/// What a reset sets meanwhile.
const RESET: &str = "Dohle@123x";
/// What the form asks for.
const WANTED: &str = "Elster#12x";

/// Whoever has a browser, as the pages see them.
fn visitor(browser: &str) -> Visitor {
    Visitor {
        network: NetworkPrefix::of("203.0.113.7".parse().unwrap()),
        zone: None,
        browser: browser.to_owned(),
        sessions: Vec::new(),
        device: DeviceKind::Unknown,
        device_text: String::new(),
        language: serde_json::from_str("\"en\"").unwrap(),
        remembered: Vec::new(),
    }
}

/// The page `/changepassword` of somebody who is not signed in.
fn page(broker: &TestBroker, name: &str) -> AwaitChange {
    let errand = Errand::ChangePassword { client: None, return_to: None, absent: None };
    let started = Started { id: format!("of {name}"), errand, hints: Hints::default(), fresh: false, at: broker.running().context.now(), trace: None };
    AwaitChange { started, username: Some(Username::parse(name).unwrap()), person: None }
}

fn form() -> NewForm {
    NewForm { new: WANTED.into(), repeat: WANTED.into() }
}

/// Goes on until a password is looked at, and no further: from there it waits, as it does behind others in the queue.
async fn waits<F: Future>(broker: &TestBroker, change: &mut Pin<Box<F>>) {
    let passwords = &broker.running().context.passwords;
    while passwords.queue().taken != 0 {
        tokio::task::yield_now().await;
    }
    let before = passwords.evaluations();
    // What is in the queue was sent by nobody else. It is asked first: what has left it was counted.
    while passwords.queue().taken == 0 && passwords.evaluations() == before {
        assert!(poll_fn(|cx| Poll::Ready(change.as_mut().poll(cx).is_pending())).await, "over before a password was looked at");
        tokio::task::yield_now().await;
    }
    while passwords.queue().taken != 0 {
        tokio::task::yield_now().await;
    }
}

/// Resets somebody's password by mail, in a browser of theirs.
async fn resets(broker: &TestBroker, name: &str) {
    let mut browser = broker.browser();
    let handle = reset_page(broker, &mut browser, name).await;
    let done = browser.post("/reset/password", &[("handle", &handle), ("new", RESET), ("repeat", RESET)]).await;
    assert_eq!(done.heading(), "Your password was changed");
}

/// The page for the new password; its handle.
async fn reset_page(broker: &TestBroker, browser: &mut Browser, name: &str) -> String {
    let page = browser.get("/forgot").await;
    browser.post("/forgot/send", &[("stage", &page.hidden("stage")), ("username", name)]).await;
    let mails = broker.mails().await;
    let text = &mails.iter().rev().find(|(to, ..)| to == name).unwrap().2;
    let link = text.split_whitespace().find(|word| word.contains("/reset?token=")).unwrap();
    browser.get(link.strip_prefix("http://homeward.localhost").unwrap()).await;
    let page = browser.post("/reset", &[]).await;
    assert_eq!(page.heading(), "Choose a new password");
    page.hidden("handle")
}

/// Whether the password signs somebody in.
async fn works(broker: &TestBroker, name: &str, password: &str) -> bool {
    let mut browser = broker.browser();
    let page = browser.open("wiki", "").await;
    let page = browser.identify(&page, name).await;
    browser.password(&page, password).await.refresh().is_some()
}

/// Refused, on record as that person's, and what was set meanwhile is the password.
async fn refused(broker: &TestBroker, step: Step, name: &str, meanwhile: &str) {
    let Step::Refused { reason, retry, .. } = step else { panic!("{name}: {step:?}") };
    assert_eq!((reason, reason.status(), retry.is_some()), (Reason::PasswordChangedMeanwhile, 409, true), "{name}");
    let user = broker.user(name, "40817").await.id;
    assert!(broker.audit(5).await.contains(&("signin.refused password.changed_meanwhile".into(), Some(user))), "{name}");
    assert!(works(broker, name, meanwhile).await && !works(broker, name, WANTED).await, "{name}");
}

/// LP-13, LR-11: the current password was right when it was looked at, and then the person reset it: the change that waited is refused and sets nothing.
/// The twin: the same change that nothing came before.
#[tokio::test]
async fn lp_13_a_change_that_waited_overwrites_no_reset() {
    let broker = TestBroker::start_at_full_cost(Disclosure::Closed).await;
    let ctx = &broker.running().context;
    for (name, current, is_reset) in [(ANN, "Kranich7!", true), (EVE, "Reiher-88", false)] {
        let sent = change::ChangeForm { current: current.into(), new: WANTED.into(), repeat: WANTED.into() };
        let visitor = visitor(name);
        let mut changes = Box::pin(change::submit(ctx, page(&broker, name), sent, &visitor));
        waits(&broker, &mut changes).await;
        if is_reset {
            resets(&broker, name).await;
        }
        let step = changes.await;
        match step.unwrap() {
            step if is_reset => refused(&broker, step, name, RESET).await,
            step => {
                assert!(matches!(step, Step::PasswordChanged { .. }), "{step:?}");
                assert!(works(&broker, name, WANTED).await && !works(&broker, name, current).await);
            }
        }
    }
}

/// The same for the change that must be made before anything else, and for a reset that waited while an operator set a password.
#[tokio::test]
async fn lp_13_no_other_way_to_a_password_overwrites_a_newer_one() {
    let broker = TestBroker::start_at_full_cost(Disclosure::Closed).await;
    let ctx = &broker.running().context;
    let mut browser = broker.browser();
    let page = browser.open("wiki", "").await;
    let page = browser.identify(&page, OLD).await;
    let page = browser.password(&page, "Storch#66").await;
    assert_eq!(page.heading(), "Your password has expired");
    let (handle, own) = (page.hidden("handle"), visitor(&browser.cookies["__Host-browser"]));
    let mut changes = Box::pin(change::replace(ctx, &handle, form(), &own));
    waits(&broker, &mut changes).await;
    resets(&broker, OLD).await;
    refused(&broker, changes.await.unwrap(), OLD, RESET).await;

    let mut browser = broker.browser();
    let handle = reset_page(&broker, &mut browser, EVE).await;
    let own = visitor(&browser.cookies["__Host-browser"]);
    let mut sets = Box::pin(reset::set(ctx, &handle, form(), &own));
    waits(&broker, &mut sets).await;
    let user = broker.user(EVE, "40817").await.id;
    let credential = ctx.passwords.hash_new(user, &Password::parse("Sperber-31").unwrap(), 2, &[], ctx.now()).await.unwrap();
    broker.running().store.set_credential(&credential, ctx.now()).await.unwrap();
    refused(&broker, sets.await.unwrap(), EVE, "Sperber-31").await;
}

/// ALL-23: a form that waited while the very same form set the password is told what that one was told, and has changed nothing: no refusal, no second
/// record, no second mail. Its twins are above, where another password was set meanwhile.
#[tokio::test]
async fn all_23_the_same_form_that_waited_ends_like_the_first() {
    let broker = TestBroker::start_at_full_cost(Disclosure::Closed).await;
    let ctx = &broker.running().context;
    let own = visitor(ANN);
    let sent = || change::ChangeForm { current: "Kranich7!".into(), new: WANTED.into(), repeat: WANTED.into() };
    let mut second = Box::pin(change::submit(ctx, page(&broker, ANN), sent(), &own));
    waits(&broker, &mut second).await;
    let first = change::submit(ctx, page(&broker, ANN), sent(), &own).await.unwrap();
    assert!(matches!(first, Step::PasswordChanged { .. }), "{first:?}");
    assert_eq!(second.await.unwrap(), first);

    let mut browser = broker.browser();
    let start = browser.open("wiki", "").await;
    let start = browser.identify(&start, OLD).await;
    let handle = browser.password(&start, "Storch#66").await.hidden("handle");
    let own = visitor(&browser.cookies["__Host-browser"]);
    let mut second = Box::pin(change::replace(ctx, &handle, form(), &own));
    waits(&broker, &mut second).await;
    let first = change::replace(ctx, &handle, form(), &own).await.unwrap();
    let (Step::SignedIn { session_token: one, .. }, Step::SignedIn { session_token: two, .. }) = (first, second.await.unwrap()) else { panic!("signed in, both") };
    assert_eq!(one, two);

    let mut browser = broker.browser();
    let handle = reset_page(&broker, &mut browser, EVE).await;
    let own = visitor(&browser.cookies["__Host-browser"]);
    let mut second = Box::pin(reset::set(ctx, &handle, form(), &own));
    waits(&broker, &mut second).await;
    let first = reset::set(ctx, &handle, form(), &own).await.unwrap();
    assert!(matches!((first, second.await.unwrap()), (Step::PasswordChanged { .. }, Step::PasswordChanged { .. })));

    let lines: Vec<String> = broker.audit(100).await.into_iter().map(|(line, _)| line).collect();
    let told = |line: &str| lines.iter().filter(|found| *found == line).count();
    assert_eq!((told("password.changed ok"), told("password.reset ok"), told("signin.refused password.changed_meanwhile")), (2, 1, 0), "{lines:?}");
    let mails = broker.mails().await;
    for name in [ANN, OLD, EVE] {
        assert_eq!(mails.iter().filter(|(to, subject, _)| to == name && subject == "Your password was changed").count(), 1, "{name}");
        assert!(works(&broker, name, WANTED).await, "{name}");
    }
}

/// ALL-23: a form that finds its page used up by the same form, which has brought nothing yet, looks again until it has. The twin: where nothing comes it
/// begins again, and keeps nobody waiting for long.
#[tokio::test]
async fn all_23_a_form_waits_for_what_the_same_one_brings() {
    const SAM: &str = "sam@many.example";
    let broker = TestBroker::start(Disclosure::Open).await;
    let ctx = &broker.running().context;
    for goes_on in [true, false] {
        let mut browser = broker.browser();
        let page = browser.open("late", "").await;
        let page = browser.identify(&page, SAM).await;
        let handle = browser.password(&page, "Falke%33x").await.hidden("handle");
        let own = visitor(&browser.cookies["__Host-browser"]);
        let record = ctx.proven.take(&sha256(handle.as_bytes()), ctx.now()).await.unwrap().unwrap();
        let mut second = Box::pin(choose::proven(ctx, &handle, "40817", &own));
        if let Ok(step) = tokio::time::timeout(Duration::from_millis(150), &mut second).await {
            panic!("it does not look again: {step:?}");
        }
        if goes_on {
            // What the first one goes on with.
            ctx.proven.put(&sha256(b"the first"), &record, ctx.now().plus(Duration::from_secs(60))).await.unwrap();
            let first = choose::proven(ctx, "the first", "40817", &own).await.unwrap();
            let (Step::SignedIn { session_token: one, .. }, Step::SignedIn { session_token: two, .. }) = (first, second.await.unwrap()) else { panic!("signed in, both") };
            assert_eq!(one, two);
        } else {
            let step = tokio::time::timeout(Duration::from_secs(5), second).await.expect("not for long").unwrap();
            assert!(matches!(&step, Step::Username { typed, .. } if typed == SAM), "{step:?}");
        }
    }
}
