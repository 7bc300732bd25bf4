//! Explores the sign-in as a machine: every move from every page, two tabs, replays, and replays after a change of password. Whatever
//! the order, a session belongs to somebody whose own password was sent.

use std::collections::{BTreeSet, VecDeque};

use homeward_discovery::Disclosure;
use homeward_testkit::{Browser, Page, TestBroker};

/// What can be done with any page that was ever seen.
const MOVES: [(&str, &[(&str, &str)]); 13] = [
    ("/signin/username", &[("username", "ann@north.example")]),
    ("/signin/username", &[("username", "sam@many.example")]),
    ("/signin/username", &[("username", "dana@contoso.example"), ("prefill", "Kranich7!")]),
    ("/signin/password", &[("password", "Falsch-12")]),
    ("/signin/password", &[("password", "Reiher-88")]),
    ("/signin/account", &[("account", "60333")]),
    ("/signin/proven", &[("account", "40817")]),
    ("/signin/enter-password", &[]),
    ("/signin/single-sign-on", &[("account", "40817")]),
    ("/signin/again", &[("username", "eve@north.example")]),
    ("/signin/expiring", &[("now", "no")]),
    ("/signin/expired", &[("new", "Elster#12x"), ("repeat", "Elster#12x")]),
    ("/reset/password", &[("new", "Elster#12x"), ("repeat", "Elster#12x")]),
];

async fn go(browser: &mut Browser, page: &Page, (path, fields): (&str, &[(&str, &str)])) -> Page {
    let (stage, handle) = (page.hidden("stage"), page.hidden("handle"));
    let mut form = vec![("stage", stage.as_str()), ("handle", handle.as_str())];
    form.extend_from_slice(fields);
    browser.post(path, &form).await
}

/// A page by what it is: heading and where its forms lead.
fn kind(page: &Page) -> String {
    let forms: BTreeSet<&str> = page.body.split("action=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
    format!("{} {} {forms:?}", page.status, page.heading())
}

/// Without a right password for that very account no order of moves ends in a session: breadth first over every kind of page.
#[tokio::test]
async fn no_order_of_moves_makes_a_session_without_a_proof() {
    for disclosure in [Disclosure::Open, Disclosure::Closed] {
        let broker = TestBroker::start(disclosure).await;
        let mut browser = broker.browser();
        let first = browser.open("wiki", "").await;
        let late = browser.open("late", "").await;
        let change = browser.get("/changepassword").await;
        let mut seen = BTreeSet::from([kind(&first), kind(&change)]);
        let mut open = VecDeque::from([first, late, change]);
        let mut moves = 0;
        while let Some(page) = open.pop_front() {
            for step in MOVES {
                // Every attempt from a place of its own, so that the pauses do not hide a hole.
                moves += 1;
                browser.from = format!("10.{}.{}.1", moves / 250, moves % 250);
                let next = go(&mut browser, &page, step).await;
                assert!(!browser.cookies.contains_key("__Host-session"), "{disclosure:?}: {} after {}", step.0, kind(&page));
                assert!(next.refresh().is_none() && next.header("location").is_none(), "{disclosure:?}: {} after {}", step.0, kind(&page));
                assert!(next.status < 500 || next.status == 503, "{}", next.status);
                if seen.insert(kind(&next)) {
                    open.push_back(next);
                }
            }
        }
        assert!(seen.len() >= 6 && moves >= 80, "{} kinds, {moves} moves", seen.len());
        assert!(broker.audit(1000).await.iter().all(|(line, _)| line != "signin.completed ok"));
        // The positive twin: the same browser, the right password.
        assert!(browser.sign_in("wiki", "ann@north.example", "Kranich7!").await.contains("code="));
    }
}

/// Whatever pages are mixed between two tabs and two people, whoever is signed in sent their own password.
#[tokio::test]
async fn mixed_tabs_sign_in_only_those_who_proved_themselves() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let mut browser = broker.browser();
    let one = browser.open("wiki", "").await;
    let two = browser.open("wiki", "").await;
    let ann = browser.identify(&one, "ann@north.example").await;
    let eve = browser.identify(&two, "eve@north.example").await;
    // Ann's password on Eve's page and the other way round is nobody's.
    assert!(browser.password(&eve, "Kranich7!").await.refresh().is_none());
    assert!(browser.password(&ann, "Reiher-88").await.refresh().is_none());
    // A username beside the stage says nothing: the stage decides.
    let mixed = browser.post("/signin/password", &[("stage", &eve.hidden("stage")), ("username", "ann@north.example"), ("password", "Reiher-88")]).await;
    let address = browser.leave(&mixed).await;
    let (_, tokens) = browser.redeem("wiki", &address).await;
    assert_eq!(browser.who(tokens["access_token"].as_str().unwrap()).await.unwrap().0, "eve@north.example");
}

/// A page from before a change of password takes the new password, not the old one; a proof from before it is void.
#[tokio::test]
async fn a_replay_after_a_change_of_password_proves_nothing() {
    let broker = TestBroker::start(Disclosure::Open).await;
    let (mut before, mut owner) = (broker.browser(), broker.browser());
    let page = before.open("wiki", "").await;
    let page = before.identify(&page, "old@north.example").await;
    let proven = before.password(&page, "Storch#66").await;
    assert_eq!(proven.heading(), "Your password has expired");
    let second = owner.open("wiki", "").await;
    let second = owner.identify(&second, "old@north.example").await;
    let second = owner.password(&second, "Storch#66").await;
    let done = owner.post("/signin/expired", &[("handle", &second.hidden("handle")), ("new", "Elster#12x"), ("repeat", "Elster#12x")]).await;
    assert!(owner.leave(&done).await.contains("code="));
    // The proof that was made with the old password is void now.
    let late = before.post("/signin/expired", &[("handle", &proven.hidden("handle")), ("new", "Dohle@123x"), ("repeat", "Dohle@123x")]).await;
    assert!(late.refresh().is_none() && !before.cookies.contains_key("__Host-session"));
    assert!(before.password(&page, "Storch#66").await.refresh().is_none());
    let right = before.password(&page, "Elster#12x").await;
    assert!(before.leave(&right).await.contains("code="));
}
